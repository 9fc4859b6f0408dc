//! The registry of commands: the one place that says which key does what where, and when it can.
//!
//! Dispatch, the footer's hints and the help overlay all read it, so that they cannot disagree. A command that cannot
//! run now says why.

mod conditions;
mod key;
mod registry;
mod scope;
mod tables;

pub use key::Key;
pub use registry::COMMANDS;
use scope::behind_dialogs;
pub use scope::{Scope, here, scopes};
pub use tables::{KeyLine, Keys, keys};

use std::fmt;

use crossterm::event::KeyEvent;

use crate::{
    dashboard::{
        inspector,
        panes::{Pane, log, roles, settings, setup, tokens},
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
    Dismiss,
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
    Setup(setup::Command),
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

/// What the palette offers: the commands that mean something here, those of the nearest scope first.
pub fn offered(state: &State) -> Vec<&'static Command> {
    let nearest = behind_dialogs(state);
    let scopes = std::iter::once(nearest).chain(nearest.around().iter().copied());
    scopes.flat_map(|scope| COMMANDS.iter().filter(move |command| command.scope == scope)).collect()
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
