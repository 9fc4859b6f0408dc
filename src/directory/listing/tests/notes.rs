//! What the log tells of lists and searches.

use super::*;
use crate::{
    directory::USER_NAME_NOT_EMAIL,
    model::{
        event::Action,
        workspace::{UserNamePolicy, WorkspacePatch},
    },
};

#[tokio::test]
async fn a_lookup_tells_whom_it_looked_for_and_whom_it_found() {
    let room = Room::new();
    let missed = room.look_up("userName eq \"Ada@harbor.example\"").await.notes;
    assert_eq!((missed.action, missed.results, missed.user), (Action::Lookup, Some(0), None));
    assert_eq!(missed.user_name.as_deref(), Some("ada@harbor.example"));
    let ada = room.newcomer("ada").await;
    let found = room.look_up("userName eq \"ADA@harbor.example\"").await.notes;
    assert_eq!((found.results, found.user.map(|id| id.to_string())), (Some(1), Some(ada)));
    assert_eq!(found.external_id.as_deref(), Some("00uada"));
    let missed = room.list(&["Group"], &[("filter", "displayName eq \"Editors\"")]).await.notes;
    assert_eq!((missed.group_name.as_deref(), missed.results), (Some("editors"), Some(0)));
    let id = id_of(&room.push_group("Editors", &[]).await);
    let found = room.list(&["Group"], &[("filter", "displayName eq \"editors\"")]).await.notes;
    assert_eq!((found.group.map(|id| id.to_string()), found.group_name), (Some(id), Some("Editors".to_owned())));
}

#[tokio::test]
async fn a_search_that_finds_several_is_about_none_of_them() {
    let room = Room::new();
    people(&room, &["ada", "li"]).await;
    room.push_group("Editors", &[]).await;
    for notes in [
        room.look_up("active eq true").await.notes,
        room.list(&["User"], &[("sortBy", "userName")]).await.notes,
        room.list(&["User", "Group"], &[("filter", "meta.created pr")]).await.notes,
        room.list(&["User"], &[]).await.notes,
    ] {
        let about = (notes.user, notes.user_name, notes.external_id, notes.group, notes.group_name);
        assert_eq!(about, (None, None, None, None, None));
    }
    for (name, mail) in [("max", "all@harbor.example"), ("eva", "all@harbor.example")] {
        let mut body = crate::directory::room::person(&format!("{name}@harbor.example"), name, None);
        body["emails"][0]["value"] = mail.into();
        room.post(&body).await;
    }
    let shared = room.look_up("emails.value eq \"All@harbor.example\"").await.notes;
    assert_eq!((shared.user, shared.results), (None, Some(2)));
    assert_eq!(shared.user_name.as_deref(), Some("all@harbor.example"), "the one looked for");
}

#[tokio::test]
async fn the_kinds_of_lists_are_told_apart() {
    let room = Room::new();
    for (kinds, pairs, action) in [
        (&["User"][..], &[("startIndex", "1"), ("count", "2")][..], Action::CredentialTest),
        (&["User"], &[("startIndex", "1"), ("count", "100")], Action::ImportPage),
        (&["User"], &[("startIndex", "101"), ("count", "100")], Action::ImportPage),
        (&["User"], &[("cursor", ""), ("count", "2")], Action::ImportPage),
        (&["User"], &[("count", "2"), ("filter", "active eq true")], Action::Lookup),
        (&["Group"], &[("startIndex", "1"), ("count", "100")], Action::ImportPage),
        (&["Role"], &[], Action::Discovery),
        (&["User", "Group"], &[], Action::Lookup),
    ] {
        assert_eq!(room.list(kinds, pairs).await.notes.action, action, "{kinds:?} {pairs:?}");
    }
}

#[tokio::test]
async fn a_lookup_by_a_name_that_is_no_address_is_a_finding_where_names_are_addresses() {
    let room = Room::new();
    for filter in ["userName eq \"amoreno\"", "userName eq \"amoreno\" and active eq true"] {
        assert_eq!(room.look_up(filter).await.notes.findings, [USER_NAME_NOT_EMAIL], "{filter}");
    }
    for filter in ["userName sw \"amoreno\"", "externalId eq \"amoreno\"", "userName eq \"a@harbor.example\""] {
        assert_eq!(room.look_up(filter).await.notes.findings, [], "{filter}");
    }
    let group = room.list(&["Group"], &[("filter", "displayName eq \"amoreno\"")]).await;
    assert_eq!(group.notes.findings, []);
    room.set(WorkspacePatch { user_name: Some(UserNamePolicy::Any), ..WorkspacePatch::default() }).await;
    assert_eq!(room.look_up("userName eq \"amoreno\"").await.notes.findings, []);
}
