//! Clients see their own writes and never go back; nodes' own states never go back.
//!
//! Each key has one writer, whose values grow, so a value tells which write was last.
//!
//! Source: D. Terry et al., "Session guarantees for weakly consistent replicated data" (1994);
//! consistency contract of the project, line 1.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::order::{Seen, falls};
use super::{FINDINGS_MAX, Verdict};
use crate::history::{Call, Outcome};
use crate::workload::session::{Answer, Operation};

type SessionCall = Call<Operation, Answer>;

/// A node that was wiped: what its place answers afterwards need not follow what it answered before.
#[derive(Clone, Copy, Debug)]
pub struct Replaced {
    /// Position of the node.
    pub node: usize,
    /// When, microseconds since the run began.
    pub at_us: u64,
}

/// Judges the history of all keys.
#[must_use]
pub fn check(history: &[SessionCall], replaced: &[Replaced]) -> Verdict {
    let mut keys: BTreeMap<u64, Key<'_>> = BTreeMap::new();
    for call in history {
        keys.entry(call.operation.key()).or_default().add(call);
    }
    let reads = history.iter().filter(|call| read(call).is_some()).count();
    let writes = keys.values().flat_map(|key| key.writes.values());
    let writes = writes.filter(|call| revision(call).is_some()).count();
    if reads == 0 || writes == 0 {
        let reason = format!("needs both: {writes} acknowledged writes, {reads} reads");
        return Verdict::Unknown { reason };
    }
    let mut findings: Vec<_> = keys.values().flat_map(Key::judge).collect();
    findings.truncate(FINDINGS_MAX);
    findings.extend(clients_go_back(history));
    findings.extend(nodes_go_back(history, replaced));
    Verdict::of(
        findings,
        format!("{writes} acknowledged writes, {reads} reads"),
    )
}

/// Revision of an answer; reads of nothing have none.
fn revision(call: &SessionCall) -> Option<u64> {
    match &call.outcome {
        Outcome::Done { answer, revision } if *answer != Answer::Absent => Some(*revision),
        _ => None,
    }
}

/// What a read saw, and the revision of the state; `None` for what was there where nothing was.
fn read(call: &SessionCall) -> Option<(Option<(u64, u64)>, u64)> {
    match &call.outcome {
        Outcome::Done {
            answer: Answer::Value { value, since },
            revision,
        } => Some((Some((*value, *since)), *revision)),
        Outcome::Done {
            answer: Answer::Absent,
            ..
        } => Some((None, 0)),
        _ => None,
    }
}

fn is_local(call: &SessionCall) -> bool {
    matches!(call.operation, Operation::Read { local: true, .. })
}

/// The calls on one key.
#[derive(Default)]
struct Key<'h> {
    /// Writes by their values, except refused ones.
    writes: BTreeMap<u64, &'h SessionCall>,
    /// Values whose writes were refused and never repeated with success.
    refused: BTreeSet<u64>,
    reads: Vec<&'h SessionCall>,
}

impl<'h> Key<'h> {
    fn add(&mut self, call: &'h SessionCall) {
        match call.operation {
            Operation::Create { value, .. } | Operation::Write { value, .. } => {
                if matches!(call.outcome, Outcome::Refused { .. }) {
                    self.refused.insert(value);
                } else {
                    self.writes.insert(value, call);
                }
            }
            Operation::Read { .. } => self.reads.push(call),
        }
    }

    fn judge(&self) -> Vec<String> {
        let reads = self.reads.iter();
        reads
            .filter_map(|call| {
                let wrong = self.wrong_in(call)?;
                let key = call.operation.key();
                Some(format!("key {key}: {wrong} ({})", call.place()))
            })
            .collect()
    }

    /// The last write that a read must see: acknowledged before it, by time or by revision.
    fn last_before(&self, call: &SessionCall, at: u64) -> Option<u64> {
        let before = |write: &SessionCall| {
            revision(write).is_some_and(|revision| {
                revision <= at || (!is_local(call) && write.ended_us < call.invoked_us)
            })
        };
        let mut writes = self.writes.iter().rev();
        writes
            .find(|(_, write)| before(write))
            .map(|(value, _)| *value)
    }

