//! Every command with its keys, a file a part of the screen.

mod dialogs;
mod everywhere;
mod log;
mod roles;
mod settings;
mod setup;
mod users;

use std::sync::LazyLock;

use crossterm::event::KeyCode;

use crate::dashboard::{
    commands::{Command, Id, Key, Scope},
    state::State,
};

/// Every command; in each scope the ones for the footer in the footer's order.
pub static COMMANDS: LazyLock<Vec<Command>> = LazyLock::new(|| {
    [
        everywhere::COMMANDS,
        setup::COMMANDS,
        users::COMMANDS,
        roles::COMMANDS,
        settings::COMMANDS,
        log::COMMANDS,
        dialogs::COMMANDS,
    ]
    .concat()
});

const fn on(code: KeyCode) -> Key {
    Key::on(code)
}

const fn ch(c: char) -> Key {
    Key::on(KeyCode::Char(c))
}

const fn ctrl(c: char) -> Key {
    Key::control(c)
}

type Enabled = fn(&State) -> Result<(), String>;

const fn command(
    scope: Scope,
    id: Id,
    name: &'static str,
    keys: &'static [Key],
    hint: &'static str,
    title: &'static str,
    enabled: Enabled,
) -> Command {
    Command { id, scope, name, keys, title, hint, enabled }
}
