//! Signing in from elsewhere with a one-time code, what each role may do, and when it ends.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::{Value, json};

use crate::harness::{Guest, Person, Room};

#[tokio::test]
async fn a_code_signs_in_once_and_the_session_is_kept_for_its_owner_only() {
    let room = Room::start();
    room.okta().assign(&Person::new("Ada", "Moreno").role("editor")).await.expect(201);
    let code = room.run(&["user", "sign-in-code", "ada.moreno@harbor.example"]).ok();
    assert_eq!(code.stdout.lines().count(), 1, "nothing but the code: {code:?}");
    let guest = Guest::new(room.url());
    let signed_out = guest.run(&["user", "list"]).refused();
    assert!(signed_out.contains("scimroom login"), "{signed_out}");

    let login = guest.login(code.stdout.trim()).ok();
    assert!(login.stdout.contains("ada.moreno@harbor.example (editor)"), "{login:?}");
    let kept = guest.data().join("credentials.json");
    assert_eq!(fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(guest.run(&["user", "list"]).ok().json().as_array().unwrap().len(), 1);
    let sessions = &room.cli(&["user", "show", "ada.moreno@harbor.example"])["sessions"];
    assert_eq!(sessions.as_array().unwrap().len(), 1);

    let again = Guest::new(room.url()).login(code.stdout.trim()).refused();
    let wrong = Guest::new(room.url()).login("no-such-code").refused();
    assert_eq!(again, wrong, "one neutral sentence for the person");

    guest.logout().ok();
    guest.run(&["user", "list"]).refused();
    assert_eq!(room.cli(&["user", "show", "ada.moreno@harbor.example"])["sessions"], json!([]));
}

#[tokio::test]
async fn every_role_may_do_what_it_says_and_no_more() {
    let room = Room::start();
    let okta = room.okta();
    for role in ["viewer", "editor", "owner"] {
        okta.assign(&Person::new("Ada", role).role(role)).await.expect(201);
    }
    let target = okta.assign(&Person::new("Li", "Wei").role("viewer")).await.expect(201).id();
    let is_create = |event: &Value| event["action"] == "create" && event["userId"] == json!(target);
    let create = room.wait_for_event("the create", is_create)["id"].to_string();
    let reading: &[&[&str]] = &[
        &["user", "list"],
        &["user", "show", &target],
        &["event", "list"],
        &["event", "show", &create],
        &["diagnose"],
        &["workspace", "show"],
    ];
    let editing: &[&[&str]] = &[&["user", "deactivate", &target], &["user", "reactivate", &target]];
    let owning: &[&[&str]] = &[
        &["user", "set-role", &target, "editor"],
        &["user", "sign-in-code", &target],
        &["workspace", "set", "name=Harbor"],
        &["token", "create", "another"],
        &["token", "list"],
    ];
    for (role, rank) in [("viewer", 0), ("editor", 1), ("owner", 2)] {
        let guest = room.guest(&format!("ada.{role}@harbor.example"));
        for (needed, commands) in [(0, reading), (1, editing), (2, owning)] {
            for command in commands {
                let ran = guest.run(command);
                let expected = i32::from(rank < needed);
                assert_eq!(ran.code, expected, "{role}: {command:?}: {ran:?}");
            }
        }
        let body = &guest.run(&["event", "show", &create]).ok().json()["requestBody"];
        assert_eq!(body.is_string(), rank >= 1, "{role} and the request body: {body}");
    }
}

#[tokio::test]
async fn nobody_without_a_session_reaches_the_admin_api() {
    let room = Room::start();
    let token = room.token();
    let http = reqwest::Client::new();
    for path in ["whoami", "users", "tokens", "events", "events/stream", "checklist", "findings", "workspace"] {
        let url = format!("{}/api/v1/{path}", room.url());
        assert_eq!(http.get(&url).send().await.unwrap().status(), 401, "{path}");
        let with_token = http.get(&url).bearer_auth(&token).send().await.unwrap().status();
        assert!([401, 403].contains(&with_token.as_u16()), "a SCIM token opens {path}: {with_token}");
    }
}

#[tokio::test]
async fn a_role_taken_away_in_okta_counts_from_the_next_request_on() {
    let room = Room::start();
    let okta = room.okta();
    let id = okta.assign(&Person::new("Ada", "Moreno").role("owner")).await.expect(201).id();
    let guest = room.guest("ada.moreno@harbor.example");
    guest.run(&["token", "create", "one"]).ok();
    okta.push(&id, &json!({"roles": [{"primary": true, "value": "viewer"}]})).await.expect(200);
    guest.run(&["token", "create", "two"]).refused();
    guest.run(&["user", "list"]).ok();
}
