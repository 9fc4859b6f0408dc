//! The attributes of one group as they are stored, and the members that its body names.

use serde_json::{Map, Value};

use super::super::{error::ScimError, schema::ResourceType, undeclared};
use super::{Notes, Reading, StoredDocumentError, immutable, intake, stored_attributes, stored_text};

/// The stored attributes of one group. Its members are rows and not among them.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupDocument {
    attributes: Map<String, Value>,
}

impl GroupDocument {
    /// Reads a body of `POST` or `PUT` (RFC 7644 3.3, 3.5.1), and the ids of its members, each once, in the order sent. Whether
    /// anybody has these ids is for somebody else to say.
    ///
    /// Errors as for users; `invalidValue` also for a member without `value`.
    pub fn create(body: Value, reading: &Reading<'_>) -> Result<(Self, Vec<String>, Notes), ScimError> {
        let mut notes = Notes::of(reading);
        let mut attributes = intake::attributes(reading.kind, body, &mut notes)?;
        let members = match attributes.shift_remove("members") {
            Some(Value::Array(list)) => member_ids(&list)?,
            _ => Vec::new(),
        };
        Ok((Self { attributes }, members, notes))
    }

    /// This document, as [`Self::create`] read it from a body of `PUT /Groups/{id}` (RFC 7644 3.5.1), in place of one
    /// that is stored.
    pub fn in_place_of(mut self, stored: &Self, kind: &'static ResourceType) -> Result<Self, ScimError> {
        immutable::keep(kind, &stored.attributes, &mut self.attributes)?;
        undeclared::keep(kind, &stored.attributes, &mut self.attributes);
        Ok(self)
    }

    /// Reads what [`Self::to_stored`] wrote.
    pub fn from_stored(text: &str) -> Result<Self, StoredDocumentError> {
        Ok(Self { attributes: stored_attributes(text, "displayName")? })
    }

    /// The document as JSON text.
    pub fn to_stored(&self) -> String {
        stored_text(&self.attributes)
    }

    /// A document of attributes that are canonical already; nothing without a `displayName`.
    pub(in super::super) fn from_attributes(attributes: Map<String, Value>) -> Option<Self> {
        attributes.get("displayName").is_some_and(Value::is_string).then_some(Self { attributes })
    }

    /// The attributes in the table's spelling.
    pub fn attributes(&self) -> &Map<String, Value> {
        &self.attributes
    }

    /// `displayName` as sent.
    pub fn display_name(&self) -> &str {
        self.attributes.get("displayName").and_then(Value::as_str).unwrap_or_default()
    }

    /// `externalId`.
    pub fn external_id(&self) -> Option<&str> {
        self.attributes.get("externalId").and_then(Value::as_str)
    }
}

/// The ids that canonical members name, each once.
pub(in super::super) fn member_ids(members: &[Value]) -> Result<Vec<String>, ScimError> {
    let mut seen = std::collections::HashSet::with_capacity(members.len());
    let mut ids = Vec::with_capacity(members.len());
    for member in members {
        let Some(id) = member.get("value").and_then(Value::as_str) else {
            return Err(ScimError::invalid_value(
                "A member of the group has no value. Send the id of a user or group, as in \
                 \"members\": [{\"value\": \"<id>\"}].",
            ));
        };
        if seen.insert(id) {
            ids.push(id.to_owned());
        }
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::schema::{GROUP_URN, group_resource_type};
    use super::*;

    fn create(body: Value) -> Result<(GroupDocument, Vec<String>), ScimError> {
        GroupDocument::create(body, &Reading::lenient(group_resource_type()))
            .map(|(group, members, _)| (group, members))
    }

    #[test]
    fn members_stand_apart_from_the_document() {
        let (group, members) = create(json!({
            "schemas": [GROUP_URN],
            "displayName": "APP-Harbor-Editors",
            "externalId": "00g1",
            "members": [
                {"value": "5b0e", "display": "li.wei@harbor.example"},
                {"value": "77c1", "type": "User", "$ref": "https://harbor.example/scim/v2/Users/77c1"},
                {"value": "5b0e"},
            ],
        }))
        .unwrap();
        assert_eq!(members, ["5b0e", "77c1"]);
        assert_eq!(group.display_name(), "APP-Harbor-Editors");
        assert_eq!(group.external_id(), Some("00g1"));
        assert_eq!(GroupDocument::from_stored(&group.to_stored()).unwrap(), group);
        assert!(!group.attributes().contains_key("members"));
    }

    #[test]
    fn a_group_needs_a_name_and_a_member_an_id() {
        let without_name = create(json!({"schemas": [GROUP_URN], "displayName": " "})).unwrap_err();
        assert!(without_name.detail.contains("displayName"), "{without_name}");
        assert!(without_name.detail.contains("Push Groups"), "{without_name}");
        let body = json!({"schemas": [GROUP_URN], "displayName": "A", "members": [{"type": "User"}, {"$ref": "x"}]});
        assert_eq!(create(body).unwrap_err().status, 400);
    }

    #[test]
    fn very_many_members_are_taken() {
        let members: Vec<Value> = (0..5_000).map(|n| json!({"value": n.to_string()})).collect();
        let (_, ids) = create(json!({"schemas": [GROUP_URN], "displayName": "Everyone", "members": members})).unwrap();
        assert_eq!(ids.len(), 5_000);
    }
}
