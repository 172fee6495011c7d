//! Which targets are healthy: what this node's probes say, and what other nodes told of theirs.
//!
//! Health is local soft state, never replicated: a node with a leg in a VPC probes the targets
//! there ([`start`]); a node without one knows what the others tell it. A target that nobody has
//! reported unhealthy counts as healthy.

mod course;
mod plan;
mod probe;
mod prober;
mod told;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::{ArcSwap, Guard};
use serde::Deserialize;
use trellis_core::decide::Health;
use trellis_core::view::{GroupView, View};

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

    fn health(&self) -> Health {
        let mut health = Health::default();
        let said = self.remote.values().chain([&self.local]).flatten();
        for (key, state) in said {
            if *state == State::Unhealthy && self.state(key) == Some(State::Unhealthy) {
                let group = health.unhealthy.entry(key.group.clone()).or_default();
                group.insert(key.address);
            }
        }
        health
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

    /// What this node's own probes say.
    #[must_use]
    pub fn local(&self) -> Vec<(TargetKey, State)> {
        let observed = self.lock();
        let local = observed.local.iter();
        local.map(|(key, state)| (key.clone(), *state)).collect()
    }

    /// Puts what another node's probes say in place of what it said before.
    fn replace(&self, node: &str, said: HashMap<TargetKey, State>) {
        let mut observed = self.lock();
        if said.is_empty() {
            observed.remote.remove(node);
        } else {
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
            let health = observed.health();
            if **self.current.load() != health {
                self.current.store(Arc::new(health));
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
#[must_use]
pub fn status(view: &View, cell: &HealthCell, key: &TargetKey, is_draining: bool) -> Status {
    match view.groups.get(key.group.as_str()) {
        _ if is_draining => Status::Draining,
        Some(group) if group.is_used => status_in_use(group, cell, key),
        Some(_) | None => Status::Unused,
    }
}

/// The status of each target of a group that is not draining, by address; none for a group that the
/// view does not hold.
#[must_use]
pub fn statuses(view: &View, cell: &HealthCell, group: &str) -> Vec<(SocketAddr, Status)> {
    let Some(held) = view.groups.get(group) else {
        return Vec::new();
    };
    let status = |address| {
        let group = group.to_owned();
        match held.is_used {
            true => status_in_use(held, cell, &TargetKey { group, address }),
            false => Status::Unused,
        }
    };
    let addresses = held.targets.iter().map(|target| target.address);
    addresses
        .map(|address| (address, status(address)))
        .collect()
}

fn status_in_use(group: &GroupView, cell: &HealthCell, key: &TargetKey) -> Status {
    match cell.state(key) {
        _ if group.health_check.is_none() => Status::Unavailable,
        None | Some(State::Initial) => Status::Initial,
        Some(State::Healthy) => Status::Healthy,
        Some(State::Unhealthy) => Status::Unhealthy,
    }
}

#[cfg(test)]
mod tests;
