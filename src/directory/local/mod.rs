//! Changes made here rather than by Okta: an admin's role edits, deactivations and reactivations; of one person, or of
//! many with a look at what it would do first (`blast`, `many`).

mod blast;
mod many;
#[cfg(test)]
mod tests;

pub use blast::{TooMany, Who, blast_radius};
pub use many::{change, restore};

use crate::{
    directory::{by::By, role::Standing},
    model::{
        id::UserId,
        role::Role,
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
    /// The account is nobody's.
    #[error("{0} was made by test traffic: nobody gets access by it")]
    TestUser(String),
    /// The group holds nobody real.
    #[error("the group {0} was made by test traffic: it stands for no role")]
    TestGroup(String),
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
    let successor_is_here = match row.user.replaced_by {
        Some(successor) if patch.active == Some(true) => view.user(successor)?.is_some(),
        _ => false,
    };
    let mut owners = view.active_owners()?;
    let edited = edited(&row.user, patch, successor_is_here).and_then(|next| carried_out(row, next, &mut owners, now));
    Ok(edited.map(|done| done.unwrap_or_else(|| (Vec::new(), row.user.clone()))))
}

/// A user after a patch, but for version and time. `successor_is_here`: the account that replaced this one still exists.
fn edited(user: &User, patch: &UserPatch, successor_is_here: bool) -> Result<User, Refusal> {
    if let Some(successor) = user.replaced_by
        && patch.active == Some(true)
        && successor_is_here
    {
        return Err(Refusal::Replaced { name: user.user_name.clone(), successor });
    }
    let mut next = user.clone();
    if let Some(role) = patch.role {
        Standing::of(user).edited(role).apply(&mut next);
    }
    if let Some(active) = patch.active {
        next.active = active;
        if active {
            // The account that had replaced this one is gone, or the change was refused above.
            next.replaced_by = None;
        }
    }
    Ok(next)
}

/// What makes `next` of a user, and the user then; nothing where they are so already. `owners` is how many active owners
/// there are, and afterwards how many there will be.
fn carried_out(
    row: &UserRow,
    next: User,
    owners: &mut u64,
    now: Timestamp,
) -> Result<Option<(Vec<Change>, User)>, Refusal> {
    if next == row.user {
        return Ok(None);
    }
    *owners = owners_after(&row.user, &next, *owners)?;
    let mut next = UserRow { user: next, ..row.clone() };
    if next.user.active != row.user.active {
        let Ok(document) = UserDocument::from_stored(&row.document) else {
            return Err(Refusal::Unreadable(row.user.user_name.clone()));
        };
        // The document says the same, or a PATCH of another attribute would bring the old state back.
        next.document = document.with_active(next.user.active).to_stored();
    }
    next.user.version += 1;
    next.user.last_modified = now.max(row.user.last_modified.plus_millis(1));
    next.user.note_drift(row.user.drift(), now);
    let user = next.user.clone();
    let mut changes = Vec::new();
    if row.user.active && !next.user.active {
        changes.push(Change::EndSessions(user.id));
        // What Okta could not get across matters of somebody who can log in: a later unassignment would not arrive.
        changes.push(Change::SettlePush(user.id));
    }
    changes.push(Change::UpdateUser(Box::new(next)));
    Ok(Some((changes, user)))
}

/// How many active owners there are after one person changed, of whom somebody must be left.
fn owners_after(before: &User, after: &User, owners: u64) -> Result<u64, Refusal> {
    // Somebody of a test administers nothing.
    match (is_active_owner(before) && !before.test, is_active_owner(after) && !after.test) {
        (true, false) if owners <= 1 => Err(Refusal::LastOwner(before.user_name.clone())),
        (true, false) => Ok(owners - 1),
        (false, true) => Ok(owners + 1),
        _ => Ok(owners),
    }
}

pub(super) fn is_active_owner(user: &User) -> bool {
    user.active && user.role == Role::Owner
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
