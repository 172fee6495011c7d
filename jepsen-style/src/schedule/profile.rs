//! How long a run is.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// How long a run is, and how many faults it has: the figures are our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Two minutes, for every change.
    Ci,
    /// Six minutes: at least thirty faults of at least eight classes.
    Short,
    /// An hour: at least three hundred faults, every class at least ten times.
    Nightly,
}

impl Profile {
    /// How long faults are injected, milliseconds.
    #[must_use]
    pub fn heal_ms(self) -> u64 {
        match self {
            Self::Ci => 80_000,
            Self::Short => 270_000,
            Self::Nightly => 57 * 60_000,
        }
    }
}
