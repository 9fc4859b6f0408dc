//! What SCIM requests do to users.
//!
//! One file a kind of request. Here stands what they share: how a document becomes a row, how a row becomes an answer,
//! and which user names are accepted.

pub mod create;
pub mod delete;
mod email_change;
pub mod fill;
mod pushed;
pub mod read;
mod settle;
pub mod update;
mod wish;

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::{
    directory::{
        USER_NAME_NOT_EMAIL,
        request::{Notes, Reply, Request},
        role::Standing,
        ruling::Halt,
    },
    model::{id::UserId, push::OktaSaid, time::Timestamp, user::User, workspace::UserNamePolicy},
    scim::{
        document::UserDocument,
        error::ScimError,
        fold::fold,
        projection::{Projection, Written},
        represent::{self, ResourceView},
        schema::ResourceTypes,
    },
    store::{Membership, Position, UserRow},
};

/// How many characters of a name are noted that nobody has checked. The longest e-mail address has 254.
const CLAIMED: usize = 256;

/// A row read back as a document.
///
/// # Errors
/// What is stored is not what this version writes; the request id leads to the event.
pub(super) fn document_of(row: &UserRow, request: &Request) -> Result<UserDocument, ScimError> {
    UserDocument::from_stored(&row.document).map_err(|_| {
        ScimError::internal(format!(
            "The stored attributes of user {} cannot be read. Nothing was changed. Tell the operator of scimroom the \
             request id {}.",
            row.user.id, request.transaction
        ))
    })
}

/// A row for a document: keys and columns follow from it.
fn row_of(id: UserId, document: &UserDocument, active: bool, standing: Standing, now: Timestamp) -> UserRow {
    let mut row = UserRow {
        user: User {
            id,
            user_name: String::new(),
            display_name: None,
            active,
            role: standing.role,
            role_source: standing.source,
            okta_role: standing.okta,
            external_id: None,
            replaced_by: None,
            created: now,
            last_modified: now,
            version: 1,
            test: false,
            okta: OktaSaid::default(),
        },
        position: Position(0),
        folded_name: String::new(),
        folded_emails: Vec::new(),
        document: String::new(),
        groups: Vec::new(),
    };
    write_document(&mut row, document);
    row
}

/// Puts a document into a row, and what the row derives from it.
fn write_document(row: &mut UserRow, document: &UserDocument) {
    row.user.user_name = document.user_name().to_owned();
    row.user.display_name = document.shown_name();
    row.user.external_id = document.external_id().map(str::to_owned);
    row.folded_name = fold(document.user_name());
    row.folded_emails = document.emails().map(fold).collect();
    row.document = document.to_stored();
}

/// A changed row: a new version and a later `lastModified`, also when the clock was set back.
fn touch(row: &mut UserRow, now: Timestamp) {
    row.user.version += 1;
    row.user.last_modified = now.max(row.user.last_modified.plus_millis(1));
}

/// The SCIM view of a row.
pub(super) fn view<'a>(
    types: &'static ResourceTypes,
    row: &UserRow,
    document: &'a UserDocument,
    base_url: &'a str,
) -> ResourceView<'a> {
    let mut computed = vec![("active", row.user.active.into())];
    if !row.groups.is_empty() {
        let of = |group: &Membership| represent::membership(base_url, &group.id.to_string(), &group.name, group.direct);
        computed.push(("groups", row.groups.iter().map(of).collect()));
    }
    ResourceView {
        kind: &types.user,
        id: row.user.id.to_string(),
        version: row.user.version,
        created: row.user.created,
        last_modified: row.user.last_modified,
        base_url,
        attributes: document.attributes(),
        computed,
    }
}

/// The SCIM representation of a row, whole; null where what is stored cannot be read.
pub fn resource(types: &'static ResourceTypes, row: &UserRow, base_url: &str) -> Value {
    UserDocument::from_stored(&row.document).map_or(Value::Null, |document| {
        view(types, row, &document, base_url).to_json(&Projection::Everything, &Written::Whole)
    })
}

/// The answer that shows one user.
fn answer(
    status: u16,
    row: &UserRow,
    document: &UserDocument,
    request: &Request,
    projection: &Projection,
    written: &Written,
) -> Reply {
    Reply::resource(status, &view(request.types, row, document, &request.base_url), projection, written)
}

/// Notes whom a request concerns.
pub(super) fn note_user(notes: &mut Notes, row: &UserRow) {
    notes.user = Some(row.user.id);
    notes.user_name = Some(row.user.user_name.clone());
    notes.external_id.clone_from(&row.user.external_id);
}

/// Notes whom a body says it is about that cannot be read as a user: somebody will look for that person.
pub(super) fn note_claimed(notes: &mut Notes, body: &[u8]) {
    let Ok(Value::Object(body)) = serde_json::from_slice(body) else { return };
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(|text| text.chars().take(CLAIMED).collect());
    notes.user_name = text("userName");
    notes.external_id = text("externalId");
}

/// Refuses a user name that the workspace does not accept.
fn check_user_name(name: &str, policy: UserNamePolicy) -> Result<(), Halt> {
    if policy == UserNamePolicy::Any || is_email(name) {
        return Ok(());
    }
    Err(Halt::found(
        ScimError::invalid_value(format!(
            "userName {name:?} is not an e-mail address. In Okta: Applications > this app > Sign On > Settings > Edit > \
             Application username format = Email > Save > Update Now; then Dashboard > Tasks > Retry Selected."
        )),
        USER_NAME_NOT_EMAIL,
    ))
}

/// Whether a text can be an e-mail address: something on both sides of an `@`, no blanks, no control characters. Mail
/// servers know better than any pattern what else is valid.
pub fn is_email(text: &str) -> bool {
    text.len() <= 320
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && text.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

/// The refusal of a request for a user who is not here.
pub fn unknown_user(id: &str) -> ScimError {
    ScimError::not_found(format!(
        "There is no user with id {id:?} here. If the account was deleted in scimroom, in Okta: Applications > this app \
         > Assignments: remove the person and assign again; deactivate people rather than delete them."
    ))
}
