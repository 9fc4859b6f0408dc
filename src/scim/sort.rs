//! The order of a list (RFC 7644 3.4.2.3): `sortBy` and `sortOrder` fitted to the attribute table, and the key by which
//! one resource stands before another.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::ScimError;
use super::filter::{Subject, elements, instant, names, part, whole_to_fraction};
use super::fold::fold;
use super::path::AttributePath;
use super::schema::{Attribute, Kind, Place, ResourceType, Returned};

/// How much of a text counts for its order, in bytes. A key travels in a cursor, and that in a URL.
pub const MAX_KEY: usize = 512;

/// By what a list is ordered.
///
/// Resources with equal keys stand in order of creation, whatever the direction; that is for the caller, who knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sort {
    /// Nothing when the resource type lacks the attribute.
    by: Option<By>,
    descending: bool,
}

/// The attribute that decides.
#[derive(Debug, Clone, Copy, PartialEq)]
struct By {
    place: Place,
    attribute: &'static Attribute,
    sub: Option<&'static Attribute>,
}

impl By {
    fn leaf(self) -> &'static Attribute {
        self.sub.unwrap_or(self.attribute)
    }
}

impl Sort {
    /// Reads `sortBy` and `sortOrder` for one resource type.
    ///
    /// `invalidValue` when the attribute is unknown or has parts and none is named (`emails` means `emails.value`), or
    /// the order is neither ascending nor descending; `invalidFilter` for an attribute that is never shown, whose
    /// values the order would give away (RFC 7643 7).
    pub fn parse(by: &str, order: Option<&str>, kind: &'static ResourceType) -> Result<Self, ScimError> {
        let sort = Self::parse_among(by, order, kind)?;
        if sort.by.is_none() {
            return Err(ScimError::invalid_value(format!(
                "sortBy names {:?}, which no {} of this service has. Its attributes are {}.",
                by.trim(),
                kind.name,
                names(&kind.schema.attributes)
            )));
        }
        Ok(sort)
    }

    /// The same for one of several resource types that are asked together (RFC 7644 3.4.2.1): an attribute that this
    /// type lacks counts as one without a value.
    pub fn parse_among(by: &str, order: Option<&str>, kind: &'static ResourceType) -> Result<Self, ScimError> {
        let path = AttributePath::parse(by.trim()).map_err(|why| {
            ScimError::invalid_value(format!(
                "sortBy cannot be read: {why}. Send an attribute such as userName or meta.lastModified."
            ))
        })?;
        Ok(Self { by: locate(&path, kind)?, descending: is_descending(order)? })
    }

    /// The key of one resource. Of several values the primary one counts, otherwise the first. Of a text only the first
    /// [`MAX_KEY`] bytes of its folded form count (of the text itself where case counts).
    pub fn key(&self, subject: &impl Subject) -> SortKey {
        let Some(by) = self.by else { return SortKey::Nothing };
        let Some(value) = subject.attribute(by.place, &by.attribute.name) else { return SortKey::Nothing };
        let list = elements(&value);
        let Some(chosen) = list.iter().find(|element| is_primary(element)).or_else(|| list.first()) else {
            return SortKey::Nothing;
        };
        match by.sub {
            None => SortKey::of(by.leaf(), chosen),
            Some(sub) => part(chosen, &sub.name).map_or(SortKey::Nothing, |value| SortKey::of(sub, value)),
        }
    }

    /// Whether an attribute of the core schema, or a part of it, decides (its name in the table's spelling).
    pub fn is_by(&self, attribute: &str) -> bool {
        self.by.is_some_and(|by| by.place == Place::Core && by.attribute.name == attribute)
    }

    /// Which of two keys comes first. Without a value: last when ascending, first when descending.
    pub fn compare(&self, left: &SortKey, right: &SortKey) -> Ordering {
        if self.descending { right.cmp(left) } else { left.cmp(right) }
    }

    /// Whether the largest comes first.
    pub const fn is_descending(&self) -> bool {
        self.descending
    }
}

