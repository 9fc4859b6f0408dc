//! Requests that no polite client sends.

use super::*;

#[tokio::test]
async fn a_head_beyond_the_limit_is_refused_in_scims_shape_and_seen() {
    let room = Room::start().await;
    let request = room.okta(Method::GET, "/scim/v2/Users").header("X-Proxy", "x".repeat(20_000));
    let detail = refused(request.send().await.unwrap(), 431).await;
    assert!(detail.contains("proxy"), "{detail}");
    assert_eq!(room.event(Action::ImportPage).await.status, 431);
}

#[tokio::test]
async fn headers_in_several_lines_or_in_no_text_count() {
    let room = Room::start().await;
    let id = room.create("ada@harbor.example", "viewer").await;
    let path = format!("/scim/v2/Users/{id}");
    let accept = room.okta(Method::GET, &path).header("accept", "text/html").header("accept", "application/scim+json");
    assert_eq!(accept.send().await.unwrap().status(), 200);
    let unreadable = http::HeaderValue::from_bytes(b"\xff").unwrap();
    refused(room.okta(Method::DELETE, &path).header("if-match", unreadable).send().await.unwrap(), 400).await;
    let second = room.okta(Method::DELETE, &path).header("if-match", "W/\"9\"").header("if-match", "W/\"1\"");
    assert_eq!(second.send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn head_is_answered_as_get_is() {
    let room = Room::start().await;
    for path in ["/scim/v2/Users", "/scim/v2/Groups", "/scim/v2/Schemas"] {
        let response = room.okta(Method::HEAD, path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        assert!(response.bytes().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_base_url_that_points_to_the_admin_api_is_seen() {
    let room = Room::start().await;
    for path in ["/api/v1/users?startIndex=1&count=2", "/api/v1/Users?startIndex=1&count=2", "/healthz"] {
        let detail = refused(room.okta(Method::GET, path).send().await.unwrap(), 404).await;
        assert!(detail.contains("/scim/v2"), "{detail}");
    }
    let path = "/api/v1/Users?startIndex=1&count=2";
    refused(room.http.get(format!("{}{path}", room.service.url())).send().await.unwrap(), 404).await;
    room.event(Action::Astray).await;
    for _ in 0..200 {
        if room.operator.events(&EventQuery::default()).await.unwrap().len() == 4 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not every stray became an event");
}

#[tokio::test]
async fn strangers_cannot_fill_the_log() {
    let room = Room::start().await;
    for n in 0..60 {
        room.http.get(format!("{}/wrong{n}/Users", room.service.url())).send().await.unwrap();
        room.http.get(format!("{}/scim/v2/Schemas", room.service.url())).send().await.unwrap();
    }
    let dir = room.dir;
    room.service.stop().await.unwrap();
    let again = Room::start_in(dir).await;
    let events = again.operator.events(&EventQuery { limit: 1_000, ..EventQuery::default() }).await.unwrap();
    assert_eq!((events.len(), events.iter().map(|event| event.repeats).sum::<u64>()), (42, 120));
}

#[tokio::test]
async fn a_client_that_hangs_up_is_seen_all_the_same() {
    let room = Room::start().await;
    room.create("ada@harbor.example", "viewer").await;
    let address = room.service.url().trim_start_matches("http://").to_owned();
    let head = format!(
        "GET /scim/v2/Users?filter=title%20co%20%22x%22 HTTP/1.1\r\nHost: room\r\nAuthorization: Bearer {}\r\n\r\n",
        room.token.expose()
    );
    const CLIENTS: usize = 20;
    for _ in 0..CLIENTS {
        let mut hasty = tokio::net::TcpStream::connect(&address).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut hasty, head.as_bytes()).await.unwrap();
    }
    let lookups = EventQuery { action: Some(Action::Lookup), limit: 100, ..EventQuery::default() };
    for _ in 0..200 {
        if room.operator.events(&lookups).await.unwrap().len() == CLIENTS {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not every lookup became an event");
}

#[tokio::test]
async fn nobody_passes_for_another_address_behind_a_proxy() {
    let dir = tempfile::tempdir().unwrap();
    let data = DataDir::new(dir.path());
    let listen = "127.0.0.1:0".parse().unwrap();
    let service = start(Options { behind_proxy: true, ..Options::new(data.clone(), listen) }).await.unwrap();
    let key = Secret::new(std::fs::read_to_string(data.operator_key()).unwrap());
    let operator = Client::new(service.url(), Some(key)).unwrap();
    for lines in [&["203.0.113.9", "198.51.100.7"][..], &["203.0.113.9, 198.51.100.7"]] {
        let request = reqwest::Client::new().get(format!("{}/scim/v2/Users", service.url()));
        let request = lines.iter().fold(request, |request, line| request.header("x-forwarded-for", *line));
        request.send().await.unwrap();
    }
    for _ in 0..200 {
        let events = operator.events(&EventQuery::default()).await.unwrap();
        if events.len() == 2 {
            assert!(events.iter().all(|event| event.address.as_deref() == Some("198.51.100.7")), "{events:?}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not every request became an event");
}

#[tokio::test]
async fn what_a_proxy_took_off_the_path_stands_in_locations() {
    let dir = tempfile::tempdir().unwrap();
    let data = DataDir::new(dir.path());
    let listen = "127.0.0.1:0".parse().unwrap();
    let service = start(Options { behind_proxy: true, ..Options::new(data.clone(), listen) }).await.unwrap();
    let key = Secret::new(std::fs::read_to_string(data.operator_key()).unwrap());
    let operator = Client::new(service.url(), Some(key)).unwrap();
    let token = operator.create_token(&new_token("Okta", TokenScope::Write)).await.unwrap().token;
    let http = reqwest::Client::new();
    for (n, (given, prefix)) in [("/room/", "/room"), ("", ""), ("room", ""), ("/a b", "")].into_iter().enumerate() {
        let name = format!("ada{n}@harbor.example");
        let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name});
        let request = http.post(format!("{}/scim/v2/Users", service.url())).bearer_auth(token.expose()).json(&body);
        let request = request.header("Host", "harbor.example").header("X-Forwarded-Prefix", given);
        let made = json_of(request.send().await.unwrap()).await;
        let begins = format!("https://harbor.example{prefix}/scim/v2/Users/");
        assert!(made["meta"]["location"].as_str().unwrap().starts_with(&begins), "{given}: {made}");
    }
    service.stop().await.unwrap();
}

#[tokio::test]
async fn who_is_turned_away_is_seen() {
    let room = Room::start().await;
    let all = room.service.app.in_flight.clone().acquire_many_owned(app::IN_FLIGHT as u32).await.unwrap();
    let response = room.okta(Method::GET, "/scim/v2/Users?startIndex=1&count=2").send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "1");
    refused(response, 503).await;
    drop(all);
    let event = room.event(Action::CredentialTest).await;
    assert_eq!((event.status, event.detail.is_some()), (503, true));
}
