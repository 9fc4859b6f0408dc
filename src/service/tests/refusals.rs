//! What a framework would refuse in its own way, refused in SCIM's.

use std::num::NonZeroU32;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::*;
use crate::model::{
    id::UserId,
    user::UserQuery,
    user_change::{ChangeUsers, Planned, Selection, UserChange},
};

const USERS: &str = "/scim/v2/Users";
const JSON: &str = "application/scim+json; charset=utf-8";

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones_on_every_route() {
    let room = Room::start().await;
    let id = room.create("ada@harbor.example", "viewer").await;
    let user = format!("/Users/{id}");
    let (one, many, read) = ("GET, HEAD, PUT, PATCH, DELETE", "GET, HEAD, POST", "GET, HEAD");
    for (path, allow, wrong) in [
        ("", read, &["POST", "PUT", "PATCH", "DELETE"][..]),
        ("/.search", "POST", &["GET", "PUT", "DELETE"]),
        ("/Users", many, &["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]),
        ("/Users/.search", "POST", &["GET", "PUT", "DELETE"]),
        (&user, one, &["POST", "OPTIONS"]),
        ("/Groups", many, &["PUT", "PATCH", "DELETE"]),
        ("/Groups/.search", "POST", &["GET", "PATCH"]),
        ("/Groups/00g1", one, &["POST"]),
        ("/Roles", read, &["POST", "PUT", "PATCH", "DELETE"]),
        ("/Roles/.search", "POST", &["GET"]),
        ("/Roles/editor", read, &["POST", "PUT", "PATCH", "DELETE"]),
        ("/Bulk", "POST", &["GET", "PUT", "DELETE"]),
        ("/ServiceProviderConfig", read, &["POST", "PUT", "DELETE"]),
        ("/Schemas", read, &["POST", "DELETE"]),
        ("/ResourceTypes/User", read, &["PATCH"]),
    ] {
        for method in wrong {
            let request = room.okta(method.parse().unwrap(), &format!("/scim/v2{path}"));
            let response = request.send().await.unwrap();
            let given = response.headers().get("allow").map(|allow| allow.to_str().unwrap().to_owned());
            assert_eq!((response.status().as_u16(), given.as_deref()), (405, Some(allow)), "{method} {path}");
            let detail = refused(response, 405).await;
            assert!(detail.contains(method) && detail.contains(allow), "{detail}");
        }
    }
    assert_eq!(room.okta(Method::GET, &format!("/scim/v2{user}")).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn routes_that_are_not_there_are_404_whatever_is_sent() {
    let room = Room::start().await;
    for path in
        ["/Nowhere", "/Users/1/2", "/Groups/1/members", "/Schemas/x", "/ResourceTypes/x", "/Roles/admin", "/%ff"]
    {
        for method in [Method::GET, Method::DELETE] {
            let response = room.okta(method.clone(), &format!("/scim/v2{path}")).send().await.unwrap();
            if response.status() == 405 && method == Method::DELETE {
                continue;
            }
            assert!(!refused(response, 404).await.is_empty(), "{method} {path}");
        }
    }
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let me = room.okta(method.parse().unwrap(), "/scim/v2/Me").header("content-type", JSON);
        refused(me.body(if method == "GET" { "" } else { "{}" }).send().await.unwrap(), 501).await;
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_of_ours_is_said_to_be_so() {
    let room = Room::start().await;
    let deep = format!("{{\"schemas\": {}{}}}", "[".repeat(200), "]".repeat(200));
    let bottomless = "[".repeat(500_000);
    for (body, word) in [
        ("", "empty"),
        ("{\"userName\":", "JSON"),
        ("{\"userName\": \"a\", \"USERNAME\": \"b\"}", "userName"),
        ("\u{feff}{}", "JSON"),
        (deep.as_str(), "JSON"),
        (bottomless.as_str(), "JSON"),
        ("[]", "object"),
        ("\"text\"", "object"),
    ] {
        for path in [USERS, "/scim/v2/Groups", "/scim/v2/.search", "/scim/v2/Users/.search", "/scim/v2/Bulk"] {
            let request = room.okta(Method::POST, path).header("content-type", JSON).body(body.to_owned());
            let response = request.send().await.unwrap();
            let detail = refused(response, 400).await;
            let shown: String = body.chars().take(40).collect();
            assert!(detail.to_lowercase().contains(&word.to_lowercase()), "{path} {shown}: {detail}");
        }
    }
    let latin = room.okta(Method::POST, USERS).header("content-type", JSON).body(vec![b'"', 0xe9, b'"']);
    assert!(refused(latin.send().await.unwrap(), 400).await.contains("UTF-8"));
}

#[tokio::test]
async fn media_types_are_judged_by_what_they_are() {
    let room = Room::start().await;
    let search = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]}).to_string();
    for (given, status) in [
        ("application/scim+json", 200),
        ("APPLICATION/JSON;charset=UTF-8", 200),
        ("text/json", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/jsonp", 415),
    ] {
        let request = room.okta(Method::POST, "/scim/v2/.search").header("content-type", given).body(search.clone());
        assert_eq!(request.send().await.unwrap().status(), status, "{given}");
    }
    for (accept, status) in [
        ("*/*", 200),
        ("text/html, application/*;q=0.1", 200),
        ("application/scim+json;q=0, text/html", 406),
        ("text/html", 406),
    ] {
        let response = room.okta(Method::GET, USERS).header("accept", accept).send().await.unwrap();
        assert_eq!(response.status(), status, "{accept}");
    }
}

/// A connection on which the head of a request was sent.
async fn half_sent(room: &Room, path: &str, more: &str) -> TcpStream {
    let mut socket = TcpStream::connect(room.service.url().trim_start_matches("http://")).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: room\r\nAuthorization: Bearer {}\r\nContent-Type: {JSON}\r\n{more}\r\n",
        room.token.expose()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket
}

/// Reads an answer up to the end of its JSON.
async fn answered(socket: &mut TcpStream) -> String {
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    while !seen.ends_with(b"}") {
        let count = socket.read(&mut buffer).await.unwrap();
        assert!(count > 0, "the connection ended with {:?}", String::from_utf8_lossy(&seen));
        seen.extend(&buffer[..count]);
    }
    String::from_utf8(seen).unwrap()
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_by_its_length_or_as_soon_as_it_is_beyond() {
    let room = Room::start().await;
    let mut declared = half_sent(&room, USERS, "Content-Length: 1048577\r\n").await;
    let answer = answered(&mut declared).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("1048576 bytes"), "before any of it came: {answer}");
    let mut streamed = half_sent(&room, USERS, "Transfer-Encoding: chunked\r\n").await;
    let chunk = [format!("{:x}\r\n", 64 * 1024).into_bytes(), vec![b' '; 64 * 1024], b"\r\n".to_vec()].concat();
    for _ in 0..16 {
        streamed.write_all(&chunk).await.unwrap();
    }
    streamed.write_all(b"1\r\n \r\n").await.unwrap();
    let answer = answered(&mut streamed).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("messages:2.0:Error"), "{answer}");
    assert_eq!(room.event(Action::Create).await.status, 413);
}

#[tokio::test]
async fn a_whole_group_may_be_larger_than_anything_else() {
    let room = Room::start().await;
    let members: Vec<Value> =
        (0..30_000).map(|n| json!({"value": format!("01932c07-5d2e-7c3a-9f10-{n:012x}")})).collect();
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Everyone", "members": members,
    });
    assert!(group.to_string().len() > 1024 * 1024);
    // Read whole, and judged: nobody has these ids.
    let detail = refused(room.okta(Method::POST, "/scim/v2/Groups").json(&group).send().await.unwrap(), 400).await;
    assert!(detail.contains("and 29995 more"), "{detail}");
    refused(room.okta(Method::POST, "/scim/v2/Users").json(&group).send().await.unwrap(), 413).await;
}