fn locate(path: &AttributePath, kind: &'static ResourceType) -> Result<Option<By>, ScimError> {
    let Some((place, attribute)) = kind.locate(path.urn.as_deref(), &path.attribute) else { return Ok(None) };
    let sub = match &path.sub {
        // RFC 7644 3.4.2.3: complex attributes need the path of a part.
        None if attribute.is_complex() => Some(attribute.sub_attribute("value").ok_or_else(|| {
            ScimError::invalid_value(format!(
                "sortBy names {path}, which has parts and no order as a whole. Name one of them, as in {path}.{}: {}.",
                attribute.sub_attributes.first().map_or("value", |part| part.name.as_str()),
                names(&attribute.sub_attributes)
            ))
        })?),
        None => None,
        Some(name) => match attribute.sub_attribute(name) {
            Some(part) => Some(part),
            None => return Ok(None),
        },
    };
    let by = By { place, attribute, sub };
    if attribute.returned == Returned::Never || by.leaf().returned == Returned::Never {
        return Err(ScimError::invalid_filter(format!("{path} is never shown and cannot be sorted by.")));
    }
    Ok(Some(by))
}

fn is_descending(order: Option<&str>) -> Result<bool, ScimError> {
    match order.map(str::trim) {
        None | Some("") => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("ascending") => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("descending") => Ok(true),
        Some(_) => Err(ScimError::invalid_value("sortOrder has to be ascending or descending.")),
    }
}

fn is_primary(element: &Value) -> bool {
    element.get("primary") == Some(&Value::Bool(true))
}

/// What decides a resource's place, in ascending order: no value comes last. Kinds never meet in one list of one
/// resource type; where they do in a list of several, the order of the variants decides.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum SortKey {
    /// `false` comes first.
    #[serde(rename = "b")]
    Boolean(bool),
    /// A number, by value.
    #[serde(rename = "n")]
    Whole(i64),
    /// A number that is not whole or beyond 64 bits, by value among the whole ones.
    #[serde(rename = "f", with = "bits")]
    Fraction(f64),
    /// By instant, whatever the offset it was written with.
    #[serde(rename = "i")]
    Instant(jiff::Timestamp),
    /// By code points.
    #[serde(rename = "t")]
    Text(String),
    /// No value.
    #[serde(rename = "-")]
    Nothing,
}

impl SortKey {
    fn of(leaf: &Attribute, value: &Value) -> Self {
        match (leaf.kind, value) {
            (Kind::Boolean, Value::Bool(value)) => Self::Boolean(*value),
            (Kind::Integer | Kind::Decimal, Value::Number(number)) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => Self::Whole(whole),
                (None, Some(fraction)) => Self::Fraction(fraction),
                (None, None) => Self::Nothing,
            },
            (Kind::DateTime, Value::String(text)) => instant(text).map_or(Self::Nothing, Self::Instant),
            (Kind::String | Kind::Reference | Kind::Binary, Value::String(text)) => {
                let mut text = if leaf.case_exact { text.clone() } else { fold(text) };
                text.truncate(text.floor_char_boundary(MAX_KEY));
                Self::Text(text)
            }
            _ => Self::Nothing,
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Boolean(_) => 0,
            Self::Whole(_) | Self::Fraction(_) => 1,
            Self::Instant(_) => 2,
            Self::Text(_) => 3,
            Self::Nothing => 4,
        }
    }
}

impl Ord for SortKey {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Boolean(left), Self::Boolean(right)) => left.cmp(right),
            (Self::Whole(left), Self::Whole(right)) => left.cmp(right),
            (Self::Whole(left), Self::Fraction(right)) => whole_to_fraction(*left, *right),
            (Self::Fraction(left), Self::Whole(right)) => whole_to_fraction(*right, *left).reverse(),
            // Numbers of JSON always compare: none of them is NaN.
            (Self::Fraction(left), Self::Fraction(right)) => left.partial_cmp(right).unwrap_or(Ordering::Equal),
            (Self::Instant(left), Self::Instant(right)) => left.cmp(right),
            (Self::Text(left), Self::Text(right)) => left.cmp(right),
            (left, right) => left.rank().cmp(&right.rank()),
        }
    }
}

