//! What nodes did that they should not: panics, and ends that nobody asked for.

use std::io::{BufRead, BufReader};
use std::sync::PoisonError;

use super::{Cluster, NODES_MAX, Slot};
use crate::check::Verdict;

/// What a panic leaves in a log. Source: Rust's standard library, default panic hook.
const PANIC: &str = "panicked at";
/// Most findings that are told of one log.
const FINDINGS_MAX: usize = 20;

impl Cluster {
    /// Whether every node ended only when it was asked to, and none panicked.
    pub async fn verdict(&self) -> Verdict {
        for (position, slot) in self.slots.iter().enumerate() {
            self.bury(position, &mut *slot.lock().await);
        }
        let findings = self.findings.lock();
        let mut findings = findings.unwrap_or_else(PoisonError::into_inner).clone();
        let mut lines = 0;
        for position in 0..NODES_MAX {
            let Ok(log) = std::fs::File::open(self.log(position)) else {
                continue;
            };
            let (read, panics) = panics(BufReader::new(log));
            lines += read;
            findings.extend(
                panics
                    .into_iter()
                    .map(|line| format!("node {position}: {line}")),
            );
        }
        if lines == 0 && findings.is_empty() {
            let reason = "the logs of all nodes are empty".to_owned();
            return Verdict::Unknown { reason };
        }
        Verdict::of(findings, format!("{lines} lines of logs"))
    }

    /// Notes that a process has ended by itself, where it has.
    pub(super) fn bury(&self, position: usize, slot: &mut Slot) {
        let status = slot.process.as_mut().and_then(super::Process::ended);
        if let Some(status) = status {
            self.note_absent(position, slot.generation);
            slot.process = None;
            slot.paused = false;
            self.links.set_process(position, None);
            self.found_wrong(format!("node {position} ended by itself with {status}"));
        }
    }

    pub(super) fn found_wrong(&self, finding: String) {
        let findings = self.findings.lock();
        let mut findings = findings.unwrap_or_else(PoisonError::into_inner);
        findings.push(finding);
    }
}

/// How many lines a log has, and those that tell of a panic, each with the line after it.
fn panics(log: impl BufRead) -> (usize, Vec<String>) {
    let (mut count, mut found, mut follows) = (0, Vec::<String>::new(), false);
    for line in log.split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        count += 1;
        if let (true, Some(last)) = (follows, found.last_mut()) {
            last.push(' ');
            last.push_str(&line);
        }
        follows = line.contains(PANIC) && found.len() < FINDINGS_MAX;
        if follows {
            found.push(line.into_owned());
        }
    }
    (count, found)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_panic_is_found_with_its_message() {
        let log =
            "all well\nthread 'control' panicked at src/x.rs:1:2:\nindex out of bounds\nmore\n";
        let (lines, found) = super::panics(log.as_bytes());
        assert_eq!(lines, 4);
        assert_eq!(
            found,
            ["thread 'control' panicked at src/x.rs:1:2: index out of bounds"]
        );
        assert!(super::panics("all well\n".as_bytes()).1.is_empty());
    }
}
