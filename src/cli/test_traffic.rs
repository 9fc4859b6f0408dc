//! Test traffic: Okta played against the service at hand, which marks all of it; `scimroom test-traffic`, and the player
//! that the dashboard is given.

use std::process::ExitCode;

use async_trait::async_trait;
use clap::Subcommand;

use crate::{
    cli::{
        Failure,
        attach::Connection,
        output::{Output, Sheet},
    },
    dashboard::{AppKind, Play, Player, Progress, Report, Scenario as Offered, Tell},
    model::test_traffic::{TestPass, TestTraffic},
    simulator::{self, App, Exchange, Mistake, Options, Scenario, Summary, Users},
};

/// How many people take part; a mistake may take more.
pub const PEOPLE: u32 = 6;
/// How many requests a second: well below what a token may send, and slowly enough to look on.
pub const RATE: f64 = 20.0;
/// The same people every time: whoever is here already is found again, as Okta would find them.
const SEED: u64 = 4;

/// `test-traffic ...`.
#[derive(Debug, Subcommand)]
pub enum TestTrafficCommand {
    /// Show how much of test traffic is here, and what it shows to be wrong.
    Show,
    /// Remove everything that test traffic made: people, groups, events, tokens.
    #[command(after_help = "Example: scimroom simulate okta --test --scenario full && scimroom test-traffic remove")]
    Remove,
}

/// Shows or removes.
pub async fn run(command: TestTrafficCommand, connection: &mut Connection, out: &Output) -> Result<ExitCode, Failure> {
    match command {
        TestTrafficCommand::Show => {
            let left = connection.call(async |client| client.test_traffic().await).await?;
            out.show(&left, describe)?;
        }
        TestTrafficCommand::Remove => {
            let removed = connection.call(async |client| client.remove_test_traffic().await).await?;
            out.show(&removed, |removed| {
                format!("removed: {} people, {} groups, {} events", removed.users, removed.groups, removed.events)
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn describe(left: &TestTraffic) -> String {
    let TestTraffic { counts, findings } = left;
    if counts.is_empty() {
        return "There is no test traffic here.".to_owned();
    }
    let mut sheet = Sheet::default()
        .line("people", counts.users)
        .line("groups", counts.groups)
        .line("events", counts.events)
        .maybe("removing", counts.removing.then_some("all of it is being removed"));
    for finding in findings {
        sheet = sheet.line("finding", format!("{}: {}", finding.code, finding.title)).line("fix", &finding.fix);
    }
    sheet.to_string()
}

/// A run against the service that made the pass.
pub fn options(url: &str, pass: TestPass, scenario: Scenario, app: App) -> Options {
    Options {
        url: format!("{url}/scim/v2"),
        token: pass.token,
        scenario,
        users: Users::Number(PEOPLE),
        rate: Some(RATE),
        seed: SEED,
        app,
        test: Some(pass.mark),
    }
}

/// Plays Okta for the dashboard.
#[derive(Debug)]
pub struct Okta {
    scenarios: Vec<Scenario>,
    offered: Vec<Offered>,
    apps: Vec<AppKind>,
}

impl Default for Okta {
    fn default() -> Self {
        let mistakes = Mistake::ALL.iter().map(Scenario::Misconfigured);
        let scenarios: Vec<Scenario> = Scenario::ALL.into_iter().chain(mistakes).collect();
        let kind = |app: App| AppKind { name: app.to_string(), what: app.what().to_owned() };
        Self { offered: scenarios.iter().map(offered).collect(), scenarios, apps: App::ALL.map(kind).into() }
    }
}

fn offered(scenario: &Scenario) -> Offered {
    let (finding, wait) = match scenario {
        Scenario::Misconfigured(mistake) => (Some(mistake.code), mistake.wait.map(str::to_owned)),
        _ => (None, None),
    };
    Offered { name: scenario.to_string(), what: scenario.what().to_owned(), finding, wait }
}

#[async_trait]
impl Player for Okta {
    fn scenarios(&self) -> &[Offered] {
        &self.offered
    }

    fn apps(&self) -> &[AppKind] {
        &self.apps
    }

    async fn play(&self, play: Play, mut tell: Tell) -> Result<Report, String> {
        let scenario = self.scenarios.get(play.scenario).copied().unwrap_or_default();
        let app = App::ALL.get(play.app).copied().unwrap_or_default();
        let options = options(&play.url, play.pass, scenario, app);
        let mut progress = Progress { of: scenario.about(app, PEOPLE), ..Progress::default() };
        let told = |exchange: &Exchange| {
            progress.requests = exchange.n;
            progress.refused += u64::from(exchange.is_fault());
            progress.now = match &exchange.who {
                Some(who) => format!("{} {who}", exchange.purpose),
                None => exchange.purpose.to_string(),
            };
            tell(progress.clone());
        };
        let summary = simulator::run(&options, told).await.map_err(|error| error.to_string())?;
        Ok(report(summary))
    }
}

fn report(summary: Summary) -> Report {
    let purposes = summary.purposes.iter();
    Report {
        people: summary.people.into(),
        requests: summary.requests,
        refused: summary.failures,
        purposes: purposes.map(|(purpose, sent)| (purpose.to_string(), sent.requests, sent.failures)).collect(),
        took: summary.duration,
        p99: summary.p99,
        complaints: summary.complaints,
        not_imported: summary.not_imported,
    }
}
