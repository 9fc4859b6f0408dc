//! Users: their rows, written by the writer and read through an index by anyone.

use std::collections::BTreeSet;

use rusqlite::{Connection, Row, params};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    group_rows, membership_rows as memberships,
    query::{all, execute, first, json, to_json, word},
};
use crate::{
    model::{
        id::{GroupId, UserId},
        push::{Drift, OktaSaid},
        role::{Role, RoleSource},
        time::Timestamp,
        user::User,
    },
    scim::fold::fold,
    store::{Lookup, NameKey, Position, RoleGiven, StoreError, UserRow},
};

/// A query for whole users: `u` is the user, `d` the document. The argument says which and in what order.
macro_rules! select_users {
    ($which:literal) => {
        concat!(
            "SELECT u.position, u.id, u.user_name, u.display_name, u.active, u.role, u.role_source, u.okta_role,
                    u.external_id, u.replaced_by, u.created, u.last_modified, u.version, u.okta_known,
                    u.okta_active, u.okta_names, u.drifted, u.test, u.folded_name, u.folded_emails, d.document, ",
            crate::store::sqlite::membership_rows::groups_of_user!(),
            " FROM users u JOIN user_documents d ON d.position = u.position ",
            $which
        )
    };
}
pub(super) use select_users;

/// A query for what the table of users shows, which are the first columns of [`select_users`].
macro_rules! select_short {
    ($which:literal) => {
        concat!(
            "SELECT u.position, u.id, u.user_name, u.display_name, u.active, u.role, u.role_source, u.okta_role,
                    u.external_id, u.replaced_by, u.created, u.last_modified, u.version, u.okta_known,
                    u.okta_active, u.okta_names, u.drifted, u.test FROM users u ",
            $which
        )
    };
}
pub(super) use select_short;

/// One user by id.
pub(super) const BY_ID: &str = select_users!("WHERE u.id = ?1");
/// One user by the key of the folded name.
pub(super) const BY_NAME: &str = select_users!("WHERE u.name_key = ?1");
/// Some users by key and text of the externalId.
pub(super) const BY_EXTERNAL_ID: &str =
    select_users!("WHERE u.external_key = ?1 AND u.external_id = ?2 ORDER BY u.position LIMIT ?3");
/// Some users by the key of an e-mail address; the user's name counts as one.
pub(super) const BY_EMAIL: &str = select_users!(
    "WHERE u.position IN (SELECT position FROM users WHERE name_key = ?1
                          UNION ALL SELECT position FROM user_emails WHERE key = ?1)
     ORDER BY u.position LIMIT ?2"
);
/// Some direct members of a group by its position.
pub(super) const BY_GROUP: &str = select_users!(
    "JOIN group_members gm ON gm.member = u.position WHERE gm.group_position = ?1
     ORDER BY gm.member LIMIT ?2"
);
/// Some users in a group or in groups within it, by its position.
pub(super) const BY_GROUP_AND_BELOW: &str = select_users!(
    "WHERE u.position IN (
         WITH RECURSIVE reached (position) AS (
             SELECT ?1
             UNION
             SELECT m.member FROM reached r CROSS JOIN group_members m INDEXED BY nested_groups
             ON m.group_position = r.position WHERE m.nested = 1
         )
         SELECT m.member FROM reached r CROSS JOIN group_members m ON m.group_position = r.position WHERE m.nested = 0)
     ORDER BY u.position LIMIT ?2"
);
/// Whether a group has groups as members.
pub(super) const HAS_NESTED: &str =
    "SELECT 1 FROM group_members INDEXED BY nested_groups WHERE group_position = ?1 AND nested = 1 LIMIT 1";

/// Reads what [`select_users`] selects.
pub(super) fn decode(row: &Row<'_>) -> Result<UserRow, StoreError> {
    let folded_name: String = row.get(18)?;
    let folded_emails = match row.get_ref(19)?.as_str_or_null()? {
        Some(text) => json("list of e-mail addresses", text)?,
        None => vec![folded_name.clone()],
    };
    Ok(UserRow {
        user: decode_user(row)?,
        position: Position(row.get(0)?),
        folded_name,
        folded_emails,
        document: row.get(20)?,
        groups: memberships::decode_groups(row.get_ref(21)?.as_str_or_null()?)?,
    })
}

