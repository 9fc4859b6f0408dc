//! Which role is in force, and where it came from.

use crate::model::{
    role::{Role, RoleSource},
    user::User,
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

    /// Writes this into a row.
    pub const fn apply(self, user: &mut User) {
        user.role = self.role;
        user.role_source = self.source;
        user.okta_role = self.okta;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
