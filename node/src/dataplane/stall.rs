//! Waiting for a target, with an end: no timer for each request, one sweep for all of a worker's.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Time between sweeps: how late a wait may be ended.
pub(crate) const SWEEP: Duration = Duration::from_millis(250);

/// A request's wait for its target.
#[derive(Debug)]
pub(crate) struct Wait {
    limit: Cell<Duration>,
    waited: Cell<Option<Duration>>,
    expired: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Wait {
    pub(crate) fn new(limit: Duration) -> Self {
        Self {
            limit: Cell::new(limit),
            waited: Cell::new(None),
            expired: Cell::new(false),
            waker: RefCell::new(None),
        }
    }

    /// Changes the longest silence.
    pub(crate) fn set_limit(&self, limit: Duration) {
        self.limit.set(limit);
    }

    /// The wait is over.
    pub(crate) fn end(&self) {
        self.waited.set(None);
    }

    /// The client that the target waits for said something: the wait, if there is one, begins anew.
    /// The one who waits need not be polled for that.
    pub(crate) fn renew(&self) {
        if self.waited.get().is_some() {
            self.waited.set(Some(Duration::ZERO));
        }
    }

    /// Ready once the wait has been too long. The first call starts the wait.
    pub(crate) fn poll_expired(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.expired.get() {
            return Poll::Ready(());
        }
        if self.waited.get().is_none() {
            self.waited.set(Some(Duration::ZERO));
        }
        let mut waker = self.waker.borrow_mut();
        if !waker.as_ref().is_some_and(|own| own.will_wake(cx.waker())) {
            *waker = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    /// Counts the time since the last sweep. The first one after a wait began counts too much by
    /// less than [`SWEEP`], hence the strict comparison.
    pub(crate) fn sweep(&self, elapsed: Duration) {
        let Some(waited) = self.waited.get() else {
            return;
        };
        let waited = waited + elapsed;
        self.waited.set(Some(waited));
        if waited > self.limit.get() + SWEEP {
            self.expired.set(true);
            if let Some(waker) = &*self.waker.borrow() {
                waker.wake_by_ref();
            }
        }
    }

    /// Waits for a future, but not longer than the limit; `None` where that passed first.
    pub(crate) async fn within<F: Future>(&self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        let output = poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => self.poll_expired(cx).map(|()| None),
        });
        let output = output.await;
        self.end();
        output
    }
}
