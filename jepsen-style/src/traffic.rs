//! The traffic workload: marked requests flow through every node while what decides over them is
//! changed (W10 to W13).
//!
//! Callers send signed, forged and unsigned requests, with and without bodies, on kept and on new
//! connections; targets of our own say what they saw. Meanwhile writers change routes, policies,
//! keys, associations and targets, and delete and create a service again and again. A probe for each
//! node asks for the revision that its data plane serves.
//!
//! [`Traffic::prepare`] creates the [`estate`]; [`Traffic::run`] works until it is stopped and leaves
//! a [`history::History`]; the checkers say whether it may be.

pub mod content;
pub mod estate;
pub mod history;
pub mod log;
pub mod window;

mod change;
mod plan;
mod prepare;
mod sender;
mod target;
mod world;
mod writer;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::RngExt as _;
use rand::rngs::SmallRng;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use trellis_client::Client;

pub use content::digest;
use history::{ChangeCall, History};
pub use sender::request_id;

use crate::access::Access;
use crate::seed::Seed;
use change::Kind;
use sender::Sender;
use target::Targets;
use world::World;
use writer::Writer;

/// Requests a second, to all nodes together, the probes' not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(pub u32);

impl Default for Rate {
    /// Source: reliability plan, W12: 200 to 500 a second.
    fn default() -> Self {
        Self(300)
    }
}

/// Senders for each node: as many requests may be under way at once.
const SENDERS_PER_NODE: usize = 12;
/// Pause between two probes of a node: how finely staleness is measured.
const PROBE_PAUSE: Duration = Duration::from_millis(20);

/// A prepared workload.
pub struct Traffic {
    world: Arc<World>,
    clients: Arc<[Client]>,
    targets: Targets,
    beginning: Vec<ChangeCall>,
}

impl std::fmt::Debug for Traffic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Traffic").finish_non_exhaustive()
    }
}

impl Traffic {
    /// Starts the targets and creates what the workload calls, in the first account, whose VPC is
    /// associated with its service network. Times in the history are counted from `began`.
    ///
    /// # Errors
    /// Where something cannot be created, or a node does not serve it within 30 seconds.
    pub async fn prepare(access: &Access, began: Instant) -> anyhow::Result<Self> {
        let targets = Targets::start(began).await?;
        let clients = prepare::clients(access)?;
        let prepared = prepare::prepare(access, &clients, &targets.addresses, began).await?;
        let (world, beginning) = prepared;
        Ok(Self {
            world,
            clients,
            targets,
            beginning,
        })
    }

    /// Sends requests and changes settings until stopped, and a little longer: until every request
    /// is answered or given up and every write has ended.
    pub async fn run(self, seed: Seed, rate: Rate, stop: CancellationToken) -> History {
        let nodes = self.world.access.nodes.len();
        let markers = Arc::new(AtomicU64::new(1));
        let pause = Duration::from_secs(1) * u32::try_from(nodes * SENDERS_PER_NODE).unwrap_or(1)
            / rate.0.max(1);
        let mut senders = JoinSet::new();
        for number in 0..nodes * SENDERS_PER_NODE {
            let customer = Customer {
                world: self.world.clone(),
                node: number % nodes,
                markers: markers.clone(),
                pause,
            };
            let random = seed.stream(&format!("traffic sender {number}"));
            senders.spawn(customer.run(random, stop.clone()));
        }
        for node in 0..nodes {
            senders.spawn(probe(self.world.clone(), node, stop.clone()));
        }
        let mut writers = JoinSet::new();
        for (number, kind) in (1_000..).step_by(1_000).zip(Kind::ALL) {
            let writer = Writer {
                world: self.world.clone(),
                clients: self.clients.clone(),
                random: seed.stream(&format!("traffic writer {kind:?}")),
                number,
                changes: Vec::new(),
            };
            writers.spawn(change::run(kind, writer, stop.clone()));
        }
        let mut changes = self.beginning;
        changes.extend(writers.join_all().await.into_iter().flatten());
        senders.join_all().await;
        self.world.history(changes, self.targets.received())
    }
}

impl World {
    fn history(&self, mut changes: Vec<ChangeCall>, receipts: Vec<history::Receipt>) -> History {
        changes.sort_by_key(|change| change.ended_us);
        History {
            changes,
            exchanges: take(&self.exchanges),
            receipts,
            sightings: take(&self.sightings),
        }
    }
}

/// Sends one request after the other to a node.
struct Customer {
    world: Arc<World>,
    node: usize,
    markers: Arc<AtomicU64>,
    pause: Duration,
}

impl Customer {
    async fn run(self, mut random: SmallRng, stop: CancellationToken) {
        let mut sender = Sender::new(self.world.clone(), self.node);
        let mut due = Instant::now() + self.pause.mul_f64(random.random());
        while let Some(()) = stop
            .run_until_cancelled(tokio::time::sleep_until(due))
            .await
        {
            let marker = self.markers.fetch_add(1, Ordering::Relaxed);
            let plan = plan::plan(&mut random, marker, self.node, self.world.generation());
            if self.world.host(plan.ask.host).is_some() {
                self.world.record(sender.send(&plan).await);
            }
            // A late one is not made up for: the next may be late for the same reason.
            due = (due + self.pause).max(Instant::now());
        }
    }
}

async fn probe(world: Arc<World>, node: usize, stop: CancellationToken) {
    let mut sender = Sender::new(world.clone(), node);
    let plan = plan::probe(node);
    while let Some(()) = stop
        .run_until_cancelled(tokio::time::sleep(PROBE_PAUSE))
        .await
    {
        let exchange = sender.send(&plan).await;
        world.record_sighting(&exchange);
    }
}

fn take<T>(list: &Mutex<Vec<T>>) -> Vec<T> {
    std::mem::take(&mut *list.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Microseconds since a run began.
fn micros(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX)
}
