//! What SCIM requests do to groups, and what a group's role does to its members.
//!
//! One file a kind of request. Here stands what they share: how a document becomes a row, how a row becomes an answer.
//! Members are rows of their own: a request that names one of them looks at that one, in a group of any size.

pub mod create;
pub mod delete;
pub mod fill;
pub mod mapping;
mod members;
pub mod read;
mod roles;
mod settle;
pub mod update;

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::{
    directory::request::{Notes, Request},
    model::{
        group::{Group, MemberKind},
        id::{GroupId, ResourceId},
        time::Timestamp,
    },
    scim::{
        discovery::MAX_PAYLOAD,
        document::GroupDocument,
        error::ScimError,
        fold::fold,
        represent::{self, ResourceView},
        schema::ResourceTypes,
    },
    store::{GroupRow, Position},
};

/// The longest name, in characters: each member shows it, and so does each event. Okta's own end at 255.
const LONGEST_NAME: usize = 1_000;
/// The most that a group may take besides its members, in bytes.
const LARGEST: usize = MAX_PAYLOAD;

/// A member of a group, as far as its representation goes.
pub(super) type Member = (ResourceId, MemberKind);

/// A row read back as a document.
///
/// # Errors
/// What is stored is not what this version writes; the request id leads to the event.
pub(super) fn document_of(row: &GroupRow, request: &Request) -> Result<GroupDocument, ScimError> {
    GroupDocument::from_stored(&row.document).map_err(|_| {
        ScimError::internal(format!(
            "The stored attributes of group {} cannot be read. Nothing was changed. Tell the operator of scimroom the \
             request id {}.",
            row.group.id, request.transaction
        ))
    })
}

/// A row for a new group.
fn row_of(id: GroupId, document: &GroupDocument, now: Timestamp) -> GroupRow {
    let mut row = GroupRow {
        group: Group {
            id,
            display_name: String::new(),
            external_id: None,
            role: None,
            members: 0,
            created: now,
            last_modified: now,
            version: 1,
            test: false,
        },
        position: Position(0),
        folded_name: String::new(),
        document: String::new(),
    };
    write_document(&mut row, document);
    row
}

/// Puts a document into a row, and what the row derives from it.
fn write_document(row: &mut GroupRow, document: &GroupDocument) {
    row.group.display_name = document.display_name().to_owned();
    row.group.external_id = document.external_id().map(str::to_owned);
    row.folded_name = fold(document.display_name());
    row.document = document.to_stored();
}

/// A changed row: a new version and a later `lastModified`, also when the clock was set back.
fn touch(row: &mut GroupRow, now: Timestamp) {
    row.group.version += 1;
    row.group.last_modified = now.max(row.group.last_modified.plus_millis(1));
}

/// The SCIM view of a row; without `members` where nobody asked for them.
pub(super) fn view<'a>(
    types: &'static ResourceTypes,
    row: &GroupRow,
    document: &'a GroupDocument,
    members: Option<&[Member]>,
    base_url: &'a str,
) -> ResourceView<'a> {
    let listed: Vec<Value> =
        members.unwrap_or_default().iter().map(|(id, kind)| represent::member(base_url, *id, *kind)).collect();
    ResourceView {
        kind: &types.group,
        id: row.group.id.to_string(),
        version: row.group.version,
        created: row.group.created,
        last_modified: row.group.last_modified,
        base_url,
        attributes: document.attributes(),
        // Okta wants to see that a group has no members, so the list is there, empty.
        computed: if members.is_some() { vec![("members", listed.into())] } else { Vec::new() },
    }
}

/// Notes which group a request concerns.
pub(super) fn note_group(notes: &mut Notes, row: &GroupRow) {
    notes.group = Some(row.group.id);
    notes.group_name = Some(row.group.display_name.clone());
}

/// The refusal of a request for a group that is not here.
fn unknown_group(id: &str) -> ScimError {
    ScimError::not_found(format!(
        "There is no group with id {id:?} here. If it was deleted, in Okta: Applications > this app > Push Groups: unlink \
         the group, then push it again."
    ))
}

/// Refuses a name that nobody could read, or that would be read too often.
fn check_name(name: &str) -> Result<(), ScimError> {
    let length = name.chars().count();
    let why = if fold(name).is_empty() {
        "displayName has no visible character.".to_owned()
    } else if length > LONGEST_NAME {
        format!("displayName has {length} characters, and at most {LONGEST_NAME} are kept.")
    } else {
        return Ok(());
    };
    Err(ScimError::invalid_value(format!(
        "{why} In Okta give the group another name (Directory > Groups), then Applications > this app > Push Groups > Push \
         now."
    )))
}

/// Refuses attributes that take more than a group may, where they grow.
fn check_size(before: Option<&GroupRow>, after: &GroupRow) -> Result<(), ScimError> {
    let (was, is) = (before.map_or(0, |row| row.document.len()), after.document.len());
    if is <= LARGEST || is <= was {
        return Ok(());
    }
    Err(ScimError::payload_too_large(format!(
        "The group would take {is} bytes besides its members, and at most {LARGEST} are kept. Send less."
    )))
}

/// The refusal of a name that another group has.
fn taken(name: &str) -> ScimError {
    ScimError::uniqueness(format!(
        "A group named {name:?} exists here already. Nothing was changed. In Okta: Applications > this app > Push Groups > \
         Push groups by name, and choose Link Group instead of Create Group; or rename one of the two."
    ))
}
