//! The role that a group gives to its members, and what wins over it.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::{
    directory::{by::By, groups::mapping, local::Refusal, room::person},
    model::{
        role::{Role, RoleSource},
        user::User,
        workspace::EmailChange,
    },
    store::{Change, Decision, Job, Position, Shown, Store},
};

use RoleSource::{Default, Group, Local, Okta};

/// A group with this role and these members.
async fn mapped(room: &Room, name: &str, role: Role, members: &[&str]) -> String {
    let id = id_of(&room.push_group(name, members).await);
    room.map(&id, Some(role)).await.unwrap();
    id
}

async fn standing(room: &Room, id: &str) -> (Role, RoleSource) {
    let User { role, role_source, .. } = room.row(id).await;
    (role, role_source)
}

async fn pushed(room: &Room, name: &str, role: Role) -> String {
    id_of(&room.post(&person(&format!("{name}@harbor.example"), &format!("00u{name}"), Some(role.as_str()))).await)
}

#[tokio::test]
async fn a_mapped_role_is_for_those_to_whom_nobody_gave_one() {
    let room = Room::new();
    let (ada, li, sam) =
        (room.newcomer("ada").await, pushed(&room, "li", Role::Viewer).await, room.newcomer("sam").await);
    room.edit(&sam, Some(Role::Viewer), None).await.unwrap();
    let max = room.newcomer("max").await;
    room.edit(&max, Some(Role::Owner), None).await.unwrap();
    let id = id_of(&room.push_group("Editors", &[&ada, &li, &max]).await);
    let result = room.map(&id, Some(Role::Editor)).await.unwrap();
    assert_eq!((result.changed_users, result.group.role), (1, Some(Role::Editor)));
    assert_eq!(standing(&room, &ada).await, (Role::Editor, Group));
    assert_eq!(standing(&room, &li).await, (Role::Viewer, Okta), "Okta said so directly");
    assert_eq!(standing(&room, &max).await, (Role::Owner, Local), "it was set here");
    let late = room.newcomer("late").await;
    room.patch_group(&id, json!([add(&[&late])])).await;
    assert_eq!(standing(&room, &late).await, (Role::Editor, Group), "also for those who join later");
    let new = id_of(&room.push_group("Authors", &[]).await);
    room.map(&new, Some(Role::Owner)).await.unwrap();
    room.put_group(&new, &group("Authors", &[&late])).await;
    assert_eq!(standing(&room, &late).await, (Role::Owner, Group), "and by a whole push");
}

#[tokio::test]
async fn a_mapping_shows_nothing_to_clients_and_changes_no_version() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let group = room.push_group("Editors", &[&ada]).await;
    let before = room.get(&ada).await;
    room.map(&id_of(&group), Some(Role::Editor)).await.unwrap();
    assert_eq!(body(&room.get_group(&id_of(&group)).await), body(&group));
    let after = room.get(&ada).await;
    assert_eq!(body(&after), body(&before));
    let again = room.map(&id_of(&group), Some(Role::Editor)).await.unwrap();
    assert_eq!(again.changed_users, 0);
}

#[tokio::test]
async fn of_several_groups_the_highest_role_counts_and_leaving_falls_back() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let viewers = mapped(&room, "Viewers", Role::Viewer, &[&ada]).await;
    let owners = mapped(&room, "Owners", Role::Owner, &[&ada]).await;
    let editors = mapped(&room, "Editors", Role::Editor, &[&ada]).await;
    assert_eq!(standing(&room, &ada).await, (Role::Owner, Group));
    room.patch_group(&owners, json!([remove(&ada)])).await;
    assert_eq!(standing(&room, &ada).await, (Role::Editor, Group), "taken out by name");
    room.patch_group(&editors, json!([replace(&[])])).await;
    assert_eq!(standing(&room, &ada).await, (Role::Viewer, Group), "taken out with everybody");
    room.put_group(&viewers, &group("Viewers", &[])).await;
    assert_eq!(standing(&room, &ada).await, (Role::Viewer, Default), "in no group that has a role");
    room.patch_group(&editors, json!([add(&[&ada])])).await;
    assert_eq!(standing(&room, &ada).await, (Role::Editor, Group));
    room.delete_group(&editors, None).await;
    assert_eq!(standing(&room, &ada).await, (Role::Viewer, Default), "the group is gone");
}

