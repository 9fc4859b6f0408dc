use proptest::prelude::*;

use super::*;
use crate::model::{
    event::Action,
    finding::Code,
    id::{EventId, TransactionId},
};

fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn event() -> Event {
    Event {
        id: EventId(42),
        at: "2026-11-20T11:50:00Z".parse().unwrap(),
        action: Action::Create,
        method: "POST".to_owned(),
        path: "/scim/v2/Users".to_owned(),
        query: None,
        status: 409,
        latency_micros: 1,
        request_bytes: 0,
        response_bytes: 0,
        address: Some("203.0.113.9".to_owned()),
        user_agent: None,
        token_id: None,
        token_name: Some("Okta Production".to_owned()),
        user_id: None,
        user_name: Some("Zoë@Harbor.example".to_owned()),
        external_id: Some("00u1".to_owned()),
        group_id: None,
        group_name: Some("Sailing Crew".to_owned()),
        results: None,
        role: None,
        changed: vec!["name.familyName".to_owned()],
        detail: Some("There is a user of that name already.".to_owned()),
        findings: vec![Code(29)],
        mode: TokenMode::DryRun,
        compatibility: Vec::new(),
        repeats: 1,
        transaction: TransactionId::new(now()),
    }
}

fn shows(text: &str) -> bool {
    let bodies = Bodies { request: Some(r#"{"title":"Countess"}"#), response: None };
    EventFilter::parse(text, now()).unwrap().matches_whole(&event(), bodies)
}

#[test]
fn every_term_finds_its_own_and_nothing_else() {
    let pairs = [
        ("user:zoë", "user:ada"),
        ("user:00u1", "user:crew"),
        ("group:\"sailing crew\"", "group:zoë"),
        ("path:/users", "path:/groups"),
        ("action:create", "action:update"),
        ("method:post", "method:pos"),
        ("token:production", "token:zoë"),
        ("address:203.0.113", "address:198"),
        ("finding:d29", "finding:d30"),
        ("status:409", "status:410"),
        ("mode:dry-run", "mode:live"),
        ("!mode:test", "!mode:Dry-Run"),
        ("status:4xx", "status:5xx"),
        ("status:40", "status:41"),
        ("status:failed", "status:ok"),
        ("time:<15m", "time:>15m"),
        ("time:2026-11-20", "time:2026-11-19"),
        ("time:2026-11-20T11:50", "time:2026-11-20T11:51"),
        ("id:42", "id:43"),
        ("id:>41", "id:>42"),
        ("id:<43", "id:<42"),
        ("body:countess", "body:duchess"),
        ("ZOË", "nobody"),
        ("\"of that name\"", "\"that of name\""),
        ("familyname", "givenname"),
        ("409 post", "409 get"),
        ("!ada", "!zoë"),
        ("!status:2xx", "!status:4xx"),
        ("http://x", "!http://x"),
    ];
    for (yes, no) in pairs {
        let yes = if yes == "http://x" { "!http://x" } else { yes };
        let no = if no == "!http://x" { "http://x" } else { no };
        assert!(shows(yes), "{yes}");
        assert!(!shows(no), "{no}");
    }
}

#[test]
fn what_is_still_being_typed_filters_nothing_yet() {
    for text in ["", "  ", "user:", "status:", "mode:", "time:", "!", "\"", "user:\""] {
        assert!(EventFilter::parse(text, now()).unwrap().is_empty(), "{text:?}");
    }
    assert!(shows("\"of that na"), "an open quote reaches to the end");
}

#[test]
fn a_wrong_term_is_refused_in_words() {
    let said = |text: &str| EventFilter::parse(text, now()).unwrap_err().to_string();
    assert!(said("status:abc").starts_with("status:abc is no status: give a number such as 409"));
    assert!(said("status:4x9").contains("is no status"));
    assert!(said("mode:dry").contains("use one of live, dry-run, test"));
    assert!(said("time:soon").contains("is no time"));
    assert!(said("ada id:x").starts_with("id:x is no event number"));
}

#[test]
fn what_bounds_a_search_is_known_beforehand() {
    let filter = EventFilter::parse("time:>2026-11-01 time:<2026-11-05 id:>10 id:<20 status:4xx", now()).unwrap();
    let period = filter.period();
    assert_eq!(period.from, "2026-11-01T00:00:00Z".parse().ok());
    assert_eq!(period.until, "2026-11-05T00:00:00Z".parse().ok());
    assert_eq!(filter.numbers(), (11, 19));
    assert!(filter.only_failures());
    let open = EventFilter::parse("!time:2026-11-01 !status:4xx status:ok", now()).unwrap();
    assert_eq!((open.period(), open.numbers()), (Period::default(), (0, u64::MAX)));
    assert!(!open.only_failures());
}

#[test]
fn without_bodies_a_term_that_looks_there_shows_nothing() {
    let filter = EventFilter::parse("body:countess action:create", now()).unwrap();
    assert!(filter.needs_bodies() && !filter.matches(&event()) && filter.may_match(&event()));
    let other = EventFilter::parse("!body:duchess action:update", now()).unwrap();
    assert!(!other.matches(&event()) && !other.may_match(&event()));
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "\\PC*") {
        if let Ok(filter) = EventFilter::parse(&text, now()) {
            filter.matches(&event());
        }
    }

    /// A word is found where it stands, however it is written.
    #[test]
    fn a_word_of_the_event_finds_it(start in 0_usize..30, length in 1_usize..10) {
        let detail = event().detail.unwrap();
        let part: String = detail.chars().skip(start).take(length).collect();
        let quoted = format!("\"{}\"", part.to_uppercase());
        prop_assert!(shows(&quoted), "{}", quoted);
    }

    /// A term and its negation show everything between them, and nothing twice.
    #[test]
    fn a_term_or_its_negation_holds(field in prop::sample::select(vec!["", "user:", "path:", "status:", "id:", "body:"]),
                                    value in "[0-9a-z]{1,3}") {
        let term = format!("{field}{value}");
        if EventFilter::parse(&term, now()).is_ok() {
            let opposite = format!("!{term}");
            prop_assert!(shows(&term) != shows(&opposite), "{}", term);
        }
    }
}
