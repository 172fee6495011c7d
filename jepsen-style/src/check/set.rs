//! Acknowledged registrations of targets are not lost, and removed targets do not come back.
//!
//! Reads are placed by the revision that comes with them; linearizable ones also obey time. What
//! nobody knows of a write is learnt from those who saw its effect.
//!
//! Source: Jepsen's `set-full`; consistency contract of the project, lines 1 and 7.

use std::collections::{BTreeMap, BTreeSet};

use super::{FINDINGS_MAX, Verdict};
use crate::history::{Call, Outcome};
use crate::workload::set::{Answer, Operation};

type SetCall = Call<Operation, Answer>;

/// Judges the history of all sets.
#[must_use]
pub fn check(history: &[SetCall]) -> Verdict {
    let mut findings = Vec::new();
    let elements = Element::gather(history);
    let mut groups: BTreeMap<u64, Vec<Read<'_>>> = BTreeMap::new();
    for call in history {
        if let Some((group, read)) = Read::of(call) {
            groups.entry(group).or_default().push(read);
        }
    }
    let reads: usize = groups.values().map(Vec::len).sum();
    let added = elements
        .values()
        .filter(|it| acknowledged(it.add).is_some());
    let added = added.count();
    if reads == 0 || added == 0 {
        let reason = format!("needs both: {added} registrations, {reads} reads");
        return Verdict::Unknown { reason };
    }
    for element in elements.values() {
        let reads = groups.get(&element.group).map_or(&[][..], Vec::as_slice);
        findings.extend(element.judge(reads));
        if findings.len() >= FINDINGS_MAX {
            break;
        }
    }
    findings.extend(strangers(&groups, &elements));
    Verdict::of(
        findings,
        format!("{added} acknowledged registrations, {reads} reads"),
    )
}

/// Targets that nobody registered.
fn strangers(
    groups: &BTreeMap<u64, Vec<Read<'_>>>,
    elements: &BTreeMap<u32, Element<'_>>,
) -> Vec<String> {
    let mut findings = Vec::new();
    for (group, reads) in groups {
        for read in reads {
            let mut seen = read.present.iter().chain(&read.draining);
            let strange = |element: &&u32| {
                elements
                    .get(element)
                    .is_none_or(|it| it.group != *group || it.add.invoked_us > read.call.ended_us)
            };
            if let Some(element) = seen.find(strange) {
                findings.push(format!(
                    "nobody had registered {element} when it was read ({})",
                    read.call.place()
                ));
            }
        }
    }
    findings.truncate(FINDINGS_MAX);
    findings
}

/// Revision of an acknowledged write.
fn acknowledged(call: &SetCall) -> Option<u64> {
    match &call.outcome {
        Outcome::Done {
            answer: Answer::Done,
            revision,
        } => Some(*revision),
        _ => None,
    }
}

/// A read of a group.
struct Read<'h> {
    call: &'h SetCall,
    revision: u64,
    /// Whether it sees all that was acknowledged before it began.
    linearizable: bool,
    present: BTreeSet<u32>,
    draining: BTreeSet<u32>,
}

impl<'h> Read<'h> {
    fn of(call: &'h SetCall) -> Option<(u64, Self)> {
        let Operation::Read { group, local } = call.operation else {
            return None;
        };
        let Outcome::Done {
            answer: Answer::Elements { present, draining },
            revision,
        } = &call.outcome
        else {
            return None;
        };
        let read = Self {
            call,
            revision: *revision,
            linearizable: !local,
            present: present.iter().copied().collect(),
            draining: draining.iter().copied().collect(),
        };
        Some((group, read))
    }

    /// Whether it must see a write that was acknowledged.
    fn follows(&self, write: &SetCall) -> bool {
        acknowledged(write).is_some_and(|revision| revision <= self.revision)
            || (self.linearizable
                && acknowledged(write).is_some()
                && write.ended_us < self.call.invoked_us)
    }
}

/// What was done with one target.
struct Element<'h> {
    number: u32,
    group: u64,
    add: &'h SetCall,
    remove: Option<&'h SetCall>,
}

