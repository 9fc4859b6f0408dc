//! A changed e-mail address is a new account.
//!
//! Okta changes a user name either by PUT under the stored id, or by deactivating the old name and creating the new one
//! with the same externalId. Both end alike: an account with the new address, and the old account kept, deactivated,
//! without sessions, marked as replaced. In the first flow Okta's stored id must keep working, so the id goes on to the
//! new account and the old one stays readable under an id of its own.

use crate::{
    directory::{
        NAME_CHANGE_REFUSED,
        local::is_active_owner,
        request::Notes,
        role::{Standing, highest},
        ruling::{Halt, Ruling},
        users::{
            answer, note_user,
            pushed::{self, Before},
            row_of,
            settle::{end_sessions, note_owner_lost},
            touch,
            wish::{Case, wished_role},
            write_document,
        },
    },
    model::{
        event::{self, Action},
        id::UserId,
        time::Timestamp,
    },
    scim::{diff::diff, document::UserDocument, error::ScimError, fold::fold},
    store::{Change, UserRow, View},
};

/// The old account, from now on: kept and readable, but nobody can log in with it.
pub(super) fn retired(old: &UserRow, was: UserDocument, replaced_by: UserId, now: Timestamp) -> UserRow {
    let mut row = old.clone();
    write_document(&mut row, &was.with_active(false));
    row.user.active = false;
    row.user.replaced_by = Some(replaced_by);
    touch(&mut row, now);
    pushed::retire(&mut row, now);
    row
}

/// Turns the account behind Okta's stored id into a new one with the new address.
pub(super) fn new_account(view: &View, notes: &mut Notes, case: &Case<'_>) -> Result<Ruling, Halt> {
    let Case { request, given, row, was, wish } = case;
    let said = &wish.said();
    let id = row.user.id;
    // The address may be the one this very person had before: a change that is taken back. The account kept under it
    // is the same person's and gives the name up; its own id goes on to the account that is retired now.
    let earlier = match view.user_named(&fold(said.user_name()))? {
        Some(other) if !other.user.active && other.user.replaced_by == Some(id) => Some(other.user.id),
        Some(_) => return Err(Halt::found(taken(said.user_name()), NAME_CHANGE_REFUSED)),
        None => None,
    };
    let sent = wished_role(case)?;
    notes.role = sent;
    notes.action = Action::EmailChange;
    // Okta's id stays in the groups it is in, and so the new account is.
    let default = view.workspace()?.default_role;
    let standing = Standing::of_new(sent, default).grouped(highest(&row.groups), default);
    let active = said.active().unwrap_or(row.user.active);
    let mut fresh = row_of(id, said, active, standing, request.at);
    fresh.user.test = row.user.test;
    // Versions go on counting: an ETag of the old account must not fit the new one.
    fresh.user.version = row.user.version + 1;
    fresh.groups.clone_from(&row.groups);
    pushed::note(request, Some(&Before::of(row, was)), &mut fresh, said, &wish.written);
    let mut old = retired(row, (*was).clone(), id, request.at);
    old.user.id = earlier.unwrap_or(given.fresh_user());
    // The groups went on with the id, and with them the role that they gave.
    old.groups.clear();
    Standing::of(&old.user).grouped(None, default).apply(&mut old.user);
    note_owner_lost(view, notes, row, is_active_owner(&fresh.user))?;
    notes.changes = diff(was.attributes(), said.attributes());
    notes.changes.push(event::Change::replaces(old.user.id, &old.user.user_name));
    note_user(notes, &fresh);
    let reply = answer(200, &fresh, said, request, &given.projection, &wish.written);
    let mut changes = vec![end_sessions(view, notes, id, request.at)?];
    changes.extend(earlier.map(Change::DeleteUser));
    changes.push(Change::UpdateUser(Box::new(fresh)));
    changes.push(Change::InsertUser(Box::new(old)));
    Ok((changes, reply))
}

/// The refusal of a changed address where the workspace forbids it.
pub(super) fn refusal(current: &str) -> ScimError {
    ScimError::mutability(format!(
        "This workspace does not accept changed e-mail addresses; the account stays {current:?}. In Okta: Applications > \
         this app > Assignments > pencil beside the person > set the old username; or ask an owner of the workspace to \
         set email_change to new-account or rename."
    ))
}

/// The refusal of an address that somebody else has.
pub(super) fn taken(name: &str) -> ScimError {
    ScimError::uniqueness(format!(
        "Another user has the userName {name:?} already. Nothing was changed. In Okta: Applications > this app > \
         Assignments: check whether two people are assigned with one username, then Dashboard > Tasks > Retry Selected."
    ))
}
