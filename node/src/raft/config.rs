//! Settings of consensus and its store.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use trellis_core::seeded_bugs::{self, Bug};

use super::store::StoreKind;

/// Largest snapshot that is sent or taken in, bytes.
pub const SNAPSHOT_BYTES_MAX: u64 = 512 << 20;
/// Largest encoded command, bytes.
pub const COMMAND_BYTES_MAX: usize = 1 << 20;
/// Largest batch of entries in one message, bytes; a single larger entry still travels alone.
pub const APPEND_BYTES_MAX: usize = 2 << 20;
/// Largest message between members, bytes: the largest batch or entry and what surrounds it.
pub const MESSAGE_BYTES_MAX: usize = 4 << 20;
/// Longest wait for a snapshot to be sent and installed.
pub const SNAPSHOT_DEADLINE: Duration = Duration::from_secs(60);
/// Most entries in one message.
const APPEND_ENTRIES_MAX: u64 = 256;

/// Settings of consensus and its store.
///
/// When the leader has been silent for `election_max_ms`, its lease, the first voter stands for
/// election, the next one 80 ms later, and so on; where that leads to nothing, each of them after a
/// random time between `election_min_ms` and `election_max_ms` more.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Engine that keeps the log, `redb` or `sled`. Default `redb`.
    pub store: StoreKind,
    /// Interval of the leader's heartbeats, milliseconds. The answer to one is awaited for three
    /// quarters of it: where members are further apart than that, raise all three. Default 100.
    pub heartbeat_ms: u64,
    /// Shortest random part of an election timeout, milliseconds. Default 200.
    pub election_min_ms: u64,
    /// Longest random part of an election timeout, and the leader's lease, milliseconds. Default 500.
    pub election_max_ms: u64,
    /// Log entries after which a snapshot is taken. Default 5,000.
    pub snapshot_every: u64,
    /// Log entries kept behind a snapshot, for followers that lag a little. Default 2,000.
    pub log_keep: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            store: StoreKind::default(),
            heartbeat_ms: 100,
            election_min_ms: 200,
            election_max_ms: 500,
            snapshot_every: 5_000,
            log_keep: 2_000,
        }
    }
}

impl Config {
    /// How old the last sign of a quorum may be before a write or read under way is given up.
    #[must_use]
    pub fn quorum_silence_max(&self) -> Duration {
        Duration::from_millis(self.election_max_ms + 500)
    }

    /// Longest wait for a follower to make entries durable, and for a vote.
    #[must_use]
    pub fn append_deadline(&self) -> Duration {
        Duration::from_millis(self.election_max_ms)
    }

    /// The library's configuration.
    ///
    /// # Errors
    /// Where the intervals do not fit each other.
    pub(super) fn openraft(&self, cluster: &str) -> Result<Arc<openraft::Config>, String> {
        let config = openraft::Config {
            cluster_name: cluster.to_owned(),
            heartbeat_interval: self.heartbeat_ms,
            election_timeout_min: self.election_min_ms,
            election_timeout_max: self.election_max_ms,
            install_snapshot_timeout: u64::try_from(SNAPSHOT_DEADLINE.as_millis())
                .unwrap_or(60_000),
            max_payload_entries: APPEND_ENTRIES_MAX,
            replication_lag_threshold: self.snapshot_every.saturating_add(self.log_keep),
            snapshot_policy: openraft::SnapshotPolicy::LogsSinceLast(self.snapshot_every),
            max_in_snapshot_log_to_keep: self.log_keep,
            // Followers write an entry while the leader does; it counts itself only when it is done.
            broadcast_submitted_on_append: Some(true),
            enable_pre_vote: Some(true),
            enable_leader_restore: Some(false),
            // A voter whose log went back is lost, unless its id is used for another node.
            allow_log_reversion: seeded_bugs::is(Bug::B16).then_some(true),
            ..openraft::Config::default()
        };
        let config = config.validate().map_err(|error| error.to_string())?;
        Ok(Arc::new(config))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_have_defaults_that_fit_each_other() {
        let config: Config = toml::from_str("").unwrap();
        assert_eq!(config.store, StoreKind::Redb);
        config.openraft("c").unwrap();
        let config: Config = toml::from_str("store = \"sled\"\nsnapshot_every = 9").unwrap();
        assert_eq!((config.store, config.snapshot_every), (StoreKind::Sled, 9));
    }

    #[test]
    fn settings_that_do_not_fit_or_do_not_exist_are_refused() {
        let reversed = "election_min_ms = 900\nelection_max_ms = 800";
        let config: Config = toml::from_str(reversed).unwrap();
        assert!(config.openraft("c").unwrap_err().contains("900"));
        let restless: Config = toml::from_str("heartbeat_ms = 200").unwrap();
        assert!(restless.openraft("c").is_err());
        for unknown in ["store = \"rocks\"", "heart = 5"] {
            assert!(toml::from_str::<Config>(unknown).is_err(), "{unknown}");
        }
    }
}
