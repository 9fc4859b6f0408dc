//! In front of the strict engine: turns an operation, in any of the spellings that Okta, Entra and others use, into
//! assignments with exactly one path each.
//!
//! - A value without a path is an object; each member is an assignment of its own (RFC 7644 3.5.2.1). Okta deactivates
//!   this way: `{"op": "replace", "value": {"active": false}}`.
//! - Members may be dotted, bracketed or URI-qualified names (Entra).
//! - `id`, `meta`, `schemas` and `groups` among them describe the resource rather than change it, and are skipped: Okta
//!   sends the id along. So is what no schema knows. An id is held against the resource's own later.
//! - The object of an extension, with or without a path, is taken member by member; so is one under the core URI.

use serde_json::Value;

use super::super::document::{Notes, kind_of};
use super::super::error::ScimError;
use super::super::path::{AttributePath, PatchPath};
use super::super::schema::ResourceType;
use super::{Op, Operation};
use crate::model::compatibility::Compatibility;

/// One path and what to do there.
pub(super) struct Assignment {
    pub op: Op,
    pub path: PatchPath,
    pub value: Option<Value>,
    /// From a member of a value rather than from a `path`: unknown names are then ignored, as in a PUT.
    pub is_member: bool,
}

/// Members of a value without path that do not ask for a change.
const IDENTITY: [&str; 4] = ["id", "meta", "schemas", "groups"];

/// The ids that values without path name go to `claimed_ids`.
pub(super) fn expand(
    operation: Operation,
    resource_type: &'static ResourceType,
    notes: &mut Notes,
    claimed_ids: &mut Vec<String>,
) -> Result<Vec<Assignment>, ScimError> {
    let Operation { op, path, value } = operation;
    let mut expansion = Expansion { op, resource_type, notes, claimed_ids, assignments: Vec::new() };
    match path {
        Some(path) => match (whole_schema(&path, resource_type), value) {
            (Some(urn), Some(value)) if op != Op::Remove => expansion.schema_members(urn, path, value)?,
            (_, value) => expansion.assignments.push(Assignment { op, path, value, is_member: false }),
        },
        None => expansion.members(value.unwrap_or_default())?,
    }
    Ok(expansion.assignments)
}

/// One operation on its way to assignments.
struct Expansion<'e> {
    op: Op,
    resource_type: &'static ResourceType,
    notes: &'e mut Notes,
    claimed_ids: &'e mut Vec<String>,
    assignments: Vec<Assignment>,
}

/// The URI of the schema or extension that the path names as a whole.
fn whole_schema(path: &PatchPath, resource_type: &'static ResourceType) -> Option<&'static str> {
    if path.filter.is_some() || path.sub.is_some() {
        return None;
    }
    schema_named(&path.attribute.as_urn()?, resource_type)
}

fn schema_named(urn: &str, resource_type: &'static ResourceType) -> Option<&'static str> {
    if urn.eq_ignore_ascii_case(&resource_type.schema.id) {
        return Some(&resource_type.schema.id);
    }
    resource_type.extension(urn).map(|schema| schema.id.as_str())
}

impl Expansion<'_> {
    fn members(&mut self, value: Value) -> Result<(), ScimError> {
        let Value::Object(members) = value else {
            return Err(ScimError::invalid_value(format!(
                "{} without a path has {} as its value. Send an object of attributes, such as {{\"active\": false}}, or \
                 add a path.",
                self.op,
                kind_of(&value)
            )));
        };
        for (name, value) in members {
            if IDENTITY.iter().any(|identity| name.eq_ignore_ascii_case(identity)) {
                self.notes.compatible(Compatibility::IdentityInValue, &name)?;
                if let (true, Value::String(id)) = (name.eq_ignore_ascii_case("id"), value) {
                    self.claimed_ids.push(id);
                }
                continue;
            }
            let path = match PatchPath::parse(&name) {
                Ok(path) => path,
                Err(error) if name.contains('[') => return Err(error),
                Err(_) => {
                    self.notes.ignore(&name);
                    continue;
                }
            };
            match whole_schema(&path, self.resource_type) {
                Some(urn) => self.schema_members(urn, path, value)?,
                None => {
                    if path.sub.is_some() || path.filter.is_some() || path.attribute.urn.is_some() {
                        self.notes.compatible(Compatibility::PathAsMember, &name)?;
                    }
                    self.assign(path, Some(value));
                }
            }
        }
        Ok(())
    }

    fn assign(&mut self, path: PatchPath, value: Option<Value>) {
        self.assignments.push(Assignment { op: self.op, path, value, is_member: true });
    }

    /// Members of the object under a schema's URI.
    fn schema_members(&mut self, urn: &'static str, path: PatchPath, value: Value) -> Result<(), ScimError> {
        if urn == self.resource_type.schema.id {
            self.notes.compatible(Compatibility::NestedCore, urn)?;
            return self.members(value);
        }
        match value {
            Value::Null => {
                self.assignments.push(Assignment { op: Op::Remove, path, value: None, is_member: true });
            }
            Value::Object(members) => {
                for (name, value) in members {
                    match AttributePath::parse(&name) {
                        Ok(AttributePath { urn: None, attribute, sub }) => {
                            let attribute = AttributePath { urn: Some(urn.to_owned()), attribute, sub: None };
                            self.assign(PatchPath { attribute, filter: None, sub }, Some(value));
                        }
                        _ => self.notes.ignore(&format!("{urn}:{name}")),
                    }
                }
            }
            other => {
                return Err(ScimError::invalid_value(format!(
                    "{urn} is {}. Send an object of attributes.",
                    kind_of(&other)
                )));
            }
        }
        Ok(())
    }
}
