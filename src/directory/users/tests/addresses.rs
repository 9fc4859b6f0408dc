//! People who leave, return, or change their address.

use super::*;

#[tokio::test]
async fn a_leaver_who_is_created_again_comes_back_under_the_same_id() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    room.switch(&id, false).await;
    let back = room.post(&ada()).await;
    assert_eq!((back.reply.status, back.notes.action), (201, Action::Return));
    assert_eq!(id_of(&back), id);
    assert!(room.row(&id).await.active);
}

#[tokio::test]
async fn a_deleted_user_is_gone_and_the_address_is_free() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    let session = room.sign_in(&id).await;
    assert_eq!(room.delete(&id).await.reply.status, 204);
    assert_eq!(room.get(&id).await.reply.status, 404);
    assert_eq!(room.delete(&id).await.reply.status, 404);
    assert!(!room.is_signed_in(&session).await);
    let anew = room.post(&ada()).await;
    assert_eq!(anew.reply.status, 201);
    assert_ne!(id_of(&anew), id);
}

#[tokio::test]
async fn a_changed_address_by_put_is_a_new_account_under_oktas_id() {
    let room = Room::new();
    let made = room.post(&ada()).await;
    let id = id_of(&made);
    let session = room.sign_in(&id).await;
    room.edit(&id, Some(Role::Owner), None).await.unwrap();
    let before = room.row(&id).await;
    let changed = merged(&room.get(&id).await, json!({"userName": "ada.li@harbor.example"}));
    let renamed = room.put(&id, &changed).await;
    assert_eq!((renamed.reply.status, renamed.notes.action), (200, Action::EmailChange));
    assert_eq!(id_of(&renamed), id, "Okta's stored id keeps working");
    let fresh = room.row(&id).await;
    assert_eq!((fresh.user_name.as_str(), fresh.active), ("ada.li@harbor.example", true));
    assert_eq!((fresh.role, fresh.role_source), (Role::Editor, RoleSource::Okta), "as sent, not as edited here");
    assert!(fresh.created > before.created);
    assert!(!room.is_signed_in(&session).await);
    let old = room.find("userName eq \"ada.moreno@harbor.example\"").await;
    let old_id = old["Resources"][0]["id"].as_str().unwrap();
    let old_row = room.row(old_id).await;
    assert_ne!(old_id, id);
    assert_eq!((old_row.active, old_row.replaced_by, old_row.role), (false, Some(fresh.id), Role::Owner));
    let title = json!([{"op": "replace", "value": {"title": "x"}}]);
    let stale = room.patch_if(&id, title, made.reply.etag.as_deref()).await;
    assert_eq!(stale.reply.status, 412, "an ETag of the old account does not fit the new one");
}

#[tokio::test]
async fn a_change_of_address_that_says_no_role_starts_with_the_default_one() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    let renamed = room.rename(&id, "ada.li@harbor.example").await;
    assert_eq!(renamed.notes.action, Action::EmailChange);
    let row = room.row(&id).await;
    assert_eq!((row.role, row.role_source), (Role::Viewer, RoleSource::Default));
}

#[tokio::test]
async fn a_changed_address_can_be_taken_back() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    room.rename(&id, "ada.li@harbor.example").await;
    let back = room.rename(&id, "ada.moreno@harbor.example").await;
    assert_eq!((back.reply.status, id_of(&back)), (200, id.clone()));
    assert_eq!(room.row(&id).await.user_name, "ada.moreno@harbor.example");
    assert_eq!(room.store.counts().await.unwrap().total, 2, "one account for each address");
    let other = room.find("userName eq \"ada.li@harbor.example\"").await;
    assert_eq!(other["Resources"][0]["active"], false);
}

#[tokio::test]
async fn a_taken_address_conflicts_and_changes_nothing() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    room.post(&person("li.wei@harbor.example", "00u2", None)).await;
    for policy in [EmailChange::NewAccount, EmailChange::Rename] {
        room.set_email_change(policy).await;
        let before = room.row(&id).await;
        let clash = room.put(&id, &merged(&room.get(&id).await, json!({"userName": "Li.Wei@harbor.example"}))).await;
        assert_eq!(clash.reply.status, 409);
        assert_eq!(room.row(&id).await, before);
    }
}

#[tokio::test]
async fn deactivate_and_create_under_another_name_is_the_same_change() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    room.switch(&id, false).await;
    let made = room.post(&person("ada.li@harbor.example", "00u7ab2cdEFGhij8x5d7", None)).await;
    assert_eq!((made.reply.status, made.notes.action), (201, Action::EmailChange));
    assert_ne!(id_of(&made), id);
    let (old, fresh) = (room.row(&id).await, room.row(&id_of(&made)).await);
    assert_eq!((old.active, old.replaced_by), (false, Some(fresh.id)));
    assert_eq!((fresh.role_source, fresh.active), (RoleSource::Default, true));
    assert!(matches!(room.edit(&id, None, Some(true)).await, Err(local::Refusal::Replaced { .. })));
}

