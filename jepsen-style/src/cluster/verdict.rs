//! What nodes did that they should not: panics, and ends that nobody asked for.

use std::sync::PoisonError;

use super::{Cluster, NODES_MAX, Slot};
use crate::check::{Verdict, log};

impl Cluster {
    /// Whether every node ended only when it was asked to, and none panicked.
    pub async fn verdict(&self) -> Verdict {
        for (position, slot) in self.slots.iter().enumerate() {
            self.bury(position, &mut *slot.lock().await);
        }
        let logs = (0..NODES_MAX).filter_map(|position| {
            let text = std::fs::read(self.log(position)).ok()?;
            Some(log::Log {
                node: format!("node {position}"),
                text: String::from_utf8_lossy(&text).into_owned(),
            })
        });
        let findings = self.findings.lock();
        let findings = findings.unwrap_or_else(PoisonError::into_inner).clone();
        log::check(&logs.collect::<Vec<_>>(), &findings)
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
