//! Connection and rights, panes and notices.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{
    bench::{Bench, selected_user},
    fixtures::{event, user},
};
use crate::{
    client::live::Live,
    dashboard::{
        message::{Answer, Call, Effect, ListId, Message, Timer},
        panes::{Pane, setup::Selected},
        state::Link,
    },
    model::{
        checklist::{CopyValue, StepState},
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
    let of_people = matches!(bench.calls[1], Call::Users { list: ListId::ToLookAt, .. });
    assert!(bench.calls.len() == 2 && bench.calls[0] == Call::Setup && of_people, "{:?}", bench.calls);
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
    bench.keys("vc");
    let copied = bench.effects.iter().any(|effect| {
        matches!(effect, Effect::Copy { what, text } if what.starts_with("Unique") && text.expose() == "userName")
    });
    assert!(copied);
}

/// The checklist with only the first steps done.
fn checklist_done(steps: usize) -> Message {
    let mut checklist = super::fixtures::checklist();
    for (place, step) in checklist.steps.iter_mut().enumerate() {
        step.state = if place < steps { StepState::Done } else { StepState::Pending };
        step.evidence = None;
    }
    Message::Answer(Box::new(Answer::Setup(Ok((checklist, Vec::new())))))
}

#[test]
fn the_first_step_leads_to_the_tokens_and_back_to_the_next_step() {
    let mut bench = Bench::unconnected(80, 24);
    bench.send(checklist_done(0));
    assert!(bench.screen().contains("Enter goes to Settings > API Tokens."));
    bench.enter();
    assert_eq!(bench.state.pane, Pane::Settings);
    bench.send(checklist_done(1));
    bench.keys("1");
    assert!(bench.screen().contains("▸ Base URL"), "what has to be copied next is at hand");
    bench.keys("k");
    bench.keys("21");
    assert!(bench.screen().contains("Enter goes to"), "where the admin put the cursor, it stays");
}

#[test]
fn the_key_of_setup_leads_back_to_the_checklist() {
    let mut bench = Bench::new(80, 24);
    bench.keys("1l");
    assert!(bench.screen().contains("What arrived"));
    bench.keys("21");
    assert!(bench.screen().contains("What arrived"), "where the admin left it");
    bench.keys("1");
    assert!(bench.screen().contains("Connect Okta"));
}

#[test]
fn the_selected_value_is_in_sight() {
    let mut bench = Bench::new(80, 16);
    bench.keys("kkkkk");
    assert!(bench.screen().contains("▸ Base URL"));
    let mut checklist = super::fixtures::checklist();
    let value = |number| CopyValue { label: format!("Label {number}"), value: format!("value {number}") };
    checklist.steps[1].values = (0..12).map(value).collect();
    bench.send(Message::Answer(Box::new(Answer::Setup(Ok((checklist, Vec::new()))))));
    for number in (1..12).chain([0]) {
        bench.keys("v");
        let screen = bench.screen();
        assert!(screen.contains(&format!("▸ Label {number} ")) && screen.contains(&format!("value {number}\n")));
    }
    bench.keys("V");
    assert!(bench.screen().contains("▸ Label 11 "));
}

#[test]
fn a_key_without_a_meaning_says_where_the_keys_are() {
    let mut bench = Bench::new(80, 24);
    bench.keys("z");
    assert!(bench.screen().contains("z does nothing here; ? shows every key."));
    bench.keys("?z");
    assert!(bench.state.toasts.shown().is_none(), "a dialog shows its own keys");
}

#[test]
fn a_notice_leaves_the_keys_in_sight() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2dy");
    let screen = bench.screen();
    assert!(screen.contains("sakura.tanaka@harbor.example is deactivated.") && screen.contains("Enter open"));
}

#[test]
fn a_token_that_is_dead_is_not_to_be_entered_anywhere() {
    let mut bench = Bench::new(80, 24);
    bench.keys("4");
    assert!(bench.screen().contains("enter it in Okta"));
    bench.keys("G");
    assert!(bench.screen().contains("No request ever carried it."));
}

#[test]
fn another_size_draws_everything_anew() {
    let mut bench = Bench::new(80, 24);
    bench.send(Message::Resize(80, 24));
    assert!(bench.effects.iter().any(|effect| matches!(effect, Effect::Repaint)), "also when it is the old one again");
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

#[test]
fn a_finding_is_put_out_of_the_way_and_back() {
    let mut bench = Bench::new(80, 24);
    bench.keys("1");
    let before = bench.screen();
    assert!(before.contains("▲ D29") && before.lines().next().unwrap().contains("▲ 2"), "{before}");
    bench.press(KeyCode::End);
    bench.keys("d");
    let after = bench.screen();
    assert!(after.lines().next().unwrap().contains("▲ 1") && after.contains("· D"), "{after}");
    assert!(after.contains("is out of the way until it comes anew") && after.contains("Dismissed"), "{after}");
    bench.keys("d");
    assert!(bench.screen().lines().next().unwrap().contains("▲ 2"), "{}", bench.screen());

    let mut viewer = Bench::new(80, 24);
    viewer.state.who = Some(super::fixtures::who(crate::model::role::Role::Viewer));
    viewer.keys("1");
    viewer.press(KeyCode::End);
    viewer.keys("d");
    assert!(viewer.screen().contains("editor"), "it says who could:\n{}", viewer.screen());
}

#[test]
fn setup_shows_where_to_go_on_until_somebody_looks_elsewhere() {
    let mut bench = Bench::new(80, 24);
    bench.findings.clear();
    bench.checklist.steps.iter_mut().for_each(|step| (step.state, step.finding) = (StepState::Done, None));
    bench.checklist.steps[3].state = StepState::Pending;
    let refresh = |bench: &mut Bench| bench.send(Message::Live(Live::Connected));
    let selected = |bench: &Bench| match bench.state.setup.selected() {
        Some(Selected::Step(step, _)) => step.id.clone(),
        other => panic!("{other:?}"),
    };
    bench.keys("1");
    refresh(&mut bench);
    assert_eq!(selected(&bench), bench.checklist.steps[3].id);
    bench.findings = super::fixtures::findings();
    bench.findings[0].dismissed = Some(super::fixtures::now());
    let besides = bench.findings[1].code;
    refresh(&mut bench);
    let shown = bench.state.setup.selected_finding().map(|finding| finding.code);
    assert_eq!(shown, Some(besides), "a mistake in no step's way goes before what is not there yet");
    bench.findings.clear();
    refresh(&mut bench);
    assert_eq!(selected(&bench), bench.checklist.steps[3].id, "mended");
    bench.checklist.steps[1].state = StepState::Problem;
    refresh(&mut bench);
    assert_eq!(selected(&bench), bench.checklist.steps[1].id, "what is wrong goes first");
    bench.keys("j");
    bench.checklist.steps[0].state = StepState::Problem;
    refresh(&mut bench);
    assert_eq!(selected(&bench), bench.checklist.steps[2].id, "nothing moves under the admin's hands");
}
