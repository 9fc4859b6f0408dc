//! How much one caller may ask for in a second.
//!
//! Okta waits as long as `Retry-After` says in whole seconds and then goes on by itself (okta-traffic 1.3), so what is
//! beyond the limit is put off, not lost.

use std::{
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use crate::model::id::TokenId;

/// How many addresses are remembered before those that have been quiet are forgotten. Tokens are few.
const REMEMBERED: usize = 10_000;

/// The limits of one service.
#[derive(Debug)]
pub(in crate::service) struct Limits {
    limiters: Option<Limiters>,
}

#[derive(Debug)]
struct Limiters {
    tokens: DefaultKeyedRateLimiter<TokenId>,
    /// By address, for what is open to all.
    strangers: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
    tidied: Mutex<Option<Instant>>,
}

impl Limits {
    /// So many requests a second, with bursts of twice as many; none: no limit.
    pub(in crate::service) fn new(rate: Option<NonZeroU32>) -> Self {
        let limiters = rate.map(|rate| {
            let quota = Quota::per_second(rate).allow_burst(rate.saturating_mul(NonZeroU32::MIN.saturating_add(1)));
            Limiters {
                tokens: RateLimiter::keyed(quota),
                strangers: RateLimiter::keyed(quota),
                clock: DefaultClock::default(),
                tidied: Mutex::new(None),
            }
        });
        Self { limiters }
    }

    /// Counts a request with a token; how many seconds to wait where it is one too many.
    pub(super) fn of_token(&self, token: TokenId) -> Result<(), u64> {
        let Some(limiters) = &self.limiters else { return Ok(()) };
        limiters.tokens.check_key(&token).map_err(|refused| limiters.whole_seconds(&refused))
    }

    /// The same for a request without one. Of very many addresses within a moment, the later ones share one place.
    pub(super) fn of_address(&self, address: Option<&str>) -> Result<(), u64> {
        let Some(limiters) = &self.limiters else { return Ok(()) };
        let mut address = address.unwrap_or_default();
        if limiters.strangers.len() > REMEMBERED {
            limiters.tidy();
            address = "";
        }
        limiters.strangers.check_key(&address.to_owned()).map_err(|refused| limiters.whole_seconds(&refused))
    }
}

impl Limiters {
    /// Forgets those who have been quiet, at most once a second.
    fn tidy(&self) {
        let mut last = self.tidied.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|last| last.elapsed() > Duration::from_secs(1)) {
            self.strangers.retain_recent();
            *last = Some(Instant::now());
        }
    }

    fn whole_seconds(&self, refused: &governor::NotUntil<<DefaultClock as Clock>::Instant>) -> u64 {
        let wait = refused.wait_time_from(self.clock.now());
        (wait + Duration::from_nanos(999_999_999)).as_secs().max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Timestamp;

    #[test]
    fn a_burst_passes_and_the_rest_waits_whole_seconds_each_caller_alone() {
        let limits = Limits::new(NonZeroU32::new(5));
        let token = |millis| TokenId::new(Timestamp::from_millis(millis));
        let (one, other) = (token(1), token(2));
        assert!((0..10).all(|_| limits.of_token(one).is_ok()));
        assert_eq!(limits.of_token(one), Err(1));
        assert_eq!(limits.of_token(other), Ok(()));
        assert!((0..10).all(|_| limits.of_address(Some("198.51.100.7")).is_ok()));
        assert_eq!(limits.of_address(Some("198.51.100.7")), Err(1));
        let none = Limits::new(None);
        assert!((0..1_000).all(|_| none.of_token(one).is_ok()));
    }
}
