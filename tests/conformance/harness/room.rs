//! The service itself: the real binary on a data directory of its own.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufRead as _, BufReader},
    ops::Deref,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use super::Client;

/// How long anything may take before a test gives up. Generous, because nothing is asserted about it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A service, and a client of it whose token may write.
#[derive(Debug)]
pub struct Room {
    dir: TempDir,
    child: Child,
    client: Client,
}

impl Room {
    /// With default settings, but for the rate limit: tests are faster than any client.
    pub fn start() -> Self {
        Self::start_with(&[("SCIMROOM_RATE_LIMIT", "0")], "")
    }

    /// With any text as `userName`.
    pub fn with_any_name() -> Self {
        let room = Self::start();
        room.cli(&["workspace", "set", "user_name=any"]);
        room
    }

    /// With this in its environment, and this in its settings file.
    pub fn start_with(environment: &[(&str, &str)], settings: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        if !settings.is_empty() {
            fs::write(dir.path().join("scimroom.toml"), settings).unwrap();
        }
        let log = File::create(log_of(dir.path())).unwrap();
        let mut child = scimroom(dir.path())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("RUST_LOG", "warn")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let Some(url) = line.trim_end().strip_prefix("listening on ") else {
            let _ = child.kill();
            let _ = child.wait();
            panic!("serve printed {line:?}; it logged: {}", fs::read_to_string(log_of(dir.path())).unwrap_or_default());
        };
        let mut room = Self { client: Client::new(&format!("{url}/scim/v2"), None), dir, child };
        room.client = room.client.with_token(&room.token(&[]));
        room
    }

    /// A new token, made with these options.
    pub fn token(&self, options: &[&str]) -> String {
        let created = self.cli(&[&["token", "create", "conformance"], options].concat());
        created["token"].as_str().unwrap().to_owned()
    }

    /// Runs a command as the operator, which must succeed, and gives what it prints as JSON.
    #[track_caller]
    pub fn cli(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[&["--json"], arguments].concat());
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "scimroom {arguments:?} failed: {stderr}");
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("scimroom {arguments:?}: {error} in {stdout:?}"))
    }

    /// Runs a command as the operator.
    pub fn run(&self, arguments: &[&str]) -> Output {
        scimroom(self.data()).args(arguments).output().unwrap()
    }

    pub fn data(&self) -> &Path {
        self.dir.path()
    }

    /// The service's URL, without a path.
    pub fn url(&self) -> &str {
        self.client.base().strip_suffix("/scim/v2").unwrap()
    }

    /// What the service logged.
    pub fn log(&self) -> String {
        fs::read_to_string(log_of(self.data())).unwrap()
    }

    /// A client without a token.
    pub fn stranger(&self) -> Client {
        self.client.with_authorization(None)
    }
}

/// A room is called as its client.
impl Deref for Room {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary with a clean environment: nothing of the developer's own settings reaches a test.
pub fn scimroom(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scimroom"));
    command.env_clear().env("HOME", data).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.arg("--data").arg(data).stdin(Stdio::null());
    command
}

fn log_of(data: &Path) -> PathBuf {
    data.join("serve.log")
}

/// Rooms that tests share, by the name of the file; nobody else would end their processes.
static SHARED: Mutex<BTreeMap<&str, Arc<OnceLock<Arc<Room>>>>> = Mutex::new(BTreeMap::new());

/// The room of a file of tests, started when the first of them asks for it.
pub fn shared_room(file: &'static str, start: fn() -> Room) -> Arc<Room> {
    let place = Arc::clone(SHARED.lock().unwrap_or_else(PoisonError::into_inner).entry(file).or_default());
    Arc::clone(place.get_or_init(|| Arc::new(start())))
}

/// Ends the services that tests shared.
pub fn close_rooms() {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

/// Waits until something holds.
#[track_caller]
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "in vain: {what}");
        thread::sleep(Duration::from_millis(25));
    }
}
