//! The data plane with what feeds and watches it: it starts first and outlives consensus.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tracing::warn;
use trellis_core::registry::State;
use trellis_core::view::{self, TargetView};
use trellis_proto::v1::TargetStatus;

use super::Member;
use crate::config::Config;
use crate::control;
use crate::dataplane::access_log::AccessLog;
use crate::dataplane::health::{self, HealthCell, TargetKey};
use crate::dataplane::{self, DataPlane, ViewCell};
use crate::last_good::LastGood;
use crate::raft::Consensus;
use crate::telemetry::metrics::{Metrics, RaftStatus, Sources};

/// The data plane with what feeds and watches it.
pub(super) struct Forwarding {
    pub(super) views: Arc<ViewCell>,
    pub(super) health: Arc<HealthCell>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) plane: DataPlane,
    pub(super) last_good: LastGood,
    pub(super) access_log: AccessLog,
    pub(super) draining: Arc<AtomicBool>,
}

impl Forwarding {
    /// Starts the data plane with the newest state that this node has.
    pub(super) fn start(
        config: &Config,
        member: &Member,
        consensus: Option<Arc<Consensus>>,
    ) -> anyhow::Result<Self> {
        let (node_id, keyring) = (member.node_id(), member.keyring.clone());
        let cluster_id = member.identity.cluster_id.clone();
        let last_good = LastGood::new(&config.data_dir, cluster_id, keyring);
        let applied = consensus
            .as_ref()
            .map(|consensus| consensus.state())
            .unwrap_or_default();
        let state = newest(applied, &last_good);
        let views = Arc::new(ViewCell::new(view::compile(&state, &member.keyring, None)));
        let health = Arc::new(HealthCell::default());
        let log_dir = config.data_dir.join("access-logs");
        let access_log = AccessLog::start(&config.dataplane.access_log, log_dir)?;
        let scraped = views.clone();
        let metrics = Arc::new(Metrics::new(Sources {
            view: Box::new(move || scraped.load()),
            raft: Box::new(move || raft_status(consensus.as_deref())),
            health: health.clone(),
            access_log: access_log.clone(),
        }));
        let parts = dataplane::Parts {
            node_id: node_id.clone(),
            views: views.clone(),
            health: health.clone(),
            access_log: access_log.clone(),
            metrics: metrics.clone(),
        };
        let plane = DataPlane::start(&config.dataplane, &parts)?;
        let probed = views.clone();
        let view = move || probed.load();
        health::start(
            &config.dataplane.health,
            node_id,
            view,
            views.changed(),
            health.clone(),
        )?;
        let draining = Arc::new(AtomicBool::new(false));
        Ok(Self {
            views,
            health,
            metrics,
            plane,
            last_good,
            access_log,
            draining,
        })
    }

    /// The health of a group's targets, as this node sees it.
    pub(super) fn targets(&self) -> control::Targets {
        let (views, cell) = (self.views.clone(), self.health.clone());
        Box::new(move |group| {
            let view = views.load();
            let targets = view
                .groups
                .get(group)
                .into_iter()
                .flat_map(|group| &group.targets);
            let status = |target: &TargetView| {
                let key = TargetKey {
                    group: group.to_owned(),
                    address: target.address,
                };
                let status = health::status(&view, &cell, &key, false);
                TargetStatus {
                    id: target.address.ip().to_string(),
                    port: target.address.port().into(),
                    status: status.label().to_owned(),
                    reason_code: status.reason_code().unwrap_or_default().to_owned(),
                }
            };
            targets.map(status).collect()
        })
    }
}

/// The applied state, or the kept one where the store has lost more than that.
fn newest(applied: State, last_good: &LastGood) -> State {
    match last_good.load() {
        Some(kept) if kept.revision > applied.revision => {
            warn!(
                kept = kept.revision,
                applied = applied.revision,
                "serving a kept state until raft has caught up"
            );
            kept
        }
        _ => applied,
    }
}

fn raft_status(consensus: Option<&Consensus>) -> RaftStatus {
    let Some(status) = consensus.map(Consensus::status) else {
        return RaftStatus::default();
    };
    RaftStatus {
        member: status.member,
        term: status.term,
        is_leader: status.leader == Some(status.member),
        last_log_index: status.last_log,
        applied_index: status.last_applied,
    }
}
