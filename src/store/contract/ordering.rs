//! Searches and orders of the users table against a look at everybody, while people come, change and go: what a store
//! keeps of an answer may not outlive it.

use std::{any::Any, cmp::Reverse, sync::Arc};

use proptest::{prelude::*, test_runner::TestRunner};

use super::fixtures::{START, apply, user};
use crate::{
    model::{
        id::UserId,
        role::{Role, RoleSource},
        user::{User, UserSort},
        user_filter::{AccountState, DriftKind, Term, Test, UserFilter},
    },
    scim::fold::fold,
    store::{Change, RoleGiven, Shown, Store, UserPlace, UserRow, UserSearch},
};

/// What happens between two looks: one job.
#[derive(Debug, Clone)]
enum Deed {
    /// Somebody comes, or is changed when they are here.
    Put(Person),
    /// The one with this number gets a role.
    Give(u8, Role),
    /// The one with this number goes.
    Remove(u8),
    /// A job that fails after it changed somebody.
    Fail(u8),
}

#[derive(Debug, Clone)]
struct Person {
    who: u8,
    name: Option<String>,
    external: Option<String>,
    active: bool,
    role: Role,
    source: RoleSource,
    okta: Option<Role>,
    modified: i64,
}

fn person() -> impl Strategy<Value = Person> {
    let text = || prop::option::of(prop::sample::select(vec!["Ada", "ada k", "Zoë", "ben", "Ämne", "ada\nben"]));
    (
        0..12_u8,
        text(),
        text(),
        any::<bool>(),
        prop::sample::select(Role::ALL.to_vec()),
        prop::sample::select(RoleSource::ALL.to_vec()),
        prop::option::of(prop::sample::select(Role::ALL.to_vec())),
        0..4_i64,
    )
        .prop_map(|(who, name, external, active, role, source, okta, modified)| Person {
            who,
            name: name.map(str::to_owned),
            external: external.map(str::to_owned),
            active,
            role,
            source,
            okta,
            modified,
        })
}

fn deeds() -> impl Strategy<Value = Vec<Vec<Deed>>> {
    let deed = prop_oneof![
        8 => person().prop_map(Deed::Put),
        2 => (0..12_u8, prop::sample::select(Role::ALL.to_vec())).prop_map(|(who, role)| Deed::Give(who, role)),
        2 => (0..12_u8).prop_map(Deed::Remove),
        1 => (0..12_u8).prop_map(Deed::Fail),
    ];
    prop::collection::vec(prop::collection::vec(deed, 1..4), 1..12)
}

fn questions() -> impl Strategy<Value = Vec<(UserFilter, UserSort)>> {
    let test = prop_oneof![
        Just(Test::Words("ad".into())),
        Just(Test::Name("ZOË".into())),
        Just(Test::UserName("p1".into())),
        Just(Test::ExternalId("ben".into())),
        Just(Test::Drift(DriftKind::Any)),
        Just(Test::Orphan),
        Just(Test::State(AccountState::Inactive)),
        Just(Test::Active(true)),
        prop::sample::select(Role::ALL.to_vec()).prop_map(Test::Role),
        prop::sample::select(RoleSource::ALL.to_vec()).prop_map(Test::Source),
    ];
    let term = (any::<bool>(), test).prop_map(|(negated, test)| Term { negated, test });
    let filter = prop::collection::vec(term, 0..3).prop_map(|terms| UserFilter { terms });
    // Few enough that all their orders are kept, and one more.
    prop::collection::vec((filter, prop::sample::select(UserSort::ALL.to_vec())), 1..6)
}

