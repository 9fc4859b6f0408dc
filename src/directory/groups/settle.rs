//! From a changed document and membership to changed rows, the answer and the event: what every write to a group shares.

use std::collections::HashSet;

use serde_json::Value;

use crate::{
    directory::{
        UNKNOWN_MEMBERS,
        groups::{
            Member, check_size,
            members::{Membership, TOLD},
            note_group, roles, touch, view,
        },
        request::{Notes, Reply, Request},
        ruling::{Halt, Ruling},
    },
    model::{event::Change as Field, id::UserId, role::Role},
    scim::{
        diff::diff,
        document::GroupDocument,
        projection::{Projection, Written},
    },
    store::{Change, GroupRow, MemberStanding, Unread, View},
};

/// How many changed roles an event names.
const NAMED: usize = 50;

/// How a write is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// With this status and the whole group.
    Whole(u16),
    /// With the whole group if it is small or the client asked for attributes; otherwise 204: the membership of a large
    /// group is worth more than its reading after every change (RFC 7644 3.5.2 allows both).
    Brief,
}

/// The largest group that is shown after a PATCH that did not ask for it, in members.
pub(super) const SMALL: u64 = 200;

/// A write to one group: what is there, what shall be, how to answer.
pub(super) struct Case<'c> {
    pub request: &'c Request,
    pub projection: &'c Projection,
    pub written: &'c Written,
    pub shape: Shape,
    /// The group as stored; none: it is new.
    pub before: Option<&'c GroupRow>,
    /// The row as it shall be, but for version and time.
    pub next: GroupRow,
    pub was: Option<&'c GroupDocument>,
    pub is: &'c GroupDocument,
    pub default_role: Role,
}

/// Carries out a write.
pub(super) fn settle(
    store: &View,
    notes: &mut Notes,
    case: Case<'_>,
    membership: &Membership<'_>,
) -> Result<Ruling, Halt> {
    let Case { request, projection, written, shape, before, mut next, was, is, default_role } = case;
    if membership.passed_over() {
        notes.findings.push(UNKNOWN_MEMBERS);
    }
    check_size(before, &next)?;
    next.group.members = membership.count();
    let document_changed = before.is_none_or(|before| {
        before.document != next.document && was.is_none_or(|was| was.attributes() != is.attributes())
    });
    let changed = document_changed || membership.is_changed();
    if let (Some(_), true) = (before, changed) {
        touch(&mut next, request.at);
    }
    note_group(notes, &next);
    notes.changes = match was {
        Some(was) => diff(was.attributes(), is.attributes()),
        None => diff(&serde_json::Map::new(), is.attributes()),
    };
    notes.changes.extend(told(membership, before.map_or(0, |before| before.group.members)));

    let mut changes = Vec::new();
    if changed {
        let row = Box::new(next.clone());
        changes.push(if before.is_some() { Change::UpdateGroup(row) } else { Change::InsertGroup(row) });
    }
    changes.extend(membership.changes());
    if let Some(role) = next.group.role {
        let joined = roles::users(&membership.added());
        let mut left = membership.removed();
        if membership.is_cleared() {
            let stays: HashSet<Member> = membership.added().into_iter().collect();
            let all = store.members_of(next.group.id)?.iter().map(|member| (member.id, member.kind));
            left = all.filter(|member| !stays.contains(member)).collect();
        }
        let (joined, left) = (standings(store, &next, &joined)?, standings(store, &next, &roles::users(&left))?);
        let shifts: Vec<_> =
            roles::shifts(joined, Some(role), default_role).chain(roles::shifts(left, None, default_role)).collect();
        notes.changes.extend(roles::fields(&shifts).take(NAMED));
        changes.extend(roles::given(&shifts));
    }

    let asked = *projection != Projection::Everything;
    let reply = match shape {
        Shape::Brief if !asked && next.group.members > SMALL => Reply {
            etag: Some(view(request.types, &next, is, None, &request.base_url).etag().to_string()),
            ..Reply::empty(204)
        },
        shape => {
            let status = if let Shape::Whole(status) = shape { status } else { 200 };
            let members: Option<Vec<Member>> = match projection.shows(&request.types.group, "members") {
                true => Some(membership.all()?),
                false => None,
            };
            let shown = view(request.types, &next, is, members.as_deref(), &request.base_url);
            Reply::resource(status, &shown, projection, written)
        }
    };
    Ok((changes, reply))
}

fn standings<'v>(store: &'v View, group: &GroupRow, of: &[UserId]) -> Result<&'v [MemberStanding], Unread> {
    if of.is_empty() { Ok(&[]) } else { store.standings(group.group.id, Some(of)) }
}

/// How an event tells of the members that changed.
fn told(membership: &Membership<'_>, stored: u64) -> Vec<Field> {
    let (added, removed) = (membership.added(), membership.removed());
    if membership.is_cleared() || (added.len() + removed.len()) as u64 > TOLD {
        let count = |count: u64| Some(Value::from(format!("{count} members")));
        return vec![Field { path: "members".to_owned(), before: count(stored), after: count(membership.count()) }];
    }
    let field = |(id, _): &Member, is: bool| {
        let value = || Some(Value::from(id.to_string()));
        Field {
            path: format!("members[value eq \"{id}\"]"),
            before: if is { None } else { value() },
            after: if is { value() } else { None },
        }
    };
    added.iter().map(|member| field(member, true)).chain(removed.iter().map(|member| field(member, false))).collect()
}
