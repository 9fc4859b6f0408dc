//! The people whom a mistake concerns: a bounded memory that finds a person again by any of the names Okta uses.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::{
    event::{Action, Event},
    id::UserId,
};

/// How many characters of a text from outside are kept. The longest e-mail address has 254.
const KEPT_CHARS: usize = 256;

/// The beginning of a text from outside, so that nobody's long names fill the memory.
pub(super) fn clip(text: &str) -> String {
    text.chars().take(KEPT_CHARS).collect()
}

/// Whether a user name has the form of an e-mail address, as "Application username format = Email" sends it.
pub(super) fn is_email(user_name: &str) -> bool {
    user_name.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !user_name.chars().any(char::is_whitespace)
    })
}

/// One person, as far as a request told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Person {
    /// The user name as it was sent.
    user_name: Option<String>,
    /// The Okta user id, which stays when the name changes.
    external_id: Option<String>,
    /// The account here.
    user_id: Option<UserId>,
    /// The name of the group, or its id: a request about a group concerns that group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<String>,
}

/// One name by which a person is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    External(String),
    /// In small letters: user names are compared without case (RFC 7643 4.1.1).
    Name(String),
    User(UserId),
    Group(String),
}

impl Person {
    /// The person whom a request concerned, or the group.
    pub(super) fn of(event: &Event) -> Self {
        if matches!(event.action, Action::GroupPush | Action::GroupDelete) || is_group(&event.path) {
            let id = || event.path.trim_end_matches('/').rsplit('/').next().filter(|id| !id.is_empty());
            let group = event.group_name.as_deref().or_else(id).map(clip);
            return Self { group, ..Self::default() };
        }
        let external_id = event.external_id.as_deref().filter(|id| !id.is_empty()).map(clip);
        Self { external_id, user_id: event.user_id, ..Self::by_name(event) }
    }

    /// The person as known by user name alone, for a request that proves something of the name only.
    pub(super) fn by_name(event: &Event) -> Self {
        // An empty name is nobody's: it would join people who have nothing in common.
        let user_name = event.user_name.as_deref().filter(|name| !name.is_empty()).map(clip);
        Self { user_name, ..Self::default() }
    }

    /// The account whose id stands at the end of the path, for a request that found nobody there.
    pub(super) fn of_path(event: &Event) -> Self {
        let id = event.path.trim_end_matches('/').rsplit('/').next();
        Self { user_id: event.user_id.or_else(|| id?.parse().ok()), ..Self::of(event) }
    }

    fn keys(&self) -> impl Iterator<Item = Key> {
        let external = self.external_id.clone().map(Key::External);
        let name = self.user_name.as_deref().map(|name| Key::Name(name.to_lowercase()));
        let group = self.group.clone().map(Key::Group);
        [external, name, self.user_id.map(Key::User), group].into_iter().flatten()
    }

    /// What to call the person.
    fn shown(&self) -> String {
        match (&self.user_name, &self.external_id, self.user_id, &self.group) {
            (Some(name), ..) => name.clone(),
            (None, Some(external), ..) => external.clone(),
            (None, None, Some(id), _) => id.to_string(),
            (None, None, None, group) => group.clone().unwrap_or_default(),
        }
    }

    /// Whether two records that share a name speak of different people after all.
    fn contradicts(&self, other: &Self) -> bool {
        self.external_id.is_some() && other.external_id.is_some() && self.external_id != other.external_id
    }
}

/// What is remembered of a person beside the names: facts, of which the newer ones count where two records turn out to
/// be about the same person.
pub(super) trait Facts: Clone + PartialEq + Default {
    /// Adds what an older record knew.
    fn complete(&mut self, older: Self);
}

impl Facts for () {
    fn complete(&mut self, (): Self) {}
}

/// People, and nothing about them.
pub(super) type People = Roll<()>;

/// One person with the facts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Entry<F> {
    #[serde(flatten)]
    person: Person,
    #[serde(default)]
    facts: F,
}

/// People in the order in which they were last noted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(
    from = "Vec<Entry<F>>",
    into = "Vec<Entry<F>>",
    bound(serialize = "F: Facts + Serialize", deserialize = "F: Facts + Deserialize<'de>")
)]
pub(super) struct Roll<F: Facts> {
    /// Grows with every note, so that the first entry is the one noted longest ago.
    noted: u64,
    by_age: BTreeMap<u64, Entry<F>>,
    /// Several people may stand under one key, such as a user name that Okta gives to many.
    index: BTreeSet<(Key, u64)>,
}

impl<F: Facts> Roll<F> {
    /// Notes a person, or notes anew what more is known of one; beyond `limit` the one noted longest ago is forgotten.
    /// Gives the facts. A record without any name cannot be found again and is not kept.
    pub(super) fn note(&mut self, mut person: Person, limit: usize) -> Option<&mut F> {
        let mut facts = F::default();
        // The newest first, which is the one whose facts count.
        for age in self.find(&person).into_iter().rev() {
            let same = self.by_age.get(&age).is_some_and(|known| !known.person.contradicts(&person));
            if let Some(Entry { person: known, facts: older }) = same.then(|| self.remove(age)).flatten() {
                person.user_name = person.user_name.or(known.user_name);
                person.external_id = person.external_id.or(known.external_id);
                person.user_id = person.user_id.or(known.user_id);
                facts.complete(older);
            }
        }
        let age = self.push(Entry { person, facts })?;
        while self.by_age.len() > limit
            && let Some((&oldest, _)) = self.by_age.first_key_value()
        {
            self.remove(oldest);
        }
        self.by_age.get_mut(&age).map(|entry| &mut entry.facts)
    }