#[tokio::test]
async fn those_who_stay_in_a_whole_push_keep_the_role_all_along() {
    let room = Room::new();
    let (ada, li, sam) = (room.newcomer("ada").await, room.newcomer("li").await, room.newcomer("sam").await);
    let id = mapped(&room, "Editors", Role::Editor, &[&ada, &li]).await;
    for operations in [json!([replace(&[&ada, &sam])]), json!([replace(&[]), add(&[&ada, &sam])])] {
        room.patch_group(&id, operations).await;
        assert_eq!(standing(&room, &ada).await, (Role::Editor, Group));
        assert_eq!(standing(&room, &sam).await, (Role::Editor, Group));
        assert_eq!(standing(&room, &li).await, (Role::Viewer, Default));
        room.put_group(&id, &group("Editors", &[&ada, &li])).await;
    }
}

#[tokio::test]
async fn a_mapping_that_changes_or_ends_takes_its_members_along() {
    let room = Room::new();
    let (ada, li) = (room.newcomer("ada").await, room.newcomer("li").await);
    let id = mapped(&room, "Editors", Role::Editor, &[&ada, &li]).await;
    mapped(&room, "Others", Role::Viewer, &[&li]).await;
    assert_eq!(room.map(&id, Some(Role::Owner)).await.unwrap().changed_users, 2);
    room.map(&id, Some(Role::Editor)).await.unwrap_err();
    assert_eq!(standing(&room, &ada).await, (Role::Owner, Group), "they are the only owners");
    pushed(&room, "boss", Role::Owner).await;
    assert_eq!(room.map(&id, None).await.unwrap().changed_users, 2);
    assert_eq!(standing(&room, &ada).await, (Role::Viewer, Default));
    assert_eq!(standing(&room, &li).await, (Role::Viewer, Group), "the other group still counts");
}

#[tokio::test]
async fn members_of_a_group_within_the_group_get_nothing() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let inner = id_of(&room.push_group("Inner", &[&ada]).await);
    let outer = mapped(&room, "Outer", Role::Owner, &[&inner]).await;
    assert_eq!(standing(&room, &ada).await, (Role::Viewer, Default));
    room.patch_group(&outer, json!([add(&[&ada])])).await;
    assert_eq!(standing(&room, &ada).await, (Role::Owner, Group), "directly it counts");
    room.patch_group(&outer, json!([remove(&ada)])).await;
    assert_eq!(standing(&room, &ada).await, (Role::Viewer, Default), "and through the other group it still does not");
    assert_eq!(room.groups_of(&ada).await.len(), 2);
}

#[tokio::test]
async fn a_role_that_okta_sends_wins_from_then_on() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let id = mapped(&room, "Owners", Role::Owner, &[&ada]).await;
    let direct = json!({"roles": [{"primary": true, "value": "editor"}]});
    room.put(&ada, &merged(&room.get(&ada).await, direct)).await;
    assert_eq!(standing(&room, &ada).await, (Role::Editor, Okta));
    room.patch_group(&id, json!([replace(&[])])).await;
    room.patch_group(&id, json!([add(&[&ada])])).await;
    assert_eq!(standing(&room, &ada).await, (Role::Editor, Okta));
    let profile = merged(&room.get(&ada).await, json!({"title": "Lead"}));
    room.put(&ada, &profile).await;
    assert_eq!(standing(&room, &ada).await, (Role::Editor, Okta));
}

#[tokio::test]
async fn a_profile_push_that_says_no_role_leaves_a_mapped_one() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    mapped(&room, "Editors", Role::Editor, &[&ada]).await;
    room.put(&ada, &merged(&room.get(&ada).await, json!({"title": "Lead"}))).await;
    room.patch(&ada, json!([{"op": "replace", "value": {"title": "Head"}}])).await;
    assert_eq!(standing(&room, &ada).await, (Role::Editor, Group));
}