#[tokio::test]
async fn a_body_that_breaks_off_changes_nothing_and_is_seen() {
    let room = Room::start().await;
    let mut broken = half_sent(&room, USERS, "Content-Length: 500\r\n").await;
    broken.write_all(b"{\"userName\": \"ada@harbor.example\"}").await.unwrap();
    drop(broken);
    let event = room.event(Action::Create).await;
    assert_eq!((event.status, event.token_name.as_deref()), (400, Some("Okta")));
    assert!(event.detail.unwrap().contains("broke off"));
    assert_eq!(room.operator.users(&Default::default()).await.unwrap().total, 0);
}

#[tokio::test]
async fn a_reader_may_search_by_post_and_write_nothing() {
    let room = Room::start().await;
    room.create("ada@harbor.example", "viewer").await;
    let reader = room.operator.create_token(&new_token("reader", TokenScope::Read)).await.unwrap().token;
    let search = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "userName sw \"ada\"", "attributes": ["userName"], "count": 5,
    });
    for path in ["/scim/v2/.search", "/scim/v2/Users/.search/"] {
        let response =
            room.request(Method::POST, path).bearer_auth(reader.expose()).json(&search).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(json_of(response).await["totalResults"], 1, "{path}");
    }
    for path in ["/scim/v2/Users", "/scim/v2/Groups", "/scim/v2/Bulk"] {
        let response =
            room.request(Method::POST, path).bearer_auth(reader.expose()).json(&search).send().await.unwrap();
        refused(response, 403).await;
    }
}

