//! Selections, windows, searches and the log's follow: nothing moves under the admin's hands.

use crossterm::event::KeyCode;

use super::{
    bench::{Bench, selected_user},
    fixtures::{event, user},
};
use crate::{
    client::live::Live,
    dashboard::{
        message::{Call, Effect, ListId, Message, Timer},
        theme::Theme,
    },
    model::{
        event::Action,
        live::Topic,
        role::{Role, RoleSource},
    },
};

/// The screen row on which a text stands.
fn row_of(bench: &Bench, text: &str) -> Option<usize> {
    bench.screen().lines().position(|line| line.contains(text))
}

#[test]
fn a_newcomer_does_not_move_the_selection_off_its_person() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2jj");
    assert_eq!(selected_user(&bench), "ada.king@harbor.example");
    bench.people.insert(0, user(7, "new@harbor.example", "New", Role::Viewer, RoleSource::Okta));
    bench.wait(1_000);
    bench.event(event(12, Action::Create, 201, Some("new@harbor.example")));
    assert_eq!(selected_user(&bench), "ada.king@harbor.example");
    assert!(bench.screen().contains("4 of 7"));
    assert!(row_of(&bench, "  new@harbor.example").is_some(), "the newcomer is seen at the top");
}

#[test]
fn until_somebody_is_chosen_newcomers_are_seen_as_they_arrive() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2");
    let arrive = |bench: &mut Bench, number: u64| {
        let name = format!("new{number}@harbor.example");
        bench.people.insert(0, user(100 + number, &name, "New", Role::Viewer, RoleSource::Okta));
        bench.wait(1_000);
        bench.event(event(100 + number, Action::Create, 201, Some(&name)));
        name
    };
    for number in 0..40 {
        let name = arrive(&mut bench, number);
        assert_eq!(selected_user(&bench), name);
        assert!(row_of(&bench, &format!("  {name}")).is_some());
    }
    bench.keys("j");
    assert_eq!(selected_user(&bench), "new38@harbor.example");
    arrive(&mut bench, 40);
    assert_eq!(selected_user(&bench), "new38@harbor.example");
    bench.keys("g");
    let name = arrive(&mut bench, 41);
    assert_eq!(selected_user(&bench), name, "at the top again, it stays there");
}

#[test]
fn a_list_that_cannot_be_read_again_says_so_beside_what_it_shows() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2");
    bench.reading_fails = true;
    bench.wait(1_000);
    bench.send(Message::Live(Live::Changed(Topic::Users)));
    let screen = bench.screen();
    let head = screen.lines().nth(2).unwrap();
    assert!(head.contains("4 active of 6 users") && head.ends_with("not read again: the disk is full"), "{head}");
}

#[test]
fn a_long_search_is_seen_at_its_cursor() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2/");
    bench.keys(&"x".repeat(500));
    bench.keys("the end");
    assert!(row_of(&bench, "xxthe end").is_some());
    for _ in 0..506 {
        bench.press(KeyCode::Backspace);
    }
    assert_eq!(bench.state.users.list.search.value(), "x");
}

#[test]
fn in_a_scrolled_list_the_selected_row_stays_where_the_eye_is() {
    let mut bench = Bench::new(80, 24);
    bench.people = (0..450)
        .map(|number| {
            let name = format!("person{:03}@harbor.example", 449 - number);
            user(450 - number, &name, "Somebody", Role::Viewer, RoleSource::Okta)
        })
        .collect();
    bench.keys("2");
    for _ in 0..9 {
        bench.press(KeyCode::PageDown);
    }
    let name = selected_user(&bench).to_owned();
    let row = row_of(&bench, &name);
    bench.people.insert(0, user(900, "new@harbor.example", "New", Role::Viewer, RoleSource::Okta));
    bench.wait(1_000);
    bench.event(event(12, Action::Create, 201, Some("new@harbor.example")));
    assert_eq!(selected_user(&bench), name);
    assert_eq!(row_of(&bench, &name), row);
}

#[test]
fn a_person_pushed_into_the_next_page_stays_selected() {
    let mut bench = Bench::new(80, 24);
    bench.people = (0..300)
        .map(|number| user(number, &format!("p{number}@harbor.example"), "Somebody", Role::Viewer, RoleSource::Okta))
        .collect();
    bench.keys("2");
    for _ in 0..98 {
        bench.keys("j");
    }
    assert_eq!(selected_user(&bench), "p98@harbor.example");
    for number in 0..5 {
        let name = format!("new{number}@harbor.example");
        bench.people.insert(0, user(900 + number, &name, "New", Role::Viewer, RoleSource::Okta));
    }
    bench.wait(1_000);
    bench.event(event(12, Action::Create, 201, Some("new@harbor.example")));
    assert_eq!(selected_user(&bench), "p98@harbor.example");
    assert!(bench.screen().contains("104 of 305"));
}

#[test]
fn a_long_list_is_read_in_pages_around_the_window_only() {
    let mut bench = Bench::new(80, 24);
    bench.people = (1..=5_000)
        .map(|number| user(number, &format!("p{number}@harbor.example"), "Somebody", Role::Viewer, RoleSource::Okta))
        .collect();
    bench.calls.clear();
    bench.keys("2G");
    assert_eq!(selected_user(&bench), "p5000@harbor.example");
    let pages: Vec<u64> = bench
        .calls
        .iter()
        .filter_map(|call| match call {
            Call::Users { page, .. } => Some(*page),
            _ => None,
        })
        .collect();
    assert_eq!(pages, [0, 49]);
    bench.keys("g");
    assert_eq!(selected_user(&bench), "p1@harbor.example");
}

