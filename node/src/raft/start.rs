//! Starts consensus: opens what is on disk and applies it, before anything is answered.

use std::sync::Arc;

use tokio::sync::watch;
use trellis_core::registry::State;

use super::contact::Contact;
use super::log_store::LogStore;
use super::network::Network;
use super::network::channels::Channels;
use super::snapshot::SnapshotFile;
use super::state_machine::{Reason, Snapshots, StateMachine};
use super::{Config, Consensus, Parts, Raft, StartError};

impl Consensus {
    /// Opens the store and applies what was committed; [`Consensus::state`] is right when this
    /// returns.
    ///
    /// # Errors
    /// [`StartError`]; the node may go on forwarding, but takes no part in Raft.
    pub async fn start(config: &Config, parts: Parts) -> Result<Arc<Self>, StartError> {
        let settings = config
            .openraft(&parts.cluster_id)
            .map_err(StartError::Config)?;
        let directory = parts.data_dir.join("raft");
        let snapshots = SnapshotFile::dir(&directory);
        let kind = config.store;
        let opened = tokio::task::spawn_blocking(move || LogStore::open(kind, &directory));
        let log = opened
            .await
            .map_err(|error| StartError::Replay(error.to_string()))??;
        let snapshots = Snapshots {
            directory: snapshots,
            cluster_id: parts.cluster_id.clone(),
            log: log.clone(),
        };
        let (published, states) = watch::channel(State::default());
        let reason = Reason::default();
        let machine = StateMachine::new(published, snapshots, reason.clone());
        let channels = Arc::new(Channels::new(parts.links, states.clone()));
        let network = Network {
            member: parts.member,
            channels: channels.clone(),
            config: config.clone(),
        };
        let raft = Raft::new(parts.member, settings, network, log.clone(), machine).await;
        let raft = raft.map_err(|error| {
            let why = reason
                .get()
                .map_or_else(|| error.to_string(), str::to_owned);
            StartError::Replay(why)
        })?;
        Ok(Arc::new(Self {
            cluster_id: parts.cluster_id,
            member: parts.member,
            config: config.clone(),
            raft,
            log,
            states,
            channels,
            contact: Contact::default(),
            reason,
        }))
    }
}
