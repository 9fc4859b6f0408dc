//! The release binary on a throw-away data directory.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use hyper::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::wire::{connect, send};

const BINARY: &str = env!("CARGO_BIN_EXE_scimroom");

/// The user name of the n-th person.
pub fn name(n: u64) -> String {
    format!("person.{n}@harbor.example")
}

/// Okta's lookup of a name.
pub fn lookup(name: &str) -> String {
    format!("/scim/v2/Users?filter=userName%20eq%20%22{}%22&startIndex=1&count=100", name.replace('@', "%40"))
}

/// Okta's create of the n-th person.
pub fn body(n: u64) -> String {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": name(n), "externalId": format!("00u{n:017}"), "displayName": format!("Person {n}"),
        "name": {"givenName": "Person", "familyName": n.to_string()},
        "emails": [{"primary": true, "value": name(n), "type": "work"}],
        "title": "Analyst", "locale": "en-US", "groups": [], "active": true, "password": "Qz81mvTT",
        "roles": [{"primary": true, "value": "viewer"}],
    })
    .to_string()
}

/// A profile change that differs each time.
pub fn patch(n: u64) -> String {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "value": {"title": format!("Analyst {n}")}}],
    })
    .to_string()
}

/// A running service.
pub struct Room {
    dir: TempDir,
    process: Child,
    address: SocketAddr,
    token: String,
}

impl Room {
    pub async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (process, address) = serve(&dir);
        let output = Command::new(BINARY)
            .args(["token", "create", "bench", "--json", "--data"])
            .arg(dir.path())
            .output()
            .unwrap();
        let created: Value = serde_json::from_slice(&output.stdout).unwrap();
        let token = created["token"].as_str().unwrap().to_owned();
        Self { dir, process, address, token }
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    /// Creates so many people over 32 connections; people per second.
    pub async fn fill(&self, people: u64) -> f64 {
        let start = Instant::now();
        let mut tasks = Vec::new();
        for lane in 0..32 {
            let (address, token) = (self.address, self.token.clone());
            tasks.push(tokio::spawn(async move {
                let mut connection = connect(address).await;
                for n in (lane..people).step_by(32) {
                    let made = send(&mut connection, Method::POST, "/scim/v2/Users", Some(&token), Some(body(n))).await;
                    assert_eq!(made.0, 201);
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        people as f64 / start.elapsed().as_secs_f64()
    }

    /// The ids of the first so many people.
    pub async fn ids(&self, people: u64) -> Vec<String> {
        let mut connection = connect(self.address).await;
        let mut ids = Vec::new();
        while (ids.len() as u64) < people {
            let page = format!("/scim/v2/Users?startIndex={}&count=100&attributes=id", ids.len() + 1);
            let (_, body) = send(&mut connection, Method::GET, &page, Some(&self.token), None).await;
            let list: Value = serde_json::from_slice(&body).unwrap();
            let resources = list["Resources"].as_array().unwrap();
            ids.extend(resources.iter().map(|user| user["id"].as_str().unwrap().to_owned()));
        }
        ids
    }

    /// Ends the process and starts it again; the time until it answers.
    pub async fn restart(&mut self) -> Duration {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        let start = Instant::now();
        (self.process, self.address) = serve(&self.dir);
        start.elapsed()
    }

    /// Resident memory of the process now.
    pub fn resident_mib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1024.0
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn serve(dir: &TempDir) -> (Child, SocketAddr) {
    let mut process = Command::new(BINARY)
        .args(["serve", "--rate-limit", "0", "--listen", "127.0.0.1:0", "--data"])
        .arg(dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().trim_start_matches("listening on http://").parse().unwrap();
    (process, address)
}
