//! How a user is shown to a SCIM client (RFC 7643 3.1): the stored attributes, framed by what the service knows.

use std::borrow::Cow;

use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::document::UserDocument;
use super::etag::ETag;
use super::filter::Subject;
use super::projection::Projection;
use super::schema::{Place, ResourceType, user_resource_type};
use crate::model::time::Timestamp;

/// One user as a SCIM resource. Serializes as the full representation, without copying the document.
///
/// `groups` is left out: a user in no group has no value for it (RFC 7643 2.5).
#[derive(Debug, Clone)]
pub struct UserView<'a> {
    /// The user's id.
    pub id: String,
    /// Version of the stored user, shown as the ETag.
    pub version: u64,
    /// When the user was made.
    pub created: Timestamp,
    /// When the user last changed.
    pub last_modified: Timestamp,
    /// URL of `/scim/v2`, without a slash at its end.
    pub base_url: &'a str,
    /// The stored attributes.
    pub document: &'a UserDocument,
    /// Whether the person may sign in; shown in place of what the document says.
    pub active: bool,
}

impl UserView<'_> {
    /// `meta.location`, also the value of the `Location` header.
    pub fn location(&self) -> String {
        location(self.base_url, &self.id)
    }

    /// The value of the `ETag` header and of `meta.version`.
    pub fn etag(&self) -> ETag {
        ETag::of(self.version)
    }

    /// The representation, cut down to what the client asked for.
    pub fn to_json(&self, projection: &Projection) -> Value {
        let mut whole = serde_json::Map::new();
        whole.insert("schemas".to_owned(), self.schemas().into());
        whole.insert("id".to_owned(), self.id.as_str().into());
        for (name, value) in self.document.attributes() {
            whole.insert(name.clone(), value.clone());
        }
        whole.insert("active".to_owned(), self.active.into());
        whole.insert("meta".to_owned(), self.meta());
        projection.apply(Value::Object(whole), user_resource_type())
    }

    /// The representation as JSON text. Whole ones, which most answers are, are written without copying the document.
    pub fn to_text(&self, projection: &Projection) -> String {
        let whole = matches!(projection, Projection::Everything);
        let text = if whole { serde_json::to_string(self) } else { serde_json::to_string(&self.to_json(projection)) };
        // Strings and numbers always have a text; the other way of writing cannot fail.
        text.unwrap_or_else(|_| self.to_json(projection).to_string())
    }

    /// The base schema and every extension that has a value.
    fn schemas(&self) -> Vec<&'static str> {
        let kind: &'static ResourceType = user_resource_type();
        let extensions = kind.extensions.iter().map(|schema| schema.id.as_str());
        let used = extensions.filter(|urn| self.document.attributes().contains_key(*urn));
        std::iter::once(kind.schema.id.as_str()).chain(used).collect()
    }

    fn meta(&self) -> Value {
        json!({
            "resourceType": user_resource_type().name,
            "created": self.created,
            "lastModified": self.last_modified,
            "location": self.location(),
            "version": self.etag().to_string()
        })
    }
}

/// URL of the user with this id.
pub fn location(base_url: &str, id: &str) -> String {
    format!("{}{}/{id}", base_url.trim_end_matches('/'), user_resource_type().endpoint)
}

struct Meta<'a>(&'a UserView<'a>);

impl Serialize for Meta<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut meta = serializer.serialize_struct("meta", 5)?;
        meta.serialize_field("resourceType", user_resource_type().name)?;
        meta.serialize_field("created", &self.0.created)?;
        meta.serialize_field("lastModified", &self.0.last_modified)?;
        meta.serialize_field("location", &self.0.location())?;
        meta.serialize_field("version", &self.0.etag().to_string())?;
        meta.end()
    }
}

impl Serialize for UserView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut whole = serializer.serialize_map(None)?;
        whole.serialize_entry("schemas", &self.schemas())?;
        whole.serialize_entry("id", &self.id)?;
        let mut active_shown = false;
        for (name, value) in self.document.attributes() {
            if name == "active" {
                active_shown = true;
                whole.serialize_entry(name, &self.active)?;
            } else {
                whole.serialize_entry(name, value)?;
            }
        }
        if !active_shown {
            whole.serialize_entry("active", &self.active)?;
        }
        whole.serialize_entry("meta", &Meta(self))?;
        whole.end()
    }
}

