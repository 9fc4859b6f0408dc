//! The registry of commands: the one place that says which key does what where, and when it can.
//!
//! Dispatch, the footer's hints and the help overlay all read it, so that they cannot disagree. A command that cannot
//! run now says why.

mod conditions;
mod key;
mod registry;
mod tables;

pub use key::Key;
pub use registry::COMMANDS;
pub use tables::{KeyLine, Keys, keys};

use std::fmt;

use crossterm::event::KeyEvent;

use crate::{
    dashboard::{
        dialog::{Dialog, Stage},
        inspector,
        panes::{
            Pane, log,
            roles::{self, Section},
            settings::{self, SettingsPage},
            tokens,
        },
        people,
        state::State,
    },
    model::role::Role,
};

/// What a command does; [`super::act`] carries it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Id {
    Interrupt,
    Suspend,
    Repaint,
    Help,
    Palette,
    NextTheme,
    Mouse,
    Privacy,
    Show(Pane),
    People(people::Command),
    NextPane,
    PreviousPane,
    Back,
    Quit,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    CopyValue,
    NextValue,
    PreviousValue,
    OpenEvidence,
    OpenUser,
    Search,
    NextSort,
    Reverse,
    NextActive,
    Deactivate,
    Reactivate,
    SignInCode,
    EditRole,
    OnlyRole(Role),
    NextSection,
    PreviousSection,
    OpenUserEvent,
    FoldResource,
    Roles(roles::Command),
    Settings(settings::Command),
    Tokens(tokens::Command),
    WhoSet,
    OtherAccount,
    AddAccount,
    RevokeToken,
    Log(log::Command),
    Event(inspector::Command),
    OpenEvent,
    NextTab,
    PreviousTab,
    FoldBody,
    ApplySearch,
    LeaveSearch,
    RunPicked,
    Close,
    SwitchButton,
    PressButton,
    Yes,
    ChooseCreate,
    SubmitName,
    NextField,
    PreviousField,
    PickUp,
    PickDown,
    SubmitRole,
    Reveal,
    CopySecret,
    SaveSecret,
    CloseSecret,
    EscapeSecret,
    BackToSecret,
    CopyCode,
}

/// Where a command's keys mean it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    Always,
    Everywhere,
    Lists,
    Setup,
    Users,
    Person,
    Roles,
    Groups,
    Rights,
    Tokens,
    Workspace,
    Appearance,
    Log,
    Causes,
    Event,
    Find,
    Search,
    Palette,
    Help,
    Notice,
    Confirm,
    AddAccount,
    NewToken,
    Travel,
    EventsFile,
    TokenSecret,
    SecretCheck,
    RoleEditor,
    RoleConfirm,
    Setting,
    SettingText,
    SignInCode,
    Picking,
    Counting,
    Working,
    Columns,
    FileName,
}

