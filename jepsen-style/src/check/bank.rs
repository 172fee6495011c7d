//! What all weights come to is the same in every read.
//!
//! Source: Jepsen's `bank`.

use super::{FINDINGS_MAX, Verdict};
use crate::history::{Call, Outcome};
use crate::workload::bank::{Answer, Operation};

/// Judges the reads of a bank whose weights come to `total`.
#[must_use]
pub fn check(history: &[Call<Operation, Answer>], total: u64) -> Verdict {
    let (mut reads, mut moves, mut findings) = (0, 0, Vec::new());
    for call in history {
        let Outcome::Done { answer, revision } = &call.outcome else {
            continue;
        };
        let Answer::Weights { weights } = answer else {
            moves += 1;
            continue;
        };
        reads += 1;
        let sum: u64 = weights.iter().map(|(_, weight)| u64::from(*weight)).sum();
        if sum != total && findings.len() < FINDINGS_MAX {
            findings.push(format!(
                "the weights come to {sum}, not {total}, at revision {revision} ({}): {weights:?}",
                call.place()
            ));
        }
    }
    if reads == 0 || moves == 0 {
        let reason = format!("needs both: {moves} moves, {reads} reads");
        return Verdict::Unknown { reason };
    }
    Verdict::of(findings, format!("{reads} reads after {moves} moves"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::{call, done, kind, unknown};

    fn read(at: u64, weights: &[u32]) -> Call<Operation, Answer> {
        let weights = weights.iter().copied().enumerate().collect();
        let answer = Answer::Weights { weights };
        call(
            0,
            (at, at + 1),
            Operation::Read { local: true },
            done(answer, at),
        )
    }

    fn moved(at: u64) -> Call<Operation, Answer> {
        let operation = Operation::Move {
            to: [(0, 90), (1, 110)],
            token: "t".into(),
        };
        call(1, (at, at + 1), operation, done(Answer::Moved, at))
    }

    #[test]
    fn weights_that_do_not_add_up_are_found() {
        for (name, last, expected) in [
            ("all there", read(5, &[90, 110]), "holds"),
            ("half a move", read(5, &[90, 100]), "broken"),
            ("a rule is missing", read(5, &[90]), "broken"),
        ] {
            let history = [read(1, &[100, 100]), moved(2), last];
            assert_eq!(kind(&check(&history, 200)), expected, "{name}");
        }
    }

    #[test]
    fn nothing_read_or_nothing_moved_says_nothing() {
        let mut unread = moved(2);
        unread.outcome = unknown();
        for history in [vec![], vec![moved(1)], vec![read(1, &[200]), unread]] {
            assert_eq!(kind(&check(&history, 200)), "unknown");
        }
    }
}