impl Subject for UserView<'_> {
    fn attribute(&self, place: Place, name: &str) -> Option<Cow<'_, Value>> {
        let attributes = self.document.attributes();
        match (place, name) {
            (Place::Extension(urn), _) => attributes.get(urn)?.get(name).map(Cow::Borrowed),
            (Place::Core, "id") => Some(Cow::Owned(self.id.as_str().into())),
            (Place::Core, "active") => Some(Cow::Owned(self.active.into())),
            (Place::Core, "schemas") => Some(Cow::Owned(self.schemas().into())),
            (Place::Core, "meta") => Some(Cow::Owned(self.meta())),
            (Place::Core, _) => attributes.get(name).map(Cow::Borrowed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::filter::Filter;
    use super::super::schema::{COMMON_ROOM_URN, ENTERPRISE_USER_URN, USER_URN};
    use super::*;

    fn document() -> UserDocument {
        let body = json!({
            "schemas": [USER_URN, ENTERPRISE_USER_URN],
            "userName": "Ada.Moreno@harbor.example",
            "externalId": "00u7ab2cdEFGhij8x5d7",
            "name": {"givenName": "Ada"},
            "active": true,
            "roles": "Editor",
            ENTERPRISE_USER_URN: {"department": "Data"}
        });
        UserDocument::create(body).unwrap().0
    }

    fn view(document: &UserDocument) -> UserView<'_> {
        UserView {
            id: "01992f3e".to_owned(),
            version: 3,
            created: Timestamp::from_millis(1_788_249_600_000),
            last_modified: Timestamp::from_millis(1_788_249_600_120),
            base_url: "https://harbor.example/scim/v2",
            document,
            active: false,
        }
    }

    #[test]
    fn the_representation_is_framed_and_says_whether_the_person_may_sign_in() {
        let document = document();
        let expected = json!({
            "schemas": [USER_URN, ENTERPRISE_USER_URN],
            "id": "01992f3e",
            "userName": "Ada.Moreno@harbor.example",
            "externalId": "00u7ab2cdEFGhij8x5d7",
            "name": {"givenName": "Ada"},
            "active": false,
            "roles": "Editor",
            ENTERPRISE_USER_URN: {"department": "Data"},
            "meta": {
                "resourceType": "User",
                "created": "2026-09-01T08:00:00.000Z",
                "lastModified": "2026-09-01T08:00:00.120Z",
                "location": "https://harbor.example/scim/v2/Users/01992f3e",
                "version": "W/\"3\""
            }
        });
        assert_eq!(view(&document).to_json(&Projection::Everything), expected);
        assert_eq!(serde_json::to_string(&view(&document)).unwrap(), expected.to_string());
    }

    #[test]
    fn a_projection_applies_and_the_version_stays() {
        let document = document();
        let only = Projection::parse(Some("userName"), None).unwrap();
        let shown = view(&document).to_json(&only);
        assert!(shown.get("userName").is_some() && shown.get("meta").is_none(), "{shown}");
        assert_eq!(view(&document).etag().to_string(), "W/\"3\"");
    }

    #[test]
    fn filters_see_what_is_shown() {
        let document = document();
        for (filter, expected) in [
            ("id eq \"01992f3e\"", true),
            ("active eq false", true),
            ("meta.created lt \"2026-09-01T10:00:00.001+02:00\"", true),
            ("meta.lastModified gt \"2026-09-01T08:00:00.120\"", false),
            ("meta.resourceType eq \"User\"", true),
            ("roles eq \"editor\"", true),
            ("roles[value eq \"owner\"]", false),
            ("groups pr", false),
        ] {
            let parsed = Filter::parse(filter, user_resource_type()).unwrap();
            assert_eq!(parsed.matches(&view(&document)), expected, "{filter}");
        }
        let enterprise = format!("schemas eq \"{ENTERPRISE_USER_URN}\" and not (schemas eq \"{COMMON_ROOM_URN}\")");
        assert!(Filter::parse(&enterprise, user_resource_type()).unwrap().matches(&view(&document)));
    }
}
