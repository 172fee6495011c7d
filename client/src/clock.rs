//! The only reader of time.

use std::time::SystemTime;

/// Wall-clock time.
#[expect(clippy::disallowed_methods, reason = "the one place that reads time")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}