/// Reads what [`select_short`] selects.
pub(super) fn decode_user(row: &Row<'_>) -> Result<User, StoreError> {
    Ok(User {
        id: user_id(row.get(1)?),
        user_name: row.get(2)?,
        display_name: row.get(3)?,
        active: row.get(4)?,
        role: word("role", row.get_ref(5)?.as_str()?)?,
        role_source: word("role source", row.get_ref(6)?.as_str()?)?,
        okta_role: match row.get_ref(7)?.as_str_or_null()? {
            Some(text) => Some(word("role", text)?),
            None => None,
        },
        external_id: row.get(8)?,
        replaced_by: row.get::<_, Option<[u8; 16]>>(9)?.map(user_id),
        created: Timestamp::from_millis(row.get(10)?),
        last_modified: Timestamp::from_millis(row.get(11)?),
        version: row.get(12)?,
        okta: OktaSaid {
            known: row.get(13)?,
            active: row.get(14)?,
            names: match row.get_ref(15)?.as_str_or_null()? {
                Some(text) => json("list of names", text)?,
                None => Vec::new(),
            },
            drifted: row.get::<_, Option<i64>>(16)?.map(Timestamp::from_millis),
        },
        test: row.get(17)?,
    })
}

/// An id from its stored bytes.
pub(super) fn user_id(bytes: [u8; 16]) -> UserId {
    UserId(Uuid::from_bytes(bytes))
}

/// What the counters need to know of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) active: bool,
    pub(super) role: Role,
    pub(super) source: RoleSource,
    pub(super) drift: Drift,
    pub(super) orphan: bool,
    /// Made by test traffic: counted for nothing but the total.
    pub(super) test: bool,
}

impl From<&UserRow> for Standing {
    fn from(row: &UserRow) -> Self {
        let user = &row.user;
        Self {
            active: user.active,
            role: user.role,
            source: user.role_source,
            drift: user.drift(),
            orphan: user.is_orphan(),
            test: user.test,
        }
    }
}

/// The indexed form of an externalId: collisions are possible, so the text is compared as well.
pub(super) fn external_key(external_id: &str) -> i64 {
    let digest: [u8; 32] = Sha256::digest(external_id.as_bytes()).into();
    let mut key = [0; 8];
    key.copy_from_slice(digest.split_at(8).0);
    i64::from_be_bytes(key)
}

fn search_text(user: &User) -> String {
    // The line feed between the two stands for itself alone.
    let folded = |text: &Option<String>| text.as_deref().map(fold).unwrap_or_default().replace('\n', " ");
    let (display_name, external_id) = (folded(&user.display_name), folded(&user.external_id));
    format!("{display_name}\n{external_id}")
}

/// E-mail addresses to store for a lookup: those that the name's own key does not find.
fn email_keys<'a>(folded_name: &str, folded_emails: &'a [String]) -> BTreeSet<&'a str> {
    folded_emails.iter().map(String::as_str).filter(|email| *email != folded_name).collect()
}

fn stored_emails(row: &UserRow) -> Result<Option<String>, StoreError> {
    match row.folded_emails.as_slice() {
        [only] if *only == row.folded_name => Ok(None),
        emails => to_json("list of e-mail addresses", &emails).map(Some),
    }
}

/// The names that differ, which they hardly ever do.
fn stored_names(user: &User) -> Result<Option<String>, StoreError> {
    if user.okta.names.is_empty() { Ok(None) } else { to_json("list of names", &user.okta.names).map(Some) }
}

/// Adds a user at a position.
pub(super) fn insert(conn: &Connection, row: &UserRow, position: i64) -> Result<(), StoreError> {
    let user = &row.user;
    memberships::refuse_taken(conn, user.id.into())?;
    execute(
        conn,
        "INSERT INTO users (position, id, name_key, external_key, replaced_by, active, role, role_source, okta_role,
                            created, last_modified, version, user_name, folded_name, display_name, external_id, search,
                            folded_emails, okta_known, okta_active, okta_names, drifted, test)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)",
        params![
            position,
            user.id.as_bytes(),
            NameKey::of_folded(&row.folded_name).0,
            user.external_id.as_deref().map(external_key),
            user.replaced_by.as_ref().map(UserId::as_bytes),
            user.active,
            user.role.as_str(),
            user.role_source.as_str(),
            user.okta_role.map(Role::as_str),
            user.created.as_millis(),
            user.last_modified.as_millis(),
            user.version,
            user.user_name,
            row.folded_name,
            user.display_name,
            user.external_id,
            search_text(user),
            stored_emails(row)?,
            user.okta.known,
            user.okta.active,
            stored_names(user)?,
            user.okta.drifted.map(Timestamp::as_millis),
            user.test,
        ],
    )?;
    execute(conn, "INSERT INTO user_documents (position, document) VALUES (?1, ?2)", params![position, row.document])?;
    insert_emails(conn, email_keys(&row.folded_name, &row.folded_emails), position)
}

