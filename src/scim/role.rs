//! The role a document claims, in every form in which Okta can be made to send it.

use serde_json::{Map, Value};

use super::document::UserDocument;
use super::error::ScimError;
use super::schema::{COMMON_ROOM_ROLE, COMMON_ROOM_URN};
use crate::model::role::Role;

/// How a role came over the wire, which follows from the External name and namespace typed into Okta's Profile Editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoleForm {
    /// `"roles": [{"primary": true, "value": "editor"}]`, from `roles.^[primary==true].value`.
    PrimaryEntry,
    /// `"roles": [{"type": "base", "value": "editor"}]`, from `roles.^[type=='base'].value`.
    TypedEntry,
    /// `"roles": [{"value": "editor"}]`.
    Entry,
    /// `"roles": ["editor"]`, from an attribute of type string array.
    Texts,
    /// `"roles": "editor"`, from an attribute of type string.
    Text,
    /// `"commonRoomRole": "editor"` at the top level.
    CommonRoomRole,
    /// `role` in the extension of this service.
    Extension,
}

/// One place where a document names a role.
#[derive(PartialEq, Eq)]
struct Candidate<'a> {
    text: &'a str,
    form: RoleForm,
}

/// The role the document asks for; nothing when it names none or only blanks.
///
/// Of several, the entry marked primary counts. Without one, it is the entry that differs from `stored` (the role Okta
/// pushed before), since Okta appends a changed role to the one it read here; of several such, the last.
///
/// `invalidValue` when the text that counts is none of owner, editor, viewer.
pub fn claim(document: &UserDocument, stored: Option<Role>) -> Result<Option<Role>, ScimError> {
    let candidates = candidates(document.attributes());
    if let Some(primary) = candidates.iter().find(|candidate| candidate.form == RoleForm::PrimaryEntry) {
        return read(primary.text).map(Some);
    }
    let roles = candidates.iter().map(|candidate| read(candidate.text)).collect::<Result<Vec<_>, _>>()?;
    Ok(roles.iter().rev().find(|role| Some(**role) != stored).or(roles.first()).copied())
}

/// Whether two states of a user name their roles alike, so that the later one says nothing new: Okta leaves the old role
/// beside the new one and sends both back with every push.
pub fn same_claim(before: &UserDocument, after: &UserDocument) -> bool {
    candidates(before.attributes()) == candidates(after.attributes())
}

/// The forms in which the document names a role, each once, in the order in which they are looked at.
pub fn forms(document: &UserDocument) -> Vec<RoleForm> {
    let mut forms = Vec::new();
    for candidate in candidates(document.attributes()) {
        if !forms.contains(&candidate.form) {
            forms.push(candidate.form);
        }
    }
    forms
}

/// Whether attributes in canonical form name a role at all.
pub(super) fn is_claimed(attributes: &Map<String, Value>) -> bool {
    !candidates(attributes).is_empty()
}

fn read(text: &str) -> Result<Role, ScimError> {
    text.parse().map_err(|_| {
        let shown: String = text.chars().take(60).collect();
        ScimError::invalid_value(format!(
            "{shown:?} is not a role of this workspace: the roles are owner, editor and viewer. In Okta open Directory > \
             Profile Editor > the app's User profile > Common Room Role, tick Define enumerated list of values and enter \
             exactly owner, editor, viewer; choose one of them on the assignment, then Dashboard > Tasks > Retry Selected."
        ))
    })
}

fn candidates(attributes: &Map<String, Value>) -> Vec<Candidate<'_>> {
    let mut found = Vec::new();
    match attributes.get("roles") {
        Some(Value::String(text)) => found.push(Candidate { text, form: RoleForm::Text }),
        Some(Value::Array(list)) => found.extend(list.iter().filter_map(entry)),
        _ => {}
    }
    if let Some(Value::String(text)) = attributes.get(COMMON_ROOM_ROLE) {
        found.push(Candidate { text, form: RoleForm::CommonRoomRole });
    }
    if let Some(Value::String(text)) = attributes.get(COMMON_ROOM_URN).and_then(|extension| extension.get("role")) {
        found.push(Candidate { text, form: RoleForm::Extension });
    }
    found.retain(|candidate| !candidate.text.trim().is_empty());
    found
}

