//! Who is marked for a change of many: people by their ids, or everybody whom a question matches.

use std::collections::BTreeSet;

use crate::model::{
    id::UserId,
    user::{User, UserQuery},
    user_change::Selection,
};

/// The marks of a list. They belong to people, so no filter, order or newcomer moves them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    ids: BTreeSet<UserId>,
    /// A question, and how many it matched when it was marked.
    matching: Option<(UserQuery, u64)>,
}

impl Marks {
    /// Whether nobody is marked.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.matching.is_none()
    }

    /// How many are marked.
    pub fn count(&self) -> u64 {
        self.matching.as_ref().map_or_else(|| u64::try_from(self.ids.len()).unwrap_or(u64::MAX), |(_, count)| *count)
    }

    /// Whether somebody is marked, in a list that shows what `shown` asks for.
    pub fn has(&self, user: &User, shown: &UserQuery) -> bool {
        self.ids.contains(&user.id) || self.matching.as_ref().is_some_and(|(query, _)| same_people(query, shown))
    }

    /// Whether all whom a question matches are marked, rather than people one by one.
    pub const fn is_by_question(&self) -> bool {
        self.matching.is_some()
    }

    /// Marks somebody, or takes the mark away.
    pub fn toggle(&mut self, id: UserId) {
        if !self.ids.remove(&id) {
            self.ids.insert(id);
        }
    }

    /// Marks these people besides.
    pub fn add(&mut self, ids: impl Iterator<Item = UserId>) {
        self.ids.extend(ids);
    }

    /// Marks everybody whom a question matches; single marks go.
    pub fn add_matching(&mut self, query: UserQuery, count: u64) {
        self.ids.clear();
        self.matching = Some((query, count));
    }

    /// Takes every mark away.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Whom a change would be about.
    pub fn selection(&self) -> Selection {
        match &self.matching {
            Some((query, _)) => Selection::Query(query.clone()),
            None => Selection::Ids(self.ids.iter().copied().collect()),
        }
    }
}

/// Whether two questions match the same people.
fn same_people(one: &UserQuery, other: &UserQuery) -> bool {
    (&one.search, one.active, one.role) == (&other.search, other.active, other.role)
}
