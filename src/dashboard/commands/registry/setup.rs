//! Setup.

use crossterm::event::KeyCode::{Enter, Left, Right};

use crate::dashboard::commands::{
    Command, Id, Scope,
    conditions::{has_evidence, has_value, may_dismiss},
    registry::{ch, command, on},
};

/// The commands.
pub const COMMANDS: &[Command] = &[
    command(Scope::Setup, Id::CopyValue, "copy-value", &[ch('c')], "copy", "Copy the selected value", has_value),
    command(
        Scope::Setup,
        Id::NextValue,
        "next-value",
        &[on(Right), ch('l')],
        "next value",
        "Select the next value",
        has_value,
    ),
    command(
        Scope::Setup,
        Id::PreviousValue,
        "previous-value",
        &[on(Left), ch('h')],
        "",
        "Select the previous value",
        has_value,
    ),
    command(
        Scope::Setup,
        Id::OpenEvidence,
        "open-evidence",
        &[on(Enter)],
        "open",
        "Open the request that shows the step or finding; at the first step, Settings > API Tokens",
        has_evidence,
    ),
    command(
        Scope::Setup,
        Id::Dismiss,
        "dismiss",
        &[ch('d')],
        "dismiss",
        "Put the selected finding out of the way until traffic closes it and it comes anew, or take that back",
        may_dismiss,
    ),
];
