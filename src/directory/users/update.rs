//! `PUT` and `PATCH /Users/{id}`.

use std::sync::Arc;

use crate::{
    directory::{
        given::Given,
        request::{Notes, Outcome, Request},
        ruling::{Halt, check_version, rule},
        test_traffic::guard,
        users::{
            document_of, note_user,
            settle::settle,
            unknown_user,
            wish::{Case, Wish, parsed},
        },
    },
    model::{event::Action, id::UserId},
    scim::{
        document::{Reading, UserDocument},
        error::ScimError,
        etag::IfMatch,
        patch::PatchRequest,
        projection::Written,
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
    let (kind, strict) = (&request.types.user, given.strict.clone());
    update(store, request, given, id, if_match, move |_, current| {
        let (document, noticed) = current.replace(body.clone()?, &Reading { kind, strict: &strict })?;
        Ok(Wish { document, noticed, written: Written::Whole })
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
    let reading = given.reading(&request.types.user);
    let operations = parsed(&request.body).and_then(|body| PatchRequest::parse(body, &reading));
    update(store, request, given, id, if_match, move |id, current| {
        let operations = operations.as_ref().map_err(Clone::clone)?;
        let document = operations.apply(id, current)?;
        let noticed = operations.notes().clone();
        Ok(Wish { document, noticed, written: Written::These(operations.written()) })
    })
    .await
}

async fn update(
    store: &dyn Store,
    request: Arc<Request>,
    given: Given,
    id: String,
    if_match: Option<IfMatch>,
    wish: impl Fn(&str, &UserDocument) -> Result<Wish, ScimError> + Send + 'static,
) -> Result<Outcome, StoreError> {
    let known: Option<UserId> = id.parse().ok();
    let keys = [Key::Workspace].into_iter().chain(known.map(Key::User)).collect();
    let asked = Arc::clone(&request);
    rule(store, request, Action::Update, keys, move |view, notes| {
        let row = target(view, notes, &asked, known, &id, if_match.as_ref())?;
        let was = document_of(row, &asked)?;
        let wish = wish(&id, &was)?;
        notes.read(&wish.noticed);
        settle(view, notes, &Case { request: &asked, given: &given, row, was: &was, wish: &wish })
    })
    .await
}

/// The row a request is about, if it is there and in the version the client knows.
pub(super) fn target<'v>(
    view: &'v View,
    notes: &mut Notes,
    request: &Request,
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
    guard(request, row.user.test, || format!("The user {:?}", row.user.user_name))?;
    check_version("User", id, row.user.version, if_match)?;
    Ok(row)
}
