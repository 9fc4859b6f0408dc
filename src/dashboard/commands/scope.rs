//! Where a command's keys mean it, and where the admin is.

use crate::dashboard::{
    dialog::{Dialog, Stage},
    panes::{Pane, roles::Section, settings::SettingsPage, setup},
    state::State,
};

/// Where a command's keys mean it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    Always,
    Everywhere,
    Lists,
    Setup,
    RoleAttribute,
    SetupPeople,
    TestTraffic,
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
            Self::RoleAttribute => "role-attribute",
            Self::SetupPeople => "setup-people",
            Self::TestTraffic => "test-traffic",
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
            | Self::RoleAttribute
            | Self::SetupPeople
            | Self::TestTraffic
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
            Self::RoleAttribute => "Setup, the role attribute",
            Self::SetupPeople => "Setup, people",
            Self::TestTraffic => "Setup, test traffic",
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
pub fn behind_dialogs(state: &State) -> Scope {
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
        Pane::Setup => match state.setup.section {
            setup::Section::Checklist => Scope::Setup,
            setup::Section::RoleAttribute => Scope::RoleAttribute,
            setup::Section::People => Scope::SetupPeople,
            setup::Section::TestTraffic => Scope::TestTraffic,
        },
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

/// The scopes whose keys count now, the nearest first.
pub fn scopes(state: &State) -> impl Iterator<Item = Scope> {
    let nearest = nearest(state);
    std::iter::once(nearest).chain(nearest.around().iter().copied())
}
