//! What must not stand in an event is taken out before the event is made.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::{
    directory::secrets::PREFIX,
    scim::{self, discovery::MAX_PAYLOAD},
};

const MASK: &str = "[REDACTED]";
/// From how many bytes on a body is large.
const LARGE: usize = MAX_PAYLOAD + 1;
/// In place of a body that secrets cannot be taken out of; begins with [`WITHHELD`](crate::model::event::WITHHELD).
const NO_JSON: &str = "(withheld: not valid JSON, and it may hold a password)";
/// What stands in the body of a search, and in the query of other lists.
const IN_SEARCHES: [&str; 4] = ["filter", "sortBy", "attributes", "excludedAttributes"];
/// In place of a refusal that quotes more about a password than its name.
pub const UNQUOTED: &str = "(withheld: it quotes a request about a password)";

/// A request body as text without passwords and tokens; none for an empty body.
pub fn body(bytes: &[u8]) -> Option<String> {
    if bytes.is_empty() {
        return None;
    }
    let text = String::from_utf8_lossy(bytes);
    // Control characters: another encoding, or packed; a password in it would not look like one.
    let plain = !text.chars().any(|c| c.is_control() && !c.is_ascii_whitespace());
    if plain && !mentions_password(&text) {
        return Some(tokens(&text));
    }
    if let Some(masked) = mask_plain_passwords(&text) {
        return Some(tokens(&masked));
    }
    let read = match text.len() {
        // The strict reader keeps to its memory; of a smaller body the log shows what that reader refuses, too.
        LARGE.. => scim::json::parse(bytes).ok(),
        _ => serde_json::from_str::<Value>(&text).ok(),
    };
    match read {
        Some(mut value) => {
            strip_passwords(&mut value);
            Some(tokens(&value.to_string()))
        }
        None => Some(NO_JSON.to_owned()),
    }
}

/// A text in which everything that looks like one of our credentials is cut after its prefix.
pub fn tokens(text: &str) -> String {
    let Some(first) = text.find(PREFIX) else {
        return text.to_owned();
    };
    let (mut clean, mut rest) = (text[..first].to_owned(), &text[first..]);
    while let Some(at) = rest.find(PREFIX) {
        let (before, found) = rest.split_at(at);
        let secret = found.trim_start_matches(PREFIX);
        clean.push_str(before);
        clean.push_str(PREFIX);
        clean.push_str("[REDACTED]");
        rest = secret.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    }
    clean.push_str(rest);
    clean
}

/// A path without segments that name a password or hide one of our credentials behind percent escapes.
pub fn path(raw: &str) -> String {
    if is_harmless(raw) {
        return raw.to_owned();
    }
    raw.split('/').map(piece).collect::<Vec<_>>().join("/")
}

/// A query, likewise; the names of its parameters stay.
pub fn query(raw: &str) -> String {
    if is_harmless(raw) {
        return raw.to_owned();
    }
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, value)) if decoded(name).eq_ignore_ascii_case("password") => {
            if value.is_empty() {
                name.to_owned()
            } else {
                format!("{name}={MASK}")
            }
        }
        Some((name, value)) => format!("{}={}", piece(name), piece(value)),
        None => piece(pair),
    };
    raw.split('&').map(pair).collect::<Vec<_>>().join("&")
}

/// Whether a URL's part, as a whole and decoded, mentions neither; nearly all do not, and are kept without being taken
/// apart.
fn is_harmless(raw: &str) -> bool {
    let plain = percent_decode_str(raw).decode_utf8_lossy();
    !plain.contains(PREFIX) && !plain.to_ascii_lowercase().contains("password")
}

fn piece(raw: &str) -> String {
    let plain = decoded(raw);
    let hidden = plain.contains(PREFIX) && !raw.contains(PREFIX);
    if hidden || plain.to_ascii_lowercase().contains("password") { MASK.to_owned() } else { tokens(raw) }
}

fn decoded(raw: &str) -> String {
    percent_decode_str(raw).decode_utf8_lossy().into_owned()
}

/// The sentence of a refusal without credentials; none where it quotes more about a password than its name.
pub fn sentence(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let bare = |word: &str| {
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
        !word.contains("password") || word.ends_with("password")
    };
    let quotes = lower.contains("password") && (lower.contains('"') || !lower.split_whitespace().all(bare));
    (!quotes).then(|| tokens(text))
}

