//! What can be played: the life of people in an app that is set up as it should be, and the mistakes of its admin.

use std::{fmt, str::FromStr};

use super::{App, Mistake, setup::Setup, steps::Step};
use crate::model::workspace::ParseSettingError;

/// What happens to the people of a run. Every scenario opens with the credential test, works on an empty and on a
/// populated server, and reads each account back after each step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Scenario {
    /// Test API Credentials, and no more.
    CredentialTest,
    /// Everybody is assigned: looked up, then created, or linked when already there.
    #[default]
    Onboarding,
    /// Everybody gets a new title, every third a new family name.
    ProfileUpdate,
    /// Everybody gets a new password, with password sync on: sent alone by a catalogue app, with the profile by one of
    /// the wizard. A service may drop it.
    PasswordSync,
    /// Everybody gets another "Common Room Role".
    RoleChange,
    /// Everybody leaves.
    Offboarding,
    /// Everybody leaves and comes back: one half found by the lookup, the other created with the same `externalId`.
    Return,
    /// Everybody gets a new address: one half by PUT to the stored id, the other by deactivation and a new account
    /// with the same `externalId`.
    EmailChange,
    /// The groups of these people are pushed: by name, their members, a rename, Push now, an empty one, unlinked with
    /// deletion.
    GroupPush,
    /// Import Now: all people and groups, page after page.
    Import,
    /// Entitlement Management is switched on: Okta asks which kinds of resource there are, and for the roles there are.
    Entitlements,
    /// All of it in the order of a life: onboarding, profile update, password, role change, e-mail change, off-boarding,
    /// return; then group push, import and entitlements. The first person is the owner and stays.
    Full,
    /// An admin's mistake, and everything else as it should be.
    Misconfigured(&'static Mistake),
}

impl Scenario {
    /// Every scenario of an app that is set up as it should be. The others are [`Mistake::ALL`].
    pub const ALL: [Self; 12] = [
        Self::CredentialTest,
        Self::Onboarding,
        Self::ProfileUpdate,
        Self::PasswordSync,
        Self::RoleChange,
        Self::Offboarding,
        Self::Return,
        Self::EmailChange,
        Self::GroupPush,
        Self::Import,
        Self::Entitlements,
        Self::Full,
    ];

    /// The spelling on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CredentialTest => "credential-test",
            Self::Onboarding => "onboarding",
            Self::ProfileUpdate => "profile-update",
            Self::PasswordSync => "password-sync",
            Self::RoleChange => "role-change",
            Self::Offboarding => "offboarding",
            Self::Return => "return",
            Self::EmailChange => "email-change",
            Self::GroupPush => "group-push",
            Self::Import => "import",
            Self::Entitlements => "entitlements",
            Self::Full => "full",
            Self::Misconfigured(mistake) => mistake.name,
        }
    }

    /// What happens, in a sentence.
    pub const fn what(self) -> &'static str {
        match self {
            Self::CredentialTest => "Test API Credentials, and no more.",
            Self::Onboarding => "Everybody is assigned: looked up, then created, or linked when already there.",
            Self::ProfileUpdate => "Everybody gets a new title, every third a new family name.",
            Self::PasswordSync => "Everybody gets a new password, which the service may drop.",
            Self::RoleChange => "Everybody gets another Common Room Role.",
            Self::Offboarding => "Everybody leaves.",
            Self::Return => "Everybody leaves and comes back, found by the lookup or created anew.",
            Self::EmailChange => "Everybody gets a new address, by a PUT or by deactivation and a new account.",
            Self::GroupPush => "Groups are pushed: members, a rename, Push now, an empty one, unlinked with deletion.",
            Self::Import => "Import Now: all people and groups, page after page.",
            Self::Entitlements => "Entitlement Management is switched on: Okta asks for the roles there are.",
            Self::Full => "All of the above in the order of a life; the first person is the owner and stays.",
            Self::Misconfigured(mistake) => mistake.what,
        }
    }

    /// About how many requests it takes with so many people whom the service does not know yet; none of a mistake, where
    /// it hangs on what is refused.
    pub fn about(self, app: App, people: u32) -> Option<u64> {
        const TEST: u64 = 1;
        const IMPORT: u64 = 2;
        const ENTITLEMENTS: u64 = 3;
        let groups = if app == App::Wizard { 21 } else { 18 };
        let of_person = |index: u64| self.steps_of(index).iter().map(|step| step.requests(app, index)).sum::<u64>();
        let more = match self {
            Self::Misconfigured(_) => return None,
            Self::GroupPush => groups,
            Self::Import => IMPORT,
            Self::Entitlements => ENTITLEMENTS,
            Self::Full => groups + IMPORT + ENTITLEMENTS,
            // Who comes back in a whole life has left before.
            Self::Return => u64::from(people) * (Step::Offboard.requests(app, 0) - 1),
            _ => 0,
        };
        Some(TEST + (0..people.into()).map(of_person).sum::<u64>() + more)
    }

    pub(super) const fn steps(self) -> &'static [Step] {
        match self {
            Self::CredentialTest | Self::Import | Self::Entitlements | Self::Misconfigured(_) => &[],
            Self::Onboarding => &[Step::Onboard],
            Self::ProfileUpdate => &[Step::Find, Step::ProfileUpdate],
            Self::PasswordSync => &[Step::Find, Step::PasswordSync],
            Self::RoleChange => &[Step::Find, Step::RoleChange],
            Self::Offboarding => &[Step::Find, Step::Offboard],
            Self::Return => &[Step::Find, Step::Return],
            Self::EmailChange => &[Step::Find, Step::EmailChange],
            Self::GroupPush => &[Step::Find],
            Self::Full => &[
                Step::Onboard,
                Step::ProfileUpdate,
                Step::PasswordSync,
                Step::RoleChange,
                Step::EmailChange,
                Step::Offboard,
                Step::Return,
            ],
        }
    }

    /// The steps of person number `index`: without an owner a workspace is not as it should be.
    pub(super) const fn steps_of(self, index: u64) -> &'static [Step] {
        match self {
            Self::Full if index == 0 => &[Step::Onboard, Step::ProfileUpdate, Step::PasswordSync],
            _ => self.steps(),
        }
    }

    pub(super) const fn setup(self) -> Setup {
        match self {
            Self::Misconfigured(mistake) => mistake.setup,
            _ => Setup::RIGHT,
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Scenario {
    type Err = ParseSettingError;

    fn from_str(text: &str) -> Result<Self, ParseSettingError> {
        let mistake = || Mistake::named(text).map(Self::Misconfigured);
        Self::ALL.into_iter().find(|scenario| scenario.as_str() == text).or_else(mistake).ok_or_else(|| {
            ParseSettingError {
                setting: "scenario",
                given: text.to_owned(),
                allowed: format!("{}, or a mistake, which --list names", Self::ALL.map(Self::as_str).join(", ")),
            }
        })
    }
}
