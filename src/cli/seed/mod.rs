//! `scimroom seed`: a workspace full of invented people, for trying out and for measuring.
//!
//! The people are those of the simulator, so that `scimroom simulate okta` with the same seed goes on with them. Their
//! creates are read as Okta's own are, and the store's writer puts them in, in large jobs; the next job is prepared
//! while one is written.

mod company;

use std::{
    io::{IsTerminal, Write as _, stderr},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Args;
use serde::Serialize;
use tokio::task::spawn_blocking;

use self::company::Company;
use crate::{
    cli::{
        Failure,
        output::{Output, Sheet},
        settings::Settings,
    },
    directory::{by::By, groups, users},
    model::{
        id::{ResourceId, UserId},
        role::RoleSource,
        time::Timestamp,
        user::UserCounts,
    },
    scim::{error::ScimError, schema::ResourceTypes},
    service::{Offline, ServiceError},
    simulator::SimulatorError,
    store::{Store, StoreError, UserRow},
};

/// People a job. Many, because the keys of the indexes are scattered: each commit writes most of their pages.
const JOB: u64 = 20_000;
/// How often the progress is drawn at most.
const REDRAWN: Duration = Duration::from_millis(200);

/// `seed`.
#[derive(Debug, Args)]
pub struct SeedArgs {
    /// How many people to put in.
    #[arg(long, value_name = "N", default_value_t = 1_000,
          value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    users: u64,
    /// How many groups to put in, from a few members to a quarter of everybody; one in five stands for a role.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u64).range(0..=10_000))]
    groups: u64,
    /// The same seed makes the same people: names, departments, roles, who left, whose role was set here. Times count
    /// back from now.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Put them in beside those who are there; people and groups whose names are taken are passed over.
    /// [default: false]
    #[arg(long)]
    add: bool,
}

/// What was put in.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Seeded {
    users: u64,
    inactive: u64,
    edited: u64,
    groups: u64,
    members: u64,
    seed: u64,
    duration_millis: u64,
    /// Everybody who is there now.
    counts: UserCounts,
}

/// Fills the workspace of the data directory.
pub async fn run(args: SeedArgs, settings: &Settings, out: &Output) -> Result<ExitCode, Failure> {
    let offline = match Offline::open(&settings.data).await {
        Err(ServiceError::AlreadyRunning(path)) => {
            return Err(Failure::Refused(format!(
                "a scimroom service runs on {}: stop it, run seed, and start it again",
                path.display()
            )));
        }
        opened => opened?,
    };
    let seeded = fill(&args, settings, offline.store()).await;
    let closed = offline.close().await;
    let seeded = seeded?;
    closed?;
    out.show(&seeded, |seeded| {
        Sheet::default()
            .line("people", format!("{} in {:.1} s", seeded.users, seeded.duration_millis as f64 / 1e3))
            .line("who left", seeded.inactive)
            .line("role set here", seeded.edited)
            .line("groups", format!("{}, with {} members in all", seeded.groups, seeded.members))
            .line("there now", format!("{} people, {} of them active", seeded.counts.total, seeded.counts.active))
            .to_string()
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn fill(args: &SeedArgs, settings: &Settings, store: &dyn Store) -> Result<Seeded, Failure> {
    let begun = Instant::now();
    let there = store.counts().await?.total;
    if there > 0 && !args.add {
        return Err(Failure::Refused(format!(
            "the workspace in {} has people already ({there}), and seed would mix invented ones with them: add --add to \
             have that, or name another directory with --data",
            settings.data.path().display()
        )));
    }
    let types = ResourceTypes::with(&settings.schemas).map_err(ServiceError::from)?;
    let default_role = store.workspace().await?.default_role;
    let company = Company::new(args.seed, args.users, types, default_role, Timestamp::now());
    let company = Arc::new(company.map_err(SimulatorError::from)?);
    let mut seeded = Seeded { seed: args.seed, ..Seeded::default() };
    let people = people(args, &company, store, &mut seeded).await?;
    teams(args, &company, store, &people, &mut seeded).await?;
    seeded.duration_millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    seeded.counts = store.counts().await?;
    Ok(seeded)
}

/// Puts the people in; gives their ids.
async fn people(
    args: &SeedArgs,
    company: &Arc<Company>,
    store: &dyn Store,
    seeded: &mut Seeded,
) -> Result<Vec<UserId>, Failure> {
    let mut progress = Progress::new(args.users);
    let mut ids = Vec::new();
    let prepare = |from: u64, missing: u64| {
        let company = Arc::clone(company);
        let numbers = from..from + missing.min(JOB);
        spawn_blocking(move || numbers.map(|n| company.person(n)).collect::<Result<Vec<UserRow>, ScimError>>())
    };
    let mut next = 0;
    let mut prepared = prepare(next, args.users);
    while seeded.users < args.users {
        let mut rows = prepared.await.map_err(|error| StoreError::Database(error.to_string()))??;
        next += rows.len() as u64;
        if args.add {
            rows = users::fill::unknown(store, rows).await?;
        }
        for row in &rows {
            seeded.inactive += u64::from(!row.user.active);
            seeded.edited += u64::from(row.user.role_source == RoleSource::Local);
            ids.push(row.user.id);
        }
        seeded.users += rows.len() as u64;
        prepared = prepare(next, args.users - seeded.users);
        users::fill::insert(store, rows).await?;
        progress.draw(seeded.users);
    }
    progress.clear();
    Ok(ids)
}

/// Puts the groups in.
async fn teams(
    args: &SeedArgs,
    company: &Company,
    store: &dyn Store,
    people: &[UserId],
    seeded: &mut Seeded,
) -> Result<(), Failure> {
    for n in 0..args.groups {
        let team = company.team(n, people.len() as u64)?;
        if args.add && groups::fill::is_known(store, &team.row).await? {
            continue;
        }
        let id = team.row.group.id;
        let member = |n: &u64| usize::try_from(*n).ok().and_then(|n| people.get(n)).map(|id| ResourceId::from(*id));
        let members: Vec<ResourceId> = team.members.iter().filter_map(member).collect();
        seeded.groups += 1;
        seeded.members += members.len() as u64;
        groups::fill::insert(store, team.row, members).await?;
        if team.role.is_some() {
            groups::mapping::map(store, By::Operator, id, team.role).await??;
        }
    }
    Ok(())
}

/// How far it is, on a line of the terminal that is drawn anew; nothing where standard error goes elsewhere.
struct Progress {
    of: u64,
    shown: bool,
    drawn: Option<Instant>,
}

impl Progress {
    fn new(of: u64) -> Self {
        Self { of, shown: stderr().is_terminal(), drawn: None }
    }

    fn draw(&mut self, done: u64) {
        if self.shown && self.drawn.is_none_or(|drawn| drawn.elapsed() >= REDRAWN) {
            self.drawn = Some(Instant::now());
            let _ = write!(stderr(), "\r{done} of {} people", self.of);
        }
    }

    fn clear(&self) {
        if self.drawn.is_some() {
            let _ = write!(stderr(), "\r\u{1b}[K");
        }
    }
}
