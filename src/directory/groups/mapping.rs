//! Settings > Role mapping: the role that a group gives to its direct members.

use std::{cmp::Reverse, time::Duration};

use crate::{
    directory::{
        by::By,
        groups::roles::{self, Shift},
        local::Refusal,
    },
    model::{
        group::{Group, MappedGroup, MappingPreview, PersonShift, RoleShift},
        id::GroupId,
        role::{Role, RoleSource},
    },
    scim::fold::fold,
    store::{
        Change, Decision, GroupLookup, GroupRow, Key, MemberStanding, Position, Store, StoreError, Unread, View, decide,
    },
};

/// How many members get their role in one transaction. Whoever wants to write meanwhile, above all to end somebody's
/// access, waits for one of these at most.
const SLICE: u32 = if cfg!(test) { 2 } else { 1_000 };

/// Maps a group to a role, or to none. The roles of its members follow, but those that Okta gave them directly and those
/// that were set here. The representation of the group stays, and so does its version.
///
/// The mapping holds from its first transaction on: who joins or leaves then is treated by it, and owners who cease to be
/// ones have ceased. The other members follow a thousand at a time, and the store knows how far that has come:
/// should this end before it is done, [`settle`] goes on.
///
/// # Errors
/// The store failed; the group may be mapped, and its members be settled in part. A refusal is in the inner result.
pub async fn map(
    store: &dyn Store,
    by: By,
    id: GroupId,
    role: Option<Role>,
) -> Result<Result<MappedGroup, Refusal>, StoreError> {
    let mut mapped = match begin(store, by, id, role).await? {
        Ok(mapped) => mapped,
        Err(refusal) => return Ok(Err(refusal)),
    };
    mapped.changed_users += settle(store, id).await?;
    Ok(Ok(mapped))
}

/// The first transaction of [`map`].
pub(super) async fn begin(
    store: &dyn Store,
    by: By,
    id: GroupId,
    role: Option<Role>,
) -> Result<Result<MappedGroup, Refusal>, StoreError> {
    let keys = vec![Key::Group(id), Key::Workspace, Key::ActiveOwners, Key::MappableOwners(id)];
    by.decide(store, keys, move |view| {
        Ok(match judge(view, id, role)? {
            Ok((changes, mapped)) => (Decision { changes, event: None }, Ok(mapped)),
            Err(refusal) => (Decision::default(), Err(refusal)),
        })
    })
    .await
}

