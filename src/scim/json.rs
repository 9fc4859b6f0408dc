//! Reading a request body: JSON, stricter than usual where leniency would let two readers see two different things.

use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::error::ScimError;

/// Longest part of a foreign name quoted in an error, in characters.
const QUOTED: usize = 80;

/// How many values a body may hold, all levels together: a group of 350,000 members, and no more of empty lists, each of
/// which takes a hundred times as much memory as in the text.
const MOST_VALUES: usize = 1_500_000;

/// 2^63, the first whole number that does not fit a signed 64-bit integer.
const BEYOND_I64: f64 = 9_223_372_036_854_775_808.0;

/// Reads one JSON value that makes up the whole body.
///
/// Refused with `invalidSyntax`: text that is not UTF-8 or not JSON, anything after the value, two spellings of one
/// name in one object (RFC 7643 2.1: names compare without case), 128 or more levels of nesting, more than
/// 1,500,000 values, U+0000 in a text, and whole numbers that do not fit 64 signed bits. The detail names the place, never a value.
pub fn parse(body: &[u8]) -> Result<Value, ScimError> {
    let text = std::str::from_utf8(body).map_err(|error| {
        ScimError::invalid_syntax(format!(
            "The body is not UTF-8 (byte {}). Send JSON in UTF-8.",
            error.valid_up_to() + 1
        ))
    })?;
    if text.trim().is_empty() {
        return Err(ScimError::invalid_syntax("The body is empty. Send a JSON object."));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let left = Cell::new(MOST_VALUES);
    let value = Strict { place: &Place::Root, left: &left }.deserialize(&mut reader).map_err(refusal)?;
    reader.end().map_err(refusal)?;
    Ok(value)
}

fn refusal(error: serde_json::Error) -> ScimError {
    ScimError::invalid_syntax(format!("The body cannot be read as JSON: {error}. Correct the body and send it again."))
}

/// Where in the body the reader stands, as a chain back to the root.
enum Place<'a> {
    Root,
    Member(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("the body"),
            Self::Member(Self::Root, name) => write!(f, "{}", Quoted(name)),
            Self::Member(parent, name) => write!(f, "{parent}.{}", Quoted(name)),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// A name from outside, cut to a length that fits into a sentence.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars().take(QUOTED) {
            write!(f, "{}", character.escape_debug())?;
        }
        if self.0.chars().nth(QUOTED).is_some() {
            f.write_str("...")?;
        }
        Ok(())
    }
}

/// Reads one value and remembers where it stands.
struct Strict<'a> {
    place: &'a Place<'a>,
    /// How many more values there may be.
    left: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let Some(left) = self.left.get().checked_sub(1) else {
            return Err(D::Error::custom(format_args!("it holds more than {MOST_VALUES} values")));
        };
        self.left.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value).map(Value::from).map_err(|_| too_large(self.place))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        // serde_json hands over whole numbers beyond u64 as floating point, with their last digits already lost.
        if value.fract() == 0.0 && !(-BEYOND_I64..BEYOND_I64).contains(&value) {
            return Err(too_large(self.place));
        }
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E: serde::de::Error>(self, value: String) -> Result<Value, E> {
        if value.contains('\0') {
            return Err(E::custom(format_args!("{} contains the character U+0000", self.place)));
        }
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) =
            items.next_element_seed(Strict { place: &Place::Item(self.place, list.len()), left: self.left })?
        {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        let mut seen = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if name.contains('\0') {
                return Err(A::Error::custom(format_args!("a name in {} contains the character U+0000", self.place)));
            }
            if !seen.insert(name.to_lowercase()) {
                return Err(A::Error::custom(format_args!(
                    "{} is given twice in {} (names compare without case)",
                    Quoted(&name),
                    self.place
                )));
            }
            let value =
                members.next_value_seed(Strict { place: &Place::Member(self.place, &name), left: self.left })?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

fn too_large<E: serde::de::Error>(place: &Place<'_>) -> E {
    E::custom(format_args!("{place} is a whole number beyond 64 bits"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(body: &str) -> String {
        let error = parse(body.as_bytes()).unwrap_err();
        assert_eq!((error.status, error.scim_type), (400, Some(super::super::error::ScimType::InvalidSyntax)));
        error.detail
    }

    #[test]
    fn plain_json_comes_through_in_order() {
        let value = parse(br#" {"b": [1, -2, 1.5, true, null], "a": {"x": "\u00e9"}} "#).unwrap();
        assert_eq!(value, json!({"b": [1, -2, 1.5, true, null], "a": {"x": "é"}}));
        assert_eq!(value.as_object().unwrap().keys().collect::<Vec<_>>(), ["b", "a"]);
    }

    #[test]
    fn two_spellings_of_one_name_are_refused_at_any_depth() {
        let detail = refused(r#"{"emails": [{"value": "a", "Value": "b"}]}"#);
        assert!(detail.contains("Value is given twice in emails[0]"), "{detail}");
        assert!(refused(r#"{"userName": "a", "userName": "a"}"#).contains("userName is given twice in the body"));
    }

    #[test]
    fn nul_is_refused_in_texts_and_names() {
        assert!(refused(r#"{"name": {"givenName": "a\u0000b"}}"#).contains("name.givenName contains"));
        assert!(refused(r#"{"a\u0000": 1}"#).contains("U+0000"));
    }

    #[test]
    fn whole_numbers_beyond_64_bits_are_refused() {
        assert!(refused(r#"{"n": 9223372036854775808}"#).contains("n is a whole number beyond 64 bits"));
        assert!(refused(r#"{"n": [123456789012345678901234567890]}"#).contains("n[0]"));
        assert!(refused(r#"{"n": -123456789012345678901234567890}"#).contains("64 bits"));
        assert_eq!(parse(b"9223372036854775807").unwrap(), json!(i64::MAX));
        assert_eq!(parse(b"-9223372036854775808").unwrap(), json!(i64::MIN));
    }

    #[test]
    fn nesting_is_limited() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(nested(127).as_bytes()).is_ok());
        assert!(refused(&nested(128)).contains("recursion limit"));
        assert!(refused(&nested(100_000)).contains("recursion limit"));
    }

    #[test]
    fn values_are_limited_in_number() {
        let empty = |count: usize| format!("[{}[]]", "[],".repeat(count - 2));
        assert!(parse(empty(MOST_VALUES).as_bytes()).is_ok());
        assert!(refused(&empty(MOST_VALUES + 1)).contains("more than 1500000 values"));
    }

    #[test]
    fn rubbish_is_refused_in_words() {
        assert!(refused("").contains("empty"));
        assert!(refused("{} {}").contains("trailing"));
        assert!(refused("{\"a\": }").contains("line 1"));
        assert!(parse(b"\"\xff\"").unwrap_err().detail.contains("UTF-8"));
        assert!(parse("\u{feff}{}".as_bytes()).is_err());
    }

    #[test]
    fn long_names_are_cut() {
        let name = "n".repeat(5000);
        let detail = refused(&format!(r#"{{"{name}": "\u0000"}}"#));
        assert!(detail.len() < 400, "{}", detail.len());
    }
}
