//! The invented company: person number i of a seed, at the cost of making that one person.
//!
//! Names, titles and departments come from `assets/people.toml`. Everything about a person follows from the seed and
//! the person's number, so a run repeats, and a million people need no memory.

use rand::{RngExt, SeedableRng, distr::Alphanumeric, rngs::StdRng};
use serde::Deserialize;
use serde_json::Value;

use super::body;
use crate::model::role::Role;

const PEOPLE: &str = include_str!("../../assets/people.toml");

/// Everything that Okta's profile of the app user maps to SCIM attributes (Profile Editor > the app's User profile).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The application username, an e-mail address as the format "Email" makes it.
    pub user_name: String,
    /// The primary e-mail address: the user name too, where the format is "Email".
    pub email: String,
    /// The first name, in the person's own script.
    pub given_name: String,
    /// The last name, in the person's own script.
    pub family_name: String,
    /// Whether the family name is said first and joined without a blank.
    pub family_first: bool,
    /// The job title; some have none, and Okta then leaves the attribute out.
    pub title: Option<String>,
    /// The department, which Okta sends in the enterprise extension.
    pub department: String,
    /// Such as `en-US`.
    pub locale: String,
    /// The Okta user id: `00u` and 17 letters or digits. The same for a person across re-creates.
    pub external_id: String,
    /// The value of "Common Room Role"; none leaves the choice to the service's default.
    pub role: Option<String>,
}

impl Person {
    /// The name as people of that language write it.
    pub fn display_name(&self) -> String {
        if self.family_first {
            format!("{}{}", self.family_name, self.given_name)
        } else {
            format!("{} {}", self.given_name, self.family_name)
        }
    }

    /// The body with which Okta creates this person.
    pub fn create_body(&self) -> Value {
        body::create(self).into()
    }

    /// Gives the person another address, which is the user name too.
    pub(super) fn move_to(&mut self, address: String) {
        self.email.clone_from(&address);
        self.user_name = address;
    }
}

/// The people of one seed.
#[derive(Debug, Clone)]
pub struct People {
    book: Book,
    seed: u64,
    /// For each of the slots that people are dealt into, the group of names and the slot's rank within that group.
    slots: Vec<(usize, u64)>,
}

/// The names in the book cannot be read, or lack what people are made of.
#[derive(Debug, thiserror::Error)]
#[error("assets/people.toml cannot be used: {0}")]
pub struct PeopleError(String);

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    domain: String,
    branches: Vec<String>,
    titles: Vec<String>,
    departments: Vec<String>,
    groups: Vec<Group>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    share: u64,
    order: Order,
    locales: Vec<String>,
    given: Vec<Name>,
    family: Vec<Name>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Order {
    GivenFirst,
    FamilyFirst,
}

/// A name as written, and as spelled in a mail address.
#[derive(Debug, Clone, Deserialize)]
struct Name(String, String);

/// What a person's address is made of.
struct Names<'a> {
    group: &'a Group,
    given: &'a Name,
    family: &'a Name,
    /// From 1: how many people with this pair of names there are up to this one.
    number: u64,
}

impl People {
    /// The people of `seed`.
    ///
    /// # Errors
    /// When the book of names inside the binary is damaged; a test keeps it whole.
    pub fn new(seed: u64) -> Result<Self, PeopleError> {
        let book: Book = toml::from_str(PEOPLE).map_err(|error| PeopleError(error.to_string()))?;
        let empty = book.titles.is_empty()
            || book.departments.is_empty()
            || book.branches.is_empty()
            || book.groups.iter().any(|g| g.given.is_empty() || g.family.is_empty() || g.locales.is_empty());
        let slots: Vec<_> =
            book.groups.iter().enumerate().flat_map(|(g, group)| (0..group.share).map(move |rank| (g, rank))).collect();
        if empty || slots.is_empty() {
            return Err(PeopleError("a list in it is empty".into()));
        }
        Ok(Self { book, seed, slots })
    }

    /// The same people with addresses in another mail domain, so that they are nobody else.
    pub(super) fn with_domain(mut self, domain: &str) -> Self {
        domain.clone_into(&mut self.book.domain);
        self
    }

    /// Person number `index`. No two numbers below 1,000,000 share a `user_name`.
    pub fn person(&self, index: u64) -> Person {
        let Names { group, given, family, number } = self.names(index);
        let mut rng = StdRng::seed_from_u64(self.seed.rotate_left(32) ^ index.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let address = address(given, family, number, &self.book.domain);
        Person {
            email: address.clone(),
            user_name: address,
            given_name: given.0.clone(),
            family_name: family.0.clone(),
            family_first: group.order == Order::FamilyFirst,
            title: rng.random_bool(0.9).then(|| pick(&mut rng, &self.book.titles).to_owned()),
            department: pick(&mut rng, &self.book.departments).to_owned(),
            locale: pick(&mut rng, &group.locales).to_owned(),
            external_id: okta_id(&mut rng),
            role: match rng.random_range(0..20) {
                0 => Some(Role::Owner),
                1..=6 => Some(Role::Editor),
                7..=14 => Some(Role::Viewer),
                _ => None,
            }
            .map(|role| role.as_str().to_owned()),
        }
    }

    fn names(&self, index: u64) -> Names<'_> {
        let slots = self.slots.len() as u64;
        // A stride of 7 deals the groups out instead of filling one after the other; it has no factor in common with
        // the number of slots, so that every slot is met once in each turn.
        let slot = (index.wrapping_mul(7) + self.seed % slots) % slots;
        let (group, rank) = self.slots[slot as usize];
        let group = &self.book.groups[group];
        // The how-manieth of the group this person is. Each pair of names is used up before one comes again, numbered.
        let nth = (index / slots) * group.share + rank;
        let pairs = (group.given.len() * group.family.len()) as u64;
        let pair = scatter(nth % pairs, pairs, self.seed);
        let families = group.family.len() as u64;
        Names {
            group,
            given: &group.given[(pair / families) as usize],
            family: &group.family[(pair % families) as usize],
            number: nth / pairs + 1,
        }
    }

