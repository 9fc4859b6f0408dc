//! Users: as written, by key, in pages, by search.

use std::sync::Arc;

use super::fixtures::{START, add_groups, add_users, apply, group, names, session, user};
use crate::{
    model::{
        id::UserId,
        role::{Role, RoleSource},
        user::{User, UserSort},
        user_filter::{Test, UserFilter},
    },
    store::{Change, Lookup, Shown, Store, StoreError, UserRow, UserSearch},
};

pub(in crate::store) async fn a_user_comes_back_as_written(store: Arc<dyn Store>) {
    let mut row = user("Zoë@Harbor.example");
    row.folded_emails = vec!["zoë@home.example".into(), "zoë@harbor.example".into(), "zoë@home.example".into()];
    row.user.display_name = Some("Zoë Ünal".into());
    row.user.active = false;
    row.user.role = Role::Editor;
    row.user.role_source = RoleSource::Local;
    row.user.okta_role = Some(Role::Owner);
    row.user.external_id = Some("00u1".into());
    row.user.replaced_by = Some(UserId::new(START));
    row.user.last_modified = START.plus_millis(5);
    row.user.version = 7;
    let stored = add_users(&*store, vec![row.clone()]).await.remove(0);
    row.position = stored.position;
    assert_eq!(stored, row);

    row.user.user_name = "zoe@harbor.example".into();
    row.folded_name = "zoe@harbor.example".into();
    row.folded_emails = Vec::new();
    row.user.okta_role = None;
    row.user.external_id = None;
    row.user.replaced_by = None;
    row.document = "{}".into();
    apply(&*store, vec![Change::UpdateUser(Box::new(row.clone()))]).await.unwrap();
    assert_eq!(store.user(row.user.id).await.unwrap(), Some(row));
    assert_eq!(store.user(UserId::new(START)).await.unwrap(), None);
}

pub(in crate::store) async fn names_are_unique_and_free_again_after_a_delete(store: Arc<dyn Store>) {
    let first = add_users(&*store, vec![user("ada@harbor.example")]).await.remove(0);
    let second = user("Ada@Harbor.example");
    let refused = apply(&*store, vec![Change::InsertUser(Box::new(second.clone()))]).await;
    assert!(matches!(refused, Err(StoreError::Database(_))), "{refused:?}");
    assert_eq!(store.lookup(&Lookup::UserName("ada@harbor.example".into()), 10).await.unwrap().len(), 1);

    apply(&*store, vec![Change::DeleteUser(first.user.id)]).await.unwrap();
    assert_eq!(store.user(first.user.id).await.unwrap(), None);
    let second = add_users(&*store, vec![second]).await.remove(0);
    assert!(second.position > first.position, "a place in the order was given again");
    // A second delete finds nothing, which is no error.
    apply(&*store, vec![Change::DeleteUser(first.user.id)]).await.unwrap();
}

pub(in crate::store) async fn an_id_can_go_on_to_a_new_account(store: Arc<dyn Store>) {
    let known = add_users(&*store, vec![user("ada@harbor.example")]).await.remove(0);
    let mut new = user("ada@quay.example");
    new.user.id = known.user.id;
    let mut old = known.clone();
    old.user.id = UserId::new(START);
    old.user.active = false;
    old.user.replaced_by = Some(known.user.id);
    apply(&*store, vec![Change::UpdateUser(Box::new(new)), Change::InsertUser(Box::new(old.clone()))]).await.unwrap();
    assert_eq!(store.user(known.user.id).await.unwrap().unwrap().user.user_name, "ada@quay.example");
    let found = store.lookup(&Lookup::UserName("ada@harbor.example".into()), 2).await.unwrap();
    assert_eq!(found.iter().map(|row| row.user.id).collect::<Vec<_>>(), [old.user.id]);
}

