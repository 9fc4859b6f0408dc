//! The registry of commands: the one place that says which key does what where, and when it can.
//!
//! Dispatch, the footer's hints and the help overlay all read it, so that they cannot disagree. A command that cannot
//! run now says why.

mod conditions;
mod registry;

pub use registry::COMMANDS;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::{
    dashboard::{
        dialog::Dialog,
        panes::{Pane, log},
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
    Show(Pane),
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
    WhoSet,
    AddAccount,
    RevokeToken,
    Log(log::Command),
    OpenEvent,
    NextTab,
    PreviousTab,
    FoldBody,
    ApplySearch,
    LeaveSearch,
    Close,
    SwitchButton,
    PressButton,
    Yes,
    ChooseCreate,
    SubmitName,
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
    Tokens,
    Log,
    Causes,
    Event,
    Search,
    Help,
    Notice,
    Confirm,
    AddAccount,
    NewToken,
    Travel,
    TokenSecret,
    SecretCheck,
    RoleEditor,
    RoleConfirm,
    SignInCode,
}

impl Scope {
    /// The heading in the help overlay; none for those the overlay leaves out.
    pub const fn title(self) -> Option<&'static str> {
        Some(match self {
            Self::Everywhere => "Everywhere",
            Self::Lists => "In lists and texts",
            Self::Setup => "Setup",
            Self::Users => "Users",
            Self::Person => "One person",
            Self::Roles => "Roles",
            Self::Tokens => "Settings > API Tokens",
            Self::Log => "Log",
            Self::Causes => "Log: causes of failures",
            Self::Event => "One event",
            Self::Search => "While typing a search or filter",
            Self::TokenSecret => "A new token",
            _ => return None,
        })
    }
}

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    code: KeyCode,
    control: bool,
}

impl From<&KeyEvent> for Key {
    fn from(key: &KeyEvent) -> Self {
        Self { code: key.code, control: key.modifiers.contains(KeyModifiers::CONTROL) }
    }
}

impl Key {
    fn is(self, key: &KeyEvent) -> bool {
        // Shift is part of the character, and of BackTab; Alt makes another key.
        key.code == self.code
            && key.modifiers.contains(KeyModifiers::CONTROL) == self.control
            && !key.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::META)
    }

    /// As written on the key.
    pub fn label(self) -> String {
        let name = match self.code {
            KeyCode::Char(' ') => "Space".to_owned(),
            KeyCode::Char(c) => c.to_string(),
            KeyCode::Enter => "Enter".to_owned(),
            KeyCode::Esc => "Esc".to_owned(),
            KeyCode::Tab => "Tab".to_owned(),
            KeyCode::BackTab => "Shift-Tab".to_owned(),
            KeyCode::Up => "↑".to_owned(),
            KeyCode::Down => "↓".to_owned(),
            KeyCode::Left => "←".to_owned(),
            KeyCode::Right => "→".to_owned(),
            KeyCode::PageUp => "PgUp".to_owned(),
            KeyCode::PageDown => "PgDn".to_owned(),
            KeyCode::Home => "Home".to_owned(),
            KeyCode::End => "End".to_owned(),
            other => other.to_string(),
        };
        if self.control { format!("Ctrl-{name}") } else { name }
    }
}

/// A command.
#[derive(Debug, Clone, Copy)]
pub struct Command {
    /// What it does.
    pub id: Id,
    /// Where its keys mean it.
    pub scope: Scope,
    /// Its keys; the first one stands in the footer.
    pub keys: &'static [Key],
    /// What it does, for the help overlay.
    pub title: &'static str,
    /// What it does, in a word for the footer; empty ones stay out of it.
    pub hint: &'static str,
    /// Whether it can run now, or why not.
    pub enabled: fn(&State) -> Result<(), String>,
}

/// The scopes whose keys count now, the nearest first.
pub fn scopes(state: &State) -> &'static [Scope] {
    use Scope::{Always, Everywhere, Lists};
    if let Some(dialog) = &state.dialog {
        return match dialog {
            Dialog::Help => &[Scope::Help, Lists, Always],
            Dialog::Notice { .. } => &[Scope::Notice, Lists, Always],
            Dialog::Confirm(_) => &[Scope::Confirm, Lists, Always],
            Dialog::AddAccount => &[Scope::AddAccount, Always],
            Dialog::NewToken(_) => &[Scope::NewToken, Always],
            Dialog::Travel(_) => &[Scope::Travel, Always],
            Dialog::TokenSecret(secret) if secret.is_checking() => &[Scope::SecretCheck, Always],
            Dialog::TokenSecret(_) => &[Scope::TokenSecret, Lists, Always],
            Dialog::RoleEditor(editor) if editor.confirming => &[Scope::RoleConfirm, Lists, Always],
            Dialog::RoleEditor(_) => &[Scope::RoleEditor, Lists, Always],
            Dialog::SignInCode { .. } => &[Scope::SignInCode, Lists, Always],
        };
    }
    if state.inspector.is_some() {
        return &[Scope::Event, Everywhere, Lists, Always];
    }
    let typing = match state.pane {
        Pane::Users => state.users.detail.is_none() && state.users.list.search.editing,
        Pane::Roles => state.roles.list.search.editing,
        Pane::Log => state.log.search.editing,
        Pane::Setup | Pane::Tokens => false,
    };
    if typing {
        return &[Scope::Search, Always];
    }
    match state.pane {
        Pane::Setup => &[Scope::Setup, Everywhere, Lists, Always],
        Pane::Users if state.users.detail.is_some() => &[Scope::Person, Everywhere, Lists, Always],
        Pane::Users => &[Scope::Users, Everywhere, Lists, Always],
        Pane::Roles => &[Scope::Roles, Everywhere, Lists, Always],
        Pane::Tokens => &[Scope::Tokens, Everywhere, Lists, Always],
        Pane::Log if state.log.causes.is_some() => &[Scope::Causes, Everywhere, Lists, Always],
        Pane::Log => &[Scope::Log, Everywhere, Lists, Always],
    }
}

/// The command a key means now.
pub fn find(state: &State, key: &KeyEvent) -> Option<&'static Command> {
    let in_scope = |scope: &Scope| {
        COMMANDS.iter().find(|command| command.scope == *scope && command.keys.iter().any(|own| own.is(key)))
    };
    scopes(state).iter().find_map(in_scope)
}

/// The commands for the footer, nearest scope first: those that can run now.
pub fn hints(state: &State) -> impl Iterator<Item = &'static Command> {
    let hinted = scopes(state)
        .iter()
        .flat_map(|scope| COMMANDS.iter().filter(move |command| command.scope == *scope && !command.hint.is_empty()));
    hinted.filter(|command| (command.enabled)(state).is_ok())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn within_a_scope_a_key_means_one_thing() {
        let mut seen = HashSet::new();
        for command in COMMANDS {
            for key in command.keys {
                assert!(seen.insert((command.scope, key.label())), "{:?} {}", command.scope, key.label());
            }
        }
    }

    #[test]
    fn no_key_is_one_that_terminals_or_multiplexers_take() {
        for key in COMMANDS.iter().flat_map(|command| command.keys) {
            let taken = key.control && matches!(key.code, KeyCode::Char('h' | 'i' | 'j' | 'm' | 'a' | 'b'));
            assert!(!taken, "{}", key.label());
        }
    }
}
