//! The checklist, from nothing to complete and back.

use super::*;
use crate::model::checklist::{Checklist, Prover, Step, StepState};

impl Replay {
    fn checklist(&self) -> Checklist {
        self.watch.checklist(&context())
    }

    fn step(&self, id: &str) -> Step {
        self.checklist().steps.into_iter().find(|step| step.id == id).unwrap()
    }

    fn state(&self, id: &str) -> StepState {
        self.step(id).state
    }

    fn done(&self) -> Vec<String> {
        let steps = self.checklist().steps.into_iter();
        steps.filter(|step| step.state == StepState::Done).map(|step| step.id).collect()
    }

    fn proof(&self, id: &str) -> String {
        self.step(id).evidence.unwrap().text
    }
}

#[test]
fn the_guide_has_eight_steps_and_twelve_things_to_click() {
    let checklist = Watch::default().checklist(&context());
    let ids: Vec<&str> = checklist.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "token",
            "base-url",
            "credentials",
            "create-users",
            "update-attributes",
            "deactivate-users",
            "user-name-format",
            "role-attribute"
        ]
    );
    assert!(checklist.steps.iter().all(|step| !step.title.is_empty() && !step.instructions.is_empty()));
    assert_eq!(checklist.steps.iter().map(|step| step.instructions.len()).sum::<usize>(), 12);
}

#[test]
fn values_to_copy_stand_beside_the_step_that_needs_them() {
    let replay = Replay::default();
    let value = |id: &str, label: &str| {
        let values = replay.step(id).values;
        values.into_iter().find(|value| value.label == label).map(|value| value.value)
    };
    let base_url = value("base-url", "Base URL (SCIM connector base URL)");
    assert_eq!(base_url.as_deref(), Some("https://room.harbor.example/scim/v2"));
    assert_eq!(value("role-attribute", "External name").as_deref(), Some("roles.^[primary==true].value"));
    let namespace = value("role-attribute", "External namespace");
    assert_eq!(namespace.as_deref(), Some("urn:ietf:params:scim:schemas:core:2.0:User"));
}

#[test]
fn it_ticks_itself_off_as_okta_is_connected() {
    let mut replay = Replay::default();
    let empty = replay.watch.checklist(&Context { usable_tokens: 0, newest_token: None, ..context() });
    assert!(!empty.complete);
    assert!(empty.steps.iter().all(|step| step.state == StepState::Pending && step.evidence.is_none()));

    assert_eq!(replay.done(), ["token"]);
    assert_eq!(replay.proof("token"), "The token \"Okta production\" is ready for use.");

    replay.credential_test();
    assert_eq!(replay.done(), ["token", "base-url", "credentials"]);
    assert_eq!(replay.proof("base-url"), "Okta reached /scim/v2/Users.");

    replay.lookup(ADA, 0, as_is);
    assert_eq!(replay.done(), ["token", "base-url", "credentials", "user-name-format"]);

    replay.create(ADA, "00u1").create(LI, "00u2");
    assert_eq!(replay.state("create-users"), StepState::Done);
    assert_eq!(replay.proof("create-users"), "Okta created li.wei@harbor.example (2 in all).");

    replay.send(Action::Read, "GET", 200, as_is);
    replay.write(Action::RoleChange, "PUT", 200, (ADA, "00u1"), with(Role::Editor));
    assert_eq!(replay.proof("update-attributes"), "Okta changed the role of ada.moreno@harbor.example.");
    assert_eq!(replay.proof("role-attribute"), "Okta sent the role editor for ada.moreno@harbor.example.");
    assert!(!replay.checklist().complete);

    replay.write(Action::Deactivate, "PATCH", 200, (LI, "00u2"), as_is);
    assert_eq!(replay.proof("deactivate-users"), "Okta deactivated li.wei@harbor.example.");
    let checklist = replay.checklist();
    assert!(checklist.complete, "{checklist:?}");
    assert!(checklist.steps.iter().skip(1).all(|step| step.evidence.as_ref().unwrap().event.is_some()));
}

#[test]
fn a_workspace_without_a_usable_token_is_not_complete() {
    let context = Context { usable_tokens: 0, ..context() };
    let mut replay = Replay::default();
    replay.credential_test();
    let token = replay.watch.checklist(&context).steps.swap_remove(0);
    assert_eq!((token.state, token.evidence), (StepState::Pending, None));
}

#[test]
fn refusals_prove_the_base_url_and_nothing_else() {
    let mut replay = Replay::default();
    replay.send(Action::SignInRefused, "GET", 401, |event| {
        by_curl(event);
        event.token_id = None;
    });
    assert_eq!(replay.done(), ["token"], "a stranger proves nothing");
    replay.refused(401, 4);
    assert_eq!(replay.done(), ["token", "base-url"]);
    let step = replay.step("credentials");
    assert_eq!((step.state, step.finding), (StepState::Problem, Some(Code(4))));
    assert_eq!(step.evidence.unwrap().event, Some(EventId(2)));

    replay.credential_test();
    assert_eq!(replay.state("credentials"), StepState::Done);
    replay.refused(401, 5);
    assert_eq!(replay.step("credentials").finding, Some(Code(5)), "what worked once may stop working");
}

