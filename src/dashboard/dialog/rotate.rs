//! A token in place of another: how long both are accepted is picked, then confirmed.

use ratatui::text::{Line, Span};

use crate::{
    dashboard::{message::Call, paint, theme::Theme},
    model::{
        id::TokenId,
        token::{Token, TokenRotation},
    },
};

/// The overlaps to pick from, in hours.
const CHOICES: [(u32, &str); 4] = [(24, "24 hours"), (1, "1 hour"), (7 * 24, "7 days"), (0, "not at all")];

/// The dialog's state: the token as it was when it opened.
#[derive(Debug)]
pub struct Rotate {
    /// Which token.
    pub token: TokenId,
    /// Its name.
    pub name: String,
    /// Its last characters.
    pub tail: String,
    /// Whether a request ever carried it.
    pub used: bool,
    /// Whether the pick was made and awaits its confirmation.
    pub confirming: bool,
    /// Whether the button that does it has the focus.
    pub focused: bool,
    picked: usize,
}

impl Rotate {
    /// For a token.
    pub fn new(token: &Token) -> Self {
        Self {
            token: token.id,
            name: token.name.clone(),
            tail: token.tail.clone(),
            used: token.last_used.is_some(),
            confirming: false,
            focused: false,
            picked: 0,
        }
    }

    /// Picks the overlap below or above.
    pub fn pick(&mut self, down: bool) {
        let next = if down { self.picked + 1 } else { self.picked.saturating_sub(1) };
        self.picked = next.min(CHOICES.len() - 1);
    }

    fn choice(&self) -> (u32, &'static str) {
        CHOICES.get(self.picked).copied().unwrap_or((TokenRotation::DEFAULT_HOURS, "24 hours"))
    }

    /// What to ask of the service.
    pub fn call(&self) -> Call {
        Call::RotateToken(self.token, TokenRotation { overlap_hours: Some(self.choice().0) })
    }

    /// The dialog's lines.
    pub fn lines(&self, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        let (hours, words) = self.choice();
        if !self.confirming {
            lines.extend(paint::sentence("For how long is the old token accepted as well?", columns, theme.text));
            for (place, (_, words)) in CHOICES.iter().enumerate() {
                let picked = place == self.picked;
                let mark = if picked { "◉" } else { "○" };
                let style = if picked { theme.selected } else { theme.text };
                lines.push(Line::from(Span::styled(format!(" {mark} {words:<11}"), style)));
            }
            lines.push(Line::default());
        }
        let what = format!("A new token takes over from …{}, with its name, its scope and as long a life.", self.tail);
        let then = match (hours, self.used) {
            (0, true) => {
                "The old one is revoked at once: Okta is refused until the new one is entered there.".to_owned()
            }
            (0, false) => "The old one is revoked at once; nothing ever used it.".to_owned(),
            _ => format!(
                "The old one goes on for {words}: enter the new one in Okta meanwhile. This pane shows which of the two \
                 Okta uses."
            ),
        };
        lines.extend(paint::sentence(&what, columns, theme.text));
        lines.extend(paint::sentence(&then, columns, if hours == 0 && self.used { theme.warn } else { theme.text }));
        lines
    }
}
