//! Changes of many people, told on the rules and a real store.

use super::*;
use crate::{
    directory::room::{Room, id_of, person},
    model::{
        role::{Role, RoleSource},
        user_change::{BlastRadius, Earlier, Outcome, PersonChanged, PutBack, UserChange},
        user_filter::UserFilter,
    },
};

const EDITORS: UserChange = UserChange::Role { role: Role::Editor };

async fn somebody(room: &Room, name: &str, role: Option<&str>) -> UserId {
    id_of(&room.post(&person(&format!("{name}@harbor.example"), &format!("00u{name}"), role)).await).parse().unwrap()
}

async fn make(room: &Room, ids: &[UserId], what: UserChange) -> Vec<PersonChanged> {
    change(&room.store, By::Operator, ids.to_vec(), what, room.now()).await.unwrap()
}

async fn take_back(room: &Room, people: &[PersonChanged]) -> Vec<PersonChanged> {
    restore(&room.store, By::Operator, undo_of(people), room.now()).await.unwrap()
}

fn undo_of(people: &[PersonChanged]) -> Vec<PutBack> {
    let undo = |person: &PersonChanged| match person.outcome {
        Outcome::Done { undo } => Some(undo),
        _ => None,
    };
    people.iter().filter_map(undo).collect()
}

fn words(people: &[PersonChanged]) -> Vec<&'static str> {
    let word = |person: &PersonChanged| match &person.outcome {
        Outcome::Done { .. } => "done",
        Outcome::Unchanged => "unchanged",
        Outcome::Refused { .. } => "refused",
    };
    people.iter().map(word).collect()
}

