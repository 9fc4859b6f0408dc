//! The people whom a mistake concerns: a bounded memory that finds a person again by any of the names Okta uses.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::{event::Event, id::UserId};

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
}

/// One name by which a person is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    External(String),
    /// In small letters: user names are compared without case (RFC 7643 4.1.1).
    Name(String),
    User(UserId),
}

impl Person {
    /// The person whom a request concerned.
    pub(super) fn of(event: &Event) -> Self {
        let external_id = event.external_id.as_deref().filter(|id| !id.is_empty()).map(clip);
        Self { external_id, user_id: event.user_id, ..Self::by_name(event) }
    }

    /// The person as known by user name alone, for a request that proves something of the name only.
    pub(super) fn by_name(event: &Event) -> Self {
        // An empty name is nobody's: it would join people who have nothing in common.
        let user_name = event.user_name.as_deref().filter(|name| !name.is_empty()).map(clip);
        Self { user_name, ..Self::default() }
    }

    fn keys(&self) -> impl Iterator<Item = Key> {
        let external = self.external_id.clone().map(Key::External);
        let name = self.user_name.as_deref().map(|name| Key::Name(name.to_lowercase()));
        [external, name, self.user_id.map(Key::User)].into_iter().flatten()
    }

    /// What to call the person.
    fn shown(&self) -> String {
        match (&self.user_name, &self.external_id, self.user_id) {
            (Some(name), _, _) => name.clone(),
            (None, Some(external), _) => external.clone(),
            (None, None, Some(id)) => id.to_string(),
            (None, None, None) => String::new(),
        }
    }

    /// Whether two records that share a name speak of different people after all.
    fn contradicts(&self, other: &Self) -> bool {
        self.external_id.is_some() && other.external_id.is_some() && self.external_id != other.external_id
    }
}

/// People in the order in which they were last noted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Person>", into = "Vec<Person>")]
pub(super) struct People {
    /// Grows with every note, so that the first entry is the one noted longest ago.
    noted: u64,
    by_age: BTreeMap<u64, Person>,
    /// Several people may stand under one key, such as a user name that Okta gives to many.
    index: BTreeSet<(Key, u64)>,
}

impl People {
    /// Notes a person, or notes anew what more is known of one; beyond `limit` the one noted longest ago is forgotten.
    /// A record without any name cannot be found again and is not kept.
    pub(super) fn note(&mut self, mut person: Person, limit: usize) {
        for age in self.find(&person) {
            let same = self.by_age.get(&age).is_some_and(|known| !known.contradicts(&person));
            if let Some(known) = same.then(|| self.remove(age)).flatten() {
                person.user_name = person.user_name.or(known.user_name);
                person.external_id = person.external_id.or(known.external_id);
                person.user_id = person.user_id.or(known.user_id);
            }
        }
        self.push(person);
        while self.by_age.len() > limit
            && let Some((&oldest, _)) = self.by_age.first_key_value()
        {
            self.remove(oldest);
        }
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
            self.by_age.iter().filter(|(_, person)| person.external_id.is_none()).map(|(&age, _)| age).collect();
        for age in ages {
            self.remove(age);
        }
    }

    /// Whether nobody is left.
    pub(super) fn is_empty(&self) -> bool {
        self.by_age.is_empty()
    }

    /// What to call the people noted last, at most `limit`, the one noted longest ago first.
    pub(super) fn latest(&self, limit: usize) -> Vec<String> {
        self.by_age.values().skip(self.by_age.len().saturating_sub(limit)).map(Person::shown).collect()
    }

    fn find(&self, person: &Person) -> Vec<u64> {
        let mut ages = Vec::new();
        for key in person.keys() {
            ages.extend(self.index.range((key.clone(), 0)..=(key, u64::MAX)).map(|&(_, age)| age));
        }
        ages
    }

    fn push(&mut self, person: Person) {
        let age = self.noted;
        let mut named = false;
        for key in person.keys() {
            named = true;
            self.index.insert((key, age));
        }
        if named {
            self.noted += 1;
            self.by_age.insert(age, person);
        }
    }

    fn remove(&mut self, age: u64) -> Option<Person> {
        let person = self.by_age.remove(&age)?;
        for key in person.keys() {
            self.index.remove(&(key, age));
        }
        Some(person)
    }
}

/// Equal when the same people stand in the same order: the counter behind the order does not matter.
impl PartialEq for People {
    fn eq(&self, other: &Self) -> bool {
        self.by_age.values().eq(other.by_age.values())
    }
}

impl From<Vec<Person>> for People {
    fn from(persons: Vec<Person>) -> Self {
        let mut people = Self::default();
        for person in persons {
            people.push(person);
        }
        people
    }
}

impl From<People> for Vec<Person> {
    fn from(people: People) -> Self {
        people.by_age.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(user_name: Option<&str>, external_id: Option<&str>) -> Person {
        Person { user_name: user_name.map(clip), external_id: external_id.map(clip), user_id: None }
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
