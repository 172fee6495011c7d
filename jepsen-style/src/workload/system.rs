//! What workloads call: a cluster of nodes, and how an answer that was not given is understood.
//!
//! The harness is worth what it says of a system that is known to be right; so what draws calls,
//! records them and judges them does not know which system it is.

use std::time::Duration;

use trellis_client::{Class, Client, Refusal};

use super::api;
use crate::access::Access;
use crate::history::Outcome;

/// A running system.
pub trait System: Send + Sync + 'static {
    /// Calls one node.
    type Client: Send + Sync;
    /// Why a call was not answered as asked.
    type Refusal: Send;

    /// Nodes, known by their positions from 0.
    fn nodes(&self) -> usize;

    /// A client of one node, that waits so long for an answer.
    ///
    /// # Errors
    /// Where there is no such node, or its address cannot be used.
    fn client(&self, node: usize, deadline: Duration) -> anyhow::Result<Self::Client>;

    /// How a call ended that was not answered as asked.
    fn outcome<A>(refusal: &Self::Refusal) -> Outcome<A>;
}

impl System for Access {
    type Client = Client;
    type Refusal = Refusal;

    fn nodes(&self) -> usize {
        self.nodes.len()
    }

    fn client(&self, node: usize, deadline: Duration) -> anyhow::Result<Client> {
        api::client(self, Some(node), deadline)
    }

    /// A fault of the node itself counts as unknown: whatever it says, nobody should rely on it.
    fn outcome<A>(refusal: &Refusal) -> Outcome<A> {
        let reason = format!("{}: {}", refusal.code, refusal.message);
        match refusal.class {
            Class::Unknown | Class::Failed => Outcome::Unknown { reason },
            Class::Invalid
            | Class::NotFound
            | Class::Conflict
            | Class::Denied
            | Class::Unavailable => Outcome::Refused { reason },
        }
    }
}