fn matches(user: &User, filter: &UserFilter) -> bool {
    let has = |text: Option<&str>, part: &str| fold(text.unwrap_or_default()).contains(&fold(part));
    let (name, external) = (user.display_name.as_deref(), user.external_id.as_deref());
    filter.terms.iter().all(|term| {
        let holds = match &term.test {
            Test::Words(part) => has(Some(&user.user_name), part) || has(name, part) || has(external, part),
            Test::UserName(part) => has(Some(&user.user_name), part),
            Test::Name(part) => has(name, part),
            Test::ExternalId(part) => has(external, part),
            Test::Role(role) => user.role == *role,
            Test::Source(source) => user.role_source == *source,
            Test::State(AccountState::Inactive) => !user.active && user.replaced_by.is_none(),
            Test::Active(active) => user.active == *active,
            Test::Drift(drift) => user.drift().any() == (*drift == DriftKind::Any),
            Test::Orphan => user.is_orphan(),
            other => panic!("{other:?} is not asked here"),
        };
        holds != term.negated
    })
}

/// In the order of a column; `everybody` stands in order of creation, and a stable sort keeps that between equals.
fn sorted(mut everybody: Vec<User>, sort: UserSort) -> Vec<User> {
    let text = |text: &Option<String>| (text.is_none(), text.as_deref().map(fold));
    match sort {
        UserSort::Created => everybody.sort_by_key(|user| user.created),
        UserSort::UserName => everybody.sort_by_key(|user| fold(&user.user_name)),
        UserSort::DisplayName => everybody.sort_by_key(|user| text(&user.display_name)),
        UserSort::ExternalId => everybody.sort_by_key(|user| text(&user.external_id)),
        UserSort::Role => everybody.sort_by_key(|user| Reverse(user.role)),
        UserSort::Source => {
            everybody.sort_by_key(|user| RoleSource::ALL.iter().position(|source| *source == user.role_source));
        }
        UserSort::Active => everybody.sort_by_key(|user| (!user.active, user.replaced_by.is_some())),
        UserSort::LastModified => everybody.sort_by_key(|user| user.last_modified),
    }
    everybody
}

async fn perform(store: &dyn Store, deeds: &[Deed]) {
    let mut changes = Vec::new();
    let here = store.scan(None, 100, Shown::Everything).await.unwrap();
    let mut known: Vec<(String, UserId)> = here.into_iter().map(|row| (row.folded_name, row.user.id)).collect();
    for deed in deeds {
        let (Deed::Put(Person { who, .. }) | Deed::Give(who, _) | Deed::Remove(who) | Deed::Fail(who)) = deed;
        let name = format!("p{who}@harbor.example");
        let id = known.iter().find(|(known, _)| *known == name).map(|(_, id)| *id);
        match (deed, id) {
            (Deed::Put(person), id) => {
                let row = Box::new(row_of(person, &name, id));
                if id.is_none() {
                    known.push((name, row.user.id));
                }
                changes.push(if id.is_some() { Change::UpdateUser(row) } else { Change::InsertUser(row) });
            }
            (Deed::Give(_, role), Some(id)) => {
                changes.push(Change::GiveRoles(vec![RoleGiven { id, role: *role, source: RoleSource::Group }]));
            }
            (Deed::Remove(_), Some(id)) => {
                known.retain(|(_, known)| *known != id);
                changes.push(Change::DeleteUser(id));
            }
            (Deed::Fail(_), Some(id)) => {
                let nobody = Change::UpdateUser(Box::new(user("nobody@harbor.example")));
                apply(store, vec![Change::DeleteUser(id), nobody]).await.unwrap_err();
            }
            (_, None) => {}
        }
    }
    apply(store, changes).await.unwrap();
}

fn row_of(person: &Person, name: &str, id: Option<UserId>) -> UserRow {
    let mut row = user(name);
    let User { role, role_source, okta_role, active, display_name, external_id, last_modified, .. } = &mut row.user;
    (*role, *role_source, *okta_role, *active) = (person.role, person.source, person.okta, person.active);
    (*display_name, *external_id) = (person.name.clone(), person.external.clone());
    *last_modified = START.plus_millis(person.modified);
    row.user.id = id.unwrap_or(row.user.id);
    row
}

