//! Keeps the diagnosis up with the log.
//!
//! The fold itself is pure and lives in `diagnosis/`; here it is fed in order, saved now and then so that a restart
//! need not read the whole log again, and its changes are announced.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{broadcast::error::RecvError, watch},
    time::Instant,
};

use crate::{
    diagnosis::{Context, Watch},
    model::{
        checklist::Checklist,
        event::EventQuery,
        finding::{Code, Finding},
        live::Topic,
        test_traffic::TestTraffic,
        time::Timestamp,
        token::{Token, TokenMode},
    },
    service::app::App,
    store::{Change, Decision, Key, StoreError, WatchState, decide},
};

/// How many events are read at a time.
const CHUNK: u32 = 1_000;
/// At most so often the fold takes what is new while requests pour in.
const PACE: Duration = Duration::from_millis(50);
/// At most so often the fold is saved.
const SAVE_EVERY: Duration = Duration::from_secs(5);
/// How often old events are forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(600);
/// How often is looked whether a silence has lasted too long, in milliseconds.
const SILENCE: i64 = 60_000;
/// How long after a failure the log is read again though nothing came.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
const MIB: u64 = 1024 * 1024;

/// Runs until the service stops.
pub(super) async fn run(app: Arc<App>) {
    let mut newest = app.store.newest_event();
    let mut notices = app.notices.subscribe();
    let mut stop = app.stop.clone();
    let mut save = tokio::time::interval(SAVE_EVERY);
    save.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut prune = tokio::time::interval(PRUNE_EVERY);
    let mut saved = app.watch.lock().await.clone();
    let mut unsaved = false;
    // A point in time and no span, which whatever else happens would begin anew.
    let (mut told, mut wake) = (Told::default(), Instant::now());
    newest.mark_changed();
    loop {
        tokio::select! {
            changed = newest.changed() => {
                if changed.is_err() {
                    return;
                }
                wake = next(follow(&app, &mut told).await);
                unsaved = true;
                tokio::time::sleep(PACE).await;
            }
            // Some mistakes show as silence.
            () = tokio::time::sleep_until(wake) => wake = next(follow(&app, &mut told).await),
            _ = save.tick(), if unsaved => {
                unsaved = false;
                log_failure("save the diagnosis", keep(&app, &mut saved).await);
            }
            _ = prune.tick() => log_failure("forget old events", forget(&app).await),
            // Whoever lets less be kept wants it gone now. After missed notices, one of those may have been among them.
            notice = notices.recv() => {
                if matches!(notice, Ok(Topic::Workspace) | Err(RecvError::Lagged(_))) {
                    log_failure("forget old events", forget(&app).await);
                }
            }
            () = stopping(&mut stop) => {
                log_failure("save the diagnosis", keep(&app, &mut saved).await);
                return;
            }
        }
    }
}

/// What was announced last.
type Told = (Vec<Finding>, Checklist);

/// When to look for a change that comes by itself.
fn next(change: Result<Timestamp, StoreError>) -> Instant {
    let wait = match change {
        Ok(at) => Duration::from_millis(u64::try_from(at.millis_since(Timestamp::now())).unwrap_or(0)).max(PACE),
        Err(error) => {
            log_failure("read the log", Err(error));
            AFTER_FAILURE
        }
    };
    Instant::now() + wait
}

async fn stopping(stop: &mut watch::Receiver<bool>) {
    // An error means that the service is gone already.
    drop(stop.wait_for(|stopping| *stopping).await);
}

/// Takes what is new, and announces findings that opened or closed and steps that were ticked. Gives the time at which
/// the next change comes by itself.
async fn follow(app: &App, told: &mut Told) -> Result<Timestamp, StoreError> {
    let context = context(app, Timestamp::now()).await?;
    let mut watch = app.watch.lock().await;
    take(app, &mut watch).await?;
    watch.tidy(&context);
    let findings = watch.findings(&context);
    let states = states(&watch, &findings, &context);
    let now = (findings, states);
    if now != *told {
        *told = now;
        app.notify(Topic::Setup);
    }
    let silence = context.now.plus_millis(SILENCE);
    Ok(watch.next_change(context.now).map_or(silence, |at| at.min(silence)))
}

/// What a step's tick depends on besides tokens.
fn states(watch: &Watch, findings: &[Finding], context: &Context) -> Checklist {
    let nobody = Context { usable_tokens: 0, newest_token: None, scim_base_url: String::new(), ..context.clone() };
    let mut states = watch.checklist_beside(findings, &nobody);
    for step in &mut states.steps {
        step.values.clear();
        step.advice.clear();
        step.guide.clear();
    }
    states
}

/// What the diagnosis must know beside the traffic.
async fn context(app: &App, now: Timestamp) -> Result<Context, StoreError> {
    let tokens = app.store.tokens().await?;
    let public_url = app.store.workspace().await?.public_url;
    let real = |token: &&Token| token.mode != TokenMode::Test && token.is_accepted(now);
    let usable = || tokens.iter().map(|row| &row.token).filter(real);
    Ok(Context {
        usable_tokens: usable().count() as u64,
        newest_token: usable().max_by_key(|token| token.created).map(|token| (token.name.clone(), token.created)),
        scim_base_url: app.scim_base_url(public_url.as_deref()),
        has_public_url: public_url.is_some(),
        owners: app.store.counts().await?.owners,
        refused_certificate: app.last_refused_certificate(),
        now,
    })
}

