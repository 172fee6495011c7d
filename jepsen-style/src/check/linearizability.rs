//! A register behaves as if each call took effect at one moment between its beginning and its end.
//!
//! Wing and Gong's search with Lowe's memory of states already tried, one key at a time. What may
//! still take effect later is bound where values are unique: a write of unknown outcome took effect
//! before the end of any call that saw its value, and has no bearing where nobody did.
//!
//! Source: J. Wing, C. Gong, "Testing and verifying concurrent objects" (1993); G. Lowe, "Testing
//! for linearizability" (2017); A. Athalye, Porcupine.

mod search;
mod zones;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Verdict;
use super::window::{Shown, Window};
use search::{Answer, Step};

/// Steps of the search for one key before it gives up: about two seconds and 300 MiB.
pub const STEPS_MAX: u64 = 2_000_000;

/// What was asked of a register and answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// It was read; `None` where there was nothing.
    Read {
        /// What was seen.
        value: Option<u64>,
    },
    /// It was written.
    Write {
        /// What it became.
        value: u64,
    },
    /// It was written on condition, and the condition held.
    CompareAndSet {
        /// What it had to be; `None` where there had to be nothing.
        expected: Option<u64>,
        /// What it became.
        value: u64,
    },
    /// A conditional write was refused because the condition did not hold.
    Mismatch {
        /// What it was not.
        expected: Option<u64>,
    },
}

impl Op {
    /// What the register becomes where this takes effect on `state`; `None` where it cannot.
    fn apply(self, state: Option<u64>) -> Option<Option<u64>> {
        match self {
            Self::Read { value } => (value == state).then_some(state),
            Self::Write { value } => Some(Some(value)),
            Self::CompareAndSet { expected, value } => (expected == state).then_some(Some(value)),
            Self::Mismatch { expected } => (expected != state).then_some(state),
        }
    }

    /// What it writes.
    fn written(self) -> Option<u64> {
        match self {
            Self::Write { value } | Self::CompareAndSet { value, .. } => Some(value),
            Self::Read { .. } | Self::Mismatch { .. } => None,
        }
    }

    /// What it shows that the register held; `Some(None)` where it held nothing.
    fn held(self) -> Option<Option<u64>> {
        match self {
            Self::Read { value } => Some(value),
            Self::CompareAndSet { expected, .. } => Some(expected),
            Self::Write { .. } | Self::Mismatch { .. } => None,
        }
    }

    /// The value that it shows that the register held.
    fn seen(self) -> Option<u64> {
        self.held().flatten()
    }

    fn label(self) -> String {
        let shown = |value: Option<u64>| value.map_or("nothing".into(), |value| value.to_string());
        match self {
            Self::Read { value } => format!("read {}", shown(value)),
            Self::Write { value } => format!("wrote {value}"),
            Self::CompareAndSet { expected, value } => {
                format!("wrote {value} over {}", shown(expected))
            }
            Self::Mismatch { expected } => format!("was refused: not {}", shown(expected)),
        }
    }
}

/// A call on a register. Calls that were refused for another reason than a mismatch, and reads that
/// were not answered, say nothing and are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Client that made it.
    pub client: u32,
    /// Position of the node that was asked.
    pub node: usize,
    /// When it was sent, microseconds since the run began.
    pub invoked_us: u64,
    /// When it was answered, microseconds since the run began; `None` where nobody knows whether it
    /// took effect.
    pub ended_us: Option<u64>,
    /// What was asked and answered.
    pub op: Op,
}

/// Judges the histories of registers that all begin with nothing, by key; broken ones are shown.
#[must_use]
pub fn check(registers: &BTreeMap<String, Vec<Operation>>) -> (Verdict, Vec<Window>) {
    let (mut findings, mut windows, mut gave_up) = (Vec::new(), Vec::new(), Vec::new());
    let mut operations = 0;
    for (key, history) in registers {
        operations += history.len();
        match judge(history, STEPS_MAX) {
            Judgement::Linearizable => {}
            Judgement::GaveUp => gave_up.push(key.as_str()),
            Judgement::Broken(odd) => {
                let window = show(key, history, &odd);
                findings.push(window.text());
                windows.push(window);
            }
        }
    }
    let verdict = if !findings.is_empty() {
        Verdict::Broken { findings }
    } else if !gave_up.is_empty() {
        let reason = format!("gave up after {STEPS_MAX} steps on {}", gave_up.join(", "));
        Verdict::Unknown { reason }
    } else if operations == 0 {
        let reason = "no operation on any register".into();
        Verdict::Unknown { reason }
    } else {
        let evidence = format!("{operations} operations on {} registers", registers.len());
        Verdict::Holds { evidence }
    };
    (verdict, windows)
}

