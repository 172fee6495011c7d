//! Neither the revision that a node has applied nor the one that its data plane serves goes back,
//! restarts included.
//!
//! Source: consistency contract of the project, lines 3 and 4.

use std::collections::BTreeMap;

use super::order::{Seen, falls};
use super::{FINDINGS_MAX, Verdict};
use crate::history::{Call, Outcome};
use crate::workload::revisions::{Answer, Operation};

type StatusCall = Call<Operation, Answer>;

/// What a node said of itself.
#[derive(Clone, Copy)]
struct Said<'h> {
    call: &'h StatusCall,
    applied: u64,
    served: u64,
}

/// Judges what nodes said of themselves.
#[must_use]
pub fn check(history: &[StatusCall]) -> Verdict {
    let mut nodes: BTreeMap<&str, Vec<Said<'_>>> = BTreeMap::new();
    for call in history {
        if let Outcome::Done {
            answer:
                Answer::Status {
                    id,
                    applied,
                    served,
                    ..
                },
            ..
        } = &call.outcome
        {
            nodes.entry(id).or_default().push(Said {
                call,
                applied: *applied,
                served: *served,
            });
        }
    }
    if nodes.is_empty() {
        let reason = "no node said how it is".into();
        return Verdict::Unknown { reason };
    }
    let mut findings = Vec::new();
    for (node, said) in &nodes {
        findings.extend(went_back(node, "applied", said, |said| said.applied));
        // One that serves nothing yet says so, and goes back to nothing.
        let serving: Vec<_> = said
            .iter()
            .copied()
            .filter(|said| said.served > 0)
            .collect();
        findings.extend(went_back(node, "served", &serving, |said| said.served));
    }
    findings.truncate(FINDINGS_MAX);
    let count: usize = nodes.values().map(Vec::len).sum();
    Verdict::of(
        findings,
        format!("{count} answers of {} nodes", nodes.len()),
    )
}

fn went_back(
    node: &str,
    what: &str,
    said: &[Said<'_>],
    number: fn(&Said<'_>) -> u64,
) -> Vec<String> {
    let seen: Vec<_> = said
        .iter()
        .map(|said| Seen {
            invoked_us: said.call.invoked_us,
            ended_us: said.call.ended_us,
            number: number(said),
            obeys: true,
        })
        .collect();
    let falls = falls(&seen).into_iter();
    falls
        .map(|(earlier, later)| {
            let (before, after) = (&said[earlier], &said[later]);
            format!(
                "{node} {what} revision {} ({}) after {} ({})",
                number(after),
                after.call.place(),
                number(before),
                before.call.place()
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::{call, done, kind};

    fn status(from: u64, id: &str, applied: u64, served: u64) -> StatusCall {
        let answer = Answer::Status {
            id: id.into(),
            applied,
            served,
            term: 1,
            leader: String::new(),
        };
        call(
            0,
            (from, from + 5),
            Operation::Status,
            done(answer, applied),
        )
    }

    #[test]
    fn a_node_that_goes_back_is_found() {
        let first = || status(0, "node-1", 7, 6);
        for (name, second, expected) in [
            ("on", status(10, "node-1", 8, 8), "holds"),
            ("applied less", status(10, "node-1", 6, 6), "broken"),
            ("serves less", status(10, "node-1", 8, 5), "broken"),
            ("serves nothing yet", status(10, "node-1", 8, 0), "holds"),
            ("another node", status(10, "node-2", 1, 1), "holds"),
            ("at the same time", status(3, "node-1", 6, 5), "holds"),
        ] {
            assert_eq!(kind(&check(&[first(), second])), expected, "{name}");
        }
        assert_eq!(kind(&check(&[])), "unknown");
    }
}