    /// Whether somebody shares a name with this person.
    pub(super) fn knows(&self, person: &Person) -> bool {
        !self.find(person).is_empty()
    }

    /// Forgets everybody who shares a name with this person.
    pub(super) fn settle(&mut self, person: &Person) {
        for age in self.find(person) {
            self.remove(age);
        }
    }

    /// Forgets everybody of whom no Okta user id is known.
    pub(super) fn settle_without_external_id(&mut self) {
        let ages: Vec<u64> =
            self.by_age.iter().filter(|(_, entry)| entry.person.external_id.is_none()).map(|(&age, _)| age).collect();
        for age in ages {
            self.remove(age);
        }
    }

    /// Forgets those noted longest ago, as long as their facts say that they may go.
    pub(super) fn forget_while(&mut self, may_go: impl Fn(&F) -> bool) {
        while let Some((&oldest, entry)) = self.by_age.first_key_value()
            && may_go(&entry.facts)
        {
            self.remove(oldest);
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.by_age.len()
    }

    /// Whether nobody is left.
    pub(super) fn is_empty(&self) -> bool {
        self.by_age.is_empty()
    }

    /// What to call the people noted last, at most `limit`, the one noted longest ago first.
    pub(super) fn latest(&self, limit: usize) -> Vec<String> {
        self.by_age.values().skip(self.by_age.len().saturating_sub(limit)).map(|entry| entry.person.shown()).collect()
    }

    /// By age, without repetitions.
    fn find(&self, person: &Person) -> Vec<u64> {
        let mut ages = Vec::new();
        for key in person.keys() {
            ages.extend(self.index.range((key.clone(), 0)..=(key, u64::MAX)).map(|&(_, age)| age));
        }
        ages.sort_unstable();
        ages.dedup();
        ages
    }

    fn push(&mut self, entry: Entry<F>) -> Option<u64> {
        let age = self.noted;
        let keys: Vec<Key> = entry.person.keys().collect();
        if keys.is_empty() {
            return None;
        }
        self.index.extend(keys.into_iter().map(|key| (key, age)));
        self.noted += 1;
        self.by_age.insert(age, entry);
        Some(age)
    }

    fn remove(&mut self, age: u64) -> Option<Entry<F>> {
        let entry = self.by_age.remove(&age)?;
        for key in entry.person.keys() {
            self.index.remove(&(key, age));
        }
        Some(entry)
    }
}

/// Equal when the same people stand in the same order: the counter behind the order does not matter.
impl<F: Facts> PartialEq for Roll<F> {
    fn eq(&self, other: &Self) -> bool {
        self.by_age.values().eq(other.by_age.values())
    }
}

impl<F: Facts> From<Vec<Entry<F>>> for Roll<F> {
    fn from(entries: Vec<Entry<F>>) -> Self {
        let mut roll = Self::default();
        for entry in entries {
            roll.push(entry);
        }
        roll
    }
}

impl<F: Facts> From<Roll<F>> for Vec<Entry<F>> {
    fn from(roll: Roll<F>) -> Self {
        roll.by_age.into_values().collect()
    }
}

/// Whether a path is that of groups.
fn is_group(path: &str) -> bool {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty()).skip(2);
    segments.next().is_some_and(|first| first.eq_ignore_ascii_case("Groups"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(user_name: Option<&str>, external_id: Option<&str>) -> Person {
        Person { user_name: user_name.map(clip), external_id: external_id.map(clip), ..Person::default() }
    }

    #[test]
    fn what_becomes_known_later_joins_the_record() {
        let mut people = People::default();
        people.note(person(Some("amoreno"), None), 10);
        people.note(person(Some("AMoreno"), Some("00u1")), 10);
        assert_eq!(people.latest(10), ["AMoreno"]);
        people.settle(&person(Some("ada.moreno@harbor.example"), Some("00u1")));
        assert!(people.is_empty() && people.index.is_empty());
    }

    #[test]
    fn two_people_under_one_name_are_two() {
        let mut people = People::default();
        people.note(person(Some("staff"), Some("00u1")), 10);
        people.note(person(Some("staff"), Some("00u2")), 10);
        people.settle(&person(Some("ada@harbor.example"), Some("00u2")));
        assert_eq!(people.latest(10), ["staff"]);
        people.settle(&person(Some("li@harbor.example"), Some("00u1")));
        assert!(people.is_empty() && people.index.is_empty());
    }

    #[test]
    fn the_one_noted_longest_ago_is_forgotten_first() {
        let mut people = People::default();
        for name in ["a", "b", "a", "c"] {
            people.note(person(Some(name), None), 2);
        }
        assert_eq!(people.latest(10), ["a", "c"]);
        assert_eq!(people.latest(1), ["c"]);
    }

    #[test]
    fn e_mail_addresses_are_told_from_other_names() {
        for name in ["ada@harbor.example", "o'neil+room@sub.harbor.example", "Ada@HARBOR.example"] {
            assert!(is_email(name), "{name}");
        }
        for name in ["amoreno", "@harbor.example", "ada@", "ada moreno@harbor.example", ""] {
            assert!(!is_email(name), "{name}");
        }
    }
}
