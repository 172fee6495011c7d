//! Which targets are healthy: what this node's probes say, and what other nodes told of theirs.
//!
//! Health is local soft state, never replicated: a node with a leg in a VPC probes the targets
//! there ([`start`]); a node without one knows what the others tell it. A target that nobody has
//! reported unhealthy counts as healthy.

mod course;
mod plan;
mod probe;
mod prober;

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::{ArcSwap, Guard};
use serde::Deserialize;
use trellis_core::decide::Health;
use trellis_core::view::View;

pub use course::State;
pub use probe::{Failure, USER_AGENT};
pub use prober::start;

/// Settings of health checks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Probes under way at the same time; more wait. Default 256, at least 1.
    pub probes_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { probes_max: 256 }
    }
}

/// A target as a member of a group: the same address in two groups is probed for each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetKey {
    /// Id of the target group, `tg-…`.
    pub group: String,
    /// Address of the target.
    pub address: SocketAddr,
}

/// The latest health of targets: workers load it, the prober and the health exchange change it.
#[derive(Debug, Default)]
pub struct HealthCell {
    current: ArcSwap<Health>,
    observed: Mutex<Observed>,
}

#[derive(Debug, Default)]
struct Observed {
    /// What this node's probes say.
    local: HashMap<TargetKey, State>,
    /// What other nodes' probes say, by node.
    remote: HashMap<String, HashMap<TargetKey, State>>,
    /// Whether a target has become unhealthy, or ceased to be, since the last publication.
    is_dirty: bool,
}

impl Observed {
    /// This node's own word, else `Unhealthy` only where every node that knows the target says so.
    fn state(&self, key: &TargetKey) -> Option<State> {
        if let Some(state) = self.local.get(key) {
            return Some(*state);
        }
        let words = || self.remote.values().filter_map(|node| node.get(key));
        let best = |state| words().any(|word| *word == state).then_some(state);
        best(State::Healthy)
            .or_else(|| best(State::Initial))
            .or_else(|| best(State::Unhealthy))
    }

    fn unhealthy(&self) -> HashSet<(String, SocketAddr)> {
        let remote = self.remote.values();
        let said = remote.chain([&self.local]).flatten();
        said.filter(|(_, state)| **state == State::Unhealthy)
            .map(|(key, _)| key)
            .filter(|key| self.state(key) == Some(State::Unhealthy))
            .map(|key| (key.group.clone(), key.address))
            .collect()
    }
}

impl HealthCell {
    /// The current health. Never waits.
    #[must_use]
    pub fn load(&self) -> Guard<Arc<Health>> {
        self.current.load()
    }

    /// What is known about a target; `None` where nobody has probed it.
    #[must_use]
    pub fn state(&self, key: &TargetKey) -> Option<State> {
        self.lock().state(key)
    }

    /// What this node's own probes say, for other nodes.
    #[must_use]
    pub fn local(&self) -> Vec<(TargetKey, State)> {
        let observed = self.lock();
        let local = observed.local.iter();
        local.map(|(key, state)| (key.clone(), *state)).collect()
    }

    /// Takes in all that another node's probes say, in place of what it said before; nothing when
    /// the node is gone or silent.
    pub fn learn(&self, node: &str, said: Vec<(TargetKey, State)>) {
        let mut observed = self.lock();
        if said.is_empty() {
            observed.remote.remove(node);
        } else {
            let said = said.into_iter().collect();
            observed.remote.insert(node.to_owned(), said);
        }
        observed.is_dirty = true;
        drop(observed);
        self.publish();
    }

    /// Takes in what this node's probes say of a target; workers see it when it is published.
    fn observe(&self, key: &TargetKey, state: State) {
        let mut observed = self.lock();
        let before = observed.state(key);
        observed.local.insert(key.clone(), state);
        observed.is_dirty |= (before == Some(State::Unhealthy)) != (state == State::Unhealthy);
    }

    /// Forgets what this node's probes said of a target.
    fn forget(&self, key: &TargetKey) {
        let mut observed = self.lock();
        observed.local.remove(key);
        observed.is_dirty = true;
    }

    /// Swaps the health that workers see, where it has changed.
    fn publish(&self) {
        let mut observed = self.lock();
        if std::mem::take(&mut observed.is_dirty) {
            let unhealthy = observed.unhealthy();
            if self.current.load().unhealthy != unhealthy {
                self.current.store(Arc::new(Health { unhealthy }));
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Observed> {
        self.observed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The status of a target, as the API reports it.
///
/// Source: VPC Lattice API model, `TargetStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not yet probed often enough.
    Initial,
    /// Healthy.
    Healthy,
    /// Unhealthy.
    Unhealthy,
    /// Its group is in no listener or rule.
    Unused,
    /// Its group is not probed.
    Unavailable,
    /// Being deregistered: it gets no new request.
    Draining,
}

impl Status {
    /// The word in the API.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Initial => "INITIAL",
            Self::Healthy => "HEALTHY",
            Self::Unhealthy => "UNHEALTHY",
            Self::Unused => "UNUSED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Draining => "DRAINING",
        }
    }

    /// The reason code in the API, where there is one.
    ///
    /// Source: codes seen from the real service.
    #[must_use]
    pub fn reason_code(self) -> Option<&'static str> {
        match self {
            Self::Unhealthy => Some("HealthCheckFailed"),
            Self::Unused => Some("TargetGroupNotInUse"),
            Self::Unavailable => Some("HealthCheckNotSupported"),
            Self::Initial | Self::Healthy | Self::Draining => None,
        }
    }
}

/// The status of a target. `is_draining` comes from the registry: views hold no draining targets.
///
/// Cost: O(rules) of the whole view; for the admin API, not for requests.
#[must_use]
pub fn status(view: &View, cell: &HealthCell, key: &TargetKey, is_draining: bool) -> Status {
    if is_draining {
        return Status::Draining;
    }
    let groups = plan::in_use(view);
    let Some(group) = groups.get(&*key.group) else {
        return Status::Unused;
    };
    if group.health_check.is_none() {
        return Status::Unavailable;
    }
    match cell.state(key) {
        None | Some(State::Initial) => Status::Initial,
        Some(State::Healthy) => Status::Healthy,
        Some(State::Unhealthy) => Status::Unhealthy,
    }
}

#[cfg(test)]
mod tests;
