//! `PUT` and `PATCH /Groups/{id}`: Okta pushes a group either way, by the kind of its app (okta-traffic 5).

use std::sync::Arc;

use crate::{
    directory::{
        given::Given,
        groups::{
            check_name, document_of,
            members::{Membership, named, named_by},
            note_group,
            settle::{Case, Shape, settle},
            taken, unknown_group, write_document,
        },
        request::{Notes, Outcome, Request},
        ruling::{Halt, Ruling, check_version, rule},
        test_traffic::guard,
    },
    model::{
        event::Action,
        id::{GroupId, ResourceId},
    },
    scim::{document::GroupDocument, etag::IfMatch, fold::fold, json, patch::PatchRequest, projection::Written},
    store::{GroupRow, Key, Store, StoreError, View},
};

/// What a request makes of a group's document and members.
struct Wish {
    document: GroupDocument,
    written: Written,
    shape: Shape,
}

/// Replaces a group and its whole membership (RFC 7644 3.5.1).
///
/// # Errors
/// The store failed; nothing was written.
pub async fn replace(
    store: &dyn Store,
    request: Arc<Request>,
    given: Given,
    id: String,
    if_match: Option<IfMatch>,
) -> Result<Outcome, StoreError> {
    let kind = &request.types.group;
    // Everything that takes as long as the group is large and needs nobody else happens before the writer's turn.
    let read = json::parse(&request.body).and_then(|body| GroupDocument::create(body, &given.reading(kind)));
    let ids = read.as_ref().map(|(_, members, _)| named(members)).unwrap_or_default();
    let whole = given.projection.shows(kind, "members");
    update(store, request, given, (id, if_match), (ids, whole), move |_, was, notes, membership| {
        let (document, members, noticed) = read.as_ref().map_err(Clone::clone)?;
        let document = document.clone().in_place_of(was, kind)?;
        notes.read(noticed);
        membership.replace(members)?;
        Ok(Wish { document, written: Written::Whole, shape: Shape::Whole(200) })
    })
    .await
}

/// Changes a group by operations (RFC 7644 3.5.2), all or nothing.
///
/// # Errors
/// The store failed; nothing was written.
pub async fn patch(
    store: &dyn Store,
    request: Arc<Request>,
    given: Given,
    id: String,
    if_match: Option<IfMatch>,
) -> Result<Outcome, StoreError> {
    let reading = given.reading(&request.types.group);
    let operations = json::parse(&request.body).and_then(|body| PatchRequest::parse(body, &reading));
    let steps = operations.iter().flat_map(PatchRequest::membership);
    let ids = named(steps.flat_map(named_by));
    update(store, request, given, (id, if_match), (ids, false), move |id, was, notes, membership| {
        let operations = operations.as_ref().map_err(Clone::clone)?;
        notes.read(operations.notes());
        let document = operations.apply_to_group(id, was)?;
        operations.membership().iter().try_for_each(|step| membership.step(step))?;
        Ok(Wish { document, written: Written::These(operations.written()), shape: Shape::Brief })
    })
    .await
}

type Wishing = dyn Fn(&str, &GroupDocument, &mut Notes, &mut Membership<'_>) -> Result<Wish, Halt> + Send;

async fn update(
    store: &dyn Store,
    request: Arc<Request>,
    given: Given,
    (id, if_match): (String, Option<IfMatch>),
    (ids, whole): (Vec<ResourceId>, bool),
    wish: impl Fn(&str, &GroupDocument, &mut Notes, &mut Membership<'_>) -> Result<Wish, Halt> + Send + 'static,
) -> Result<Outcome, StoreError> {
    let known: Option<GroupId> = id.parse().ok();
    let mut keys = vec![Key::Workspace];
    if let Some(known) = known {
        keys.extend([Key::Group(known), Key::Candidates(known, ids.clone())]);
        // An answer that shows everybody will ask for them, and the rule is then carried out anew.
        keys.extend(whole.then_some(Key::MembersOf(known)));
    }
    let asked = Arc::clone(&request);
    rule(store, request, Action::GroupPush, keys, move |view, notes| {
        let row = target(view, notes, &asked, known, &id, if_match.as_ref())?;
        judge(view, notes, &asked, &given, row, &ids, &wish)
    })
    .await
}

fn judge(
    view: &View,
    notes: &mut Notes,
    request: &Request,
    given: &Given,
    row: &GroupRow,
    ids: &[ResourceId],
    wish: &Wishing,
) -> Result<Ruling, Halt> {
    let workspace = view.workspace()?;
    let was = document_of(row, request)?;
    let group = &row.group;
    let mut membership = Membership::new(view, group.id, group.members, workspace.unknown_members, request);
    membership.look_up(ids)?;
    let wish = wish(&group.id.to_string(), &was, notes, &mut membership)?;
    if wish.document.display_name() != group.display_name {
        check_name(wish.document.display_name())?;
    }
    let mut next = row.clone();
    write_document(&mut next, &wish.document);
    if next.folded_name != row.folded_name && view.group_named(&fold(wish.document.display_name()))?.is_some() {
        return Err(taken(wish.document.display_name()).into());
    }
    let case = Case {
        request,
        projection: &given.projection,
        written: &wish.written,
        shape: wish.shape,
        before: Some(row),
        next,
        was: Some(&was),
        is: &wish.document,
        default_role: workspace.default_role,
    };
    settle(view, notes, case, &membership)
}

/// The row a request is about, if it is there and in the version the client knows.
pub(super) fn target<'v>(
    view: &'v View,
    notes: &mut Notes,
    request: &Request,
    known: Option<GroupId>,
    id: &str,
    if_match: Option<&IfMatch>,
) -> Result<&'v GroupRow, Halt> {
    let row = match known {
        Some(known) => view.group(known)?,
        None => None,
    };
    let row = row.ok_or_else(|| unknown_group(id))?;
    note_group(notes, row);
    guard(request, row.group.test, || format!("The group {:?}", row.group.display_name))?;
    check_version("Group", id, row.group.version, if_match)?;
    Ok(row)
}
