//! Revisions tell the truth: each write has one of its own, what is read is what the registry held at
//! the revision that is told with it, and revisions never go against time.
//!
//! Sorts and sweeps only, so it never gives up, however long the history. A write of unknown outcome
//! is placed by those who saw its value.
//!
//! Source: etcd, `tests/robustness/validate`; consistency contract of the project, lines 1 and 4.

use std::collections::{BTreeMap, HashMap, btree_map};

use super::Verdict;
use super::window::seconds;

/// What a call did to a key, or learnt of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// It saw this; `None` where there was nothing.
    Read {
        /// What was seen.
        value: Option<u64>,
    },
    /// It wrote this, unique in the whole run; `None` for a deletion.
    Write {
        /// What the key became.
        value: Option<u64>,
    },
    /// It wrote this after a condition on the former value held.
    CompareAndSet {
        /// What the key had held.
        expected: Option<u64>,
        /// What it became.
        value: u64,
    },
}

/// A call that was answered, or a write of unknown outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Client that made it.
    pub client: u32,
    /// Position of the node that was asked.
    pub node: usize,
    /// When it was sent, microseconds since the run began.
    pub invoked_us: u64,
    /// When it ended, microseconds since the run began.
    pub ended_us: u64,
    /// Whose key.
    pub key: String,
    /// What it did or saw.
    pub op: Op,
    /// Registry revision of the write, or of the state that was read; `None` for a write of unknown
    /// outcome.
    pub revision: Option<u64>,
}

impl Observation {
    fn text(&self) -> String {
        let shown = |value: Option<u64>| value.map_or("nothing".into(), |value| value.to_string());
        let what = match self.op {
            Op::Read { value } => format!("read {}", shown(value)),
            Op::Write { value } => format!("wrote {}", shown(value)),
            Op::CompareAndSet { expected, value } => {
                format!("wrote {value} over {}", shown(expected))
            }
        };
        let revision = self.revision.map_or("?".into(), |at| at.to_string());
        format!(
            "client {} on node {} {what} of {} at revision {revision} ({:.6} s to {:.6} s)",
            self.client,
            self.node,
            self.key,
            seconds(self.invoked_us),
            seconds(self.ended_us)
        )
    }

    fn is_write(&self) -> bool {
        !matches!(self.op, Op::Read { .. })
    }
}

/// Findings shown for one rule.
const FINDINGS_MAX: usize = 10;

/// Judges linearizable reads and writes of keys that all begin with nothing.
#[must_use]
pub fn check(history: &[Observation]) -> Verdict {
    let writes = history.iter().filter(|seen| seen.is_write()).count();
    if writes == 0 || writes == history.len() {
        let reason = "needs both reads and writes".into();
        return Verdict::Unknown { reason };
    }
    let mut findings = repeated(history);
    findings.extend(against_time(history));
    findings.extend(untrue(history));
    let reads = history.len() - writes;
    Verdict::of(findings, format!("{writes} writes and {reads} reads"))
}

/// Two writes of one revision.
fn repeated(history: &[Observation]) -> Vec<String> {
    let mut findings = Vec::new();
    let mut writers: BTreeMap<u64, &Observation> = BTreeMap::new();
    for write in history.iter().filter(|seen| seen.is_write()) {
        let Some(revision) = write.revision else {
            continue;
        };
        match writers.entry(revision) {
            btree_map::Entry::Vacant(free) => {
                free.insert(write);
            }
            btree_map::Entry::Occupied(first) => findings.push(format!(
                "two writes have one revision: {}; {}",
                first.get().text(),
                write.text()
            )),
        }
    }
    findings.truncate(FINDINGS_MAX);
    findings
}

/// Calls that began after another ended, but have an older revision; a write must have a newer one.
fn against_time(history: &[Observation]) -> Vec<String> {
    let answered = |seen: &&Observation| seen.revision.is_some();
    let mut by_start: Vec<_> = history.iter().filter(answered).collect();
    by_start.sort_by_key(|seen| seen.invoked_us);
    let mut by_end = by_start.clone();
    by_end.sort_by_key(|seen| seen.ended_us);
    let mut ended = by_end.into_iter().peekable();
    let mut newest: Option<&Observation> = None;
    let mut findings = Vec::new();
    for seen in by_start {
        while let Some(done) = ended.next_if(|done| done.ended_us < seen.invoked_us) {
            if newest.is_none_or(|newest| newest.revision < done.revision) {
                newest = Some(done);
            }
        }
        let Some(former) = newest else { continue };
        let is_wrong = if seen.is_write() {
            seen.revision <= former.revision
        } else {
            seen.revision < former.revision
        };
        if is_wrong {
            findings.push(format!(
                "{}, although before it began {}",
                seen.text(),
                former.text()
            ));
        }
        if findings.len() == FINDINGS_MAX {
            break;
        }
    }
    findings
}

