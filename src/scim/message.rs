//! The messages of the protocol (RFC 7644 3.1): objects that say by a URI in `schemas` what they are.

use serde_json::{Map, Value};

use super::document::kind_of;
use super::error::ScimError;

/// Opens a message and leaves its other members; `invalidSyntax` when it is no object or lacks the URI. `called` is what
/// such a message is called in a sentence.
pub(super) fn open(body: Value, urn: &str, called: &str) -> Result<Map<String, Value>, ScimError> {
    let Value::Object(mut body) = body else {
        return Err(ScimError::invalid_syntax(format!("The body is {}. Send one JSON object.", kind_of(&body))));
    };
    let is_named = match take(&mut body, "schemas") {
        Some(Value::Array(list)) => {
            list.iter().any(|given| given.as_str().is_some_and(|given| given.eq_ignore_ascii_case(urn)))
        }
        _ => false,
    };
    if is_named {
        return Ok(body);
    }
    Err(ScimError::invalid_syntax(format!(
        "This is no {called}: schemas lacks its URI. Send \"schemas\": [\"{urn}\"]."
    )))
}

/// Takes a member out by its name in any case (RFC 7643 2.1); null is no value.
pub(super) fn take(message: &mut Map<String, Value>, name: &str) -> Option<Value> {
    member(message, name).filter(|value| !value.is_null())
}

/// The same, where null says something.
pub(super) fn member(object: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let key = object.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
    object.shift_remove(&key)
}
