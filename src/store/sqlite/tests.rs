//! The contract on SQLite, and what only SQLite has: a file, migrations, a writer thread.

use std::{fs, path::PathBuf, sync::Arc};

use rusqlite::Connection;
use tempfile::TempDir;

use super::{
    SqliteStore,
    connection::{configure_writer, open_writer},
    group_rows, membership_rows,
    migrate::{self, Migration, backup_path},
    pages::PageEnds,
    schema::MIGRATIONS,
    user_rows,
    user_search::{BY_SUCCESSOR, page},
};
use crate::{
    model::{
        event::{Action, Change as Changed, Event, EventQuery},
        finding::Code,
        id::EventId,
        role::Role,
        time::Timestamp,
        workspace::Workspace,
    },
    store::{
        Change, Position, Store, StoreError,
        contract::{
            fixtures::{
                START, add_groups, add_users, apply, changing, changing_with_event, draft, event, group, record,
                session, token, user, write_in_one_batch,
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
fn a_newer_database_is_refused_and_left_alone() {
    let (_home, path) = file();
    drop(SqliteStore::open(&path).unwrap());
    let conn = Connection::open(&path).unwrap();
    conn.execute("INSERT INTO migrations VALUES (99, 'later', x'00', 0)", []).unwrap();
    let error = refusal(&path);
    assert!(matches!(error, StoreError::TooNew { found: 99, known: 2 }), "{error}");
    assert!(error.to_string().contains("start the newer scimroom"), "{error}");
}

#[test]
fn a_migration_of_another_form_is_refused() {
    let (_home, path) = file();
    drop(SqliteStore::open(&path).unwrap());
    Connection::open(&path).unwrap().execute("UPDATE migrations SET checksum = x'00'", []).unwrap();
    assert!(matches!(refusal(&path), StoreError::Checksum(1)));
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

const LATER: Migration = Migration { version: 3, name: "later", sql: "CREATE TABLE later (x INTEGER) STRICT;" };
const BROKEN: Migration =
    Migration { version: 4, name: "broken", sql: "CREATE TABLE half (x INTEGER) STRICT; CREATE TABLE half (y);" };

fn migrate_to(path: &std::path::Path, known: &[Migration]) -> Result<Connection, StoreError> {
    let mut conn = open_writer(path)?;
    let found = migrate::check(&conn, known)?;
    configure_writer(&conn)?;
    migrate::apply(&mut conn, path, known, found, START)?;
    Ok(conn)
}

fn has_table(conn: &Connection, name: &str) -> bool {
    conn.query_row("SELECT count(*) FROM sqlite_schema WHERE name = ?1", [name], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn an_existing_database_is_copied_before_it_changes() {
    let (home, path) = file();
    let store = SqliteStore::open(&path).unwrap();
    let ada = add_users(&store, vec![user("ada@harbor.example")]).await.remove(0);
    drop(store);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "a new database needs no copy");

    let known = [MIGRATIONS, &[LATER]].concat();
    let conn = migrate_to(&path, &known).unwrap();
    assert!(has_table(&conn, "later"));
    // The copy is a whole database as it was, with what was still in the log.
    let copy = backup_path(&path, 3);
    assert_eq!(copy.file_name().unwrap(), "scimroom.db.before-3");
    let store = SqliteStore::open(&copy).unwrap();
    assert_eq!(store.user(ada.user.id).await.unwrap(), Some(ada));

    // Nothing to do: no further copy.
    drop(conn);
    fs::remove_file(&copy).unwrap();
    migrate_to(&path, &known).unwrap();
    assert!(!copy.exists());
}

/// A database as the first version left it: a user with a further address and a session, and two events.
const FIRST_VERSION: &str = r#"
    INSERT INTO users VALUES (1, x'01932c075d2e7c3a9f102b6d7f0a4c11', x'9fda1f8ea5ba21af0d2ab4d19c2b52a3', NULL, NULL, 1,
        'editor', 'okta', 'editor', 10, 20, 3, 'Ada@harbor.example', 'ada@harbor.example', 'Ada', NULL, 'ada' || char(10),
        '["ada@harbor.example","ada@home.example"]');
    INSERT INTO user_documents VALUES (1, '{"userName":"Ada@harbor.example"}');
    INSERT INTO sessions VALUES (x'05', x'06', x'01932c075d2e7c3a9f102b6d7f0a4c11', 1, 2, 3);
    INSERT INTO events VALUES (4, 100, 300, 'role-change', 200, x'01932c075d2e7c3a9f102b6d7f0a4c11', NULL,
        x'01932c075d2e7c3a9f102b6d7f0a4c12', 7, 8, 9, NULL, 1, 'editor', 'PATCH', '203.0.113.9', 'agent', 'Okta',
        'Ada@harbor.example', '00u1', '/scim/v2/Users/x', 'a=b', 'D01 D29', '["roles"]', NULL, 1,
        '[{"path":"roles","before":"viewer","after":"editor"}]', '{"a":1}', '{"b":2}');
    INSERT INTO events VALUES (5, 101, 200, 'lookup', 404, NULL, NULL, x'01932c075d2e7c3a9f102b6d7f0a4c13', 7, 0, 9, 0, 1,
        NULL, 'GET', NULL, NULL, NULL, NULL, NULL, '/scim/v2/Users', NULL, NULL, NULL, 'Not found.', 0, NULL, NULL,
        '{}');
    UPDATE counters SET last_event = 5, last_position = 3, event_bytes = 500, total = 1, active = 1, editors = 1;
"#;

#[tokio::test]
async fn a_database_of_the_first_version_keeps_everything() {
    let (_home, path) = file();
    migrate_to(&path, &MIGRATIONS[..1]).unwrap().execute_batch(FIRST_VERSION).unwrap();
    let store = SqliteStore::open(&path).unwrap();
    assert!(backup_path(&path, 2).exists());
    let copy = Connection::open(backup_path(&path, 2)).unwrap();
    assert_eq!(migrate::check(&copy, MIGRATIONS).unwrap(), 1);

    let ada = store.scan(None, 10).await.unwrap().remove(0);
    assert_eq!((ada.position, ada.user.version, ada.user.role), (Position(1), 3, Role::Editor));
    assert_eq!(ada.document, r#"{"userName":"Ada@harbor.example"}"#);
    assert_eq!(ada.folded_emails, ["ada@harbor.example", "ada@home.example"]);
    assert!(ada.groups.is_empty());
    assert_eq!(store.user(ada.user.id).await.unwrap(), Some(ada.clone()));
    assert_eq!(store.counts().await.unwrap().editors, 1);
    assert_eq!(store.group_count().await.unwrap(), 0);
    let sessions = Connection::open(&path).unwrap();
    assert_eq!(sessions.query_row("SELECT count(*) FROM sessions", [], |row| row.get(0)), Ok(1));

    assert_eq!(*store.newest_event().borrow(), EventId(5));
    let stored = store.event(EventId(4)).await.unwrap().unwrap();
    let mut expected = event("/scim/v2/Users/x");
    expected.event = Event {
        id: EventId(4),
        at: Timestamp::from_millis(100),
        action: Action::RoleChange,
        method: "PATCH".into(),
        query: Some("a=b".into()),
        latency_micros: 7,
        request_bytes: 8,
        response_bytes: 9,
        address: Some("203.0.113.9".into()),
        user_agent: Some("agent".into()),
        token_name: Some("Okta".into()),
        user_id: Some(ada.user.id),
        user_name: Some("Ada@harbor.example".into()),
        external_id: Some("00u1".into()),
        role: Some(Role::Editor),
        changed: vec!["roles".into()],
        findings: vec![Code(1), Code(29)],
        transaction: stored.event.transaction,
        ..expected.event
    };
    expected.changes =
        vec![Changed { path: "roles".into(), before: Some("viewer".into()), after: Some("editor".into()) }];
    expected.request_body = Some(r#"{"a":1}"#.into());
    expected.response_body = Some(r#"{"b":2}"#.into());
    expected.truncated = true;
    assert_eq!(stored, expected);
    let of_ada = EventQuery { user: Some(ada.user.id), ..EventQuery::default() };
    assert_eq!(store.events(&of_ada).await.unwrap(), [stored.event]);
    let refused = EventQuery { failed: Some(true), ..EventQuery::default() };
    assert_eq!(store.events(&refused).await.unwrap().len(), 1);

    // Numbers and places go on.
    let crew = add_groups(&store, vec![group("Crew")]).await.remove(0);
    assert_eq!(crew.position, Position(4));
    record(&store, vec![event("/6")]).await;
    assert_eq!(store.event(EventId(6)).await.unwrap().unwrap().event.path, "/6");
}

#[test]
fn a_migration_that_fails_leaves_the_version_before_it() {
    let (_home, path) = file();
    let known = [MIGRATIONS, &[LATER, BROKEN]].concat();
    assert!(matches!(migrate_to(&path, &known), Err(StoreError::Database(_))));
    let conn = Connection::open(&path).unwrap();
    assert_eq!(migrate::check(&conn, &known).unwrap(), 3);
    assert!(has_table(&conn, "later") && !has_table(&conn, "half"));
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
    let left = store.scan(None, 10).await.unwrap();
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
    let last = page(&conn, &ends, 0, 2, start).unwrap().pop().unwrap();
    let later = |secs| start + std::time::Duration::from_secs(secs);
    assert_eq!(ends.before(2, later(59)), Some(last.position));
    assert_eq!(ends.before(2, later(60)), None);
    // Of many the oldest are forgotten.
    for offset in 10..90 {
        page(&conn, &ends, offset, 1, start).unwrap();
    }
    assert_eq!(ends.before(2, start), None);
    assert!(ends.before(90, start).is_some());
}

/// How SQLite goes about a statement.
fn plan(conn: &Connection, sql: &str) -> Vec<String> {
    let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let mut rows = statement.raw_query();
    let mut plan = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        plan.push(row.get::<_, String>(3).unwrap());
    }
    plan
}

/// Whether a step of a plan goes through a whole table. A walk from group to group goes through its own queue (`r`) from
/// one row on, and of the index of nested groups only the first entry is looked at.
fn walks(step: &str) -> bool {
    let harmless = ["SCAN r", "SCAN CONSTANT ROW", "SCAN group_members USING COVERING INDEX nested_groups"];
    step.starts_with("SCAN") && !harmless.contains(&step)
}

#[test]
fn point_reads_never_walk_a_table() {
    let (_home, path) = file();
    let _store = SqliteStore::open(&path).unwrap();
    let conn = Connection::open(&path).unwrap();
    for sql in [
        user_rows::BY_ID,
        user_rows::BY_NAME,
        user_rows::BY_EXTERNAL_ID,
        user_rows::BY_EMAIL,
        user_rows::BY_GROUP,
        user_rows::BY_GROUP_AND_BELOW,
        user_rows::HAS_NESTED,
        BY_SUCCESSOR,
        group_rows::BY_ID,
        group_rows::BY_NAME,
        group_rows::BY_EXTERNAL_ID,
        group_rows::BY_MEMBER,
        membership_rows::POSITION_OF,
        membership_rows::CANDIDATE,
        membership_rows::MEMBER,
        membership_rows::MEMBERS,
        membership_rows::BEREAVE,
        membership_rows::LEAVE_ALL,
    ] {
        let plan = plan(&conn, sql);
        assert!(!plan.iter().any(|step| walks(step)), "{sql}: {plan:#?}");
    }
}

/// Neither the members of the group nor the groups of the member make one membership more or less dearer.
#[test]
fn one_membership_costs_the_same_in_any_group() {
    let (_home, path) = file();
    let _store = SqliteStore::open(&path).unwrap();
    let conn = Connection::open(&path).unwrap();
    let add = plan(&conn, membership_rows::ADD_MEMBER);
    assert!(add.iter().all(|step| !walks(step) && !step.contains("group_members")), "{add:#?}");
    let remove = plan(&conn, membership_rows::REMOVE_MEMBER);
    let by_key = "SEARCH group_members USING PRIMARY KEY (group_position=? AND member=?)";
    assert!(remove.iter().any(|step| step == by_key) && !remove.iter().any(|step| walks(step)), "{remove:#?}");
    let groups_of = plan(&conn, group_rows::BY_MEMBER);
    let by_member = "SEARCH m USING COVERING INDEX group_members_by_member (member=?)";
    assert_eq!(groups_of.first().map(String::as_str), Some(by_member), "{groups_of:#?}");
    // In order by the index: nothing is gathered and sorted first.
    assert!(!groups_of.iter().any(|step| step.contains("TEMP B-TREE")), "{groups_of:#?}");
    let members = plan(&conn, user_rows::BY_GROUP);
    assert!(!members.iter().any(|step| step.contains("TEMP B-TREE")), "{members:#?}");
}
