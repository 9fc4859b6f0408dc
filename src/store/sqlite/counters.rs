//! What the writer keeps count of: users by role, groups, the last numbers given out, the size of the log.

use std::{collections::HashMap, sync::Arc};

use rusqlite::{Connection, Row, params};

use super::{
    changes::Changes,
    credential_rows,
    query::{execute, first, json},
    test_rows,
    user_rows::Standing,
};
use crate::{
    model::{
        id::TokenId,
        time::Timestamp,
        token::TokenMode,
        user::{RoleSources, SourceCounts, UserCounts},
        workspace::Workspace,
    },
    store::{StoreError, TokenHash, TokenRow},
};

/// The writer's memory of what the database holds. One copy stands for what is committed; another runs ahead through
/// a batch and is thrown away with it.
#[derive(Debug, Clone)]
pub(super) struct Ledger {
    /// The newest event's number.
    pub(super) last_event: u64,
    /// The newest position, of a user or a group.
    pub(super) last_position: i64,
    /// About how many bytes the events take.
    pub(super) event_bytes: u64,
    /// Users by standing.
    pub(super) counts: UserCounts,
    /// How many groups there are.
    pub(super) groups: u64,
    /// How many of them test traffic made; counted at the start.
    pub(super) test_groups: u64,
    /// The settings.
    pub(super) workspace: Arc<Workspace>,
    /// Every token as it was made or revoked, for recognizing them on each request; how they are used stands in the
    /// database only.
    pub(super) tokens: Arc<HashMap<TokenHash, TokenRow>>,
    /// Which users changed lately; one memory for all copies.
    pub(super) changes: Arc<Changes>,
}

impl Ledger {
    /// Reads what a database holds.
    pub(super) fn load(conn: &Connection) -> Result<Self, StoreError> {
        let workspace =
            first(conn, "SELECT settings FROM workspace", [], |row| json("workspace", row.get_ref(0)?.as_str()?))?;
        let tokens: HashMap<_, _> = credential_rows::tokens(conn)?.into_iter().map(|row| (row.hash, row)).collect();
        let tokens = Arc::new(tokens);
        first(conn, "SELECT last_event, last_position, event_bytes FROM counters", [], |row| {
            Ok(Self {
                last_event: row.get(0)?,
                last_position: row.get(1)?,
                event_bytes: row.get(2)?,
                counts: counts(conn)?,
                groups: group_count(conn)?,
                test_groups: test_rows::group_count(conn)?,
                workspace: Arc::new(workspace.clone().unwrap_or_default()),
                tokens: Arc::clone(&tokens),
                changes: Arc::default(),
            })
        })?
        .ok_or_else(missing)
    }

    /// Writes what changed since `committed`; the settings are written where they change.
    pub(super) fn save(&self, conn: &Connection, committed: &Self) -> Result<(), StoreError> {
        let numbers =
            |ledger: &Self| (ledger.last_event, ledger.last_position, ledger.event_bytes, ledger.counts, ledger.groups);
        if numbers(self) == numbers(committed) {
            return Ok(());
        }
        execute(
            conn,
            "UPDATE counters SET last_event = ?1, last_position = ?2, event_bytes = ?3, groups = ?4",
            params![self.last_event, self.last_position, self.event_bytes, self.groups],
        )?;
        if self.counts != committed.counts {
            self.save_counts(conn)?;
        }
        Ok(())
    }

    fn save_counts(&self, conn: &Connection) -> Result<(), StoreError> {
        let UserCounts {
            total,
            active,
            owners,
            editors,
            viewers,
            sources,
            drifted,
            drifting,
            drifted_active,
            drifted_names,
            orphans,
            failed_pushes,
            test: _,
        } = self.counts;
        execute(
            conn,
            "UPDATE counters SET total = ?1, active = ?2, owners = ?3, editors = ?4, viewers = ?5, drifted = ?6,
                 owners_okta = ?7, owners_group = ?8, owners_local = ?9, owners_default = ?10,
                 editors_okta = ?11, editors_group = ?12, editors_local = ?13, editors_default = ?14,
                 viewers_okta = ?15, viewers_group = ?16, viewers_local = ?17, viewers_default = ?18,
                 drifting = ?19, drifted_active = ?20, drifted_names = ?21, orphans = ?22, failed_pushes = ?23",
            params![
                total,
                active,
                owners,
                editors,
                viewers,
                drifted,
                sources.owner.okta,
                sources.owner.group,
                sources.owner.local,
                sources.owner.default,
                sources.editor.okta,
                sources.editor.group,
                sources.editor.local,
                sources.editor.default,
                sources.viewer.okta,
                sources.viewer.group,
                sources.viewer.local,
                sources.viewer.default,
                drifting,
                drifted_active,
                drifted_names,
                orphans,
                failed_pushes,
            ],
        )?;
        Ok(())
    }

    /// Knows a new token.
    pub(super) fn add_token(&mut self, row: TokenRow) {
        Arc::make_mut(&mut self.tokens).insert(row.hash, row);
    }

