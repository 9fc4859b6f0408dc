//! From a changed document to changed rows: what PUT and PATCH share once they know what the user shall look like.

use serde_json::Value;

use crate::{
    directory::{
        NAME_CHANGE_REFUSED, NO_OWNER, ROLE_NOT_SENT,
        local::is_active_owner,
        request::Notes,
        role::Standing,
        ruling::{Halt, Ruling},
        users::{
            answer, check_user_name, email_change, note_user,
            pushed::{self, Before},
            touch,
            wish::{Case, wished_role},
            write_document,
        },
    },
    model::{
        event::{Action, Change as Field},
        id::UserId,
        time::Timestamp,
        workspace::EmailChange,
    },
    scim::{diff::diff, document::UserDocument, fold::fold},
    store::{Change, Unread, UserRow, View},
};

/// What a new account was given.
pub(super) fn set(document: &UserDocument) -> Vec<Field> {
    let given = document.attributes().iter();
    given.map(|(name, value)| Field { path: name.clone(), before: None, after: Some(value.clone()) }).collect()
}

/// What changed between two states of a user, role and activity included.
pub(super) fn changes(before: &UserRow, after: &UserRow, was: &UserDocument, is: &UserDocument) -> Vec<Field> {
    let mut fields = diff(was.attributes(), is.attributes());
    fields.retain(|field| field.path != "active");
    if before.user.active != after.user.active {
        fields.push(field("active", before.user.active, after.user.active));
    }
    if before.user.role != after.user.role {
        fields.push(field("role", before.user.role.as_str(), after.user.role.as_str()));
    }
    fields
}

fn field(path: &str, before: impl Into<Value>, after: impl Into<Value>) -> Field {
    Field { path: path.to_owned(), before: Some(before.into()), after: Some(after.into()) }
}

/// Carries out a wish on a row.
pub(super) fn settle(view: &View, notes: &mut Notes, case: &Case<'_>) -> Result<Ruling, Halt> {
    let workspace = view.workspace()?;
    let Case { request, given, row, was, wish } = case;
    let is = &wish.document;
    if is.user_name() != row.user.user_name {
        check_user_name(is.user_name(), workspace.user_name)?;
    }
    let folded = fold(is.user_name());
    let renamed = folded != row.folded_name;
    if renamed && workspace.email_change == EmailChange::NewAccount {
        return email_change::new_account(view, notes, case);
    }
    if renamed {
        if workspace.email_change == EmailChange::Refuse {
            return Err(Halt::found(email_change::refusal(&row.user.user_name), NAME_CHANGE_REFUSED));
        }
        if view.user_named(&folded)?.is_some() {
            return Err(Halt::found(email_change::taken(is.user_name()), NAME_CHANGE_REFUSED));
        }
    }
    let sent = wished_role(case)?;
    notes.role = sent;
    let mut next = (*row).clone();
    write_document(&mut next, is);
    Standing::of(&row.user).pushed(sent).apply(&mut next.user);
    next.user.active = is.active().unwrap_or(row.user.active);
    if next.user.active {
        // Okta says that this account is in use: its person can log in again.
        next.user.replaced_by = None;
    }
    let same = next.user == row.user && (next.document == row.document || alike(was, is, next.user.active));
    if !same {
        touch(&mut next, request.at);
    }
    // What Okta said is no part of the resource: that alone makes no new version of it.
    pushed::note(request, Some(&Before::of(row, was)), &mut next, is, &wish.written);
    if !wish.noticed.role_sent && row.user.okta_role.is_some() && next.user.active && request.method == "PUT" {
        notes.findings.push(ROLE_NOT_SENT);
    }
    note_owner_lost(view, notes, row, is_active_owner(&next.user))?;
    notes.action = action(row, &next, renamed);
    notes.changes = changes(row, &next, was, is);
    note_user(notes, &next);
    let reply = answer(200, &next, is, request, &given.projection, &wish.written);
    let mut writes = Vec::new();
    if row.user.active && !next.user.active {
        writes.push(end_sessions(view, notes, row.user.id, request.at)?);
    }
    if !same || next.user.okta != row.user.okta {
        writes.push(Change::UpdateUser(Box::new(next)));
    }
    Ok((writes, reply))
}

/// Notes that nobody will be owner any more, unless this one stays one. Okta is obeyed all the same.
pub(super) fn note_owner_lost(view: &View, notes: &mut Notes, row: &UserRow, stays: bool) -> Result<(), Halt> {
    if !stays && is_active_owner(&row.user) {
        let owners = if row.user.test { view.active_test_owners()? } else { view.active_owners()? };
        if owners <= 1 {
            notes.findings.push(NO_OWNER);
        }
    }
    Ok(())
}

/// Ends a user's sessions, and notes how many there were.
pub(super) fn end_sessions(view: &View, notes: &mut Notes, user: UserId, now: Timestamp) -> Result<Change, Unread> {
    note_sessions(view, notes, user, now)?;
    Ok(Change::EndSessions(user))
}

/// Notes how many sessions a user has, which are about to end.
pub(super) fn note_sessions(view: &View, notes: &mut Notes, user: UserId, now: Timestamp) -> Result<(), Unread> {
    let open = view.open_sessions(user, now)?;
    if open > 0 {
        notes.changes.push(Field::sessions_ended(open));
    }
    Ok(())
}

/// Whether two documents show the same user. Where nobody ever said `active` it is shown all the same, and so comes back
/// with what was read; nor does the order of attributes say anything.
fn alike(was: &UserDocument, is: &UserDocument, active: bool) -> bool {
    was.clone().with_active(active) == is.clone().with_active(active)
}

/// The one word for what a write did: access first, since that is what somebody will look for.
fn action(before: &UserRow, after: &UserRow, renamed: bool) -> Action {
    match (before.user.active, after.user.active) {
        (true, false) => Action::Deactivate,
        (false, true) => Action::Reactivate,
        _ if renamed => Action::EmailChange,
        _ if before.user.role != after.user.role => Action::RoleChange,
        _ => Action::Update,
    }
}
