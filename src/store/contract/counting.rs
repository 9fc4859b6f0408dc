//! Random histories against a simple model.

use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use proptest::{prelude::*, test_runner::TestRunner};
use uuid::Uuid;

use super::fixtures::{apply, group, group_names, names, user};
use crate::{
    model::{
        id::{GroupId, ResourceId, UserId},
        role::{Role, RoleSource},
        user::{RoleSources, User, UserCounts},
    },
    store::{Change, Lookup, RoleGiven, Shown, Store, UserRow},
};

/// One job: what to do to which of a few people and groups.
type Step = Vec<Deed>;

#[derive(Debug, Clone)]
enum Deed {
    Insert { who: u8, standing: Standing },
    Update { who: u8, standing: Standing },
    Give { who: u8, role: Role, source: RoleSource },
    Delete { who: u8 },
    Found { group: u8 },
    Disband { group: u8 },
    Join { group: u8, members: Vec<Member> },
    Part { group: u8, members: Vec<Member> },
    Clear { group: u8 },
}

/// What is counted of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    active: bool,
    role: Role,
    source: RoleSource,
    okta: Option<Role>,
}

impl Standing {
    fn of(user: &User) -> Self {
        Self { active: user.active, role: user.role, source: user.role_source, okta: user.okta_role }
    }

