//! Puts one value into canonical form, or says why it does not fit its attribute.

use std::collections::{HashMap, HashSet, hash_map::Entry};

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};

use super::super::error::ScimError;
use super::super::filter::instant;
use super::super::fold::fold;
use super::super::schema::{Attribute, Kind, Mutability, ResourceType};
use super::Notes;
use crate::model::compatibility::Compatibility;

/// RFC 7643 2.3.6: padding may be left out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Most values of one attribute of a user, so that no request can make comparing them slow.
pub(in super::super) const MAX_VALUES: usize = 1000;

/// The value in the table's spelling; nothing when it is no value (null, `[]`, an empty text). `place` names it in
/// errors.
pub(in super::super) fn canonical(
    attribute: &Attribute,
    value: Value,
    place: &str,
    notes: &mut Notes,
) -> Result<Option<Value>, ScimError> {
    if !attribute.multi_valued {
        return single(attribute, value, place, notes);
    }
    match value {
        Value::Null => Ok(None),
        Value::Array(items) => {
            let list = canonical_list(attribute, items, place, notes)?;
            Ok((!list.is_empty()).then_some(Value::Array(list)))
        }
        Value::String(text) if attribute.plain_texts => plain_text(text, place, notes),
        other => Err(ScimError::invalid_value(format!(
            "{place} is {}. Send a list, such as [{}].{}",
            kind_of(&other),
            if attribute.is_complex() { "{\"value\": \"...\"}" } else { "\"...\"" },
            notes.cure()
        ))),
    }
}

/// The values of a multi-valued attribute: canonical, without those that carry no value, without repetitions, and with at
/// most one of them primary.
pub(in super::super) fn canonical_list(
    attribute: &Attribute,
    items: Vec<Value>,
    place: &str,
    notes: &mut Notes,
) -> Result<Vec<Value>, ScimError> {
    few_enough(attribute, items.len(), place)?;
    let mut list: Vec<Value> = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let is_something = !item.is_null();
        let value = match item {
            Value::String(text) if attribute.plain_texts => plain_text(text, place, notes)?,
            item => {
                let value = single(attribute, item, &format!("{place}[{index}]"), notes)?;
                // A row is somebody: one that says nothing of whom is for its reader to refuse.
                value.or_else(|| attribute.as_rows.then(|| Value::Object(Map::new())))
            }
        };
        // A member who has no id must not pass for none at all: a list of such would empty the group.
        let value = value.or_else(|| (attribute.as_rows && is_something).then(|| Value::Object(Map::new())));
        list.extend(value.filter(|value| attribute.as_rows || !attribute.is_complex() || carries_a_value(value)));
    }
    // Rows are told apart by whoever keeps them.
    if !attribute.as_rows {
        without_repetitions(&mut list);
        without_twins(attribute, &mut list);
    }
    one_primary(&list, place)?;
    Ok(list)
}

/// Keeps the first of equal values (RFC 7643 2.4).
pub(in super::super) fn without_repetitions(list: &mut Vec<Value>) {
    let mut seen = HashSet::with_capacity(list.len());
    list.retain(|value| seen.insert(value.clone()));
}

/// What two values of one attribute have in common when they count as one: their `value` and `type`, folded unless case
/// counts.
pub(in super::super) type TwinKey = (String, Option<String>);

/// The key of one value; none where it has no `value`. A plain text is its own.
pub(in super::super) fn twin_key(attribute: &Attribute, element: &Value) -> Option<TwinKey> {
    let part = |name: &str| {
        let text = match element {
            Value::String(text) if name == "value" => text,
            _ => element.get(name)?.as_str()?,
        };
        let exact = attribute.sub_attribute(name).is_none_or(|part| part.case_exact);
        Some(if exact { text.to_owned() } else { fold(text) })
    };
    Some((part("value")?, part("type")))
}

/// RFC 7643 2.4: the same `type` and `value` is not returned twice. Of several objects that have both in common the first
/// stays and takes over what the others say besides.
fn without_twins(attribute: &Attribute, list: &mut Vec<Value>) {
    let mut first: HashMap<TwinKey, usize> = HashMap::with_capacity(list.len());
    let mut kept: Vec<Value> = Vec::with_capacity(list.len());
    for element in list.drain(..) {
        let twin = twin_key(attribute, &element).and_then(|key| match first.entry(key) {
            Entry::Occupied(at) => Some(*at.get()),
            Entry::Vacant(free) => {
                free.insert(kept.len());
                None
            }
        });
        match (twin.and_then(|at| kept.get_mut(at)), element) {
            (Some(Value::Object(known)), Value::Object(more)) => {
                for (name, value) in more {
                    known.entry(name).or_insert(value);
                }
            }
            (_, element) => kept.push(element),
        }
    }
    *list = kept;
}

/// Refuses more than [`MAX_VALUES`] values, but where they are kept as rows.
pub(in super::super) fn few_enough(attribute: &Attribute, count: usize, place: &str) -> Result<(), ScimError> {
    if count > MAX_VALUES && !attribute.as_rows {
        return Err(ScimError::invalid_value(format!(
            "{place} would hold {count} values; at most {MAX_VALUES} are kept. Send fewer."
        )));
    }
    Ok(())
}

