//! Colours: pairs of the terminal's own sixteen, so that the admin's palette decides how they look; and a theme
//! without any, for `NO_COLOR`, that tells everything by reverse video, weight and underline.

use ratatui::style::{Color, Modifier, Style};

use crate::model::{finding::Severity, token::TokenState};

/// The styles of everything on screen. Meaning never hangs on colour alone: marks and words carry it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Ordinary text.
    pub text: Style,
    /// Secondary text and rules.
    pub dim: Style,
    /// What the eye should find first: the pane shown, keys, names of fields.
    pub accent: Style,
    /// Headings.
    pub heading: Style,
    /// The selected row, or the focused button.
    pub selected: Style,
    /// Done, active, successful.
    pub good: Style,
    /// Wants attention.
    pub warn: Style,
    /// Wrong.
    pub bad: Style,
    /// A line across the screen that wants attention.
    pub banner: Style,
    /// A search's match.
    pub found: Style,
}

impl Theme {
    /// For dark backgrounds, and bearable on light ones.
    pub const DARK: Self = Self {
        text: Style::new(),
        dim: Style::new().fg(Color::DarkGray),
        accent: Style::new().fg(Color::Cyan),
        heading: Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD),
        selected: Style::new().fg(Color::Black).bg(Color::Cyan),
        good: Style::new().fg(Color::Green),
        warn: Style::new().fg(Color::Yellow),
        bad: Style::new().fg(Color::LightRed),
        banner: Style::new().fg(Color::Black).bg(Color::Yellow),
        found: Style::new().fg(Color::Black).bg(Color::Yellow),
    };

    /// Without colours.
    pub const MONO: Self = Self {
        text: Style::new(),
        dim: Style::new().add_modifier(Modifier::DIM),
        accent: Style::new().add_modifier(Modifier::UNDERLINED),
        heading: Style::new().add_modifier(Modifier::BOLD),
        selected: Style::new().add_modifier(Modifier::REVERSED),
        good: Style::new(),
        warn: Style::new().add_modifier(Modifier::BOLD),
        bad: Style::new().add_modifier(Modifier::BOLD).add_modifier(Modifier::UNDERLINED),
        banner: Style::new().add_modifier(Modifier::REVERSED).add_modifier(Modifier::BOLD),
        found: Style::new().add_modifier(Modifier::REVERSED),
    };

    /// The theme for this environment: without colours where `NO_COLOR` is set to anything but the empty text.
    pub fn from_environment() -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if no_color { Self::MONO } else { Self::DARK }
    }

    /// The style of an HTTP status.
    pub const fn status(&self, status: u16) -> Style {
        match status {
            0..400 => self.good,
            400..500 => self.warn,
            _ => self.bad,
        }
    }

    /// The style of a finding.
    pub const fn severity(&self, severity: Severity) -> Style {
        match severity {
            Severity::Hint => self.accent,
            Severity::Warning => self.warn,
            Severity::Error => self.bad,
        }
    }

    /// The style of a token's state.
    pub const fn token(&self, state: TokenState) -> Style {
        match state {
            TokenState::NeverUsed => self.accent,
            TokenState::Active => self.good,
            TokenState::Expiring => self.warn,
            TokenState::Expired => self.bad,
            TokenState::Revoked => self.dim,
        }
    }
}
