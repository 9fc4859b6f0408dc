//! The section "Role" of the Setup pane, and what the checklist says beside its steps.

use crossterm::event::KeyCode;
use ratatui::layout::Position;

use super::{
    bench::Bench,
    fixtures::{event, role_attribute},
};
use crate::{
    client::live::Live,
    dashboard::{
        message::{Call, Effect, Message, Mouse},
        panes::setup::Section,
    },
    model::{
        checklist::{Prover, StepState, Verified},
        event::Action,
        id::EventId,
        role::Role,
    },
};

fn in_role(width: u16, height: u16) -> Bench {
    let mut bench = Bench::new(width, height);
    bench.keys("1l");
    assert_eq!(bench.state.setup.section, Section::RoleAttribute);
    bench
}

fn show(name: &str, shown: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/screens");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, shown));
}

/// What was put on the clipboard.
fn copied(bench: &mut Bench) -> Vec<(String, String)> {
    let copies = bench.effects.drain(..).filter_map(|effect| match effect {
        Effect::Copy { what, text } => Some((what, text.expose().to_owned())),
        _ => None,
    });
    copies.collect()
}

#[test]
fn every_value_of_every_way_is_copied_with_one_key_each() {
    let mut bench = in_role(80, 24);
    for way in role_attribute().ways {
        for value in &way.values {
            bench.keys("c");
            let screen = bench.screen();
            assert!(screen.contains("▸ "), "the selected value is seen: {}\n{screen}", value.label);
            assert!(screen.contains(&format!("▸ {}", value.label)), "{}\n{screen}", value.label);
            assert_eq!(copied(&mut bench), [(value.label.clone(), value.value.clone())], "{}", way.title);
            bench.keys("v");
        }
        bench.keys("V");
        bench.keys("c");
        assert_eq!(copied(&mut bench)[0].0, way.values.last().unwrap().label, "round the end");
        bench.keys("j");
    }
}

#[test]
fn a_request_is_opened_and_stays_selected_while_others_arrive() {
    let mut bench = in_role(80, 24);
    bench.enter();
    assert!(bench.state.inspector.is_none(), "a way is no request");
    bench.keys("jjjjjj");
    bench.keys("j");
    let selected = |bench: &Bench| bench.state.setup.role.event().unwrap();
    assert_eq!(selected(&bench), EventId(10));
    show("role_attribute_request_80x24", &bench.screen());
    let carried = bench.role_attribute.carried.as_mut().unwrap();
    let newer = crate::model::role_attribute::CarriedRole { event: EventId(12), ..carried.requests[0].clone() };
    carried.requests.insert(0, newer);
    bench.wait(1_000);
    bench.event(event(12, Action::Create, 201, Some("new@harbor.example")));
    assert_eq!(bench.state.setup.role.requests().len(), 6, "it was read again");
    assert_eq!(selected(&bench), EventId(10));
    bench.enter();
    assert_eq!(bench.calls.last(), Some(&Call::Event(EventId(10))));
    bench.keys("q");
    assert_eq!(bench.state.setup.section, Section::RoleAttribute);
}

#[test]
fn elsewhere_nothing_is_read_of_the_role() {
    let mut bench = Bench::new(80, 24);
    bench.send(Message::Live(Live::Event(Box::new(event(12, Action::Create, 201, None)))));
    bench.keys("2");
    bench.wait(1_000);
    bench.event(event(13, Action::Create, 201, None));
    assert!(!bench.calls.contains(&Call::RoleAttribute));
}

#[test]
fn a_viewer_sees_the_ways_and_who_could_see_more() {
    for (width, height) in [(80, 24), (40, 10)] {
        let mut bench = Bench::unconnected(width, height);
        bench.role = Role::Viewer;
        bench.connect();
        bench.keys("1l");
        assert!(bench.screen().contains("Primary entry"));
        show(&format!("role_attribute_viewer_{width}x{height}"), &bench.screen());
        bench.press(KeyCode::End);
        assert_eq!(bench.state.setup.role.event(), None);
    }
}

