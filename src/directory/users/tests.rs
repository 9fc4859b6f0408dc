//! What Okta's requests do to users, told on the rules and a real store, without HTTP.

mod addresses;
mod pushed;

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::*;
use crate::{
    directory::{
        local,
        room::{Room, ada, body, id_of, merged, person},
        sessions,
    },
    model::{
        event::{Action, Change, EventQuery, SESSIONS},
        id::EventId,
        role::{Role, RoleSource},
        workspace::EmailChange,
    },
    store::Store,
};

#[tokio::test]
async fn a_create_answers_201_with_the_whole_user_and_is_recorded_with_it() {
    let room = Room::new();
    let made = room.post(&ada()).await;
    assert_eq!(made.reply.status, 201);
    let user = body(&made);
    assert_eq!(user["userName"], "ada.moreno@harbor.example");
    assert_eq!(user["roles"], json!([{"primary": true, "value": "editor"}]));
    assert_eq!(user.get("password"), None);
    assert_eq!(made.reply.etag.as_deref(), user["meta"]["version"].as_str());
    assert_eq!(made.reply.location.as_deref(), user["meta"]["location"].as_str());
    let row = room.row(&id_of(&made)).await;
    assert_eq!((row.role, row.role_source, row.okta_role), (Role::Editor, RoleSource::Okta, Some(Role::Editor)));
    let event = room.store.event(EventId(1)).await.unwrap().unwrap();
    assert_eq!((event.event.action, event.event.status), (Action::Create, 201));
    assert_eq!(event.event.user_id, Some(row.id));
    assert!(!event.request_body.unwrap().contains("Qz81mvTT"));
}

#[tokio::test]
async fn without_a_role_the_default_role_holds() {
    let room = Room::new();
    let made = room.post(&person("li.wei@harbor.example", "00u1", None)).await;
    let row = room.row(&id_of(&made)).await;
    assert_eq!((row.role, row.role_source), (Role::Viewer, RoleSource::Default));
}

#[tokio::test]
async fn an_unknown_role_and_a_name_that_is_no_address_are_refused_with_the_click() {
    let room = Room::new();
    let role = room.post(&person("ada@harbor.example", "00u1", Some("admin"))).await;
    assert_eq!((role.reply.status, &role.notes.findings), (400, &vec![crate::directory::UNKNOWN_ROLE]));
    assert!(body(&role)["detail"].as_str().unwrap().contains("viewer"));
    let name = room.post(&person("amoreno", "00u1", None)).await;
    assert_eq!((name.reply.status, &name.notes.findings), (400, &vec![USER_NAME_NOT_EMAIL]));
    assert!(body(&name)["detail"].as_str().unwrap().contains("Application username format = Email"));
    assert_eq!(room.store.counts().await.unwrap().total, 0);
    assert_eq!(room.store.events(&EventQuery { limit: 9, ..EventQuery::default() }).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_second_create_of_an_active_user_conflicts_in_any_case() {
    let room = Room::new();
    room.post(&ada()).await;
    let again = room.post(&person("ADA.Moreno@Harbor.example", "00u9", None)).await;
    assert_eq!(again.reply.status, 409);
    assert_eq!(body(&again)["scimType"], "uniqueness");
    assert_eq!(again.notes.findings, vec![crate::directory::USER_EXISTS]);
}

#[tokio::test]
async fn deactivation_by_put_and_by_patch_ends_every_session_at_once() {
    for by_patch in [false, true] {
        let room = Room::new();
        let id = id_of(&room.post(&ada()).await);
        let session = room.sign_in(&id).await;
        assert!(room.is_signed_in(&session).await);
        let off = if by_patch {
            room.switch(&id, false).await
        } else {
            room.put(&id, &merged(&room.get(&id).await, json!({"active": false}))).await
        };
        assert_eq!((off.reply.status, off.notes.action), (200, Action::Deactivate));
        assert_eq!(body(&off)["active"], false);
        assert!(!room.is_signed_in(&session).await);
        assert!(matches!(room.code(&id).await, Err(local::Refusal::Inactive(_))));
        assert_eq!(body(&room.get(&id).await)["active"], false, "stays visible under the same id");
        let on = room.patch(&id, json!([{"op": "Replace", "path": "active", "value": "True"}])).await;
        assert_eq!((on.notes.action, room.row(&id).await.active), (Action::Reactivate, true));
        assert!(!room.is_signed_in(&session).await, "old sessions do not come back");
    }
}

#[tokio::test]
async fn an_event_says_how_many_sessions_ended_with_the_access() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    room.sign_in(&id).await;
    room.sign_in(&id).await;
    let off = room.switch(&id, false).await;
    assert_eq!(off.notes.changes.last(), Some(&Change::sessions_ended(2)));
    assert!(room.event().await.event.changed.iter().any(|path| path == SESSIONS));
    room.switch(&id, true).await;
    let again = room.switch(&id, false).await;
    assert!(again.notes.changes.iter().all(|change| change.path != SESSIONS), "nobody was signed in");
    room.switch(&id, true).await;
    room.sign_in(&id).await;
    let renamed = room.rename(&id, "ada.king@harbor.example").await;
    assert_eq!(renamed.notes.changes.last(), Some(&Change::sessions_ended(1)));
    room.sign_in(&id).await;
    let deleted = room.delete(&id).await;
    assert_eq!(deleted.notes.changes.last(), Some(&Change::sessions_ended(1)));
}

#[tokio::test]
async fn a_pending_code_of_a_leaver_is_worthless() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    let code = room.code(&id).await.unwrap();
    room.switch(&id, false).await;
    room.switch(&id, true).await;
    assert!(sessions::sign_in(&room.store, &code.code, room.now()).await.unwrap().is_err());
}

