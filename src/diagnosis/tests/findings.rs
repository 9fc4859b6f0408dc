//! What opens each finding, what innocent neighbour does not, and what closes it.

use uuid::Uuid;

use super::*;
use crate::{diagnosis::diagnose, model::finding::Severity};

#[test]
fn refused_credentials_open_a_finding_until_okta_is_let_in() {
    for code in [1, 2, 3, 4, 5, 6, 7, 8] {
        let mut replay = Replay::default();
        replay.refused(if code == 6 { 403 } else { 401 }, code);
        assert_eq!(replay.codes(), [Code(code).to_string()]);
        replay.refused(429, code);
        assert_eq!(replay.codes(), [Code(code).to_string()], "a refusal does not close it");
        replay.credential_test();
        assert!(replay.codes().is_empty(), "D{code:02} closes");
    }
}

#[test]
fn a_person_with_curl_is_not_diagnosed_and_mends_nothing() {
    let mut replay = Replay::default();
    replay.send(Action::SignInRefused, "GET", 401, |event| {
        by_curl(event);
        event.findings = vec![Code(4)];
    });
    assert!(replay.codes().is_empty());
    replay.refused(401, 4).send(Action::CredentialTest, "GET", 200, by_curl);
    assert_eq!(replay.codes(), ["D04"], "curl with a good token says nothing about Okta's");
}

#[test]
fn what_is_refused_or_unauthenticated_does_not_show_that_credentials_work() {
    let mut replay = Replay::default();
    replay.refused(401, 5);
    replay.send(Action::SignInRefused, "PUT", 401, as_is);
    replay.send(Action::Read, "GET", 403, as_is);
    replay.send(Action::Astray, "GET", 404, as_is);
    replay.send(Action::Lookup, "GET", 503, |event| event.token_id = None);
    assert_eq!(replay.codes(), ["D05"]);
    // A mistake in the body is made by somebody who was let in.
    replay.mistake(Action::Create, "POST", 400, (ADA, "00u1"), 50);
    assert_eq!(replay.codes(), ["D50"]);
}

#[test]
fn what_a_read_only_token_may_read_does_not_show_that_it_may_write() {
    let mut replay = Replay::default();
    replay.mistake(Action::Create, "POST", 403, (ADA, "00u1"), 6).lookup(ADA, 0, as_is);
    assert_eq!(replay.codes(), ["D06"]);
    replay.lookup(ADA, 0, |event| event.token_id = Some(TokenId(Uuid::from_u128(2))));
    assert!(replay.codes().is_empty(), "another token");
    replay.mistake(Action::Create, "POST", 403, (ADA, "00u1"), 6).create(ADA, "00u1");
    assert!(replay.codes().is_empty(), "a write");
}

#[test]
fn a_user_name_that_is_no_address_is_open_until_that_person_arrives() {
    let mut replay = Replay::default();
    replay.lookup("amoreno", 0, |event| event.findings = vec![Code(29)]);
    replay.mistake(Action::Create, "POST", 400, ("AMoreno", "00u1"), 29);
    replay.mistake(Action::Create, "POST", 400, ("lwei", "00u2"), 29);
    assert_eq!(replay.codes(), ["D29"]);
    assert_eq!(replay.people(), ["AMoreno", "lwei"]);

    replay.lookup(ADA, 0, as_is).create(ADA, "00u1");
    assert_eq!(replay.people(), ["lwei"], "only who is still broken is named");
    // Refused for another reason, and then well.
    replay.mistake(Action::Create, "POST", 409, (LI, "00u2"), 36);
    assert_eq!(replay.codes(), ["D29", "D36"]);
    replay.write(Action::Update, "PUT", 200, (LI, "00u2"), as_is);
    assert!(replay.codes().is_empty());
}

#[test]
fn a_mere_lookup_by_a_wrong_name_is_forgiven_once_addresses_arrive() {
    let mut replay = Replay::default();
    replay.lookup("amoreno", 0, |event| event.findings = vec![Code(29)]);
    replay.write(Action::Create, "POST", 201, (LI, "00u2"), by_curl);
    replay.write(Action::Update, "PUT", 200, (LI, "00u2"), as_is);
    replay.lookup(LI, 1, as_is);
    assert_eq!(replay.codes(), ["D29"], "none of these is a create by Okta");
    replay.create("noor.haddad@harbor.example", "00u3");
    assert!(replay.codes().is_empty());
}

