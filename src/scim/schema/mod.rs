//! The attribute table (RFC 7643 2 and 7): what attributes exist, of what kind, and who may do what with them.
//!
//! Everything in this layer that needs to know an attribute asks this table, and `/Schemas` publishes it, so what is
//! advertised is what is done.

use std::{fmt, sync::LazyLock};

use serde::{Deserialize, Serialize};

mod base;
mod builder;
mod declared;
mod group;
mod role;
mod user;

#[cfg(test)]
mod tests;

pub use declared::{Declaration, DeclarationError};

/// URI of the core User schema (RFC 7643 4.1).
pub const USER_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// URI of the Enterprise User extension (RFC 7643 4.3).
pub const ENTERPRISE_USER_URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// URI of the extension that carries the role.
pub const COMMON_ROOM_URN: &str = "urn:ietf:params:scim:schemas:extension:commonroom:2.0:User";
/// URI of the core Group schema (RFC 7643 4.2).
pub const GROUP_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// URI of the schema under which Okta's entitlement management reads roles (okta-traffic 6.3).
pub const ROLE_URN: &str = "urn:okta:scim:schemas:core:1.0:Role";
/// URI of a Schema resource (RFC 7643 7).
pub const SCHEMA_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";
/// URI of a ResourceType resource (RFC 7643 6).
pub const RESOURCE_TYPE_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
/// URI of the service provider's configuration (RFC 7643 5).
pub const SERVICE_PROVIDER_CONFIG_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
/// URI of a list or query answer (RFC 7644 3.4.2).
pub const LIST_RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// URI of a PATCH body (RFC 7644 3.5.2).
pub const PATCH_OP_URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// Name under which some Okta set-ups send the role at the top level of a user.
pub const COMMON_ROOM_ROLE: &str = "commonRoomRole";

/// Data type of an attribute (RFC 7643 2.3; `binary` by erratum 8415).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A number with a fraction.
    Decimal,
    /// A whole number.
    Integer,
    /// `xsd:dateTime`.
    DateTime,
    /// Base64 text.
    Binary,
    /// A URI.
    Reference,
    /// An object of sub-attributes.
    Complex,
}

/// Who may write an attribute (RFC 7643 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mutability {
    /// Set by this service only; ignored in POST and PUT, refused in PATCH.
    ReadOnly,
    /// Read and written by clients.
    ReadWrite,
    /// Written once; from then on only what it is already.
    Immutable,
    /// Written, never shown.
    WriteOnly,
}

/// When an attribute is shown (RFC 7643 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Returned {
    /// In every representation.
    Always,
    /// In none.
    Never,
    /// Unless a client asks for less.
    Default,
    /// Only when a client asks for it.
    Request,
}

/// Whether two resources may share a value (RFC 7643 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Uniqueness {
    /// Any number of resources may.
    None,
    /// No two resources of this service may.
    Server,
}

/// One attribute or sub-attribute; serializes as RFC 7643 7 describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    /// Name in the spelling that answers use.
    pub name: String,
    /// Data type.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Whether it holds a list.
    pub multi_valued: bool,
    /// One sentence for the reader of `/Schemas`.
    pub description: String,
    /// Whether a resource must have it.
    pub required: bool,
    /// Suggested values; others are accepted and kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub canonical_values: Vec<String>,
    /// Whether values differ by case.
    pub case_exact: bool,
    /// Who may write it.
    pub mutability: Mutability,
    /// When it is shown.
    pub returned: Returned,
    /// Whether values are unique; complex attributes have none (erratum 6004).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uniqueness: Option<Uniqueness>,
    /// What a reference may point to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reference_types: Vec<String>,
    /// Parts of a complex attribute.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sub_attributes: Vec<Attribute>,
    /// Whether plain texts stand for `{"value": text}`: Okta sends `"roles": "editor"` and `"roles": ["editor"]` when
    /// its admin made the attribute a string or a string array. Not published.
    #[serde(skip)]
    pub plain_texts: bool,
    /// Whether the values are kept as rows of their own rather than in the document, because there may be very many: the
    /// members of a group. Not published.
    #[serde(skip)]
    pub as_rows: bool,
    /// Whether the service supplies the value of a required attribute that a client leaves out. Not published.
    #[serde(skip)]
    pub supplied: bool,
}

