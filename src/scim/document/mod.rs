//! The attributes of one user or group as they are stored: a JSON object in the attribute table's spelling, without what
//! the service itself knows (`id`, `meta`, `groups`, `members`, `schemas`) and without `password`.
//!
//! A document that exists is valid: it comes from a judged body ([`UserDocument::create`], [`UserDocument::replace`],
//! `patch`) or from the store, which got it from here.

use serde_json::{Map, Value};

use super::error::ScimError;
use super::role;
use super::schema::{COMMON_ROOM_ROLE, COMMON_ROOM_URN, ResourceType};
use super::undeclared;

mod group;
mod immutable;
mod intake;
mod notes;
mod value;

#[cfg(test)]
mod tests;

pub use group::GroupDocument;
pub(super) use group::member_ids;
pub(super) use immutable::{changed_part, refusal as immutable_refusal};
pub use notes::{Notes, Reading};
pub(super) use value::{
    canonical, canonical_list, few_enough, kind_of, one_primary, tidy, twin_key, without_repetitions,
};

/// The stored attributes of one user.
#[derive(Debug, Clone, PartialEq)]
pub struct UserDocument {
    attributes: Map<String, Value>,
}

/// A stored text that is no user document.
#[derive(Debug, thiserror::Error)]
pub enum StoredDocumentError {
    /// Not JSON.
    #[error("the stored document is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Not an object with this attribute.
    #[error("the stored document is not an object with a {0}")]
    Shape(&'static str),
}

impl UserDocument {
    /// Reads a body of `POST /Users` (RFC 7644 3.3), as Okta and others send it.
    ///
    /// Names are put into the table's spelling. Unknown, read-only and write-only attributes are dropped; null, `[]` and,
    /// for optional attributes, empty texts mean that there is no value (RFC 7643 2.5; Okta pushes empty texts);
    /// `"true"` and `"False"` are booleans; core attributes under the core URI move to the top. The role stays in the
    /// form in which it came, because Okta recognises its own entry by that form.
    ///
    /// `invalidSyntax` when the body is no object or lacks `schemas`; `invalidValue` when a value is of the wrong kind, a
    /// schema is unknown, two values are primary, or `userName` is missing.
    pub fn create(body: Value, reading: &Reading<'_>) -> Result<(Self, Notes), ScimError> {
        let mut notes = Notes::of(reading);
        let attributes = intake::attributes(reading.kind, body, &mut notes)?;
        notes.role_sent = role::is_claimed(&attributes);
        Ok((Self { attributes }, notes))
    }

    /// Reads a body of `PUT /Users/{id}` (RFC 7644 3.5.1) over this document; errors as for [`Self::create`].
    ///
    /// What the body leaves out is cleared, but for `active` and the role, which stay: Okta sends back what it read and
    /// must neither revive a person nor take a role away by leaving something out. `name.formatted` is made anew when
    /// the other parts of the name changed and it did not, because Okta sends the old one back. An immutable attribute
    /// that has a value keeps it: another one is refused (`mutability`).
    pub fn replace(&self, body: Value, reading: &Reading<'_>) -> Result<(Self, Notes), ScimError> {
        let (mut next, notes) = Self::create(body, reading)?;
        immutable::keep(reading.kind, &self.attributes, &mut next.attributes)?;
        next = next.with_unseen_of(self, reading.kind);
        if next.active().is_none()
            && let Some(active) = self.attributes.get("active")
        {
            next.attributes.insert("active".to_owned(), active.clone());
        }
        if !notes.role_sent {
            next.keep_role_of(self);
        }
        next.refresh_formatted_name(self);
        Ok((next, notes))
    }

    /// Reads what [`Self::to_stored`] wrote.
    pub fn from_stored(text: &str) -> Result<Self, StoredDocumentError> {
        Ok(Self { attributes: stored_attributes(text, "userName")? })
    }

    /// The document as JSON text.
    pub fn to_stored(&self) -> String {
        stored_text(&self.attributes)
    }

    /// A document of attributes that are canonical already; nothing without a `userName`.
    pub(super) fn from_attributes(attributes: Map<String, Value>) -> Option<Self> {
        attributes.get("userName").is_some_and(Value::is_string).then_some(Self { attributes })
    }

    /// The attributes in the table's spelling.
    pub fn attributes(&self) -> &Map<String, Value> {
        &self.attributes
    }

    /// `userName` as sent.
    pub fn user_name(&self) -> &str {
        self.text("userName").unwrap_or_default()
    }

    /// `externalId`; Okta puts its own id of the person there.
    pub fn external_id(&self) -> Option<&str> {
        self.text("externalId")
    }

    /// `displayName`.
    pub fn display_name(&self) -> Option<&str> {
        self.text("displayName")
    }

