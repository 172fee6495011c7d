//! A cluster of real etcd processes on loopback, whose links are the harness's own.

mod look;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail};
use futures_util::future::join_all;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::time::Instant;

use super::endpoints::Endpoints;
use super::wire;
use crate::check::Verdict;
use crate::cluster::process::Process;
use crate::link::Links;
use crate::seed::Seed;

/// Nodes.
pub(super) const NODES: usize = 3;
/// Entries after which a snapshot is written, so that restarts begin from one. Source: our own.
const SNAPSHOT_EVERY: &str = "1000";
/// Longest wait until every node answers.
const RECOVERY_DEADLINE: Duration = Duration::from_secs(60);
/// Time between two looks.
const POLL: Duration = Duration::from_millis(100);
/// How long a node may take to answer a read where all is well.
const READ_DEADLINE: Duration = Duration::from_secs(2);

/// A running cluster. All processes end with it.
pub(super) struct Cluster {
    dir: PathBuf,
    seed: Seed,
    addresses: Vec<Addresses>,
    links: Links,
    slots: Vec<tokio::sync::Mutex<Slot>>,
    /// Who led, by term, as far as it was seen.
    leaders: Mutex<BTreeMap<u64, usize>>,
    /// What nodes did that they should not.
    findings: Mutex<Vec<String>>,
}

/// Addresses of a position.
#[derive(Clone, Copy, Debug)]
struct Addresses {
    client: SocketAddr,
    peer: SocketAddr,
    /// What other nodes are told of it: the link.
    advertised: SocketAddr,
}

/// What is at a position.
#[derive(Default)]
struct Slot {
    process: Option<Process>,
    paused: bool,
}

/// The version of etcd on this machine.
///
/// # Errors
/// Where there is none.
pub(super) async fn version() -> anyhow::Result<String> {
    let mut command = Command::new("etcd");
    let output = command.arg("--version").output().await;
    let output = output.context("there is no etcd here: apt-get install -y etcd-server")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let first = text
        .lines()
        .next()
        .context("etcd does not say what it is")?;
    Ok(first.to_owned())
}

impl Cluster {
    /// Starts a cluster in a directory of its own and waits until it answers.
    ///
    /// # Errors
    /// Where the directory is there already, or a process or the cluster does not come up.
    pub(super) async fn start(dir: &Path, seed: Seed) -> anyhow::Result<Self> {
        // What a run before left there would join in.
        let is_new = std::fs::create_dir(dir);
        is_new.with_context(|| format!("{}: choose another directory", dir.display()))?;
        let links = Links::new(NODES, seed);
        let mut addresses = Vec::new();
        // Held until all are chosen, so that none is chosen twice.
        let mut held = Vec::new();
        for position in 0..NODES {
            let [client, peer] = [free(&mut held)?, free(&mut held)?];
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            let advertised = listener.local_addr()?;
            links.serve(listener, position, peer);
            addresses.push(Addresses {
                client,
                peer,
                advertised,
            });
        }
        drop(held);
        let cluster = Self {
            dir: dir.to_owned(),
            seed,
            slots: addresses.iter().map(|_| Default::default()).collect(),
            addresses,
            links,
            leaders: Mutex::default(),
            findings: Mutex::default(),
        };
        cluster.revive().await?;
        Ok(cluster)
    }

    /// How clients reach the cluster; their reads may be serializable only.
    pub(super) fn endpoints(&self, serializable: bool) -> Endpoints {
        let addresses = self.addresses.iter().map(|addresses| addresses.client);
        Endpoints {
            addresses: addresses.collect(),
            serializable,
        }
    }

    /// The links between the nodes.
    pub(super) fn links(&self) -> &Links {
        &self.links
    }

    /// Starts a node where it does not run.
    ///
    /// # Errors
    /// Where the process cannot be made.
    pub(super) async fn start_again(&self, position: usize) -> anyhow::Result<()> {
        let slot = &mut *self.slots[position].lock().await;
        self.bury(position, slot);
        if slot.process.is_none() {
            let log = self.dir.join(format!("node-{position}.log"));
            let process = Process::start(self.command(position), &log)?;
            self.links.set_process(position, Some(process.pid()));
            slot.process = Some(process);
        }
        Ok(())
    }

