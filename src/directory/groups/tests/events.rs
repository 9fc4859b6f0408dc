//! What the log tells of pushes.

use super::*;
use crate::{
    directory::room::person,
    model::{
        event::{Action, EventQuery},
        role::Role,
    },
    store::Store,
};

/// The newest event's changes, as path, before and after.
async fn told(room: &Room) -> Vec<(String, Value, Value)> {
    let event = room.event().await;
    let or_null = |value: Option<Value>| value.unwrap_or_default();
    event.changes.into_iter().map(|change| (change.path, or_null(change.before), or_null(change.after))).collect()
}

fn in_group(id: &str) -> String {
    format!("members[value eq \"{id}\"]")
}

#[tokio::test]
async fn a_push_is_an_event_with_the_group_and_what_changed() {
    let room = Room::new();
    let (ada, li) = (room.newcomer("ada").await, room.newcomer("li").await);
    let id = id_of(&room.push_group("Editors", &[&ada]).await);
    let event = room.event().await.event;
    assert_eq!((event.action, event.status), (Action::GroupPush, 201));
    assert_eq!((event.group_id.map(|id| id.to_string()), event.group_name), (Some(id.clone()), Some("Editors".into())));
    let new = json!("Editors");
    assert_eq!(
        told(&room).await,
        [("displayName".into(), json!(null), new.clone()), (in_group(&ada), json!(null), json!(ada))]
    );

    room.patch_group(&id, json!([remove(&ada), add(&[&li]), {"op": "replace", "value": {"displayName": "Authors"}}]))
        .await;
    assert_eq!(
        told(&room).await,
        [
            ("displayName".into(), new, json!("Authors")),
            (in_group(&li), json!(null), json!(li)),
            (in_group(&ada), json!(ada), json!(null)),
        ]
    );
    assert_eq!(room.event().await.event.group_name.as_deref(), Some("Authors"));

    room.delete_group(&id, None).await;
    let gone = room.event().await.event;
    assert_eq!((gone.action, gone.status, gone.group_name.as_deref()), (Action::GroupDelete, 204, Some("Authors")));
    assert_eq!(told(&room).await, [("displayName".into(), json!("Authors"), json!(null))]);
}

#[tokio::test]
async fn a_refused_push_is_an_event_with_the_sentence_and_without_changes() {
    let room = Room::new();
    let id = id_of(&room.push_group("Editors", &[]).await);
    room.push_group("editors", &["00u1"]).await;
    let event = room.event().await;
    assert_eq!((event.event.action, event.event.status), (Action::GroupPush, 409));
    assert_eq!(event.event.group_id.map(|id| id.to_string()), Some(id.clone()), "the one that has the name");
    assert!(event.event.detail.is_some() && event.changes.is_empty(), "{event:?}");
    room.patch_group(&id, json!([add(&["00u1"])])).await;
    let event = room.event().await;
    assert_eq!((event.event.status, event.event.group_name.as_deref()), (400, Some("Editors")));
    assert!(event.changes.is_empty());
    room.patch_group("00g1", rename("00g1", "Editors")).await;
    assert_eq!(room.event().await.event.status, 404);
}

#[tokio::test]
async fn those_who_are_taken_out_with_everybody_are_named() {
    let room = Room::new();
    let (ada, li) = (room.newcomer("ada").await, room.newcomer("li").await);
    let id = id_of(&room.push_group("Editors", &[&ada, &li]).await);
    room.patch_group(&id, json!([replace(&[])])).await;
    let gone = |id: &str| (in_group(id), json!(id), json!(null));
    assert_eq!(told(&room).await, [gone(&ada), gone(&li)]);
    room.put_group(&id, &group("Editors", &[&ada])).await;
    room.put_group(&id, &group("Editors", &[])).await;
    assert_eq!(told(&room).await, [gone(&ada)]);
}

#[tokio::test]
async fn of_many_members_the_log_tells_how_many() {
    let room = Room::new();
    let mut ids = Vec::new();
    for n in 0..51 {
        ids.push(id_of(&room.post(&person(&format!("p{n}@harbor.example"), &format!("00u{n}"), None)).await));
    }
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    let id = id_of(&room.push_group("Everybody", &all[..1]).await);
    room.patch_group(&id, json!([replace(&all)])).await;
    assert_eq!(told(&room).await.len(), 50, "fifty joined, each by name");
    room.patch_group(&id, json!([replace(&[])])).await;
    assert_eq!(told(&room).await, [("members".into(), json!("51 members"), json!("0 members"))]);
    room.patch_group(&id, json!([add(&all)])).await;
    assert_eq!(told(&room).await, [("members".into(), json!("0 members"), json!("51 members"))]);
}

#[tokio::test]
async fn a_role_that_follows_from_a_push_is_told_with_it() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let id = id_of(&room.push_group("Editors", &[]).await);
    room.map(&id, Some(Role::Editor)).await.unwrap();
    let role = format!("{}.role", in_group(&ada));
    let (viewer, editor) = (json!("viewer (ada@harbor.example)"), json!("editor (ada@harbor.example)"));
    room.patch_group(&id, json!([add(&[&ada])])).await;
    assert_eq!(told(&room).await[1], (role.clone(), viewer.clone(), editor.clone()));
    room.delete_group(&id, None).await;
    assert_eq!(told(&room).await[1], (role, editor, viewer));
    let all = room.store.events(&EventQuery { limit: 100, ..EventQuery::default() }).await.unwrap();
    assert_eq!(all.len(), 4, "the event of the push is the event of the role: {all:?}");
}
