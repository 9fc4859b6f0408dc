//! Settings > Role mapping: the role that a group gives to its direct members.

use std::cmp::Reverse;

use crate::{
    directory::{
        by::By,
        groups::{Member, roles},
        local::Refusal,
        role::Standing,
    },
    model::{
        group::{Group, MappedGroup, MappingPreview, PersonShift, RoleShift},
        id::GroupId,
        role::{Role, RoleSource},
    },
    scim::fold::fold,
    store::{Change, Decision, GroupLookup, GroupRow, Key, MemberStanding, Store, StoreError, Unread, View},
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
        leaves_no_owner(view.active_owners()?, before, after),
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

/// Whether nobody could administer the workspace any more, when of its active owners so many of those whose role changes
/// were owners before and so many are after.
const fn leaves_no_owner(active_owners: u64, before: u64, after: u64) -> bool {
    before > 0 && active_owners + after <= before
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
    let (mut before, mut after, mut last) = (0, 0, None);
    for member in members {
        let now = Standing { role: member.role, source: member.source, okta: member.okta_role };
        match member.source {
            RoleSource::Okta => preview.kept_okta += 1,
            RoleSource::Local => preview.kept_local += 1,
            RoleSource::Group | RoleSource::Default => {}
        }
        let (from, to) = (now.role, now.grouped(member.elsewhere.max(role), default).role);
        if from == to || preview.group.role == role {
            continue;
        }
        match preview.changes.iter_mut().find(|shift| (shift.from, shift.to) == (from, to)) {
            Some(shift) => shift.users += 1,
            None => preview.changes.push(RoleShift { from, to, users: 1 }),
        }
        if preview.first.len() < MappingPreview::NAMED {
            preview.first.push(PersonShift { id: member.id, user_name: member.user_name.clone(), from, to });
        }
        if member.active && from == Role::Owner {
            before += 1;
            last.get_or_insert(&member.user_name);
        }
        after += u64::from(member.active && to == Role::Owner);
    }
    preview.changes.sort_by_key(|shift| (Reverse(shift.to), Reverse(shift.from)));
    if let (true, Some(last)) = (leaves_no_owner(active_owners, before, after), last) {
        preview.refusal = Some(Refusal::LastOwner(last.clone()).to_string());
    }
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
