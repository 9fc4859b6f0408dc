//! What every test stands on: a [`Room`] (a data directory and, mostly, `scimroom serve` on it), people who sign in to
//! it from elsewhere ([`Guest`]), and [`Okta`], which calls it exactly as Okta does.

mod okta;
mod terminal;

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

pub use okta::{Answer, Okta, Person, member};
use serde_json::Value;
use tempfile::TempDir;
pub use terminal::Terminal;

/// How long anything may take before a test gives up. Generous, because nothing is asserted about it.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What a command left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The same, for a command that must have succeeded.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    /// The sentence of a command that must have failed with exit code 1.
    #[track_caller]
    pub fn refused(self) -> String {
        assert_eq!(self.code, 1, "{self:?}");
        assert!(self.stderr.starts_with("error: "), "{self:?}");
        self.stderr
    }
}

/// The binary with a clean environment: nothing of the developer's own settings reaches a test.
pub fn scimroom(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scimroom"));
    command
        .env_clear()
        .env("SCIMROOM_RATE_LIMIT", "0")
        .env("HOME", data)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.arg("--data").arg(data).stdin(Stdio::null());
    command
}

pub fn run(mut command: Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A data directory, and the service that runs on it.
pub struct Room {
    dir: TempDir,
    serving: Option<Serving>,
}

struct Serving {
    child: Child,
    url: String,
}

impl Room {
    /// A new room with its service running.
    pub fn start() -> Self {
        let mut room = Self::empty();
        room.serve();
        room
    }

    /// The same, with more in the environment of the service.
    pub fn start_with(environment: &[(&str, &str)]) -> Self {
        let mut room = Self::empty();
        room.serve_as(|command| {
            command.envs(environment.iter().copied());
        });
        room
    }

    /// A new room in which nothing runs.
    pub fn empty() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), serving: None }
    }

    /// Starts the service on a free port and waits until it listens.
    pub fn serve(&mut self) {
        self.serve_on("127.0.0.1:0");
    }

    /// Starts the service on this address.
    pub fn serve_on(&mut self, listen: &str) {
        self.serve_with(listen, |_| {});
    }

    /// Starts the service with other arguments or another environment.
    pub fn serve_as(&mut self, configure: impl FnOnce(&mut Command)) {
        self.serve_with("127.0.0.1:0", configure);
    }

    fn serve_with(&mut self, listen: &str, configure: impl FnOnce(&mut Command)) {
        assert!(self.serving.is_none(), "the service runs already");
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        let mut command = scimroom(self.data());
        command.args(["serve", "--listen", listen, "--log", "warn"]).stdout(Stdio::piped()).stderr(log);
        configure(&mut command);
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("listening on ").unwrap_or_else(|| {
            panic!("serve printed {line:?}; its log: {}", fs::read_to_string(self.log()).unwrap_or_default())
        });
        self.serving = Some(Serving { url: url.to_owned(), child });
    }

    /// Ends the service with a signal and waits for it.
    pub fn end(&mut self, signal: &str) -> ExitStatus {
        let mut serving = self.serving.take().unwrap();
        let killed = Command::new("kill").args([signal, &serving.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        serving.child.wait().unwrap()
    }

    /// Kills the service, at once and without a chance to do anything.
    pub fn kill(&mut self) {
        let mut serving = self.serving.take().unwrap();
        serving.child.kill().unwrap();
        serving.child.wait().unwrap();
    }

    pub fn data(&self) -> &Path {
        self.dir.path()
    }

    /// Writes the settings file, for the next start.
    pub fn settings(&self, text: &str) {
        fs::write(self.data().join("scimroom.toml"), text).unwrap();
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("serve.log")
    }

    pub fn url(&self) -> &str {
        &self.serving.as_ref().unwrap().url
    }

    /// The base URL that is typed into Okta.
    pub fn scim(&self) -> String {
        format!("{}/scim/v2", self.url())
    }

    pub fn pid(&self) -> u32 {
        self.serving.as_ref().unwrap().child.id()
    }

    /// Runs a command as the operator.
    pub fn run(&self, args: &[&str]) -> Ran {
        let mut command = scimroom(self.data());
        command.args(args);
        run(command)
    }

    /// Runs a command that must succeed, and gives what it prints as JSON.
    #[track_caller]
    pub fn cli(&self, args: &[&str]) -> Value {
        self.run(&[&["--json"], args].concat()).ok().json()
    }

    /// A new token for Okta.
    pub fn token(&self) -> String {
        self.cli(&["token", "create", "Okta"])["token"].as_str().unwrap().to_owned()
    }

    /// An Okta that is set up with a new token.
    pub fn okta(&self) -> Okta {
        Okta::new(&self.scim(), &self.token())
    }

    /// The state of one step of the checklist.
    pub fn step(&self, id: &str) -> String {
        let checklist = self.run(&["setup", "--json"]).json();
        let steps = checklist["steps"].as_array().unwrap().clone();
        let step = steps.iter().find(|step| step["id"] == id).unwrap_or_else(|| panic!("no step {id} in {steps:?}"));
        step["state"].as_str().unwrap().to_owned()
    }

    /// Waits until a step of the checklist has this state. What requests show may trail them by a second.
    #[track_caller]
    pub fn wait_for_step(&self, id: &str, state: &str) {
        eventually(&format!("{id} is {state}"), || self.step(id) == state);
    }

    /// Waits until these findings are open, and no others.
    #[track_caller]
    pub fn wait_for_findings(&self, codes: &[&str]) {
        eventually(&format!("the findings are {codes:?}"), || {
            let findings = self.cli(&["diagnose"]);
            findings
                .as_array()
                .unwrap()
                .iter()
                .map(|finding| finding["code"].as_str().unwrap())
                .eq(codes.iter().copied())
        });
    }

    /// Waits until an event of this kind is recorded, and gives the newest. The events of reads may trail by a second.
    #[track_caller]
    pub fn wait_for_event(&self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let mut found = None;
        eventually(what, || {
            let events = self.cli(&["event", "list"]);
            found = events.as_array().unwrap().iter().find(|event| is_it(event)).cloned();
            found.is_some()
        });
        found.unwrap()
    }

    /// One event with its bodies and changes.
    #[track_caller]
    pub fn event(&self, event: &Value) -> Value {
        self.cli(&["event", "show", &event["id"].to_string()])
    }

    /// What happened so far, oldest first, as soon as these are the actions, reads left out: their events may trail.
    #[track_caller]
    pub fn wait_for_writes(&self, actions: &[&str]) -> Vec<Value> {
        let mut writes = Vec::new();
        eventually(&format!("the writes are {actions:?}"), || {
            let events = self.cli(&["event", "list", "--limit", "10000"]);
            let all = events.as_array().unwrap().iter().rev();
            writes = all.filter(|event| event["method"] != "GET").cloned().collect();
            writes.iter().map(|event| event["action"].as_str().unwrap()).eq(actions.iter().copied())
        });
        writes
    }

    /// Somebody elsewhere, signed in as this user.
    pub fn guest(&self, email: &str) -> Guest {
        let code = self.cli(&["user", "sign-in-code", email])["code"].as_str().unwrap().to_owned();
        let guest = Guest::new(self.url());
        guest.login(&code).ok();
        guest
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if let Some(mut serving) = self.serving.take() {
            let _ = serving.child.kill();
            let _ = serving.child.wait();
        }
        if std::thread::panicking() {
            eprintln!("the service logged:\n{}", fs::read_to_string(self.log()).unwrap_or_default());
        }
    }
}

/// Somebody on another machine: a directory of their own, and the address of the room.
pub struct Guest {
    dir: TempDir,
    url: String,
}

impl Guest {
    pub fn new(url: &str) -> Self {
        Self { dir: tempfile::tempdir().unwrap(), url: url.to_owned() }
    }

    pub fn data(&self) -> &Path {
        self.dir.path()
    }

    pub fn login(&self, code: &str) -> Ran {
        let mut command = scimroom(self.data());
        command.args(["login", &self.url, "--code", code]);
        run(command)
    }

    pub fn logout(&self) -> Ran {
        let mut command = scimroom(self.data());
        command.args(["logout", &self.url]);
        run(command)
    }

    /// Runs a command on the room.
    pub fn run(&self, args: &[&str]) -> Ran {
        let mut command = scimroom(self.data());
        command.args(["--json", "--url", &self.url]).args(args);
        run(command)
    }
}

/// Waits until something holds.
#[track_caller]
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(25));
    }
}