/// What the search says of one register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// There is an order that explains every answer.
    Linearizable,
    /// There is none; the calls, by position in the history, that the best order leaves unexplained
    /// when the first of them ends.
    Broken(Vec<usize>),
    /// Too many orders to try.
    GaveUp,
}

/// Judges the history of one register that begins with nothing, within so many steps.
#[must_use]
pub fn judge(history: &[Operation], steps_max: u64) -> Judgement {
    if let Some(odd) = unwritten(history) {
        return Judgement::Broken(vec![odd]);
    }
    let are_unique = are_unique(history);
    let (positions, steps): (Vec<_>, Vec<_>) = bounded(history, are_unique).into_iter().unzip();
    if are_unique && let Some(odd) = zones::conflict(&steps) {
        return Judgement::Broken(vec![positions[odd]]);
    }
    match search::search(&steps, steps_max) {
        Answer::Found => Judgement::Linearizable,
        Answer::None { stuck_at } => Judgement::Broken(vec![positions[stuck_at]]),
        Answer::GaveUp => Judgement::GaveUp,
    }
}

/// A call that saw what nobody ever wrote.
fn unwritten(history: &[Operation]) -> Option<usize> {
    let written: HashSet<u64> = history
        .iter()
        .filter_map(|call| call.op.written())
        .collect();
    let answered = |call: &Operation| call.ended_us.is_some();
    history.iter().position(|call| {
        answered(call)
            && call
                .op
                .seen()
                .is_some_and(|value| !written.contains(&value))
    })
}

/// Whether no value was written twice.
fn are_unique(history: &[Operation]) -> bool {
    let mut written = HashSet::new();
    let mut values = history.iter().filter_map(|call| call.op.written());
    values.all(|value| written.insert(value))
}

/// The steps of the search, with their positions in the history.
///
/// Where values are unique, a call of unknown outcome whose value was seen ended before the first
/// end of those that saw it; where nobody saw it and nobody was told a mismatch, it can be left out.
fn bounded(history: &[Operation], are_unique: bool) -> Vec<(usize, Step)> {
    let has_mismatch = history
        .iter()
        .any(|call| matches!(call.op, Op::Mismatch { .. }));
    let mut ends: HashMap<u64, u64> = HashMap::new();
    let mut expected_of_unknown = HashSet::new();
    for call in history {
        match (call.op.seen(), call.ended_us) {
            (Some(value), Some(end)) => {
                let first = ends.entry(value).or_insert(end);
                *first = end.min(*first);
            }
            (Some(value), None) => {
                expected_of_unknown.insert(value);
            }
            (None, _) => {}
        }
    }
    let step = |(position, call): (usize, &Operation)| {
        let mut end = call.ended_us;
        if end.is_none() {
            let value = call.op.written()?;
            if are_unique {
                end = ends.get(&value).copied();
                if end.is_none() && !has_mismatch && !expected_of_unknown.contains(&value) {
                    return None;
                }
            }
        }
        let (op, start) = (call.op, call.invoked_us);
        Some((position, Step { op, start, end }))
    };
    history.iter().enumerate().filter_map(step).collect()
}

fn show(key: &str, history: &[Operation], odd: &[usize]) -> Window {
    let shown = history.iter().enumerate().map(|(position, call)| Shown {
        client: call.client,
        node: call.node,
        from_us: call.invoked_us,
        to_us: call.ended_us,
        label: call.op.label(),
        is_odd: odd.contains(&position),
    });
    let title = format!("register {key}: no order of these calls explains every answer");
    Window::around(title, shown.collect())
}

#[cfg(test)]
mod tests;
