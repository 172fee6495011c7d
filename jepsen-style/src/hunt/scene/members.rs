//! Voters that come, go and are wiped.

use std::time::Duration;

use anyhow::bail;
use tokio::time::{Instant, sleep};

use super::{Play, Verdicts};
use crate::check;
use crate::hunt::stage::{Infected, RECOVERY, Stage};
use crate::workload::revisions::Revisions;
use crate::workload::set::Set;
use crate::workload::uniqueness::Uniqueness;

/// Entries that a learner may miss and still become a voter, and some. Source:
/// `node/src/raft/membership.rs`.
const LAG: u64 = 130;
/// Time between two looks.
const POLL: Duration = Duration::from_millis(20);
/// Lease of a leader: so long that a busy machine catches a follower up and proposes a change within it.
const LEASE_MS: u64 = 3_000;
/// Time in which the leader, cut off from the other voters, makes voters of learners that have caught up;
/// it is over before its lease, and well before the others have elected another.
const ALONE: Duration = Duration::from_millis(2_500);
/// Load while there may be two majorities: several elections.
const APART: Duration = Duration::from_secs(15);
/// Load before and after a disk is wiped.
const CALM: Duration = Duration::from_secs(2);
/// Load while the wiped node comes in.
const RETURN: Duration = Duration::from_secs(10);

/// The leader grows from three voters to five while the other two cannot hear of it: then these two are a
/// majority of three, and must be the only ones who accept writes.
///
/// The scene is that of `docs/seeded-bugs.md`, "B7". The fourth node sleeps while the fifth comes in, so
/// that the moment at which both have caught up is known: when it wakes.
pub(super) async fn two_majorities(play: &Play) -> anyhow::Result<Verdicts> {
    let mut stage = Stage::open(play, Infected::All, |settings| {
        // The fourth must find in the log what it missed.
        (settings.snapshot_every, settings.log_keep) = (5_000, 5_000);
        // The leader, cut off from the other voters, proposes for as long as its lease lasts.
        settings.election_max_ms = LEASE_MS;
    })
    .await?;
    let set = Set::prepare(&stage.setting).await?;
    let fourth = stage.cluster.join().await?;
    stage.cluster.pause(fourth).await?;
    let filler = stage.load(Uniqueness::new(play.seed), 100.0)?;
    grow(&stage, LAG).await?;
    let fifth = stage.cluster.admit().await?;
    stage.hush().await?;
    drop(filler);
    let leader = stage.leader().await?;
    let others: Vec<_> = (0..3).filter(|position| *position != leader).collect();
    let cut = stage.part(&others).await;
    stage.cluster.resume(fourth).await?;
    sleep(ALONE).await;
    stage.cluster.kill(leader).await?;
    stage.cluster.start_again(leader).await?;
    stage.widen(fifth + 1);
    let set = stage.load(set, 40.0)?;
    sleep(APART).await;
    stage.cluster.links().lift(cut);
    sleep(APART / 2).await;
    // With the bug the nodes may never agree again; what they answered is judged all the same.
    let calm = stage.calm().await;
    if play.bug.is_none() {
        calm?;
    }
    set.finish().await?;
    Ok(vec![("set", check::set::check(&set.history()))])
}

/// Waits until the log has grown by so many entries.
async fn grow(stage: &Stage, entries: u64) -> anyhow::Result<()> {
    let start = Instant::now();
    let goal = last_log(stage).await + entries;
    while last_log(stage).await < goal {
        if start.elapsed() > RECOVERY {
            bail!("the log does not grow to {goal} within {RECOVERY:?}");
        }
        sleep(POLL).await;
    }
    Ok(())
}

async fn last_log(stage: &Stage) -> u64 {
    let sights = stage.cluster.look().await;
    let ends = sights
        .iter()
        .flatten()
        .map(|sight| sight.role.last_log_index);
    ends.max().unwrap_or_default()
}

/// A voter's disk is replaced by an empty one while the cluster still counts on it: what joins is another
/// node, with an id of its own, else it has gone back behind what it said before.
pub(super) async fn wipe(play: &Play) -> anyhow::Result<Verdicts> {
    let mut stage = Stage::open(play, Infected::All, |_| {}).await?;
    let set = Set::prepare(&stage.setting).await?;
    let set = stage.load(set, 20.0)?;
    let revisions = stage.load(Revisions::default(), 60.0)?;
    sleep(CALM).await;
    let wiped = stage.follower(play.seed).await?;
    stage.cluster.wipe(wiped).await?;
    sleep(RETURN).await;
    stage.calm().await?;
    set.finish().await?;
    revisions.finish().await?;
    Ok(vec![
        ("served", check::served::check(&revisions.history())),
        ("set", check::set::check(&set.history())),
    ])
}
