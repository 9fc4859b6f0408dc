//! What must not stand in an event is taken out before the event is made.

use serde_json::Value;

use crate::directory::secrets::PREFIX;

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
            r#"{"password":"hunter2""#,
        ] {
            let kept = body(shape.as_bytes()).unwrap();
            assert!(!kept.contains("hunter2"), "{shape} became {kept}");
        }
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
