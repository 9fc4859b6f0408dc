//! `scimroom simulate okta`: Okta's provisioning client, played over real HTTP.

use std::{process::ExitCode, time::Duration};

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::{
    cli::{
        Failure,
        attach::{Connection, Start},
        output::{Output, note, visible_lines},
        settings::Settings,
        test_traffic,
    },
    model::secret::Secret,
    simulator::{self, App, Exchange, Mistake, Options, Scenario, Users},
};

/// `simulate ...`.
#[derive(Debug, Subcommand)]
pub enum SimulateCommand {
    /// Play Okta: its headers, order of requests and read-merge-write. Exit code 1 when the service answered what Okta
    /// would not accept, which a mistake of its admin is meant to bring about and which then counts as played.
    #[command(
        after_help = "Example: scimroom simulate okta --url http://127.0.0.1:7644/scim/v2 --token TOKEN --users 25"
    )]
    Okta(OktaArgs),
}

/// `simulate okta`.
#[derive(Debug, Args)]
pub struct OktaArgs {
    /// The base URL as it is typed into Okta, such as `http://127.0.0.1:7644/scim/v2`. An address without a path stands
    /// for scimroom's own, `/scim/v2`; any path is used as it is.
    #[arg(long, value_name = "URL", required_unless_present_any = ["list", "test"])]
    url: Option<String>,
    /// The token.
    #[arg(long, env = "SCIMROOM_TOKEN", hide_env_values = true, required_unless_present_any = ["list", "test"])]
    token: Option<String>,
    /// Play against the service of the data directory, as test traffic: needs neither address nor token, touches nobody
    /// who is there and no finding, and is removed by `scimroom test-traffic remove`. An import ends after some pages.
    /// [default rate: 20 requests a second]
    #[arg(long, conflicts_with = "url")]
    test: bool,
    /// What happens: credential-test, onboarding, profile-update, password-sync, role-change, offboarding, return,
    /// email-change, group-push, import, entitlements, or full, which is all of it. Or a mistake of Okta's admin, misconfigured-NAME.
    #[arg(long, value_name = "NAME", default_value_t = Scenario::Onboarding)]
    scenario: Scenario,
    /// How many people take part.
    #[arg(long, value_name = "N", default_value_t = 10)]
    users: u32,
    /// Go on for so long instead, with one person after the other; those who have begun by then are seen through. The
    /// groups and the import of `full` are left out.
    #[arg(long, value_name = "M", conflicts_with = "users", value_parser = minutes)]
    minutes: Option<Duration>,
    /// How many requests a second, evenly spaced; the summary says how many were reached. scimroom takes 50 from one token
    /// unless `serve` is told otherwise by --rate-limit. [default: as fast as the service answers]
    #[arg(long, value_name = "R")]
    rate: Option<f64>,
    /// The same seed makes the same people.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Which kind of Okta app: wizard sends PUT only, catalogue sends PATCH too.
    #[arg(long, value_name = "KIND", default_value_t = App::Wizard)]
    app: App,
    /// Only list the scenarios: what happens in each, and for a mistake the diagnosis that names it.
    #[arg(long)]
    list: bool,
}

/// A scenario in the list.
#[derive(Debug, Serialize)]
struct Listed {
    name: &'static str,
    what: &'static str,
    /// None for a scenario of a set-up as it should be.
    mistake: Option<&'static Mistake>,
}

fn list(out: &Output) -> Result<(), Failure> {
    let listed = |scenario: Scenario| Listed {
        name: scenario.as_str(),
        what: scenario.what(),
        mistake: if let Scenario::Misconfigured(mistake) = scenario { Some(mistake) } else { None },
    };
    let mistakes = Mistake::ALL.iter().map(Scenario::Misconfigured);
    let all: Vec<Listed> = Scenario::ALL.into_iter().chain(mistakes).map(listed).collect();
    out.show(&all, |all| all.iter().map(Listed::line).collect::<Vec<_>>().join("\n"))?;
    Ok(())
}

