//! The dashboard in a real terminal: from an empty machine to Okta's first user.

use std::fs;

use serde_json::Value;

use crate::harness::{Okta, Person, Room, Terminal, eventually};

const SMALL: (u16, u16) = (80, 24);

/// Where the service inside the dashboard listens, as it tells others on the host.
fn url_of(room: &Room) -> String {
    let path = room.data().join("service.json");
    eventually("the service inside is up", || path.exists());
    let note: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    note["url"].as_str().unwrap().to_owned()
}

/// Creates a token through the keys, as the guide says: Settings > API Tokens > Add another account > Create a new
/// token.
fn create_token(terminal: &mut Terminal, name: &str) -> String {
    terminal.wait_for("live");
    terminal.press("4");
    terminal.wait_for("n Add another account");
    terminal.press("n");
    terminal.wait_for("Enter Create a new token");
    terminal.press("\r");
    terminal.wait_for("Enter create");
    terminal.press(name);
    terminal.wait_for(name);
    terminal.press("\r");
    terminal.wait_for("only time it is shown");
    terminal.press("v");
    let token = terminal.wait("the token", |text| {
        let start = text.find("scimroom_")?;
        let token: String = text[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        (token.len() > 20).then_some(token)
    });
    terminal.press("\r");
    terminal.wait_for("four characters");
    terminal.mark();
    terminal.press(&format!("{}\r", &token["scimroom_".len()..][..4]));
    terminal.wait_for("n Add another account");
    token
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_first_start_to_the_first_user() {
    let room = Room::empty();
    let mut terminal = Terminal::run(room.data(), &["--listen", "127.0.0.1:0"], SMALL);
    terminal.wait_for("Setup");
    assert!(terminal.on_alternate_screen());
    let token = create_token(&mut terminal, "Okta production");
    terminal.wait_for("Okta production");
    assert!(terminal.marked().len() > 100, "the screen is drawn anew");
    assert!(!terminal.marked().contains(&token), "the token is sent to the terminal after its dialog closed");

    let okta = Okta::new(&format!("{}/scim/v2", url_of(&room)), &token);
    okta.test_credentials().await.expect(200);
    terminal.wait_for("credential-test");
    okta.assign(&Person::new("Ada", "Moreno").role("editor")).await.expect(201);
    terminal.press("2");
    terminal.wait_for("ada.moreno@harbor.example");
    terminal.press("1");
    terminal.wait_for("of 8");

    terminal.press("q");
    assert_eq!(terminal.exit_code(), 0);
    assert!(!terminal.on_alternate_screen() && !terminal.cursor_hidden(), "the terminal is given back");
    assert!(!room.data().join("service.json").exists(), "the service inside has ended in order");
    assert_eq!(room.cli(&["user", "list"])[0]["userName"], "ada.moreno@harbor.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_running_service_the_dashboard_attaches_and_comes_back_after_a_crash() {
    let mut room = Room::start();
    let address = room.url().strip_prefix("http://").unwrap().to_owned();
    let okta = room.okta();
    let mut terminal = Terminal::run(room.data(), &[], SMALL);
    terminal.wait_for("live");
    terminal.press("5");
    terminal.wait("the log", |text| (!text.contains("Connect Okta")).then_some(()));
    okta.assign(&Person::new("Ada", "Moreno")).await.expect(201);
    terminal.wait_for("create");

    room.kill();
    terminal.wait_for("stale");
    terminal.wait("the seconds until it tries again", |text| {
        let (_, rest) = text.split_once("retrying in ")?;
        rest.split_once(" s").filter(|(seconds, _)| seconds.parse::<u32>().is_ok()).map(drop)
    });
    room.serve_on(&address);
    room.okta().assign(&Person::new("Li", "Wei")).await.expect(201);
    terminal.wait_for("li.wei");
    terminal.wait("the connection again", |text| (!text.contains("retrying")).then_some(()));
    let creates =
        |text: &str, name: &str| text.lines().filter(|line| line.contains(" 201 ") && line.contains(name)).count();
    terminal.wait("the create", |text| (creates(text, "li.wei") > 0).then_some(()));
    let text = terminal.text();
    for name in ["ada.moreno", "li.wei"] {
        assert_eq!(creates(&text, name), 1, "nothing is missed and nothing shows twice:\n{text}");
    }

    terminal.press("q");
    assert_eq!(terminal.exit_code(), 0);
    assert_eq!(reqwest::get(format!("{}/healthz", room.url())).await.unwrap().status(), 200, "serve goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_dashboard_with_the_service_is_left_another_one_takes_over() {
    let room = Room::empty();
    let mut first = Terminal::run(room.data(), &["--listen", "127.0.0.1:0"], SMALL);
    let token = create_token(&mut first, "Okta production");
    let url = url_of(&room);
    // One that was just begun may belong to a command that ends at once, and nobody stays with that.
    let mut second = Terminal::run(room.data(), &["--listen", "127.0.0.1:0"], SMALL);
    second.wait_for("live");
    first.press("q");
    assert_eq!(first.exit_code(), 0);
    second.wait_for("stale");
    second.wait("the connection again", |text| (!text.contains("stale") && text.contains("live")).then_some(()));
    let okta = Okta::new(&format!("{url}/scim/v2"), &token);
    okta.assign(&Person::new("Ada", "Moreno")).await.expect(201);
    second.press("2");
    second.wait_for("ada.moreno@harbor.example");
    second.press("q");
    assert_eq!(second.exit_code(), 0);
    assert!(!room.data().join("service.json").exists(), "the service that was taken over has ended in order");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_shows_people_arriving_and_leaves_nothing_behind() {
    for by_signal in [false, true] {
        let room = Room::empty();
        let temporary = room.data().join("tmp");
        fs::create_dir(&temporary).unwrap();
        let mut terminal = Terminal::run_in(room.data(), &["demo"], SMALL, &[("TMPDIR", temporary.to_str().unwrap())]);
        terminal.press("2");
        terminal.wait_for("@harbor.example");
        assert_eq!(fs::read_dir(&temporary).unwrap().count(), 1);
        if by_signal {
            terminal.signal("-TERM");
        } else {
            terminal.press("q");
        }
        assert_eq!(terminal.exit_code(), 0);
        assert!(!terminal.on_alternate_screen());
        assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0, "the throw-away directory is still there");
        assert!(!room.data().join("scimroom.db").exists());
    }
}

#[test]
fn ctrl_c_leaves_the_dashboard_and_gives_the_terminal_back() {
    let room = Room::empty();
    for size in [SMALL, (200, 60), (40, 10)] {
        let mut terminal = Terminal::run(room.data(), &["--listen", "127.0.0.1:0"], size);
        terminal.wait_for("live");
        terminal.press("\u{3}");
        assert_eq!(terminal.exit_code(), 0, "{size:?}");
        assert!(!terminal.on_alternate_screen());
    }
    let busy = Room::start();
    let address = busy.url().strip_prefix("http://").unwrap().to_owned();
    let mut terminal = Terminal::run(room.data(), &["--listen", &address], SMALL);
    assert_eq!(terminal.exit_code(), 1);
    terminal.wait_for("--listen");
}

#[test]
fn the_screen_is_drawn_anew_on_ctrl_l() {
    let room = Room::start();
    let mut terminal = Terminal::run(room.data(), &[], SMALL);
    terminal.wait_for("live");
    terminal.forget();
    terminal.press("\u{c}");
    terminal.wait_for("Setup");
    terminal.wait_for("live");
    terminal.press("q");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn a_paste_of_two_thousand_keys_arrives_whole() {
    let room = Room::start();
    let mut terminal = Terminal::run(room.data(), &[], SMALL);
    terminal.wait_for("live");
    terminal.press("2/");
    terminal.wait_for("Enter keep");
    terminal.press(&format!("first{}last", "x".repeat(1_991)));
    terminal.wait_for("xlast");
    terminal.press(&"\u{7f}".repeat(1_995));
    terminal.wait("the first keys alone", |text| text.lines().any(|line| line.trim() == "/ first").then_some(()));
    let pasted: String = ('a'..='z').cycle().take(60).collect();
    terminal.press(&format!("\u{1b}[200~{pasted}\u{1b}[201~"));
    terminal.wait_for(&pasted[20..]);
    terminal.press("\u{3}");
    assert_eq!(terminal.exit_code(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_colours_the_selected_person_still_stands_out() {
    let room = Room::start();
    room.okta().assign(&Person::new("Ada", "Moreno")).await.expect(201);
    room.okta().assign(&Person::new("Li", "Wei")).await.expect(201);
    let mut terminal = Terminal::run_in(room.data(), &[], SMALL, &[("NO_COLOR", "1")]);
    terminal.press("2");
    for key in ["", "j", "k"] {
        let before = terminal.reversed_rows();
        terminal.press(key);
        terminal.wait("one selected person", |_| match terminal.reversed_rows().as_slice() {
            [row] if row.contains("@harbor.example") && (key.is_empty() || !before.contains(row)) => Some(()),
            _ => None,
        });
    }
    assert!(!terminal.has_colours());
    terminal.press("q");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn a_terminal_of_one_cell_is_survived() {
    let room = Room::start();
    let mut terminal = Terminal::run(room.data(), &[], SMALL);
    terminal.wait_for("live");
    for key in ["1", "2", "3", "4", "5", "?"] {
        terminal.press(key);
        terminal.resize((1, 1));
        terminal.resize((200, 60));
        terminal.resize((40, 10));
    }
    terminal.resize(SMALL);
    terminal.wait_for("Esc close");
    terminal.press("q1");
    terminal.wait_for("Create an API token");
    terminal.press("q");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn the_shell_takes_the_dashboard_back_from_the_background() {
    let room = Room::start();
    let mut terminal = Terminal::shell(room.data(), SMALL);
    terminal.wait_for("ready>");
    terminal.press(&format!("\"$SCIMROOM\" --data '{}'\r", room.data().display()));
    terminal.wait_for("live");
    for pane in ["2", "5"] {
        terminal.press("\u{1a}");
        terminal.wait("the shell", |text| text.contains("Stopped").then_some(()));
        assert!(!terminal.on_alternate_screen() && !terminal.cursor_hidden(), "the shell has its terminal");
        terminal.press("fg\r");
        terminal.wait_for("live");
        assert!(terminal.on_alternate_screen());
        terminal.press(pane);
        terminal.wait_for("q quit");
    }
    terminal.press("q");
    terminal.wait("the shell", |text| text.contains("fg").then_some(()));
    terminal.press("exit\r");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn a_held_key_is_counted_to_the_last() {
    let mut room = Room::empty();
    room.run(&["seed", "--users", "500", "--groups", "0"]).ok();
    room.serve();
    let mut terminal = Terminal::run(room.data(), &[], SMALL);
    terminal.wait_for("live");
    terminal.press("2");
    terminal.wait_for("1 of 500");
    for _ in 0..400 {
        terminal.press("j");
    }
    terminal.wait_for("401 of 500");
    terminal.press(&"k".repeat(150));
    terminal.wait_for("251 of 500");
    terminal.press("q");
    assert_eq!(terminal.exit_code(), 0);
}
