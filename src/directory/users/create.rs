//! `POST /Users`: a new account, the return of a leaver, or a changed e-mail address.

use std::sync::Arc;

use crate::{
    directory::{
        USER_EXISTS,
        given::Given,
        request::{Notes, Outcome, Request},
        role::{Standing, highest},
        ruling::{Halt, Ruling, rule},
        test_traffic::guard,
        users::{
            answer, check_user_name, document_of, email_change, note_claimed, note_user,
            pushed::{self, Before},
            row_of, settle, touch, wish, write_document,
        },
    },
    model::{
        event::{Action, Change as Field},
        workspace::{EmailChange, Workspace},
    },
    scim::{document::UserDocument, error::ScimError, fold::fold, projection::Written},
    store::{Change, Key, Membership, Store, StoreError, UserRow, View},
};

/// Creates a user from the request's body.
///
/// # Errors
/// The store failed; nothing was written.
pub async fn create(store: &dyn Store, request: Arc<Request>, given: Given) -> Result<Outcome, StoreError> {
    let reading = given.reading(&request.types.user);
    let read = wish::parsed(&request.body).and_then(|body| UserDocument::create(body, &reading));
    let (document, noticed) =
        read.map(|(document, notes)| (Ok(document), Some(notes))).unwrap_or_else(|error| (Err(error), None));
    let mut keys = vec![Key::Workspace];
    if let Ok(document) = &document {
        keys.push(Key::UserNamed(fold(document.user_name())));
        keys.extend(document.external_id().map(|id| Key::UsersWithExternalId(id.to_owned())));
    }
    let asked = Arc::clone(&request);
    rule(store, request, Action::Create, keys, move |view, notes| {
        noticed.iter().for_each(|noticed| notes.read(noticed));
        if document.is_err() {
            note_claimed(notes, &asked.body);
        }
        judge(view, notes, &asked, &given, document.as_ref().map_err(Clone::clone)?)
    })
    .await
}

/// What a create means, given who is here already (okta-traffic: a POST for somebody inactive is a return; one with the
/// externalId of an inactive account and another name is a changed e-mail address).
fn judge(
    view: &View,
    notes: &mut Notes,
    request: &Request,
    given: &Given,
    document: &UserDocument,
) -> Result<Ruling, Halt> {
    notes.user_name = Some(document.user_name().to_owned());
    notes.external_id = document.external_id().map(str::to_owned);
    let workspace = view.workspace()?;
    check_user_name(document.user_name(), workspace.user_name)?;
    let sent = wish::sent_role(document, None)?;
    notes.role = sent;
    if let Some(known) = view.user_named(&fold(document.user_name()))? {
        if known.user.active && (request.test || !known.user.test) {
            note_user(notes, known);
            // Whom Okta meant need not be who has the name.
            if let Some(sent) = document.external_id() {
                notes.external_id = Some(sent.to_owned());
            }
            return Err(exists(known));
        }
        guard(request, known.user.test, || format!("The user {:?}", known.user.user_name))?;
        return come_back(view, notes, request, given, document, known);
    }
    if let Some(predecessor) = predecessor(view, request, document)? {
        return succeed(view, notes, request, given, document, predecessor);
    }
    let active = document.active().unwrap_or(true);
    let standing = Standing::of_new(sent, workspace.default_role);
    let mut row = row_of(given.fresh_user(), document, active, standing, request.at);
    row.user.test = request.test;
    Ok(insert(notes, request, given, document, row, Vec::new()))
}

/// The inactive account of the same person under another name, where there is exactly one to speak of.
fn predecessor<'v>(view: &'v View, request: &Request, document: &UserDocument) -> Result<Option<&'v UserRow>, Halt> {
    let Some(external_id) = document.external_id() else { return Ok(None) };
    let with_id = view.users_with_external_id(external_id)?;
    let same_person = || with_id.iter().filter(|row| row.user.test == request.test);
    if same_person().any(|row| row.user.active) {
        return Ok(None);
    }
    Ok(same_person().rev().find(|row| row.user.replaced_by.is_none()))
}

fn succeed(
    view: &View,
    notes: &mut Notes,
    request: &Request,
    given: &Given,
    document: &UserDocument,
    predecessor: &UserRow,
) -> Result<Ruling, Halt> {
    let workspace: &Workspace = view.workspace()?;
    match workspace.email_change {
        EmailChange::NewAccount => {
            notes.action = Action::EmailChange;
            let standing = Standing::of_new(notes.role, workspace.default_role);
            let active = document.active().unwrap_or(true);
            let mut row = row_of(given.fresh_user(), document, active, standing, request.at);
            row.user.test = request.test;
            let was = document_of(predecessor, request)?;
            let retired = email_change::retired(predecessor, was, row.user.id, request.at);
            let (user, retired) = (retired.user.id, Change::UpdateUser(Box::new(retired)));
            let (mut changes, reply) = insert(notes, request, given, document, row, vec![retired]);
            notes.changes.push(Field::replaces(user, &predecessor.user.user_name));
            changes.push(settle::end_sessions(view, notes, user, request.at)?);
            Ok((changes, reply))
        }
        EmailChange::Rename => {
            let standing = Standing::of(&predecessor.user).pushed(notes.role);
            let document = with_unseen(document, predecessor, request)?;
            revive(notes, request, given, &document, predecessor, standing)
        }
        EmailChange::Refuse => Err(email_change::refusal(&predecessor.user.user_name).into()),
    }
}