    fn wrong_in(&self, call: &SessionCall) -> Option<String> {
        let (held, at) = read(call)?;
        let must = self.last_before(call, at);
        let Some((value, since)) = held else {
            return must.map(|must| format!("nothing was read after write {must}"));
        };
        if let Some(must) = must.filter(|must| value < *must) {
            return Some(format!(
                "write {value} was read at revision {at} after write {must}"
            ));
        }
        if since > at {
            return Some(format!(
                "write {value} of {since} was read at revision {at}"
            ));
        }
        let Some(write) = self.writes.get(&value) else {
            let how = match self.refused.contains(&value) {
                true => "was refused",
                false => "nobody made",
            };
            return Some(format!("write {value} that {how} was read"));
        };
        if write.invoked_us > call.ended_us {
            return Some(format!("write {value} was read before it was made"));
        }
        let written = revision(write).filter(|written| *written != since);
        written.map(|written| {
            format!("write {value} was done at revision {written}, and read as of {since}")
        })
    }
}

/// Linearizable reads and writes at older revisions than earlier ones.
fn clients_go_back(history: &[SessionCall]) -> Vec<String> {
    let calls = history.iter().filter(|call| !is_local(call));
    let calls: Vec<_> = calls
        .filter_map(|call| Some((call, revision(call)?, true)))
        .collect();
    told(&calls, "is older than that of")
}

/// Local reads of a node that show an older state than it had shown before.
fn nodes_go_back(history: &[SessionCall], replaced: &[Replaced]) -> Vec<String> {
    let mut nodes: HashMap<(usize, usize), Vec<Told<'_>>> = HashMap::new();
    for call in history {
        let (Operation::Read { local, .. }, Some(revision)) = (&call.operation, revision(call))
        else {
            continue;
        };
        let wiped = |at: fn(&SessionCall) -> u64| {
            let mine = replaced.iter().filter(|it| it.node == call.node);
            mine.filter(|it| it.at_us <= at(call)).count()
        };
        // Calls during a replacement may be of the old node or of the new one.
        if wiped(|call| call.invoked_us) == wiped(|call| call.ended_us) {
            let life = (call.node, wiped(|call| call.invoked_us));
            nodes
                .entry(life)
                .or_default()
                .push((call, revision, *local));
        }
    }
    let mut findings: Vec<_> = nodes
        .values()
        .flat_map(|calls| told(calls, "of the node is older than that of"))
        .collect();
    findings.sort_unstable();
    findings.truncate(FINDINGS_MAX);
    findings
}

/// A call, the revision that it told, and whether it must not be older than others.
type Told<'h> = (&'h SessionCall, u64, bool);

