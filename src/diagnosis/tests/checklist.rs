//! The checklist, from nothing to complete and back.

use super::*;
use crate::model::checklist::{Checklist, Step, StepState};

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
