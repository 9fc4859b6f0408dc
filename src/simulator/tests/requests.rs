//! Requests to the letter: headers, compression, settings that cannot work.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;

/// Answers one connection with `answer` and gives what arrived.
async fn once(answer: Vec<u8>) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    let heard = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(socket.read_u8().await.unwrap());
        }
        socket.write_all(&answer).await.unwrap();
        String::from_utf8(head).unwrap()
    });
    (url, heard)
}

fn at(url: String) -> Options {
    let token = Secret::new("abc");
    Options {
        url,
        token,
        scenario: Scenario::CredentialTest,
        users: Users::Number(0),
        rate: None,
        seed: 1,
        app: App::Wizard,
        test: None,
    }
}

#[tokio::test]
async fn headers_are_oktas_to_the_letter_and_compressed_answers_are_read() {
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        COMPRESSED.len()
    )
    .into_bytes();
    answer.extend_from_slice(COMPRESSED);
    let (url, heard) = once(answer).await;
    let summary = run(&at(format!("{url}/")), |_| ()).await.unwrap();
    assert!(summary.is_clean(), "{summary}");
    let heard = heard.await.unwrap();
    let mut lines = heard.trim_end().lines();
    assert_eq!(lines.next(), Some("GET /scim/v2/Users?startIndex=1&count=2 HTTP/1.1"));
    let mut headers: Vec<_> = lines.filter(|line| !line.starts_with("Host: ")).collect();
    headers.sort_unstable();
    assert_eq!(
        headers,
        [
            "Accept-Charset: utf-8",
            "Accept-Encoding: gzip,deflate",
            "Accept: application/scim+json",
            "Authorization: Bearer abc",
            "Connection: Keep-Alive",
            "User-Agent: Okta SCIM Client 1.0.0",
        ]
    );
}

#[tokio::test]
async fn a_test_says_so_in_every_request_and_is_about_nobody_else() {
    let server = Server::start(Flaw::None).await;
    let options = Options { test: Some(Secret::new("the mark")), ..options(&server, Scenario::Full, App::Catalogue) };
    let summary = run(&options, |_| ()).await.unwrap();
    assert!(summary.is_clean(), "{summary}");
    assert!(server.seen().iter().all(|seen| seen.headers["scimroom-test"] == "the mark"));
    let names: Vec<_> = server.users().iter().map(|user| user["userName"].as_str().unwrap().to_owned()).collect();
    assert!(names.len() > 6 && names.iter().all(|name| name.ends_with("test-traffic.example")), "{names:?}");
    assert_eq!(server.groups()[0]["displayName"], "Test traffic: APP-Harbor-Editors");

    // Without it, nothing of the kind.
    let server = Server::start(Flaw::None).await;
    play(&server, Scenario::Onboarding, App::Wizard).await;
    assert!(server.seen().iter().all(|seen| !seen.headers.contains_key("scimroom-test")));
}

#[tokio::test]
async fn only_bodies_have_a_content_type() {
    let server = Server::start(Flaw::None).await;
    play(&server, Scenario::Offboarding, App::Catalogue).await;
    for seen in server.seen() {
        let given = seen.headers.get("content-type").map(|value| value.to_str().unwrap());
        let wanted = (seen.method != "GET").then_some("application/scim+json; charset=utf-8");
        assert_eq!(given, wanted, "{} {}", seen.method, seen.target);
        assert_eq!(seen.body.is_some(), seen.method != "GET");
        assert_eq!(seen.headers["user-agent"], "Okta SCIM Client 1.0.0");
    }
}

#[tokio::test]
async fn nobody_listening_is_an_error_in_words() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    drop(listener);
    let error = run(&at(url.clone()), |_| ()).await.unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("nothing answers at {url}: ")) && error.contains("start the service"),
        "{error}"
    );
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_by_name() {
    let refusal = async |options: Options| run(&options, |_| ()).await.unwrap_err().to_string();
    let good = at("http://127.0.0.1:1/scim/v2".into());
    assert!(refusal(at("room.harbor.example/scim/v2".into())).await.contains("is no base URL"));
    assert!(refusal(at("ftp://room.harbor.example".into())).await.contains("http:// or https://"));
    assert!(refusal(at("http://room.example/scim?x=1".into())).await.contains("without ? or #"));
    let secret = "secret\nline";
    let text = refusal(Options { token: Secret::new(secret), ..good.clone() }).await;
    assert!(text.contains("the token cannot be sent") && !text.contains("secret"), "{text}");
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300] {
        assert!(refusal(Options { rate: Some(rate), ..good.clone() }).await.contains("is no rate"));
    }
}

/// An empty ListResponse, compressed with gzip.
const COMPRESSED: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 29, 141, 75, 10, 194, 64, 16, 5, 239, 210, 235, 65, 162, 203, 190, 129, 144, 69,
    112, 43, 89, 52, 147, 86, 27, 50, 31, 230, 245, 128, 16, 188, 187, 163, 219, 87, 69, 189, 131, 16, 95, 154, 4, 196,
    119, 234, 45, 179, 169, 63, 184, 74, 147, 4, 70, 180, 196, 82, 141, 147, 2, 242, 84, 240, 229, 52, 241, 108, 240,
    155, 162, 150, 12, 165, 53, 144, 23, 151, 125, 12, 125, 247, 81, 153, 2, 193, 165, 249, 53, 111, 250, 38, 62, 7,
    50, 215, 132, 69, 219, 50, 10, 127, 62, 220, 210, 91, 212, 223, 231, 250, 249, 2, 31, 54, 107, 191, 130, 0, 0, 0,
];
