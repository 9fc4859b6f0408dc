//! Carries out the steps of a PATCH over the attributes of a resource.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::super::document::{changed_part, few_enough, immutable_refusal, one_primary, twin_key, without_repetitions};
use super::super::error::ScimError;
use super::super::schema::{Attribute, Place};
use super::plan::{Action, ElementChange, Otherwise, Parts, Selection, Step};

/// How much text of lists the operations of one request may look at, in bytes: a thousand operations on a list of a
/// thousand long values would keep everybody else waiting.
const MOST_LOOKED_AT: usize = 64 * 1024 * 1024;
/// How many times as long a text takes that is not ASCII.
const FOLDING: usize = 8;

/// Carries out every step in order. On failure the attributes are left half-changed: the caller works on a copy.
pub(super) fn run(attributes: &mut Map<String, Value>, steps: &[Step]) -> Result<(), ScimError> {
    let mut left = MOST_LOOKED_AT;
    for step in steps {
        match step {
            Step::DropExtension(urn) => {
                attributes.shift_remove(*urn);
            }
            Step::Attribute { place: Place::Core, attribute, action } => {
                spend(&mut left, attributes, attribute, action)?;
                act(attributes, attribute, action, "")?;
            }
            Step::Attribute { place: Place::Extension(urn), attribute, action } => {
                // RFC 7644 3.5.2: the extension comes into being with its first value, and ends with its last.
                let mut holder = match attributes.get(*urn) {
                    Some(Value::Object(parts)) => parts.clone(),
                    _ => Map::new(),
                };
                spend(&mut left, &holder, attribute, action)?;
                act(&mut holder, attribute, action, &format!("{urn}:"))?;
                if holder.is_empty() {
                    attributes.shift_remove(*urn);
                } else {
                    attributes.insert((*urn).to_owned(), Value::Object(holder));
                }
            }
        }
    }
    Ok(())
}

/// Takes off what is left to look at what an action will look at, or refuses it.
fn spend(
    left: &mut usize,
    holder: &Map<String, Value>,
    attribute: &Attribute,
    action: &Action,
) -> Result<(), ScimError> {
    let times = match action {
        // By key, each of those there is looked at once.
        Action::Append(_) => 1,
        Action::TakeOut(values) => values.len(),
        Action::Select(selection) => selection.filter.terms(),
        Action::Assign(_) | Action::Merge(_) => return Ok(()),
    };
    let length = holder.get(&attribute.name).map_or(0, effort);
    *left = left.checked_sub(length.saturating_mul(times)).ok_or_else(|| {
        ScimError::too_many(format!(
            "The operations would compare too much with the values of {}. Nothing was changed. Send fewer operations at \
             once.",
            attribute.name
        ))
    })?;
    Ok(())
}

/// About how long it takes to look at a value, in bytes of ASCII.
fn effort(value: &Value) -> usize {
    match value {
        Value::String(text) if text.is_ascii() => text.len(),
        Value::String(text) => text.len() * FOLDING,
        Value::Array(items) => items.iter().map(effort).sum(),
        Value::Object(parts) => parts.values().map(effort).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 1,
    }
}

/// `home` stands before the attribute's name in errors.
fn act(holder: &mut Map<String, Value>, attribute: &Attribute, action: &Action, home: &str) -> Result<(), ScimError> {
    let name = attribute.name.as_str();
    let next = match action {
        Action::Assign(value) => value.clone(),
        Action::Merge(parts) => {
            let mut value = holder.get(name).cloned().unwrap_or_else(|| Value::Object(Map::new()));
            merge(&mut value, parts);
            value.as_object().is_some_and(|parts| !parts.is_empty()).then_some(value)
        }
        Action::Append(values) => {
            let present = holder.get(name);
            relist(present, appended(listed(present), attribute, values))
        }
        Action::TakeOut(values) => {
            let present = holder.get(name);
            let mut list = listed(present);
            list.retain(|element| !values.iter().any(|value| contains(element, value)));
            relist(present, list)
        }
        Action::Select(selection) => {
            let present = holder.get(name);
            let mut list = listed(present);
            select(&mut list, name, selection)?;
            relist(present, list)
        }
    };
    if let Some(changed) = changed_part(attribute, holder.get(name), next.as_ref()) {
        return Err(immutable_refusal(&format!("{home}{changed}")));
    }
    match next {
        Some(value) => {
            few_enough(attribute, value.as_array().map_or(1, Vec::len), name)?;
            holder.insert(name.to_owned(), value)
        }
        None => holder.shift_remove(name),
    };
    Ok(())
}

