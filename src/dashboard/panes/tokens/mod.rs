//! The pane Settings > API Tokens: which credentials Okta and others may call with, and what became of them.

mod command;
mod facts;
mod going_live;
mod view;

pub use command::{Command, has_token, may_go_live, may_rotate, run};
pub use facts::consequences;
pub use going_live::{ask, tell};
pub use view::{draw, rows};

use crate::{
    dashboard::{
        message::{Call, Effect, Failure, Load},
        scroll::{self, Move},
    },
    model::{
        id::TokenId,
        token::{Token, TokenDetail},
    },
};

/// The pane's state.
#[derive(Debug, Default)]
pub struct Tokens {
    /// Every token, newest first.
    pub tokens: Load<Vec<Token>>,
    /// The first row of the window.
    pub top: u64,
    /// The use over time of the token selected last.
    days: Option<TokenDetail>,
    chosen: Option<TokenId>,
    height: u16,
}

impl Tokens {
    /// Takes the tokens.
    pub fn answer(&mut self, answer: Result<Vec<Token>, Failure>) {
        self.tokens.take(answer);
        if self.selected().map(|token| token.id) != self.chosen {
            self.chosen = self.all().first().map(|token| token.id);
        }
        self.keep_in_view();
    }

    /// The tokens; none while they are not known.
    pub fn all(&self) -> &[Token] {
        self.tokens.ready().map_or(&[], Vec::as_slice)
    }

    /// The row of the selected token.
    pub fn row(&self) -> usize {
        self.chosen.and_then(|id| self.all().iter().position(|token| token.id == id)).unwrap_or(0)
    }

    /// The selected token.
    pub fn selected(&self) -> Option<&Token> {
        self.all().get(self.row())
    }

    /// A token by its id.
    pub fn find(&self, id: TokenId) -> Option<&Token> {
        self.all().iter().find(|token| token.id == id)
    }

    /// The use over time of the selected token, once it is known.
    pub fn days(&self) -> Option<&TokenDetail> {
        self.days.as_ref().filter(|detail| Some(detail.token.id) == self.selected().map(|token| token.id))
    }

    /// What to ask for to know the use over time of the selected token.
    pub fn read_days(&self) -> Option<Effect> {
        self.selected().map(|token| Effect::Call(Call::Token(token.id)))
    }

    /// The same where nothing is known of it.
    pub fn read_missing_days(&self) -> Option<Effect> {
        if self.days().is_some() { None } else { self.read_days() }
    }

    /// Takes the use over time of a token.
    pub fn fill(&mut self, id: TokenId, answer: Result<Box<TokenDetail>, Failure>) {
        if let Ok(detail) = answer
            && self.selected().is_some_and(|token| token.id == id)
        {
            self.days = Some(*detail);
        }
    }

    /// Selects a token, such as one just made.
    pub fn choose(&mut self, id: TokenId) {
        self.chosen = Some(id);
        self.keep_in_view();
    }

    /// The window has this many rows now.
    pub fn resize(&mut self, rows: u16) {
        self.height = rows.max(1);
        self.keep_in_view();
    }

    /// Moves the selection.
    pub fn travel(&mut self, by: Move) {
        let row = scroll::travel_rows(self.row(), self.all().len(), self.height, by);
        self.chosen = self.all().get(row).map(|token| token.id);
        self.keep_in_view();
    }

    fn keep_in_view(&mut self) {
        let to_u64 = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
        self.top = scroll::keep_in_view(self.top, to_u64(self.row()), u64::from(self.height), to_u64(self.all().len()));
    }
}
