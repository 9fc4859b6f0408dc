//! What Okta's pushes do to groups, told on the rules and a real store, without HTTP.

mod events;
mod histories;
mod members;
mod names;
mod roles;
mod size;

use serde_json::{Value, json};

use crate::directory::{
    request::Outcome,
    room::{Room, body, group, id_of, merged, values},
};

/// What a client of the PATCH kind sends after every change of a membership, renamed or not.
fn rename(id: &str, name: &str) -> Value {
    json!([{"op": "replace", "value": {"id": id, "displayName": name}}])
}

fn remove(id: &str) -> Value {
    json!({"op": "remove", "path": format!("members[value eq \"{id}\"]")})
}

fn add(ids: &[&str]) -> Value {
    json!({"op": "add", "path": "members", "value": values(ids)})
}

fn replace(ids: &[&str]) -> Value {
    json!({"op": "replace", "path": "members", "value": values(ids)})
}

/// The version that an answer shows.
fn version(outcome: &Outcome) -> String {
    outcome.reply.etag.clone().unwrap()
}

/// Asserts that a write was accepted and changed nothing at all.
fn assert_unchanged(before: &Outcome, after: &Outcome) {
    assert!(matches!(after.reply.status, 200 | 204), "{after:?}");
    assert_eq!(version(after), version(before));
    assert_eq!(after.notes.changes, []);
    if after.reply.status == 200 {
        assert_eq!(body(after)["meta"]["lastModified"], body(before)["meta"]["lastModified"]);
    }
}

#[tokio::test]
async fn a_client_that_patches_pushes_a_group_and_keeps_it_up_to_date() {
    let room = Room::new();
    let (ada, li, sam) = (room.newcomer("ada").await, room.newcomer("li").await, room.newcomer("sam").await);
    let pushed = room.push_group("APP-Harbor-Editors", &[]).await;
    let id = id_of(&pushed);
    let shown = body(&pushed);
    assert_eq!((pushed.reply.status, &shown["members"]), (201, &json!([])), "empty, and there");
    assert_eq!(pushed.reply.location.as_deref(), shown["meta"]["location"].as_str());
    assert_eq!((&shown["meta"]["resourceType"], &shown["meta"]["version"]), (&json!("Group"), &json!("W/\"1\"")));

    let first = room.patch_group(&id, json!([add(&[&ada, &li])])).await;
    assert_eq!((first.reply.status, room.members(&id).await), (200, vec![ada.clone(), li.clone()]));
    assert_eq!(body(&first)["members"][0]["type"], "User");
    assert_unchanged(&room.get_group(&id).await, &room.patch_group(&id, rename(&id, "APP-Harbor-Editors")).await);
    assert_eq!(room.members(&id).await.len(), 2, "the rename that is none touches nobody");

    let changed = room.patch_group(&id, json!([remove(&ada), add(&[&sam])])).await;
    assert_eq!((version(&changed), room.members(&id).await), ("W/\"3\"".to_owned(), vec![li.clone(), sam.clone()]));
    let renamed = room.patch_group(&id, rename(&id, "APP-Harbor-Authors")).await;
    assert_eq!(body(&renamed)["displayName"], "APP-Harbor-Authors");
    assert_eq!(room.members(&id).await, [li, sam]);

    let emptied = room.patch_group(&id, json!([{"op": "replace", "path": "members", "value": []}])).await;
    assert_eq!((emptied.reply.status, &body(&emptied)["members"]), (200, &json!([])));
    assert_unchanged(&emptied, &room.patch_group(&id, json!([replace(&[])])).await);
}

#[tokio::test]
async fn push_now_leaves_exactly_those_who_were_sent() {
    let room = Room::new();
    let (ada, li, sam) = (room.newcomer("ada").await, room.newcomer("li").await, room.newcomer("sam").await);
    let id = id_of(&room.push_group("Editors", &[&ada, &li]).await);
    let now = room.patch_group(&id, json!([replace(&[&sam, &li])])).await;
    assert_eq!(room.members(&id).await, [li.clone(), sam.clone()]);
    assert_unchanged(&now, &room.patch_group(&id, json!([replace(&[&li, &sam])])).await);
    assert_unchanged(&now, &room.patch_group(&id, json!([replace(&[]), add(&[&sam, &li])])).await);
    let pathless = json!([{"op": "replace", "value": {"displayName": "Editors", "members": values(&[&ada])}}]);
    room.patch_group(&id, pathless).await;
    assert_eq!(room.members(&id).await, [ada]);
}

