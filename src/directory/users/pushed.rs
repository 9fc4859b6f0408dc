//! What Okta's client says of a person, kept beside what is in force.

use crate::{
    directory::request::Request,
    model::{
        push::{Drift, NameDrift, OktaSaid},
        time::Timestamp,
    },
    scim::{document::UserDocument, fold::fold, projection::Written},
    store::UserRow,
};

/// The names that are kept an eye on, and the attribute at the top that each is in.
const NAMES: [(&str, &str); 4] =
    [("userName", "userName"), ("name.givenName", "name"), ("name.familyName", "name"), ("displayName", "displayName")];

/// The account as it was before a write: what Okta had said, in what it differed, and its document.
pub(super) struct Before<'b> {
    said: &'b OktaSaid,
    drift: Drift,
    active: bool,
    document: &'b UserDocument,
}

impl<'b> Before<'b> {
    /// Of a row.
    pub(super) fn of(row: &'b UserRow, document: &'b UserDocument) -> Self {
        Self { said: &row.user.okta, drift: row.user.drift(), active: row.user.active, document }
    }
}

/// Notes in a row what a request said of the person: what Okta's client writes is what Okta says from then on, and what
/// somebody else writes may part from it. `is` is the row's document now.
pub(super) fn note(
    request: &Request,
    before: Option<&Before<'_>>,
    row: &mut UserRow,
    is: &UserDocument,
    written: &Written,
) {
    let by_okta = request.is_from_okta();
    let mut said = before.map(|before| before.said.clone()).unwrap_or_default();
    if by_okta {
        said.known = true;
        // A PATCH of something else says nothing of it, and what was decided here meanwhile is not Okta's word.
        let decided = before.is_none_or(|before| before.active != row.user.active);
        if decided || written.includes(None, "active") {
            said.active = Some(row.user.active);
        }
    }
    said.names = match before {
        // Nobody can part from what was never said.
        Some(before) if said.active.is_some() && (by_okta || before.said.active.is_some()) => {
            names(before, is, by_okta.then_some(written))
        }
        _ => Vec::new(),
    };
    row.user.okta = said;
    row.user.note_drift(before.map(|before| before.drift).unwrap_or_default(), request.at);
}

/// The names that part from what Okta said; `written` is what it said just now.
fn names(before: &Before<'_>, is: &UserDocument, written: Option<&Written>) -> Vec<NameDrift> {
    let mut parted = Vec::new();
    for (path, top) in NAMES {
        let (was, here) = (name(before.document, path), name(is, path));
        let known = before.said.names.iter().find(|name| name.path == path);
        let okta = match written {
            Some(written) if was != here || written.includes(None, top) => here.clone(),
            _ => known.map_or(was, |name| name.okta.clone()),
        };
        let alike = match (&okta, &here) {
            // One user name is another only if more than its case differs.
            (Some(okta), Some(here)) if path == "userName" => fold(okta) == fold(here),
            (okta, here) => okta == here,
        };
        if !alike {
            parted.push(NameDrift { path: path.to_owned(), okta, here });
        }
    }
    parted
}

/// A name in a document; an empty one is none.
fn name(document: &UserDocument, path: &str) -> Option<String> {
    let attributes = document.attributes();
    let value = match path.split_once('.') {
        Some((outer, inner)) => attributes.get(outer)?.get(inner)?,
        None => attributes.get(path)?,
    };
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// What stays said of an account that another took the place of: nobody can log in with it, and that is how Okta wants it.
pub(super) fn retire(row: &mut UserRow, now: Timestamp) {
    row.user.okta.active = row.user.okta.active.map(|_| false);
    row.user.note_drift(Drift::default(), now);
}
