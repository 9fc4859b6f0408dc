//! Moving through the list, and to other places of the log.

use crate::{
    dashboard::{
        message::Effect,
        panes::log::{Elsewhere, Log, Ring, Toward},
        scroll::Move,
    },
    model::{event::Event, id::EventId},
};

impl Log {
    /// The window has this many rows now.
    pub fn resize(&mut self, rows: u16) {
        self.height = usize::from(rows.max(1));
        self.keep_in_view();
    }

    /// The selected event.
    pub fn selected(&self) -> Option<&Event> {
        let list = self.list();
        match self.cursor {
            Some(id) if !self.following => list.shown_from(id).next().or_else(|| list.last_shown()),
            _ => list.last_shown(),
        }
    }

    /// The rows on screen, oldest first.
    pub fn window(&self, rows: usize) -> Vec<&Event> {
        match self.top {
            Some(top) if !self.following => self.list().shown_from(top).take(rows).collect(),
            _ => {
                let mut newest: Vec<&Event> = self.list().shown_back().take(rows).collect();
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
        let page = self.height;
        let Some(from) = self.selected().map(|event| event.id) else {
            self.want(Toward::Older, page, effects);
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
        let list = self.list();
        let target = match by {
            Move::First => list.first_shown(),
            Move::Up | Move::PageUp => list.shown_back_from(from).take(steps + 1).last(),
            _ => list.shown_from(from).take(steps + 1).last(),
        };
        let cursor = target.map_or(from, |event| event.id);
        let at_first = list.first_shown().is_some_and(|event| event.id == cursor);
        let at_last = list.last_shown().is_some_and(|event| event.id == cursor);
        self.cursor = Some(cursor);
        self.keep_in_view();
        match by {
            Move::Down | Move::PageDown if at_last => self.want(Toward::Newer, page, effects),
            Move::Down | Move::PageDown => {}
            _ if at_first && self.is_full() => self.go(cursor, effects),
            _ if at_first => self.want(Toward::Older, page, effects),
            _ => {}
        }
    }

    /// Whether the ring has no room for older events any more: what lies before is shown in a window of its own.
    fn is_full(&self) -> bool {
        self.elsewhere.is_none() && self.ring.is_full_of_shown() && !self.exhausted()
    }

    /// Shows the log around an event, or around the place where one of that number would be.
    pub fn go(&mut self, around: EventId, effects: &mut Vec<Effect>) {
        self.run += 1;
        self.older.rest();
        self.following = false;
        self.unseen = 0;
        self.elsewhere = Some(Elsewhere::new(around, self.ring.filter_in_force().clone()));
        self.cursor = Some(around);
        self.top = None;
        let page = self.height;
        self.want(Toward::Older, page, effects);
        self.want(Toward::Newer, page, effects);
    }

    /// Shows an event where it stands: in the ring if it is there, otherwise elsewhere.
    pub fn show(&mut self, id: EventId, effects: &mut Vec<Effect>) {
        self.causes = None;
        if self.elsewhere.is_none() && self.ring.shown_from(id).next().is_some_and(|event| event.id == id) {
            self.following = false;
            self.unseen = 0;
            self.cursor = Some(id);
            self.keep_in_view();
        } else {
            self.go(id, effects);
        }
    }

    /// Puts the selection of a window that has just arrived into the middle of the screen.
    pub(super) fn settle(&mut self) {
        let Some(cursor) = self.selected().map(|event| event.id) else { return };
        self.top = self.list().shown_back_from(cursor).take(self.height / 2 + 1).last().map(|event| event.id);
    }

    /// Stays at the newest event from now on.
    pub fn follow(&mut self) {
        if self.elsewhere.take().is_some() {
            self.run += 1;
            self.older.rest();
            self.look_due = false;
        }
        self.following = true;
        self.unseen = 0;
        self.cursor = None;
        self.top = None;
    }

    pub(super) fn keep_in_view(&mut self) {
        let Some(cursor) = self.cursor.filter(|_| !self.following) else { return };
        let list = self.list();
        let lowest = list.shown_back_from(cursor).take(self.height).last().map(|event| event.id);
        let mut top = match self.top {
            Some(top) if top <= cursor && lowest.is_some_and(|lowest| top >= lowest) => Some(top),
            Some(top) if top > cursor => Some(cursor),
            _ => lowest,
        };
        // No empty rows below while there are events above.
        let full_window = list.shown_back().take(self.height).last().map(|event| event.id);
        if let (Some(first), Some(full)) = (top, full_window)
            && first > full
        {
            top = Some(full);
        }
        self.top = top;
    }

    /// Marks an event, or takes its mark away.
    pub fn mark(&mut self) {
        if let Some(id) = self.selected().map(|event| event.id)
            && !self.marks.remove(&id)
        {
            self.marks.insert(id);
        }
    }
}

impl Ring {
    /// Whether an event more would have to take the place of one that is shown.
    fn is_full_of_shown(&self) -> bool {
        self.shown() == self.len() && self.is_nearly_full()
    }
}
