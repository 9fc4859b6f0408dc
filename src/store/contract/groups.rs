//! Groups: as written, by key, in pages, by search.

use std::sync::Arc;

use super::fixtures::{START, add_groups, add_users, apply, group, group_names, user};
use crate::{
    model::{
        group::GroupQuery,
        id::{GroupId, ResourceId, UserId},
        role::Role,
    },
    store::{Change, GroupLookup, GroupRow, Shown, Store, StoreError},
};

fn insert(row: &GroupRow) -> Vec<Change> {
    vec![Change::InsertGroup(Box::new(row.clone()))]
}

fn update(row: &GroupRow) -> Vec<Change> {
    vec![Change::UpdateGroup(Box::new(row.clone()))]
}

pub(in crate::store) async fn a_group_comes_back_as_written(store: Arc<dyn Store>) {
    let mut row = group("Crew");
    row.group.external_id = Some("00g1".into());
    row.group.role = Some(Role::Editor);
    row.group.last_modified = START.plus_millis(5);
    row.group.version = 7;
    // Members are counted by the store alone.
    row.group.members = 99;
    let stored = add_groups(&*store, vec![row.clone()]).await.remove(0);
    row.group.members = 0;
    row.position = stored.position;
    assert_eq!(stored, row);

    let ada = add_users(&*store, vec![user("ada@harbor.example")]).await.remove(0);
    row.group.display_name = "Crëw".into();
    row.folded_name = "crëw".into();
    row.group.external_id = None;
    row.group.role = None;
    row.group.version = 8;
    row.document = "{}".into();
    let members = Change::AddMembers(row.group.id, vec![ada.user.id.into()]);
    apply(&*store, [vec![members], update(&row)].concat()).await.unwrap();
    row.group.members = 1;
    assert_eq!(store.group(row.group.id).await.unwrap(), Some(row));
    assert_eq!(store.group(GroupId::new(START)).await.unwrap(), None);
    assert_eq!(store.group_count().await.unwrap(), 1);
}

pub(in crate::store) async fn group_names_are_unique_and_free_again_after_a_delete(store: Arc<dyn Store>) {
    let first = add_groups(&*store, vec![group("Crew")]).await.remove(0);
    let second = group("CREW");
    let refused = apply(&*store, insert(&second)).await;
    assert!(matches!(refused, Err(StoreError::Database(_))), "{refused:?}");
    let mut other = add_groups(&*store, vec![group("Other")]).await.remove(0);
    other.folded_name = "crew".into();
    assert!(apply(&*store, update(&other)).await.is_err());

    apply(&*store, vec![Change::DeleteGroup(first.group.id)]).await.unwrap();
    assert_eq!(store.group(first.group.id).await.unwrap(), None);
    let second = add_groups(&*store, vec![second]).await.remove(0);
    assert!(second.position > other.position);
    // A second delete finds nothing, which is no error.
    apply(&*store, vec![Change::DeleteGroup(first.group.id)]).await.unwrap();
    assert_eq!(store.group_count().await.unwrap(), 2);
}

pub(in crate::store) async fn a_place_in_the_order_is_given_once_over_users_and_groups(store: Arc<dyn Store>) {
    let ada = add_users(&*store, vec![user("ada@harbor.example")]).await.remove(0);
    let crew = add_groups(&*store, vec![group("Crew")]).await.remove(0);
    apply(&*store, vec![Change::DeleteGroup(crew.group.id)]).await.unwrap();
    let ben = add_users(&*store, vec![user("ben@harbor.example")]).await.remove(0);
    assert!(ada.position < crew.position && crew.position < ben.position);
}

