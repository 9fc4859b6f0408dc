//! Settings > Role mapping: the role that a group gives to its direct members.

use crate::{
    directory::{
        by::By,
        groups::{Member, roles},
        local::Refusal,
    },
    model::{
        group::{Group, MappedGroup},
        id::GroupId,
        role::Role,
    },
    scim::fold::fold,
    store::{Change, Decision, GroupLookup, GroupRow, Key, Store, StoreError, Unread, View},
};

/// Maps a group to a role, or to none. The roles of its members change in the same transaction, but those that Okta gave
/// them directly and those that were set here. The representation of the group stays, and so does its version.
///
/// # Errors
/// The store failed; nothing was written. A refusal is in the inner result.
pub async fn map(
    store: &dyn Store,
    by: By,
    id: GroupId,
    role: Option<Role>,
) -> Result<Result<MappedGroup, Refusal>, StoreError> {
    let keys = vec![Key::Group(id), Key::Workspace, Key::ActiveOwners];
    by.decide(store, keys, move |view| {
        Ok(match judge(view, id, role)? {
            Ok((changes, mapped)) => (Decision { changes, event: None }, Ok(mapped)),
            Err(refusal) => (Decision::default(), Err(refusal)),
        })
    })
    .await
}

fn judge(view: &View, id: GroupId, role: Option<Role>) -> Result<Result<(Vec<Change>, MappedGroup), Refusal>, Unread> {
    let Some(row) = view.group(id)? else {
        return Ok(Err(Refusal::UnknownGroup(id.to_string())));
    };
    if row.group.role == role {
        return Ok(Ok((Vec::new(), MappedGroup { group: row.group.clone(), changed_users: 0 })));
    }
    let members: Vec<Member> = view.members_of(id)?.iter().map(|one| (one.id, one.kind)).collect();
    let rows = roles::changed(view, &roles::users(&members), id, role, view.workspace()?.default_role)?;
    let owners = |which: fn(&(_, _)) -> &crate::store::UserRow| {
        rows.iter().filter(|pair| which(pair).is_active_owner()).count() as u64
    };
    let (before, after) = (owners(|(before, _)| before), owners(|(_, after)| after));
    if let (true, Some((last, _))) = (
        before > 0 && view.active_owners()? + after <= before,
        rows.iter().find(|(before, _)| before.is_active_owner()),
    ) {
        return Ok(Err(Refusal::LastOwner(last.user.user_name.clone())));
    }
    let mut next = row.clone();
    next.group.role = role;
    let group: Group = next.group.clone();
    let changed_users = rows.iter().filter(|(before, after)| before.user.role != after.user.role).count() as u64;
    let mut changes = vec![Change::UpdateGroup(Box::new(next))];
    changes.extend(rows.into_iter().map(|(_, row)| Change::UpdateUser(Box::new(row))));
    Ok(Ok((changes, MappedGroup { group, changed_users })))
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
