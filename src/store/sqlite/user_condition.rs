//! A filter of the users table as SQL, and what its orders go by. Both read the short rows of `users` alone.

use rusqlite::{Row, types::Value};

use crate::{
    model::{
        moment::Period,
        user::UserSort,
        user_filter::{AccountState, DriftKind, Test, UserFilter},
    },
    scim::fold::fold,
    store::{StoreError, UserKey},
};

/// Which rows match: a condition with its values, to stand after `WHERE`.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

/// Users in groups with such a name, directly or through groups within them.
const IN_GROUP: &str = "position IN (
    WITH RECURSIVE reached (position) AS (
        SELECT position FROM groups WHERE instr(folded_name, ?)
        UNION
        SELECT m.member FROM reached r CROSS JOIN group_members m INDEXED BY nested_groups
        ON m.group_position = r.position WHERE m.nested = 1
    )
    SELECT m.member FROM reached r CROSS JOIN group_members m ON m.group_position = r.position WHERE m.nested = 0)";
/// The folded display name within the column `search`.
const DISPLAY_NAME: &str = "substr(search, 1, instr(search, char(10)) - 1)";
/// The folded externalId there.
const EXTERNAL_ID: &str = "substr(search, instr(search, char(10)) + 1)";

impl Condition {
    /// Of a filter.
    pub(super) fn of(filter: &UserFilter) -> Self {
        let mut condition = Self { sql: String::new(), values: Vec::new() };
        for term in &filter.terms {
            let (joint, not) = match (condition.sql.is_empty(), term.negated) {
                (true, false) => ("", ""),
                (true, true) => ("", "NOT "),
                (false, false) => (" AND ", ""),
                (false, true) => (" AND ", "NOT "),
            };
            let test = condition.test(&term.test);
            condition.sql.push_str(&format!("{joint}{not}({test})"));
        }
        if condition.sql.is_empty() {
            condition.sql.push_str("TRUE");
        }
        condition
    }

    fn test(&mut self, test: &Test) -> String {
        let mut contains = |column: &str, text: &str| {
            self.values.push(Value::Text(fold(text)));
            format!("instr({column}, ?)")
        };
        match test {
            Test::Words(text) => format!("{} OR {}", contains("folded_name", text), contains("search", text)),
            Test::UserName(text) => contains("folded_name", text),
            Test::Name(text) => contains(DISPLAY_NAME, text),
            Test::ExternalId(text) => contains(EXTERNAL_ID, text),
            Test::Group(text) => {
                self.values.push(Value::Text(fold(text)));
                IN_GROUP.to_owned()
            }
            Test::Role(role) => format!("role = '{role}'"),
            Test::Source(source) => format!("role_source = '{source}'"),
            Test::State(AccountState::Active) | Test::Active(true) => "active".to_owned(),
            Test::Active(false) => "NOT active".to_owned(),
            Test::State(AccountState::Inactive) => "NOT active AND replaced_by IS NULL".to_owned(),
            Test::State(AccountState::Replaced) => "NOT active AND replaced_by IS NOT NULL".to_owned(),
            // By the name of the index's condition, so that it is found by the index: those who differ are few.
            Test::Drift(kind) => match kind {
                DriftKind::Any => "drift <> 0",
                DriftKind::None => "drift = 0",
                DriftKind::Role => "drift <> 0 AND drift & 1",
                DriftKind::Active => "drift <> 0 AND drift & 2",
                DriftKind::Name => "drift <> 0 AND drift & 4",
            }
            .to_owned(),
            Test::Orphan => "orphan <> 0".to_owned(),
            Test::PushFailed => "id IN (SELECT user_id FROM failed_pushes WHERE user_id IS NOT NULL)".to_owned(),
            Test::Created(period) => within("created", *period),
            Test::Changed(period) => within("last_modified", *period),
        }
    }
}

fn within(column: &str, period: Period) -> String {
    let from = period.from.map_or_else(|| "TRUE".to_owned(), |from| format!("{column} >= {}", from.as_millis()));
    let until = period.until.map_or_else(|| "TRUE".to_owned(), |until| format!("{column} < {}", until.as_millis()));
    format!("{from} AND {until}")
}

/// The expression that [`sort_key`] reads.
pub(super) const fn sort_expression(sort: UserSort) -> &'static str {
    match sort {
        UserSort::Created => "created",
        UserSort::UserName => "folded_name",
        UserSort::DisplayName => DISPLAY_NAME,
        UserSort::Role => "CASE role WHEN 'owner' THEN 0 WHEN 'editor' THEN 1 ELSE 2 END",
        UserSort::Source => "CASE role_source WHEN 'okta' THEN 0 WHEN 'group' THEN 1 WHEN 'local' THEN 2 ELSE 3 END",
        UserSort::Active => "CASE WHEN active THEN 0 WHEN replaced_by IS NULL THEN 1 ELSE 2 END",
        UserSort::LastModified => "last_modified",
        UserSort::ExternalId => EXTERNAL_ID,
    }
}

/// Reads the column of [`sort_expression`].
pub(super) fn sort_key(sort: UserSort, row: &Row<'_>, column: usize) -> Result<UserKey, StoreError> {
    if !UserKey::is_text(sort) {
        return Ok(UserKey::Number(row.get(column)?));
    }
    let text: String = row.get(column)?;
    Ok(if text.is_empty() { UserKey::NoText } else { UserKey::Text(text) })
}

/// What part of a column is a text that people go in order by.
pub(super) type Part = fn(&[u8]) -> &[u8];

/// A column, and what part of it is the text that an order goes by. As [`sort_expression`], but taken apart here, which
/// is quicker than SQL's functions when it is done for everybody.
pub(super) fn text_column(sort: UserSort) -> (&'static str, Part) {
    fn halves(search: &[u8]) -> (&[u8], &[u8]) {
        let end = search.iter().position(|byte| *byte == b'\n').unwrap_or(search.len());
        let (name, rest) = search.split_at(end);
        (name, rest.strip_prefix(b"\n").unwrap_or(rest))
    }
    match sort {
        UserSort::DisplayName => ("search", |search| halves(search).0),
        UserSort::ExternalId => ("search", |search| halves(search).1),
        _ => ("folded_name", |name| name),
    }
}
