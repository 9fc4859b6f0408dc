//! The contract on SQLite, and what only SQLite has: a file, migrations, a writer thread.

mod migrations;
mod plans;

use std::{fs, path::PathBuf, sync::Arc};

use rusqlite::Connection;
use tempfile::TempDir;

use super::{SqliteStore, pages::PageEnds, user_search::page};
use crate::{
    model::{
        event::{Change as EventChange, EventQuery},
        event_log::TimelineQuery,
        id::EventId,
        workspace::Workspace,
    },
    store::{
        Change, Shown, Store, StoreError,
        contract::{
            fixtures::{
                START, add_users, apply, changing, changing_with_event, draft, event, group, record, session, token,
                user, write_in_one_batch,
            },
            run_contract,
        },
    },
};

async fn fresh() -> (Arc<dyn Store>, TempDir) {
    let home = TempDir::new().unwrap();
    let store = SqliteStore::open(&home.path().join("scimroom.db")).unwrap();
    (Arc::new(store), home)
}

run_contract!(fresh);

fn file() -> (TempDir, PathBuf) {
    let home = TempDir::new().unwrap();
    let path = home.path().join("scimroom.db");
    (home, path)
}

/// Opens, for a test that is about the refusal.
fn refusal(path: &std::path::Path) -> StoreError {
    SqliteStore::open(path).map(drop).unwrap_err()
}

#[tokio::test]
async fn a_new_start_finds_everything() {
    let (_home, path) = file();
    let settings = Workspace { name: "Harbor".into(), ..Workspace::default() };
    let store = SqliteStore::open(&path).unwrap();
    let ada = add_users(&store, vec![user("ada@harbor.example")]).await.remove(0);
    let changes = vec![
        Change::InsertToken(Box::new(token("Okta"))),
        Change::InsertSession(session(&ada, "laptop")),
        Change::SetWorkspace(Box::new(settings.clone())),
    ];
    store.write(changing_with_event(changes, event("/1"))).await.unwrap();
    store.record(draft(event("/2"))).await.unwrap();
    store.close().await.unwrap();
    assert!(!path.with_extension("db-wal").exists(), "the log was not folded in");
    drop(store);

    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.user(ada.user.id).await.unwrap(), Some(ada.clone()));
    assert_eq!(store.workspace().await.unwrap(), settings);
    assert_eq!(store.tokens().await.unwrap().len(), 1);
    assert_eq!(store.sessions_of(ada.user.id).await.unwrap().len(), 1);
    assert_eq!(store.counts().await.unwrap().total, 1);
    assert_eq!(*store.newest_event().borrow(), EventId(2));

    // Numbers and places go on, also past what was removed.
    let all = Change::PruneEvents { before: START.plus_millis(1), keep_bytes: 0 };
    apply(&store, vec![all, Change::DeleteUser(ada.user.id)]).await.unwrap();
    // Dropped without a close: what was handed in is still written.
    store.record(draft(event("/3"))).await.unwrap();
    drop(store);
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(*store.newest_event().borrow(), EventId(3));
    let ben = add_users(&store, vec![user("ben@harbor.example")]).await.remove(0);
    assert!(ben.position > ada.position);
    assert_eq!(store.events(&EventQuery::default()).await.unwrap().len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn others_on_the_host_cannot_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let (home, path) = file();
    let store = SqliteStore::open(&path).unwrap();
    add_users(&store, vec![user("ada@harbor.example")]).await;
    for entry in fs::read_dir(home.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
    }
}

#[test]
fn files_of_others_are_refused() {
    let (_home, path) = file();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let error = refusal(&path);
    assert!(error.to_string().contains("another program"), "{error}");
    fs::write(&path, "no database at all, but long enough to be taken for something").unwrap();
    assert!(matches!(refusal(&path), StoreError::Database(_)));
    let nowhere = path.join("below").join("a-file.db");
    assert!(refusal(&nowhere).to_string().contains("a-file.db"));
}