fn entry(item: &Value) -> Option<Candidate<'_>> {
    match item {
        Value::String(text) => Some(Candidate { text, form: RoleForm::Texts }),
        Value::Object(parts) => {
            let text = parts.get("value")?.as_str()?;
            let form = if parts.get("primary") == Some(&Value::Bool(true)) {
                RoleForm::PrimaryEntry
            } else if parts.contains_key("type") {
                RoleForm::TypedEntry
            } else {
                RoleForm::Entry
            };
            Some(Candidate { text, form })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::document::Reading;
    use super::super::schema::USER_URN;
    use super::*;

    fn user(attributes: Value) -> UserDocument {
        let mut body = json!({"schemas": [USER_URN], "userName": "lin@harbor.example"});
        for (name, value) in attributes.as_object().unwrap() {
            body[name] = value.clone();
        }
        UserDocument::create(body, &Reading::default()).unwrap().0
    }

    #[test]
    fn every_form_is_read_and_recognised() {
        for (attributes, form) in [
            (json!({"roles": [{"primary": true, "value": " EDITOR "}]}), RoleForm::PrimaryEntry),
            (json!({"roles": [{"type": "base", "value": "editor"}]}), RoleForm::TypedEntry),
            (json!({"roles": [{"value": "Editor", "display": "Editor"}]}), RoleForm::Entry),
            (json!({"roles": ["editor"]}), RoleForm::Texts),
            (json!({"roles": "editor\n"}), RoleForm::Text),
            (json!({"commonRoomRole": "Editor"}), RoleForm::CommonRoomRole),
            (json!({COMMON_ROOM_URN: {"role": "eDITOR"}}), RoleForm::Extension),
            (json!({USER_URN: {"roles": ["editor"]}}), RoleForm::Texts),
        ] {
            let document = user(attributes);
            assert_eq!(claim(&document, None), Ok(Some(Role::Editor)), "{form:?}");
            assert_eq!(forms(&document), [form]);
        }
    }

    #[test]
    fn no_role_is_no_claim() {
        for attributes in [
            json!({}),
            json!({"roles": []}),
            json!({"roles": [{"primary": true, "value": ""}]}),
            json!({"roles": "", "commonRoomRole": " "}),
            json!({"roles": [{"primary": true, "value": " "}]}),
        ] {
            let document = user(attributes);
            assert_eq!(claim(&document, Some(Role::Owner)), Ok(None));
            assert!(forms(&document).is_empty());
        }
    }

    #[test]
    fn of_two_roles_the_primary_counts_and_else_the_new_one() {
        let primary = user(json!({"roles": [{"value": "owner"}, {"primary": true, "value": "viewer"}]}));
        assert_eq!(claim(&primary, Some(Role::Viewer)), Ok(Some(Role::Viewer)));
        let appended = user(json!({"roles": [{"type": "a", "value": "viewer"}, {"type": "b", "value": "editor"}]}));
        assert_eq!(claim(&appended, Some(Role::Viewer)), Ok(Some(Role::Editor)));
        assert_eq!(claim(&appended, Some(Role::Editor)), Ok(Some(Role::Viewer)));
        assert_eq!(claim(&appended, None), Ok(Some(Role::Editor)));
        let same = user(json!({"roles": ["Viewer"], "commonRoomRole": "viewer"}));
        assert_eq!(claim(&same, Some(Role::Viewer)), Ok(Some(Role::Viewer)));
        assert_eq!(forms(&same), [RoleForm::Texts, RoleForm::CommonRoomRole]);
    }

    #[test]
    fn an_unknown_role_is_refused_with_the_remedy() {
        let error = claim(&user(json!({"roles": [{"value": "admin"}]})), None).unwrap_err();
        assert_eq!(error.scim_type.map(|kind| kind.as_str()), Some("invalidValue"));
        for part in ["\"admin\"", "owner, editor and viewer", "Profile Editor", "enumerated list"] {
            assert!(error.detail.contains(part), "{error}");
        }
    }
}
