//! A window of the log far from its end: the admin travelled to a time or an event. Both directions page on; nothing
//! between it and the present is loaded.

use crate::{
    dashboard::panes::log::{GiveWay, Hunt, Ring, Toward},
    model::{event::Event, event_filter::EventFilter, id::EventId},
};

/// Bytes of events held at most; what is farthest from where the admin pages goes first.
const LIMIT: usize = 4 * 1024 * 1024;

/// The window.
#[derive(Debug)]
pub struct Elsewhere {
    /// The events.
    pub ring: Ring,
    /// The search for older ones.
    pub older: Hunt,
    /// The search for newer ones.
    pub newer: Hunt,
    /// Up to which event all are here that the filter shows.
    pub covered_to: EventId,
    /// Whether there was nothing newer when last asked.
    pub at_end: bool,
    /// How many first answers are still to come.
    pub arriving: u8,
}

impl Elsewhere {
    /// Around an event, or the place where one would be.
    pub fn new(around: EventId, filter: EventFilter) -> Self {
        let mut ring = Ring::bounded(LIMIT);
        ring.filter(filter);
        ring.cover(EventId(around.0.saturating_add(1)));
        Self { ring, older: Hunt::default(), newer: Hunt::default(), covered_to: around, at_end: false, arriving: 2 }
    }

    /// Takes what was found in a direction.
    pub fn take(&mut self, toward: Toward, events: Vec<Event>, scanned_to: Option<EventId>, exhausted: bool) {
        self.arriving = self.arriving.saturating_sub(1);
        let give_way = if toward == Toward::Older { GiveWay::Newest } else { GiveWay::Oldest };
        let dropped = self.ring.dropped;
        for event in events {
            self.ring.take_found(event, give_way);
        }
        match toward {
            Toward::Older => {
                self.ring.cover(if exhausted { Ring::BEGINNING } else { scanned_to.unwrap_or(Ring::BEGINNING) });
                if self.ring.dropped > dropped {
                    self.at_end = false;
                    self.covered_to = self.ring.newest().next().map_or(self.covered_to, |newest| newest.id);
                }
            }
            Toward::Newer => {
                self.covered_to = self.covered_to.max(scanned_to.unwrap_or(self.covered_to));
                self.at_end = exhausted;
            }
        }
    }
}
