//! The simulator against a faithful server, and against servers that get one thing wrong.

mod faults;
mod requests;
pub(super) mod server;
mod stories;

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use server::{Flaw, Server};

fn options(server: &Server, scenario: Scenario, app: App) -> Options {
    Options {
        url: server.url.clone(),
        token: server.token(),
        scenario,
        users: Users::Number(6),
        rate: None,
        seed: 11,
        app,
        test: None,
    }
}

async fn play(server: &Server, scenario: Scenario, app: App) -> (Summary, Vec<Exchange>) {
    let mut exchanges = Vec::new();
    let summary = run(&options(server, scenario, app), |exchange| exchanges.push(exchange.clone())).await.unwrap();
    (summary, exchanges)
}

/// The story of one person, without the credential test.
async fn story(server: &Server, scenario: Scenario, app: App) -> Vec<String> {
    server.forget_traffic();
    let mut options = options(server, scenario, app);
    options.users = Users::Number(1);
    let summary = run(&options, |_| ()).await.unwrap();
    assert!(summary.is_clean(), "{summary}");
    server.story().split_off(1)
}

#[tokio::test]
async fn a_faithful_server_is_accepted_in_every_scenario_by_both_apps() {
    for app in App::ALL {
        for scenario in Scenario::ALL {
            let server = Server::start(Flaw::None).await;
            // On an empty server, on the one it leaves behind, and once more.
            for time in 1..=3 {
                let (summary, exchanges) = play(&server, scenario, app).await;
                assert!(summary.is_clean(), "{scenario} by {app}, time {time}:\n{summary}");
                assert_eq!(summary.requests, exchanges.len() as u64);
                assert_eq!(exchanges.last().map(|exchange| exchange.n), Some(summary.requests));
            }
        }
    }
}

#[tokio::test]
async fn how_much_is_to_come_is_foreseen_about() {
    for app in App::ALL {
        for scenario in Scenario::ALL {
            let server = Server::start(Flaw::None).await;
            let (summary, _) = play(&server, scenario, app).await;
            let about = scenario.about(app, 6).unwrap();
            let off = about.abs_diff(summary.requests);
            assert!(off * 5 <= summary.requests, "{scenario} by {app}: {about} foreseen, {} sent", summary.requests);
        }
    }
    assert_eq!(Scenario::Misconfigured(&Mistake::ALL[0]).about(App::Wizard, 6), None);
}

#[tokio::test]
async fn every_scenario_works_on_what_the_others_left_behind() {
    for app in App::ALL {
        let server = Server::start(Flaw::NobodyIs404).await;
        for scenario in Scenario::ALL.into_iter().chain(Scenario::ALL.into_iter().rev()) {
            let (summary, _) = play(&server, scenario, app).await;
            assert!(summary.is_clean(), "{scenario} by {app}:\n{summary}");
        }
    }
}

#[tokio::test]
async fn traffic_goes_on_for_so_long_at_the_rate_asked_for() {
    let server = Server::start(Flaw::None).await;
    let mut options = options(&server, Scenario::Onboarding, App::Wizard);
    options.users = Users::For(Duration::from_secs(1));
    options.rate = Some(200.0);
    let summary = run(&options, |_| ()).await.unwrap();
    assert!(summary.is_clean(), "{summary}");
    // Never faster; how near it comes is the machine's doing.
    let lasted = summary.duration.as_secs_f64();
    assert!(summary.requests as f64 <= 200.0 * lasted + 1.0 && summary.requests > 20, "{summary}");
    assert!(lasted >= 1.0 && summary.people > 6, "{summary}");
    assert!(summary.to_string().contains("per second of 200 asked for"), "{summary}");
}

#[tokio::test]
async fn traffic_for_a_time_ends_with_its_people() {
    let server = Server::start(Flaw::None).await;
    let mut options = options(&server, Scenario::Full, App::Wizard);
    options.users = Users::For(Duration::from_millis(300));
    let mut purposes = std::collections::HashSet::new();
    let summary = run(&options, |exchange| purposes.extend([exchange.purpose])).await.unwrap();
    assert!(summary.is_clean() && purposes.contains(&Purpose::Create), "{summary}");
    assert!(!purposes.contains(&Purpose::Import) && !purposes.contains(&Purpose::GroupPush), "{purposes:?}");
}

#[tokio::test]
async fn a_run_at_a_rate_can_be_spawned() {
    let server = Server::start(Flaw::None).await;
    let options = Options { rate: Some(1_000.0), ..options(&server, Scenario::Onboarding, App::Wizard) };
    let summary = tokio::spawn(async move { run(&options, |_| ()).await }).await.unwrap().unwrap();
    assert!(summary.is_clean());
    assert_eq!((summary.people, summary.requests), (6, 19));
}

#[tokio::test]
async fn exchanges_and_summaries_are_printed_for_people_and_machines() {
    let server = Server::start(Flaw::None).await;
    let (summary, exchanges) = play(&server, Scenario::Onboarding, App::Wizard).await;
    let lookup = exchanges.iter().find(|exchange| exchange.purpose == Purpose::Lookup).unwrap();
    let who = lookup.who.clone().unwrap();
    assert!(lookup.to_string().contains(&format!("/Users?filter=userName eq \"{who}\"&startIndex=1&count=100")));
    let create = exchanges.iter().find(|exchange| exchange.purpose == Purpose::Create).unwrap();
    assert!(create.to_string().contains("POST  201") && create.to_string().contains('@'));
    let value = serde_json::to_value(lookup).unwrap();
    assert_eq!(
        (&value["status"], &value["accepted"], &value["purpose"]),
        (&json!(200), &json!(true), &json!("lookup"))
    );
    let value = serde_json::to_value(&summary).unwrap();
    assert_eq!(value["methods"], json!({"GET": 13, "POST": 6}));
    assert_eq!(value["statuses"], json!({"200": 13, "201": 6}));
    assert!(value["p99Millis"].as_f64() >= value["p50Millis"].as_f64());
    assert!(summary.to_string().contains("people     6 people\nrequests   19 in "));
    assert!(summary.to_string().ends_with("Okta accepts every answer"));
}

#[tokio::test]
async fn names_of_scenarios_and_apps_are_read_back() {
    for scenario in Scenario::ALL {
        assert_eq!(scenario.as_str().parse(), Ok(scenario));
    }
    assert_eq!("catalogue".parse(), Ok(App::Catalogue));
    let error = "onbording".parse::<Scenario>().unwrap_err().to_string();
    assert!(error.contains("is not a scenario: use one of credential-test, onboarding"), "{error}");
    assert!(error.ends_with("or a mistake, which --list names"), "{error}");
    for mistake in Mistake::ALL {
        assert!(mistake.name.starts_with("misconfigured-"), "{}", mistake.name);
        assert_eq!(mistake.name.parse(), Ok(Scenario::Misconfigured(mistake)));
        assert!(
            mistake.what.ends_with('.') && mistake.wait.is_none_or(|wait| !wait.ends_with('.')),
            "{}",
            mistake.name
        );
    }
    let codes: Vec<_> = Mistake::ALL.iter().map(|mistake| mistake.code).collect();
    assert!(codes.is_sorted(), "{codes:?}");
}
