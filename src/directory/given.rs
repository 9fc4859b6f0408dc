//! What a write brings along besides the request itself.

use std::collections::BTreeSet;

use crate::{
    directory::request::Request,
    model::{
        compatibility::Compatibility,
        id::{GroupId, ResourceId, UserId},
    },
    scim::{document::Reading, projection::Projection, schema::ResourceType},
};

/// What every write needs besides the request: how to read it, how to answer, and what may be made new.
#[derive(Debug, Clone)]
pub struct Given {
    /// Which attributes to return.
    pub projection: Projection,
    /// Compatibility steps that are switched off.
    pub strict: BTreeSet<Compatibility>,
    /// An id to give to a row that the rule may have to make.
    pub fresh_id: ResourceId,
}

impl Given {
    /// For a request: an id that sorts by its time.
    pub fn new(request: &Request, projection: Projection, strict: BTreeSet<Compatibility>) -> Self {
        Self { projection, strict, fresh_id: ResourceId::new(request.at) }
    }

    /// How to read a body of this type.
    pub fn reading(&self, kind: &'static ResourceType) -> Reading<'_> {
        Reading { kind, strict: &self.strict }
    }

    /// The id as that of a user.
    pub(super) const fn fresh_user(&self) -> UserId {
        UserId(self.fresh_id.0)
    }

    /// The id as that of a group.
    pub(super) const fn fresh_group(&self) -> GroupId {
        GroupId(self.fresh_id.0)
    }
}
