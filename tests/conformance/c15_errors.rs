//! Chapter 15: what a client is told when something is refused.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    thread,
    time::Duration,
};

use serde_json::json;

use crate::{
    harness::{Answer, ERROR, Room, person},
    suite::suite,
};

suite! {
    line_109_every_error_has_one_form,
    line_110_each_keyword_rides_on_its_status,
    line_111_every_status_has_scims_form,
    line_111_unknown_methods_are_405,
    line_111_paths_that_cannot_be_decoded,
    line_111_a_head_too_large_is_431,
    line_111_a_body_too_large_is_413,
    line_111_a_body_too_large_without_a_length_is_413,
    line_111_a_refused_body_costs_no_other_request,
    line_111_a_body_that_never_comes_is_408,
    line_111_too_many_requests_are_429_with_whole_seconds,
    line_111_the_limit_is_each_clients_own,
    line_111_no_limit_is_met_by_default_in_a_quiet_hour,
}

/// A wrong request of each kind: what it is answered with, and by which keyword.
fn refusals(room: &Room) -> Vec<(Answer, u16, Option<&'static str>)> {
    let taken = person(json!({}));
    let target = format!("/Users/{}", room.user(&taken));
    let patch = |operation: serde_json::Value| room.patch(&target, json!([operation]));
    let broken = room.request("POST", "/Users").header("content-type", "application/scim+json").raw("{");
    vec![
        (room.list("/Users", &[("filter", "userName")]), 400, Some("invalidFilter")),
        (room.post("/Users", &taken), 409, Some("uniqueness")),
        (patch(json!({"op": "replace", "path": "id", "value": "x"})), 400, Some("mutability")),
        (broken.send(), 400, Some("invalidSyntax")),
        (patch(json!({"op": "replace", "path": "boat", "value": "x"})), 400, Some("invalidPath")),
        (patch(json!({"op": "remove"})), 400, Some("noTarget")),
        (room.get("/Users?count=ten"), 400, Some("invalidValue")),
        (room.stranger().get("/Users"), 401, None),
        (room.with_token(&room.token(&["--read-only"])).post("/Users", &taken), 403, None),
        (room.get("/Users/nobody"), 404, None),
        (room.put("/Users", &taken), 405, None),
        (room.request("GET", "/Users").header("accept", "text/html").send(), 406, None),
        (room.request("DELETE", &target).header("if-match", "W/\"other\"").send(), 412, None),
        (room.request("POST", "/Users").header("content-type", "text/plain").raw("x").send(), 415, None),
        (room.get("/Me"), 501, None),
    ]
}

fn line_109_every_error_has_one_form(room: &Room) {
    for (answer, status, keyword) in refusals(room) {
        let detail = answer.scim_error(status, keyword);
        assert!(detail.contains(' ') && !detail.contains('\n'), "detail is one sentence or two: {detail}");
        let known = ["schemas", "status", "scimType", "detail"];
        assert!(answer.body.as_object().unwrap().keys().all(|name| known.contains(&name.as_str())), "{answer}");
    }
}

fn line_110_each_keyword_rides_on_its_status(room: &Room) {
    let mut seen: Vec<(u16, Option<String>)> = Vec::new();
    for (answer, status, keyword) in refusals(room) {
        answer.scim_error(status, keyword);
        seen.push((answer.status, answer["scimType"].as_str().map(str::to_owned)));
    }
    let old = room.get(&format!("{}/scim/v1/Users", room.url()));
    let cursor = room.get("/Users?cursor=nonsense");
    for (answer, keyword) in [(&old, "invalidVers"), (&cursor, "invalidCursor")] {
        answer.scim_error(400, Some(keyword));
    }
    for (status, keyword) in seen {
        let right = match keyword.as_deref() {
            None => status != 409,
            Some("uniqueness") => status == 409,
            Some(_) => status == 400,
        };
        assert!(right, "{keyword:?} on {status}");
    }
}

fn line_111_every_status_has_scims_form(room: &Room) {
    let mut statuses: Vec<u16> = Vec::new();
    for (answer, status, keyword) in refusals(room) {
        answer.scim_error(status, keyword);
        statuses.push(status);
    }
    for wanted in [400, 401, 403, 404, 405, 406, 409, 412, 415, 501] {
        assert!(statuses.contains(&wanted), "{wanted} was not among them");
    }
    for path in ["/", "/nobody", "/Users/a/b/c", "/users.json", "/Users;x=1"] {
        let answer = room.get(path);
        // The root itself is a query over everything.
        if path == "/" {
            answer.resources();
        } else {
            answer.scim_error(404, None);
        }
    }
}

fn line_111_unknown_methods_are_405(room: &Room) {
    for method in ["BREW", "OPTIONS", "TRACE", "LINK"] {
        for path in ["/Users", "/Users/nobody", "/Schemas"] {
            room.request(method, path).send().scim_error(405, None);
        }
    }
}

