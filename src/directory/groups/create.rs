//! `POST /Groups`.

use std::sync::Arc;

use crate::{
    directory::{
        given::Given,
        groups::{
            check_name,
            members::{Membership, named},
            note_group, row_of,
            settle::{Case, Shape, settle},
            taken,
        },
        request::{Notes, Outcome, Request},
        ruling::{Halt, Ruling, rule},
        test_traffic::guard,
    },
    model::event::Action,
    scim::{self, document::GroupDocument, error::ScimError, fold::fold, projection::Written},
    store::{Key, Store, StoreError, View},
};

/// Creates a group from the request's body, with its members.
///
/// # Errors
/// The store failed; nothing was written.
pub async fn create(store: &dyn Store, request: Arc<Request>, given: Given) -> Result<Outcome, StoreError> {
    let reading = given.reading(&request.types.group);
    let read = scim::json::parse(&request.body).and_then(|body| GroupDocument::create(body, &reading));
    let mut keys = vec![Key::Workspace];
    if let Ok((document, members, _)) = &read {
        keys.push(Key::GroupNamed(fold(document.display_name())));
        keys.push(Key::Candidates(given.fresh_group(), named(members)));
    }
    let asked = Arc::clone(&request);
    rule(store, request, Action::GroupPush, keys, move |view, notes| {
        let (document, members, noticed) = read.as_ref().map_err(Clone::clone)?;
        notes.read(noticed);
        judge(view, notes, &asked, &given, document, members)
    })
    .await
}

fn judge(
    view: &View,
    notes: &mut Notes,
    request: &Request,
    given: &Given,
    document: &GroupDocument,
    members: &[String],
) -> Result<Ruling, Halt> {
    check_name(document.display_name())?;
    notes.group_name = Some(document.display_name().to_owned());
    if let Some(known) = view.group_named(&fold(document.display_name()))? {
        note_group(notes, known);
        if known.group.test {
            guard(request, true, || format!("The group {:?}", known.group.display_name))?;
        }
        return Err(ScimError::into(taken(document.display_name())));
    }
    let workspace = view.workspace()?;
    let id = given.fresh_group();
    let mut membership = Membership::new(view, id, 0, workspace.unknown_members, request);
    membership.look_up(&named(members))?;
    membership.replace(members)?;
    let mut next = row_of(id, document, request.at);
    next.group.test = request.test;
    let case = Case {
        request,
        projection: &given.projection,
        written: &Written::Whole,
        shape: Shape::Whole(201),
        before: None,
        next,
        was: None,
        is: document,
        default_role: workspace.default_role,
    };
    settle(view, notes, case, &membership)
}
