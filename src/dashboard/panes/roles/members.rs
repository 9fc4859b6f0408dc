//! The members of the group looked at: a window of them, which the service reads by key, under what is said of the group.
//!
//! The lines of the group and its members are one text to scroll through. Members stand in order of creation, so
//! newcomers come at the end; the text keeps the member at its top when the ones above come and go.

use crate::{
    dashboard::message::{Failure, Load},
    model::group::{ListedMember, MemberPage, MemberQuery},
};

/// Members in a window: several screens of them.
const WINDOW: u32 = 300;
/// Members kept on the other side of those seen when a window is read.
const BESIDE: u64 = 100;

/// What is known of the members.
#[derive(Debug, Default)]
pub struct Members {
    /// The window; members outside it are not known.
    pub page: Load<MemberPage>,
    /// The question whose answer is awaited.
    waiting: Option<MemberQuery>,
}

impl Members {
    /// How many there are; none while not known.
    pub fn total(&self) -> u64 {
        self.page.ready().map_or(0, |page| page.total)
    }

    /// The member at a place, where it is known.
    pub fn at(&self, place: u64) -> Option<&ListedMember> {
        let page = self.page.ready()?;
        page.members.get(usize::try_from(place.checked_sub(page.offset)?).ok()?)
    }

    /// The question for the window again, whatever it showed.
    pub fn again(&mut self) -> MemberQuery {
        let first = self.page.ready().filter(|page| page.offset > 0).and_then(|page| page.members.first());
        let query = MemberQuery { after: first.map(|listed| listed.key - 1), limit: WINDOW, ..MemberQuery::default() };
        self.waiting = Some(query);
        query
    }

    /// The question for the window that holds these places, if they are not known and it is not asked already.
    pub fn missing(&mut self, from: u64, to: u64) -> Option<MemberQuery> {
        let page = self.page.ready()?;
        let to = to.min(page.total);
        let end = page.offset + u64::try_from(page.members.len()).unwrap_or(u64::MAX);
        if from >= to || (from >= page.offset && to <= end) {
            return None;
        }
        let key = |place: u64| self.at(place).map(|listed| listed.key);
        let usual = MemberQuery { limit: WINDOW, ..MemberQuery::default() };
        let query = if from < u64::from(WINDOW) - BESIDE {
            usual
        } else if to + u64::from(WINDOW) - BESIDE > page.total {
            MemberQuery { from_end: true, ..usual }
        } else if from >= page.offset {
            MemberQuery { after: Some(key(from.min(end).saturating_sub(BESIDE).max(page.offset))?), ..usual }
        } else {
            MemberQuery {
                before: Some(key(to.max(page.offset).saturating_add(BESIDE).min(end.saturating_sub(1)))?),
                ..usual
            }
        };
        (self.waiting != Some(query)).then(|| {
            self.waiting = Some(query);
            query
        })
    }

    /// Takes a window; gives how far up the member at a place has come (down: less than none), for the text to follow.
    /// One that answers an older question is dropped.
    pub fn take(&mut self, query: MemberQuery, answer: Result<MemberPage, Failure>, top: u64) -> i64 {
        if self.waiting != Some(query) {
            return 0;
        }
        let failed = answer.is_err();
        let watched = self.at(top).map(|listed| listed.key);
        self.page.take(answer);
        // Asking again at once would go on for as long as the service refuses.
        if !failed {
            self.waiting = None;
        }
        let (Some(watched), Load::Ready(page)) = (watched, &self.page) else { return 0 };
        let place = (page.offset..).zip(&page.members).find(|(_, listed)| listed.key == watched);
        let signed = |place: u64| i64::try_from(place).unwrap_or(i64::MAX);
        place.map_or(0, |(place, _)| signed(place) - signed(top))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::{
        group::{GroupMember, MemberKind},
        id::ResourceId,
    };

    /// A service with members of these keys.
    fn answer(keys: &[i64], query: MemberQuery) -> MemberPage {
        let inside = |key: &&i64| {
            query.after.is_none_or(|after| **key > after) && query.before.is_none_or(|before| **key < before)
        };
        let found: Vec<i64> = keys.iter().filter(inside).copied().collect();
        let limit = query.limit as usize;
        let backward = query.from_end || (query.before.is_some() && query.after.is_none());
        let window =
            if backward { &found[found.len().saturating_sub(limit)..] } else { &found[..limit.min(found.len())] };
        let first = window.first().copied().unwrap_or(i64::MAX);
        let member = |key: &i64| ListedMember {
            key: *key,
            member: GroupMember { id: ResourceId(Uuid::nil()), kind: MemberKind::User, name: format!("member {key}") },
        };
        MemberPage {
            total: keys.len() as u64,
            offset: keys.iter().filter(|key| **key < first).count() as u64,
            members: window.iter().map(member).collect(),
        }
    }

    /// Shows these places; says how often the service had to be asked.
    fn show(members: &mut Members, keys: &[i64], from: u64, to: u64) -> usize {
        let mut asked = 0;
        while let Some(query) = members.missing(from, to) {
            asked += 1;
            assert!(asked < 3, "it asks for ever");
            members.take(query, Ok(answer(keys, query)), from);
        }
        (from..to.min(keys.len() as u64)).for_each(|place| {
            let known = members.at(place).map(|listed| listed.key);
            assert_eq!(known, Some(keys[place as usize]), "{from} {to}");
        });
        asked
    }

    fn opened(keys: &[i64]) -> Members {
        let mut members = Members::default();
        let query = members.again();
        members.take(query, Ok(answer(keys, query)), 0);
        members
    }

    #[test]
    fn every_member_is_reached_by_pages_down_and_up_and_from_the_end() {
        let keys: Vec<i64> = (0..50_000).map(|place| place * 3 + 7).collect();
        let mut members = opened(&keys);
        let mut asked = 0;
        for page in 0..1_000 {
            asked += show(&mut members, &keys, page * 50, page * 50 + 50);
        }
        assert!(asked < 400, "{asked}");
        for page in (0..1_000).rev() {
            show(&mut members, &keys, page * 50, page * 50 + 50);
        }
        assert!(show(&mut members, &keys, 49_970, 50_000) == 1);
        assert!(show(&mut members, &keys, 49_600, 49_650) == 1);
        assert!(show(&mut members, &keys, 0, 30) == 1);
    }

    #[test]
    fn the_member_at_the_top_stays_there_when_others_leave() {
        let keys: Vec<i64> = (0..2_000).collect();
        let mut members = opened(&keys);
        show(&mut members, &keys, 260, 300);
        let query = members.again();
        let fewer: Vec<i64> = keys.iter().copied().filter(|key| !(10..15).contains(key)).collect();
        assert_eq!(members.take(query, Ok(answer(&fewer, query)), 260), -5);
        assert_eq!(members.at(255).map(|listed| listed.key), Some(260));
    }

    #[test]
    fn what_fails_is_not_asked_again_by_itself() {
        let keys: Vec<i64> = (0..2_000).collect();
        let mut members = opened(&keys);
        let query = members.missing(310, 350).unwrap();
        members.take(query, Err(Failure { sentence: "No.".to_owned(), status: None }), 310);
        assert_eq!(members.missing(310, 350), None);
        assert_eq!(members.at(20).map(|listed| listed.key), Some(20), "what was known stays");
    }
}
