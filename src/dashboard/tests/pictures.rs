//! The README's pictures, drawn from the fixtures and checked to be current.
//!
//! `SCIMROOM_UPDATE_PICTURES=1 cargo test --lib pictures` draws them anew.

use std::{fs, path::Path};

use ratatui::buffer::Buffer;

use super::{
    bench::Bench,
    fixtures::{event, patch_detail},
    test_traffic,
};
use crate::{
    dashboard::{
        message::Message,
        picture::{ON_DARK, ON_LIGHT, to_animated_svg, to_svg},
        theme::Theme,
    },
    model::{
        checklist::{Evidence, Prover, StepState, Verified},
        event::Action,
        role::Role,
    },
};

/// The largest the animation may be, in bytes: it stands at the top of a page that many open.
const LARGEST: usize = 400_000;
/// The largest a still may be.
const LARGEST_STILL: usize = 100_000;

/// Holds a picture against the one that is kept, or keeps it.
fn check(name: &str, drawn: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/screenshots");
    let path = folder.join(format!("{name}.svg"));
    if std::env::var_os("SCIMROOM_UPDATE_PICTURES").is_some() {
        fs::create_dir_all(&folder).unwrap();
        fs::write(&path, drawn).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let how = "draw it anew with SCIMROOM_UPDATE_PICTURES=1 cargo test --lib pictures";
    assert!(kept == drawn, "{} is not what the dashboard looks like now: {how}", path.display());
}

#[test]
fn the_stills_are_current() {
    let stills = [
        ("setup", "1"),
        ("role", "1l"),
        ("users", "2j"),
        ("person", "2jj\nl"),
        ("roles", "3jrk"),
        ("tokens", "4j"),
        ("workspace", "4ljjj"),
        ("appearance", "4ll"),
        ("log", "5"),
        ("event", "5kk\n"),
    ];
    for (name, keys) in stills {
        check_still(name, &to_svg(&at(100, keys).buffer(), &ON_DARK));
    }
    // From 140 columns on a request stands beside what it changed.
    let mut patch = at(150, "5kkkkkkk\n");
    patch.state.inspector.as_mut().unwrap().fill(Box::new(patch_detail()));
    patch.keys("ll");
    check_still("patch", &to_svg(&patch.buffer(), &ON_DARK));
    check_still("test-traffic", &to_svg(&test_traffic::done(100, 28).buffer(), &ON_DARK));
    let mut light = at(100, "1jjj");
    light.state.theme = Theme::LIGHT;
    check_still("light", &to_svg(&light.buffer(), &ON_LIGHT));
}

/// The dashboard after these keys, so wide, when an event has just arrived.
fn at(width: u16, keys: &str) -> Bench {
    let mut bench = Bench::new(width, 28);
    let mut last = event(12, Action::RoleChange, 200, Some("ada.king@harbor.example"));
    last.changed = vec!["roles".to_owned()];
    bench.event(last);
    bench.typed(keys);
    bench
}

fn check_still(name: &str, drawn: &str) {
    assert!(drawn.len() < LARGEST_STILL, "{name}: {} bytes", drawn.len());
    check(name, drawn);
}

/// Okta is connected: its requests arrive, and the checklist ticks itself.
fn connecting() -> Vec<(Buffer, u32)> {
    let ada = "ada.king@harbor.example";
    let mut bench = Bench::unconnected(100, 28);
    (bench.people, bench.archive, bench.findings) = (Vec::new(), Vec::new(), Vec::new());
    bench.clock = "2026-09-01T08:00:00Z".parse().unwrap();
    bench.checklist.complete = false;
    for step in bench.checklist.steps.iter_mut() {
        (step.finding, step.evidence, step.verified) = (None, None, None);
        step.state = if step.id == "token" { StepState::Done } else { StepState::Pending };
    }
    bench.send(Message::Recent(Vec::new()));
    bench.connect();
    bench.keys("j");
    let mut frames = vec![(bench.buffer(), 2_200)];
    let requests: [(Action, u16, &str, &[&str], &str); 8] = [
        (Action::CredentialTest, 200, "", &["base-url", "credentials"], "Okta tested the credentials."),
        (Action::Lookup, 200, ada, &[], ""),
        (Action::Create, 201, ada, &["create-users", "user-name-format"], "Okta created ada.king@harbor.example."),
        (Action::Lookup, 200, "sakura.tanaka@harbor.example", &[], ""),
        (Action::Create, 201, "sakura.tanaka@harbor.example", &[], ""),
        (Action::Update, 200, ada, &["update-attributes"], "Okta updated ada.king@harbor.example."),
        (Action::RoleChange, 200, ada, &["role-attribute"], "Okta sent a Common Room Role: editor."),
        (Action::Deactivate, 200, ada, &["deactivate-users"], "Okta deactivated ada.king@harbor.example."),
    ];
    for (id, (action, status, name, steps, text)) in (1..).zip(requests) {
        let mut event = event(id, action, status, Some(name).filter(|name| !name.is_empty()));
        match action {
            Action::Lookup => event.results = Some(0),
            Action::Create => event.role = Some(Role::Viewer),
            Action::RoleChange => (event.role, event.changed) = (Some(Role::Editor), vec!["roles".to_owned()]),
            Action::Update => event.changed = vec!["title".to_owned()],
            Action::Deactivate => event.changed = vec!["active".to_owned()],
            _ => {}
        }
        for step in bench.checklist.steps.iter_mut().filter(|step| steps.contains(&step.id.as_str())) {
            step.state = StepState::Done;
            step.evidence = Some(Evidence { text: text.to_owned(), at: event.at, event: Some(event.id) });
            step.verified = Some(Verified {
                by: Prover::Okta,
                user_agent: event.user_agent.clone(),
                token: event.token_name.clone(),
                address: event.address.clone(),
                at: event.at,
                event: event.id,
            });
        }
        bench.checklist.complete = bench.checklist.steps.iter().all(|step| step.state == StepState::Done);
        let proofs = bench.checklist.steps.iter().filter_map(|step| step.verified.clone());
        bench.checklist.verified = proofs.max_by_key(|proof| proof.event).filter(|_| bench.checklist.complete);
        bench.clock = event.at;
        bench.event(event);
        // The cursor stands where something has just been ticked.
        if let Some(place) = bench.checklist.steps.iter().position(|step| steps.first() == Some(&step.id.as_str())) {
            bench.keys("g");
            bench.keys(&"j".repeat(place));
        }
        frames.push((bench.buffer(), if steps.is_empty() { 700 } else { 1_500 }));
    }
    for (pane, millis) in [("5", 2_600), ("1", 2_600)] {
        bench.keys(pane);
        frames.push((bench.buffer(), millis));
    }
    frames
}

#[test]
fn the_animation_is_current() {
    let frames = connecting();
    let drawn = to_animated_svg(&frames);
    assert!(drawn.len() < LARGEST, "{} bytes", drawn.len());
    assert!(drawn.contains("prefers-reduced-motion"));
    check("connecting", &drawn);
}
