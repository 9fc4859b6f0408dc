//! The log: following, filtering, searching what is no longer held, travelling to other times, grouping, marking.

use crossterm::event::KeyCode;

use super::{
    bench::Bench,
    fixtures::{event, user_id},
};
use crate::{
    client::live::Live,
    dashboard::{
        dialog::Dialog,
        message::{Answer, Call, Effect, Message, Timer},
        panes::log::{Ask, Tick, Told, Toward},
    },
    model::{
        event::{Action, Event},
        id::EventId,
        role::Role,
    },
};

/// A service that keeps `count` events, of which the dashboard has read the newest 200. Every hundredth is about Zoë.
fn long_log(count: u64) -> Bench {
    let mut bench = Bench::unconnected(80, 24);
    bench.archive = (1..=count)
        .map(|n| {
            let name = if n % 100 == 50 { "zoe@harbor.example" } else { "ada.king@harbor.example" };
            event(n, Action::Update, if n % 500 == 0 { 409 } else { 200 }, Some(name))
        })
        .collect();
    bench.clock = bench.archive.last().unwrap().at;
    let newest: Vec<Event> = bench.archive.iter().rev().take(200).cloned().collect();
    bench.send(Message::Recent(newest));
    bench.send(Message::Live(Live::Connected));
    bench.keys("5");
    bench
}

fn shown(bench: &Bench) -> Vec<u64> {
    bench.state.log.window(100).iter().map(|event| event.id.0).collect()
}

fn selected(bench: &Bench) -> Option<u64> {
    bench.state.log.selected().map(|event| event.id.0)
}

/// The pause after typing is over.
fn pause(bench: &mut Bench) {
    let due: Vec<Tick> = bench
        .effects
        .drain(..)
        .filter_map(|effect| match effect {
            Effect::After(_, Timer::Log(tick)) => Some(tick),
            _ => None,
        })
        .collect();
    for tick in due {
        bench.send(Message::Timer(Timer::Log(tick)));
    }
}

fn searches(bench: &Bench) -> usize {
    bench.calls.iter().filter(|call| matches!(call, Call::Log(Ask::Search { .. }))).count()
}

#[test]
fn the_log_follows_until_somebody_scrolls_up() {
    let mut bench = Bench::new(80, 12);
    bench.keys("5");
    let newest = |bench: &Bench| bench.state.log.selected().map(|event| event.id.0);
    bench.event(event(12, Action::Create, 201, Some("one@harbor.example")));
    assert_eq!(newest(&bench), Some(12));
    bench.keys("kk");
    assert_eq!(newest(&bench), Some(10));
    let before = bench.screen();
    bench.event(event(13, Action::Create, 201, Some("two@harbor.example")));
    bench.event(event(14, Action::Create, 201, Some("three@harbor.example")));
    assert_eq!(newest(&bench), Some(10));
    assert!(bench.screen().contains("2 new below"));
    assert_eq!(bench.screen().lines().nth(3), before.lines().nth(3), "the rows stand still");
    bench.keys("f");
    assert_eq!(newest(&bench), Some(14));
    assert!(bench.screen().contains("following"));
}

#[test]
fn a_folded_refusal_that_grows_stays_one_row() {
    let mut bench = Bench::new(80, 24);
    bench.keys("5");
    let mut folded = event(1, Action::SignInRefused, 401, None);
    folded.repeats = 38;
    bench.event(folded);
    assert_eq!(bench.state.log.ring.len(), 11);
    assert!(bench.screen().contains("× 38"));
}

#[test]
fn filters_take_words_fields_and_negation() {
    let mut bench = Bench::new(80, 24);
    let mut shown = |filter: &str| {
        bench.keys("5/");
        bench.keys(filter);
        bench.enter();
        let ids: Vec<u64> = bench.state.log.window(50).iter().map(|event| event.id.0).collect();
        bench.escape();
        ids
    };
    assert_eq!(shown("action:create !status:201"), [10]);
    assert_eq!(shown("status:4xx"), [1, 10]);
    assert_eq!(shown("user:SAKURA"), [7, 8]);
    assert_eq!(shown("method:patch"), [6, 9]);
    assert_eq!(shown("finding:d29"), [10]);
    assert_eq!(shown("mail"), [6 + 4], "free words are looked for in the sentence Okta shows, too");
    assert_eq!(shown("!token:okta"), [1]);
}

#[test]
fn older_events_are_read_at_the_top_and_no_further_than_wanted() {
    let mut bench = long_log(1_000);
    assert_eq!(searches(&bench), 0);
    bench.keys("g");
    assert_eq!(searches(&bench), 1);
    assert_eq!(bench.state.log.ring.oldest().map(|event| event.id), Some(EventId(601)));
    assert_eq!(selected(&bench), Some(801), "the selection stays where it was");
}

