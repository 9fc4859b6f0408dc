//! Groups whose last people with a role would lose it: asked before a change of many, beside the writer.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::query::{all, first, word};
use crate::{
    model::role::Role,
    store::{LeftWithout, RoleLoss, StoreError, Stranded},
};

/// For how long members are looked at before the rest of the groups is left out.
const MOMENT: Duration = Duration::from_millis(300);
/// How many members are looked at between two looks at the clock.
const ROWS: usize = 256;

/// Where the user with an id stands.
pub(super) const POSITION: &str = "SELECT position FROM users WHERE id = ?1";
/// The groups that a user is in directly.
pub(super) const GROUPS: &str = "SELECT group_position FROM group_members WHERE member = ?1";
/// How the users among the members of a group stand.
pub(super) const MEMBERS: &str = "SELECT u.position, u.active, u.role
     FROM group_members m CROSS JOIN users u ON u.position = m.member WHERE m.group_position = ?1 AND m.nested = 0";
/// What a group is called, and how many members it has.
pub(super) const GROUP: &str = "SELECT display_name, members FROM groups WHERE position = ?1";

/// A group that somebody loses a role in.
struct Concerned {
    position: i64,
    name: String,
    members: u64,
    /// The highest role that any of them has now.
    before: Role,
}

/// Groups that these people are in directly, and in which afterwards nobody who can log in has a role, or a higher one,
/// that somebody has now. Small groups are looked at first, large ones as far as a moment allows.
pub(super) fn left_without(conn: &Connection, losses: &[RoleLoss]) -> Result<LeftWithout, StoreError> {
    let until = Instant::now() + MOMENT;
    let snapshot = conn.unchecked_transaction()?;
    let mut afterwards: HashMap<i64, Option<Role>> = HashMap::new();
    let mut highest: HashMap<i64, Role> = HashMap::new();
    for loss in losses {
        let Some(position) = first(&snapshot, POSITION, [loss.id.as_bytes()], |row| Ok(row.get(0)?))? else { continue };
        afterwards.insert(position, loss.after);
        for group in all(&snapshot, GROUPS, [position], |row| Ok(row.get::<_, i64>(0)?))? {
            let known = highest.entry(group).or_insert(loss.before);
            *known = loss.before.max(*known);
        }
    }
    let mut concerned = Vec::with_capacity(highest.len());
    for (position, before) in highest {
        concerned.extend(first(&snapshot, GROUP, [position], |row| {
            Ok(Concerned { position, name: row.get(0)?, members: row.get(1)?, before })
        })?);
    }
    concerned.sort_unstable_by(|one, other| (one.members, &one.name).cmp(&(other.members, &other.name)));
    let mut found = LeftWithout::default();
    for group in concerned {
        match remaining(&snapshot, &group, &afterwards, until)? {
            Some(rest) if rest < Some(group.before) => {
                // The lowest that is lost says most: without an editor there is no owner either.
                let lost = Role::ALL.into_iter().filter(|role| Some(*role) > rest).min();
                found.groups.extend(lost.map(|role| Stranded { name: group.name, role }));
            }
            Some(_) => {}
            None => found.unseen += 1,
        }
    }
    Ok(found)
}

/// The highest role that somebody who can log in has in a group afterwards, as far as it matters; nothing when the time
/// is over.
fn remaining(
    conn: &Connection,
    group: &Concerned,
    afterwards: &HashMap<i64, Option<Role>>,
    until: Instant,
) -> Result<Option<Option<Role>>, StoreError> {
    let mut statement = conn.prepare_cached(MEMBERS)?;
    let mut rows = statement.query([group.position])?;
    let mut rest = None;
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        let role = match afterwards.get(&row.get(0)?) {
            Some(after) => *after,
            None if row.get(1)? => Some(word("role", row.get_ref(2)?.as_str()?)?),
            None => None,
        };
        rest = rest.max(role);
        if rest >= Some(group.before) {
            break;
        }
        looked_at += 1;
        if looked_at % ROWS == 0 && Instant::now() >= until {
            return Ok(None);
        }
    }
    Ok(Some(rest))
}