fn insert(
    notes: &mut Notes,
    request: &Request,
    given: &Given,
    document: &UserDocument,
    mut row: UserRow,
    mut changes: Vec<Change>,
) -> Ruling {
    pushed::note(request, None, &mut row, document, &Written::Whole);
    note_user(notes, &row);
    notes.changes = settle::set(document);
    let reply = answer(201, &row, document, request, &given.projection, &Written::Whole);
    changes.push(Change::InsertUser(Box::new(row)));
    (changes, reply)
}

/// A leaver comes back. A role that was not sent stays, as it does when Okta reactivates by PATCH; but not where the
/// address went to somebody else (another externalId) or the account had been replaced: nobody inherits rights that
/// were not given to them, nor the groups that rights may hang on.
fn come_back(
    view: &View,
    notes: &mut Notes,
    request: &Request,
    given: &Given,
    document: &UserDocument,
    known: &UserRow,
) -> Result<Ruling, Halt> {
    let before = known.user.external_id.as_deref();
    let somebody_else = before.is_some_and(|id| document.external_id().is_some_and(|sent| sent != id));
    let mut known = known.clone();
    let mut left = Vec::new();
    if somebody_else {
        left = std::mem::take(&mut known.groups);
    }
    let standing = if somebody_else || known.user.replaced_by.is_some() {
        let default = view.workspace()?.default_role;
        Standing::of_new(notes.role, default).grouped(highest(&known.groups), default)
    } else {
        Standing::of(&known.user).pushed(notes.role)
    };
    let kept = if somebody_else { document.clone() } else { with_unseen(document, &known, request)? };
    let (mut changes, reply) = revive(notes, request, given, &kept, &known, standing)?;
    if !left.is_empty() {
        changes.push(Change::LeaveGroups(known.user.id));
        let of = |group: Membership| Field { path: "groups".to_owned(), before: Some(group.name.into()), after: None };
        notes.changes.extend(left.into_iter().filter(|group| group.direct).map(of));
    }
    // A changed address is taken back: the account that had replaced this one is the old one now.
    if known.user.replaced_by.is_some()
        && let Some(left) = predecessor(view, request, document)?.filter(|left| left.user.id != known.user.id)
    {
        notes.action = Action::EmailChange;
        notes.changes.push(Field::replaces(left.user.id, &left.user.user_name));
        let was = document_of(left, request)?;
        changes.push(Change::UpdateUser(Box::new(email_change::retired(left, was, known.user.id, request.at))));
        changes.push(settle::end_sessions(view, notes, left.user.id, request.at)?);
    }
    Ok((changes, reply))
}

/// What was sent, and what the account holds though no schema declares it any more.
fn with_unseen(document: &UserDocument, known: &UserRow, request: &Request) -> Result<UserDocument, ScimError> {
    Ok(document.clone().with_unseen_of(&document_of(known, request)?, &request.types.user))
}

/// The same account under the same id is active again, with the profile just sent.
fn revive(
    notes: &mut Notes,
    request: &Request,
    given: &Given,
    document: &UserDocument,
    known: &UserRow,
    standing: Standing,
) -> Result<Ruling, Halt> {
    let was = document_of(known, request)?;
    notes.action = Action::Return;
    let mut row = known.clone();
    write_document(&mut row, document);
    standing.apply(&mut row.user);
    row.user.active = document.active().unwrap_or(true);
    row.user.replaced_by = None;
    touch(&mut row, request.at);
    pushed::note(request, Some(&Before::of(known, &was)), &mut row, document, &Written::Whole);
    note_user(notes, &row);
    notes.changes = settle::changes(known, &row, &was, document);
    let reply = answer(201, &row, document, request, &given.projection, &Written::Whole);
    Ok((vec![Change::UpdateUser(Box::new(row))], reply))
}

fn exists(known: &UserRow) -> Halt {
    Halt::found(
        ScimError::uniqueness(format!(
            "A user named {:?} exists here already and is active. Okta finds and links it when it looks again: \
             Dashboard > Tasks > select the task > Retry Selected.",
            known.user.user_name
        )),
        USER_EXISTS,
    )
}
