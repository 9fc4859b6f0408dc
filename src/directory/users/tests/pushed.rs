//! What Okta said of somebody, and in what they part from it.

use std::sync::atomic::Ordering;

use serde_json::json;

use crate::{
    directory::room::{Room, ada, body, id_of, merged, person},
    model::{
        push::{Drift, NameDrift},
        role::Role,
        workspace::EmailChange,
    },
    store::{Shown, Store},
};

const NOTHING: Drift = Drift { role: false, active: false, name: false };

fn parted(path: &str, okta: Option<&str>, here: Option<&str>) -> NameDrift {
    NameDrift { path: path.into(), okta: okta.map(str::to_owned), here: here.map(str::to_owned) }
}

#[tokio::test]
async fn whom_okta_deactivated_and_somebody_here_reactivated_differs_until_okta_says_so_too() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    assert_eq!((room.row(&id).await.okta.active, room.row(&id).await.drift()), (Some(true), NOTHING));
    room.switch(&id, false).await;
    assert_eq!((room.row(&id).await.okta.active, room.row(&id).await.drift()), (Some(false), NOTHING));
    let back = room.edit(&id, None, Some(true)).await.unwrap();
    assert!(back.drift().active);
    assert_eq!(back.okta.drifted.map(|at| at.plus_millis(1_000)), Some(room.now()));
    // A push of something else says nothing of it.
    room.patch(&id, json!([{"op": "replace", "path": "title", "value": "Lead"}])).await;
    let row = room.row(&id).await;
    assert_eq!((row.drift().active, row.okta.drifted), (true, back.okta.drifted));
    let version = row.version;
    room.switch(&id, true).await;
    let row = room.row(&id).await;
    assert_eq!((row.drift(), row.okta.drifted), (NOTHING, None));
    assert_eq!(row.version, version, "what Okta said is no part of the resource");
}

#[tokio::test]
async fn whom_somebody_here_deactivated_differs_and_not_in_the_role_any_more() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    let edited = room.edit(&id, Some(Role::Owner), None).await.unwrap();
    assert_eq!(edited.drift(), Drift { role: true, ..NOTHING });
    room.edit(&id_of(&room.post(&person("li@harbor.example", "00u2", Some("owner"))).await), None, None).await.unwrap();
    let left = room.edit(&id, None, Some(false)).await.unwrap();
    assert_eq!(left.drift(), Drift { active: true, ..NOTHING });
    assert!(left.okta.drifted > edited.okta.drifted);
    assert_eq!(room.edit(&id, Some(Role::Editor), Some(true)).await.unwrap().okta.drifted, None);
}

#[tokio::test]
async fn a_name_that_another_client_changed_parts_until_okta_pushes_it() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    room.other_client.store(true, Ordering::Relaxed);
    room.patch(&id, json!([{"op": "replace", "value": {"name.givenName": "Eda", "displayName": "Eda Moreno"}}])).await;
    let row = room.row(&id).await;
    let eda = parted("name.givenName", Some("Ada"), Some("Eda"));
    assert_eq!(row.okta.names, [eda.clone(), parted("displayName", Some("Ada Moreno"), Some("Eda Moreno"))]);
    assert_eq!((row.drift(), row.okta.active), (Drift { name: true, ..NOTHING }, Some(true)));
    room.other_client.store(false, Ordering::Relaxed);
    room.patch(&id, json!([{"op": "replace", "path": "displayName", "value": "Eda Moreno"}])).await;
    assert_eq!(room.row(&id).await.okta.names, [eda], "only what was pushed is Okta's word");
    room.put(&id, &merged(&room.get(&id).await, json!({"name": {"givenName": "Ada", "familyName": "Moreno"}}))).await;
    assert_eq!(room.row(&id).await.drift(), NOTHING);
    room.other_client.store(true, Ordering::Relaxed);
    room.patch(&id, json!([{"op": "remove", "path": "displayName"}])).await;
    assert_eq!(room.row(&id).await.okta.names, [parted("displayName", Some("Eda Moreno"), None)]);
    room.patch(&id, json!([{"op": "replace", "path": "displayName", "value": "Eda Moreno"}])).await;
    assert_eq!(room.row(&id).await.drift(), NOTHING, "changed back");
}

