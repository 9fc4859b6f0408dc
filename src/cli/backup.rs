//! `scimroom backup` and `scimroom restore`: a copy of everything, made while the service runs, and its return.
//!
//! Both work on the files of the data directory, so they are for the service's own host.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use serde::Serialize;
use tokio::task::spawn_blocking;

use crate::{
    cli::{
        Failure,
        output::{Output, Sheet, when},
        settings::Settings,
    },
    model::{id::TokenId, time::Timestamp},
    service::{self, ServiceError},
    store::{StoreError, sqlite::SqliteStore},
};

/// How many people are named on a terminal.
const SHOWN: usize = 20;

/// `backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file to write; there must be none of this name yet. Only this account may read it: it holds personal data.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// `restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// A file that `scimroom backup` wrote.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// What was saved.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Saved {
    file: PathBuf,
    bytes: u64,
}

/// What is back.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Back {
    users: u64,
    newest_event: Option<Timestamp>,
    set_aside: Option<PathBuf>,
    left_since: Vec<String>,
    left_since_count: u64,
    revoked_since: Vec<Revoked>,
}

/// A token that had been revoked.
#[derive(Debug, Serialize)]
struct Revoked {
    id: TokenId,
    name: String,
}

/// Writes a backup.
pub async fn back_up(args: BackupArgs, settings: &Settings, out: &Output) -> Result<ExitCode, Failure> {
    let (database, target) = (settings.data.database(), args.file.clone());
    let bytes = spawn_blocking(move || SqliteStore::back_up(&database, &target))
        .await
        .map_err(|error| StoreError::File(error.to_string()))??;
    out.show(&Saved { file: args.file, bytes }, |saved| {
        Sheet::default()
            .line("saved", saved.file.display())
            .line("size", format!("{:.1} MiB", saved.bytes as f64 / (1024.0 * 1024.0)))
            .to_string()
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Puts a backup back.
pub async fn restore(args: RestoreArgs, settings: &Settings, out: &Output) -> Result<ExitCode, Failure> {
    let restored = match service::restore(&settings.data, args.file).await {
        Err(ServiceError::AlreadyRunning(path)) => {
            return Err(Failure::Refused(format!(
                "a scimroom service runs on {}: stop it, run restore, and start it again",
                path.display()
            )));
        }
        restored => restored?,
    };
    let back = Back {
        users: restored.users,
        newest_event: restored.newest_event,
        set_aside: restored.aside,
        left_since: restored.left_since,
        left_since_count: restored.left_since_count,
        revoked_since: restored.revoked_since.into_iter().map(|(id, name)| Revoked { id, name }).collect(),
    };
    out.show(&back, describe)?;
    Ok(ExitCode::SUCCESS)
}

fn describe(back: &Back) -> String {
    let mut sheet = Sheet::default()
        .line("users", back.users)
        .maybe("as of", back.newest_event.map(when))
        .maybe("before", back.set_aside.as_ref().map(|path| format!("{} (delete it when all is well)", path.display())))
        .line("sessions", "none: everybody has to sign in again");
    if back.left_since_count > 0 {
        let more = back.left_since_count.saturating_sub(back.left_since.len().min(SHOWN) as u64);
        let mut names = back.left_since.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n");
        if more > 0 {
            names.push_str(&format!("\nand {more} more (--json names up to a thousand)"));
        }
        sheet = sheet
            .line("left since", names)
            .line("", "They are active again, and Okta does not push a leaver twice: scimroom user deactivate NAME");
    }
    if !back.revoked_since.is_empty() {
        sheet = sheet
            .line(
                "revoked since",
                back.revoked_since
                    .iter()
                    .map(|token| format!("{}  {}", token.id, token.name))
                    .collect::<Vec<_>>()
                    .join("\n"),
            )
            .line("", "They are accepted again: scimroom token revoke ID");
    }
    sheet.to_string()
}