    /// A token by its id.
    pub(super) fn token(&self, id: TokenId) -> Option<&TokenRow> {
        self.tokens.values().find(|row| row.token.id == id)
    }

    /// Knows that a token was revoked; the first time stands.
    pub(super) fn revoke_token(&mut self, id: TokenId, at: Timestamp) {
        let tokens = Arc::make_mut(&mut self.tokens);
        if let Some(row) = tokens.values_mut().find(|row| row.token.id == id) {
            row.token.revoked.get_or_insert(at);
        }
    }

    /// Knows that a token is replaced by another, and when it ends.
    pub(super) fn replace_token(&mut self, id: TokenId, by: TokenId, ends: Timestamp) {
        let tokens = Arc::make_mut(&mut self.tokens);
        if let Some(row) = tokens.values_mut().find(|row| row.token.id == id) {
            row.token.replaced_by = Some(by);
            row.token.expires = row.token.expires.min(ends);
        }
    }

    /// Knows that tokens are gone.
    pub(super) fn forget_tokens(&mut self, ids: &[TokenId]) {
        if !ids.is_empty() {
            Arc::make_mut(&mut self.tokens).retain(|_, row| !ids.contains(&row.token.id));
        }
    }

    /// Knows that a token is live now.
    pub(super) fn go_live(&mut self, id: TokenId) {
        let tokens = Arc::make_mut(&mut self.tokens);
        if let Some(row) = tokens.values_mut().find(|row| row.token.id == id) {
            row.token.mode = TokenMode::Live;
        }
    }

    /// Gives out the next place in the order of creation. A job that fails gives it back: its ledger is thrown away.
    pub(super) fn next_position(&mut self) -> i64 {
        self.last_position += 1;
        self.last_position
    }

    /// Counts a user in.
    pub(super) fn add(&mut self, user: Standing) {
        self.counts.total += 1;
        self.counts.test += u64::from(user.test);
        self.count(user, |count| *count += 1);
    }

    /// Counts a user out.
    pub(super) fn remove(&mut self, user: Standing) {
        self.counts.total = self.counts.total.saturating_sub(1);
        self.counts.test = self.counts.test.saturating_sub(user.test.into());
        self.count(user, |count| *count = count.saturating_sub(1));
    }

    /// Counts a group out, if there was one: whether test traffic had made it.
    pub(super) fn remove_group(&mut self, removed: Option<bool>) {
        if let Some(test) = removed {
            self.groups = self.groups.saturating_sub(1);
            self.test_groups = self.test_groups.saturating_sub(test.into());
        }
    }

    /// Counts somebody who can log in as known to Okta from now on.
    pub(super) fn make_known(&mut self) {
        self.counts.orphans = self.counts.orphans.saturating_sub(1);
    }

    /// Changes every counter but the total that this user is in.
    fn count(&mut self, user: Standing, change: impl Fn(&mut u64)) {
        // Somebody of a test never gets access.
        if user.test {
            return;
        }
        if user.active {
            self.counts.of_active(user.role, user.source, user.drift.role).for_each(&change);
        }
        self.counts.of_okta(user.drift, user.orphan).for_each(&change);
    }
}

/// The kept counts of users.
pub(super) fn counts(conn: &Connection) -> Result<UserCounts, StoreError> {
    first(
        conn,
        "SELECT total, active, owners, editors, viewers, drifted,
                owners_okta, owners_group, owners_local, owners_default,
                editors_okta, editors_group, editors_local, editors_default,
                viewers_okta, viewers_group, viewers_local, viewers_default,
                drifting, drifted_active, drifted_names, orphans, failed_pushes
         FROM counters",
        [],
        |row| {
            Ok(UserCounts {
                total: row.get(0)?,
                active: row.get(1)?,
                owners: row.get(2)?,
                editors: row.get(3)?,
                viewers: row.get(4)?,
                drifted: row.get(5)?,
                test: test_rows::user_count(conn)?,
                sources: RoleSources { owner: sources(row, 6)?, editor: sources(row, 10)?, viewer: sources(row, 14)? },
                drifting: row.get(18)?,
                drifted_active: row.get(19)?,
                drifted_names: row.get(20)?,
                orphans: row.get(21)?,
                failed_pushes: row.get(22)?,
            })
        },
    )?
    .ok_or_else(missing)
}

/// The four columns of a role, from the first of them on.
fn sources(row: &Row<'_>, start: usize) -> Result<SourceCounts, StoreError> {
    Ok(SourceCounts {
        okta: row.get(start)?,
        group: row.get(start + 1)?,
        local: row.get(start + 2)?,
        default: row.get(start + 3)?,
    })
}

/// The kept count of groups.
pub(super) fn group_count(conn: &Connection) -> Result<u64, StoreError> {
    first(conn, "SELECT groups FROM counters", [], |row| Ok(row.get(0)?))?.ok_or_else(missing)
}

fn missing() -> StoreError {
    StoreError::Corrupt { what: "counter", reason: "the row is missing".to_owned() }
}
