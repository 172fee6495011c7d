//! A worker that panics ends the process: half a node, whose connections hang and whose revision
//! stands still, is worse than one that is started again.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a worker; calls `end` where it panics.
pub(crate) fn or_end(run: impl FnOnce(), end: impl FnOnce()) {
    // Nothing of the worker is looked at after a panic.
    if catch_unwind(AssertUnwindSafe(run)).is_err() {
        end();
    }
}

/// Ends the process at once.
pub(crate) fn end_process() {
    tracing::error!("a worker panicked; the process ends");
    std::process::abort();
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::or_end;

    #[test]
    fn a_worker_that_panics_ends_the_process_and_one_that_returns_does_not() {
        let ended = Cell::new(0);
        let end = || ended.set(ended.get() + 1);
        or_end(|| (), end);
        assert_eq!(ended.get(), 0);
        or_end(|| panic!("a fault"), end);
        assert_eq!(ended.get(), 1);
    }
}
