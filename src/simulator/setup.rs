//! What an admin has typed and ticked in Okta: the connection, and what the app's profile makes of a person.

use serde_json::{Map, Value};

use super::people::Person;

/// The settings of one app in Okta. Functions, because a mistake is something done to what would be right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setup {
    /// What the `Authorization` header holds, made of the token; none sends no such header.
    pub(super) authorization: fn(&str) -> Option<String>,
    /// The base URL, made of the right one, which has no slash at its end.
    pub(super) base: fn(&str) -> String,
    /// "Unique identifier field for users": what a lookup compares, and with what.
    pub(super) lookup: fn(&Person) -> (&'static str, &str),
    /// What a person's number makes of the app profile.
    pub(super) person: fn(u64, &mut Person),
    /// What the attribute mappings make of a whole profile, before it is sent.
    pub(super) body: fn(&mut Map<String, Value>, &Person),
}

impl Setup {
    /// As the guide says.
    pub(super) const RIGHT: Self = Self {
        authorization: |token| Some(format!("Bearer {token}")),
        base: ToOwned::to_owned,
        lookup: |person| ("userName", &person.user_name),
        person: |_, _| (),
        body: |_, _| (),
    };

    /// The same for everybody who takes part in a run: the attribute "Common Room Role" is required, and the first
    /// person is an owner, since a workspace without one is no workspace as it should be.
    pub(super) fn assigned(&self, index: u64, mut person: Person) -> Person {
        if index == 0 {
            person.role = Some("owner".to_owned());
        }
        person.role.get_or_insert_with(|| "viewer".to_owned());
        (self.person)(index, &mut person);
        person
    }
}
