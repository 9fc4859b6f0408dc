//! Decides a filter over one resource.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::super::fold::fold;
use super::super::schema::Place;
use super::Operator;
use super::check::{ElementFilter, Filter, Node, Target, Test, instant};

/// Something that has attributes under the names of the attribute table.
pub trait Subject {
    /// The value of a top-level attribute, or of an attribute of an extension, by its name in the table's spelling.
    fn attribute(&self, place: Place, name: &str) -> Option<Cow<'_, Value>>;
}

/// A representation in the table's spelling, as this service writes it.
impl Subject for Value {
    fn attribute(&self, place: Place, name: &str) -> Option<Cow<'_, Value>> {
        let holder = match place {
            Place::Core => self,
            Place::Extension(urn) => self.get(urn)?,
        };
        holder.get(name).map(Cow::Borrowed)
    }
}

/// One value of a multi-valued attribute, seen as the holder of its parts.
struct Element<'a>(&'a Value);

impl Subject for Element<'_> {
    fn attribute(&self, _: Place, name: &str) -> Option<Cow<'_, Value>> {
        part(self.0, name).map(Cow::Borrowed)
    }
}

impl Filter {
    /// Whether the resource meets the filter.
    ///
    /// Takes time linear in the size of the filter and linear in that of the resource: each term asks for its attribute
    /// once and passes over its values once. Brackets do not nest, so no value is passed over for another value's
    /// sake; needles are folded when the filter is checked; and the search for a needle in a text is linear in both.
    pub fn matches(&self, subject: &impl Subject) -> bool {
        holds(&self.root, subject)
    }
}

impl ElementFilter {
    /// Whether one value of the attribute meets the filter.
    pub fn matches(&self, element: &Value) -> bool {
        holds(&self.root, &Element(element))
    }
}

fn holds(node: &Node, subject: &dyn Subject) -> bool {
    match node {
        Node::Constant(verdict) => *verdict,
        Node::And(parts) => parts.iter().all(|part| holds(part, subject)),
        Node::Or(parts) => parts.iter().any(|part| holds(part, subject)),
        Node::Not(part) => !holds(part, subject),
        Node::Present(target) => {
            let mut present = false;
            each_value(subject, target, &mut |value| present |= is_present(value));
            present
        }
        Node::Compare(target, test) => {
            let mut assigned = false;
            let mut met = false;
            each_value(subject, target, &mut |value| {
                if !value.is_null() {
                    assigned = true;
                    met |= test.meets(value);
                }
            });
            // `ne` is the opposite of `eq` for an attribute without a value; among several values one that differs
            // is enough, as for every other operator.
            met || (!assigned && test.is_ne())
        }
        Node::Element(place, attribute, part) => {
            let Some(value) = subject.attribute(*place, &attribute.name) else { return false };
            elements(&value).iter().any(|element| holds(part, &Element(element)))
        }
    }
}

/// Calls `see` with every value the target has.
fn each_value(subject: &dyn Subject, target: &Target, see: &mut dyn FnMut(&Value)) {
    let Some(value) = subject.attribute(target.place, &target.attribute.name) else { return };
    for element in elements(&value) {
        match target.sub {
            None => see(element),
            Some(sub) => {
                if let Some(value) = part(element, &sub.name) {
                    see(value);
                }
            }
        }
    }
}

/// The values of an attribute: the members of a list, or the one value there is.
pub(in super::super) fn elements(value: &Value) -> &[Value] {
    match value {
        Value::Array(list) => list,
        single => std::slice::from_ref(single),
    }
}

/// A part of one value. A plain text is its own `value` (see `Attribute::plain_texts`).
pub(in super::super) fn part<'a>(element: &'a Value, name: &str) -> Option<&'a Value> {
    match element {
        Value::Object(parts) => parts.get(name),
        Value::String(_) if name == "value" => Some(element),
        _ => None,
    }
}

/// RFC 7644 Table 3 `pr`: not null and not empty; an empty text counts as a value.
fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(list) => list.iter().any(is_present),
        Value::Object(parts) => parts.values().any(is_present),
        _ => true,
    }
}

impl Test {
    fn is_ne(&self) -> bool {
        match self {
            Self::Boolean { equal, .. } => !equal,
            Self::Text { operator, .. } | Self::Number { operator, .. } | Self::Instant { operator, .. } => {
                *operator == Operator::Ne
            }
        }
    }

    fn meets(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Text { operator, needle, exact: true }, Value::String(text)) => meets_text(*operator, text, needle),
            (Self::Text { operator, needle, exact: false }, Value::String(text)) => {
                meets_text(*operator, &fold(text), needle)
            }
            (Self::Boolean { equal, expected }, Value::Bool(value)) => (value == expected) == *equal,
            (Self::Number { operator, expected }, Value::Number(number)) => {
                order(number, expected).is_some_and(|ordering| meets_order(*operator, ordering))
            }
            (Self::Instant { operator, expected }, Value::String(text)) => {
                instant(text).is_some_and(|instant| meets_order(*operator, instant.cmp(expected)))
            }
            _ => false,
        }
    }
}

fn meets_text(operator: Operator, text: &str, needle: &str) -> bool {
    match operator {
        Operator::Co => text.contains(needle),
        Operator::Sw => text.starts_with(needle),
        Operator::Ew => text.ends_with(needle),
        _ => meets_order(operator, text.cmp(needle)),
    }
}

fn meets_order(operator: Operator, ordering: Ordering) -> bool {
    match operator {
        Operator::Eq => ordering.is_eq(),
        Operator::Ne => ordering.is_ne(),
        Operator::Gt => ordering.is_gt(),
        Operator::Ge => ordering.is_ge(),
        Operator::Lt => ordering.is_lt(),
        Operator::Le => ordering.is_le(),
        Operator::Co | Operator::Sw | Operator::Ew => false,
    }
}

/// 2^63, the first whole number beyond those of 64 signed bits.
const BEYOND_I64: f64 = 9_223_372_036_854_775_808.0;

/// The order of two numbers by value, exact also between a whole number and one with a fraction.
fn order(left: &Number, right: &Number) -> Option<Ordering> {
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        (Some(left), None) => Some(whole_to_fraction(left, right.as_f64()?)),
        (None, Some(right)) => Some(whole_to_fraction(right, left.as_f64()?).reverse()),
        (None, None) => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// Where a whole number stands beside one with a fraction; turning it into one first would lose its last digits.
pub(in super::super) fn whole_to_fraction(whole: i64, fraction: f64) -> Ordering {
    if fraction >= BEYOND_I64 {
        return Ordering::Less;
    }
    if fraction < -BEYOND_I64 {
        return Ordering::Greater;
    }
    let floor = fraction.floor();
    let below = whole.cmp(&(floor as i64));
    below.then(if fraction > floor { Ordering::Less } else { Ordering::Equal })
}