#[tokio::test]
async fn nobody_here_demotes_the_last_owner_by_a_mapping_but_okta_does() {
    let room = Room::new();
    let (ada, li) = (room.newcomer("ada").await, room.newcomer("li").await);
    let id = mapped(&room, "Owners", Role::Owner, &[&ada, &li]).await;
    for role in [None, Some(Role::Editor)] {
        let refused = room.map(&id, role).await.unwrap_err();
        assert!(matches!(&refused, Refusal::LastOwner(name) if name == "ada@harbor.example"), "{refused}");
        assert_eq!(room.group_row(&id).await.role, Some(Role::Owner), "nothing was changed");
    }
    let other = id_of(&room.push_group("Boss", &[&ada]).await);
    room.map(&other, Some(Role::Owner)).await.unwrap();
    assert_eq!(room.map(&id, None).await.unwrap().changed_users, 1, "one owner stays");
    room.patch_group(&other, json!([replace(&[])])).await;
    assert_eq!(standing(&room, &ada).await, (Role::Viewer, Default), "Okta is obeyed");
    assert_eq!(room.map(&id, Some(Role::Editor)).await.unwrap().changed_users, 2, "without owners nothing is lost");
}

#[tokio::test]
async fn an_inactive_owner_does_not_hold_a_mapping_up() {
    let room = Room::new();
    let (ada, _) = (room.newcomer("ada").await, pushed(&room, "boss", Role::Owner).await);
    let id = mapped(&room, "Owners", Role::Owner, &[&ada]).await;
    room.switch(&ada, false).await;
    assert_eq!(room.map(&id, None).await.unwrap().changed_users, 1);
}

#[tokio::test]
async fn the_next_request_of_a_session_has_the_new_role() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let session = room.sign_in(&ada).await;
    let id = id_of(&room.push_group("Editors", &[&ada]).await);
    assert_eq!(room.role_of(&session).await, Some(Role::Viewer));
    room.map(&id, Some(Role::Editor)).await.unwrap();
    assert_eq!(room.role_of(&session).await, Some(Role::Editor));
    room.patch_group(&id, json!([remove(&ada)])).await;
    assert_eq!(room.role_of(&session).await, Some(Role::Viewer));
}

#[tokio::test]
async fn a_leaver_who_returns_has_the_role_of_the_groups_as_they_are_now() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let id = mapped(&room, "Editors", Role::Editor, &[&ada]).await;
    room.switch(&ada, false).await;
    room.map(&id, Some(Role::Owner)).await.unwrap();
    room.switch(&ada, true).await;
    assert_eq!(standing(&room, &ada).await, (Role::Owner, Group));
    room.switch(&ada, false).await;
    room.patch_group(&id, json!([remove(&ada)])).await;
    room.post(&person("ada@harbor.example", "00uada", None)).await;
    assert_eq!(standing(&room, &ada).await, (Role::Viewer, Default), "no longer in the group");
}

#[tokio::test]
async fn a_new_account_under_oktas_id_keeps_the_groups_and_their_role() {
    for policy in [EmailChange::NewAccount, EmailChange::Rename] {
        let room = Room::new();
        room.set_email_change(policy).await;
        let ada = room.newcomer("ada").await;
        let id = mapped(&room, "Editors", Role::Editor, &[&ada]).await;
        room.rename(&ada, "ada.li@harbor.example").await;
        assert_eq!(standing(&room, &ada).await, (Role::Editor, Group), "{policy}");
        room.patch_group(&id, json!([remove(&ada)])).await;
        assert_eq!(standing(&room, &ada).await, (Role::Viewer, Default), "{policy}");
    }
}

#[tokio::test]
async fn a_local_role_of_somebody_who_changed_address_does_not_come_along_but_the_groups_does() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    mapped(&room, "Editors", Role::Editor, &[&ada]).await;
    room.edit(&ada, Some(Role::Owner), None).await.unwrap();
    room.rename(&ada, "ada.li@harbor.example").await;
    assert_eq!(standing(&room, &ada).await, (Role::Editor, Group));
}

#[tokio::test]
async fn the_account_that_an_address_leaves_behind_has_no_role_from_groups_it_is_not_in() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let id = mapped(&room, "Owners", Role::Owner, &[&ada]).await;
    room.rename(&ada, "ada.li@harbor.example").await;
    let old = room.find("userName eq \"ada@harbor.example\"").await["Resources"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(room.members(&id).await, [ada]);
    assert_eq!(standing(&room, &old).await, (Role::Viewer, Default));
    room.switch(&old, true).await;
    assert_eq!(standing(&room, &old).await, (Role::Viewer, Default), "nor when Okta takes it back into use");
}

