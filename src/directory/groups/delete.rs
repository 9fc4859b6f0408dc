//! `DELETE /Groups/{id}`: the group goes, its members stay; a role that they had from it goes with it.

use std::sync::Arc;

use crate::{
    directory::{
        groups::{roles, update::target},
        request::{Outcome, Reply, Request},
        ruling::rule,
    },
    model::{
        event::{Action, Change as Field},
        id::GroupId,
    },
    scim::etag::IfMatch,
    store::{Change, Key, Store, StoreError},
};

/// How many changed roles the event names.
const NAMED: usize = 50;

/// Deletes a group. Its name is free again afterwards; a second DELETE is answered 404.
///
/// # Errors
/// The store failed; nothing was written.
pub async fn delete(
    store: &dyn Store,
    request: Arc<Request>,
    id: String,
    if_match: Option<IfMatch>,
) -> Result<Outcome, StoreError> {
    let known: Option<GroupId> = id.parse().ok();
    let asked = Arc::clone(&request);
    let keys = [Key::Workspace].into_iter().chain(known.map(Key::Group)).collect();
    rule(store, request, Action::GroupDelete, keys, move |view, notes| {
        let row = target(view, notes, &asked, known, &id, if_match.as_ref())?;
        let group = &row.group;
        notes.changes = vec![Field {
            path: "displayName".to_owned(),
            before: Some(group.display_name.as_str().into()),
            after: None,
        }];
        let mut changes = vec![Change::DeleteGroup(group.id)];
        if group.role.is_some() {
            let default = view.workspace()?.default_role;
            let shifts: Vec<_> = roles::shifts(view.standings(group.id, None)?, None, default).collect();
            notes.changes.extend(roles::fields(&shifts).take(NAMED));
            changes.extend(roles::given(&shifts));
        }
        Ok((changes, Reply::empty(204)))
    })
    .await
}
