//! The Log pane: every request to the SCIM endpoint as it arrives, and every one that is still kept.
//!
//! The newest events are held in a ring bounded by bytes. The list follows the newest one until the admin scrolls up;
//! then it stays where it is and says how many arrived since. The filter shows what of the ring it can; what is older
//! comes from the service, page by page, for as long as somebody wants more ([`Hunt`]). A time or an event far away is
//! shown in a window of its own ([`Elsewhere`]) until the admin comes back to the present.

mod answers;
mod call;
mod causes;
mod command;
mod elsewhere;
mod export;
mod hunt;
mod lines;
mod rate;
mod ring;
mod travel;
mod tripwire;
mod view;

pub use answers::{Tick, take, tick};
pub use call::{Ask, Told, Toward, ask};
pub use causes::{CausesView, rows as cause_rows};
pub use command::{Command, run};
pub use elsewhere::Elsewhere;
pub use export::Export;
pub use hunt::Hunt;
pub use lines::{Layout, event_line};
pub use rate::Rate;
pub use ring::{GiveWay, Ring};
pub use tripwire::Tripwire;
pub use view::{draw, draw_strip, rows, search_line};

use std::collections::BTreeSet;

use crate::{
    dashboard::{
        message::{Effect, Failure, Timer},
        search::SearchLine,
    },
    model::{
        event::Event,
        event_filter::EventFilter,
        event_log::{EventSearch, EventsFound},
        id::{EventId, TokenId},
        time::Timestamp,
        token::TokenMode,
    },
};

/// How long nobody has to type before the service is asked.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(200);
/// Among how many of the newest events one with a token is looked for.
const LOOKED_AT: usize = 50;
/// How often events that only the service can judge are asked for while they arrive.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_secs(1);

/// The pane's state.
#[derive(Debug)]
pub struct Log {
    /// The newest events.
    pub ring: Ring,
    /// The window shown instead, where the admin travelled.
    pub elsewhere: Option<Elsewhere>,
    /// The filter being typed.
    pub search: SearchLine,
    /// What is wrong with what was typed; the filter before it stays in force.
    pub problem: Option<String>,
    /// Whether the list stays at the newest event.
    pub following: bool,
    /// Events that arrived (and pass the filter) since the list stopped following.
    pub unseen: u64,
    /// Whether the newest events have been read.
    pub loaded: bool,
    /// The search for older events than the ring holds.
    pub older: Hunt,
    /// Events to act on, by id.
    pub marks: BTreeSet<EventId>,
    /// How many arrived when.
    pub rate: Rate,
    /// Whether people are being deactivated in numbers.
    pub tripwire: Tripwire,
    /// Failures by their cause, in front of the list.
    pub causes: Option<CausesView>,
    /// The text of the filter in force.
    asked: String,
    /// The number of the question; it grows with the filter and with every travel.
    run: u64,
    /// Up to which event the service has looked into bodies, for a filter that wants it; and whether a look is due.
    looked_to: EventId,
    look_due: bool,
    /// How many exports there were.
    exports: u64,
    cursor: Option<EventId>,
    top: Option<EventId>,
    height: usize,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            ring: Ring::default(),
            elsewhere: None,
            search: SearchLine::default(),
            problem: None,
            following: true,
            unseen: 0,
            loaded: false,
            older: Hunt::default(),
            marks: BTreeSet::new(),
            rate: Rate::default(),
            tripwire: Tripwire::default(),
            causes: None,
            asked: String::new(),
            run: 0,
            looked_to: EventId(0),
            look_due: false,
            exports: 0,
            cursor: None,
            top: None,
            height: 20,
        }
    }
}

impl Log {
    /// How many events are asked for at once.
    pub const PAGE: u32 = 200;

    /// Takes the newest events, newest first, as they were before the stream was followed.
    pub fn start(&mut self, newest: Vec<Event>, effects: &mut Vec<Effect>) {
        self.loaded = true;
        let all = newest.len() < Self::PAGE as usize;
        for event in newest.into_iter().rev() {
            self.rate.add(&event);
            self.ring.push(event);
        }
        match self.ring.oldest().filter(|_| !all).map(|event| (event.id, event.at)) {
            Some((id, at)) => {
                self.rate.begin(at);
                self.ring.cover(id);
            }
            None => self.ring.cover(Ring::BEGINNING),
        }
        if !self.ring.filter_in_force().is_empty() {
            self.hunt_on(effects);
        }
    }

    /// Takes an event of the stream; says whether it is a new one.
    pub fn push(&mut self, event: Event, now: Timestamp, effects: &mut Vec<Effect>) -> bool {
        let filter = self.ring.filter_in_force();
        let shown = filter.matches(&event);
        let undecided = filter.needs_bodies() && filter.may_match(&event);
        if self.ring.find(event.id).is_none() {
            self.rate.add(&event);
            self.tripwire.add(&event, now, effects);
        }
        if !self.ring.push(event) {
            return false;
        }
        if shown && !self.following {
            self.unseen += 1;
        }
        if undecided && !self.look_due && self.elsewhere.is_none() {
            self.look_due = true;
            effects.push(Effect::After(LOOK_AGAIN, Timer::Log(Tick::Look(self.run))));
        }
        if let Some(elsewhere) = &mut self.elsewhere {
            elsewhere.at_end = false;
        } else if self.top.is_some_and(|top| self.ring.first_shown().is_some_and(|first| first.id > top)) {
            self.top = self.ring.first_shown().map(|event| event.id);
        }
        true
    }