#[test]
fn requests_that_miss_the_base_path_are_a_problem_until_one_finds_it() {
    let astray = |event: &mut Event| {
        event.path = "/Users".to_owned();
        event.token_id = None;
    };
    let mut replay = Replay::default();
    replay.send(Action::Astray, "GET", 404, |event| {
        astray(event);
        by_curl(event);
    });
    assert_eq!(replay.state("base-url"), StepState::Pending, "a scanner is nobody's base URL");
    replay.send(Action::Astray, "GET", 404, astray);
    let step = replay.step("base-url");
    assert_eq!((step.state, step.finding), (StepState::Problem, None));
    assert!(step.evidence.unwrap().text.starts_with("Okta asked for /Users"));
    replay.credential_test();
    assert_eq!(replay.state("base-url"), StepState::Done);
    replay.send(Action::Astray, "GET", 404, astray);
    assert_eq!(replay.state("base-url"), StepState::Problem);
}

#[test]
fn an_endpoint_that_is_not_served_still_shows_the_right_base_url() {
    let mut replay = Replay::default();
    replay.send(Action::Astray, "GET", 404, |event| event.path = "//scim/v2//Groups".to_owned());
    assert_eq!(replay.state("base-url"), StepState::Done);
    replay.send(Action::Astray, "GET", 404, |event| event.path = "/scim/v2/scim/v2/Users".to_owned());
    assert_eq!(replay.state("base-url"), StepState::Problem);
}

#[test]
fn another_client_with_an_accepted_token_counts_and_is_named() {
    let mut replay = Replay::default();
    replay.write(Action::Create, "POST", 201, (ADA, "00u1"), by_curl);
    assert_eq!(
        replay.proof("create-users"),
        "A client other than Okta, with the token \"My own\", created ada.moreno@harbor.example."
    );
    assert_eq!(replay.done(), ["token", "base-url", "create-users", "user-name-format"]);
}

#[test]
fn linking_somebody_does_not_show_that_attributes_are_updated() {
    let mut replay = Replay::default();
    replay.lookup(ADA, 1, as_is).write(Action::Update, "PUT", 200, (ADA, "00u1"), as_is);
    assert_eq!(replay.state("update-attributes"), StepState::Pending);
    replay.create(LI, "00u2").write(Action::EmailChange, "PUT", 200, (LI, "00u2"), as_is);
    assert_eq!(replay.proof("update-attributes"), "Okta changed the e-mail address of li.wei@harbor.example.");
}

#[test]
fn a_return_counts_as_a_create_and_what_was_refused_counts_as_nothing() {
    let mut replay = Replay::default();
    replay.write(Action::Create, "POST", 400, (ADA, "00u1"), with(Role::Editor));
    replay.write(Action::Deactivate, "PATCH", 404, (ADA, "00u1"), as_is);
    assert_eq!(replay.done(), ["token", "base-url"]);
    replay.write(Action::Return, "POST", 201, (ADA, "00u1"), as_is);
    assert_eq!(replay.proof("create-users"), "Okta brought ada.moreno@harbor.example back.");
}

#[test]
fn an_open_finding_stands_in_the_way_of_its_step_until_it_closes() {
    for (code, id) in [(29, "user-name-format"), (36, "create-users"), (50, "role-attribute")] {
        let mut replay = Replay::default();
        replay.write(Action::Create, "POST", 201, (LI, "00u2"), with(Role::Viewer));
        assert_eq!(replay.state(id), StepState::Done);
        let name = if code == 29 { "amoreno" } else { ADA };
        replay.mistake(Action::Create, "POST", 400, (name, "00u1"), code);
        let step = replay.step(id);
        assert_eq!((step.state, step.finding), (StepState::Problem, Some(Code(code))));
        replay.create(ADA, "00u1");
        assert_eq!(replay.state(id), StepState::Done);
    }
}

/// What Okta sends in a whole set-up.
fn whole(replay: &mut Replay, adjust: impl Fn(&mut Event) + Copy) {
    replay.send(Action::CredentialTest, "GET", 200, adjust);
    replay.write(Action::Create, "POST", 201, (ADA, "00u1"), |event| {
        event.role = Some(Role::Editor);
        adjust(event);
    });
    replay.write(Action::Update, "PUT", 200, (ADA, "00u1"), adjust);
    replay.write(Action::Deactivate, "PATCH", 200, (ADA, "00u1"), adjust);
}

#[test]
fn a_finished_set_up_says_by_whom_it_was_verified() {
    let mut replay = Replay::default();
    replay.credential_test();
    assert_eq!(replay.checklist().verified, None, "not before it is complete");
    let of_test = replay.step("credentials").verified.unwrap();
    assert_eq!((of_test.by, of_test.event), (Prover::Okta, EventId(1)));
    assert_eq!(of_test.sentence(), "Okta SCIM Client 1.0.0 from 203.0.113.9, with the token \"Okta production\".");
    whole(&mut replay, as_is);
    let verified = replay.checklist().verified.unwrap();
    assert_eq!((verified.by, verified.event), (Prover::Okta, EventId(5)), "the newest of Okta's proofs");
    assert_eq!(replay.step("token").verified, None, "no request shows it");
}

