//! Finds in a filter the one indexed key that every match must have, so that the store need not read everybody.
//!
//! Only the terms that the whole filter depends on count: those joined by `and` at the top. The filter itself is still
//! decided over every candidate, so a narrowing may let too many through but never too few.

use super::super::schema::{Attribute, Place};
use super::Operator;
use super::check::{Filter, Node, Target, Test};

/// A key under which the store finds every resource that can match. The order is that of preference: fewest
/// candidates first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Narrowing {
    /// The user with this id.
    Id(String),
    /// The user whose folded `userName` is this.
    UserName(String),
    /// Users with exactly this `externalId`.
    ExternalId(String),
    /// Users with an e-mail address that folds to this.
    Email(String),
    /// Users that are, or are not, active.
    Active(bool),
}

/// The best key to search by, or nothing when every user has to be looked at.
pub fn narrow(filter: &Filter) -> Option<Narrowing> {
    required(&filter.root, &top_level)
}

fn required(node: &Node, key: &dyn Fn(&Node) -> Option<Narrowing>) -> Option<Narrowing> {
    match node {
        Node::And(parts) => parts.iter().filter_map(|part| required(part, key)).min(),
        other => key(other),
    }
}

fn top_level(node: &Node) -> Option<Narrowing> {
    match node {
        Node::Compare(Target { place: Place::Core, attribute, sub }, test) => {
            match (attribute.name.as_str(), sub.map(|sub| sub.name.as_str())) {
                ("emails", Some("value")) => equal_text(test).map(Narrowing::Email),
                ("id", None) => equal_text(test).map(Narrowing::Id),
                ("userName", None) => equal_text(test).map(Narrowing::UserName),
                ("externalId", None) => equal_text(test).map(Narrowing::ExternalId),
                ("active", None) => equal_boolean(test).map(Narrowing::Active),
                _ => None,
            }
        }
        Node::Element(Place::Core, Attribute { name, .. }, part) if name == "emails" => required(part, &in_emails),
        _ => None,
    }
}

fn in_emails(node: &Node) -> Option<Narrowing> {
    match node {
        Node::Compare(target, test) if target.attribute.name == "value" => equal_text(test).map(Narrowing::Email),
        _ => None,
    }
}

fn equal_text(test: &Test) -> Option<String> {
    match test {
        Test::Text { operator: Operator::Eq, needle, .. } => Some(needle.clone()),
        _ => None,
    }
}

fn equal_boolean(test: &Test) -> Option<bool> {
    match test {
        Test::Boolean { equal: true, expected } => Some(*expected),
        _ => None,
    }
}
