//! One event, and the way from it to its person, token and finding; one person's timeline, and the way to its events.

use crossterm::event::KeyCode;

use super::bench::Bench;
use crate::{
    dashboard::{
        inspector::Tab,
        message::{Answer, Effect, Failure, Message},
        panes::{Pane, users::Section},
    },
    model::{id::EventId, role::Role},
};

/// The log with the event of this number open.
fn open(bench: &mut Bench, id: u64) {
    bench.keys("5t");
    bench.keys(&id.to_string());
    bench.enter();
    bench.enter();
    assert_eq!(bench.state.inspector.as_ref().map(|inspector| inspector.id), Some(EventId(id)));
}

/// What was put on the clipboard last.
fn copied(bench: &Bench) -> Option<(String, String)> {
    bench.effects.iter().rev().find_map(|effect| match effect {
        Effect::Copy { what, text } => Some((what.clone(), text.expose().to_owned())),
        _ => None,
    })
}

#[test]
fn the_path_and_the_value_under_the_cursor_are_copied() {
    let mut bench = Bench::new(80, 24);
    open(&mut bench, 4);
    bench.keys("lly");
    assert!(bench.screen().contains("this line is no attribute"));
    bench.keys("/work");
    bench.enter();
    assert!(bench.screen().contains("n N: next, before"));
    bench.keys("y");
    assert_eq!(copied(&bench).unwrap(), ("SCIM path".to_owned(), "emails[type eq \"work\"].type".to_owned()));
    bench.keys("Y");
    assert_eq!(copied(&bench).unwrap().1, "work");
}

#[test]
fn a_request_is_copied_as_curl_without_its_token() {
    let mut bench = Bench::new(80, 24);
    open(&mut bench, 4);
    bench.keys("c");
    let (_, command) = copied(&bench).unwrap();
    assert!(command.starts_with("curl -X POST https://room.harbor.example/scim/v2/Users -H "), "{command}");
    assert!(command.contains("Bearer $SCIMROOM_TOKEN") && command.contains("--data-raw '{"), "{command}");
}

#[test]
fn the_search_for_oktas_own_log_is_copied() {
    let mut bench = Bench::new(80, 24);
    open(&mut bench, 9);
    let screen = bench.screen();
    assert!(screen.contains("Okta deactivated alan.turing@harbor.example; 3 sessions ended."), "{screen}");
    assert!(screen.contains("application.provision.user.deactivate"), "{screen}");
    bench.keys("s");
    let wanted = "eventType eq \"application.provision.user.deactivate\" and target.id eq \"00u7ab2cdEFGhij8x5d7\"";
    assert_eq!(copied(&bench).unwrap(), ("Search for Okta's System Log".to_owned(), wanted.to_owned()));
    let mut bench = Bench::new(80, 24);
    open(&mut bench, 2);
    assert!(bench.screen().contains("Probably not there: Okta does not"));
    bench.keys("s");
    assert!(copied(&bench).is_none() && bench.screen().contains("it is not in Okta's System Log"));
}

#[test]
fn a_sentence_gives_no_name_away_while_names_are_masked() {
    for width in [80, 200] {
        let mut bench = Bench::new(width, 30);
        bench.keys("P5");
        assert!(!bench.screen().contains("grace"), "{}", bench.screen());
        open(&mut bench, 10);
        let screen = bench.screen();
        assert!(screen.contains("Okta tried to create •••••, and was refused"), "{screen}");
        assert!(!screen.contains("grace"), "{screen}");
    }
}

#[test]
fn an_event_that_a_finding_names_is_marked_and_leads_there() {
    let mut bench = Bench::new(80, 24);
    let line = |bench: &mut Bench, name: &str| {
        let screen = bench.screen();
        screen.lines().find(|line| line.contains("create") && line.contains(name)).unwrap_or_default().to_owned()
    };
    bench.keys("5");
    assert!(line(&mut bench, "grace").contains("400!"), "{}", bench.screen());
    assert!(line(&mut bench, "sakura").contains("201  create"), "{}", bench.screen());
    // A finding of a sequence: the event shows nothing by itself.
    bench.state.setup.findings[0].events.push(EventId(8));
    assert!(line(&mut bench, "sakura").contains("201! create"), "{}", bench.screen());
    open(&mut bench, 8);
    assert!(bench.screen().contains("seen in several requests"), "{}", bench.screen());
    bench.keys("d");
    assert_eq!(bench.state.pane, Pane::Setup);
}

#[test]
fn a_response_that_was_cut_does_not_keep_the_request_from_being_copied() {
    let mut bench = Bench::new(80, 24);
    open(&mut bench, 4);
    let long = "x".repeat(crate::model::event::KEPT_BODY);
    let cut = |request: bool, bench: &mut Bench| {
        let mut detail = super::fixtures::event_detail(EventId(4));
        detail.truncated = true;
        *(if request { &mut detail.request_body } else { &mut detail.response_body }) = Some(long.clone());
        bench.state.inspector.as_mut().unwrap().fill(Box::new(detail));
    };
    cut(false, &mut bench);
    bench.keys("ll");
    assert!(!bench.screen().contains("longer than what is kept"), "{}", bench.screen());
    bench.keys("l");
    assert!(bench.screen().contains("longer than what is kept"), "{}", bench.screen());
    bench.keys("c");
    assert!(copied(&bench).is_some());
    let mut bench = Bench::new(80, 24);
    open(&mut bench, 4);
    cut(true, &mut bench);
    bench.keys("c");
    assert!(copied(&bench).is_none() && bench.screen().contains("longer than what is kept"), "{}", bench.screen());
}

