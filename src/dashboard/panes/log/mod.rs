//! The Log pane: every request to the SCIM endpoint as it arrives.
//!
//! The newest events are held in a ring bounded by bytes. The list follows the newest one until the admin scrolls up;
//! then it stays where it is and says how many arrived since.

mod filter;
mod ring;
mod view;

pub use filter::Filter;
pub use ring::Ring;
pub use view::{Layout, draw, draw_strip, event_line, rows, search_line};

use crate::{
    dashboard::{
        message::{Call, Effect, Failure},
        scroll::Move,
        search::SearchLine,
    },
    model::{event::Event, id::EventId},
};

/// The pane's state.
#[derive(Debug)]
pub struct Log {
    /// The events held.
    pub ring: Ring,
    /// The filter being typed.
    pub search: SearchLine,
    /// Whether the list stays at the newest event.
    pub following: bool,
    /// Events that arrived (and pass the filter) since the list stopped following.
    pub unseen: u64,
    /// Whether the newest events have been read.
    pub loaded: bool,
    /// Whether there are no older events than those held.
    pub exhausted: bool,
    cursor: Option<EventId>,
    top: Option<EventId>,
    loading_older: bool,
    height: usize,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            ring: Ring::default(),
            search: SearchLine::default(),
            following: true,
            unseen: 0,
            loaded: false,
            exhausted: false,
            cursor: None,
            top: None,
            loading_older: false,
            height: 20,
        }
    }
}

impl Log {
    /// How many events are asked for at once.
    pub const PAGE: u32 = 200;

    /// Takes the newest events, newest first, as they were before the stream was followed.
    pub fn start(&mut self, newest: Vec<Event>) {
        self.loaded = true;
        self.exhausted = newest.len() < usize::try_from(Self::PAGE).unwrap_or(usize::MAX);
        for event in newest.into_iter().rev() {
            self.ring.push(event);
        }
    }

    /// Takes an event of the stream; says whether it is a new one.
    pub fn push(&mut self, event: Event) -> bool {
        let shown = self.ring.passes(&event);
        let new = self.ring.push(event);
        if new && shown && !self.following {
            self.unseen += 1;
        }
        if self.top.is_some_and(|top| self.ring.first_shown().is_some_and(|first| first.id > top)) {
            self.top = self.ring.first_shown().map(|event| event.id);
        }
        new
    }

    /// Takes older events, newest first.
    pub fn take_older(&mut self, answer: Result<Vec<Event>, Failure>) {
        self.loading_older = false;
        if let Ok(older) = answer {
            self.exhausted = older.is_empty();
            for event in older {
                if !self.ring.push_older(event) {
                    self.exhausted = true;
                    break;
                }
            }
        }
    }

    /// Whether older events are on their way.
    pub const fn is_loading_older(&self) -> bool {
        self.loading_older
    }

    /// The window has this many rows now.
    pub fn resize(&mut self, rows: u16) {
        self.height = usize::from(rows.max(1));
        self.keep_in_view();
    }

    /// The selected event.
    pub fn selected(&self) -> Option<&Event> {
        match self.cursor {
            Some(id) if !self.following => self.ring.shown_from(id).next(),
            _ => self.ring.last_shown(),
        }
    }

    /// The rows on screen, oldest first.
    pub fn window(&self, rows: usize) -> Vec<&Event> {
        match self.top {
            Some(top) if !self.following => self.ring.shown_from(top).take(rows).collect(),
            _ => {
                let mut newest: Vec<&Event> = self.ring.shown_back().take(rows).collect();
                newest.reverse();
                newest
            }
        }
    }

    /// Moves the selection; anything but the way to the end lets go of the newest event.
    pub fn travel(&mut self, by: Move, effects: &mut Vec<Effect>) {
        if by == Move::Last {
            self.follow();
            return;
        }
        let Some(from) = self.selected().map(|event| event.id) else {
            self.want_older(effects);
            return;
        };
        if self.following {
            if by == Move::Down || by == Move::PageDown {
                return;
            }
            self.top = self.window(self.height).first().map(|event| event.id);
            self.following = false;
            self.unseen = 0;
        }
        let steps = match by {
            Move::Up | Move::Down => 1,
            _ => self.height.saturating_sub(1).max(1),
        };
        let target = match by {
            Move::First => self.ring.first_shown(),
            Move::Up | Move::PageUp => self.ring.shown_back_from(from).take(steps + 1).last(),
            _ => self.ring.shown_from(from).take(steps + 1).last(),
        };
        self.cursor = target.map(|event| event.id).or(Some(from));
        self.keep_in_view();
        if self.cursor == self.ring.first_shown().map(|event| event.id) && !matches!(by, Move::Down | Move::PageDown) {
            self.want_older(effects);
        }
    }

    fn want_older(&mut self, effects: &mut Vec<Effect>) {
        if let Some(oldest) = self.ring.oldest()
            && !self.exhausted
            && !self.loading_older
        {
            self.loading_older = true;
            effects.push(Effect::Call(Call::OlderEvents(oldest.id)));
        }
    }

    /// Stays at the newest event from now on.
    pub fn follow(&mut self) {
        self.following = true;
        self.unseen = 0;
        self.cursor = None;
        self.top = None;
    }

    /// The filter's text changed.
    pub fn refilter(&mut self) {
        self.ring.filter(Filter::parse(self.search.value()));
        if let Some(cursor) = self.cursor {
            let near = self.ring.shown_from(cursor).next().or_else(|| self.ring.last_shown());
            self.cursor = near.map(|event| event.id);
        }
        self.top = None;
        self.keep_in_view();
    }

    /// Shows all again; says whether anything was filtered.
    pub fn widen(&mut self) -> bool {
        let narrowed = !self.search.value().is_empty();
        self.search.clear();
        if narrowed {
            self.refilter();
        }
        narrowed
    }

    fn keep_in_view(&mut self) {
        let Some(cursor) = self.cursor.filter(|_| !self.following) else { return };
        let lowest = self.ring.shown_back_from(cursor).take(self.height).last().map(|event| event.id);
        match self.top {
            Some(top) if top <= cursor && lowest.is_some_and(|lowest| top >= lowest) => {}
            Some(top) if top > cursor => self.top = Some(cursor),
            _ => self.top = lowest,
        }
        // No empty rows below while there are events above.
        let full_window = self.ring.shown_back().take(self.height).last().map(|event| event.id);
        if let (Some(top), Some(full)) = (self.top, full_window)
            && top > full
        {
            self.top = Some(full);
        }
    }
}