/// An answer that holds the refusals of several requests, each of its sentences as [`sentence`] leaves it.
pub fn sentences(answer: &str) -> String {
    fn withhold(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, value) in members.iter_mut() {
                    match value {
                        Value::String(text) if name == "detail" && sentence(text).is_none() => {
                            UNQUOTED.clone_into(text);
                        }
                        Value::String(text) if name == "location" => *text = path(text),
                        other => withhold(other),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(withhold),
            _ => {}
        }
    }
    match serde_json::from_str::<Value>(answer) {
        Ok(mut value) if mentions_password(answer) => {
            withhold(&mut value);
            tokens(&value.to_string())
        }
        _ => tokens(answer),
    }
}

/// A value without anything that looks like one of our credentials.
pub fn value(value: &mut Value) {
    match value {
        Value::String(text) if text.contains(PREFIX) => *text = tokens(text),
        Value::Array(items) => items.iter_mut().for_each(self::value),
        Value::Object(members) => members.values_mut().for_each(self::value),
        _ => {}
    }
}

/// The text with the values of plain `"password": "..."` members masked, which is how Okta sends it on every create; none
/// where a password is mentioned in any other way, so that the text must be read as JSON. Without a backslash in the
/// text every quote is one of JSON's own.
fn mask_plain_passwords(text: &str) -> Option<String> {
    const NAME: &str = "password\"";
    if text.contains('\\') {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let (mut masked, mut done) = (String::with_capacity(text.len()), 0);
    for (at, _) in lower.match_indices("password") {
        let after_name = lower.get(at..)?.strip_prefix(NAME)?;
        let after_colon = after_name.trim_start().strip_prefix(':')?.trim_start();
        let value = after_colon.strip_prefix('"')?;
        let (start, length) = (lower.len() - value.len(), value.find('"')?);
        if start < done {
            return None;
        }
        masked.push_str(text.get(done..start)?);
        masked.push_str(MASK);
        done = start + length;
    }
    masked.push_str(text.get(done..)?);
    // Whether it is JSON at all decides whether quotes mean what they seem to.
    serde_json::from_str::<serde::de::IgnoredAny>(&masked).is_ok().then_some(masked)
}

/// JSON can spell any letter as an escape, so a backslash-u counts as a mention.
fn mentions_password(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.contains("password") || lower.contains("\\u00")
}

fn strip_passwords(value: &mut Value) {
    match value {
        Value::Object(members) => {
            // A PATCH operation names the attribute in its path: {"op": "replace", "path": "password", "value": ...}.
            let mut by_path = false;
            for (name, path) in members.iter_mut() {
                if name.eq_ignore_ascii_case("path") && mentions_password(&path.to_string()) {
                    by_path = true;
                    // A path that says more than the attribute's name may hold the password itself.
                    if !path.as_str().is_some_and(is_name) {
                        *path = MASK.into();
                    }
                } else if IN_SEARCHES.iter().any(|one| name.eq_ignore_ascii_case(one)) {
                    mask_mentions(path);
                }
            }
            members.retain(|name, _| {
                let lower = name.to_ascii_lowercase();
                !(lower.contains("password") || by_path && lower == "value")
            });
            members.values_mut().for_each(strip_passwords);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_passwords),
        _ => {}
    }
}

/// Whether a text is the name of an attribute and nothing else.
fn is_name(text: &str) -> bool {
    let part_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '_' | '-' | '$');
    text.to_ascii_lowercase().ends_with("password") && text.chars().all(part_of_name)
}

