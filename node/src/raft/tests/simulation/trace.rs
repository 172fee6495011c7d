//! What happened in a run: a number that stands for all of it, and its last events in words.

use std::collections::VecDeque;
use std::hash::Hash;

use super::chance::digest;

/// Events in words that are kept.
const KEPT: usize = 120;

/// What happened.
#[derive(Debug, Default)]
pub(super) struct Trace {
    /// For each tick, a number that stands for everything up to its end.
    sums: Vec<u64>,
    tick: u64,
    /// Events so far.
    pub(super) events: u64,
    words: VecDeque<String>,
}

impl Trace {
    /// Something happened. The order of what happens within one tick does not count.
    pub(super) fn event(&mut self, event: impl Hash) {
        self.events += 1;
        self.tick = self.tick.wrapping_add(digest(event));
    }

    /// Something happened that a reader of a failure wants to know.
    pub(super) fn say(&mut self, now_ms: u64, what: &str) {
        self.event((now_ms, what));
        if self.words.len() == KEPT {
            self.words.pop_front();
        }
        self.words.push_back(format!("{now_ms:>6} ms  {what}"));
    }

    /// A tick is over.
    pub(super) fn end_tick(&mut self) {
        self.sums.push(digest((self.sums.last(), self.tick)));
        self.tick = 0;
    }

    /// For each tick, a number that stands for everything up to its end.
    pub(super) fn sums(&self) -> &[u64] {
        &self.sums
    }

    /// The last events.
    pub(super) fn words(&self) -> String {
        let words: Vec<_> = self.words.iter().map(String::as_str).collect();
        words.join("\n")
    }
}
