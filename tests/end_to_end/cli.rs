//! The command line's contract: what other programs are written against.

use std::{
    fs::{self, Permissions},
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::harness::{Person, Ran, Room, eventually, scimroom};

fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap_or_else(|| panic!("no object: {value}")).keys().map(String::as_str).collect()
}

#[track_caller]
fn has(value: &Value, names: &[&str]) {
    let members = members(value);
    for name in names {
        assert!(members.contains(name), "no {name} in {value}");
    }
}

/// Every command that asks something, on a room in which Okta has done a little.
async fn every_command_answers_in_its_shape(room: &Room, id: &str) {
    let created = room.cli(&["token", "create", "Okta production", "--days", "30"]);
    has(&created, &["id", "name", "token", "expires", "scope"]);
    has(&room.cli(&["token", "list"])[0], &["id", "name", "scope", "uses", "lastUsed", "expires", "revoked"]);
    let revoked = room.cli(&["token", "revoke", created["id"].as_str().unwrap()]);
    assert_eq!(revoked["id"], created["id"]);

    let users = room.cli(&["user", "list"]);
    has(&users[0], &["id", "userName", "active", "role", "roleSource", "externalId", "replacedBy"]);
    assert_eq!(room.cli(&["user", "list", "--search", "MORENO"]).as_array().unwrap().len(), 1);
    assert_eq!(room.cli(&["user", "list", "--search", "nobody"]), json!([]));
    has(&room.cli(&["user", "show", id]), &["id", "userName", "resource", "related", "sessions"]);
    assert_eq!(room.cli(&["user", "set-role", id, "editor"])["role"], "editor");
    assert_eq!(room.cli(&["user", "deactivate", id])["active"], false);
    assert_eq!(room.cli(&["user", "reactivate", id])["active"], true);
    has(&room.cli(&["user", "sign-in-code", id]), &["userName", "code", "expires"]);

    let events = room.cli(&["event", "list"]);
    has(&events[0], &["id", "sentence", "at", "action", "method", "path", "status", "userName"]);
    let ids: Vec<u64> = events.as_array().unwrap().iter().map(|event| event["id"].as_u64().unwrap()).collect();
    assert!(ids.is_sorted_by(|newer, older| newer > older), "newest first: {ids:?}");
    assert_eq!(room.cli(&["event", "list", "--limit", "1"]).as_array().unwrap().len(), 1);
    let failed = room.cli(&["event", "list", "--failed"]);
    assert!(failed.as_array().unwrap().iter().all(|event| event["status"].as_u64().unwrap() >= 400));
    for of in [id, "ada.moreno@harbor.example"] {
        let about = room.cli(&["event", "list", "--user", of]);
        assert!(!about.as_array().unwrap().is_empty());
        assert!(about.as_array().unwrap().iter().all(|event| event["userName"] == "ada.moreno@harbor.example"));
    }
    let about = room.cli(&["event", "list", "--user", "nobody@harbor.example"]);
    assert_eq!(about.as_array().unwrap().len(), 1, "somebody who was looked for and is not here: {about}");
    let whole = room.cli(&["event", "show", &ids[0].to_string()]);
    has(&whole, &["id", "sentence", "changes", "requestBody", "responseBody"]);

    let setup = room.run(&["setup", "--json"]);
    assert_eq!((setup.code, &setup.json()["complete"]), (1, &json!(false)));
    has(&setup.json()["steps"][0], &["id", "title", "state", "evidence"]);
    assert!(room.cli(&["diagnose"]).is_array());
    has(&room.cli(&["workspace", "show"]), &["name", "plan", "defaultRole", "emailChange", "userName", "publicUrl"]);
    assert_eq!(room.cli(&["workspace", "set", "name=Harbor", "default_role=editor"])["name"], "Harbor");
}