/// Whatever happens, failing jobs included, every window is the one that a look at everybody gives.
pub(in crate::store) fn orders_follow_every_change<F, G>(open: impl Fn() -> F)
where
    F: Future<Output = (Arc<dyn Store>, G)>,
    G: Any,
{
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = ProptestConfig { cases: 48, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&(deeds(), questions()), |(history, questions)| {
            runtime.block_on(async {
                let (store, _home) = open().await;
                for deeds in &history {
                    perform(&*store, deeds).await;
                    let everybody = store.scan(None, 100, Shown::Everything).await.unwrap();
                    let everybody: Vec<User> = everybody.into_iter().map(|row| row.user).collect();
                    for (filter, sort) in &questions {
                        check(&*store, &everybody, filter, *sort).await;
                    }
                }
            });
            Ok(())
        })
        .unwrap();
}

/// Everybody whom a walk meets, a few at a time; `between` acts after each few.
async fn walked<F: Future<Output = ()>>(
    store: &dyn Store,
    search: &UserSearch,
    mut between: impl FnMut(usize) -> F,
) -> Vec<User> {
    let (mut met, mut after): (Vec<User>, Option<UserPlace>) = (Vec::new(), None);
    for turn in 0.. {
        let walk = store.walk_users(search, after.as_ref()).await.unwrap();
        met.extend(walk.users);
        // As it goes out to a client and comes back.
        after = walk.next.map(|place| UserPlace::parse(&place.to_string(), search.sort).unwrap());
        if after.is_none() {
            break;
        }
        between(turn).await;
    }
    met
}

/// Who is there all along is met once, whoever comes and goes meanwhile, the one where the walk stands included.
pub(in crate::store) async fn a_walk_misses_nobody_who_stays(store: Arc<dyn Store>) {
    let rows: Vec<UserRow> = (0..9_u8)
        .map(|n| {
            let mut row = user(&format!("p{n}@harbor.example"));
            // The same name for several, and none for some.
            row.user.display_name = (n % 3 > 0).then(|| "Ada".to_owned());
            row.user.role = if n % 2 == 0 { Role::Editor } else { Role::Viewer };
            row
        })
        .collect();
    for sort in UserSort::ALL {
        for descending in [false, true] {
            let fill = rows.iter().map(|row| Change::InsertUser(Box::new(row.clone())));
            apply(&*store, fill.collect()).await.unwrap();
            let search = UserSearch { sort, descending, limit: 2, ..UserSearch::default() };
            let (_, before) = store.find_users(&UserSearch { limit: 100, ..search.clone() }).await.unwrap();
            let gone = [1, 2, 5].map(|place: usize| before[place].id);
            let met = walked(&*store, &search, |turn| {
                let (store, going) = (&store, gone.get(turn).copied());
                async move {
                    let mut new = user(&format!("a{turn}@harbor.example"));
                    new.user.display_name = Some("Aa".to_owned());
                    let leave = going.map(Change::DeleteUser);
                    let come = Change::InsertUser(Box::new(new));
                    apply(&**store, leave.into_iter().chain([come]).collect()).await.unwrap();
                }
            })
            .await;
            for stays in before.iter().filter(|one| !gone.contains(&one.id)) {
                let times = met.iter().filter(|one| one.id == stays.id).count();
                assert_eq!(times, 1, "{} by {sort}, descending {descending}", stays.user_name);
            }
            let all = store.scan(None, 100, Shown::Everything).await.unwrap();
            apply(&*store, all.iter().map(|row| Change::DeleteUser(row.user.id)).collect()).await.unwrap();
        }
    }
}

async fn check(store: &dyn Store, everybody: &[User], filter: &UserFilter, sort: UserSort) {
    let mut expected = sorted(everybody.iter().filter(|user| matches(user, filter)).cloned().collect(), sort);
    for descending in [false, true] {
        let search = UserSearch { filter: filter.clone(), sort, descending, offset: 1, limit: 5 };
        let (total, window) = store.find_users(&search).await.unwrap();
        assert_eq!(total, expected.len() as u64);
        assert_eq!(window, expected.iter().skip(1).take(5).cloned().collect::<Vec<_>>(), "{filter:?} by {sort}");
        let met = walked(store, &UserSearch { limit: 3, ..search }, |_| async {}).await;
        assert_eq!(met, expected, "walked, {filter:?} by {sort}");
        expected.reverse();
    }
}
