//! Changes made here rather than by Okta: an admin's role edits, deactivations and reactivations.

use crate::{
    directory::{by::By, role::Standing},
    model::{
        id::UserId,
        time::Timestamp,
        user::{User, UserPatch},
    },
    scim::document::UserDocument,
    store::{Change, Decision, Key, Store, StoreError, Unread, UserRow, View},
};

/// Why a local change or an admin's request about a user is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody here has this id or name.
    #[error("there is no user {0} here: give the whole user name or the id, as the list of users shows them")]
    Unknown(String),
    /// No group here has this id or name.
    #[error("there is no group {0} here: give its whole name or its id, as the list of groups shows them")]
    UnknownGroup(String),
    /// Nobody would be left who may administer the workspace.
    #[error(
        "{0} is the last active owner: make somebody else an owner first, or nobody could administer the workspace"
    )]
    LastOwner(String),
    /// The account's person goes by another address now.
    #[error("{name} was replaced by another account when the e-mail address changed: change {successor} instead")]
    Replaced {
        /// The old account.
        name: String,
        /// The account to look at.
        successor: UserId,
    },
    /// The person cannot log in.
    #[error("{0} is deactivated and cannot sign in: reactivate the user first, in Okta or here")]
    Inactive(String),
    /// What is stored cannot be read.
    #[error("the stored attributes of {0} cannot be read; nothing was changed")]
    Unreadable(String),
}

/// Changes a user here. A deactivation ends every session of that user in the same transaction.
///
/// # Errors
/// The store failed; nothing was written. A refusal is in the inner result.
pub async fn edit(
    store: &dyn Store,
    by: By,
    id: UserId,
    patch: UserPatch,
    now: Timestamp,
) -> Result<Result<User, Refusal>, StoreError> {
    by.decide(store, vec![Key::User(id), Key::ActiveOwners], move |view| {
        Ok(match judge(view, id, &patch, now)? {
            Ok((changes, user)) => (Decision { changes, event: None }, Ok(user)),
            Err(refusal) => (Decision::default(), Err(refusal)),
        })
    })
    .await
}

fn judge(
    view: &View,
    id: UserId,
    patch: &UserPatch,
    now: Timestamp,
) -> Result<Result<(Vec<Change>, User), Refusal>, Unread> {
    let Some(row) = view.user(id)? else {
        return Ok(Err(Refusal::Unknown(id.to_string())));
    };
    if let Some(successor) = row.user.replaced_by
        && patch.active == Some(true)
        && view.user(successor)?.is_some()
    {
        return Ok(Err(Refusal::Replaced { name: row.user.user_name.clone(), successor }));
    }
    let mut next = row.clone();
    if let Some(role) = patch.role {
        Standing::of(&row.user).edited(role).apply(&mut next.user);
    }
    if let Some(active) = patch.active {
        next.user.active = active;
        if active {
            // The account that had replaced this one is gone, or the change was refused above.
            next.user.replaced_by = None;
        }
        let Ok(document) = UserDocument::from_stored(&row.document) else {
            return Ok(Err(Refusal::Unreadable(row.user.user_name.clone())));
        };
        // The document says the same, or a PATCH of another attribute would bring the old state back.
        next.document = document.with_active(active).to_stored();
    }
    if next.user == row.user {
        return Ok(Ok((Vec::new(), next.user)));
    }
    if row.is_active_owner() && !next.is_active_owner() && view.active_owners()? <= 1 {
        return Ok(Err(Refusal::LastOwner(row.user.user_name.clone())));
    }
    next.user.version += 1;
    next.user.last_modified = now.max(row.user.last_modified.plus_millis(1));
    let user = next.user.clone();
    let mut changes = Vec::new();
    if row.user.active && !next.user.active {
        changes.push(Change::EndSessions(id));
    }
    changes.push(Change::UpdateUser(Box::new(next)));
    Ok(Ok((changes, user)))
}

/// The user with this name (without case), or else with this id.
///
/// # Errors
/// The store failed. An unknown user is in the inner result.
pub async fn find(store: &dyn Store, name_or_id: &str) -> Result<Result<UserRow, Refusal>, StoreError> {
    let name = crate::store::Lookup::UserName(crate::scim::fold::fold(name_or_id));
    if let Some(row) = store.lookup(&name, 1).await?.pop() {
        return Ok(Ok(row));
    }
    let by_id = match name_or_id.parse() {
        Ok(id) => store.user(id).await?,
        Err(_) => None,
    };
    Ok(by_id.ok_or_else(|| Refusal::Unknown(name_or_id.to_owned())))
}
