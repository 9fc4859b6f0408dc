//! People put in at once, without a request for each: how a workspace is filled for trying out and for measuring.
//!
//! A body is read as that of a create is, and what a row derives from it is the same; only the events are missing, and
//! the times are given rather than taken.

use serde_json::Value;

use crate::{
    directory::{
        role::Standing,
        users::{row_of, touch},
    },
    model::{
        id::UserId,
        push::{Drift, OktaSaid},
        role::Role,
        time::Timestamp,
    },
    scim::{
        self,
        document::{Reading, UserDocument},
        error::ScimError,
        schema::ResourceType,
    },
    store::{Change, Decision, Job, Lookup, Store, StoreError, UserRow},
};

/// Somebody to put in.
#[derive(Debug, Clone, PartialEq)]
pub struct Newcomer {
    /// The body of the create, as a provisioning client sends it.
    pub body: Value,
    /// When the account was made.
    pub created: Timestamp,
    /// When the account was deactivated, if it was.
    pub left: Option<Timestamp>,
    /// The role that was set here later, and when, if one was.
    pub edited: Option<(Role, Timestamp)>,
}

/// The row of somebody to put in.
///
/// # Errors
/// What a create with this body would be refused with.
pub fn row(newcomer: Newcomer, kind: &'static ResourceType, default_role: Role) -> Result<UserRow, ScimError> {
    let Newcomer { body, created, left, edited } = newcomer;
    let (document, _) = UserDocument::create(body, &Reading::lenient(kind))?;
    let sent = scim::role::claim(&document, None)?;
    let document = document.with_active(left.is_none());
    let standing = Standing::of_new(sent, default_role);
    let mut row = row_of(UserId::new(created), &document, left.is_none(), standing, created);
    row.user.okta = OktaSaid { known: true, active: Some(left.is_none()), ..OktaSaid::default() };
    if let Some((role, at)) = edited {
        standing.edited(role).apply(&mut row.user);
        touch(&mut row, at);
        row.user.note_drift(Drift::default(), at);
    }
    if let Some(at) = left {
        touch(&mut row, at);
    }
    Ok(row)
}

/// Leaves out those whose user name somebody here has already.
///
/// # Errors
/// The store failed.
pub async fn unknown(store: &dyn Store, rows: Vec<UserRow>) -> Result<Vec<UserRow>, StoreError> {
    let mut unknown = Vec::with_capacity(rows.len());
    for row in rows {
        if store.lookup(&Lookup::UserName(row.folded_name.clone()), 1).await?.is_empty() {
            unknown.push(row);
        }
    }
    Ok(unknown)
}

/// Puts people in, in this order and all of them or none.
///
/// # Errors
/// The store failed, also because somebody has one of the user names; nothing was written.
pub async fn insert(store: &dyn Store, rows: Vec<UserRow>) -> Result<(), StoreError> {
    let mut changes: Vec<_> = rows.into_iter().map(|row| Change::InsertUser(Box::new(row))).collect();
    // A job that names no key is decided once.
    store
        .write(Job::new(Vec::new(), move |_| Ok(Decision { changes: std::mem::take(&mut changes), event: None })))
        .await
}