fn insert_emails<'a>(
    conn: &Connection,
    emails: impl IntoIterator<Item = &'a str>,
    position: i64,
) -> Result<(), StoreError> {
    for email in emails {
        execute(
            conn,
            "INSERT INTO user_emails (key, position) VALUES (?1, ?2)",
            params![NameKey::of_folded(email).0, position],
        )?;
    }
    Ok(())
}

fn delete_emails<'a>(
    conn: &Connection,
    emails: impl IntoIterator<Item = &'a str>,
    position: i64,
) -> Result<(), StoreError> {
    for email in emails {
        execute(
            conn,
            "DELETE FROM user_emails WHERE key = ?1 AND position = ?2",
            params![NameKey::of_folded(email).0, position],
        )?;
    }
    Ok(())
}

/// Puts a user in place of the one with the same id, and says where and how that one stood.
///
/// # Errors
/// There is none, besides the database's own.
pub(super) fn update(conn: &Connection, row: &UserRow) -> Result<(Position, Standing), StoreError> {
    let user = &row.user;
    let Some(old) = by_id(conn, user.id)? else {
        return Err(StoreError::Database(format!("there is no user {} to update", user.id)));
    };
    execute(
        conn,
        "UPDATE users SET name_key = ?2, external_key = ?3, replaced_by = ?4, active = ?5, role = ?6, role_source = ?7,
                          okta_role = ?8, created = ?9, last_modified = ?10, version = ?11, user_name = ?12,
                          folded_name = ?13, display_name = ?14, external_id = ?15, search = ?16, folded_emails = ?17,
                          okta_known = ?18, okta_active = ?19, okta_names = ?20, drifted = ?21
         WHERE position = ?1",
        params![
            old.position.0,
            NameKey::of_folded(&row.folded_name).0,
            user.external_id.as_deref().map(external_key),
            user.replaced_by.as_ref().map(UserId::as_bytes),
            user.active,
            user.role.as_str(),
            user.role_source.as_str(),
            user.okta_role.map(Role::as_str),
            user.created.as_millis(),
            user.last_modified.as_millis(),
            user.version,
            user.user_name,
            row.folded_name,
            user.display_name,
            user.external_id,
            search_text(user),
            stored_emails(row)?,
            user.okta.known,
            user.okta.active,
            stored_names(user)?,
            user.okta.drifted.map(Timestamp::as_millis),
        ],
    )?;
    if old.document != row.document {
        execute(
            conn,
            "UPDATE user_documents SET document = ?2 WHERE position = ?1",
            params![old.position.0, row.document],
        )?;
    }
    let before = email_keys(&old.folded_name, &old.folded_emails);
    let after = email_keys(&row.folded_name, &row.folded_emails);
    delete_emails(conn, before.difference(&after).copied(), old.position.0)?;
    insert_emails(conn, after.difference(&before).copied(), old.position.0)?;
    Ok((old.position, Standing::from(&old)))
}

/// The columns that a role hangs on, of the user with an id.
pub(super) const ROLE_OF: &str = "SELECT position, active, role, role_source, okta_role, okta_known, okta_active,
            okta_names IS NOT NULL, test FROM users WHERE id = ?1";

/// Gives a user a role, and says where that one stands, and how before and after; nothing where there is none. Touches
/// the short row alone: no document, no index.
pub(super) fn give_role(
    conn: &Connection,
    given: RoleGiven,
) -> Result<Option<(Position, Standing, Standing)>, StoreError> {
    let RoleGiven { id, role, source } = given;
    let found = first(conn, ROLE_OF, [id.as_bytes()], |row| {
        let okta: Option<Role> = row.get_ref(4)?.as_str_or_null()?.map(|text| word("role", text)).transpose()?;
        let active: bool = row.get(1)?;
        let orphan = active && !row.get::<_, bool>(5)?;
        let said: Option<bool> = row.get(6)?;
        let named = active && row.get::<_, bool>(7)?;
        let test: bool = row.get(8)?;
        let standing = |role, source| Standing {
            active,
            role,
            source,
            drift: Drift {
                role: active && okta.is_some_and(|pushed| pushed != role),
                active: said.is_some_and(|said| said != active),
                name: named,
            },
            orphan,
            test,
        };
        let before =
            standing(word("role", row.get_ref(2)?.as_str()?)?, word("role source", row.get_ref(3)?.as_str()?)?);
        Ok((Position(row.get(0)?), before, standing(role, source)))
    })?;
    if let Some((position, ..)) = found {
        execute(
            conn,
            "UPDATE users SET role = ?2, role_source = ?3 WHERE position = ?1",
            params![position.0, role.as_str(), source.as_str()],
        )?;
    }
    Ok(found)
}

