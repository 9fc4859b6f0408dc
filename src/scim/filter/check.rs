//! Fits a filter to the attribute table: every name must exist, every literal must be of its attribute's kind. What comes
//! out can be decided without further failure.

use serde_json::Number;

use super::super::error::ScimError;
use super::super::fold::fold;
use super::super::path::AttributePath;
use super::super::schema::{Attribute, Kind, Place, ResourceType, Returned};
use super::{Expression, Literal, Operator, parse};

/// A filter that fits the attributes of one resource type.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    pub(super) root: Node,
}

impl Filter {
    /// Reads and checks in one step; `invalidFilter` when either fails.
    pub fn parse(text: &str, resource_type: &'static ResourceType) -> Result<Self, ScimError> {
        Self::check(&parse(text)?, resource_type)
    }

    /// Fits a filter to the attributes of a resource type; `invalidFilter` when a name is unknown, is never returned
    /// (RFC 7643 7: it must not become an oracle), or is compared in a way its kind does not allow.
    pub fn check(expression: &Expression, resource_type: &'static ResourceType) -> Result<Self, ScimError> {
        let root = node(expression, &|path| {
            let located = resource_type.locate(path.urn.as_deref(), &path.attribute);
            located.ok_or_else(|| unknown(&path.to_string()))
        })?;
        Ok(Self { root })
    }
}

/// A filter over the values of one multi-valued attribute, as it stands between the brackets of a PATCH path.
#[derive(Debug, Clone, PartialEq)]
pub struct ElementFilter {
    pub(super) root: Node,
}

impl ElementFilter {
    /// Fits a filter to the sub-attributes of `attribute`.
    pub fn check(expression: &Expression, attribute: &'static Attribute) -> Result<Self, ScimError> {
        Ok(Self { root: element_node(expression, attribute)? })
    }
}

/// A checked filter as a tree. Below `Element`, targets are relative to one value of the attribute.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Present(Target),
    Compare(Target, Test),
    Element(Place, &'static Attribute, Box<Node>),
}

/// What a term looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Target {
    pub place: Place,
    pub attribute: &'static Attribute,
    pub sub: Option<&'static Attribute>,
}

impl Target {
    /// The attribute that holds the value compared.
    fn leaf(&self) -> &'static Attribute {
        self.sub.unwrap_or(self.attribute)
    }
}

/// A comparison with its literal made ready.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    /// `needle` is folded unless `exact`.
    Text {
        operator: Operator,
        needle: String,
        exact: bool,
    },
    /// `eq` when `equal`, otherwise `ne`.
    Boolean {
        equal: bool,
        expected: bool,
    },
    Number {
        operator: Operator,
        expected: Number,
    },
    Instant {
        operator: Operator,
        expected: jiff::Timestamp,
    },
}