pub(in crate::store) async fn a_user_who_does_not_exist_cannot_be_updated(store: Arc<dyn Store>) {
    let refused = apply(&*store, vec![Change::UpdateUser(Box::new(user("ada@harbor.example")))]).await;
    assert!(matches!(refused, Err(StoreError::Database(_))), "{refused:?}");
    assert_eq!(store.counts().await.unwrap().total, 0);
}

pub(in crate::store) async fn users_are_found_by_each_key(store: Arc<dyn Store>) {
    let mut ada = user("ada@harbor.example");
    ada.user.external_id = Some("00u1".into());
    ada.folded_emails.push("ada@home.example".into());
    let mut ben = user("ben@harbor.example");
    ben.user.external_id = Some("00u1".into());
    ben.folded_emails = vec!["ada@home.example".into()];
    let added = add_users(&*store, vec![ada, ben, user("cyd@harbor.example")]).await;
    let [ada, ben, cyd] = added.as_slice() else { panic!("three users") };
    let find = async |lookup: Lookup, limit| {
        let found = store.lookup(&lookup, limit).await.unwrap();
        found.into_iter().map(|row| row.user.user_name).collect::<Vec<_>>()
    };
    assert_eq!(find(Lookup::Id(ben.user.id), 5).await, ["ben@harbor.example"]);
    assert_eq!(find(Lookup::UserName("cyd@harbor.example".into()), 5).await, ["cyd@harbor.example"]);
    assert_eq!(find(Lookup::ExternalId("00u1".into()), 5).await, ["ada@harbor.example", "ben@harbor.example"]);
    assert_eq!(find(Lookup::ExternalId("00u1".into()), 1).await, ["ada@harbor.example"]);
    assert!(find(Lookup::ExternalId("00U1".into()), 5).await.is_empty());
    assert_eq!(find(Lookup::Email("ada@home.example".into()), 5).await, ["ada@harbor.example", "ben@harbor.example"]);
    assert_eq!(find(Lookup::Email("cyd@harbor.example".into()), 5).await, ["cyd@harbor.example"]);
    assert!(find(Lookup::Email("nobody@home.example".into()), 5).await.is_empty());
    assert!(find(Lookup::Id(cyd.user.id), 0).await.is_empty());

    let mut ben = ben.clone();
    ben.folded_emails = vec!["ben@home.example".into()];
    apply(&*store, vec![Change::UpdateUser(Box::new(ben)), Change::DeleteUser(ada.user.id)]).await.unwrap();
    assert!(find(Lookup::Email("ada@home.example".into()), 5).await.is_empty());
    assert_eq!(find(Lookup::Email("ben@home.example".into()), 5).await, ["ben@harbor.example"]);
}

pub(in crate::store) async fn the_accounts_of_one_person_are_found_both_ways(store: Arc<dyn Store>) {
    let newest = user("c@harbor.example");
    let mut middle = user("b@harbor.example");
    middle.user.replaced_by = Some(newest.user.id);
    let mut oldest = user("a@harbor.example");
    oldest.user.replaced_by = Some(middle.user.id);
    oldest.user.external_id = Some("00u1".into());
    let mut twin = user("d@harbor.example");
    twin.user.external_id = Some("00u1".into());
    let added = add_users(&*store, vec![oldest, middle, newest, twin, user("other@harbor.example")]).await;
    for (of, related) in [(0, "bcd"), (1, "acd"), (2, "abd"), (3, "abc")] {
        let found = store.related_users(&added[of]).await.unwrap();
        let expected: Vec<String> = related.chars().map(|name| format!("{name}@harbor.example")).collect();
        assert_eq!(names(&found), expected);
    }
    assert!(store.related_users(&added[4]).await.unwrap().is_empty());
}

async fn crowd(store: &dyn Store, count: u32) -> Vec<UserRow> {
    let rows: Vec<_> = (0..count).map(|n| user(&format!("p{n:03}@harbor.example"))).collect();
    let inserts = rows.iter().map(|row| Change::InsertUser(Box::new(row.clone()))).collect();
    apply(store, inserts).await.unwrap();
    rows
}

