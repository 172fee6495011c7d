//! At no revision is there more than the quota allows.
//!
//! Creations and deletions are placed by their revisions; of unknown ones counts only what reads
//! show.
//!
//! Source: VPC Lattice user guide, "Quotas for Amazon VPC Lattice".

use std::collections::BTreeMap;

use super::{FINDINGS_MAX, Verdict};
use crate::history::{Call, Outcome};
use crate::workload::quotas::{Answer, Operation};

/// Judges the history of all services, which may have `limit` listeners each.
#[must_use]
pub fn check(history: &[Call<Operation, Answer>], limit: u64) -> Verdict {
    let mut services: BTreeMap<u64, Service> = BTreeMap::new();
    let (mut findings, mut full, mut created) = (Vec::new(), 0, 0);
    for call in history {
        match (&call.operation, &call.outcome) {
            (Operation::Create { service, port }, Outcome::Done { answer, revision }) => {
                if *answer == Answer::Full {
                    full += 1;
                    continue;
                }
                created += 1;
                let service = services.entry(*service).or_default();
                service.sight(*port, *revision);
            }
            (Operation::Delete { service, port }, outcome) => {
                let service = services.entry(*service).or_default();
                service.delete(*port, outcome);
            }
            (
                Operation::Read { service },
                Outcome::Done {
                    answer: Answer::Listeners { ports },
                    revision,
                },
            ) => {
                if ports.len() as u64 > limit {
                    findings.push(format!(
                        "service {service} has {} listeners at revision {revision} ({})",
                        ports.len(),
                        call.place()
                    ));
                }
                let service = services.entry(*service).or_default();
                ports
                    .iter()
                    .for_each(|port| service.sight(*port, *revision));
            }
            _ => {}
        }
    }
    if full == 0 || created == 0 {
        let reason = format!("needs both: {created} creations, {full} turned away at the quota");
        return Verdict::Unknown { reason };
    }
    for (number, service) in &services {
        let (most, revision) = service.most();
        if most > limit {
            findings.push(format!(
                "service {number} had {most} listeners at revision {revision}"
            ));
        }
    }
    findings.truncate(FINDINGS_MAX);
    let services = services.len();
    Verdict::of(
        findings,
        format!("{services} services, {created} creations, {full} turned away"),
    )
}

/// The listeners of a service, by port.
#[derive(Default)]
struct Service {
    listeners: BTreeMap<u32, Life>,
}

/// When a listener was certainly there.
#[derive(Clone, Copy)]
struct Life {
    /// First revision that is known.
    from: u64,
    /// Last revision that is known.
    to: u64,
    /// Revision of the deletion; `Some(None)` where it may have been deleted at any time.
    deletion: Option<Option<u64>>,
}

impl Default for Life {
    fn default() -> Self {
        Self {
            from: u64::MAX,
            to: 0,
            deletion: None,
        }
    }
}

impl Life {
    /// First revision after it was certainly there.
    fn end(&self) -> u64 {
        match self.deletion {
            None => u64::MAX,
            Some(Some(deleted)) => deleted,
            Some(None) => self.to + 1,
        }
    }
}

impl Service {
    fn sight(&mut self, port: u32, revision: u64) {
        let life = self.listeners.entry(port).or_default();
        life.from = life.from.min(revision);
        life.to = life.to.max(revision);
    }

    fn delete(&mut self, port: u32, outcome: &Outcome<Answer>) {
        let life = self.listeners.entry(port).or_default();
        match outcome {
            Outcome::Done { revision, .. } => life.deletion = Some(Some(*revision)),
            Outcome::Unknown { .. } => life.deletion = Some(None),
            Outcome::Refused { .. } => {}
        }
    }

    /// Most listeners that were certainly there at once, and the revision.
    fn most(&self) -> (u64, u64) {
        let known = self
            .listeners
            .values()
            .filter(|life| life.from < life.end());
        let mut changes: Vec<_> = known
            .flat_map(|life| [(life.from, 1), (life.end(), -1_i64)])
            .collect();
        // An end comes first where both are at one revision.
        changes.sort_unstable();
        let (mut now, mut most) = (0_i64, (0, 0));
        for (revision, change) in changes {
            now += change;
            most = most.max((now, revision));
        }
        (u64::try_from(most.0).unwrap_or(0), most.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::{call, done, kind, unknown};

    fn create(port: u32, outcome: Outcome<Answer>) -> Call<Operation, Answer> {
        call(0, (0, 1), Operation::Create { service: 0, port }, outcome)
    }

    fn delete(port: u32, outcome: Outcome<Answer>) -> Call<Operation, Answer> {
        call(0, (0, 1), Operation::Delete { service: 0, port }, outcome)
    }

    fn read(ports: &[u32], revision: u64) -> Call<Operation, Answer> {
        let ports = ports.to_vec();
        let answer = Answer::Listeners { ports };
        call(
            0,
            (0, 1),
            Operation::Read { service: 0 },
            done(answer, revision),
        )
    }

    #[test]
    fn one_too_many_is_found() {
        let at = |revision| done(Answer::Done, revision);
        let two = [
            create(1, at(1)),
            create(2, at(2)),
            create(9, done(Answer::Full, 0)),
        ];
        for (name, calls, expected) in [
            ("two", vec![], "holds"),
            ("three", vec![create(3, at(3))], "broken"),
            (
                "a third in a deleted one's place",
                vec![delete(1, at(3)), create(3, at(4))],
                "holds",
            ),
            (
                "a third before the deletion",
                vec![delete(1, at(4)), create(3, at(3))],
                "broken",
            ),
            (
                "perhaps deleted",
                vec![delete(1, unknown()), create(3, at(3))],
                "holds",
            ),
            (
                "perhaps deleted but seen later",
                vec![delete(1, unknown()), create(3, at(3)), read(&[1], 4)],
                "broken",
            ),
            (
                "three in one read",
                vec![create(3, unknown()), read(&[1, 2, 3], 4)],
                "broken",
            ),
            (
                "an unknown one in a read",
                vec![create(3, unknown()), read(&[3], 4)],
                "broken",
            ),
            ("an unknown one", vec![create(3, unknown())], "holds"),
        ] {
            let history: Vec<_> = two.iter().cloned().chain(calls).collect();
            let verdict = check(&history, 2);
            assert_eq!(kind(&verdict), expected, "{name}: {verdict:?}");
        }
        assert_eq!(kind(&check(&two[..2], 2)), "unknown");
    }
}