#[tokio::test]
async fn every_command_works_beside_a_running_service_and_without_one() {
    let mut room = Room::start();
    let okta = room.okta();
    let id = okta.assign(&Person::new("Ada", "Moreno")).await.expect(201).id();
    okta.lookup("nobody@harbor.example").await.expect(200);
    room.wait_for_event("the lookup", |event| event["userName"] == "nobody@harbor.example");
    every_command_answers_in_its_shape(&room, &id).await;
    assert!(room.end("-TERM").success());
    every_command_answers_in_its_shape(&room, &id).await;
}

#[tokio::test]
async fn people_read_tables_and_sentences() {
    let room = Room::start();
    assert_eq!(room.run(&["user", "list"]).ok().stdout, "No users yet.\n");
    let token = room.run(&["token", "create", "Okta"]).ok();
    assert_eq!(token.stdout.lines().count(), 1, "nothing but the token, so that a script can take it");
    assert!(token.stderr.contains("once"), "{token:?}");
    let okta = crate::harness::Okta::new(&room.scim(), token.stdout.trim());
    let odd = Person::new("Li", "Wei").with("displayName", json!("\u{1b}[31m李伟"));
    let id = okta.assign(&odd).await.expect(201).id();
    let users = room.run(&["user", "list"]).ok().stdout;
    assert!(users.starts_with("USER NAME "), "{users}");
    assert!(users.contains("\\u{1b}[31m李伟") && !users.contains('\u{1b}'), "{users}");
    for args in [
        &["user", "show", &id][..],
        &["event", "list"],
        &["event", "show", "1"],
        &["token", "list"],
        &["workspace", "show"],
        &["diagnose"],
        &["user", "set-role", &id, "owner"],
    ] {
        let ran = room.run(args).ok();
        assert!(!ran.stdout.is_empty() && !ran.stdout.contains('\u{1b}'), "{args:?}: {ran:?}");
    }
    let setup = room.run(&["setup"]);
    assert!(setup.stdout.contains("steps done") && setup.stdout.contains("[x]"), "{setup:?}");
}

