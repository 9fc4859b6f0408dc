//! What was unusual about a body that was accepted all the same.

use std::collections::BTreeSet;

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
}

impl Notes {
    /// Most names kept in [`Notes::ignored`].
    pub const MOST_IGNORED: usize = 20;
    /// Longest name kept there, in characters.
    const LONGEST: usize = 200;

    pub(in super::super) fn ignore(&mut self, name: &str) {
        if self.ignored.len() < Self::MOST_IGNORED {
            self.ignored.push(name.chars().take(Self::LONGEST).collect());
        }
    }

    pub(in super::super) fn compatible(&mut self, step: Compatibility) {
        self.compatibility.insert(step);
    }
}

/// A way in which clients deviate from the RFC and are understood nevertheless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compatibility {
    /// `"True"` or `"false"` as text for a boolean (Entra).
    BooleanAsText,
    /// Core attributes in an object under the core User URI (Okta with several roles).
    NestedCore,
    /// A PATCH `op` in other than small letters (Entra).
    OperationCase,
    /// Dotted, bracketed or URI-qualified names as members of a PATCH value without path (Entra).
    PathAsMember,
    /// `id`, `meta`, `schemas` or `groups` in a PATCH value without path (Okta sends the id along).
    IdentityInValue,
    /// A `remove` that lists the values to take out (Entra).
    RemoveByValue,
}

impl Compatibility {
    /// Name under which the step is counted.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BooleanAsText => "boolean-as-text",
            Self::NestedCore => "nested-core",
            Self::OperationCase => "operation-case",
            Self::PathAsMember => "path-as-member",
            Self::IdentityInValue => "identity-in-value",
            Self::RemoveByValue => "remove-by-value",
        }
    }
}
