//! W8, revisions: one key that everybody writes and reads, and what each node says of itself.
//!
//! Invariant: revisions of writes are all different and grow with time; a read shows what the key
//! held at the revision that comes with it; neither the revision that a node has applied nor the one
//! that its data plane serves ever goes back.
//!
//! Source: etcd's `Revision` guarantees and its robustness tests.

use std::sync::atomic::{AtomicU64, Ordering};

use rand::RngExt;
use rand::rngs::SmallRng;
use serde::{Deserialize, Serialize};
use trellis_client::{Client, Refusal};
use trellis_proto::v1::{self, ResourceKind, resource::Spec};

use super::{Answered, Next, Who, Workload, api};
use crate::check::revisions::{Observation, Op};
use crate::history::{Call, Outcome};

/// The user whose tag is the key.
const USER: &str = "revisions";
const TAG: &str = "value";

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "call")]
pub enum Operation {
    /// Write the key.
    Write {
        /// Unique in the run.
        value: u64,
    },
    /// Read the key.
    Read,
    /// Ask a node how it is.
    Status,
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
    /// How the node is.
    Status {
        /// Its id: another one after it was replaced.
        id: String,
        /// Revision that it has applied.
        applied: u64,
        /// Revision that its data plane serves.
        served: u64,
        /// Its term.
        term: u64,
        /// `node-N` of the leader; empty while it knows none.
        leader: String,
    },
}

/// The key; nothing at first.
pub struct Revisions {
    values: AtomicU64,
}

impl Default for Revisions {
    fn default() -> Self {
        Self {
            values: AtomicU64::new(1),
        }
    }
}

/// The history as revisions are judged by; what nodes say of themselves is left out.
#[must_use]
pub fn observations(history: &[Call<Operation, Answer>]) -> Vec<Observation> {
    let seen = history.iter().filter_map(|call| {
        let op = match (&call.operation, &call.outcome) {
            (Operation::Write { .. }, Outcome::Refused { .. }) => return None,
            (Operation::Write { value }, _) => Op::Write {
                value: Some(*value),
            },
            (
                Operation::Read,
                Outcome::Done {
                    answer: Answer::Value { value, .. },
                    ..
                },
            ) => Op::Read {
                value: Some(*value),
            },
            _ => return None,
        };
        Some(Observation {
            client: call.client,
            node: call.node,
            invoked_us: call.invoked_us,
            ended_us: call.ended_us,
            key: USER.to_owned(),
            op,
            revision: match call.outcome {
                Outcome::Done { revision, .. } => Some(revision),
                Outcome::Refused { .. } | Outcome::Unknown { .. } => None,
            },
        })
    });
    seen.collect()
}

impl Workload for Revisions {
    const NAME: &'static str = "revisions";
    type Operation = Operation;
    type Answer = Answer;
    type Memory = ();

    fn next(&self, _: &Who, (): &mut (), chance: &mut SmallRng) -> Next<Operation> {
        Next::here(match chance.random_range(0..100) {
            0..35 => Operation::Write {
                value: self.values.fetch_add(1, Ordering::Relaxed),
            },
            35..65 => Operation::Read,
            _ => Operation::Status,
        })
    }

    async fn ask(
        &self,
        client: &Client,
        operation: &Operation,
    ) -> Result<Answered<Answer>, Refusal> {
        match operation {
            Operation::Write { value } => {
                let user = v1::User {
                    user_name: USER.to_owned(),
                    tags: api::numbered(TAG, *value),
                    ..v1::User::default()
                };
                let revision = api::apply(client, vec![Spec::User(user)], String::new()).await?;
                let answer = Answer::Written;
                Ok(Answered { answer, revision })
            }
            Operation::Read => {
                let named = api::identifier(ResourceKind::User, USER);
                let (found, revision) = api::get(client, named, false).await?;
                let value = match &found.spec {
                    Some(Spec::User(user)) => api::number(&user.tags, TAG),
                    _ => None,
                };
                let answer = Answer::Value {
                    value: value.unwrap_or(u64::MAX),
                    since: api::revision_of(&found),
                };
                Ok(Answered { answer, revision })
            }
            Operation::Status => {
                let status = client.status(v1::StatusRequest {}).await?;
                Ok(Answered {
                    revision: status.revision_applied,
                    answer: Answer::Status {
                        id: status.node,
                        applied: status.revision_applied,
                        served: status.revision_served,
                        term: status.term,
                        leader: status.leader,
                    },
                })
            }
        }
    }

    fn last(&self) -> Vec<Operation> {
        vec![Operation::Read, Operation::Status]
    }
}
