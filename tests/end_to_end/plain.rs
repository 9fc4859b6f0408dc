//! The dashboard as lines: what a screen reader or a pipe gets of it.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use crate::harness::{Person, Room, scimroom};

#[tokio::test]
async fn what_happens_is_printed_line_by_line() {
    let room = Room::start();
    let okta = room.okta();
    let mut told = scimroom(room.data()).arg("--plain").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(told.stdout.take().unwrap()).lines().map(Result::unwrap);
    let first = lines.next().unwrap();
    assert!(first.starts_with("Workspace Workspace at 127.0.0.1:") && first.contains("as operator (owner)"), "{first}");
    assert!(lines.any(|line| line == "Setup, Create Users: open"));

    okta.assign(&Person::new("Ada", "Moreno")).await;
    assert!(lines.any(|line| line.contains("201 create: Okta created ada.moreno@harbor.example")));
    assert!(lines.any(|line| line.starts_with("Setup, Create Users: done: ")));

    let ended = Command::new("kill").args(["-TERM", &told.id().to_string()]).status().unwrap();
    assert!(ended.success());
    assert!(lines.all(|line| !line.contains('\u{1b}')), "nothing steers the terminal");
    assert_eq!(told.wait().unwrap().code(), Some(0));
}

#[test]
fn plain_beside_a_command_is_refused() {
    let room = Room::empty();
    let mut command = scimroom(room.data());
    command.args(["--plain", "user", "list"]);
    let ran = crate::harness::run(command);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("leave one of the two out"), "{}", ran.stderr);
}
