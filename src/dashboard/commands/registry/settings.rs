//! Settings: API Tokens, Workspace, Appearance.

use crossterm::event::KeyCode::{Enter, Left, Right};

use crate::dashboard::{
    commands::{
        Command, Id, Scope,
        conditions::{always, may_create_token, may_revoke},
        registry::{ch, command, on},
    },
    panes::{
        settings::{self, may_change},
        tokens::{self, has_token, may_go_live, may_rotate},
    },
};

/// The commands.
pub const COMMANDS: &[Command] = &[
    // Settings > API Tokens
    command(
        Scope::Tokens,
        Id::AddAccount,
        "add-account",
        &[ch('n')],
        "Add another account",
        "Add another account > Create a new token",
        may_create_token,
    ),
    command(
        Scope::Tokens,
        Id::RevokeToken,
        "revoke-token",
        &[ch('x')],
        "revoke",
        "Revoke the selected token",
        may_revoke,
    ),
    command(
        Scope::Tokens,
        Id::Tokens(tokens::Command::Rotate),
        "rotate-token",
        &[ch('r')],
        "rotate",
        "Make a new token in place of the selected one",
        may_rotate,
    ),
    command(
        Scope::Tokens,
        Id::Tokens(tokens::Command::GoLive),
        "go-live",
        &[ch('m')],
        "make live",
        "End the selected token's dry run: what it would do, then make it live",
        may_go_live,
    ),
    command(
        Scope::Tokens,
        Id::Tokens(tokens::Command::Requests),
        "token-requests",
        &[ch('e'), on(Enter)],
        "requests",
        "The requests that carried the token, in the log",
        has_token,
    ),
    command(
        Scope::Tokens,
        Id::Settings(settings::Command::Turn(true)),
        "next-page",
        &[on(Right), ch('l')],
        "page",
        "Next page of the settings",
        always,
    ),
    command(
        Scope::Tokens,
        Id::Settings(settings::Command::Turn(false)),
        "previous-page",
        &[on(Left), ch('h')],
        "",
        "Previous page of the settings",
        always,
    ),
    // Settings > Workspace
    command(
        Scope::Workspace,
        Id::Settings(settings::Command::Edit),
        "edit-setting",
        &[on(Enter), ch('r')],
        "change",
        "Change the selected setting",
        may_change,
    ),
    command(
        Scope::Workspace,
        Id::Settings(settings::Command::Turn(true)),
        "next-page",
        &[on(Right), ch('l')],
        "page",
        "Next page of the settings",
        always,
    ),
    command(
        Scope::Workspace,
        Id::Settings(settings::Command::Turn(false)),
        "previous-page",
        &[on(Left), ch('h')],
        "",
        "Previous page of the settings",
        always,
    ),
    // Settings > Appearance
    command(
        Scope::Appearance,
        Id::Settings(settings::Command::Change),
        "change",
        &[on(Enter), ch(' ')],
        "change",
        "Change what is selected",
        always,
    ),
    command(
        Scope::Appearance,
        Id::Settings(settings::Command::Turn(true)),
        "next-page",
        &[on(Right), ch('l')],
        "page",
        "Next page of the settings",
        always,
    ),
    command(
        Scope::Appearance,
        Id::Settings(settings::Command::Turn(false)),
        "previous-page",
        &[on(Left), ch('h')],
        "",
        "Previous page of the settings",
        always,
    ),
];
