//! Judges one assignment against the attribute table and turns it into a step that can fail only for want of a target.

use serde_json::{Map, Value};

use super::super::document::{Notes, canonical, canonical_list, few_enough, kind_of};
use super::super::error::ScimError;
use super::super::filter::{ElementFilter, Expression, Literal, Operator, names};
use super::super::path::PatchPath;
use super::super::schema::{Attribute, COMMON_ROOM_ROLE, COMMON_ROOM_URN, Mutability, Place, ResourceType};
use super::Op;
use super::compat::Assignment;
use super::members::{self, MembershipStep};
use crate::model::compatibility::Compatibility;

/// Parts of a complex value and what they become; nothing unassigns.
pub(super) type Parts = Vec<(&'static str, Option<Value>)>;

/// What an assignment comes to.
pub(super) enum Planned {
    /// A change of the document.
    Step(Step),
    /// A change of who is in a group.
    Membership(MembershipStep),
}

/// One thing to do to the attributes of a resource.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// Changes one attribute.
    Attribute { place: Place, attribute: &'static Attribute, action: Action },
    /// Drops an extension with all it holds.
    DropExtension(&'static str),
}

/// What happens to an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
    /// The whole value, of any kind; nothing unassigns.
    Assign(Option<Value>),
    /// Parts of a single complex value.
    Merge(Parts),
    /// More values of a multi-valued attribute.
    Append(Vec<Value>),
    /// Values of a multi-valued attribute to take out.
    TakeOut(Vec<Value>),
    /// The values of a multi-valued attribute that a filter selects.
    Select(Box<Selection>),
}

/// Values picked out by a filter, and what happens to them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Selection {
    pub filter: ElementFilter,
    /// The path as written, for errors.
    pub shown: String,
    pub change: ElementChange,
    pub otherwise: Otherwise,
}

/// What happens to a selected value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ElementChange {
    /// Parts of it change.
    Merge(Parts),
    /// Another takes its place.
    Replace(Value),
    /// It goes.
    Remove,
}

/// What happens when a filter selects nothing.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Otherwise {
    /// A value is made that the filter would have selected, and changed.
    Create(Map<String, Value>),
    /// The request fails with `noTarget`.
    Fail,
    /// Nothing: there is nothing to remove.
    Nothing,
}

impl Step {
    /// The attribute it writes; none where it drops a whole extension.
    pub(super) fn target(&self) -> Option<(Place, &'static str)> {
        match self {
            Self::Attribute { place, attribute, .. } => Some((*place, &attribute.name)),
            Self::DropExtension(_) => None,
        }
    }

    /// Whether it says anything about the role.
    pub(super) fn concerns_role(&self) -> bool {
        match self {
            Self::DropExtension(urn) => *urn == COMMON_ROOM_URN,
            Self::Attribute { place: Place::Extension(urn), .. } => *urn == COMMON_ROOM_URN,
            Self::Attribute { place: Place::Core, attribute, .. } => {
                attribute.name == "roles" || attribute.name == COMMON_ROOM_ROLE
            }
        }
    }
}

