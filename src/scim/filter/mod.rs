//! Filters (RFC 7644 3.4.2.2): read from text ([`parse()`]), fitted to a schema ([`Filter`]), decided over a resource
//! ([`Filter::matches`]) and narrowed for the store ([`narrow()`]).
//!
//! ```text
//! text --parse--> Expression --check--> Filter --matches--> yes or no
//!                                          \---narrow-----> the index that finds every candidate
//! ```

use std::fmt;

use serde_json::Number;

use super::path::AttributePath;

mod check;
mod evaluate;
mod narrow;
mod parse;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use check::Filter;
pub(super) use check::{ElementFilter, instant, names};
pub use evaluate::Subject;
pub(super) use evaluate::{elements, part, whole_to_fraction};
pub use narrow::{Narrowing, Wanted, narrow};
pub use parse::parse;

/// Longest filter read, in bytes.
pub const MAX_TEXT: usize = 4096;
/// Deepest nesting of parentheses and brackets.
pub const MAX_DEPTH: usize = 32;
/// Most comparisons in one filter.
pub const MAX_TERMS: usize = 128;

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater than.
    Gt,
    /// Greater than or equal.
    Ge,
    /// Less than.
    Lt,
    /// Less than or equal.
    Le,
}

impl Operator {
    const ALL: [Self; 9] = [Self::Eq, Self::Ne, Self::Co, Self::Sw, Self::Ew, Self::Gt, Self::Ge, Self::Lt, Self::Le];

    /// The two letters of RFC 7644 Table 3.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| text.eq_ignore_ascii_case(operator.as_str()))
    }
}

/// The right side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A JSON string.
    Text(String),
    /// A JSON number.
    Number(Number),
    /// `true` or `false`.
    Boolean(bool),
    /// `null`.
    Null,
}

/// A filter as written, before anybody asked whether the attributes exist. `and` and `or` hold two or more parts.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// All parts hold.
    And(Vec<Expression>),
    /// At least one part holds.
    Or(Vec<Expression>),
    /// The part does not hold.
    Not(Box<Expression>),
    /// `path pr`.
    Present(AttributePath),
    /// `path operator literal`.
    Compare(AttributePath, Operator, Literal),
    /// `path[filter]`: one value meets the whole filter.
    Element(AttributePath, Box<Expression>),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{}", serde_json::Value::String(text.clone())),
            Self::Number(number) => write!(f, "{number}"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Null => f.write_str("null"),
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => joined(f, parts, " and "),
            Self::Or(parts) => joined(f, parts, " or "),
            Self::Not(part) => write!(f, "not ({part})"),
            Self::Present(path) => write!(f, "{path} pr"),
            Self::Compare(path, operator, literal) => write!(f, "{path} {} {literal}", operator.as_str()),
            Self::Element(path, part) => write!(f, "{path}[{part}]"),
        }
    }
}

/// Writes the parts of an `and` or `or`, in parentheses where they are such themselves.
fn joined(f: &mut fmt::Formatter<'_>, parts: &[Expression], word: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        match part {
            Expression::And(_) | Expression::Or(_) => write!(f, "({part})")?,
            _ => write!(f, "{part}")?,
        }
    }
    Ok(())
}