/// Goes on with a mapping until the roles of all members follow from it, and says how many people have another role by
/// that. While too much waits to be written it waits as well.
///
/// # Errors
/// The store failed; how far it came is kept.
pub async fn settle(store: &dyn Store, id: GroupId) -> Result<u64, StoreError> {
    let mut changed = 0;
    loop {
        let keys = vec![Key::Workspace, Key::Group(id), Key::Unsettled(id, SLICE)];
        match decide(store, keys, move |view| slice(view, id)).await {
            Ok(None) => return Ok(changed),
            Ok(Some(users)) => changed += users,
            Err(StoreError::Busy { retry_after_secs }) => {
                tokio::time::sleep(Duration::from_secs(retry_after_secs)).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// The next members' roles; nothing when all have theirs.
fn slice(view: &View, id: GroupId) -> Result<(Decision, Option<u64>), Unread> {
    let (Some(row), Some(members)) = (view.group(id)?, view.unsettled(id, SLICE)?) else {
        return Ok((Decision::default(), None));
    };
    let shifts: Vec<Shift<'_>> = roles::shifts(members, row.group.role, view.workspace()?.default_role).collect();
    let changed = shifts.iter().filter(|shift| shift.is_another_role()).count() as u64;
    let is_last = members.len() < SLICE as usize;
    let after = members.last().map(|member| member.position).filter(|_| !is_last);
    let mut changes = vec![Change::Settle(id, after)];
    changes.extend(roles::given(&shifts));
    Ok((Decision { changes, event: None }, Some(changed)))
}

fn judge(view: &View, id: GroupId, role: Option<Role>) -> Result<Result<(Vec<Change>, MappedGroup), Refusal>, Unread> {
    let Some(row) = view.group(id)? else {
        return Ok(Err(Refusal::UnknownGroup(id.to_string())));
    };
    if row.group.test {
        return Ok(Err(Refusal::TestGroup(row.group.display_name.clone())));
    }
    if row.group.role == role {
        return Ok(Ok((Vec::new(), MappedGroup { group: row.group.clone(), changed_users: 0 })));
    }
    // Owners go first and at once: nobody may count on one who is about to cease being one.
    let default = view.workspace()?.default_role;
    let shifts: Vec<Shift<'_>> = roles::shifts(view.mappable_owners(id)?, role, default).collect();
    if let Some(last) = last_owner(&shifts, view.active_owners()?) {
        return Ok(Err(Refusal::LastOwner(last.to_owned())));
    }
    let mut next = row.clone();
    next.group.role = role;
    let group: Group = next.group.clone();
    let changed_users = shifts.iter().filter(|shift| shift.is_another_role()).count() as u64;
    let mut changes = vec![Change::UpdateGroup(Box::new(next)), Change::Settle(id, Some(Position(0)))];
    changes.extend(roles::given(&shifts));
    Ok(Ok((changes, MappedGroup { group, changed_users })))
}

/// The name of an owner without whom nobody could administer the workspace any more, when roles change so and there are
/// so many active owners.
fn last_owner<'m>(shifts: &[Shift<'m>], active_owners: u64) -> Option<&'m str> {
    let active = || shifts.iter().filter(|shift| shift.member.active);
    let before = active().filter(|shift| shift.member.role == Role::Owner).count() as u64;
    let after = active().filter(|shift| shift.role == Role::Owner).count() as u64;
    let last = active().find(|shift| shift.member.role == Role::Owner)?;
    (active_owners + after <= before).then_some(&last.member.user_name)
}

/// What [`map`] would do, found out beside the writer.
///
/// # Errors
/// The store failed. An unknown group is in the inner result; a mapping that would be refused is a preview that says so.
pub async fn preview(
    store: &dyn Store,
    id: GroupId,
    role: Option<Role>,
) -> Result<Result<MappingPreview, Refusal>, StoreError> {
    let Some(row) = store.group(id).await? else { return Ok(Err(Refusal::UnknownGroup(id.to_string()))) };
    let (members, groups) = store.standings(id).await?;
    let default = store.workspace().await?.default_role;
    let owners = store.counts().await?.owners;
    Ok(Ok(foresee(row.group, role, &members, groups, default, owners)))
}

fn foresee(
    group: Group,
    role: Option<Role>,
    members: &[MemberStanding],
    groups: u64,
    default: Role,
    active_owners: u64,
) -> MappingPreview {
    let mut preview = MappingPreview {
        role,
        users: members.len() as u64,
        groups,
        changes: Vec::new(),
        first: Vec::new(),
        kept_okta: 0,
        kept_local: 0,
        refusal: None,
        group,
    };
    for member in members {
        match member.source {
            RoleSource::Okta => preview.kept_okta += 1,
            RoleSource::Local => preview.kept_local += 1,
            RoleSource::Group | RoleSource::Default => {}
        }
    }
    if preview.group.role == role {
        return preview;
    }
    if preview.group.test {
        preview.refusal = Some(Refusal::TestGroup(preview.group.display_name.clone()).to_string());
        return preview;
    }
    let shifts: Vec<Shift<'_>> = roles::shifts(members, role, default).collect();
    preview.refusal = last_owner(&shifts, active_owners).map(|last| Refusal::LastOwner(last.to_owned()).to_string());
    for shift in shifts.iter().filter(|shift| shift.is_another_role()) {
        let (from, to) = (shift.member.role, shift.role);
        match preview.changes.iter_mut().find(|shift| (shift.from, shift.to) == (from, to)) {
            Some(shift) => shift.users += 1,
            None => preview.changes.push(RoleShift { from, to, users: 1 }),
        }
        if preview.first.len() < MappingPreview::NAMED {
            let (id, user_name) = (shift.member.id, shift.member.user_name.clone());
            preview.first.push(PersonShift { id, user_name, from, to });
        }
    }
    preview.changes.sort_by_key(|shift| (Reverse(shift.to), Reverse(shift.from)));
    preview
}

/// The group with this name (without case), or else with this id.
///
/// # Errors
/// The store failed. An unknown group is in the inner result.
pub async fn find(store: &dyn Store, name_or_id: &str) -> Result<Result<GroupRow, Refusal>, StoreError> {
    if let Some(row) = store.lookup_groups(&GroupLookup::Name(fold(name_or_id)), 1).await?.pop() {
        return Ok(Ok(row));
    }
    let by_id = match name_or_id.parse() {
        Ok(id) => store.group(id).await?,
        Err(_) => None,
    };
    Ok(by_id.ok_or_else(|| Refusal::UnknownGroup(name_or_id.to_owned())))
}