pub(in crate::store) async fn an_id_belongs_to_a_user_or_to_a_group(store: Arc<dyn Store>) {
    let ada = add_users(&*store, vec![user("ada@harbor.example")]).await.remove(0);
    let mut twin = group("Ada");
    twin.group.id = GroupId(ada.user.id.0);
    assert!(matches!(apply(&*store, insert(&twin)).await, Err(StoreError::Database(_))));
    let crew = add_groups(&*store, vec![group("Crew")]).await.remove(0);
    let mut twin = user("crew@harbor.example");
    twin.user.id = UserId(crew.group.id.0);
    assert!(matches!(apply(&*store, vec![Change::InsertUser(Box::new(twin))]).await, Err(StoreError::Database(_))));
    assert_eq!((store.counts().await.unwrap().total, store.group_count().await.unwrap()), (1, 1));
}

pub(in crate::store) async fn a_group_that_does_not_exist_is_not_written_to(store: Arc<dyn Store>) {
    let ada = add_users(&*store, vec![user("ada@harbor.example")]).await.remove(0);
    let crew = group("Crew");
    let (id, member) = (crew.group.id, vec![ResourceId::from(ada.user.id)]);
    for change in [update(&crew), vec![Change::AddMembers(id, member.clone())]] {
        let refused = apply(&*store, change).await;
        assert!(matches!(refused, Err(StoreError::Database(_))), "{refused:?}");
    }
    // Nothing to end: no error.
    apply(&*store, vec![Change::RemoveMembers(id, member), Change::ClearMembers(id)]).await.unwrap();
    assert!(store.members(id, None, 10).await.unwrap().is_empty());
}

pub(in crate::store) async fn groups_are_found_by_each_key(store: Arc<dyn Store>) {
    let mut rows = ["Crew", "Deck", "Galley"].map(group);
    for row in &mut rows[..2] {
        row.group.external_id = Some("00g1".into());
    }
    let rows = add_groups(&*store, rows.to_vec()).await;
    let ada = add_users(&*store, vec![user("ada@harbor.example")]).await.remove(0);
    let [crew, deck, galley] = [0, 1, 2].map(|n: usize| rows[n].group.id);
    let changes = vec![
        Change::AddMembers(galley, vec![ada.user.id.into(), crew.into()]),
        Change::AddMembers(crew, vec![ada.user.id.into()]),
    ];
    apply(&*store, changes).await.unwrap();
    let find = async |lookup: GroupLookup, limit| {
        let found = store.lookup_groups(&lookup, limit).await.unwrap();
        found.into_iter().map(|row| row.group.display_name).collect::<Vec<_>>()
    };
    assert_eq!(find(GroupLookup::Id(deck), 5).await, ["Deck"]);
    assert!(find(GroupLookup::Id(deck), 0).await.is_empty());
    assert!(find(GroupLookup::Id(GroupId::new(START)), 5).await.is_empty());
    assert_eq!(find(GroupLookup::Name("galley".into()), 5).await, ["Galley"]);
    assert!(find(GroupLookup::Name("Galley".into()), 5).await.is_empty());
    assert_eq!(find(GroupLookup::ExternalId("00g1".into()), 5).await, ["Crew", "Deck"]);
    assert_eq!(find(GroupLookup::ExternalId("00g1".into()), 1).await, ["Crew"]);
    assert!(find(GroupLookup::ExternalId("00G1".into()), 5).await.is_empty());
    assert_eq!(find(GroupLookup::Member(ada.user.id.into()), 5).await, ["Crew", "Galley"]);
    assert_eq!(find(GroupLookup::Member(ada.user.id.into()), 1).await, ["Crew"]);
    assert_eq!(find(GroupLookup::Member(crew.into()), 5).await, ["Galley"]);
    assert!(find(GroupLookup::Member(ResourceId::new(START)), 5).await.is_empty());
}

async fn fleet(store: &dyn Store, count: u32) -> Vec<GroupRow> {
    let rows: Vec<_> = (0..count).map(|n| group(&format!("Ship {n:03}"))).collect();
    apply(store, rows.iter().flat_map(insert).collect()).await.unwrap();
    rows
}

