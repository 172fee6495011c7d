//! What everyone in a run shares: the cluster, the time, names and keys.

use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;
use trellis_client::signature::Signer;

use super::history::{Exchange, Host, Sighting};
use crate::access::{Access, Account};

/// Shared by senders, probes and writers.
pub(super) struct World {
    pub(super) access: Access,
    /// The account that owns everything; its VPC is the one that requests come from.
    pub(super) account: Account,
    /// When the run began.
    pub(super) began: Instant,
    /// Addresses of the targets.
    pub(super) targets: Vec<std::net::SocketAddr>,
    /// Generated names of the guarded services.
    pub(super) guarded: Vec<String>,
    /// Generated name of the open service.
    pub(super) open: String,
    /// Generated names of the reborn service, by generation; empty where nobody knows.
    pub(super) former: Mutex<Vec<String>>,
    /// Signers of the callers and the probe, with the ids of their keys.
    pub(super) signers: Vec<Signer>,
    /// The same with other secrets.
    pub(super) forgers: Vec<Signer>,
    /// Ids of the callers' access keys.
    pub(super) key_ids: Vec<String>,
    /// What was sent and answered.
    pub(super) exchanges: Mutex<Vec<Exchange>>,
    /// Revisions that were seen.
    pub(super) sightings: Mutex<Vec<Sighting>>,
}

impl World {
    /// Microseconds since the run began.
    pub(super) fn now_us(&self) -> u64 {
        super::micros(self.began)
    }

    /// The name to send a request to.
    pub(super) fn host(&self, host: Host) -> Option<String> {
        match host {
            Host::Guarded(service) => self.guarded.get(usize::from(service)).cloned(),
            Host::Open => Some(self.open.clone()),
            Host::Reborn => Some(super::estate::REBORN_DOMAIN.to_owned()),
            Host::Former(generation) => {
                let former = self.former.lock().unwrap_or_else(PoisonError::into_inner);
                let name = former.get(usize::try_from(generation).ok()?)?;
                Some(name.clone()).filter(|name| !name.is_empty())
            }
        }
    }

    /// The latest generation of the reborn service whose name is known.
    pub(super) fn generation(&self) -> u32 {
        let former = self.former.lock().unwrap_or_else(PoisonError::into_inner);
        u32::try_from(former.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// Notes the name of a generation.
    pub(super) fn note_generation(&self, generation: u32, name: String) {
        let mut former = self.former.lock().unwrap_or_else(PoisonError::into_inner);
        let position = usize::try_from(generation).unwrap_or(usize::MAX);
        let names = position.saturating_add(1).max(former.len());
        former.resize(names, String::new());
        former[position] = name;
    }

    /// ARN of a caller.
    pub(super) fn caller_arn(&self, caller: u8) -> String {
        let name = super::estate::caller_name(caller);
        format!("arn:aws:iam::{}:user/{name}", self.account.id)
    }

    /// Records a request, and the revision where it tells one.
    pub(super) fn record(&self, exchange: Exchange) {
        self.record_sighting(&exchange);
        let exchanges = self.exchanges.lock();
        exchanges
            .unwrap_or_else(PoisonError::into_inner)
            .push(exchange);
    }

    /// Records the revision that a response tells.
    pub(super) fn record_sighting(&self, exchange: &Exchange) {
        let Some(revision) = exchange
            .reply
            .as_ref()
            .ok()
            .and_then(|reply| reply.revision)
        else {
            return;
        };
        let sighting = Sighting {
            node: exchange.ask.node,
            invoked_us: exchange.invoked_us,
            ended_us: exchange.ended_us,
            revision,
        };
        let mut sightings = self
            .sightings
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        sightings.push(sighting);
    }
}
