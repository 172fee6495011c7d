//! How clients reach a cluster.

use std::net::{IpAddr, SocketAddr};

/// A running cluster, as its users see it.
#[derive(Clone, Debug)]
pub struct Access {
    /// Region of all nodes.
    pub region: String,
    /// Nodes, by position.
    pub nodes: Vec<NodeAccess>,
    /// Accounts with their roots' access keys.
    pub accounts: Vec<Account>,
}

/// A node.
#[derive(Clone, Debug)]
pub struct NodeAccess {
    /// URL of the api listener, without TLS.
    pub api: String,
    /// Address that listeners of services are bound on.
    pub ingress: IpAddr,
    /// Added to a listener's port.
    pub port_offset: u16,
    /// Telemetry listener: `/metrics`, `/ready`.
    pub telemetry: SocketAddr,
}

/// An account with its root's access key.
#[derive(Clone)]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// Access key id.
    pub access_key_id: String,
    /// Secret access key.
    pub secret_access_key: String,
    /// VPC that every node has a leg in.
    pub vpc: String,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