    fn command(&self, position: usize) -> Command {
        let at = self.addresses[position];
        let url = |address: SocketAddr| format!("http://{address}");
        let members = self.addresses.iter().enumerate();
        let members: Vec<_> = members
            .map(|(number, at)| format!("node-{number}={}", url(at.advertised)))
            .collect();
        // It must not outlive the harness, however that ends.
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "KILL", "etcd"])
            .args(["--name", &format!("node-{position}")])
            .arg("--data-dir")
            .arg(self.dir.join(format!("node-{position}")))
            .args(["--listen-client-urls", &url(at.client)])
            .args(["--advertise-client-urls", &url(at.client)])
            .args(["--listen-peer-urls", &url(at.peer)])
            .args(["--initial-advertise-peer-urls", &url(at.advertised)])
            .args(["--initial-cluster", &members.join(",")])
            .args(["--initial-cluster-token", &self.seed.0.to_string()])
            .args(["--snapshot-count", SNAPSHOT_EVERY]);
        command
    }

    /// Kills a node without a word.
    ///
    /// # Errors
    /// Where the system does not let us.
    pub(super) async fn kill(&self, position: usize) -> anyhow::Result<()> {
        let slot = &mut *self.slots[position].lock().await;
        self.bury(position, slot);
        if let Some(process) = slot.process.take() {
            process.kill().await?;
        }
        slot.paused = false;
        self.links.set_process(position, None);
        Ok(())
    }

    /// Lets a node sleep.
    ///
    /// # Errors
    /// Where it does not run.
    pub(super) async fn pause(&self, position: usize) -> anyhow::Result<()> {
        self.signal(position, "STOP").await
    }

    /// Wakes a node.
    ///
    /// # Errors
    /// Where it does not run.
    pub(super) async fn resume(&self, position: usize) -> anyhow::Result<()> {
        self.signal(position, "CONT").await
    }

    async fn signal(&self, position: usize, signal: &str) -> anyhow::Result<()> {
        let slot = &mut *self.slots[position].lock().await;
        let process = slot.process.as_mut().context("the node does not run")?;
        process.signal(signal).await?;
        slot.paused = signal == "STOP";
        Ok(())
    }

    /// Takes all faults away and waits until every node answers; answers with how long it took.
    ///
    /// # Errors
    /// Where a node does not within a minute.
    pub(super) async fn revive(&self) -> anyhow::Result<Duration> {
        let begin = Instant::now();
        self.links.lift_all();
        for position in 0..NODES {
            if self.slots[position].lock().await.paused {
                self.resume(position).await?;
            }
            self.start_again(position).await?;
        }
        let clients = self.clients(READ_DEADLINE);
        let read = wire::range("nothing", false);
        loop {
            let reads = clients.iter();
            let reads = reads.map(|client| client.ask::<wire::Range>("/v3/kv/range", &read));
            let answers = join_all(reads).await;
            let Some(silent) = answers.iter().position(Result::is_err) else {
                self.leader().await;
                return Ok(begin.elapsed());
            };
            if begin.elapsed() > RECOVERY_DEADLINE {
                bail!("node {silent} does not answer: {:?}", answers[silent]);
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Whether every node ended only when it was killed.
    pub(super) async fn verdict(&self) -> Verdict {
        for (position, slot) in self.slots.iter().enumerate() {
            self.bury(position, &mut *slot.lock().await);
        }
        let findings = self.findings.lock();
        let findings = findings.unwrap_or_else(PoisonError::into_inner).clone();
        Verdict::of(findings, "no node ended by itself")
    }

    /// Notes that a process has ended by itself, where it has.
    fn bury(&self, position: usize, slot: &mut Slot) {
        let status = slot.process.as_mut().and_then(Process::ended);
        if let Some(status) = status {
            *slot = Slot::default();
            self.links.set_process(position, None);
            let findings = self.findings.lock();
            let mut findings = findings.unwrap_or_else(PoisonError::into_inner);
            findings.push(format!("node {position} ended by itself with {status}"));
        }
    }
}

/// A free port.
fn free(held: &mut Vec<std::net::TcpListener>) -> std::io::Result<SocketAddr> {
    let socket = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = socket.local_addr()?;
    held.push(socket);
    Ok(address)
}
