//! Setup.

use crossterm::event::KeyCode::{Enter, Left, Right};

use crate::dashboard::{
    commands::{
        Command, Id, Scope,
        conditions::{always, has_evidence, has_value, may_choose_app, may_dismiss, may_remove_tests, may_send_test},
        registry::{ch, command, on},
    },
    panes::setup,
};

/// The commands.
pub const COMMANDS: &[Command] = &[
    command(Scope::Setup, Id::CopyValue, "copy-value", &[ch('c')], "copy", "Copy the selected value", has_value),
    command(Scope::Setup, Id::NextValue, "next-value", &[ch('v')], "next value", "Select the next value", has_value),
    command(Scope::Setup, Id::PreviousValue, "previous-value", &[ch('V')], "", "Select the previous value", has_value),
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
    command(
        Scope::Setup,
        Id::Setup(setup::Command::Turn(true)),
        "next-section",
        &[on(Right), ch('l')],
        "section",
        "Next section: checklist, role attribute, people, test traffic",
        always,
    ),
    command(
        Scope::Setup,
        Id::Setup(setup::Command::Turn(false)),
        "previous-section",
        &[on(Left), ch('h')],
        "",
        "Previous section",
        always,
    ),
    // The role attribute
    command(
        Scope::RoleAttribute,
        Id::Setup(setup::Command::Turn(true)),
        "next-section",
        &[on(Right), ch('l')],
        "section",
        "Next section: checklist, role attribute, people, test traffic",
        always,
    ),
    command(
        Scope::RoleAttribute,
        Id::Setup(setup::Command::Turn(false)),
        "previous-section",
        &[on(Left), ch('h')],
        "",
        "Previous section",
        always,
    ),
    // People
    command(
        Scope::SetupPeople,
        Id::Setup(setup::Command::Turn(true)),
        "next-section",
        &[on(Right), ch('l')],
        "section",
        "Next section: checklist, role attribute, people, test traffic",
        always,
    ),
    command(
        Scope::SetupPeople,
        Id::Setup(setup::Command::Turn(false)),
        "previous-section",
        &[on(Left), ch('h')],
        "",
        "Previous section",
        always,
    ),
    // Test traffic
    command(
        Scope::TestTraffic,
        Id::Setup(setup::Command::SendTest),
        "send",
        &[on(Enter)],
        "send",
        "Play the selected scenario against this service, as Okta would",
        may_send_test,
    ),
    command(
        Scope::TestTraffic,
        Id::Setup(setup::Command::NextApp),
        "app",
        &[ch('a')],
        "app",
        "Let the other kind of app play",
        may_choose_app,
    ),
    command(
        Scope::TestTraffic,
        Id::Setup(setup::Command::RemoveTests),
        "remove",
        &[ch('x')],
        "remove",
        "Remove all that test traffic left behind: people, groups, events",
        may_remove_tests,
    ),
    command(
        Scope::TestTraffic,
        Id::Setup(setup::Command::Turn(true)),
        "next-section",
        &[on(Right), ch('l')],
        "section",
        "Next section: checklist, role attribute, people, test traffic",
        always,
    ),
    command(
        Scope::TestTraffic,
        Id::Setup(setup::Command::Turn(false)),
        "previous-section",
        &[on(Left), ch('h')],
        "",
        "Previous section",
        always,
    ),
];
