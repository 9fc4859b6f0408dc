//! `scimroom demo`: a throw-away workspace in which simulated people arrive while one looks on.

use std::{
    env, fs, io,
    net::{Ipv4Addr, SocketAddr},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use uuid::Uuid;

use crate::{
    cli::{Failure, attach::operator_key, dashboard::need_terminal},
    client::Client,
    dashboard::{Opened, Options},
    model::{
        data_dir::DataDir,
        token::{NewToken, TokenMode, TokenScope},
    },
    service,
    simulator::{self, App, Mistake, Scenario, Users},
};

/// `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Play this mistake of Okta's admin in place of a company's life, to see how it is found and mended.
    /// `scimroom simulate okta --list` names them.
    #[arg(long, value_name = "NAME", value_parser = mistake)]
    mistake: Option<&'static Mistake>,
}

/// A mistake by its name, with or without `misconfigured-` in front.
fn mistake(name: &str) -> Result<&'static Mistake, String> {
    let whole = if name.starts_with(MISCONFIGURED) { name.to_owned() } else { format!("{MISCONFIGURED}{name}") };
    match whole.parse() {
        Ok(Scenario::Misconfigured(mistake)) => Ok(mistake),
        _ => Err("it is no mistake that can be played; `scimroom simulate okta --list` names them".to_owned()),
    }
}

/// How the scenarios of mistakes begin.
const MISCONFIGURED: &str = "misconfigured-";
/// How many people a mistake is played with at least, and how many requests a second: slowly enough to look on.
const PLAYED: (u32, f64) = (4, 3.0);

/// The same people every time.
const SEED: u64 = 7;
/// How the connection is called.
const NAME: &str = "demo";

/// Runs the demo until the dashboard is left.
pub async fn run(args: DemoArgs, folder: &Path) -> Result<ExitCode, Failure> {
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
    let shown = show(&data, service.url(), opened, args.mistake).await;
    let stopped = service.stop().await;
    shown?;
    stopped?;
    Ok(ExitCode::SUCCESS)
}

async fn show(data: &DataDir, url: &str, mut opened: Opened, mistake: Option<&'static Mistake>) -> Result<(), Failure> {
    let client = Client::new(url, Some(operator_key(data)?))?;
    let asked = client.clone();
    let creating = async move {
        let new = NewToken {
            name: "Okta (simulated)".to_owned(),
            scope: TokenScope::Write,
            mode: TokenMode::Live,
            days: None,
        };
        asked.create_token(&new).await
    };
    let Some(token) = opened.wait(creating).await? else { return Ok(()) };
    let token = token?;
    let base = format!("{url}/scim/v2");
    let options = Options { connection_name: NAME.to_owned(), operator: true };
    let traffic = async {
        let Some(mistake) = mistake else {
            return match simulator::tour(&base, &token.token, App::Wizard, SEED, |_| {}).await {
                Ok(never) => match never {},
                Err(error) => Err(error),
            };
        };
        let played = simulator::Options {
            url: base,
            token: token.token,
            scenario: Scenario::Misconfigured(mistake),
            users: Users::Number(PLAYED.0),
            rate: Some(PLAYED.1),
            seed: SEED,
            app: App::Wizard,
        };
        simulator::run(&played, |_| {}).await?;
        // The dashboard shows it until it is left.
        std::future::pending().await
    };
    tokio::select! {
        shown = opened.run(client, options) => shown?,
        toured = traffic => toured?,
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
    fn a_mistake_is_known_by_either_name() {
        for name in ["create-off", "misconfigured-create-off"] {
            assert_eq!(mistake(name).map(|mistake| mistake.name), Ok("misconfigured-create-off"));
        }
        for name in ["full", "nonsense", ""] {
            assert!(mistake(name).unwrap_err().contains("--list"), "{name}");
        }
    }

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
