//! Ways to the clipboard, which differ by where the dashboard runs.
//!
//! Inside tmux neither OSC 52 nor its wrapped form gets through with tmux's own defaults; `tmux load-buffer -w` does.
//! Elsewhere the terminal is asked with OSC 52, in GNU screen wrapped to pass through it. On the admin's own desktop the
//! native tool is asked as well, since some terminals there know no OSC 52; over SSH it would reach the wrong machine.

use std::{process::Stdio, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use crossterm::{Command as _, clipboard::CopyToClipboard};
use tokio::{io::AsyncWriteExt, process::Command, time::timeout};

use crate::model::secret::Secret;

/// The name of the buffer that carries a text through tmux, for a moment.
const TMUX_BUFFER: &str = "scimroom-copy";
/// After so long a tool counts as stuck.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the environment says about the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Surroundings {
    tmux: bool,
    screen: bool,
    ssh: bool,
    wayland: bool,
    x11: bool,
    mac: bool,
}

impl Surroundings {
    /// Of this process.
    pub fn from_environment() -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        Self {
            tmux: set("TMUX"),
            screen: set("STY"),
            ssh: set("SSH_CONNECTION") || set("SSH_TTY"),
            wayland: set("WAYLAND_DISPLAY"),
            x11: set("DISPLAY"),
            mac: cfg!(target_os = "macos"),
        }
    }

    /// Whether the text goes through tmux's own command.
    pub const fn is_tmux(self) -> bool {
        self.tmux
    }

    /// The sequence that asks the terminal to take the text; none inside tmux.
    pub fn sequence(self, text: &Secret) -> Option<Vec<u8>> {
        if self.tmux {
            return None;
        }
        if self.screen {
            let encoded = BASE64_STANDARD.encode(text.expose());
            return Some(format!("\x1bP\x1b]52;c;{encoded}\x07\x1b\\").into_bytes());
        }
        let mut sequence = String::new();
        CopyToClipboard::to_clipboard_from(text.expose()).write_ansi(&mut sequence).ok()?;
        Some(sequence.into_bytes())
    }

    /// The desktop's own tool, where the desktop is the admin's.
    pub fn tool(self) -> Option<(&'static str, &'static [&'static str])> {
        match self {
            Self { ssh: true, .. } => None,
            Self { mac: true, .. } => Some(("pbcopy", &[])),
            Self { wayland: true, .. } => Some(("wl-copy", &[])),
            Self { x11: true, .. } => Some(("xclip", &["-selection", "clipboard"])),
            _ => None,
        }
    }
}

/// Takes a text to the clipboard by the ways that need a process: tmux, and the desktop's tool. `asked` says that the
/// terminal has been asked already. Gives where the text went.
///
/// # Errors
/// No way led anywhere: what was tried, and what to do instead.
pub async fn send(surroundings: Surroundings, text: &Secret, asked: bool) -> Result<&'static str, String> {
    let mut sent = asked.then_some("the terminal's clipboard");
    if surroundings.is_tmux() && feed("tmux", &["load-buffer", "-w", "-b", TMUX_BUFFER, "-"], text).await {
        // Otherwise the text could be read from tmux's buffers for as long as it runs.
        feed("tmux", &["delete-buffer", "-b", TMUX_BUFFER], &Secret::new("")).await;
        sent = Some("the terminal's clipboard, through tmux");
    }
    if let Some((tool, arguments)) = surroundings.tool()
        && feed(tool, arguments, text).await
    {
        sent = Some("the desktop's clipboard");
    }
    sent.ok_or_else(|| {
        "tmux did not take the text (it needs version 3.2 or later). Reveal it and select it, or write it to a file."
            .to_owned()
    })
}

/// Runs a tool with the text as its input; says whether it succeeded.
async fn feed(tool: &str, arguments: &[&str], text: &Secret) -> bool {
    let run = async {
        let mut child = Command::new(tool)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .ok()?;
        let mut input = child.stdin.take()?;
        // A tool that needs no input may be gone before it is written; its status tells how it went.
        let _ = input.write_all(text.expose().as_bytes()).await;
        drop(input);
        child.wait().await.ok()
    };
    timeout(PATIENCE, run).await.ok().flatten().is_some_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(surroundings: Surroundings) -> Option<String> {
        surroundings.sequence(&Secret::new("scimroom_abc")).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn the_terminal_is_asked_in_the_form_it_hears() {
        let plain = Surroundings::default();
        assert_eq!(sequence(plain).unwrap(), "\x1b]52;c;c2NpbXJvb21fYWJj\x1b\\");
        let screen = Surroundings { screen: true, ..plain };
        assert_eq!(sequence(screen).unwrap(), "\x1bP\x1b]52;c;c2NpbXJvb21fYWJj\x07\x1b\\");
        assert_eq!(sequence(Surroundings { tmux: true, ..plain }), None);
    }

    #[test]
    fn over_ssh_no_tool_of_the_other_machine_is_asked() {
        let desktop = Surroundings { wayland: true, ..Surroundings::default() };
        assert_eq!(desktop.tool().map(|(tool, _)| tool), Some("wl-copy"));
        assert_eq!(Surroundings { ssh: true, ..desktop }.tool(), None);
    }
}
