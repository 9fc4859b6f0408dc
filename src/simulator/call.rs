//! The requests that Okta sends, before they are.

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::exchange::{Purpose, printable};

/// Everything but RFC 3986's unreserved characters is escaped in filters and ids.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The methods that Okta uses.
#[derive(Debug, Clone, Copy)]
pub(super) enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Verb {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl From<Verb> for Method {
    fn from(verb: Verb) -> Self {
        match verb {
            Verb::Get => Self::GET,
            Verb::Post => Self::POST,
            Verb::Put => Self::PUT,
            Verb::Patch => Self::PATCH,
            Verb::Delete => Self::DELETE,
        }
    }
}

/// One request to be sent.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) verb: Verb,
    /// Path and query below the base URL, escaped.
    pub(super) target: String,
    /// The same for people.
    pub(super) shown: String,
    pub(super) body: Option<Value>,
    pub(super) purpose: Purpose,
    pub(super) who: Option<&'a str>,
}

impl<'a> Call<'a> {
    /// A request whose target reads the same for people.
    fn plain(verb: Verb, target: String, body: Option<Value>, purpose: Purpose, who: Option<&'a str>) -> Self {
        Self { verb, shown: target.clone(), target, body, purpose, who }
    }

    /// `GET /Users?startIndex=1&count=2`, the probe of Test API Credentials and of every Save.
    pub(super) fn credential_test() -> Self {
        Self::plain(Verb::Get, "/Users?startIndex=1&count=2".to_owned(), None, Purpose::CredentialTest, None)
    }

    /// `GET /ServiceProviderConfigs`, with which a client of SCIM 1.1 begins.
    pub(super) fn capabilities() -> Self {
        Self::plain(Verb::Get, "/ServiceProviderConfigs".to_owned(), None, Purpose::Capabilities, None)
    }

    /// A page of an import, from this place on.
    pub(super) fn import(endpoint: &str, start: u64, count: u64) -> Self {
        Self::plain(Verb::Get, format!("{endpoint}?startIndex={start}&count={count}"), None, Purpose::Import, None)
    }

    /// The search for a person before anything is pushed, by an attribute's value.
    pub(super) fn lookup(attribute: &str, value: &str, who: &'a str) -> Self {
        Self::search("/Users", attribute, value, Purpose::Lookup, who)
    }

    /// The search for a group before it is pushed.
    pub(super) fn find_group(name: &'a str) -> Self {
        Self::search("/Groups", "displayName", name, Purpose::GroupLookup, name)
    }

    /// What Entitlement Management asks for: a list below the base URL, whole.
    pub(super) fn entitlements(target: String) -> Self {
        Self::plain(Verb::Get, target, None, Purpose::Entitlements, None)
    }

    fn search(endpoint: &str, attribute: &str, value: &str, purpose: Purpose, who: &'a str) -> Self {
        // The value of a filter is a JSON string (RFC 7644 3.4.2.2).
        let filter = format!("{attribute} eq {}", Value::from(value));
        let escaped = utf8_percent_encode(&filter, ESCAPED);
        Self {
            verb: Verb::Get,
            target: format!("{endpoint}?filter={escaped}&startIndex=1&count=100"),
            shown: format!("{endpoint}?filter={filter}&startIndex=1&count=100"),
            body: None,
            purpose,
            who: Some(who),
        }
    }

    /// `POST /Users`.
    pub(super) fn create(body: Value, who: &'a str) -> Self {
        Self::plain(Verb::Post, "/Users".to_owned(), Some(body), Purpose::Create, Some(who))
    }

    /// A request to one user.
    pub(super) fn one(verb: Verb, id: &str, body: Option<Value>, purpose: Purpose, who: &'a str) -> Self {
        Self::of_id(verb, "/Users", id, body, purpose, who)
    }

    /// A request to one group, or to all of them.
    pub(super) fn group(verb: Verb, id: Option<&str>, body: Option<Value>, purpose: Purpose, name: &'a str) -> Self {
        match id {
            Some(id) => Self::of_id(verb, "/Groups", id, body, purpose, name),
            None => Self::plain(verb, "/Groups".to_owned(), body, purpose, Some(name)),
        }
    }

    fn of_id(verb: Verb, endpoint: &str, id: &str, body: Option<Value>, purpose: Purpose, who: &'a str) -> Self {
        Self {
            verb,
            target: format!("{endpoint}/{}", utf8_percent_encode(id, ESCAPED)),
            shown: format!("{endpoint}/{id}").chars().map(printable).collect(),
            body,
            purpose,
            who: Some(who),
        }
    }
}
