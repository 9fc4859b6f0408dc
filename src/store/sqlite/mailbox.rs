//! The queue in front of the writer, made so that handing something in seldom has to wake it.
//!
//! Waking a thread costs more than writing an event. The writer says how deeply it sleeps: while it waits for anything at
//! all, the first message wakes it; while events linger for company, only a message that somebody waits for does, or
//! enough of them for a batch.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// How deeply the writer sleeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sleep {
    Awake,
    /// Until anything comes.
    Light,
    /// Until somebody waits, or so many messages are there.
    Deep(usize),
}

#[derive(Debug)]
struct Inside<M> {
    waiting: VecDeque<M>,
    /// How many of them somebody waits for.
    urgent: usize,
    sleep: Sleep,
    /// Nothing more is handed in.
    closed: bool,
}

/// Something that can be handed in.
pub(super) trait Urgency {
    /// Whether somebody waits for it.
    fn is_urgent(&self) -> bool;
}

/// The queue.
#[derive(Debug)]
pub(super) struct Mailbox<M> {
    inside: Mutex<Inside<M>>,
    bell: Condvar,
}

impl<M: Urgency> Mailbox<M> {
    /// An empty one.
    pub(super) const fn new() -> Self {
        let inside = Inside { waiting: VecDeque::new(), urgent: 0, sleep: Sleep::Awake, closed: false };
        Self { inside: Mutex::new(inside), bell: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Inside<M>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a message in; given back when the box is closed.
    pub(super) fn put(&self, message: M) -> Result<(), M> {
        let mut inside = self.lock();
        if inside.closed {
            return Err(message);
        }
        let urgent = message.is_urgent();
        inside.urgent += usize::from(urgent);
        inside.waiting.push_back(message);
        let wake = match inside.sleep {
            Sleep::Awake => false,
            Sleep::Light => true,
            Sleep::Deep(enough) => urgent || inside.waiting.len() >= enough,
        };
        if wake {
            inside.sleep = Sleep::Awake;
            drop(inside);
            self.bell.notify_one();
        }
        Ok(())
    }

    /// Takes no more in; what waits can still be taken out.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.bell.notify_one();
    }

    /// Everything that waits, at most so many; nothing when nothing does.
    pub(super) fn take(&self, most: usize) -> Vec<M> {
        let mut inside = self.lock();
        let count = most.min(inside.waiting.len());
        let taken: Vec<M> = inside.waiting.drain(..count).collect();
        inside.urgent -= taken.iter().filter(|message| message.is_urgent()).count();
        taken
    }

    /// Waits until something is there; false when nothing is and nothing will come.
    pub(super) fn wait(&self) -> bool {
        let mut inside = self.lock();
        while inside.waiting.is_empty() {
            if inside.closed {
                return false;
            }
            inside.sleep = Sleep::Light;
            inside = self.bell.wait(inside).unwrap_or_else(PoisonError::into_inner);
        }
        inside.sleep = Sleep::Awake;
        true
    }

    /// Waits for company until somebody waits, so many messages are there, or the time is over.
    pub(super) fn linger(&self, enough: usize, until: Instant) {
        let mut inside = self.lock();
        while !inside.closed && inside.urgent == 0 && inside.waiting.len() < enough {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            inside.sleep = Sleep::Deep(enough);
            inside = self.bell.wait_timeout(inside, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        inside.sleep = Sleep::Awake;
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, thread, time::Duration};

    use super::*;

    impl Urgency for bool {
        fn is_urgent(&self) -> bool {
            *self
        }
    }

    #[test]
    fn messages_come_out_in_order_and_are_taken_to_the_last_after_closing() {
        let mailbox = Mailbox::new();
        for urgent in [false, true, false] {
            mailbox.put(urgent).unwrap();
        }
        mailbox.close();
        assert_eq!(mailbox.put(true), Err(true));
        assert!(mailbox.wait());
        assert_eq!(mailbox.take(2), [false, true]);
        assert_eq!(mailbox.take(2), [false]);
        assert!(!mailbox.wait());
    }

    #[test]
    fn one_that_somebody_waits_for_ends_the_lingering() {
        let mailbox = Arc::new(Mailbox::new());
        mailbox.put(false).unwrap();
        let far = Instant::now() + Duration::from_secs(3_600);
        let writer = {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || {
                mailbox.linger(100, far);
                mailbox.take(100)
            })
        };
        mailbox.put(false).unwrap();
        mailbox.put(true).unwrap();
        assert_eq!(writer.join().unwrap(), [false, false, true]);
    }

    #[test]
    fn so_does_a_full_batch_and_so_does_the_clock() {
        let mailbox = Mailbox::new();
        mailbox.put(false).unwrap();
        mailbox.linger(1, Instant::now() + Duration::from_secs(3_600));
        mailbox.linger(2, Instant::now() + Duration::from_millis(1));
        assert_eq!(mailbox.take(9).len(), 1);
    }
}
