//! When this node last heard from a leader.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::clock;

/// The last sign of a leader.
#[derive(Default)]
pub(super) struct Contact(Mutex<Option<(u64, Instant)>>);

impl Contact {
    /// A leader has shown that it lives, and that its vote stands here.
    pub(super) fn heard(&self, leader: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((leader, clock::moment()));
    }

    /// How long ago this leader was heard; `None` where another one was, or none.
    pub(super) fn age(&self, leader: u64) -> Option<Duration> {
        match *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some((heard, at)) if heard == leader => Some(at.elapsed()),
            _ => None,
        }
    }
}
