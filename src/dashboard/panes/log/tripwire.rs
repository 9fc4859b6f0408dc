//! The tripwire: many people deactivated in a short time are more often a mistake in Okta (a group unassigned, a mapping
//! gone wrong) than that many leavers. Said across every pane until somebody has seen it.

use std::collections::{HashMap, VecDeque};

use crate::{
    dashboard::{
        message::{Call, Effect},
        panes::log::Ask,
        text,
    },
    model::{
        event::{Action, Event},
        id::UserId,
        time::Timestamp,
        user::UserCounts,
    },
};

/// What counts as a short time, in milliseconds.
const WINDOW: i64 = 120_000;
/// So many are many where they are one in [`SHARE`] of all who could log in …
const MANY: u64 = 10;
const SHARE: u64 = 20;
/// … and so many where they are half of all.
const FEW: u64 = 4;
/// More than this need not be remembered to know that it is too many.
const KEPT: usize = 100_000;

/// Whether so many deactivations in a short time are out of the ordinary, where so many people are active still.
pub fn is_alarming(deactivated: u64, active: u64) -> bool {
    let before = deactivated.saturating_add(active);
    deactivated >= MANY && deactivated.saturating_mul(SHARE) >= before
        || deactivated >= FEW && deactivated.saturating_mul(2) >= before
}

/// What was noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alarm {
    /// How many people were deactivated.
    pub deactivated: u64,
    /// How many could log in before.
    pub of: u64,
    /// When the first of them was.
    pub since: Timestamp,
    /// When the last of them was.
    pub until: Timestamp,
    /// Whether Okta did it.
    pub by_okta: bool,
}

/// The state of the wire.
#[derive(Debug, Default)]
pub struct Tripwire {
    /// Deactivations within the window, oldest first; one that was taken back or came again is no longer in `out`.
    leavers: VecDeque<(Timestamp, UserId)>,
    /// Who was deactivated within the window and has not come back, and when.
    out: HashMap<UserId, Timestamp>,
    active: Option<u64>,
    asking: bool,
    alarm: Option<Alarm>,
    /// Up to how many somebody has seen; raised again only by twice as many.
    seen: u64,
}

impl Tripwire {
    /// Takes note of an event that has just arrived.
    pub fn add(&mut self, event: &Event, now: Timestamp, effects: &mut Vec<Effect>) {
        // Nobody gets or loses access by a test, and whom a dry run would deactivate can still log in.
        let Some(user_id) = event.user_id.filter(|_| event.succeeded() && event.mode.is_live()) else { return };
        match event.action {
            Action::Deactivate | Action::Delete if now.millis_since(event.at) <= WINDOW => {}
            Action::Reactivate | Action::Return => {
                self.out.remove(&user_id);
                return;
            }
            _ => return,
        }
        self.leavers.push_back((event.at, user_id));
        self.out.insert(user_id, event.at);
        while let Some((at, user_id)) = self.leavers.front().copied() {
            let counts = self.out.get(&user_id) == Some(&at);
            if counts && self.leavers.len() <= KEPT && event.at.millis_since(at) <= WINDOW {
                break;
            }
            if counts {
                self.out.remove(&user_id);
            }
            self.leavers.pop_front();
        }
        if self.count() <= 1 {
            self.seen = 0;
        }
        if self.count() < FEW {
            return;
        }
        self.judge(event.is_from_okta());
        // How many are left changes with every one of them; asked for once at a time.
        if !self.asking {
            self.asking = true;
            effects.push(Effect::Call(Call::Log(Ask::Counts)));
        }
    }

    /// How many people can log in now.
    pub fn counts(&mut self, counts: Option<UserCounts>) {
        self.asking = false;
        if let Some(counts) = counts {
            self.active = Some(counts.active);
            self.judge(self.alarm.is_none_or(|alarm| alarm.by_okta));
        }
    }

    fn count(&self) -> u64 {
        u64::try_from(self.out.len()).unwrap_or(u64::MAX)
    }

    fn judge(&mut self, by_okta: bool) {
        let deactivated = self.count();
        let (Some(active), Some((since, _)), Some((until, _))) =
            (self.active, self.leavers.front(), self.leavers.back())
        else {
            return;
        };
        let again = self.alarm.is_some() || deactivated > self.seen.saturating_mul(2);
        if is_alarming(deactivated, active) && again {
            let worse = self.alarm.is_none_or(|alarm| deactivated >= alarm.deactivated);
            if worse {
                let of = deactivated.saturating_add(active);
                self.alarm = Some(Alarm { deactivated, of, since: *since, until: *until, by_okta });
            }
        }
    }

