//! What every pane looks like at every size, and that no size breaks anything.

use crossterm::event::KeyCode;
use ratatui::style::Modifier;

use super::bench::Bench;
use crate::{
    client::live::Live,
    dashboard::{
        message::{Failure, Message},
        panes::Pane,
        theme::Theme,
    },
    model::id::EventId,
};

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (200, 60), (40, 10)];
const PANES: [(char, &str); 5] = [('1', "setup"), ('2', "users"), ('3', "roles"), ('4', "tokens"), ('5', "log")];

fn show(name: &str, bench: &Bench) {
    insta::assert_snapshot!(name, bench.screen());
}

#[test]
fn every_pane_at_every_size() {
    for (width, height) in SIZES {
        for (key, name) in PANES {
            let mut bench = Bench::new(width, height);
            bench.keys(&key.to_string());
            show(&format!("{name}_{width}x{height}"), &bench);
        }
    }
}

#[test]
fn without_colours_the_selection_is_seen() {
    let mut bench = Bench::new(80, 24);
    bench.state.theme = Theme::MONO;
    bench.keys("2j");
    let buffer = bench.buffer();
    let reversed = |y: u16| buffer[(1, y)].modifier.contains(Modifier::REVERSED);
    let marked = bench
        .screen()
        .lines()
        .zip(0..)
        .map(|(line, y)| format!("{} {line}", if reversed(y) { "»" } else { " " }).trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n");
    insta::assert_snapshot!("users_mono_80x24", marked);
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
fn a_person_at_every_size() {
    for (width, height) in SIZES {
        let mut bench = Bench::new(width, height);
        bench.keys("2jj");
        bench.enter();
        show(&format!("person_{width}x{height}"), &bench);
    }
    let mut bench = Bench::new(80, 24);
    bench.keys("2jj");
    bench.enter();
    bench.press(KeyCode::Right);
    show("person_events_80x24", &bench);
    bench.press(KeyCode::Right);
    bench.keys("jj ");
    show("person_resource_80x24", &bench);
}

#[test]
fn somebody_whose_role_drifted() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2j");
    bench.enter();
    show("person_drift_80x24", &bench);
}

#[test]
fn an_event_and_its_parts() {
    let mut bench = Bench::new(80, 24);
    bench.keys("5kkkkkk");
    bench.enter();
    show("event_summary_80x24", &bench);
    bench.press(KeyCode::Right);
    show("event_request_80x24", &bench);
    bench.press(KeyCode::Left);
    bench.press(KeyCode::Left);
    show("event_changes_80x24", &bench);
    let mut refused = Bench::new(80, 24);
    refused.keys("5k");
    refused.enter();
    show("event_refused_80x24", &refused);
}

#[test]
fn a_patch_is_explained_beside_what_it_changed() {
    for (width, height) in [(80, 24), (160, 40)] {
        let mut bench = Bench::new(width, height);
        bench.keys("5kkkkkk");
        bench.enter();
        let mut detail = super::fixtures::event_detail(EventId(5));
        detail.event.method = "PATCH".to_owned();
        detail.request_body = Some(
            r#"{"Operations": [{"op": "Replace", "path": "name.familyName", "value": "King"},
                {"op": "add", "path": "title", "value": "Countess"},
                {"op": "replace", "path": "nickName", "value": "Ada"}]}"#
                .to_owned(),
        );
        bench.state.inspector.as_mut().unwrap().fill(Box::new(detail));
        bench.press(KeyCode::Right);
        show(&format!("event_patch_request_{width}x{height}"), &bench);
        bench.press(KeyCode::Left);
        bench.press(KeyCode::Left);
        show(&format!("event_patch_changes_{width}x{height}"), &bench);
    }
}

#[test]
fn causes_of_failures() {
    for (width, height) in SIZES {
        let mut bench = Bench::new(width, height);
        bench.keys("5cj");
        show(&format!("causes_{width}x{height}"), &bench);
    }
}

#[test]
fn the_log_elsewhere() {
    for (width, height) in [(80, 24), (40, 10)] {
        let mut bench = Bench::new(width, height);
        bench.keys("5t");
        show(&format!("dialog_travel_{width}x{height}"), &bench);
        bench.keys("2026-09-01 08:00:30");
        bench.enter();
        show(&format!("log_elsewhere_{width}x{height}"), &bench);
    }
}

