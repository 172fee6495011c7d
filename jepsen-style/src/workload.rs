//! What clients do to the registry while faults are injected, and what they must see.
//!
//! Each workload is one file: its operations and answers, what a client does next, and how it asks
//! the cluster. This file and those below drive them all alike: at a set rate, by clients that are
//! pinned to nodes, one call at a time each, every call recorded with how it ended.
//!
//! | module | its checker looks for |
//! |---|---|
//! | [`register`] | calls on one value that no order of single moments explains |
//! | [`set`] | targets lost, or back after their removal |
//! | [`append`] | transactions that are seen in part, or in two orders |
//! | [`bank`] | weights that do not add up in some read |
//! | [`referential`] | resources that name what is not there |
//! | [`uniqueness`] | two resources of one name, two effects of one client token |
//! | [`session`] | own writes unseen, reads that go back |
//! | [`revisions`] | revisions that repeat or go back |
//! | [`quotas`] | more resources than a quota allows |
//! | [`system`] | — what is called: a Trellis cluster, or another that the harness is tried on |
//! | [`api`] | — calls on the cluster |
//! | [`drive`] | — who calls when |
//! | [`rotation`] | — fresh keys after so many calls |
//! | [`suite`] | — all of them at once |
//! | [`histories`] | — what they recorded, and what the checkers say of it |

pub mod api;
pub mod append;
pub mod bank;
pub mod drive;
pub mod histories;
pub mod quotas;
pub mod referential;
pub mod register;
pub mod revisions;
pub mod rotation;
pub mod session;
pub mod set;
pub mod suite;
pub mod system;
pub mod uniqueness;

use std::future::Future;

use rand::rngs::SmallRng;
use serde::Serialize;

use crate::access::Access;
use crate::history::Outcome;
use system::System;

/// A kind of load on the registry, or on another system that is called alike.
pub trait Workload<S: System = Access>: Send + Sync + 'static {
    /// Name, as in file names and reports.
    const NAME: &'static str;
    /// What is asked.
    type Operation: Clone + Serialize + Send + Sync;
    /// What is answered.
    type Answer: Clone + Serialize + Send + Sync;
    /// What a client knows; it starts from nothing after an unknown outcome.
    type Memory: Default + Send;

    /// The next call of a client.
    fn next(
        &self,
        who: &Who,
        memory: &mut Self::Memory,
        chance: &mut SmallRng,
    ) -> Next<Self::Operation>;

    /// Makes a call.
    ///
    /// # Errors
    /// The refusal, where it is no answer that the checker judges.
    fn ask(
        &self,
        client: &S::Client,
        operation: &Self::Operation,
    ) -> impl Future<Output = Result<Answered<Self::Answer>, S::Refusal>> + Send;

    /// Learns how a call ended.
    fn learn(
        &self,
        memory: &mut Self::Memory,
        operation: &Self::Operation,
        outcome: &Outcome<Self::Answer>,
    ) {
        let _ = (memory, operation, outcome);
    }

    /// Reads that show the final state; each is made on every node after all faults are healed.
    fn last(&self) -> Vec<Self::Operation>;
}

/// A call to make.
#[derive(Clone, Debug)]
pub struct Next<O> {
    /// What to ask.
    pub operation: O,
    /// Position of the node to ask; `None` for the one that the client is pinned to.
    pub node: Option<usize>,
}

impl<O> Next<O> {
    /// A call on the client's own node.
    pub fn here(operation: O) -> Self {
        Self {
            operation,
            node: None,
        }
    }

    /// A call on a node.
    pub fn at(node: usize, operation: O) -> Self {
        Self {
            operation,
            node: Some(node),
        }
    }
}

/// An answer, and the registry revision that came with it; 0 where none did.
#[derive(Clone, Debug)]
pub struct Answered<A> {
    /// The answer.
    pub answer: A,
    /// Registry revision of the write, or of the state that was read.
    pub revision: u64,
}

/// Who calls.
#[derive(Clone, Copy, Debug)]
pub struct Who {
    /// Number of the client; a new one after each unknown outcome.
    pub client: u32,
    /// Which of the clients that call at once it is, from 0.
    pub seat: usize,
    /// Nodes of the cluster.
    pub nodes: usize,
}
