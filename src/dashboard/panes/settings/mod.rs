//! The pane Settings: its pages, and the pages Workspace and Appearance.

mod editor;
pub mod looks;
mod setting;
mod view;

pub use editor::SettingEditor;
use looks::Look;
pub use setting::Setting;
pub use view::{draw_pages, draw_workspace, put_foot};

use crate::{
    dashboard::{
        act,
        dialog::Dialog,
        message::{Effect, Failure, Load},
        scroll::{self, Move},
        state::State,
        update::notice,
    },
    model::{role::Role, workspace::Workspace},
};

/// A page of the pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SettingsPage {
    /// API Tokens.
    #[default]
    Tokens,
    /// Workspace.
    Workspace,
    /// Appearance.
    Appearance,
}

impl SettingsPage {
    /// Every page, from left to right.
    pub const ALL: [Self; 3] = [Self::Tokens, Self::Workspace, Self::Appearance];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Tokens => "API Tokens",
            Self::Workspace => "Workspace",
            Self::Appearance => "Appearance",
        }
    }

    /// The page beside it, round the end.
    pub fn neighbour(self, right: bool) -> Self {
        let place = Self::ALL.iter().position(|page| *page == self).unwrap_or(0);
        let step = if right { 1 } else { Self::ALL.len() - 1 };
        Self::ALL.get((place + step) % Self::ALL.len()).copied().unwrap_or_default()
    }
}

/// The pane's state, but for the tokens.
#[derive(Debug, Default)]
pub struct Settings {
    /// Which page is shown.
    pub page: SettingsPage,
    /// The workspace's settings.
    pub workspace: Load<Workspace>,
    /// The selected setting's place.
    pub row: usize,
    /// The place of what is selected on the page Appearance.
    pub look: usize,
}

impl Settings {
    /// Moves the selection on the page Workspace or Appearance.
    pub fn travel(&mut self, height: u16, by: Move) {
        if self.page == SettingsPage::Appearance {
            self.look = scroll::travel_rows(self.look, Look::ALL.len(), height, by);
        } else {
            self.row = scroll::travel_rows(self.row, Setting::ALL.len(), height, by);
        }
    }

    /// The selected setting.
    pub fn selected(&self) -> Setting {
        Setting::ALL.get(self.row).copied().unwrap_or(Setting::Name)
    }
}

/// A command of the pane's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// The page to the right, or to the left.
    Turn(bool),
    /// The dialog that changes the selected setting.
    Edit,
    /// Changes what is selected on the page Appearance.
    Change,
    /// Reads `dashboard.toml` again.
    Reload,
}

/// Runs a command.
pub fn run(state: &mut State, command: Command, effects: &mut Vec<Effect>) {
    match command {
        Command::Turn(right) => {
            state.settings.page = state.settings.page.neighbour(right);
            act::refresh_pane(state, effects);
        }
        Command::Change => looks::change(state, effects),
        Command::Reload => effects.push(Effect::ReadPreferences),
        Command::Edit => {
            if let Some(workspace) = state.settings.workspace.ready() {
                state.dialog = Some(Dialog::Setting(SettingEditor::new(state.settings.selected(), workspace)));
            }
        }
    }
}

/// The workspace's settings are known and can be changed by whoever is signed in.
pub fn may_change(state: &State) -> Result<(), String> {
    state.may(Role::Owner)?;
    match state.settings.workspace.ready() {
        Some(_) => Ok(()),
        None => Err("the settings are not known yet".to_owned()),
    }
}

/// Takes the settings as they are after a change, or says in the dialog why they were not changed.
pub fn take(state: &mut State, done: String, answer: Result<Box<Workspace>, Failure>, effects: &mut Vec<Effect>) {
    match answer {
        Ok(workspace) => {
            state.settings.workspace = Load::Ready(*workspace);
            if matches!(state.dialog, Some(Dialog::Setting(_))) {
                state.dialog = None;
            }
            state.toasts.success(done, effects);
        }
        Err(failure) => match &mut state.dialog {
            Some(Dialog::Setting(editor)) => editor.refused(failure.sentence),
            _ => notice(state, "The setting was not changed", failure),
        },
    }
}
