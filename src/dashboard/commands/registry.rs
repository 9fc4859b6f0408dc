//! Every command with its keys.

use crossterm::event::KeyCode::{self, BackTab, Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Tab, Up};

use crate::{
    dashboard::{
        commands::{
            Command, Id, Key, Scope,
            conditions::{
                always, has_cause, has_code, has_event, has_evidence, has_marks, has_user, has_user_event, has_value,
                is_alarmed, is_released, may_create_token, may_deactivate, may_edit_role, may_invite, may_reactivate,
                may_revoke, on_attribute, shows_body, shows_folds,
            },
        },
        panes::{Pane, log},
        state::State,
    },
    model::role::Role,
};

const fn on(code: KeyCode) -> Key {
    Key { code, control: false }
}

const fn ch(c: char) -> Key {
    on(KeyCode::Char(c))
}

const fn ctrl(c: char) -> Key {
    Key { code: KeyCode::Char(c), control: true }
}

type Enabled = fn(&State) -> Result<(), String>;

const fn command(
    scope: Scope,
    id: Id,
    keys: &'static [Key],
    hint: &'static str,
    title: &'static str,
    enabled: Enabled,
) -> Command {
    Command { id, scope, keys, title, hint, enabled }
}

/// Every command; in each scope the ones for the footer in the footer's order.
pub const COMMANDS: &[Command] = &[
    command(Scope::Always, Id::Interrupt, &[ctrl('c')], "", "Quit at once", always),
    command(Scope::Always, Id::Suspend, &[ctrl('z')], "", "Suspend to the shell; fg comes back", always),
    command(Scope::Always, Id::Repaint, &[ctrl('l')], "", "Draw the screen anew", always),
    // Setup
    command(Scope::Setup, Id::CopyValue, &[ch('c')], "copy", "Copy the selected value", has_value),
    command(Scope::Setup, Id::NextValue, &[on(Right), ch('l')], "next value", "Select the next value", has_value),
    command(Scope::Setup, Id::PreviousValue, &[on(Left), ch('h')], "", "Select the previous value", has_value),
    command(
        Scope::Setup,
        Id::OpenEvidence,
        &[on(Enter)],
        "open",
        "Open the request that shows the step or finding; at the first step, Settings > API Tokens",
        has_evidence,
    ),
    // One person; before Users, whose keys it shares
    command(
        Scope::Person,
        Id::NextSection,
        &[on(Right), ch('l')],
        "section",
        "Next section: overview, timeline, SCIM resource",
        always,
    ),
    command(Scope::Person, Id::PreviousSection, &[on(Left), ch('h')], "", "Previous section", always),
    command(Scope::Person, Id::OpenUserEvent, &[on(Enter)], "event", "Open the selected event", has_user_event),
    command(
        Scope::Person,
        Id::FoldResource,
        &[ch(' ')],
        "fold",
        "Fold or unfold the event's changes, or the part under the cursor",
        shows_folds,
    ),
    command(
        Scope::Person,
        Id::WhoSet,
        &[ch('w')],
        "who set this",
        "Find the event that set the attribute under the cursor",
        on_attribute,
    ),
    command(Scope::Person, Id::EditRole, &[ch('r')], "role", "Change the person's role", may_edit_role),
    command(
        Scope::Person,
        Id::Deactivate,
        &[ch('d')],
        "deactivate",
        "Deactivate: the person cannot log in any more",
        may_deactivate,
    ),
    command(
        Scope::Person,
        Id::Reactivate,
        &[ch('a')],
        "reactivate",
        "Reactivate: the person can log in again",
        may_reactivate,
    ),
    command(Scope::Person, Id::SignInCode, &[ch('i')], "sign-in code", "Make a sign-in code", may_invite),
    // Users
    command(Scope::Users, Id::OpenUser, &[on(Enter)], "open", "Open the person", has_user),
    command(
        Scope::Users,
        Id::Search,
        &[ch('/')],
        "search",
        "Search in e-mail addresses, names and external ids",
        always,
    ),
    command(Scope::Users, Id::NextSort, &[ch('s')], "sort", "Sort by the next column", always),
    command(Scope::Users, Id::Reverse, &[ch('S')], "", "Turn the order round", always),
    command(Scope::Users, Id::NextActive, &[ch('f')], "filter", "All, then active only, then inactive only", always),
    command(Scope::Users, Id::EditRole, &[ch('r')], "role", "Change the person's role", may_edit_role),
    command(
        Scope::Users,
        Id::Deactivate,
        &[ch('d')],
        "deactivate",
        "Deactivate: the person cannot log in any more",
        may_deactivate,
    ),
    command(
        Scope::Users,
        Id::Reactivate,
        &[ch('a')],
        "reactivate",
        "Reactivate: the person can log in again",
        may_reactivate,
    ),
    command(Scope::Users, Id::SignInCode, &[ch('i')], "sign-in code", "Make a sign-in code", may_invite),
    // Roles
    command(Scope::Roles, Id::EditRole, &[on(Enter), ch('r')], "change role", "Open the role editor", may_edit_role),
    command(Scope::Roles, Id::OnlyRole(Role::Owner), &[ch('o')], "owners", "Owners only, or all again", always),
    command(Scope::Roles, Id::OnlyRole(Role::Editor), &[ch('e')], "editors", "Editors only, or all again", always),
    command(Scope::Roles, Id::OnlyRole(Role::Viewer), &[ch('v')], "viewers", "Viewers only, or all again", always),
    command(
        Scope::Roles,
        Id::Search,
        &[ch('/')],
        "search",
        "Search in e-mail addresses, names and external ids",
        always,
    ),
    command(Scope::Roles, Id::NextSort, &[ch('s')], "", "Sort by the next column", always),
    command(Scope::Roles, Id::Reverse, &[ch('S')], "", "Turn the order round", always),
    command(Scope::Roles, Id::NextActive, &[ch('f')], "", "All, then active only, then inactive only", always),
    // Settings > API Tokens
    command(
        Scope::Tokens,
        Id::AddAccount,
        &[ch('n')],
        "Add another account",
        "Add another account > Create a new token",
        may_create_token,
    ),
    command(Scope::Tokens, Id::RevokeToken, &[ch('x')], "revoke", "Revoke the selected token", may_revoke),
    // Log
    command(Scope::Log, Id::OpenEvent, &[on(Enter)], "open", "Open the event", has_event),
    command(
        Scope::Log,
        Id::Search,
        &[ch('/')],
        "filter",
        "Filter: words, \"some words\", and status: (409, 4xx, failed, ok) action: method: user: group: path: token: \
         address: finding: id: body: time: (2026-11-20, >2026-11-20T10:00, <15m); ! negates",
        always,
    ),
    command(Scope::Log, Id::Log(log::Command::Follow), &[ch('f')], "follow", "Follow the newest event", is_released),
    command(Scope::Log, Id::Log(log::Command::Travel), &[ch('t')], "go to", "Go to a time or an event", always),
    command(Scope::Log, Id::Log(log::Command::Causes), &[ch('c')], "causes", "Failures by their cause", always),
    command(Scope::Log, Id::Log(log::Command::Mark), &[ch(' ')], "mark", "Mark the event, or unmark it", has_event),
    command(Scope::Log, Id::Log(log::Command::Unmark), &[ch('u')], "", "Unmark every event", has_marks),
    // Log: causes
    command(
        Scope::Causes,
        Id::Log(log::Command::OpenCause),
        &[on(Enter)],
        "show in the log",
        "Filter the log to the selected cause",
        has_cause,
    ),
    // One event
    command(
        Scope::Event,
        Id::NextTab,
        &[on(Right), ch('l')],
        "next part",
        "Next part: summary, request, response, changes",
        always,
    ),
    command(Scope::Event, Id::PreviousTab, &[on(Left), ch('h')], "", "Previous part", always),
    command(
        Scope::Event,
        Id::FoldBody,
        &[ch(' '), on(Enter)],
        "fold",
        "Fold or unfold the part under the cursor",
        shows_body,
    ),
    // Lists
    command(Scope::Lists, Id::Up, &[on(Up), ch('k')], "", "Up", always),
    command(Scope::Lists, Id::Down, &[on(Down), ch('j')], "", "Down", always),
    command(Scope::Lists, Id::PageUp, &[on(PageUp)], "", "A page up (in Setup: through the detail)", always),
    command(Scope::Lists, Id::PageDown, &[on(PageDown)], "", "A page down (in Setup: through the detail)", always),
    command(Scope::Lists, Id::First, &[on(Home), ch('g')], "", "To the first", always),
    command(Scope::Lists, Id::Last, &[on(End), ch('G')], "", "To the last", always),
    // Everywhere
    command(Scope::Everywhere, Id::Show(Pane::Setup), &[ch('1')], "", "Setup", always),
    command(Scope::Everywhere, Id::Show(Pane::Users), &[ch('2')], "", "Users", always),
    command(Scope::Everywhere, Id::Show(Pane::Roles), &[ch('3')], "", "Roles", always),
    command(Scope::Everywhere, Id::Show(Pane::Tokens), &[ch('4')], "", "Settings > API Tokens", always),
    command(Scope::Everywhere, Id::Show(Pane::Log), &[ch('5')], "", "Log", always),
    command(Scope::Everywhere, Id::NextPane, &[on(Tab)], "", "Next pane", always),
    command(Scope::Everywhere, Id::PreviousPane, &[on(BackTab)], "", "Previous pane", always),
    command(
        Scope::Everywhere,
        Id::Log(log::Command::Acknowledge),
        &[ch('!')],
        "",
        "Acknowledge the alarm about deactivated people",
        is_alarmed,
    ),
    command(Scope::Everywhere, Id::Back, &[on(Esc)], "", "Back; clears a search or filter", always),
    command(Scope::Everywhere, Id::Help, &[ch('?')], "help", "Every key", always),
    command(Scope::Everywhere, Id::Quit, &[ch('q')], "quit", "Back, and from a pane quit", always),
    // Search line
    command(
        Scope::Search,
        Id::ApplySearch,
        &[on(Enter), on(Down)],
        "keep",
        "Keep the search and go to the rows",
        always,
    ),
    command(Scope::Search, Id::LeaveSearch, &[on(Esc)], "clear", "Clear the search", always),
    // Dialogs
    command(Scope::Help, Id::Close, &[on(Esc), ch('q'), ch('?'), on(Enter)], "close", "Close", always),
    command(Scope::Notice, Id::Close, &[on(Enter), on(Esc), ch('q')], "close", "Close", always),
    command(Scope::Confirm, Id::PressButton, &[on(Enter)], "press", "Press the button in focus", always),
    command(
        Scope::Confirm,
        Id::SwitchButton,
        &[on(Tab), on(Left), on(Right), on(BackTab)],
        "other button",
        "The other button",
        always,
    ),
    command(Scope::Confirm, Id::Yes, &[ch('y')], "yes", "Do it", always),
    command(Scope::Confirm, Id::Close, &[on(Esc), ch('n'), ch('q')], "cancel", "Cancel", always),
    command(Scope::AddAccount, Id::ChooseCreate, &[on(Enter)], "Create a new token", "Create a new token", always),
    command(Scope::AddAccount, Id::Close, &[on(Esc), ch('q')], "cancel", "Cancel", always),
    command(Scope::NewToken, Id::SubmitName, &[on(Enter)], "create", "Create the token", always),
    command(Scope::NewToken, Id::Close, &[on(Esc)], "cancel", "Cancel", always),
    command(Scope::Travel, Id::Log(log::Command::SubmitTravel), &[on(Enter)], "go", "Go there", always),
    command(Scope::Travel, Id::Close, &[on(Esc)], "cancel", "Cancel", always),
    command(Scope::RoleEditor, Id::PickUp, &[on(Up), ch('k')], "pick", "The role above", always),
    command(Scope::RoleEditor, Id::PickDown, &[on(Down), ch('j')], "", "The role below", always),
    command(Scope::RoleEditor, Id::SubmitRole, &[on(Enter)], "go on", "Go on with the role picked", always),
    command(Scope::RoleEditor, Id::Close, &[on(Esc), ch('q')], "cancel", "Cancel", always),
    command(Scope::RoleConfirm, Id::PressButton, &[on(Enter)], "press", "Press the button in focus", always),
    command(
        Scope::RoleConfirm,
        Id::SwitchButton,
        &[on(Tab), on(Left), on(Right), on(BackTab)],
        "other button",
        "The other button",
        always,
    ),
    command(Scope::RoleConfirm, Id::Yes, &[ch('y')], "yes", "Do it", always),
    command(Scope::RoleConfirm, Id::Close, &[on(Esc), ch('n'), ch('q')], "cancel", "Cancel", always),
    command(Scope::TokenSecret, Id::CopySecret, &[ch('c')], "copy", "Copy the token", always),
    command(Scope::TokenSecret, Id::Reveal, &[ch('v')], "reveal", "Show or hide the token", always),
    command(
        Scope::TokenSecret,
        Id::SaveSecret,
        &[ch('w')],
        "write to a file",
        "Write the token to a file only you may read",
        always,
    ),
    command(Scope::TokenSecret, Id::CloseSecret, &[on(Enter)], "done", "Done with the token", always),
    command(Scope::TokenSecret, Id::EscapeSecret, &[on(Esc), ch('q')], "", "Done with the token", always),
    command(Scope::SecretCheck, Id::CloseSecret, &[on(Enter)], "check", "Check the last characters", always),
    command(Scope::SecretCheck, Id::BackToSecret, &[on(Left)], "back", "Back to the token", always),
    command(Scope::SecretCheck, Id::EscapeSecret, &[on(Esc)], "close without", "Close without the check", always),
    command(Scope::SignInCode, Id::CopyCode, &[ch('c')], "copy", "Copy the code", has_code),
    command(
        Scope::SignInCode,
        Id::Close,
        &[on(Esc), ch('q'), on(Enter)],
        "close",
        "Close; the code is not shown again",
        always,
    ),
];
