//! What all panes share: commands by name, keys of the admin's own, the mouse, how it looks.

use ratatui::layout::Position;

use super::bench::Bench;
use crate::{
    client::live::Live,
    dashboard::{
        message::{Effect, Message, Mouse},
        panes::Pane,
        preferences::Preferences,
        theme::Theme,
    },
};

fn click(bench: &mut Bench, words: &str) {
    let screen = bench.screen();
    let (row, line) = screen.lines().enumerate().find(|(_, line)| line.contains(words)).unwrap();
    let column = unicode_width::UnicodeWidthStr::width(line.split_once(words).unwrap().0);
    let position = Position { x: u16::try_from(column).unwrap(), y: u16::try_from(row).unwrap() };
    bench.send(Message::Mouse(Mouse::Click(position)));
}

#[test]
fn the_palette_finds_and_runs_a_command() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2:");
    bench.keys("go role");
    bench.escape();
    assert_eq!(bench.state.pane, Pane::Users, "Esc leaves everything as it was");
    bench.keys(":sort");
    bench.enter();
    assert!(bench.screen().contains("by user name"), "{}", bench.screen());
}

#[test]
fn the_palette_says_why_a_command_cannot_run() {
    let mut bench = Bench::new(80, 24);
    bench.keys("5:follow");
    assert!(bench.screen().contains("(not now: the log follows"), "{}", bench.screen());
    bench.enter();
    assert!(bench.screen().contains("Not now: the log follows the newest event already."));
}

#[test]
fn the_palette_fits_everywhere() {
    for (width, height) in [(40, 10), (20, 5), (3, 3), (1, 1), (200, 60)] {
        let mut bench = Bench::new(width, height);
        bench.keys(":a");
        bench.screen();
    }
}

#[test]
fn keys_of_the_admins_own_work_and_are_shown() {
    let mut bench = Bench::new(80, 24);
    bench.state.prefer(Preferences::read("[keys]\nusers.search = \"x\"\n"));
    bench.keys("2");
    assert!(bench.screen().contains("x search"), "{}", bench.screen());
    bench.keys("?");
    let line = bench.screen().lines().find(|line| line.contains("Search in e-mail")).unwrap().to_owned();
    assert!(line.contains("│ x "), "{line}");
    bench.escape();
    bench.keys("/");
    assert!(!bench.state.users.list.search.editing);
    bench.keys("xada");
    assert_eq!(bench.state.users.list.search.value(), "ada");
}

#[test]
fn what_the_file_asks_for_in_vain_is_said_at_start() {
    let mut bench = Bench::new(80, 24);
    bench.state.prefer(Preferences::read("theme = \"sepia\"\n[keys]\nusers.fly = \"f\"\n"));
    let screen = bench.screen();
    assert!(screen.contains("dashboard.toml") && screen.contains("line 1: there is no theme \"sepia\""), "{screen}");
    assert!(screen.contains("line 3: there is no command \"users.fly\""), "{screen}");
    bench.enter();
    assert!(bench.state.dialog.is_none());
}

#[test]
fn a_click_chooses_a_pane_a_hint_and_the_strip() {
    let mut bench = Bench::new(80, 24);
    click(&mut bench, "3 Roles");
    assert_eq!(bench.state.pane, Pane::Roles);
    click(&mut bench, "? help");
    assert!(bench.screen().contains("╭ Keys "));
    click(&mut bench, "1 Setup");
    assert_eq!(bench.state.pane, Pane::Roles, "a dialog is answered first");
    bench.escape();
    let strip = crate::dashboard::layout::regions(&bench.state).strip;
    bench.send(Message::Mouse(Mouse::Click(Position { x: 5, y: strip.y })));
    assert_eq!(bench.state.pane, Pane::Log);
}

#[test]
fn the_wheel_moves_what_the_keys_move() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2");
    bench.send(Message::Mouse(Mouse::Wheel { down: true }));
    assert_eq!(bench.state.users.list.cursor, 3);
    bench.send(Message::Mouse(Mouse::Wheel { down: false }));
    assert_eq!(bench.state.users.list.cursor, 0);
}

#[test]
fn one_key_gives_the_mouse_back_to_the_terminal() {
    let mut bench = Bench::new(80, 24);
    bench.keys("M");
    assert!(bench.effects.iter().any(|effect| matches!(effect, Effect::Mouse(false))));
    assert!(bench.screen().contains("text can be selected"));
    bench.keys("M");
    assert!(bench.effects.iter().any(|effect| matches!(effect, Effect::Mouse(true))));
}

