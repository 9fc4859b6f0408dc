//! How a resource is shown to a SCIM client (RFC 7643 3.1): the stored attributes, framed by what the service knows.

use std::borrow::Cow;

use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::etag::ETag;
use super::filter::Subject;
use super::projection::{Projection, Written};
use super::schema::{Place, ResourceType};
use super::undeclared;
use crate::model::{group::MemberKind, id::ResourceId, time::Timestamp};

/// One resource as SCIM shows it. Serializes as the full representation, without copying the document.
#[derive(Debug, Clone)]
pub struct ResourceView<'a> {
    /// What it is.
    pub kind: &'static ResourceType,
    /// Its id.
    pub id: String,
    /// Version of the stored row, shown as the ETag.
    pub version: u64,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub last_modified: Timestamp,
    /// URL of `/scim/v2`, without a slash at its end.
    pub base_url: &'a str,
    /// The stored attributes.
    pub attributes: &'a Map<String, Value>,
    /// Attributes that the service knows better than the document, in the table's spelling: whether a user is active, the
    /// groups a user is in, the members of a group.
    pub computed: Vec<(&'static str, Value)>,
}

impl ResourceView<'_> {
    /// `meta.location`, also the value of the `Location` header.
    pub fn location(&self) -> String {
        location(self.base_url, self.kind, &self.id)
    }

    /// The value of the `ETag` header and of `meta.version`.
    pub fn etag(&self) -> ETag {
        ETag::of(self.version)
    }

    /// The representation, cut down to what the client asked for.
    pub fn to_json(&self, projection: &Projection, written: &Written) -> Value {
        let mut whole = Map::new();
        whole.insert("schemas".to_owned(), self.schemas().into());
        whole.insert("id".to_owned(), self.id.as_str().into());
        for (name, value) in self.seen() {
            whole.insert(name.clone(), value.into_owned());
        }
        for (name, value) in &self.computed {
            whole.insert((*name).to_owned(), value.clone());
        }
        whole.insert("meta".to_owned(), self.meta());
        projection.apply(Value::Object(whole), self.kind, written)
    }

    /// The representation as JSON text. Whole ones, which most answers are, are written without copying the document.
    pub fn to_text(&self, projection: &Projection, written: &Written) -> String {
        let whole = matches!(projection, Projection::Everything) && !self.kind.shows_on_request;
        let shown = || self.to_json(projection, written);
        let text = if whole { serde_json::to_string(self) } else { serde_json::to_string(&shown()) };
        // Strings and numbers always have a text; the other way of writing cannot fail.
        text.unwrap_or_else(|_| shown().to_string())
    }

    /// The base schema and every extension that has a value.
    fn schemas(&self) -> Vec<&'static str> {
        let extensions = self.kind.extensions.iter().map(|schema| schema.id.as_str());
        let used = extensions.filter(|urn| {
            self.attributes.get(*urn).is_some_and(|value| undeclared::shown(self.kind, urn, value).is_some())
        });
        std::iter::once(self.kind.schema.id.as_str()).chain(used).collect()
    }

    fn meta(&self) -> Value {
        json!({
            "resourceType": self.kind.name,
            "created": self.created,
            "lastModified": self.last_modified,
            "location": self.location(),
            "version": self.etag().to_string()
        })
    }

    /// The stored attributes that a schema declares.
    fn seen(&self) -> impl Iterator<Item = (&String, Cow<'_, Value>)> {
        self.attributes.iter().filter_map(|(name, value)| Some((name, undeclared::shown(self.kind, name, value)?)))
    }

    fn computed(&self, name: &str) -> Option<&Value> {
        self.computed.iter().find(|(computed, _)| *computed == name).map(|(_, value)| value)
    }
}

/// URL of the resource with this id.
pub fn location(base_url: &str, kind: &ResourceType, id: &str) -> String {
    format!("{}{}/{id}", base_url.trim_end_matches('/'), kind.endpoint)
}

/// A group's member as its representation lists it (RFC 7643 4.2).
pub fn member(base_url: &str, id: ResourceId, kind: MemberKind) -> Value {
    let id = id.to_string();
    let endpoint = match kind {
        MemberKind::User => "/Users",
        MemberKind::Group => "/Groups",
    };
    json!({
        "$ref": format!("{}{endpoint}/{id}", base_url.trim_end_matches('/')),
        "value": id,
        "type": kind.as_str()
    })
}

