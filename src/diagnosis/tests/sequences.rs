//! Mistakes that only a sequence of requests shows, each beside its nearest innocent neighbour.

use super::*;

const NOOR: &str = "noor.haddad@harbor.example";

impl Replay {
    /// What Okta does for somebody who is assigned, as a set-up without a mistake sends it.
    fn assign(&mut self, name: &str, external_id: &str) -> &mut Self {
        self.lookup(name, 0, as_is);
        self.write(Action::Create, "POST", 201, (name, external_id), with(Role::Viewer))
    }

    /// A whole profile without a role.
    fn roleless(&mut self, action: Action, method: &str, name: &str, external_id: &str) -> &mut Self {
        self.write(action, method, 201, (name, external_id), as_is)
    }

    fn at_path(&mut self, action: Action, method: &str, status: u16, path: &str) -> &mut Self {
        self.send(action, method, status, |event| path.clone_into(&mut event.path))
    }

    fn push_group(&mut self, method: &str, status: u16, name: &str, codes: &[u8]) -> &mut Self {
        self.send(Action::GroupPush, method, status, |event| {
            event.path = "/scim/v2/Groups".to_owned();
            event.group_name = Some(name.to_owned());
            event.findings = codes.iter().copied().map(Code).collect();
        })
    }

    fn shows(&self, code: &str) -> bool {
        self.codes().iter().any(|open| open == code)
    }
}

/// Everything that the guide's set-up sends in its first hour, and again after a month.
#[test]
fn a_set_up_without_a_mistake_raises_nothing() {
    let mut replay = Replay::default();
    replay.credential_test();
    for (n, name) in [ADA, LI, NOOR].into_iter().enumerate() {
        replay.assign(name, &format!("00u{n}"));
    }
    replay.send(Action::Read, "GET", 200, |event| event.user_name = Some(ADA.to_owned()));
    replay.write(Action::Update, "PUT", 200, (ADA, "00u0"), with(Role::Viewer));
    replay.write(Action::RoleChange, "PUT", 200, (ADA, "00u0"), with(Role::Editor));
    replay.write(Action::Deactivate, "PUT", 200, (LI, "00u1"), with(Role::Viewer));
    replay.lookup(LI, 1, as_is).write(Action::Reactivate, "PUT", 200, (LI, "00u1"), with(Role::Viewer));
    replay.write(Action::Deactivate, "PATCH", 200, (NOOR, "00u2"), as_is);
    // The e-mail address of somebody changes: the old account ends, the new one begins.
    replay.write(Action::Deactivate, "PUT", 200, (ADA, "00u0"), with(Role::Editor));
    replay.assign("ada.king@harbor.example", "00u0");
    replay.push_group("POST", 201, "Sales", &[]).push_group("PATCH", 200, "Sales", &[]);
    replay.send(Action::ImportPage, "GET", 200, |event| {
        event.query = Some("startIndex=1&count=100".to_owned());
        event.results = Some(40);
    });
    replay.send(Action::Create, "POST", 429, as_is);
    assert_eq!(replay.codes(), [""; 0]);
    for _ in 0..31 {
        replay.wait(86_400_000).credential_test();
        assert_eq!(replay.codes(), [""; 0]);
    }
}

#[test]
fn a_lookup_without_a_create_shows_after_ten_seconds_that_creating_is_off() {
    let mut replay = Replay::default();
    replay.lookup(ADA, 0, as_is);
    assert_eq!(replay.wait(9_000).codes(), [""; 0]);
    replay.lookup(LI, 0, as_is);
    assert_eq!((replay.codes(), replay.people()), (vec!["D23".to_owned()], vec![ADA.to_owned(), LI.to_owned()]));
    replay.assign(LI, "00u2");
    assert!(!replay.shows("D23"), "a create shows that it is on");
    replay.lookup("ada.king@harbor.example", 0, as_is);
    replay.write(Action::EmailChange, "PUT", 200, ("ada.king@harbor.example", "00u1"), with(Role::Viewer));
    assert_eq!(replay.wait(60_000).codes(), [""; 0], "a new name was looked up for somebody who is here");
    replay.send(Action::Lookup, "GET", 200, |event| {
        event.group_name = Some("Sales".to_owned());
        event.results = Some(0);
    });
    replay.lookup(ADA, 1, as_is);
    assert_eq!(replay.wait(60_000).codes(), [""; 0], "a group, and somebody who is here");
}

