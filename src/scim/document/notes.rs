//! How a body is to be read, and what was unusual about one that was accepted all the same.

use std::collections::BTreeSet;

use super::super::error::ScimError;
use super::super::schema::{ResourceType, user_resource_type};
use crate::model::compatibility::Compatibility;

/// How a body is to be read: against which attribute table, and how strictly.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'r> {
    /// What the body describes.
    pub kind: &'static ResourceType,
    /// Compatibility steps that are switched off.
    pub strict: &'r BTreeSet<Compatibility>,
}

impl Reading<'static> {
    /// With every compatibility step on.
    pub const fn lenient(kind: &'static ResourceType) -> Self {
        static NOTHING: BTreeSet<Compatibility> = BTreeSet::new();
        Self { kind, strict: &NOTHING }
    }
}

impl Default for Reading<'static> {
    /// A user, where the operator declared nothing, with every compatibility step on.
    fn default() -> Self {
        Self::lenient(user_resource_type())
    }
}

/// What the reader of a body noticed. Names only, never values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notes {
    /// Members that no schema knows, as sent, at most [`Notes::MOST_IGNORED`] of them: often a mistyped external name or
    /// namespace in Okta.
    pub ignored: Vec<String>,
    /// Deviations from the RFC that were put right.
    pub compatibility: BTreeSet<Compatibility>,
    /// Whether the body said anything about the role.
    pub role_sent: bool,
    strict: BTreeSet<Compatibility>,
    cure: &'static str,
}

impl Notes {
    /// Most names kept in [`Notes::ignored`].
    pub const MOST_IGNORED: usize = 20;
    /// Longest name kept there, in characters.
    const LONGEST: usize = 200;

    /// Of a body that is about to be read.
    pub(in super::super) fn of(reading: &Reading<'_>) -> Self {
        Self { strict: reading.strict.clone(), cure: reading.kind.cure, ..Self::default() }
    }

    pub(in super::super) fn ignore(&mut self, name: &str) {
        if self.ignored.len() < Self::MOST_IGNORED {
            self.ignored.push(name.chars().take(Self::LONGEST).collect());
        }
    }

    /// How Okta's admin mends an attribute of the resource; see [`ResourceType::cure`].
    pub(in super::super) const fn cure(&self) -> &'static str {
        self.cure
    }

    /// Whether this deviation is put right here.
    pub(in super::super) fn allows(&self, step: Compatibility) -> bool {
        !self.strict.contains(&step)
    }

    /// Notes that a deviation is put right, or refuses where that is switched off. `place` names it in the sentence.
    pub(in super::super) fn compatible(&mut self, step: Compatibility, place: &str) -> Result<(), ScimError> {
        if self.allows(step) {
            self.compatibility.insert(step);
            return Ok(());
        }
        let detail = format!(
            "{place}: {}. This workspace has the compatibility step {step} switched off. Send what RFC 7644 asks for, or \
             ask an owner of the workspace to take {step} out of the setting strict.",
            deviation(step)
        );
        Err(match step {
            Compatibility::OperationCase => ScimError::invalid_syntax(detail),
            Compatibility::PathAsMember => ScimError::invalid_path(detail),
            Compatibility::IdentityInValue => ScimError::mutability(detail),
            _ => ScimError::invalid_value(detail),
        })
    }
}

/// What is not as the RFC has it, as a phrase.
const fn deviation(step: Compatibility) -> &'static str {
    match step {
        Compatibility::BooleanAsText => "a boolean is true or false, without quotes",
        Compatibility::EmptyAsUnset => "an empty text is no value of this type; leave the attribute out or send null",
        Compatibility::PlainTexts => "values are objects such as {\"value\": \"...\"}, not texts",
        Compatibility::NestedCore => "attributes of the core schema stand at the top level, not under its URI",
        Compatibility::LoneValue => "several values are possible here, so send a list",
        Compatibility::OperationCase => "op is add, replace or remove in small letters",
        Compatibility::PathAsMember => "a path belongs into path, not into the names of the value",
        Compatibility::IdentityInValue => "id, meta, schemas and groups cannot be written",
        Compatibility::RemoveByValue => {
            "remove takes no value; select values by a filter such as roles[value eq \"editor\"]"
        }
    }
}