#[tokio::test]
async fn a_finding_is_dismissed_and_counts_again() {
    let room = Room::start();
    let okta = room.okta();
    assert!(room.run(&["diagnose", "--dismiss", "D29"]).refused().contains("no open finding D29"));
    assert!(room.run(&["diagnose", "--restore", "D29"]).refused().contains("was not dismissed"));
    okta.create(&Person { email: "amoreno".to_owned(), ..Person::new("Ada", "Moreno") }.body()).await.expect(400);
    room.wait_for_findings(&["D29"]);
    room.wait_for_step("user-name-format", "problem");
    let dismissed = room.cli(&["diagnose", "--dismiss", "D29"]);
    assert!(dismissed[0]["dismissed"].is_string(), "{dismissed}");
    assert_ne!(room.step("user-name-format"), "problem");
    assert!(room.run(&["diagnose"]).ok().stdout.contains("dismissed"));
    let restored = room.cli(&["diagnose", "--restore", "D29"]);
    assert_eq!(restored[0]["dismissed"], Value::Null);
    room.wait_for_step("user-name-format", "problem");
    for args in [&["diagnose", "--dismiss", "29"][..], &["diagnose", "--dismiss", "D29", "--restore", "D29"]] {
        assert_eq!(room.run(args).code, 2, "{args:?}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_in_a_sentence_with_the_right_exit_code() {
    let room = Room::start();
    let unknown = "01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11";
    for args in [
        &["user", "show", "nobody@harbor.example"][..],
        &["user", "deactivate", unknown],
        &["token", "revoke", unknown],
        &["event", "show", "4711"],
        &["token", "create", ""],
        &["workspace", "set", "public_url=nowhere"],
        &["--url", "http://127.0.0.1:9", "user", "list"],
        &["login", "http://127.0.0.1:9", "--code", "x"],
    ] {
        let sentence = room.run(args).refused();
        assert_eq!(sentence.lines().count(), 1, "{args:?}: {sentence}");
    }
    for args in [
        &["user", "set-role", unknown, "admin"][..],
        &["workspace", "set", "plan=gold"],
        &["workspace", "set", "plan"],
        &["token", "create", "x", "--days", "0"],
        &["nonsense"],
        &["serve", "--listen", "here"],
        &["logout"],
    ] {
        let ran = room.run(args);
        assert_eq!(ran.code, 2, "{args:?}: {ran:?}");
    }
    for args in [&[][..], &["demo"]] {
        let ran = room.run(args);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("terminal"), "{ran:?}");
    }
}

#[tokio::test]
async fn serve_is_ready_when_it_says_so_and_ends_in_order() {
    for signal in ["-TERM", "-INT"] {
        let mut room = Room::start();
        let health = reqwest::get(format!("{}/healthz", room.url())).await.unwrap();
        assert_eq!(health.status(), 200);
        assert!(room.end(signal).success(), "{signal}");
        assert!(!room.data().join("service.json").exists());
    }
}

#[test]
fn a_second_service_and_a_taken_port_are_refused_in_words() {
    let room = Room::start();
    let sentence = room.run(&["serve", "--listen", "127.0.0.1:0"]).refused();
    assert!(sentence.contains("another"), "{sentence}");
    let address = room.url().strip_prefix("http://").unwrap().to_owned();
    let other = Room::empty();
    let sentence = other.run(&["serve", "--listen", &address]).refused();
    assert!(sentence.contains("--listen"), "{sentence}");
    let sentence = other.run(&["serve", "--listen", "0.0.0.0:0"]).refused();
    assert!(sentence.contains("--behind-proxy"), "{sentence}");
}

#[tokio::test]
async fn commands_at_the_same_moment_do_not_get_into_each_others_way() {
    let mut room = Room::start();
    let id = room.okta().assign(&Person::new("Ada", "Moreno")).await.expect(201).id();
    assert!(room.end("-TERM").success());
    // None of them finds a service, so that one starts it for itself and the others use it, until it ends under them.
    let commands: &[&[&str]] = &[
        &["token", "create", "one"],
        &["user", "set-role", &id, "editor"],
        &["token", "create", "two"],
        &["user", "reactivate", &id],
        &["user", "sign-in-code", &id],
        &["token", "create", "three"],
    ];
    let ran: Vec<Ran> = std::thread::scope(|scope| {
        let threads: Vec<_> = commands.iter().map(|command| scope.spawn(|| room.run(command))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for ran in ran {
        ran.ok();
    }
    assert_eq!(room.cli(&["token", "list"]).as_array().unwrap().len(), 1 + 3);
    assert_eq!(room.cli(&["user", "show", &id])["role"], "editor");
}

#[tokio::test]
async fn what_a_killed_service_leaves_behind_misleads_nobody() {
    let mut room = Room::start();
    let other = Room::start();
    room.okta().assign(&Person::new("Ada", "Moreno")).await.expect(201);
    room.kill();
    assert!(room.data().join("service.json").exists(), "a killed process cannot clean up");
    assert_eq!(room.cli(&["user", "list"]).as_array().unwrap().len(), 1);

    // The port may be somebody else's by now: here another room's.
    let note = json!({"url": other.url(), "pid": 1, "started": "2026-01-01T00:00:00.000Z"});
    fs::write(room.data().join("service.json"), note.to_string()).unwrap();
    assert_eq!(room.cli(&["user", "list"]).as_array().unwrap().len(), 1);
    fs::write(room.data().join("service.json"), "{").unwrap();
    assert_eq!(room.cli(&["user", "list"]).as_array().unwrap().len(), 1);
}

#[test]
fn the_operators_key_is_the_operators() {
    let room = Room::start();
    let mode = |name: &str| fs::metadata(room.data().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("operator.key"), 0o600);
    // Whoever may read everything, such as root, is the operator.
    fs::set_permissions(room.data().join("operator.key"), Permissions::from_mode(0o000)).unwrap();
    if fs::read(room.data().join("operator.key")).is_err() {
        let sentence = room.run(&["user", "list"]).refused();
        assert!(sentence.contains("may not be read by this account"), "{sentence}");
    }
}

#[test]
fn a_setting_comes_from_the_flag_the_environment_the_file_or_the_default() {
    let room = Room::empty();
    let listens = |configure: &dyn Fn(&mut Command)| {
        let mut command = scimroom(room.data());
        command.arg("serve").stdout(Stdio::piped()).stderr(Stdio::piped());
        configure(&mut command);
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        line.trim_end().to_owned() + String::from_utf8_lossy(&output.stderr).as_ref()
    };
    fs::write(room.data().join("scimroom.toml"), "listen = \"127.0.0.2:0\"\n").unwrap();
    assert!(listens(&|_| {}).starts_with("listening on http://127.0.0.2:"));
    assert!(
        listens(&|command| {
            command.env("SCIMROOM_LISTEN", "127.0.0.3:0");
        })
        .starts_with("listening on http://127.0.0.3:")
    );
    assert!(
        listens(&|command| {
            command.env("SCIMROOM_LISTEN", "127.0.0.3:0").args(["--listen", "127.0.0.4:0"]);
        })
        .starts_with("listening on http://127.0.0.4:")
    );
    fs::write(room.data().join("scimroom.toml"), "behind_proxy = true\nlisen = \"127.0.0.2:0\"\n").unwrap();
    let complaint = listens(&|_| {});
    assert!(complaint.contains("scimroom.toml, line 2"), "{complaint}");
}

#[tokio::test]
async fn tail_follows_with_nothing_missing_until_it_is_ended() {
    let room = Room::start();
    let okta = room.okta();
    okta.test_credentials().await.expect(200);
    let mut child =
        scimroom(room.data()).args(["event", "tail", "--json", "--from", "1"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    assert_eq!(next()["id"], 1);
    okta.assign(&Person::new("Ada", "Moreno")).await.expect(201);
    let arrived = [next(), next()];
    assert_eq!((&arrived[0]["id"], &arrived[1]["id"]), (&json!(2), &json!(3)));
    for action in ["lookup", "create"] {
        let event = arrived.iter().find(|event| event["action"] == action).unwrap();
        assert_eq!(event["userName"], "ada.moreno@harbor.example");
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
}

#[tokio::test]
async fn a_reader_that_goes_away_ends_a_command_quietly() {
    let room = Room::start();
    let okta = room.okta();
    for n in 0..30 {
        okta.assign(&Person::new(&format!("Ada{n}"), "Moreno")).await.expect(201);
    }
    for args in [&["user", "list"][..], &["event", "list", "--json"]] {
        let mut child = scimroom(room.data()).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }
}

#[tokio::test]
async fn more_users_and_events_than_one_answer_holds_are_all_listed() {
    let room = Room::start();
    let okta = room.okta();
    let wanted = 1_203;
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let okta = okta.clone();
            tokio::spawn(async move {
                for n in (task..wanted).step_by(8) {
                    okta.create(&Person::new(&format!("Ada{n}"), "Moreno").body()).await.expect(201);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let users = room.cli(&["user", "list"]);
    let mut names: Vec<&str> =
        users.as_array().unwrap().iter().map(|user| user["userName"].as_str().unwrap()).collect();
    assert_eq!(names.len(), wanted);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), wanted);
    assert_eq!(room.cli(&["event", "list", "--limit", "1100"]).as_array().unwrap().len(), 1_100);
    assert_eq!(room.run(&["user", "list"]).ok().stdout.lines().count(), wanted + 1);
}

#[tokio::test]
async fn the_simulator_plays_every_scenario_against_the_service() {
    let room = Room::start();
    let token = room.token();
    for app in ["wizard", "catalogue"] {
        for scenario in [
            "credential-test",
            "onboarding",
            "profile-update",
            "role-change",
            "offboarding",
            "return",
            "email-change",
            "group-push",
            "import",
            "password-sync",
            "entitlements",
        ] {
            let seed = if app == "wizard" { "1" } else { "2" };
            let args = ["simulate", "okta", "--url", &room.scim(), "--token", &token, "--scenario", scenario];
            let ran = room.run(&[&args[..], &["--users", "4", "--seed", seed, "--app", app]].concat()).ok();
            assert!(ran.stdout.contains("GET") && ran.stdout.contains("requests"), "{ran:?}");
            assert!(!ran.stdout.contains(&token));
        }
    }
    let listed = room.cli(&["user", "list"]);
    assert!(listed.as_array().unwrap().len() >= 8);
    // Well-behaved traffic completes the setup and is diagnosed with nothing.
    eventually("the setup is complete", || room.run(&["setup"]).code == 0);
    room.wait_for_findings(&[]);

    let wrong = ["simulate", "okta", "--url", &room.scim(), "--token", "wrong", "--scenario", "credential-test"];
    assert_eq!(room.run(&wrong).code, 1);
    let args = ["simulate", "okta", "--url", &room.scim(), "--token", &token, "--users", "1", "--scenario"];
    let played = room.run(&[&args[..], &["misconfigured-unknown-role"]].concat()).ok();
    assert!(played.stderr.contains("`scimroom diagnose` names it (D50)."), "{played:?}");
    room.wait_for_findings(&["D50"]);
    let refused = room.run(&[&args[..], &["misconfigured-roles"]].concat());
    assert!(refused.code == 2 && refused.stderr.contains("--list names"), "{refused:?}");
    let listed = room.run(&["simulate", "okta", "--list"]).ok().stdout;
    for row in
        ["full                               -    ", "misconfigured-create-off           D23  Create Users is not"]
    {
        assert!(listed.contains(row), "{listed}");
    }
    assert!(listed.contains("and no more. Shows after 10 seconds."), "{listed}");
    let listed = room.cli(&["simulate", "okta", "--list"]);
    let named = |name: &str| listed.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap().clone();
    assert_eq!(
        named("misconfigured-no-role")["mistake"],
        serde_json::json!({"code": "D46", "wait": null, "people": 3})
    );
    assert_eq!(named("import")["mistake"], Value::Null);
    let mut command = scimroom(room.data());
    command.args(["simulate", "okta", "--url", &room.scim(), "--scenario", "credential-test", "--json"]);
    let output = command.env("SCIMROOM_TOKEN", &token).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["failures"], 0);
}

#[tokio::test]
async fn a_running_command_survives_the_end_of_the_service_it_found() {
    let mut room = Room::start();
    room.okta().assign(&Person::new("Ada", "Moreno")).await.expect(201);
    let address = room.url().strip_prefix("http://").unwrap().to_owned();
    let mut child = scimroom(room.data())
        .args(["event", "tail", "--json", "--from", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap()["id"].as_u64().unwrap();
    assert_eq!((next(), next()), (1, 2));
    room.kill();
    room.serve_on(&address);
    let okta = room.okta();
    okta.test_credentials().await.expect(200);
    okta.test_credentials().await.expect(200);
    assert_eq!((next(), next()), (3, 4), "nothing missing and nothing twice");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// A proxy of the environment is for the world outside: it must not be handed the operator's key on the way to this host.
#[test]
fn no_proxy_stands_between_a_command_and_the_service_on_this_host() {
    let room = Room::start();
    let mut command = scimroom(room.data());
    command.args(["user", "list"]).env("http_proxy", "http://127.0.0.1:9").env("ALL_PROXY", "http://127.0.0.1:9");
    crate::harness::run(command).ok();
}