fn select(list: &mut Vec<Value>, name: &str, selection: &Selection) -> Result<(), ScimError> {
    let Selection { filter, shown, change, otherwise } = selection;
    let selected: Vec<bool> = list.iter().map(|element| filter.matches(element)).collect();
    if selected.contains(&true) {
        return change_selected(list, &selected, change, shown);
    }
    match otherwise {
        Otherwise::Nothing => Ok(()),
        Otherwise::Fail => Err(nothing_selected(shown, name)),
        Otherwise::Create(seed) => {
            let mut element = Value::Object(seed.clone());
            if let ElementChange::Merge(parts) = change {
                merge(&mut element, parts);
            }
            let says_something = element.as_object().is_some_and(|parts| !parts.is_empty());
            if says_something && !list.contains(&element) {
                list.push(element);
                only_primary(list, |index, last| index == last);
            }
            Ok(())
        }
    }
}

fn nothing_selected(shown: &str, name: &str) -> ScimError {
    ScimError::no_target(format!(
        "{shown} selects no value of {name}. Read the resource to see what there is, or use add with a filter made of eq to \
         create the value."
    ))
}

/// The values of a multi-valued attribute; a lone plain text is a list of one.
fn listed(value: Option<&Value>) -> Vec<Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(list)) => list.clone(),
        Some(lone) => vec![lone.clone()],
    }
}

/// A changed list as the attribute's value. A lone plain text that stayed alone and the same keeps its form, because its
/// sender recognises it by that.
fn relist(before: Option<&Value>, mut list: Vec<Value>) -> Option<Value> {
    without_repetitions(&mut list);
    match (before, list.as_slice()) {
        (_, []) => None,
        (Some(lone @ Value::String(_)), [only]) if lone == only => Some(lone.clone()),
        _ => Some(Value::Array(list)),
    }
}

/// Sets and unsets parts. A plain text becomes an object when it gets parts besides its `value`.
fn merge(element: &mut Value, parts: &Parts) {
    if let Value::String(text) = element {
        let unchanged =
            parts.iter().all(|(name, value)| *name == "value" && value.as_ref() == Some(&Value::String(text.clone())));
        if unchanged {
            return;
        }
        let mut object = Map::new();
        object.insert("value".to_owned(), std::mem::take(text).into());
        *element = Value::Object(object);
    }
    if let Value::Object(object) = element {
        for (name, value) in parts {
            match value {
                Some(value) => object.insert((*name).to_owned(), value.clone()),
                None => object.shift_remove(*name),
            };
        }
    }
}

/// RFC 7644 3.5.2.1: adds values unless they are there. One that has the same `type` and `value` is not added again but
/// takes over what is new (RFC 7643 2.4: the same pair is never returned twice).
fn appended(mut list: Vec<Value>, attribute: &Attribute, values: &[Value]) -> Vec<Value> {
    let mut keys: HashMap<_, usize> = HashMap::with_capacity(list.len() + values.len());
    for (at, element) in list.iter().enumerate() {
        if let Some(key) = twin_key(attribute, element) {
            keys.entry(key).or_insert(at);
        }
    }
    for value in values {
        let key = twin_key(attribute, value);
        let known = match &key {
            Some(key) => keys.get(key).copied(),
            None => list.iter().position(|element| element == value),
        };
        let at = known.unwrap_or(list.len());
        match (list.get_mut(at), value) {
            (None, value) => {
                list.push(value.clone());
                keys.extend(key.map(|key| (key, at)));
            }
            (Some(Value::String(_)), Value::Object(new)) if new.len() == 1 => {}
            (Some(element @ Value::String(_)), Value::Object(_)) => *element = value.clone(),
            (Some(Value::Object(old)), Value::Object(new)) => old.extend(new.clone()),
            _ => {}
        }
        if is_primary(value) {
            only_primary(&mut list, |index, _| index == at);
        }
    }
    list
}