    /// The family name that person `index`, now called `family_name`, takes next: another one of the same group, or
    /// the one they began with.
    pub fn next_family_name(&self, index: u64, family_name: &str) -> String {
        let own = &self.names(index).family.0;
        if family_name != own {
            return own.clone();
        }
        // A whole turn of slots further on stands somebody of the same group.
        let slots = self.slots.len() as u64;
        let colleagues = (1..=slots).map(|turn| &self.names(index + turn * slots).family.0);
        colleagues.into_iter().find(|name| *name != own).unwrap_or(own).clone()
    }

    /// The address that the holder of `user_name` moves to in their `change`th change of e-mail, counted from 1:
    /// the same local part in another mail domain of the company.
    pub fn moved_address(&self, user_name: &str, change: usize) -> String {
        let local = user_name.split('@').next().unwrap_or(user_name);
        let turn = change.saturating_sub(1);
        let branches = &self.book.branches;
        let branch = &branches[turn % branches.len()];
        let number = match turn / branches.len() {
            0 => String::new(),
            more => (more + 1).to_string(),
        };
        format!("{local}@{branch}{number}.{}", self.book.domain)
    }

    /// The title that follows `title` in the list, around its end; the first when there was none.
    pub fn next_title(&self, title: Option<&str>) -> String {
        let at = title.and_then(|title| self.book.titles.iter().position(|known| known == title));
        let next = at.map_or(0, |at| (at + 1) % self.book.titles.len());
        self.book.titles[next].clone()
    }
}

fn address(given: &Name, family: &Name, number: u64, domain: &str) -> String {
    match number {
        1 => format!("{}.{}@{domain}", given.1, family.1),
        _ => format!("{}.{}{number}@{domain}", given.1, family.1),
    }
}

/// A mapping of 0..`of` onto itself that looks unordered and depends on the seed.
fn scatter(n: u64, of: u64, seed: u64) -> u64 {
    // The largest number below 5/8 of the whole that shares no factor with it keeps neighbours far apart.
    let stride = (1..=(of * 5 / 8).max(1)).rev().find(|candidate| gcd(*candidate, of) == 1).unwrap_or(1);
    (n * stride + seed % of) % of
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn pick<'a>(rng: &mut StdRng, list: &'a [String]) -> &'a str {
    &list[rng.random_range(0..list.len())]
}

fn okta_id(rng: &mut StdRng) -> String {
    let tail: String = rng.sample_iter(Alphanumeric).take(17).map(char::from).collect();
    format!("00u{tail}")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_million_people_have_a_million_addresses() {
        let people = People::new(7).unwrap();
        let mut seen = HashSet::new();
        for index in 0..1_000_000 {
            let names = people.names(index);
            assert!(
                seen.insert((&names.given.1, &names.family.1, names.number)),
                "person {index} has somebody's address"
            );
        }
    }

    #[test]
    fn people_repeat_by_seed_and_differ_between_seeds() {
        let (a, b, other) = (People::new(1).unwrap(), People::new(1).unwrap(), People::new(2).unwrap());
        for index in [0, 1, 19, 20, 999, 654_321] {
            assert_eq!(a.person(index), b.person(index));
            assert_ne!(a.person(index).external_id, other.person(index).external_id);
        }
    }

    #[test]
    fn addresses_are_ascii_and_okta_ids_are_twenty_long() {
        let people = People::new(3).unwrap();
        let (mut roles, mut scripts) = (HashSet::new(), 0);
        for index in 0..400 {
            let person = people.person(index);
            let (local, domain) = person.user_name.split_once('@').unwrap();
            assert!(local.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.'), "{local}");
            assert_eq!(domain, "harbor.example");
            assert_eq!(person.external_id.len(), 20);
            assert!(person.external_id.starts_with("00u"));
            assert!(!person.given_name.is_empty() && !person.family_name.is_empty());
            scripts += usize::from(!person.given_name.is_ascii());
            roles.insert(person.role);
        }
        assert_eq!(roles.len(), 4, "all three roles, and people without one");
        assert!(scripts > 100, "names in many scripts");
    }

    #[test]
    fn addresses_move_on_without_repeating() {
        let people = People::new(3).unwrap();
        let moved: HashSet<_> = (1..40).map(|n| people.moved_address("ada.moreno@harbor.example", n)).collect();
        assert_eq!(moved.len(), 39);
        assert!(moved.contains("ada.moreno@north.harbor.example"));
        assert!(!moved.contains("ada.moreno@harbor.example"));
    }

    #[test]
    fn a_family_name_changes_and_changes_back() {
        let people = People::new(3).unwrap();
        for index in 0..60 {
            let own = people.person(index).family_name;
            let married = people.next_family_name(index, &own);
            assert_ne!(married, own);
            assert_eq!(people.next_family_name(index, &married), own);
        }
    }

    #[test]
    fn families_that_are_named_first_are_shown_first() {
        let people = People::new(3).unwrap();
        let person = (0..40).map(|index| people.person(index)).find(|person| person.family_first).unwrap();
        assert_eq!(person.display_name(), format!("{}{}", person.family_name, person.given_name));
    }
}
