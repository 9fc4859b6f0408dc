//! `DELETE /Users/{id}`: gone from SCIM, sessions ended with it, its events kept.

use std::sync::Arc;

use crate::{
    directory::{
        request::{Outcome, Reply, Request},
        ruling::rule,
        users::{
            settle::{note_owner_lost, note_sessions},
            update::target,
        },
    },
    model::{
        event::{Action, Change as Field},
        id::UserId,
    },
    scim::etag::IfMatch,
    store::{Change, Key, Store, StoreError},
};

/// Deletes a user. The address is free again afterwards; a second DELETE is answered 404.
///
/// # Errors
/// The store failed; nothing was written.
pub async fn delete(
    store: &dyn Store,
    request: Arc<Request>,
    id: String,
    if_match: Option<IfMatch>,
) -> Result<Outcome, StoreError> {
    let known: Option<UserId> = id.parse().ok();
    let at = request.at;
    let asked = Arc::clone(&request);
    rule(store, request, Action::Delete, known.map(Key::User).into_iter().collect(), move |view, notes| {
        let row = target(view, notes, &asked, known, &id, if_match.as_ref())?;
        note_owner_lost(view, notes, row, false)?;
        notes.changes =
            vec![Field { path: "userName".to_owned(), before: Some(row.user.user_name.as_str().into()), after: None }];
        note_sessions(view, notes, row.user.id, at)?;
        Ok((vec![Change::DeleteUser(row.user.id)], Reply::empty(204)))
    })
    .await
}
