//! What the checkers say of a run's evidence.

use std::collections::BTreeMap;

use super::Evidence;
use super::observe::member;
use super::windows::{parts, replaces, windows, without_majority};
use crate::check::coverage::{self, Covered, Operations};
use crate::check::failover::{self, Loss};
use crate::check::session::Replaced;
use crate::check::window::Window;
use crate::check::{self, Verdict, pace};
use crate::nemesis::Happening;
use crate::report::{Figure, Limit, quantile};
use crate::schedule::{Bounds, Class, Profile, Schedule};
use crate::traffic::window::Windows;
use crate::workload::suite::{End, Sample};

/// Answers per second that each workload must have had before the first fault.
const RATE_MIN: f64 = 1.0;
/// How much later than another worker one may take up a view, microseconds.
const WORKERS_US: u64 = 100_000;
/// Part of the planned requests that must have been sent.
const SENT_DIVISOR: u64 = 4;
/// Requests that must have been there to judge revocations, and deletions, by, where times are judged.
const JUDGED_MIN: u64 = 10;

/// What a run comes to.
pub(super) struct Judgement {
    /// What the checkers say, by property.
    pub(super) verdicts: Vec<(String, Verdict)>,
    /// The parts of histories that show findings, each with its property.
    pub(super) windows: Vec<(String, Window)>,
    /// From acknowledged to served, microseconds.
    pub(super) staleness_us: Vec<u64>,
    /// What was measured.
    pub(super) figures: Vec<Figure>,
}

/// Judges a run.
pub(super) fn judge(run: &Evidence, schedule: &Schedule, profile: Profile) -> Judgement {
    let bounds = profile.bounds().unwrap_or(Bounds::LOOSE);
    let excuses = windows(&run.absences, &run.faults, run.nodes, bounds);
    let mut judgement = Judgement {
        verdicts: Vec::new(),
        windows: Vec::new(),
        staleness_us: check::visibility::staleness_us(&run.traffic, &excuses),
        figures: Vec::new(),
    };
    for judged in run.histories.judge(&replaced(&run.faults, run.nodes)) {
        let shown = judged.windows.into_iter();
        judgement
            .windows
            .extend(shown.map(|window| (judged.property.to_owned(), window)));
        judgement
            .verdicts
            .push((judged.property.to_owned(), judged.verdict));
    }
    judgement.figures = figures(run, &excuses, &judgement.staleness_us, profile);
    let traffic = traffic(run, &excuses, bounds, profile);
    let live: Vec<_> = (0..run.nodes).collect();
    let others = [
        (
            "pace",
            pace::check(&run.samples, run.first_fault_us, RATE_MIN),
        ),
        ("state", check::state::check(&run.observed.digests, &live)),
        ("raft", check::raft::check(&run.observed.roles)),
        ("faults", injected(&run.faults)),
        (
            "coverage",
            coverage::check(&covered(run, schedule), &profile.required()),
        ),
        ("recovery", recovered(run)),
        ("nodes", run.ends.clone()),
    ];
    let verdicts = traffic.into_iter().chain(others);
    judgement
        .verdicts
        .extend(verdicts.map(|(name, verdict)| (name.to_owned(), verdict)));
    judgement
}