/// A part of a value as text; a plain text is its own `value`.
fn text<'a>(element: &'a Value, part: &str) -> Option<&'a str> {
    match element {
        Value::String(text) if part == "value" => Some(text),
        _ => element.get(part)?.as_str(),
    }
}

/// Whether `element` has everything that `wanted` has.
fn contains(element: &Value, wanted: &Value) -> bool {
    match wanted {
        Value::Object(parts) => parts.iter().all(|(name, value)| match element {
            Value::String(_) => name == "value" && element == value,
            _ => element.get(name) == Some(value),
        }),
        Value::String(wanted) => text(element, "value") == Some(wanted),
        wanted => element == wanted,
    }
}

fn is_primary(element: &Value) -> bool {
    element.get("primary") == Some(&Value::Bool(true))
}

/// RFC 7644 3.5.2: when a value becomes primary, the server sets the others to false. `keep` is given the index of a
/// value and of the last one.
fn only_primary(list: &mut [Value], keep: impl Fn(usize, usize) -> bool) {
    let last = list.len().saturating_sub(1);
    if !list.iter().enumerate().any(|(index, element)| keep(index, last) && is_primary(element)) {
        return;
    }
    for (index, element) in list.iter_mut().enumerate() {
        if !keep(index, last)
            && is_primary(element)
            && let Value::Object(parts) = element
        {
            parts.insert("primary".to_owned(), Value::Bool(false));
        }
    }
}

fn change_selected(
    list: &mut Vec<Value>,
    selected: &[bool],
    change: &ElementChange,
    shown: &str,
) -> Result<(), ScimError> {
    let is_selected = |index: usize| selected.get(index).copied().unwrap_or(false);
    let chosen = || list.iter().enumerate().filter(|(index, _)| is_selected(*index)).map(|(_, element)| element);
    // What becomes primary by this change, rather than what stays so.
    let makes_primary = match change {
        ElementChange::Merge(parts) => {
            parts.iter().any(|(name, value)| *name == "primary" && value.as_ref() == Some(&Value::Bool(true)))
        }
        ElementChange::Replace(element) => is_primary(element),
        ElementChange::Remove => false,
    };
    if makes_primary && chosen().count() > 1 && !matches!(change, ElementChange::Replace(_)) {
        return Err(ScimError::invalid_value(format!(
            "{shown} selects several values, and only one can be primary. Narrow the filter, such as by value."
        )));
    }
    if *change == ElementChange::Remove {
        let mut index = 0;
        list.retain(|_| {
            index += 1;
            !is_selected(index - 1)
        });
        return Ok(());
    }
    for (index, element) in list.iter_mut().enumerate() {
        if is_selected(index) {
            match change {
                ElementChange::Merge(parts) => merge(element, parts),
                ElementChange::Replace(new) => *element = new.clone(),
                ElementChange::Remove => {}
            }
        }
    }
    if makes_primary {
        only_primary(list, |index, _| is_selected(index));
    }
    // Several values replaced by one and the same are one value from here on.
    let mut index = 0;
    let mut replaced = false;
    list.retain(|_| {
        let again = is_selected(index) && replaced && matches!(change, ElementChange::Replace(_));
        replaced |= is_selected(index);
        index += 1;
        !again
    });
    list.retain(|element| element.as_object().is_none_or(|parts| !parts.is_empty()));
    one_primary(list, shown)
}
