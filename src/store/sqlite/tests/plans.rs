//! How SQLite goes about the statements that everyone waits for.

use rusqlite::Connection;

use super::{
    super::{
        SqliteStore, event_people, event_search, group_rows, left_without, member_windows, membership_rows, push_rows,
        settling, test_rows, user_condition, user_rows,
        user_search::{self, BY_SUCCESSOR},
    },
    file,
};
use crate::model::{time::Timestamp, user_filter::UserFilter};

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
fn test_traffic_is_found_without_looking_at_anything_else() {
    let (_home, path) = file();
    let _store = SqliteStore::open(&path).unwrap();
    let conn = Connection::open(&path).unwrap();
    for (sql, index) in [
        (test_rows::USERS, "users_of_tests"),
        (test_rows::OWNERS, "users_of_tests"),
        (test_rows::GROUPS, "groups_of_tests"),
        (test_rows::EVENTS, "events_of_tests"),
    ] {
        let plan = plan(&conn, sql);
        assert!(plan.len() == 1 && plan[0].contains(index), "{sql}: {plan:?}");
    }
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
        user_rows::ROLE_OF,
        BY_SUCCESSOR,
        group_rows::BY_ID,
        group_rows::BY_NAME,
        group_rows::BY_EXTERNAL_ID,
        group_rows::BY_MEMBER,
        membership_rows::POSITION_OF,
        membership_rows::CANDIDATE,
        membership_rows::MEMBER,
        membership_rows::MEMBERS,
        membership_rows::STANDINGS,
        member_windows::FORWARD,
        member_windows::BACKWARD,
        member_windows::BEFORE,
        membership_rows::STANDING,
        membership_rows::BEREAVE,
        membership_rows::LEAVE_ALL,
        left_without::POSITION,
        left_without::GROUPS,
        left_without::MEMBERS,
        left_without::GROUP,
        settling::NEXT,
        settling::OWNERS,
        settling::MARK,
        event_people::BY_USER,
        event_people::BY_PERSON,
        event_people::BY_USER_FORWARD,
        event_people::BY_PERSON_FORWARD,
        event_search::FROM,
        user_rows::UNKNOWN,
        push_rows::NEWEST,
        push_rows::OF_PERSON,
        push_rows::USER_NAMED,
        push_rows::POSITION,
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

/// The users table as it opens, and as it is read again with every change: from the end of an index, never sorted.
#[test]
fn newest_and_oldest_accounts_are_read_in_order() {
    let (_home, path) = file();
    let _store = SqliteStore::open(&path).unwrap();
    let conn = Connection::open(&path).unwrap();
    for sql in [user_search::NEWEST, user_search::OLDEST] {
        let plan = plan(&conn, sql);
        assert!(plan.iter().any(|step| step.contains("users_by_created")), "{plan:#?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:#?}");
    }
}

/// Whoever differs from Okta, is unknown there or did not get across is found by the index of such people alone.
#[test]
fn people_to_look_at_are_found_without_looking_at_everybody() {
    let (_home, path) = file();
    let _store = SqliteStore::open(&path).unwrap();
    let conn = Connection::open(&path).unwrap();
    for (words, index) in [
        ("drift:yes", "users_drifted"),
        ("drift:active", "users_drifted"),
        ("drift:role role:owner", "users_drifted"),
        ("okta:never", "users_orphaned"),
        ("push:failed", "users_by_id"),
    ] {
        let filter = UserFilter::parse(words, Timestamp::from_millis(0)).unwrap();
        let sql = format!("SELECT position, created FROM users WHERE {}", user_condition::Condition::of(&filter).sql);
        let plan = plan(&conn, &sql);
        assert!(plan.iter().any(|step| step.contains(index)), "{words}: {plan:#?}");
    }
}
