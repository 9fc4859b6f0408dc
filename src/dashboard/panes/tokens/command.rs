//! What the commands of the page API Tokens do, besides making and revoking.

use crate::{
    dashboard::{
        act,
        dialog::{Dialog, Rotate},
        message::{Call, Effect},
        state::State,
    },
    model::{role::Role, token::TokenMode},
};

/// A command of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// The dialog that makes a token in place of the selected one.
    Rotate,
    /// What the end of the selected token's dry run would do; then it is asked whether to do it.
    GoLive,
    /// The requests that carried the selected token, in the log.
    Requests,
}

/// Runs a command.
pub fn run(state: &mut State, command: Command, effects: &mut Vec<Effect>) {
    let Some(token) = state.tokens.selected() else { return };
    match command {
        Command::Rotate => state.dialog = Some(Dialog::Rotate(Rotate::new(token))),
        Command::GoLive => effects.push(Effect::Call(Call::DryRun(token.id))),
        Command::Requests => {
            let name = token.name.clone();
            act::show_log(state, "token", &name, effects);
        }
    }
}

/// A token is selected.
pub fn has_token(state: &State) -> Result<(), String> {
    match state.tokens.selected() {
        Some(_) => Ok(()),
        None => Err("no token is selected".to_owned()),
    }
}

/// The selected token is a dry run, and whoever is signed in may end it.
pub fn may_go_live(state: &State) -> Result<(), String> {
    has_token(state)?;
    let Some(token) = state.tokens.selected() else { return Ok(()) };
    if token.mode != TokenMode::DryRun {
        return Err("this token is no dry run".to_owned());
    }
    if !token.is_accepted(state.now) {
        return Err("this token has ended: create a new one".to_owned());
    }
    if token.replaced_by.is_some() {
        return Err("this token was rotated: let its successor go live".to_owned());
    }
    state.may(Role::Owner)
}

/// The selected token can be rotated by whoever is signed in.
pub fn may_rotate(state: &State) -> Result<(), String> {
    has_token(state)?;
    let Some(token) = state.tokens.selected() else { return Ok(()) };
    if !token.is_accepted(state.now) {
        return Err("this token has ended: create a new one".to_owned());
    }
    if token.replaced_by.is_some() {
        return Err("this token was rotated already: rotate its successor".to_owned());
    }
    state.may(Role::Owner)
}