    /// The name to show to people: `displayName`, else `name.formatted`, else the parts of the name.
    pub fn shown_name(&self) -> Option<String> {
        let whole = self.display_name().or(self.formatted_name()).map(str::to_owned);
        whole.or_else(|| self.joined_name())
    }

    /// `active`, if a client ever said.
    pub fn active(&self) -> Option<bool> {
        self.attributes.get("active").and_then(Value::as_bool)
    }

    /// `name.givenName`.
    pub fn given_name(&self) -> Option<&str> {
        self.name_part("givenName")
    }

    /// `name.familyName`.
    pub fn family_name(&self) -> Option<&str> {
        self.name_part("familyName")
    }

    /// `name.formatted`.
    pub fn formatted_name(&self) -> Option<&str> {
        self.name_part("formatted")
    }

    /// Every `emails.value`, in order.
    pub fn emails(&self) -> impl Iterator<Item = &str> {
        self.email_entries().filter_map(|entry| entry.get("value")?.as_str())
    }

    /// The address marked primary, else the first.
    pub fn primary_email(&self) -> Option<&str> {
        self.email_entries()
            .find(|entry| entry.get("primary") == Some(&Value::Bool(true)))
            .and_then(|entry| entry.get("value")?.as_str())
            .or_else(|| self.emails().next())
    }

    /// The same user with `active` set: what a deactivation here, or a return, leaves behind.
    #[must_use]
    pub fn with_active(mut self, active: bool) -> Self {
        self.attributes.insert("active".to_owned(), Value::Bool(active));
        self
    }

    /// The same user with what another version of it holds and nobody sees.
    #[must_use]
    pub fn with_unseen_of(mut self, before: &Self, kind: &'static ResourceType) -> Self {
        undeclared::keep(kind, &before.attributes, &mut self.attributes);
        self
    }

    /// The same user without a role in any form: how a new account begins when its request said nothing of a role.
    #[must_use]
    pub fn without_role(mut self) -> Self {
        self.attributes.shift_remove("roles");
        self.attributes.shift_remove(COMMON_ROOM_ROLE);
        if let Some(Value::Object(extension)) = self.attributes.get_mut(COMMON_ROOM_URN) {
            extension.shift_remove("role");
            if extension.is_empty() {
                self.attributes.shift_remove(COMMON_ROOM_URN);
            }
        }
        self
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).and_then(Value::as_str)
    }

    fn name_part(&self, part: &str) -> Option<&str> {
        self.attributes.get("name")?.get(part)?.as_str()
    }

    fn email_entries(&self) -> impl Iterator<Item = &Value> {
        self.attributes.get("emails").and_then(Value::as_array).into_iter().flatten()
    }

    fn keep_role_of(&mut self, before: &Self) {
        for name in ["roles", COMMON_ROOM_ROLE, COMMON_ROOM_URN] {
            match before.attributes.get(name) {
                Some(value) => self.attributes.insert(name.to_owned(), value.clone()),
                None => self.attributes.shift_remove(name),
            };
        }
    }

    fn joined_name(&self) -> Option<String> {
        let parts: Vec<&str> = NAME_PARTS.iter().filter_map(|part| self.name_part(part)).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    fn refresh_formatted_name(&mut self, before: &Self) {
        let same_formatted = self.formatted_name() == before.formatted_name();
        let changed = NAME_PARTS.iter().any(|part| self.name_part(part) != before.name_part(part));
        if self.formatted_name().is_none() || !same_formatted || !changed {
            return;
        }
        let whole = self.joined_name();
        if let Some(Value::Object(name)) = self.attributes.get_mut("name") {
            match whole {
                Some(whole) => name.insert("formatted".to_owned(), whole.into()),
                None => name.shift_remove("formatted"),
            };
        }
        if self.attributes.get("name").and_then(Value::as_object).is_some_and(Map::is_empty) {
            self.attributes.shift_remove("name");
        }
    }
}

/// Reads stored attributes, which must have a text under `required`.
fn stored_attributes(text: &str, required: &'static str) -> Result<Map<String, Value>, StoredDocumentError> {
    match serde_json::from_str(text)? {
        Value::Object(attributes) if attributes.get(required).is_some_and(Value::is_string) => Ok(attributes),
        _ => Err(StoredDocumentError::Shape(required)),
    }
}

fn stored_text(attributes: &Map<String, Value>) -> String {
    // Strings and numbers always have a text; the other way of writing cannot fail.
    serde_json::to_string(attributes).unwrap_or_else(|_| Value::Object(attributes.clone()).to_string())
}

/// The parts of a name in the order in which they make up the whole.
const NAME_PARTS: [&str; 5] = ["honorificPrefix", "givenName", "middleName", "familyName", "honorificSuffix"];