    /// Test traffic was removed: its events are no more.
    pub fn forget_tests(&mut self) {
        self.ring.remove_tests();
        self.rate.recount(self.ring.newest());
        if let Some(elsewhere) = &mut self.elsewhere {
            elsewhere.ring.remove_tests();
        }
        let (ring, marks) = (&self.ring, &mut self.marks);
        let elsewhere = self.elsewhere.as_ref().map(|elsewhere| &elsewhere.ring);
        marks.retain(|id| ring.find(*id).or_else(|| elsewhere?.find(*id)).is_some());
        if let Some(cursor) = self.cursor {
            let list = self.list();
            let near = list.shown_from(cursor).next().or_else(|| list.last_shown());
            self.cursor = near.map(|event| event.id);
        }
        self.top = None;
        self.keep_in_view();
    }

    /// The token that came in last, and its mode then.
    pub fn newest_token(&self) -> Option<(TokenId, TokenMode)> {
        self.ring.newest().take(LOOKED_AT).find_map(|event| Some((event.token_id?, event.mode)))
    }

    /// The text of the filter in force.
    pub fn filter_text(&self) -> &str {
        &self.asked
    }

    /// The marked events, or else all that are shown, oldest first.
    pub fn to_export(&self) -> Vec<EventId> {
        match self.marks.is_empty() {
            true => self.list().shown_from(EventId(0)).map(|event| event.id).collect(),
            false => self.marks.iter().copied().collect(),
        }
    }

    /// A number that was not given before.
    pub const fn next_number(&mut self) -> u64 {
        self.exports += 1;
        self.exports
    }

    /// The events of the list.
    pub fn list(&self) -> &Ring {
        self.elsewhere.as_ref().map_or(&self.ring, |elsewhere| &elsewhere.ring)
    }

    /// The search under way, with the direction it goes in.
    pub fn hunt(&self) -> Option<(&Hunt, Toward)> {
        let (older, newer) = match &self.elsewhere {
            Some(elsewhere) => (&elsewhere.older, Some(&elsewhere.newer)),
            None => (&self.older, None),
        };
        let newer = newer.filter(|hunt| hunt.searching || hunt.failed.is_some()).map(|hunt| (hunt, Toward::Newer));
        Some((older, Toward::Older)).filter(|(hunt, _)| hunt.searching || hunt.failed.is_some()).or(newer)
    }

    /// How far back the filter has been asked for, in time; none while nothing was looked for.
    pub fn searched_back_to(&self) -> Option<Timestamp> {
        self.elsewhere.as_ref().map_or(self.older.at, |elsewhere| elsewhere.older.at)
    }

    /// Whether there is nothing older to be had.
    pub fn exhausted(&self) -> bool {
        self.list().covered_from() == Ring::BEGINNING
    }

    /// The filter's text changed: the ring shows what it can at once, the service is asked when typing pauses.
    pub fn refilter(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let text = self.search.value().trim().to_owned();
        let filter = match EventFilter::parse(&text, now) {
            Ok(filter) => filter,
            Err(error) => {
                self.problem = Some(format!("{error}."));
                return;
            }
        };
        self.problem = None;
        let at_once = filter.is_empty();
        self.asked = text;
        self.run += 1;
        self.older = Hunt::default();
        self.look_due = false;
        self.looked_to = self.ring.newest().next().map_or(EventId(0), |event| event.id);
        self.ring.filter(filter.clone());
        self.unseen = 0;
        if self.elsewhere.is_some() {
            let around = self.selected().map(|event| event.id).or(self.cursor).unwrap_or(self.looked_to);
            self.elsewhere = Some(Elsewhere::new(around, filter));
            self.cursor = Some(around);
        } else if let Some(cursor) = self.cursor {
            let near = self.ring.shown_from(cursor).next().or_else(|| self.ring.last_shown());
            self.cursor = near.map(|event| event.id);
        }
        self.top = None;
        self.keep_in_view();
        if at_once {
            if self.elsewhere.is_some() {
                self.hunt_on(effects);
            }
            return;
        }
        effects.push(Effect::After(PAUSE, Timer::Log(Tick::Hunt(self.run))));
    }

    /// Shows all again; says whether anything was filtered.
    pub fn widen(&mut self, now: Timestamp, effects: &mut Vec<Effect>) -> bool {
        let narrowed = !self.search.value().is_empty();
        self.search.clear();
        if narrowed {
            self.refilter(now, effects);
        }
        narrowed
    }

