//! The registry of commands: the one place that says which key does what where, and when it can.
//!
//! Dispatch, the footer's hints and the help overlay all read it, so that they cannot disagree. A command that cannot
//! run now says why.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::{
    dashboard::{
        dialog::Dialog,
        inspector::Inspector,
        panes::{Pane, users::Section},
        state::State,
    },
    model::{role::Role, token::TokenState},
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
    AddAccount,
    RevokeToken,
    Follow,
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
    Event,
    Search,
    Help,
    Notice,
    Confirm,
    AddAccount,
    NewToken,
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

const fn on(code: KeyCode) -> Key {
    Key { code, control: false }
}

const fn ch(c: char) -> Key {
    on(KeyCode::Char(c))
}

const fn ctrl(c: char) -> Key {
    Key { code: KeyCode::Char(c), control: true }
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

#[expect(clippy::unnecessary_wraps, reason = "the shape of every `enabled`")]
fn always(_: &State) -> Result<(), String> {
    Ok(())
}

fn because(possible: bool, reason: &str) -> Result<(), String> {
    if possible { Ok(()) } else { Err(reason.to_owned()) }
}

fn has_value(state: &State) -> Result<(), String> {
    because(state.setup.value().is_some(), "this step has nothing to copy")
}

fn has_evidence(state: &State) -> Result<(), String> {
    because(state.setup.evidence().is_some(), "no request has shown this yet")
}

fn has_user(state: &State) -> Result<(), String> {
    because(state.subject().is_some(), "no user is selected")
}

fn may_deactivate(state: &State) -> Result<(), String> {
    has_user(state)?;
    because(state.subject().is_some_and(|user| user.active), "this user is inactive already")?;
    state.may(Role::Editor)
}

fn may_reactivate(state: &State) -> Result<(), String> {
    has_user(state)?;
    because(state.subject().is_some_and(|user| !user.active), "this user is active already")?;
    because(
        state.subject().is_some_and(|user| user.replaced_by.is_none()),
        "this account was replaced when the e-mail address changed: its person uses the new one",
    )?;
    state.may(Role::Editor)
}

fn may_invite(state: &State) -> Result<(), String> {
    has_user(state)?;
    because(state.subject().is_some_and(|user| user.active), "this user is inactive and cannot log in")?;
    state.may(Role::Owner)
}

fn may_edit_role(state: &State) -> Result<(), String> {
    has_user(state)?;
    state.may(Role::Owner)
}

fn has_user_event(state: &State) -> Result<(), String> {
    let detail = state.users.detail.as_ref();
    let event = detail.filter(|detail| detail.section == Section::Events).and_then(|detail| detail.event());
    because(event.is_some(), "select an event in the section Events first")
}

fn shows_resource(state: &State) -> Result<(), String> {
    let resource = state.users.detail.as_ref().is_some_and(|detail| detail.section == Section::Resource);
    because(resource, "there is something to fold in the SCIM resource only")
}

fn shows_body(state: &State) -> Result<(), String> {
    let body = state.inspector.as_ref().is_some_and(Inspector::shows_body);
    because(body, "there is something to fold in request and response only")
}

fn may_create_token(state: &State) -> Result<(), String> {
    state.may(Role::Owner)
}

fn may_revoke(state: &State) -> Result<(), String> {
    let token = state.tokens.selected();
    because(token.is_some(), "no token is selected")?;
    let revoked = token.is_some_and(|token| token.state(state.now) == TokenState::Revoked);
    because(!revoked, "this token is revoked already")?;
    state.may(Role::Owner)
}

fn has_event(state: &State) -> Result<(), String> {
    because(state.log.selected().is_some(), "no event is selected")
}

fn is_released(state: &State) -> Result<(), String> {
    because(!state.log.following, "the log follows the newest event already")
}

fn has_code(state: &State) -> Result<(), String> {
    let ready = matches!(&state.dialog, Some(Dialog::SignInCode { code, .. }) if code.ready().is_some());
    because(ready, "the code is not here yet")
}

use KeyCode::{BackTab, Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Tab, Up};

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
        "evidence",
        "Open the request that shows the step or finding",
        has_evidence,
    ),
    // One person; before Users, whose keys it shares
    command(
        Scope::Person,
        Id::NextSection,
        &[on(Right), ch('l')],
        "section",
        "Next section: overview, events, SCIM resource",
        always,
    ),
    command(Scope::Person, Id::PreviousSection, &[on(Left), ch('h')], "", "Previous section", always),
    command(Scope::Person, Id::OpenUserEvent, &[on(Enter)], "event", "Open the selected event", has_user_event),
    command(
        Scope::Person,
        Id::FoldResource,
        &[ch(' ')],
        "fold",
        "Fold or unfold the part under the cursor",
        shows_resource,
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
        "Filter: words, and status: action: method: user: path: token: address: finding:, ! negates",
        always,
    ),
    command(Scope::Log, Id::Follow, &[ch('f')], "follow", "Follow the newest event again", is_released),
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
