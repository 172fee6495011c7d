//! Links between nodes that can be cut, slowed and damaged, without privilege.
//!
//! What a node advertises to the others is the address of a TCP proxy here. The proxy finds out which
//! node a connection comes from (see `origin`), and treats each way between two nodes by its own
//! [`Rule`]. Rules lie in layers, one for each fault, so that faults overlap and end each for itself;
//! connections that exist obey a change at once.

mod origin;
mod proxy;
mod pump;
mod rule;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use rule::{Passage, Rule, Rules, Way};

use crate::seed::Seed;

/// All links of a cluster. They end with this value.
pub struct Links {
    shared: Arc<Shared>,
    proxies: Mutex<JoinSet<()>>,
    layers: AtomicU64,
}

/// What proxies and connections look at.
struct Shared {
    rules: watch::Sender<Rules>,
    /// Process ids by node's position.
    processes: Mutex<Vec<Option<u32>>>,
    /// Number of the next connection.
    connections: AtomicU64,
    seed: Seed,
}

/// Names the rules of one fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Layer(u64);

impl Links {
    /// Links among at most `nodes` nodes; everything passes.
    #[must_use]
    pub fn new(nodes: usize, seed: Seed) -> Self {
        Self {
            shared: Arc::new(Shared {
                rules: watch::Sender::new(Rules::default()),
                processes: Mutex::new(vec![None; nodes]),
                connections: AtomicU64::new(0),
                seed,
            }),
            proxies: Mutex::new(JoinSet::new()),
            layers: AtomicU64::new(0),
        }
    }

    /// Leads connections that arrive at the listener to the node at this position, whose own address
    /// is `target`.
    pub fn serve(&self, listener: TcpListener, position: usize, target: SocketAddr) {
        let serving = proxy::serve(self.shared.clone(), listener, position, target);
        let mut proxies = self.proxies.lock().unwrap_or_else(PoisonError::into_inner);
        proxies.spawn(serving);
    }

    /// Tells which process is the node at this position; `None` while there is none.
    pub fn set_process(&self, position: usize, pid: Option<u32>) {
        let processes = self.shared.processes.lock();
        let mut processes = processes.unwrap_or_else(PoisonError::into_inner);
        if let Some(process) = processes.get_mut(position) {
            *process = pid;
        }
    }

    /// Puts rules over those that hold already.
    pub fn lay(&self, rules: impl IntoIterator<Item = (Way, Rule)>) -> Layer {
        let layer = Layer(self.layers.fetch_add(1, Ordering::Relaxed));
        let rules = rules.into_iter().collect();
        self.shared.rules.send_modify(|all| all.lay(layer, rules));
        layer
    }

    /// Puts the rules of a layer in the place of others.
    pub fn replace(&self, layer: Layer, rules: impl IntoIterator<Item = (Way, Rule)>) {
        let rules = rules.into_iter().collect();
        self.shared.rules.send_modify(|all| all.lay(layer, rules));
    }

    /// Takes the rules of a layer away.
    pub fn lift(&self, layer: Layer) {
        self.shared.rules.send_modify(|all| all.lift(layer));
    }

    /// Takes all rules away.
    pub fn lift_all(&self) {
        self.shared.rules.send_modify(Rules::lift_all);
    }

    /// Lets the connections that exist now on these ways fall silent for good, as if the other end
    /// had vanished without a word; later ones pass.
    pub fn half_open(&self, ways: impl IntoIterator<Item = Way>) {
        let born_before = self.shared.connections.load(Ordering::Relaxed);
        self.shared.rules.send_modify(|all| {
            for way in ways {
                all.silence(way, born_before);
            }
        });
    }

    /// Connections that have been led from one node to another so far.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::Relaxed)
    }
}