impl<'h> Element<'h> {
    fn gather(history: &'h [SetCall]) -> BTreeMap<u32, Self> {
        let mut elements = BTreeMap::new();
        for call in history {
            if let Operation::Add { group, element } = call.operation {
                let it = Self {
                    number: element,
                    group,
                    add: call,
                    remove: None,
                };
                elements.insert(element, it);
            }
        }
        for call in history {
            if let Operation::Remove { element, .. } = call.operation
                && let Some(it) = elements.get_mut(&element)
            {
                it.remove = Some(call);
            }
        }
        elements
    }

    fn judge(&self, reads: &[Read<'_>]) -> Vec<String> {
        let number = self.number;
        let mut findings = Vec::new();
        if let Some(remove) = self.remove
            && matches!(
                remove.outcome,
                Outcome::Done {
                    answer: Answer::NotThere,
                    ..
                }
            )
        {
            let place = remove.place();
            findings.push(format!("{number} was not there to be removed ({place})"));
        }
        // Evidence that it was there, and that it was removed, beside acknowledgements.
        let present = reads.iter().filter(|it| it.present.contains(&number));
        let there_by = present.map(|read| read.revision).min();
        let draining = reads.iter().filter(|it| it.draining.contains(&number));
        let gone_by = draining.map(|read| read.revision).min();
        for read in reads {
            let wrong = self.wrong_in(read, there_by, gone_by);
            if let Some(wrong) = wrong {
                let (revision, place) = (read.revision, read.call.place());
                findings.push(format!("{number} {wrong} at revision {revision} ({place})"));
                break;
            }
        }
        findings
    }

    /// What is wrong with this target in a read.
    fn wrong_in(
        &self,
        read: &Read<'_>,
        there_by: Option<u64>,
        gone_by: Option<u64>,
    ) -> Option<&'static str> {
        let is_present = read.present.contains(&self.number);
        let is_draining = read.draining.contains(&self.number);
        let was_refused = |call: &SetCall| matches!(call.outcome, Outcome::Refused { .. });
        if (is_present || is_draining) && was_refused(self.add) {
            return Some("is there though its registration was refused");
        }
        let removal = self.remove.filter(|remove| !was_refused(remove));
        let is_removed = removal.is_some_and(|remove| read.follows(remove))
            || gone_by.is_some_and(|gone| gone <= read.revision);
        if is_present && is_removed {
            return Some("is back after its removal");
        }
        let may_be_removed = removal.is_some_and(|remove| {
            let too_early = acknowledged(remove).is_some_and(|at| read.revision < at);
            remove.invoked_us <= read.call.ended_us && !too_early
        });
        if is_draining && !may_be_removed {
            return Some("drains though nobody removed it");
        }
        let must_be_there =
            read.follows(self.add) || there_by.is_some_and(|there| there <= read.revision);
        if !is_present && must_be_there && !may_be_removed {
            return Some("is lost");
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::{call, done, kind, refused, unknown};

    fn add(from: u64, outcome: Outcome<Answer>) -> SetCall {
        let operation = Operation::Add {
            group: 0,
            element: 1,
        };
        call(0, (from, from + 5), operation, outcome)
    }

    fn remove(from: u64, outcome: Outcome<Answer>) -> SetCall {
        let operation = Operation::Remove {
            group: 0,
            element: 1,
        };
        call(0, (from, from + 5), operation, outcome)
    }

    fn read(from: u64, local: bool, revision: u64, present: &[u32], draining: &[u32]) -> SetCall {
        let answer = Answer::Elements {
            present: present.to_vec(),
            draining: draining.to_vec(),
        };
        let operation = Operation::Read { group: 0, local };
        call(1, (from, from + 5), operation, done(answer, revision))
    }

    /// Another target, so that no history is void.
    fn other() -> SetCall {
        let operation = Operation::Add {
            group: 1,
            element: 9,
        };
        call(2, (0, 1), operation, done(Answer::Done, 1))
    }

    fn ok(revision: u64) -> Outcome<Answer> {
        done(Answer::Done, revision)
    }

    fn judge<const N: usize>(cases: [(&str, Vec<SetCall>, &str); N]) {
        for (name, calls, expected) in cases {
            let history: Vec<_> = std::iter::once(other()).chain(calls).collect();
            let verdict = check(&history);
            assert_eq!(kind(&verdict), expected, "{name}: {verdict:?}");
        }
    }

    #[test]
    fn a_registered_target_must_be_there() {
        judge([
            (
                "seen",
                vec![add(0, ok(5)), read(10, false, 6, &[1], &[])],
                "holds",
            ),
            (
                "lost",
                vec![add(0, ok(5)), read(10, false, 6, &[], &[])],
                "broken",
            ),
            (
                "lost by time",
                vec![add(0, ok(5)), read(10, false, 4, &[], &[])],
                "broken",
            ),
            (
                "not yet",
                vec![add(0, ok(5)), read(10, true, 4, &[], &[])],
                "holds",
            ),
            (
                "lost by revision",
                vec![add(0, ok(5)), read(10, true, 5, &[], &[])],
                "broken",
            ),
            (
                "from nowhere",
                vec![read(10, false, 6, &[1], &[])],
                "broken",
            ),
            (
                "from the future",
                vec![add(20, ok(5)), read(10, false, 6, &[1], &[])],
                "broken",
            ),
            (
                "drained by nobody",
                vec![add(0, ok(5)), read(10, false, 6, &[], &[1])],
                "broken",
            ),
        ]);
    }

    #[test]
    fn what_was_refused_is_never_there_and_what_is_unknown_may_be() {
        judge([
            (
                "refused and there",
                vec![add(0, refused()), read(10, false, 6, &[1], &[])],
                "broken",
            ),
            (
                "refused",
                vec![add(0, refused()), read(10, false, 6, &[], &[])],
                "holds",
            ),
            (
                "unknown, there",
                vec![add(0, unknown()), read(10, false, 6, &[1], &[])],
                "holds",
            ),
            (
                "unknown, not there",
                vec![add(0, unknown()), read(10, false, 6, &[], &[])],
                "holds",
            ),
            (
                "unknown, there and lost",
                vec![
                    add(0, unknown()),
                    read(10, false, 6, &[1], &[]),
                    read(20, false, 7, &[], &[]),
                ],
                "broken",
            ),
        ]);
    }

    #[test]
    fn a_removed_target_stays_away() {
        judge([
            (
                "removed",
                vec![
                    add(0, ok(5)),
                    remove(10, ok(6)),
                    read(20, false, 7, &[], &[1]),
                ],
                "holds",
            ),
            (
                "resurrected",
                vec![
                    add(0, ok(5)),
                    remove(10, ok(6)),
                    read(20, false, 7, &[1], &[]),
                ],
                "broken",
            ),
            (
                "resurrected by time",
                vec![
                    add(0, ok(5)),
                    remove(10, ok(6)),
                    read(20, false, 5, &[1], &[]),
                ],
                "broken",
            ),
            (
                "before its removal",
                vec![
                    add(0, ok(5)),
                    remove(10, ok(6)),
                    read(20, true, 5, &[1], &[]),
                ],
                "holds",
            ),
        ]);
    }

    #[test]
    fn a_target_is_there_until_it_is_removed() {
        judge([
            (
                "gone before its removal",
                vec![
                    add(0, ok(5)),
                    remove(10, ok(7)),
                    read(20, true, 6, &[], &[]),
                ],
                "broken",
            ),
            (
                "removal refused, and gone",
                vec![
                    add(0, ok(5)),
                    remove(10, refused()),
                    read(20, false, 7, &[], &[]),
                ],
                "broken",
            ),
            (
                "removal unknown, by turns",
                vec![
                    add(0, ok(5)),
                    remove(10, unknown()),
                    read(20, false, 7, &[], &[1]),
                    read(30, false, 8, &[1], &[]),
                ],
                "broken",
            ),
            (
                "not there to be removed",
                vec![
                    add(0, ok(5)),
                    remove(10, done(Answer::NotThere, 6)),
                    read(20, true, 1, &[], &[]),
                ],
                "broken",
            ),
        ]);
    }

    #[test]
    fn nothing_read_or_nothing_registered_says_nothing() {
        let registered = add(0, done(Answer::Done, 5));
        for history in [vec![], vec![registered], vec![read(1, false, 1, &[], &[])]] {
            assert_eq!(kind(&check(&history)), "unknown");
        }
    }
}
