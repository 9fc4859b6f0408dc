//! Ways in which clients deviate from the RFC and are understood nevertheless.
//!
//! The engine of `scim/` is strict. In front of it stand these steps, each of which puts one spelling right; each can be
//! switched off for a workspace, and an event names those that its request needed.

use crate::model::workspace::setting;

setting!(
    /// One deviation that is put right.
    Compatibility, "compatibility step", {
        /// `"True"` or `"false"` as text for a boolean (Entra).
        BooleanAsText = "boolean-as-text",
        /// An empty text where an attribute of another type than text has no value (Okta pushes profiles whole).
        EmptyAsUnset = "empty-as-unset",
        /// One text, or a list of texts, where objects with a `value` are meant: `"roles": ["editor"]` (Okta, when the
        /// attribute was made a string or a string array).
        PlainTexts = "plain-texts",
        /// Core attributes in an object under the core schema's URI (Okta with several roles).
        NestedCore = "nested-core",
        /// One value where a PATCH wants a list of them.
        LoneValue = "lone-value",
        /// A PATCH `op` in other than small letters (Entra).
        OperationCase = "operation-case",
        /// Dotted, bracketed or URI-qualified names as members of a PATCH value without path (Entra).
        PathAsMember = "path-as-member",
        /// `id`, `meta`, `schemas` or `groups` in a PATCH value without path (Okta sends the id along).
        IdentityInValue = "identity-in-value",
        /// A PATCH `remove` that lists the values to take out (Entra).
        RemoveByValue = "remove-by-value",
    }
);
