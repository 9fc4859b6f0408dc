//! What every place and every dialog looks like, at every size and in every theme.
//!
//! The places stand in a table (`places`). A snapshot of text is one of all three themes, which may differ in style
//! alone; a snapshot of styles has a letter for each way in which the three draw something.

use std::fmt::Write;

use crossterm::event::KeyCode;
use ratatui::style::{Color, Style};

use super::{
    bench::Bench,
    fixtures::{event, patch_detail},
    places::{FRONTS, PLACES, Standing, lose},
};
use crate::{dashboard::theme::Theme, model::event::Action};

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (200, 60), (40, 10)];
/// The sizes for what is not the usual state.
const FEWER: [(u16, u16); 2] = [(80, 24), (40, 10)];

fn show(name: &str, shown: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/screens");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, shown));
}

/// The text of a screen, which is the same in every theme.
fn text(bench: &mut Bench, at: &str) -> String {
    let mut of_theme = |theme| {
        bench.state.theme = theme;
        // The page Appearance names the theme in force.
        bench.screen().replace("auto: light", "auto: dark").replace("auto: mono", "auto: dark")
    };
    let dark = of_theme(Theme::DARK);
    assert_eq!(dark, of_theme(Theme::LIGHT), "{at}");
    assert_eq!(dark, of_theme(Theme::MONO), "{at}");
    dark
}

fn at_sizes(name: &str, sizes: &[(u16, u16)], mut bench: impl FnMut((u16, u16)) -> Bench) {
    let mut shown = String::new();
    for (width, height) in sizes {
        let text = text(&mut bench((*width, *height)), name);
        let _ = writeln!(shown, "═══ {width}x{height}\n{text}");
    }
    show(name, &shown);
}

#[test]
fn every_place_as_usual_at_every_size() {
    for place in PLACES {
        at_sizes(place.name, &SIZES, |size| place.bench(Standing::Usual, size, false));
    }
}

#[test]
fn every_place_however_things_stand() {
    for place in PLACES {
        for standing in Standing::ALL.into_iter().filter(|standing| *standing != Standing::Usual) {
            let name = format!("{}_{}", place.name, standing.name());
            at_sizes(&name, &FEWER, |size| place.bench(standing, size, false));
        }
    }
}

#[test]
fn every_dialog() {
    for front in FRONTS {
        at_sizes(&format!("dialog_{}", front.name), &FEWER, |size| front.bench(size, false));
    }
}

/// A style in words: colours, then what is added.
fn words_of(style: Style) -> String {
    let colour = |before: &str, colour| match colour {
        None | Some(Color::Reset) => String::new(),
        Some(colour) => format!("{before}{colour} "),
    };
    let added = style.add_modifier.iter_names().map(|(name, _)| name.to_lowercase()).collect::<Vec<_>>().join(" ");
    let words = format!("{}{}{added}", colour("", style.fg), colour("on ", style.bg));
    if words.is_empty() { "plain".to_owned() } else { words.trim().to_owned() }
}

/// A letter for each cell, and what the letters stand for in each theme. A dot is plain in all of them.
fn styles(bench: &mut Bench) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
    let drawn = [Theme::DARK, Theme::LIGHT, Theme::MONO].map(|theme| {
        bench.state.theme = theme;
        bench.buffer()
    });
    let area = drawn[0].area;
    let mut known: Vec<[String; 3]> = Vec::new();
    let mut grid = String::new();
    for y in 0..area.height {
        let mut line = String::new();
        for x in 0..area.width {
            let looks = [0, 1, 2].map(|theme: usize| words_of(drawn[theme][(x, y)].style()));
            if looks.iter().all(|look| look == "plain") {
                line.push('.');
                continue;
            }
            let place = known.iter().position(|other| *other == looks).unwrap_or_else(|| {
                known.push(looks);
                known.len() - 1
            });
            line.push(char::from(LETTERS[place]));
        }
        let _ = writeln!(grid, "{}", line.trim_end_matches('.'));
    }
    let mut legend = format!("   {:<28}{:<28}{}\n", "dark", "light", "mono");
    for ([dark, light, mono], letter) in known.iter().zip(LETTERS) {
        let _ = writeln!(legend, "{}  {dark:<28}{light:<28}{mono}", char::from(*letter));
    }
    let differs = |one: usize, other: usize| known.iter().any(|looks| looks[one] != looks[other]);
    assert!(differs(0, 1) && differs(1, 2) && differs(0, 2), "the themes look alike");
    format!("{legend}\n{grid}")
}

#[test]
fn every_place_in_the_styles_of_every_theme() {
    for place in PLACES {
        for standing in [Standing::Usual, Standing::Failed, Standing::Stale] {
            let mut bench = place.bench(standing, (80, 24), false);
            show(&format!("styles_{}_{}", place.name, standing.name()), &styles(&mut bench));
        }
    }
}

#[test]
fn what_terminals_measure_differently_stands_in_columns_of_its_own() {
    let mut bench = Bench::unconnected(80, 24);
    bench.people[0].display_name = Some("अर्जुन प्रिया 🇯🇵".to_owned());
    bench.connect();
    bench.keys("2");
    let buffer = bench.buffer();
    let row = bench.screen().lines().position(|line| line.contains("sakura")).unwrap();
    let symbols: Vec<&str> = (0..80)
        .map(|x| buffer[(x, u16::try_from(row).unwrap())].symbol())
        .filter(|symbol| !symbol.is_ascii())
        .collect();
    assert_eq!(symbols, ["अ", "र्", "जु", "न", "प्", "र", "ि", "य", "ा", "🇯", "🇵"]);
    assert!(bench.screen().lines().nth(row).unwrap().ends_with("viewer  08:12:46"));
}

#[test]
fn somebody_whose_role_drifted() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2j");
    bench.enter();
    show("person_drift_80x24", &bench.screen());
}

#[test]
fn a_patch_is_explained_beside_what_it_changed() {
    for (width, height) in [(80, 24), (160, 40)] {
        let mut bench = Bench::new(width, height);
        bench.keys("5kkkkkk");
        bench.enter();
        bench.state.inspector.as_mut().unwrap().fill(Box::new(patch_detail()));
        bench.press(KeyCode::Right);
        show(&format!("event_patch_changes_{width}x{height}"), &bench.screen());
        bench.press(KeyCode::Right);
        show(&format!("event_patch_request_{width}x{height}"), &bench.screen());
    }
}

#[test]
fn the_log_elsewhere() {
    for (width, height) in [(80, 24), (40, 10)] {
        let mut bench = Bench::new(width, height);
        bench.keys("5t");
        bench.keys("2026-09-01 08:00:30");
        bench.enter();
        show(&format!("log_elsewhere_{width}x{height}"), &bench.screen());
    }
}

#[test]
fn log_states() {
    let mut bench = Bench::new(80, 24);
    bench.keys("5/!status:200 user:harbor");
    show("log_filtering", &bench.screen());
    bench.enter();
    show("log_filtered", &bench.screen());
    bench.escape();
    bench.keys("kkk");
    bench.event(event(12, Action::Create, 201, Some("new@harbor.example")));
    show("log_released", &bench.screen());
}

/// What is refused and why, while nothing can be changed.
#[test]
fn a_change_is_refused_while_the_connection_is_lost() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2");
    lose(&mut bench, false);
    bench.keys("d");
    show("users_stale_refusal", &bench.screen());
}
