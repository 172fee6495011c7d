//! Renews the node's certificate when half of its life is over.
//!
//! Every node holds the cluster's sealing keys, and with them the key of its certificate authority.
//! Removing a node ends its membership, not its knowledge: where a node was compromised, the
//! cluster's sealing keys and its certificate authority must be replaced too.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use trellis_core::seal::Keyring;

use super::certificates::{CertificateCell, NodeIdentity, is_due};
use super::identity::save_certificate;
use super::join::authority;
use crate::clock;
use crate::raft::Consensus;

/// Time between two looks at the certificate.
const INTERVAL: Duration = Duration::from_secs(600);

/// Renews this node's certificate. Every node holds the cluster's sealing keys, with which it opens
/// the certificate authority in the registry: no other node is asked.
pub struct Renewal {
    /// The registry.
    pub consensus: Arc<Consensus>,
    /// The cluster's sealing keys.
    pub keyring: Arc<Keyring>,
    /// The certificate in use.
    pub certificates: Arc<CertificateCell>,
    /// Whom the certificate names.
    pub identity: NodeIdentity,
    /// Hosts that the certificate is for.
    pub hosts: Vec<String>,
    /// Where it is kept.
    pub data_dir: PathBuf,
}

impl Renewal {
    /// Looks at the certificate until stopped.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            match self.renew_if_due() {
                Ok(true) => info!("the node certificate was renewed"),
                Ok(false) => {}
                Err(error) => warn!(
                    error = format!("{error:#}"),
                    "the node certificate cannot be renewed"
                ),
            }
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    fn renew_if_due(&self) -> anyhow::Result<bool> {
        let now = clock::now();
        match self.certificates.certificate() {
            Some(current) if !is_due(&current, now)? => return Ok(false),
            _ => {}
        }
        let authority = authority(&self.consensus.state(), &self.keyring)?;
        let certificate = authority.issue(&self.identity, &self.hosts, now)?;
        save_certificate(&self.data_dir, &certificate)?;
        self.certificates.replace(certificate)?;
        Ok(true)
    }
}
