//! So many requests a second and no more: what is beyond is put off, and Okta comes back for it.

use std::process::Command;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Okta, Person, Room};

/// The service with the limit that it has when nobody says anything.
fn usual() -> Room {
    let mut room = Room::empty();
    room.serve_as(|command| {
        command.env_remove("SCIMROOM_RATE_LIMIT");
    });
    room
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_passes_and_what_is_beyond_is_put_off_until_okta_comes_back() {
    let room = usual();
    let okta = room.okta();
    let tasks: Vec<_> = (0..16)
        .map(|task| {
            let okta = okta.clone();
            tokio::spawn(async move {
                let mut waits = 0;
                for n in (task..240).step_by(16) {
                    let body = Person::new(&format!("Ada{n}"), "Moreno").body();
                    let (answer, waited) = okta.send_patiently(Method::POST, "/Users", Some(&body)).await;
                    answer.expect(201);
                    waits += waited;
                }
                waits
            })
        })
        .collect();
    let mut waits = 0;
    for task in tasks {
        waits += task.await.unwrap();
    }
    assert!(waits > 0, "nothing was put off");
    assert_eq!(room.cli(&["user", "list"]).as_array().unwrap().len(), 240, "nobody is lost and nobody twice");
    let events = room.cli(&["event", "list", "--limit", "10000"]);
    let events: Vec<&Value> = events.as_array().unwrap().iter().rev().collect();
    let first = events.iter().position(|event| event["status"] == 429).unwrap();
    assert!(first >= 100, "a burst of 100 passes, not {first}");
    assert_eq!(events[first]["action"], "create");
}

#[tokio::test]
async fn who_is_put_off_is_told_for_how_long_in_whole_seconds() {
    let room = Room::start_with(&[("SCIMROOM_RATE_LIMIT", "1")]);
    let okta = room.okta();
    let other = room.okta();
    okta.test_credentials().await.expect(200);
    let refused = put_off(&okta, "/Users?startIndex=1&count=2").await;
    assert_eq!(refused.headers["retry-after"], "1");
    assert!(refused.detail().contains("Try again in 1 s"), "{}", refused.detail());
    // Everybody else goes on: another token, and people at the dashboard.
    other.test_credentials().await.expect(200);
    for _ in 0..5 {
        room.cli(&["workspace", "show"]);
    }
    let (created, _) = okta.send_patiently(Method::POST, "/Users", Some(&Person::new("Ada", "Moreno").body())).await;
    created.expect(201);
    let is_refusal = |event: &Value| event["status"] == 429 && event["action"] == "credential-test";
    assert_eq!(room.wait_for_event("the refusal", is_refusal)["tokenName"], "Okta");

    // What is open to all has a limit for each address.
    let refused = put_off(&okta.with_authorization(None), "/ServiceProviderConfig").await;
    assert_eq!(refused.headers["retry-after"], "1");
}

/// The first answer that puts a request off.
async fn put_off(okta: &Okta, target: &str) -> Answer {
    for _ in 0..100 {
        let answer = okta.send(Method::GET, target, None).await;
        if answer.status == 429 {
            return answer;
        }
        answer.expect(200);
    }
    panic!("a hundred requests pass at once");
}

/// How many requests of one token pass at once.
async fn passing(settings: &str, configure: impl FnOnce(&mut Command)) -> usize {
    let mut room = Room::empty();
    room.settings(settings);
    room.serve_as(configure);
    let okta = room.okta();
    let mut passed = 0;
    while passed < 12 && okta.test_credentials().await.status == 200 {
        passed += 1;
    }
    passed
}

#[tokio::test]
async fn the_limit_is_set_by_flag_environment_or_file() {
    let variable = "SCIMROOM_RATE_LIMIT";
    let file = "rate_limit = 1\n";
    let by_file = passing(file, |command| _ = command.env_remove(variable)).await;
    assert!((2..12).contains(&by_file), "{by_file}");
    let by_environment = passing("rate_limit = 1000\n", |command| _ = command.env(variable, "1")).await;
    assert!((2..12).contains(&by_environment), "{by_environment}");
    let by_flag = passing("", |command| _ = command.env(variable, "1000").args(["--rate-limit", "1"])).await;
    assert!((2..12).contains(&by_flag), "{by_flag}");
    let unlimited = passing(file, |command| _ = command.env(variable, "1").args(["--rate-limit", "0"])).await;
    assert_eq!(unlimited, 12);
    assert_eq!(passing("", |command| _ = command.env_remove(variable)).await, 12, "the default is higher");

    let room = Room::empty();
    assert_eq!(room.run(&["serve", "--rate-limit", "many"]).code, 2);
    assert!(room.run(&["serve", "--help"]).ok().stdout.contains("[default: 50]"));
    room.settings("rate_limit = -1\n");
    assert!(room.run(&["serve", "--listen", "127.0.0.1:0"]).refused().contains("line 1"));
}