/// A group as it is listed among those that a user is in (RFC 7643 4.1.2).
pub fn membership(base_url: &str, id: &str, name: &str, direct: bool) -> Value {
    json!({
        "value": id,
        "$ref": format!("{}/Groups/{id}", base_url.trim_end_matches('/')),
        "display": name,
        "type": if direct { "direct" } else { "indirect" }
    })
}

struct Meta<'a>(&'a ResourceView<'a>);

impl Serialize for Meta<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut meta = serializer.serialize_struct("meta", 5)?;
        meta.serialize_field("resourceType", self.0.kind.name.as_str())?;
        meta.serialize_field("created", &self.0.created)?;
        meta.serialize_field("lastModified", &self.0.last_modified)?;
        meta.serialize_field("location", &self.0.location())?;
        meta.serialize_field("version", &self.0.etag().to_string())?;
        meta.end()
    }
}

impl Serialize for ResourceView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut whole = serializer.serialize_map(None)?;
        whole.serialize_entry("schemas", &self.schemas())?;
        whole.serialize_entry("id", &self.id)?;
        for (name, value) in self.seen() {
            whole.serialize_entry(name, self.computed(name).unwrap_or(&value))?;
        }
        for (name, value) in &self.computed {
            if !self.attributes.contains_key(*name) {
                whole.serialize_entry(name, value)?;
            }
        }
        whole.serialize_entry("meta", &Meta(self))?;
        whole.end()
    }
}

impl Subject for ResourceView<'_> {
    fn attribute(&self, place: Place, name: &str) -> Option<Cow<'_, Value>> {
        match (place, name) {
            (Place::Extension(urn), _) => self.attributes.get(urn)?.get(name).map(Cow::Borrowed),
            (Place::Core, "id") => Some(Cow::Owned(self.id.as_str().into())),
            (Place::Core, "schemas") => Some(Cow::Owned(self.schemas().into())),
            (Place::Core, "meta") => Some(Cow::Owned(self.meta())),
            (Place::Core, _) => self.computed(name).or_else(|| self.attributes.get(name)).map(Cow::Borrowed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::{Reading, UserDocument};
    use super::super::filter::Filter;
    use super::super::schema::{COMMON_ROOM_URN, ENTERPRISE_USER_URN, USER_URN, user_resource_type};
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
        UserDocument::create(body, &Reading::default()).unwrap().0
    }

    fn view(document: &UserDocument) -> ResourceView<'_> {
        ResourceView {
            kind: user_resource_type(),
            id: "01992f3e".to_owned(),
            version: 3,
            created: Timestamp::from_millis(1_788_249_600_000),
            last_modified: Timestamp::from_millis(1_788_249_600_120),
            base_url: "https://harbor.example/scim/v2",
            attributes: document.attributes(),
            computed: vec![
                ("active", false.into()),
                ("groups", json!([membership("https://harbor.example/scim/v2", "ab12", "Editors", true)])),
            ],
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
            "groups": [{
                "value": "ab12",
                "$ref": "https://harbor.example/scim/v2/Groups/ab12",
                "display": "Editors",
                "type": "direct"
            }],
            "meta": {
                "resourceType": "User",
                "created": "2026-09-01T08:00:00.000Z",
                "lastModified": "2026-09-01T08:00:00.120Z",
                "location": "https://harbor.example/scim/v2/Users/01992f3e",
                "version": "W/\"3\""
            }
        });
        assert_eq!(view(&document).to_json(&Projection::Everything, &Written::Nothing), expected);
        assert_eq!(serde_json::to_string(&view(&document)).unwrap(), expected.to_string());
    }

    #[test]
    fn a_projection_applies_and_the_version_stays() {
        let document = document();
        let only = Projection::parse(Some("userName"), None).unwrap();
        let shown = view(&document).to_json(&only, &Written::Nothing);
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
            ("groups pr", true),
            ("groups.display eq \"editors\"", true),
        ] {
            let parsed = Filter::parse(filter, user_resource_type()).unwrap();
            assert_eq!(parsed.matches(&view(&document)), expected, "{filter}");
        }
        let enterprise = format!("schemas eq \"{ENTERPRISE_USER_URN}\" and not (schemas eq \"{COMMON_ROOM_URN}\")");
        assert!(Filter::parse(&enterprise, user_resource_type()).unwrap().matches(&view(&document)));
    }
}
