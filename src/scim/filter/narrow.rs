//! Finds in a filter the one indexed key that every match must have, so that the store need not read everybody.
//!
//! Only the terms that the whole filter depends on count: those joined by `and` at the top. The filter itself is still
//! decided over every candidate, so a narrowing may let too many through but never too few.

use super::super::schema::{Attribute, Place, TypeName};
use super::Operator;
use super::check::{Filter, Node, Target, Test};

/// A key under which the store finds every resource that can match. The order is that of preference: fewest
/// candidates first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Narrowing {
    /// No resource of this type can match: the filter depends on something only other types have.
    Nobody,
    /// The resource with this id.
    Id(String),
    /// The user whose folded `userName` is this.
    UserName(String),
    /// The group whose folded `displayName` is this.
    DisplayName(String),
    /// Resources with exactly this `externalId`.
    ExternalId(String),
    /// Users with an e-mail address that folds to this.
    Email(String),
    /// Groups with the member of this id.
    Member(String),
    /// Users in the group of this id.
    Group(String),
}

/// The best key to search by, or nothing when every resource of the type has to be looked at.
pub fn narrow(filter: &Filter) -> Option<Narrowing> {
    required(&filter.root, &|node| top_level(node, filter.kind))
}

fn required(node: &Node, key: &dyn Fn(&Node) -> Option<Narrowing>) -> Option<Narrowing> {
    match node {
        Node::And(parts) => parts.iter().filter_map(|part| required(part, key)).min(),
        Node::Constant(false) => Some(Narrowing::Nobody),
        other => key(other),
    }
}

fn top_level(node: &Node, kind: TypeName) -> Option<Narrowing> {
    match node {
        Node::Compare(Target { place: Place::Core, attribute, sub }, test) => {
            let key = match (attribute.name.as_str(), sub.map(|sub| sub.name.as_str())) {
                ("id", None) => Narrowing::Id,
                ("userName", None) => Narrowing::UserName,
                // Users have a name to show as well, but no index of it.
                ("displayName", None) if kind == TypeName::Group => Narrowing::DisplayName,
                ("externalId", None) => Narrowing::ExternalId,
                ("meta", Some("resourceType")) => {
                    return equal_text(test).filter(|name| name != kind.as_str()).map(|_| Narrowing::Nobody);
                }
                (list, Some("value")) => by_value(list)?,
                _ => return None,
            };
            equal_text(test).map(key)
        }
        Node::Element(Place::Core, Attribute { name, .. }, part) => {
            let key = by_value(name)?;
            required(part, &|node| match node {
                Node::Compare(target, test) if target.attribute.name == "value" => equal_text(test).map(key),
                _ => None,
            })
        }
        _ => None,
    }
}

/// The key that a `value` among those of this attribute is. Ids are written in lower case, so the literal finds them
/// folded or not.
fn by_value(attribute: &str) -> Option<fn(String) -> Narrowing> {
    match attribute {
        "emails" => Some(Narrowing::Email),
        "members" => Some(Narrowing::Member),
        "groups" => Some(Narrowing::Group),
        _ => None,
    }
}

fn equal_text(test: &Test) -> Option<String> {
    match test {
        Test::Text { operator: Operator::Eq, needle, .. } => Some(needle.clone()),
        _ => None,
    }
}

/// How much of a long list of references a filter has to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// None of it.
    Nothing,
    /// Only whether these ids are in it, each named once: a list of those that are decides the filter as the whole
    /// list would.
    These(Vec<String>),
    /// The whole list.
    All,
}

impl Filter {
    /// What the filter needs of a list of references at the top level, such as `members` (its name in the table's
    /// spelling), whose `value` is an id. A filter that only ever compares ids by `eq` can do without the list itself,
    /// which may hold fifty thousand.
    pub fn ids_of(&self, list: &str) -> Wanted {
        let mut ids = Vec::new();
        match collect(&self.root, list, &mut ids) {
            false => Wanted::All,
            true if ids.is_empty() => Wanted::Nothing,
            true => Wanted::These(ids),
        }
    }
}

/// Gathers the ids that a filter compares; false when it looks at more than whether they are there.
fn collect(node: &Node, list: &str, ids: &mut Vec<String>) -> bool {
    match node {
        Node::Constant(_) => true,
        Node::And(parts) | Node::Or(parts) => parts.iter().all(|part| collect(part, list, ids)),
        Node::Not(part) => collect(part, list, ids),
        Node::Present(target) => !is_of(target, list),
        Node::Compare(target, test) => {
            !is_of(target, list) || (target.sub.is_some_and(|sub| sub.name == "value") && take_id(test, ids))
        }
        Node::Element(place, attribute, part) => {
            *place != Place::Core || attribute.name != list || collect_parts(part, ids)
        }
    }
}

/// The same between brackets. There a negation would be met by an id that the filter does not name.
fn collect_parts(node: &Node, ids: &mut Vec<String>) -> bool {
    match node {
        Node::And(parts) | Node::Or(parts) => parts.iter().all(|part| collect_parts(part, ids)),
        Node::Compare(target, test) => target.attribute.name == "value" && take_id(test, ids),
        Node::Constant(verdict) => !verdict,
        Node::Not(_) | Node::Present(_) | Node::Element(..) => false,
    }
}

fn is_of(target: &Target, list: &str) -> bool {
    target.place == Place::Core && target.attribute.name == list
}

fn take_id(test: &Test, ids: &mut Vec<String>) -> bool {
    let id = equal_text(test);
    if let Some(id) = &id
        && !ids.contains(id)
    {
        ids.push(id.clone());
    }
    id.is_some()
}
