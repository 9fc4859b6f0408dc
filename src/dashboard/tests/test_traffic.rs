//! Setup > Test: choosing, running, stopped, done, refused, removed.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use crossterm::event::KeyCode;
use ratatui::layout::Position;

use super::{
    bench::Bench,
    fixtures::{event, findings},
};
use crate::{
    dashboard::{
        AppKind, Play, Player, Progress, Report, Scenario, Tell,
        message::{Call, Effect, Message, Mouse},
        panes::setup::test::{self, Told},
    },
    model::{
        event::Action,
        finding::Code,
        role::Role,
        test_traffic::{TestCounts, TestTraffic},
        token::TokenMode,
    },
};

/// Plays nothing, but says what could be.
#[derive(Debug)]
struct Offers {
    scenarios: Vec<Scenario>,
    apps: Vec<AppKind>,
}

#[async_trait]
impl Player for Offers {
    fn scenarios(&self) -> &[Scenario] {
        &self.scenarios
    }

    fn apps(&self) -> &[AppKind] {
        &self.apps
    }

    async fn play(&self, _: Play, _: Tell) -> Result<Report, String> {
        Err("no service is played to in these tests".to_owned())
    }
}

/// Who plays Okta in these tests.
pub fn player() -> Arc<dyn Player> {
    let scenario = |name: &str, what: &str, finding: Option<u8>, wait: Option<&str>| Scenario {
        name: name.to_owned(),
        what: what.to_owned(),
        finding: finding.map(Code),
        wait: wait.map(str::to_owned),
    };
    let app = |name: &str, what: &str| AppKind { name: name.to_owned(), what: what.to_owned() };
    Arc::new(Offers {
        scenarios: vec![
            scenario("credential-test", "Test API Credentials, and no more.", None, None),
            scenario("onboarding", "Everybody is assigned: looked up, then created, or linked.", None, None),
            scenario("full", "All of the above in the order of a life.", None, None),
            scenario("misconfigured-unknown-token", "The token is one never issued.", Some(4), None),
            scenario("misconfigured-create-off", "Create Users is off.", Some(23), Some("after 10 s without a create")),
            scenario("misconfigured-no-at", "The user name is no e-mail address.", Some(29), None),
        ],
        apps: vec![app("wizard", "sends PUT only"), app("catalogue", "sends PATCH too")],
    })
}

fn left(findings: &[crate::model::finding::Finding]) -> TestTraffic {
    let counts = TestCounts { users: 6, groups: 1, events: 190, tokens: 1, owners: 1, removing: false };
    TestTraffic { counts, findings: findings.to_vec() }
}

fn report() -> Report {
    Report {
        people: 6,
        requests: 61,
        refused: 0,
        purposes: [("credential-test", 1), ("lookup", 6), ("create", 6), ("push-profile", 18), ("verify", 30)]
            .map(|(name, sent)| (name.to_owned(), sent, 0))
            .into(),
        took: Duration::from_millis(3_120),
        p99: Duration::from_micros(2_310),
        ..Report::default()
    }
}

/// The section, with the cursor so many scenarios down.
fn section(width: u16, height: u16, down: usize) -> Bench {
    let mut bench = Bench::new(width, height);
    bench.keys("1h");
    bench.keys(&"j".repeat(down));
    bench
}

fn chosen(bench: &Bench) -> u64 {
    let played = bench.effects.iter().rev().find_map(|effect| match effect {
        Effect::Play(chosen) => Some(chosen.number),
        _ => None,
    });
    played.expect("something is played")
}

fn hear(bench: &mut Bench, told: Told) {
    let number = chosen(bench);
    bench.send(Message::Played(number, told));
}

fn progress(requests: u64, of: Option<u64>, refused: u64) -> Told {
    let now = "push-profile ada.moreno@test-traffic.example".to_owned();
    Told::Progress(Progress { requests, of, refused, now })
}

/// A run that was played to its end.
pub fn done(width: u16, height: u16) -> Bench {
    let mut bench = section(width, height, 2);
    bench.enter();
    bench.test = left(&[]);
    hear(&mut bench, Told::Ended(Ok(report())));
    bench
}

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (200, 60), (40, 10)];

