//! Where everything stands on a screen of any size: what matters least gives way first.

use ratatui::layout::Rect;

use crate::dashboard::{
    panes::Pane,
    state::{Link, State},
};

/// The parts of the screen, from top to bottom; parts that found no room are empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Regions {
    /// Panes, connection, findings.
    pub top: Rect,
    /// The line under it.
    pub top_rule: Rect,
    /// What is wrong with the connection, or waited for.
    pub banner: Rect,
    /// What the tripwire noticed.
    pub alarm: Rect,
    /// The pane.
    pub body: Rect,
    /// The line over the strip.
    pub strip_rule: Rect,
    /// The newest events of the log.
    pub strip: Rect,
    /// Keys.
    pub footer: Rect,
}

/// Divides the screen.
pub fn regions(state: &State) -> Regions {
    let area = state.area();
    let tall = area.height;
    let top = u16::from(tall >= 3);
    let footer = u16::from(tall >= 4);
    let told = matches!(state.link, Link::Lost { .. }) || state.awaited().is_some();
    let banner = u16::from(tall >= 5 && told);
    let alarm = u16::from(tall >= 6 && state.log.tripwire.alarm().is_some());
    let top_rule = u16::from(tall >= 14);
    let with_strip = state.pane != Pane::Log;
    let strip = match tall {
        _ if !with_strip => 0,
        0..12 => 0,
        12..32 => 1,
        _ => 3,
    };
    let strip_rule = u16::from(strip > 0 && tall >= 16);
    let body = tall - top - footer - banner - alarm - top_rule - strip - strip_rule;
    let mut y = 0;
    let mut take = |height: u16| {
        let part = Rect { x: 0, y, width: area.width, height }.intersection(area);
        y += height;
        part
    };
    let top = take(top);
    let top_rule = take(top_rule);
    let banner = take(banner);
    let alarm = take(alarm);
    let body = inset(take(body));
    Regions {
        top,
        top_rule,
        banner,
        alarm,
        body,
        strip_rule: take(strip_rule),
        strip: take(strip),
        footer: take(footer),
    }
}

/// A column of air on either side, where there is room for it.
fn inset(area: Rect) -> Rect {
    if area.width < 44 { area } else { Rect { x: area.x + 1, width: area.width - 2, ..area } }
}

/// A box of at most this size in the middle of an area, never larger than the area.
pub fn centered(area: Rect, width: u16, height: u16) -> Rect {
    let width = width.min(area.width);
    let height = height.min(area.height);
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// The first `rows` rows of an area, and the rest.
pub fn split_top(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    (Rect { height: rows, ..area }, Rect { y: area.y + rows, height: area.height - rows, ..area })
}

/// The first `columns` columns of an area, and the rest.
pub fn split_left(area: Rect, columns: u16) -> (Rect, Rect) {
    let columns = columns.min(area.width);
    (Rect { width: columns, ..area }, Rect { x: area.x + columns, width: area.width - columns, ..area })
}