#[test]
fn who_was_put_off_creates_later() {
    let mut replay = Replay::default();
    replay.lookup(ADA, 0, as_is).send(Action::Lookup, "GET", 429, as_is);
    assert_eq!(replay.wait(50_000).codes(), [""; 0]);
    assert_eq!(replay.wait(20_000).codes(), ["D23"]);
    replay.send(Action::Create, "POST", 429, as_is);
    assert_eq!(replay.codes(), [""; 0], "a create, though it was put off");
}

#[test]
fn nothing_but_tests_for_half_an_hour() {
    let mut replay = Replay::default();
    replay.credential_test().wait(29 * 60_000).credential_test();
    assert_eq!(replay.codes(), [""; 0]);
    assert_eq!(replay.wait(60_000).codes(), ["D20"]);
    replay.assign(ADA, "00u1");
    assert_eq!(replay.codes(), [""; 0]);
    replay.credential_test();
    assert_eq!(replay.wait(3_600_000).codes(), [""; 0], "a test of a set-up that works");
}

#[test]
fn a_failed_push_that_nobody_made_up_for() {
    let mut replay = Replay::default();
    replay.assign(ADA, "00u1");
    replay.write(Action::Update, "PUT", 400, (ADA, "00u1"), as_is);
    assert_eq!(replay.wait(9 * 60_000).codes(), [""; 0]);
    assert_eq!((replay.wait(61_000).codes(), replay.people()), (vec!["D27".to_owned()], vec![ADA.to_owned()]));
    replay.write(Action::Update, "PUT", 200, (ADA, "00u1"), with(Role::Viewer));
    assert_eq!(replay.codes(), [""; 0]);
    replay.write(Action::Update, "PUT", 429, (ADA, "00u1"), as_is);
    assert_eq!(replay.wait(3_600_000).codes(), [""; 0], "Okta comes again by itself");
}

#[test]
fn a_create_that_meets_an_account_is_explained_by_what_came_before() {
    // Okta ran one job twice.
    let mut replay = Replay::default();
    replay.assign(ADA, "00u1").mistake(Action::Create, "POST", 409, (ADA, "00u1"), 36);
    assert_eq!(replay.codes(), ["D38"]);
    replay.lookup(ADA, 1, as_is);
    assert_eq!(replay.codes(), [""; 0]);
    // Later it is something else.
    replay.wait(5_000).mistake(Action::Create, "POST", 409, (ADA, "00u1"), 36);
    assert_eq!(replay.codes(), ["D36"]);
    // The person left under one name and comes back under one that somebody has.
    let mut replay = Replay::default();
    replay.assign(ADA, "00u1").assign(LI, "00u2");
    replay.write(Action::Deactivate, "PUT", 200, (ADA, "00u1"), with(Role::Viewer));
    replay.mistake(Action::Create, "POST", 409, (LI, "00u1"), 36);
    assert_eq!(replay.codes(), ["D34"], "however short the time since the account was created");
    replay.write(Action::Create, "POST", 201, ("ada.king@harbor.example", "00u1"), with(Role::Viewer));
    assert_eq!(replay.codes(), [""; 0]);
}

#[test]
fn an_id_that_is_not_here_is_an_accident_once_and_a_mistake_twice() {
    let gone = "/scim/v2/Users/01a210b8-c0df-7c59-a8ed-d2a439d83437";
    let mut replay = Replay::default();
    replay.at_path(Action::Read, "GET", 404, gone);
    replay.at_path(Action::Read, "GET", 404, "/scim/v2/Users/01a210b8-c0df-7c59-a8ed-d2a439d83438");
    assert_eq!(replay.codes(), [""; 0]);
    replay.at_path(Action::Read, "GET", 404, gone);
    assert_eq!(
        (replay.codes(), replay.people()),
        (vec!["D35".to_owned()], vec![gone.rsplit('/').next().unwrap().to_owned()])
    );
    assert_eq!(replay.wait(86_400_001).codes(), [""; 0], "not asked for any more");
    replay.at_path(Action::Read, "GET", 404, gone);
    assert_eq!(replay.codes(), [""; 0], "an accident again");
}

