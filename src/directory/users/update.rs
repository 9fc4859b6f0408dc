//! `PUT` and `PATCH /Users/{id}`.

use std::sync::Arc;

use crate::{
    directory::{
        request::{Notes, Outcome, Request},
        ruling::{Halt, rule},
        users::{
            Given, document_of, note_user,
            settle::settle,
            unknown_user,
            wish::{Case, Wish, parsed},
        },
    },
    model::{event::Action, id::UserId},
    scim::{
        document::UserDocument,
        error::ScimError,
        etag::{ETag, IfMatch},
        patch::PatchRequest,
    },
    store::{Key, Store, StoreError, UserRow, View},
};

/// Replaces a user (RFC 7644 3.5.1), in the read-merge-write way of Okta: what it sends back is what it was given, with
/// its own values laid over.
///
/// # Errors
/// The store failed; nothing was written.
pub async fn replace(
    store: &dyn Store,
    request: Arc<Request>,
    given: Given,
    id: String,
    if_match: Option<IfMatch>,
) -> Result<Outcome, StoreError> {
    let body = parsed(&request.body);
    update(store, request, given, id, if_match, move |current| {
        let (document, notes) = current.replace(body.clone()?)?;
        let said = said(&document, notes.role_sent);
        Ok(Wish { document, said, role_sent: notes.role_sent })
    })
    .await
}

/// Changes a user by operations (RFC 7644 3.5.2), all or nothing.
///
/// # Errors
/// The store failed; nothing was written.
pub async fn patch(
    store: &dyn Store,
    request: Arc<Request>,
    given: Given,
    id: String,
    if_match: Option<IfMatch>,
) -> Result<Outcome, StoreError> {
    let operations = parsed(&request.body).and_then(PatchRequest::parse);
    update(store, request, given, id, if_match, move |current| {
        let operations = operations.as_ref().map_err(Clone::clone)?;
        let document = operations.apply(current)?;
        let role_sent = operations.notes().role_sent;
        let said = said(&document, role_sent);
        Ok(Wish { document, said, role_sent })
    })
    .await
}

/// What a new account would start with: a role that the request kept rather than sent stays with the old one.
fn said(document: &UserDocument, role_sent: bool) -> UserDocument {
    if role_sent { document.clone() } else { document.clone().without_role() }
}

async fn update(
    store: &dyn Store,
    request: Arc<Request>,
    given: Given,
    id: String,
    if_match: Option<IfMatch>,
    wish: impl Fn(&UserDocument) -> Result<Wish, ScimError> + Send + 'static,
) -> Result<Outcome, StoreError> {
    let known: Option<UserId> = id.parse().ok();
    let keys = [Key::Workspace].into_iter().chain(known.map(Key::User)).collect();
    let asked = Arc::clone(&request);
    rule(store, request, Action::Update, keys, move |view, notes| {
        let row = target(view, notes, known, &id, if_match.as_ref())?;
        let was = document_of(row, &asked)?;
        let wish = wish(&was)?;
        settle(view, notes, &Case { request: &asked, given: &given, row, was: &was, wish: &wish })
    })
    .await
}

/// The row a request is about, if it is there and in the version the client knows.
pub(super) fn target<'v>(
    view: &'v View,
    notes: &mut Notes,
    known: Option<UserId>,
    id: &str,
    if_match: Option<&IfMatch>,
) -> Result<&'v UserRow, Halt> {
    let row = match known {
        Some(known) => view.user(known)?,
        None => None,
    };
    let row = row.ok_or_else(|| unknown_user(id))?;
    note_user(notes, row);
    if let Some(wanted) = if_match {
        let current = ETag::of(row.user.version);
        if !wanted.matches(&current) {
            return Err(ScimError::precondition_failed(format!(
                "User {id} has changed since the version in If-Match was read. Nothing was changed: read the user again \
                 and send the change with the new version {current}."
            ))
            .into());
        }
    }
    Ok(row)
}
