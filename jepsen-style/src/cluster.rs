//! A cluster of real node processes on loopback, each of which can be stopped, lost and replaced.
//!
//! Nodes are known by their position, from 0. A position keeps its addresses when its node is replaced
//! by a new one, so that clients that are pinned to it go on. All processes end with [`Cluster`].

mod absence;
mod address;
mod disk;
mod estate;
mod life;
mod look;
mod membership;
pub(crate) mod process;
mod verdict;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::net::TcpListener;
use tokio::sync::MutexGuard;
use tokio::time::Instant;
use trellis_client::Client;

use crate::access::{Access, Account, NodeAccess};
use crate::link::Links;
use crate::power::mount::Mount;
use crate::seed::Seed;
pub use absence::{Absence, Life};
use address::{Addresses, PORT_OFFSET};
pub use disk::Disks;
pub use look::Sight;
use process::{Origin, Process};

/// Region of all nodes.
pub const REGION: &str = "eu-west-1";
/// Most nodes at a time, and most positions.
pub const NODES_MAX: usize = 8;
/// Longest wait for a cluster to come up, or for a node to come in.
const DEADLINE: Duration = Duration::from_secs(60);
/// Time between two looks.
const POLL: Duration = Duration::from_millis(50);

/// What a cluster is made of.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Builds of `trellis-node`, by position; the last holds for the rest.
    pub binaries: Vec<PathBuf>,
    /// Directory of everything; created.
    pub dir: PathBuf,
    /// Number of nodes at first, 1 to [`NODES_MAX`].
    pub nodes: usize,
    /// Seed of the run.
    pub seed: Seed,
    /// Engine of the nodes' logs; the node's default where `None`.
    pub store: Option<String>,
    /// Log entries after which a snapshot is taken.
    pub snapshot_every: u64,
    /// Log entries kept behind a snapshot.
    pub log_keep: u64,
    /// How long a leader is silent before others stand for election, and its lease, milliseconds.
    pub election_max_ms: u64,
    /// Added to the environment of every node.
    pub environment: Vec<(String, String)>,
    /// libfaketime's library, where clocks shall be set.
    pub faketime: Option<PathBuf>,
    /// What the data of each node lies on.
    pub disks: Disks,
}

impl Settings {
    /// A cluster of this many nodes, with logs short enough for snapshots to be sent.
    #[must_use]
    pub fn new(binary: &Path, dir: &Path, nodes: usize, seed: Seed) -> Self {
        Self {
            binaries: vec![binary.to_owned()],
            dir: dir.to_owned(),
            nodes,
            seed,
            store: None,
            snapshot_every: 200,
            log_keep: 50,
            election_max_ms: 500,
            environment: Vec::new(),
            faketime: None,
            disks: Disks::Plain,
        }
    }
}

/// The build of `trellis-node` to run: `TRELLIS_NODE`, else the one beside this program.
///
/// # Errors
/// Where there is none.
pub fn node_build() -> anyhow::Result<PathBuf> {
    if let Some(binary) = std::env::var_os("TRELLIS_NODE") {
        return Ok(binary.into());
    }
    let program = std::env::current_exe()?;
    // Tests lie one directory deeper.
    let directories = program.ancestors().skip(1).take(2);
    let mut builds = directories.map(|directory| directory.join("trellis-node"));
    let message = "there is no trellis-node beside this program: build it, or set TRELLIS_NODE";
    builds.find(|build| build.is_file()).context(message)
}

/// A running cluster.
pub struct Cluster {
    settings: Settings,
    addresses: Vec<Addresses>,
    links: Links,
    slots: Vec<tokio::sync::Mutex<Slot>>,
    /// Accounts with their roots' keys; the first operates the cluster.
    accounts: Vec<Account>,
    /// What nodes did that they should not.
    findings: Mutex<Vec<String>>,
    absences: Mutex<Vec<Absence>>,
}

/// What is at a position.
#[derive(Default)]
struct Slot {
    /// Counts the nodes that have been here, from 0.
    generation: u32,
    /// Counts the processes that have run here.
    processes: u32,
    process: Option<Process>,
    /// The disk under its nodes, where it can lose its power.
    disk: Option<Mount>,
    paused: bool,
    /// Whether the position has a node, running or not.
    taken: bool,
    /// Added to the environment of its nodes, after that of all.
    environment: Vec<(String, String)>,
}