#[test]
fn a_deleted_account_is_named_and_forgotten_once_the_person_is_here_again() {
    let id = "01a210b8-c0df-7c59-a8ed-d2a439d83437";
    let path = format!("/scim/v2/Users/{id}");
    let mut replay = Replay::default();
    replay.write(Action::Delete, "DELETE", 204, (ADA, "00u1"), |event| {
        event.user_id = Some(id.parse().unwrap());
        by_curl(event);
    });
    replay.at_path(Action::Read, "GET", 404, &path).at_path(Action::Update, "PUT", 404, &path);
    assert_eq!((replay.codes(), replay.people()), (vec!["D35".to_owned()], vec![ADA.to_owned()]));
    replay.assign(LI, "00u2");
    assert_eq!(replay.codes(), ["D35"], "somebody else");
    replay.assign(ADA, "00u1");
    assert_eq!(replay.codes(), [""; 0]);
}

#[test]
fn a_late_push_undoes_a_return() {
    let back = |replay: &mut Replay| {
        replay.assign(ADA, "00u1").write(Action::Deactivate, "PUT", 200, (ADA, "00u1"), with(Role::Viewer));
        replay.wait(60_000).write(Action::Reactivate, "PATCH", 200, (ADA, "00u1"), as_is);
    };
    let mut replay = Replay::default();
    back(&mut replay);
    replay.write(Action::Deactivate, "PUT", 200, (ADA, "00u1"), with(Role::Viewer));
    assert_eq!(replay.codes(), ["D39"]);
    replay.write(Action::Reactivate, "PATCH", 200, (ADA, "00u1"), as_is);
    assert_eq!(replay.codes(), [""; 0]);
    let mut replay = Replay::default();
    back(&mut replay);
    replay.wait(20_000).write(Action::Deactivate, "PUT", 200, (ADA, "00u1"), with(Role::Viewer));
    assert_eq!(replay.codes(), [""; 0], "somebody left after all");
    let mut replay = Replay::default();
    back(&mut replay);
    replay.write(Action::Update, "PUT", 200, (ADA, "00u1"), with(Role::Viewer));
    replay.write(Action::Deactivate, "PUT", 200, (ADA, "00u1"), with(Role::Viewer));
    assert_eq!(replay.codes(), [""; 0], "Okta knew in between that the person is back");
    let mut replay = Replay::default();
    replay.write(Action::Return, "POST", 201, (ADA, "00u1"), with(Role::Viewer));
    replay.write(Action::Deactivate, "PUT", 200, (ADA, "00u1"), with(Role::Viewer));
    assert_eq!(replay.codes(), [""; 0], "created anew, not reactivated");
}

#[test]
fn a_push_for_somebody_inactive_is_refused() {
    let mut replay = Replay::default();
    replay.assign(ADA, "00u1").write(Action::Update, "PUT", 400, (ADA, "00u1"), as_is);
    assert!(!replay.shows("D40"), "an active one");
    replay.write(Action::Deactivate, "PUT", 200, (ADA, "00u1"), with(Role::Viewer));
    replay.write(Action::Update, "PATCH", 400, (ADA, "00u1"), as_is);
    assert_eq!(replay.codes(), ["D40"]);
    replay.write(Action::Reactivate, "PATCH", 200, (ADA, "00u1"), as_is);
    assert_eq!(replay.codes(), [""; 0]);
    replay.write(Action::Update, "PUT", 400, (ADA, "00u1"), as_is);
    assert_eq!(replay.codes(), ["D40"], "the push that belongs to the return");
    replay.write(Action::Update, "PUT", 200, (ADA, "00u1"), with(Role::Viewer));
    replay.wait(60_000).write(Action::Update, "PUT", 400, (ADA, "00u1"), as_is);
    assert!(!replay.shows("D40"), "the person is back");
}

#[test]
fn an_import_that_finds_far_fewer_people() {
    let import = |replay: &mut Replay, start: u64, found: u64| {
        replay.send(Action::ImportPage, "GET", 200, |event| {
            event.query = Some(format!("startIndex={start}&count=100"));
            event.results = Some(found);
        });
    };
    let mut replay = Replay::default();
    for (start, found) in [(1, 250), (101, 250), (201, 250), (1, 210)] {
        import(&mut replay, start, found);
        assert_eq!(replay.codes(), [""; 0], "{start} {found}");
    }
    import(&mut replay, 1, 60);
    replay.send(Action::ImportPage, "GET", 200, |event| {
        event.path = "/scim/v2/Groups".to_owned();
        event.query = Some("startIndex=1&count=100".to_owned());
        event.results = Some(3);
    });
    assert_eq!(replay.codes(), ["D45"], "the groups of the same import say nothing of the people");
    import(&mut replay, 1, 205);
    assert_eq!(replay.codes(), [""; 0]);
}