pub(in crate::store) async fn pages_follow_the_order_of_creation(store: Arc<dyn Store>) {
    let rows = crowd(&*store, 50).await;
    assert_eq!(names(&store.page(0, 2, Shown::Everything).await.unwrap()), names(&rows[..2]));
    assert_eq!(names(&store.page(30, 10, Shown::Everything).await.unwrap()), names(&rows[30..40]));
    assert_eq!(names(&store.page(45, 200, Shown::Everything).await.unwrap()), names(&rows[45..]));
    assert!(store.page(50, 10, Shown::Everything).await.unwrap().is_empty());
    assert!(store.page(u64::MAX, 10, Shown::Everything).await.unwrap().is_empty());
    assert!(store.page(0, 0, Shown::Everything).await.unwrap().is_empty());

    let all = store.scan(None, 100, Shown::Everything).await.unwrap();
    assert_eq!(names(&all), names(&rows));
    let rest = store.scan(Some(all[19].position), 5, Shown::Everything).await.unwrap();
    assert_eq!(names(&rest), names(&rows[20..25]));
}

pub(in crate::store) async fn a_walk_over_the_pages_skips_nobody_when_others_are_deleted(store: Arc<dyn Store>) {
    let rows = crowd(&*store, 60).await;
    let mut seen = Vec::new();
    for page in 0..6 {
        let found = store.page(page * 10, 10, Shown::Everything).await.unwrap();
        seen.extend(found.iter().map(|row| row.user.user_name.clone()));
        // Someone who was passed already goes, and someone new comes.
        let gone = rows[usize::try_from(page).unwrap()].user.id;
        let new = user(&format!("new{page}@harbor.example"));
        apply(&*store, vec![Change::DeleteUser(gone), Change::InsertUser(Box::new(new))]).await.unwrap();
    }
    assert_eq!(seen, names(&rows));
}

/// Whom a search in the language of the table finds, and how many in all.
async fn find(store: &dyn Store, search: &str, sort: UserSort) -> (u64, Vec<User>) {
    let filter = UserFilter::parse(search, START).unwrap();
    store.find_users(&UserSearch { filter, sort, limit: 1_000, ..UserSearch::default() }).await.unwrap()
}

fn initials(users: &[User]) -> String {
    users.iter().filter_map(|user| user.user_name.chars().next()).collect()
}

pub(in crate::store) async fn a_search_knows_no_case(store: Arc<dyn Store>) {
    let mut zoe = user("zoe@harbor.example");
    zoe.user.display_name = Some("Zoë ÜNAL".into());
    let mut ben = user("Ben_50%@harbor.example");
    ben.user.external_id = Some("00uABC".into());
    let people = add_users(&*store, vec![zoe, ben, user("cyd@harbor.example")]).await;
    let found = async |search: &str| {
        let (total, users) = find(&*store, search, UserSort::Created).await;
        assert_eq!(total, users.len() as u64);
        initials(&users)
    };
    assert_eq!(found("ünal").await, "z");
    assert_eq!(found("HARBOR").await, "zBc");
    assert_eq!(found("00Uabc").await, "B");
    assert_eq!(found("name:zoë external:abc").await, "");
    assert_eq!(found("name:ZOË").await, "z");
    assert_eq!(found("!user:zoe !external:00u").await, "c");
    // What SQL would take for wildcards are characters like others.
    assert_eq!(found("_50%").await, "B");
    assert_eq!(found("c_d").await, "");
    assert_eq!(found("nobody").await, "");

    let mut zoe = people[0].clone();
    zoe.user.display_name = Some("Zoë Adler".into());
    apply(&*store, vec![Change::UpdateUser(Box::new(zoe))]).await.unwrap();
    assert_eq!((found("ünal").await, found("adler").await), (String::new(), "z".to_owned()));
}