type Locate<'a> = &'a dyn Fn(&AttributePath) -> Result<(Place, &'static Attribute), ScimError>;

fn node(expression: &Expression, locate: Locate<'_>) -> Result<Node, ScimError> {
    let all = |parts: &[Expression]| parts.iter().map(|part| node(part, locate)).collect::<Result<Vec<_>, _>>();
    Ok(match expression {
        Expression::And(parts) => Node::And(all(parts)?),
        Expression::Or(parts) => Node::Or(all(parts)?),
        Expression::Not(part) => Node::Not(Box::new(node(part, locate)?)),
        Expression::Present(path) => Node::Present(target(path, locate)?),
        Expression::Compare(path, operator, literal) => compare(target(path, locate)?, path, *operator, literal)?,
        Expression::Element(path, part) => {
            let target = target(path, locate)?;
            if target.sub.is_some() || !target.attribute.multi_valued || !target.attribute.is_complex() {
                return Err(ScimError::invalid_filter(format!(
                    "{path} takes no brackets: they select among several values with parts, as in \
                     emails[type eq \"work\"]."
                )));
            }
            Node::Element(target.place, target.attribute, Box::new(element_node(part, target.attribute)?))
        }
    })
}

fn element_node(expression: &Expression, attribute: &'static Attribute) -> Result<Node, ScimError> {
    node(expression, &|path| {
        if path.urn.is_some() || path.sub.is_some() {
            return Err(ScimError::invalid_filter(format!(
                "{path} cannot stand between the brackets of {}: name one of its parts, as in {0}[type eq \"work\"].",
                attribute.name
            )));
        }
        let part = attribute.sub_attribute(&path.attribute).ok_or_else(|| {
            ScimError::invalid_filter(format!(
                "{} has no part {:?}. Its parts are {}.",
                attribute.name,
                path.attribute,
                names(&attribute.sub_attributes)
            ))
        })?;
        Ok((Place::Core, part))
    })
}

pub(in super::super) fn names(attributes: &[Attribute]) -> String {
    attributes.iter().map(|attribute| attribute.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn unknown(path: &str) -> ScimError {
    ScimError::invalid_filter(format!(
        "The filter asks for {path}, which users of this service do not have. Okta has to look people up by userName: \
         in Okta open Applications > the app > Provisioning > Integration > Edit and set Unique identifier field for \
         users to userName."
    ))
}

fn target(path: &AttributePath, locate: Locate<'_>) -> Result<Target, ScimError> {
    let (place, attribute) = locate(path)?;
    let sub = match &path.sub {
        None => None,
        Some(name) => Some(attribute.sub_attribute(name).ok_or_else(|| unknown(&path.to_string()))?),
    };
    let target = Target { place, attribute, sub };
    if attribute.returned == Returned::Never || target.leaf().returned == Returned::Never {
        return Err(ScimError::invalid_filter(format!("{path} is never shown and cannot be filtered on.")));
    }
    Ok(target)
}

fn compare(target: Target, path: &AttributePath, operator: Operator, literal: &Literal) -> Result<Node, ScimError> {
    // RFC 7644 Figure 2 compares `emails` itself and means its `value`.
    let target = match (target.sub, target.attribute.is_complex()) {
        (None, true) => Target { sub: Some(value_part(target.attribute, path)?), ..target },
        _ => target,
    };
    if *literal == Literal::Null {
        return match operator {
            Operator::Eq => Ok(Node::Not(Box::new(Node::Present(target)))),
            Operator::Ne => Ok(Node::Present(target)),
            _ => Err(ScimError::invalid_filter(format!(
                "{path} {} null makes no sense: null goes with eq and ne only.",
                operator.as_str()
            ))),
        };
    }
    let leaf = target.leaf();
    let test = match leaf.kind {
        Kind::String | Kind::Reference => text_test(leaf, operator, literal),
        Kind::Binary if matches!(operator, Operator::Eq | Operator::Ne) => text_test(leaf, operator, literal),
        Kind::Boolean => boolean_test(operator, literal),
        Kind::Integer | Kind::Decimal => number_test(operator, literal),
        Kind::DateTime => instant_test(operator, literal),
        Kind::Binary | Kind::Complex => None,
    };
    let test = test.ok_or_else(|| {
        ScimError::invalid_filter(format!(
            "{path} {} {literal} does not fit: {path} {}.",
            operator.as_str(),
            expected(leaf.kind)
        ))
    })?;
    Ok(Node::Compare(target, test))
}

fn value_part(attribute: &'static Attribute, path: &AttributePath) -> Result<&'static Attribute, ScimError> {
    attribute.sub_attribute("value").ok_or_else(|| {
        ScimError::invalid_filter(format!(
            "{path} has parts and cannot be compared as a whole. Name one of them: {}.",
            names(&attribute.sub_attributes)
        ))
    })
}

const fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::String | Kind::Reference => "is compared with a text in double quotes",
        Kind::Binary => "is compared by eq or ne with base64 text in double quotes",
        Kind::Boolean => "is compared by eq or ne with true or false",
        Kind::Integer | Kind::Decimal => "is compared with a number, by eq, ne, gt, ge, lt or le",
        Kind::DateTime => {
            "is compared with a time in double quotes such as \"2026-09-01T08:00:00Z\", by eq, ne, gt, ge, lt or le"
        }
        Kind::Complex => "has parts and cannot be compared as a whole",
    }
}

fn text_test(leaf: &Attribute, operator: Operator, literal: &Literal) -> Option<Test> {
    let Literal::Text(text) = literal else { return None };
    let needle = if leaf.case_exact { text.clone() } else { fold(text) };
    Some(Test::Text { operator, needle, exact: leaf.case_exact })
}

fn boolean_test(operator: Operator, literal: &Literal) -> Option<Test> {
    let equal = match operator {
        Operator::Eq => true,
        Operator::Ne => false,
        _ => return None,
    };
    let expected = match literal {
        Literal::Boolean(value) => *value,
        Literal::Text(text) if text.eq_ignore_ascii_case("true") => true,
        Literal::Text(text) if text.eq_ignore_ascii_case("false") => false,
        _ => return None,
    };
    Some(Test::Boolean { equal, expected })
}

fn is_ordering(operator: Operator) -> bool {
    !matches!(operator, Operator::Co | Operator::Sw | Operator::Ew)
}

fn number_test(operator: Operator, literal: &Literal) -> Option<Test> {
    match literal {
        Literal::Number(number) if is_ordering(operator) => Some(Test::Number { operator, expected: number.clone() }),
        _ => None,
    }
}

fn instant_test(operator: Operator, literal: &Literal) -> Option<Test> {
    match literal {
        Literal::Text(text) if is_ordering(operator) => {
            instant(text).map(|expected| Test::Instant { operator, expected })
        }
        _ => None,
    }
}

/// Reads an `xsd:dateTime` (RFC 7643 2.3.5); without an offset it is taken as UTC.
pub(in super::super) fn instant(text: &str) -> Option<jiff::Timestamp> {
    if text.as_bytes().get(10).is_none_or(|byte| !byte.eq_ignore_ascii_case(&b'T')) {
        return None;
    }
    text.parse().or_else(|_| format!("{text}Z").parse()).ok()
}