/// Everybody's role, by name.
async fn roles_of_all(room: &Room) -> BTreeMap<String, Role> {
    let rows = Store::scan(&room.store, None, 100, Shown::Everything).await.unwrap();
    rows.into_iter().map(|row| (row.user.user_name, row.user.role)).collect()
}

#[tokio::test]
async fn a_preview_says_what_then_happens_and_changes_nothing() {
    let room = Room::new();
    let (ada, ben, cem) = (room.newcomer("ada").await, room.newcomer("ben").await, room.newcomer("cem").await);
    let (li, sam) = (pushed(&room, "li", Role::Viewer).await, room.newcomer("sam").await);
    room.edit(&sam, Some(Role::Owner), None).await.unwrap();
    room.switch(&cem, false).await;
    mapped(&room, "Others", Role::Editor, &[&ben]).await;
    let inner = id_of(&room.push_group("Inner", &[&li]).await);
    let id = id_of(&room.push_group("All", &[&ada, &ben, &cem, &li, &sam, &inner]).await);

    for role in [Some(Role::Viewer), Some(Role::Owner), Some(Role::Editor), None, Some(Role::Editor)] {
        let before = roles_of_all(&room).await;
        let preview = room.preview(&id, role).await;
        assert_eq!(roles_of_all(&room).await, before, "asking changes nothing");
        assert_eq!((preview.users, preview.groups, preview.kept_okta, preview.kept_local), (5, 1, 1, 1));
        assert_eq!((preview.role, preview.refusal), (role, None));
        let done = room.map(&id, role).await.unwrap();
        let after = roles_of_all(&room).await;
        let changed: Vec<_> = before
            .iter()
            .filter(|(name, from)| after[*name] != **from)
            .map(|(name, from)| (name.clone(), *from, after[name]))
            .collect();
        let mut named: Vec<_> = preview.first.iter().map(|one| (one.user_name.clone(), one.from, one.to)).collect();
        named.sort();
        assert_eq!(named, changed, "to {role:?}");
        let counted: u64 = preview.changes.iter().map(|shift| shift.users).sum();
        assert_eq!((counted, done.changed_users), (changed.len() as u64, changed.len() as u64));
        let kinds: BTreeSet<_> = changed.iter().map(|(_, from, to)| (*from, *to)).collect();
        assert_eq!(preview.changes.len(), kinds.len());
    }
    assert_eq!(room.preview(&id, Some(Role::Editor)).await.changes, [], "as it is already");
}

#[tokio::test]
async fn a_preview_names_the_owner_without_whom_nobody_could_administer() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let id = mapped(&room, "Owners", Role::Owner, &[&ada]).await;
    for role in [None, Some(Role::Editor)] {
        let refusal = room.preview(&id, role).await.refusal;
        let refused = room.map(&id, role).await.unwrap_err();
        assert_eq!(refused, Refusal::LastOwner("ada@harbor.example".to_owned()));
        assert_eq!(refusal, Some(refused.to_string()));
    }
    let other = room.newcomer("li").await;
    room.edit(&other, Some(Role::Owner), None).await.unwrap();
    assert_eq!(room.preview(&id, None).await.refusal, None);
}

/// A group of five as it stands when the service ends right after it was mapped.
async fn cut_short(room: &Room, role: Role) -> (String, Vec<String>) {
    let mut people = Vec::new();
    for name in ["ada", "ben", "cem", "dan", "eve"] {
        people.push(room.newcomer(name).await);
    }
    let members: Vec<&str> = people.iter().map(String::as_str).collect();
    let id = id_of(&room.push_group("Crew", &members).await);
    let mut row = room.store.group(id.parse().unwrap()).await.unwrap().unwrap();
    row.group.role = Some(role);
    let begun = vec![Change::Settle(row.group.id, Some(Position(0))), Change::UpdateGroup(Box::new(row))];
    let job = Job::new(Vec::new(), move |_| Ok(Decision { changes: begun.clone(), event: None }));
    room.store.write(job).await.unwrap();
    (id, people)
}

