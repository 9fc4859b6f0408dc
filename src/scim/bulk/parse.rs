//! Reads a bulk request. Faults of the envelope refuse it as a whole; a fault of one operation becomes its answer and
//! leaves the others alone.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::super::document::kind_of;
use super::super::error::ScimError;
use super::super::etag::IfMatch;
use super::super::message::{open, take};
use super::{BULK_REQUEST_URN, Endpoint, MAX_OPERATIONS, Method};

/// A bulk request whose envelope is in order.
#[derive(Debug, Clone)]
pub struct BulkRequest {
    pub(super) fail_on_errors: Option<usize>,
    pub(super) operations: Vec<Operation>,
}

/// One operation as sent.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    /// In capitals where it is one of ours, otherwise as sent.
    pub method: String,
    pub bulk_id: Option<String>,
    /// What to do, or why it cannot be done.
    pub task: Result<Task, ScimError>,
    /// Where it stands, if the path says so.
    pub place: Option<Place>,
}

/// Something that could be a request of its own, but for references.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub method: Method,
    pub version: Option<IfMatch>,
    pub data: Value,
}

/// A collection, or a resource in it by its id or by a reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub endpoint: Endpoint,
    pub id: Option<String>,
}

impl BulkRequest {
    /// Reads the body of a POST to `/Bulk`.
    ///
    /// 413 for more than [`MAX_OPERATIONS`] operations, counted before any is looked at (RFC 7644 3.7.4);
    /// `invalidSyntax` when the body is no BulkRequest, holds no operation, an operation is no object or has no
    /// method, or two share a `bulkId`; `invalidValue` when `failOnErrors` is no number from 1. What else is wrong with an operation
    /// is answered in its place by the [`Plan`](super::Plan).
    pub fn parse(body: Value) -> Result<Self, ScimError> {
        let mut body = open(body, BULK_REQUEST_URN, "bulk request")?;
        let list = match take(&mut body, "Operations") {
            Some(Value::Array(list)) if !list.is_empty() => list,
            _ => return Err(ScimError::invalid_syntax("Operations has to be a list with at least one operation.")),
        };
        if list.len() > MAX_OPERATIONS {
            return Err(ScimError::payload_too_large(format!(
                "Operations holds {} operations; at most {MAX_OPERATIONS} are taken (maxOperations). Send them in \
                 several requests.",
                list.len()
            )));
        }
        let fail_on_errors = match take(&mut body, "failOnErrors") {
            None => None,
            Some(value) => match value.as_u64().and_then(|number| usize::try_from(number).ok()) {
                Some(number) if number > 0 => Some(number),
                _ => return Err(ScimError::invalid_value("failOnErrors has to be a whole number from 1.")),
            },
        };
        let read = |(index, one)| {
            operation(one).map_err(|why| ScimError::invalid_syntax(format!("Operation {}: {why}", index + 1)))
        };
        let operations = list.into_iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
        let mut seen = HashSet::new();
        if let Some(twice) = operations.iter().filter_map(|one| one.bulk_id.as_deref()).find(|id| !seen.insert(*id)) {
            return Err(ScimError::invalid_syntax(format!(
                "Two operations have the bulkId {twice:?}. Give each its own, so that references are plain."
            )));
        }
        Ok(Self { fail_on_errors, operations })
    }
}

/// The error is of the envelope; a fault of the operation itself is kept as its task.
fn operation(operation: Value) -> Result<Operation, String> {
    let Value::Object(mut operation) = operation else {
        return Err(format!("it is {}. Send an object with method, path and data.", kind_of(&operation)));
    };
    let sent = match take(&mut operation, "method") {
        Some(Value::String(text)) if !text.trim().is_empty() => text,
        _ => return Err("method is missing. Send POST, PUT, PATCH or DELETE.".to_owned()),
    };
    let bulk_id = take(&mut operation, "bulkId");
    let place = place(take(&mut operation, "path"));
    let method = Method::read(sent.trim());
    let found = place.as_ref().ok().cloned();
    let task = task(method, &bulk_id, place, operation);
    Ok(Operation {
        method: method.map_or(sent, |method| method.as_str().to_owned()),
        bulk_id: match bulk_id {
            Some(Value::String(text)) if !text.is_empty() => Some(text),
            _ => None,
        },
        task,
        place: found,
    })
}

fn task(
    method: Option<Method>,
    bulk_id: &Option<Value>,
    place: Result<Place, ScimError>,
    mut operation: Map<String, Value>,
) -> Result<Task, ScimError> {
    let method = method.ok_or_else(|| ScimError::invalid_value("method has to be POST, PUT, PATCH or DELETE."))?;
    let place = place?;
    match bulk_id {
        None if method == Method::Post => {
            return Err(ScimError::invalid_syntax("A POST needs a bulkId, a name that the answer gives back."));
        }
        None => {}
        Some(Value::String(text)) if !text.is_empty() => {}
        Some(_) => return Err(ScimError::invalid_value("bulkId has to be a text that is not empty.")),
    }
    match (method, &place.id) {
        (Method::Post, Some(_)) => {
            return Err(ScimError::invalid_value(format!(
                "A POST goes to the collection. Send the path {} without an id.",
                place.endpoint.path()
            )));
        }
        (Method::Put | Method::Patch | Method::Delete, None) => {
            return Err(ScimError::invalid_value(format!(
                "A {} goes to one resource. Send a path such as {}/<id>.",
                method.as_str(),
                place.endpoint.path()
            )));
        }
        _ => {}
    }
    let version = match take(&mut operation, "version") {
        // There is nothing yet that could have one.
        _ if method == Method::Post => None,
        None => None,
        Some(Value::String(text)) => Some(IfMatch::parse(&text).map_err(|_| version_unread())?),
        Some(_) => return Err(version_unread()),
    };
    let data = match take(&mut operation, "data") {
        _ if method == Method::Delete => Value::Null,
        Some(data @ Value::Object(_)) => data,
        Some(other) => {
            return Err(ScimError::invalid_syntax(format!("data is {}. Send one JSON object.", kind_of(&other))));
        }
        None => {
            return Err(ScimError::invalid_syntax(format!(
                "A {} needs data: the body it would have as a request of its own.",
                method.as_str()
            )));
        }
    };
    Ok(Task { method, version, data })
}

fn version_unread() -> ScimError {
    ScimError::invalid_value("version has to be the meta.version of the resource, such as W/\"7\".")
}

/// Reads a path as it stands below the base URL; doubled slashes and one at the end do no harm.
fn place(path: Option<Value>) -> Result<Place, ScimError> {
    let path = match path {
        Some(Value::String(path)) => path,
        _ => return Err(ScimError::invalid_syntax("path is missing. Send one such as /Users or /Users/<id>.")),
    };
    let mut segments = path.trim().split('/').filter(|segment| !segment.is_empty());
    let endpoint = segments.next().and_then(Endpoint::read);
    match (endpoint, segments.next(), segments.next()) {
        (Some(endpoint), id, None) => Ok(Place { endpoint, id: id.map(str::to_owned) }),
        _ => Err(ScimError::invalid_value(
            "The path leads to nothing that a bulk request can change. Send /Users, /Groups, or one of them with an id \
             behind it.",
        )),
    }
}