#[test]
fn a_filter_goes_on_by_itself_until_the_screen_is_full() {
    let mut bench = long_log(5_000);
    bench.budget = 100;
    bench.keys("/user:zoe");
    assert_eq!(shown(&bench), [4_850, 4_950], "what is held is shown at once");
    assert_eq!(searches(&bench), 0, "nobody asks while typing goes on");
    pause(&mut bench);
    let rows = shown(&bench).len();
    assert!(rows >= 19 && searches(&bench) < 25, "{rows} rows after {} calls", searches(&bench));
    assert!(bench.screen().contains("searched back to"));
    let before = searches(&bench);
    bench.enter();
    bench.keys("kkkkk");
    assert_eq!(searches(&bench), before, "enough is enough");
    bench.keys("g");
    assert!(searches(&bench) > before);
    assert!(shown(&bench).windows(2).all(|pair| pair[0] + 100 == pair[1]), "nothing is missing, nothing stands twice");
}

#[test]
fn what_is_not_there_is_said_once_everything_was_searched() {
    let mut bench = long_log(1_000);
    bench.keys("/nobody");
    bench.enter();
    assert!(bench.screen().contains("No event that is still kept passes the filter"));
    bench.escape();
    assert_eq!(shown(&bench).last(), Some(&1_000));
}

#[test]
fn escape_stops_a_search_and_keeps_what_was_found() {
    let mut bench = long_log(1_000);
    bench.keys("/user:zoe");
    bench.enter();
    // The service has not answered yet.
    bench.state.log.older.want(1_000);
    bench.state.log.older.searching = true;
    let found = shown(&bench);
    assert!(bench.screen().contains("Esc stops"));
    bench.escape();
    assert!(!bench.screen().contains("Esc stops"));
    assert_eq!(shown(&bench), found);
    assert_eq!(bench.state.log.search.value(), "user:zoe");
    bench.escape();
    assert_eq!(bench.state.log.search.value(), "");
}

#[test]
fn a_wrong_term_is_said_and_the_list_stays() {
    let mut bench = long_log(300);
    bench.keys("/user:zoe");
    let before = shown(&bench);
    bench.keys(" status:x");
    assert_eq!(shown(&bench), before);
    assert!(bench.screen().contains("status:x is no status"));
    bench.press(KeyCode::Backspace);
    bench.keys("200");
    assert!(!bench.screen().contains("is no status"));
}

#[test]
fn bodies_are_searched_by_the_service_also_of_what_arrives() {
    let mut bench = long_log(300);
    bench.keys("/body:ada.king id:>290");
    bench.enter();
    assert_eq!(shown(&bench), (291..=300).collect::<Vec<_>>());
    let arrived = event(301, Action::Update, 200, Some("new@harbor.example"));
    bench.archive.push(arrived.clone());
    bench.event(arrived);
    assert_eq!(shown(&bench).len(), 10, "nobody knows what its bodies hold");
    pause(&mut bench);
    assert_eq!(shown(&bench).last(), Some(&301));
    let looks = bench.calls.iter().filter(|call| matches!(call, Call::Log(Ask::Search { toward: Toward::Newer, .. })));
    assert_eq!(looks.count(), 1);

    let mut viewer = long_log(10);
    viewer.role = Role::Viewer;
    viewer.keys("/body:ada");
    viewer.enter();
    assert!(viewer.screen().contains("needs the editor role"));
}

#[test]
fn a_time_is_shown_without_what_lies_between() {
    let mut bench = long_log(50_000);
    bench.keys("t2026-09-02 10:00");
    bench.enter();
    let event = bench.state.log.selected().unwrap().clone();
    assert!(event.at.to_string().starts_with("2026-09-02T10:00:0"), "{}", event.at);
    assert!(bench.screen().contains("at 2026-09-02 10:00 UTC, "), "{}", bench.screen());
    assert!(bench.state.log.list().len() <= 400);
    let here = selected(&bench).unwrap();
    assert!(shown(&bench).contains(&(here - 5)) && shown(&bench).contains(&(here + 5)), "it stands in the middle");

    // Both directions page on.
    for _ in 0..30 {
        bench.press(KeyCode::PageDown);
    }
    assert!(selected(&bench) > Some(here + 450));
    for _ in 0..60 {
        bench.press(KeyCode::PageUp);
    }
    assert!(selected(&bench) < Some(here - 450));
    assert!(shown(&bench).windows(2).all(|pair| pair[0] + 1 == pair[1]));

    bench.event(event_now(50_001));
    assert!(bench.screen().contains("1 new since"));
    bench.keys("f");
    assert_eq!(selected(&bench), Some(50_001));
    assert!(bench.state.log.following && bench.screen().contains("following"));
}

fn event_now(id: u64) -> Event {
    event(id, Action::Update, 200, Some("ada.king@harbor.example"))
}

