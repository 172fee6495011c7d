//! What a run on etcd is judged by. Pure.

use std::collections::BTreeMap;
use std::time::Duration;

use super::faults::CLASSES;
use crate::check::coverage::{self, Covered, Operations, Required, Span};
use crate::check::{Verdict, linearizability, pace, revisions};
use crate::history::Call;
use crate::nemesis::Happening;
use crate::workload::register::{Answer, Operation, observations, registers};
use crate::workload::suite::{End, Sample, sample};

/// Answers per second that there must have been before the first fault.
const RATE_MIN: f64 = 20.0;
/// Name of the workload.
const NAME: &str = "register";

/// What a run with faults for so many seconds must have had, else it proves nothing. Source: our own.
fn required(seconds: usize) -> Required {
    Required {
        faults: seconds / 10,
        classes: 4,
        faults_per_class: 1,
        operations: seconds * 30,
        operations_in_faults: seconds * 10,
        operations_per_second: 20,
        unknown_per_thousand_max: 50,
        leader_changes: 1,
        snapshot_installs: 0,
    }
}

/// What the history and the faults of a run come to, by property.
pub(super) fn judge(
    history: &[Call<Operation, Answer>],
    faults: &[Happening],
    leader_changes: usize,
    lasted: Duration,
) -> Vec<(&'static str, Verdict)> {
    let samples: Vec<_> = history.iter().map(|call| sample(NAME, call)).collect();
    let covered = Covered {
        faults: spans(faults),
        workloads: [(NAME.to_owned(), operations(&samples))].into(),
        leader_changes,
        snapshot_installs: 0,
    };
    let seconds = usize::try_from(lasted.as_secs()).unwrap_or(usize::MAX);
    let first_fault_us = faults.first().map_or(0, |fault| fault.began_us);
    let (linearizable, _windows) = linearizability::check(&registers(history));
    vec![
        ("linearizability", linearizable),
        ("revisions", revisions::check(&observations(history))),
        ("coverage", coverage::check(&covered, &required(seconds))),
        ("pace", pace::check(&samples, first_fault_us, RATE_MIN)),
        ("faults", injected(faults)),
    ]
}

/// When faults were there, by class; a class of which there was none has none.
fn spans(faults: &[Happening]) -> BTreeMap<String, Vec<Span>> {
    let spans = CLASSES.into_iter().map(|class| {
        let of_class = faults.iter().filter(|fault| {
            fault.class == class && fault.skipped.is_none() && fault.trouble.is_none()
        });
        let spans = of_class.map(|fault| (fault.began_us, fault.healed_us));
        (format!("{class:?}"), spans.collect())
    });
    spans.collect()
}

fn operations(samples: &[Sample]) -> Operations {
    let ended = |end| samples.iter().filter(move |sample| sample.end == end);
    let since_us = samples.iter().map(|sample| sample.invoked_us).min();
    Operations {
        since_us: since_us.unwrap_or_default(),
        answered_us: ended(End::Done).map(|sample| sample.ended_us).collect(),
        unknown: ended(End::Unknown).count(),
    }
}

/// Every fault was injected and healed, but for those that met nobody in their role.
fn injected(faults: &[Happening]) -> Verdict {
    let troubles = faults.iter().filter_map(|fault| {
        let trouble = fault.trouble.as_ref()?;
        Some(format!("{:?}: {trouble}", fault.class))
    });
    let skipped = faults.iter().filter(|fault| fault.skipped.is_some());
    let evidence = format!("{} planned, {} skipped", faults.len(), skipped.count());
    Verdict::of(troubles.collect(), evidence)
}

/// Every node answered again once all was healed.
pub(super) fn recovered(recovery: &anyhow::Result<Duration>) -> Verdict {
    match recovery {
        Ok(took) => Verdict::Holds {
            evidence: format!("every node answered again after {} ms", took.as_millis()),
        },
        Err(error) => Verdict::Broken {
            findings: vec![format!("{error:#}")],
        },
    }
}
