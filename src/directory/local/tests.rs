//! Changes of many people, told on the rules and a real store.

use super::*;
use crate::{
    directory::room::{Room, id_of, person},
    model::{
        role::{Role, RoleSource},
        user_change::{BlastRadius, Outcome, PersonChanged, PutBack, UserChange},
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
    let to = crate::model::user_change::Earlier::Role { role: Role::Editor, source: RoleSource::Group };
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