#[tokio::test]
async fn one_role_is_shown_as_asked_for() {
    let room = Room::start().await;
    let whole = json_of(room.okta(Method::GET, "/scim/v2/Roles/editor").send().await.unwrap()).await;
    assert_eq!((&whole["id"], &whole["displayName"]), (&json!("editor"), &json!("Editor")));
    let list = json_of(room.okta(Method::GET, "/scim/v2/Roles?count=1").send().await.unwrap()).await;
    assert_eq!((&list["totalResults"], &list["itemsPerPage"]), (&json!(3), &json!(1)));
    let path = "/scim/v2/Roles/editor?attributes=displayName&excludedAttributes=";
    let part = json_of(room.okta(Method::GET, path).send().await.unwrap()).await;
    assert_eq!(part.as_object().unwrap().keys().collect::<Vec<_>>(), ["schemas", "id", "displayName"]);
    let both = room.okta(Method::GET, "/scim/v2/Roles/editor?attributes=id&excludedAttributes=meta");
    refused(both.send().await.unwrap(), 400).await;
}

#[tokio::test]
async fn who_comes_too_fast_is_put_off_in_whole_seconds_and_cannot_fill_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let data = DataDir::new(dir.path());
    let options = Options { rate_limit: NonZeroU32::new(5), ..Options::new(data, "127.0.0.1:0".parse().unwrap()) };
    let service = start(options).await.unwrap();
    let key = Secret::new(std::fs::read_to_string(DataDir::new(dir.path()).operator_key()).unwrap());
    let operator = Client::new(service.url(), Some(key)).unwrap();
    let token = operator.create_token(&new_token("Okta", TokenScope::Write)).await.unwrap().token;
    let room = Room { service, operator, token, http: reqwest::Client::new(), dir };
    let (mut passed, mut put_off) = (0, 0);
    for _ in 0..200 {
        let response = room.okta(Method::GET, "/scim/v2/Users?startIndex=1&count=100").send().await.unwrap();
        if response.status() == 200 {
            passed += 1;
            continue;
        }
        put_off += 1;
        let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert_eq!(wait, 1);
        assert!(refused(response, 429).await.contains("1 s"));
    }
    assert!(passed >= 10 && put_off >= 100, "a burst of ten passes: {passed}");
    let dir = room.dir;
    room.service.stop().await.unwrap();
    let again = Room::start_in(dir).await;
    let events = again.operator.events(&EventQuery { limit: 1_000, ..EventQuery::default() }).await.unwrap();
    let (fast, rest): (Vec<_>, Vec<_>) = events.iter().partition(|event| event.status == 429);
    assert_eq!((rest.len(), fast.iter().map(|event| event.repeats).sum::<u64>()), (passed, put_off));
    assert!(fast.len() <= 22, "{} events for {put_off} requests", fast.len());
    assert!(fast.iter().all(|event| event.token_name.as_deref() == Some("Okta")), "and says whose they were");
}

#[tokio::test]
async fn a_filter_or_a_change_that_makes_no_sense_is_refused_in_a_sentence() {
    let room = Room::start().await;
    let wrong = UserQuery { search: "rolle:owner".to_owned(), ..UserQuery::default() };
    let refused = room.operator.users(&wrong).await.unwrap_err();
    assert_eq!(refused.status(), Some(400));
    assert!(refused.to_string().contains("there is no field rolle:"), "{refused}");
    let planned = Planned { of: Selection::Query(wrong), change: UserChange::Deactivate };
    assert_eq!(room.operator.preview_change(&planned).await.unwrap_err().status(), Some(400));
    let id: UserId = room.create("ada@harbor.example", "viewer").await.parse().unwrap();
    let many = ChangeUsers { ids: vec![id; 201], change: UserChange::Deactivate };
    let refused = room.operator.change_users(&many).await.unwrap_err();
    assert!(refused.to_string().contains("one takes at most 200"), "{refused}");
    // Ten thousand ids fit into one question.
    let planned = Planned { of: Selection::Ids(vec![id; 10_000]), change: UserChange::Deactivate };
    assert_eq!(room.operator.preview_change(&planned).await.unwrap().ids, [id]);
}
