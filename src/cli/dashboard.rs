//! `scimroom`: the dashboard, on the service of the data directory or on one signed in to.

use std::{
    io::{IsTerminal, stdin, stdout},
    path::Path,
    process::ExitCode,
    sync::Arc,
};

use crate::{
    cli::{
        Failure,
        attach::{Connection, Start},
        credentials::Address,
        settings::Settings,
        test_traffic,
    },
    dashboard::{self, Opened, Options, Player},
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
    // Before a service is found or started, which takes longer than drawing.
    let mut opened = match plain {
        true => None,
        false => Some(Opened::new(folder, remote.map(|address| host(address.as_str())))?),
    };
    let connection = match &mut opened {
        Some(opened) => {
            let (settings, remote, teller) = (settings.clone(), remote.cloned(), opened.teller());
            let connecting = async move {
                Connection::open(&settings, remote.as_ref(), Start::Lasting, |stage| teller.say(stage.to_string()))
                    .await
            };
            let Some(connection) = opened.wait(connecting).await? else { return Ok(ExitCode::SUCCESS) };
            connection?
        }
        None => Connection::open(settings, remote, Start::Lasting, |_| {}).await?,
    };
    let connection_name = match connection.inside() {
        Some(_) => "embedded".to_owned(),
        None => host(connection.client().url()).to_owned(),
    };
    let player: Arc<dyn Player> = Arc::new(test_traffic::Okta::default());
    let options = Options { connection_name, operator: connection.is_operator(), player: Some(player) };
    let client = connection.client().clone();
    let shown = match opened {
        Some(opened) => opened.run(client, options).await,
        None => dashboard::tell(client, options).await,
    };
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