impl Cluster {
    /// Starts a cluster; answers when all nodes are members, with their attachments.
    ///
    /// # Errors
    /// Where a file, a process or the cluster does not come up.
    pub async fn start(settings: Settings) -> anyhow::Result<Self> {
        if !(1..=NODES_MAX).contains(&settings.nodes) || settings.binaries.is_empty() {
            bail!("a cluster has 1 to {NODES_MAX} nodes and a build to run");
        }
        std::fs::create_dir_all(&settings.dir)
            .with_context(|| format!("{}", settings.dir.display()))?;
        let links = Links::new(NODES_MAX, settings.seed);
        let mut addresses = Vec::new();
        for (position, (own, link)) in address::plan()?.into_iter().enumerate() {
            link.set_nonblocking(true)?;
            links.serve(TcpListener::from_std(link)?, position, own.cluster);
            addresses.push(own);
        }
        let slots = addresses.iter().map(|_| tokio::sync::Mutex::default());
        let mut cluster = Self {
            slots: slots.collect(),
            settings,
            addresses,
            links,
            accounts: Vec::new(),
            findings: Mutex::default(),
            absences: Mutex::default(),
        };
        cluster.found().await?;
        Ok(cluster)
    }

    /// Creates the cluster, lets the other nodes join, and creates what every run needs.
    async fn found(&mut self) -> anyhow::Result<()> {
        let origin = Origin::Bootstrap {
            account: estate::ACCOUNTS[0],
            region: REGION,
        };
        self.launch(0, &origin).await?;
        self.accounts.push(self.first_root().await?);
        for position in 1..self.settings.nodes {
            self.launch_joining(position).await?;
        }
        self.wait_for_members(self.settings.nodes, DEADLINE).await?;
        self.accounts = estate::create(&self.root().await?, &self.accounts[0], self.apis()).await?;
        for position in 0..self.settings.nodes {
            self.attach(position).await?;
        }
        Ok(())
    }

    /// How clients reach the cluster: the positions that had nodes at first, and the accounts.
    ///
    /// The ingress of a node is its leg in the first account's VPC; see [`Cluster::ingress`] for the
    /// second's.
    #[must_use]
    pub fn access(&self) -> Access {
        self.access_to(self.settings.nodes)
    }

    /// The same for the first so many positions, whether they have nodes or not.
    #[must_use]
    pub fn access_to(&self, count: usize) -> Access {
        let nodes = self.addresses.iter().take(count);
        Access {
            region: REGION.to_owned(),
            nodes: nodes
                .map(|addresses| NodeAccess {
                    api: addresses.api_url(),
                    ingress: addresses.ingress[0],
                    port_offset: PORT_OFFSET,
                    telemetry: addresses.telemetry,
                })
                .collect(),
            accounts: self.accounts.clone(),
        }
    }

    /// Address of the leg of the node at a position in the VPC of an account, both counted from 0;
    /// ports have the offset that [`Access`] tells.
    #[must_use]
    pub fn ingress(&self, account: usize, position: usize) -> Option<IpAddr> {
        self.addresses.get(position)?.ingress.get(account).copied()
    }

    /// The links between the nodes.
    #[must_use]
    pub fn links(&self) -> &Links {
        &self.links
    }

    /// What the cluster was made of.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A client of the account that operates the cluster, for nodes that run; the leader first.
    ///
    /// # Errors
    /// Where no node runs.
    pub async fn root(&self) -> anyhow::Result<Client> {
        let sights = self.look().await;
        let leader = look::leader_of(&sights);
        let positions = sights.iter().flatten().map(|sight| sight.position);
        let mut positions: Vec<_> = positions.collect();
        positions.sort_by_key(|position| Some(*position) != leader);
        let endpoints = positions.iter().filter_map(|at| self.addresses.get(*at));
        let endpoints = endpoints.map(Addresses::api_url).collect();
        let account = self.accounts.first().context("there is no account yet")?;
        estate::client(account, endpoints)
    }

    /// A client of the account that operates the cluster, for one node only.
    ///
    /// # Errors
    /// Where there is no such position.
    pub fn root_at(&self, position: usize) -> anyhow::Result<Client> {
        let addresses = self.addresses.get(position).context("no such position")?;
        let account = self.accounts.first().context("there is no account yet")?;
        estate::client(account, vec![addresses.api_url()])
    }

    fn apis(&self) -> Vec<String> {
        let addresses = self.addresses.iter().take(self.settings.nodes);
        addresses.map(Addresses::api_url).collect()
    }

    async fn slot(&self, position: usize) -> anyhow::Result<MutexGuard<'_, Slot>> {
        let slot = self.slots.get(position);
        Ok(slot.context("no such position")?.lock().await)
    }
}

/// Waits a little, or refuses where the wait has lasted too long.
async fn wait_on(start: Instant, deadline: Duration, what: &str) -> anyhow::Result<()> {
    if start.elapsed() > deadline {
        bail!("{what} within {deadline:?}");
    }
    tokio::time::sleep(POLL).await;
    Ok(())
}
