//! Settings: tokens that are rotated, and the page Workspace.

use crossterm::event::KeyCode;

use super::bench::Bench;
use super::fixtures::{SECRET, token_id};
use crate::{
    dashboard::{
        commands::Command,
        message::{Answer, Call, Effect, Message},
        preferences::Preferences,
        theme::Theme,
    },
    model::{
        role::Role,
        token::{NewToken, TokenMode, TokenRotation, TokenScope},
        workspace::WorkspacePatch,
    },
};

/// On the page Workspace.
fn at_workspace() -> Bench {
    let mut bench = Bench::new(80, 24);
    bench.keys("4");
    bench.press(KeyCode::Right);
    bench
}

#[test]
fn a_setting_is_chosen_or_typed_and_the_service_has_the_last_word() {
    let mut bench = at_workspace();
    bench.keys("jj");
    bench.enter();
    bench.keys("j");
    bench.enter();
    let asked = |bench: &Bench| match bench.calls.iter().rev().find(|call| matches!(call, Call::UpdateWorkspace(..))) {
        Some(Call::UpdateWorkspace(patch, _)) => Some((**patch).clone()),
        _ => None,
    };
    let default_role = WorkspacePatch { default_role: Some(Role::Editor), ..WorkspacePatch::default() };
    assert_eq!(asked(&bench), Some(default_role));
    assert!(bench.screen().contains("Default role: editor."));

    bench.press(KeyCode::End);
    bench.keys("k");
    bench.enter();
    bench.press(KeyCode::Backspace);
    bench.press(KeyCode::Backspace);
    bench.keys("long");
    bench.enter();
    assert!(bench.screen().contains("Give a whole number"));
    for _ in 0..4 {
        bench.press(KeyCode::Backspace);
    }
    bench.keys("9999");
    bench.refusal = Some("retention_days must be 1 to 3650.");
    bench.enter();
    assert!(bench.screen().contains("must be 1 to 3650"), "it stays open with the reason");
    bench.press(KeyCode::Backspace);
    bench.refusal = None;
    bench.enter();
    assert_eq!(asked(&bench).unwrap().retention_days, Some(999));
    assert!(bench.state.dialog.is_none());
}

#[test]
fn whoever_may_not_change_settings_reads_why() {
    let mut bench = Bench::unconnected(80, 24);
    bench.role = Role::Viewer;
    bench.connect();
    bench.keys("4");
    bench.press(KeyCode::Right);
    assert!(bench.screen().contains("Not yours to change: needs the owner role"));
    bench.enter();
    assert!(bench.state.dialog.is_none());
}

#[test]
fn a_new_token_has_a_life_and_a_scope() {
    let mut bench = Bench::new(80, 24);
    bench.keys("4n");
    bench.enter();
    bench.keys("Report");
    bench.press(KeyCode::Tab);
    for _ in 0..3 {
        bench.press(KeyCode::Backspace);
    }
    bench.keys("x7");
    bench.press(KeyCode::Down);
    bench.keys(" ");
    bench.enter();
    let new = NewToken { name: "Report".to_owned(), scope: TokenScope::Read, mode: TokenMode::Live, days: Some(7) };
    assert!(bench.calls.contains(&Call::CreateToken(new)));
}

#[test]
fn a_token_is_rotated_and_both_are_watched() {
    let mut bench = Bench::new(80, 24);
    bench.keys("4jr");
    bench.keys("j");
    bench.enter();
    bench.keys("y");
    let hour = TokenRotation { overlap_hours: Some(1) };
    assert!(bench.calls.contains(&Call::RotateToken(token_id(1), hour)));
    bench.keys("v");
    assert!(bench.screen().contains(SECRET));
    bench.keys("v");
    bench.enter();
    bench.escape();
    bench.escape();

    let mut tokens = super::fixtures::tokens();
    tokens[1].replaced_by = Some(token_id(4));
    tokens[1].expires = bench.clock.plus_millis(3_600_000);
    tokens[0].rotated_from = Some(token_id(1));
    bench.send(Message::Answer(Box::new(Answer::Tokens(Ok(tokens.clone())))));
    bench.press(KeyCode::Home);
    bench.keys("j");
    let flat = |bench: &Bench| bench.screen().replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat(&bench).contains("was never used: until it is entered in Okta, this one is needed"),
        "{}",
        flat(&bench)
    );
    bench.keys("r");
    assert!(flat(&bench).contains("rotated already"));
    bench.keys("x");
    assert!(flat(&bench).contains("still needs this one"), "{}", flat(&bench));
    bench.escape();

    tokens[0].last_used = Some(bench.clock);
    bench.send(Message::Answer(Box::new(Answer::Tokens(Ok(tokens)))));
    assert!(flat(&bench).contains("nothing needs this one any more, x revokes it"), "{}", flat(&bench));
    insta::assert_snapshot!("tokens_rotated_80x24", bench.screen());
    bench.keys("x");
    assert!(flat(&bench).contains("nothing should stop"), "{}", flat(&bench));
}

#[test]
fn the_requests_of_a_token_are_found_in_the_log() {
    let mut bench = Bench::new(80, 24);
    bench.keys("4je");
    assert!(bench.screen().contains("token:\"Okta production\""), "{}", bench.screen());
}

#[test]
fn a_changed_dashboard_toml_is_taken_up_when_it_holds_and_leaves_everything_as_it_is_when_not() {
    let read = |text: &str| {
        let file = "/home/ada/.config/scimroom/dashboard.toml".into();
        Message::Preferences(Box::new(Preferences { path: file, found: true, ..Preferences::read(text) }))
    };
    let mut bench = Bench::new(80, 24);
    bench.keys("4hG");
    bench.enter();
    assert!(matches!(bench.effects.last(), Some(Effect::ReadPreferences)), "{:?}", bench.effects);
    bench.send(read("theme = \"light\"\nmouse = false\n[keys]\nsetup.copy-value = \"y\"\n"));
    assert_eq!(bench.state.theme, Theme::LIGHT);
    assert!(bench.effects.iter().any(|effect| matches!(effect, Effect::Mouse(false))), "{:?}", bench.effects);
    assert!(bench.screen().contains("dashboard.toml is in force."), "{}", bench.screen());
    assert!(bench.screen().contains("/home/ada/.config/scimroom/dashboard.toml"), "{}", bench.screen());

    bench.send(read("theme = \"sepia\"\n[keys]\nsetup.copy-value = \"c\"\n"));
    let screen = bench.screen();
    assert!(screen.contains("line 1: there is no theme") && screen.contains("Nothing was changed"), "{screen}");
    assert_eq!(bench.state.theme, Theme::LIGHT);
    let copy = Command::named("setup.copy-value").unwrap();
    assert_eq!(bench.state.keys.labels(copy), "y");

    bench.escape();
    bench.send(Message::Preferences(Box::default()));
    assert_eq!(bench.state.keys.labels(copy), "c", "a file that is gone leaves everything as it comes");
    assert_eq!(bench.state.theme, Theme::DARK);
}