    /// One step back; false when there is nowhere to go back to.
    pub fn back(&mut self, now: Timestamp, effects: &mut Vec<Effect>) -> bool {
        if self.causes.take().is_some() || self.stop_hunting() || self.widen(now, effects) {
            return true;
        }
        let away = !self.following;
        self.follow();
        away
    }

    /// Filters by this text, as if it had been typed.
    pub fn narrow(&mut self, text: &str, now: Timestamp, effects: &mut Vec<Effect>) {
        self.search.clear();
        self.search.paste(text);
        self.refilter(now, effects);
    }

    /// Goes on looking where the list is short of matches.
    pub fn hunt_on(&mut self, effects: &mut Vec<Effect>) {
        let short = self.height.saturating_sub(self.list().shown());
        if short > 0 {
            self.want(Toward::Older, short, effects);
            if self.elsewhere.is_some() {
                self.want(Toward::Newer, short, effects);
            }
        }
    }

    /// Wants so many more matches in a direction.
    pub fn want(&mut self, toward: Toward, matches: usize, effects: &mut Vec<Effect>) {
        let list = self.list();
        let from = list.covered_from();
        let ended = match (toward, &self.elsewhere) {
            (Toward::Older, _) => from == Ring::BEGINNING,
            (Toward::Newer, Some(elsewhere)) => elsewhere.at_end,
            (Toward::Newer, None) => true,
        };
        if ended || !self.loaded {
            return;
        }
        let (hunt, before, after) = match (&mut self.elsewhere, toward) {
            (Some(elsewhere), Toward::Newer) => (&mut elsewhere.newer, None, Some(elsewhere.covered_to)),
            (Some(elsewhere), Toward::Older) => (&mut elsewhere.older, Some(from), None),
            (None, _) => (&mut self.older, Some(from), None),
        };
        if hunt.want(matches) {
            // Nothing is older than the end: ask from the newest on.
            let before = before.filter(|before| before.0 < u64::MAX);
            let search = EventSearch { filter: self.asked.clone(), before, after, limit: Self::PAGE };
            hunt.call(self.run, toward, search, effects);
        }
    }

    /// Goes on looking no more; says whether it did.
    pub fn stop_hunting(&mut self) -> bool {
        match &mut self.elsewhere {
            // Both have to stop, so neither may be passed over.
            Some(elsewhere) => elsewhere.older.stop() | elsewhere.newer.stop(),
            None => self.older.stop(),
        }
    }

    /// Takes what a search found.
    fn found(&mut self, run: u64, toward: Toward, answer: Result<EventsFound, Failure>, effects: &mut Vec<Effect>) {
        if run != self.run {
            return;
        }
        if self.elsewhere.is_none() && toward == Toward::Newer {
            self.looked(answer);
            return;
        }
        let (first, exhausted) = match &answer {
            Ok(found) => (found.events.len(), found.scanned.exhausted),
            Err(_) => (0, false),
        };
        let at = answer.as_ref().ok().and_then(|found| found.scanned.scanned_at);
        let hunt = match (&mut self.elsewhere, toward) {
            (Some(elsewhere), Toward::Newer) => &mut elsewhere.newer,
            (Some(elsewhere), Toward::Older) => &mut elsewhere.older,
            (None, _) => &mut self.older,
        };
        let mut on = hunt.answered(answer.as_ref().map(|_| (first, at, exhausted)));
        if let Ok(found) = answer {
            let scanned_to = found.scanned.scanned_to;
            match &mut self.elsewhere {
                Some(elsewhere) => {
                    elsewhere.take(toward, found.events, scanned_to, exhausted);
                    if elsewhere.arriving < 2 {
                        self.settle();
                    }
                }
                None => {
                    let room = found.events.into_iter().all(|event| self.ring.take_found(event, GiveWay::Hidden));
                    if room {
                        self.ring.cover(if exhausted {
                            Ring::BEGINNING
                        } else {
                            scanned_to.unwrap_or(Ring::BEGINNING)
                        });
                    }
                    on &= room;
                }
            }
        }
        self.keep_in_view();
        if on {
            self.want(toward, 1, effects);
        }
    }

    /// Takes what a look into the bodies of new events found.
    fn looked(&mut self, answer: Result<EventsFound, Failure>) {
        self.look_due = false;
        let Ok(found) = answer else { return };
        self.looked_to = self.looked_to.max(found.scanned.scanned_to.unwrap_or(self.looked_to));
        if !self.following {
            self.unseen += u64::try_from(found.events.len()).unwrap_or(0);
        }
        for event in found.events {
            self.ring.take_found(event, GiveWay::Hidden);
        }
    }

    /// Looks into the bodies of events that arrived since the last look.
    fn look(&mut self, run: u64, effects: &mut Vec<Effect>) {
        if run == self.run && self.elsewhere.is_none() {
            let search = EventSearch {
                filter: self.asked.clone(),
                before: None,
                after: Some(self.looked_to),
                limit: Self::PAGE,
            };
            Hunt::default().call(run, Toward::Newer, search, effects);
        }
    }
}
