//! Who can be a member, and what becomes of memberships when people and groups go.

use super::*;
use crate::model::workspace::{EmailChange, UnknownMembers};

const NOBODY: &str = "01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11";

#[tokio::test]
async fn taking_out_somebody_who_is_not_in_it_succeeds_and_changes_nothing() {
    let room = Room::new();
    let (ada, li) = (room.newcomer("ada").await, room.newcomer("li").await);
    let pushed = room.push_group("Editors", &[&ada]).await;
    let id = id_of(&pushed);
    for gone in [li.as_str(), NOBODY, "00u1", &ada.to_uppercase()] {
        assert_unchanged(&pushed, &room.patch_group(&id, json!([remove(gone)])).await);
    }
    assert_unchanged(&pushed, &room.patch_group(&id, json!([add(&[&ada])])).await);
    assert_unchanged(&pushed, &room.patch_group(&id, json!([remove(&ada), add(&[&ada])])).await);
    assert_unchanged(&pushed, &room.patch_group(&id, json!([add(&[&li]), remove(&li)])).await);
    assert_eq!(room.members(&id).await, [ada]);
}

#[tokio::test]
async fn a_filter_takes_out_those_it_selects_and_nobody_else() {
    let room = Room::new();
    let (ada, li, sam) = (room.newcomer("ada").await, room.newcomer("li").await, room.newcomer("sam").await);
    let crew = id_of(&room.push_group("Crew", &[]).await);
    let id = id_of(&room.push_group("Editors", &[&ada, &li, &sam, &crew]).await);
    room.patch_group(&id, json!([remove(&li)])).await;
    assert_eq!(room.members(&id).await, [ada.clone(), sam.clone(), crew.clone()]);
    room.patch_group(&id, json!([{"op": "remove", "path": "members[type eq \"Group\"]"}])).await;
    assert_eq!(room.members(&id).await, [ada.clone(), sam.clone()]);
    let by_value = json!([{"op": "remove", "path": "members", "value": [{"value": sam}]}]);
    room.patch_group(&id, by_value).await;
    assert_eq!(room.members(&id).await, [ada], "another client's way to say it");
    room.patch_group(&id, json!([{"op": "remove", "path": "members"}])).await;
    assert_eq!(room.members(&id).await, [""; 0]);
}

#[tokio::test]
async fn a_filter_that_names_ids_and_more_selects_among_those_as_they_stand_by_then() {
    let room = Room::new();
    let (ada, li) = (room.newcomer("ada").await, room.newcomer("li").await);
    let crew = id_of(&room.push_group("Crew", &[]).await);
    let pushed = room.push_group("Editors", &[&ada, &crew]).await;
    let id = id_of(&pushed);
    let take_out = |id: &str, kind: &str| json!({"op": "remove", "path": format!("members[value eq \"{id}\" and type eq \"{kind}\"]")});
    let keep = |id: &str| json!({"op": "replace", "path": format!("members[value eq \"{id}\" and type pr].type"), "value": "User"});
    assert_unchanged(&pushed, &room.patch_group(&id, json!([take_out(&ada, "Group"), take_out(&li, "User")])).await);
    assert_unchanged(&pushed, &room.patch_group(&id, json!([add(&[&li]), take_out(&li, "User"), keep(&ada)])).await);
    assert_eq!(room.patch_group(&id, json!([take_out(&ada, "User"), keep(&ada)])).await.reply.status, 400);
    let changed = room.patch_group(&id, json!([take_out(&ada, "User"), take_out(&crew, "Group"), add(&[&li])])).await;
    assert_eq!((changed.reply.status, room.members(&id).await), (200, vec![li]));
}

