//! What the dashboard costs, printed beside the bar it has to hold and the best that was seen elsewhere.
//!
//! `cargo bench --bench dashboard` fills a workspace with a million people, serves it with the release binary, and
//! watches the dashboard of another process in a real pseudo-terminal: how soon it shows something, how much memory it
//! takes, how quickly it answers a key, what it sends to the terminal, and what it costs while nothing and while much
//! happens. The time of one frame is measured without a terminal. `-- --quick` does with 50,000 people.
//!
//! Nothing fails: figures of a busy machine are worse than the dashboard. A bar that is missed is called so.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a bench that cannot go on should stop where it stands")]

mod bars;
mod frames;
mod room;
mod screen;

use std::{thread::sleep, time::Duration};

use bars::{Bars, median, quantile};
use room::Room;
use screen::Screen;

const LARGE: (u16, u16) = (200, 60);
const SMALL: (u16, u16) = (80, 24);
/// How long nothing may come for the screen to count as still.
const STILL: Duration = Duration::from_millis(400);
/// How many keys are answered one at a time: enough that a disturbance of a few seconds does not make the median.
const KEYS: u64 = 1_000;
/// How often a dashboard is looked at before it shows people, and how often a key is held.
const TIMES: usize = 5;
/// How long the quiet and the busy dashboard are watched.
const WATCHED: Duration = Duration::from_secs(10);

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let people = if quick { 50_000 } else { 1_000_000 };
    let room = Room::open(people);
    println!("{people} people, put in in {:.1} s; the dashboard attached to the service, in a pty\n", room.filled_in());
    let mut bars = Bars::new();
    first_frames(&room, &mut bars);
    let mut screen = at_rest(&room, &mut bars);
    browse(&mut screen);
    bars.at_most("memory while browsing them", "MiB", 30.0, "", screen.memory_mib());
    keys(&mut screen, &mut bars);
    held_key(&mut screen, &mut bars);
    one_row(&room, &mut screen, &mut bars);
    idle(&mut screen, &mut bars);
    frames::measure(&room, &mut bars);
    for size in [SMALL, LARGE] {
        traffic(&room, size, &mut bars);
    }
    bars.finish();
}

/// From the start of the process to the end of what it first draws.
fn first_frames(room: &Room, bars: &mut Bars) {
    let starts: Vec<f64> =
        (0..15).map(|_| Screen::open(room.data(), LARGE).first_frame().as_secs_f64() * 1e3).collect();
    bars.at_most("first frame, median of 15 starts", "ms", 15.0, "trippy 14, slumber 28", median(&starts));
}

/// Connected, with nothing asked for yet; what that takes. Gives one of the dashboards.
fn at_rest(room: &Room, bars: &mut Bars) -> Screen {
    let mut taken = Vec::new();
    loop {
        let screen = Screen::open(room.data(), LARGE);
        screen.wait_for("live");
        screen.still(STILL);
        taken.push((screen.memory_mib(), screen.private_memory_mib()));
        if taken.len() < TIMES {
            continue;
        }
        let (all, private): (Vec<f64>, Vec<f64>) = taken.into_iter().unzip();
        let what = format!("memory before any people are shown, median of {TIMES}");
        bars.at_most(&what, "MiB", 12.0, "", median(&all));
        bars.told("  of it not shared with other processes", "MiB", median(&private));
        return screen;
    }
}

/// To the end, back, page by page, into a search and into a person.
fn browse(screen: &mut Screen) {
    screen.press("2");
    screen.wait_for("@harbor.example");
    for keys in ["G", "g"] {
        screen.press(keys);
        screen.still(STILL);
    }
    for _ in 0..200 {
        screen.press("\u{1b}[6~");
        sleep(Duration::from_millis(10));
    }
    screen.press("/");
    screen.press("moreno");
    screen.still(STILL);
    screen.press("\r");
    screen.press("j\r");
    screen.still(STILL);
    screen.press("\u{1b}");
    screen.still(STILL);
    screen.press("\u{1b}");
    screen.still(STILL);
}

