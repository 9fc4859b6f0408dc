//! What a change of a group does to the roles of its members, where the group is mapped to one. A role that Okta gave a
//! person directly wins over a mapped one, and of several mapped ones the highest wins.
//!
//! A group may have tens of thousands of members, and the writer does nothing else meanwhile. So the short rows alone are
//! read, and nothing but the roles is written.

use crate::{
    directory::role::Standing,
    model::{
        event::Change as Field,
        group::MemberKind,
        id::UserId,
        role::{Role, RoleSource},
    },
    store::{Change, MemberStanding, RoleGiven},
};

use super::Member;

/// A member whose role, or where it comes from, is another afterwards.
pub(super) struct Shift<'m> {
    /// How they stand now.
    pub member: &'m MemberStanding,
    /// The role afterwards.
    pub role: Role,
    /// Where it comes from then.
    pub source: RoleSource,
}

impl Shift<'_> {
    /// Whether it is another role, not the same one from elsewhere.
    pub fn is_another_role(&self) -> bool {
        self.member.role != self.role
    }
}

/// The users among members.
pub(super) fn users(members: &[Member]) -> Vec<UserId> {
    members.iter().filter(|(_, kind)| *kind == MemberKind::User).map(|(id, _)| UserId(id.0)).collect()
}

/// Who changes when these users are direct members of a group that is mapped to `role`, or are not (any more), or it is
/// mapped to none.
pub(super) fn shifts(members: &[MemberStanding], role: Option<Role>, default: Role) -> impl Iterator<Item = Shift<'_>> {
    members.iter().filter_map(move |member| {
        let now = Standing { role: member.role, source: member.source, okta: member.okta_role };
        let next = now.grouped(member.elsewhere.max(role), default);
        (next != now).then_some(Shift { member, role: next.role, source: next.source })
    })
}

/// What carries that out; nothing where nobody changes.
pub(super) fn given(shifts: &[Shift<'_>]) -> Option<Change> {
    let given = shifts.iter().map(|shift| RoleGiven { id: shift.member.id, role: shift.role, source: shift.source });
    (!shifts.is_empty()).then(|| Change::GiveRoles(given.collect()))
}

/// How an event tells of the roles that changed.
pub(super) fn fields(shifts: &[Shift<'_>]) -> impl Iterator<Item = Field> {
    shifts.iter().filter(|shift| shift.is_another_role()).map(|Shift { member, role, .. }| Field {
        path: format!("members[value eq \"{}\"].role", member.id),
        before: Some(format!("{} ({})", member.role, member.user_name).into()),
        after: Some(format!("{role} ({})", member.user_name).into()),
    })
}
