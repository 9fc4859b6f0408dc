//! Keeps the diagnosis up with the log.
//!
//! The fold itself is pure and lives in `diagnosis/`; here it is fed in order, saved now and then so that a restart
//! need not read the whole log again, and its changes are announced.

use std::{sync::Arc, time::Duration};

use tokio::sync::{broadcast::error::RecvError, watch};

use crate::{
    diagnosis::{Context, Watch},
    model::{checklist::Checklist, event::EventQuery, finding::Finding, live::Topic, time::Timestamp},
    service::app::App,
    store::{Change, Decision, Key, StoreError, WatchState, decide},
};

/// How many events are read at a time.
const CHUNK: u32 = 1_000;
/// At most so often the fold takes what is new while requests pour in.
const PACE: Duration = Duration::from_millis(50);
/// At most so often the fold is saved.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// How often old events are forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(600);
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
    newest.mark_changed();
    loop {
        tokio::select! {
            changed = newest.changed() => {
                if changed.is_err() {
                    return;
                }
                log_failure("read the log", follow(&app).await);
                unsaved = true;
                tokio::time::sleep(PACE).await;
            }
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

async fn stopping(stop: &mut watch::Receiver<bool>) {
    // An error means that the service is gone already.
    drop(stop.wait_for(|stopping| *stopping).await);
}

/// Takes what is new, and announces findings that opened or closed and steps that were ticked.
async fn follow(app: &App) -> Result<(), StoreError> {
    let mut watch = app.watch.lock().await;
    let before = (watch.findings(), states(&watch));
    take(app, &mut watch).await?;
    if before != (watch.findings(), states(&watch)) {
        app.notify(Topic::Setup);
    }
    Ok(())
}

/// What a step's tick depends on besides tokens.
fn states(watch: &Watch) -> Checklist {
    let nobody =
        Context { usable_tokens: 0, newest_token: None, scim_base_url: String::new(), now: Timestamp::from_millis(0) };
    watch.checklist(&nobody)
}

async fn take(app: &App, watch: &mut Watch) -> Result<(), StoreError> {
    loop {
        let after = Some(watch.last_event().unwrap_or_default());
        let events = app.store.events(&EventQuery { after, limit: CHUNK, ..EventQuery::default() }).await?;
        events.iter().for_each(|event| watch.observe(event));
        if events.len() < CHUNK as usize {
            return Ok(());
        }
    }
}

/// Open findings, up to the newest event.
pub(super) async fn findings(app: &App) -> Result<Vec<Finding>, StoreError> {
    let mut watch = app.watch.lock().await;
    take(app, &mut watch).await?;
    Ok(watch.findings())
}

/// The checklist, up to the newest event.
pub(super) async fn checklist(app: &App, now: Timestamp) -> Result<Checklist, StoreError> {
    let tokens = app.store.tokens().await?;
    let usable = || tokens.iter().map(|row| &row.token).filter(|token| token.is_accepted(now));
    let context = Context {
        usable_tokens: usable().count() as u64,
        newest_token: usable().max_by_key(|token| token.created).map(|token| (token.name.clone(), token.created)),
        scim_base_url: app.scim_base_url(app.store.workspace().await?.public_url.as_deref()),
        now,
    };
    let mut watch = app.watch.lock().await;
    take(app, &mut watch).await?;
    Ok(watch.checklist(&context))
}

async fn keep(app: &App, saved: &mut Watch) -> Result<(), StoreError> {
    let watch = app.watch.lock().await.clone();
    let (Some(up_to), true) = (watch.last_event(), watch != *saved) else { return Ok(()) };
    let state = serde_json::to_string(&watch)
        .map_err(|error| StoreError::Corrupt { what: "diagnosis", reason: error.to_string() })?;
    let change = Change::SetWatchState(WatchState { up_to, state });
    decide(&*app.store, Vec::new(), move |_| Ok((Decision { changes: vec![change.clone()], event: None }, ()))).await?;
    *saved = watch;
    Ok(())
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
