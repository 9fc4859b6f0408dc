//! A dry run: a whole life of provisioning is answered like any other, nothing is changed, and going live takes over
//! where it ended.

use std::time::Duration;

use scimroom::{
    client::Client,
    model::{
        checklist::StepState,
        data_dir::DataDir,
        event::EventQuery,
        secret::Secret,
        token::{CreatedToken, NewToken, TokenMode, TokenScope},
        user::UserQuery,
    },
    service::{self, Service},
    simulator::{self, App, Options, Scenario, Users},
};
use tempfile::TempDir;

use crate::harness::Room;

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

    /// Plays a whole life; gives what each request was answered with.
    async fn play(&self, app: App) -> Vec<(String, Option<u16>, Option<String>)> {
        let options = Options {
            url: format!("{}/scim/v2", self.service.url()),
            token: self.token.token.clone(),
            scenario: Scenario::Full,
            users: Users::Number(8),
            rate: None,
            seed: 7,
            app,
        };
        let mut told = Vec::new();
        simulator::run(&options, |exchange| {
            told.push((exchange.method.to_owned(), exchange.status, exchange.message()));
        })
        .await
        .unwrap();
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        told
    }

    async fn people(&self) -> u64 {
        self.operator.users(&UserQuery::default()).await.unwrap().total
    }
}

async fn play_whole_life(app: App) {
    let (live, dry) = (House::start(TokenMode::Live).await, House::start(TokenMode::DryRun).await);
    let (carried_out, rehearsed) = (live.play(app).await, dry.play(app).await);
    let sorted = |mut told: Vec<_>| {
        told.sort();
        told
    };
    assert_eq!(sorted(rehearsed), sorted(carried_out), "Okta sees no difference");
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
    assert!(events.iter().all(|event| event.mode == TokenMode::DryRun));

    // Going live ends where a live token would have.
    let made = dry.operator.go_live(dry.token.info.id).await.unwrap();
    assert_eq!((made.refused_total, made.withheld_total), (0, 0));
    let all = async |house: &House| {
        let users = house.operator.users(&UserQuery { limit: 500, ..UserQuery::default() }).await.unwrap().users;
        let mut told: Vec<_> =
            users.into_iter().map(|user| (user.user_name, user.active, user.role, user.external_id)).collect();
        told.sort();
        told
    };
    assert_eq!(all(&dry).await, all(&live).await);
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
