//! W1, register: one value for each key, read, written, and written on condition.
//!
//! A register is a user whose tag holds the value. Writing it sets the tag; writing on condition
//! updates the user at the revision that was read with the value, and as every value is written
//! once only, that revision stands for the value. Invariant: calls on one key are linearizable.
//!
//! Source: Jepsen's `linearizable-register`; etcd's robustness tests.

mod plain;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use rand::RngExt;
use rand::rngs::SmallRng;
use serde::{Deserialize, Serialize};
use trellis_client::{Class, Client, Refusal};
use trellis_proto::v1::{self, ResourceKind, resource::Spec};

use super::rotation::Rotation;
use super::{Answered, Next, Who, Workload, api};
use crate::history::Outcome;

pub use plain::{observations, registers};

/// Keys in use at once.
const KEYS: usize = 4;
/// Calls for one key: what a search for an order can bear, at 10 clients and 2 % unknown outcomes.
const CALLS_PER_KEY: u32 = 200;
/// Keys that a client remembers.
const REMEMBERED_MAX: usize = 32;
/// The tag that holds the value.
const TAG: &str = "value";

/// What is asked of a register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "call")]
pub enum Operation {
    /// Read it.
    Read {
        /// Which.
        key: u64,
    },
    /// Make it, on condition that it is not there.
    Create {
        /// Which.
        key: u64,
        /// What it is to hold.
        value: u64,
    },
    /// Write it, whatever it holds.
    Write {
        /// Which.
        key: u64,
        /// What it is to hold.
        value: u64,
    },
    /// Write it on condition that it holds a value.
    CompareAndSet {
        /// Which.
        key: u64,
        /// What it must hold.
        expected: u64,
        /// Revision at which it got the expected value.
        revision: u64,
        /// What it is to hold.
        value: u64,
    },
}

impl Operation {
    /// Which register.
    #[must_use]
    pub fn key(&self) -> u64 {
        match self {
            Self::Read { key }
            | Self::Create { key, .. }
            | Self::Write { key, .. }
            | Self::CompareAndSet { key, .. } => *key,
        }
    }
}

/// What a register answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum Answer {
    /// It holds this.
    Value {
        /// What it holds.
        value: u64,
        /// Revision at which it got it.
        since: u64,
    },
    /// There is none.
    Absent,
    /// It was written.
    Written,
    /// It was not written: the condition does not hold.
    Mismatch,
}

/// The registers.
pub struct Register {
    keys: Rotation,
    /// The next value.
    values: AtomicU64,
}

/// Values and their revisions, by key.
pub type Memory = HashMap<u64, (u64, u64)>;

impl Default for Register {
    fn default() -> Self {
        Self {
            keys: Rotation::new(KEYS, CALLS_PER_KEY),
            values: AtomicU64::new(1),
        }
    }
}

impl Workload for Register {
    const NAME: &'static str = "register";
    type Operation = Operation;
    type Answer = Answer;
    type Memory = Memory;

    fn next(&self, _: &Who, memory: &mut Memory, chance: &mut SmallRng) -> Next<Operation> {
        let key = self.keys.draw(chance);
        let value = || self.values.fetch_add(1, Ordering::Relaxed);
        let draw = chance.random_range(0..100);
        Next::here(match memory.get(&key) {
            None if draw < 30 => Operation::Create {
                key,
                value: value(),
            },
            Some((expected, revision)) if draw < 35 => Operation::CompareAndSet {
                key,
                expected: *expected,
                revision: *revision,
                value: value(),
            },
            Some(_) if draw < 60 => Operation::Write {
                key,
                value: value(),
            },
            _ => Operation::Read { key },
        })
    }

    async fn ask(
        &self,
        client: &Client,
        operation: &Operation,
    ) -> Result<Answered<Answer>, Refusal> {
        let named = |key: u64| api::identifier(ResourceKind::User, &name(key));
        match operation {
            Operation::Read { key } => {
                let (found, revision) = api::find(client, named(*key), false).await?;
                let answer = found.map_or(Answer::Absent, |found| held(&found));
                Ok(Answered { answer, revision })
            }
            Operation::Create { key, value } => {
                let made = api::create(client, user(*key, *value)).await;
                conditional(made.map(|(_, revision)| revision))
            }
            Operation::Write { key, value } => {
                let revision = api::tag(client, named(*key), TAG, *value).await?;
                let answer = Answer::Written;
                Ok(Answered { answer, revision })
            }
            Operation::CompareAndSet {
                key,
                revision,
                value,
                ..
            } => {
                let spec = user(*key, *value);
                conditional(api::update(client, named(*key), spec, *revision).await)
            }
        }
    }

    fn learn(&self, memory: &mut Memory, operation: &Operation, outcome: &Outcome<Answer>) {
        let Outcome::Done { answer, revision } = outcome else {
            return;
        };
        let known = match (operation, answer) {
            (_, Answer::Value { value, since }) => Some((*value, *since)),
            (
                Operation::Create { value, .. }
                | Operation::Write { value, .. }
                | Operation::CompareAndSet { value, .. },
                Answer::Written,
            ) => Some((*value, *revision)),
            _ => None,
        };
        if memory.len() >= REMEMBERED_MAX {
            memory.clear();
        }
        if let Some(known) = known {
            memory.insert(operation.key(), known);
        }
    }

    fn last(&self) -> Vec<Operation> {
        let keys = self.keys.all().into_iter();
        keys.map(|key| Operation::Read { key }).collect()
    }
}

/// What a register is called.
pub(crate) fn name(key: u64) -> String {
    format!("register-{key}")
}

fn user(key: u64, value: u64) -> Spec {
    Spec::User(v1::User {
        user_name: name(key),
        tags: api::numbered(TAG, value),
        ..v1::User::default()
    })
}

fn held(found: &v1::Resource) -> Answer {
    let value = match &found.spec {
        Some(Spec::User(user)) => api::number(&user.tags, TAG),
        _ => None,
    };
    value.map_or(Answer::Absent, |value| Answer::Value {
        value,
        since: api::revision_of(found),
    })
}

/// What came of a write on condition.
fn conditional(written: Result<u64, Refusal>) -> Result<Answered<Answer>, Refusal> {
    match written {
        Ok(revision) => Ok(Answered {
            answer: Answer::Written,
            revision,
        }),
        Err(refusal) if refusal.class == Class::Conflict => Ok(Answered {
            answer: Answer::Mismatch,
            revision: 0,
        }),
        Err(refusal) => Err(refusal),
    }
}