#[test]
fn a_search_says_what_it_does_not_find_and_folds_open_what_it_does() {
    let mut bench = Bench::new(80, 24);
    open(&mut bench, 4);
    bench.keys("/");
    assert!(bench.screen().contains("something to search in request and response only"));
    bench.keys("llz");
    assert!(!bench.screen().contains("givenName"));
    bench.keys("/given");
    assert!(bench.screen().contains("givenName"));
    bench.enter();
    bench.keys("/nobody");
    bench.enter();
    assert!(bench.screen().contains("not found"));
}

#[test]
fn the_way_to_the_person_leads_back_again() {
    let mut bench = Bench::new(80, 24);
    open(&mut bench, 5);
    bench.keys("llp");
    assert_eq!(bench.state.pane, Pane::Users);
    let detail = bench.state.users.detail.as_ref().unwrap();
    assert_eq!(detail.section, Section::Timeline);
    assert_eq!(detail.event().map(|event| event.id), Some(EventId(5)));
    bench.enter();
    assert!(bench.state.inspector.is_some());
    bench.escape();
    bench.escape();
    assert_eq!(bench.state.pane, Pane::Log);
    let inspector = bench.state.inspector.as_ref().unwrap();
    assert_eq!((inspector.id, inspector.tab), (EventId(5), Tab::Request));
}

#[test]
fn the_ways_to_token_and_finding_lead_back_again() {
    let mut bench = Bench::new(80, 24);
    open(&mut bench, 10);
    bench.keys("t");
    assert_eq!(bench.state.tokens.selected().map(|token| token.name.as_str()), Some("Okta production"));
    bench.escape();
    assert_eq!(bench.state.pane, Pane::Log);
    bench.keys("d");
    assert_eq!(bench.state.pane, Pane::Setup);
    assert!(bench.screen().contains("Application username format"));
    bench.escape();
    assert_eq!(bench.state.inspector.as_ref().map(|inspector| inspector.id), Some(EventId(10)));
    open(&mut bench, 2);
    bench.keys("d");
    assert!(bench.screen().contains("it shows no finding"));
}

#[test]
fn the_neighbours_of_an_event_are_those_of_its_person() {
    let mut bench = Bench::new(80, 24);
    open(&mut bench, 5);
    bench.keys("]");
    assert_eq!(bench.state.inspector.as_ref().map(|inspector| inspector.id), Some(EventId(6)));
    bench.keys("[[");
    assert_eq!(bench.state.inspector.as_ref().map(|inspector| inspector.id), Some(EventId(4)));
    bench.keys("[[");
    assert!(bench.screen().contains("There is no older event about this person"));
}

#[test]
fn an_attribute_leads_to_the_event_that_set_it() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2jj");
    bench.enter();
    bench.press(KeyCode::Right);
    bench.press(KeyCode::Right);
    for _ in 0..20 {
        bench.press(KeyCode::Down);
        let path = bench.state.users.detail.as_ref().and_then(|detail| detail.resource.path());
        if path.as_deref() == Some("name.familyName") {
            break;
        }
    }
    bench.keys("w");
    let inspector = bench.state.inspector.as_ref().unwrap();
    assert_eq!((inspector.id, inspector.tab), (EventId(5), Tab::Changes));
    assert!(bench.screen().contains("name.familyName was last set by event 5"));
    bench.escape();
    bench.keys("jjw");
    assert!(bench.screen().contains("No event that is still kept has set"), "{}", bench.screen());
}

#[test]
fn changes_fold_away_in_the_timeline() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2jj");
    bench.enter();
    bench.press(KeyCode::Right);
    assert!(bench.screen().contains("member of APP-Harbor-Editors"));
    bench.keys(" ");
    assert!(!bench.screen().contains("member of APP-Harbor-Editors"));
    assert!(bench.screen().contains("▸ 2"));
}

#[test]
fn what_a_viewer_cannot_see_cannot_be_copied_as_curl() {
    let mut bench = Bench::unconnected(80, 24);
    bench.role = Role::Viewer;
    bench.connect();
    open(&mut bench, 4);
    if let Some(detail) = bench.state.inspector.as_mut() {
        let mut seen = super::fixtures::event_detail(EventId(4));
        seen.request_body = None;
        detail.fill(Box::new(seen));
    }
    bench.keys("c");
    assert!(copied(&bench).is_none());
    assert!(bench.screen().contains("bodies need the editor role"));
}

#[test]
fn a_deleted_account_is_its_timeline_and_says_so() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2");
    bench.enter();
    bench.press(KeyCode::Right);
    let id = bench.state.users.detail.as_ref().unwrap().id;
    let gone = Failure { sentence: "There is no such user.".to_owned(), status: Some(404) };
    bench.send(Message::Answer(Box::new(Answer::User(id, Err(gone)))));
    let screen = bench.screen();
    assert!(screen.contains("  deleted") && screen.contains("This account was deleted"), "{screen}");
    assert!(screen.contains("Timeline") && !screen.contains("Overview"), "{screen}");
    bench.press(KeyCode::Right);
    bench.press(KeyCode::Down);
    bench.enter();
    assert!(bench.state.inspector.is_some(), "its events open");
    bench.escape();
    bench.keys("d");
    assert!(bench.state.dialog.is_none(), "nothing can be done to it:\n{}", bench.screen());
}
