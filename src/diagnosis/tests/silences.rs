//! What shows only as silence, and what somebody does not want to see any more.

use super::*;

const DAY: i64 = 86_400_000;

#[test]
fn a_token_that_waits_for_okta() {
    let mut replay = Replay::default();
    assert_eq!(replay.wait(29 * 60_000).codes(), [""; 0]);
    assert_eq!(replay.wait(60_000).codes(), ["D19"]);
    replay.send(Action::Lookup, "GET", 200, by_curl);
    assert_eq!(replay.codes(), ["D19"], "curl is not Okta");
    let nobody = Context { newest_token: None, usable_tokens: 0, ..replay.context() };
    assert_eq!(replay.watch.findings(&nobody), []);
    replay.refused(401, 4);
    assert_eq!(replay.codes(), ["D04"], "Okta has found its way");
}

/// So many people created, one with a role after the other.
fn created(people: u64) -> Replay {
    let mut replay = Replay::default();
    for n in 0..people {
        let (name, id) = (format!("user{n}@harbor.example"), format!("00u{n}"));
        replay.write(Action::Create, "POST", 201, (&name, &id), with(Role::Viewer));
    }
    replay
}

#[test]
fn weeks_without_an_update() {
    let mut replay = created(10);
    replay.write(Action::Deactivate, "PATCH", 200, ("user1@harbor.example", "00u1"), as_is);
    assert_eq!(replay.wait(13 * DAY).codes(), [""; 0]);
    assert_eq!(replay.wait(DAY).codes(), ["D24"]);
    replay.write(Action::Update, "PUT", 200, ("user2@harbor.example", "00u2"), with(Role::Viewer));
    assert_eq!(replay.codes(), [""; 0]);
    assert_eq!(created(9).wait(300 * DAY).codes(), [""; 0], "nobody's title need have changed");
}

#[test]
fn a_month_without_a_leaver() {
    let mut replay = created(21);
    replay.write(Action::Update, "PUT", 200, ("user2@harbor.example", "00u2"), with(Role::Viewer));
    assert_eq!(replay.wait(30 * DAY - 60_000).codes(), [""; 0]);
    assert_eq!(replay.wait(60_000).codes(), ["D25"]);
    replay.write(Action::Deactivate, "PUT", 200, ("user1@harbor.example", "00u1"), with(Role::Viewer));
    assert_eq!(replay.wait(300 * DAY).codes(), [""; 0], "it was ticked once");
}

#[test]
fn the_next_change_is_known_beforehand() {
    let mut replay = Replay::default();
    assert_eq!(replay.watch.next_change(replay.context().now), None);
    replay.lookup(ADA, 0, as_is);
    let now = replay.context().now;
    assert_eq!(replay.watch.next_change(now).map(|at| at.millis_since(now)), Some(10_000));
}

#[test]
fn a_certificate_that_is_not_trusted_matters_until_okta_comes_by_it() {
    let mut replay = Replay::default();
    let refused = |replay: &Replay, at, since| {
        let context = Context { refused_certificate: Some(RefusedCertificate { at, since }), ..replay.context() };
        replay.watch.findings(&context).iter().map(|finding| finding.code.to_string()).collect::<Vec<_>>()
    };
    let begun = replay.context().now.plus_millis(-3_600_000);
    let now = |replay: &Replay| replay.context().now;
    assert_eq!(refused(&replay, now(&replay), begun), ["D15"], "before Okta ever came");
    replay.credential_test();
    assert_eq!(refused(&replay, now(&replay), begun), [""; 0], "Okta trusts it, whoever else does not");
    replay.waited += 60_000;
    let renewed = now(&replay);
    assert_eq!(refused(&replay, renewed, renewed), ["D15"], "another certificate");
    replay.waited += 60_000;
    replay.credential_test();
    assert_eq!(refused(&replay, now(&replay), renewed), [""; 0], "mended");
}

#[test]
fn what_is_dismissed_stays_out_of_the_way_until_it_comes_anew() {
    let mut replay = Replay::default();
    assert!(!replay.watch.dismiss(Code(4), &context()), "not open");
    replay.refused(401, 4).mistake(Action::Create, "POST", 400, (ADA, "00u1"), 50);
    replay.refused(401, 4);
    let context = replay.context();
    assert!(replay.watch.dismiss(Code(4), &context));
    assert_eq!(replay.codes(), ["D50", "D04"], "last, whatever its weight");
    assert!(replay.findings().last().is_some_and(|finding| finding.dismissed == Some(context.now)));
    let step = |replay: &Replay| {
        let steps = replay.watch.checklist(&replay.context()).steps;
        steps.into_iter().find(|step| step.id == "credentials").unwrap().finding
    };
    assert_eq!(step(&replay), None, "it stands in nobody's way");
    replay.refused(401, 4);
    replay.watch.tidy(&replay.context());
    assert!(replay.findings().last().is_some_and(|finding| finding.dismissed.is_some()), "seen again, dismissed still");
    assert!(replay.watch.restore(Code(4)) && !replay.watch.restore(Code(4)));
    assert_eq!(step(&replay), Some(Code(4)));
    let context = replay.context();
    replay.watch.dismiss(Code(4), &context);
    replay.credential_test();
    replay.watch.tidy(&replay.context());
    replay.refused(401, 4);
    assert!(replay.findings().iter().all(|finding| finding.dismissed.is_none()), "it came anew");
}