#[test]
fn what_only_another_client_showed_is_not_verified_by_okta() {
    let mut replay = Replay::default();
    whole(&mut replay, by_curl);
    let checklist = replay.checklist();
    assert!(checklist.complete);
    assert_eq!(checklist.verified.as_ref().map(|verified| verified.by), Some(Prover::Other));
    assert!(checklist.verified.unwrap().sentence().ends_with("; that is not Okta."));
    replay.credential_test();
    assert_eq!(replay.step("credentials").verified.unwrap().by, Prover::Okta);
    assert_eq!(replay.checklist().verified.unwrap().by, Prover::Other, "no better than its least proved step");
    whole(&mut replay, as_is);
    assert_eq!(replay.checklist().verified.unwrap().by, Prover::Okta);
    let by_okta = replay.step("create-users").evidence.unwrap().event;
    whole(&mut replay, by_curl);
    assert_eq!(replay.checklist().verified.unwrap().by, Prover::Okta, "Okta's proof stays");
    assert_eq!(replay.step("create-users").evidence.unwrap().event, by_okta);
}

#[test]
fn who_says_okta_on_this_very_machine_is_told_from_okta() {
    let mut replay = Replay::default();
    whole(&mut replay, |event| event.address = Some("127.0.0.1".to_owned()));
    let verified = replay.checklist().verified.unwrap();
    assert_eq!(verified.by, Prover::Local);
    assert!(verified.sentence().contains("a simulation, or a proxy"), "{}", verified.sentence());
}

#[test]
fn a_request_of_anybody_else_mends_no_wrong_base_url_of_okta() {
    let mut replay = Replay::default();
    replay.send(Action::Astray, "GET", 404, |event| event.path = "/Users".to_owned());
    replay.send(Action::CredentialTest, "GET", 200, by_curl);
    assert_eq!(replay.state("base-url"), StepState::Problem);
    replay.credential_test();
    replay.send(Action::Astray, "GET", 404, |event| {
        event.path = "/Users".to_owned();
        by_curl(event);
    });
    assert_eq!(replay.state("base-url"), StepState::Done, "nor does it spoil Okta's");
}

#[test]
fn what_okta_will_refuse_is_told_before_it_is_tried_and_a_proof_wins() {
    let told = |url: &str, set| {
        let context = Context { scim_base_url: url.to_owned(), has_public_url: set, ..context() };
        let steps = Watch::default().checklist(&context).steps;
        steps.into_iter().find(|step| step.id == "base-url").unwrap()
    };
    let step = told("http://127.0.0.1:7644/scim/v2", false);
    assert_eq!(step.state, StepState::Pending);
    assert!(step.advice[0].contains("https only") && step.advice[0].contains("Public URL"), "{:?}", step.advice);
    let own_door = told("https://0.0.0.0/scim/v2", false);
    assert!(own_door.advice[0].contains("an address of this machine"), "TLS of its own: {:?}", own_door.advice);
    assert!(told("https://room.local/scim/v2", true).advice[0].contains("public DNS"));
    assert!(told("https://my_room.example/scim/v2", true).advice[0].contains("underscore"));
    assert_eq!(told("https://room.harbor.example/scim/v2", true).advice, [""; 0]);

    let mut replay = Replay::default();
    replay.credential_test();
    let context =
        Context { scim_base_url: "http://127.0.0.1:7644/scim/v2".to_owned(), has_public_url: false, ..context() };
    let step = replay.watch.checklist(&context).steps.swap_remove(1);
    assert_eq!((step.state, step.advice.len()), (StepState::Done, 1), "Okta came by another way than the one shown");
    let context = Context { scim_base_url: "https://harbor.example:8443/scim/v2".to_owned(), ..self::context() };
    assert_eq!(replay.watch.checklist(&context).steps[1].advice, [""; 0], "Okta found the port");
    let mut replay = Replay::default();
    replay.send(Action::CredentialTest, "GET", 200, by_curl);
    assert_eq!(replay.watch.checklist(&context).steps[1].advice.len(), 1, "somebody else may find more than Okta");
}

#[test]
fn a_dry_run_proves_the_steps_and_claims_nothing() {
    let mut replay = Replay::default();
    let create = |replay: &mut Replay, mode: TokenMode| {
        replay.write(Action::Create, "POST", 201, (ADA, "00u1"), |event| event.mode = mode);
    };
    create(&mut replay, TokenMode::DryRun);
    create(&mut replay, TokenMode::DryRun);
    assert_eq!(replay.state("create-users"), StepState::Done);
    assert_eq!(
        replay.proof("create-users"),
        "Okta would have created ada.moreno@harbor.example (2 in all): a dry run, nothing was changed."
    );
    for mode in [TokenMode::Live, TokenMode::DryRun] {
        create(&mut replay, mode);
        assert_eq!(
            replay.proof("create-users"),
            "Okta created ada.moreno@harbor.example.",
            "what was done proves more than what would have been"
        );
    }
}