/// A filter, or a list of names, without what says more about a password than its name.
fn mask_mentions(value: &mut Value) {
    match value {
        Value::String(text) if mentions_password(text) && !is_name(text) => MASK.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(mask_mentions),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_gone_in_every_shape() {
        for shape in [
            r#"{"userName":"a@b","password":"hunter2"}"#,
            r#"{"Operations":[{"op":"replace","path":"password","value":"hunter2"}]}"#,
            r#"{"Operations":[{"op":"replace","value":{"PassWord":"hunter2"}}]}"#,
            r#"{"urn:ietf:params:scim:schemas:core:2.0:User:password":"hunter2"}"#,
            r#"{"pass\u0077ord":"hunter2"}"#,
            r#"{"Password" : "hunter2", "password":"hunter2"}"#,
            r#"{"password":["hunter2"]}"#,
            r#"{"password":"\"hunter2"}"#,
            r#"{"a":"password","password":"hunter2"}"#,
            r#"{"password":"hunter2""#,
            r#"{"passwordHash":"hunter2"}"#,
            r#"{"path":["password"],"value":"hunter2"}"#,
            r#"{"op":"replace","path":"password.hunter2","value":1}"#,
            r#"{"op":"remove","path":"emails[password eq \"hunter2\"].value"}"#,
            r#"{"op":"remove","path":"emails[password eq \"hunter2\"].password"}"#,
            r#"{"filter":"password eq \"hunter2\""}"#,
            r#"{"Filter":"userName eq \"a\" and not (passWord sw \"hunter2\")","count":1}"#,
            r#"{"filter":"password eq hunter2"}"#,
            r#"{"sortBy":"password.hunter2","attributes":["userName"]}"#,
            r#"{"attributes":["userName","password.hunter2"],"excludedAttributes":"password:hunter2"}"#,
        ] {
            let kept = body(shape.as_bytes()).unwrap();
            assert!(!kept.contains("hunter2"), "{shape} became {kept}");
        }
        let wide: Vec<u8> = r#"{"password":"hunter2"}"#.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(body(&wide).as_deref(), Some(NO_JSON));
    }

    #[test]
    fn urls_lose_passwords_and_hidden_tokens() {
        for (raw, kept) in [
            ("startIndex=1&count=2", "startIndex=1&count=2"),
            ("filter=password%20eq%20%22hunter2%22&count=1", "filter=[REDACTED]&count=1"),
            ("filter=p%61ssword+eq+%22hunter2%22", "filter=[REDACTED]"),
            ("password=hunter2&a=b=c", "password=[REDACTED]&a=b=c"),
            ("token=scimroom_abc", "token=scimroom_[REDACTED]"),
            ("token=scimroom%5Fabc", "token=[REDACTED]"),
        ] {
            assert_eq!(query(raw), kept);
        }
        assert_eq!(path("/scim/v2/Users/password%3Dhunter2"), "/scim/v2/Users/[REDACTED]");
        assert_eq!(path("//scim/v2/Users/"), "//scim/v2/Users/");
    }

    #[test]
    fn sentences_may_name_the_attribute_and_no_more() {
        let fine = "password cannot be used in a filter.";
        assert_eq!(sentence(fine).as_deref(), Some(fine));
        for quoting in ["There is no \"password=hunter2\" here.", "password.hunter2 names nothing."] {
            assert_eq!(sentence(quoting), None);
        }
    }

    #[test]
    fn searches_that_name_the_attribute_only_are_kept() {
        let kept = body(br#"{"sortBy":"password","attributes":["userName","password"],"filter":"title pr"}"#).unwrap();
        assert_eq!(kept, r#"{"sortBy":"password","attributes":["userName","password"],"filter":"title pr"}"#);
    }

    #[test]
    fn an_answer_to_several_requests_quotes_no_password() {
        let refused = |detail: &str| serde_json::json!({"Operations": [{"response": {"detail": detail}}]}).to_string();
        assert_eq!(sentences(&refused("There is no user \"password=hunter2\" here.")), refused(UNQUOTED));
        let fine = refused("password cannot be used in a filter.");
        assert_eq!(sentences(&fine), fine);
        let unknown = r#"{"location":"http://room/scim/v2/Users/password=hunter2"}"#;
        assert_eq!(sentences(unknown), r#"{"location":"http://room/scim/v2/Users/[REDACTED]"}"#);
        assert_eq!(sentences(&refused("scimroom_abc names nobody.")), refused("scimroom_[REDACTED] names nobody."));
    }

    #[test]
    fn oktas_placeholder_is_masked_in_place() {
        let kept = body(br#"{"userName": "a@b", "password": "Qz81mvTT", "active": true}"#);
        assert_eq!(kept.as_deref(), Some(r#"{"userName": "a@b", "password": "[REDACTED]", "active": true}"#));
    }

    #[test]
    fn tokens_are_cut_wherever_they_stand() {
        assert_eq!(tokens("a scimroom_abcDEF1 b scimroom_x"), "a scimroom_[REDACTED] b scimroom_[REDACTED]");
        assert_eq!(tokens("nothing here"), "nothing here");
        assert_eq!(tokens("scimroom_session_abc."), "scimroom_[REDACTED].");
    }

    #[test]
    fn a_large_body_is_read_with_care() {
        let body_of = |filling: &str, count: usize| {
            let text = format!(r#"{{"pass\u0077ord":"hunter2","x":[{}1]}}"#, filling.repeat(count));
            body(text.as_bytes()).unwrap()
        };
        let members = body_of(r#"{"value":"01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11"},"#, 30_000);
        assert!(members.starts_with(r#"{"x":[{"value":"#), "{}", &members[..60]);
        assert_eq!(body_of("[],", 1_500_000), NO_JSON);
    }

    #[test]
    fn other_bodies_are_kept_as_sent() {
        assert_eq!(body(b"{ \"title\" : \"Analyst\" }").as_deref(), Some("{ \"title\" : \"Analyst\" }"));
        assert_eq!(body(b""), None);
    }
}
