//! `bulkId:x`, which stands for the id of what the operation with the `bulkId` x creates (RFC 7644 3.7.2).
//!
//! A reference is a whole text (`"value": "bulkId:x"`), the end of a URI (`"$ref": "../Users/bulkId:x"`), or a quoted
//! text in the path of a PATCH operation (`members[value eq "bulkId:x"]`).

use serde_json::{Map, Value, json};

use super::super::schema::PATCH_OP_URN;
use super::Endpoint;

const PREFIX: &str = "bulkId:";

/// The name in a text that is a reference as a whole.
pub(super) fn name(text: &str) -> Option<&str> {
    text.strip_prefix(PREFIX)
}

/// Whether the text of a member is a PATCH path, in which references stand between quotes.
fn is_path(member: Option<&str>) -> bool {
    member.is_some_and(|name| name.eq_ignore_ascii_case("path"))
}

/// Calls `see` with every name referred to.
pub(super) fn each(value: &Value, see: &mut dyn FnMut(&str)) {
    walk(value, None, see);
}

fn walk(value: &Value, member: Option<&str>, see: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) if is_path(member) => {
            for piece in quoted(text) {
                if let Some((_, name)) = piece.quoted.as_deref().and_then(split) {
                    see(name);
                }
            }
        }
        Value::String(text) => {
            if let Some((_, name)) = split(text) {
                see(name);
            }
        }
        Value::Array(list) => list.iter().for_each(|item| walk(item, None, see)),
        Value::Object(members) => members.iter().for_each(|(name, item)| walk(item, Some(name), see)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Puts ids in the place of names; those that `id_of` does not know stay.
pub(super) fn resolve(value: &mut Value, id_of: &dyn Fn(&str) -> Option<String>) {
    fill(value, false, id_of);
}

fn fill(value: &mut Value, path: bool, id_of: &dyn Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) if path => {
            let mut filled = String::with_capacity(text.len());
            for piece in quoted(text) {
                match piece.quoted.and_then(|text| put(&text, id_of)) {
                    Some(known) => filled.push_str(&Value::String(known).to_string()),
                    None => filled.push_str(piece.written),
                }
            }
            *text = filled;
        }
        Value::String(text) => {
            if let Some(known) = put(text, id_of) {
                *text = known;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|item| fill(item, false, id_of)),
        Value::Object(members) => {
            members.iter_mut().for_each(|(name, item)| fill(item, is_path(Some(name)), id_of));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn put(text: &str, id_of: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let (before, name) = split(text)?;
    Some(format!("{before}{}", id_of(name)?))
}

/// What stands before a reference at the end of a text, and its name.
fn split(text: &str) -> Option<(&str, &str)> {
    let start = match text.rfind("/bulkId:") {
        Some(slash) => {
            let collection = text.get(..slash)?.rsplit('/').next()?;
            Endpoint::read(collection)?;
            slash + 1
        }
        None => 0,
    };
    let (before, reference) = text.split_at_checked(start)?;
    Some((before, name(reference)?))
}

/// A part of a path: a quoted text, or what stands between two.
struct Piece<'a> {
    written: &'a str,
    /// What the quotes hold, where they hold a JSON string.
    quoted: Option<String>,
}

/// Takes a path apart at its quotes.
fn quoted(path: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = path;
    while let Some((plain, from_quote)) = rest.find('"').and_then(|start| rest.split_at_checked(start)) {
        pieces.push(Piece { written: plain, quoted: None });
        rest = from_quote;
        let Some((text, behind)) = closing_quote(from_quote).and_then(|length| from_quote.split_at_checked(length))
        else {
            break;
        };
        pieces.push(Piece { written: text, quoted: serde_json::from_str(text).ok() });
        rest = behind;
    }
    pieces.push(Piece { written: rest, quoted: None });
    pieces
}

/// Length of the quoted text that begins here, with both quotes.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (offset, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(offset + 1),
            _ => {}
        }
    }
    None
}

/// Takes out of a resource what refers to something that `is_known` does not know, and gives the PATCH that adds it
/// later; nothing when there is nothing to add. Out goes the one value of a list that carries the reference, or the
/// attribute as a whole where it holds no list.
pub(super) fn postpone(resource: &mut Value, is_known: &dyn Fn(&str) -> bool) -> Option<Value> {
    let Value::Object(attributes) = resource else { return None };
    let mut operations = Vec::new();
    take_out(attributes, "", is_known, &mut operations);
    (!operations.is_empty()).then(|| json!({ "schemas": [PATCH_OP_URN], "Operations": operations }))
}

fn take_out(
    attributes: &mut Map<String, Value>,
    before: &str,
    is_known: &dyn Fn(&str) -> bool,
    operations: &mut Vec<Value>,
) {
    attributes.retain(|name, value| {
        if !waits(value, is_known) {
            return true;
        }
        let path = format!("{before}{name}");
        match value {
            Value::Object(extension) if before.is_empty() && is_urn(name) => {
                take_out(extension, &format!("{name}:"), is_known, operations);
                !extension.is_empty()
            }
            Value::Array(list) => {
                let (out, kept) = std::mem::take(list).into_iter().partition(|item| waits(item, is_known));
                *list = kept;
                operations.push(json!({ "op": "add", "path": path, "value": Value::Array(out) }));
                !list.is_empty()
            }
            value => {
                operations.push(json!({ "op": "add", "path": path, "value": value.take() }));
                false
            }
        }
    });
}

fn is_urn(name: &str) -> bool {
    name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
}

fn waits(value: &Value, is_known: &dyn Fn(&str) -> bool) -> bool {
    let mut unknown = false;
    each(value, &mut |name| unknown |= !is_known(name));
    unknown
}