impl Attribute {
    /// The sub-attribute of this name, in any case.
    pub fn sub_attribute(&self, name: &str) -> Option<&Attribute> {
        find(&self.sub_attributes, name)
    }

    /// Whether it is an object of sub-attributes.
    pub fn is_complex(&self) -> bool {
        self.kind == Kind::Complex
    }
}

/// A set of attributes under a URI (RFC 7643 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Schema {
    /// The URI.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// One sentence for the reader of `/Schemas`.
    pub description: String,
    /// The table itself.
    pub attributes: Vec<Attribute>,
}

impl Schema {
    /// The attribute of this name, in any case.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        find(&self.attributes, name)
    }
}

/// The name of a kind of resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum TypeName {
    /// A person.
    User,
    /// A group.
    Group,
    /// A role that a person can have.
    Role,
}

impl TypeName {
    /// As written on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::Role => "Role",
        }
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A kind of resource: its endpoint, its schema and its extensions (RFC 7643 6).
#[derive(Debug, PartialEq)]
pub struct ResourceType {
    /// Name, also the value of `meta.resourceType`.
    pub name: TypeName,
    /// Path below the base URL, with its slash.
    pub endpoint: &'static str,
    /// One sentence for the reader of `/ResourceTypes`.
    pub description: &'static str,
    /// The schema every resource of this kind has.
    pub schema: &'static Schema,
    /// Extensions a resource of this kind may have; none is required.
    pub extensions: Vec<&'static Schema>,
    /// Attributes taken at the top level that no schema publishes: names Okta's admins use for the role.
    pub unlisted: Vec<Attribute>,
    /// Whether it has an attribute that is shown on request only.
    pub shows_on_request: bool,
    /// The click in Okta that mends an attribute sent in another way than declared, as a sentence behind a blank; empty
    /// where Okta's admin decides nothing about attributes.
    pub cure: &'static str,
}

impl ResourceType {
    /// The extension with this URI, in any case (RFC 7644 3.10).
    pub fn extension(&self, urn: &str) -> Option<&'static Schema> {
        self.extensions.iter().copied().find(|schema| schema.id.eq_ignore_ascii_case(urn))
    }

    /// A top-level attribute, in any case: of the schema, common to all resources (RFC 7643 3.1), or unlisted.
    pub fn attribute(&'static self, name: &str) -> Option<&'static Attribute> {
        self.schema
            .attribute(name)
            .or_else(|| find(base::common_attributes(), name))
            .or_else(|| find(&self.unlisted, name))
    }

    /// Where an attribute sits and what it is; without `urn`, or with the core URI, at the top level.
    pub fn locate(&'static self, urn: Option<&str>, name: &str) -> Option<(Place, &'static Attribute)> {
        match urn {
            Some(urn) if !urn.eq_ignore_ascii_case(&self.schema.id) => {
                let extension = self.extension(urn)?;
                extension.attribute(name).map(|attribute| (Place::Extension(&extension.id), attribute))
            }
            _ => self.attribute(name).map(|attribute| (Place::Core, attribute)),
        }
    }
}

/// Where an attribute sits in a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At the top level.
    Core,
    /// In the object under this extension URI.
    Extension(&'static str),
}

fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// Every kind of resource that a service has. Part of the table may come from its operator, so there can be several; each
/// lives as long as the process, because whatever was judged against it refers to it.
#[derive(Debug)]
pub struct ResourceTypes {
    /// `/Users`.
    pub user: ResourceType,
    /// `/Groups`.
    pub group: ResourceType,
    /// `/Roles`: read only, for Okta's entitlement discovery.
    pub role: ResourceType,
}

