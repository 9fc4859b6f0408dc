//! `scimroom demo`: a throw-away workspace in which simulated people arrive while one looks on.

use std::{
    env, fs, io,
    net::{Ipv4Addr, SocketAddr},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

use uuid::Uuid;

use crate::{
    cli::{Failure, attach::operator_key, dashboard::need_terminal},
    client::Client,
    dashboard::{Opened, Options},
    model::{
        data_dir::DataDir,
        token::{NewToken, TokenScope},
    },
    service,
    simulator::{self, App},
};

/// The same people every time.
const SEED: u64 = 7;
/// How the connection is called.
const NAME: &str = "demo";

/// Runs the demo until the dashboard is left.
pub async fn run(folder: &Path) -> Result<ExitCode, Failure> {
    need_terminal()?;
    let mut opened = Opened::new(folder, Some(NAME))?;
    let dir =
        TemporaryDir::new().map_err(|reason| Failure::System { what: "no temporary directory can be made", reason })?;
    let data = DataDir::new(dir.path());
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    opened.teller().say("Starting the service …".to_owned());
    let starting = service::start(service::Options::new(data.clone(), listen));
    let Some(service) = opened.wait(starting).await? else { return Ok(ExitCode::SUCCESS) };
    let service = service?;
    let shown = show(&data, service.url(), opened).await;
    let stopped = service.stop().await;
    shown?;
    stopped?;
    Ok(ExitCode::SUCCESS)
}

async fn show(data: &DataDir, url: &str, mut opened: Opened) -> Result<(), Failure> {
    let client = Client::new(url, Some(operator_key(data)?))?;
    let asked = client.clone();
    let creating = async move {
        let new = NewToken { name: "Okta (simulated)".to_owned(), scope: TokenScope::Write, days: None };
        asked.create_token(&new).await
    };
    let Some(token) = opened.wait(creating).await? else { return Ok(()) };
    let token = token?;
    let base = format!("{url}/scim/v2");
    let options = Options { connection_name: NAME.to_owned(), operator: true };
    tokio::select! {
        shown = opened.run(client, options) => shown?,
        toured = simulator::tour(&base, &token.token, App::Wizard, SEED, |_| {}) => match toured? {},
    }
    Ok(())
}

/// A directory of this account only, gone when dropped.
struct TemporaryDir(PathBuf);

impl TemporaryDir {
    fn new() -> io::Result<Self> {
        let path = env::temp_dir().join(format!("scimroom-demo-{}", Uuid::now_v7().simple()));
        fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryDir {
    fn drop(&mut self) {
        // Nothing is left to do for a demo that cannot clean up: the system empties its temporary directory.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_throw_away_directory_is_private_and_goes_away() {
        let dir = TemporaryDir::new().unwrap();
        let path = dir.path().to_owned();
        fs::write(path.join("scimroom.db"), "x").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        drop(dir);
        assert!(!path.exists());
    }
}
