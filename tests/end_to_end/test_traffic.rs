//! Test traffic: Okta played against the service by itself, marked wherever it shows, and removed without a trace.

use std::{collections::BTreeMap, path::Path, time::Duration};

use rusqlite::{Connection, types::Value as Stored};
use scimroom::{
    client::Client,
    model::{data_dir::DataDir, event::EventQuery, finding::Code, id::EventId, secret::Secret},
    service,
    simulator::{self, App, Mistake, Options, Scenario, Users},
};
use serde_json::{Value, json};

use crate::harness::{Person, Room, eventually, scimroom};

const FULL: [&str; 7] = ["simulate", "okta", "--test", "--scenario", "full", "--rate", "400"];

/// Every row of every table, but for the numbers given out last and how far the diagnosis has read.
fn rows(data: &Path) -> BTreeMap<String, Vec<Vec<Stored>>> {
    let database = Connection::open(DataDir::new(data).database()).unwrap();
    let mut tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    let names: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let read = |name: &str| -> Vec<Vec<Stored>> {
        let mut all = database.prepare(&format!("SELECT * FROM {name} ORDER BY 1")).unwrap();
        let columns = all.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
        all.query_map([], row).unwrap().map(Result::unwrap).collect()
    };
    let mut rows: BTreeMap<_, _> = names.iter().map(|name| (name.clone(), read(name))).collect();
    rows.remove("watch_state");
    rows.insert("counters".to_owned(), {
        let mut counters = database
            .prepare("SELECT event_bytes, total, active, owners, editors, viewers, groups, drifted FROM counters")
            .unwrap();
        let row = |row: &rusqlite::Row<'_>| (0..8).map(|column| row.get(column)).collect();
        counters.query_map([], row).unwrap().map(Result::unwrap).collect()
    });
    rows
}

