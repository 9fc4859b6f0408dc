//! Older and newer databases.

use std::fs;

use rusqlite::Connection;

use super::{
    super::{
        SqliteStore,
        connection::{configure_writer, open_writer},
        migrate::{self, Migration, backup_path},
        schema::MIGRATIONS,
    },
    file, refusal,
};
use crate::{
    model::{
        event::{Action, Change as Changed, Event, EventQuery},
        event_log::TimelineQuery,
        finding::Code,
        id::EventId,
        push::{FailedPush, FailedPushQuery},
        role::{Role, RoleSource},
        time::Timestamp,
    },
    store::{
        Position, Shown, Store, StoreError,
        contract::fixtures::{START, add_groups, add_users, event, group, record, user},
    },
};

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let (_home, path) = file();
    drop(SqliteStore::open(&path).unwrap());
    let conn = Connection::open(&path).unwrap();
    conn.execute("INSERT INTO migrations VALUES (99, 'later', x'00', 0)", []).unwrap();
    let error = refusal(&path);
    assert!(matches!(error, StoreError::TooNew { found: 99, known } if known == NEWEST), "{error}");
    assert!(error.to_string().contains("start the newer scimroom"), "{error}");
}

#[test]
fn a_migration_of_another_form_is_refused() {
    let (_home, path) = file();
    drop(SqliteStore::open(&path).unwrap());
    Connection::open(&path).unwrap().execute("UPDATE migrations SET checksum = x'00'", []).unwrap();
    assert!(matches!(refusal(&path), StoreError::Checksum(1)));
}

/// The newest version there is.
const NEWEST: u32 = MIGRATIONS.last().unwrap().version;
const LATER: Migration =
    Migration { version: NEWEST + 1, name: "later", sql: "CREATE TABLE later (x INTEGER) STRICT;" };
const BROKEN: Migration = Migration {
    version: NEWEST + 2,
    name: "broken",
    sql: "CREATE TABLE half (x INTEGER) STRICT; CREATE TABLE half (y);",
};

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
    let copy = backup_path(&path, LATER.version);
    assert_eq!(copy.file_name().unwrap().to_str().unwrap(), format!("scimroom.db.before-{}", LATER.version));
    let store = SqliteStore::open(&copy).unwrap();
    assert_eq!(store.user(ada.user.id).await.unwrap(), Some(ada));

    // Nothing to do: no further copy.
    drop(conn);
    fs::remove_file(&copy).unwrap();
    migrate_to(&path, &known).unwrap();
    assert!(!copy.exists());
}

/// Who has a role from where is counted when the counters for it are made.
#[tokio::test]
async fn an_older_database_is_counted_once() {
    let (_home, path) = file();
    let conn = migrate_to(&path, &MIGRATIONS[..2]).unwrap();
    let people = [
        ("owner", "local", "'editor'", true),
        ("editor", "okta", "'editor'", true),
        ("editor", "group", "NULL", true),
        ("editor", "group", "NULL", true),
        ("viewer", "default", "NULL", true),
        ("viewer", "local", "'owner'", false),
    ];
    for (n, (role, source, okta, active)) in people.into_iter().enumerate() {
        conn.execute_batch(&format!(
            "INSERT INTO users VALUES ({n} + 1, randomblob(16), randomblob(16), NULL, NULL, {active}, '{role}', '{source}',
                 {okta}, 10, 20, 1, 'p{n}@harbor.example', 'p{n}@harbor.example', NULL, NULL, '', NULL);"
        ))
        .unwrap();
    }
    conn.execute_batch("UPDATE counters SET total = 6, active = 5, owners = 1, editors = 3, viewers = 1").unwrap();
    drop(conn);
    let counts = SqliteStore::open(&path).unwrap().counts().await.unwrap();
    let sources = |role: Role| {
        [RoleSource::Local, RoleSource::Okta, RoleSource::Group, RoleSource::Default]
            .map(|source| counts.sources.of(role).of(source))
    };
    assert_eq!([Role::Owner, Role::Editor, Role::Viewer].map(sources), [[1, 0, 0, 0], [0, 1, 2, 0], [0, 0, 0, 1]]);
    assert_eq!((counts.total, counts.drifted), (6, 1));
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

    let ada = store.scan(None, 10, Shown::Everything).await.unwrap().remove(0);
    assert_eq!((ada.position, ada.user.version, ada.user.role), (Position(1), 3, Role::Editor));
    assert_eq!(ada.document, r#"{"userName":"Ada@harbor.example"}"#);
    assert_eq!(ada.folded_emails, ["ada@harbor.example", "ada@home.example"]);
    assert!(ada.groups.is_empty());
    assert_eq!(store.user(ada.user.id).await.unwrap(), Some(ada.clone()));
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.editors, counts.sources.editor.okta, counts.drifted), (1, 1, 0));
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

