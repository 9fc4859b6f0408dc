//! Chapter 18: the standard's security considerations.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::Stdio,
};

use serde_json::{Value, json};

use crate::{
    harness::{BULK, Crew, GROUP, Room, SEARCH, person, scimroom, tag},
    suite::suite,
};

suite! {
    line_123_plain_http_is_for_loopback_alone,
    line_123_behind_a_proxy_other_addresses_are_served,
    line_124_addresses_of_resources_name_nobody,
    line_124_logs_name_nobody,
    line_125_queries_are_no_commands,
    line_125_wildcards_are_letters,
    line_125_values_come_back_as_they_went,
    line_125_tokens_are_not_kept_in_clear,
    line_126_a_reader_reads_and_searches,
    line_126_a_reader_writes_nowhere,
    line_127_names_are_prepared_before_they_are_compared,
    line_128_nobody_writes_without_a_token,
}

/// What `serve` prints at first, and whether it ended by itself with an error.
fn serve(arguments: &[&str]) -> (String, String) {
    let data = tempfile::tempdir().unwrap();
    let mut child = scimroom(data.path())
        .arg("serve")
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    if line.is_empty() {
        let output = child.wait_with_output().unwrap();
        assert!(!output.status.success());
        return (line, String::from_utf8_lossy(&output.stderr).into_owned());
    }
    child.kill().unwrap();
    child.wait().unwrap();
    (line, String::new())
}

fn line_123_plain_http_is_for_loopback_alone(_: &Room) {
    for address in ["0.0.0.0:0", "[::]:0"] {
        let (line, error) = serve(&["--listen", address]);
        assert_eq!(line, "", "it serves plain HTTP on {address}");
        assert!(error.contains("--behind-proxy"), "the sentence says what to do: {error}");
    }
    let (line, error) = serve(&["--listen", "127.0.0.1:0"]);
    assert!(line.starts_with("listening on http://127.0.0.1:"), "{line}{error}");
}

fn line_123_behind_a_proxy_other_addresses_are_served(_: &Room) {
    let (line, error) = serve(&["--listen", "0.0.0.0:0", "--behind-proxy"]);
    assert!(line.starts_with("listening on "), "{line}{error}");
}

fn line_124_addresses_of_resources_name_nobody(room: &Room) {
    let body = person(json!({"userName": format!("ada.moreno+{}@harbor.example", tag()), "externalId": "00uPrivate"}));
    let created = room.post("/Users", &body).expect(201);
    for address in [created["meta"]["location"].as_str(), created.header("location")] {
        let address = address.unwrap();
        assert!(!["ada", "moreno", "harbor", "Private"].iter().any(|part| address.contains(part)), "{address}");
    }
}

fn line_124_logs_name_nobody(_: &Room) {
    let room = Room::start_with(&[("RUST_LOG", "trace"), ("SCIMROOM_RATE_LIMIT", "0")], "");
    let private = ["private.person", "Privata", "Confidential", "00uSecret"];
    let body = person(json!({
        "userName": "private.person@harbor.example", "name": {"givenName": "Privata"}, "title": "Confidential",
        "externalId": "00uSecret",
    }));
    let target = format!("/Users/{}", room.user(&body));
    room.post("/Users", &body).scim_error(409, Some("uniqueness"));
    room.put(&target, &body).expect(200);
    room.patch(&target, json!([{"op": "replace", "path": "title", "value": "Confidential too"}])).expect(200);
    room.patch(&target, json!([{"op": "replace", "path": "Confidential", "value": "Privata"}])).expect(400);
    room.list("/Users", &[("filter", "name.givenName eq \"Privata\"")]).expect(200);
    room.delete(&target).expect(204);
    let log = room.log();
    for text in private {
        assert!(!log.contains(text), "the log holds {text:?}");
    }
}

fn line_125_queries_are_no_commands(room: &Room) {
    let crew = Crew::new(room, &[json!({"title": "'; DROP TABLE users; --"}), json!({"title": "plain"})]);
    crew.finds("title eq \"'; DROP TABLE users; --\"", "0");
    crew.finds("title eq \"x' OR '1'='1\"", "");
    crew.finds("title co \"' OR 1=1 --\"", "");
    for id in ["' OR '1'='1", "1;DELETE FROM users", "x\" or \"\"=\""] {
        room.list("/Users", &[("filter", &format!("id eq {}", json!(id)))]).expect(200).has("/totalResults", 0);
        let encoded: String = id.bytes().map(|byte| format!("%{byte:02X}")).collect();
        room.get(&format!("/Users/{encoded}")).scim_error(404, None);
        room.delete(&format!("/Users/{encoded}")).scim_error(404, None);
    }
    crew.finds("title pr", "01");
}

fn line_125_wildcards_are_letters(room: &Room) {
    let titles = ["100%", "a_b", "axb", "back\\slash", "[a-z]*", "q?"];
    let crew = Crew::new(room, &titles.map(|title| json!({"title": title})));
    crew.finds("title co \"%\"", "0");
    crew.finds("title sw \"a_\"", "1");
    crew.finds("title eq \"a_b\"", "1");
    crew.finds("title co \"\\\\\"", "3");
    crew.finds("title co \"*\"", "4");
    crew.finds("title ew \"?\"", "5");
}

