//! Enough went wrong, and enough was asked meanwhile, for the other verdicts to mean something. A
//! run that falls short is void.
//!
//! Source: openraft's and etcd's rules for their own fault tests: minimum rates before a fault, and
//! every class of faults seen.

use std::collections::BTreeMap;

use super::Verdict;

/// What a run must have had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Required {
    /// Faults in all.
    pub faults: usize,
    /// Classes of faults.
    pub classes: usize,
    /// Faults of each class that the run was to have.
    pub faults_per_class: usize,
    /// Operations that were answered, in all.
    pub operations: usize,
    /// Operations of each workload that were answered while there was a fault.
    pub operations_in_faults: usize,
    /// Operations of each workload that were answered in each second before the first fault.
    pub operations_per_second: usize,
    /// Operations of unknown outcome, of a thousand of a workload. They bound what the search for an order
    /// of a register's calls has to bear; where it cannot, it gives up, which is a failure too.
    pub unknown_per_thousand_max: usize,
    /// Changes of the leader.
    pub leader_changes: usize,
    /// Snapshots installed by a node that was behind.
    pub snapshot_installs: usize,
}

impl Required {
    /// For two minutes, with a debug build on a machine that may be busy: it must not be void there.
    pub const CI: Self = Self {
        faults: 8,
        classes: 4,
        faults_per_class: 1,
        operations: 1_500,
        operations_in_faults: 20,
        operations_per_second: 1,
        unknown_per_thousand_max: 200,
        leader_changes: 1,
        snapshot_installs: 0,
    };

    /// For six minutes.
    pub const SHORT: Self = Self {
        faults: 30,
        classes: 8,
        faults_per_class: 1,
        operations: 20_000,
        operations_in_faults: 200,
        operations_per_second: 1,
        unknown_per_thousand_max: 50,
        leader_changes: 1,
        snapshot_installs: 1,
    };

    /// For ten minutes of lost minorities: the requests count, and the calls are there to be judged.
    pub const MINORITY: Self = Self {
        faults: 40,
        classes: 4,
        faults_per_class: 3,
        operations: 10_000,
        operations_in_faults: 100,
        operations_per_second: 1,
        unknown_per_thousand_max: 100,
        leader_changes: 10,
        snapshot_installs: 0,
    };

    /// For ten minutes in which nothing can be written.
    pub const MAJORITY: Self = Self {
        faults: 1,
        classes: 1,
        faults_per_class: 1,
        operations: 500,
        operations_in_faults: 0,
        operations_per_second: 1,
        unknown_per_thousand_max: 100,
        leader_changes: 0,
        snapshot_installs: 0,
    };

    /// For an hour.
    pub const NIGHTLY: Self = Self {
        faults: 300,
        classes: 12,
        faults_per_class: 10,
        operations: 300_000,
        operations_in_faults: 1_000,
        operations_per_second: 1,
        unknown_per_thousand_max: 40,
        leader_changes: 10,
        snapshot_installs: 1,
    };
}

/// A stretch of the run, microseconds since it began.
pub type Span = (u64, u64);

/// What a run has had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Covered {
    /// When faults were there, by class; a class that was planned and never installed has none.
    pub faults: BTreeMap<String, Vec<Span>>,
    /// Operations, by workload.
    pub workloads: BTreeMap<String, Operations>,
    /// Changes of the leader.
    pub leader_changes: usize,
    /// Snapshots installed by a node that was behind.
    pub snapshot_installs: usize,
}

/// The operations of a workload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operations {
    /// When the first was sent, microseconds since the run began.
    pub since_us: u64,
    /// When each that was answered ended, microseconds since the run began.
    pub answered_us: Vec<u64>,
    /// Those of unknown outcome.
    pub unknown: usize,
}

/// Judges whether the run had what it must have had.
#[must_use]
pub fn check(covered: &Covered, required: &Required) -> Verdict {
    let mut lacks = Vec::new();
    let mut at_least = |what: &str, had: usize, least: usize| {
        if had < least {
            lacks.push(format!("{what}: {had}, at least {least} needed"));
        }
    };
    let faults = covered.faults.values().map(Vec::len).sum();
    let installed = covered.faults.values().filter(|spans| !spans.is_empty());
    let classes = installed.count();
    let answered = covered.workloads.values();
    let answered = answered.map(|workload| workload.answered_us.len()).sum();
    at_least("faults", faults, required.faults);
    at_least("classes of faults", classes, required.classes);
    for (class, spans) in &covered.faults {
        let what = format!("faults of class {class}");
        at_least(&what, spans.len(), required.faults_per_class);
    }
    at_least("operations", answered, required.operations);
    let changes = covered.leader_changes;
    at_least("leader changes", changes, required.leader_changes);
    let installs = covered.snapshot_installs;
    at_least("snapshot installs", installs, required.snapshot_installs);
    let spans = united(covered.faults.values().flatten().copied().collect());
    for (name, workload) in &covered.workloads {
        let within = workload.answered_us.iter();
        let within = within.filter(|at| is_within(&spans, **at)).count();
        let what = format!("operations of {name} during faults");
        at_least(&what, within, required.operations_in_faults);
        if let Some((first, _)) = spans.first() {
            let what = format!("operations of {name} per second before the first fault");
            at_least(
                &what,
                rate(workload, *first),
                required.operations_per_second,
            );
        }
    }
    for (name, workload) in &covered.workloads {
        let all = workload.answered_us.len() + workload.unknown;
        let most = required.unknown_per_thousand_max;
        if workload.unknown * 1_000 > most * all {
            let unknown = workload.unknown;
            lacks.push(format!(
                "unknown outcomes of {name}: {unknown} of {all}, at most {most} of 1000 allowed"
            ));
        }
    }
    if !lacks.is_empty() {
        let reason = format!("void: {}", lacks.join("; "));
        return Verdict::Unknown { reason };
    }
    Verdict::Holds {
        evidence: format!(
            "{faults} faults of {classes} classes, {answered} operations, {changes} leader \
             changes, {installs} snapshots installed"
        ),
    }
}