#[test]
fn a_create_of_somebody_who_is_here_is_open_until_okta_finds_the_account() {
    let mut replay = Replay::default();
    replay.lookup(ADA, 0, as_is).create(ADA, "00u1");
    assert!(replay.codes().is_empty());
    replay.mistake(Action::Create, "POST", 409, (ADA, "00u9"), 36);
    assert_eq!((replay.codes(), replay.people()), (vec!["D36".to_owned()], vec![ADA.to_owned()]));
    replay.lookup(ADA, 0, as_is).lookup(LI, 1, as_is).create(LI, "00u2");
    assert_eq!(replay.codes(), ["D36"], "somebody else, or not found");
    replay.lookup("Ada.Moreno@HARBOR.example", 1, |event| event.external_id = Some("00u1".to_owned()));
    assert!(replay.codes().is_empty());

    replay.mistake(Action::Create, "POST", 409, (ADA, "00u1"), 36);
    replay.write(Action::Update, "PUT", 200, (ADA, "00u1"), as_is);
    assert!(replay.codes().is_empty(), "linked and written");
}

#[test]
fn an_unknown_role_is_open_until_that_person_has_one_that_exists() {
    let mut replay = Replay::default();
    replay.write(Action::Create, "POST", 201, (ADA, "00u1"), with(Role::Editor));
    assert!(replay.codes().is_empty());
    replay.mistake(Action::Update, "PUT", 400, (ADA, "00u1"), 50);
    replay.mistake(Action::Create, "POST", 400, (LI, "00u2"), 50);
    assert_eq!((replay.codes(), replay.people()), (vec!["D50".to_owned()], vec![ADA.to_owned(), LI.to_owned()]));

    replay.write(Action::Reactivate, "PATCH", 200, (ADA, "00u1"), as_is);
    assert_eq!(replay.people(), [ADA, LI], "a PATCH of something else says nothing of the role");
    replay.write(Action::RoleChange, "PUT", 200, (ADA, "00u1"), with(Role::Owner));
    assert_eq!(replay.people(), [LI]);
    replay.write(Action::Create, "POST", 201, (LI, "00u2"), as_is);
    assert!(replay.codes().is_empty(), "the value was taken away, and the whole profile accepted");
}

#[test]
fn the_role_of_somebody_who_left_does_not_matter_any_more() {
    let mut replay = Replay::default();
    replay.mistake(Action::Update, "PUT", 400, (ADA, "00u1"), 50);
    replay.write(Action::Deactivate, "PATCH", 200, (ADA, "00u1"), as_is);
    assert!(replay.codes().is_empty());
}

#[test]
fn a_mistake_about_nobody_in_particular_opens_nothing_that_could_never_close() {
    let mut replay = Replay::default();
    replay.send(Action::Create, "POST", 400, |event| event.findings = vec![Code(29), Code(50), Code(98)]);
    assert!(replay.codes().is_empty());
}

#[test]
fn a_request_that_shows_a_mistake_does_not_close_it() {
    let mut replay = Replay::default();
    for _ in 0..2 {
        replay.write(Action::Create, "POST", 201, ("amoreno", "00u1"), |event| event.findings = vec![Code(29)]);
        assert_eq!(replay.codes(), ["D29"]);
    }
}

#[test]
fn a_finding_names_its_events_people_and_times_and_starts_afresh_after_it_was_closed() {
    let mut replay = Replay::default();
    replay.refused(401, 4).credential_test().refused(401, 4);
    replay.send(Action::SignInRefused, "GET", 401, |event| {
        event.findings = vec![Code(4), Code(4)];
        event.repeats = 40;
    });
    let findings = replay.findings();
    let [finding] = findings.as_slice() else { panic!("one finding: {findings:?}") };
    assert_eq!(finding.events, [EventId(3), EventId(4)]);
    assert_eq!(finding.count, 41);
    assert_eq!(finding.last_seen.millis_since(finding.first_seen), 1_000);
    assert_eq!(finding.severity, Severity::Error);
    assert!(finding.fix.contains("Settings > API Tokens") && !finding.title.is_empty());
}

#[test]
fn the_gravest_finding_comes_first_and_among_equals_the_latest() {
    let mut replay = Replay::default();
    replay.mistake(Action::Create, "POST", 409, (ADA, "00u1"), 36);
    replay.mistake(Action::Create, "POST", 400, ("lwei", "00u2"), 29);
    replay.mistake(Action::Create, "POST", 400, ("noor@harbor.example", "00u3"), 50);
    replay.refused(401, 1).refused(401, 2);
    assert_eq!(replay.codes(), ["D02", "D01", "D29", "D50", "D36"]);
}

#[test]
fn a_window_of_events_is_diagnosed_like_the_whole() {
    let mut refused = event(1, Action::SignInRefused, "GET", "/scim/v2/Users", 401);
    refused.findings = vec![Code(7)];
    let accepted = event(2, Action::CredentialTest, "GET", "/scim/v2/Users", 200);
    assert_eq!(diagnose([&refused], &context()).len(), 1);
    assert_eq!(diagnose([&refused, &accepted], &context()), []);
    assert_eq!(diagnose([&refused, &accepted, &refused], &context()), [], "a replayed event is passed over");
}
