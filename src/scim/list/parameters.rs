//! Where a list query comes from: the parameters of a URL, or the body of a POST to `/.search` (RFC 7644 3.4.3).

use serde_json::{Map, Value};

use super::super::document::kind_of;
use super::super::error::ScimError;
use super::super::message::{open, take};

/// URI of the body of a POST to `/.search` (RFC 7644 3.4.3).
pub const SEARCH_REQUEST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// The parameters as given; those without a value are absent, but for the cursor.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    pub filter: Option<String>,
    pub sort_by: Option<String>,
    pub sort_order: Option<String>,
    pub start_index: Option<u64>,
    pub count: Option<u64>,
    /// Empty where the first page is asked for.
    pub cursor: Option<String>,
    /// Names with commas between them.
    pub attributes: Option<String>,
    pub excluded_attributes: Option<String>,
}

impl Parameters {
    /// From decoded pairs. Unknown ones are ignored (RFC 7644 3.4.2).
    pub(super) fn from_query(pairs: &[(String, String)]) -> Result<Self, ScimError> {
        let text = |name| Ok(one(pairs, name)?.map(str::to_owned));
        Ok(Self {
            filter: text("filter")?,
            sort_by: text("sortBy")?,
            sort_order: text("sortOrder")?,
            start_index: number_of_pair(pairs, "startIndex")?,
            count: number_of_pair(pairs, "count")?,
            cursor: given_once(pairs, "cursor", |_| true)?.map(|text| text.trim().to_owned()),
            attributes: text("attributes")?,
            excluded_attributes: text("excludedAttributes")?,
        })
    }

    /// From a SearchRequest. Unknown members are ignored, names compare without case, and null is no value.
    pub(super) fn from_search(body: Value) -> Result<Self, ScimError> {
        let mut body = open(body, SEARCH_REQUEST_URN, "search request")?;
        Ok(Self {
            filter: text_member(&mut body, "filter")?,
            sort_by: text_member(&mut body, "sortBy")?,
            sort_order: text_member(&mut body, "sortOrder")?,
            start_index: number_member(&mut body, "startIndex")?,
            count: number_member(&mut body, "count")?,
            cursor: any_text(&mut body, "cursor")?.map(|text| text.trim().to_owned()),
            attributes: names_member(&mut body, "attributes")?,
            excluded_attributes: names_member(&mut body, "excludedAttributes")?,
        })
    }
}

/// The value of a parameter; one without a value counts as not given.
pub(in super::super) fn one<'a>(pairs: &'a [(String, String)], name: &str) -> Result<Option<&'a str>, ScimError> {
    given_once(pairs, name, |value| !value.trim().is_empty())
}

fn given_once<'a>(
    pairs: &'a [(String, String)],
    name: &str,
    counts: fn(&str) -> bool,
) -> Result<Option<&'a str>, ScimError> {
    let mut given = pairs.iter().filter(|(key, value)| key.eq_ignore_ascii_case(name) && counts(value));
    let first = given.next().map(|(_, value)| value.as_str());
    if given.next().is_some() {
        return Err(ScimError::invalid_value(format!("{name} is given twice in the query. Send it once.")));
    }
    Ok(first)
}

/// A whole number, with negative ones read as 0 and those too large for us as the largest there is.
fn number_of_pair(pairs: &[(String, String)], name: &str) -> Result<Option<u64>, ScimError> {
    let Some(text) = one(pairs, name)?.map(str::trim) else { return Ok(None) };
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(not_a_number(name));
    }
    Ok(Some(if negative { 0 } else { digits.parse().unwrap_or(u64::MAX) }))
}

fn not_a_number(name: &str) -> ScimError {
    ScimError::invalid_value(format!("{name} has to be a whole number, such as {name}=1."))
}

fn any_text(body: &mut Map<String, Value>, name: &str) -> Result<Option<String>, ScimError> {
    match take(body, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(ScimError::invalid_value(format!("{name} is {}. Send a text.", kind_of(&other)))),
    }
}

fn text_member(body: &mut Map<String, Value>, name: &str) -> Result<Option<String>, ScimError> {
    Ok(any_text(body, name)?.filter(|text| !text.trim().is_empty()))
}

fn number_member(body: &mut Map<String, Value>, name: &str) -> Result<Option<u64>, ScimError> {
    match take(body, name) {
        None => Ok(None),
        Some(Value::Number(number)) => match number.as_i64() {
            Some(whole) => Ok(Some(u64::try_from(whole).unwrap_or(0))),
            None => number.as_u64().map(Some).ok_or_else(|| not_a_number(name)),
        },
        Some(_) => Err(not_a_number(name)),
    }
}

/// A list of names, or one text with commas as in a URL.
fn names_member(body: &mut Map<String, Value>, name: &str) -> Result<Option<String>, ScimError> {
    let text = match take(body, name) {
        None => return Ok(None),
        Some(Value::String(text)) => text,
        Some(Value::Array(list)) => {
            let names: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
            names.map(|names| names.join(",")).ok_or_else(|| not_names(name))?
        }
        Some(_) => return Err(not_names(name)),
    };
    Ok((!text.trim().is_empty()).then_some(text))
}

fn not_names(name: &str) -> ScimError {
    ScimError::invalid_value(format!("{name} has to be a list of attribute names, such as [\"userName\", \"emails\"]."))
}
