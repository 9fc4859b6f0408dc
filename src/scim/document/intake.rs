//! Takes a whole resource from a request body: its envelope, its extensions, its attributes.

use serde_json::{Map, Value};

use super::super::error::ScimError;
use super::super::message::member;
use super::super::schema::{Attribute, Mutability, ResourceType, TypeName};
use super::Notes;
use super::value::{canonical, kind_of, tidy};
use crate::model::compatibility::Compatibility;

/// Longest part of a foreign name quoted in an error, in characters.
const LONGEST_SHOWN: usize = 200;

/// The attributes of a POST or PUT body in the table's spelling.
pub(super) fn attributes(
    resource_type: &'static ResourceType,
    body: Value,
    notes: &mut Notes,
) -> Result<Map<String, Value>, ScimError> {
    let Value::Object(mut members) = body else {
        return Err(ScimError::invalid_syntax(format!("The body is {}. Send one JSON object.", kind_of(&body))));
    };
    check_schemas(resource_type, member(&mut members, "schemas"))?;
    let nested = member(&mut members, &resource_type.schema.id);
    let mut attributes = Map::new();
    for (name, value) in members {
        accept(resource_type, &mut attributes, &name, value, notes)?;
    }
    // What Okta nests is what it maps; the same attribute at the top is what it read here before. So the nested wins.
    match nested {
        None | Some(Value::Null) => {}
        Some(Value::Object(nested)) => {
            notes.compatible(Compatibility::NestedCore, &resource_type.schema.id)?;
            for (name, value) in nested {
                accept(resource_type, &mut attributes, &name, value, notes)?;
            }
        }
        Some(other) => return Err(not_an_object(&resource_type.schema.id, &other)),
    }
    tidy(resource_type, &mut attributes);
    let missing = |one: &&Attribute| one.required && !one.supplied && !attributes.contains_key(&one.name);
    match resource_type.schema.attributes.iter().find(missing) {
        None => Ok(attributes),
        // What a group is called is nothing that an app maps.
        Some(missing) if resource_type.name == TypeName::Group => Err(ScimError::invalid_value(format!(
            "{} is missing or empty. In Okta give the group a name (Directory > Groups), then Applications > this app > \
             Push Groups > Push now.",
            missing.name
        ))),
        Some(missing) => Err(ScimError::invalid_value(format!(
            "{} is missing or empty. In Okta open Applications > the app > Provisioning > To App > Attribute Mappings \
             and map a value to it, then Dashboard > Tasks > Retry Selected.",
            missing.name
        ))),
    }
}

/// RFC 7643 3: `schemas` is there, names the base schema, and names nothing this service does not have.
fn check_schemas(resource_type: &ResourceType, schemas: Option<Value>) -> Result<(), ScimError> {
    let base = &resource_type.schema.id;
    let Some(Value::Array(list)) = schemas else {
        return Err(ScimError::invalid_syntax(format!("schemas is missing. Send \"schemas\": [\"{base}\"].")));
    };
    let mut has_base = false;
    for item in &list {
        let Value::String(urn) = item else {
            return Err(ScimError::invalid_syntax(format!(
                "schemas holds {}. Send a list of URIs: \"schemas\": [\"{base}\"].",
                kind_of(item)
            )));
        };
        if urn.eq_ignore_ascii_case(base) {
            has_base = true;
        } else if urn.to_ascii_lowercase().starts_with("urn:scim:schemas:core:1.") {
            return Err(ScimError::invalid_value(
                "This is a SCIM 1.1 request and this service speaks SCIM 2.0. In Okta set the app up with a SCIM 2.0 \
                 template (Browse App Catalog > SCIM 2.0 Test App).",
            ));
        } else if resource_type.extension(urn).is_none() {
            let known = match resource_type.extensions.as_slice() {
                [] => "none".to_owned(),
                some => some.iter().map(|schema| schema.id.as_str()).collect::<Vec<_>>().join(", "),
            };
            let shown: String = urn.chars().take(LONGEST_SHOWN).collect();
            return Err(ScimError::invalid_value(format!(
                "schemas names {shown:?}, which this service does not have.{} Extensions here: {known}.",
                resource_type.cure
            )));
        }
    }
    if list.is_empty() {
        return Err(ScimError::invalid_syntax(format!("schemas is empty. Send \"schemas\": [\"{base}\"].")));
    }
    if !has_base {
        return Err(ScimError::invalid_value(format!("schemas lacks the base schema. Add \"{base}\" to it.")));
    }
    Ok(())
}

/// Takes one member of the body, or ignores it.
fn accept(
    resource_type: &'static ResourceType,
    attributes: &mut Map<String, Value>,
    name: &str,
    value: Value,
    notes: &mut Notes,
) -> Result<(), ScimError> {
    if let Some(extension) = resource_type.extension(name) {
        let parts = match value {
            Value::Null => return Ok(()),
            Value::Object(parts) => parts,
            other => return Err(not_an_object(&extension.id, &other)),
        };
        let mut taken = Map::new();
        for (part, value) in parts {
            match extension.attribute(&part) {
                Some(attribute) => put(&mut taken, attribute, value, &format!("{}:{part}", extension.id), notes)?,
                None => notes.ignore(&format!("{}:{part}", extension.id)),
            }
        }
        if !taken.is_empty() {
            attributes.insert(extension.id.clone(), Value::Object(taken));
        }
        return Ok(());
    }
    match resource_type.attribute(name) {
        Some(attribute) => put(attributes, attribute, value, &attribute.name, notes),
        None => {
            notes.ignore(name);
            Ok(())
        }
    }
}

fn put(
    attributes: &mut Map<String, Value>,
    attribute: &Attribute,
    value: Value,
    place: &str,
    notes: &mut Notes,
) -> Result<(), ScimError> {
    // RFC 7644 3.3: read-only attributes are ignored. The only write-only one is the password, which is not kept.
    if matches!(attribute.mutability, Mutability::ReadOnly | Mutability::WriteOnly) {
        return Ok(());
    }
    if let Some(value) = canonical(attribute, value, place, notes)? {
        attributes.insert(attribute.name.clone(), value);
    }
    Ok(())
}

fn not_an_object(name: &str, value: &Value) -> ScimError {
    ScimError::invalid_value(format!("{name} is {}. Send an object of attributes.", kind_of(value)))
}