    /// What was noticed and not yet seen.
    pub const fn alarm(&self) -> Option<&Alarm> {
        self.alarm.as_ref()
    }

    /// Somebody has seen it.
    pub fn acknowledge(&mut self) {
        self.seen = self.alarm.take().map_or(self.seen, |alarm| alarm.deactivated.max(self.count()));
    }
}

impl Alarm {
    /// The sentence across the screen.
    pub fn sentence(&self) -> String {
        let who = if self.by_okta { "Okta" } else { "A client" };
        let seconds = self.until.millis_since(self.since).max(0) / 1_000;
        let span = match seconds {
            0..60 => "within a minute".to_owned(),
            _ => "in 2 minutes".to_owned(),
        };
        format!(
            "{who} is deactivating people: {} of {} {span}. Check the assignments in Okta",
            text::count(self.deactivated),
            text::count(self.of)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::tests::fixtures::{event, user_id};

    #[test]
    fn many_are_told_from_the_leavers_of_every_day() {
        // Deactivated, active still.
        for (deactivated, active) in [(41, 459), (412, 88), (10, 0), (10, 190), (4, 1), (5, 0), (50_000, 900_000)] {
            assert!(is_alarming(deactivated, active), "{deactivated} {active}");
        }
        for (deactivated, active) in [(0, 0), (1, 0), (1, 4), (2, 3), (3, 2), (3, 0), (9, 100), (10, 191), (40, 9_960)]
        {
            assert!(!is_alarming(deactivated, active), "{deactivated} {active}");
        }
    }

    fn leave(wire: &mut Tripwire, seconds: i64, active: u64) -> usize {
        tell(wire, Action::Deactivate, active, seconds, active)
    }

    /// Somebody's account does this.
    fn tell(wire: &mut Tripwire, action: Action, who: u64, seconds: i64, active: u64) -> usize {
        let mut event = event(1, action, 200, Some("ada@harbor.example"));
        event.user_id = Some(user_id(who));
        event.at = Timestamp::from_millis(seconds * 1_000);
        let mut effects = Vec::new();
        wire.add(&event, event.at, &mut effects);
        let counts = UserCounts { active, ..UserCounts::default() };
        if !effects.is_empty() {
            wire.counts(Some(counts));
        }
        effects.len()
    }

    #[test]
    fn it_is_raised_once_grows_and_stays_seen() {
        let mut wire = Tripwire::default();
        for n in 0..41 {
            leave(&mut wire, 1_000 + n, u64::try_from(499 - n).unwrap());
        }
        assert_eq!(
            wire.alarm().unwrap().sentence(),
            "Okta is deactivating people: 41 of 500 within a minute. Check the assignments in Okta"
        );
        wire.acknowledge();
        leave(&mut wire, 1_050, 458);
        assert!(wire.alarm().is_none(), "seen is seen");
        for n in 0..45 {
            leave(&mut wire, 1_060 + n / 2, u64::try_from(457 - n).unwrap());
        }
        assert!(wire.alarm().is_some(), "twice as many is news");
    }

    #[test]
    fn who_comes_back_has_not_left_and_nobody_leaves_twice() {
        let mut wire = Tripwire::default();
        for n in 0..15 {
            tell(&mut wire, Action::Deactivate, n, 100, 20 - n);
        }
        for n in 0..14 {
            tell(&mut wire, Action::Return, n, 101, 6 + n);
        }
        wire.acknowledge();
        for n in 0..40 {
            tell(&mut wire, Action::Deactivate, 1, 102 + n, 19);
            tell(&mut wire, Action::Reactivate, 1, 102 + n, 20);
        }
        assert!(wire.alarm().is_none(), "the same person, again and again");
        for n in 0..9 {
            tell(&mut wire, Action::Deactivate, n, 150, 20 - n);
        }
        wire.acknowledge();
        assert_eq!(wire.count(), 10, "the nine and the one who stayed away");
    }

    #[test]
    fn leavers_far_apart_and_failures_raise_nothing() {
        let mut wire = Tripwire::default();
        let asked: usize = (0..100).map(|n| leave(&mut wire, n * 60, 5)).sum();
        assert!(wire.alarm().is_none());
        assert_eq!(asked, 0, "nobody is asked about the leavers of every day");
        let mut refused = event(1, Action::Deactivate, 500, None);
        refused.at = Timestamp::from_millis(9_000_000);
        for _ in 0..50 {
            wire.add(&refused, refused.at, &mut Vec::new());
        }
        assert!(wire.alarm().is_none());
    }
}
