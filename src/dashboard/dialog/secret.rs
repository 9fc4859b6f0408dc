//! The dialog that shows a new token, the only time it is ever shown.
//!
//! No terminal says whether it took a text into its clipboard, so the dialog does not believe it: before it closes it
//! lets the admin paste the token back, and there are two more ways to keep it, reading it and a file. Who types proves it
//! with the first characters: the last ones stand in the list of tokens.

use std::{fmt, path::PathBuf};

use secrecy::zeroize::Zeroizing;

use crate::model::token::CreatedToken;

/// The way out of the dialog.
#[derive(Clone, PartialEq, Eq)]
pub enum Closing {
    /// Nobody wants to leave.
    No,
    /// Leaving is asked for: the token or its first characters are awaited.
    Check {
        /// What was typed of them.
        typed: Zeroizing<String>,
        /// What was wrong with it, or what leaving means; keys stand by the names of their commands.
        note: Option<&'static str>,
        /// Whether Esc has been pressed once already.
        warned: bool,
    },
}

/// Without what was typed, which may be the token.
impl fmt::Debug for Closing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self, Self::No) { "No" } else { "Check" })
    }
}

/// The dialog's state; the secret is wiped when it is dropped.
#[derive(Debug)]
pub struct TokenSecret {
    /// The token and its secret.
    pub created: CreatedToken,
    /// Whether the secret is on screen.
    pub revealed: bool,
    /// Whether it was sent to a clipboard.
    pub copied: bool,
    /// The file it was written to.
    pub saved: Option<PathBuf>,
    /// The way out.
    pub closing: Closing,
}

/// How many of the first characters, after the prefix that all tokens have, prove that the token was kept.
const HEAD: usize = 4;
/// No more bytes of what is typed are kept: a token and the word before it are shorter.
const LONGEST: usize = 256;

impl TokenSecret {
    /// For a token just made.
    pub const fn new(created: CreatedToken) -> Self {
        Self { created, revealed: false, copied: false, saved: None, closing: Closing::No }
    }

    /// Enter or Esc; says whether the dialog may go.
    pub fn close(&mut self, escape: bool) -> bool {
        if self.saved.is_some() {
            return true;
        }
        match &mut self.closing {
            Closing::No => {
                self.closing = Closing::Check {
                    // Never moved to a larger place, which would leave a copy behind.
                    typed: Zeroizing::new(String::with_capacity(LONGEST + char::MAX_LEN_UTF8)),
                    note: None,
                    warned: false,
                };
                false
            }
            Closing::Check { warned, .. } if escape && (self.copied || *warned) => true,
            Closing::Check { note, warned, .. } if escape => {
                *warned = true;
                *note = Some(
                    "It has not been copied or written anywhere. Press {secret-check.escape-secret} again to lose it.",
                );
                false
            }
            Closing::Check { typed, note, .. } => {
                if is_kept(self.created.token.expose(), typed) {
                    return true;
                }
                typed.clear();
                *note = Some(
                    "These are not its first four characters. Go back with {secret-check.back-to-secret} and copy it again.",
                );
                false
            }
        }
    }

    /// Back from the way out.
    pub fn stay(&mut self) {
        self.closing = Closing::No;
    }

    /// What was typed, as far as it may be seen: what goes beyond the first characters may be the token.
    pub fn typed(&self) -> String {
        let Closing::Check { typed, .. } = &self.closing else { return String::new() };
        typed.chars().enumerate().map(|(place, c)| if place < HEAD { c } else { '•' }).collect()
    }

    /// Whether the token or its first characters are awaited.
    pub const fn is_checking(&self) -> bool {
        matches!(self.closing, Closing::Check { .. })
    }

    /// A character typed while the token is awaited. Only Enter judges them: a terminal without bracketed paste types a
    /// pasted token, and what would follow its first characters must not be taken for commands.
    pub fn type_char(&mut self, c: char) {
        if let Closing::Check { typed, note, .. } = &mut self.closing {
            *note = None;
            if typed.len() < LONGEST {
                typed.push(c);
            }
        }
    }

    /// Takes back the last character typed.
    pub fn erase(&mut self) {
        if let Closing::Check { typed, .. } = &mut self.closing {
            typed.pop();
        }
    }

    /// A paste while the token is awaited: all of it or its first characters; says whether the dialog may go.
    pub fn paste(&mut self, text: &str) -> bool {
        let Closing::Check { note, .. } = &mut self.closing else { return false };
        if is_kept(self.created.token.expose(), text) {
            return true;
        }
        *note = Some(
            "The clipboard holds something else. Go back with {secret-check.back-to-secret}, then copy again, reveal it, or \
             write a file.",
        );
        false
    }
}

/// Whether this is the secret, or its first characters.
fn is_kept(secret: &str, text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_prefix("Bearer ").unwrap_or(text).trim();
    let own = secret.split_once('_').map_or(secret, |(_, own)| own);
    text == secret || text.chars().count() == HEAD && own.starts_with(text)
}