#[tokio::test]
async fn a_code_opens_one_session_within_ten_minutes() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    let code = room.code(&id).await.unwrap();
    assert!(sessions::sign_in(&room.store, &code.code, room.now()).await.unwrap().is_ok());
    assert!(sessions::sign_in(&room.store, &code.code, room.now()).await.unwrap().is_err(), "used");
    let late = room.code(&id).await.unwrap();
    assert!(sessions::sign_in(&room.store, &late.code, late.expires).await.unwrap().is_err(), "too old");
}

#[tokio::test]
async fn a_put_that_leaves_out_active_or_role_changes_neither() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    room.switch(&id, false).await;
    let mut sent = merged(&room.get(&id).await, json!({"title": "Lead"}));
    sent.as_object_mut().unwrap().retain(|name, _| name != "active" && name != "roles");
    assert_eq!(room.put(&id, &sent).await.reply.status, 200);
    let row = room.row(&id).await;
    assert_eq!((row.active, row.role), (false, Role::Editor));
}

#[tokio::test]
async fn sending_back_what_was_read_changes_nothing() {
    let room = Room::new();
    let made = room.post(&ada()).await;
    let id = id_of(&made);
    let again = room.put(&id, &body(&room.get(&id).await)).await;
    assert_eq!((again.reply.status, again.reply.etag), (200, made.reply.etag));
    assert_eq!(again.notes.changes, []);
}

#[tokio::test]
async fn sending_back_an_active_that_nobody_ever_set_changes_nothing() {
    let room = Room::new();
    let mut unsaid = person("ada@harbor.example", "00u1", None);
    unsaid.as_object_mut().unwrap().shift_remove("active");
    let id = id_of(&room.post(&unsaid).await);
    let read = room.get(&id).await;
    assert_eq!(body(&read)["active"], true);
    assert_eq!(room.put(&id, &body(&read)).await.reply.etag, read.reply.etag);
}

#[tokio::test]
async fn a_local_role_outlives_profile_pushes_and_yields_to_another_role() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    room.edit(&id, Some(Role::Owner), None).await.unwrap();
    room.put(&id, &merged(&room.get(&id).await, json!({"title": "Lead"}))).await;
    let row = room.row(&id).await;
    assert_eq!((row.role, row.role_source, row.drift().role), (Role::Owner, RoleSource::Local, true));
    let pushed = json!({"roles": [{"primary": true, "value": "Viewer"}]});
    let change = room.put(&id, &merged(&room.get(&id).await, pushed)).await;
    assert_eq!(change.notes.action, Action::RoleChange);
    let row = room.row(&id).await;
    assert_eq!((row.role, row.role_source), (Role::Viewer, RoleSource::Okta));
}

#[tokio::test]
async fn an_old_role_that_okta_leaves_beside_the_new_one_never_comes_back() {
    let room = Room::new();
    let with = |roles: Value, title: &str| {
        let mut body = person("ada@harbor.example", "00u1", None);
        (body["roles"], body["title"]) = (roles, title.into());
        body
    };
    let id = id_of(&room.post(&with(json!([{"value": "viewer"}]), "Analyst")).await);
    let both = json!([{"value": "viewer"}, {"value": "editor"}]);
    assert_eq!(room.put(&id, &with(both.clone(), "Analyst")).await.notes.action, Action::RoleChange);
    for title in ["Lead", "Head"] {
        let pushed = room.put(&id, &with(both.clone(), title)).await;
        assert_eq!((pushed.notes.action, pushed.notes.role), (Action::Update, Some(Role::Editor)));
    }
    let operations = json!([{"op": "replace", "path": "title", "value": "Chief"}]);
    let patched = room.patch(&id, operations).await;
    assert_eq!((patched.notes.action, patched.notes.role), (Action::Update, None), "it carried no role");
    assert_eq!(room.row(&id).await.role, Role::Editor);
}

#[tokio::test]
async fn the_last_owner_stays_unless_okta_says_otherwise() {
    let room = Room::new();
    let id = id_of(&room.post(&person("ada@harbor.example", "00u1", Some("owner"))).await);
    for (role, active) in [(Some(Role::Viewer), None), (None, Some(false))] {
        assert!(matches!(room.edit(&id, role, active).await, Err(local::Refusal::LastOwner(_))));
    }
    assert_eq!(room.switch(&id, false).await.reply.status, 200);
}

