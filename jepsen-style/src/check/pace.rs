//! Enough was asked, of every node, before the first fault and to the end; else a run proves nothing.
//!
//! Source: etcd's robustness tests (minimum rate before the failpoint; the last call must succeed).

use std::collections::{BTreeMap, BTreeSet};

use super::Verdict;
use crate::workload::suite::{End, Sample};

/// Judges how calls went. Before the first fault each workload must have had `least` answers per
/// second.
#[must_use]
pub fn check(samples: &[Sample], first_fault_us: u64, least: f64) -> Verdict {
    let workloads: BTreeSet<_> = samples.iter().map(|sample| sample.workload).collect();
    let nodes: BTreeSet<_> = samples.iter().map(|sample| sample.node).collect();
    let reasons: Vec<_> = workloads
        .iter()
        .flat_map(|workload| void(samples, workload, &nodes, first_fault_us, least))
        .collect();
    if samples.is_empty() || !reasons.is_empty() {
        let reason = format!("void: {}", reasons.join("; "));
        return Verdict::Unknown { reason };
    }
    let mut last: BTreeMap<_, &Sample> = BTreeMap::new();
    for sample in samples {
        let known = last.entry((sample.workload, sample.node)).or_insert(sample);
        if known.ended_us <= sample.ended_us {
            *known = sample;
        }
    }
    let unanswered = last.values().filter(|sample| sample.end != End::Done);
    let findings = unanswered
        .map(|sample| {
            let Sample { workload, node, .. } = sample;
            format!("the last call of {workload} on node {node} was not answered")
        })
        .collect();
    let ended = |end| samples.iter().filter(|sample| sample.end == end).count();
    let evidence = format!(
        "{} calls: {} answered, {} refused, {} unknown",
        samples.len(),
        ended(End::Done),
        ended(End::Refused),
        ended(End::Unknown)
    );
    Verdict::of(findings, evidence)
}

/// Why a workload proves nothing.
fn void(
    samples: &[Sample],
    workload: &str,
    nodes: &BTreeSet<usize>,
    first_fault_us: u64,
    least: f64,
) -> Vec<String> {
    let mine = samples.iter().filter(|sample| sample.workload == workload);
    let answered: Vec<_> = mine.filter(|sample| sample.end == End::Done).collect();
    let mut reasons = Vec::new();
    for node in nodes {
        if !answered.iter().any(|sample| sample.node == *node) {
            reasons.push(format!("node {node} answered nothing of {workload}"));
        }
    }
    let first = answered.iter().map(|sample| sample.ended_us).min();
    let from_us = first.unwrap_or_default().min(first_fault_us);
    let early = answered
        .iter()
        .filter(|sample| sample.ended_us <= first_fault_us);
    let seconds = std::time::Duration::from_micros(first_fault_us - from_us).as_secs_f64();
    let rate = early.count() as f64 / seconds.max(1.0);
    if rate < least {
        reasons.push(format!(
            "{workload} had {rate:.1} answers per second before the first fault, not {least:.1}"
        ));
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::kind;

    /// Calls of one workload on two nodes in turn, ten per second for ten seconds.
    fn samples() -> Vec<Sample> {
        let sample = |number: u64| Sample {
            workload: "set",
            node: usize::from(number % 2 == 1),
            invoked_us: number * 100_000,
            ended_us: number * 100_000 + 5_000,
            end: End::Done,
        };
        (0..100).map(sample).collect()
    }

    #[test]
    fn a_run_with_too_few_answers_is_void() {
        let unanswered = |node| {
            let mut samples = samples();
            let mine = samples.iter_mut().filter(|sample| sample.node == node);
            mine.for_each(|sample| sample.end = End::Refused);
            samples
        };
        let silent_at_the_end = {
            let mut samples = samples();
            samples[99].end = End::Unknown;
            samples
        };
        for (name, samples, least, expected) in [
            ("enough", samples(), 9.0, "holds"),
            ("too slow", samples(), 11.0, "unknown"),
            ("a node that answers nothing", unanswered(1), 1.0, "unknown"),
            ("nothing at all", Vec::new(), 0.0, "unknown"),
            (
                "the last call is not answered",
                silent_at_the_end,
                9.0,
                "broken",
            ),
        ] {
            let verdict = check(&samples, 5_000_000, least);
            assert_eq!(kind(&verdict), expected, "{name}: {verdict:?}");
        }
    }
}