#[tokio::test]
async fn a_client_that_puts_reads_merges_and_sends_the_group_back_whole() {
    let room = Room::new();
    let (ada, li) = (room.newcomer("ada").await, room.newcomer("li").await);
    let pushed = room.push_group("APP-Harbor-Editors", &[&ada, &li]).await;
    let id = id_of(&pushed);
    assert_eq!(body(&pushed)["members"].as_array().map(Vec::len), Some(2), "a full push");
    let read = room.get_group(&id).await;
    assert_eq!(body(&read), body(&pushed));

    let again = room.put_group(&id, &merged(&read, json!({"members": values(&[&li, &ada])}))).await;
    assert_unchanged(&read, &again);
    assert_unchanged(&read, &room.put_group(&id, &body(&read)).await);
    let fewer = room.put_group(&id, &merged(&read, json!({"members": values(&[&li])}))).await;
    assert_eq!((fewer.reply.status, version(&fewer)), (200, "W/\"2\"".to_owned()));
    assert_eq!(room.members(&id).await, [li]);
    let foreign = json!({"id": ada, "meta": {"version": "W/\"99\""}, "displayName": "Authors", "members": null});
    let renamed = room.put_group(&id, &merged(&read, foreign)).await;
    let shown = body(&renamed);
    assert_eq!((&shown["id"], &shown["displayName"], &shown["members"]), (&json!(id), &json!("Authors"), &json!([])));
    assert!(shown["meta"]["lastModified"].as_str() > shown["meta"]["created"].as_str());
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_said_and_nothing_changes() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let id = id_of(&room.push_group("Editors", &[&ada]).await);
    let before = room.get_group(&id).await;
    for operations in [
        json!([remove(&ada), {"op": "replace", "path": "displayName", "value": 7}]),
        json!([remove(&ada), {"op": "remove", "path": "displayName"}]),
        json!([remove(&ada), {"op": "replace", "value": {"id": "another", "displayName": "Editors"}}]),
        json!([remove(&ada), {"op": "add", "path": "nickName", "value": "x"}]),
        json!([remove(&ada), {"op": "add", "path": "members", "value": [{"type": "User"}]}]),
        json!([remove(&ada), {"op": "replace", "path": format!("members[value eq \"{ada}\"].value"), "value": "x"}]),
    ] {
        assert_eq!(room.patch_group(&id, operations.clone()).await.reply.status, 400, "{operations}");
    }
    assert_eq!(room.put_group(&id, &group(" ", &[])).await.reply.status, 400);
    assert_eq!(room.put_group(&id, &json!([])).await.reply.status, 400);
    for nobody in [json!([{"display": "ada@harbor.example"}]), json!([{"value": ""}]), json!([{"type": "User"}])] {
        let operations = json!([{"op": "replace", "path": "members", "value": nobody}]);
        assert_eq!(room.patch_group(&id, operations).await.reply.status, 400, "{nobody}");
        let mut sent = group("Editors", &[]);
        sent["members"] = nobody.clone();
        assert_eq!(room.put_group(&id, &sent).await.reply.status, 400, "{nobody}");
    }
    assert_eq!(room.post_group(&json!({"displayName": 1})).await.reply.status, 400);
    let after = room.get_group(&id).await;
    assert_eq!(body(&after), body(&before));
}

#[tokio::test]
async fn a_group_that_is_not_here_is_404_for_every_verb() {
    let room = Room::new();
    let id = id_of(&room.push_group("Editors", &[]).await);
    let user = room.newcomer("ada").await;
    assert_eq!(room.delete_group(&id, None).await.reply.status, 204);
    for id in [id.as_str(), "00g1", "01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11", &user, &id.to_uppercase()] {
        for answer in [
            room.get_group(id).await,
            room.put_group(id, &group("Editors", &[])).await,
            room.patch_group(id, rename(id, "Editors")).await,
            room.delete_group(id, None).await,
        ] {
            assert_eq!(answer.reply.status, 404, "{id}");
            assert!(body(&answer)["detail"].as_str().unwrap().contains("Push Groups"));
        }
    }
}