/// Whole operations answered per second before a moment; a stretch shorter than a second counts as
/// one.
fn rate(workload: &Operations, before_us: u64) -> usize {
    let early = workload.answered_us.iter();
    let early = early.filter(|at| **at < before_us).count();
    let seconds = before_us.saturating_sub(workload.since_us) / 1_000_000;
    early / usize::try_from(seconds.max(1)).unwrap_or(usize::MAX)
}

/// Stretches as ordered ones that do not overlap.
pub(crate) fn united(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut united: Vec<Span> = Vec::new();
    for (from, to) in spans {
        match united.last_mut() {
            Some((_, end)) if from <= *end => *end = to.max(*end),
            _ => united.push((from, to)),
        }
    }
    united
}

fn is_within(united: &[Span], at: u64) -> bool {
    let after = united.partition_point(|(from, _)| *from <= at);
    after > 0 && at <= united[after - 1].1
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: Required = Required {
        faults: 3,
        classes: 2,
        faults_per_class: 1,
        operations: 10,
        operations_in_faults: 4,
        operations_per_second: 2,
        unknown_per_thousand_max: 100,
        leader_changes: 1,
        snapshot_installs: 1,
    };

    /// A run that has just enough.
    fn enough() -> Covered {
        const SECOND: u64 = 1_000_000;
        let faults = [
            (
                "kill",
                vec![(3 * SECOND, 4 * SECOND), (4 * SECOND, 5 * SECOND)],
            ),
            ("pause", vec![(4 * SECOND, 6 * SECOND)]),
        ];
        let before = (0..6).map(|n| n * SECOND / 2);
        let within = (0..4).map(|n| 3 * SECOND + n * SECOND / 2);
        let operations = Operations {
            since_us: 0,
            answered_us: before.chain(within).collect(),
            unknown: 1,
        };
        Covered {
            faults: faults.map(|(class, spans)| (class.into(), spans)).into(),
            workloads: [("register".into(), operations)].into(),
            leader_changes: 1,
            snapshot_installs: 1,
        }
    }

    #[test]
    fn a_run_that_has_enough_counts() {
        let verdict = check(&enough(), &LEAST);
        assert!(verdict.holds(), "{verdict:?}");
    }

    #[test]
    fn a_run_that_lacks_anything_is_void_and_says_what() {
        type Spoil = fn(&mut Covered);
        let cases: [(&str, Spoil); 9] = [
            ("faults: 2", |run| {
                run.faults.get_mut("kill").unwrap().pop();
            }),
            ("classes of faults: 1", |run| {
                run.faults.remove("pause");
            }),
            ("faults of class loss: 0", |run| {
                run.faults.insert("loss".into(), vec![]);
            }),
            ("operations: 9", |run| {
                let workload = run.workloads.get_mut("register").unwrap();
                workload.answered_us.pop();
            }),
            ("operations of register during faults: 3", |run| {
                let workload = run.workloads.get_mut("register").unwrap();
                *workload.answered_us.last_mut().unwrap() = 60_000_000;
            }),
            (
                "operations of register per second before the first fault: 1",
                |run| {
                    let workload = run.workloads.get_mut("register").unwrap();
                    workload.answered_us[0] = 3_500_000;
                },
            ),
            ("unknown outcomes of register: 2 of 12", |run| {
                run.workloads.get_mut("register").unwrap().unknown = 2;
            }),
            ("leader changes: 0", |run| run.leader_changes = 0),
            ("snapshot installs: 0", |run| run.snapshot_installs = 0),
        ];
        for (says, spoil) in cases {
            let mut run = enough();
            spoil(&mut run);
            let Verdict::Unknown { reason } = check(&run, &LEAST) else {
                panic!("{says}");
            };
            assert!(reason.contains(says), "{says}: {reason}");
        }
    }
}
