//! An event as a command for a shell, without the credential it came with.

use crate::model::event::EventDetail;

/// The variable that stands where the token was.
pub const TOKEN: &str = "$SCIMROOM_TOKEN";

/// The request as a `curl` command; the token stands in the shell's variable `SCIMROOM_TOKEN`.
pub fn curl(detail: &EventDetail, scim_base_url: &str) -> String {
    let event = &detail.event;
    // The event knows the whole path as it arrived, the base URL where the service is reached; a proxy may take a part off
    // in front.
    let reached = scim_base_url.strip_suffix("/scim/v2").unwrap_or(scim_base_url);
    let query = event.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
    let url = format!("{}{}{query}", reached, event.path);
    // With -X HEAD curl would wait for a body that never comes.
    let mut command =
        if event.method == "HEAD" { "curl --head".to_owned() } else { format!("curl -X {}", quoted(&event.method)) };
    // The URL goes out as it came in: brackets are no ranges, and dots no way up.
    if url.contains(['[', ']', '{', '}']) {
        command.push_str(" --globoff");
    }
    if event.path.split('/').any(|segment| matches!(segment, "." | "..")) {
        command.push_str(" --path-as-is");
    }
    command.push_str(&format!(" {}", quoted(&url)));
    command.push_str(&format!(" -H \"Authorization: Bearer {TOKEN}\""));
    if let Some(body) = detail.request_body.as_ref().filter(|body| !body.is_empty()) {
        command.push_str(" -H 'Content-Type: application/scim+json'");
        command.push_str(&format!(" --data-raw {}", quoted(body)));
    }
    command
}

/// A text as one word of a POSIX shell, whatever stands in it.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=".contains(c);
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::{dashboard::tests::fixtures::event_detail, model::id::EventId};

    #[test]
    fn the_token_is_left_out_and_the_rest_is_there() {
        let mut detail = event_detail(EventId(3));
        detail.request_body = None;
        assert_eq!(
            curl(&detail, "https://room.harbor.example/scim/v2"),
            "curl -X GET 'https://room.harbor.example/scim/v2/Users?filter=userName%20eq%20%22...%22' \
             -H \"Authorization: Bearer $SCIMROOM_TOKEN\""
        );
        let behind = curl(&detail, "https://harbor.example/room/scim/v2");
        assert!(behind.starts_with("curl -X GET 'https://harbor.example/room/scim/v2/Users?"), "{behind}");
    }

    #[test]
    fn a_url_goes_out_as_it_came_in() {
        let of = |method: &str, path: &str, query: Option<&str>| {
            let mut detail = event_detail(EventId(3));
            detail.request_body = None;
            detail.event.method = method.to_owned();
            detail.event.path = path.to_owned();
            detail.event.query = query.map(str::to_owned);
            let command = curl(&detail, "http://127.0.0.1:7644/scim/v2");
            command.strip_suffix(" -H \"Authorization: Bearer $SCIMROOM_TOKEN\"").unwrap().to_owned()
        };
        let site = "http://127.0.0.1:7644";
        let filter = "filter=emails[type+eq+\"work\"].value+co+\"田\"";
        assert_eq!(
            of("GET", "/scim/v2//Users/", Some(filter)),
            format!("curl -X GET --globoff '{site}/scim/v2//Users/?{filter}'")
        );
        assert_eq!(of("HEAD", "/scim/v2/Users", None), format!("curl --head {site}/scim/v2/Users"));
        assert_eq!(of("GET", "/scim/v2/../Users", None), format!("curl -X GET --path-as-is {site}/scim/v2/../Users"));
        assert_eq!(of("POST", "/scim/v2/Users/.search", None), format!("curl -X POST {site}/scim/v2/Users/.search"));
    }

    /// What a shell makes of it, asked of the shell.
    #[test]
    fn whatever_stands_in_a_body_reaches_curl_as_one_word() {
        for body in [
            "it's",
            "$(rm -rf x) `x` $HOME",
            "a\nb\t\"c\" \\ \\\\ !x",
            "{\"a\": \"'; true '\"}",
            "''",
            "-x",
            "田中",
            "*?[a]",
            "@file",
            r#"{"Operations":[{"op":"replace","path":"emails[type eq \"work\"].value","value":"O'Neil 田"}]}"#,
        ] {
            let mut detail = event_detail(EventId(4));
            detail.request_body = Some(body.to_owned());
            let command = curl(&detail, "http://127.0.0.1:7644/scim/v2");
            let script = format!("curl() {{ printf '%s\\0' \"$@\"; }}\n{command}");
            let output = Command::new("sh").args(["-c", &script]).env("SCIMROOM_TOKEN", "secret").output().unwrap();
            let words = String::from_utf8(output.stdout).unwrap();
            let words: Vec<&str> = words.split_terminator('\0').collect();
            assert_eq!(words.first().copied(), Some("-X"), "{command}");
            assert!(words.contains(&"Authorization: Bearer secret"), "{command}");
            assert_eq!(words.last().copied(), Some(body), "{command}");
            assert_eq!(words.len(), 9, "{command}");
        }
    }
}