#[test]
fn a_click_selects_in_either_list_and_opens_what_is_selected() {
    for (width, height) in [(80, 24), (40, 12), (200, 60)] {
        let mut bench = in_role(width, height);
        bench.keys("jjjjjjj");
        let row_of = |bench: &Bench, words: &str| {
            let screen = bench.screen();
            // The name stands in the explanation too.
            let row = screen.lines().enumerate().filter(|(_, line)| line.contains(words)).map(|(row, _)| row);
            u16::try_from(row.max_by_key(|row| (*row < 12) == (height == 12)).unwrap()).unwrap()
        };
        let y = row_of(&bench, "refused, 400");
        bench.send(Message::Mouse(Mouse::Click(Position { x: 3, y: y.saturating_sub(1) })));
        let picked = bench.state.setup.role.event();
        assert_eq!(picked, Some(EventId(11)), "{width}x{height}\n{}", bench.screen());
        bench.send(Message::Mouse(Mouse::Click(Position { x: 3, y: row_of(&bench, "refused, 400") - 1 })));
        assert_eq!(bench.state.inspector.as_ref().map(|inspector| inspector.id), Some(EventId(11)));
    }
}

fn finished(by: Prover, size: (u16, u16)) -> Bench {
    let mut bench = Bench::unconnected(size.0, size.1);
    bench.findings.clear();
    bench.failed_pushes.clear();
    bench.checklist.steps.iter_mut().for_each(|step| (step.state, step.finding) = (StepState::Done, None));
    let okta = bench.checklist.steps[2].verified.clone().unwrap();
    bench.checklist.complete = true;
    bench.checklist.verified = Some(match by {
        Prover::Okta => okta,
        Prover::Local => Verified { by, address: Some("127.0.0.1".to_owned()), ..okta },
        Prover::Other => Verified { by, user_agent: Some("curl/8.14.1".to_owned()), ..okta },
    });
    bench.checklist.steps[2].verified.clone_from(&bench.checklist.verified);
    bench.connect();
    bench.keys("1jj");
    bench
}

#[test]
fn a_finished_set_up_says_by_whom_it_was_verified() {
    for (by, name, said) in [
        (Prover::Okta, "okta", "Okta is connected."),
        (Prover::Local, "local", "Complete, not verified by Okta."),
        (Prover::Other, "other", "Complete, not verified by Okta."),
    ] {
        let bench = finished(by, (80, 24));
        assert!(bench.screen().contains(said), "{}", bench.screen());
        assert_eq!(bench.screen().contains("Not verified by Okta:"), by != Prover::Okta);
        show(&format!("setup_finished_{name}_80x24"), &bench.screen());
        let wide = finished(by, (200, 60)).screen();
        assert_eq!(
            wide.contains("Verified 08:00:14 UTC by Okta SCIM Client 1.0.0 from 203.0.113.24"),
            by == Prover::Okta
        );
    }
}

#[test]
fn what_okta_will_refuse_is_told_in_the_step() {
    let mut bench = Bench::unconnected(80, 24);
    bench.findings.clear();
    bench.checklist.steps[1].advice = vec!["Okta will not take http://127.0.0.1:7644/scim/v2: https only.".to_owned()];
    (bench.checklist.steps[1].evidence, bench.checklist.steps[1].verified) = (None, None);
    bench.checklist.steps[1].state = StepState::Pending;
    bench.checklist.steps[6].state = StepState::Pending;
    bench.connect();
    bench.keys("1");
    assert!(bench.screen().contains("▲ Okta will not take"), "{}", bench.screen());
    show("setup_advice_80x24", &bench.screen());
}

#[test]
fn an_address_is_judged_while_it_is_typed() {
    let mut bench = Bench::new(80, 24);
    bench.typed("4ljjjjjjj\n");
    bench.typed("https://room.local");
    assert!(bench.screen().contains("Okta reaches the service at https://room.local/scim/v2."), "{}", bench.screen());
    assert!(bench.screen().contains("public DNS"), "{}", bench.screen());
    bench.typed("/scim/v2\n");
    assert!(bench.screen().contains("leave it out and give https://room.local"), "{}", bench.screen());
    assert!(!bench.calls.iter().any(|call| matches!(call, Call::UpdateWorkspace(..))), "nobody was asked");
    show("dialog_public_url_80x24", &bench.screen());
}