impl Scope {
    /// How key maps name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Everywhere => "everywhere",
            Self::Lists => "lists",
            Self::Setup => "setup",
            Self::Users => "users",
            Self::Person => "person",
            Self::Roles => "roles",
            Self::Groups => "groups",
            Self::Rights => "rights",
            Self::Tokens => "api-tokens",
            Self::Workspace => "workspace",
            Self::Appearance => "appearance",
            Self::Log => "log",
            Self::Causes => "causes",
            Self::Event => "event",
            Self::Search => "search",
            Self::Find => "find",
            Self::Palette => "palette",
            Self::Help => "help",
            Self::Notice => "notice",
            Self::Confirm => "confirm",
            Self::AddAccount => "add-account",
            Self::NewToken => "new-token",
            Self::Travel => "travel",
            Self::EventsFile => "events-file",
            Self::TokenSecret => "token-secret",
            Self::SecretCheck => "secret-check",
            Self::RoleEditor => "role-editor",
            Self::RoleConfirm => "role-confirm",
            Self::Setting => "setting",
            Self::SettingText => "setting-text",
            Self::SignInCode => "sign-in-code",
            Self::Picking => "picking",
            Self::Counting => "counting",
            Self::Working => "working",
            Self::Columns => "columns",
            Self::FileName => "file-name",
        }
    }

    /// The scopes whose keys count as well while this one is the nearest, nearer ones first.
    pub const fn around(self) -> &'static [Self] {
        match self {
            Self::Always => &[],
            Self::Everywhere | Self::Lists => &[Self::Always],
            Self::Setup
            | Self::Users
            | Self::Person
            | Self::Roles
            | Self::Groups
            | Self::Rights
            | Self::Tokens
            | Self::Workspace
            | Self::Appearance
            | Self::Log
            | Self::Causes
            | Self::Event => &[Self::Everywhere, Self::Lists, Self::Always],
            // Letters are typed there.
            Self::Search
            | Self::Palette
            | Self::NewToken
            | Self::Travel
            | Self::SettingText
            | Self::EventsFile
            | Self::Find
            | Self::SecretCheck
            | Self::AddAccount
            | Self::FileName => &[Self::Always],
            Self::Help
            | Self::Notice
            | Self::Confirm
            | Self::TokenSecret
            | Self::RoleEditor
            | Self::RoleConfirm
            | Self::Setting
            | Self::SignInCode
            | Self::Picking
            | Self::Counting
            | Self::Working
            | Self::Columns => &[Self::Lists, Self::Always],
        }
    }

    /// The heading in the help overlay; none for those the overlay leaves out.
    pub const fn title(self) -> Option<&'static str> {
        Some(match self {
            Self::Everywhere => "Everywhere",
            Self::Lists => "In lists and texts",
            Self::Setup => "Setup",
            Self::Users => "Users",
            Self::Person => "One person",
            Self::Roles => "Roles",
            Self::Groups => "Roles, groups",
            Self::Rights => "Roles, rights",
            Self::Tokens => "Settings > API Tokens",
            Self::Workspace => "Settings > Workspace",
            Self::Appearance => "Settings > Appearance",
            Self::Log => "Log",
            Self::Causes => "Log: causes of failures",
            Self::Event => "One event",
            Self::Search => "While typing a search or filter",
            Self::TokenSecret => "A new token",
            Self::Columns => "Choosing columns",
            _ => return None,
        })
    }
}

/// A command.
#[derive(Debug, Clone, Copy)]
pub struct Command {
    /// What it does.
    pub id: Id,
    /// Where its keys mean it.
    pub scope: Scope,
    /// Its name within the scope; with the scope's in front, as in `users.search`, it names the command in a key map.
    pub name: &'static str,
    /// Its keys unless a key map says others; the first one stands in the footer.
    pub keys: &'static [Key],
    /// What it does, for the help overlay.
    pub title: &'static str,
    /// What it does, in a word for the footer; empty ones stay out of it.
    pub hint: &'static str,
    /// Whether it can run now, or why not.
    pub enabled: fn(&State) -> Result<(), String>,
}

/// The scope that is nearest to the admin now.
fn nearest(state: &State) -> Scope {
    if let Some(dialog) = &state.dialog {
        return match dialog {
            Dialog::Palette(_) => Scope::Palette,
            Dialog::Help => Scope::Help,
            Dialog::Notice { .. } => Scope::Notice,
            Dialog::Confirm(_) => Scope::Confirm,
            Dialog::AddAccount => Scope::AddAccount,
            Dialog::NewToken(_) => Scope::NewToken,
            Dialog::Travel(_) => Scope::Travel,
            Dialog::Events(_) => Scope::EventsFile,
            Dialog::TokenSecret(secret) if secret.is_checking() => Scope::SecretCheck,
            Dialog::TokenSecret(_) => Scope::TokenSecret,
            Dialog::RoleEditor(editor) if editor.confirming => Scope::RoleConfirm,
            Dialog::RoleEditor(_) => Scope::RoleEditor,
            Dialog::MapGroup(group) if group.confirming => Scope::RoleConfirm,
            Dialog::MapGroup(_) => Scope::RoleEditor,
            Dialog::Rotate(rotate) if rotate.confirming => Scope::RoleConfirm,
            Dialog::Rotate(_) => Scope::RoleEditor,
            Dialog::Setting(editor) if editor.is_text() => Scope::SettingText,
            Dialog::Setting(_) => Scope::Setting,
            Dialog::SignInCode { .. } => Scope::SignInCode,
            Dialog::Many(many) => match &many.stage {
                Stage::Picking => Scope::Picking,
                Stage::Asking(_) => Scope::Counting,
                Stage::Measuring | Stage::Working(_) => Scope::Working,
            },
            Dialog::Columns(_) => Scope::Columns,
            Dialog::Export(export) if export.written.is_some() => Scope::Working,
            Dialog::Export(_) => Scope::FileName,
        };
    }
    behind_dialogs(state)
}