/// Sends bytes that no HTTP client would, and gives what comes back.
fn raw(room: &Room, head: &str) -> String {
    let mut stream = TcpStream::connect(room.url().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(45))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A service that closes early may reset the connection; what it said before counts.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[track_caller]
fn is_scim_error(answer: &str, status: u16) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    assert!(answer.to_ascii_lowercase().contains("content-type: application/scim+json"), "{answer}");
    assert!(answer.contains(ERROR) && answer.contains(&format!("\"status\":\"{status}\"")), "{answer}");
}

fn line_111_paths_that_cannot_be_decoded(room: &Room) {
    let token = room.token(&[]);
    for path in ["/Users/%FF%FE", "/Users/%", "/Users/%zz", "/Users/..%2f..%2f", "/Users/\u{e9}"] {
        let answer = raw(
            room,
            &format!(
                "GET /scim/v2{path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
            ),
        );
        if !answer.starts_with("HTTP/1.1 400 ") {
            is_scim_error(&answer, 404);
        }
    }
    room.get("/Users?filter=%FF%FE").scim_error(400, Some("invalidFilter"));
}

fn line_111_a_head_too_large_is_431(room: &Room) {
    let answer = room.request("GET", "/Users").header("x-padding", &"x".repeat(20_000)).send();
    answer.scim_error(431, None);
}

fn line_111_a_body_too_large_is_413(room: &Room) {
    let body = person(json!({"title": "x".repeat(1024 * 1024)}));
    let detail = room.post("/Users", &body).scim_error(413, None);
    assert!(detail.contains("1048576") || detail.contains("1 MiB"), "the sentence names the limit: {detail}");
}

fn line_111_a_body_too_large_without_a_length_is_413(room: &Room) {
    let token = room.token(&[]);
    let chunk = format!("{:x}\r\n{}\r\n", 65_536, "x".repeat(65_536));
    let head = format!(
        "POST /scim/v2/Users HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
         Content-Type: application/scim+json\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    // One chunk beyond the limit, and the end of the body, so that the service may read to the end if it likes.
    is_scim_error(&raw(room, &format!("{head}{}0\r\n\r\n", chunk.repeat(17))), 413);
}

fn line_111_a_refused_body_costs_no_other_request(room: &Room) {
    // A client that keeps its connection must be told when the service will close it, or its next request is lost.
    let client = room.keeping_connections();
    let large = person(json!({"title": "x".repeat(2 * 1024 * 1024)}));
    for _ in 0..50 {
        client.post("/Users", &large).scim_error(413, None);
        client.get("/Users?count=0").expect(200);
    }
}

fn line_111_a_body_that_never_comes_is_408(room: &Room) {
    let token = room.token(&[]);
    let head = format!(
        "POST /scim/v2/Users HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
         Content-Type: application/scim+json\r\nContent-Length: 100\r\n\r\n{{"
    );
    is_scim_error(&raw(room, &head), 408);
}

/// A service that takes this many requests a second from each client.
fn limited(rate: &str) -> Room {
    Room::start_with(&[("SCIMROOM_RATE_LIMIT", rate)], "")
}

/// Asks until it is too much. Gives the refusal.
fn until_refused(room: &Room) -> Answer {
    for _ in 0..400 {
        let answer = room.get("/Users?count=0");
        if answer.status != 200 {
            return answer;
        }
    }
    panic!("400 requests in a row were not too many");
}

fn line_111_too_many_requests_are_429_with_whole_seconds(_: &Room) {
    let room = limited("2");
    let refused = until_refused(&room);
    refused.scim_error(429, None);
    let after = refused.header("retry-after").unwrap_or_else(|| panic!("no Retry-After.\n{refused}"));
    // Okta obeys whole seconds and nothing else.
    let seconds: u64 = after.parse().unwrap_or_else(|_| panic!("{after:?} is no whole number.\n{refused}"));
    assert!((1..=60).contains(&seconds), "{refused}");
    thread::sleep(Duration::from_secs(seconds));
    room.get("/Users?count=0").expect(200);
    let body = person(json!({}));
    loop {
        let answer = room.post("/Users", &person(json!({})));
        if answer.status == 429 {
            answer.scim_error(429, None);
            break;
        }
        answer.expect(201);
    }
    let refused = room.post("/Users", &body);
    if refused.status == 429 {
        thread::sleep(Duration::from_secs(refused.header("retry-after").unwrap().parse().unwrap()));
        let filter = format!("userName eq {}", body["userName"]);
        room.list("/Users", &[("filter", &filter)]).expect(200).has("/totalResults", 0);
    }
}

fn line_111_the_limit_is_each_clients_own(_: &Room) {
    let room = limited("2");
    until_refused(&room).scim_error(429, None);
    let other = room.with_token(&room.token(&[]));
    other.get("/Users?count=0").expect(200);
}

fn line_111_no_limit_is_met_by_default_in_a_quiet_hour(_: &Room) {
    let room = Room::start_with(&[], "");
    for _ in 0..100 {
        room.get("/Users?count=0").expect(200);
    }
}