async fn take(app: &App, watch: &mut Watch) -> Result<(), StoreError> {
    loop {
        let after = Some(watch.last_event().unwrap_or_default());
        let events = app.store.events(&EventQuery { after, limit: CHUNK, ..EventQuery::default() }).await?;
        for event in &events {
            // What is sent to try the set-up out says nothing of the real one.
            if event.is_test() { watch.pass_over(event.id) } else { watch.observe(event) }
        }
        if events.len() < CHUNK as usize {
            return Ok(());
        }
    }
}

/// What there is of test traffic, and what its events alone show to be wrong.
pub(super) async fn test_traffic(app: &App, now: Timestamp) -> Result<TestTraffic, StoreError> {
    let mut watch = app.test_watch.lock().await;
    loop {
        let after = watch.last_event().unwrap_or_default();
        let events = app.store.test_events(after, CHUNK).await?;
        events.iter().for_each(|event| watch.observe(event));
        if events.len() < CHUNK as usize {
            break;
        }
    }
    let counts = app.store.test_counts().await?;
    let tokens = app.store.tokens().await?;
    let newest = tokens.into_iter().map(|row| row.token).find(|token| token.mode == TokenMode::Test);
    let public_url = app.store.workspace().await?.public_url;
    let context = Context {
        usable_tokens: u64::from(newest.is_some()),
        newest_token: newest.map(|token| (token.name, token.created)),
        scim_base_url: app.scim_base_url(public_url.as_deref()),
        has_public_url: public_url.is_some(),
        owners: counts.owners,
        refused_certificate: None,
        now,
    };
    let findings = if counts.events == 0 { Vec::new() } else { watch.findings(&context) };
    Ok(TestTraffic { counts, findings })
}

/// Forgets what test traffic showed.
pub(super) async fn forget_tests(app: &App) {
    *app.test_watch.lock().await = Watch::default();
}

/// Open findings, up to the newest event.
pub(super) async fn findings(app: &App, now: Timestamp) -> Result<Vec<Finding>, StoreError> {
    let context = context(app, now).await?;
    let mut watch = app.watch.lock().await;
    take(app, &mut watch).await?;
    Ok(watch.findings(&context))
}

/// The checklist, up to the newest event.
pub(super) async fn checklist(app: &App, now: Timestamp) -> Result<Checklist, StoreError> {
    let context = context(app, now).await?;
    let mut watch = app.watch.lock().await;
    take(app, &mut watch).await?;
    Ok(watch.checklist(&context))
}

/// Puts an open finding out of sight, durably. Whether it was open.
pub(super) async fn dismiss(app: &App, code: Code, now: Timestamp) -> Result<bool, StoreError> {
    let context = context(app, now).await?;
    let mut watch = app.watch.lock().await;
    take(app, &mut watch).await?;
    let open = watch.dismiss(code, &context);
    save(app, &watch).await?;
    app.notify(Topic::Setup);
    Ok(open)
}

/// Shows a dismissed finding again, durably. Whether it was dismissed.
pub(super) async fn restore(app: &App, code: Code) -> Result<bool, StoreError> {
    let mut watch = app.watch.lock().await;
    let dismissed = watch.restore(code);
    save(app, &watch).await?;
    app.notify(Topic::Setup);
    Ok(dismissed)
}

async fn keep(app: &App, saved: &mut Watch) -> Result<(), StoreError> {
    // Nobody must save something newer in between.
    let watch = app.watch.lock().await;
    if *watch != *saved {
        save(app, &watch).await?;
        saved.clone_from(&watch);
    }
    Ok(())
}

async fn save(app: &App, watch: &Watch) -> Result<(), StoreError> {
    let up_to = watch.last_event().unwrap_or_default();
    let state = serde_json::to_string(watch)
        .map_err(|error| StoreError::Corrupt { what: "diagnosis", reason: error.to_string() })?;
    let change = Change::SetWatchState(WatchState { up_to, state });
    decide(&*app.store, Vec::new(), move |_| Ok((Decision { changes: vec![change.clone()], event: None }, ()))).await
}

async fn forget(app: &App) -> Result<(), StoreError> {
    let now = Timestamp::now();
    decide(&*app.store, vec![Key::Workspace], move |view| {
        let workspace = view.workspace()?;
        let prune = Change::PruneEvents {
            before: now.plus_millis(-i64::from(workspace.retention_days) * Timestamp::DAY_MILLIS),
            keep_bytes: u64::from(workspace.retention_mib) * MIB,
        };
        Ok((Decision { changes: vec![prune], event: None }, ()))
    })
    .await
}

fn log_failure(what: &str, result: Result<(), StoreError>) {
    if let Err(error) = result {
        tracing::error!(%error, "could not {what}");
    }
}