#[test]
fn nobody_has_a_role_or_some_have_none() {
    let mut replay = Replay::default();
    replay.roleless(Action::Create, "POST", ADA, "00u1").roleless(Action::Update, "PUT", ADA, "00u1");
    replay.roleless(Action::Create, "POST", LI, "00u2");
    assert_eq!(replay.codes(), [""; 0], "two may well have the default role");
    replay.roleless(Action::Create, "POST", NOOR, "00u3");
    assert_eq!(replay.codes(), ["D46"]);
    replay.assign("ida@harbor.example", "00u4");
    assert_eq!(replay.codes(), [""; 0], "the attribute arrives");
    for n in 5..8 {
        replay.roleless(Action::Create, "POST", &format!("user{n}@harbor.example"), &format!("00u{n}"));
    }
    assert_eq!((replay.codes(), replay.people().len()), (vec!["D52".to_owned()], 3));
    for n in 8..12 {
        replay.mistake(Action::Create, "POST", 201, (&format!("user{n}@harbor.example"), &format!("00u{n}")), 48);
    }
    assert_eq!(replay.people().len(), 3 + 4, "a mistyped namespace is what there is to say");
    assert_eq!(replay.codes(), ["D48", "D52"]);
    replay.write(Action::RoleChange, "PUT", 200, ("user5@harbor.example", "00u5"), with(Role::Editor));
    assert_eq!(replay.codes(), [""; 0]);
}

#[test]
fn a_role_that_is_no_longer_sent() {
    let mut replay = Replay::default();
    replay.assign(ADA, "00u1");
    replay.mistake(Action::Update, "PUT", 200, (ADA, "00u1"), 53);
    assert_eq!(replay.codes(), ["D53"]);
    replay.write(Action::Update, "PUT", 200, (ADA, "00u1"), with(Role::Viewer));
    assert_eq!(replay.codes(), [""; 0]);
}

#[test]
fn what_a_profile_shows_by_itself_closes_with_one_that_does_not() {
    for code in [48, 49, 51, 54, 55] {
        let mut replay = Replay::default();
        replay.assign(LI, "00u2");
        replay.write(Action::Create, "POST", 201, (ADA, "00u1"), |event| {
            event.role = Some(Role::Editor);
            event.findings = vec![Code(code)];
        });
        assert_eq!(replay.codes(), [Code(code).to_string()]);
        replay.write(Action::Reactivate, "PATCH", 200, (ADA, "00u1"), as_is);
        assert_eq!(replay.codes(), [Code(code).to_string()], "a PATCH shows no profile");
        replay.write(Action::Update, "PUT", 200, (ADA, "00u1"), with(Role::Editor));
        assert_eq!(replay.codes(), [""; 0], "D{code}");
    }
}

#[test]
fn a_base_url_is_right_as_soon_as_something_is_found_below_it() {
    for code in [9, 10, 11] {
        let mut replay = Replay::default();
        let astray = if code == 11 { (Action::CredentialTest, 200) } else { (Action::Astray, 404) };
        replay.send(astray.0, "GET", astray.1, |event| event.findings = vec![Code(code)]);
        assert_eq!(replay.codes(), [Code(code).to_string()]);
        replay.refused(401, 4);
        assert!(replay.shows(&Code(code).to_string()), "a refusal proves nothing");
        replay.credential_test();
        assert_eq!(replay.codes(), [""; 0]);
    }
}

#[test]
fn an_app_of_scim_one_reads_like_any_other() {
    let mut replay = Replay::default();
    replay.send(Action::Astray, "GET", 404, |event| event.findings = vec![Code(13)]);
    replay.lookup(ADA, 0, as_is);
    assert!(replay.shows("D13"), "a lookup does not tell the versions apart");
    replay.mistake(Action::Create, "POST", 400, (ADA, "00u1"), 13).lookup(LI, 0, as_is);
    assert!(replay.shows("D13"));
    replay.assign(LI, "00u2");
    assert!(!replay.shows("D13"), "a person arrived");
    replay.send(Action::Astray, "GET", 404, |event| event.findings = vec![Code(13)]).credential_test();
    assert!(!replay.shows("D13"), "the app made anew is tested");
}

