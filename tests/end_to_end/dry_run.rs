//! A dry run: a whole life of provisioning is answered like any other, nothing is changed, and going live takes over
//! where it ended.

use std::{collections::BTreeMap, time::Duration};

use scimroom::{
    client::Client,
    model::{
        checklist::StepState,
        data_dir::DataDir,
        event::{Action, Event, EventQuery},
        role::Role,
        secret::Secret,
        token::{CreatedToken, NewToken, TokenMode, TokenScope},
        user::UserQuery,
    },
    service::{self, Service},
    simulator::{self, App, Options, Scenario, Users},
};
use tempfile::TempDir;

use crate::harness::Room;

/// A request's method, the status of its answer, and what Okta does not accept of that.
type Told = (&'static str, Option<u16>, Option<String>);

struct House {
    service: Service,
    operator: Client,
    token: CreatedToken,
    _dir: TempDir,
}

impl House {
    async fn start(mode: TokenMode) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::new(dir.path());
        let options = service::Options::new(data.clone(), "127.0.0.1:0".parse().unwrap());
        let service = service::start(service::Options { rate_limit: None, ..options }).await.unwrap();
        let key = Secret::new(std::fs::read_to_string(data.operator_key()).unwrap());
        let operator = Client::new(service.url(), Some(key)).unwrap();
        let new = NewToken { name: "Okta".to_owned(), scope: TokenScope::Write, mode, days: None };
        let token = operator.create_token(&new).await.unwrap();
        Self { service, operator, token, _dir: dir }
    }

    /// Plays a scenario; gives how many requests were answered in which way.
    async fn play(&self, scenario: Scenario, app: App) -> BTreeMap<Told, u32> {
        let options = Options {
            url: format!("{}/scim/v2", self.service.url()),
            token: self.token.token.clone(),
            scenario,
            users: Users::Number(8),
            rate: None,
            seed: 7,
            app,
            test: None,
        };
        let mut told = BTreeMap::new();
        simulator::run(&options, |exchange| {
            *told.entry((exchange.method, exchange.status, exchange.message())).or_default() += 1;
        })
        .await
        .unwrap();
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        told
    }

    async fn everybody(&self) -> Vec<(String, bool, Role, Option<String>)> {
        let users = self.operator.users(&UserQuery { limit: 500, ..UserQuery::default() }).await.unwrap().users;
        let told = users.into_iter().map(|user| (user.user_name, user.active, user.role, user.external_id));
        let mut told: Vec<_> = told.collect();
        told.sort();
        told
    }

    /// From now on what is played comes with a dry-run token.
    async fn rehearse(&mut self) {
        let new = NewToken { name: "Okta".into(), scope: TokenScope::Write, mode: TokenMode::DryRun, days: None };
        self.token = self.operator.create_token(&new).await.unwrap();
    }

    async fn people(&self) -> u64 {
        self.operator.users(&UserQuery::default()).await.unwrap().total
    }
}

