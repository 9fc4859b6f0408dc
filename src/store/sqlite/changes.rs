//! Which users changed lately, so that what is kept in memory of the users table need not be read anew as a whole.
//!
//! The writer notes a user before the change is committed, and notes the commit after it. A reader that asks how far
//! things are committed, then opens its snapshot, and then asks what was noted since an earlier answer, gets at least
//! everybody who differs in that snapshot. Somebody whose change was undone is noted too, which does no harm.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// How many changes are remembered.
const REMEMBERED: usize = 16_384;

/// How far a reader has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark {
    users: u64,
    groups: u64,
}

/// The memory, shared between the writer and readers.
#[derive(Debug, Default)]
pub(super) struct Changes(Mutex<Notes>);

#[derive(Debug, Default)]
struct Notes {
    /// The positions of users who changed, the newest last.
    latest: VecDeque<i64>,
    /// How many were noted, forgotten ones too; and changes of groups and memberships.
    noted: Mark,
    committed: Mark,
}

impl Changes {
    fn with<T>(&self, act: impl FnOnce(&mut Notes) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The user at this position is about to change, to come or to go.
    pub(super) fn note_user(&self, position: i64) {
        self.with(|notes| {
            if notes.latest.len() == REMEMBERED {
                notes.latest.pop_front();
            }
            notes.latest.push_back(position);
            notes.noted.users += 1;
        });
    }

    /// Groups or who is in them are about to change.
    pub(super) fn note_groups(&self) {
        self.with(|notes| notes.noted.groups += 1);
    }

    /// What was noted can be read now.
    pub(super) fn commit(&self) {
        self.with(|notes| notes.committed = notes.noted);
    }

    /// How far things are committed. To be asked before a snapshot is opened.
    pub(super) fn committed(&self) -> Mark {
        self.with(|notes| notes.committed)
    }

    /// Users who may have changed since a mark, in order of position; none when that was too long ago, or when groups
    /// changed and that matters. To be asked in a snapshot.
    pub(super) fn since(&self, mark: Mark, with_groups: bool) -> Option<Vec<i64>> {
        self.with(|notes| {
            if with_groups && notes.noted.groups != mark.groups {
                return None;
            }
            let missed = usize::try_from(notes.noted.users.saturating_sub(mark.users)).ok()?;
            let first = notes.latest.len().checked_sub(missed)?;
            let mut positions: Vec<i64> = notes.latest.range(first..).copied().collect();
            positions.sort_unstable();
            positions.dedup();
            Some(positions)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_missed_and_what_is_too_old_is_not_told_in_part() {
        let changes = Changes::default();
        let start = changes.committed();
        changes.note_user(7);
        changes.note_user(3);
        changes.note_user(7);
        assert_eq!(changes.since(start, true), Some(vec![3, 7]), "not committed yet, and told all the same");
        assert_eq!(changes.committed(), start, "so it is told again");
        changes.commit();
        let later = changes.committed();
        assert_eq!(changes.since(later, false), Some(Vec::new()));
        changes.note_groups();
        assert_eq!((changes.since(later, false), changes.since(later, true)), (Some(Vec::new()), None));
        for position in 0..16_384 {
            changes.note_user(position);
        }
        assert_eq!(changes.since(later, false).map(|positions| positions.len()), Some(16_384));
        assert_eq!(changes.since(start, false), None);
    }
}