#[test]
fn dialogs() {
    for (width, height) in [(80, 24), (40, 10)] {
        let at = format!("{width}x{height}");
        let mut bench = Bench::new(width, height);
        bench.keys("4n");
        show(&format!("dialog_add_account_{at}"), &bench);
        bench.enter();
        bench.keys("Okta preview");
        show(&format!("dialog_new_token_{at}"), &bench);
        bench.enter();
        show(&format!("dialog_secret_{at}"), &bench);
        bench.keys("v");
        show(&format!("dialog_secret_revealed_{at}"), &bench);
        bench.enter();
        bench.escape();
        show(&format!("dialog_secret_check_{at}"), &bench);
        bench.escape();
        bench.keys("jx");
        show(&format!("dialog_revoke_{at}"), &bench);
        bench.escape();
        bench.keys("2d");
        show(&format!("dialog_deactivate_{at}"), &bench);
        bench.escape();
        bench.keys("jjr");
        bench.press(KeyCode::Up);
        show(&format!("dialog_role_{at}"), &bench);
        bench.enter();
        show(&format!("dialog_role_confirm_{at}"), &bench);
        bench.escape();
        bench.keys("i");
        show(&format!("dialog_code_{at}"), &bench);
        bench.escape();
        bench.keys("?");
        show(&format!("dialog_help_{at}"), &bench);
    }
}

#[test]
fn before_anything_is_known() {
    for (key, name) in PANES {
        let mut bench = Bench::unconnected(80, 24);
        bench.state.pane = Pane::ALL[usize::try_from(key.to_digit(10).unwrap() - 1).unwrap()];
        show(&format!("{name}_connecting"), &bench);
    }
}

#[test]
fn an_empty_workspace() {
    let mut bench = Bench::unconnected(80, 24);
    bench.people.clear();
    bench.send(Message::Recent(Vec::new()));
    bench.send(Message::Live(Live::Connected));
    bench.keys("2");
    show("users_empty", &bench);
    bench.keys("4");
    bench.send(Message::Answer(Box::new(crate::dashboard::message::Answer::Tokens(Ok(Vec::new())))));
    show("tokens_empty", &bench);
    bench.keys("5");
    show("log_empty", &bench);
}

#[test]
fn a_lost_connection() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2");
    bench.send(Message::Live(Live::Disconnected {
        reason: "the service at http://127.0.0.1:7644 cannot be reached: connection refused".to_owned(),
        refused: false,
        retry_in: std::time::Duration::from_secs(5),
    }));
    show("users_disconnected", &bench);
    bench.keys("d");
    show("users_disconnected_refusal", &bench);
}

#[test]
fn a_question_that_failed() {
    let mut bench = Bench::unconnected(80, 24);
    bench.state.pane = Pane::Settings;
    let failure =
        Failure { sentence: "the service at http://127.0.0.1:7644 cannot be reached".to_owned(), status: None };
    bench.send(Message::Answer(Box::new(crate::dashboard::message::Answer::Tokens(Err(failure)))));
    show("tokens_failed", &bench);
}

#[test]
fn log_states() {
    let mut bench = Bench::new(80, 24);
    bench.keys("5/!status:200 user:harbor");
    show("log_filtering", &bench);
    bench.enter();
    show("log_filtered", &bench);
    bench.escape();
    bench.keys("kkk");
    bench.event(super::fixtures::event(12, crate::model::event::Action::Create, 201, Some("new@harbor.example")));
    show("log_released", &bench);
}

/// Ways into every corner, as keys.
const CORNERS: [&str; 22] = [
    "1",
    "1jj",
    "1G",
    "2",
    "2/ada",
    "2\n",
    "2\nl",
    "2\nll",
    "3",
    "3r",
    "3rk\n",
    "4",
    "4n",
    "4n\nname",
    "4n\nname\n",
    "4n\nname\nv",
    "4n\nname\n\n",
    "4x",
    "5",
    "5kk",
    "5\n",
    "?",
];

#[test]
fn no_size_breaks_anything() {
    for corner in CORNERS {
        let mut bench = Bench::new(80, 24);
        for c in corner.chars() {
            if c == '\n' { bench.enter() } else { bench.keys(&c.to_string()) }
        }
        for lost in [false, true] {
            if lost {
                let retry_in = std::time::Duration::from_secs(1);
                bench.send(Message::Live(Live::Disconnected { reason: "gone".to_owned(), refused: false, retry_in }));
                bench.state.toasts.refusal("A sentence that is long enough to take more than one line anywhere.");
            }
            for height in 1..=10 {
                for width in 1..=30 {
                    bench.send(Message::Resize(width, height));
                    bench.press(KeyCode::PageDown);
                    bench.press(KeyCode::PageUp);
                    bench.screen();
                }
            }
        }
    }
}
