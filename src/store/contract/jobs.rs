//! Jobs: their batches, their rules, their failures.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use futures::FutureExt;

use super::fixtures::{Held, apply, changing, draft, event, user, write_in_one_batch};
use crate::{
    model::id::EventId,
    store::{Change, Decision, Job, Key, Store, StoreError, Unread, decide},
};

pub(in crate::store) async fn a_job_that_fails_leaves_its_neighbours_alone(store: Arc<dyn Store>) {
    let [before, failing, after] = ["before", "failing", "after"].map(|name| user(&format!("{name}@harbor.example")));
    let insert = |row: &crate::store::UserRow| Change::InsertUser(Box::new(row.clone()));
    let outcomes = write_in_one_batch(
        &store,
        vec![
            changing(vec![insert(&before)]),
            // The second change breaks, and takes the first with it.
            changing(vec![insert(&failing), insert(&before)]),
            changing(vec![insert(&after)]),
        ],
    )
    .await;
    assert!(outcomes[0].is_ok() && outcomes[2].is_ok());
    assert!(matches!(outcomes[1], Err(StoreError::Database(_))), "{:?}", outcomes[1]);
    assert!(store.user(before.user.id).await.unwrap().is_some());
    assert!(store.user(failing.user.id).await.unwrap().is_none());
    assert!(store.user(after.user.id).await.unwrap().is_some());
    assert_eq!(store.counts().await.unwrap().total, 2);
}

pub(in crate::store) async fn a_job_sees_what_the_one_before_it_wrote(store: Arc<dyn Store>) {
    let row = user("ada@harbor.example");
    let id = row.user.id;
    let create = || {
        let row = row.clone();
        Job::new(vec![Key::UserNamed(row.folded_name.clone())], move |view| {
            let taken = view.user_named(&row.folded_name)?.is_some();
            let changes = if taken { Vec::new() } else { vec![Change::InsertUser(Box::new(row.clone()))] };
            Ok(Decision { changes, event: None })
        })
    };
    let promote = Job::new(vec![Key::User(id)], move |view| {
        let mut row = view.user(id)?.expect("the user of the job before").clone();
        row.user.version += 1;
        Ok(Decision { changes: vec![Change::UpdateUser(Box::new(row))], event: None })
    });
    let outcomes = write_in_one_batch(&store, vec![create(), promote, create()]).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(store.user(id).await.unwrap().unwrap().user.version, 2);
    assert_eq!(store.counts().await.unwrap().total, 1);
}

pub(in crate::store) async fn a_rule_runs_again_for_what_it_asks_for(store: Arc<dyn Store>) {
    let row = user("ada@harbor.example");
    let id = row.user.id;
    apply(&*store, vec![Change::InsertUser(Box::new(row))]).await.unwrap();
    let owners = decide(&*store, Vec::new(), move |view| {
        let name = view.user(id)?.expect("the user").folded_name.clone();
        assert!(view.user_named(&name)?.is_some());
        assert!(view.users_with_external_id("none")?.is_empty());
        assert_eq!(view.workspace()?.name, "Workspace");
        Ok((Decision::default(), view.active_owners()?))
    })
    .await;
    assert_eq!(owners.unwrap(), 0);
}

pub(in crate::store) async fn a_rule_that_never_has_enough_is_an_error(store: Arc<dyn Store>) {
    let mut asked = 0;
    let insatiable = Job::new(Vec::new(), move |_| {
        asked += 1;
        Err(Unread(Key::UserNamed(format!("{asked}@harbor.example"))))
    });
    assert!(matches!(store.write(insatiable).await, Err(StoreError::Undecided(_))));
    apply(&*store, vec![Change::InsertUser(Box::new(user("ada@harbor.example")))]).await.unwrap();
}

