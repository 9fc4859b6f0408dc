//! What a write asks for, before anybody has decided what follows from it.

use serde_json::Value;

use crate::{
    directory::{UNKNOWN_ROLE, given::Given, request::Request, ruling::Halt},
    model::role::Role,
    scim::{
        self,
        document::{Notes, UserDocument},
        error::ScimError,
        projection::Written,
    },
    store::UserRow,
};

/// A write to one user: what came in, what is there, what shall be.
pub(super) struct Case<'c> {
    /// The request.
    pub request: &'c Request,
    /// How to answer, and what may be made new.
    pub given: &'c Given,
    /// The user as stored.
    pub row: &'c UserRow,
    /// Its document.
    pub was: &'c UserDocument,
    /// What is asked for.
    pub wish: &'c Wish,
}

/// What a write asks for.
pub(super) struct Wish {
    /// The document as it shall be.
    pub document: UserDocument,
    /// What the reader of the body noticed.
    pub noticed: Notes,
    /// The attributes that the request wrote.
    pub written: Written,
}

impl Wish {
    /// What the request said by itself, which is what a new account starts with: a role that was kept rather than sent
    /// stays with the old one.
    pub fn said(&self) -> UserDocument {
        let document = self.document.clone();
        if self.noticed.role_sent { document } else { document.without_role() }
    }
}

/// The body as JSON.
pub(super) fn parsed(body: &[u8]) -> Result<Value, ScimError> {
    scim::json::parse(body)
}

/// The role that a document carries; a wrong one shows a known mistake.
pub(super) fn sent_role(document: &UserDocument, stored: Option<Role>) -> Result<Option<Role>, Halt> {
    scim::role::claim(document, stored).map_err(|error| Halt::found(error, UNKNOWN_ROLE))
}

/// The role that a write carries: none where it said nothing of one, and the one pushed before where it repeats what is
/// stored. Otherwise, of two roles the new one counts, and new is what Okta did not push before, whatever was edited
/// here since.
pub(super) fn wished_role(case: &Case<'_>) -> Result<Option<Role>, Halt> {
    let Case { row, was, wish, .. } = case;
    if !wish.noticed.role_sent {
        return Ok(None);
    }
    match row.user.okta_role {
        Some(pushed) if scim::role::same_claim(was, &wish.document) => Ok(Some(pushed)),
        pushed => sent_role(&wish.document, pushed.or(Some(row.user.role))),
    }
}
