//! Many lives on many disks, and what they add up to.

use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

use rand::RngExt;
use rand::rngs::SmallRng;
use serde::Serialize;
use trellis_node::raft::store::StoreKind;

use super::disk::{Barriers, Disk};
use super::judge::{Broken, Judge};
use super::life::{Ending, Life, live};
use super::mount::CutAt;
use super::steps::{Found, Told};
use crate::check::Verdict;
use crate::seed::Seed;

/// Lives on a disk at most, before it is checked a last time and thrown away.
const LIVES_MAX: u32 = 8;
/// Findings that are kept in full.
const FINDINGS_MAX: usize = 50;
/// What a refusal must say: the way out.
const WAY_OUT: &str = "rejoin under a new member id";

/// What to run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The store.
    pub kind: StoreKind,
    /// Power cuts to make.
    pub points: u64,
    /// The seed. Each disk has a seed of its own: this one and those that follow.
    pub seed: u64,
    /// Whether syncs do anything.
    pub barriers: Barriers,
    /// Whether nobody is told anything meanwhile: the tally has the first findings.
    pub quiet: bool,
}

impl Plan {
    /// Tells whoever watches: a run is long. What counts is kept in the tally.
    fn say(&self, what: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{what}");
        }
    }
}

/// What a run adds up to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Tally {
    /// Disks used.
    pub disks: u64,
    /// Power cuts.
    pub power_cuts: u64,
    /// Kills of the process alone.
    pub kills: u64,
    /// Power cuts and kills that came while the stores were opened.
    pub while_opening: u64,
    /// Times that the stores were opened after a cut or a kill.
    pub reopened: u64,
    /// Times that they refused and said the way out.
    pub refused: u64,
    /// Changes and syncs of the file system.
    pub operations: u64,
    /// Acknowledged steps.
    pub acknowledged: u64,
    /// Found states with an acknowledged entry lost.
    pub lost: u64,
    /// Found states with an older vote.
    pub votes_regressed: u64,
    /// Everything else that may not be.
    pub other: u64,
    /// Time to open the log after a cut, microseconds: median.
    pub open_us_p50: u64,
    /// The same: 99th percentile.
    pub open_us_p99: u64,
    /// The same: longest.
    pub open_us_max: u64,
    /// What was wrong, with the seed that repeats it; the first few.
    pub findings: Vec<String>,
    #[serde(skip)]
    open_us: Vec<u64>,
}

impl Tally {
    /// What the run says of the store. A refusal is no loss, but a store whose disk kept its promises has no
    /// reason for one.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.reopened == 0 {
            let reason = "the stores were never opened after a cut".to_owned();
            return Verdict::Unknown { reason };
        }
        let evidence = format!(
            "{} power cuts and {} kills on {} disks; {} acknowledged steps, opened again {} times",
            self.power_cuts, self.kills, self.disks, self.acknowledged, self.reopened
        );
        Verdict::of(self.findings.clone(), evidence)
    }

    fn sum_up(&mut self) {
        self.open_us.sort_unstable();
        let at = |per_mille: usize| {
            let position = (self.open_us.len().saturating_sub(1)) * per_mille / 1000;
            self.open_us.get(position).copied().unwrap_or_default()
        };
        (self.open_us_p50, self.open_us_p99, self.open_us_max) = (at(500), at(990), at(1000));
    }

    fn count(&mut self, broken: &Broken) {
        match broken {
            Broken::Lost { .. } => self.lost += 1,
            Broken::VoteRegressed { .. } => self.votes_regressed += 1,
            Broken::NeverCommitted { .. }
            | Broken::CommittedRegressed { .. }
            | Broken::Snapshot { .. }
            | Broken::Disorder(_) => self.other += 1,
        }
    }
}

/// Makes the command of a writer: in this directory, with this to draw from; nothing to draw means that
/// it only opens the stores.
pub type WriterCommand<'a> = &'a dyn Fn(&Path, Option<u64>) -> Command;

/// Runs the rig.
///
/// # Errors
/// Where the disk cannot be mounted, or a writer not started.
pub fn run(plan: &Plan, command: WriterCommand<'_>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    while tally.power_cuts < plan.points {
        let seed = plan.seed.wrapping_add(tally.disks);
        tally.disks += 1;
        let mut bench = Bench {
            plan,
            command,
            seed,
            cuts: 0,
            rng: Seed(seed).stream("disk"),
            judge: Judge::default(),
            power_was_cut: false,
            tally: &mut tally,
        };
        bench.wear_out()?;
        if tally.disks.is_multiple_of(20) {
            let (cuts, found) = (tally.power_cuts, tally.findings.len());
            plan.say(&format!(
                "{cuts} of {} power cuts, {found} findings",
                plan.points
            ));
        }
    }
    tally.sum_up();
    Ok(tally)
}

/// One disk and its lives.
struct Bench<'a> {
    plan: &'a Plan,
    command: WriterCommand<'a>,
    seed: u64,
    /// Power cuts on this disk.
    cuts: u64,
    rng: SmallRng,
    judge: Judge,
    /// How the life before ended.
    power_was_cut: bool,
    tally: &'a mut Tally,
}