/// RFC 7643 2.4: at most one value is primary.
pub(in super::super) fn one_primary(list: &[Value], place: &str) -> Result<(), ScimError> {
    if list.iter().filter(|item| item.get("primary") == Some(&Value::Bool(true))).count() > 1 {
        return Err(ScimError::invalid_value(format!(
            "Two values of {place} are marked primary. Mark one of them; in Okta look for two attributes that map to \
             the primary entry."
        )));
    }
    Ok(())
}

/// The role keeps its text exactly as it came; a blank one is no value.
fn plain_text(text: String, place: &str, notes: &mut Notes) -> Result<Option<Value>, ScimError> {
    notes.compatible(Compatibility::PlainTexts, place)?;
    Ok((!text.trim().is_empty()).then_some(Value::String(text)))
}

fn single(attribute: &Attribute, value: Value, place: &str, notes: &mut Notes) -> Result<Option<Value>, ScimError> {
    let cure = notes.cure();
    let wrong = |value: &Value, wanted: &str| {
        ScimError::invalid_value(format!("{place} is {}. Send {wanted}.{cure}", kind_of(value)))
    };
    Ok(match (attribute.kind, value) {
        (_, Value::Null) => None,
        // A required attribute is not there if it is empty.
        (_, Value::String(text)) if text.trim().is_empty() && attribute.required => None,
        // Okta pushes attributes without a value as empty texts, whatever their type.
        (kind, Value::String(text))
            if text.trim().is_empty() && (kind != Kind::String || notes.allows(Compatibility::EmptyAsUnset)) =>
        {
            notes.compatible(Compatibility::EmptyAsUnset, place)?;
            None
        }
        (Kind::String | Kind::Reference, Value::String(text)) => Some(Value::String(text)),
        (Kind::String | Kind::Reference, other) => return Err(wrong(&other, "a text")),
        (Kind::Boolean, Value::Bool(value)) => Some(Value::Bool(value)),
        (Kind::Boolean, other) => {
            let read = match other.as_str() {
                Some(text) if text.eq_ignore_ascii_case("true") => true,
                Some(text) if text.eq_ignore_ascii_case("false") => false,
                _ => return Err(wrong(&other, "true or false")),
            };
            notes.compatible(Compatibility::BooleanAsText, place)?;
            Some(Value::Bool(read))
        }
        (Kind::Integer, Value::Number(number)) if number.is_i64() => Some(Value::Number(number)),
        (Kind::Integer, other) => return Err(wrong(&other, "a whole number")),
        (Kind::Decimal, Value::Number(number)) => Some(Value::Number(number)),
        (Kind::Decimal, other) => return Err(wrong(&other, "a number")),
        (Kind::DateTime, other) => match other.as_str().and_then(instant) {
            Some(time) => Some(format!("{time:.3}").into()),
            None => return Err(wrong(&other, "a time such as 2026-09-01T08:00:00Z")),
        },
        (Kind::Binary, other) => match other.as_str() {
            Some(text) if is_base64(text) => Some(other),
            _ => return Err(wrong(&other, "a text in base64")),
        },
        (Kind::Complex, Value::Object(parts)) => complex(attribute, parts, place, notes)?,
        (Kind::Complex, other) => {
            let names = super::super::filter::names(&attribute.sub_attributes);
            return Err(wrong(&other, &format!("an object with the parts {names}")));
        }
    })
}

fn complex(
    attribute: &Attribute,
    parts: Map<String, Value>,
    place: &str,
    notes: &mut Notes,
) -> Result<Option<Value>, ScimError> {
    let mut taken = Map::new();
    for (name, value) in parts {
        let Some(part) = attribute.sub_attribute(&name) else {
            notes.ignore(&format!("{place}.{name}"));
            continue;
        };
        if part.mutability == Mutability::ReadOnly {
            continue;
        }
        if let Some(value) = canonical(part, value, &format!("{place}.{}", part.name), notes)? {
            taken.insert(part.name.clone(), value);
        }
    }
    Ok((!taken.is_empty()).then_some(Value::Object(taken)))
}

fn is_base64(text: &str) -> bool {
    let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(packed).is_ok()
}

/// What a value is, for a sentence.
pub(in super::super) const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Drops what says nothing: values of a multi-valued attribute that carry only a `type` or `primary`, and attributes and
/// extensions with nothing left in them.
pub(in super::super) fn tidy(resource_type: &'static ResourceType, attributes: &mut Map<String, Value>) {
    attributes.retain(|name, value| match value {
        Value::Object(parts) => {
            if let Some(extension) = resource_type.extension(name) {
                parts.retain(|name, value| extension.attribute(name).is_none_or(|found| says_something(found, value)));
            }
            !parts.is_empty()
        }
        value => resource_type.attribute(name).is_none_or(|attribute| says_something(attribute, value)),
    });
}

fn says_something(attribute: &Attribute, value: &mut Value) -> bool {
    match value {
        Value::Null => false,
        Value::Object(parts) => !parts.is_empty(),
        Value::Array(list) => {
            if attribute.is_complex() && !attribute.as_rows {
                list.retain(carries_a_value);
            }
            !list.is_empty()
        }
        _ => true,
    }
}

/// Whether one of several values is more than a `type` or `primary` mark: Okta pushes an entry whose value is empty as
/// what is left around it.
fn carries_a_value(element: &Value) -> bool {
    element.as_object().is_none_or(|parts| parts.keys().any(|name| !matches!(name.as_str(), "type" | "primary")))
}