#[test]
fn a_person_who_is_gone_leaves_the_selection_to_the_row() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2j");
    assert_eq!(selected_user(&bench), "grace.hopper@harbor.example");
    bench.people.remove(1);
    bench.send(Message::Live(Live::Changed(Topic::Users)));
    bench.send(Message::Timer(Timer::Refresh));
    assert_eq!(selected_user(&bench), "ada.king@harbor.example");
}

#[test]
fn a_search_waits_until_typing_pauses_and_escape_clears_it() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2/ad");
    bench.calls.clear();
    bench.keys("a");
    assert_eq!(bench.calls, [], "nothing is asked while typing goes on");
    let timers: Vec<u64> = bench
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::After(_, Timer::Search(ListId::Users, sequence)) => Some(*sequence),
            _ => None,
        })
        .collect();
    for sequence in timers {
        bench.send(Message::Timer(Timer::Search(ListId::Users, sequence)));
    }
    let searches = bench.calls.iter().filter(|call| matches!(call, Call::Users { query, .. } if query.search == "ada"));
    assert_eq!(searches.count(), 1, "one question for three keys");
    assert!(!bench.screen().contains("sakura.tanaka@harbor.example  田"));
    bench.enter();
    assert!(bench.screen().contains("/ ada"));
    bench.escape();
    assert!(!bench.screen().contains("/ ada"));
    assert!(bench.screen().contains("1 of 6"));
}

#[test]
fn an_answer_to_an_older_question_is_dropped() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2");
    let old = bench.calls.iter().find(|call| matches!(call, Call::Users { .. })).cloned();
    let Some(Call::Users { list, generation, page, .. }) = old else { panic!("no question was asked") };
    bench.keys("s");
    let stale = crate::model::user::UserPage { total: 1_000, ..Default::default() };
    let answer = crate::dashboard::message::Answer::Users { list, generation, page, result: Ok(stale) };
    bench.send(Message::Answer(Box::new(answer)));
    assert!(bench.screen().contains("1 of 6"));
}

#[test]
fn a_page_the_service_refuses_is_not_asked_for_without_end() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2");
    bench.reading_fails = true;
    bench.calls.clear();
    bench.wait(1_000);
    bench.send(Message::Live(Live::Changed(Topic::Users)));
    bench.keys("jk");
    assert_eq!(bench.calls.iter().filter(|call| matches!(call, Call::Users { .. })).count(), 1);
    assert!(bench.screen().contains("not read again"));
    assert_eq!(selected_user(&bench), "sakura.tanaka@harbor.example", "what was read stays");
}

#[test]
fn what_was_searched_for_is_marked() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2/tanaka");
    bench.enter();
    bench.keys("k");
    bench.people.push(user(9, "yui.tanaka@harbor.example", "Yui Tanaka", Role::Viewer, RoleSource::Okta));
    bench.send(Message::Live(Live::Changed(Topic::Users)));
    bench.send(Message::Timer(Timer::Refresh));
    let row = row_of(&bench, "yui.tanaka").unwrap();
    let buffer = bench.buffer();
    let found = Theme::DARK.found.bg;
    let marked: String = (0..80)
        .map(|x| &buffer[(x, u16::try_from(row).unwrap())])
        .filter(|cell| Some(cell.bg) == found)
        .map(|cell| cell.symbol())
        .collect();
    assert_eq!(marked, "tanakaTanaka");
}

#[test]
fn people_who_change_faster_than_they_are_read_are_shown_all_the_same() {
    let mut list = crate::dashboard::user_list::UserList::new(ListId::Users, Default::default());
    let asked = |effects: &[Effect]| -> Vec<(u64, u64)> {
        let of = |effect: &Effect| match effect {
            Effect::Call(Call::Users { generation, page, .. }) => Some((*generation, *page)),
            _ => None,
        };
        effects.iter().filter_map(of).collect()
    };
    let mut effects = Vec::new();
    list.refresh(&mut effects);
    let [(generation, page)] = asked(&effects)[..] else { panic!("{effects:?}") };
    // What is shown changes twice while the answer is on its way.
    effects.clear();
    list.refresh(&mut effects);
    list.refresh(&mut effects);
    assert_eq!(asked(&effects), []);
    let answer = || {
        let users = crate::dashboard::tests::fixtures::people();
        let total = u64::try_from(users.len()).unwrap();
        Ok(crate::model::user::UserPage { total, users, ..Default::default() })
    };
    list.answer(generation, page, answer(), &mut effects);
    assert_eq!(list.total, Some(6), "the answer is taken");
    let [(next, _)] = asked(&effects)[..] else { panic!("asked once more: {effects:?}") };
    assert!(next > generation);
    // A refusal does not end the asking.
    let refused = crate::dashboard::message::Failure { sentence: "The disk is full.".to_owned(), status: Some(500) };
    list.answer(next, 0, Err(refused), &mut effects);
    effects.clear();
    list.refresh(&mut effects);
    assert_eq!(asked(&effects).len(), 1);
}