#[tokio::test]
async fn a_mapping_that_was_cut_short_is_known_as_such_and_carried_to_its_end() {
    let room = Room::new();
    let (id, people) = cut_short(&room, Role::Editor).await;
    let group = id.parse().unwrap();
    assert_eq!(room.store.settling().await.unwrap(), [group]);
    assert_eq!(room.store.unsettled(group).await.unwrap(), 5);
    assert_eq!(standing(&room, &people[4]).await, (Role::Viewer, Default));
    assert_eq!(mapping::settle(&room.store, group).await.unwrap(), 5);
    for person in &people {
        assert_eq!(standing(&room, person).await, (Role::Editor, Group));
    }
    assert_eq!((room.store.settling().await.unwrap(), room.store.unsettled(group).await.unwrap()), (Vec::new(), 0));
    assert_eq!(mapping::settle(&room.store, group).await.unwrap(), 0, "once is enough");
}

#[tokio::test]
async fn what_happens_while_members_follow_their_groups_mapping_holds() {
    let room = Room::new();
    let (id, people) = cut_short(&room, Role::Editor).await;
    let [ada, ben, cem, dan, eve] = [0, 1, 2, 3, 4].map(|n: usize| people[n].as_str());
    let late = room.newcomer("late").await;
    room.patch_group(&id, json!([add(&[&late])])).await;
    assert_eq!(standing(&room, &late).await, (Role::Editor, Group), "who joins is an editor at once");
    room.patch_group(&id, json!([remove(eve)])).await;
    room.edit(dan, Some(Role::Owner), None).await.unwrap();
    room.switch(cem, false).await;
    room.delete(ben).await;
    mapping::settle(&room.store, id.parse().unwrap()).await.unwrap();
    assert_eq!(standing(&room, ada).await, (Role::Editor, Group));
    assert_eq!(standing(&room, cem).await, (Role::Editor, Group));
    assert!(!room.row(cem).await.active);
    assert_eq!(standing(&room, dan).await, (Role::Owner, Local));
    assert_eq!(standing(&room, eve).await, (Role::Viewer, Default), "out of the group");

    // Mapped anew in the middle, and the group deleted in the middle.
    let room = Room::new();
    let (id, people) = cut_short(&room, Role::Editor).await;
    room.edit(&room.newcomer("boss").await, Some(Role::Owner), None).await.unwrap();
    assert_eq!(room.map(&id, Some(Role::Owner)).await.unwrap().changed_users, 5);
    assert_eq!(room.map(&id, None).await.unwrap().changed_users, 5);
    assert_eq!(standing(&room, &people[4]).await, (Role::Viewer, Default));
    let room = Room::new();
    let (id, people) = cut_short(&room, Role::Editor).await;
    room.delete_group(&id, None).await;
    assert_eq!(mapping::settle(&room.store, id.parse().unwrap()).await.unwrap(), 0);
    assert_eq!(room.store.settling().await.unwrap(), []);
    assert_eq!(standing(&room, &people[0]).await, (Role::Viewer, Default));
}

#[tokio::test]
async fn whoever_ceases_to_be_an_owner_by_a_mapping_ceases_at_once() {
    let room = Room::new();
    let mut people = Vec::new();
    for name in ["ada", "ben", "cem", "dan", "eve"] {
        people.push(room.newcomer(name).await);
    }
    let members: Vec<&str> = people.iter().map(String::as_str).collect();
    let id = mapped(&room, "Owners", Role::Owner, &members).await;
    let boss = pushed(&room, "boss", Role::Owner).await;
    assert_eq!(room.store.counts().await.unwrap().owners, 6);
    // In the transaction that maps the group, before anybody follows: or two admins could each count on the other's.
    let by = By::Operator;
    let begun = mapping::begin(&room.store, by, id.parse().unwrap(), Some(Role::Viewer)).await.unwrap().unwrap();
    assert_eq!(begun.changed_users, 5);
    assert_eq!(room.store.counts().await.unwrap().owners, 1);
    let refused = room.edit(&boss, Some(Role::Editor), None).await.unwrap_err();
    assert!(matches!(refused, Refusal::LastOwner(_)));
    assert_eq!(mapping::settle(&room.store, id.parse().unwrap()).await.unwrap(), 0);
}