#[tokio::test]
async fn test_traffic_counts_for_nothing_and_is_removed_without_a_trace() {
    let mut room = Room::start();
    let okta = room.okta();
    okta.assign(&Person::new("Ada", "Moreno").with("roles", json!([{"primary": true, "value": "owner"}]))).await;
    room.wait_for_writes(&["create"]);
    eventually("the lookup is in the log", || room.cli(&["event", "list"]).as_array().unwrap().len() >= 2);
    let told = |room: &Room| {
        ["setup", "diagnose", "token list", "user list"].map(|command| {
            let args: Vec<&str> = std::iter::once("--json").chain(command.split(' ')).collect();
            // The checklist is not complete, which is exit code 1; the address is another one after a restart.
            room.run(&args).stdout.replace(room.url(), "")
        })
    };
    assert!(room.end("-TERM").success());
    let before = rows(room.data());
    room.serve();
    let said = told(&room);

    let played = room.run(&FULL).ok();
    assert!(played.stdout.contains("Okta accepts every answer"), "{}", played.stdout);
    for purpose in ["push-password 1", "entitlements 3", "group-push", "import"] {
        assert!(played.stdout.contains(purpose), "{purpose}: {}", played.stdout);
    }
    // On what is there already it is as welcome.
    room.run(&[&FULL[..], &["--app", "catalogue"]].concat()).ok();
    let shown = room.cli(&["test-traffic", "show"]);
    assert!(shown["users"].as_u64() >= Some(10) && shown["groups"] == 1 && shown["tokens"] == 2, "{shown}");
    assert_eq!(shown["findings"], json!([]));

    // Marked wherever it shows, and nowhere else is anything said of it.
    let events = room.cli(&["event", "list", "--limit", "10000"]);
    let (tests, others): (Vec<&Value>, Vec<&Value>) =
        events.as_array().unwrap().iter().partition(|event| event["mode"] == "test");
    assert_eq!(tests.len() as u64, shown["events"].as_u64().unwrap());
    assert!(others.iter().all(|event| event["tokenName"] == "Okta"), "{others:?}");
    let listed = room.run(&["event", "list", "--limit", "10000"]).ok().stdout;
    assert_eq!(listed.lines().filter(|line| line.contains("Test traffic: ")).count(), tests.len());
    let exported = room.data().join("events.jsonl");
    room.run(&["event", "export", "--filter", "mode:test", exported.to_str().unwrap()]).ok();
    let exported = std::fs::read_to_string(exported).unwrap();
    let mut passwords = exported.split(r#"\"password\":\""#).skip(1);
    assert!(passwords.all(|kept| kept.starts_with("[REDACTED]")), "a password is kept");
    assert_eq!(exported.lines().filter(|line| line.contains("\"mode\":\"test\"")).count(), tests.len());
    let now = told(&room);
    assert_eq!(now[..3], said[..3], "checklist, findings and tokens are as they were");
    let users: Vec<Value> = room.cli(&["user", "list"]).as_array().unwrap().clone();
    let (tested, real): (Vec<&Value>, Vec<&Value>) = users.iter().partition(|user| user["test"] == true);
    assert_eq!((tested.len() as u64, real.len()), (shown["users"].as_u64().unwrap(), 1));
    assert!(tested.iter().all(|user| user["userName"].as_str().unwrap().ends_with("test-traffic.example")));
    let name = tested[0]["userName"].as_str().unwrap();
    assert!(room.run(&["user", "sign-in-code", name]).refused().contains("made by test traffic"));
    let ada = real[0]["userName"].as_str().unwrap();
    assert!(room.run(&["user", "set-role", ada, "viewer"]).refused().contains("last active owner"));

    // A stream that is read meanwhile goes on with what comes after.
    let newest = events[0]["id"].as_u64().unwrap();
    let removed = room.cli(&["test-traffic", "remove"]);
    assert_eq!(removed["events"], shown["events"]);
    let nothing = room.cli(&["test-traffic", "show"]);
    assert!(["users", "groups", "events", "tokens"].iter().all(|what| nothing[what] == 0), "{nothing}");
    assert_eq!(told(&room), said);
    room.run(&["test-traffic", "remove"]).ok();
    assert!(room.end("-TERM").success());
    let after = rows(room.data());
    for (table, rows) in &before {
        assert_eq!(Some(rows), after.get(table), "{table}");
    }
    assert_eq!(before.len(), after.len());

    room.serve();
    let okta = room.okta();
    okta.assign(&Person::new("Lin", "Berg")).await;
    let event =
        room.wait_for_event("a create", |event| event["action"] == "create" && event["id"].as_u64() > Some(newest));
    assert!(event["mode"].is_null() || event["mode"] == "live", "{event}");
}

#[tokio::test]
async fn a_removal_survives_a_kill() {
    let mut room = Room::start();
    let args = ["simulate", "okta", "--test", "--users", "400", "--rate", "3000"];
    room.run(&args).ok();
    let before = room.cli(&["test-traffic", "show"])["users"].as_u64().unwrap();
    assert_eq!(before, 400);
    let mut remove = scimroom(room.data());
    let mut removing = remove.args(["test-traffic", "remove"]).spawn().unwrap();
    let database = Connection::open(DataDir::new(room.data()).database()).unwrap();
    eventually("some of it is gone", || {
        let left: u64 = database.query_row("SELECT count(*) FROM users WHERE test = 1", [], |row| row.get(0)).unwrap();
        left < before
    });
    room.kill();
    removing.kill().ok();
    removing.wait().unwrap();
    drop(database);
    room.serve();
    eventually("the rest is gone", || {
        let left = room.cli(&["test-traffic", "show"]);
        left["removing"] == false && ["users", "groups", "events", "tokens"].iter().all(|what| left[what] == 0)
    });
    assert_eq!(room.cli(&["user", "list"]), json!([]));
    room.run(&[&args[..3], &["--users", "1"]].concat()).ok();
}

#[tokio::test]
async fn every_mistake_is_found_in_test_traffic_and_nowhere_else() {
    let dir = tempfile::tempdir().unwrap();
    let data = DataDir::new(dir.path());
    let options = service::Options::new(data.clone(), "127.0.0.1:0".parse().unwrap());
    let service = service::start(service::Options { rate_limit: None, ..options }).await.unwrap();
    let key = Secret::new(std::fs::read_to_string(data.operator_key()).unwrap());
    let operator = Client::new(service.url(), Some(key)).unwrap();
    let checklist = operator.checklist().await.unwrap();
    let mut wrong = Vec::new();
    for mistake in Mistake::ALL {
        let pass = operator.begin_test_traffic().await.unwrap();
        let options = Options {
            url: format!("{}/scim/v2", service.url()),
            token: pass.token,
            scenario: Scenario::Misconfigured(mistake),
            users: Users::Number(3),
            rate: None,
            seed: 4,
            app: App::Wizard,
            test: Some(pass.mark),
        };
        let mut sent = 0;
        simulator::run(&options, |_| sent += 1).await.unwrap();
        let all = EventQuery { after: Some(EventId(0)), limit: 1_000, ..EventQuery::default() };
        let mut events = Vec::new();
        // Events of reads may trail by a second; those that were folded, longer.
        for _ in 0..60 {
            events = operator.events(&all).await.unwrap();
            if events.iter().map(|event| event.repeats).sum::<u64>() >= sent {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let mut expect = |holds: bool, what: String| {
            if !holds {
                wrong.push(format!("{}: {what}", mistake.name));
            }
        };
        let live = events.iter().filter(|event| !event.is_test()).count();
        expect(live == 0, format!("{live} of {} events are not marked", events.len()));
        let found = operator.test_traffic().await.unwrap().findings;
        let first: Option<Code> = found.first().map(|finding| finding.code);
        expect(first == Some(mistake.code) || mistake.wait.is_some(), format!("found first: {first:?}"));
        let real = operator.findings().await.unwrap();
        expect(real.is_empty(), format!("the real diagnosis says {:?}", real.first().map(|finding| finding.code)));
        expect(operator.checklist().await.unwrap() == checklist, "the checklist changed".to_owned());
        operator.remove_test_traffic().await.unwrap();
        let counts = operator.test_traffic().await.unwrap().counts;
        expect(counts.is_empty(), format!("left: {counts:?}"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    service.stop().await.unwrap();
}
