//! Okta's side of the wire: plays Okta's provisioning client over real HTTP against any SCIM server.
//!
//! Headers, order of requests, read-merge-write, and what is and is not accepted follow Okta's SCIM 2.0 reference and
//! captures of its live traffic. This layer stands outside the wire: it knows the service by its URL and a token,
//! nothing else.
//!
//! - [`run`] plays one [`Scenario`] and gives a [`Summary`]; [`tour()`] plays an endless, unhurried mixture for a demo;
//! - `people` invents the company, `body` writes Okta's JSON, `answer` judges what comes back as Okta does;
//! - `call` is one request, `wire` sends it, waits out rate limits and reports each [`Exchange`]; `jobs` are Okta's provisioning tasks on top of
//!   it, `groups` what is sent under Push Groups, for Import Now and when entitlements are discovered, `steps` what
//!   happens to one person in the course of a scenario;
//! - `scenario` says who goes through which steps, `summary` what a run came to;
//! - `setup` is what the admin typed and ticked in Okta; `mistakes` lists what can be wrong with it, `mapping` what that
//!   makes of a profile, and `missteps` plays what is sent in a wrong order.

use std::{fmt, str::FromStr, sync::Mutex, time::Duration};

use futures::StreamExt;
use tokio::{sync::mpsc, time::Instant};

use crate::model::{secret::Secret, workspace::ParseSettingError};

mod answer;
mod body;
mod call;
mod exchange;
mod fault;
mod groups;
mod jobs;
mod mapping;
mod missteps;
mod mistake;
mod mistakes;
mod people;
mod scenario;
mod setup;
mod steps;
mod summary;
mod tour;
mod wire;

#[cfg(test)]
mod tests;

pub use exchange::{Exchange, Purpose, Verdict};
pub use fault::Fault;
pub use mistake::Mistake;
pub use people::{People, PeopleError, Person};
pub use scenario::Scenario;
pub use summary::{Sent, Summary};
pub use tour::tour;

use groups::{MOST_MEMBERS, Member};
use jobs::{Account, Okta};
use setup::Setup;
use steps::Step;
use summary::Tally;
use wire::{Pace, Wire};

/// How many people are dealt with at once. Okta runs its jobs side by side but gives no figure.
const SIDE_BY_SIDE: usize = 4;
/// A rate above what that many reach takes one more for so many requests a second: one person's requests follow each
/// other, and each waits for its answer.
const RATE_OF_ONE: f64 = 25.0;
/// The most people dealt with at once.
const MOST_SIDE_BY_SIDE: usize = 256;

/// The mail domain of the people of a test.
pub const TEST_DOMAIN: &str = "test-traffic.example";

/// What to play, and against whom.
#[derive(Debug, Clone)]
pub struct Options {
    /// The base URL as typed into Okta, such as `https://room.harbor.example/scim/v2`; `/Users` is glued on.
    pub url: String,
    /// The bare token; sent as `Authorization: Bearer <token>`.
    pub token: Secret,
    /// What happens to the people.
    pub scenario: Scenario,
    /// How many people take part.
    pub users: Users,
    /// Requests per second over all people, evenly spaced; none sends without artificial pauses.
    pub rate: Option<f64>,
    /// The same seed makes the same people.
    pub seed: u64,
    /// Which of Okta's two kinds of app plays.
    pub app: App,
    /// For a run that scimroom is told is a test: the mark by which it knows it, refused requests too. The people are
    /// then of a mail domain of their own, so that they are nobody who is there already; and an import ends after some
    /// pages.
    pub test: Option<Secret>,
}

/// Who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Users {
    /// So many people.
    Number(u32),
    /// One after the other until this time is over; who has begun by then is seen through. Of [`Scenario::Full`] these
    /// are all: an import of a large workspace would go on for long after that.
    For(Duration),
}

/// Okta's two kinds of SCIM app, which speak differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum App {
    /// Made in the App Integration Wizard: every change is a PUT of the whole user, for ever.
    #[default]
    Wizard,
    /// From the catalogue or a template: PATCH to activate and deactivate, PUT for the profile.
    Catalogue,
}

impl App {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Wizard, Self::Catalogue];

    /// The spelling on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wizard => "wizard",
            Self::Catalogue => "catalogue",
        }
    }
}

impl App {
    /// What it sends, in a few words.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Wizard => "made in the App Integration Wizard, sends PUT only",
            Self::Catalogue => "from Okta's catalogue, sends PATCH too",
        }
    }
}

impl fmt::Display for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for App {
    type Err = ParseSettingError;

    fn from_str(text: &str) -> Result<Self, ParseSettingError> {
        Self::ALL.into_iter().find(|app| app.as_str() == text).ok_or_else(|| ParseSettingError {
            setting: "kind of app",
            given: text.to_owned(),
            allowed: Self::ALL.map(Self::as_str).join(", "),
        })
    }
}

