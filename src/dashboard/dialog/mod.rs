//! What stands in front of a pane and wants an answer first. One at a time.

mod columns;
mod export;
mod help;
mod many;
mod map_group;
mod new_token;
mod palette;
mod radius;
mod role_editor;
mod rotate;
mod secret;
mod secret_view;
mod travel;
mod view;

pub use columns::ColumnChoice;
pub use export::ListExport;
pub use many::{Chunk, Many, Question, Stage, Task, progress};
pub use map_group::MapGroup;
pub use new_token::NewTokenForm;
pub use palette::Palette;
pub use role_editor::RoleEditor;
pub use rotate::Rotate;
pub use secret::{Closing, TokenSecret};
pub use travel::Travel;
pub use view::{draw, extent};

use crate::{
    dashboard::{
        message::{Call, Load},
        panes::{log, settings::SettingEditor},
    },
    model::{id::UserId, session::SignInCode},
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
    /// … > Create a new token: its name, and for how long and what for.
    NewToken(NewTokenForm),
    /// Events on their way into a file.
    Events(log::Export),
    /// Where in the log to go.
    Travel(Travel),
    /// The token just made, shown this once.
    TokenSecret(TokenSecret),
    /// Another role for one person.
    RoleEditor(RoleEditor),
    /// Another role for the members of a group.
    MapGroup(MapGroup),
    /// A token in place of another.
    Rotate(Rotate),
    /// One setting of the workspace.
    Setting(SettingEditor),
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
