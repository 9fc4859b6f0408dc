//! Fits a filter to the attribute table: every name must exist, every literal must be of its attribute's kind. What comes
//! out can be decided without further failure.

use serde_json::Number;

use super::super::error::ScimError;
use super::super::fold::fold;
use super::super::path::AttributePath;
use super::super::schema::{Attribute, Kind, Place, ResourceType, Returned, TypeName};
use super::{Expression, Literal, Operator, parse};

/// A filter that fits the attributes of one resource type.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    pub(super) root: Node,
    /// Name of the resource type.
    pub(super) kind: TypeName,
}

impl Filter {
    /// Reads and checks in one step; `invalidFilter` when either fails.
    pub fn parse(text: &str, resource_type: &'static ResourceType) -> Result<Self, ScimError> {
        Self::check(&parse(text)?, resource_type)
    }

    /// Fits a filter to the attributes of a resource type; `invalidFilter` when a name is unknown, is never returned
    /// (RFC 7643 7: it must not become an oracle), or is compared in a way its kind does not allow.
    pub fn check(expression: &Expression, resource_type: &'static ResourceType) -> Result<Self, ScimError> {
        Self::fit(expression, resource_type, false)
    }

    /// Fits a filter to one of several resource types that are asked together (RFC 7644 3.4.2.1): an attribute that
    /// this type lacks counts as one without a value, whether another type has it or not. Everything else is refused
    /// as in [`check`](Self::check).
    pub fn check_among(expression: &Expression, resource_type: &'static ResourceType) -> Result<Self, ScimError> {
        Self::fit(expression, resource_type, true)
    }

    fn fit(expression: &Expression, kind: &'static ResourceType, lenient: bool) -> Result<Self, ScimError> {
        let root = node(expression, Scope { names: Names::Of(kind), lenient })?;
        Ok(Self { root, kind: kind.name })
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
        Ok(Self { root: node(expression, Scope { names: Names::PartsOf(attribute), lenient: false })? })
    }

    /// How many terms are decided for each value at most.
    pub fn terms(&self) -> usize {
        self.root.terms()
    }
}

/// A checked filter as a tree. Below `Element`, targets are relative to one value of the attribute.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// A term over an attribute that the resource type lacks: what it says of one without a value.
    Constant(bool),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Present(Target),
    Compare(Target, Test),
    Element(Place, &'static Attribute, Box<Node>),
}

impl Node {
    fn terms(&self) -> usize {
        match self {
            Self::Constant(_) | Self::Present(_) | Self::Compare(..) => 1,
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().map(Self::terms).sum(),
            Self::Not(node) | Self::Element(_, _, node) => node.terms(),
        }
    }
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

/// Where the names of a filter are looked up.
#[derive(Clone, Copy)]
struct Scope {
    names: Names,
    /// Whether an unknown name is an attribute without a value rather than a fault.
    lenient: bool,
}

#[derive(Clone, Copy)]
enum Names {
    /// Attributes of a resource.
    Of(&'static ResourceType),
    /// Parts of one value, between brackets.
    PartsOf(&'static Attribute),
}

impl Scope {
    /// What a path means; nothing when it is unknown and that is no fault.
    fn find(self, path: &AttributePath) -> Result<Option<Target>, ScimError> {
        let found = match self.names {
            Names::Of(kind) => target_of(path, kind),
            Names::PartsOf(attribute) => {
                if path.urn.is_some() || path.sub.is_some() {
                    return Err(ScimError::invalid_filter(format!(
                        "{path} cannot stand between the brackets of {}: name one of its parts, as in \
                         {0}[type eq \"work\"].",
                        attribute.name
                    )));
                }
                let part = attribute.sub_attribute(&path.attribute);
                part.map(|part| Target { place: Place::Core, attribute: part, sub: None })
            }
        };
        match found {
            None if self.lenient => Ok(None),
            None => Err(self.unknown(path)),
            Some(target)
                if target.attribute.returned == Returned::Never || target.leaf().returned == Returned::Never =>
            {
                Err(ScimError::invalid_filter(format!("{path} is never shown and cannot be filtered on.")))
            }
            found => Ok(found),
        }
    }

    fn unknown(self, path: &AttributePath) -> ScimError {
        ScimError::invalid_filter(match self.names {
            Names::Of(kind) if kind.name == TypeName::User => format!(
                "The filter asks for {path}, which users of this service do not have. Okta has to look people up by \
                 userName: in Okta open Applications > the app > Provisioning > Integration > Edit and set Unique \
                 identifier field for users to userName."
            ),
            Names::Of(kind) => format!(
                "The filter asks for {path}, which no {} of this service has. Its attributes are {}.",
                kind.name,
                names(&kind.schema.attributes)
            ),
            Names::PartsOf(attribute) => format!(
                "{} has no part {:?}. Its parts are {}.",
                attribute.name,
                path.attribute,
                names(&attribute.sub_attributes)
            ),
        })
    }
}

fn target_of(path: &AttributePath, kind: &'static ResourceType) -> Option<Target> {
    let (place, attribute) = kind.locate(path.urn.as_deref(), &path.attribute)?;
    let sub = match &path.sub {
        None => None,
        Some(name) => Some(attribute.sub_attribute(name)?),
    };
    Some(Target { place, attribute, sub })
}

fn node(expression: &Expression, scope: Scope) -> Result<Node, ScimError> {
    let all = |parts: &[Expression]| parts.iter().map(|part| node(part, scope)).collect::<Result<Vec<_>, _>>();
    Ok(match expression {
        Expression::And(parts) => Node::And(all(parts)?),
        Expression::Or(parts) => Node::Or(all(parts)?),
        Expression::Not(part) => Node::Not(Box::new(node(part, scope)?)),
        Expression::Present(path) => scope.find(path)?.map_or(Node::Constant(false), Node::Present),
        Expression::Compare(path, operator, literal) => {
            let is_null = *literal == Literal::Null;
            if is_null && !matches!(operator, Operator::Eq | Operator::Ne) {
                return Err(ScimError::invalid_filter(format!(
                    "{path} {} null makes no sense: null goes with eq and ne only.",
                    operator.as_str()
                )));
            }
            match scope.find(path)? {
                Some(target) => compare(target, path, *operator, literal)?,
                // What has no value equals null and differs from everything else.
                None => Node::Constant(*operator == if is_null { Operator::Eq } else { Operator::Ne }),
            }
        }
        Expression::Element(path, part) => {
            let Some(target) = scope.find(path)? else { return Ok(Node::Constant(false)) };
            if target.sub.is_some() || !target.attribute.multi_valued || !target.attribute.is_complex() {
                return Err(ScimError::invalid_filter(format!(
                    "{path} takes no brackets: they select among several values with parts, as in \
                     emails[type eq \"work\"]."
                )));
            }
            let parts = Scope { names: Names::PartsOf(target.attribute), ..scope };
            Node::Element(target.place, target.attribute, Box::new(node(part, parts)?))
        }
    })
}

pub(in super::super) fn names(attributes: &[Attribute]) -> String {
    attributes.iter().map(|attribute| attribute.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn compare(target: Target, path: &AttributePath, operator: Operator, literal: &Literal) -> Result<Node, ScimError> {
    // RFC 7644 Figure 2 compares `emails` itself and means its `value`.
    let target = match (target.sub, target.attribute.is_complex()) {
        (None, true) => Target { sub: Some(value_part(target.attribute, path)?), ..target },
        _ => target,
    };
    if *literal == Literal::Null {
        let present = Node::Present(target);
        return Ok(if operator == Operator::Eq { Node::Not(Box::new(present)) } else { present });
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
