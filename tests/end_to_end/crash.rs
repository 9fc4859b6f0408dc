//! What a crash may cost: nothing that was acknowledged.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use reqwest::Method;
use serde_json::json;

use crate::harness::{Okta, PATIENCE, Person, Room};

/// What one writer was told is done.
#[derive(Debug, Default)]
struct Acknowledged {
    /// Users that were created: their ids, and the last title that was accepted for each.
    users: Vec<(String, u64)>,
}

/// Creates people and changes their titles until the service is gone.
async fn write(okta: Okta, writer: String, count: Arc<AtomicU64>) -> Acknowledged {
    let mut acknowledged = Acknowledged::default();
    for n in 0.. {
        let body = Person::new(&format!("{writer}{n}"), "Moreno").body();
        let Ok(created) = okta.try_send(Method::POST, "/Users", Some(&body)).await else { break };
        let id = created.expect(201).id();
        acknowledged.users.push((id.clone(), 0));
        count.fetch_add(1, Ordering::Relaxed);
        let operation = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": "title", "value": "1"}],
        });
        let Ok(patched) = okta.try_send(Method::PATCH, &format!("/Users/{id}"), Some(&operation)).await else { break };
        patched.expect(200);
        acknowledged.users.last_mut().unwrap().1 = 1;
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_service_is_killed_under_load() {
    let mut room = Room::start();
    let token = room.token();
    let mut all: Vec<(String, u64)> = Vec::new();
    for round in 0..4_u64 {
        let count = Arc::new(AtomicU64::new(0));
        let writers: Vec<_> = (0..8)
            .map(|n| {
                let okta = Okta::new(&room.scim(), &token);
                tokio::spawn(write(okta, format!("r{round}w{n}n"), Arc::clone(&count)))
            })
            .collect();
        // In the middle of the work, each round at another place of it.
        let enough = 30 + round * 25;
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while count.load(Ordering::Relaxed) < enough {
            assert!(tokio::time::Instant::now() < deadline, "the service takes no writes");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        room.end("-KILL");
        for writer in writers {
            all.extend(writer.await.unwrap().users);
        }
        room.serve();

        let okta = Okta::new(&room.scim(), &token);
        for (id, title) in &all {
            let user = okta.get(id).await.expect(200).body;
            assert_eq!(user["active"], true);
            if *title == 1 {
                assert_eq!(user["title"], "1", "an acknowledged change of {id} is lost");
            }
        }
        let events = room.cli(&["event", "list", "--limit", "1000000"]);
        let written = |action: &str| -> HashSet<String> {
            let of = events.as_array().unwrap().iter().filter(|event| event["action"] == action);
            of.filter_map(|event| event["userId"].as_str().map(str::to_owned)).collect()
        };
        let (created, updated) = (written("create"), written("update"));
        for (id, title) in &all {
            assert!(created.contains(id), "the event of an acknowledged create of {id} is lost");
            assert!(*title == 0 || updated.contains(id), "the event of an acknowledged change of {id} is lost");
        }
        let users = room.cli(&["user", "list"]);
        assert_eq!(users.as_array().unwrap().len(), created.len(), "as many users as creates in the log");
        let ids: Vec<u64> = events.as_array().unwrap().iter().map(|event| event["id"].as_u64().unwrap()).collect();
        assert!(ids.is_sorted_by(|newer, older| newer > older), "the order of events is total");
    }
    assert!(room.end("-TERM").success());
}