    fn give(self, user: &mut User) {
        (user.active, user.role, user.role_source, user.okta_role) = (self.active, self.role, self.source, self.okta);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Member {
    Person(u8),
    Group(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (person, group) = (|| 0..6_u8, || 0..4_u8);
    let role = || prop::sample::select(Role::ALL.to_vec());
    let source = || prop::sample::select(RoleSource::ALL.to_vec());
    let standing = move || {
        (person(), any::<bool>(), role(), source(), prop::option::of(role()))
            .prop_map(|(who, active, role, source, okta)| (who, Standing { active, role, source, okta }))
    };
    let member = move || prop_oneof![2 => person().prop_map(Member::Person), 1 => group().prop_map(Member::Group)];
    let members = move || (group(), prop::collection::vec(member(), 1..5));
    let deed = prop_oneof![
        6 => standing().prop_map(|(who, standing)| Deed::Insert { who, standing }),
        4 => standing().prop_map(|(who, standing)| Deed::Update { who, standing }),
        3 => (person(), role(), source()).prop_map(|(who, role, source)| Deed::Give { who, role, source }),
        2 => person().prop_map(|who| Deed::Delete { who }),
        4 => group().prop_map(|group| Deed::Found { group }),
        1 => group().prop_map(|group| Deed::Disband { group }),
        6 => members().prop_map(|(group, members)| Deed::Join { group, members }),
        2 => members().prop_map(|(group, members)| Deed::Part { group, members }),
        1 => group().prop_map(|group| Deed::Clear { group }),
    ];
    prop::collection::vec(prop::collection::vec(deed, 1..4), 1..40)
}

/// What the store should hold.
#[derive(Debug, Clone, Default)]
struct World {
    people: BTreeMap<u8, (UserId, Standing)>,
    groups: BTreeMap<u8, (GroupId, BTreeSet<Member>)>,
    /// Names in order of creation.
    people_order: Vec<String>,
    group_order: Vec<String>,
}

fn name_of(who: u8) -> String {
    format!("p{who}@harbor.example")
}

fn group_name(group: u8) -> String {
    format!("Group {group}")
}

impl World {
    /// Does one deed, and says what to ask of the store for it and whether the store may do it.
    fn perform(&mut self, deed: &Deed) -> (Change, bool) {
        match deed {
            Deed::Insert { who, standing } => {
                let mut row = user(&name_of(*who));
                standing.give(&mut row.user);
                let sound = self.people.insert(*who, (row.user.id, *standing)).is_none();
                self.people_order.push(name_of(*who));
                (Change::InsertUser(Box::new(row)), sound)
            }
            Deed::Update { who, standing } => {
                let mut row = user(&name_of(*who));
                standing.give(&mut row.user);
                let known = self.people.get_mut(who);
                let sound = known.is_some();
                if let Some(known) = known {
                    row.user.id = known.0;
                    known.1 = *standing;
                }
                (Change::UpdateUser(Box::new(row)), sound)
            }
            Deed::Give { who, role, source } => {
                let (role, source) = (*role, *source);
                let known = self.people.get_mut(who).map(|(id, standing)| {
                    (standing.role, standing.source) = (role, source);
                    *id
                });
                let given = RoleGiven { id: known.unwrap_or(UserId(Uuid::nil())), role, source };
                (Change::GiveRoles(vec![given]), true)
            }
            Deed::Delete { who } => {
                let id = self.people.remove(who).map_or(UserId(Uuid::nil()), |(id, ..)| id);
                self.people_order.retain(|name| *name != name_of(*who));
                self.forget(Member::Person(*who));
                (Change::DeleteUser(id), true)
            }
            Deed::Found { group: number } => {
                let row = group(&group_name(*number));
                let sound = self.groups.insert(*number, (row.group.id, BTreeSet::new())).is_none();
                self.group_order.push(group_name(*number));
                (Change::InsertGroup(Box::new(row)), sound)
            }
            Deed::Disband { group } => {
                let id = self.group_id(*group);
                self.groups.remove(group);
                self.group_order.retain(|name| *name != group_name(*group));
                self.forget(Member::Group(*group));
                (Change::DeleteGroup(id), true)
            }
            Deed::Join { group, members } => {
                let change = Change::AddMembers(self.group_id(*group), self.ids(members));
                let known: Vec<_> = members.iter().copied().filter(|member| self.id(*member).is_some()).collect();
                let joined = self.groups.get_mut(group);
                let sound = joined.is_some();
                if let Some((_, joined)) = joined {
                    joined.extend(known);
                }
                (change, sound)
            }
            Deed::Part { group, members } => {
                let change = Change::RemoveMembers(self.group_id(*group), self.ids(members));
                if let Some((_, joined)) = self.groups.get_mut(group) {
                    joined.retain(|member| !members.contains(member));
                }
                (change, true)
            }
            Deed::Clear { group } => {
                if let Some((_, joined)) = self.groups.get_mut(group) {
                    joined.clear();
                }
                (Change::ClearMembers(self.group_id(*group)), true)
            }
        }
    }

    /// An id that nobody has stands for those who do not exist.
    fn group_id(&self, group: u8) -> GroupId {
        self.groups.get(&group).map_or(GroupId(Uuid::nil()), |(id, _)| *id)
    }

    fn forget(&mut self, gone: Member) {
        for (_, members) in self.groups.values_mut() {
            members.remove(&gone);
        }
    }

    fn id(&self, member: Member) -> Option<ResourceId> {
        match member {
            Member::Person(who) => self.people.get(&who).map(|(id, ..)| (*id).into()),
            Member::Group(group) => self.groups.get(&group).map(|(id, _)| (*id).into()),
        }
    }

    fn ids(&self, members: &[Member]) -> Vec<ResourceId> {
        members.iter().map(|member| self.id(*member).unwrap_or(ResourceId(Uuid::nil()))).collect()
    }

    /// Every group that somebody is in, by the definition: until nothing is added any more.
    fn groups_of(&self, who: u8) -> BTreeSet<u8> {
        let mut found = BTreeSet::new();
        loop {
            let more: BTreeSet<u8> = self
                .groups
                .iter()
                .filter(|(_, (_, members))| {
                    members.contains(&Member::Person(who))
                        || found.iter().any(|group| members.contains(&Member::Group(*group)))
                })
                .map(|(group, _)| *group)
                .collect();
            if more == found {
                return found;
            }
            found = more;
        }
    }
}

/// Whatever happens, failing jobs included, what is counted and what is derived from memberships equals what a look at
/// everything gives.
pub(in crate::store) fn counters_equal_a_full_count<F, G>(open: impl Fn() -> F)
where
    F: Future<Output = (Arc<dyn Store>, G)>,
    G: Any,
{
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = ProptestConfig { cases: 48, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&steps(), |steps| {
            runtime.block_on(async {
                let (store, _home) = open().await;
                let world = live(&*store, &steps).await;
                check_people(&*store, &world).await;
                check_groups(&*store, &world).await;
            });
            Ok(())
        })
        .unwrap();
}

async fn live(store: &dyn Store, steps: &[Step]) -> World {
    let mut world = World::default();
    for deeds in steps {
        let mut after = world.clone();
        let mut changes = Vec::new();
        let mut sound = true;
        for deed in deeds {
            let (change, fine) = after.perform(deed);
            changes.push(change);
            sound &= fine;
        }
        assert_eq!(apply(store, changes).await.is_ok(), sound);
        if sound {
            world = after;
        }
    }
    world
}

fn sources(all: &[UserRow]) -> RoleSources {
    let mut sources = RoleSources::default();
    for user in all.iter().map(|row| &row.user).filter(|user| user.active) {
        *sources.of_mut(user.role).of_mut(user.role_source) += 1;
    }
    sources
}

async fn check_people(store: &dyn Store, world: &World) {
    let all = store.scan(None, 100, Shown::Everything).await.unwrap();
    assert_eq!(names(&all), world.people_order);
    let active = |role: Option<Role>| {
        let matching = all.iter().filter(|row| row.user.active && role.is_none_or(|role| row.user.role == role));
        matching.count() as u64
    };
    let count = |of: fn(&User) -> bool| all.iter().filter(|row| of(&row.user)).count() as u64;
    let counted = UserCounts {
        total: all.len() as u64,
        active: active(None),
        owners: active(Some(Role::Owner)),
        editors: active(Some(Role::Editor)),
        viewers: active(Some(Role::Viewer)),
        sources: sources(&all),
        drifted: count(|user| user.drift().role),
        drifting: count(|user| user.drift().any()),
        drifted_active: count(|user| user.drift().active),
        drifted_names: count(|user| user.drift().name),
        orphans: count(User::is_orphan),
        failed_pushes: 0,
        test: 0,
    };
    assert_eq!(store.counts().await.unwrap(), counted);
    for (who, (id, standing)) in &world.people {
        let row = store.user(*id).await.unwrap().unwrap();
        assert_eq!(Standing::of(&row.user), *standing);
        let (direct, through): (Vec<_>, Vec<_>) = row.groups.iter().partition(|group| group.direct);
        let listed = |groups: Vec<&crate::store::Membership>| groups.into_iter().map(|group| group.id).collect();
        let expected = |direct: bool| {
            let mut order: Vec<_> = world.groups_of(*who).into_iter().collect();
            order.retain(|group| world.groups[group].1.contains(&Member::Person(*who)) == direct);
            order.sort_by_key(|group| world.group_order.iter().position(|name| *name == group_name(*group)));
            order.into_iter().map(|group| world.groups[&group].0).collect::<Vec<_>>()
        };
        assert_eq!((listed(direct), listed(through)), (expected(true), expected(false)));
    }
}

async fn check_groups(store: &dyn Store, world: &World) {
    let all = store.scan_groups(None, 100, Shown::Everything).await.unwrap();
    assert_eq!(group_names(&all), world.group_order);
    assert_eq!(store.group_count().await.unwrap(), all.len() as u64);
    for (number, (id, joined)) in &world.groups {
        let members = store.members(*id, None, 100).await.unwrap();
        let ids: BTreeSet<_> = members.iter().map(|member| member.id).collect();
        let expected = joined.iter().map(|member| world.id(*member).unwrap()).collect::<BTreeSet<_>>();
        assert_eq!((ids, members.len()), (expected, joined.len()));
        assert_eq!(store.group(*id).await.unwrap().unwrap().group.members, joined.len() as u64);
        let (people, groups) = store.standings(*id).await.unwrap();
        assert_eq!(people.len() as u64 + groups, joined.len() as u64);

        let inside = store.lookup(&Lookup::Group(*id), 100).await.unwrap();
        let members: BTreeSet<_> = world.people.keys().filter(|who| world.groups_of(**who).contains(number)).collect();
        let members: BTreeSet<_> = members.into_iter().map(|who| name_of(*who)).collect();
        let mut expected = world.people_order.clone();
        expected.retain(|name| members.contains(name));
        assert_eq!(names(&inside), expected);
    }
}