/// Why a run could not begin. What a server answers wrongly later is a [`Fault`] of that exchange and ends no run.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The base URL cannot be called.
    #[error("{url:?} is no base URL: {reason}")]
    Url {
        /// As given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The token holds characters that no HTTP header can carry.
    #[error("the token cannot be sent: it holds a line end or another control character; paste it again without them")]
    Token,
    /// The rate is not a usable number.
    #[error("{0} requests per second is no rate: use a number greater than 0 and not above 100000")]
    Rate(f64),
    /// Nobody listens there.
    #[error("nothing answers at {url}: {reason}; start the service, or correct the URL")]
    Unreachable {
        /// The base URL.
        url: String,
        /// What the network said.
        reason: String,
    },
    /// The HTTP client could not be set up on this machine.
    #[error("the HTTP client cannot start")]
    Client(#[source] reqwest::Error),
    /// The names inside the binary cannot be used.
    #[error(transparent)]
    People(#[from] PeopleError),
}

/// Plays `options.scenario` and tells `progress` of every exchange, in the order in which they end.
///
/// A bad answer ends the job of that person; the run goes on with the next, as Okta's jobs do. A credential test that
/// Okta would refuse ends the run, because its admin could not save such a setting.
///
/// # Errors
/// Only when the run cannot begin: a bad URL, token or rate, or nobody listening at the URL.
pub async fn run(options: &Options, mut progress: impl FnMut(&Exchange)) -> Result<Summary, SimulatorError> {
    let begun = Instant::now();
    let (log, exchanges) = mpsc::unbounded_channel();
    let people = match options.test {
        None => People::new(options.seed)?,
        // Okta's ids follow from the seed, and nobody else's must be among them.
        Some(_) => People::new(!options.seed)?.with_domain(TEST_DOMAIN),
    };
    let scenario = options.scenario;
    let setup = scenario.setup();
    let pace = Pace::from_rate(options.rate)?;
    let wire = Wire::new(&options.url, &options.token, options.test.as_ref(), &setup, pace, log)?;
    let okta = Okta::new(wire, options.app, setup).for_test(options.test.is_some());

    let mut tally = Tally::default();
    let number = match options.users {
        Users::Number(number) => number,
        Users::For(_) => u32::MAX,
    };
    let more = |_: &u32| match options.users {
        Users::Number(_) => true,
        Users::For(time) => begun.elapsed() < time,
    };
    let play = async {
        // Moved in, so that the end of the play drops the wire and with it closes the channel.
        let (okta, people) = (okta, people);
        if let Scenario::Misconfigured(mistake) = scenario {
            let number = if matches!(options.users, Users::Number(_)) { number } else { 0 };
            return Ok((go_wrong(&okta, &people, mistake, number.max(mistake.people)).await?, 0));
        }
        let (mut taking_part, mut not_imported) = (0, 0);
        if !okta.connect().await? {
            return Ok((taking_part, 0));
        }
        let members = Mutex::new(Vec::new());
        if !scenario.steps().is_empty() {
            futures::stream::iter((0..number).take_while(more).inspect(|index| taking_part = index + 1))
                .for_each_concurrent(side_by_side(options.rate), |index| {
                    live(&okta, &people, &setup, scenario.steps_of(index.into()), index.into(), &members)
                })
                .await;
        }
        let whole_life = scenario == Scenario::Full && matches!(options.users, Users::Number(_));
        // Every refusal has been reported as an exchange.
        if scenario == Scenario::GroupPush || whole_life {
            let _ = okta.tend_groups(&members.into_inner().unwrap_or_default()).await;
        }
        if scenario == Scenario::Import || whole_life {
            not_imported = okta.import().await.unwrap_or_default();
        }
        if scenario == Scenario::Entitlements || whole_life {
            let _ = okta.discover_entitlements().await;
        }
        Ok::<_, SimulatorError>((taking_part, not_imported))
    };
    let (played, ()) = tokio::join!(
        play,
        exchange::narrate(exchanges, |exchange| {
            tally.add(exchange);
            progress(exchange);
        })
    );
    let (people, not_imported) = played?;
    Ok(tally.summary(people, not_imported, options.rate, begun.elapsed()))
}

/// How many people at once: what Okta does, and more where that would not reach the rate asked for.
fn side_by_side(rate: Option<f64>) -> usize {
    let needed = rate.map_or(0.0, |rate| rate / RATE_OF_ONE).ceil();
    (needed as usize).clamp(SIDE_BY_SIDE, MOST_SIDE_BY_SIDE)
}

/// Takes one person through the steps. A step that fails has been reported as an exchange; the next ones do what the
/// link that is left allows. Who is active afterwards can be a member of the groups.
async fn live(okta: &Okta, people: &People, setup: &Setup, steps: &[Step], index: u64, members: &Mutex<Vec<Member>>) {
    let mut account = Account::new(index, setup.assigned(index, people.person(index)));
    for step in steps {
        let failed = step.play(okta, people, &mut account).await.is_err();
        if failed && account.id.is_none() {
            return;
        }
    }
    if let (Some(member), Ok(mut members)) = (Member::of(&account), members.lock())
        && members.len() < MOST_MEMBERS
    {
        members.push(member);
    }
}

/// Plays a mistake with so many people. A refused test ends nothing: the app was saved before, and goes on sending.
async fn go_wrong(okta: &Okta, people: &People, mistake: &Mistake, number: u32) -> Result<u32, SimulatorError> {
    let mut staff: Vec<Account> = (0..u64::from(number))
        .map(|index| Account::new(index, mistake.setup.assigned(index, people.person(index))))
        .collect();
    if mistake.story.is_connected() {
        okta.connect().await?;
    }
    // Every refusal has been reported as an exchange.
    let _ = mistake.story.play(okta, people, &mut staff).await;
    Ok(number)
}
