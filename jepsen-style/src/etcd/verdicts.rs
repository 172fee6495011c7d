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
        operations: seconds * 20,
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
        let of_class = faults.iter().filter(|fault| fault.class == class);
        let done = of_class.filter(|fault| fault.was_injected());
        let spans = done.map(|fault| (fault.began_us, fault.healed_us));
        (class.name(), spans.collect())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Outcome;
    use crate::schedule::Class;

    const SECOND: u64 = 1_000_000;

    /// Reads of one register and one write, `rate` a second on three nodes for 70 s.
    fn history(rate: u64) -> Vec<Call<Operation, Answer>> {
        let call = |number: u64| {
            let at_us = number * SECOND / rate;
            let (operation, answer) = if number == 0 {
                (Operation::Create { key: 0, value: 1 }, Answer::Written)
            } else {
                let value = Answer::Value { value: 1, since: 2 };
                (Operation::Read { key: 0 }, value)
            };
            Call {
                client: u32::try_from(number % 3).unwrap(),
                node: usize::try_from(number % 3).unwrap(),
                invoked_us: at_us,
                ended_us: at_us + 1,
                operation,
                outcome: Outcome::Done {
                    answer,
                    revision: 2,
                },
            }
        };
        (0..rate * 70).map(call).collect()
    }

    /// A fault of each class every ten seconds, from 5 s to 65 s.
    fn faults() -> Vec<Happening> {
        let fault = |(began_us, class)| Happening {
            class,
            description: String::new(),
            began_us,
            healing_us: began_us + 3 * SECOND,
            healed_us: began_us + 3 * SECOND,
            skipped: None,
            trouble: None,
        };
        let starts = (5..65).step_by(10).map(|second| second * SECOND);
        let classes = starts.flat_map(|at| CLASSES.map(|class| (at, class)));
        classes.map(fault).collect()
    }

    fn unmet(history: &[Call<Operation, Answer>], faults: &[Happening]) -> Vec<&'static str> {
        let verdicts = judge(history, faults, 1, Duration::from_secs(60));
        let unmet = verdicts.into_iter().filter(|(_, verdict)| !verdict.holds());
        unmet.map(|(property, _)| property).collect()
    }

    #[test]
    fn a_run_counts_only_with_enough_calls_and_every_class_of_faults() {
        assert!(unmet(&history(100), &faults()).is_empty());
        assert_eq!(unmet(&history(10), &faults()), ["coverage", "pace"]);
        let mut skipped = faults();
        for fault in &mut skipped {
            if fault.class == Class::Pause {
                fault.skipped = Some("nobody leads".to_owned());
            }
        }
        assert_eq!(unmet(&history(100), &skipped), ["coverage"]);
        let mut failed = faults();
        failed[0].trouble = Some("the process has ended".to_owned());
        assert_eq!(unmet(&history(100), &failed), ["faults"]);
    }

    #[test]
    fn a_stale_read_breaks_both_properties() {
        let mut stale = history(100);
        let Outcome::Done { answer, .. } = &mut stale[50].outcome else {
            panic!("it was answered");
        };
        *answer = Answer::Absent;
        assert_eq!(unmet(&stale, &faults()), ["linearizability", "revisions"]);
    }
}
