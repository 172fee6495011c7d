//! A cluster and load on it, for a scene.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::scene::Play;
use crate::access::Access;
use crate::cluster::{Cluster, Settings, Sight};
use crate::link::{Layer, Rule};
use crate::run::observe::{Observed, observe};
use crate::seed::Seed;
use crate::workload::drive::{Driver, Pace, Setting};
use crate::workload::{Workload, api};

/// Environment variable that names a node's bug. Source: `trellis_core::seeded_bugs::VARIABLE`, which only
/// a build with the feature has.
const VARIABLE: &str = "TRELLIS_SEEDED_BUG";
/// Longest wait for a leader, or for a node to take part.
pub(super) const RECOVERY: Duration = Duration::from_secs(30);

/// Time between two looks.
const POLL: Duration = Duration::from_millis(50);

/// Which nodes have the bug of the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Infected {
    /// All, from the beginning.
    All,
    /// None, until it is given to them.
    None,
}

/// A cluster and the load on it.
pub(super) struct Stage {
    pub(super) cluster: Arc<Cluster>,
    /// For workloads of all the scene's nodes.
    pub(super) setting: Setting,
    play: Play,
    stop: CancellationToken,
    load: JoinSet<anyhow::Result<()>>,
}

impl Stage {
    /// Starts three nodes.
    ///
    /// # Errors
    /// Where they do not come up.
    pub(super) async fn open(
        play: &Play,
        infected: Infected,
        tune: impl FnOnce(&mut Settings),
    ) -> anyhow::Result<Self> {
        let seed = Seed(play.seed);
        let mut settings = Settings::new(&play.node, &play.dir.join("cluster"), 3, seed);
        if infected == Infected::All {
            settings.environment = play.environment();
        }
        tune(&mut settings);
        let cluster = Arc::new(Cluster::start(settings).await?);
        let stage = Self {
            setting: Setting {
                access: cluster.access(),
                seed,
                start: Instant::now(),
                pace: Pace::new(3, 1.0),
            },
            cluster,
            play: play.clone(),
            stop: CancellationToken::new(),
            load: JoinSet::new(),
        };
        let client = api::client(&stage.setting.access, None, stage.setting.pace.deadline)?;
        api::raise_quotas(&client).await?;
        Ok(stage)
    }

    /// Gives the bug to all nodes that there are: each is started again with it.
    ///
    /// # Errors
    /// Where one does not come back.
    pub(super) async fn infect(&self) -> anyhow::Result<()> {
        for position in self.cluster.positions().await {
            let environment = self.play.environment();
            self.cluster.set_environment(position, environment).await?;
            self.cluster.kill(position).await?;
            self.cluster.start_again(position).await?;
            self.cluster.wait_for_part(position, RECOVERY).await?;
        }
        Ok(())
    }

    /// Lets later loads ask the nodes at the first so many positions.
    pub(super) fn widen(&mut self, nodes: usize) {
        self.setting.access = self.cluster.access_to(nodes);
        self.setting.pace.clients = nodes;
    }

    /// How clients reach the nodes.
    pub(super) fn access(&self) -> &Access {
        &self.setting.access
    }

    /// Begins a workload, of so many calls a second; it lasts until [`Stage::calm`].
    ///
    /// # Errors
    /// Where its history cannot be kept.
    pub(super) fn load<W: Workload>(
        &mut self,
        workload: W,
        per_second: f64,
    ) -> anyhow::Result<Arc<Driver<W>>> {
        let mut setting = self.setting.clone();
        setting.pace.per_second = per_second;
        let driver = Arc::new(Driver::new(setting, workload, &self.play.dir)?);
        let (running, stop) = (driver.clone(), self.stop.clone());
        self.load.spawn(async move { running.run(&stop).await });
        Ok(driver)
    }

    /// Looks at the nodes until the load ends.
    pub(super) fn observe(&self) -> JoinHandle<Observed> {
        let (start, stop) = (self.setting.start, self.stop.clone());
        tokio::spawn(observe(self.cluster.clone(), start, stop))
    }

    /// Ends all load, heals everything, and waits until every node takes part.
    ///
    /// # Errors
    /// Where one does not.
    pub(super) async fn calm(&mut self) -> anyhow::Result<()> {
        self.hush().await?;
        self.cluster.links().lift_all();
        self.cluster.revive().await?;
        for position in self.cluster.positions().await {
            self.cluster.wait_for_part(position, RECOVERY).await?;
        }
        Ok(())
    }

    /// Ends all load.
    ///
    /// # Errors
    /// Where a history could not be written.
    pub(super) async fn hush(&mut self) -> anyhow::Result<()> {
        self.stop.cancel();
        while let Some(ended) = self.load.join_next().await {
            ended??;
        }
        self.stop = CancellationToken::new();
        Ok(())
    }

    /// The position of the leader.
    ///
    /// # Errors
    /// Where there is none in time.
    pub(super) async fn leader(&self) -> anyhow::Result<usize> {
        self.cluster.wait_for_leader(RECOVERY).await
    }

    /// A follower, which one decided by the number.
    ///
    /// # Errors
    /// Where there is no leader in time.
    pub(super) async fn follower(&self, number: u64) -> anyhow::Result<usize> {
        let leader = self.leader().await?;
        let mut others = self.cluster.positions().await;
        others.retain(|position| *position != leader);
        let turn = usize::try_from(number)? % others.len().max(1);
        others.get(turn).copied().context("there is no follower")
    }

    /// Waits until a node that has started again takes part, and serves what the others do now.
    ///
    /// # Errors
    /// Where it does not in time.
    pub(super) async fn caught_up(&self, position: usize) -> anyhow::Result<()> {
        self.cluster.wait_for_part(position, RECOVERY).await?;
        let begin = Instant::now();
        let served = |sights: &[Option<Sight>]| sights.iter().flatten().map(|it| it.served).max();
        let goal = served(&self.cluster.look().await);
        loop {
            let sights = self.cluster.look().await;
            let sight = sights.get(position).copied().flatten();
            if sight.map(|sight| sight.served) >= goal {
                return Ok(());
            }
            if begin.elapsed() > RECOVERY {
                bail!("node {position} does not serve {goal:?} within {RECOVERY:?}: {sight:?}");
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Parts nodes from all the others: nothing passes, nobody is told.
    pub(super) async fn part(&self, apart: &[usize]) -> Layer {
        let all = self.cluster.positions().await;
        let ways = all
            .iter()
            .flat_map(|from| all.iter().map(move |to| (*from, *to)));
        let cut = ways.filter(|(from, to)| apart.contains(from) != apart.contains(to));
        self.cluster
            .links()
            .lay(cut.map(|way| (way, Rule::silent())))
    }

    /// Microseconds since the scene began.
    pub(super) fn now_us(&self) -> u64 {
        u64::try_from(self.setting.start.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Random numbers for a purpose of the scene.
    pub(super) fn seed(&self) -> Seed {
        self.setting.seed
    }

    /// Ends with the scene's load.
    pub(super) fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }
}

impl Play {
    /// What gives a node the bug of the scene.
    pub(super) fn environment(&self) -> Vec<(String, String)> {
        let bug = self.bug.iter();
        bug.map(|bug| (VARIABLE.to_owned(), (*bug).to_owned()))
            .collect()
    }
}