#[test]
fn an_event_is_gone_to_by_its_number_and_the_filter_holds_there() {
    let mut bench = long_log(5_000);
    bench.keys("t1234");
    bench.enter();
    assert_eq!(selected(&bench), Some(1_234));
    bench.keys("/user:zoe");
    bench.enter();
    assert!(shown(&bench).iter().all(|id| id % 100 == 50) && shown(&bench).len() >= 19, "{:?}", shown(&bench));
    assert!(shown(&bench).contains(&1_250) && shown(&bench).contains(&1_150));
    bench.escape();
    assert!(shown(&bench).contains(&1_234) || shown(&bench).contains(&1_250));
    bench.escape();
    assert!(bench.state.log.following);
}

#[test]
fn a_time_that_is_none_is_refused_in_the_dialog() {
    let mut bench = long_log(300);
    bench.keys("tsoon");
    bench.enter();
    assert!(bench.screen().contains("is no time"));
    assert!(bench.state.dialog.is_some() && bench.state.log.elsewhere.is_none());
    bench.escape();
    assert!(bench.state.dialog.is_none());
}

#[test]
fn a_full_ring_hands_over_to_a_window_elsewhere() {
    let mut bench = long_log(40_000);
    for _ in 0..200 {
        bench.keys("g");
        if bench.state.log.elsewhere.is_some() {
            break;
        }
    }
    let oldest_held = bench.state.log.ring.oldest().unwrap().id.0;
    assert_eq!(selected(&bench), Some(oldest_held));
    bench.keys("kkk");
    assert_eq!(selected(&bench), Some(oldest_held - 3));
}

#[test]
fn failures_are_grouped_and_lead_to_the_log() {
    let mut bench = Bench::new(100, 30);
    bench.keys("5c");
    let screen = bench.screen();
    assert!(screen.contains("37 ×") && screen.contains("uniqueness") && screen.contains("39 failures of 2 causes"));
    bench.keys("j");
    assert!(bench.screen().contains("Application username format"), "the cure is there: {}", bench.screen());
    bench.enter();
    assert_eq!(bench.state.log.search.value(), "status:400 action:create");
    assert_eq!(shown(&bench), [10]);
    bench.keys("c");
    bench.escape();
    assert!(bench.state.log.causes.is_none());
}

#[test]
fn marks_stay_with_their_events() {
    let mut bench = Bench::new(80, 24);
    bench.keys("5k ");
    bench.keys("k ");
    bench.event(event(12, Action::Create, 201, Some("new@harbor.example")));
    assert_eq!(bench.state.log.marks.iter().map(|id| id.0).collect::<Vec<_>>(), [9, 10]);
    let marked = bench.screen().lines().filter(|line| line.trim_start().starts_with("◆")).count();
    assert_eq!(marked, 2);
    assert!(bench.screen().contains("◆ 2 marked"));
    bench.keys(" u");
    assert!(bench.state.log.marks.is_empty() && !bench.screen().contains('◆'));
}

#[test]
fn a_wave_of_deactivations_is_said_in_every_pane_until_seen() {
    let mut bench = Bench::new(80, 24);
    bench.keys("1");
    for n in 0..4 {
        let mut leaver = event(100 + n, Action::Deactivate, 200, Some("ada.king@harbor.example"));
        leaver.at = bench.clock;
        leaver.user_id = Some(user_id(n));
        bench.event(leaver);
    }
    assert!(bench.screen().contains("Okta is deactivating people: 4 of 8"), "{}", bench.screen());
    assert!(bench.screen().contains("! acknowledges"), "how to end it stays in sight where the sentence is cut");
    bench.keys("2");
    assert!(bench.screen().contains("Okta is deactivating people"));
    bench.keys("!");
    assert!(!bench.screen().contains("Okta is deactivating people"));
}

#[test]
fn marked_events_go_into_a_file_part_by_part() {
    let mut bench = long_log(300);
    bench.keys("k k ke");
    assert!(bench.screen().contains("2 events as JSON Lines"));
    bench.enter();
    assert!(bench.screen().contains("2 events written to ~/scimroom-events-"), "{}", bench.screen());
    bench.keys("ue");
    bench.enter();
    assert!(bench.screen().contains("200 events written to"));
    let parts = bench.calls.iter().filter(|call| matches!(call, Call::Log(Ask::Write(_)))).count();
    assert_eq!(parts, 1 + 4);
}

#[test]
fn an_export_that_is_cancelled_leaves_no_file() {
    let mut bench = long_log(300);
    bench.keys("e");
    bench.escape();
    assert!(bench.state.dialog.is_none());
    bench.keys("e");
    let Some(Dialog::Events(export)) = &mut bench.state.dialog else { panic!("no dialog") };
    export.begin(&mut Vec::new());
    bench.escape();
    assert!(bench.screen().contains("removing the file"), "the part under way is waited for");
    bench.send(Message::Answer(Box::new(Answer::Log(Told::Written(2, Ok(50))))));
    assert!(bench.state.dialog.is_none());
    assert!(bench.calls.iter().any(|call| matches!(call, Call::Log(Ask::Unwrite(_)))));
}