impl PartialOrd for SortKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for SortKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for SortKey {}

/// A fraction by its bits: read back from its digits, it could have moved past a neighbour.
mod bits {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(fraction: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(fraction.to_bits())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        u64::deserialize(deserializer).map(f64::from_bits)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::schema::group_resource_type;
    use super::super::schema::{ENTERPRISE_USER_URN, user_resource_type};
    use super::*;

    fn sort(by: &str, order: &str) -> Sort {
        Sort::parse(by, Some(order), user_resource_type()).unwrap_or_else(|error| panic!("{by}: {error}"))
    }

    fn sorted(by: &str, order: &str, mut users: Vec<Value>) -> Vec<Value> {
        let sort = sort(by, order);
        users.sort_by(|left, right| sort.compare(&sort.key(left), &sort.key(right)));
        users
    }

    fn ids(users: &[Value]) -> Vec<&str> {
        users.iter().map(|user| user["id"].as_str().unwrap()).collect()
    }

    #[test]
    fn texts_sort_folded_and_without_a_value_last() {
        let users = || {
            vec![
                json!({"id": "none"}),
                json!({"id": "b", "title": "beta"}),
                json!({"id": "A", "title": "Alpha"}),
                json!({"id": "sz", "title": "STRASSE"}),
                json!({"id": "ß", "title": "straße"}),
                json!({"id": "null", "title": null}),
            ]
        };
        assert_eq!(ids(&sorted("TITLE", "Ascending", users())), ["A", "b", "sz", "ß", "none", "null"]);
        assert_eq!(ids(&sorted("title", "DESCENDING", users())), ["none", "null", "sz", "ß", "b", "A"]);
    }

    #[test]
    fn case_counts_where_the_table_says_so() {
        let users = || vec![json!({"id": "a", "externalId": "a"}), json!({"id": "B", "externalId": "B"})];
        assert_eq!(ids(&sorted("externalId", "", users())), ["B", "a"]);
    }

    #[test]
    fn times_sort_by_instant_and_booleans_false_first() {
        let at = |id: &str, time: &str| json!({"id": id, "meta": {"created": time}});
        let users = vec![at("2", "2026-09-01T09:00:00Z"), at("1", "2026-09-01T10:00:00+02:00"), at("x", "soon")];
        assert_eq!(ids(&sorted("meta.created", "", users)), ["1", "2", "x"]);
        let users = vec![json!({"id": "on", "active": true}), json!({"id": "off", "active": false})];
        assert_eq!(ids(&sorted("active", "", users)), ["off", "on"]);
    }

    #[test]
    fn of_several_values_the_primary_one_counts() {
        let key = |by: &str, user: Value| sort(by, "").key(&user);
        let text = |text: &str| SortKey::Text(text.to_owned());
        let emails = json!({"emails": [{"value": "Z@x", "type": "work"}, {"value": "A@x", "primary": true}]});
        assert_eq!(key("emails", emails.clone()), text("a@x"));
        assert_eq!(key("emails.value", emails.clone()), text("a@x"));
        assert_eq!(key("emails.type", emails), SortKey::Nothing);
        assert_eq!(key("emails", json!({"emails": [{"value": "Z"}, {"value": "A"}]})), text("z"));
        assert_eq!(key("roles", json!({"roles": ["Viewer", "owner"]})), text("viewer"));
        assert_eq!(key("roles", json!({"roles": "Owner"})), text("owner"));
        assert_eq!(key("emails", json!({"emails": []})), SortKey::Nothing);
        let department = format!("{ENTERPRISE_USER_URN}:department");
        assert_eq!(key(&department, json!({ENTERPRISE_USER_URN: {"department": "Data"}})), text("data"));
    }

    #[test]
    fn what_cannot_be_sorted_by_is_refused() {
        for (by, order, keyword, why) in [
            ("nobody", None, "invalidValue", "nobody"),
            ("name", None, "invalidValue", "formatted, familyName"),
            ("name.nobody", None, "invalidValue", "name.nobody"),
            ("a b", None, "invalidValue", "cannot be read"),
            ("password", None, "invalidFilter", "never shown"),
            ("userName", Some("up"), "invalidValue", "ascending or descending"),
        ] {
            let error = Sort::parse(by, order, user_resource_type()).unwrap_err();
            assert_eq!((error.status, error.scim_type.unwrap().as_str()), (400, keyword), "{by}");
            assert!(error.detail.contains(why), "{by}: {error}");
        }
    }

    #[test]
    fn among_several_types_a_lacking_attribute_has_no_value() {
        let group = Sort::parse_among("userName", Some("descending"), group_resource_type()).unwrap();
        assert_eq!(group.key(&json!({"userName": "x", "displayName": "y"})), SortKey::Nothing);
        assert!(group.is_descending());
        assert!(Sort::parse_among("password", None, user_resource_type()).is_err());
        assert!(Sort::parse_among("name", None, user_resource_type()).is_err());
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let SortKey::Text(text) = sort("title", "").key(&json!({"title": "é".repeat(5000)})) else { panic!() };
        assert_eq!(text.len(), MAX_KEY);
        let SortKey::Text(text) = sort("title", "").key(&json!({"title": format!("a{}", "é".repeat(5000))})) else {
            panic!()
        };
        assert_eq!(text.len(), MAX_KEY - 1);
    }

    #[test]
    fn whole_numbers_and_fractions_mix_exactly() {
        let model = Attribute { kind: Kind::Decimal, ..user_resource_type().attribute("title").unwrap().clone() };
        let number = |value: Value| SortKey::of(&model, &value);
        let ascending = [
            json!(-1e300),
            json!(i64::MIN),
            json!(-1.5),
            json!(-1),
            json!(0),
            json!(0.25),
            json!(9_007_199_254_740_992.0),
            json!(9_007_199_254_740_993_i64),
            json!(i64::MAX),
            json!(9_223_372_036_854_775_808.0),
        ]
        .map(number);
        assert!(ascending.is_sorted_by(|left, right| left < right), "{ascending:?}");
        assert_eq!(number(json!(1)), number(json!(1.0)));
        assert_eq!(number(json!(0.0)), number(json!(-0.0)));
    }

    fn key() -> impl Strategy<Value = SortKey> {
        prop_oneof![
            any::<bool>().prop_map(SortKey::Boolean),
            prop_oneof![-3_i64..3, any::<i64>()].prop_map(SortKey::Whole),
            prop_oneof![-3.0..3.0, -1e19..1e19, Just(0.5), Just(2.0)].prop_map(SortKey::Fraction),
            "[a-cé]{0,2}".prop_map(SortKey::Text),
            (-5_i64..5).prop_filter_map("in range", |second| {
                jiff::Timestamp::from_second(second).ok().map(SortKey::Instant)
            }),
            Just(SortKey::Nothing),
        ]
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in key(), b in key(), c in key()) {
            prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
            prop_assert!(a.cmp(&b).is_gt() || b.cmp(&c).is_gt() || a.cmp(&c).is_le());
            prop_assert!(a <= SortKey::Nothing);
        }

        #[test]
        fn keys_come_back_from_their_text(key in key()) {
            let text = serde_json::to_string(&key).unwrap();
            let back = serde_json::from_str::<SortKey>(&text).unwrap();
            prop_assert_eq!(format!("{:?}", back), format!("{:?}", key));
        }

        #[test]
        fn any_sort_by_is_read_or_refused(by in "\\PC{0,40}", order in "\\PC{0,12}") {
            let _ = Sort::parse(&by, Some(&order), user_resource_type());
        }
    }
}