impl Bench<'_> {
    fn wear_out(&mut self) -> anyhow::Result<()> {
        let mut disk = Disk::new(self.plan.barriers);
        for _ in 0..self.rng.random_range(1..=LIVES_MAX) {
            if self.tally.power_cuts >= self.plan.points {
                break;
            }
            let cut_at = CutAt {
                operation: self.operation(),
                takes_effect: self.rng.random_bool(0.5),
            };
            let draw = self.rng.random();
            let life = self.live(disk, Some(cut_at), Some(draw))?;
            let opened = self.hear(&life);
            if life.ending != Ending::Cut {
                self.report_end(&life, opened);
                return Ok(());
            }
            self.tally.while_opening += u64::from(!opened);
            disk = life.disk;
            self.interrupt(&mut disk);
        }
        let life = self.live(disk, None, None)?;
        let opened = self.hear(&life);
        if !opened {
            self.report_end(&life, opened);
        }
        Ok(())
    }

    /// At which operation to cut: often while the stores are opened, at times late.
    fn operation(&mut self) -> u64 {
        match self.rng.random_range(0..10) {
            0..3 => self.rng.random_range(1..80),
            3..7 => self.rng.random_range(1..400),
            _ => self.rng.random_range(1..2500),
        }
    }

    fn live(
        &mut self,
        disk: Disk,
        cut_at: Option<CutAt>,
        draw: Option<u64>,
    ) -> anyhow::Result<Life> {
        let life = live(disk, cut_at, |dir| (self.command)(dir, draw))?;
        self.tally.operations += life.operations;
        Ok(life)
    }

    /// Cuts the power, or lets the process alone be killed: what was not synced is still in memory.
    fn interrupt(&mut self, disk: &mut Disk) {
        let kill = self.rng.random_ratio(1, 4);
        if kill {
            self.tally.kills += 1;
            disk.forget_unnamed();
        } else {
            self.tally.power_cuts += 1;
            self.cuts += 1;
            // Chance of its own: how much there is to lose differs from run to run.
            let loss: u64 = self.rng.random();
            disk.cut(&mut Seed(loss).stream("loss"));
        }
        // What was never opened in between may have lost to either.
        self.power_was_cut |= !kill;
    }

    /// Takes in what a writer told; true if it opened the stores.
    fn hear(&mut self, life: &Life) -> bool {
        let mut opened = false;
        for told in &life.told {
            match told {
                Told::Found(found) => {
                    opened = true;
                    self.found(found);
                }
                Told::Begin(step) => self.judge.begin(step.clone()),
                Told::Done(number) => {
                    self.tally.acknowledged += 1;
                    self.judge.done(*number);
                }
                Told::Refused(_) | Told::Failed(_) => {}
            }
        }
        opened
    }

    fn found(&mut self, found: &Found) {
        self.tally.reopened += u64::from(self.tally.power_cuts + self.tally.kills > 0);
        self.tally.open_us.push(found.open_us);
        let story = self.judge.story();
        let broken = self.judge.found(found, self.power_was_cut);
        if !broken.is_empty() {
            let (first, last) = (found.entries.first(), found.entries.last());
            let bounds = [first, last].map(|item| item.map(|item| item.place));
            self.plan.say(&format!(
                "before it: {story}\nfound: vote {:?}, purged {:?}, committed {:?}, from and to {bounds:?}",
                found.vote, found.purged, found.committed
            ));
        }
        self.power_was_cut = false;
        for broken in broken {
            self.tally.count(&broken);
            self.keep(&broken.to_string());
        }
    }

    /// A writer ended by itself: it refused, which it may, or failed while the power was on.
    fn report_end(&mut self, life: &Life, opened: bool) {
        if life.ending == Ending::Cut {
            return;
        }
        self.plan.say(&format!("before it: {}", self.judge.story()));
        self.plan.say(life.complaints.trim());
        for told in &life.told {
            match told {
                Told::Refused(why) => {
                    self.tally.refused += 1;
                    let lacks = !why.contains(WAY_OUT);
                    let lacks = if lacks { ", without the way out" } else { "" };
                    self.keep(&format!("refused{lacks}: {why}"));
                    return;
                }
                Told::Failed(why) => {
                    self.tally.other += 1;
                    self.keep(&format!("failed while the power was on: {why}"));
                    return;
                }
                Told::Found(_) | Told::Begin(_) | Told::Done(_) => {}
            }
        }
        self.tally.other += 1;
        let (ending, said) = (&life.ending, life.complaints.trim());
        self.keep(&format!("ended ({ending:?}), opened: {opened}: {said}"));
    }

    fn keep(&mut self, finding: &str) {
        let (seed, store, points) = (self.seed, self.plan.kind, self.cuts.max(1));
        let again = format!("power-cut --store {store} --seed {seed} --points {points}");
        let finding = format!("{finding}; again with: {again}");
        self.plan.say(&finding);
        if self.tally.findings.len() < FINDINGS_MAX {
            self.tally.findings.push(finding);
        }
    }
}
