//! Each of the workspace's settings: its value, what it means, what it can be.

use std::collections::BTreeSet;

use crate::{
    dashboard::text,
    model::{
        compatibility::Compatibility,
        public_url::{self, PublicUrl},
        role::Role,
        workspace::{EmailChange, Plan, UnknownMembers, UserNamePolicy, Workspace, WorkspacePatch},
    },
};

/// A setting of the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Setting {
    /// What people call it.
    Name,
    /// The plan.
    Plan,
    /// The role of those for whom nobody says another.
    DefaultRole,
    /// What a changed e-mail address means.
    EmailChange,
    /// Which user names are accepted.
    UserName,
    /// What an unknown member of a group means.
    UnknownMembers,
    /// Compatibility steps switched off.
    Strict,
    /// Where Okta reaches the service.
    PublicUrl,
    /// For how long events are kept.
    RetentionDays,
    /// How much room they may take.
    RetentionMib,
}

/// A value to choose, in the spelling of the settings, and what it means.
pub type Choice = (&'static str, &'static str);

impl Setting {
    /// Every setting, in the order of the page.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Plan,
        Self::DefaultRole,
        Self::EmailChange,
        Self::UserName,
        Self::UnknownMembers,
        Self::Strict,
        Self::PublicUrl,
        Self::RetentionDays,
        Self::RetentionMib,
    ];

    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Plan => "Plan",
            Self::DefaultRole => "Default role",
            Self::EmailChange => "E-mail change",
            Self::UserName => "User names",
            Self::UnknownMembers => "Unknown members",
            Self::Strict => "Strict",
            Self::PublicUrl => "Public URL",
            Self::RetentionDays => "Keep events, days",
            Self::RetentionMib => "Keep events, MiB",
        }
    }

    /// Its value as text; empty where nothing is set.
    pub fn value(self, workspace: &Workspace) -> String {
        match self {
            Self::Name => workspace.name.clone(),
            Self::Plan => workspace.plan.to_string(),
            Self::DefaultRole => workspace.default_role.to_string(),
            Self::EmailChange => workspace.email_change.to_string(),
            Self::UserName => workspace.user_name.to_string(),
            Self::UnknownMembers => workspace.unknown_members.to_string(),
            Self::Strict => workspace.strict.iter().map(|step| step.as_str()).collect::<Vec<_>>().join(", "),
            Self::PublicUrl => workspace.public_url.clone().unwrap_or_default(),
            Self::RetentionDays => workspace.retention_days.to_string(),
            Self::RetentionMib => workspace.retention_mib.to_string(),
        }
    }

    /// The values it can have, where they are few.
    pub const fn choices(self) -> &'static [Choice] {
        match self {
            Self::Plan => &[
                ("enterprise", "Okta can provision users by SCIM."),
                ("team", "No SCIM: Okta's requests are refused with 403 and a sentence that says why."),
                ("free", "No SCIM: Okta's requests are refused with 403 and a sentence that says why."),
            ],
            Self::DefaultRole => &[
                ("viewer", "Whoever comes without a role from Okta or a group is a viewer."),
                ("editor", "Whoever comes without a role from Okta or a group is an editor."),
                ("owner", "Whoever comes without a role from Okta or a group is an owner and may change everything."),
            ],
            Self::EmailChange => &[
                (
                    "new-account",
                    "A new account under the known id; the old one is kept, deactivated, and joined to it.",
                ),
                ("rename", "The same account under its new name."),
                ("refuse", "Refused, and the answer tells Okta's admin why."),
            ],
            Self::UserName => &[
                ("email", "Only e-mail addresses are taken; Okta: Application username format = Email."),
                ("any", "Any name is taken, for identity providers that use others."),
            ],
            Self::UnknownMembers => &[
                ("refuse", "A pushed group that names somebody unknown here is refused, and the answer says whom."),
                ("ignore", "Members unknown here are passed over; the others join."),
            ],
            Self::Name | Self::Strict | Self::PublicUrl | Self::RetentionDays | Self::RetentionMib => &[],
        }
    }

    /// What its value means, in a sentence.
    pub fn meaning(self, workspace: &Workspace) -> String {
        let value = self.value(workspace);
        match self {
            Self::Name => "What people call this workspace; it stands in the top bar.".to_owned(),
            Self::Strict if workspace.strict.is_empty() => {
                "Every step that puts right what clients send in their own way is on.".to_owned()
            }
            Self::Strict => "These steps are off: a request that would need one is refused and says so.".to_owned(),
            Self::PublicUrl if value.is_empty() => {
                "Not set: Okta needs an https address; until then the address of the socket is shown.".to_owned()
            }
            Self::PublicUrl => for_okta(&value),
            Self::RetentionDays => {
                format!(
                    "Events older than {} are forgotten.",
                    text::plural(workspace.retention_days.into(), "day", "days")
                )
            }
            Self::RetentionMib => {
                format!("When events take more than {value} MiB, the oldest are forgotten.")
            }
            _ => self
                .choices()
                .iter()
                .find(|(own, _)| *own == value)
                .map_or(String::new(), |(_, words)| (*words).to_owned()),
        }
    }

    /// What to know before changing it.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Name => "1 to 100 characters.",
            Self::Strict => {
                "Names of steps with commas between them, or all; empty switches every step on. The README names them."
            }
            Self::PublicUrl => "Such as https://room.harbor.example; /scim/v2 is appended. Empty removes it.",
            Self::RetentionDays => "1 to 3650. What is older is forgotten at once and for good.",
            Self::RetentionMib => "16 to 1048576. What does not fit is forgotten at once and for good.",
            Self::DefaultRole => "Who has the default role already keeps what they have.",
            Self::Plan | Self::EmailChange | Self::UserName | Self::UnknownMembers => {
                "It holds from the next request on."
            }
        }
    }

    /// What to know of a value while it is typed.
    pub fn advice_on(self, typed: &str) -> String {
        match (self, typed.parse::<PublicUrl>()) {
            (Self::PublicUrl, Ok(url)) => for_okta(url.as_str()),
            _ => self.advice().to_owned(),
        }
    }

    /// The change that gives it this value.
    ///
    /// # Errors
    /// A sentence that says what it can be. The service checks the rest.
    pub fn patch(self, value: &str) -> Result<WorkspacePatch, String> {
        let value = value.trim();
        let mut patch = WorkspacePatch::default();
        match self {
            Self::Name => patch.name = Some(value.to_owned()),
            Self::Plan => patch.plan = Some(read::<Plan>(value)?),
            Self::DefaultRole => patch.default_role = Some(read::<Role>(value)?),
            Self::EmailChange => patch.email_change = Some(read::<EmailChange>(value)?),
            Self::UserName => patch.user_name = Some(read::<UserNamePolicy>(value)?),
            Self::UnknownMembers => patch.unknown_members = Some(read::<UnknownMembers>(value)?),
            Self::Strict => patch.strict = Some(steps(value)?),
            Self::PublicUrl => patch.public_url = Some(address(value)?),
            Self::RetentionDays => patch.retention_days = Some(number(value)?),
            Self::RetentionMib => patch.retention_mib = Some(number(value)?),
        }
        Ok(patch)
    }
}

