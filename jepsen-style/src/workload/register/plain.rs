//! Histories of registers as their checkers take them.

use std::collections::BTreeMap;

use super::{Answer, Operation, name};
use crate::check::linearizability::{self, Op};
use crate::check::revisions;
use crate::history::{Call, Outcome};

/// The history by register, as linearizability is judged by.
#[must_use]
pub fn registers(
    history: &[Call<Operation, Answer>],
) -> BTreeMap<String, Vec<linearizability::Operation>> {
    let mut registers: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for call in history {
        if let Some(op) = effect(call) {
            let operation = linearizability::Operation {
                client: call.client,
                node: call.node,
                invoked_us: call.invoked_us,
                ended_us: call.effect_by_us(),
                op,
            };
            let key = name(call.operation.key());
            registers.entry(key).or_default().push(operation);
        }
    }
    registers
}

/// What a call did or showed; `None` where it says nothing.
fn effect(call: &Call<Operation, Answer>) -> Option<linearizability::Op> {
    let answer = match &call.outcome {
        Outcome::Done { answer, .. } => Some(answer),
        Outcome::Unknown { .. } => None,
        Outcome::Refused { .. } => return None,
    };
    let is_mismatch = answer == Some(&Answer::Mismatch);
    Some(match call.operation {
        Operation::Read { .. } => Op::Read {
            value: match answer? {
                Answer::Value { value, .. } => Some(*value),
                _ => None,
            },
        },
        Operation::Write { value, .. } => Op::Write { value },
        Operation::Create { .. } if is_mismatch => Op::Mismatch { expected: None },
        Operation::Create { value, .. } => Op::CompareAndSet {
            expected: None,
            value,
        },
        Operation::CompareAndSet { expected, .. } if is_mismatch => Op::Mismatch {
            expected: Some(expected),
        },
        Operation::CompareAndSet {
            expected, value, ..
        } => Op::CompareAndSet {
            expected: Some(expected),
            value,
        },
    })
}

/// The history as revisions are judged by.
#[must_use]
pub fn observations(history: &[Call<Operation, Answer>]) -> Vec<revisions::Observation> {
    let seen = history.iter().filter_map(|call| {
        let op = match effect(call)? {
            Op::Read { value } => revisions::Op::Read { value },
            Op::Write { value } => revisions::Op::Write { value: Some(value) },
            Op::CompareAndSet { expected, value } => {
                revisions::Op::CompareAndSet { expected, value }
            }
            Op::Mismatch { .. } => return None,
        };
        let revision = match call.outcome {
            // A refusal that tells that there is nothing tells no revision.
            Outcome::Done { revision: 0, .. } => return None,
            Outcome::Done { revision, .. } => Some(revision),
            Outcome::Refused { .. } | Outcome::Unknown { .. } => None,
        };
        Some(revisions::Observation {
            client: call.client,
            node: call.node,
            invoked_us: call.invoked_us,
            ended_us: call.ended_us,
            key: name(call.operation.key()),
            op,
            revision,
        })
    });
    seen.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(operation: Operation, outcome: Outcome<Answer>) -> Call<Operation, Answer> {
        Call {
            client: 0,
            node: 0,
            invoked_us: 1,
            ended_us: 2,
            operation,
            outcome,
        }
    }

    fn done(answer: Answer) -> Outcome<Answer> {
        Outcome::Done {
            answer,
            revision: 7,
        }
    }

    fn unknown() -> Outcome<Answer> {
        Outcome::Unknown {
            reason: String::new(),
        }
    }

    fn refused() -> Outcome<Answer> {
        Outcome::Refused {
            reason: String::new(),
        }
    }

    const READ: Operation = Operation::Read { key: 0 };
    const CREATE: Operation = Operation::Create { key: 0, value: 1 };
    const WRITE: Operation = Operation::Write { key: 0, value: 1 };
    const SET: Operation = Operation::CompareAndSet {
        key: 0,
        expected: 2,
        revision: 5,
        value: 1,
    };

    #[test]
    fn each_call_becomes_what_it_did_or_showed() {
        let value = Answer::Value { value: 3, since: 4 };
        let swap = |expected| Op::CompareAndSet { expected, value: 1 };
        let differs = |expected| Op::Mismatch { expected };
        for (operation, outcome, expected) in [
            (READ, done(value), Some(Op::Read { value: Some(3) })),
            (READ, done(Answer::Absent), Some(Op::Read { value: None })),
            (READ, unknown(), None),
            (READ, refused(), None),
            (CREATE, done(Answer::Written), Some(swap(None))),
            (CREATE, done(Answer::Mismatch), Some(differs(None))),
            (CREATE, unknown(), Some(swap(None))),
            (WRITE, done(Answer::Written), Some(Op::Write { value: 1 })),
            (WRITE, unknown(), Some(Op::Write { value: 1 })),
            (WRITE, refused(), None),
            (SET, done(Answer::Written), Some(swap(Some(2)))),
            (SET, done(Answer::Mismatch), Some(differs(Some(2)))),
            (SET, unknown(), Some(swap(Some(2)))),
            (SET, refused(), None),
        ] {
            let call = call(operation, outcome);
            assert_eq!(effect(&call), expected, "{call:?}");
        }
    }

    #[test]
    fn an_unknown_write_has_no_end_and_no_revision() {
        let history = [call(WRITE, unknown()), call(SET, done(Answer::Written))];
        let registers = registers(&history);
        let ends: Vec<_> = registers["register-0"]
            .iter()
            .map(|it| it.ended_us)
            .collect();
        assert_eq!(ends, [None, Some(2)]);
        let revisions = observations(&history).into_iter().map(|it| it.revision);
        assert_eq!(revisions.collect::<Vec<_>>(), [None, Some(7)]);
    }
}
