//! The commands of the inspector.

use crate::{
    dashboard::{
        act,
        inspector::{Inspector, curl::curl},
        message::{Call, Effect},
        panes::{Pane, log::Ask, settings::SettingsPage, users::Section},
        state::{State, Stop},
    },
    model::{event::Event, secret::Secret, system_log::entry},
};

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// Copies the SCIM path of the line under the cursor.
    CopyPath,
    /// Copies the value under the cursor.
    CopyValue,
    /// Copies the request as a command for a shell.
    CopyCurl,
    /// Copies the search that finds the request in Okta's System Log.
    CopyOktaSearch,
    /// Folds or unfolds everything.
    FoldAll,
    /// Searches the body.
    Find,
    /// Keeps what was typed.
    ApplyFind,
    /// Leaves the search.
    LeaveFind,
    /// To the next match.
    FindNext,
    /// To the match before.
    FindPrevious,
    /// To the next event about the same person.
    Newer,
    /// To the one before.
    Older,
    /// To the person.
    ToPerson,
    /// To the token.
    ToToken,
    /// To the finding.
    ToFinding,
    /// To its place in the log.
    ToLog,
}

/// Runs a command.
pub fn run(state: &mut State, command: Command, effects: &mut Vec<Effect>) {
    let base_url = state.who.as_ref().map(|who| who.scim_base_url.clone());
    let Some(inspector) = &mut state.inspector else { return };
    let event = inspector.detail.ready().map(|detail| detail.event.clone());
    match command {
        Command::CopyPath => copy(effects, "SCIM path", inspector.body().and_then(|body| body.path())),
        Command::CopyValue => copy(effects, "Value", inspector.body().and_then(|body| body.value())),
        Command::CopyCurl => {
            let command = inspector.detail.ready().zip(base_url).map(|(detail, url)| curl(detail, &url));
            copy(effects, "curl command", command);
        }
        Command::CopyOktaSearch => {
            let search = event.and_then(|event| entry(&event).ok()).map(|entry| entry.search);
            copy(effects, "Search for Okta's System Log", search);
        }
        Command::FoldAll => {
            if let Some(body) = inspector.body_mut() {
                body.toggle_all();
            }
        }
        Command::Find => {
            inspector.find.clear();
            inspector.find.editing = true;
        }
        Command::ApplyFind => {
            inspector.find.editing = false;
            inspector.seek(true, true);
        }
        Command::LeaveFind => inspector.find.clear(),
        Command::FindNext => inspector.seek(true, false),
        Command::FindPrevious => inspector.seek(false, false),
        Command::Newer | Command::Older => {
            if let Some((user, id)) = event.and_then(|event| Some((event.user_id?, event.id))) {
                let newer = command == Command::Newer;
                effects.push(Effect::Call(Call::Log(Ask::Neighbour { user, of: id, newer })));
            }
        }
        Command::ToPerson => {
            if let Some((user, id)) = event.and_then(|event| Some((event.user_id?, event.id))) {
                leave(state);
                state.pane = Pane::Users;
                state.users.open(user, effects);
                if let Some(detail) = &mut state.users.detail {
                    detail.section = Section::Timeline;
                    detail.timeline.choose(id);
                }
            }
        }
        Command::ToToken => {
            if let Some(token) = event.and_then(|event| event.token_id) {
                leave(state);
                state.pane = Pane::Settings;
                state.settings.page = SettingsPage::Tokens;
                state.tokens.choose(token);
                act::refresh_pane(state, effects);
            }
        }
        Command::ToLog => {
            let id = inspector.id;
            act::show(state, Pane::Log, effects);
            state.log.show(id, effects);
        }
        Command::ToFinding => {
            let open = |event: &Event| state.setup.findings_of(event).map(|finding| finding.code).next();
            let code = event.and_then(|event| open(&event).or(event.findings.first().copied()));
            if let Some(code) = code.filter(|code| state.setup.choose(*code)) {
                leave(state);
                state.pane = Pane::Setup;
                state.setup.choose(code);
            } else if let Some(code) = code {
                state.toasts.refusal(format!("The finding {code} is closed: later requests were right."));
            }
        }
    }
}

/// Leaves the inspector for another pane, to come back.
fn leave(state: &mut State) {
    if let Some(inspector) = state.inspector.take() {
        state.trail.push(Stop { pane: state.pane, event: inspector.id, tab: inspector.tab });
    }
}

fn copy(effects: &mut Vec<Effect>, what: &str, text: Option<String>) {
    if let Some(text) = text {
        effects.push(Effect::Copy { what: what.to_owned(), text: Secret::new(text) });
    }
}

impl Inspector {
    /// Goes to a match of what is searched for.
    pub fn seek(&mut self, forward: bool, stay: bool) {
        let text = self.find.value().to_lowercase();
        if text.is_empty() {
            return;
        }
        let found = self.body_mut().is_some_and(|body| body.find(&text, forward, stay));
        self.missed = !found;
    }
}