fn told(calls: &[Told<'_>], how: &str) -> Vec<String> {
    let seen: Vec<_> = calls
        .iter()
        .map(|(call, revision, obeys)| Seen {
            invoked_us: call.invoked_us,
            ended_us: call.ended_us,
            number: *revision,
            obeys: *obeys,
        })
        .collect();
    let falls = falls(&seen).into_iter().take(FINDINGS_MAX);
    falls
        .map(|(earlier, later)| {
            let ((before, old, _), (after, new, _)) = (&calls[earlier], &calls[later]);
            format!(
                "revision {new} ({}) {how} an earlier call, {old} ({})",
                after.place(),
                before.place()
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::{call, done, kind, refused, unknown};

    fn write(from: u64, value: u64, outcome: Outcome<Answer>) -> SessionCall {
        call(
            0,
            (from, from + 5),
            Operation::Write { key: 0, value },
            outcome,
        )
    }

    fn acknowledged(revision: u64) -> Outcome<Answer> {
        done(Answer::Written, revision)
    }

    fn read(from: u64, local: bool, value: u64, since: u64, revision: u64) -> SessionCall {
        let operation = Operation::Read { key: 0, local };
        let answer = Answer::Value { value, since };
        call(0, (from, from + 5), operation, done(answer, revision))
    }

    fn absent(from: u64, local: bool) -> SessionCall {
        let operation = Operation::Read { key: 0, local };
        call(0, (from, from + 5), operation, done(Answer::Absent, 0))
    }

    fn one() -> SessionCall {
        write(0, 1, acknowledged(3))
    }

    fn two(outcome: Outcome<Answer>) -> SessionCall {
        write(10, 2, outcome)
    }

    fn ok() -> Outcome<Answer> {
        acknowledged(4)
    }

    fn judge<const N: usize>(cases: [(&str, Vec<SessionCall>, &str); N]) {
        for (name, calls, expected) in cases {
            let verdict = check(&calls, &[]);
            assert_eq!(kind(&verdict), expected, "{name}: {verdict:?}");
        }
    }

    #[test]
    fn a_client_sees_its_last_write_or_a_later_one() {
        judge([
            (
                "its own write",
                vec![one(), two(ok()), read(20, false, 2, 4, 9)],
                "holds",
            ),
            (
                "an older write",
                vec![one(), two(ok()), read(20, false, 1, 3, 3)],
                "broken",
            ),
            (
                "an older write, locally",
                vec![one(), two(ok()), read(20, true, 1, 3, 3)],
                "holds",
            ),
            (
                "not what stood there",
                vec![one(), two(ok()), read(20, true, 1, 3, 4)],
                "broken",
            ),
            (
                "nothing",
                vec![one(), two(ok()), absent(20, false)],
                "broken",
            ),
            (
                "nothing, locally",
                vec![one(), read(10, false, 1, 3, 3), absent(20, true)],
                "holds",
            ),
            (
                "an older revision",
                vec![one(), read(10, false, 1, 3, 9), read(20, false, 1, 3, 8)],
                "broken",
            ),
            (
                "an older state of the node",
                vec![one(), read(10, true, 1, 3, 9), read(20, true, 1, 3, 8)],
                "broken",
            ),
        ]);
    }

    #[test]
    fn what_is_read_was_written_at_its_revision() {
        judge([
            (
                "at another revision",
                vec![one(), two(ok()), read(20, false, 2, 5, 9)],
                "broken",
            ),
            (
                "before its revision",
                vec![one(), two(ok()), read(20, true, 2, 4, 3)],
                "broken",
            ),
            (
                "an unknown write",
                vec![one(), two(unknown()), read(20, false, 2, 7, 9)],
                "holds",
            ),
            (
                "not an unknown write",
                vec![one(), two(unknown()), read(20, false, 1, 3, 9)],
                "holds",
            ),
            (
                "a refused write",
                vec![one(), two(refused()), read(20, false, 2, 7, 9)],
                "broken",
            ),
            (
                "no write at all",
                vec![one(), read(20, false, 7, 7, 9)],
                "broken",
            ),
            (
                "a write to come",
                vec![one(), write(40, 2, ok()), read(20, false, 2, 4, 9)],
                "broken",
            ),
        ]);
    }

    #[test]
    fn a_node_that_was_wiped_may_begin_again() {
        let history = [
            write(0, 1, acknowledged(3)),
            read(10, true, 1, 3, 9),
            read(20, true, 1, 3, 8),
        ];
        for (at_us, expected) in [(17, "holds"), (5, "broken"), (30, "broken")] {
            let verdict = check(&history, &[Replaced { node: 0, at_us }]);
            assert_eq!(kind(&verdict), expected, "wiped at {at_us}");
        }
    }

    #[test]
    fn nothing_read_or_written_says_nothing() {
        assert_eq!(kind(&check(&[absent(0, false)], &[])), "unknown");
        assert_eq!(
            kind(&check(&[write(0, 1, acknowledged(3))], &[])),
            "unknown"
        );
    }
}
