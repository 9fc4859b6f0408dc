//! What was read, in a form that belongs to neither side.

use scim_v2::filter as theirs;
use scimroom::scim::{
    filter::{Expression, Literal},
    path::{AttributePath, PatchPath},
};
use serde_json::{Number, Value};

/// A filter. `And` and `Or` hold no part of their own kind: whether `a and (b and c)` keeps its parentheses is nobody's
/// concern.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Not(Box<Tree>),
    Present(Name),
    Compare(Name, String, Value),
    Element(Name, Box<Tree>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    pub uri: Option<String>,
    pub attribute: String,
    pub sub: Option<String>,
}

/// Where a PATCH operation points.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub name: Name,
    pub filter: Option<Tree>,
    /// Behind the brackets.
    pub sub: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    Filter(Tree),
    Path(Target),
}

impl Tree {
    pub fn and(parts: impl IntoIterator<Item = Self>) -> Self {
        let flat = |part| if let Self::And(parts) = part { parts } else { vec![part] };
        Self::And(parts.into_iter().flat_map(flat).collect())
    }

    pub fn or(parts: impl IntoIterator<Item = Self>) -> Self {
        let flat = |part| if let Self::Or(parts) = part { parts } else { vec![part] };
        Self::Or(parts.into_iter().flat_map(flat).collect())
    }

    fn names(&self) -> Vec<&Name> {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::names).collect(),
            Self::Not(part) => part.names(),
            Self::Present(name) | Self::Compare(name, ..) => vec![name],
            Self::Element(name, part) => std::iter::once(name).chain(part.names()).collect(),
        }
    }
}

impl Read {
    /// Every attribute that is named.
    pub fn names(&self) -> Vec<&Name> {
        match self {
            Self::Filter(tree) => tree.names(),
            Self::Path(target) => {
                std::iter::once(&target.name).chain(target.filter.iter().flat_map(Tree::names)).collect()
            }
        }
    }
}

/// A number to the digits that survive being written and read again, which both sides leave to the same library.
pub fn rounded(number: &Number) -> Value {
    match number.as_f64() {
        Some(float) if number.is_f64() => Value::String(format!("{float:.12e}")),
        _ => Value::Number(number.clone()),
    }
}

impl From<&Expression> for Tree {
    fn from(read: &Expression) -> Self {
        match read {
            Expression::And(parts) => Self::and(parts.iter().map(Self::from)),
            Expression::Or(parts) => Self::or(parts.iter().map(Self::from)),
            Expression::Not(part) => Self::Not(Box::new(Self::from(&**part))),
            Expression::Present(path) => Self::Present(path.into()),
            Expression::Compare(path, operator, literal) => {
                let value = match literal {
                    Literal::Text(text) => Value::String(text.clone()),
                    Literal::Number(number) => rounded(number),
                    Literal::Boolean(value) => Value::Bool(*value),
                    Literal::Null => Value::Null,
                };
                Self::Compare(path.into(), operator.as_str().to_owned(), value)
            }
            Expression::Element(path, part) => Self::Element(path.into(), Box::new(Self::from(&**part))),
        }
    }
}

impl From<&AttributePath> for Name {
    fn from(path: &AttributePath) -> Self {
        Self { uri: path.urn.clone(), attribute: path.attribute.clone(), sub: path.sub.clone() }
    }
}

impl From<&PatchPath> for Target {
    fn from(path: &PatchPath) -> Self {
        let filter = path.filter.as_ref().map(Tree::from);
        let name = Name::from(&path.attribute);
        // Ours has one place for the part of an attribute, with brackets before it or not.
        match filter {
            None => Self { name: Name { sub: path.sub.clone(), ..name }, filter, sub: None },
            Some(_) => Self { name, filter, sub: path.sub.clone() },
        }
    }
}

impl From<&theirs::Filter> for Tree {
    fn from(read: &theirs::Filter) -> Self {
        match read {
            theirs::Filter::Attr(term) => term.into(),
            theirs::Filter::ValuePath(path) => {
                Self::Element((&path.attr).into(), Box::new(Self::from(path.filter.as_ref())))
            }
            theirs::Filter::Not(part) => Self::Not(Box::new(Self::from(part.as_ref()))),
            theirs::Filter::And(parts) => Self::and(parts.iter().map(Self::from)),
            theirs::Filter::Or(parts) => Self::or(parts.iter().map(Self::from)),
        }
    }
}

impl From<&theirs::ValFilter> for Tree {
    fn from(read: &theirs::ValFilter) -> Self {
        match read {
            theirs::ValFilter::Attr(term) => term.into(),
            theirs::ValFilter::Not(part) => Self::Not(Box::new(Self::from(part.as_ref()))),
            theirs::ValFilter::And(parts) => Self::and(parts.iter().map(Self::from)),
            theirs::ValFilter::Or(parts) => Self::or(parts.iter().map(Self::from)),
        }
    }
}

impl From<&theirs::AttrExp> for Tree {
    fn from(term: &theirs::AttrExp) -> Self {
        match term {
            theirs::AttrExp::Present(path) => Self::Present(path.into()),
            theirs::AttrExp::Comparison(path, operator, value) => {
                let value = match value {
                    theirs::CompValue::False => Value::Bool(false),
                    theirs::CompValue::True => Value::Bool(true),
                    theirs::CompValue::Null => Value::Null,
                    theirs::CompValue::Number(number) => rounded(number),
                    theirs::CompValue::Str(text) => Value::String(text.clone()),
                };
                Self::Compare(path.into(), operator.to_string(), value)
            }
        }
    }
}

impl From<&theirs::AttrPath> for Name {
    fn from(path: &theirs::AttrPath) -> Self {
        Self { uri: path.uri.clone(), attribute: path.name.clone(), sub: path.sub_attr.clone() }
    }
}

impl From<&theirs::PatchPath> for Target {
    fn from(path: &theirs::PatchPath) -> Self {
        match path {
            theirs::PatchPath::Attr(path) => Self { name: path.into(), filter: None, sub: None },
            theirs::PatchPath::Value(path) => {
                Self { name: (&path.attr).into(), filter: Some(Tree::from(&path.filter)), sub: path.sub_attr.clone() }
            }
        }
    }
}