fn show(name: &str, mut bench: impl FnMut(u16, u16) -> Bench) {
    let mut shown = String::new();
    for (width, height) in SIZES {
        shown.push_str(&format!("═══ {width}x{height}\n{}\n", bench(width, height).screen()));
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/screens");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, shown));
}

#[test]
fn every_state_of_a_run() {
    show("test_traffic_choosing", |width, height| section(width, height, 4));
    show("test_traffic_running", |width, height| {
        let mut bench = section(width, height, 2);
        bench.enter();
        hear(&mut bench, progress(23, Some(61), 1));
        bench
    });
    show("test_traffic_running_unknown", |width, height| {
        let mut bench = section(width, height, 3);
        bench.enter();
        hear(&mut bench, progress(1, None, 1));
        bench
    });
    show("test_traffic_stopped", |width, height| {
        let mut bench = section(width, height, 2);
        bench.enter();
        hear(&mut bench, progress(23, Some(61), 0));
        bench.test = left(&[]);
        bench.escape();
        bench
    });
    show("test_traffic_done", done);
    show("test_traffic_mistake", |width, height| {
        let mut bench = section(width, height, 5);
        bench.enter();
        bench.test = left(&findings()[..1]);
        let refused = Report {
            refused: 6,
            purposes: vec![("create".to_owned(), 6, 6)],
            complaints: vec![
                "Error while creating user grace: Bad Request. userName \"grace\" is no address.".to_owned(),
            ],
            not_imported: 999_500,
            ..report()
        };
        hear(&mut bench, Told::Ended(Ok(refused)));
        bench
    });
    show("test_traffic_refused", |width, height| {
        let mut bench = section(width, height, 1);
        bench.enter();
        let reason = "The test traffic that is here is being removed: try again in a moment.";
        hear(&mut bench, Told::Ended(Err(reason.to_owned())));
        bench
    });
    show("test_traffic_removing", |width, height| {
        let mut bench = section(width, height, 1);
        bench.test = left(&[]);
        bench.keys("lh");
        bench.keys("x");
        bench
    });
    show("test_traffic_removed", |width, height| {
        let mut bench = section(width, height, 1);
        bench.test = left(&[]);
        bench.keys("lh");
        bench.keys("x");
        bench.press(KeyCode::Tab);
        bench.enter();
        bench
    });
}

#[test]
fn what_an_ended_run_still_says_is_passed_over_and_escape_stops_before_it_leaves() {
    let mut bench = section(80, 24, 1);
    bench.enter();
    let first = chosen(&bench);
    bench.escape();
    assert!(matches!(bench.effects.last(), Some(Effect::StopPlaying)));
    assert_eq!(bench.calls.last(), Some(&Call::Test(test::Call::Read)), "what is left is read again");
    bench.send(Message::Played(first, progress(99, None, 0)));
    assert!(bench.screen().contains("onboarding, wizard app: stopped"), "{}", bench.screen());
    bench.enter();
    bench.send(Message::Played(first, Told::Ended(Ok(report()))));
    assert!(bench.state.setup.test.is_playing(), "another run is under way");
    bench.enter();
    assert!(bench.screen().contains("Not now: test traffic is being sent; Esc stops it."), "{}", bench.screen());
    bench.keys("q");
    assert!(!bench.state.setup.test.is_playing());
    assert!(!bench.effects.iter().any(|effect| matches!(effect, Effect::Quit)), "stopped, not left");
}

#[test]
fn only_an_owner_sends_and_removes() {
    let mut bench = Bench::unconnected(80, 24);
    bench.role = Role::Editor;
    bench.test = left(&[]);
    bench.connect();
    bench.keys("1hj");
    for key in ["\n", "x"] {
        bench.typed(key);
        assert!(bench.screen().contains("needs the owner role"), "{}", bench.screen());
    }
    assert!(!bench.effects.iter().any(|effect| matches!(effect, Effect::Play(_))));
}

#[test]
fn a_click_chooses_a_scenario_and_sends_nothing() {
    let mut bench = section(80, 24, 0);
    let row = |bench: &Bench, name: &str| {
        u16::try_from(bench.screen().lines().position(|line| line.starts_with(name)).unwrap()).unwrap()
    };
    for name in [" D23 create-off", " full", " D04 unknown-token"] {
        let y = row(&bench, name);
        // Once to choose it, and once more on what is chosen.
        for _ in 0..2 {
            bench.send(Message::Mouse(Mouse::Click(Position { x: 3, y })));
        }
        let chosen = bench.state.setup.test.scenario(&bench.state).unwrap().name.clone();
        assert!(chosen.ends_with(name.rsplit(' ').next().unwrap()), "{chosen}");
    }
    assert!(!bench.effects.iter().any(|effect| matches!(effect, Effect::Play(_))));
}

#[test]
fn the_kind_of_app_is_chosen_with_a_key() {
    let mut bench = section(80, 24, 1);
    bench.keys("a");
    bench.enter();
    assert!(bench.screen().contains("Playing onboarding, catalogue app"), "{}", bench.screen());
}

#[test]
fn the_log_marks_test_traffic_by_a_letter_and_forgets_it_when_it_is_removed() {
    let mut bench = Bench::new(80, 24);
    let mut marked = event(41, Action::Create, 201, Some("ada.moreno@test-traffic.example"));
    marked.mode = TokenMode::Test;
    let mut other = event(42, Action::Create, 201, Some("real@harbor.example"));
    other.mode = TokenMode::Live;
    bench.event(marked);
    bench.event(other);
    bench.keys("5");
    let screen = bench.screen();
    let line = |name: &str| screen.lines().find(|line| line.contains(name)).unwrap_or_default().to_owned();
    assert!(line("test-traffic").contains(" 201  T create"), "{screen}");
    assert!(line("real@").contains(" 201    create"), "{screen}");
    bench.test = left(&[]);
    bench.keys("1hx");
    bench.press(KeyCode::Tab);
    bench.enter();
    bench.keys("5");
    let screen = bench.screen();
    assert!(!screen.contains("test-traffic") && screen.contains("real@"), "{screen}");
}