impl ResourceTypes {
    /// Those of a service whose operator declared nothing.
    pub fn standard() -> &'static Self {
        static STANDARD: LazyLock<ResourceTypes> = LazyLock::new(|| ResourceTypes::extended(Vec::new(), Vec::new()));
        &STANDARD
    }

    /// Those of a service whose operator declared extensions. What is made here stays for the life of the process, so it
    /// is meant for its start.
    ///
    /// # Errors
    /// A declaration cannot be honoured; the sentence says which and why.
    pub fn with(declarations: &[Declaration]) -> Result<&'static Self, DeclarationError> {
        if declarations.is_empty() {
            return Ok(Self::standard());
        }
        let (users, groups) = declared::schemas(declarations)?;
        let keep = |schemas: Vec<Schema>| schemas.into_iter().map(|schema| &*Box::leak(Box::new(schema))).collect();
        Ok(Box::leak(Box::new(Self::extended(keep(users), keep(groups)))))
    }

    fn extended(users: Vec<&'static Schema>, groups: Vec<&'static Schema>) -> Self {
        let own = [enterprise_user_schema(), common_room_schema()];
        Self {
            user: ResourceType {
                name: TypeName::User,
                endpoint: "/Users",
                description: "People that Okta provisions into the workspace.",
                schema: user_schema(),
                shows_on_request: on_request(&users),
                cure: " In Okta open Directory > Profile Editor > the app's User profile and check the attribute's type, \
                       External name and External namespace.",
                extensions: own.into_iter().chain(users).collect(),
                unlisted: vec![user::unlisted_role()],
            },
            group: ResourceType {
                name: TypeName::Group,
                endpoint: "/Groups",
                description: "Groups that Okta pushes into the workspace.",
                schema: group_schema(),
                shows_on_request: on_request(&groups),
                cure: "",
                extensions: groups,
                unlisted: Vec::new(),
            },
            role: ResourceType {
                name: TypeName::Role,
                endpoint: "/Roles",
                description: "Roles that a person can have in the workspace.",
                schema: role_schema(),
                extensions: Vec::new(),
                unlisted: Vec::new(),
                shows_on_request: false,
                cure: "",
            },
        }
    }

    /// All of them, in the order in which they are published.
    pub const fn all(&'static self) -> [&'static ResourceType; 3] {
        [&self.user, &self.group, &self.role]
    }
}

/// Only what an operator declares can be shown on request; nothing in the schemas of this service is.
fn on_request(declared: &[&Schema]) -> bool {
    declared.iter().flat_map(|schema| &schema.attributes).any(|attribute| attribute.returned == Returned::Request)
}

macro_rules! builtin_schemas {
    ($($(#[$doc:meta])* $name:ident = $table:path;)+) => {
        $($(#[$doc])*
        pub fn $name() -> &'static Schema {
            static SCHEMA: LazyLock<Schema> = LazyLock::new($table);
            &SCHEMA
        })+
    };
}

builtin_schemas! {
    /// The core User schema (RFC 7643 4.1).
    user_schema = user::core;
    /// The Enterprise User extension (RFC 7643 4.3).
    enterprise_user_schema = user::enterprise;
    /// The extension with the attribute `role`.
    common_room_schema = user::common_room;
    /// The core Group schema (RFC 7643 4.2).
    group_schema = group::core;
    /// The schema of a role (okta-traffic 6.3).
    role_schema = role::core;
}

/// The User resource type of a service whose operator declared nothing.
pub fn user_resource_type() -> &'static ResourceType {
    &ResourceTypes::standard().user
}

/// The Group resource type of a service whose operator declared nothing.
pub fn group_resource_type() -> &'static ResourceType {
    &ResourceTypes::standard().group
}
