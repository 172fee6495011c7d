//! Power cuts under a node's stores. The bug is this program's own there: it is the writer.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use trellis_node::raft::store::StoreKind;

use super::{Play, Verdicts};
use crate::check::Verdict;
use crate::power::disk::Barriers;
use crate::power::rig::{self, Tally};
use crate::power::writer_command;

/// Power cuts under each store.
const POINTS: u64 = 40;

/// Cuts the power under both stores again and again: entries and votes that were acknowledged are there.
pub(super) async fn cuts(play: &Play) -> anyhow::Result<Verdicts> {
    if play.bug.is_some() && !cfg!(feature = "seeded-bugs") {
        bail!("this program is built without the feature seeded-bugs, so its stores have no bug");
    }
    let mut verdicts = Vec::new();
    for kind in [StoreKind::Sled, StoreKind::Redb] {
        let play = play.clone();
        let tally = tokio::task::spawn_blocking(move || cut(&play, kind)).await??;
        verdicts.extend(judge(&tally));
    }
    Ok(verdicts)
}

fn cut(play: &Play, kind: StoreKind) -> anyhow::Result<Tally> {
    let program = std::env::current_exe().context("the path of this program")?;
    let plan = rig::Plan {
        kind,
        points: POINTS,
        // Each disk has the seed after the one before it.
        seed: play.seed.wrapping_mul(1_000),
        barriers: Barriers::Kept,
        quiet: true,
    };
    let command = |dir: &Path, draw: Option<u64>| {
        let mut command = Command::new(&program);
        command.args(["power-cut", "--store", &kind.to_string()]);
        command.envs(play.environment());
        writer_command(command, dir, draw)
    };
    rig::run(&plan, &command)
}

/// Votes and entries apart, each broken by a finding of its kind; then everything that was found.
fn judge(tally: &Tally) -> Verdicts {
    let all = tally.verdict();
    let part = |count: u64, words: &str| match &all {
        Verdict::Broken { findings } if count > 0 => {
            let mut findings = findings.clone();
            findings.retain(|finding| finding.contains(words));
            Verdict::Broken { findings }
        }
        Verdict::Broken { .. } => Verdict::Holds {
            evidence: format!("{} power cuts", tally.power_cuts),
        },
        Verdict::Holds { .. } | Verdict::Unknown { .. } => all.clone(),
    };
    vec![
        (
            "power cuts: votes",
            part(tally.votes_regressed, "the vote is"),
        ),
        ("power cuts: entries", part(tally.lost, "is lost")),
        ("power cuts", all.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_vote_is_not_a_lost_entry() {
        let mut tally = Tally::default();
        (tally.power_cuts, tally.reopened) = (3, 3);
        tally.votes_regressed = 1;
        tally.findings = vec!["the vote is None, term Some(2) was acknowledged".to_owned()];
        let kinds: Vec<_> = judge(&tally)
            .into_iter()
            .map(|(_, verdict)| verdict.holds())
            .collect();
        assert_eq!(kinds, [false, true, false]);
    }
}