/// Answers that are not what the key held at their revision.
fn untrue(history: &[Observation]) -> Vec<String> {
    let mut keys: BTreeMap<&str, Vec<&Observation>> = BTreeMap::new();
    for seen in history {
        keys.entry(&seen.key).or_default().push(seen);
    }
    let all = keys.values().flat_map(|seen| untrue_of_key(seen));
    all.take(FINDINGS_MAX).collect()
}

/// What a key was found to hold.
struct Held<'o> {
    /// At this revision.
    revision: u64,
    /// Whether the call made it so, at just this revision.
    is_set: bool,
    value: Option<u64>,
    by: &'o Observation,
}

fn untrue_of_key(history: &[&Observation]) -> Vec<String> {
    // Where the value of a write of unknown outcome came from.
    let mut unknown: HashMap<Option<u64>, Vec<&Observation>> = HashMap::new();
    let mut held = Vec::new();
    for &by in history {
        let (before, after) = match by.op {
            Op::Read { value } => (Some(value), None),
            Op::Write { value } => (None, Some(value)),
            Op::CompareAndSet { expected, value } => (Some(expected), Some(Some(value))),
        };
        let Some(revision) = by.revision else {
            if let Some(value) = after {
                unknown.entry(value).or_default().push(by);
            }
            continue;
        };
        let is_read = after.is_none();
        held.extend(before.map(|value| Held {
            // A condition is on what was there just before.
            revision: if is_read {
                revision
            } else {
                revision.saturating_sub(1)
            },
            is_set: false,
            value,
            by,
        }));
        held.extend(after.map(|value| Held {
            revision,
            is_set: true,
            value,
            by,
        }));
    }
    // Of one revision, what set the value comes before those who saw it.
    held.sort_by_key(|held| (held.revision, !held.is_set));
    follow(&held, unknown)
}

/// Follows what a key held from revision to revision; each unknown write may change it once.
fn follow<'o>(
    held: &[Held<'o>],
    mut unknown: HashMap<Option<u64>, Vec<&'o Observation>>,
) -> Vec<String> {
    let mut findings = Vec::new();
    let mut current: (Option<u64>, Option<&Observation>) = (None, None);
    for next in held {
        if next.is_set || next.value == current.0 {
            current = (next.value, Some(next.by));
            continue;
        }
        // Only a write of unknown outcome that began before this call ended explains the change.
        // Values are unique, deletions are not.
        let writers = unknown.entry(next.value).or_default();
        let began = |write: &&Observation| write.invoked_us <= next.by.ended_us;
        if let Some(writer) = writers.iter().position(began) {
            writers.swap_remove(writer);
            current = (next.value, Some(next.by));
            continue;
        }
        let former = current.1.map_or("nothing was there".into(), |by| by.text());
        findings.push(format!("{}, but before it {former}", next.by.text()));
    }
    findings
}

/// A look at what a node's data plane serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Served {
    /// Position of the node.
    pub node: usize,
    /// Which of the processes that ran as this node, counted from 0.
    pub process: u32,
    /// When it was asked, microseconds since the run began.
    pub at_us: u64,
    /// Revision of the view.
    pub revision: u64,
}

/// Judges that no process ever serves an older view than it has served.
#[must_use]
pub fn check_served(samples: &[Served]) -> Verdict {
    if samples.is_empty() {
        let reason = "no samples".into();
        return Verdict::Unknown { reason };
    }
    let mut in_time: Vec<_> = samples.iter().collect();
    in_time.sort_by_key(|sample| (sample.node, sample.process, sample.at_us));
    let same =
        |one: &Served, other: &Served| (one.node, one.process) == (other.node, other.process);
    let falls = in_time
        .windows(2)
        .filter(|pair| same(pair[0], pair[1]) && pair[1].revision < pair[0].revision);
    let findings = falls.map(|pair| {
        format!(
            "node {} served revision {} at {:.3} s after revision {} at {:.3} s",
            pair[1].node,
            pair[1].revision,
            seconds(pair[1].at_us),
            pair[0].revision,
            seconds(pair[0].at_us)
        )
    });
    Verdict::of(
        findings.take(FINDINGS_MAX).collect(),
        format!("{} samples", samples.len()),
    )
}

#[cfg(test)]
mod tests;
