//! What the tests stand on: a [`Room`], the service on a data directory of its own, and the [`Client`] that calls it.

mod answer;
mod client;
mod crew;
mod harbor;
mod people;
mod room;

pub use answer::Answer;
pub use client::{Client, query};
pub use crew::Crew;
pub use harbor::{CANNOT_BE_KEPT, HARBOR, HARBOR_GROUP, harbor, sailor, settings_with};
pub use people::{person, tag};
pub use room::{Room, close_rooms, eventually, scimroom, shared_room};

pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub const ROLE: &str = "urn:okta:scim:schemas:core:1.0:Role";
pub const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
pub const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
pub const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
pub const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
pub const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
pub const BULK_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
