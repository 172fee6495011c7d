//! How long a run is.

use std::time::Duration;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::check::coverage::Required;

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
    /// Ten minutes in which a minority of the nodes is lost, again and again, under half a million
    /// requests.
    Minority,
    /// Ten minutes in which one node serves alone, and is restarted.
    Majority,
}

impl Profile {
    /// How long faults are injected, milliseconds.
    #[must_use]
    pub fn heal_ms(self) -> u64 {
        match self {
            Self::Ci => 80_000,
            Self::Short => 270_000,
            Self::Nightly => 57 * 60_000,
            Self::Minority | Self::Majority => 10 * 60_000,
        }
    }

    /// Load without faults at the beginning: what comes later is compared with it.
    #[must_use]
    pub fn calm(self) -> Duration {
        match self {
            Self::Ci => Duration::from_secs(8),
            Self::Short | Self::Nightly | Self::Minority | Self::Majority => {
                Duration::from_secs(15)
            }
        }
    }

    /// Calls on the registry per second, of each workload.
    #[must_use]
    pub fn calls_per_second(self) -> f64 {
        match self {
            Self::Ci => 12.0,
            Self::Short | Self::Nightly => 30.0,
            Self::Minority | Self::Majority => 6.0,
        }
    }

    /// Requests through the data planes per second.
    #[must_use]
    pub fn requests_per_second(self) -> u32 {
        match self {
            Self::Ci => 60,
            Self::Short | Self::Nightly => 200,
            Self::Minority => 1_400,
            Self::Majority => 1_000,
        }
    }

    /// Requests that must have been sent to nodes that run. Source: reliability plan, section 2.6.
    #[must_use]
    pub fn requests_judged_min(self) -> Option<u32> {
        (self == Self::Minority).then_some(500_000)
    }

    /// What a run must have had.
    #[must_use]
    pub fn required(self) -> Required {
        match self {
            Self::Ci => Required::CI,
            Self::Short => Required::SHORT,
            Self::Nightly => Required::NIGHTLY,
            Self::Minority => Required::MINORITY,
            Self::Majority => Required::MAJORITY,
        }
    }

    /// Requests that may fail on nodes that are up, in a million.
    #[must_use]
    pub fn failed_ppm_max(self) -> u64 {
        match self {
            Self::Minority => 100,
            Self::Ci | Self::Short | Self::Nightly | Self::Majority => 500,
        }
    }

    /// How long things may take; `None` where a run is for builds and machines of any speed, and tells
    /// only.
    #[must_use]
    pub fn bounds(self) -> Option<Bounds> {
        (self != Self::Ci).then_some(Bounds {
            visible_us: 500_000,
            revoked_us: 1_000_000,
            start_us: 3_000_000,
            failover_us: 3_000_000,
            recovery_us: 10_000_000,
        })
    }

    /// Bytes of a tmpfs for the data of each node.
    #[must_use]
    pub fn disk_bytes(self) -> u64 {
        match self {
            Self::Ci | Self::Short => 256 << 20,
            Self::Nightly | Self::Minority | Self::Majority => 1 << 30,
        }
    }

    /// Name on the command line.
    #[must_use]
    pub fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// How long things may take, microseconds. Source: reliability plan, section 2.6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// From the acknowledgement of a write until it is served, 99 of 100 times.
    pub visible_us: u64,
    /// From the acknowledgement of a revocation until it is obeyed.
    pub revoked_us: u64,
    /// From the start of a node until it serves.
    pub start_us: u64,
    /// From the loss of a leader until another commits, 99 of 100 times.
    pub failover_us: u64,
    /// From the healing of everything until every node takes part again.
    pub recovery_us: u64,
}

impl Bounds {
    /// For checks that need some bound where none is demanded: as long as a busy machine may take.
    pub const LOOSE: Self = Self {
        visible_us: 4_000_000,
        revoked_us: 4_000_000,
        start_us: 20_000_000,
        failover_us: 20_000_000,
        recovery_us: 60_000_000,
    };
}
