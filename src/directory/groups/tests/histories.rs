//! What holds after every step of any history of pushes, mappings, edits and departures.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::{
    model::role::{Role, RoleSource},
    store::Store,
};

#[derive(Debug, Clone)]
enum Step {
    Push { group: usize, members: Vec<usize> },
    Patch { group: usize, operations: Vec<(u8, Vec<usize>)> },
    Put { group: usize, members: Vec<usize> },
    Delete { group: usize },
    Map { group: usize, role: Option<Role> },
    Say { person: usize, role: Role },
    Edit { person: usize, role: Role },
    Switch { person: usize, active: bool },
    Rename { person: usize },
    Leave { person: usize },
}

const PEOPLE: usize = 5;
const GROUPS: usize = 4;

fn step() -> impl Strategy<Value = Step> {
    let group = || 0..GROUPS;
    let person = || 0..PEOPLE;
    // People first, then groups.
    let members = || prop::collection::vec(0..PEOPLE + GROUPS, 0..5);
    let role = || prop::sample::select(Role::ALL.to_vec());
    prop_oneof![
        3 => (group(), members()).prop_map(|(group, members)| Step::Push { group, members }),
        6 => (group(), prop::collection::vec((0_u8..3, members()), 1..4))
            .prop_map(|(group, operations)| Step::Patch { group, operations }),
        3 => (group(), members()).prop_map(|(group, members)| Step::Put { group, members }),
        1 => group().prop_map(|group| Step::Delete { group }),
        4 => (group(), prop::option::weighted(0.8, role())).prop_map(|(group, role)| Step::Map { group, role }),
        1 => (person(), role()).prop_map(|(person, role)| Step::Say { person, role }),
        1 => (person(), role()).prop_map(|(person, role)| Step::Edit { person, role }),
        2 => (person(), any::<bool>()).prop_map(|(person, active)| Step::Switch { person, active }),
        1 => person().prop_map(|person| Step::Rename { person }),
        1 => person().prop_map(|person| Step::Leave { person }),
    ]
}

/// A workspace with the ids of those who are, or were, in it.
struct History {
    room: Room,
    people: Vec<String>,
    groups: BTreeMap<usize, String>,
    steps: usize,
}

impl History {
    async fn new() -> Self {
        let room = Room::new();
        let mut people = Vec::new();
        for n in 0..PEOPLE {
            people.push(room.newcomer(&format!("p{n}")).await);
        }
        Self { room, people, groups: BTreeMap::new(), steps: 0 }
    }

    fn ids(&self, members: &[usize]) -> Vec<&str> {
        let id = |n: &usize| self.people.get(*n).or_else(|| self.groups.get(&(n - PEOPLE)));
        members.iter().filter_map(id).map(String::as_str).collect()
    }

    async fn take(&mut self, step: &Step) {
        self.steps += 1;
        let room = &self.room;
        let outcome = match step {
            Step::Push { group, members } => {
                let pushed = room.push_group(&format!("G{group}"), &self.ids(members)).await;
                assert_eq!(pushed.reply.status, if self.groups.contains_key(group) { 409 } else { 201 });
                if pushed.reply.status == 201 {
                    self.groups.insert(*group, id_of(&pushed));
                }
                return;
            }
            Step::Patch { group, operations } => {
                let Some(id) = self.groups.get(group) else { return };
                let operation = |(kind, members): &(u8, Vec<usize>)| {
                    let ids = self.ids(members);
                    match kind {
                        0 => vec![add(&ids)],
                        1 => ids.iter().map(|id| remove(id)).collect(),
                        _ => vec![replace(&ids)],
                    }
                };
                let operations: Vec<Value> = operations.iter().flat_map(operation).collect();
                if operations.is_empty() {
                    return;
                }
                room.patch_group(id, operations.into()).await
            }
            Step::Put { group: number, members } => {
                let Some(id) = self.groups.get(number) else { return };
                room.put_group(id, &group(&format!("G{number}"), &self.ids(members))).await
            }
            Step::Delete { group } => {
                let Some(id) = self.groups.remove(group) else { return };
                room.delete_group(&id, None).await
            }
            Step::Map { group, role } => {
                let Some(id) = self.groups.get(group) else { return };
                // Refused where it would demote the last owner.
                let _ = room.map(id, *role).await;
                return;
            }
            Step::Say { person, role } => {
                let roles = json!([{"op": "replace", "value": {"roles": [{"primary": true, "value": role.as_str()}]}}]);
                room.patch(&self.people[*person], roles).await
            }
            Step::Edit { person, role } => {
                let _ = room.edit(&self.people[*person], Some(*role), None).await;
                return;
            }
            Step::Switch { person, active } => room.switch(&self.people[*person], *active).await,
            Step::Rename { person } => {
                room.rename(&self.people[*person], &format!("n{}@harbor.example", self.steps)).await
            }
            Step::Leave { person } => {
                let gone = room.delete(&self.people[*person]).await;
                self.people[*person] = room.newcomer(&format!("new{}", self.steps)).await;
                gone
            }
        };
        assert!(matches!(outcome.reply.status, 200 | 204), "{step:?}: {outcome:?}");
    }

    /// The groups as they are shown.
    async fn shown(&self) -> BTreeMap<String, Value> {
        let mut shown = BTreeMap::new();
        for id in self.groups.values() {
            shown.insert(id.clone(), body(&self.room.get_group(id).await));
        }
        shown
    }

    async fn check(&self, before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>, step: &Step) {
        for (id, group) in after {
            let count = group["members"].as_array().unwrap().len() as u64;
            assert_eq!(self.room.group_row(id).await.members, count, "{step:?}");
            let Some(earlier) = before.get(id) else { continue };
            let content = |group: &Value| (group["displayName"].clone(), group["members"].clone());
            let same = content(group) == content(earlier);
            assert_eq!(same, group["meta"]["version"] == earlier["meta"]["version"], "{step:?}: a version says what");
            let later = group["meta"]["lastModified"].as_str() > earlier["meta"]["lastModified"].as_str();
            assert_eq!(same, !later, "{step:?}: and when");
        }
        for id in &self.people {
            let row = self.room.store.user(id.parse().unwrap()).await.unwrap().unwrap();
            let named = |group: &&Value| group["members"].as_array().unwrap().iter().any(|one| one["value"] == **id);
            let of = after.values().filter(named).map(|group| group["id"].as_str().unwrap().to_owned());
            let direct = row.groups.iter().filter(|group| group.direct);
            assert_eq!(of.collect::<BTreeSet<_>>(), direct.clone().map(|group| group.id.to_string()).collect());
            let (role, source) = (row.user.role, row.user.role_source);
            let expected = match direct.filter_map(|group| group.role).max() {
                Some(mapped) => (mapped, RoleSource::Group),
                None => (Role::Viewer, RoleSource::Default),
            };
            let said = matches!(source, RoleSource::Okta | RoleSource::Local);
            assert!(said || (role, source) == expected, "{step:?}: {role} ({source:?}) rather than {expected:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn versions_counts_and_roles_follow_from_who_is_in_which_group(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut history = History::new().await;
            let mut before = history.shown().await;
            for step in &steps {
                history.take(step).await;
                let after = history.shown().await;
                history.check(&before, &after, step).await;
                before = after;
            }
        });
    }
}
