//! No node panics, and none ends that was not made to.

use super::Verdict;
use super::window::seconds;

/// What a node wrote to its standard error and output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Name of the node.
    pub node: String,
    /// All of it.
    pub text: String,
}

/// The end of a node's process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Name of the node.
    pub node: String,
    /// When it was seen, microseconds since the run began.
    pub at_us: u64,
    /// Exit code, or the signal that ended it, as the system tells it.
    pub status: String,
    /// Whether a fault of the run, or its end, was to end it in this way.
    pub is_expected: bool,
}

/// Words that no log may have.
const FORBIDDEN: [&str; 6] = [
    "panicked at",
    "has overflowed its stack",
    "fatal runtime error",
    "memory allocation of",
    "entered unreachable code",
    "AddressSanitizer",
];

/// Lines shown of one log.
const LINES_MAX: usize = 5;

/// Judges logs and ends of processes.
#[must_use]
pub fn check(logs: &[Log], exits: &[Exit]) -> Verdict {
    if logs.iter().all(|log| log.text.is_empty()) {
        let reason = "no logs".into();
        return Verdict::Unknown { reason };
    }
    let mut findings = Vec::new();
    for log in logs {
        let bad = log.text.lines().filter(|line| is_forbidden(line));
        findings.extend(
            bad.take(LINES_MAX)
                .map(|line| format!("{}: {line}", log.node)),
        );
    }
    let unexpected = exits.iter().filter(|exit| !exit.is_expected);
    findings.extend(unexpected.map(|exit| {
        let Exit { node, status, .. } = exit;
        format!(
            "{node} ended by itself at {:.3} s: {status}",
            seconds(exit.at_us)
        )
    }));
    let lines: usize = logs.iter().map(|log| log.text.lines().count()).sum();
    let evidence = format!(
        "{lines} lines of {} logs, {} exits",
        logs.len(),
        exits.len()
    );
    Verdict::of(findings, evidence)
}

fn is_forbidden(line: &str) -> bool {
    // A word of its own: every line of level DEBUG has it as a part.
    let mut words = line.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.any(|word| word == "BUG") || FORBIDDEN.iter().any(|text| line.contains(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(text: &str) -> Vec<Log> {
        vec![Log {
            node: "node-1".into(),
            text: text.into(),
        }]
    }

    fn exit(is_expected: bool) -> Exit {
        Exit {
            node: "node-1".into(),
            at_us: 1_500_000,
            status: "exit status: 70".into(),
            is_expected,
        }
    }

    #[test]
    fn ordinary_logs_and_expected_exits_are_clean() {
        let text = "2026-01-01T00:00:00Z DEBUG trellis_node: vote kept\nWARN debugging panics\n";
        assert!(check(&log(text), &[exit(true)]).holds());
    }

    #[test]
    fn panics_and_unexpected_exits_are_found() {
        for line in [
            "thread 'main' (7) panicked at node/src/run.rs:1:1:",
            "thread 'w' has overflowed its stack",
            "fatal runtime error: stack overflow",
            "kernel BUG: what",
        ] {
            let Verdict::Broken { findings } = check(&log(line), &[]) else {
                panic!("{line}");
            };
            assert_eq!(findings, [format!("node-1: {line}")]);
        }
        let Verdict::Broken { findings } = check(&log("ok"), &[exit(false)]) else {
            panic!();
        };
        assert_eq!(
            findings,
            ["node-1 ended by itself at 1.500 s: exit status: 70"]
        );
    }

    #[test]
    fn empty_logs_prove_nothing() {
        assert!(matches!(check(&log(""), &[]), Verdict::Unknown { .. }));
    }
}
