//! No node panics, and none ends that was not made to.

use super::Verdict;

/// What a node wrote to its standard error and output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Name of the node.
    pub node: String,
    /// All of it.
    pub text: String,
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

/// Judges logs, and what is told of processes that ended by themselves or in another way than they were
/// asked to.
#[must_use]
pub fn check(logs: &[Log], wrong_ends: &[String]) -> Verdict {
    if logs.iter().all(|log| log.text.is_empty()) {
        let reason = "no logs".into();
        return Verdict::Unknown { reason };
    }
    let mut findings = wrong_ends.to_vec();
    for log in logs {
        // The line after a panic says what it was about.
        let lines = log.text.lines().zip(log.text.lines().skip(1).chain([""]));
        let bad = lines.filter(|(line, _)| is_forbidden(line)).take(LINES_MAX);
        findings.extend(bad.map(|(line, next)| format!("{}: {line} {next}", log.node)));
    }
    let lines: usize = logs.iter().map(|log| log.text.lines().count()).sum();
    Verdict::of(findings, format!("{lines} lines of {} logs", logs.len()))
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

    #[test]
    fn ordinary_logs_are_clean() {
        let text = "2026-01-01T00:00:00Z DEBUG trellis_node: vote kept\nWARN debugging panics\n";
        assert!(check(&log(text), &[]).holds());
    }

    #[test]
    fn panics_with_the_line_after_them_and_wrong_ends_are_found() {
        for line in [
            "thread 'main' (7) panicked at node/src/run.rs:1:1:",
            "thread 'w' has overflowed its stack",
            "fatal runtime error: stack overflow",
            "kernel BUG: what",
        ] {
            let Verdict::Broken { findings } = check(&log(&format!("{line}\nwhy\nmore\n")), &[])
            else {
                panic!("{line}");
            };
            assert_eq!(findings, [format!("node-1: {line} why")]);
        }
        let ended = vec!["node-1 ended by itself with exit status: 70".to_owned()];
        let Verdict::Broken { findings } = check(&log("ok"), &ended) else {
            panic!();
        };
        assert_eq!(findings, ended);
    }

    #[test]
    fn empty_logs_prove_nothing() {
        assert!(matches!(check(&log(""), &[]), Verdict::Unknown { .. }));
    }
}
