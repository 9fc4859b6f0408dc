//! One change of many people, and the way back: a few hundred at a time, each group of them in one transaction.

use std::collections::{HashMap, HashSet};

use crate::{
    directory::{
        by::By,
        local::{Refusal, carried_out, edited},
        role::{Standing, highest},
    },
    model::{
        id::UserId,
        role::RoleSource,
        time::Timestamp,
        user::{User, UserPatch},
        user_change::{Earlier, Outcome, PersonChanged, PutBack, UserChange},
    },
    store::{Decision, Key, Store, StoreError, Unread, UserRow, View},
};

/// The same as a patch of one person.
pub(super) const fn patch_of(change: UserChange) -> UserPatch {
    match change {
        UserChange::Role { role } => UserPatch { role: Some(role), active: None },
        UserChange::Deactivate => UserPatch { role: None, active: Some(false) },
        UserChange::Reactivate => UserPatch { role: None, active: Some(true) },
    }
}

/// Makes a change to each of these people in one transaction, and says of each what became of them, in this order. A
/// deactivation ends every session; the last active owner is left as one.
///
/// # Errors
/// The store failed; nothing was written.
pub async fn change(
    store: &dyn Store,
    by: By,
    ids: Vec<UserId>,
    change: UserChange,
    now: Timestamp,
) -> Result<Vec<PersonChanged>, StoreError> {
    let patch = patch_of(change);
    let keys = vec![Key::Users(ids.clone()), Key::ActiveOwners];
    by.decide(store, keys, move |view| {
        let successors = if patch.active == Some(true) { successors(view, &ids)? } else { HashSet::new() };
        each(view, &ids, now, |_, row| {
            let successor_is_here = row.user.replaced_by.is_some_and(|successor| successors.contains(&successor));
            edited(&row.user, &patch, successor_is_here).map_err(|refusal| refusal.to_string())
        })
    })
    .await
}

/// Puts people back as they were before a change, where they have not changed since.
///
/// # Errors
/// The store failed; nothing was written.
pub async fn restore(
    store: &dyn Store,
    by: By,
    people: Vec<PutBack>,
    now: Timestamp,
) -> Result<Vec<PersonChanged>, StoreError> {
    let ids: Vec<UserId> = people.iter().map(|person| person.id).collect();
    let keys = vec![Key::Users(ids.clone()), Key::ActiveOwners, Key::Workspace];
    by.decide(store, keys, move |view| {
        let successors = successors(view, &ids)?;
        let default = view.workspace()?.default_role;
        each(view, &ids, now, |place, row| {
            let Some(back) = people.get(place).filter(|back| back.version == row.user.version) else {
                return Err(format!("{} was changed meanwhile, and is left as it is", row.user.user_name));
            };
            let successor_is_here = row.user.replaced_by.is_some_and(|successor| successors.contains(&successor));
            match back.to {
                Earlier::Activity { active } => {
                    let patch = UserPatch { role: None, active: Some(active) };
                    edited(&row.user, &patch, successor_is_here).map_err(|refusal| refusal.to_string())
                }
                Earlier::Role { role, source } => {
                    let mut next = row.user.clone();
                    // Where the role came from is put back only if it still comes from there.
                    let holds = match source {
                        RoleSource::Okta => row.user.okta_role == Some(role),
                        RoleSource::Group => highest(&row.groups) == Some(role),
                        RoleSource::Default => default == role && highest(&row.groups).is_none(),
                        RoleSource::Local => true,
                    };
                    let source = if holds { source } else { RoleSource::Local };
                    Standing { role, source, okta: row.user.okta_role }.apply(&mut next);
                    Ok(next)
                }
            }
        })
    })
    .await
}

/// The accounts that replaced these people's and are still here.
fn successors(view: &View, ids: &[UserId]) -> Result<HashSet<UserId>, Unread> {
    let named: Vec<UserId> = view.users(ids)?.iter().filter_map(|row| row.user.replaced_by).collect();
    if named.is_empty() {
        return Ok(HashSet::new());
    }
    Ok(view.users(&named)?.iter().map(|row| row.user.id).collect())
}

/// Decides about each in turn: `next` gives somebody as they shall be, or why not; it is told their place, too.
fn each(
    view: &View,
    ids: &[UserId],
    now: Timestamp,
    mut next: impl FnMut(usize, &UserRow) -> Result<User, String>,
) -> Result<(Decision, Vec<PersonChanged>), Unread> {
    let rows: HashMap<UserId, &UserRow> = view.users(ids)?.iter().map(|row| (row.user.id, row)).collect();
    let mut owners = view.active_owners()?;
    let mut decision = Decision::default();
    let mut people = Vec::with_capacity(ids.len());
    let mut seen = HashSet::new();
    for (place, id) in ids.iter().enumerate() {
        if !seen.insert(*id) {
            // What was read of them would not be true any more, and the owners would be counted wrong.
            let name = rows.get(id).map_or_else(|| id.to_string(), |row| row.user.user_name.clone());
            let reason = format!("{name} is named twice in one change, and was dealt with the first time");
            people.push(PersonChanged { id: *id, name, outcome: Outcome::Refused { reason } });
            continue;
        }
        let Some(row) = rows.get(id) else {
            let reason = Refusal::Unknown(id.to_string()).to_string();
            people.push(PersonChanged { id: *id, name: id.to_string(), outcome: Outcome::Refused { reason } });
            continue;
        };
        let done = next(place, row)
            .and_then(|next| carried_out(row, next, &mut owners, now).map_err(|refusal| refusal.to_string()));
        let outcome = match done {
            Ok(Some((changes, user))) => {
                decision.changes.extend(changes);
                Outcome::Done { undo: PutBack { id: *id, version: user.version, to: earlier(&row.user, &user) } }
            }
            Ok(None) => Outcome::Unchanged,
            Err(reason) => Outcome::Refused { reason },
        };
        people.push(PersonChanged { id: *id, name: row.user.user_name.clone(), outcome });
    }
    Ok((decision, people))
}

const fn earlier(before: &User, after: &User) -> Earlier {
    if before.active != after.active {
        Earlier::Activity { active: before.active }
    } else {
        Earlier::Role { role: before.role, source: before.role_source }
    }
}
