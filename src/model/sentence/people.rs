//! Who asked, and about whom.

use percent_encoding::percent_decode_str;

use crate::model::{event::Event, words::bounded};

/// Columns of a client's or token's name.
const CLIENT: usize = 32;
/// Columns of a person's or group's name.
const NAME: usize = 48;
/// Columns of a path or filter.
const PATH: usize = 60;
/// The base path of SCIM.
const BASE: &str = "/scim/v2";

/// Who sent the request: Okta, or the client by its user agent and the token it carried.
pub fn who(event: &Event) -> String {
    if event.is_from_okta() {
        return "Okta".to_owned();
    }
    let client = client(event).unwrap_or_else(|| "A client".to_owned());
    match &event.token_name {
        Some(token) => format!("{client} (token {})", bounded(token, CLIENT)),
        None => client,
    }
}

/// A client by its user agent: the name of the product that stands first in it.
pub(super) fn client(event: &Event) -> Option<String> {
    let agent = event.user_agent.as_deref()?;
    let product = agent.split(['/', ' ', '(']).find(|part| !part.trim().is_empty())?;
    Some(if product == "Mozilla" { "A browser".to_owned() } else { bounded(product, CLIENT) })
}

/// Whether the request was about groups.
pub fn is_of_groups(event: &Event) -> bool {
    let knows_group = event.group_id.is_some() || event.group_name.is_some();
    knows_group && event.user_name.is_none()
        || event.path.split('/').any(|segment| segment.eq_ignore_ascii_case("groups"))
}

/// The user or group concerned, by the best name there is.
pub(super) fn whom(event: &Event) -> String {
    if is_of_groups(event) {
        return group(event);
    }
    match (&event.user_name, &event.external_id) {
        (Some(name), _) if !name.trim().is_empty() => bounded(name, NAME),
        (_, Some(id)) if !id.trim().is_empty() => format!("the user with externalId {}", bounded(id, NAME)),
        _ => "a user".to_owned(),
    }
}

/// Whether the event knows whom it is about by name.
pub(super) fn is_named(event: &Event) -> bool {
    let known = |name: &Option<String>| name.as_deref().is_some_and(|name| !name.trim().is_empty());
    if is_of_groups(event) { known(&event.group_name) } else { known(&event.user_name) || known(&event.external_id) }
}

/// The group concerned.
pub(super) fn group(event: &Event) -> String {
    match event.group_name.as_deref().filter(|name| !name.trim().is_empty()) {
        Some(name) => format!("the group {}", bounded(name, NAME)),
        None => "a group".to_owned(),
    }
}

/// A name out of a change.
pub(super) fn named(name: &str) -> String {
    bounded(name, NAME)
}

/// What the request was sent to, without the base path: `/Users`.
pub(super) fn target(event: &Event) -> String {
    let below = event.path.strip_prefix(BASE).filter(|rest| rest.starts_with('/'));
    bounded(below.unwrap_or(&event.path), PATH)
}

/// Whether the path is below the base path.
pub(super) fn is_below_base(event: &Event) -> bool {
    event.path.trim_start_matches('/').to_ascii_lowercase().starts_with("scim/v2/") || event.path == BASE
}

/// The value of a parameter of the query, decoded.
pub(super) fn parameter(event: &Event, wanted: &str) -> Option<String> {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    event.query.as_deref()?.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        decode(name).eq_ignore_ascii_case(wanted).then(|| decode(value))
    })
}

/// The filter of a search, as it can stand in a sentence.
pub(super) fn filter(event: &Event) -> Option<String> {
    parameter(event, "filter").filter(|filter| !filter.trim().is_empty()).map(|filter| bounded(&filter, PATH))
}
