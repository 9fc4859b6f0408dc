//! SCIM clients that others wrote, run whole against the service: `scim2-tester` (through `scim2-cli`) and `scim-sanity`
//! hold it against the RFCs as their authors read them.
//!
//! They are Python packages, kept in a virtual environment below the target directory, made once for the versions that
//! `outside_clients.txt` pins. Where there is no Python, or the packages cannot be had, a test says so and passes;
//! `SCIMROOM_OUTSIDE_CLIENTS=required` makes it fail instead.

use std::{
    env,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use reqwest::Method;
use serde_json::Value;

use crate::harness::{Ran, Room, run};

/// Every version, the transitive ones too.
const REQUIREMENTS: &str = include_str!("outside_clients.txt");

/// Statuses in which `scim2-tester` reports a check. Only the first is a success to it.
const STATUSES: [&str; 7] = ["SUCCESS", "COMPLIANT", "ACCEPTABLE", "DEVIATION", "ERROR", "CRITICAL", "SKIPPED"];

/// What the tools may leave out: words of their own line about it, and why that is right.
const SKIPS: &[(&str, &str)] = &[
    ("Agent CRUD Lifecycle", "a resource type of an Internet-Draft, not of SCIM 2.0"),
    ("AgenticApplication CRUD Lifecycle", "likewise"),
    ("Agent Rapid Lifecycle", "likewise"),
];

#[tokio::test]
async fn scim2_tester_finds_no_fault() {
    let Some(tools) = tools() else { return };
    let (room, token) = conformance_room();
    // It creates something of every type there is, and roles can only be read.
    let types = room.okta().send(Method::GET, "/ResourceTypes", None).await.expect(200).resources();
    let types: Vec<Value> = types.into_iter().filter(|kind| kind["name"] != "Role").collect();
    let types_file = room.data().join("types.json");
    fs::write(&types_file, Value::from(types).to_string()).unwrap();
    let mut command = tools.command("scim2");
    // The token goes by the environment, where other people of the machine cannot read it.
    command.env("SCIM_CLI_HEADERS", format!("Authorization: Bearer {token}"));
    command.args(["--url", &room.scim(), "--resource-types"]).arg(&types_file).arg("test");
    let ran = run(command);

    let results = tester_results(&ran.stdout);
    judge(&ran, results.iter().map(|(status, what)| (status.as_str(), what.as_str())), "SUCCESS");
    // It tests what the service says it has, so a service that says less would pass with less.
    for kind in ["User", "Group"] {
        for deed in ["created", "queried", "replaced", "deleted"] {
            let proof = format!("Successfully {deed} {kind}");
            assert!(results.iter().any(|(_, what)| what.contains(&proof)), "no {proof:?} in:\n{}", ran.stdout);
        }
    }
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn scim_sanity_finds_no_fault() {
    let Some(tools) = tools() else { return };
    let (room, token) = conformance_room();
    let mut command = tools.command("scim-sanity");
    command.args(["probe", &room.scim(), "--token", &token, "--strict", "--json-output", "--i-accept-side-effects"]);
    let ran = run(command);

    let report = ran.json();
    let results: Vec<_> = report["results"].as_array().unwrap().iter().map(sanity_result).collect();
    judge(&ran, results.iter().map(|(status, what)| (*status, what.as_str())), "pass");
    for proof in ["POST /Users", "PATCH /Users/{id}", "POST /Groups", "PATCH /Groups/{id} add member"] {
        let passed = results.iter().any(|(status, what)| *status == "pass" && what.starts_with(proof));
        assert!(passed, "no {proof:?} in:\n{}", ran.stdout);
    }
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// A room for clients whose user names are no e-mail addresses, who push members that exist nowhere (`scim-sanity`), and
/// who send as fast as they can.
fn conformance_room() -> (Room, String) {
    let room = Room::start_with(&[("SCIMROOM_RATE_LIMIT", "0")]);
    room.cli(&["workspace", "set", "user_name=any", "unknown_members=ignore"]);
    let token = room.token();
    (room, token)
}

/// Fails on whatever is neither a success nor a skip that is explained above, with all that the tool printed.
#[track_caller]
fn judge<'a>(ran: &Ran, results: impl Iterator<Item = (&'a str, &'a str)>, success: &str) {
    let mut count = 0;
    let mut faults = Vec::new();
    for (status, what) in results {
        count += 1;
        let skipped = status.eq_ignore_ascii_case("skip") || status == "SKIPPED";
        let explained = skipped && SKIPS.iter().any(|(words, _)| what.starts_with(words));
        if status != success && !explained {
            faults.push(format!("{status} {what}"));
        }
    }
    let output = format!("it printed:\n{}{}", ran.stdout, ran.stderr);
    assert!(count > 0, "no result; {output}");
    assert!(faults.is_empty(), "{output}\n{} of {count} results:\n{}", faults.len(), faults.join("\n"));
}

/// Reads `STATUS check` lines, each with the reason on the lines that follow.
fn tester_results(text: &str) -> Vec<(String, String)> {
    let mut results: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match line.split_once(' ') {
            Some((status, check)) if STATUSES.contains(&status) && !check.contains(' ') => {
                results.push((status.to_owned(), check.to_owned()));
            }
            // Before the first result it only says where it goes.
            _ => {
                if let Some((_, what)) = results.last_mut() {
                    what.push(' ');
                    what.push_str(line.trim());
                }
            }
        }
    }
    results
}

fn sanity_result(result: &Value) -> (&str, String) {
    let text = |key: &str| result[key].as_str().unwrap_or_default();
    (text("status"), format!("{} {}", text("name"), text("message")))
}

/// The virtual environment with the tools in it.
#[derive(Debug)]
struct Tools {
    dir: PathBuf,
}

impl Tools {
    /// One of the tools, without the proxies and settings of whoever runs the tests.
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.program(name));
        command.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default());
        command.env("PYTHONUTF8", "1").env("NO_COLOR", "1").stdin(Stdio::null());
        command
    }

    fn program(&self, name: &str) -> PathBuf {
        self.dir.join("bin").join(name)
    }

    /// Finds the environment of an earlier run, or makes it.
    fn install(dir: PathBuf) -> Result<Self, String> {
        let version = "import sys; print(sys.executable, sys.version); sys.exit(sys.version_info < (3, 11))";
        let python = output(Command::new("python3").args(["-c", version]))
            .map_err(|why| format!("no python3 of version 3.11 or later: {why}"))?;
        let contents = format!("{python}{REQUIREMENTS}");

        fs::create_dir_all(&dir).map_err(|error| error.to_string())?;
        // Two test runs may share the target directory.
        let lock = File::create(dir.join("lock")).map_err(|error| error.to_string())?;
        lock.lock().map_err(|error| error.to_string())?;
        let tools = Self { dir: dir.join("venv") };
        // Written last: an environment without it is half made.
        let complete = tools.dir.join("complete");
        if fs::read_to_string(&complete).is_ok_and(|found| found == contents) {
            return Ok(tools);
        }
        output(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&tools.dir))
            .map_err(|why| format!("python3 makes no virtual environment: {why}"))?;
        let requirements = dir.join("requirements.txt");
        fs::write(&requirements, REQUIREMENTS).map_err(|error| error.to_string())?;
        // All that is needed is pinned, so nothing has to be worked out; and nothing is compiled.
        let options = ["--no-input", "--no-deps", "--only-binary", ":all:", "--retries", "1", "--timeout", "20"];
        output(
            Command::new(tools.program("python"))
                .args(["-m", "pip", "--disable-pip-version-check", "install", "--quiet"])
                .args(options)
                .arg("--requirement")
                .arg(&requirements),
        )
        .map_err(|why| format!("the packages cannot be had: {why}"))?;
        fs::write(&complete, contents).map_err(|error| error.to_string())?;
        Ok(tools)
    }
}

