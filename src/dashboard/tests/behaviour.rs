//! What an admin would notice: where the selection is, what a key does, what is asked of the service.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::fixtures::{Bench, SECRET, event, user, user_id};
use crate::{
    client::live::Live,
    dashboard::{
        message::{Call, Clipped, Effect, ListId, Message, Timer},
        panes::Pane,
        state::Link,
    },
    model::{
        event::Action,
        finding::Code,
        id::EventId,
        live::Topic,
        role::{Role, RoleSource},
        secret::Secret,
        user::UserPatch,
    },
};

fn lose(bench: &mut Bench) {
    let retry_in = std::time::Duration::from_secs(5);
    bench.send(Message::Live(Live::Disconnected { reason: "gone".to_owned(), refused: false, retry_in }));
}

fn selected_user(bench: &Bench) -> &str {
    bench.state.subject().map_or("nobody", |user| user.user_name.as_str())
}

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
fn older_events_are_read_at_the_top() {
    let mut bench = Bench::new(80, 24);
    bench.state.log.exhausted = false;
    bench.keys("5g");
    assert!(bench.calls.contains(&Call::OlderEvents(EventId(1))));
}

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
    assert!(bench.screen().contains("not its last four"));
    bench.press(KeyCode::Left);
    bench.keys("v");
    assert!(bench.screen().contains(SECRET), "there is a way back");
    bench.enter();
    bench.keys("Bpw6");
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
    assert!(!bench.calls.iter().any(|call| matches!(call, Call::UpdateUser { .. })));
    bench.keys("d");
    bench.press(KeyCode::Tab);
    bench.enter();
    let asked = bench.calls.iter().any(|call| {
        let off = UserPatch { role: None, active: Some(false) };
        matches!(call, Call::UpdateUser { id, patch, .. } if *id == user_id(6) && *patch == off)
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
            Call::UpdateUser { id, .. } => Some(*id),
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
    assert!(!bench.calls.iter().any(|call| matches!(call, Call::UpdateUser { .. })));
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
    bench.keys("kk");
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