/// What the requests through the data planes say.
fn traffic(
    run: &Evidence,
    excuses: &Windows,
    bounds: Bounds,
    profile: Profile,
) -> [(&'static str, Verdict); 9] {
    let history = &run.traffic;
    let (begin_us, end_us) = run.load_us;
    let rate = u64::from(profile.requests_per_second()) / SENT_DIVISOR;
    let revoked_us = bounds.revoked_us;
    let judged_min = profile.bounds().map_or(0, |_| JUDGED_MIN);
    [
        (
            "rightness",
            check::traffic::rightness(history, excuses, revoked_us),
        ),
        ("integrity", check::traffic::integrity(history)),
        (
            "availability",
            check::traffic::availability(history, excuses, profile.failed_ppm_max()),
        ),
        (
            "request rate",
            check::traffic::rate(history, begin_us, end_us, rate),
        ),
        (
            "visibility",
            check::visibility::check(history, excuses, bounds.visible_us, 1),
        ),
        (
            "view order",
            check::visibility::order(history, excuses, WORKERS_US),
        ),
        (
            "revocation",
            check::revocation::check(history, excuses, revoked_us, judged_min),
        ),
        (
            "recreation",
            check::recreate::check(history, excuses, revoked_us, judged_min),
        ),
        (
            "access log",
            check::access_log::check(history, &run.records, excuses),
        ),
    ]
}

/// Nodes that may have been wiped, and from when on: every node, at each change of the membership and
/// each damaged file.
fn replaced(faults: &[Happening], nodes: usize) -> Vec<Replaced> {
    let wipes = faults.iter().filter(|happening| replaces(happening.class));
    let moments = wipes.flat_map(|happening| [happening.began_us, happening.healing_us]);
    moments
        .flat_map(|at_us| (0..nodes).map(move |node| Replaced { node, at_us }))
        .collect()
}

/// Every fault was injected and healed, or could not be on this machine.
fn injected(faults: &[Happening]) -> Verdict {
    let troubles = faults.iter().filter_map(|happening| {
        let trouble = happening.trouble.as_ref()?;
        Some(format!("{:?}: {trouble}", happening.class))
    });
    let done = faults.iter().filter(|happening| happening.was_injected());
    let evidence = format!("{} of {} faults", done.count(), faults.len());
    Verdict::of(troubles.collect(), evidence)
}

fn recovered(run: &Evidence) -> Verdict {
    match &run.recovery {
        Ok(took) => Verdict::Holds {
            evidence: format!("every node took part again after {} ms", took.as_millis()),
        },
        Err(error) => Verdict::Broken {
            findings: vec![format!("{error:#}")],
        },
    }
}

/// What the run had of faults and operations. Classes that this machine lacks the means for are not
/// asked for.
fn covered(run: &Evidence, schedule: &Schedule) -> Covered {
    let mut faults: BTreeMap<String, Vec<(u64, u64)>> = BTreeMap::new();
    for class in schedule.classes().into_keys() {
        let of_class = run.faults.iter().filter(|fault| fault.class == class);
        let skipped = of_class.clone().filter(|fault| fault.skipped.is_some());
        if skipped.count() < of_class.clone().count() {
            let done = of_class.filter(|fault| fault.was_injected());
            let spans = done.map(|fault| (fault.began_us, fault.healed_us));
            faults.insert(class.name(), spans.collect());
        }
    }
    let mut workloads: BTreeMap<String, Operations> = BTreeMap::new();
    for sample in &run.samples {
        let workload = workloads.entry(sample.workload.to_owned()).or_default();
        match sample.end {
            End::Done => workload.answered_us.push(sample.ended_us),
            End::Unknown => workload.unknown += 1,
            End::Refused => {}
        }
    }
    let installs = faults
        .get(&Class::SnapshotInstall.name())
        .map_or(0, Vec::len);
    Covered {
        faults,
        workloads,
        leader_changes: check::raft::leader_changes(&run.observed.roles),
        snapshot_installs: installs,
    }
}

/// What was measured, and what is demanded of it.
fn figures(
    run: &Evidence,
    excuses: &Windows,
    staleness_us: &[u64],
    profile: Profile,
) -> Vec<Figure> {
    let bounds = profile.bounds();
    let limit = |of: fn(&Bounds) -> u64| {
        bounds.map_or(Limit::None, |bounds| {
            Limit::AtMost(milliseconds(of(&bounds)))
        })
    };
    let mut figures = Vec::new();
    let mut time = |name: &str, us: Option<u64>, limit| {
        figures.extend(us.map(|us| Figure {
            name: name.to_owned(),
            value: milliseconds(us),
            unit: "ms".to_owned(),
            limit,
        }));
    };
    let recovery = run.recovery.as_ref().ok();
    let recovery = recovery.and_then(|took| u64::try_from(took.as_micros()).ok());
    time(
        "recovery after healing",
        recovery,
        limit(|bounds| bounds.recovery_us),
    );
    let gaps = failover_us(run);
    time(
        "failover, p99",
        quantile(&gaps, 990),
        limit(|bounds| bounds.failover_us),
    );
    time("failover, median", quantile(&gaps, 500), Limit::None);
    time(
        "acknowledged to served, p99",
        quantile(staleness_us, 990),
        limit(|bounds| bounds.visible_us),
    );
    time(
        "acknowledged to served, median",
        quantile(staleness_us, 500),
        Limit::None,
    );
    let unknown = run
        .samples
        .iter()
        .filter(|sample| sample.end == End::Unknown);
    figures.push(percent(
        "unknown outcomes",
        unknown.count(),
        run.samples.len(),
    ));
    let (failed, counted) = check::traffic::failed(&run.traffic, excuses);
    figures.push(percent(
        "requests failed on live nodes",
        failed.len(),
        counted,
    ));
    figures.push(Figure {
        name: "requests to live nodes".to_owned(),
        value: counted as f64,
        unit: String::new(),
        limit: profile
            .requests_judged_min()
            .map_or(Limit::None, |least| Limit::AtLeast(f64::from(least))),
    });
    figures.extend(survival(run));
    figures
}

/// Requests that failed on the one node that ran nearly all the time while all others were lost, its
/// restart included. Source: reliability plan, section 2.6.
fn survival(run: &Evidence) -> Option<Figure> {
    let lone = |fault: &&Happening| fault.class == Class::LoneSurvivor && fault.was_injected();
    let fault = run.faults.iter().find(lone)?;
    let absent_us = |node: usize| {
        let absences = run.absences.iter().filter(|absent| absent.node == node);
        absences
            .map(|absent| absent.to_us - absent.from_us)
            .sum::<u64>()
    };
    let survivor = (0..run.nodes).min_by_key(|node| absent_us(*node))?;
    let during = run.traffic.exchanges.iter().filter(|exchange| {
        let ask = &exchange.ask;
        let span = fault.began_us..fault.healing_us;
        ask.node == survivor && !ask.hang_up && span.contains(&exchange.invoked_us)
    });
    let failed = during.clone().filter(|exchange| {
        let reply = exchange.reply.as_ref();
        !reply.is_ok_and(|reply| reply.status < 500)
    });
    let name = "requests failed on the survivor, its restart included";
    Some(Figure {
        limit: Limit::AtMost(0.05),
        ..percent(name, failed.count(), during.count())
    })
}

/// Gaps between leaders, where nothing else went wrong.
fn failover_us(run: &Evidence) -> Vec<u64> {
    let losses = run.absences.iter().map(|absent| Loss {
        member: member(absent.node, absent.generation),
        at_us: absent.from_us,
    });
    let mut troubles = without_majority(&run.absences, run.nodes);
    let parted = run.faults.iter().filter(|fault| parts(fault.class));
    troubles.extend(parted.map(|fault| (fault.began_us, fault.healed_us)));
    failover::gaps_us(&run.observed.roles, &losses.collect::<Vec<_>>(), &troubles)
}

fn percent(name: &str, part: usize, of: usize) -> Figure {
    Figure {
        name: name.to_owned(),
        value: 100.0 * part as f64 / of.max(1) as f64,
        unit: "%".to_owned(),
        limit: Limit::None,
    }
}

fn milliseconds(us: u64) -> f64 {
    us as f64 / 1_000.0
}

/// How the calls of a run ended: done, refused, unknown.
pub(super) fn counts(samples: &[Sample]) -> [usize; 3] {
    [End::Done, End::Refused, End::Unknown]
        .map(|end| samples.iter().filter(|sample| sample.end == end).count())
}
