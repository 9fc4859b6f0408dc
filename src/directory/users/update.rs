//! `PUT` and `PATCH /Users/{id}`.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    directory::{
        request::{Notes, Outcome, Request},
        ruling::{Halt, Ruling, rule},
        users::{
            Given, document_of, note_user,
            settle::{Wish, parsed, settle},
            unknown_user,
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
        let body: &Value = body.as_ref().map_err(Clone::clone)?;
        let document = current.replace(body.clone())?;
        // A new account starts with what the request says, so what `replace` kept of the old one is left out.
        let said = UserDocument::create(with_user_schema(body.clone()))?;
        Ok(Wish { document, said })
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
        let document = operations.as_ref().map_err(Clone::clone)?.apply(current)?;
        let mut said = document.clone();
        if said.role_attributes() == current.role_attributes() {
            said.clear_role_attributes();
        }
        Ok(Wish { document, said })
    })
    .await
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
        let current = document_of(row, &asked)?;
        judge(view, notes, &asked, &given, row, &wish(&current)?)
    })
    .await
}

fn judge(
    view: &View,
    notes: &mut Notes,
    request: &Request,
    given: &Given,
    row: &UserRow,
    wish: &Wish,
) -> Result<Ruling, Halt> {
    settle(view, notes, request, given, row, wish)
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
    if if_match.is_some_and(|wanted| !wanted.matches(&ETag::of(row.user.version))) {
        return Err(ScimError::precondition_failed(format!(
            "User {id} has changed since the version in If-Match was read. Nothing was changed: read the user again and \
             send the change with the new version {}.",
            ETag::of(row.user.version)
        ))
        .into());
    }
    Ok(row)
}

/// The `schemas` of a PUT may be left out by clients that send back less than they were given; the wish is judged by
/// `replace`, this is only for reading what the body says.
fn with_user_schema(mut body: Value) -> Value {
    if let Some(members) = body.as_object_mut()
        && !members.keys().any(|name| name.eq_ignore_ascii_case("schemas"))
    {
        members.insert("schemas".to_owned(), Value::from(vec![crate::scim::schema::USER]));
    }
    body
}
