//! The dashboard's first moments: it hears its admin before it has a service, says what it waits for, and shows the pane
//! of the last time in its first frame.

use std::{
    fs::{self, File},
    net::TcpListener,
    time::{Duration, Instant},
};

use scimroom::model::{
    data_dir::{DataDir, RunningService},
    time::Timestamp,
};

use crate::harness::{Room, Terminal};

const SMALL: (u16, u16) = (80, 24);

/// A process that holds the data directory and never answers: its port takes connections and says nothing.
struct Silent {
    _lock: File,
    _port: TcpListener,
}

impl Silent {
    fn on(room: &Room) -> Self {
        let data = DataDir::new(room.data());
        let lock = File::create(data.lock_file()).unwrap();
        lock.lock().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", port.local_addr().unwrap());
        let started = Timestamp::from_millis(0);
        let note = RunningService { url, pid: std::process::id(), started, passing: false };
        fs::write(data.service_file(), serde_json::to_vec(&note).unwrap()).unwrap();
        Self { _lock: lock, _port: port }
    }
}

#[test]
fn while_it_waits_for_a_service_it_says_so_and_can_be_left() {
    for (key, size) in [("q", SMALL), ("\u{3}", SMALL), ("q", (40, 10))] {
        let room = Room::empty();
        let _silent = Silent::on(&room);
        let mut terminal = Terminal::run(room.data(), &[], size);
        terminal.wait_for("Waiting for the process that serves");
        // Other keys are heard as well.
        terminal.press("2");
        terminal.wait_for("/ search");
        let pressed = Instant::now();
        terminal.press(key);
        assert_eq!(terminal.exit_code(), 0, "{key:?}");
        assert!(pressed.elapsed() < Duration::from_millis(500), "{key:?} took {:?}", pressed.elapsed());
        assert!(!terminal.on_alternate_screen() && !terminal.cursor_hidden(), "the terminal is given back");
    }
    let room = Room::empty();
    let _silent = Silent::on(&room);
    let mut terminal = Terminal::run(room.data(), &[], SMALL);
    terminal.wait_for("Waiting for the process that serves");
    terminal.signal("-TERM");
    assert_eq!(terminal.exit_code(), 0);
    assert!(!terminal.on_alternate_screen());
}

#[test]
fn a_service_that_never_answers_is_given_up_in_words() {
    let room = Room::empty();
    let _silent = Silent::on(&room);
    let mut terminal = Terminal::run(room.data(), &[], SMALL);
    assert_eq!(terminal.exit_code(), 1);
    assert!(!terminal.on_alternate_screen());
    terminal.wait_for("holds the data directory");
}

#[test]
fn the_first_frame_is_the_pane_of_the_last_time() {
    for (serving, pane, shows) in [(true, "2", "of 0"), (false, "5", "follow")] {
        let mut room = Room::empty();
        if serving {
            room.serve();
        }
        let start = || Terminal::run(room.data(), &["--listen", "127.0.0.1:0"], SMALL);
        let mut terminal = start();
        terminal.wait_for("live");
        terminal.press(pane);
        terminal.wait("another pane", |text| (!text.contains("Connect Okta")).then_some(()));
        terminal.press("q");
        assert_eq!(terminal.exit_code(), 0);

        let mut terminal = start();
        terminal.wait_for("live");
        assert!(!terminal.marked().contains("checklist"), "Setup flashes up before {shows}");
        assert!(!terminal.text().contains("Connect Okta"));
        terminal.press("q");
        assert_eq!(terminal.exit_code(), 0);
    }
}

#[test]
fn keys_typed_before_the_dashboard_is_there_are_not_lost() {
    let room = Room::empty();
    let mut terminal = Terminal::run(room.data(), &["--listen", "127.0.0.1:0"], SMALL);
    terminal.press("2/ada");
    terminal.wait_for("/ ada");
    terminal.press("\u{3}");
    assert_eq!(terminal.exit_code(), 0);
}
