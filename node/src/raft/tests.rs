//! Rules of the replicated registry, on real nodes in one process: TLS over loopback, a store on
//! disk, a runtime for each node, which is dropped where a node dies.

mod chaos;
mod cluster;
mod failover;
mod growth;
mod joining;
mod partition;
mod proxy;
mod recovery;
#[cfg(feature = "seeded-bugs")]
mod seeded_bugs;
pub(super) mod simulation;
mod trust;
mod writes;
