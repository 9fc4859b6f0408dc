//! What the watch keeps: bounded, and the same before and after a restart.

use proptest::{collection::vec, option, prelude::*, sample::select};

use super::*;
use crate::diagnosis::rules::{EVENTS, PEOPLE_KEPT, PEOPLE_SHOWN};

/// Stores the watch and takes it up again.
fn restart(watch: &Watch) -> Watch {
    serde_json::from_str(&serde_json::to_string(watch).unwrap()).unwrap()
}

#[test]
fn a_snapshot_takes_up_where_it_was() {
    let mut replay = Replay::default();
    replay.refused(401, 4).credential_test().create(LI, "00u2").refused(401, 5);
    replay.mistake(Action::Create, "POST", 400, ("amoreno", "00u1"), 29);
    replay.mistake(Action::Update, "PUT", 400, (LI, "00u2"), 50);
    let mut again = Replay { watch: restart(&replay.watch), next: replay.next, waited: 0 };
    assert_eq!(again.watch, replay.watch);
    assert_eq!(again.watch.last_event(), Some(EventId(6)));

    again.create(ADA, "00u1");
    replay.create(ADA, "00u1");
    assert_eq!(again.codes(), ["D50"]);
    assert_eq!(again.watch, replay.watch);
}

/// As it was kept before the watch knew sequences and dismissals; and by a clock that was ahead of today's.
#[test]
fn a_snapshot_of_an_earlier_version_is_taken_up() {
    let mut watch: Watch = serde_json::from_str(
        r#"{"lastEvent":6,"open":{"D29":{"events":[5],"count":1,"people":[
            {"userName":"amoreno","externalId":"00u1","userId":null}],"token":null,
            "firstSeen":"2026-09-01T08:00:00Z","lastSeen":"2026-09-01T08:00:00Z"}},
            "proofs":{"reached":null,"astray":null,"tested":null,"created":null,"updated":null,"deactivated":null,
            "named":null,"roled":null}}"#,
    )
    .unwrap();
    assert_eq!(watch.last_event(), Some(EventId(6)));
    assert_eq!(watch.findings(&context())[0].people, ["amoreno"]);
    let mut well = event(7, Action::Create, "POST", "/scim/v2/Users", 201);
    well.user_name = Some(ADA.to_owned());
    well.external_id = Some("00u1".to_owned());
    well.role = Some(Role::Viewer);
    watch.observe(&well);
    assert_eq!(watch.findings(&context()), []);
}

#[test]
fn events_that_the_snapshot_knows_are_passed_over() {
    let mut refused = event(7, Action::SignInRefused, "GET", "/scim/v2/Users", 401);
    refused.findings = vec![Code(1)];
    let mut watch = Watch::default();
    watch.observe(&refused);
    let mut again = restart(&watch);
    again.observe(&refused);
    assert_eq!(again, watch);
}

#[test]
fn a_broken_format_for_thousands_of_people_is_kept_within_bounds_and_closes_when_they_are_well() {
    let many = PEOPLE_KEPT + 500;
    let mut replay = Replay::default();
    for n in 0..many {
        replay.mistake(Action::Create, "POST", 400, (&format!("user{n}"), &format!("00u{n}")), 29);
    }
    let findings = replay.findings();
    let [finding] = findings.as_slice() else { panic!("one finding: {findings:?}") };
    assert_eq!(finding.events.len(), EVENTS);
    assert_eq!(finding.events.last(), Some(&EventId(many as u64)));
    assert_eq!(finding.count, many as u64);
    assert_eq!(finding.people.len(), PEOPLE_SHOWN);
    assert_eq!(finding.people.last(), Some(&format!("user{}", many - 1)));

    for n in 0..many {
        assert_eq!(replay.codes(), ["D29"], "user{n} is not well yet");
        replay.create(&format!("user{n}@harbor.example"), &format!("00u{n}"));
    }
    assert!(replay.codes().is_empty());
}

#[test]
fn long_names_do_not_fill_the_memory_and_are_still_recognised() {
    let long = "x".repeat(1_000_000);
    let mut replay = Replay::default();
    replay.mistake(Action::Create, "POST", 400, (&long, &long), 29);
    replay.send(Action::Astray, "GET", 404, |event| event.path = long.clone());
    replay.send(Action::Create, "POST", 201, |event| {
        by_curl(event);
        event.token_name = Some(long.clone());
        event.user_name = Some(format!("{long}@harbor.example"));
    });
    assert!(serde_json::to_string(&replay.watch).unwrap().len() < 10_000);
    assert_eq!(replay.codes(), ["D29"]);
    replay.create(ADA, &long);
    assert!(replay.codes().is_empty());
}

prop_compose! {
    fn any_request()(
        action in select(Action::ALL),
        method in select(&["GET", "POST", "PUT", "PATCH", "DELETE"][..]),
        path in select(&["/scim/v2/Users", "/Users", "", "//scim/v2/Groups", "/scim"][..]),
        status in select(&[200, 201, 204, 400, 401, 403, 404, 409, 429, 500][..]),
        agent in option::of(select(&["Okta SCIM Client 1.0.0", "curl/8.14.1"][..])),
        token in option::of(1_u128..3),
        name in option::of(select(&["amoreno", "AMORENO", ADA, LI, "", "\u{130}@x"][..])),
        external in option::of(select(&["00u1", "00u2", ""][..])),
        user in option::of(1_u128..3),
        findings in vec(select(&[1, 4, 5, 6, 8, 29, 36, 50, 77][..]), 0..3),
        (results, role, repeats) in (option::of(0_u64..2), option::of(select(&Role::ALL[..])), 0_u64..4),
    ) -> Event {
        let mut event = event(0, action, method, path, status);
        event.user_agent = agent.map(str::to_owned);
        event.token_id = token.map(|n| TokenId(Uuid::from_u128(n)));
        event.user_name = name.map(str::to_owned);
        event.external_id = external.map(str::to_owned);
        event.user_id = user.map(|n| crate::model::id::UserId(Uuid::from_u128(n)));
        event.findings = findings.into_iter().map(Code).collect();
        (event.results, event.role, event.repeats) = (results, role, repeats);
        event
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_restart_in_between_makes_no_difference(requests in vec(any_request(), 0..120), cut in 0_usize..120) {
        let mut whole = Watch::default();
        let mut halves = Watch::default();
        for (n, mut event) in requests.into_iter().enumerate() {
            // Ids have gaps and the clock is set back now and then.
            event.id = EventId(n as u64 * 2 + 1);
            event.at = Timestamp::from_millis((n as i64 * 7_919) % 60_000);
            if n == cut {
                halves = restart(&halves);
            }
            whole.observe(&event);
            halves.observe(&event);
        }
        prop_assert_eq!(&whole, &halves);
        let findings = whole.findings(&context());
        prop_assert_eq!(&findings, &halves.findings(&context()));
        for finding in findings {
            prop_assert!(finding.events.len() <= EVENTS && finding.people.len() <= PEOPLE_SHOWN);
            prop_assert!(finding.first_seen <= finding.last_seen && finding.count >= finding.events.len() as u64);
            prop_assert!(!finding.events.is_empty());
        }
        prop_assert!(serde_json::to_string(&whole).unwrap().len() < 40_000);
    }
}