#[tokio::test]
async fn an_address_changed_by_create_can_be_taken_back_by_create() {
    let room = Room::new();
    let old = id_of(&room.post(&person("ada@harbor.example", "00u1", Some("owner"))).await);
    room.switch(&old, false).await;
    let new = id_of(&room.post(&person("ada.li@harbor.example", "00u1", None)).await);
    room.switch(&new, false).await;
    let back = room.post(&person("ada@harbor.example", "00u1", None)).await;
    assert_eq!((id_of(&back), back.notes.action), (old.clone(), Action::EmailChange));
    let (back, left) = (room.row(&old).await, room.row(&new).await);
    assert_eq!((back.active, back.replaced_by, back.role), (true, None, Role::Viewer), "it starts anew");
    assert_eq!((left.active, left.replaced_by), (false, Some(back.id)));
}

#[tokio::test]
async fn a_replaced_account_that_okta_reactivates_can_log_in() {
    let room = Room::new();
    let old = id_of(&room.post(&person("ada@harbor.example", "00u1", None)).await);
    room.switch(&old, false).await;
    let new = id_of(&room.post(&person("ada.li@harbor.example", "00u1", None)).await);
    room.switch(&new, false).await;
    assert_eq!(body(&room.switch(&old, true).await)["active"], true);
    let session = room.sign_in(&old).await;
    assert!(room.is_signed_in(&session).await);
}

#[tokio::test]
async fn a_replaced_account_whose_successor_was_deleted_can_be_taken_back_here() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    room.rename(&id, "ada.li@harbor.example").await;
    let old = room.find("userName eq \"ada.moreno@harbor.example\"").await;
    let old = old["Resources"][0]["id"].as_str().unwrap();
    assert!(matches!(room.edit(old, None, Some(true)).await, Err(local::Refusal::Replaced { .. })));
    room.delete(&id).await;
    let back = room.edit(old, None, Some(true)).await.unwrap();
    assert_eq!((back.active, back.replaced_by), (true, None));
}

#[tokio::test]
async fn an_address_given_to_somebody_else_comes_without_the_leavers_role() {
    let room = Room::new();
    let id = id_of(&room.post(&person("sam@harbor.example", "00u1", Some("owner"))).await);
    room.switch(&id, false).await;
    let hired = room.post(&person("sam@harbor.example", "00u2", None)).await;
    assert_eq!((hired.reply.status, id_of(&hired)), (201, id.clone()));
    let row = room.row(&id).await;
    assert_eq!((row.active, row.role, row.role_source), (true, Role::Viewer, RoleSource::Default));
}

#[tokio::test]
async fn an_address_given_to_somebody_else_leaves_the_leavers_groups() {
    let room = Room::new();
    let id = id_of(&room.post(&person("sam@harbor.example", "00u1", None)).await);
    let group = id_of(&room.push_group("Owners", &[&id]).await);
    room.map(&group, Some(Role::Owner)).await.unwrap();
    room.switch(&id, false).await;
    assert_eq!(room.post(&person("sam@harbor.example", "00u1", None)).await.notes.action, Action::Return);
    assert_eq!(
        (room.row(&id).await.role, room.groups_of(&id).await.len()),
        (Role::Owner, 1),
        "the same person has them"
    );
    room.switch(&id, false).await;
    let hired = room.post(&person("sam@harbor.example", "00u2", None)).await;
    assert_eq!(body(&hired).get("groups"), None);
    assert_eq!((room.groups_of(&id).await, room.members(&group).await), (vec![], vec![]));
    let row = room.row(&id).await;
    assert_eq!((row.role, row.role_source), (Role::Viewer, RoleSource::Default));
    assert_eq!(room.group_row(&group).await.version, 2);
    assert!(room.event().await.changes.iter().any(|change| change.path == "groups"), "the log tells of it");
}

#[tokio::test]
async fn a_workspace_may_rename_or_refuse_instead() {
    let room = Room::new();
    let id = id_of(&room.post(&ada()).await);
    room.set_email_change(EmailChange::Rename).await;
    let renamed = room.rename(&id, "ada.li@harbor.example").await;
    assert_eq!((renamed.reply.status, id_of(&renamed)), (200, id.clone()));
    assert_eq!(room.store.counts().await.unwrap().total, 1);
    assert_eq!(room.row(&id).await.role, Role::Editor, "a renamed account keeps its role");
    room.set_email_change(EmailChange::Refuse).await;
    let refused = room.rename(&id, "ada.ng@harbor.example").await;
    assert_eq!((refused.reply.status, body(&refused)["scimType"].as_str()), (400, Some("mutability")));
    let case = room.rename(&id, "Ada.Li@harbor.example").await;
    assert_eq!((case.reply.status, body(&case)["userName"].as_str()), (200, Some("Ada.Li@harbor.example")));
}
