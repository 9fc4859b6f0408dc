//! Attributes that are written once (RFC 7643 7): who has a value keeps it.

use serde_json::{Map, Value};

use super::super::error::ScimError;
use super::super::schema::{Attribute, Mutability, ResourceType};

/// RFC 7644 3.5.1: an immutable attribute that is set must come back as it is; one that is left out stays.
pub(super) fn keep(
    kind: &'static ResourceType,
    before: &Map<String, Value>,
    next: &mut Map<String, Value>,
) -> Result<(), ScimError> {
    keep_among(&kind.schema.attributes, "", before, next)?;
    for extension in &kind.extensions {
        let Some(old) = before.get(&extension.id).and_then(Value::as_object) else { continue };
        let mut parts = match next.get(&extension.id) {
            Some(Value::Object(parts)) => parts.clone(),
            _ => Map::new(),
        };
        keep_among(&extension.attributes, &format!("{}:", extension.id), old, &mut parts)?;
        if !parts.is_empty() {
            next.insert(extension.id.clone(), Value::Object(parts));
        }
    }
    Ok(())
}

fn keep_among(
    table: &[Attribute],
    prefix: &str,
    before: &Map<String, Value>,
    next: &mut Map<String, Value>,
) -> Result<(), ScimError> {
    for attribute in table {
        let Some(old) = before.get(&attribute.name) else { continue };
        if attribute.mutability == Mutability::Immutable {
            match next.get(&attribute.name) {
                None => {
                    next.insert(attribute.name.clone(), old.clone());
                }
                Some(new) if new == old => {}
                Some(_) => return Err(refusal(&format!("{prefix}{}", attribute.name))),
            }
        } else if let (Value::Object(old), Some(Value::Object(new))) = (old, next.get_mut(&attribute.name)) {
            keep_among(&attribute.sub_attributes, &format!("{prefix}{}.", attribute.name), old, new)?;
        }
    }
    Ok(())
}

/// The immutable attribute, or part of it, that would change from one value to another.
pub(in super::super) fn changed_part(
    attribute: &Attribute,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Option<String> {
    let before = before?;
    if attribute.mutability == Mutability::Immutable {
        return (after != Some(before)).then(|| attribute.name.clone());
    }
    let old = before.as_object()?;
    attribute.sub_attributes.iter().find_map(|part| {
        let changed = changed_part(part, old.get(&part.name), after.and_then(|after| after.get(&part.name)))?;
        Some(format!("{}.{changed}", attribute.name))
    })
}

/// The refusal of another value.
pub(in super::super) fn refusal(place: &str) -> ScimError {
    ScimError::mutability(format!("{place} is written once and has a value already. Leave it out, or send what it is."))
}
