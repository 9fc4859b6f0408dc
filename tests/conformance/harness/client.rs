//! A SCIM client that does nothing by itself: a test says what is sent.

use std::{future::Future, sync::LazyLock};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{
    Method,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue},
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::{Answer, PATCH_OP};

/// Drives the requests of all tests, each of which waits for its answer.
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap());

fn wait<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.block_on(future)
}

/// A client with the base URL of a service and, mostly, a token.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    authorization: Option<String>,
}

impl Client {
    pub fn new(base: &str, token: Option<&str>) -> Self {
        let authorization = token.map(|token| format!("Bearer {token}"));
        // A connection for each request: no test depends on how another one left the connection behind.
        let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
        Self { http, base: base.to_owned(), authorization }
    }

    /// The same client, which keeps its connections and uses them again, as Okta does.
    pub fn keeping_connections(&self) -> Self {
        Self { http: reqwest::Client::new(), ..self.clone() }
    }

    /// The same client with this in the `Authorization` header; none leaves it out.
    pub fn with_authorization(&self, authorization: Option<&str>) -> Self {
        Self { authorization: authorization.map(str::to_owned), ..self.clone() }
    }

    pub fn with_token(&self, token: &str) -> Self {
        self.with_authorization(Some(&format!("Bearer {token}")))
    }

    /// The base URL, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A request below the base URL that is not sent yet.
    pub fn request(&self, method: &str, target: &str) -> Request<'_> {
        let target = if target.starts_with("http") { target.to_owned() } else { format!("{}{target}", self.base) };
        let headers = self.authorization.iter().map(|value| (AUTHORIZATION, value.clone())).collect();
        Request { client: self, method: method.to_owned(), target, headers, body: None }
    }

    pub fn get(&self, target: &str) -> Answer {
        self.request("GET", target).send()
    }

    pub fn head(&self, target: &str) -> Answer {
        self.request("HEAD", target).send()
    }

    pub fn delete(&self, target: &str) -> Answer {
        self.request("DELETE", target).send()
    }

    pub fn post(&self, target: &str, body: &Value) -> Answer {
        self.request("POST", target).json(body).send()
    }

    pub fn put(&self, target: &str, body: &Value) -> Answer {
        self.request("PUT", target).json(body).send()
    }

    /// A PATCH with these operations.
    pub fn patch(&self, target: &str, operations: Value) -> Answer {
        self.request("PATCH", target).json(&json!({"schemas": [PATCH_OP], "Operations": operations})).send()
    }

    /// A GET with these query parameters.
    pub fn list(&self, path: &str, parameters: &[(&str, &str)]) -> Answer {
        self.get(&format!("{path}?{}", query(parameters)))
    }

    /// Creates a user, which must succeed, and gives its id.
    #[track_caller]
    pub fn user(&self, body: &Value) -> String {
        self.post("/Users", body).expect(201).id()
    }

    /// Creates a group, which must succeed, and gives its id.
    #[track_caller]
    pub fn group(&self, body: &Value) -> String {
        self.post("/Groups", body).expect(201).id()
    }
}

/// A query string of these parameters.
pub fn query(parameters: &[(&str, &str)]) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

/// A request in the making.
#[derive(Debug)]
pub struct Request<'a> {
    client: &'a Client,
    method: String,
    target: String,
    headers: Vec<(HeaderName, String)>,
    body: Option<Vec<u8>>,
}

impl Request<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.parse().unwrap(), value.to_owned()));
        self
    }

    /// This JSON as the body, with SCIM's media type.
    pub fn json(self, body: &Value) -> Self {
        self.header(CONTENT_TYPE.as_str(), "application/scim+json").raw(body.to_string())
    }

    /// These bytes as the body, without a media type.
    pub fn raw(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    pub fn send(self) -> Answer {
        let sent = self.describe();
        let method = Method::from_bytes(self.method.as_bytes()).unwrap();
        let mut request = self.client.http.request(method, &self.target);
        for (name, value) in self.headers {
            request = request.header(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        if let Some(body) = self.body {
            request = request.body(body);
        }
        let (status, headers, text) = wait(async {
            let response = request.send().await.unwrap_or_else(|error| panic!("{error:?}\nsent: {sent}"));
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let text = response.text().await.unwrap_or_else(|error| panic!("{error:?}\nsent: {sent}"));
            (status, headers, text)
        });
        let body = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap_or_else(|error| {
                panic!("the answer is no JSON: {error}.\nsent: {sent}\ncame back: {status}\n{text}")
            })
        };
        Answer { sent, status, headers, text, body }
    }

    /// What is sent, for a person to read: the token is left out, a long body cut.
    fn describe(&self) -> String {
        let mut sent = format!("{} {}", self.method, self.target);
        for (name, value) in &self.headers {
            if name != AUTHORIZATION {
                sent.push_str(&format!("\n  {name}: {value}"));
            }
        }
        if let Some(body) = &self.body {
            sent.push('\n');
            sent.extend(String::from_utf8_lossy(body).chars().take(2000));
        }
        sent
    }
}
