//! Names, versions, and what is shown of a group.

use super::*;
use crate::scim::projection::Projection;

#[tokio::test]
async fn a_name_belongs_to_one_group_in_any_case() {
    let room = Room::new();
    let id = id_of(&room.push_group("Straße Editors", &[]).await);
    let other = id_of(&room.push_group("Authors", &[]).await);
    for name in ["Straße Editors", "STRASSE editors"] {
        for taken in [
            room.push_group(name, &[]).await,
            room.put_group(&other, &group(name, &[])).await,
            room.patch_group(&other, rename(&other, name)).await,
        ] {
            assert_eq!((taken.reply.status, &body(&taken)["scimType"]), (409, &json!("uniqueness")));
            assert!(body(&taken)["detail"].as_str().unwrap().contains("Link Group"), "says what to click");
        }
    }
    assert_eq!(body(&room.get_group(&other).await)["displayName"], "Authors");
    let recased = room.patch_group(&id, rename(&id, "STRASSE EDITORS")).await;
    assert_eq!((recased.reply.status, &body(&recased)["displayName"]), (200, &json!("STRASSE EDITORS")));
    room.delete_group(&id, None).await;
    let anew = room.push_group("straße editors", &[]).await;
    assert_eq!(anew.reply.status, 201, "a deleted group does not hold its name");
    assert_ne!(id_of(&anew), id);
}

#[tokio::test]
async fn two_pushes_of_one_name_at_once_make_one_group() {
    let room = Room::new();
    let made = futures::future::join_all([room.push_group("Editors", &[]), room.push_group("EDITORS", &[])]).await;
    let mut statuses: Vec<u16> = made.iter().map(|outcome| outcome.reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
}

#[tokio::test]
async fn a_stale_version_changes_nothing() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let pushed = room.push_group("Editors", &[]).await;
    let (id, first) = (id_of(&pushed), version(&pushed));
    let write = |if_match| room.patch_group_with(&id, json!([add(&[&ada])]), if_match, Projection::Everything);
    assert_eq!(write(Some("W/\"9\"")).await.reply.status, 412);
    assert_eq!(room.members(&id).await, [""; 0]);
    assert_eq!(write(Some(first.as_str())).await.reply.status, 200);
    assert_eq!(room.delete_group(&id, Some(&first)).await.reply.status, 412, "a membership changes the version");
    assert_eq!(room.delete_group(&id, Some("*")).await.reply.status, 204);
}

#[tokio::test]
async fn a_client_that_knows_the_version_is_spared_the_members() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let pushed = room.push_group("Editors", &[&ada]).await;
    let id = id_of(&pushed);
    let known = room.get_group_with(&id, &Projection::Everything, Some(&version(&pushed))).await;
    assert_eq!((known.reply.status, known.reply.body, known.reply.etag), (304, None, pushed.reply.etag.clone()));
    room.patch_group(&id, json!([remove(&ada)])).await;
    let read = room.get_group_with(&id, &Projection::Everything, Some(&version(&pushed))).await;
    assert_eq!(read.reply.status, 200);
}

#[tokio::test]
async fn a_client_sees_of_a_group_what_it_asks_for() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let id = id_of(&room.push_group("Editors", &[&ada]).await);
    let names = |outcome: &Outcome| body(outcome).as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let only = |list| Projection::parse(Some(list), None).unwrap();
    let without = |list| Projection::parse(None, Some(list)).unwrap();
    for (projection, shown) in [
        (only("members"), &["schemas", "id", "members"][..]),
        (only("displayName"), &["schemas", "id", "displayName"]),
        (only("urn:ietf:params:scim:schemas:core:2.0:Group:MEMBERS"), &["schemas", "id", "members"]),
        (without("members"), &["schemas", "id", "displayName", "meta"]),
        (without("displayName,meta"), &["schemas", "id", "members"]),
    ] {
        let read = room.get_group_with(&id, &projection, None).await;
        assert_eq!(names(&read), shown, "{projection:?}");
        let written = room.patch_group_with(&id, rename(&id, "Editors"), None, projection.clone()).await;
        assert_eq!((names(&written), version(&written)), (names(&read), version(&read)), "{projection:?}");
    }
    let parts = body(&room.get_group_with(&id, &only("members.value"), None).await);
    assert_eq!(parts["members"], json!([{"value": ada}]));
}

#[tokio::test]
async fn a_name_can_be_read_and_is_not_too_long_for_all_who_show_it() {
    let room = Room::new();
    let id = id_of(&room.push_group("Editors", &[]).await);
    let (long, longer) = ("\u{e9}".repeat(1_000), "\u{e9}".repeat(1_001));
    for name in ["\u{200b}\u{2060}", longer.as_str(), &format!("Editors{}", "\u{200b}".repeat(1_000))] {
        for refused in [
            room.push_group(name, &[]).await,
            room.put_group(&id, &group(name, &[])).await,
            room.patch_group(&id, rename(&id, name)).await,
        ] {
            assert_eq!((refused.reply.status, &body(&refused)["scimType"]), (400, &json!("invalidValue")));
            let detail = body(&refused)["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains("Directory > Groups") && detail.len() < 300, "{detail}");
        }
    }
    assert_eq!(room.patch_group(&id, rename(&id, &long)).await.reply.status, 200);
}

#[tokio::test]
async fn only_its_members_may_make_a_group_large() {
    let room = Room::new();
    let id = id_of(&room.push_group("Editors", &[]).await);
    let much = "x".repeat(1024 * 1024);
    let whole = merged(&room.get_group(&id).await, json!({"externalId": much}));
    assert_eq!(room.put_group(&id, &whole).await.reply.status, 413);
    let external = json!([{"op": "add", "path": "externalId", "value": much}]);
    assert_eq!(room.patch_group(&id, external).await.reply.status, 413);
    assert_eq!(room.group_row(&id).await.version, 1);
}