async fn play_whole_life(app: App) {
    let (live, dry) = (House::start(TokenMode::Live).await, House::start(TokenMode::DryRun).await);
    let (carried_out, rehearsed) = (live.play(Scenario::Full, app).await, dry.play(Scenario::Full, app).await);
    assert_eq!(rehearsed, carried_out, "Okta sees no difference");
    assert_eq!(dry.people().await, 0);
    assert_eq!(dry.operator.groups(&Default::default()).await.unwrap().total, 0);
    let findings = dry.operator.findings().await.unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    let checklist = dry.operator.checklist().await.unwrap();
    assert!(checklist.complete, "{checklist:?}");
    let created = checklist.steps.iter().find(|step| step.id == "create-users").unwrap();
    let words = created.evidence.as_ref().unwrap().text.as_str();
    assert!(
        created.state == StepState::Done && words.contains("would have ") && words.ends_with("nothing was changed."),
        "{words}"
    );

    let query = EventQuery { limit: 1_000, ..EventQuery::default() };
    let events = dry.operator.events(&query).await.unwrap();
    // What a service can do is told to everybody, and no token is looked at.
    let rehearsed = |event: &Event| event.mode == TokenMode::DryRun || event.action == Action::Discovery;
    assert!(events.iter().all(rehearsed));

    // Going live ends where a live token would have.
    let made = dry.operator.go_live(dry.token.info.id).await.unwrap();
    assert_eq!((made.refused_total, made.withheld_total), (0, 0));
    assert_eq!(dry.everybody().await, live.everybody().await);
    assert_eq!(made.people, dry.people().await);
    assert!(dry.operator.findings().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_whole_life_with_put_ends_as_if_it_had_been_live() {
    play_whole_life(App::Wizard).await;
}

#[tokio::test]
async fn a_whole_life_with_patch_ends_as_if_it_had_been_live() {
    play_whole_life(App::Catalogue).await;
}

/// What is done to people who are here is answered as it would be, one thing after the other, and done to nobody.
async fn go_on_beside_people_who_are_here(app: App) {
    let (live, mut dry) = (House::start(TokenMode::Live).await, House::start(TokenMode::Live).await);
    for house in [&live, &dry] {
        house.play(Scenario::Onboarding, app).await;
    }
    dry.rehearse().await;
    let before = dry.everybody().await;
    use Scenario::{EmailChange, Full, Offboarding, ProfileUpdate, Return, RoleChange};
    for scenario in [ProfileUpdate, RoleChange, Offboarding, Return, EmailChange, Full] {
        let (carried_out, rehearsed) = (live.play(scenario, app).await, dry.play(scenario, app).await);
        assert_eq!(rehearsed, carried_out, "{}", scenario.as_str());
        assert_eq!(dry.everybody().await, before, "{}", scenario.as_str());
    }
    let codes = async |house: &House| {
        let findings = house.operator.findings().await.unwrap();
        findings.into_iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&dry).await, codes(&live).await);
    let made = dry.operator.go_live(dry.token.info.id).await.unwrap();
    assert!(made.withheld_total > 0, "{made:?}");
}

#[tokio::test]
async fn a_dry_run_with_put_beside_people_who_are_here_touches_nobody() {
    go_on_beside_people_who_are_here(App::Wizard).await;
}

#[tokio::test]
async fn a_dry_run_with_patch_beside_people_who_are_here_touches_nobody() {
    go_on_beside_people_who_are_here(App::Catalogue).await;
}

#[tokio::test]
async fn the_command_line_makes_a_dry_run_and_ends_it() {
    let room = Room::start();
    let made = room.cli(&["token", "create", "Okta", "--dry-run"]);
    let id = made["id"].as_str().unwrap();
    assert_eq!(made["mode"], "dry-run");
    assert!(room.run(&["token", "list"]).ok().stdout.contains("dry run"));
    let token = made["token"].as_str().unwrap();
    let onboarding = ["simulate", "okta", "--url", &room.scim(), "--token", token, "--users", "3", "--scenario"];
    room.run(&[&onboarding[..], &["onboarding"]].concat()).ok();
    assert!(room.cli(&["user", "list"]).as_array().unwrap().is_empty());

    let said = room.run(&["token", "go-live", id]).ok().stdout;
    assert!(said.starts_with("3 people that Okta was told are here will be made"), "{said}");
    assert!(said.contains("Nothing was changed."), "{said}");
    assert!(room.cli(&["user", "list"]).as_array().unwrap().is_empty());
    let said = room.run(&["token", "go-live", id, "--yes"]).ok().stdout;
    assert!(said.starts_with("3 people made, with the ids that Okta was told."), "{said}");
    assert_eq!(room.cli(&["user", "list"]).as_array().unwrap().len(), 3);
    assert_eq!(room.cli(&["token", "show", id])["mode"], "live");
    assert!(room.run(&["token", "go-live", id, "--yes"]).refused().contains("is no dry run"));
}
