//! The time of one frame, without a terminal: from the state to the bytes that tell it from the last frame.

use std::time::Instant;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Size;
use scimroom::{
    client::Client,
    dashboard::{Options, Rehearsal},
    model::secret::Secret,
};

use crate::{
    LARGE, SMALL,
    bars::{Bars, median},
    room::Room,
};

const FRAMES: usize = 400;

/// Panes by the key that shows them.
const PANES: [(char, &str); 5] = [('1', "Setup"), ('2', "Users"), ('3', "Roles"), ('4', "API Tokens"), ('5', "Log")];

pub fn measure(room: &Room, bars: &mut Bars) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // Something for the log to show.
    room.traffic(2_000, std::time::Duration::from_millis(600)).reached();
    for (columns, rows) in [LARGE, SMALL] {
        for (key, title) in PANES {
            let frames = runtime.block_on(pane(room, key, Size::new(columns, rows)));
            let what = format!("one frame of {title}, {columns}x{rows}, median of {FRAMES}");
            bars.at_most(&what, "ms", 1.0, "", median(&frames));
        }
    }
}

/// A pane with the selection going up and down, which is when most frames are drawn.
async fn pane(room: &Room, key: char, size: Size) -> Vec<f64> {
    let press = |c| KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE);
    let client = Client::new(room.url(), Some(Secret::new(room.key()))).unwrap();
    let options = Options { connection_name: "bench".to_owned(), operator: true, player: None };
    let mut rehearsal = Rehearsal::open(client, options, size).await;
    rehearsal.press(press(key)).await;
    let mut frames = Vec::with_capacity(FRAMES);
    for n in 0..FRAMES {
        rehearsal.press(press(if n % 60 < 30 { 'j' } else { 'k' })).await;
        let begun = Instant::now();
        std::hint::black_box(rehearsal.draw());
        frames.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    frames
}
