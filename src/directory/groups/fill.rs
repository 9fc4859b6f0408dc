//! Groups put in at once, without a request for each: how a workspace is filled for trying out and for measuring.

use serde_json::Value;

use crate::{
    directory::groups::{check_name, row_of},
    model::{
        id::{GroupId, ResourceId},
        time::Timestamp,
    },
    scim::{
        document::{GroupDocument, Reading},
        error::ScimError,
        schema::ResourceType,
    },
    store::{Change, Decision, GroupLookup, GroupRow, Job, Store, StoreError},
};

/// The row of a group that is made by this body, whose members are left aside.
///
/// # Errors
/// What a create with this body would be refused with.
pub fn row(body: Value, kind: &'static ResourceType, created: Timestamp) -> Result<GroupRow, ScimError> {
    let (document, _, _) = GroupDocument::create(body, &Reading::lenient(kind))?;
    check_name(document.display_name())?;
    Ok(row_of(GroupId::new(created), &document, created))
}

/// Whether a group here has this one's name.
///
/// # Errors
/// The store failed.
pub async fn is_known(store: &dyn Store, row: &GroupRow) -> Result<bool, StoreError> {
    Ok(!store.lookup_groups(&GroupLookup::Name(row.folded_name.clone()), 1).await?.is_empty())
}

/// Puts a group in, with these people as its members.
///
/// # Errors
/// The store failed, also because a group here has the name; nothing was written.
pub async fn insert(store: &dyn Store, row: GroupRow, members: Vec<ResourceId>) -> Result<(), StoreError> {
    let id = row.group.id;
    let mut changes = vec![Change::InsertGroup(Box::new(row)), Change::AddMembers(id, members)];
    // A job that names no key is decided once.
    store
        .write(Job::new(Vec::new(), move |_| Ok(Decision { changes: std::mem::take(&mut changes), event: None })))
        .await
}
