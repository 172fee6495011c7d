//! Calls on the registry, with partitions, lost leaders and restarts.

use std::time::Duration;

use tokio::time::sleep;

use super::{Play, Verdicts};
use crate::check;
use crate::hunt::stage::{Infected, Stage};
use crate::workload::bank::Bank;
use crate::workload::referential::Referential;
use crate::workload::register::{self, Register};
use crate::workload::revisions::{self, Revisions};
use crate::workload::set::Set;
use crate::workload::uniqueness::Uniqueness;

/// Load before the first fault, and between two.
const CALM: Duration = Duration::from_secs(3);
/// How long a fault lasts.
const FAULT: Duration = Duration::from_secs(4);

/// Registers and a bank, while a follower is cut off: it must not answer as if it were not.
pub(super) async fn reads(play: &Play) -> anyhow::Result<Verdicts> {
    let mut stage = Stage::open(play, Infected::All, |_| {}).await?;
    let bank = Bank::prepare(&stage.setting).await?;
    let total = bank.total();
    let registers = stage.load(Register::default(), 40.0)?;
    let bank = stage.load(bank, 15.0)?;
    sleep(CALM).await;
    let follower = stage.follower(play.seed).await?;
    let cut = stage.part(&[follower]).await;
    sleep(FAULT).await;
    stage.cluster.links().lift(cut);
    sleep(CALM).await;
    stage.calm().await?;
    registers.finish().await?;
    bank.finish().await?;
    let registers = register::registers(&registers.history());
    Ok(vec![
        (
            "linearizability",
            check::linearizability::check(&registers).0,
        ),
        ("bank", check::bank::check(&bank.history(), total)),
    ])
}

/// A set, while the leader is cut off, and then killed: what it has answered is there afterwards.
///
/// The nodes get their bug when the cluster is complete, as a bug of its leader may keep it from becoming so.
pub(super) async fn leaders(play: &Play) -> anyhow::Result<Verdicts> {
    let mut stage = Stage::open(play, Infected::None, |_| {}).await?;
    let set = Set::prepare(&stage.setting).await?;
    stage.infect().await?;
    let set = stage.load(set, 40.0)?;
    for _ in 0..2 {
        sleep(CALM).await;
        let leader = stage.leader().await?;
        let cut = stage.part(&[leader]).await;
        sleep(FAULT).await;
        stage.cluster.links().lift(cut);
        sleep(CALM).await;
        let leader = stage.leader().await?;
        stage.cluster.kill(leader).await?;
        sleep(CALM).await;
        stage.cluster.start_again(leader).await?;
    }
    stage.calm().await?;
    set.finish().await?;
    Ok(vec![("set", check::set::check(&set.history()))])
}

/// Names and client tokens, while leaders are killed: a token means the same to the next one.
pub(super) async fn tokens(play: &Play) -> anyhow::Result<Verdicts> {
    let mut stage = Stage::open(play, Infected::All, |_| {}).await?;
    let names = stage.load(Uniqueness::new(play.seed), 20.0)?;
    for _ in 0..4 {
        sleep(CALM).await;
        let leader = stage.leader().await?;
        stage.cluster.kill(leader).await?;
        sleep(CALM).await;
        stage.cluster.start_again(leader).await?;
    }
    stage.calm().await?;
    names.finish().await?;
    let verdict = check::uniqueness::check(&names.history());
    Ok(vec![("uniqueness", verdict)])
}

/// Writes in quick succession: no data plane goes back to what it served before.
pub(super) async fn revisions(play: &Play) -> anyhow::Result<Verdicts> {
    let mut stage = Stage::open(play, Infected::All, |_| {}).await?;
    stage.setting.pace.clients = 9;
    let revisions = stage.load(Revisions::default(), 150.0)?;
    sleep(3 * CALM).await;
    stage.calm().await?;
    revisions.finish().await?;
    let history = revisions.history();
    let seen = revisions::observations(&history);
    Ok(vec![
        ("served", check::served::check(&history)),
        ("revisions", check::revisions::check(&seen)),
    ])
}

/// Nodes are killed and start again from a snapshot: they hold what the others hold.
pub(super) async fn restarts(play: &Play) -> anyhow::Result<Verdicts> {
    let mut stage = Stage::open(play, Infected::All, |settings| {
        (settings.snapshot_every, settings.log_keep) = (50, 10);
    })
    .await?;
    let references = Referential::prepare(&stage.setting).await?;
    let references = stage.load(references, 30.0)?;
    let registers = stage.load(Register::default(), 20.0)?;
    let observed = stage.observe();
    for turn in 0..4 {
        sleep(CALM).await;
        let node = usize::try_from(play.seed + turn)? % stage.access().nodes.len();
        stage.cluster.kill(node).await?;
        stage.cluster.start_again(node).await?;
    }
    sleep(CALM).await;
    stage.calm().await?;
    references.finish().await?;
    registers.finish().await?;
    let mut observed = observed.await?;
    let live: Vec<_> = (0..stage.access().nodes.len()).collect();
    observed
        .settle(&stage.cluster, stage.setting.start, &live)
        .await;
    Ok(vec![
        (
            "referential",
            check::referential::check(&references.history()),
        ),
        ("state", check::state::check(&observed.digests, &live)),
    ])
}
