//! Lists and lookups (RFC 7644 3.4.2): what the query asks for and the envelope of the answer.

use serde_json::{Value, json};

use super::error::ScimError;
use super::filter::Filter;
use super::projection::Projection;
use super::schema::{LIST_RESPONSE_URN, ResourceType};

/// Most resources on one page; a larger `count` is cut to this.
pub const MAX_RESULTS: u64 = 200;
/// Resources on one page when the query says nothing.
pub const DEFAULT_COUNT: u64 = 100;

/// What a list query asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct ListQuery {
    /// Place of the first resource wanted, counted from 1.
    pub start_index: u64,
    /// Most resources wanted, 0 to [`MAX_RESULTS`]; 0 asks for the total alone.
    pub count: u64,
    /// Which resources are meant; all without it.
    pub filter: Option<Filter>,
    /// Which attributes are shown.
    pub projection: Projection,
}

impl ListQuery {
    /// Reads decoded query parameters. Unknown ones are ignored (RFC 7644 3.4.2). `startIndex` below 1 counts as 1, a
    /// negative `count` as 0 (Table 6). `invalidValue` when a number is none, or a parameter is given twice.
    pub fn parse(pairs: &[(String, String)], resource_type: &'static ResourceType) -> Result<Self, ScimError> {
        let filter = one(pairs, "filter")?.map(|text| Filter::parse(text, resource_type)).transpose()?;
        let projection = Projection::parse(one(pairs, "attributes")?, one(pairs, "excludedAttributes")?)?;
        Ok(Self {
            start_index: number(pairs, "startIndex")?.unwrap_or(1).max(1),
            count: number(pairs, "count")?.unwrap_or(DEFAULT_COUNT).min(MAX_RESULTS),
            filter,
            projection,
        })
    }
}

/// The value of a parameter; one without a value counts as not given.
fn one<'a>(pairs: &'a [(String, String)], name: &str) -> Result<Option<&'a str>, ScimError> {
    let mut given = pairs.iter().filter(|(key, value)| key.eq_ignore_ascii_case(name) && !value.trim().is_empty());
    let first = given.next().map(|(_, value)| value.as_str());
    if given.next().is_some() {
        return Err(ScimError::invalid_value(format!("{name} is given twice in the query. Send it once.")));
    }
    Ok(first)
}

/// A whole number, with negative ones read as 0 and those too large for us as the largest there is.
fn number(pairs: &[(String, String)], name: &str) -> Result<Option<u64>, ScimError> {
    let Some(text) = one(pairs, name)?.map(str::trim) else { return Ok(None) };
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ScimError::invalid_value(format!("{name} has to be a whole number, such as {name}=1.")));
    }
    Ok(Some(if negative { 0 } else { digits.parse().unwrap_or(u64::MAX) }))
}

/// The envelope of a page: `total` matches in all, of which `resources` begin at `start_index`. The three numbers are
/// JSON numbers and `Resources` is always there, because Okta gives up silently without either.
pub fn list_response(total: u64, start_index: u64, resources: Vec<Value>) -> Value {
    json!({
        "schemas": [LIST_RESPONSE_URN],
        "totalResults": total,
        "startIndex": start_index,
        "itemsPerPage": resources.len(),
        "Resources": resources
    })
}

/// The same as text, from the texts of its resources: a page is written once, not built and then written.
pub fn list_text(total: u64, start_index: u64, resources: &[String]) -> String {
    let size = resources.iter().map(|resource| resource.len() + 1).sum::<usize>();
    let mut text = String::with_capacity(size + 160);
    text.push_str("{\"schemas\":[\"");
    text.push_str(LIST_RESPONSE_URN);
    text.push_str(&format!(
        "\"],\"totalResults\":{total},\"startIndex\":{start_index},\"itemsPerPage\":{},\"Resources\":[",
        resources.len()
    ));
    for (place, resource) in resources.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push_str(resource);
    }
    text.push_str("]}");
    text
}

#[cfg(test)]
mod tests {
    use super::super::schema::user_resource_type;
    use super::*;

    fn query(pairs: &[(&str, &str)]) -> Result<ListQuery, ScimError> {
        let pairs: Vec<_> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        ListQuery::parse(&pairs, user_resource_type())
    }

    #[test]
    fn okta_credential_test_and_lookup_are_understood() {
        let test = query(&[("startIndex", "1"), ("count", "2")]).unwrap();
        assert_eq!((test.start_index, test.count, test.filter), (1, 2, None));
        let lookup =
            query(&[("filter", "userName eq \"ada.moreno@harbor.example\""), ("startIndex", "1"), ("count", "100")])
                .unwrap();
        assert!(lookup.filter.is_some());
    }

    #[test]
    fn numbers_out_of_range_are_moved_into_it() {
        let page = |pairs: &[(&str, &str)]| query(pairs).map(|query| (query.start_index, query.count)).unwrap();
        assert_eq!(page(&[]), (1, 100));
        assert_eq!(page(&[("startIndex", "0"), ("count", "-5")]), (1, 0));
        assert_eq!(page(&[("startIndex", "-9"), ("count", "0")]), (1, 0));
        assert_eq!(page(&[("count", "99999999999999999999999")]), (1, 200));
        assert_eq!(page(&[("COUNT", "7"), ("tenant", "x"), ("filter", "")]), (1, 7));
    }

    #[test]
    fn what_is_no_number_or_given_twice_is_refused() {
        for pairs in [
            &[("count", "ten")][..],
            &[("startIndex", "1.5")],
            &[("startIndex", "-")],
            &[("count", "1"), ("count", "2")],
            &[("attributes", "userName"), ("excludedAttributes", "emails")],
        ] {
            let error = query(pairs).unwrap_err();
            assert_eq!((error.status, error.scim_type.unwrap().as_str()), (400, "invalidValue"), "{pairs:?}");
        }
        assert_eq!(query(&[("filter", "userName")]).unwrap_err().scim_type.unwrap().as_str(), "invalidFilter");
    }

    #[test]
    fn a_page_written_from_texts_is_the_same() {
        let resources = [json!({"id": "1"}), json!({"id": "2", "name": {"formatted": "\"A\", B"}})];
        for count in 0..=resources.len() {
            let page = &resources[..count];
            let texts: Vec<String> = page.iter().map(Value::to_string).collect();
            assert_eq!(list_text(7, 3, &texts), list_response(7, 3, page.to_vec()).to_string());
        }
    }

    #[test]
    fn an_empty_page_still_has_resources_and_numbers() {
        let body = list_response(0, 1, Vec::new());
        assert_eq!(
            body,
            json!({"schemas": [LIST_RESPONSE_URN], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0,
                   "Resources": []})
        );
    }
}