fn line_125_values_come_back_as_they_went(room: &Room) {
    for text in ["<script>alert(1)</script>", "\u{1b}[31mred", "line\nbreak", "quote\"s", "\u{202e}reversed", "{{7*7}}"]
    {
        let created = room.post("/Users", &person(json!({"title": text}))).expect(201).has("/title", text);
        room.get(&format!("/Users/{}", created.id())).expect(200).has("/title", text);
    }
    // A header can not be smuggled in through a value, nor a text with U+0000 be stored.
    let answer = room.post("/Users", &person(json!({"userName": format!("a\r\nX-Evil: 1@{}.example", tag())})));
    assert_eq!(answer.header("x-evil"), None, "{answer}");
    room.post("/Users", &person(json!({"title": "a\u{0}b"}))).scim_error(400, Some("invalidSyntax"));
}

fn line_125_tokens_are_not_kept_in_clear(_: &Room) {
    let room = Room::start_with(&[("RUST_LOG", "trace"), ("SCIMROOM_RATE_LIMIT", "0")], "");
    let token = room.token(&[]);
    room.with_token(&token).get("/Users").expect(200);
    let other = if token.ends_with('x') { 'y' } else { 'x' };
    let mistyped = format!("{}{other}", &token[..token.len() - 1]);
    room.with_token(&mistyped).get("/Users").scim_error(401, None);
    for entry in fs::read_dir(room.data()).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        let bytes = fs::read(entry.path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for secret in [&token, &mistyped] {
            assert!(!text.contains(secret.as_str()), "{:?} holds a token", entry.file_name());
        }
    }
}

fn line_126_a_reader_reads_and_searches(room: &Room) {
    let id = room.user(&person(json!({})));
    let reader = room.with_token(&room.token(&["--read-only"]));
    for path in [format!("/Users/{id}"), "/Users".to_owned(), "/Groups".to_owned(), "/Roles".to_owned()] {
        reader.get(&path).expect(200);
    }
    for path in ["/Users/.search", "/Groups/.search", "/.search"] {
        reader.post(path, &json!({"schemas": [SEARCH], "count": 1})).expect(200);
    }
}

/// Every request that would change something.
fn writes(id: &str) -> Vec<(&'static str, String, Value)> {
    let group = json!({"schemas": [GROUP], "displayName": tag()});
    let operations = json!([{"op": "replace", "path": "title", "value": "x"}]);
    let patch = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
    let create = json!({"method": "POST", "path": "/Users", "bulkId": "a", "data": person(json!({}))});
    vec![
        ("POST", "/Users".to_owned(), person(json!({}))),
        ("PUT", format!("/Users/{id}"), person(json!({}))),
        ("PATCH", format!("/Users/{id}"), patch.clone()),
        ("DELETE", format!("/Users/{id}"), json!({})),
        ("POST", "/Groups".to_owned(), group.clone()),
        ("PUT", format!("/Groups/{id}"), group),
        ("PATCH", format!("/Groups/{id}"), patch),
        ("DELETE", format!("/Groups/{id}"), json!({})),
        ("POST", "/Bulk".to_owned(), json!({"schemas": [BULK], "Operations": [create]})),
    ]
}

fn line_126_a_reader_writes_nowhere(room: &Room) {
    let created = room.post("/Users", &person(json!({}))).expect(201);
    let reader = room.with_token(&room.token(&["--read-only"]));
    for (method, path, body) in writes(&created.id()) {
        reader.request(method, &path).json(&body).send().scim_error(403, None);
    }
    assert_eq!(room.get(&format!("/Users/{}", created.id())).expect(200).body, created.body);
}

fn line_127_names_are_prepared_before_they_are_compared(_: &Room) {
    let room = Room::with_any_name();
    let id = room.user(&person(json!({"userName": "\u{fb01}n\u{e9}"})));
    for same in ["fin\u{e9}", "FINE\u{301}", "\u{fb01}ne\u{301}", "fi\u{200b}n\u{e9}", "fi\u{ad}n\u{e9}"] {
        let list = room.list("/Users", &[("filter", &format!("userName eq \"{same}\""))]).expect(200);
        list.has("/totalResults", 1).has("/Resources/0/id", id.as_str());
    }
    for other in ["fine", "f\u{131}n\u{e9}", "fin\u{e8}"] {
        let list = room.list("/Users", &[("filter", &format!("userName eq \"{other}\""))]).expect(200);
        list.has("/totalResults", 0);
    }
}

fn line_128_nobody_writes_without_a_token(room: &Room) {
    let created = room.post("/Users", &person(json!({}))).expect(201);
    let paths = ["/Users/.search", "/.search"].map(|path| ("POST", path.to_owned(), json!({"schemas": [SEARCH]})));
    for (method, path, body) in writes(&created.id()).into_iter().chain(paths) {
        for client in [room.stranger(), room.with_token("nonsense")] {
            client.request(method, &path).json(&body).send().scim_error(401, None);
        }
    }
    assert_eq!(room.get(&format!("/Users/{}", created.id())).expect(200).body, created.body);
}
