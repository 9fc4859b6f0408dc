//! The role a document claims, in every form in which Okta can be made to send it.

use serde_json::{Map, Value, json};

use super::document::{Reading, UserDocument};
use super::error::ScimError;
use super::patch::PatchRequest;
use super::schema::{COMMON_ROOM_ROLE, COMMON_ROOM_URN};
use crate::model::role::Role;
use crate::model::role_attribute::{RoleForm, SentRole};

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

/// The roles that the document names, each as it was sent, in the order in which they are looked at.
pub fn sent(document: &UserDocument) -> Vec<SentRole> {
    let candidates = candidates(document.attributes()).into_iter();
    candidates.map(|candidate| SentRole { form: candidate.form, value: candidate.text.to_owned() }).collect()
}

/// The same of the body of a write to a user as it was recorded: a whole profile, or a PATCH, of which the operations are
/// carried out over nobody with this id. None where it cannot be read, or where a PATCH says nothing of the role.
pub fn sent_in(method: &str, id: &str, body: Value, reading: &Reading<'_>) -> Option<Vec<SentRole>> {
    if !method.eq_ignore_ascii_case("PATCH") {
        return UserDocument::create(body, reading).ok().map(|(document, _)| sent(&document));
    }
    let patch = PatchRequest::parse(body, reading).ok().filter(|patch| patch.notes().role_sent)?;
    let nobody = json!({"schemas": [&reading.kind.schema.id], "userName": "nobody"});
    let (nobody, _) = UserDocument::create(nobody, reading).ok()?;
    patch.apply(id, &nobody).ok().map(|document| sent(&document))
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
    use super::super::schema::USER_URN;
    use super::*;

    fn forms(document: &UserDocument) -> Vec<RoleForm> {
        sent(document).into_iter().map(|role| role.form).collect()
    }

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
    fn a_recorded_body_says_what_it_carried() {
        let read = |method: &str, body: Value| sent_in(method, "5b0e", body, &Reading::default());
        let role = |form, value: &str| SentRole { form, value: value.to_owned() };
        let profile = json!({"schemas": [USER_URN], "userName": "lin@harbor.example", "roles": "Editor"});
        assert_eq!(read("PUT", profile.clone()), Some(vec![role(RoleForm::Text, "Editor")]));
        assert_eq!(read("POST", json!({"schemas": [USER_URN], "userName": "lin@harbor.example"})), Some(Vec::new()));
        assert_eq!(read("POST", json!({"roles": "editor"})), None, "no user at all");
        let patch = |operation: Value| {
            let urn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
            read("PATCH", json!({"schemas": [urn], "Operations": [operation]}))
        };
        let whole = json!({"op": "replace", "value": {"id": "5b0e", "roles": [{"primary": true, "value": "owner"}]}});
        assert_eq!(patch(whole), Some(vec![role(RoleForm::PrimaryEntry, "owner")]));
        let at_path = json!({"op": "replace", "path": "commonRoomRole", "value": "boss"});
        assert_eq!(patch(at_path), Some(vec![role(RoleForm::CommonRoomRole, "boss")]));
        assert_eq!(patch(json!({"op": "replace", "value": {"active": false}})), None);
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
