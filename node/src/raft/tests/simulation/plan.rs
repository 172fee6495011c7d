//! What a seed makes of a run: its size, its settings, its weather.

use rand::RngExt;

use super::bug::Bug;
use super::chance::chance;
use crate::raft::Config;

/// How a run goes.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// The seed that all chance comes from.
    pub(super) seed: u64,
    /// Members at the beginning.
    pub(super) members: usize,
    /// Clients, each of them at one member.
    pub(super) clients: u64,
    /// How long faults happen, milliseconds.
    pub(super) chaos_ms: u64,
    /// Longest calm between two faults, milliseconds.
    pub(super) calm_ms: u64,
    /// Settings of every member.
    pub(super) config: Config,
    /// What is done wrong.
    pub(super) bug: Option<Bug>,
}

impl Plan {
    /// The plan that a seed stands for.
    pub(super) fn of(seed: u64) -> Self {
        let mut chance = chance(seed, "plan");
        let mut pick = |choices: &[u64]| choices[chance.random_range(0..choices.len())];
        Self {
            seed,
            members: usize::try_from(pick(&[3, 3, 3, 5, 5, 4])).unwrap(),
            clients: pick(&[4, 6, 8]),
            chaos_ms: pick(&[3_000, 5_000, 6_000]),
            calm_ms: pick(&[200, 500, 1_000]),
            config: Config {
                snapshot_every: pick(&[10, 25, 60, 5_000]),
                log_keep: pick(&[0, 5, 20]),
                ..Config::default()
            },
            bug: None,
        }
    }

    /// The same with something done wrong.
    pub(super) fn with(self, bug: Bug) -> Self {
        Self {
            bug: Some(bug),
            ..self
        }
    }
}
