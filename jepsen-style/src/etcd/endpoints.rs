//! Where etcd's nodes are called, and how what they do not answer is understood.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;

use super::client::{Client, Failure};
use crate::history::Outcome;
use crate::workload::system::System;

/// The nodes of an etcd cluster, as its users see them.
#[derive(Clone, Debug)]
pub(super) struct Endpoints {
    /// Client addresses, by position.
    pub(super) addresses: Vec<SocketAddr>,
    /// Whether reads take what the node has, however old that is.
    pub(super) serializable: bool,
}

impl System for Endpoints {
    type Client = Client;
    type Refusal = Failure;

    fn nodes(&self) -> usize {
        self.addresses.len()
    }

    fn client(&self, node: usize, deadline: Duration) -> anyhow::Result<Client> {
        let address = *self.addresses.get(node).context("no such node")?;
        Ok(Client::new(address, deadline, self.serializable))
    }

    fn outcome<A>(failure: &Failure) -> Outcome<A> {
        match failure.clone() {
            Failure::NotDone(reason) => Outcome::Refused { reason },
            Failure::Unknown(reason) => Outcome::Unknown { reason },
        }
    }
}