#[tokio::test]
async fn a_member_whom_nobody_knows_is_refused_or_passed_over_as_the_workspace_wants() {
    let room = Room::new();
    let (ada, li) = (room.newcomer("ada").await, room.newcomer("li").await);
    let pushed = room.push_group("Editors", &[&ada]).await;
    let id = id_of(&pushed);
    let writes = [json!([add(&[&li, NOBODY, "00u1"])]), json!([replace(&[&li, NOBODY, "00u1"])])];
    for operations in &writes {
        let refused = room.patch_group(&id, operations.clone()).await;
        assert_eq!((refused.reply.status, &body(&refused)["scimType"]), (400, &json!("invalidValue")));
        let detail = body(&refused)["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(NOBODY) && detail.contains("00u1") && !detail.contains(&li), "{detail}");
    }
    assert_eq!(room.put_group(&id, &group("Editors", &[&ada, NOBODY])).await.reply.status, 400);
    assert_eq!(room.push_group("Authors", &[NOBODY]).await.reply.status, 400);
    assert_unchanged(&pushed, &room.patch_group(&id, rename(&id, "Editors")).await);

    room.set_unknown_members(UnknownMembers::Ignore).await;
    room.patch_group(&id, writes[0].clone()).await;
    assert_eq!(room.members(&id).await, [ada, li.clone()]);
    room.patch_group(&id, writes[1].clone()).await;
    assert_eq!(room.members(&id).await, [li]);
    assert_eq!(body(&room.push_group("Authors", &[NOBODY]).await)["members"], json!([]));
}

#[tokio::test]
async fn a_user_shows_the_groups_directly_and_through_others() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let before = room.get(&ada).await;
    assert_eq!(body(&before).get("groups"), None);
    let inner = id_of(&room.push_group("Inner", &[&ada]).await);
    let outer = id_of(&room.push_group("Outer", &[&inner]).await);
    let shown = body(&room.get(&ada).await);
    assert_eq!(
        shown["groups"],
        json!([
            {"value": inner, "$ref": format!("https://room.harbor.example/scim/v2/Groups/{inner}"),
             "display": "Inner", "type": "direct"},
            {"value": outer, "$ref": format!("https://room.harbor.example/scim/v2/Groups/{outer}"),
             "display": "Outer", "type": "indirect"},
        ])
    );
    assert_eq!(version(&room.get(&ada).await), version(&before), "a push of groups leaves people's versions alone");
    assert_eq!(body(&room.get_group(&outer).await)["members"][0]["type"], "Group");
    room.patch_group(&inner, rename(&inner, "Core")).await;
    assert_eq!(room.groups_of(&ada).await[0], ("Core".to_owned(), "direct".to_owned()));
    room.put(&ada, &merged(&room.get(&ada).await, json!({"title": "Lead", "groups": []}))).await;
    assert_eq!(room.groups_of(&ada).await.len(), 2, "a client cannot leave a group by a PUT of the person");
    room.delete_group(&inner, None).await;
    assert_eq!(room.groups_of(&ada).await, []);
    let outer = room.get_group(&outer).await;
    assert_eq!((&body(&outer)["members"], version(&outer)), (&json!([]), "W/\"2\"".to_owned()));
}

#[tokio::test]
async fn groups_that_hold_each_other_are_taken_and_end_nowhere() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let one = id_of(&room.push_group("One", &[&ada]).await);
    let two = id_of(&room.push_group("Two", &[&one]).await);
    let three = id_of(&room.push_group("Three", &[&two]).await);
    assert_eq!(room.patch_group(&one, json!([add(&[&three, &one])])).await.reply.status, 200);
    assert_eq!(room.members(&one).await, [ada.clone(), one.clone(), three.clone()]);
    let types: Vec<String> = room.groups_of(&ada).await.into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(types, ["direct", "indirect", "indirect"]);
    assert_eq!(room.delete_group(&two, None).await.reply.status, 204);
    assert_eq!(room.groups_of(&ada).await, [("One".to_owned(), "direct".to_owned())], "the third holds nobody now");
}

#[tokio::test]
async fn a_user_who_is_deleted_leaves_every_group_with_a_new_version() {
    let room = Room::new();
    let (ada, li) = (room.newcomer("ada").await, room.newcomer("li").await);
    let editors = room.push_group("Editors", &[&ada, &li]).await;
    let authors = room.push_group("Authors", &[&li]).await;
    room.delete(&ada).await;
    let after = room.get_group(&id_of(&editors)).await;
    assert_eq!((room.members(&id_of(&editors)).await, version(&after)), (vec![li], "W/\"2\"".to_owned()));
    assert!(body(&after)["meta"]["lastModified"].as_str() > body(&editors)["meta"]["lastModified"].as_str());
    assert_eq!(version(&room.get_group(&id_of(&authors)).await), version(&authors), "others stay as they are");
}

#[tokio::test]
async fn a_leaver_keeps_the_groups_and_has_them_on_return() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let id = id_of(&room.push_group("Editors", &[&ada]).await);
    room.switch(&ada, false).await;
    assert_eq!(room.members(&id).await, [ada.as_str()]);
    room.switch(&ada, true).await;
    assert_eq!(room.groups_of(&ada).await.len(), 1);
}

#[tokio::test]
async fn after_a_change_of_address_oktas_id_is_in_the_groups_and_the_old_account_in_none() {
    for policy in [EmailChange::NewAccount, EmailChange::Rename] {
        let room = Room::new();
        room.set_email_change(policy).await;
        let ada = room.newcomer("ada").await;
        let pushed = room.push_group("Editors", &[&ada]).await;
        room.rename(&ada, "ada.li@harbor.example").await;
        assert_unchanged(&pushed, &room.patch_group(&id_of(&pushed), json!([replace(&[&ada])])).await);
        assert_eq!(room.groups_of(&ada).await.len(), 1, "{policy}");
        let old = room.find("userName eq \"ada@harbor.example\"").await;
        assert_eq!(old["totalResults"], u8::from(policy == EmailChange::NewAccount), "{policy}");
        assert_eq!(old["Resources"][0].get("groups"), None, "{policy}");
    }
}

#[tokio::test]
async fn pushes_to_one_group_at_once_never_lose_each_other() {
    let room = Room::new();
    let mut people = Vec::new();
    for n in 0..8 {
        people.push(room.newcomer(&format!("p{n}")).await);
    }
    let id = id_of(&room.push_group("Editors", &[]).await);
    let pushes = people.iter().map(|person| room.patch_group(&id, json!([add(&[person])])));
    futures::future::join_all(pushes).await;
    people.sort_unstable();
    assert_eq!((room.members(&id).await, room.group_row(&id).await.version), (people, 9));
}