/// Stands for a commit that fails: a violation that SQLite finds only then.
const FAILING_COMMIT: &str = "
    CREATE TABLE orphans (of INTEGER REFERENCES users (position) DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER fail_commit AFTER INSERT ON tokens WHEN NEW.name = 'breaks the commit'
    BEGIN INSERT INTO orphans VALUES (-1); END;";
/// Stands for a full disk: SQLite undoes the whole transaction in the middle of it.
const FAILING_TRANSACTION: &str = "
    CREATE TRIGGER fail_transaction AFTER INSERT ON tokens WHEN NEW.name = 'breaks the transaction'
    BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END;";

async fn faulty() -> (Arc<dyn Store>, TempDir) {
    let (home, path) = file();
    let store = SqliteStore::open(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch(&format!("{FAILING_COMMIT}{FAILING_TRANSACTION}")).unwrap();
    (Arc::new(store), home)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_fails_is_told_to_everyone_in_the_batch() {
    let (store, _home) = faulty().await;
    let before = store.counts().await.unwrap();
    let outcomes = write_in_one_batch(
        &store,
        vec![
            changing_with_event(vec![Change::InsertUser(Box::new(user("ada@harbor.example")))], event("/lost")),
            changing(vec![Change::InsertToken(Box::new(token("breaks the commit")))]),
            changing(vec![Change::SetWorkspace(Box::new(Workspace { name: "Lost".into(), ..Workspace::default() }))]),
        ],
    )
    .await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(StoreError::Database(_)))), "{outcomes:?}");
    assert_eq!(store.counts().await.unwrap(), before);
    assert_eq!(store.workspace().await.unwrap(), Workspace::default());
    assert_eq!(*store.newest_event().borrow(), EventId(0));

    // The writer lives on, and no number was lost.
    let row = vec![Change::InsertUser(Box::new(user("ada@harbor.example")))];
    store.write(changing_with_event(row, event("/kept"))).await.unwrap();
    assert_eq!(store.event(EventId(1)).await.unwrap().unwrap().event.path, "/kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_undone_in_the_middle_takes_only_what_came_before() {
    let (store, _home) = faulty().await;
    let insert = |name: &str| vec![Change::InsertUser(Box::new(user(name)))];
    let outcomes = write_in_one_batch(
        &store,
        vec![
            changing_with_event(insert("ada@harbor.example"), event("/lost")),
            changing(vec![Change::InsertToken(Box::new(token("breaks the transaction")))]),
            changing_with_event(insert("ben@harbor.example"), event("/kept")),
        ],
    )
    .await;
    assert!(matches!(outcomes.as_slice(), [Err(_), Err(_), Ok(())]), "{outcomes:?}");
    let left = store.scan(None, 10, Shown::Everything).await.unwrap();
    assert_eq!(left.iter().map(|row| row.user.user_name.as_str()).collect::<Vec<_>>(), ["ben@harbor.example"]);
    assert_eq!(store.counts().await.unwrap().total, 1);
    assert_eq!(store.event(EventId(1)).await.unwrap().unwrap().event.path, "/kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_log_is_cut_in_slices_until_it_fits() {
    let (store, _home) = fresh().await;
    record(&*store, vec![event("/scim/v2/Users"); 2_500]).await;
    apply(&*store, vec![Change::PruneEvents { before: START.plus_millis(1), keep_bytes: u64::MAX }]).await.unwrap();
    for _ in 0..1_000 {
        if store.events(&EventQuery::default()).await.unwrap().is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the rest of the log stayed");
}

#[tokio::test]
async fn the_end_of_a_page_is_remembered_for_a_minute() {
    let (_home, path) = file();
    let store = SqliteStore::open(&path).unwrap();
    let crowd = (0..100).map(|n| Change::InsertUser(Box::new(user(&format!("p{n}@harbor.example")))));
    apply(&store, crowd.collect()).await.unwrap();
    let conn = Connection::open(&path).unwrap();
    let ends = PageEnds::default();
    let start = std::time::Instant::now();
    let last = page(&conn, &ends, 0, 2, start, Shown::Everything).unwrap().pop().unwrap();
    let later = |secs| start + std::time::Duration::from_secs(secs);
    assert_eq!(ends.before(2, later(59)), Some(last.position));
    assert_eq!(ends.before(2, later(60)), None);
    // Of many the oldest are forgotten.
    for offset in 10..90 {
        page(&conn, &ends, offset, 1, start, Shown::Everything).unwrap();
    }
    assert_eq!(ends.before(2, start), None);
    assert!(ends.before(90, start).is_some());
}

/// Groups that were pushed before events named people have somebody twice where membership and role changed both.
#[tokio::test]
async fn a_timeline_reaches_its_end_though_events_name_somebody_twice() {
    let (_home, path) = file();
    let store = SqliteStore::open(&path).unwrap();
    let (ada, crew) = (user("ada@harbor.example").user.id, group("Crew").group.id);
    let log = (0..450_u32).map(|n| {
        let mut detail = event("/scim/v2/Groups");
        // Every third is about the person alone.
        detail.event.user_id = (n % 3 == 0).then_some(ada);
        detail.event.group_id = (n % 3 > 0).then_some(crew);
        let path = format!("members[value eq \"{ada}\"]");
        detail.changes = vec![EventChange { path, before: None, after: Some("x".into()) }];
        detail
    });
    record(&store, log.collect()).await;
    Connection::open(&path)
        .unwrap()
        .execute("INSERT INTO event_people SELECT id + 1, person FROM event_people WHERE id / 1024 <= 400", [])
        .unwrap();
    for forward in [false, true] {
        let (mut seen, mut query) = (Vec::new(), TimelineQuery { limit: 200, ..TimelineQuery::default() });
        query.after = forward.then_some(EventId(0));
        loop {
            let part = store.timeline(ada, None, &query).await.unwrap();
            seen.extend(part.entries.iter().map(|entry| entry.event.id.0));
            if part.scanned.exhausted {
                break;
            }
            *(if forward { &mut query.after } else { &mut query.before }) = part.scanned.scanned_to;
        }
        if !forward {
            seen.reverse();
        }
        assert_eq!(seen, (1..=450).collect::<Vec<_>>());
    }
}
