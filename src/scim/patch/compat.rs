//! In front of the strict engine: turns an operation, in any of the spellings that Okta, Entra and others use, into
//! assignments with exactly one path each.
//!
//! - A value without a path is an object; each member is an assignment of its own (RFC 7644 3.5.2.1). Okta deactivates
//!   this way: `{"op": "replace", "value": {"active": false}}`.
//! - Members may be dotted, bracketed or URI-qualified names (Entra).
//! - `id`, `meta`, `schemas` and `groups` among them describe the resource rather than change it, and are skipped: Okta
//!   sends the id along. So is what no schema knows.
//! - The object of an extension, with or without a path, is taken member by member; so is one under the core URI.

use serde_json::Value;

use super::super::document::{Compatibility, Notes, kind_of};
use super::super::error::ScimError;
use super::super::path::{AttributePath, PatchPath};
use super::super::schema::ResourceType;
use super::{Op, Operation};

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

pub(super) fn expand(
    operation: Operation,
    resource_type: &'static ResourceType,
    notes: &mut Notes,
) -> Result<Vec<Assignment>, ScimError> {
    let Operation { op, path, value } = operation;
    let mut assignments = Vec::new();
    match path {
        Some(path) => match (whole_schema(&path, resource_type), value) {
            (Some(urn), Some(value)) if op != Op::Remove => {
                schema_members(op, urn, path, value, resource_type, notes, &mut assignments)?;
            }
            (_, value) => assignments.push(Assignment { op, path, value, is_member: false }),
        },
        None => members(op, value.unwrap_or_default(), resource_type, notes, &mut assignments)?,
    }
    Ok(assignments)
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

fn members(
    op: Op,
    value: Value,
    resource_type: &'static ResourceType,
    notes: &mut Notes,
    assignments: &mut Vec<Assignment>,
) -> Result<(), ScimError> {
    let Value::Object(members) = value else {
        return Err(ScimError::invalid_value(format!(
            "{op} without a path has {} as its value. Send an object of attributes, such as {{\"active\": false}}, or add \
             a path.",
            kind_of(&value)
        )));
    };
    for (name, value) in members {
        if IDENTITY.iter().any(|identity| name.eq_ignore_ascii_case(identity)) {
            notes.compatible(Compatibility::IdentityInValue);
            continue;
        }
        let path = match PatchPath::parse(&name) {
            Ok(path) => path,
            Err(error) if name.contains('[') => return Err(error),
            Err(_) => {
                notes.ignore(&name);
                continue;
            }
        };
        match whole_schema(&path, resource_type) {
            Some(urn) => schema_members(op, urn, path, value, resource_type, notes, assignments)?,
            None => {
                if path.sub.is_some() || path.filter.is_some() || path.attribute.urn.is_some() {
                    notes.compatible(Compatibility::PathAsMember);
                }
                assignments.push(Assignment { op, path, value: Some(value), is_member: true });
            }
        }
    }
    Ok(())
}

/// Members of the object under a schema's URI.
fn schema_members(
    op: Op,
    urn: &'static str,
    path: PatchPath,
    value: Value,
    resource_type: &'static ResourceType,
    notes: &mut Notes,
    assignments: &mut Vec<Assignment>,
) -> Result<(), ScimError> {
    if urn == resource_type.schema.id {
        notes.compatible(Compatibility::NestedCore);
        return members(op, value, resource_type, notes, assignments);
    }
    match value {
        Value::Null => {
            assignments.push(Assignment { op: Op::Remove, path, value: None, is_member: true });
        }
        Value::Object(members) => {
            for (name, value) in members {
                match AttributePath::parse(&name) {
                    Ok(AttributePath { urn: None, attribute, sub }) => {
                        let attribute = AttributePath { urn: Some(urn.to_owned()), attribute, sub: None };
                        let path = PatchPath { attribute, filter: None, sub };
                        assignments.push(Assignment { op, path, value: Some(value), is_member: true });
                    }
                    _ => notes.ignore(&format!("{urn}:{name}")),
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
