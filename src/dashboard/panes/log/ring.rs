//! The events held in memory: in order, each once, no more bytes of them than the bound.

use std::collections::VecDeque;

use crate::{
    dashboard::panes::log::Filter,
    model::{event::Event, id::EventId},
};

#[derive(Debug)]
struct Entry {
    event: Box<Event>,
    bytes: usize,
    shown: bool,
}

/// Events by ascending id, and which of them the filter shows.
#[derive(Debug)]
pub struct Ring {
    entries: VecDeque<Entry>,
    bytes: usize,
    limit: usize,
    filter: Filter,
    shown: usize,
    /// How many events were dropped to stay within the bound.
    pub dropped: u64,
}

impl Default for Ring {
    fn default() -> Self {
        Self::bounded(Self::LIMIT)
    }
}

impl Ring {
    /// Bytes of events held at most, about: 8 MiB, some 12,000 events.
    pub const LIMIT: usize = 8 * 1024 * 1024;

    /// A ring that holds about so many bytes.
    pub const fn bounded(limit: usize) -> Self {
        Self { entries: VecDeque::new(), bytes: 0, limit, filter: Filter::none(), shown: 0, dropped: 0 }
    }

    /// How many events are held.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many of them the filter shows.
    pub const fn shown(&self) -> usize {
        self.shown
    }

    /// The filter in force.
    pub const fn filter_in_force(&self) -> &Filter {
        &self.filter
    }

    /// Whether the filter shows an event.
    pub fn passes(&self, event: &Event) -> bool {
        self.filter.matches(event)
    }

    /// Takes an event; one that is held already replaces its former self (a folded refusal whose count grew). Says
    /// whether it is a new one.
    pub fn push(&mut self, event: Event) -> bool {
        let place = self.entries.partition_point(|entry| entry.event.id < event.id);
        if self.entries.get(place).is_some_and(|entry| entry.event.id == event.id) {
            self.remove(place);
            self.insert(place, event);
            return false;
        }
        self.insert(place, event);
        while self.bytes > self.limit && self.entries.len() > 1 {
            // What the filter hides goes first, so that what somebody is looking at stays longest.
            let hidden =
                if self.shown < self.entries.len() { self.entries.iter().position(|entry| !entry.shown) } else { None };
            self.remove(hidden.unwrap_or(0));
            self.dropped += 1;
        }
        true
    }

    /// Takes an event from before the oldest one held; says whether there was room.
    pub fn push_older(&mut self, event: Event) -> bool {
        let room = self.bytes + weight(&event) <= self.limit;
        if room && self.oldest().is_none_or(|oldest| event.id < oldest.id) {
            self.insert(0, event);
        }
        room
    }

    fn insert(&mut self, place: usize, event: Event) {
        let entry = Entry { bytes: weight(&event), shown: self.filter.matches(&event), event: Box::new(event) };
        self.bytes += entry.bytes;
        self.shown += usize::from(entry.shown);
        self.entries.insert(place, entry);
    }

    fn remove(&mut self, place: usize) {
        if let Some(entry) = self.entries.remove(place) {
            self.bytes -= entry.bytes;
            self.shown -= usize::from(entry.shown);
        }
    }

    /// Puts a filter in force.
    pub fn filter(&mut self, filter: Filter) {
        self.filter = filter;
        self.shown = 0;
        for entry in &mut self.entries {
            entry.shown = self.filter.matches(&entry.event);
            self.shown += usize::from(entry.shown);
        }
    }

    /// The oldest event held, shown or not.
    pub fn oldest(&self) -> Option<&Event> {
        self.entries.front().map(|entry| entry.event.as_ref())
    }

    /// The newest events held, newest first, shown or not.
    pub fn newest(&self) -> impl Iterator<Item = &Event> {
        self.entries.iter().rev().map(|entry| entry.event.as_ref())
    }

    /// The oldest event shown.
    pub fn first_shown(&self) -> Option<&Event> {
        self.entries.iter().find(|entry| entry.shown).map(|entry| entry.event.as_ref())
    }

    /// The newest event shown.
    pub fn last_shown(&self) -> Option<&Event> {
        self.shown_back().next()
    }

    /// The events shown, newest first.
    pub fn shown_back(&self) -> impl Iterator<Item = &Event> {
        self.entries.iter().rev().filter(|entry| entry.shown).map(|entry| entry.event.as_ref())
    }

    /// The events shown from this one on, oldest first.
    pub fn shown_from(&self, id: EventId) -> impl Iterator<Item = &Event> {
        let start = self.entries.partition_point(|entry| entry.event.id < id);
        self.entries.range(start..).filter(|entry| entry.shown).map(|entry| entry.event.as_ref())
    }

    /// The events shown from this one back, newest first.
    pub fn shown_back_from(&self, id: EventId) -> impl Iterator<Item = &Event> {
        let end = self.entries.partition_point(|entry| entry.event.id <= id);
        self.entries.range(..end).rev().filter(|entry| entry.shown).map(|entry| entry.event.as_ref())
    }
}

/// About how many bytes an event takes.
fn weight(event: &Event) -> usize {
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::capacity);
    size_of::<Event>()
        + size_of::<Entry>()
        + event.method.capacity()
        + event.path.capacity()
        + text(&event.query)
        + text(&event.address)
        + text(&event.user_agent)
        + text(&event.token_name)
        + text(&event.user_name)
        + text(&event.external_id)
        + text(&event.group_name)
        + text(&event.detail)
        + event.changed.iter().map(|path| path.capacity() + size_of::<String>()).sum::<usize>()
        + event.findings.len()
}
