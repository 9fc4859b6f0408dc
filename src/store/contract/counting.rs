//! Random histories against a simple model.

use std::{any::Any, collections::BTreeMap, sync::Arc};

use proptest::{prelude::*, test_runner::TestRunner};

use super::fixtures::{apply, names, user};
use crate::{
    model::{role::Role, user::UserCounts},
    store::{Change, Store, UserRow},
};

#[derive(Debug, Clone)]
enum Step {
    /// One job: what to do to which of a few people.
    Job(Vec<(u8, Deed)>),
}

#[derive(Debug, Clone, Copy)]
enum Deed {
    Insert { active: bool, role: Role },
    Update { active: bool, role: Role },
    Delete,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let standing = || (any::<bool>(), prop::sample::select(Role::ALL.to_vec()));
    let deed = prop_oneof![
        3 => standing().prop_map(|(active, role)| Deed::Insert { active, role }),
        3 => standing().prop_map(|(active, role)| Deed::Update { active, role }),
        1 => Just(Deed::Delete),
    ];
    let job = prop::collection::vec((0..6_u8, deed), 1..4).prop_map(Step::Job);
    prop::collection::vec(job, 1..30)
}

/// Whatever happens, failing jobs included, the counters say what a count of all users says.
pub(in crate::store) fn counters_equal_a_full_count<F, G>(open: impl Fn() -> F)
where
    F: Future<Output = (Arc<dyn Store>, G)>,
    G: Any,
{
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = ProptestConfig { cases: 24, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&steps(), |steps| {
            runtime.block_on(async {
                let (store, _home) = open().await;
                check(&*store, steps).await;
            });
            Ok(())
        })
        .unwrap();
}

async fn check(store: &dyn Store, steps: Vec<Step>) {
    let mut people: BTreeMap<u8, UserRow> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for Step::Job(deeds) in steps {
        let (mut after, mut after_order) = (people.clone(), order.clone());
        let mut changes = Vec::new();
        let mut sound = true;
        for (who, deed) in deeds {
            let name = format!("p{who}@harbor.example");
            match deed {
                Deed::Insert { active, role } => {
                    let mut row = user(&name);
                    (row.user.active, row.user.role) = (active, role);
                    changes.push(Change::InsertUser(Box::new(row.clone())));
                    sound &= after.insert(who, row).is_none();
                    after_order.push(name);
                }
                Deed::Update { active, role } => {
                    let mut row = after.get(&who).cloned().unwrap_or_else(|| user(&name));
                    (row.user.active, row.user.role) = (active, role);
                    changes.push(Change::UpdateUser(Box::new(row.clone())));
                    sound &= after.insert(who, row).is_some();
                }
                Deed::Delete => {
                    if let Some(row) = after.remove(&who) {
                        changes.push(Change::DeleteUser(row.user.id));
                    }
                    after_order.retain(|other| *other != name);
                }
            }
        }
        assert_eq!(apply(store, changes).await.is_ok(), sound);
        if sound {
            (people, order) = (after, after_order);
        }
    }
    let all = store.scan(None, 100).await.unwrap();
    assert_eq!(names(&all), order);
    let active = |role: Option<Role>| {
        let matching = all.iter().filter(|row| row.user.active && role.is_none_or(|role| row.user.role == role));
        matching.count() as u64
    };
    let counted = UserCounts {
        total: all.len() as u64,
        active: active(None),
        owners: active(Some(Role::Owner)),
        editors: active(Some(Role::Editor)),
        viewers: active(Some(Role::Viewer)),
    };
    assert_eq!(store.counts().await.unwrap(), counted);
    assert_eq!(people.len() as u64, counted.total);
}
