//! The only reader of time.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Wall-clock time.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that reads time")]
pub fn now() -> SystemTime {
    SystemTime::now()
}

/// Monotonic time.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that reads time")]
pub fn instant() -> Instant {
    Instant::now()
}

/// Monotonic time as the runtime keeps it: what waits with its timers must also measure with it,
/// because a test may hold it still and move it on.
#[must_use]
pub fn moment() -> tokio::time::Instant {
    tokio::time::Instant::now()
}

/// Wall-clock time, milliseconds since the Unix epoch.
#[must_use]
pub fn now_ms() -> u64 {
    let since = now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