pub(in crate::store) async fn who_was_made_last_stands_last_whatever_place_they_took(store: Arc<dyn Store>) {
    let people = ["a", "b", "c"].map(|name| user(&format!("{name}@harbor.example")));
    let mut old = add_users(&*store, people.to_vec()).await.remove(0);
    let asked = [
        UserSearch { limit: 10, ..UserSearch::default() },
        // Asked with a filter, the order is kept and follows the changes.
        UserSearch { limit: 10, filter: UserFilter::default().and(Test::Active(true)), ..UserSearch::default() },
    ];
    for search in &asked {
        assert_eq!(initials(&store.find_users(search).await.unwrap().1), "abc");
    }
    // A changed e-mail address: a new account in the place of the old one, which is added with the time that it had.
    let mut new = user("d@harbor.example");
    new.user.id = old.user.id;
    new.user.created = START.plus_millis(9_000);
    old.user.id = UserId::new(START);
    apply(&*store, vec![Change::UpdateUser(Box::new(new)), Change::InsertUser(Box::new(old))]).await.unwrap();
    for search in &asked {
        assert_eq!(initials(&store.find_users(search).await.unwrap().1), "bcad");
        let newest = UserSearch { descending: true, ..search.clone() };
        assert_eq!(initials(&store.find_users(&newest).await.unwrap().1), "dacb");
    }
}

pub(in crate::store) async fn windows_are_sorted_and_counted(store: Arc<dyn Store>) {
    let person = |name: &str, role, active, modified| {
        let mut row = user(&format!("{name}@harbor.example"));
        row.user.role = role;
        row.user.active = active;
        row.user.last_modified = START.plus_millis(modified);
        row
    };
    let mut people = vec![
        person("c", Role::Viewer, true, 3),
        person("A", Role::Owner, true, 4),
        person("d", Role::Editor, false, 1),
        person("b", Role::Viewer, false, 2),
        person("e", Role::Owner, true, 3),
    ];
    people[0].user.role_source = RoleSource::Okta;
    people[1].user.role_source = RoleSource::Local;
    people[2].user.replaced_by = Some(people[4].user.id);
    for (place, (name, external)) in
        [("zoë", "2"), ("Ada", "10"), ("", "1"), ("Ada King", ""), ("adam", "3")].iter().enumerate()
    {
        people[place].user.display_name = (!name.is_empty()).then(|| (*name).to_owned());
        people[place].user.external_id = (!external.is_empty()).then(|| (*external).to_owned());
    }
    add_users(&*store, people).await;
    let window = async |search: UserSearch| {
        let (total, users) = store.find_users(&search).await.unwrap();
        (total, initials(&users))
    };
    let all = UserSearch { limit: 10, ..UserSearch::default() };
    for (sort, ascending) in [
        (UserSort::Created, "cAdbe"),
        (UserSort::UserName, "Abcde"),
        (UserSort::DisplayName, "Abecd"),
        (UserSort::Role, "Aedcb"),
        (UserSort::Source, "cAdbe"),
        (UserSort::Active, "cAebd"),
        (UserSort::LastModified, "dbceA"),
        (UserSort::ExternalId, "dAceb"),
    ] {
        let search = UserSearch { sort, ..all.clone() };
        assert_eq!(window(search.clone()).await, (5, ascending.to_owned()), "{sort}");
        let descending: String = ascending.chars().rev().collect();
        assert_eq!(window(UserSearch { descending: true, ..search }).await, (5, descending), "{sort} reversed");
    }
    let by_name = UserSearch { sort: UserSort::UserName, offset: 1, limit: 2, ..all.clone() };
    assert_eq!(window(by_name.clone()).await, (5, "bc".to_owned()));
    assert_eq!(window(UserSearch { descending: true, ..by_name }).await, (5, "dc".to_owned()));
    let filter = UserFilter::parse("harbor role:owner", START).unwrap();
    assert_eq!(window(UserSearch { filter, limit: 1, ..all.clone() }).await, (2, "A".to_owned()));
    assert_eq!(window(UserSearch { offset: u64::MAX, ..all.clone() }).await, (5, String::new()));
    assert_eq!(window(UserSearch { limit: 0, ..all }).await, (5, String::new()));
}