pub(in crate::store) async fn pages_of_groups_follow_the_order_of_creation(store: Arc<dyn Store>) {
    let rows = fleet(&*store, 30).await;
    // Users between them change nothing about it, nor do pages of users.
    add_users(&*store, vec![user("ada@harbor.example")]).await;
    assert_eq!(store.page(0, 10, Shown::Everything).await.unwrap().len(), 1);
    assert_eq!(group_names(&store.page_groups(0, 2, Shown::Everything).await.unwrap()), group_names(&rows[..2]));
    assert_eq!(group_names(&store.page_groups(20, 5, Shown::Everything).await.unwrap()), group_names(&rows[20..25]));
    assert_eq!(group_names(&store.page_groups(25, 200, Shown::Everything).await.unwrap()), group_names(&rows[25..]));
    assert!(store.page_groups(30, 10, Shown::Everything).await.unwrap().is_empty());
    assert!(store.page_groups(u64::MAX, 10, Shown::Everything).await.unwrap().is_empty());
    assert!(store.page_groups(0, 0, Shown::Everything).await.unwrap().is_empty());

    let all = store.scan_groups(None, 100, Shown::Everything).await.unwrap();
    assert_eq!(group_names(&all), group_names(&rows));
    let rest = store.scan_groups(Some(all[9].position), 5, Shown::Everything).await.unwrap();
    assert_eq!(group_names(&rest), group_names(&rows[10..15]));
}

pub(in crate::store) async fn a_walk_over_the_pages_of_groups_skips_none_when_others_are_deleted(
    store: Arc<dyn Store>,
) {
    let rows = fleet(&*store, 60).await;
    let mut seen = Vec::new();
    for page in 0..6 {
        let found = store.page_groups(page * 10, 10, Shown::Everything).await.unwrap();
        seen.extend(found.iter().map(|row| row.group.display_name.clone()));
        let gone = rows[usize::try_from(page).unwrap()].group.id;
        apply(&*store, vec![Change::DeleteGroup(gone)]).await.unwrap();
    }
    assert_eq!(seen, group_names(&rows));
}

pub(in crate::store) async fn groups_are_searched_and_counted(store: Arc<dyn Store>) {
    let mut deck = group("Deck_50%");
    deck.group.role = Some(Role::Editor);
    let mut zoe = group("ZOË'S Crew");
    zoe.folded_name = "zoë's crew".into();
    zoe.group.external_id = Some("00gABC".into());
    let mut crew = group("Crew");
    crew.group.role = Some(Role::Owner);
    let rows = add_groups(&*store, vec![deck, zoe, crew]).await;
    let window = async |query: GroupQuery| {
        let (total, rows) = store.find_groups(&query).await.unwrap();
        let initials: String = rows.iter().filter_map(|row| row.group.display_name.chars().next()).collect();
        (total, initials)
    };
    let search = async |text: &str| window(GroupQuery { search: text.into(), ..GroupQuery::default() }).await.1;
    assert_eq!(search("zoË").await, "Z");
    assert_eq!(search("CREW").await, "ZC");
    assert_eq!(search("00Gabc").await, "Z");
    assert_eq!(search("_50%").await, "D");
    assert_eq!(search("d_ck").await, "");

    let query = GroupQuery::default;
    assert_eq!(window(query()).await, (3, "DZC".into()));
    assert_eq!(window(GroupQuery { mapped: Some(true), ..query() }).await, (2, "DC".into()));
    assert_eq!(window(GroupQuery { mapped: Some(false), ..query() }).await, (1, "Z".into()));
    assert_eq!(window(GroupQuery { offset: 1, limit: 1, ..query() }).await, (3, "Z".into()));
    assert_eq!(window(GroupQuery { search: "crew".into(), limit: 1, ..query() }).await, (2, "Z".into()));
    let both = GroupQuery { search: "crew".into(), mapped: Some(true), ..query() };
    assert_eq!(window(both).await, (1, "C".into()));
    assert_eq!(window(GroupQuery { offset: u64::MAX, ..query() }).await, (3, String::new()));

    let mut zoe = rows[1].clone();
    zoe.group.external_id = None;
    apply(&*store, update(&zoe)).await.unwrap();
    assert_eq!(search("00gabc").await, "");
}