async fn radius(room: &Room, who: Who, what: UserChange) -> BlastRadius {
    blast_radius(&room.store, who, what, room.now()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_change_of_many_says_of_each_what_became_of_them_and_can_be_taken_back() {
    let room = Room::new();
    let owner = somebody(&room, "olivia", Some("owner")).await;
    let ada = somebody(&room, "ada", Some("viewer")).await;
    let li = somebody(&room, "li", None).await;
    let ed = somebody(&room, "ed", Some("editor")).await;
    let nobody = UserId::new(room.now());
    let done = make(&room, &[owner, ada, nobody, li, ed], EDITORS).await;
    assert_eq!(words(&done), ["refused", "done", "refused", "done", "unchanged"]);
    let Outcome::Refused { reason } = &done[0].outcome else { panic!("{done:?}") };
    assert!(reason.contains("last active owner"), "{reason}");
    for id in [ada, li] {
        let row = room.row(&id.to_string()).await;
        assert_eq!((row.role, row.role_source), (Role::Editor, RoleSource::Local));
    }

    // One of them is changed by Okta meanwhile, and stays.
    room.switch(&li.to_string(), false).await;
    let back = take_back(&room, &done).await;
    assert_eq!(words(&back), ["done", "refused"]);
    let Outcome::Refused { reason } = &back[1].outcome else { panic!("{back:?}") };
    assert!(reason.contains("li@harbor.example was changed meanwhile"), "{reason}");
    let row = room.row(&ada.to_string()).await;
    assert_eq!((row.role, row.role_source, row.okta_role), (Role::Viewer, RoleSource::Okta, Some(Role::Viewer)));
    assert_eq!(room.row(&li.to_string()).await.role, Role::Editor);

    // What was taken back can be made again the same way.
    assert_eq!(words(&take_back(&room, &back).await), ["done"]);
    assert_eq!(room.row(&ada.to_string()).await.role_source, RoleSource::Local);
}

#[tokio::test]
async fn a_source_is_put_back_only_while_it_is_true() {
    let room = Room::new();
    somebody(&room, "olivia", Some("owner")).await;
    let ada = somebody(&room, "ada", None).await;
    let crew = id_of(&room.push_group("Crew", &[&ada.to_string()]).await);
    room.map(&crew, Some(Role::Editor)).await.unwrap();
    let given = room.row(&ada.to_string()).await;
    assert_eq!((given.role, given.role_source), (Role::Editor, RoleSource::Group));
    let done = make(&room, &[ada], UserChange::Role { role: Role::Owner }).await;
    let back = take_back(&room, &done).await;
    assert_eq!(room.row(&ada.to_string()).await.role_source, RoleSource::Group);
    take_back(&room, &back).await;
    let done = make(&room, &[ada], UserChange::Role { role: Role::Viewer }).await;
    room.map(&crew, None).await.unwrap();
    let [PutBack { id, version, .. }] = undo_of(&done)[..] else { panic!("{done:?}") };
    let to = Earlier::Role { role: Role::Editor, source: RoleSource::Group };
    restore(&room.store, By::Operator, vec![PutBack { id, version, to }], room.now()).await.unwrap();
    let row = room.row(&ada.to_string()).await;
    assert_eq!((row.role, row.role_source), (Role::Editor, RoleSource::Local), "no group gives it any more");
}

#[tokio::test]
async fn deactivating_many_ends_their_sessions_and_spares_the_last_owner() {
    let room = Room::new();
    let first = somebody(&room, "olivia", Some("owner")).await;
    let second = somebody(&room, "otto", Some("owner")).await;
    let session = room.sign_in(&first.to_string()).await;
    let before = radius(&room, Who::Ids(vec![first, second, first]), UserChange::Deactivate).await;
    assert_eq!((before.people, before.ids.as_slice(), before.sessions), (2, &[first][..], 1));
    assert_eq!((before.before.owners, before.after.owners), (2, 1));
    assert!(before.problem.unwrap().contains("otto@harbor.example is the last active owner"));
    let done = make(&room, &[first, second], UserChange::Deactivate).await;
    assert_eq!(words(&done), ["done", "refused"]);
    assert!(!room.is_signed_in(&session).await);
    assert!(room.row(&second.to_string()).await.active);

    assert_eq!(words(&take_back(&room, &done).await), ["done"]);
    assert!(room.row(&first.to_string()).await.active);
    assert!(!room.is_signed_in(&session).await, "a session that ended stays ended");
}

#[tokio::test]
async fn the_blast_radius_is_what_then_happens() {
    let room = Room::new();
    somebody(&room, "olivia", Some("owner")).await;
    for name in ["ada", "li", "mei"] {
        somebody(&room, name, Some("viewer")).await;
    }
    let ed = somebody(&room, "ed", None).await;
    room.edit(&ed.to_string(), Some(Role::Editor), None).await.unwrap();
    let moved = somebody(&room, "moved", Some("viewer")).await;
    room.rename(&moved.to_string(), "moved.on@harbor.example").await;
    let everybody = || Who::Matching(UserFilter::parse("harbor", room.now()).unwrap());
    let foreseen = radius(&room, everybody(), UserChange::Role { role: Role::Editor }).await;
    assert_eq!((foreseen.people, foreseen.unchanged, foreseen.impossible), (7, 1, 0));
    assert_eq!(
        (foreseen.roles, foreseen.sources),
        (vec![(Role::Viewer, 5)], vec![(RoleSource::Okta, 4), (RoleSource::Default, 1)])
    );
    assert!(foreseen.problem.unwrap().contains("olivia"), "the owner is spared");
    assert_eq!(foreseen.active, 4);
    let done = make(&room, &foreseen.ids, EDITORS).await;
    assert_eq!(words(&done), ["done"; 5]);
    assert_eq!(room.store.counts().await.unwrap(), foreseen.after);

    // An account whose person goes by another address now cannot be reactivated.
    let foreseen = radius(&room, everybody(), UserChange::Reactivate).await;
    assert_eq!((foreseen.ids.len(), foreseen.unchanged, foreseen.impossible), (0, 6, 1));
}

#[tokio::test]
async fn a_change_of_too_many_is_refused_in_words() {
    let room = Room::new();
    let ids = (0..10_001).map(|_| UserId::new(room.now())).collect();
    let refused = blast_radius(&room.store, Who::Ids(ids), UserChange::Deactivate, room.now()).await.unwrap();
    assert!(refused.unwrap_err().to_string().contains("10001 people, and one change is about at most 10000"));
}

#[tokio::test]
async fn a_blast_radius_names_the_groups_and_the_owners_who_would_be_left_behind() {
    let room = Room::new();
    let mut of = std::collections::HashMap::new();
    for (name, role) in [
        ("olivia", "owner"),
        ("otto", "owner"),
        ("ada", "editor"),
        ("ed", "editor"),
        ("li", "viewer"),
        ("mei", "viewer"),
    ] {
        of.insert(name, somebody(&room, name, Some(role)).await);
    }
    let ids = |names: &[&str]| names.iter().map(|name| of[name]).collect::<Vec<_>>();
    let texts = |names: &[&str]| ids(names).iter().map(UserId::to_string).collect::<Vec<_>>();
    for (group, members) in [
        ("Finance", &["ada", "li", "mei"][..]),
        ("Legal", &["ed", "ada"]),
        ("Board", &["olivia", "ada"]),
        ("Sales", &["otto", "ed"]),
        ("Guests", &["li"]),
    ] {
        let members = texts(members);
        room.push_group(group, &members.iter().map(String::as_str).collect::<Vec<_>>()).await;
    }
    let viewers = UserChange::Role { role: Role::Viewer };
    let left = |radius: &BlastRadius| {
        let named = radius.left_without.iter().map(|(name, role)| format!("{name} {role}"));
        (named.collect::<Vec<_>>().join(", "), radius.left_without_count, radius.groups_unseen)
    };
    let foreseen = radius(&room, Who::Ids(ids(&["ada", "ed", "li"])), viewers).await;
    // The owner of Board and of Sales is still there for both.
    assert_eq!(left(&foreseen), ("Legal editor, Finance editor".to_owned(), 2, 0));
    assert_eq!((foreseen.owners_lost_count, foreseen.drifting), (0, 2));
    let foreseen = radius(&room, Who::Ids(ids(&["ada"])), viewers).await;
    assert_eq!(left(&foreseen).0, "Finance editor", "Legal has another");
    let foreseen = radius(&room, Who::Ids(ids(&["otto", "li"])), UserChange::Deactivate).await;
    assert_eq!(left(&foreseen).0, "Guests viewer, Sales owner");
    assert_eq!((foreseen.owners_lost, foreseen.owners_lost_count), (vec!["otto@harbor.example".to_owned()], 1));
    assert_eq!((foreseen.from_okta, foreseen.drifting), (2, 0));

    // Who cannot log in holds no role for a group, neither before nor afterwards.
    room.switch(&of["ada"].to_string(), false).await;
    let foreseen = radius(&room, Who::Ids(ids(&["ada", "ed"])), viewers).await;
    assert_eq!(left(&foreseen).0, "Legal editor");
    // Nobody is left without by who gains.
    let foreseen = radius(&room, Who::Ids(ids(&["li", "mei"])), EDITORS).await;
    assert_eq!(left(&foreseen), (String::new(), 0, 0));
}

#[tokio::test]
async fn whoever_is_named_twice_in_a_change_is_changed_once() {
    let room = Room::new();
    let owner = somebody(&room, "olivia", Some("owner")).await;
    let ada = somebody(&room, "ada", Some("viewer")).await;
    let done = make(&room, &[ada, ada], EDITORS).await;
    assert_eq!(words(&done), ["done", "refused"]);
    let Outcome::Refused { reason } = &done[1].outcome else { panic!("{done:?}") };
    assert!(reason.contains("ada@harbor.example is named twice"), "{reason}");
    // Made an owner and then, from what was read of her before, none: that would have left nobody.
    let version = room.row(&ada.to_string()).await.version;
    let owners = room.row(&owner.to_string()).await.version;
    let to = |role| Earlier::Role { role, source: RoleSource::Local };
    let people = vec![
        PutBack { id: ada, version, to: to(Role::Owner) },
        PutBack { id: owner, version: owners, to: to(Role::Viewer) },
        PutBack { id: ada, version, to: Earlier::Activity { active: false } },
    ];
    let done = restore(&room.store, By::Operator, people, room.now()).await.unwrap();
    assert_eq!(words(&done), ["done", "done", "refused"]);
    assert_eq!(room.store.counts().await.unwrap().owners, 1);
}