/// The columns that being known to Okta hangs on, of the user with an id who is not yet.
pub(super) const UNKNOWN: &str = "SELECT position, active FROM users WHERE id = ?1 AND NOT okta_known";

/// Notes that a request of Okta's client was about a user, and says of somebody of whom that is new where they stand and
/// whether they can log in.
pub(super) fn make_known(conn: &Connection, id: UserId) -> Result<Option<(Position, bool)>, StoreError> {
    let found = first(conn, UNKNOWN, [id.as_bytes()], |row| Ok((Position(row.get(0)?), row.get(1)?)))?;
    if let Some((position, _)) = found {
        execute(conn, "UPDATE users SET okta_known = TRUE WHERE position = ?1", [position.0])?;
    }
    Ok(found)
}

/// Removes a user with everything that hangs on it, and says where and how that one stood. The groups it was in were
/// changed by that at `at`.
pub(super) fn delete(conn: &Connection, id: UserId, at: Timestamp) -> Result<Option<(Position, Standing)>, StoreError> {
    let Some(old) = by_id(conn, id)? else { return Ok(None) };
    memberships::leave_all(conn, old.position, at)?;
    delete_emails(conn, email_keys(&old.folded_name, &old.folded_emails), old.position.0)?;
    // The document, sessions and sign-in codes go with it: their keys refer to the row.
    execute(conn, "DELETE FROM users WHERE position = ?1", [old.position.0])?;
    Ok(Some((old.position, Standing::from(&old))))
}

/// The user with an id.
pub(super) fn by_id(conn: &Connection, id: UserId) -> Result<Option<UserRow>, StoreError> {
    first(conn, BY_ID, [id.as_bytes()], decode)
}

/// The user with a folded name.
pub(super) fn by_name(conn: &Connection, folded: &str) -> Result<Option<UserRow>, StoreError> {
    first(conn, BY_NAME, [NameKey::of_folded(folded).0], decode)
}

/// The users with an externalId, in order of creation.
pub(super) fn by_external_id(conn: &Connection, external_id: &str, limit: u32) -> Result<Vec<UserRow>, StoreError> {
    all(conn, BY_EXTERNAL_ID, params![external_key(external_id), external_id, limit], decode)
}

fn by_email(conn: &Connection, folded: &str, limit: u32) -> Result<Vec<UserRow>, StoreError> {
    all(conn, BY_EMAIL, params![NameKey::of_folded(folded).0, limit], decode)
}

fn by_group(conn: &Connection, id: GroupId, limit: u32) -> Result<Vec<UserRow>, StoreError> {
    let snapshot = conn.unchecked_transaction()?;
    let Some(Position(group)) = group_rows::position(&snapshot, id)? else { return Ok(Vec::new()) };
    // Members of one group stand in order already; those of several have to be gathered first.
    let sql = match first(&snapshot, HAS_NESTED, [group], |_| Ok(()))? {
        None => BY_GROUP,
        Some(()) => BY_GROUP_AND_BELOW,
    };
    all(&snapshot, sql, params![group, limit], decode)
}

/// Candidates for a key, in order of creation.
pub(super) fn lookup(conn: &Connection, lookup: &Lookup, limit: u32) -> Result<Vec<UserRow>, StoreError> {
    let one = |found: Option<UserRow>| found.into_iter().take(usize::from(limit > 0)).collect();
    match lookup {
        Lookup::Id(id) => Ok(one(by_id(conn, *id)?)),
        Lookup::UserName(folded) => Ok(one(by_name(conn, folded)?)),
        Lookup::ExternalId(external_id) => by_external_id(conn, external_id, limit),
        Lookup::Email(folded) => by_email(conn, folded, limit),
        Lookup::Group(id) => by_group(conn, *id, limit),
    }
}
