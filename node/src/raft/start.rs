//! Starts consensus: opens what is on disk and applies it, before anything is answered.

use std::path::PathBuf;
use std::sync::Arc;

use openraft::storage::RaftLogStorage;
use tokio::sync::watch;
use trellis_core::registry::State;

use super::contact::Contact;
use super::log_store::{Log, LogStore};
use super::network::Network;
use super::network::channels::{Channels, Dial};
use super::snapshot::SnapshotFile;
use super::state_machine::{Reason, Snapshots, StateMachine};
use super::types::TypeConfig;
use super::{Config, Consensus, Parts, Raft, StartError};

/// Which member this is, what it keeps, and how it reaches the others.
pub(super) struct Seat {
    /// This node's member id.
    pub(super) member: u64,
    /// Id of the cluster.
    pub(super) cluster_id: String,
    /// Directory of the snapshots.
    pub(super) snapshots: PathBuf,
    /// Ways to other members.
    pub(super) dial: Arc<dyn Dial>,
}

impl Consensus {
    /// Opens the store and applies what was committed; [`Consensus::state`] is right when this
    /// returns.
    ///
    /// # Errors
    /// [`StartError`]; the node may go on forwarding, but takes no part in Raft.
    pub async fn start(config: &Config, parts: Parts) -> Result<Arc<Self>, StartError> {
        let directory = parts.data_dir.join("raft");
        let seat = Seat {
            member: parts.member,
            cluster_id: parts.cluster_id,
            snapshots: SnapshotFile::dir(&directory),
            dial: Arc::new(parts.links),
        };
        let kind = config.store;
        let opened = tokio::task::spawn_blocking(move || LogStore::open(kind, &directory));
        let log = opened
            .await
            .map_err(|error| StartError::Replay(error.to_string()))??;
        Self::start_over(config, seat, log).await
    }

    /// The same over a log that is open.
    pub(super) async fn start_over(
        config: &Config,
        seat: Seat,
        log: impl Log + RaftLogStorage<TypeConfig> + Clone,
    ) -> Result<Arc<Self>, StartError> {
        let settings = config
            .openraft(&seat.cluster_id)
            .map_err(StartError::Config)?;
        let kept: Arc<dyn Log> = Arc::new(log.clone());
        let snapshots = Snapshots {
            directory: seat.snapshots,
            cluster_id: seat.cluster_id.clone(),
            log: kept.clone(),
        };
        let (published, states) = watch::channel(State::default());
        let reason = Reason::default();
        let machine = StateMachine::new(published, snapshots, reason.clone());
        let channels = Arc::new(Channels::new(seat.dial, states.clone()));
        let network = Network {
            member: seat.member,
            channels: channels.clone(),
            config: config.clone(),
        };
        let raft = Raft::new(seat.member, settings, network, log, machine).await;
        let raft = raft.map_err(|error| {
            let why = reason
                .get()
                .map_or_else(|| error.to_string(), str::to_owned);
            StartError::Replay(why)
        })?;
        Ok(Arc::new(Self {
            cluster_id: seat.cluster_id,
            member: seat.member,
            config: config.clone(),
            raft,
            log: kept,
            states,
            channels,
            contact: Contact::default(),
            reason,
        }))
    }
}