fn read<T: std::str::FromStr<Err: std::fmt::Display>>(value: &str) -> Result<T, String> {
    value.parse().map_err(|error: T::Err| text::sentence(&error.to_string()))
}

/// An address that Okta takes; the empty text stands for none.
fn address(value: &str) -> Result<String, String> {
    if value.is_empty() { Ok(String::new()) } else { read::<PublicUrl>(value).map(|url| url.to_string()) }
}

/// What Okta is given for an address, and what may keep Okta from getting there.
fn for_okta(address: &str) -> String {
    let advice = public_url::advice(address).into_iter().map(|words| format!(" {words}"));
    format!("Okta reaches the service at {address}/scim/v2.{}", advice.collect::<String>())
}

fn number(value: &str) -> Result<u32, String> {
    value.parse().map_err(|_| "Give a whole number, such as 90.".to_owned())
}

fn steps(value: &str) -> Result<BTreeSet<Compatibility>, String> {
    if value == "all" {
        return Ok(Compatibility::ALL.iter().copied().collect());
    }
    value.split(',').map(str::trim).filter(|name| !name.is_empty()).map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_takes_the_value_it_shows() {
        let workspace =
            Workspace { public_url: Some("https://room.harbor.example".to_owned()), ..Workspace::default() };
        for setting in Setting::ALL {
            let value = setting.value(&workspace);
            assert!(setting.patch(&value).is_ok(), "{setting:?}");
            assert!(!setting.meaning(&workspace).is_empty(), "{setting:?}");
            for (choice, _) in setting.choices() {
                assert!(setting.patch(choice).is_ok(), "{setting:?}: {choice}");
            }
        }
        let url = Setting::PublicUrl.patch("https://room.harbor.example/").unwrap().public_url;
        assert_eq!(url.as_deref(), Some("https://room.harbor.example"));
        assert!(Setting::PublicUrl.patch("http://room.harbor.example").unwrap_err().contains("https only"));
        let inner = Workspace { public_url: Some("https://room.local".to_owned()), ..workspace };
        assert!(Setting::PublicUrl.meaning(&inner).contains("public DNS"));
        assert!(Setting::RetentionDays.patch("long").unwrap_err().contains("whole number"));
        assert!(Setting::Strict.patch("nonsense").is_err());
    }
}
