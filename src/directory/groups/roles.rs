//! What a change of a group does to the roles of its members, where the group is mapped to one. A role that Okta gave a
//! person directly wins over a mapped one, and of several mapped ones the highest wins.

use crate::{
    directory::role::{Standing, highest},
    model::{
        event::Change as Field,
        group::MemberKind,
        id::{GroupId, UserId},
        role::Role,
    },
    store::{Membership, Unread, UserRow, View},
};

use super::Member;

/// The users among members.
pub(super) fn users(members: &[Member]) -> Vec<UserId> {
    members.iter().filter(|(_, kind)| *kind == MemberKind::User).map(|(id, _)| UserId(id.0)).collect()
}

/// The rows that change when these users are direct members of a group that is mapped to `role`, or are not (any more).
pub(super) fn changed(
    view: &View,
    users: &[UserId],
    group: GroupId,
    membership: Option<Role>,
    default: Role,
) -> Result<Vec<(UserRow, UserRow)>, Unread> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = Vec::new();
    for row in view.users(users)? {
        let mut groups: Vec<Membership> = row.groups.iter().filter(|one| one.id != group).cloned().collect();
        groups.extend(membership.map(|role| Membership {
            id: group,
            name: String::new(),
            role: Some(role),
            direct: true,
        }));
        let standing = Standing::of(&row.user).grouped(highest(&groups), default);
        if standing != Standing::of(&row.user) {
            let mut next = row.clone();
            standing.apply(&mut next.user);
            rows.push((row.clone(), next));
        }
    }
    Ok(rows)
}

/// How an event tells of the roles that changed.
pub(super) fn fields(rows: &[(UserRow, UserRow)]) -> impl Iterator<Item = Field> {
    rows.iter().filter(|(before, after)| before.user.role != after.user.role).map(|(before, after)| Field {
        path: format!("members[value eq \"{}\"].role", before.user.id),
        before: Some(format!("{} ({})", before.user.role, before.user.user_name).into()),
        after: Some(format!("{} ({})", after.user.role, after.user.user_name).into()),
    })
}
