//! `scimroom serve`: the service alone, until a signal ends it.

use std::{process::ExitCode, time::Duration};

use clap::Args;
use tokio::time::{Instant, sleep};

use crate::{
    cli::{Failure, Listen, output::Output, settings::Settings, signals::Stop},
    service::{self, ServiceError},
};

/// A command that asked a question of its own service on the same data directory has ended after so long.
const PATIENCE: Duration = Duration::from_secs(2);

/// `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub(super) listen: Listen,
    /// What to log on standard error: off, error, warn, info, debug or trace, also by module.
    #[arg(long, env = "RUST_LOG", value_name = "FILTER", default_value = "info")]
    log: String,
}

impl ServeArgs {
    /// What to log.
    pub fn log(&self) -> &str {
        &self.log
    }
}

/// Serves until Ctrl-C or SIGTERM.
pub async fn run(settings: &Settings, out: &Output) -> Result<ExitCode, Failure> {
    let mut stop = Stop::listen()?;
    let options = settings.service();
    let deadline = Instant::now() + PATIENCE;
    let service = loop {
        match service::start(options.clone()).await {
            Err(ServiceError::AlreadyRunning { .. }) if Instant::now() < deadline => {
                sleep(Duration::from_millis(50)).await;
            }
            started => break started?,
        }
    };
    out.line(&format!("listening on {}", service.public_url()))?;
    stop.wait().await;
    // A second signal means that somebody does not want to wait for what is under way.
    tokio::select! {
        stopped = service.stop() => stopped?,
        () = stop.wait() => return Ok(ExitCode::FAILURE),
    }
    Ok(ExitCode::SUCCESS)
}
