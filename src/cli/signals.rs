//! The signals that end a command which otherwise goes on.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::Failure;

/// Ctrl-C and SIGTERM, heard from the moment this is made.
#[derive(Debug)]
pub struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    /// Begins to listen; from now on the signals no longer end the process by themselves.
    ///
    /// # Errors
    /// The system does not let this process handle signals.
    pub fn listen() -> Result<Self, Failure> {
        let handle =
            |kind| signal(kind).map_err(|reason| Failure::System { what: "signals cannot be handled", reason });
        Ok(Self { interrupt: handle(SignalKind::interrupt())?, terminate: handle(SignalKind::terminate())? })
    }

    /// Returns when either arrives.
    pub async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
