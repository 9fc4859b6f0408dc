//! What a crash may cost: nothing that was acknowledged.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use reqwest::Method;
use serde_json::json;
use tokio::sync::Notify;

use crate::harness::{Okta, PATIENCE, Person, Room};

/// What one writer was told is done.
#[derive(Debug, Default)]
struct Acknowledged {
    /// Users that were created: their ids, and the last title that was accepted for each.
    users: Vec<(String, u64)>,
}

/// Counts what was acknowledged, and gives the word at a certain count.
#[derive(Debug)]
struct Count {
    acknowledged: AtomicU64,
    enough: u64,
    word: Notify,
}

impl Count {
    fn add(&self) {
        if self.acknowledged.fetch_add(1, Ordering::Relaxed) + 1 == self.enough {
            self.word.notify_one();
        }
    }
}

/// Creates people and changes their titles until the service is gone.
async fn write(okta: Okta, writer: String, count: Arc<Count>) -> Acknowledged {
    let mut acknowledged = Acknowledged::default();
    for n in 0.. {
        let body = Person::new(&format!("{writer}{n}"), "Moreno").body();
        let Ok(created) = okta.try_send(Method::POST, "/Users", Some(&body)).await else { break };
        let id = created.expect(201).id();
        acknowledged.users.push((id.clone(), 0));
        count.add();
        let operation = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": "title", "value": "1"}],
        });
        let Ok(patched) = okta.try_send(Method::PATCH, &format!("/Users/{id}"), Some(&operation)).await else { break };
        patched.expect(200);
        acknowledged.users.last_mut().unwrap().1 = 1;
        count.add();
    }
    acknowledged
}

/// Everything that was acknowledged is there: the users, their last titles, and the events of both.
async fn check(room: &Room, token: &str, acknowledged: &[(String, u64)], newest_events: &str) {
    let okta = Okta::new(&room.scim(), token);
    for (id, title) in acknowledged {
        let user = okta.get(id).await.expect(200).body;
        assert_eq!(user["active"], true);
        assert!(*title == 0 || user["title"] == "1", "an acknowledged change of {id} is lost");
    }
    let events = room.cli(&["event", "list", "--limit", newest_events]);
    let events = events.as_array().unwrap();
    let written = |action: &str| -> HashSet<&str> {
        let of = events.iter().filter(|event| event["action"] == action);
        of.filter_map(|event| event["userId"].as_str()).collect()
    };
    let (created, updated) = (written("create"), written("update"));
    for (id, title) in acknowledged {
        assert!(created.contains(id.as_str()), "the event of an acknowledged create of {id} is lost");
        assert!(*title == 0 || updated.contains(id.as_str()), "the event of an acknowledged change of {id} is lost");
    }
    let ids: Vec<u64> = events.iter().map(|event| event["id"].as_u64().unwrap()).collect();
    assert!(ids.is_sorted_by(|newer, older| newer > older), "the order of events is total");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_service_is_killed_under_load() {
    let mut room = Room::start();
    let token = room.token();
    let mut all: Vec<(String, u64)> = Vec::new();
    for round in 0..20_u64 {
        let count = Arc::new(Count { acknowledged: AtomicU64::new(0), enough: 10 + round * 2, word: Notify::new() });
        let writers: Vec<_> = (0..8)
            .map(|n| {
                let okta = Okta::new(&room.scim(), &token);
                tokio::spawn(write(okta, format!("r{round}w{n}n"), Arc::clone(&count)))
            })
            .collect();
        // The moment at which an acknowledgement arrives is the one at which it would be worth nothing if the service
        // answered before it committed.
        tokio::time::timeout(PATIENCE, count.word.notified()).await.expect("the service takes no writes");
        room.kill();
        let before = all.len();
        for writer in writers {
            all.extend(writer.await.unwrap().users);
        }
        room.serve();
        check(&room, &token, &all[before..], "1000").await;
    }
    check(&room, &token, &all, "1000000").await;
    let creates = room.cli(&["event", "list", "--limit", "1000000"]);
    let creates = creates.as_array().unwrap().iter().filter(|event| event["action"] == "create").count();
    let users = room.cli(&["user", "list"]);
    assert_eq!(users.as_array().unwrap().len(), creates, "as many users as creates in the log");
    assert!(room.end("-TERM").success());
}
