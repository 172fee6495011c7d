//! How often an account, or a stranger's address, may call AWS's APIs on this node.

use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Callers that are counted at once, beyond which those are forgotten that have not called of late. Source: our own.
const CALLERS_MAX: usize = 10_000;

/// Counts the calls of each caller (GCRA).
pub(in crate::control) struct Throttle {
    /// None where there is no limit.
    limiter: Option<DefaultKeyedRateLimiter<String>>,
    clock: DefaultClock,
}

impl Throttle {
    /// So many calls in a second, and as many at once after a pause; 0 for no limit.
    pub(in crate::control) fn new(calls_per_second: u32) -> Self {
        let clock = DefaultClock::default();
        let quota = NonZeroU32::new(calls_per_second).map(Quota::per_second);
        let limiter = quota.map(RateLimiter::keyed);
        Self { limiter, clock }
    }

    /// Counts a call.
    ///
    /// # Errors
    /// Where it is one too many: seconds until the next one, at least 1.
    pub(super) fn admit(&self, caller: &str) -> Result<(), u32> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        if limiter.len() > CALLERS_MAX {
            limiter.retain_recent();
        }
        limiter.check_key(&caller.to_owned()).map_err(|busy| {
            let wait = busy.wait_time_from(self.clock.now());
            u32::try_from(wait.as_secs())
                .unwrap_or(u32::MAX)
                .saturating_add(1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_its_own_calls_and_is_told_when_to_come_back() {
        let throttle = Throttle::new(3);
        for _ in 0..3 {
            assert_eq!(throttle.admit("111111111111"), Ok(()));
        }
        assert_eq!(throttle.admit("111111111111"), Err(1));
        assert_eq!(throttle.admit("222222222222"), Ok(()));
        let open = Throttle::new(0);
        assert!((0..10_000).all(|_| open.admit("111111111111").is_ok()));
    }
}
