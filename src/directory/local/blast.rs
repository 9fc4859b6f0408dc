//! The blast radius of a change: what it would do to whom, before it is made. Nothing is written, so nobody waits for
//! it; who changes between this and the change is judged again then.

use std::collections::HashSet;

use crate::{
    directory::local::{Refusal, edited, many::patch_of, owners_after},
    model::{
        id::UserId,
        role::{Role, RoleSource},
        time::Timestamp,
        user::{User, UserCounts},
        user_change::{BlastRadius, MOST_CHANGED, NAMED, UserChange},
        user_filter::UserFilter,
    },
    store::{RoleLoss, Store, StoreError, UserSearch},
};

/// A change of more people than one may be about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is about {0} people, and one change is about at most {MOST_CHANGED}: narrow the filter, or mark fewer")]
pub struct TooMany(pub u64);

/// Of whom: as selected, but for the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The people with these ids.
    Ids(Vec<UserId>),
    /// Everybody who matches.
    Matching(UserFilter),
}

/// What a change would do. The people who would be changed are those of this moment, each once.
///
/// # Errors
/// The store failed. Too many people are in the inner result.
pub async fn blast_radius(
    store: &dyn Store,
    who: Who,
    change: UserChange,
    now: Timestamp,
) -> Result<Result<BlastRadius, TooMany>, StoreError> {
    let (people, users) = match who {
        Who::Ids(mut ids) => {
            let mut seen = HashSet::new();
            ids.retain(|id| seen.insert(*id));
            let people = ids.len() as u64;
            if ids.len() > MOST_CHANGED {
                return Ok(Err(TooMany(people)));
            }
            (people, store.users(&ids).await?)
        }
        Who::Matching(filter) => {
            let limit = u32::try_from(MOST_CHANGED).unwrap_or(u32::MAX);
            let (people, users) = store.find_users(&UserSearch { filter, limit, ..UserSearch::default() }).await?;
            if people > u64::from(limit) {
                return Ok(Err(TooMany(people)));
            }
            (people, users)
        }
    };
    let successors: Vec<UserId> = users.iter().filter_map(|user| user.replaced_by).collect();
    let successors: HashSet<UserId> = store.users(&successors).await?.into_iter().map(|user| user.id).collect();
    let (mut radius, losses) = measured(people, &users, change, &successors, store.counts().await?);
    let ending = if change == UserChange::Deactivate { radius.ids.as_slice() } else { &[] };
    radius.sessions = store.count_sessions(ending, now).await?;
    let left = store.left_without(&losses).await?;
    (radius.left_without_count, radius.groups_unseen) = (left.groups.len() as u64, left.unseen);
    radius.left_without = left.groups.into_iter().take(NAMED).map(|group| (group.name, group.role)).collect();
    Ok(Ok(radius))
}

fn measured(
    people: u64,
    users: &[User],
    change: UserChange,
    successors: &HashSet<UserId>,
    before: UserCounts,
) -> (BlastRadius, Vec<RoleLoss>) {
    let patch = patch_of(change);
    let impossible = people.saturating_sub(users.len() as u64);
    let mut radius = BlastRadius { people, impossible, before, after: before, ..BlastRadius::default() };
    let mut losses = Vec::new();
    let mut changed: Vec<&User> = Vec::new();
    for user in users {
        let successor_is_here = user.replaced_by.is_some_and(|successor| successors.contains(&successor));
        let next = match edited(user, &patch, successor_is_here) {
            Ok(next) if next == *user => {
                radius.unchanged += 1;
                continue;
            }
            Ok(next) => next,
            Err(_) => {
                radius.impossible += 1;
                continue;
            }
        };
        match owners_after(user, &next, radius.after.owners) {
            Ok(_) => {
                count(&mut radius.after, user, false);
                count(&mut radius.after, &next, true);
                losses.extend(loss(user, &next));
                radius.drifting += u64::from(next.drift().role);
                changed.push(user);
            }
            Err(refusal @ Refusal::LastOwner(_)) => radius.problem = Some(refusal.to_string()),
            Err(_) => radius.impossible += 1,
        }
    }
    let of = |is: &dyn Fn(&User) -> bool| changed.iter().filter(|user| is(user)).count() as u64;
    radius.roles = Role::ALL.map(|role| (role, of(&|user| user.role == role))).into();
    radius.sources = RoleSource::ALL.map(|source| (source, of(&|user| user.role_source == source))).into();
    radius.roles.retain(|(_, count)| *count > 0);
    radius.sources.retain(|(_, count)| *count > 0);
    radius.active = of(&|user| user.active);
    radius.from_okta = of(&|user| user.external_id.is_some());
    let owners: HashSet<UserId> = losses.iter().filter(|loss| loss.before == Role::Owner).map(|loss| loss.id).collect();
    radius.owners_lost_count = owners.len() as u64;
    let lost = changed.iter().filter(|user| owners.contains(&user.id));
    radius.owners_lost = lost.take(NAMED).map(|user| user.user_name.clone()).collect();
    radius.names = changed.iter().take(NAMED).map(|user| user.user_name.clone()).collect();
    radius.ids = changed.iter().map(|user| user.id).collect();
    (radius, losses)
}

/// The rights that somebody who can log in would lose.
fn loss(before: &User, after: &User) -> Option<RoleLoss> {
    let loss = RoleLoss { id: before.id, before: before.role, after: after.active.then_some(after.role) };
    (before.active && loss.after < Some(before.role)).then_some(loss)
}

/// Counts somebody in or out.
fn count(counts: &mut UserCounts, user: &User, is_in: bool) {
    let change = |of: &mut u64| *of = if is_in { *of + 1 } else { of.saturating_sub(1) };
    if user.test {
        return;
    }
    if user.active {
        counts.of_active(user.role, user.role_source, user.drift().role).for_each(change);
    }
    counts.of_okta(user.drift(), user.is_orphan()).for_each(change);
}
