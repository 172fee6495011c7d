//! What a history must satisfy: one file for each property, each with its source; pure.

pub mod access_log;
pub mod bank;
pub mod coverage;
pub mod failover;
pub mod linearizability;
pub mod log;
mod order;
pub mod pace;
pub mod quotas;
pub mod raft;
pub mod recreate;
pub mod referential;
pub mod revisions;
pub mod revocation;
pub mod served;
pub mod session;
pub mod set;
pub mod state;
#[cfg(test)]
mod tests;
pub mod traffic;
pub mod transactions;
pub mod uniqueness;
pub mod visibility;
pub mod window;

use serde::Serialize;

/// Findings shown of one property.
const FINDINGS_MAX: usize = 10;

/// What a checker says of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Verdict {
    /// The property holds.
    Holds {
        /// How many things were looked at, and what they are.
        evidence: String,
    },
    /// The property is broken.
    Broken {
        /// What was seen that may not be, ready to read; the first few.
        findings: Vec<String>,
    },
    /// The checker could not tell, or there was too little to look at. Counts as a failure.
    Unknown {
        /// Why.
        reason: String,
    },
}

impl Verdict {
    /// Broken where there are findings, else holding with the evidence.
    #[must_use]
    pub fn of(findings: Vec<String>, evidence: impl Into<String>) -> Self {
        if findings.is_empty() {
            let evidence = evidence.into();
            Self::Holds { evidence }
        } else {
            Self::Broken { findings }
        }
    }

    /// Whether the property holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        matches!(self, Self::Holds { .. })
    }
}
