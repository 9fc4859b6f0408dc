//! What happened to one person: every request that touched them, newest first, each with the fields it changed.

use std::collections::BTreeSet;

use crate::{
    dashboard::{
        message::{Failure, Load},
        scroll::{self, Move},
    },
    model::{
        event_log::{self, TimelineEntry},
        id::EventId,
    },
};

/// How many changes of an event are shown below it; opening the event shows all.
const CHANGES: usize = 8;

/// A person's timeline, as far as it was read.
#[derive(Debug, Default)]
pub struct Timeline {
    entries: Load<Vec<TimelineEntry>>,
    exhausted: bool,
    loading_older: bool,
    folded: BTreeSet<EventId>,
    chosen: Option<EventId>,
}

/// A line of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// The event at this place.
    Event(usize),
    /// Of the event at this place a change at that place.
    Change(usize, usize),
    /// Of the event at this place so many changes more.
    More(usize, usize),
    /// Older events are on their way.
    Loading,
}

impl Timeline {
    /// What was read.
    pub const fn entries(&self) -> &Load<Vec<TimelineEntry>> {
        &self.entries
    }

    /// The events.
    pub fn all(&self) -> &[TimelineEntry] {
        self.entries.ready().map_or(&[], Vec::as_slice)
    }

    /// Takes a part: the newest events (again), or those older than one. The selection stays on its event.
    pub fn fill(&mut self, before: Option<EventId>, answer: Result<event_log::Timeline, Failure>) {
        if before.is_some() {
            self.loading_older = false;
        }
        let part = match answer {
            Ok(part) => part,
            Err(failure) => return self.entries.take(Err(failure)),
        };
        let known = std::mem::take(&mut self.entries);
        let mut entries = part.entries;
        match known {
            Load::Ready(known) => {
                // Where more came than were asked for, there is a gap below them: what lies beyond is read again.
                let meets = |known: &TimelineEntry| entries.last().is_none_or(|last| known.event.id >= last.event.id);
                let joined = before.is_some() || part.scanned.exhausted || known.iter().any(meets);
                if joined {
                    entries.extend(known);
                } else {
                    self.exhausted = part.scanned.exhausted;
                }
                entries.sort_by_key(|entry| std::cmp::Reverse(entry.event.id));
                entries.dedup_by_key(|entry| entry.event.id);
                if before.is_some() {
                    self.exhausted = part.scanned.exhausted;
                }
            }
            Load::Loading | Load::Failed(_) => self.exhausted = part.scanned.exhausted,
        }
        self.entries = Load::Ready(entries);
        self.chosen = self.event().map(|entry| entry.event.id);
    }

    /// The place of the selected event.
    pub fn place(&self) -> usize {
        self.chosen.and_then(|id| self.all().iter().position(|entry| entry.event.id == id)).unwrap_or(0)
    }

    /// The selected event.
    pub fn event(&self) -> Option<&TimelineEntry> {
        self.all().get(self.place())
    }

    /// Selects an event, if it is there.
    pub fn choose(&mut self, id: EventId) {
        self.chosen = Some(id);
    }

    /// The lines.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for (place, entry) in self.all().iter().enumerate() {
            rows.push(Row::Event(place));
            let changes = entry.changes.len();
            if self.folded.contains(&entry.event.id) {
                continue;
            }
            let shown = if changes > CHANGES { CHANGES - 1 } else { changes };
            rows.extend((0..shown).map(|change| Row::Change(place, change)));
            if changes > shown {
                rows.push(Row::More(place, changes - shown));
            }
        }
        if self.loading_older {
            rows.push(Row::Loading);
        }
        rows
    }

    /// Whether the changes of an event are folded away.
    pub fn is_folded(&self, id: EventId) -> bool {
        self.folded.contains(&id)
    }

    /// Folds or unfolds the changes of the selected event.
    pub fn toggle(&mut self) {
        if let Some(id) = self.event().map(|entry| entry.event.id)
            && !self.folded.remove(&id)
        {
            self.folded.insert(id);
        }
    }

    /// Moves the selection from event to event; gives the event before which more have to be read.
    pub fn travel(&mut self, height: u16, by: Move) -> Option<EventId> {
        let events = self.all().len();
        // A page of lines, in events.
        let rows = self.rows().len().max(1);
        let page = (usize::from(height) * events / rows).clamp(2, usize::from(height.max(2)));
        let place = scroll::travel_rows(self.place(), events, u16::try_from(page).unwrap_or(height), by);
        self.chosen = self.all().get(place).map(|entry| entry.event.id);
        let last = self.all().last().map(|entry| entry.event.id)?;
        if place + 1 < events || self.exhausted || self.loading_older {
            return None;
        }
        self.loading_older = true;
        Some(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dashboard::tests::fixtures::event,
        model::{
            event::{Action, Change},
            event_log::Scanned,
        },
    };

    fn part(ids: impl Iterator<Item = u64>, exhausted: bool) -> Result<event_log::Timeline, Failure> {
        let entry = |id| TimelineEntry {
            event: event(id, Action::Update, 200, None),
            changes: vec![Change { path: "title".to_owned(), before: None, after: Some("x".into()) }],
        };
        Ok(event_log::Timeline {
            entries: ids.map(entry).collect(),
            scanned: Scanned { exhausted, ..Scanned::default() },
        })
    }

    fn ids(timeline: &Timeline) -> Vec<u64> {
        timeline.all().iter().map(|entry| entry.event.id.0).collect()
    }

    #[test]
    fn newer_and_older_parts_join_and_the_selection_stays() {
        let mut timeline = Timeline::default();
        timeline.fill(None, part((11..=20).rev(), false));
        assert_eq!(timeline.travel(10, Move::Last), Some(EventId(11)));
        assert_eq!(timeline.travel(10, Move::Last), None, "asked for once");
        timeline.fill(Some(EventId(11)), part((5..=10).rev(), true));
        timeline.fill(None, part((13..=22).rev(), false));
        assert_eq!(ids(&timeline), (5..=22).rev().collect::<Vec<_>>());
        assert_eq!(timeline.event().map(|entry| entry.event.id), Some(EventId(11)));
        assert_eq!(timeline.travel(10, Move::Last), None, "there is nothing older");
    }

    #[test]
    fn a_gap_is_not_hidden() {
        let mut timeline = Timeline::default();
        timeline.fill(None, part((1..=10).rev(), true));
        timeline.fill(None, part((50..=60).rev(), false));
        assert_eq!(ids(&timeline), (50..=60).rev().collect::<Vec<_>>());
        assert_eq!(timeline.travel(10, Move::Last), Some(EventId(50)));
    }

    #[test]
    fn changes_fold_event_by_event() {
        let mut timeline = Timeline::default();
        timeline.fill(None, part((1..=2).rev(), true));
        assert_eq!(timeline.rows(), [Row::Event(0), Row::Change(0, 0), Row::Event(1), Row::Change(1, 0)]);
        timeline.toggle();
        assert_eq!(timeline.rows(), [Row::Event(0), Row::Event(1), Row::Change(1, 0)]);
        timeline.toggle();
        assert_eq!(timeline.rows().len(), 4);
    }
}