/// The step an assignment asks for; none when it asks for nothing that is kept here.
pub(super) fn plan(
    assignment: Assignment,
    resource_type: &'static ResourceType,
    notes: &mut Notes,
) -> Result<Option<Planned>, ScimError> {
    let Assignment { op, path, value, is_member } = assignment;
    let Some((place, attribute)) = resource_type.locate(path.attribute.urn.as_deref(), &path.attribute.attribute)
    else {
        let whole = path.attribute.as_urn().and_then(|urn| resource_type.extension(&urn));
        return match whole {
            Some(extension) if op == Op::Remove && path.filter.is_none() && path.sub.is_none() => {
                Ok(Some(Planned::Step(Step::DropExtension(&extension.id))))
            }
            _ if is_member => {
                notes.ignore(&path.to_string());
                Ok(None)
            }
            _ => Err(no_such_attribute(&path, resource_type)),
        };
    };
    if attribute.name == "schemas" && place == Place::Core {
        return schemas(op, &path, value, resource_type).map(|()| None);
    }
    let part = match &path.sub {
        None => None,
        Some(name) => match attribute.sub_attribute(name) {
            Some(part) => Some(part),
            None if is_member => {
                notes.ignore(&path.to_string());
                return Ok(None);
            }
            None => return Err(no_such_part(&path, attribute)),
        },
    };
    check_shape(&path, attribute, part)?;
    if attribute.mutability == Mutability::WriteOnly {
        // The password, which is accepted and not kept.
        return Ok(None);
    }
    if attribute.mutability == Mutability::ReadOnly || part.is_some_and(|part| part.mutability == Mutability::ReadOnly)
    {
        return Err(ScimError::mutability(format!(
            "{path} is set by this service and cannot be changed. Leave the operation out."
        )));
    }
    let value = match value {
        Some(value) if op == Op::Remove && !names_values(attribute, &path, &value)? => None,
        value => value,
    };
    let request = Request { op, path: &path, attribute, part };
    if attribute.as_rows {
        return members::plan(&request, value, notes).map(|step| step.map(Planned::Membership));
    }
    let action = match &path.filter {
        Some(filter) => request.select(filter, value, notes)?,
        None => request.whole(value, notes)?,
    };
    Ok(Some(Planned::Step(Step::Attribute { place, attribute, action })))
}

fn no_such_attribute(path: &PatchPath, kind: &ResourceType) -> ScimError {
    ScimError::invalid_path(format!(
        "There is no attribute {}. GET /Schemas lists those there are.{}",
        path.attribute, kind.cure
    ))
}

fn no_such_part(path: &PatchPath, attribute: &Attribute) -> ScimError {
    let why = if attribute.is_complex() {
        format!("its parts are {}", names(&attribute.sub_attributes))
    } else {
        "it has no parts".to_owned()
    };
    ScimError::invalid_path(format!("{} has no part {:?}: {why}.", path.attribute, path.sub.as_deref().unwrap_or("")))
}

/// Whether brackets and points stand where the attribute allows them.
fn check_shape(path: &PatchPath, attribute: &Attribute, part: Option<&Attribute>) -> Result<(), ScimError> {
    let selects = attribute.multi_valued && attribute.is_complex();
    if path.filter.is_some() && !selects {
        return Err(ScimError::invalid_path(format!(
            "{} takes no brackets: they select among several values with parts, as in emails[type eq \"work\"].",
            path.attribute
        )));
    }
    if part.is_some() && path.filter.is_none() && selects {
        return Err(ScimError::invalid_path(format!(
            "{path} needs a value filter, because {0} holds several values: {0}[type eq \"work\"].{1}.",
            attribute.name,
            path.sub.as_deref().unwrap_or("value")
        )));
    }
    Ok(())
}

/// Entra removes single values by listing them: `{"op": "remove", "path": "roles", "value": [{"value": "editor"}]}`. One
/// that stands alone is meant alike: whoever names it does not want all the others gone.
fn names_values(attribute: &Attribute, path: &PatchPath, value: &Value) -> Result<bool, ScimError> {
    if !attribute.multi_valued || path.filter.is_some() {
        return Ok(false);
    }
    let named = match value {
        Value::Null => return Ok(false),
        Value::Array(list) => !list.is_empty(),
        Value::Object(parts) => !parts.is_empty(),
        Value::String(text) => !text.is_empty(),
        Value::Number(_) | Value::Bool(_) => true,
    };
    if !named && attribute.as_rows {
        return Err(ScimError::invalid_value(format!(
            "The value for {path} names nobody to take out. Send {{\"value\": \"<id>\"}} for each; or no value, to take out \
             all."
        )));
    }
    Ok(named)
}