pub(in crate::store) async fn a_rule_that_panics_harms_nobody_else(store: Arc<dyn Store>) {
    let row = user("ada@harbor.example");
    let outcomes = write_in_one_batch(
        &store,
        vec![
            changing(vec![Change::InsertUser(Box::new(row.clone()))]),
            Job::new(Vec::new(), |_| panic!("a rule with a fault")),
            changing(vec![Change::InsertUser(Box::new(user("ben@harbor.example")))]),
        ],
    )
    .await;
    assert!(matches!(outcomes.as_slice(), [Ok(()), Err(StoreError::Undecided(_)), Ok(())]), "{outcomes:?}");
    assert_eq!(store.counts().await.unwrap().total, 2);
}

pub(in crate::store) async fn an_answer_comes_out_of_the_rule(store: Arc<dyn Store>) {
    let row = user("ada@harbor.example");
    let id = row.user.id;
    let answer = decide(&*store, Vec::new(), move |_| {
        Ok((Decision { changes: vec![Change::InsertUser(Box::new(row.clone()))], event: None }, "created"))
    })
    .await;
    assert_eq!(answer.unwrap(), "created");
    assert!(store.user(id).await.unwrap().is_some());
}

pub(in crate::store) async fn a_full_queue_turns_jobs_away_but_not_events(store: Arc<dyn Store>) {
    let held = Held::hold(&store).await;
    let mut waiting = Vec::new();
    let refusal = loop {
        let mut outcome = store.write(changing(Vec::new()));
        match (&mut outcome).now_or_never() {
            Some(answered) => break answered,
            None => waiting.push(outcome),
        }
        assert!(waiting.len() < 100_000, "the queue has no end");
    };
    assert!(matches!(refusal, Err(StoreError::Busy { retry_after_secs: 1 })), "{refusal:?}");
    assert!(waiting.len() >= 256);
    store.record(draft(event("/scim/v2/Users"))).await.unwrap();
    held.release().await.unwrap();
    assert!(futures::future::join_all(waiting).await.iter().all(Result::is_ok));
    store.newest_event().wait_for(|id| *id == EventId(1)).await.unwrap();
    store.write(changing(Vec::new())).await.unwrap();
}

pub(in crate::store) async fn hanging_up_does_not_undo_a_job(store: Arc<dyn Store>) {
    let row = user("ada@harbor.example");
    let id = row.user.id;
    let runs = Arc::new(AtomicU32::new(0));
    let held = Held::hold(&store).await;
    let counted = Arc::clone(&runs);
    let mut outcome = store.write(Job::new(Vec::new(), move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(Decision { changes: vec![Change::InsertUser(Box::new(row.clone()))], event: None })
    }));
    assert!((&mut outcome).now_or_never().is_none());
    drop(outcome);
    held.release().await.unwrap();
    // Comes after it in the queue.
    store.write(changing(Vec::new())).await.unwrap();
    assert!(store.user(id).await.unwrap().is_some());
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}

pub(in crate::store) async fn a_closed_store_has_written_what_waited_and_takes_no_more(store: Arc<dyn Store>) {
    let held = Held::hold(&store).await;
    let mut waiting = store.write(changing(vec![Change::InsertUser(Box::new(user("ada@harbor.example")))]));
    assert!((&mut waiting).now_or_never().is_none());
    let mut closing = store.close();
    assert!((&mut closing).now_or_never().is_none());
    held.release().await.unwrap();
    assert!(waiting.await.is_ok());
    closing.await.unwrap();
    assert!(matches!(store.write(changing(Vec::new())).await, Err(StoreError::Closed)));
    assert!(matches!(store.record(draft(event("/scim/v2/Users"))).await, Err(StoreError::Closed)));
    assert!(matches!(store.counts().await, Err(StoreError::Closed)));
    assert!(matches!(store.workspace().await, Err(StoreError::Closed)));
    assert!(matches!(store.tokens().await, Err(StoreError::Closed)));
    assert!(matches!(store.close().await, Err(StoreError::Closed)));
}
