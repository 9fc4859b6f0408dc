//! What stands in front of a pane and wants an answer first. One at a time.

mod columns;
mod export;
mod many;
mod palette;
mod role_editor;
mod secret;
mod travel;
mod view;

pub use columns::ColumnChoice;
pub use export::ListExport;
pub use many::{Chunk, Many, Question, Stage, Task};
pub use palette::Palette;
pub use role_editor::RoleEditor;
pub use secret::{Closing, TokenSecret};
pub use travel::Travel;
pub use view::{draw, extent};

use crossterm::event::{Event, KeyCode, KeyEvent};
use tui_input::{Input, InputRequest, backend::crossterm::EventHandler};

use crate::{
    dashboard::{
        message::{Call, Load},
        panes::log,
    },
    model::{id::UserId, session::SignInCode, token::NewToken},
};

/// A dialog.
#[derive(Debug)]
pub enum Dialog {
    /// Every command that means something here, to choose from.
    Palette(Palette),
    /// Every key, from the registry of commands.
    Help,
    /// A sentence that must be read.
    Notice {
        /// What it is about.
        title: String,
        /// The sentence.
        text: String,
    },
    /// Something that cannot simply be taken back.
    Confirm(Confirm),
    /// Settings > API Tokens > Add another account.
    AddAccount,
    /// … > Create a new token: its name.
    NewToken(NameInput),
    /// Events on their way into a file.
    Events(log::Export),
    /// Where in the log to go.
    Travel(Travel),
    /// The token just made, shown this once.
    TokenSecret(TokenSecret),
    /// Another role for one person.
    RoleEditor(RoleEditor),
    /// A change of many people, or its way back.
    Many(Many),
    /// The columns of a list of users.
    Columns(ColumnChoice),
    /// A list of users as a file.
    Export(ListExport),
    /// A sign-in code for one person, shown this once.
    SignInCode {
        /// For whom.
        user: UserId,
        /// Their name.
        name: String,
        /// The code.
        code: Load<SignInCode>,
    },
}

/// A question with the objects named; Cancel has the focus.
#[derive(Debug)]
pub struct Confirm {
    /// What would be done.
    pub title: String,
    /// To whom or what, and what follows from it.
    pub lines: Vec<String>,
    /// The word on the button that does it.
    pub yes: &'static str,
    /// Whether that button has the focus.
    pub focused: bool,
    /// What is asked of the service then. It names its object by id, taken when the question was asked.
    pub call: Call,
}

impl Confirm {
    /// A question.
    pub const fn new(title: String, lines: Vec<String>, yes: &'static str, call: Call) -> Self {
        Self { title, lines, yes, focused: false, call }
    }
}

/// The name of a new token, being typed.
#[derive(Debug, Default)]
pub struct NameInput {
    /// The line typed into.
    pub input: Input,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// Whether the service has been asked and not answered yet.
    pub busy: bool,
}

impl NameInput {
    /// Longest name in characters, as the service takes it.
    const LIMIT: usize = 100;

    /// Types a key.
    pub fn key(&mut self, key: KeyEvent) {
        let full = self.input.value().chars().count() >= Self::LIMIT;
        if self.busy || full && matches!(key.code, KeyCode::Char(_)) {
            return;
        }
        self.problem = None;
        self.input.handle_event(&Event::Key(key));
    }

    /// Types a pasted text: one line of it.
    pub fn paste(&mut self, text: &str) {
        if self.busy {
            return;
        }
        let room = Self::LIMIT.saturating_sub(self.input.value().chars().count());
        for c in text.trim().chars().filter(|c| !c.is_control()).take(room) {
            self.input.handle(InputRequest::InsertChar(c));
        }
    }

    /// The token to ask for; none, with the problem said, when the name is empty.
    pub fn submit(&mut self) -> Option<NewToken> {
        let name = self.input.value().trim().to_owned();
        if self.busy {
            return None;
        }
        if name.is_empty() {
            self.problem = Some("Give the token a name, such as the system that will use it.".to_owned());
            return None;
        }
        self.busy = true;
        self.problem = None;
        Some(NewToken { name, scope: crate::model::token::TokenScope::Write, days: None })
    }
}
