//! W7, client order: each client writes its own key on one node and reads it on another.
//!
//! Reads are linearizable, or local: from the node's own state, which may be behind. Invariant: a
//! linearizable read sees the client's last acknowledged write, and neither its value nor its
//! revision is older than what the client saw before; a node's local reads never go back; and every
//! value stands at the revision that it was written at.
//!
//! Source: D. Terry et al., "Session guarantees for weakly consistent replicated data" (1994).

use std::sync::atomic::{AtomicU64, Ordering};

use rand::RngExt;
use rand::rngs::SmallRng;
use serde::{Deserialize, Serialize};
use trellis_client::{Client, Refusal};
use trellis_proto::v1::{self, ResourceKind, resource::Spec};

use super::{Answered, Next, Who, Workload, api};
use crate::history::Outcome;

/// Writes of one key; the client goes on with a fresh one.
const WRITES_PER_KEY: u32 = 50;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "call")]
pub enum Operation {
    /// Make a key.
    Create {
        /// Which; only this client writes it.
        key: u64,
        /// What it is to hold: the number of the write.
        value: u64,
    },
    /// Write a key.
    Write {
        /// Which.
        key: u64,
        /// What it is to hold: the number of the write.
        value: u64,
    },
    /// Read a key.
    Read {
        /// Which.
        key: u64,
        /// From the node's own state, which may be behind.
        local: bool,
    },
}

impl Operation {
    /// Which key.
    #[must_use]
    pub fn key(&self) -> u64 {
        match self {
            Self::Create { key, .. } | Self::Write { key, .. } | Self::Read { key, .. } => *key,
        }
    }
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum Answer {
    /// It was written.
    Written,
    /// It holds this.
    Value {
        /// What it holds.
        value: u64,
        /// Revision at which it got it.
        since: u64,
    },
    /// There is none.
    Absent,
}

/// The keys.
#[derive(Default)]
pub struct Session {
    keys: AtomicU64,
}

/// A client's key, and how often it was written.
pub type Memory = Option<(u64, u32)>;

impl Workload for Session {
    const NAME: &'static str = "session";
    type Operation = Operation;
    type Answer = Answer;
    type Memory = Memory;

    fn next(&self, who: &Who, memory: &mut Memory, chance: &mut SmallRng) -> Next<Operation> {
        let node = chance.random_range(0..who.nodes);
        if memory.is_none_or(|(_, writes)| writes >= WRITES_PER_KEY) {
            *memory = Some((self.keys.fetch_add(1, Ordering::Relaxed), 0));
        }
        let (key, writes) = memory.unwrap_or_default();
        let value = u64::from(writes + 1);
        let operation = match chance.random_range(0..100) {
            _ if writes == 0 => Operation::Create { key, value },
            0..40 => Operation::Write { key, value },
            draw => Operation::Read {
                key,
                local: draw >= 75,
            },
        };
        Next::at(node, operation)
    }

    async fn ask(
        &self,
        client: &Client,
        operation: &Operation,
    ) -> Result<Answered<Answer>, Refusal> {
        let written = |revision| Answered {
            answer: Answer::Written,
            revision,
        };
        let named = api::identifier(ResourceKind::User, &name(operation.key()));
        match operation {
            Operation::Create { key, value } => {
                let user = v1::User {
                    user_name: name(*key),
                    tags: api::numbered(TAG, *value),
                    ..v1::User::default()
                };
                let (_, revision) = api::create(client, Spec::User(user)).await?;
                Ok(written(revision))
            }
            Operation::Write { value, .. } => {
                api::tag(client, named, TAG, *value).await.map(written)
            }
            Operation::Read { local, .. } => {
                let (found, revision) = api::find(client, named, *local).await?;
                let answer = found.map_or(Answer::Absent, |found| held(&found));
                Ok(Answered { answer, revision })
            }
        }
    }

    fn learn(&self, memory: &mut Memory, operation: &Operation, outcome: &Outcome<Answer>) {
        if !matches!(outcome, Outcome::Done { .. }) {
            return;
        }
        if let (Operation::Create { .. } | Operation::Write { .. }, Some((_, writes))) =
            (operation, memory)
        {
            *writes += 1;
        }
    }

    fn last(&self) -> Vec<Operation> {
        let keys = 0..self.keys.load(Ordering::Relaxed);
        keys.map(|key| Operation::Read { key, local: false })
            .collect()
    }
}

const TAG: &str = "value";

fn name(key: u64) -> String {
    format!("session-{key}")
}

fn held(found: &v1::Resource) -> Answer {
    let value = match &found.spec {
        Some(Spec::User(user)) => api::number(&user.tags, TAG),
        _ => None,
    };
    Answer::Value {
        value: value.unwrap_or_default(),
        since: api::revision_of(found),
    }
}
