//! The `scimroom` binary: parses the command line, installs error reports and the log, dispatches.

use std::{io, process::ExitCode};

use clap::Parser;
use scimroom::cli::{
    self, Cli,
    output::{note, visible_lines},
};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match start(cli) {
        Ok(code) => code,
        Err(report) => {
            note(&format!("error: {report:#}"));
            ExitCode::FAILURE
        }
    }
}

/// What can go wrong here is the process itself; what a command reports is printed as its one sentence.
fn start(cli: Cli) -> color_eyre::Result<ExitCode> {
    color_eyre::install()?;
    if let Some(filter) = cli.log_filter() {
        let filter = EnvFilter::try_new(filter)?;
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(cli::run(cli));
    // A terminal's reader thread cannot be interrupted and must not keep the process.
    runtime.shutdown_background();
    Ok(done.unwrap_or_else(|failure| {
        if !failure.is_broken_pipe() {
            // Part of it may come from a service elsewhere.
            note(&format!("error: {}", visible_lines(&failure.to_string())));
        }
        failure.exit_code()
    }))
}
