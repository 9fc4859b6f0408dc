//! One member more or less of a small group and of a large one: the membership is rows, so both cost the same.

use std::time::Duration;

use hyper::Method;
use serde_json::{Value, json};

use crate::{
    service::Room,
    wire::{Load, Request, Run, connect, send},
};

/// Members of the small group, and at most of the large one.
pub const SIZES: [u64; 2] = [5, 50_000];
/// So many members fit into one request.
const SLICE: usize = 15_000;

/// A group, and somebody who comes and goes.
pub struct Group {
    /// Its other members.
    pub size: u64,
    id: String,
    guest: String,
}

impl Group {
    /// Makes a group of so many of the workspace's people, or of all but one.
    pub async fn new(room: &Room, people: u64, size: u64) -> Self {
        let size = size.min(people.saturating_sub(1));
        let ids = room.ids(size + 1).await;
        let (guest, members) = ids.split_last().unwrap();
        Self { size, id: make(room, size, members).await, guest: guest.clone() }
    }

    /// How fast one member is added and taken out again, by one connection.
    pub async fn measure(&self, room: &Room, time: Duration) -> Run {
        let (id, guest) = (self.id.clone(), self.guest.clone());
        // Even requests add the guest, odd ones take it out.
        let request: Request = Box::new(move |n| {
            let operation = if n % 2 == 0 {
                json!({"op": "add", "path": "members", "value": [{"value": guest}]})
            } else {
                json!({"op": "remove", "path": format!("members[value eq \"{guest}\"]")})
            };
            // What Okta's catalogue apps do not ask for, and what a large group does not show.
            (Method::PATCH, format!("/scim/v2/Groups/{id}?attributes=displayName"), Some(patch(operation)))
        });
        let load = Load { address: room.address(), token: Some(room.token().to_owned()), connections: 1, time };
        load.run(request).await
    }
}

fn patch(operation: Value) -> String {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]}).to_string()
}

async fn make(room: &Room, size: u64, members: &[String]) -> String {
    let mut connection = connect(room.address()).await;
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": format!("Group of {size}"),
    });
    let made = send(&mut connection, Method::POST, "/scim/v2/Groups", Some(room.token()), Some(body.to_string())).await;
    assert_eq!(made.0, 201);
    let made: Value = serde_json::from_slice(&made.1).unwrap();
    let id = made["id"].as_str().unwrap().to_owned();
    for slice in members.chunks(SLICE) {
        let members: Vec<Value> = slice.iter().map(|id| json!({"value": id})).collect();
        let body = patch(json!({"op": "add", "path": "members", "value": members}));
        let path = format!("/scim/v2/Groups/{id}?attributes=displayName");
        let added = send(&mut connection, Method::PATCH, &path, Some(room.token()), Some(body)).await;
        assert_eq!(added.0, 200);
    }
    id
}