/// The scope that is nearest to the admin, but for dialogs.
fn behind_dialogs(state: &State) -> Scope {
    if let Some(inspector) = &state.inspector {
        return if inspector.find.editing { Scope::Find } else { Scope::Event };
    }
    let typing = match state.pane {
        Pane::Users => state.users.detail.is_none() && state.users.list.search.editing,
        Pane::Roles => state.roles.is_searching(),
        Pane::Log => state.log.search.editing,
        Pane::Setup | Pane::Settings => false,
    };
    if typing { Scope::Search } else { here(state) }
}

/// The scope of what the pane shows, whatever stands in front of it.
pub fn here(state: &State) -> Scope {
    match state.pane {
        Pane::Setup => Scope::Setup,
        Pane::Users if state.users.detail.is_some() => Scope::Person,
        Pane::Users => Scope::Users,
        Pane::Roles => match state.roles.section {
            Section::People => Scope::Roles,
            Section::Groups => Scope::Groups,
            Section::Rights => Scope::Rights,
        },
        Pane::Settings => match state.settings.page {
            SettingsPage::Tokens => Scope::Tokens,
            SettingsPage::Workspace => Scope::Workspace,
            SettingsPage::Appearance => Scope::Appearance,
        },
        Pane::Log if state.log.causes.is_some() => Scope::Causes,
        Pane::Log => Scope::Log,
    }
}

/// What the palette offers: the commands that mean something here, those of the nearest scope first.
pub fn offered(state: &State) -> Vec<&'static Command> {
    let nearest = behind_dialogs(state);
    let scopes = std::iter::once(nearest).chain(nearest.around().iter().copied());
    scopes.flat_map(|scope| COMMANDS.iter().filter(move |command| command.scope == scope)).collect()
}

/// The scopes whose keys count now, the nearest first.
pub fn scopes(state: &State) -> impl Iterator<Item = Scope> {
    let nearest = nearest(state);
    std::iter::once(nearest).chain(nearest.around().iter().copied())
}

impl Command {
    /// The command of this name, such as `users.search`.
    pub fn named(name: &str) -> Option<&'static Self> {
        let (scope, own) = name.split_once('.')?;
        COMMANDS.iter().find(|command| command.scope.name() == scope && command.name == own)
    }
}

impl PartialEq for Command {
    /// A command is known by its name.
    fn eq(&self, other: &Self) -> bool {
        (self.scope, self.name) == (other.scope, other.name)
    }
}

impl fmt::Display for Command {
    /// As key maps name it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.scope.name(), self.name)
    }
}

/// The command a key means now.
pub fn find(state: &State, key: &KeyEvent) -> Option<&'static Command> {
    scopes(state).find_map(|scope| {
        COMMANDS.iter().find(|command| command.scope == scope && state.keys.of(command).iter().any(|own| own.is(key)))
    })
}

/// The commands for the footer, nearest scope first: those that can run now.
pub fn hints(state: &State) -> impl Iterator<Item = &'static Command> {
    let hinted = scopes(state)
        .flat_map(|scope| COMMANDS.iter().filter(move |command| command.scope == scope && !command.hint.is_empty()));
    hinted.filter(|command| (command.enabled)(state).is_ok())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn within_a_scope_a_key_means_one_thing() {
        let mut seen = HashSet::new();
        for command in COMMANDS.iter() {
            for key in command.keys {
                assert!(seen.insert((command.scope, key.to_string())), "{command} {key}");
            }
        }
    }

    #[test]
    fn every_command_has_a_name_of_its_own_and_is_found_by_it() {
        for command in COMMANDS.iter() {
            let found = Command::named(&command.to_string()).unwrap();
            assert_eq!((found.id, found.scope), (command.id, command.scope), "{command}");
        }
        assert!(Command::named("users").is_none() && Command::named("users.fly").is_none());
    }

    #[test]
    fn no_key_is_one_that_terminals_or_multiplexers_take() {
        for key in COMMANDS.iter().flat_map(|command| command.keys) {
            assert_eq!(key.to_string().parse::<Key>(), Ok(*key), "{key}");
        }
    }
}