/// A database as the second version left it: a push of a group that added somebody and gave a role.
const SECOND_VERSION: &str = r#"
    INSERT INTO events (id, at, size, action, status, group_id, transaction_id, latency_micros, request_bytes,
        response_bytes, repeats, method, path, truncated, changes)
    VALUES (7, 100, 300, 'group-push', 200, x'01932c075d2e7c3a9f102b6d7f0a4c99', x'01932c075d2e7c3a9f102b6d7f0a4c12', 7,
        8, 9, 1, 'PATCH', '/scim/v2/Groups/x', 0, '[{"path":"displayName","after":"Crew"},
        {"path":"members[value eq \"01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11\"]","after":"x"},
        {"path":"members[value eq \"01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11\"].role","after":"editor"}]');
    UPDATE counters SET last_event = 7;
"#;

#[tokio::test]
async fn groups_pushed_before_there_were_timelines_stand_in_them() {
    let (_home, path) = file();
    migrate_to(&path, &MIGRATIONS[..2]).unwrap().execute_batch(SECOND_VERSION).unwrap();
    let store = SqliteStore::open(&path).unwrap();
    let member = "01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11".parse().unwrap();
    let timeline = store.timeline(member, None, &TimelineQuery::default()).await.unwrap();
    let seen: Vec<_> = timeline.entries.iter().map(|entry| (entry.event.id, entry.changes.len())).collect();
    assert_eq!(seen, [(EventId(7), 2)]);
}

