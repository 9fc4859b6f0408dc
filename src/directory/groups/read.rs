//! `GET /Groups/{id}`.

use crate::{
    directory::{
        groups::{Member, document_of, note_group, unknown_group, view},
        request::{Notes, Outcome, Reply, Request},
    },
    model::event::Action,
    scim::{
        etag::{ETag, IfNoneMatch},
        projection::{Projection, Written},
    },
    store::{GroupRow, Store, StoreError},
};

/// Reads one group with its members; 304 where the client has this very version.
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
        Ok(id) => store.group(id).await?,
        Err(_) => None,
    };
    let Some(row) = row.filter(|row| request.test || !row.group.test) else {
        return Ok(Outcome::refused(&unknown_group(id), notes));
    };
    note_group(&mut notes, &row);
    let etag = ETag::of(row.group.version);
    if if_none_match.is_some_and(|known| known.matches(&etag)) {
        return Ok(Outcome { reply: Reply { etag: Some(etag.to_string()), ..Reply::empty(304) }, notes });
    }
    let members = shown_members(store, request, projection, &row).await?;
    Ok(match document_of(&row, request) {
        Ok(document) => {
            let view = view(request.types, &row, &document, members.as_deref(), &request.base_url);
            Outcome { reply: Reply::resource(200, &view, projection, &Written::Nothing), notes }
        }
        Err(error) => Outcome::refused(&error, notes),
    })
}

/// The members of a group, where the client wants to see them.
pub(in crate::directory) async fn shown_members(
    store: &dyn Store,
    request: &Request,
    projection: &Projection,
    row: &GroupRow,
) -> Result<Option<Vec<Member>>, StoreError> {
    if !projection.shows(&request.types.group, "members") {
        return Ok(None);
    }
    if row.group.members == 0 {
        return Ok(Some(Vec::new()));
    }
    let members = store.members(row.group.id, None, u32::MAX).await?;
    Ok(Some(members.into_iter().map(|member| (member.id, member.kind)).collect()))
}