impl Listed {
    fn line(&self) -> String {
        let Self { name, what, mistake } = self;
        match mistake {
            None => format!("{name:<33}  -    {what}"),
            Some(Mistake { code, wait: None, .. }) => format!("{name:<33}  {code}  {what}"),
            Some(Mistake { code, wait: Some(wait), .. }) => format!("{name:<33}  {code}  {what} Shows {wait}."),
        }
    }
}

fn minutes(text: &str) -> Result<Duration, &'static str> {
    let minutes = text.parse().ok().filter(|minutes| *minutes > 0.0 && *minutes <= 10_000.0);
    minutes
        .map(|minutes: f64| Duration::from_secs_f64(60.0 * minutes))
        .ok_or("expected a number of minutes, such as 1 or 0.5")
}

/// Somebody who gives the service's address means its SCIM endpoint; somebody who gives a path may want to see what a wrong
/// one does.
fn base_url(given: String) -> String {
    match reqwest::Url::parse(&given) {
        Ok(url) if url.path() == "/" && url.query().is_none() => format!("{}/scim/v2", given.trim_end_matches('/')),
        _ => given,
    }
}

/// Plays, prints a line per request and the summary. As JSON the summary is the document, and the lines go to standard
/// error.
pub async fn run(command: SimulateCommand, settings: &Settings, out: &Output) -> Result<ExitCode, Failure> {
    let SimulateCommand::Okta(args) = command;
    if args.list {
        list(out)?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.test {
        let connection = Connection::open(settings, None, Start::Brief, |_| {}).await?;
        let played = async {
            let client = connection.client();
            let pass = client.begin_test_traffic().await?;
            let test = test_traffic::options(client.url(), pass, args.scenario, args.app);
            play(&args.over(test), out).await
        }
        .await;
        let closed = connection.close().await;
        let code = played?;
        closed?;
        return Ok(code);
    }
    let (Some(url), Some(token)) = (args.url.clone(), args.token.clone()) else {
        list(out)?;
        return Ok(ExitCode::SUCCESS);
    };
    let options = Options {
        url: base_url(url),
        token: Secret::new(token),
        scenario: args.scenario,
        users: Users::Number(args.users),
        rate: None,
        seed: args.seed,
        app: args.app,
        test: None,
    };
    play(&args.over(options), out).await
}

impl OktaArgs {
    /// What was asked for in place of what is usual.
    fn over(&self, usual: Options) -> Options {
        Options {
            users: self.minutes.map_or(Users::Number(self.users), Users::For),
            rate: self.rate.or(usual.rate),
            seed: self.seed,
            ..usual
        }
    }
}

async fn play(options: &Options, out: &Output) -> Result<ExitCode, Failure> {
    // A reader that went away is told after the run: what was begun against the service is played to its end.
    let mut printed = Ok(());
    let print = |exchange: &Exchange| {
        let line = visible_lines(&exchange.to_string());
        if out.is_json() {
            note(&line);
        } else if printed.is_ok() {
            printed = out.line(&line);
        }
    };
    let summary = simulator::run(options, print).await?;
    printed?;
    out.show(&summary, |summary| format!("\n{summary}"))?;
    if let Scenario::Misconfigured(Mistake { code, what, wait, .. }) = options.scenario {
        let when = wait.map_or_else(String::new, |wait| format!(" {wait}"));
        let command = if options.test.is_some() { "test-traffic show" } else { "diagnose" };
        note(&format!("played     {what} `scimroom {command}` names it{when} ({code})."));
        return Ok(ExitCode::SUCCESS);
    }
    Ok(if summary.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stands_for_the_endpoint_and_a_path_for_itself() {
        for (given, meant) in [
            ("http://127.0.0.1:7644", "http://127.0.0.1:7644/scim/v2"),
            ("https://room.harbor.example/", "https://room.harbor.example/scim/v2"),
            ("http://127.0.0.1:7644/scim/v2", "http://127.0.0.1:7644/scim/v2"),
            ("http://127.0.0.1:7644/scim", "http://127.0.0.1:7644/scim"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(base_url(given.to_owned()), meant);
        }
    }
}
