//! How many requests arrived when: counted as they arrive, so that drawing it costs the same however many there were.

use std::collections::VecDeque;

use crate::model::{event::Event, time::Timestamp};

/// How long a bar stands for, in milliseconds.
const SPAN: i64 = 10_000;
/// How many bars are kept: ten minutes.
const KEPT: i64 = 60;
/// Bars of eight heights.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

#[derive(Debug, Clone, Copy)]
struct Bar {
    place: i64,
    requests: u64,
    failed: u64,
}

/// Requests by their time of arrival.
#[derive(Debug, Default)]
pub struct Rate {
    bars: VecDeque<Bar>,
    /// From when on all requests were counted; none: from the first.
    known_from: Option<Timestamp>,
}

/// The last minutes as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sparks {
    /// A bar for every ten seconds, the newest at the right: all requests.
    pub requests: String,
    /// Likewise: those refused.
    pub failed: String,
    /// How many requests the bars stand for.
    pub total: u64,
    /// How many of them were refused.
    pub total_failed: u64,
    /// Whether there may have been more, before counting began.
    pub partial: bool,
}

impl Rate {
    /// Counts a request, with those it stands for.
    pub fn add(&mut self, event: &Event) {
        let place = event.at.as_millis().div_euclid(SPAN);
        let newest = self.bars.back().map_or(place, |bar| bar.place.max(place));
        if place <= newest - KEPT {
            return;
        }
        let at = self.bars.partition_point(|bar| bar.place < place);
        if self.bars.get(at).is_none_or(|bar| bar.place != place) {
            self.bars.insert(at, Bar { place, requests: 0, failed: 0 });
        }
        if let Some(bar) = self.bars.get_mut(at) {
            bar.requests += event.repeats;
            bar.failed += if event.succeeded() { 0 } else { event.repeats };
        }
        while self.bars.front().is_some_and(|bar| bar.place <= newest - KEPT) {
            self.bars.pop_front();
        }
    }

    /// Counts anew, of these.
    pub fn recount<'e>(&mut self, events: impl Iterator<Item = &'e Event>) {
        self.bars.clear();
        events.for_each(|event| self.add(event));
    }

    /// What arrived before this was not counted.
    pub const fn begin(&mut self, from: Timestamp) {
        self.known_from = Some(from);
    }

    /// The last `columns` bars, at most ten minutes of them.
    pub fn sparks(&self, now: Timestamp, columns: usize) -> Sparks {
        let last = now.as_millis().div_euclid(SPAN);
        let columns = i64::try_from(columns).unwrap_or(KEPT).min(KEPT);
        let shown = |place: i64| self.bars.iter().find(|bar| bar.place == place).copied();
        let bars: Vec<Option<Bar>> = (last - columns + 1..=last).map(shown).collect();
        let count = |number: fn(&Bar) -> u64| bars.iter().flatten().map(number).collect::<Vec<_>>();
        let (requests, failed) = (count(|bar| bar.requests), count(|bar| bar.failed));
        let most = requests.iter().copied().max().unwrap_or(0);
        let draw = |number: fn(&Bar) -> u64| {
            bars.iter().map(|bar| spark(bar.as_ref().map_or(0, number), most)).collect::<String>()
        };
        Sparks {
            requests: draw(|bar| bar.requests),
            failed: draw(|bar| bar.failed),
            total: requests.iter().sum(),
            total_failed: failed.iter().sum(),
            partial: self.known_from.is_some_and(|from| from.as_millis().div_euclid(SPAN) > last - columns),
        }
    }
}

/// A bar of `number` where the highest stands for `most`.
fn spark(number: u64, most: u64) -> char {
    let height = number.saturating_mul(8).div_ceil(most.max(1)).min(8);
    usize::try_from(height).ok().and_then(|height| HEIGHTS.get(height.checked_sub(1)?)).copied().unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dashboard::tests::fixtures::event, model::event::Action};

    fn add(rate: &mut Rate, seconds: i64, status: u16, repeats: u64) {
        let mut event = event(1, Action::Update, status, None);
        event.at = Timestamp::from_millis(seconds * 1_000);
        event.repeats = repeats;
        rate.add(&event);
    }

    #[test]
    fn bars_end_at_the_present_and_failures_stand_apart() {
        let mut rate = Rate::default();
        for (seconds, status, repeats) in [(1_000, 200, 8), (1_011, 200, 2), (1_015, 409, 2), (1_035, 401, 1)] {
            add(&mut rate, seconds, status, repeats);
        }
        let sparks = rate.sparks(Timestamp::from_millis(1_049_000), 6);
        assert_eq!((sparks.requests.as_str(), sparks.failed.as_str()), (" █▄ ▁ ", "  ▂ ▁ "));
        assert_eq!((sparks.total, sparks.total_failed, sparks.partial), (13, 3, false));
        rate.begin(Timestamp::from_millis(1_005_000));
        assert!(rate.sparks(Timestamp::from_millis(1_049_000), 6).partial);
        assert!(!rate.sparks(Timestamp::from_millis(1_089_000), 6).partial);
        let later = rate.sparks(Timestamp::from_millis(2_000_000), 6);
        assert_eq!((later.requests.as_str(), later.total), ("      ", 0));
    }

    #[test]
    fn only_the_last_minutes_are_kept_in_whatever_order_they_come() {
        let mut rate = Rate::default();
        for seconds in (0..100_000).step_by(7) {
            add(&mut rate, seconds, 200, 1);
            add(&mut rate, seconds - 15, 200, 1);
            assert!(rate.bars.len() <= 60);
        }
        add(&mut rate, 5, 200, 1);
        assert!(rate.bars.iter().zip(rate.bars.iter().skip(1)).all(|(one, next)| one.place < next.place));
        assert!(rate.sparks(Timestamp::from_millis(100_000_000), 60).total > 100);
    }
}