pub(in crate::store) async fn every_term_of_a_filter_is_looked_for(store: Arc<dyn Store>) {
    let mut people: Vec<UserRow> =
        ["ada", "ben", "cyd", "dan"].map(|name| user(&format!("{name}@harbor.example"))).into();
    people[0].user.role = Role::Owner;
    people[0].user.role_source = RoleSource::Okta;
    people[0].user.okta_role = Some(Role::Owner);
    people[1].user.role_source = RoleSource::Local;
    people[1].user.okta_role = Some(Role::Editor);
    people[2].user.active = false;
    people[2].user.created = START.plus_millis(-3_600_000);
    people[3].user.active = false;
    people[3].user.replaced_by = Some(people[0].user.id);
    people[3].user.last_modified = START.plus_millis(-90_000_000);
    let added = add_users(&*store, people).await;
    let groups = add_groups(&*store, vec![group("Harbor Crew"), group("Fleet")]).await;
    let (crew, fleet) = (groups[0].group.id, groups[1].group.id);
    let memberships = vec![
        Change::AddMembers(crew, vec![added[1].user.id.into()]),
        Change::AddMembers(fleet, vec![added[2].user.id.into(), crew.into()]),
    ];
    apply(&*store, memberships).await.unwrap();
    for (search, found) in [
        ("role:owner", "a"),
        ("!role:owner", "bcd"),
        ("source:local", "b"),
        ("source:default", "cd"),
        ("drift:yes", "b"),
        ("drift:no", "acd"),
        ("!drift:yes", "acd"),
        ("state:active", "ab"),
        ("state:inactive", "c"),
        ("state:replaced", "d"),
        ("!state:replaced !state:active", "c"),
        ("group:CREW", "b"),
        ("group:fleet", "bc"),
        ("!group:fleet", "ad"),
        ("group:fleet state:active", "b"),
        ("group:nowhere", ""),
        ("created:>59m", "c"),
        ("created:<30m", "abd"),
        ("changed:>1d", "d"),
        ("changed:<1d", "abc"),
    ] {
        for sort in UserSort::ALL {
            let (total, mut users) = find(&*store, search, sort).await;
            users.sort_by(|a, b| a.user_name.cmp(&b.user_name));
            assert_eq!((total, initials(&users)), (found.len() as u64, found.to_owned()), "{search} by {sort}");
        }
    }
    let active = UserFilter::default().and(Test::Active(false));
    let (total, _) = store.find_users(&UserSearch { filter: active, ..UserSearch::default() }).await.unwrap();
    assert_eq!(total, 2);

    // Who comes to a group or leaves it is seen at once, though no user changed.
    apply(&*store, vec![Change::RemoveMembers(crew, vec![added[1].user.id.into()])]).await.unwrap();
    assert_eq!(initials(&find(&*store, "group:fleet", UserSort::UserName).await.1), "c");
    apply(&*store, vec![Change::DeleteUser(added[2].user.id)]).await.unwrap();
    assert_eq!(initials(&find(&*store, "group:fleet", UserSort::UserName).await.1), "");
}

pub(in crate::store) async fn people_are_read_by_id_and_their_sessions_counted(store: Arc<dyn Store>) {
    let people = add_users(&*store, vec![user("ada@harbor.example"), user("ben@harbor.example")]).await;
    let ids = [people[1].user.id, UserId::new(START), people[0].user.id];
    let found = store.users(&ids).await.unwrap();
    assert_eq!(found, [people[1].user.clone(), people[0].user.clone()]);
    let sessions = ["laptop", "phone"].map(|device| Change::InsertSession(session(&people[0], device)));
    apply(&*store, sessions.into()).await.unwrap();
    assert_eq!(store.count_sessions(&ids, START).await.unwrap(), 2);
    assert_eq!(store.count_sessions(&ids[..1], START).await.unwrap(), 0);
    assert_eq!(store.count_sessions(&ids, START.plus_millis(3_600_000)).await.unwrap(), 0);
}
