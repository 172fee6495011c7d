//! The search for an order of calls that explains every answer.

use std::collections::HashSet;

use super::Op;

/// A call as the search sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// What was asked and answered.
    pub(super) op: Op,
    /// When it was sent.
    pub(super) start: u64,
    /// By when it took effect; `None` where it may do so later, or never.
    pub(super) end: Option<u64>,
}

/// What the search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// An order.
    Found,
    /// There is none.
    None {
        /// Of all orders tried, the one that went furthest did not reach this call before its end.
        stuck_at: usize,
    },
    /// Too many orders to try.
    GaveUp,
}

/// A moment: a call begins, or it ends.
#[derive(Clone, Copy)]
struct Event {
    step: usize,
    is_end: bool,
}

/// The calls not yet ordered, as a list of their beginnings and ends by time, that entries can be
/// taken out of and put back into in constant time. Position 0 is its head.
struct Pending {
    events: Vec<Event>,
    next: Vec<usize>,
    previous: Vec<usize>,
    /// Position of each call's beginning.
    starts: Vec<usize>,
    /// Position of each call's end.
    ends: Vec<Option<usize>>,
}

/// Place of the list's head, and the mark of its end.
const HEAD: usize = 0;

impl Pending {
    fn new(steps: &[Step]) -> Self {
        let mut moments = Vec::new();
        for (step, Step { start, end, .. }) in steps.iter().enumerate() {
            // Of what happens at one moment, beginnings come first: the calls overlap.
            moments.push((*start, false, step));
            moments.extend(end.map(|end| (end, true, step)));
        }
        moments.sort_unstable();
        let head = Event {
            step: 0,
            is_end: false,
        };
        let mut events = vec![head];
        let (mut starts, mut ends) = (vec![HEAD; steps.len()], vec![None; steps.len()]);
        for (_, is_end, step) in moments {
            if is_end {
                ends[step] = Some(events.len());
            } else {
                starts[step] = events.len();
            }
            events.push(Event { step, is_end });
        }
        let length = events.len();
        Self {
            next: (0..length).map(|at| (at + 1) % length).collect(),
            previous: (0..length).map(|at| (at + length - 1) % length).collect(),
            events,
            starts,
            ends,
        }
    }

    fn take(&mut self, step: usize) {
        for at in std::iter::once(self.starts[step]).chain(self.ends[step]) {
            let (before, after) = (self.previous[at], self.next[at]);
            self.next[before] = after;
            self.previous[after] = before;
        }
    }

    /// Puts back what was taken last.
    fn put_back(&mut self, step: usize) {
        for at in self.ends[step].into_iter().chain([self.starts[step]]) {
            let (before, after) = (self.previous[at], self.next[at]);
            self.next[before] = at;
            self.previous[after] = at;
        }
    }
}

/// A set of calls.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Ordered(Vec<u64>);

impl Ordered {
    fn flip(&mut self, step: usize) {
        self.0[step / 64] ^= 1 << (step % 64);
    }
}

/// Searches for an order of the calls on a register that begins with nothing, within so many steps.
/// Calls without an end need not be in it.
pub(super) fn search(steps: &[Step], steps_max: u64) -> Answer {
    let mut pending = Pending::new(steps);
    let mut ordered = Ordered(vec![0; steps.len().div_ceil(64)]);
    let mut tried: HashSet<(Ordered, Option<u64>)> = HashSet::new();
    let mut path: Vec<(usize, Option<u64>)> = Vec::new();
    let mut state = None;
    let mut missing = steps.iter().filter(|step| step.end.is_some()).count();
    // The latest end that any order got stuck at.
    let mut furthest = (HEAD, 0);
    let mut at = pending.next[HEAD];
    for _ in 0..steps_max {
        if missing == 0 {
            return Answer::Found;
        }
        let event = pending.events[at];
        let is_known = steps[event.step].end.is_some();
        if at != HEAD && !event.is_end {
            let becomes = steps[event.step].op.apply(state);
            if let Some(becomes) = becomes {
                ordered.flip(event.step);
                if tried.insert((ordered.clone(), becomes)) {
                    path.push((event.step, state));
                    state = becomes;
                    missing -= usize::from(is_known);
                    pending.take(event.step);
                    at = pending.next[HEAD];
                    continue;
                }
                ordered.flip(event.step);
            }
            at = pending.next[at];
            continue;
        }
        if at > furthest.0 {
            furthest = (at, event.step);
        }
        // An end: this call should have been ordered by now. Take back the last choice.
        let Some((step, before)) = path.pop() else {
            let stuck_at = furthest.1;
            return Answer::None { stuck_at };
        };
        pending.put_back(step);
        ordered.flip(step);
        state = before;
        missing += usize::from(steps[step].end.is_some());
        at = pending.next[pending.starts[step]];
    }
    Answer::GaveUp
}