/// From a key to the first byte of the answer, one key at a time.
fn keys(screen: &mut Screen, bars: &mut Bars) {
    let mut answers = Vec::new();
    for n in 0..KEYS {
        answers.push(screen.answer(if n % 40 < 20 { "j" } else { "k" }).as_secs_f64() * 1e3);
        sleep(Duration::from_millis(20 + n % 7));
    }
    let anchors = "tig 0.2, trippy 0.58, bottom 0.75";
    bars.at_most(&format!("key to first byte, median of {KEYS}"), "ms", 1.0, anchors, median(&answers));
    bars.told("key to first byte, 99 of 100", "ms", quantile(&answers, 0.99));
}

/// A key that repeats a thousand times: how long the screen goes on after it was let go.
fn held_key(screen: &mut Screen, bars: &mut Bars) {
    let behind: Vec<f64> = (0..TIMES)
        .map(|_| {
            screen.press("g");
            screen.still(STILL);
            let released = screen.hold("j", 1_000, Duration::from_millis(1));
            screen.still(STILL);
            screen.last_byte().saturating_duration_since(released).as_secs_f64() * 1e3
        })
        .collect();
    bars.at_most("last frame after a key held for 1,000 presses", "ms", 10.0, "slumber 2, bottom 226", median(&behind));
}

/// One person's row changes, by somebody else's doing.
fn one_row(room: &Room, screen: &mut Screen, bars: &mut Bars) {
    screen.press("g");
    screen.still(STILL);
    let name = screen.find("@harbor.example").expect("a person on the screen");
    let sent: Vec<f64> = ["owner", "viewer", "editor", "owner", "editor"]
        .into_iter()
        .map(|role| {
            let before = screen.bytes();
            room.run(&["user", "set-role", &name, role]);
            screen.still(STILL);
            (screen.bytes() - before) as f64
        })
        .collect();
    // The first has most to say: the time of another day gives way to one of today.
    bars.at_most("a changed role in one row, the most of 5", "bytes", 60.0, "", quantile(&sent, 1.0));
    let before = screen.bytes();
    screen.press("j");
    screen.still(STILL);
    bars.told("the selection one row down, 200 columns", "bytes", (screen.bytes() - before) as f64);
}

/// Nothing happens.
fn idle(screen: &mut Screen, bars: &mut Bars) {
    screen.still(STILL);
    let (bytes, work) = (screen.bytes(), screen.work());
    sleep(WATCHED);
    bars.at_most("sent while idle for 10 s", "bytes", 0.0, "", (screen.bytes() - bytes) as f64);
    bars.at_most("of a core while idle for 10 s", "%", 0.04, "", share(screen.work() - work));
}

/// Okta sends 500 requests a second, and the log shows them.
fn traffic(room: &Room, size: (u16, u16), bars: &mut Bars) {
    let mut screen = Screen::open(room.data(), size);
    screen.wait_for("live");
    screen.press("5");
    screen.still(STILL);
    let traffic = room.traffic(500, WATCHED + Duration::from_secs(5));
    sleep(Duration::from_secs(2));
    let (bytes, work) = (screen.bytes(), screen.work());
    sleep(WATCHED);
    let (bytes, work) = (screen.bytes() - bytes, screen.work() - work);
    let reached = traffic.reached();
    let what = format!("of a core, {reached:.0} events/s in the log, {}x{}", size.0, size.1);
    bars.at_most(&what, "%", 10.0, "", share(work));
    bars.told("  and sent to the terminal meanwhile", "KiB/s", bytes as f64 / 1024.0 / WATCHED.as_secs_f64());
}

fn share(work: Duration) -> f64 {
    100.0 * work.as_secs_f64() / WATCHED.as_secs_f64()
}
