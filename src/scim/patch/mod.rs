//! PATCH (RFC 7644 3.5.2): a list of operations, carried out in order and all or not at all.
//!
//! ```text
//! body --envelope--> operations --compat--> one path each --plan--> steps --engine--> the next document
//! ```
//!
//! Everything that can be judged without the resource (paths, mutability, kinds of values) is judged while the request
//! is read; only whether a path selects anything is left to the engine.

use std::fmt;

use serde_json::{Map, Value};

use super::document::{GroupDocument, Notes, Reading, UserDocument, kind_of, tidy};
use super::error::ScimError;
use super::message::{member, open};
use super::path::PatchPath;
use super::schema::{PATCH_OP_URN, Place, ResourceType};
use crate::model::compatibility::Compatibility;

mod compat;
mod engine;
mod members;
mod plan;

pub use members::{Members, MembershipStep};

#[cfg(test)]
mod members_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

/// Most operations in one request.
pub const MAX_OPERATIONS: usize = 1000;

/// A PATCH body that has been judged against a resource type.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchRequest {
    kind: &'static ResourceType,
    steps: Vec<plan::Step>,
    membership: Vec<MembershipStep>,
    claimed_ids: Vec<String>,
    notes: Notes,
}

impl PatchRequest {
    /// Reads a PATCH body.
    ///
    /// First judged in all operations: the envelope (`invalidSyntax`, 413 for more than [`MAX_OPERATIONS`], `noTarget`
    /// for a remove without path) and the notation of paths (`invalidPath`, `invalidFilter`). Then in each operation:
    /// paths against the schema (`invalidPath`), mutability, values (`invalidValue`). Members that no
    /// schema knows in a value without path are ignored, as in a PUT.
    pub fn parse(body: Value, reading: &Reading<'_>) -> Result<Self, ScimError> {
        let kind = reading.kind;
        let mut notes = Notes::of(reading);
        let operations = envelope(body, &mut notes)?;
        let numbered = operations.len() > 1;
        let (mut steps, mut membership, mut claimed_ids) =
            (Vec::with_capacity(operations.len()), Vec::new(), Vec::new());
        for (index, operation) in operations.into_iter().enumerate() {
            let planned = compat::expand(operation, kind, &mut notes, &mut claimed_ids).and_then(|assignments| {
                assignments.into_iter().try_for_each(|assignment| {
                    match plan::plan(assignment, kind, &mut notes)? {
                        Some(plan::Planned::Step(step)) => steps.push(step),
                        Some(plan::Planned::Membership(step)) => membership.push(step),
                        None => {}
                    }
                    Ok(())
                })
            });
            planned.map_err(|error| if numbered { in_operation(index, error) } else { error })?;
        }
        notes.role_sent = steps.iter().any(plan::Step::concerns_role);
        Ok(Self { kind, steps, membership, claimed_ids, notes })
    }

    /// Carries out every operation over the document of the user with this id and gives the next one; the one given
    /// stays as it is. An equal result means that nothing changed.
    ///
    /// `noTarget` when a path selects nothing; `invalidValue` when more than one value would become primary, or a list
    /// would grow beyond its limit; `mutability` when an immutable attribute would change, or a value without path names
    /// another id.
    pub fn apply(&self, id: &str, document: &UserDocument) -> Result<UserDocument, ScimError> {
        UserDocument::from_attributes(self.run(id, document.attributes())?)
            .ok_or_else(|| ScimError::mutability("userName is required and cannot be removed."))
    }

    /// The same for a group. What happens to its members says [`Self::membership`].
    pub fn apply_to_group(&self, id: &str, document: &GroupDocument) -> Result<GroupDocument, ScimError> {
        GroupDocument::from_attributes(self.run(id, document.attributes())?)
            .ok_or_else(|| ScimError::mutability("displayName is required and cannot be removed."))
    }

    /// What happens to the members of a group, in order.
    pub fn membership(&self) -> &[MembershipStep] {
        &self.membership
    }

    /// What was unusual about the body.
    pub fn notes(&self) -> &Notes {
        &self.notes
    }

    /// The attributes that the operations write.
    pub fn written(&self) -> Vec<(Place, &'static str)> {
        self.steps.iter().filter_map(plan::Step::target).collect()
    }

    fn run(&self, id: &str, attributes: &Map<String, Value>) -> Result<Map<String, Value>, ScimError> {
        if let Some(other) = self.claimed_ids.iter().find(|claimed| *claimed != id) {
            let shown: String = other.chars().take(80).collect();
            return Err(ScimError::mutability(format!(
                "The value names the id {shown:?}, but this is {id}: an id cannot be changed. Leave it out."
            )));
        }
        let mut attributes = attributes.clone();
        engine::run(&mut attributes, &self.steps)?;
        tidy(self.kind, &mut attributes);
        Ok(attributes)
    }
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Add,
    Replace,
    Remove,
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Add => "add",
            Self::Replace => "replace",
            Self::Remove => "remove",
        })
    }
}

/// An operation as sent.
struct Operation {
    op: Op,
    path: Option<PatchPath>,
    value: Option<Value>,
}

fn in_operation(index: usize, error: ScimError) -> ScimError {
    ScimError { detail: format!("Operation {}: {}", index + 1, error.detail), ..error }
}

fn envelope(body: Value, notes: &mut Notes) -> Result<Vec<Operation>, ScimError> {
    let mut body = open(body, PATCH_OP_URN, "PATCH message")?;
    let operations = match member(&mut body, "Operations") {
        Some(Value::Array(list)) if !list.is_empty() => list,
        _ => return Err(ScimError::invalid_syntax("Operations has to be a list with at least one operation.")),
    };
    if operations.len() > MAX_OPERATIONS {
        return Err(ScimError::payload_too_large(format!(
            "Operations holds {} operations; at most {MAX_OPERATIONS} are taken. Send them in several requests.",
            operations.len()
        )));
    }
    let numbered = operations.len() > 1;
    let read =
        |(index, one)| operation(one, notes).map_err(|error| if numbered { in_operation(index, error) } else { error });
    operations.into_iter().enumerate().map(read).collect()
}

fn operation(operation: Value, notes: &mut Notes) -> Result<Operation, ScimError> {
    let Value::Object(mut operation) = operation else {
        return Err(ScimError::invalid_syntax("An operation has to be an object with op, path and value."));
    };
    let op = match member(&mut operation, "op") {
        Some(Value::String(text)) => {
            let small = text.to_ascii_lowercase();
            if small != text {
                notes.compatible(Compatibility::OperationCase, "op")?;
            }
            match small.as_str() {
                "add" => Op::Add,
                "replace" => Op::Replace,
                "remove" => Op::Remove,
                _ => return Err(ScimError::invalid_syntax(OP)),
            }
        }
        _ => return Err(ScimError::invalid_syntax(OP)),
    };
    let path = match member(&mut operation, "path") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.trim().is_empty() => None,
        Some(Value::String(text)) => Some(PatchPath::parse(text.trim())?),
        Some(other) => {
            return Err(ScimError::invalid_syntax(format!("path is {}. Send a text.", kind_of(&other))));
        }
    };
    let value = member(&mut operation, "value");
    if op == Op::Remove && path.is_none() {
        return Err(ScimError::no_target("remove needs a path that says what to remove, such as nickName."));
    }
    if op != Op::Remove && value.is_none() {
        return Err(ScimError::invalid_value(format!("{op} needs a value. Send one, or null to clear by replace.")));
    }
    Ok(Operation { op, path, value })
}

const OP: &str = "op has to be one of add, replace and remove.";
