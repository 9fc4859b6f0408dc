//! The dashboard's frame in a real terminal: the mouse, keys of the admin's own, and what it remembers.

use std::fs;

use crate::harness::{Room, Terminal};

const SMALL: (u16, u16) = (80, 24);
const MOUSE_ON: &str = "\u{1b}[?1000h\u{1b}[?1006h";
const MOUSE_OFF: &str = "\u{1b}[?1006l\u{1b}[?1000l";

#[test]
fn the_mouse_is_heard_until_a_key_gives_it_back_and_never_after_the_end() {
    let room = Room::start();
    let mut terminal = Terminal::run(room.data(), &[], SMALL);
    terminal.wait_for("live");
    assert!(terminal.marked().contains(MOUSE_ON));
    // A press and a release of the main button, as terminals report them: column 13 of the first row is "Users".
    terminal.press("\u{1b}[<0;13;1M\u{1b}[<0;13;1m");
    terminal.wait_for("No users yet.");
    terminal.mark();
    terminal.press("M");
    terminal.wait_for("text can be selected");
    assert!(terminal.marked().contains(MOUSE_OFF));
    terminal.press("M");
    terminal.wait_for("The mouse is heard");
    terminal.mark();
    terminal.press("q");
    assert_eq!(terminal.exit_code(), 0);
    assert!(terminal.marked().contains(MOUSE_OFF));
}

#[test]
fn the_next_start_is_where_the_last_one_ended_with_the_keys_of_the_file() {
    let room = Room::start();
    let folder = tempfile::tempdir().unwrap();
    let settings = "mouse = false\n\n[keys]\nusers.search = \"f3\"\nusers.fly = \"f4\"\n";
    fs::write(folder.path().join("dashboard.toml"), settings).unwrap();
    let arguments = ["--config", folder.path().to_str().unwrap()];
    let mut terminal = Terminal::run(room.data(), &arguments, SMALL);
    terminal.wait_for("line 5: there is no command \"users.fly\"");
    terminal.wait_for("live");
    terminal.press("\r2");
    terminal.wait_for("F3 search");
    assert!(!terminal.marked().contains(MOUSE_ON));
    terminal.press("q");
    assert_eq!(terminal.exit_code(), 0);

    let mut again = Terminal::run(room.data(), &arguments, SMALL);
    again.wait_for("live");
    again.press("\r");
    again.wait_for("No users yet.");
    again.press("\u{1b}OR");
    again.press("nobody\r");
    again.wait_for("Nobody matches");
    again.press("q");
    again.wait_for("No users yet.");
    again.press("q");
    assert_eq!(again.exit_code(), 0);
}
