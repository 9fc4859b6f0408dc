//! A seeded data directory with the release binary serving it.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

pub const BINARY: &str = env!("CARGO_BIN_EXE_scimroom");

/// A running service.
pub struct Room {
    dir: TempDir,
    process: Child,
    url: String,
    token: String,
    filled_in: f64,
}

impl Room {
    /// Fills a workspace with so many people and serves it.
    pub fn open(people: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let seeded = json(dir.path(), &["seed", "--users", &people.to_string()]);
        let filled_in = seeded["durationMillis"].as_f64().unwrap() / 1e3;
        let mut process = command(dir.path())
            .args(["serve", "--rate-limit", "0", "--listen", "127.0.0.1:0", "--log", "off"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().trim_start_matches("listening on ").to_owned();
        let token = json(dir.path(), &["token", "create", "bench"])["token"].as_str().unwrap().to_owned();
        Self { dir, process, url, token, filled_in }
    }

    pub fn data(&self) -> &Path {
        self.dir.path()
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub const fn filled_in(&self) -> f64 {
        self.filled_in
    }

    /// The operator's credential.
    pub fn key(&self) -> String {
        std::fs::read_to_string(self.data().join("operator.key")).unwrap().trim().to_owned()
    }

    /// Runs a command, which must succeed.
    pub fn run(&self, args: &[&str]) {
        json(self.data(), args);
    }

    /// Okta at work for so long.
    pub fn traffic(&self, rate: u32, time: Duration) -> Traffic {
        let minutes = (time.as_secs_f64() / 60.0).to_string();
        let process = command(self.data())
            .args(["simulate", "okta", "--json", "--scenario", "full", "--seed", "99"])
            .args(["--url", &self.url, "--token", &self.token, "--rate", &rate.to_string(), "--minutes", &minutes])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Traffic(process)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Okta's requests under way.
pub struct Traffic(Child);

impl Traffic {
    /// Waits for the end, and says how many requests a second there were.
    pub fn reached(self) -> f64 {
        let summary: Value = serde_json::from_slice(&self.0.wait_with_output().unwrap().stdout).unwrap();
        1e3 * summary["requests"].as_f64().unwrap() / summary["durationMillis"].as_f64().unwrap()
    }
}

fn command(data: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command.arg("--data").arg(data);
    command
}

fn json(data: &Path, args: &[&str]) -> Value {
    let output = command(data).arg("--json").args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
