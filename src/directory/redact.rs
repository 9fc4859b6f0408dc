//! What must not stand in an event is taken out before the event is made.

use serde_json::Value;

use crate::directory::secrets::PREFIX;

const MASK: &str = "[REDACTED]";
const WITHHELD: &str = "(withheld: not valid JSON, and it may hold a password)";

/// A request body as text without passwords and tokens; none for an empty body.
pub fn body(bytes: &[u8]) -> Option<String> {
    if bytes.is_empty() {
        return None;
    }
    let text = String::from_utf8_lossy(bytes);
    if !mentions_password(&text) {
        return Some(tokens(&text));
    }
    if let Some(masked) = mask_plain_passwords(&text) {
        return Some(tokens(&masked));
    }
    match serde_json::from_str::<Value>(&text) {
        Ok(mut value) => {
            strip_passwords(&mut value);
            Some(tokens(&value.to_string()))
        }
        Err(_) => Some(WITHHELD.to_owned()),
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
            let by_path = members
                .iter()
                .any(|(name, path)| name.eq_ignore_ascii_case("path") && path.as_str().is_some_and(mentions_password));
            members.retain(|name, _| {
                let lower = name.to_ascii_lowercase();
                !(lower.ends_with("password") || by_path && lower == "value")
            });
            members.values_mut().for_each(strip_passwords);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_passwords),
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
        ] {
            let kept = body(shape.as_bytes()).unwrap();
            assert!(!kept.contains("hunter2"), "{shape} became {kept}");
        }
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
    fn other_bodies_are_kept_as_sent() {
        assert_eq!(body(b"{ \"title\" : \"Analyst\" }").as_deref(), Some("{ \"title\" : \"Analyst\" }"));
        assert_eq!(body(b""), None);
    }
}