/// The tools, or nothing when they cannot be had and need not be.
fn tools() -> Option<&'static Tools> {
    static TOOLS: OnceLock<Result<Tools, String>> = OnceLock::new();
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside-clients");
    match TOOLS.get_or_init(|| Tools::install(dir)) {
        Ok(tools) => Some(tools),
        Err(why) => {
            let required = env::var("SCIMROOM_OUTSIDE_CLIENTS").is_ok_and(|value| value == "required");
            assert!(!required, "the outside clients are required, and cannot be run: {why}");
            // Not by eprintln!, which the test runner keeps to itself when the test passes.
            let _ = writeln!(io::stderr(), "skipped: the outside clients cannot be run: {why}");
            None
        }
    }
}

/// What a command printed, or why it failed.
fn output(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        Ok(text)
    } else {
        Err(format!("{}\n{text}{}", output.status, String::from_utf8_lossy(&output.stderr)))
    }
}

#[test]
fn results_are_read_from_what_scim2_prints() {
    let text = "Performing a SCIM compliance check on http://127.0.0.1/ ...\nSUCCESS object_creation\n  Successfully \
                created User object with id 1\nERROR check_add_attribute\n  unexpected value.\nPatched value: \
                1\nSKIPPED search_with_attributes\n";
    let results = tester_results(text);
    let expected = [
        ("SUCCESS", "object_creation Successfully created User object with id 1"),
        ("ERROR", "check_add_attribute unexpected value. Patched value: 1"),
        ("SKIPPED", "search_with_attributes"),
    ];
    assert_eq!(results, expected.map(|(status, what)| (status.to_owned(), what.to_owned())));
}
