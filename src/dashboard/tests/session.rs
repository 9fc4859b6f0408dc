//! Connection and rights, panes and notices.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{
    bench::{Bench, selected_user},
    fixtures::{event, user},
};
use crate::{
    client::live::Live,
    dashboard::{
        message::{Call, Effect, Message, Timer},
        panes::Pane,
        state::Link,
    },
    model::{
        event::Action,
        finding::Code,
        id::EventId,
        role::{Role, RoleSource},
    },
};

fn lose(bench: &mut Bench) {
    let retry_in = std::time::Duration::from_secs(5);
    bench.send(Message::Live(Live::Disconnected { reason: "gone".to_owned(), refused: false, retry_in }));
}

#[test]
fn what_a_viewer_cannot_do_says_why() {
    let mut bench = Bench::unconnected(80, 24);
    bench.role = Role::Viewer;
    bench.connect();
    bench.keys("4n");
    assert!(bench.state.dialog.is_none());
    assert!(bench.screen().contains("needs the owner role; you are signed in as viewer"));
    bench.keys("2");
    assert!(!bench.screen().contains("needs the owner role"), "a refusal goes with the next key");
    bench.keys("d");
    assert!(bench.screen().contains("needs the editor role"));
}

#[test]
fn while_disconnected_nothing_is_changed_and_reading_goes_on() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2");
    lose(&mut bench);
    assert!(bench.screen().contains("retrying in 5 s"));
    bench.wait(2_000);
    bench.send(Message::Timer(Timer::Countdown(bench.state.gap)));
    assert!(bench.screen().contains("retrying in 3 s"));
    bench.keys("d");
    assert!(bench.state.dialog.is_none());
    bench.keys("jj");
    assert_eq!(selected_user(&bench), "ada.king@harbor.example");
}

#[test]
fn after_a_gap_lists_are_read_again_and_no_event_stands_twice() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2");
    lose(&mut bench);
    bench.people.insert(0, user(7, "new@harbor.example", "New", Role::Viewer, RoleSource::Okta));
    bench.calls.clear();
    bench.send(Message::Live(Live::Connected));
    assert_eq!(bench.state.link, Link::Live);
    assert!(bench.screen().contains("of 7"));
    assert!(bench.calls.contains(&Call::Setup) && bench.calls.contains(&Call::WhoAmI));
    bench.event(event(11, Action::Update, 200, Some("again@harbor.example")));
    bench.event(event(12, Action::Create, 201, Some("new@harbor.example")));
    assert_eq!(bench.state.log.ring.len(), 12);
}

#[test]
fn a_countdown_of_an_older_gap_ends() {
    let mut bench = Bench::new(80, 24);
    lose(&mut bench);
    let old = bench.state.gap;
    lose(&mut bench);
    bench.effects.clear();
    bench.send(Message::Timer(Timer::Countdown(old)));
    assert!(bench.effects.is_empty());
}

#[test]
fn many_events_at_once_cost_few_calls() {
    let mut bench = Bench::new(80, 24);
    bench.wait(1_000);
    bench.calls.clear();
    for id in 12..112 {
        bench.wait(2);
        bench.event(event(id, Action::Create, 201, Some("new@harbor.example")));
    }
    assert_eq!(bench.calls.len(), 1);
    let timers = bench.effects.iter().filter(|effect| matches!(effect, Effect::After(_, Timer::Refresh))).count();
    assert_eq!(timers, 1, "the rest is read when the gathering time is over");
}

#[test]
fn evidence_and_findings_open_their_event() {
    let mut bench = Bench::new(80, 24);
    bench.enter();
    assert!(bench.calls.contains(&Call::Event(EventId(10))));
    assert!(bench.screen().contains("Event 10"));
    bench.keys("q");
    bench.keys("G");
    bench.enter();
    assert!(bench.screen().contains("Event 1 "));
    assert!(bench.state.setup.findings.iter().any(|finding| finding.code == Code(4)));
}

#[test]
fn values_are_copied_from_the_selected_step() {
    let mut bench = Bench::new(80, 24);
    bench.keys("gj");
    bench.keys("lc");
    let copied = bench.effects.iter().any(|effect| {
        matches!(effect, Effect::Copy { what, text } if what.starts_with("Unique") && text.expose() == "userName")
    });
    assert!(copied);
}

#[test]
fn quitting_goes_back_first() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2");
    bench.enter();
    bench.keys("q");
    assert!(bench.state.users.detail.is_none());
    assert!(!bench.effects.iter().any(|effect| matches!(effect, Effect::Quit)));
    bench.keys("q");
    assert!(bench.effects.iter().any(|effect| matches!(effect, Effect::Quit)));
}

#[test]
fn control_c_quits_from_everywhere() {
    for way in ["1", "2/abc", "4n", "3r", "?"] {
        let mut bench = Bench::new(80, 24);
        bench.keys(way);
        bench.send(Message::Key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL)));
        assert!(bench.effects.iter().any(|effect| matches!(effect, Effect::Quit)), "{way}");
    }
}

#[test]
fn a_success_goes_by_itself_and_a_refusal_stays_for_a_key() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2dy");
    let timer = bench.effects.iter().find_map(|effect| match effect {
        Effect::After(_, timer @ Timer::Toast(_)) => Some(*timer),
        _ => None,
    });
    bench.send(Message::Timer(timer.unwrap()));
    assert!(bench.state.toasts.shown().is_none());
    bench.send(Message::Clipped(Err("No clipboard.".to_owned())));
    bench.send(Message::Timer(timer.unwrap()));
    assert!(bench.state.toasts.shown().is_some());
    bench.keys("j");
    assert!(bench.state.toasts.shown().is_none());
}

#[test]
fn panes_are_reached_by_digit_and_by_tab() {
    let mut bench = Bench::new(80, 24);
    bench.keys("5");
    assert_eq!(bench.state.pane, Pane::Log);
    bench.press(KeyCode::Tab);
    assert_eq!(bench.state.pane, Pane::Setup);
    bench.press(KeyCode::BackTab);
    assert_eq!(bench.state.pane, Pane::Log);
}

#[test]
fn nothing_from_outside_reaches_the_terminal_as_a_command() {
    for way in ["1", "2", "5", "5\n"] {
        let mut bench = Bench::new(120, 40);
        for c in way.chars() {
            if c == '\n' { bench.enter() } else { bench.keys(&c.to_string()) }
        }
        assert!(!bench.screen().replace('\n', "").contains(char::is_control));
    }
}