#[test]
fn the_theme_changes_at_once() {
    let mut bench = Bench::new(80, 24);
    bench.state.restyle();
    let mut seen = Vec::new();
    for _ in 0..4 {
        bench.keys(":next theme");
        bench.enter();
        seen.push(bench.state.theme);
    }
    assert_eq!(seen, [Theme::DARK, Theme::LIGHT, Theme::MONO, Theme::DARK]);
}

#[test]
fn a_lost_connection_says_how_old_the_data_is() {
    let mut bench = Bench::new(100, 24);
    let lost = || Live::Disconnected {
        reason: "connection refused".to_owned(),
        refused: false,
        retry_in: std::time::Duration::from_secs(1),
    };
    bench.send(Message::Live(lost()));
    bench.wait(12_000);
    bench.send(Message::Live(lost()));
    for pane in "12345".chars() {
        bench.keys(&pane.to_string());
        assert!(bench.screen().contains("○ stale 12 s"), "{}", bench.screen());
    }
    bench.send(Message::Live(Live::Connected));
    assert!(bench.screen().contains("● live"));
}

#[test]
fn a_click_takes_the_selection_to_its_row_and_a_second_one_opens_it() {
    for theme in [Theme::DARK, Theme::LIGHT, Theme::MONO] {
        let mut bench = Bench::new(80, 24);
        bench.state.theme = theme;
        bench.keys("2");
        click(&mut bench, "ada.king@");
        assert_eq!(bench.state.subject().unwrap().user_name, "ada.king@harbor.example");
        assert!(bench.state.users.detail.is_none());
        click(&mut bench, "ada.king@");
        assert!(bench.state.users.detail.is_some());
    }
}

#[test]
fn a_click_among_steps_and_findings_meets_what_it_points_at() {
    let mut bench = Bench::new(80, 24);
    for words in ["▲ D04", "Create Users", "▲ D29", "Test API Credentials"] {
        click(&mut bench, words);
        let selected = match bench.state.setup.selected().unwrap() {
            crate::dashboard::panes::setup::Selected::Step(step, _) => step.title.clone(),
            crate::dashboard::panes::setup::Selected::Finding(finding) => format!("▲ {}", finding.code),
        };
        assert_eq!(selected, words);
    }
}

#[test]
fn a_click_on_nothing_changes_nothing() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2j");
    let before = bench.screen();
    for y in [14, 16, 18] {
        bench.send(Message::Mouse(Mouse::Click(Position { x: 40, y })));
    }
    assert_eq!(bench.screen(), before);
}

#[test]
fn masked_names_stand_nowhere_on_the_screen() {
    let mut names: Vec<String> = Vec::new();
    for user in crate::dashboard::tests::fixtures::people() {
        names.push(user.user_name.clone());
        names.extend(user.display_name);
    }
    names.retain(|name| name.chars().count() > 3);
    let leaks = |bench: &Bench| {
        let screen = bench.screen();
        let named = names.iter().find(|name| screen.contains(name.as_str()));
        assert!(named.is_none(), "{named:?} is on the screen:\n{screen}");
        assert!(!screen.contains("@harbor"), "{screen}");
    };
    for (width, height) in [(80, 24), (200, 60)] {
        let mut bench = Bench::new(width, height);
        assert!(bench.screen().contains("@harbor"));
        bench.keys("P");
        for pane in "12345".chars() {
            bench.keys(&pane.to_string());
            leaks(&bench);
        }
        bench.keys("1ljjjjjjjj");
        leaks(&bench);
        // One person: overview, timeline, resource; their role, their deactivation.
        bench.keys("2jj");
        bench.enter();
        for key in ["l", "l", "r"] {
            leaks(&bench);
            bench.keys(key);
        }
        leaks(&bench);
        bench.escape();
        bench.keys("d");
        leaks(&bench);
        bench.escape();
        // One event: summary, request, response, changes.
        bench.keys("5kkkkkk");
        bench.enter();
        for _ in 0..4 {
            leaks(&bench);
            bench.keys("l");
        }
        bench.keys("P");
        assert!(bench.screen().contains("@harbor"), "{}", bench.screen());
    }
}

#[test]
fn the_page_appearance_changes_how_it_looks_at_once() {
    let mut bench = Bench::new(80, 24);
    bench.state.restyle();
    bench.keys("4ll");
    bench.enter();
    bench.enter();
    assert_eq!(bench.state.theme, Theme::LIGHT);
    assert!(bench.screen().contains("Theme             light"), "{}", bench.screen());
    bench.keys("j ");
    assert!(bench.screen().contains("Mouse             left to the terminal"));
    bench.keys("jj ");
    assert!(bench.screen().contains("[x] User name"), "{}", bench.screen());
    bench.keys("j ");
    bench.enter();
    assert!(bench.screen().contains("Columns of Users  User name, Role"), "{}", bench.screen());
}
