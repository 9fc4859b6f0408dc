//! Setup.

use crossterm::event::KeyCode::{Enter, Left, Right};

use crate::dashboard::{
    commands::{
        Command, Id, Key, Scope,
        conditions::{
            always, has_evidence, has_role_request, has_role_value, has_value, may_choose_app, may_deactivate,
            may_dismiss, may_remove_tests, may_send_test,
        },
        registry::{ch, command, on},
    },
    panes::setup::{self, has_difference, has_person, has_request},
};

const RIGHT: &[Key] = &[on(Right), ch('l')];
const LEFT: &[Key] = &[on(Left), ch('h')];

/// To the section beside this one, which every section has.
const fn turn(scope: Scope, right: bool) -> Command {
    let id = Id::Setup(setup::Command::Turn(right));
    let words = "Next section: checklist, role attribute, people, test traffic";
    match right {
        true => command(scope, id, "next-section", RIGHT, "section", words, always),
        false => command(scope, id, "previous-section", LEFT, "", "Previous section", always),
    }
}

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
    turn(Scope::Setup, true),
    turn(Scope::Setup, false),
    // The role attribute
    command(
        Scope::RoleAttribute,
        Id::Setup(setup::Command::CopyRoleValue),
        "copy-value",
        &[ch('c')],
        "copy",
        "Copy the selected value for Okta's Profile Editor",
        has_role_value,
    ),
    command(
        Scope::RoleAttribute,
        Id::Setup(setup::Command::TurnRoleValue(true)),
        "next-value",
        &[ch('v')],
        "next value",
        "Select the next value",
        has_role_value,
    ),
    command(
        Scope::RoleAttribute,
        Id::Setup(setup::Command::TurnRoleValue(false)),
        "previous-value",
        &[ch('V')],
        "",
        "Select the previous value",
        has_role_value,
    ),
    command(
        Scope::RoleAttribute,
        Id::Setup(setup::Command::OpenCarried),
        "open-request",
        &[on(Enter)],
        "open",
        "Open the selected request",
        has_role_request,
    ),
    turn(Scope::RoleAttribute, true),
    turn(Scope::RoleAttribute, false),
    // People
    command(
        Scope::SetupPeople,
        Id::Setup(setup::Command::OpenPerson),
        "open-person",
        &[on(Enter)],
        "open",
        "Open the person in Users; of somebody who is not here, the request that failed",
        has_person,
    ),
    command(
        Scope::SetupPeople,
        Id::Setup(setup::Command::NextList),
        "next-list",
        &[ch('f')],
        "next list",
        "The next list: those who differ from Okta, those it does not know, those whose last push failed",
        always,
    ),
    command(
        Scope::SetupPeople,
        Id::Setup(setup::Command::TakeOkta),
        "take-okta",
        &[ch('t')],
        "take Okta's",
        "Take what Okta last pushed: deactivate or reactivate the person, or give them Okta's role",
        has_difference,
    ),
    command(
        Scope::SetupPeople,
        Id::Deactivate,
        "deactivate",
        &[ch('d')],
        "deactivate",
        "Deactivate: no more logins, sessions end",
        may_deactivate,
    ),
    command(
        Scope::SetupPeople,
        Id::Setup(setup::Command::OpenRequest),
        "open-request",
        &[ch('e')],
        "request",
        "Open the request that failed; of somebody who differs, the requests about them, in the log",
        has_request,
    ),
    turn(Scope::SetupPeople, true),
    turn(Scope::SetupPeople, false),
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
    turn(Scope::TestTraffic, true),
    turn(Scope::TestTraffic, false),
];
