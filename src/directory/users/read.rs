//! `GET /Users/{id}`.

use crate::{
    directory::{
        request::{Notes, Outcome, Reply, Request},
        users::{answer, document_of, note_user, unknown_user},
    },
    model::event::Action,
    scim::{
        etag::{ETag, IfNoneMatch},
        projection::{Projection, Written},
    },
    store::{Store, StoreError},
};

/// Reads one user; 304 where the client has this very version.
///
/// # Errors
/// The store failed.
pub async fn read(
    store: &dyn Store,
    request: &Request,
    projection: &Projection,
    id: &str,
    if_none_match: Option<&IfNoneMatch>,
) -> Result<Outcome, StoreError> {
    let mut notes = Notes::new(Action::Read);
    let row = match id.parse() {
        Ok(id) => store.user(id).await?,
        Err(_) => None,
    };
    let Some(row) = row.filter(|row| request.test || !row.user.test) else {
        return Ok(Outcome::refused(&unknown_user(id), notes));
    };
    note_user(&mut notes, &row);
    let etag = ETag::of(row.user.version);
    if if_none_match.is_some_and(|known| known.matches(&etag)) {
        return Ok(Outcome { reply: Reply { etag: Some(etag.to_string()), ..Reply::empty(304) }, notes });
    }
    Ok(match document_of(&row, request) {
        Ok(document) => Outcome { reply: answer(200, &row, &document, request, projection, &Written::Nothing), notes },
        Err(error) => Outcome::refused(&error, notes),
    })
}