/// RFC 7643 3: `schemas` follows from the attributes that have values; a request may only say what is true anyway.
fn schemas(op: Op, path: &PatchPath, value: Option<Value>, kind: &'static ResourceType) -> Result<(), ScimError> {
    if path.filter.is_some() || path.sub.is_some() {
        return Err(ScimError::invalid_path(format!("{path} is no path: schemas is a plain list of URIs.")));
    }
    let base = &kind.schema.id;
    if op == Op::Remove {
        return Err(ScimError::mutability(format!("schemas cannot be removed: {base} is always there.")));
    }
    let given = match value {
        Some(Value::Array(list)) => list,
        Some(other) => vec![other],
        None => Vec::new(),
    };
    let mut has_base = false;
    for item in &given {
        match item.as_str() {
            Some(urn) if urn.eq_ignore_ascii_case(base) => has_base = true,
            Some(urn) if kind.extension(urn).is_some() => {}
            _ => {
                let all = std::iter::once(base).chain(kind.extensions.iter().map(|schema| &schema.id));
                let all: Vec<&str> = all.map(String::as_str).collect();
                return Err(ScimError::invalid_value(format!("schemas can hold nothing but {}.", all.join(", "))));
            }
        }
    }
    if op == Op::Replace && !has_base {
        return Err(ScimError::mutability(format!("schemas has to keep {base}.")));
    }
    Ok(())
}

/// An assignment with its names resolved.
pub(super) struct Request<'a> {
    pub op: Op,
    pub path: &'a PatchPath,
    pub attribute: &'static Attribute,
    pub part: Option<&'static Attribute>,
}

