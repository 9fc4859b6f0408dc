//! What a PATCH does to the members of a group.
//!
//! Members are rows, and there may be very many, so they are not changed in a document: a step says which ids to add or
//! to take out, and only the odd forms need to see who is in the group. Okta sends
//! `{"op": "remove", "path": "members[value eq \"...\"]"}` and `{"op": "add", "path": "members", "value": [...]}`
//! (okta-traffic 5), and those cost the same in a group of any size.

use serde_json::{Map, Value};

use super::super::document::{Notes, canonical_list, member_ids};
use super::super::error::ScimError;
use super::super::filter::{ElementFilter, Expression, Literal, Operator};
use super::Op;
use super::plan::Request;
use crate::model::compatibility::Compatibility;

/// One change of who is in a group. Ids are as sent: whose they are is for somebody else to say.
#[derive(Debug, Clone, PartialEq)]
pub enum MembershipStep {
    /// These become members, unless they are.
    Add(Vec<String>),
    /// These are members no more; those who are none are passed over.
    Remove(Vec<String>),
    /// These are all the members from now on.
    Replace(Vec<String>),
    /// Members that the filter selects are members no more.
    RemoveWhere(Members),
    /// Nothing changes, as long as every member that the filter selects has these parts already and there is one.
    Confirm(Members, Map<String, Value>),
}

/// Some of the members of a group, by a filter that has to see each, or each of a few.
#[derive(Debug, Clone, PartialEq)]
pub struct Members {
    filter: ElementFilter,
    named: Option<Vec<String>>,
    shown: String,
}

impl Members {
    /// The ids among which all are that the filter selects, where it names any.
    pub fn named(&self) -> Option<&[String]> {
        self.named.as_deref()
    }

    /// Whether a member, as it is represented, is among them.
    pub fn include(&self, member: &Value) -> bool {
        self.filter.matches(member)
    }

    /// What follows when a value is written to those selected: nothing, if each has it already. The parts of a member
    /// are immutable (RFC 7643 4.2).
    pub fn confirm<'m>(
        &self,
        members: impl Iterator<Item = &'m Value>,
        parts: &Map<String, Value>,
    ) -> Result<(), ScimError> {
        let mut selected = members.filter(|member| self.include(member)).peekable();
        if selected.peek().is_none() {
            return Err(ScimError::no_target(format!(
                "{} selects no member of the group. Add members by {{\"op\": \"add\", \"path\": \"members\", \"value\": \
                 [{{\"value\": \"<id>\"}}]}}.",
                self.shown
            )));
        }
        if selected.all(|member| parts.iter().all(|(name, value)| member.get(name) == Some(value))) {
            return Ok(());
        }
        Err(ScimError::mutability(format!(
            "{} cannot be changed: the parts of a member are immutable. Remove the member and add another.",
            self.shown
        )))
    }
}

/// The step an assignment to `members` asks for; none when it asks for nothing.
pub(super) fn plan(
    request: &Request<'_>,
    value: Option<Value>,
    notes: &mut Notes,
) -> Result<Option<MembershipStep>, ScimError> {
    match &request.path.filter {
        Some(filter) => select(request, filter, value, notes).map(Some),
        None => whole(request, value, notes),
    }
}

fn whole(request: &Request<'_>, value: Option<Value>, notes: &mut Notes) -> Result<Option<MembershipStep>, ScimError> {
    let place = request.path.to_string();
    Ok(match (request.op, request.wrapped(value, notes)?) {
        (Op::Remove, Some(Value::Array(items))) => {
            notes.compatible(Compatibility::RemoveByValue, &place)?;
            Some(MembershipStep::Remove(member_ids(&request.examples(items, &place, notes)?)?))
        }
        (Op::Add | Op::Replace, Some(Value::Array(items))) => {
            let ids = member_ids(&canonical_list(request.attribute, items, &place, notes)?)?;
            Some(if request.op == Op::Add { MembershipStep::Add(ids) } else { MembershipStep::Replace(ids) })
        }
        (Op::Add, _) => None,
        (Op::Replace | Op::Remove, _) => Some(MembershipStep::Replace(Vec::new())),
    })
}

fn select(
    request: &Request<'_>,
    filter: &Expression,
    value: Option<Value>,
    notes: &mut Notes,
) -> Result<MembershipStep, ScimError> {
    let members = Members {
        filter: ElementFilter::check(filter, request.attribute)?,
        named: among_ids(filter),
        shown: request.path.to_string(),
    };
    let named = named_ids(filter);
    let mut parts = Map::new();
    match (request.op, request.part, value) {
        (Op::Remove, None, _) => {
            return Ok(match named {
                Some(ids) => MembershipStep::Remove(ids),
                None => MembershipStep::RemoveWhere(members),
            });
        }
        // Taking a part away changes it, whatever it is.
        (Op::Remove, Some(part), _) => {
            parts.insert(part.name.clone(), Value::Null);
        }
        (_, Some(part), Some(value)) => {
            parts.insert(part.name.clone(), value);
        }
        (_, None, Some(Value::Object(given))) => {
            for (name, value) in given {
                match request.attribute.sub_attribute(&name) {
                    Some(part) => drop(parts.insert(part.name.clone(), value)),
                    None => notes.ignore(&format!("{}.{name}", members.shown)),
                }
            }
        }
        (_, _, other) => {
            return Err(ScimError::invalid_value(format!(
                "The value for {} is {}. Send an object with the parts of a member.",
                members.shown,
                other.as_ref().map_or("missing", super::kind_of)
            )));
        }
    }
    let same_id = |id: &String| parts.get("value").is_none_or(|value| value.as_str() == Some(id));
    match named {
        Some(ids) if request.op == Op::Add && request.part.is_none() && ids.iter().all(same_id) => {
            Ok(MembershipStep::Add(ids))
        }
        _ => Ok(MembershipStep::Confirm(members, parts)),
    }
}

/// The ids a filter asks for, if it asks for nothing else.
fn named_ids(filter: &Expression) -> Option<Vec<String>> {
    match filter {
        Expression::Compare(path, Operator::Eq, Literal::Text(id))
            if path.attribute.eq_ignore_ascii_case("value") && path.sub.is_none() =>
        {
            Some(vec![id.clone()])
        }
        Expression::Or(parts) => {
            let each = parts.iter().map(named_ids).collect::<Option<Vec<_>>>()?;
            Some(each.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// Ids among which those are that a filter selects, if it names any.
fn among_ids(filter: &Expression) -> Option<Vec<String>> {
    match filter {
        Expression::And(parts) => parts.iter().find_map(among_ids),
        Expression::Or(parts) => {
            let each = parts.iter().map(among_ids).collect::<Option<Vec<_>>>()?;
            Some(each.into_iter().flatten().collect())
        }
        other => named_ids(other),
    }
}