#[test]
fn lookups_by_another_attribute() {
    let mut replay = Replay::default();
    replay.send(Action::Lookup, "GET", 200, |event| event.findings = vec![Code(30)]);
    assert_eq!(replay.codes(), ["D30"]);
    replay.lookup(ADA, 1, as_is);
    assert_eq!(replay.codes(), [""; 0]);
}

#[test]
fn a_new_address_that_is_refused() {
    let mut replay = Replay::default();
    replay.assign(ADA, "00u1").mistake(Action::Update, "PUT", 409, (ADA, "00u1"), 33);
    assert_eq!(replay.codes(), ["D33"]);
    replay.write(Action::Update, "PUT", 200, (ADA, "00u1"), with(Role::Viewer));
    assert_eq!(replay.codes(), [""; 0]);
}

#[test]
fn pushes_of_groups_each_with_its_own_reason() {
    let mut replay = Replay::default();
    replay.wait(60_000).push_group("PUT", 400, "Sales", &[59]);
    assert_eq!((replay.codes(), replay.people()), (vec!["D59".to_owned()], vec!["Sales".to_owned()]));
    replay.push_group("POST", 201, "Legal", &[]);
    assert_eq!(replay.codes(), ["D59"], "another group");
    replay.push_group("PUT", 200, "Sales", &[]);
    assert_eq!(replay.codes(), [""; 0]);

    replay.assign(ADA, "00u1").push_group("POST", 201, "Sales", &[59]);
    assert_eq!(replay.codes(), ["D58"], "it raced the create");
    replay.push_group("PUT", 200, "Sales", &[]).push_group("POST", 409, "Legal", &[]);
    assert_eq!(replay.codes(), ["D61"]);
    replay.push_group("PUT", 200, "Legal", &[]);
    assert_eq!(replay.codes(), [""; 0]);
    replay.at_path(Action::Read, "GET", 404, "/scim/v2/Groups/01a210b8-c0df-7c59-a8ed-d2a439d83437");
    assert_eq!(replay.codes(), ["D60"]);

    let mut replay = Replay::default();
    let id = "01a210b8-c0df-7c59-a8ed-d2a439d83438";
    replay.send(Action::GroupPush, "POST", 201, |event| {
        event.group_id = Some(id.parse().unwrap());
        event.group_name = Some("Sales".to_owned());
    });
    replay.at_path(Action::GroupPush, "PATCH", 404, &format!("/scim/v2/Groups/{id}"));
    assert_eq!((replay.codes(), replay.people()), (vec!["D60".to_owned()], vec!["Sales".to_owned()]));
    replay.push_group("POST", 201, "Sales", &[]);
    assert_eq!(replay.codes(), [""; 0], "pushed again, with another id");
}

#[test]
fn faults_of_this_service_are_said_to_be_its_own_and_pass() {
    let mut replay = Replay::default();
    replay.lookup(ADA, 1, |event| event.status = 500);
    assert_eq!(replay.codes(), ["D64"]);
    assert!(replay.findings().iter().all(|finding| finding.ours));
    assert_eq!(replay.wait(10 * 60_000).codes(), [""; 0]);
    replay.lookup(ADA, 1, |event| event.latency_micros = 31_000_000);
    assert_eq!(replay.codes(), ["D70"]);
    replay.wait(10 * 60_000);
    replay.send(Action::Lookup, "GET", 429, |event| event.repeats = 59);
    assert_eq!(replay.codes(), [""; 0], "Okta's ordinary haste");
    replay.send(Action::Lookup, "GET", 429, as_is);
    assert_eq!(replay.codes(), ["D71"]);
    assert_eq!(replay.wait(10 * 60_000).codes(), [""; 0]);
}

#[test]
fn the_last_owner_is_missed_until_there_is_one() {
    let mut replay = Replay::default();
    replay.write(Action::Create, "POST", 201, (ADA, "00u1"), with(Role::Owner));
    replay.mistake(Action::Deactivate, "PATCH", 200, (ADA, "00u1"), 73);
    assert_eq!(replay.codes(), [""; 0], "somebody was appointed here meanwhile");
    let context = Context { owners: 0, ..replay.context() };
    assert_eq!(replay.watch.findings(&context).len(), 1);
    replay.write(Action::RoleChange, "PUT", 200, (LI, "00u2"), with(Role::Owner));
    assert_eq!(replay.watch.findings(&context), []);
}