impl Request<'_> {
    fn whole(&self, value: Option<Value>, notes: &mut Notes) -> Result<Action, ScimError> {
        let place = self.path.to_string();
        if let Some(part) = self.part {
            let value = self.optional(part, value, notes)?;
            return Ok(Action::Merge(vec![(&part.name, value)]));
        }
        if self.attribute.multi_valued {
            return self.list(value, &place, notes);
        }
        match value {
            Some(Value::Object(parts)) if self.attribute.is_complex() => {
                Ok(Action::Merge(self.parts(parts, &place, notes)?))
            }
            value => Ok(Action::Assign(self.optional(self.attribute, value, notes)?)),
        }
    }

    /// Clients send a lone value where a list of one is meant.
    pub(super) fn wrapped(&self, value: Option<Value>, notes: &mut Notes) -> Result<Option<Value>, ScimError> {
        Ok(match value {
            Some(Value::String(text)) if self.attribute.plain_texts && self.op == Op::Replace => {
                Some(Value::String(text))
            }
            None | Some(Value::Null | Value::Array(_)) => value,
            Some(lone) => {
                notes.compatible(Compatibility::LoneValue, &self.path.to_string())?;
                Some(Value::Array(vec![lone]))
            }
        })
    }

    fn list(&self, value: Option<Value>, place: &str, notes: &mut Notes) -> Result<Action, ScimError> {
        Ok(match (self.op, self.wrapped(value, notes)?) {
            (Op::Add, Some(Value::Array(items))) => {
                Action::Append(canonical_list(self.attribute, items, place, notes)?)
            }
            (Op::Add, _) => Action::Append(Vec::new()),
            (Op::Remove, Some(Value::Array(items))) => {
                notes.compatible(Compatibility::RemoveByValue, place)?;
                Action::TakeOut(self.examples(items, place, notes)?)
            }
            (Op::Replace | Op::Remove, value) => Action::Assign(self.optional(self.attribute, value, notes)?),
        })
    }

    /// Values that say what to take out; unlike values to keep, they may be as little as a `type`.
    pub(super) fn examples(&self, items: Vec<Value>, place: &str, notes: &mut Notes) -> Result<Vec<Value>, ScimError> {
        few_enough(self.attribute, items.len(), place)?;
        let mut examples = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Value::Object(parts) if self.attribute.is_complex() => {
                    let parts = self.parts(parts, place, notes)?;
                    let given: Map<String, Value> =
                        parts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
                    // One who has no id is for the reader of rows to refuse: passed over, a leaver would stay.
                    if !given.is_empty() || self.attribute.as_rows {
                        examples.push(Value::Object(given));
                    }
                }
                other => examples.extend(canonical_list(self.attribute, vec![other], place, notes)?),
            }
        }
        Ok(examples)
    }

    fn select(&self, filter: &Expression, value: Option<Value>, notes: &mut Notes) -> Result<Action, ScimError> {
        let checked = ElementFilter::check(filter, self.attribute)?;
        let place = self.path.to_string();
        let change = match (self.part, self.op, value) {
            (Some(part), _, value) => ElementChange::Merge(vec![(&part.name, self.optional(part, value, notes)?)]),
            (None, Op::Remove, _) | (None, Op::Replace, None | Some(Value::Null)) => ElementChange::Remove,
            (None, Op::Add, Some(Value::Object(parts))) => ElementChange::Merge(self.parts(parts, &place, notes)?),
            (None, Op::Replace, Some(value @ Value::Object(_))) => {
                match canonical_list(self.attribute, vec![value], &place, notes)?.pop() {
                    Some(element) => ElementChange::Replace(element),
                    None => ElementChange::Remove,
                }
            }
            (None, _, other) => {
                return Err(ScimError::invalid_value(format!(
                    "The value for {place} is {}. Send an object with the parts {}.",
                    other.as_ref().map_or("missing", kind_of),
                    names(&self.attribute.sub_attributes)
                )));
            }
        };
        let otherwise = match self.op {
            Op::Add => seed(filter, self.attribute, notes).map_or(Otherwise::Fail, Otherwise::Create),
            Op::Replace => Otherwise::Fail,
            Op::Remove => Otherwise::Nothing,
        };
        Ok(Action::Select(Box::new(Selection { filter: checked, shown: place, change, otherwise })))
    }

    /// A canonical value, or nothing where nothing may be: a required attribute cannot be emptied.
    fn optional(
        &self,
        attribute: &Attribute,
        value: Option<Value>,
        notes: &mut Notes,
    ) -> Result<Option<Value>, ScimError> {
        let value = match value {
            Some(value) => canonical(attribute, value, &self.path.to_string(), notes)?,
            None => None,
        };
        if value.is_none() && attribute.required {
            return Err(ScimError::mutability(format!(
                "{} is required and cannot be removed or emptied. Send another value by replace.",
                self.path
            )));
        }
        Ok(value)
    }

    fn parts(&self, parts: Map<String, Value>, place: &str, notes: &mut Notes) -> Result<Parts, ScimError> {
        let mut taken = Parts::new();
        for (name, value) in parts {
            match self.attribute.sub_attribute(&name) {
                None => notes.ignore(&format!("{place}.{name}")),
                Some(part) if part.mutability == Mutability::ReadOnly => {}
                Some(part) => {
                    let value = canonical(part, value, &format!("{place}.{}", part.name), notes)?;
                    taken.push((&part.name, value));
                }
            }
        }
        Ok(taken)
    }
}

/// A value that the filter would select, if the filter is nothing but `eq` joined by `and`.
fn seed(filter: &Expression, attribute: &'static Attribute, notes: &mut Notes) -> Option<Map<String, Value>> {
    let mut parts = Map::new();
    let terms = match filter {
        Expression::And(terms) => terms.as_slice(),
        single => std::slice::from_ref(single),
    };
    for term in terms {
        match term {
            Expression::And(_) => parts.extend(seed(term, attribute, notes)?),
            Expression::Compare(path, Operator::Eq, literal) => {
                let value = match literal {
                    Literal::Text(text) => text.as_str().into(),
                    Literal::Number(number) => Value::Number(number.clone()),
                    Literal::Boolean(value) => Value::Bool(*value),
                    Literal::Null => continue,
                };
                let part = attribute.sub_attribute(&path.attribute)?;
                if let Some(value) = canonical(part, value, &path.attribute, notes).ok()? {
                    parts.insert(part.name.clone(), value);
                }
            }
            _ => return None,
        }
    }
    Some(parts)
}
