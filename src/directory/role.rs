//! Which role is in force, and where it came from.

use crate::{
    model::{
        role::{Role, RoleSource},
        user::User,
    },
    store::Membership,
};

/// A role with its origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The role in force.
    pub role: Role,
    /// Where it came from.
    pub source: RoleSource,
    /// What Okta last pushed.
    pub okta: Option<Role>,
}

impl Standing {
    /// Of a new account: the role that was sent, or else the default.
    pub const fn of_new(sent: Option<Role>, default: Role) -> Self {
        match sent {
            Some(role) => Self { role, source: RoleSource::Okta, okta: Some(role) },
            None => Self { role: default, source: RoleSource::Default, okta: None },
        }
    }

    /// Of a user as stored.
    pub const fn of(user: &User) -> Self {
        Self { role: user.role, source: user.role_source, okta: user.okta_role }
    }

    /// After a write that carried this role, or none. The role that Okta pushed before changes nothing, so that a local
    /// edit outlives profile pushes; a different one is Okta's word and holds. None sent means unchanged.
    pub fn pushed(self, sent: Option<Role>) -> Self {
        match sent {
            Some(role) if self.okta != Some(role) => Self { role, source: RoleSource::Okta, okta: Some(role) },
            _ => self,
        }
    }

    /// After a local edit. Setting the very role that Okta pushed ends the drift: the role is Okta's again.
    pub fn edited(self, role: Role) -> Self {
        let source = if self.okta == Some(role) { RoleSource::Okta } else { RoleSource::Local };
        Self { role, source, okta: self.okta }
    }

    /// After a change of the groups that somebody is in: `mapped` is what [`highest`] makes of them. A role that Okta gave
    /// the person directly, or that was set here, wins over it.
    pub const fn grouped(self, mapped: Option<Role>, default: Role) -> Self {
        match (self.source, mapped) {
            (RoleSource::Okta | RoleSource::Local, _) | (RoleSource::Default, None) => self,
            (_, Some(role)) => Self { role, source: RoleSource::Group, okta: self.okta },
            (RoleSource::Group, None) => Self { role: default, source: RoleSource::Default, okta: self.okta },
        }
    }

    /// Writes this into a row.
    pub const fn apply(self, user: &mut User) {
        user.role = self.role;
        user.role_source = self.source;
        user.okta_role = self.okta;
    }
}

/// The highest role that the groups somebody is in are mapped to. Only direct members count: whoever maps a group sees
/// them, and nobody gains rights because one group was put into another.
pub fn highest(groups: &[Membership]) -> Option<Role> {
    groups.iter().filter(|group| group.direct).filter_map(|group| group.role).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{id::GroupId, time::Timestamp};

    #[test]
    fn of_several_mapped_groups_the_highest_wins_and_none_wins_over_a_direct_role() {
        let group = |role, direct| Membership {
            id: GroupId::new(Timestamp::from_millis(0)),
            name: "Editors".to_owned(),
            role,
            direct,
        };
        let groups = [
            group(Some(Role::Viewer), true),
            group(Some(Role::Editor), true),
            group(Some(Role::Owner), false),
            group(None, true),
        ];
        assert_eq!(highest(&groups), Some(Role::Editor));
        let nobody_said = Standing::of_new(None, Role::Viewer);
        let mapped = nobody_said.grouped(highest(&groups), Role::Viewer);
        assert_eq!((mapped.role, mapped.source), (Role::Editor, RoleSource::Group));
        assert_eq!(mapped.grouped(None, Role::Viewer), nobody_said, "out of the group again");
        let pushed = mapped.pushed(Some(Role::Viewer));
        assert_eq!((pushed.role, pushed.source), (Role::Viewer, RoleSource::Okta));
        assert_eq!(pushed.grouped(Some(Role::Owner), Role::Viewer), pushed);
        let edited = mapped.edited(Role::Owner);
        assert_eq!(edited.grouped(None, Role::Viewer), edited);
    }

    #[test]
    fn a_local_edit_holds_until_okta_pushes_a_different_role() {
        let pushed = Standing::of_new(Some(Role::Editor), Role::Viewer);
        let edited = pushed.edited(Role::Owner);
        assert_eq!(edited, Standing { role: Role::Owner, source: RoleSource::Local, okta: Some(Role::Editor) });
        assert_eq!(edited.pushed(Some(Role::Editor)), edited, "the same push again");
        assert_eq!(edited.pushed(None), edited, "a push without a role");
        assert_eq!(edited.pushed(Some(Role::Viewer)), Standing::of_new(Some(Role::Viewer), Role::Viewer));
    }

    #[test]
    fn without_a_role_the_default_holds() {
        let standing = Standing::of_new(None, Role::Viewer);
        assert_eq!((standing.role, standing.source), (Role::Viewer, RoleSource::Default));
        assert_eq!(standing.pushed(Some(Role::Viewer)).source, RoleSource::Okta);
    }

    #[test]
    fn editing_back_to_oktas_role_ends_the_drift() {
        let standing = Standing::of_new(Some(Role::Editor), Role::Viewer).edited(Role::Owner).edited(Role::Editor);
        assert_eq!(standing.source, RoleSource::Okta);
    }
}