/// A database as the version before pushes were noted left it, with people of every kind and their requests.
const BEFORE_PUSHES: &str = r#"
    INSERT INTO users (position, id, name_key, active, role, role_source, okta_role, created, last_modified, version,
        user_name, folded_name, external_id, search)
    VALUES (1, x'00000000000000000000000000000001', x'01', 1, 'viewer', 'okta', 'viewer', 1, 1, 1, 'Left', 'left', 'e1', ''),
           (2, x'00000000000000000000000000000002', x'02', 1, 'viewer', 'default', NULL, 1, 1, 1, 'Pushed', 'pushed', NULL, ''),
           (3, x'00000000000000000000000000000003', x'03', 0, 'viewer', 'default', NULL, 1, 1, 1, 'Born', 'born', NULL, ''),
           (4, x'00000000000000000000000000000004', x'04', 1, 'viewer', 'default', NULL, 1, 1, 1, 'Alone', 'alone', NULL, ''),
           (5, x'00000000000000000000000000000005', x'05', 1, 'editor', 'local', 'owner', 1, 1, 1, 'Edited', 'edited', NULL, '');
    INSERT INTO user_documents SELECT position, '{}' FROM users;
    INSERT INTO events (id, at, size, action, status, user_id, transaction_id, latency_micros, request_bytes,
        response_bytes, repeats, method, user_agent, user_name, path, findings, detail, truncated, changes)
    VALUES (1, 10, 1, 'create', 201, x'00000000000000000000000000000001', x'00', 0, 0, 0, 1, 'POST', 'Okta SCIM Client 1.0.0', 'Left', '', NULL, NULL, 0, '[]'),
           (2, 20, 1, 'deactivate', 200, x'00000000000000000000000000000001', x'00', 0, 0, 0, 1, 'PATCH', 'Okta SCIM Client 1.0.0', 'Left', '', NULL, NULL, 0, '[]'),
           (3, 30, 1, 'update', 200, x'00000000000000000000000000000002', x'00', 0, 0, 0, 1, 'PUT', 'Okta SCIM Client 1.0.0', 'Pushed', '', NULL, NULL, 0, '[]'),
           (4, 40, 1, 'create', 201, x'00000000000000000000000000000003', x'00', 0, 0, 0, 1, 'POST', 'Okta SCIM Client 1.0.0', 'Born', '', NULL, NULL, 0, '[{"path":"active","after":false}]'),
           (5, 50, 1, 'update', 400, x'00000000000000000000000000000002', x'00', 0, 0, 0, 1, 'PUT', 'Okta SCIM Client 1.0.0', 'Pushed', '', 'D13', 'No.', 0, '[]'),
           (6, 60, 1, 'update', 400, x'00000000000000000000000000000002', x'00', 0, 0, 0, 2, 'PUT', 'Okta SCIM Client 1.0.0', 'Pushed', '', 'D13', 'Never.', 0, '[]'),
           (7, 70, 1, 'create', 400, NULL, x'00', 0, 0, 0, 1, 'POST', 'Okta SCIM Client 1.0.0', 'Eve', '', NULL, 'No.', 0, '[]'),
           (8, 80, 1, 'create', 400, NULL, x'00', 0, 0, 0, 1, 'POST', 'Okta SCIM Client 1.0.0', 'Mended', '', NULL, 'No.', 0, '[]'),
           (9, 90, 1, 'create', 201, x'00000000000000000000000000000009', x'00', 0, 0, 0, 1, 'POST', 'Okta SCIM Client 1.0.0', 'MENDED', '', NULL, NULL, 0, '[]'),
           (10, 95, 1, 'update', 400, x'00000000000000000000000000000004', x'00', 0, 0, 0, 1, 'PUT', 'curl/8', 'Alone', '', NULL, 'No.', 0, '[]');
    UPDATE counters SET last_event = 10, last_position = 5, total = 5, active = 4, drifted = 1;
"#;

#[tokio::test]
async fn what_the_log_says_of_pushes_is_taken_over() {
    let (_home, path) = file();
    migrate_to(&path, &MIGRATIONS[..6]).unwrap().execute_batch(BEFORE_PUSHES).unwrap();
    let store = SqliteStore::open(&path).unwrap();
    let people = store.scan(None, 9, Shown::Everything).await.unwrap();
    let said: Vec<_> = people.iter().map(|row| (row.user.okta.known, row.user.okta.active)).collect();
    assert_eq!(said, [(true, Some(false)), (true, Some(true)), (true, Some(false)), (false, None), (true, None)]);
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.drifting, counts.drifted_active, counts.drifted, counts.orphans), (2, 1, 1, 1));
    let failed = store.failed_pushes(&FailedPushQuery::default()).await.unwrap();
    let of = |push: &FailedPush| (push.event, push.since.as_millis(), push.times, push.user_name.clone().unwrap());
    let expected = [(EventId(7), 70, 1, "Eve".to_owned()), (EventId(6), 50, 3, "Pushed".to_owned())];
    assert_eq!((failed.total, failed.pushes.iter().map(of).collect::<Vec<_>>()), (2, expected.to_vec()));
    assert_eq!(
        (failed.pushes[1].detail.as_deref(), failed.pushes[1].findings.as_slice()),
        (Some("Never."), &[Code(13)][..])
    );
    assert_eq!(failed.pushes[1].user_id, Some(people[1].user.id));
}

#[test]
fn a_migration_that_fails_leaves_the_version_before_it() {
    let (_home, path) = file();
    let known = [MIGRATIONS, &[LATER, BROKEN]].concat();
    assert!(matches!(migrate_to(&path, &known), Err(StoreError::Database(_))));
    let conn = Connection::open(&path).unwrap();
    assert_eq!(migrate::check(&conn, &known).unwrap(), LATER.version);
    assert!(has_table(&conn, "later") && !has_table(&conn, "half"));
}
