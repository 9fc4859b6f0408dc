//! What is asked before something is done, and how a token is shown.

use crossterm::event::KeyCode;

use super::{
    bench::Bench,
    fixtures::{SECRET, user, user_id},
};
use crate::{
    client::live::Live,
    dashboard::{
        message::{Call, Clipped, Effect, Message},
        people,
    },
    model::{
        live::Topic,
        role::{Role, RoleSource},
        secret::Secret,
        user_change::{ChangeUsers, UserChange},
    },
};

#[test]
fn a_new_token_is_shown_once_and_leaves_nothing_behind() {
    let mut bench = Bench::new(80, 24);
    bench.keys("4n");
    bench.enter();
    bench.keys("Okta preview");
    bench.enter();
    assert!(!bench.screen().contains(SECRET), "hidden until asked for");
    bench.keys("v");
    assert!(bench.screen().contains(SECRET));
    bench.keys("c");
    let copied =
        bench.effects.iter().any(|effect| matches!(effect, Effect::Copy { text, .. } if text.expose() == SECRET));
    assert!(copied);
    bench.send(Message::Clipped(Ok(Clipped { what: "The token".to_owned(), to: "the terminal's clipboard" })));
    assert!(bench.screen().contains("sent to the terminal's clipboard"));
    bench.enter();
    assert!(bench.state.dialog.is_some(), "the clipboard is checked before the token goes");
    bench.send(Message::Paste(Secret::new("something else")));
    assert!(bench.state.dialog.is_some());
    assert!(bench.screen().contains("something else."));
    bench.effects.clear();
    bench.send(Message::Paste(Secret::new(format!("Bearer {SECRET}\n"))));
    assert!(bench.state.dialog.is_none());
    assert!(matches!(bench.effects.first(), Some(Effect::Repaint)), "the screen it stood on is cleared");
    assert!(!bench.screen().contains(SECRET));
    assert!(!format!("{:?}", bench.state).contains(SECRET));
}

#[test]
fn an_unkept_token_is_lost_only_after_a_warning() {
    let mut bench = Bench::new(80, 24);
    bench.keys("4n");
    bench.enter();
    bench.keys("x");
    bench.enter();
    bench.escape();
    bench.escape();
    assert!(bench.screen().contains("Press Esc again to lose"));
    bench.keys("abcd");
    bench.enter();
    assert!(bench.screen().contains("not its first four"));
    bench.press(KeyCode::Left);
    bench.keys("v");
    assert!(bench.screen().contains(SECRET), "there is a way back");
    bench.enter();
    bench.keys("7hQm");
    assert!(bench.state.dialog.is_some(), "what is typed waits for Enter");
    bench.enter();
    assert!(bench.state.dialog.is_none());
}

#[test]
fn a_token_pasted_as_keys_is_no_row_of_commands() {
    let mut bench = Bench::new(80, 24);
    bench.keys("4n");
    bench.enter();
    bench.keys("x");
    bench.enter();
    bench.enter();
    bench.keys(SECRET);
    assert!(bench.state.dialog.is_some());
    assert!(!bench.screen().contains(SECRET) && !format!("{:?}", bench.state).contains(SECRET));
    bench.enter();
    assert!(bench.state.dialog.is_none());
}

#[test]
fn a_token_written_to_a_file_needs_no_check() {
    let mut bench = Bench::new(80, 24);
    bench.keys("4n");
    bench.enter();
    bench.keys("x");
    bench.enter();
    bench.keys("w");
    assert!(bench.effects.iter().any(|effect| matches!(effect, Effect::Save { text, .. } if text.expose() == SECRET)));
    bench.send(Message::Saved(Ok("/home/olivia/scimroom-token-x.txt".into())));
    assert!(bench.screen().contains("/home/olivia/scimroom-token-x.txt"));
    bench.enter();
    assert!(bench.state.dialog.is_none());
}

#[test]
fn a_token_needs_a_name() {
    let mut bench = Bench::new(80, 24);
    bench.keys("4n");
    bench.enter();
    bench.enter();
    assert!(bench.screen().contains("Give the token a name"));
    assert!(!bench.calls.iter().any(|call| matches!(call, Call::CreateToken(_))));
}

#[test]
fn confirmations_stand_on_cancel() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2d");
    bench.enter();
    assert!(!bench.calls.iter().any(|call| matches!(call, Call::People(people::Call::One { .. }))));
    bench.keys("d");
    bench.press(KeyCode::Tab);
    bench.enter();
    let asked = bench.calls.iter().any(|call| {
        let off = ChangeUsers { ids: vec![user_id(6)], change: UserChange::Deactivate };
        matches!(call, Call::People(people::Call::One { wanted, .. }) if *wanted == off)
    });
    assert!(asked);
    assert!(bench.screen().contains("sakura.tanaka@harbor.example is deactivated."));
}

#[test]
fn a_confirmed_change_is_about_whoever_was_named() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2d");
    bench.people.remove(0);
    bench.wait(1_000);
    bench.send(Message::Live(Live::Changed(Topic::Users)));
    bench.people.insert(0, user(6, "sakura.tanaka@harbor.example", "", Role::Viewer, RoleSource::Default));
    bench.keys("y");
    let ids: Vec<_> = bench
        .calls
        .iter()
        .filter_map(|call| match call {
            Call::People(people::Call::One { wanted, .. }) => Some(wanted.ids[0]),
            _ => None,
        })
        .collect();
    assert_eq!(ids, [user_id(6)]);
}

#[test]
fn the_last_owner_stays_and_the_reason_is_read() {
    let mut bench = Bench::new(80, 24);
    let sentence = "olivia.owner@harbor.example is the last active owner: make somebody else an owner first.";
    bench.refusal = Some(sentence);
    bench.keys("3");
    bench.press(KeyCode::End);
    assert!(bench.screen().contains("◆ the last owner stays"));
    bench.keys("r");
    assert!(bench.state.dialog.is_none(), "not even asked");
    assert!(bench.screen().contains("Not now: this is the last active owner"));

    // What is known here may be old: the service has the last word.
    bench.state.roles.list.counts.owners = 2;
    bench.keys("rj");
    assert!(bench.screen().contains("owner → editor"));
    bench.enter();
    bench.keys("y");
    assert!(bench.screen().contains("is the last active owner"));
    bench.escape();
    assert!(bench.state.dialog.is_none());
}

#[test]
fn picking_the_role_somebody_has_asks_nothing() {
    let mut bench = Bench::new(80, 24);
    bench.keys("3r");
    assert!(bench.screen().contains("Nothing changes"));
    bench.enter();
    assert!(bench.state.dialog.is_none());
    assert!(!bench.calls.iter().any(|call| matches!(call, Call::People(people::Call::One { .. }))));
}

#[test]
fn a_role_set_back_to_what_okta_pushed_is_said_to_be_oktas_again() {
    let mut bench = Bench::new(80, 24);
    bench.keys("3jr");
    assert!(bench.screen().contains("Role of grace.hopper@harbor.example"), "{}", bench.screen());
    bench.keys("k");
    assert!(bench.screen().contains("okta again."), "{}", bench.screen());
    bench.keys("k");
    assert!(bench.screen().contains("The source stays local."), "{}", bench.screen());
}
