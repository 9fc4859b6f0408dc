//! The pane Settings > API Tokens: which credentials Okta and others may call with, and what became of them.

mod view;

pub use view::{draw, rows};

use crate::{
    dashboard::{
        message::{Failure, Load},
        scroll::{self, Move},
    },
    model::{id::TokenId, token::Token},
};

/// The pane's state.
#[derive(Debug, Default)]
pub struct Tokens {
    /// Every token, newest first.
    pub tokens: Load<Vec<Token>>,
    /// The first row of the window.
    pub top: u64,
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