#[tokio::test]
async fn a_local_deactivation_survives_a_patch_of_another_attribute() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    room.edit(&id, None, Some(false)).await.unwrap();
    room.patch(&id, json!([{"op": "replace", "path": "title", "value": "Lead"}])).await;
    assert!(!room.row(&id).await.active);
}

#[tokio::test]
async fn lookups_find_by_every_key() {
    let room = Room::new();
    let mut sent = ada();
    sent["emails"] = json!([{"value": "ada@elsewhere.example", "type": "home"}]);
    let id = id_of(&room.post(&sent).await);
    room.post(&person("li.wei@harbor.example", "00u2", None)).await;
    for filter in [
        "userName eq \"ADA.moreno@harbor.example\"",
        "externalId eq \"00u7ab2cdEFGhij8x5d7\"",
        &format!("id eq \"{id}\""),
        "emails.value eq \"Ada@elsewhere.example\"",
        "emails[value eq \"ada@elsewhere.example\" and type eq \"home\"]",
        "name.familyName sw \"mor\" and userName sw \"ada\"",
    ] {
        let found = room.find(filter).await;
        assert_eq!((&found["totalResults"], &found["Resources"][0]["id"]), (&json!(1), &json!(id)), "{filter}");
    }
    for filter in ["id eq \"00919288221112222\"", "externalId eq \"00U7AB2CDefghij8x5d7\"", "userName eq \"nobody\""] {
        assert_eq!(room.find(filter).await["totalResults"], 0, "{filter}");
    }
}

#[tokio::test]
async fn an_address_shared_by_more_than_a_thousand_is_counted_whole() {
    let room = Room::new();
    let people = (0..1_003).map(|n| {
        let mut body = person(&format!("p{n}@harbor.example"), &format!("00u{n}"), None);
        body["emails"] = json!([{"value": "all@harbor.example", "primary": true}]);
        body
    });
    let bodies: Vec<Value> = people.collect();
    futures::future::join_all(bodies.iter().map(|body| room.post(body))).await;
    let found = room.find("emails.value eq \"all@harbor.example\"").await;
    assert_eq!((&found["totalResults"], &found["itemsPerPage"]), (&json!(1_003), &json!(100)));
}

#[tokio::test]
async fn a_lookup_by_a_name_that_is_no_address_shows_the_mistake_before_the_create() {
    let room = Room::new();
    let found = room.look_up("userName eq \"amoreno\"").await;
    assert_eq!((found.reply.status, found.notes.findings), (200, vec![USER_NAME_NOT_EMAIL]));
    let found = room.look_up("userName eq \"ada@harbor.example\"").await;
    assert_eq!(found.notes.findings, []);
}

#[tokio::test]
async fn a_clock_that_is_set_back_turns_nothing_back() {
    let room = Room::new();
    let id = id_of(&room.post(&person("ada@harbor.example", "00u1", Some("editor"))).await);
    let session = room.sign_in(&id).await;
    let before = room.row(&id).await;
    room.clock.fetch_sub(30 * 24 * 60 * 60 * 1_000, Ordering::Relaxed);
    assert!(room.is_signed_in(&session).await);
    room.switch(&id, false).await;
    let off = room.row(&id).await;
    assert!(off.last_modified > before.last_modified && off.version > before.version);
    assert!(!room.is_signed_in(&session).await);
    room.edit(&id, None, Some(true)).await.unwrap();
    assert!(room.row(&id).await.last_modified > off.last_modified);
    room.rename(&id, "ada.li@harbor.example").await;
    let fresh = room.row(&id).await;
    assert!(fresh.last_modified >= fresh.created && fresh.version > off.version);
    let names = body(&room.get(&id).await);
    assert_eq!(names["userName"], "ada.li@harbor.example");
    let events = room.store.events(&EventQuery { limit: 100, ..EventQuery::default() }).await.unwrap();
    assert_eq!(events.first().map(|event| event.action), Some(Action::EmailChange), "the newest comes first");
}

#[tokio::test]
async fn concurrent_writes_never_lose_each_other() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    let attributes = ["title", "nickName", "locale", "timezone", "userType", "preferredLanguage"];
    let writes = attributes.map(|name| room.patch(&id, json!([{"op": "add", "path": name, "value": "x"}])));
    for outcome in futures::future::join_all(writes).await {
        assert_eq!(outcome.reply.status, 200);
    }
    let user = body(&room.get(&id).await);
    assert!(attributes.iter().all(|name| user[name] == "x"), "{user}");
    assert_eq!(room.row(&id).await.version, 7);
}

#[tokio::test]
async fn two_creates_at_once_make_one_user() {
    let room = Room::new();
    let first = ada();
    let made = futures::future::join_all([room.post(&first), room.post(&first)]).await;
    let statuses: Vec<u16> = made.iter().map(|outcome| outcome.reply.status).collect();
    assert!(statuses.contains(&201) && statuses.contains(&409), "{statuses:?}");
}
