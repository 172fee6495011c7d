//! Deterministic simulation: all members in one thread, each the product's own consensus, registry,
//! membership and campaign; network, disk and time in memory; all chance from one seed.
//!
//! A run has two phases: faults, while clients write and read; then healing, after which everybody
//! must agree and write. After every millisecond [`invariants`] must hold, and what [`clients`] are
//! answered must be right. `TRELLIS_SEEDS=FROM..TO` chooses the seeds; a run that fails prints the
//! command that repeats it.
//!
//! One thing is not drawn from the seed: in which order tokio wakes several tasks that watch the same
//! value (its seed can be given in unstable builds only). So nothing drawn and nothing traced depends
//! on the order of what one host does within a millisecond; where that were not enough,
//! `a_seed_run_twice_is_the_same_run` says when the two runs part.
//!
//! | file | holds |
//! |---|---|
//! | `plan` | what a seed makes of a run |
//! | `world`, `upheaval`, `faults` | machines and time; what goes wrong and ends |
//! | `host`, `disk`, `net` | a machine, what it keeps, and how it reaches others |
//! | `clients`, `invariants` | what must be true |
//! | `chance`, `trace` | the seed; what came of it |
//! | `bug`, `panics` | mistakes that must be found; panics that the runtime would swallow |

mod bug;
pub(in crate::raft) mod chance;
mod clients;
mod disk;
mod faults;
mod host;
mod invariants;
mod net;
mod panics;
mod plan;
mod trace;
mod upheaval;
mod world;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use bug::Bug;
use plan::Plan;
use world::World;

/// Seeds of a usual run.
const SEEDS: Range<u64> = 0..200;
/// Faults of different classes.
const CLASSES: usize = 8;
/// Seeds that must have met all of them.
const COVERED_BY: usize = 50;
/// Threads that seeds are shared between.
const THREADS: usize = 2;

/// What came of a seed.
struct Run {
    /// For each millisecond, a number that stands for everything up to it.
    sums: Vec<u64>,
    /// Virtual time, milliseconds.
    ms: u64,
    events: u64,
    written: usize,
    read: u64,
    unknown: u64,
    leaders: usize,
    faults: BTreeMap<&'static str, u64>,
}

/// Runs a plan.
fn run(plan: Plan) -> Result<Run, String> {
    let seed = plan.seed;
    panics::watch();
    let mut world = World::new(plan);
    let outcome = world
        .found()
        .and_then(|()| world.suffer())
        .and_then(|()| world.heal());
    let net = world.net.state();
    if let Err(what) = outcome {
        return Err(format!(
            "seed {seed} at {} ms: {what}\n{:?}\n{}\nrepeat with: TRELLIS_SEEDS={seed}..{} cargo test -p trellis-node --lib simulation::every_seed",
            net.now_ms,
            world.plan,
            net.trace.words(),
            seed + 1
        ));
    }
    Ok(Run {
        sums: net.trace.sums().to_vec(),
        ms: net.now_ms,
        events: net.trace.events,
        written: world.clients.acknowledged(),
        read: world.clients.reads,
        unknown: world.clients.unknown,
        leaders: world.invariants.leaders.len(),
        faults: world.faults.clone(),
    })
}

fn seeds() -> Range<u64> {
    let Ok(chosen) = std::env::var("TRELLIS_SEEDS") else {
        return SEEDS;
    };
    let (from, to) = chosen.split_once("..").expect("TRELLIS_SEEDS=FROM..TO");
    from.parse().unwrap()..to.parse().unwrap()
}

/// Runs seeds side by side until one fails; what came of each.
fn run_all(seeds: Range<u64>, plan: impl Fn(u64) -> Plan + Sync) -> Result<Vec<Run>, String> {
    let next = AtomicU64::new(seeds.start);
    let outcome = Mutex::new(Ok(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds.end || outcome.lock().unwrap().is_err() {
                        return;
                    }
                    let ran = run(plan(seed));
                    let mut outcome = outcome.lock().unwrap();
                    match (&mut *outcome, ran) {
                        (Ok(runs), Ok(run)) => runs.push(run),
                        (Ok(_), Err(what)) => *outcome = Err(what),
                        (Err(_), _) => {}
                    }
                }
            });
        }
    });
    outcome.into_inner().unwrap()
}

#[test]
fn every_seed_keeps_what_was_promised_and_heals() {
    let runs = match run_all(seeds(), Plan::of) {
        Ok(runs) => runs,
        Err(what) => panic!("{what}"),
    };
    let mut faults: BTreeMap<&str, u64> = BTreeMap::new();
    for (class, count) in runs.iter().flat_map(|run| &run.faults) {
        *faults.entry(class).or_default() += count;
    }
    let covered = runs.len() < COVERED_BY || faults.len() == CLASSES;
    assert!(covered, "not every class of faults happened: {faults:?}");
    println!(
        "{} seeds, {} virtual s, {} events, {} writes acknowledged, {} unknown, {} reads, {} leaders; {faults:?}",
        runs.len(),
        runs.iter().map(|run| run.ms).sum::<u64>() / 1_000,
        runs.iter().map(|run| run.events).sum::<u64>(),
        runs.iter().map(|run| run.written).sum::<usize>(),
        runs.iter().map(|run| run.unknown).sum::<u64>(),
        runs.iter().map(|run| run.read).sum::<u64>(),
        runs.iter().map(|run| run.leaders).sum::<usize>(),
    );
}

#[test]
fn a_seed_run_twice_is_the_same_run() {
    for seed in 0..4 {
        let sums = [(); 2].map(|()| {
            run(Plan::of(seed))
                .unwrap_or_else(|what| panic!("{what}"))
                .sums
        });
        let parted = sums[0].iter().zip(&sums[1]).position(|(a, b)| a != b);
        assert_eq!(parted, None, "seed {seed}: when the runs part, ms");
        assert_eq!(sums[0].len(), sums[1].len(), "seed {seed}");
    }
}

#[test]
fn mistakes_are_found_within_fifty_seeds() {
    let mistakes = [
        (Bug::VoteNotKept, "its vote went back"),
        (Bug::AckedBeforeSync, "is committed without a majority"),
        (Bug::CommitWithoutQuorum, "is committed without a majority"),
        (Bug::StaleReads, "a read of revision"),
    ];
    for (bug, finding) in mistakes {
        let found = run_all(0..50, |seed| Plan::of(seed).with(bug)).map(|runs| runs.len());
        let what = found.expect_err("nothing was found");
        println!("{bug:?}: {}", what.lines().next().unwrap_or_default());
        assert!(what.contains(finding), "{bug:?}: {what}");
    }
}
