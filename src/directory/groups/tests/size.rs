//! Groups of many.

use super::*;
use crate::{
    model::{id::UserId, role::Role, time::Timestamp},
    scim::projection::Projection,
    store::{Change, Decision, Store, UserRow, decide},
};

/// So many people, in order of their ids, made at once after the image of one.
async fn people(room: &Room, count: usize) -> Vec<String> {
    let one = room.store.user(room.newcomer("one").await.parse().unwrap()).await.unwrap().unwrap();
    let rows: Vec<UserRow> = (1..count)
        .map(|n| {
            let mut row = one.clone();
            row.user.id = UserId::new(Timestamp::from_millis(i64::try_from(n).unwrap()));
            row.user.user_name = format!("p{n}@harbor.example");
            row.folded_name.clone_from(&row.user.user_name);
            row
        })
        .collect();
    let mut ids: Vec<String> = rows.iter().chain([&one]).map(|row| row.user.id.to_string()).collect();
    decide(&room.store, Vec::new(), move |_| {
        let changes = rows.iter().map(|row| Change::InsertUser(Box::new(row.clone()))).collect();
        Ok((Decision { changes, event: None }, ()))
    })
    .await
    .unwrap();
    ids.sort_unstable();
    ids
}

fn texts(ids: &[String]) -> Vec<&str> {
    ids.iter().map(String::as_str).collect()
}

#[tokio::test]
async fn a_patch_shows_a_group_of_two_hundred_and_spares_the_client_a_larger_one() {
    let room = Room::new();
    let ids = people(&room, 202).await;
    let id = id_of(&room.push_group("Everybody", &texts(&ids[..199])).await);
    let small = room.patch_group(&id, json!([add(&[&ids[199]])])).await;
    assert_eq!((small.reply.status, body(&small)["members"].as_array().map(Vec::len)), (200, Some(200)));
    let large = room.patch_group(&id, json!([add(&[&ids[200]])])).await;
    assert_eq!((large.reply.status, &large.reply.body), (204, &None));
    assert_eq!(version(&large), version(&room.get_group(&id).await), "and says which version it is now");
    assert_unchanged(&large, &room.patch_group(&id, rename(&id, "Everybody")).await);
    let asked = Projection::parse(Some("displayName"), None).unwrap();
    let asked = room.patch_group_with(&id, json!([add(&[&ids[201]])]), None, asked).await;
    assert_eq!((asked.reply.status, &body(&asked)["displayName"]), (200, &json!("Everybody")));
    assert_eq!(room.group_row(&id).await.members, 202);
    let removed = room.patch_group(&id, json!([remove(&ids[0]), remove(&ids[1])])).await;
    assert_eq!((removed.reply.status, room.members(&id).await), (200, ids[2..].to_vec()));
}

#[tokio::test]
async fn many_who_are_taken_out_and_put_back_never_left() {
    let room = Room::new();
    let ids = people(&room, 61).await;
    let pushed = room.push_group("Everybody", &texts(&ids[..60])).await;
    let id = id_of(&pushed);
    room.map(&id, Some(Role::Editor)).await.unwrap();
    assert_unchanged(&pushed, &room.patch_group(&id, json!([replace(&[]), add(&texts(&ids[..60]))])).await);
    let changed = room.patch_group(&id, json!([add(&[&ids[60]]), replace(&[]), add(&texts(&ids[1..60]))])).await;
    assert_eq!((version(&changed), room.members(&id).await), ("W/\"2\"".to_owned(), ids[1..60].to_vec()));
    for (person, role) in [(&ids[0], Role::Viewer), (&ids[1], Role::Editor), (&ids[60], Role::Viewer)] {
        assert_eq!(room.row(person).await.role, role);
    }
    let emptied = room.put_group(&id, &group("Everybody", &[])).await;
    assert_eq!((body(&emptied)["members"].clone(), room.group_row(&id).await.members), (json!([]), 0));
    assert_eq!(room.row(&ids[1]).await.role, Role::Viewer);
    assert_unchanged(&emptied, &room.put_group(&id, &group("Everybody", &[])).await);
}

#[tokio::test]
async fn a_patch_may_name_somebody_else_in_each_of_a_thousand_operations() {
    let room = Room::new();
    let ids = people(&room, 300).await;
    let id = id_of(&room.push_group("Everybody", &texts(&ids)).await);
    let one_by_one: Value = ids[..280].iter().map(|id| remove(id)).collect();
    let left = room.patch_group(&id, one_by_one).await;
    assert_eq!((left.reply.status, room.members(&id).await), (200, ids[280..].to_vec()));
    let back: Value = ids.iter().cycle().take(1_000).map(|id| add(&[id])).collect();
    let joined = room.patch_group(&id, back).await;
    assert_eq!((joined.reply.status, room.group_row(&id).await.members), (204, 300));
}

#[tokio::test]
async fn filters_that_have_to_see_everybody_are_limited_and_those_that_name_ids_are_not() {
    let room = Room::new();
    let ids = people(&room, 5_000).await;
    let id = id_of(&room.push_group("Everybody", &texts(&ids)).await);
    let by_kind = |count: usize| -> Value {
        std::iter::repeat_n(json!({"op": "remove", "path": "members[type eq \"Group\"]"}), count).collect()
    };
    let many = room.patch_group(&id, by_kind(201)).await;
    assert_eq!((many.reply.status, &body(&many)["scimType"]), (400, &json!("tooMany")));
    assert_eq!(room.patch_group(&id, by_kind(20)).await.reply.status, 204);
    let by_id = |id: &String| json!({"op": "remove", "path": format!("members[type pr and value eq \"{id}\"]")});
    let left = room.patch_group(&id, ids[..1_000].iter().map(by_id).collect()).await;
    assert_eq!((left.reply.status, room.group_row(&id).await.members), (204, 4_000));
}

#[tokio::test]
async fn five_thousand_members_sent_twice_are_one_change() {
    let room = Room::new();
    let ids = people(&room, 5_000).await;
    let id = id_of(&room.push_group("Everybody", &[]).await);
    let whole = group("Everybody", &texts(&ids));
    let first = room.put_group(&id, &whole).await;
    assert_eq!((first.reply.status, version(&first)), (200, "W/\"2\"".to_owned()));
    let second = room.put_group(&id, &whole).await;
    assert_unchanged(&first, &second);
    assert_eq!(body(&second)["members"].as_array().map(Vec::len), Some(5_000));
    room.put_group(&id, &group("Everybody", &texts(&ids[..4_999]))).await;
    assert_eq!(room.store.group(id.parse().unwrap()).await.unwrap().unwrap().group.members, 4_999);
}
