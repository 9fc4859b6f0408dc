//! Keys: as the terminal reports them, as they are written on screen, and as a key map spells them.

use std::{fmt, str::FromStr};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    control: bool,
}

/// Why a text names no key that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// No key is called that.
    #[error(
        "{0:?} is no key: write a character such as \"r\" or \"R\", a name such as \"enter\", \"space\" or \"f5\", or \
         \"ctrl-\" and a letter"
    )]
    Unknown(String),
    /// Terminals send the same for it as for another key.
    #[error(
        "{0:?} cannot be told from another key by a terminal (ctrl-h is Backspace, ctrl-i Tab, ctrl-j and ctrl-m Enter)"
    )]
    Ambiguous(String),
    /// tmux or screen take it.
    #[error("{0:?} is the prefix of tmux or screen, which would take it: choose another")]
    Multiplexer(String),
}

/// The keys with a name: how it is shown, and what it is.
const NAMED: [(&str, KeyCode); 18] = [
    ("Space", KeyCode::Char(' ')),
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("Shift-Tab", KeyCode::BackTab),
    ("↑", KeyCode::Up),
    ("↓", KeyCode::Down),
    ("←", KeyCode::Left),
    ("→", KeyCode::Right),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("Insert", KeyCode::Insert),
    ("Delete", KeyCode::Delete),
    ("Backspace", KeyCode::Backspace),
    ("Minus", KeyCode::Char('-')),
    ("Null", KeyCode::Null),
];
/// Other names that a key map may use.
const ALIASES: [(&str, &str); 7] = [
    ("up", "↑"),
    ("down", "↓"),
    ("left", "←"),
    ("right", "→"),
    ("pageup", "PgUp"),
    ("pagedown", "PgDn"),
    ("escape", "Esc"),
];

impl Key {
    /// The key of a code.
    pub const fn on(code: KeyCode) -> Self {
        Self { code, control: false }
    }

    /// Control and a letter.
    pub const fn control(letter: char) -> Self {
        Self { code: KeyCode::Char(letter), control: true }
    }

    /// Whether this key went down.
    pub fn is(self, key: &KeyEvent) -> bool {
        // Shift is part of the character, and of BackTab; Alt makes another key.
        Self::from(key) == self
            && !key.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::META)
    }
}

impl From<&KeyEvent> for Key {
    fn from(key: &KeyEvent) -> Self {
        Self { code: key.code, control: key.modifiers.contains(KeyModifiers::CONTROL) }
    }
}

impl fmt::Display for Key {
    /// As written on the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.control {
            f.write_str("Ctrl-")?;
        }
        match (NAMED.iter().find(|(_, code)| *code == self.code), self.code) {
            (None, KeyCode::Char(c)) => write!(f, "{c}"),
            (Some(_), KeyCode::Char('-')) => f.write_str("-"),
            (Some((name, _)), _) => f.write_str(name),
            (None, other) => write!(f, "{other}"),
        }
    }
}

impl FromStr for Key {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let unknown = || BadKey::Unknown(text.to_owned());
        let (control, rest) = match text.get(..5) {
            Some(prefix) if prefix.eq_ignore_ascii_case("ctrl-") => (true, text.get(5..).unwrap_or_default()),
            _ => (false, text),
        };
        let mut chars = rest.chars();
        let code = match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_control() && !NAMED.iter().any(|(name, _)| *name == rest) => {
                KeyCode::Char(if control { c.to_ascii_lowercase() } else { c })
            }
            _ => named(rest).or_else(|| function_key(rest)).ok_or_else(unknown)?,
        };
        match code {
            KeyCode::Char('h' | 'i' | 'j' | 'm') if control => Err(BadKey::Ambiguous(text.to_owned())),
            KeyCode::Char('a' | 'b') if control => Err(BadKey::Multiplexer(text.to_owned())),
            // Terminals send control with letters and with little else.
            KeyCode::Char(c) if control && !c.is_ascii_alphabetic() => Err(unknown()),
            _ => Ok(Self { code, control }),
        }
    }
}

fn named(text: &str) -> Option<KeyCode> {
    let text = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(text)).map_or(text, |(_, name)| name);
    NAMED.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, code)| *code)
}

fn function_key(text: &str) -> Option<KeyCode> {
    let number = text.strip_prefix(['F', 'f'])?.parse().ok()?;
    (1..=12).contains(&number).then_some(KeyCode::F(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_shown() {
        for (text, shown) in [
            ("r", "r"),
            ("R", "R"),
            ("ctrl-u", "Ctrl-u"),
            ("CTRL-U", "Ctrl-u"),
            ("space", "Space"),
            ("pageup", "PgUp"),
            ("up", "↑"),
            ("f5", "F5"),
            ("-", "-"),
            ("?", "?"),
            ("é", "é"),
            ("shift-tab", "Shift-Tab"),
        ] {
            assert_eq!(text.parse::<Key>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn a_key_that_cannot_work_says_why() {
        for text in ["", "hello", "ctrl-", "ctrl-1", "F13", "ctrl-up-down"] {
            assert_eq!(text.parse::<Key>(), Err(BadKey::Unknown(text.to_owned())), "{text}");
        }
        assert!(matches!("ctrl-m".parse::<Key>(), Err(BadKey::Ambiguous(_))));
        assert!(matches!("ctrl-b".parse::<Key>(), Err(BadKey::Multiplexer(_))));
    }
}
