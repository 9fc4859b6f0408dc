//! `scimroom`: the dashboard, on the service of the data directory or on one signed in to.

use std::{
    io::{IsTerminal, stdin, stdout},
    path::Path,
    process::ExitCode,
};

use crate::{
    cli::{
        Failure,
        attach::{Connection, Start},
        credentials::Address,
        settings::Settings,
    },
    dashboard::{self, Options},
};

/// Opens the dashboard and waits until it is left.
pub async fn run(
    settings: &Settings,
    remote: Option<&Address>,
    folder: &Path,
    plain: bool,
) -> Result<ExitCode, Failure> {
    if !plain {
        need_terminal()?;
    }
    let connection = Connection::open(settings, remote, Start::Lasting).await?;
    let connection_name = match connection.inside() {
        Some(_) => "embedded".to_owned(),
        None => host(connection.client().url()).to_owned(),
    };
    let options = Options { connection_name, operator: connection.is_operator(), folder: folder.to_owned() };
    let client = connection.client().clone();
    let shown = if plain { dashboard::tell(client, options).await } else { dashboard::run(client, options).await };
    let closed = connection.close().await;
    shown?;
    closed?;
    Ok(ExitCode::SUCCESS)
}

/// Refuses to draw where nobody would see it.
pub fn need_terminal() -> Result<(), Failure> {
    if stdin().is_terminal() && stdout().is_terminal() { Ok(()) } else { Err(Failure::NoTerminal) }
}

fn host(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, host)| host)
}
