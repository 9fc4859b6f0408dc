//! The events held in memory: in order, each once, no more bytes of them than the bound.
//!
//! What the filter hides goes first when room is needed. So the ring knows two numbers: from which event on it holds all
//! there are, and from which on it holds all that the filter in force shows; the service is asked for what lies before.

use std::collections::VecDeque;

use crate::model::{event::Event, event_filter::EventFilter, id::EventId};

/// More than most events take, in bytes.
const ROOM: usize = 8 * 1024;

#[derive(Debug)]
struct Entry {
    event: Box<Event>,
    bytes: usize,
    shown: bool,
}

/// What goes when there is no room for an event that was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GiveWay {
    /// What the filter hides; when all is shown, nothing.
    Hidden,
    /// The newest.
    Newest,
    /// The oldest.
    Oldest,
}

/// Events by ascending id, and which of them the filter shows.
#[derive(Debug)]
pub struct Ring {
    entries: VecDeque<Entry>,
    bytes: usize,
    limit: usize,
    filter: EventFilter,
    shown: usize,
    complete_from: EventId,
    covered_from: EventId,
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
    /// Before the first event there can be.
    pub const BEGINNING: EventId = EventId(0);
    /// Behind every event there can be.
    const NOTHING: EventId = EventId(u64::MAX);

    /// A ring that holds about so many bytes.
    pub const fn bounded(limit: usize) -> Self {
        Self {
            entries: VecDeque::new(),
            bytes: 0,
            limit,
            filter: EventFilter::all(),
            shown: 0,
            complete_from: Self::NOTHING,
            covered_from: Self::NOTHING,
            dropped: 0,
        }
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
    pub const fn filter_in_force(&self) -> &EventFilter {
        &self.filter
    }

    /// The event from which on all are here that the filter shows; [`Ring::BEGINNING`]: there are none before.
    pub const fn covered_from(&self) -> EventId {
        self.covered_from
    }

    /// Everything that the filter shows from this event on is here now.
    pub fn cover(&mut self, from: EventId) {
        self.covered_from = self.covered_from.min(from);
        if self.filter.is_empty() {
            self.complete_from = self.complete_from.min(from);
        }
    }

    /// Whether there is hardly room for another event.
    pub const fn is_nearly_full(&self) -> bool {
        self.bytes + ROOM > self.limit
    }

    /// Takes an event of the stream; one that is held already replaces its former self (a folded refusal whose count
    /// grew). Says whether it is a new one.
    pub fn push(&mut self, event: Event) -> bool {
        let place = self.place(event.id);
        if self.entries.get(place).is_some_and(|entry| entry.event.id == event.id) {
            // What a search found stays found.
            let shown = self.remove(place) || self.filter.matches(&event);
            self.insert(place, event, shown);
            return false;
        }
        let shown = self.filter.matches(&event);
        self.insert(place, event, shown);
        while self.bytes > self.limit && self.entries.len() > 1 {
            // So that what somebody is looking at stays longest.
            let hidden =
                if self.shown < self.entries.len() { self.entries.iter().position(|entry| !entry.shown) } else { None };
            self.drop_entry(hidden.unwrap_or(0));
        }
        true
    }

    /// Takes an event that a search found; says whether there was room.
    pub fn take_found(&mut self, event: Event, give_way: GiveWay) -> bool {
        while self.bytes + weight(&event) > self.limit && !self.entries.is_empty() {
            let place = match give_way {
                GiveWay::Hidden => self.entries.iter().position(|entry| !entry.shown),
                GiveWay::Newest => self.entries.len().checked_sub(1),
                GiveWay::Oldest => Some(0),
            };
            let Some(place) = place else { return false };
            self.drop_entry(place);
        }
        let place = self.place(event.id);
        if self.entries.get(place).is_some_and(|entry| entry.event.id == event.id) {
            self.remove(place);
        }
        self.insert(place, event, true);
        true
    }

    /// Drops the events of test traffic, which the service no longer has either: what is left is as whole as it was.
    pub fn remove_tests(&mut self) {
        self.entries.retain(|entry| !entry.event.is_test());
        self.bytes = self.entries.iter().map(|entry| entry.bytes).sum();
        self.shown = self.entries.iter().filter(|entry| entry.shown).count();
    }

    fn place(&self, id: EventId) -> usize {
        self.entries.partition_point(|entry| entry.event.id < id)
    }

    fn insert(&mut self, place: usize, event: Event, shown: bool) {
        let entry = Entry { bytes: weight(&event), shown, event: Box::new(event) };
        self.bytes += entry.bytes;
        self.shown += usize::from(entry.shown);
        self.entries.insert(place, entry);
    }

    /// Takes an entry out; says whether it was shown.
    fn remove(&mut self, place: usize) -> bool {
        let Some(entry) = self.entries.remove(place) else { return false };
        self.bytes -= entry.bytes;
        self.shown -= usize::from(entry.shown);
        entry.shown
    }

    fn drop_entry(&mut self, place: usize) {
        let Some(id) = self.entries.get(place).map(|entry| entry.event.id) else { return };
        let newest = place + 1 == self.entries.len();
        let shown = self.remove(place);
        self.dropped += 1;
        // What is dropped at the new end leaves the rest as whole as it was.
        if !newest {
            let after = EventId(id.0.saturating_add(1));
            self.complete_from = self.complete_from.max(after);
            if shown {
                self.covered_from = self.covered_from.max(after);
            }
        }
    }

    /// Puts a filter in force.
    pub fn filter(&mut self, filter: EventFilter) {
        // What bodies hold is known to the service alone.
        self.covered_from = if filter.needs_bodies() { Self::NOTHING } else { self.complete_from };
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

    /// The event with this id, shown or not.
    pub fn find(&self, id: EventId) -> Option<&Event> {
        self.entries.get(self.place(id)).map(|entry| entry.event.as_ref()).filter(|event| event.id == id)
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
        self.entries.range(self.place(id)..).filter(|entry| entry.shown).map(|entry| entry.event.as_ref())
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