#[tokio::test]
async fn whom_another_client_made_parts_from_nothing_and_is_an_orphan_until_okta_asks() {
    let room = Room::new();
    room.other_client.store(true, Ordering::Relaxed);
    let id = id_of(&room.post(&ada()).await);
    room.patch(&id, json!([{"op": "replace", "path": "displayName", "value": "Eda"}])).await;
    room.switch(&id, false).await;
    room.switch(&id, true).await;
    let row = room.row(&id).await;
    assert_eq!((row.is_orphan(), row.drift(), row.okta.active), (true, NOTHING, None));
    assert_eq!(room.store.counts().await.unwrap().orphans, 1);
    room.other_client.store(false, Ordering::Relaxed);
    room.patch(&id, json!([{"op": "replace", "path": "title", "value": "Lead"}])).await;
    let row = room.row(&id).await;
    assert_eq!((row.is_orphan(), row.drift(), room.store.counts().await.unwrap().orphans), (false, NOTHING, 0));
}

#[tokio::test]
async fn a_changed_address_is_oktas_word_in_both_flows_and_anothers_is_not() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    room.rename(&id, "ada.king@harbor.example").await;
    let everybody = room.store.scan(None, 9, Shown::Everything).await.unwrap();
    assert_eq!(everybody.iter().map(|row| row.user.drift()).collect::<Vec<_>>(), [NOTHING, NOTHING]);
    room.switch(&id, false).await;
    let again = room.post(&person("ada.moor@harbor.example", "00u7ab2cdEFGhij8x5d7", None)).await;
    assert_eq!(body(&again)["userName"], "ada.moor@harbor.example");
    assert_eq!(room.store.counts().await.unwrap().drifting, 0);

    room.set_email_change(EmailChange::Rename).await;
    room.other_client.store(true, Ordering::Relaxed);
    let id = id_of(&again);
    room.rename(&id, "ADA.Moor@harbor.example").await;
    assert_eq!(room.row(&id).await.drift(), NOTHING, "the same address");
    room.rename(&id, "eda@harbor.example").await;
    let names = room.row(&id).await.okta.names;
    assert_eq!(names, [parted("userName", Some("ADA.Moor@harbor.example"), Some("eda@harbor.example"))]);
}

#[tokio::test]
async fn a_failed_push_is_settled_by_one_that_succeeds_or_by_a_deactivation_here() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    let wrong = json!([{"op": "replace", "value": {"roles": [{"value": "admin"}]}}]);
    for _ in 0..2 {
        assert_eq!(room.patch(&id, wrong.clone()).await.reply.status, 400);
    }
    let failed = room.store.failed_pushes(&Default::default()).await.unwrap();
    assert_eq!((failed.total, failed.pushes.len()), (1, 1));
    let push = &failed.pushes[0];
    assert_eq!((push.times, push.status, push.user_id), (2, 400, Some(id.parse().unwrap())));
    assert!(push.detail.as_ref().unwrap().contains("viewer") && push.since < push.at);
    assert_eq!(push.findings, [crate::directory::UNKNOWN_ROLE]);
    room.get(&id).await;
    assert_eq!(room.store.counts().await.unwrap().failed_pushes, 1, "a lookup settles nothing");
    room.patch(&id, json!([{"op": "replace", "path": "title", "value": "Lead"}])).await;
    assert_eq!(room.store.counts().await.unwrap().failed_pushes, 0);
    room.patch(&id, wrong).await;
    room.edit(&id, None, Some(false)).await.unwrap();
    assert_eq!(room.store.counts().await.unwrap().failed_pushes, 0);
}
