//! W6, uniqueness and idempotency: many clients create a user of the same name, under their own
//! client tokens and under shared ones, on different nodes and again after leader changes.
//!
//! Invariant: of all creations of a name one has an effect; repeated under its token it answers the
//! same; under its token with another body it is refused.
//!
//! Source: Jepsen's `unique-ids`; VPC Lattice API model, `clientToken`.

use rand::RngExt;
use rand::rngs::SmallRng;
use serde::{Deserialize, Serialize};
use trellis_client::{Class, Client, Refusal};
use trellis_proto::v1::{self, ResourceKind, resource::Spec};

use super::rotation::Rotation;
use super::{Answered, Next, Who, Workload, api};

/// Names that are raced for at once: so many that the race for one takes long enough for the leader
/// to change meanwhile.
const NAMES: usize = 6;
/// Calls for one name.
const CALLS_PER_NAME: u32 = 24;
/// Client tokens that all clients share for one name.
const SHARED_TOKENS: u32 = 2;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "call")]
pub enum Operation {
    /// Create the user of a name.
    Create {
        /// Which name.
        name: u64,
        /// Client token.
        token: String,
        /// What the user holds.
        body: u64,
    },
    /// Read the user of a name.
    Read {
        /// Which name.
        name: u64,
    },
}

impl Operation {
    /// Which name.
    #[must_use]
    pub fn name(&self) -> u64 {
        match self {
            Self::Create { name, .. } | Self::Read { name } => *name,
        }
    }
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum Answer {
    /// It was created, now or by an earlier call with the token.
    Created {
        /// Id of the user.
        id: String,
    },
    /// Another has the name.
    Taken,
    /// The token was used for another request.
    TokenUsed,
    /// There is one.
    User {
        /// Id of the user.
        id: String,
        /// What the user holds.
        body: u64,
    },
    /// There is none.
    Absent,
}

/// The names.
pub struct Uniqueness {
    names: Rotation,
    /// Makes the tokens of this run its own.
    run: u64,
}

impl Uniqueness {
    /// Names of a run.
    #[must_use]
    pub fn new(run: u64) -> Self {
        Self {
            names: Rotation::new(NAMES, CALLS_PER_NAME),
            run,
        }
    }
}

impl Workload for Uniqueness {
    const NAME: &'static str = "uniqueness";
    type Operation = Operation;
    type Answer = Answer;
    type Memory = ();

    fn next(&self, who: &Who, (): &mut (), chance: &mut SmallRng) -> Next<Operation> {
        let name = self.names.draw(chance);
        if chance.random_range(0..100) < 25 {
            return Next::here(Operation::Read { name });
        }
        let token = match chance.random_range(0..100) {
            0..70 => format!("shared {}", chance.random_range(0..SHARED_TOKENS)),
            _ => format!("own {}", who.client),
        };
        Next::here(Operation::Create {
            name,
            token: format!("{:x} {name} {token}", self.run),
            // The same for all but a few, who misuse the token.
            body: u64::from(chance.random_range(0..100) >= 90),
        })
    }

    async fn ask(
        &self,
        client: &Client,
        operation: &Operation,
    ) -> Result<Answered<Answer>, Refusal> {
        match operation {
            Operation::Create { name, token, body } => {
                let spec = Spec::User(v1::User {
                    user_name: user_name(*name),
                    tags: api::numbered(TAG, *body),
                    ..v1::User::default()
                });
                match api::create_by(client, spec, token.clone()).await {
                    Ok((made, revision)) => Ok(Answered {
                        answer: Answer::Created {
                            id: api::id_of(&made).to_owned(),
                        },
                        revision,
                    }),
                    Err(refusal) if refusal.class == Class::Conflict => Ok(Answered {
                        answer: conflict(&refusal),
                        revision: 0,
                    }),
                    Err(refusal) => Err(refusal),
                }
            }
            Operation::Read { name } => {
                let named = api::identifier(ResourceKind::User, &user_name(*name));
                let (found, revision) = api::find(client, named, false).await?;
                let answer = found.map_or(Answer::Absent, |found| user(&found));
                Ok(Answered { answer, revision })
            }
        }
    }

    fn last(&self) -> Vec<Operation> {
        let names = self.names.all().into_iter();
        names.map(|name| Operation::Read { name }).collect()
    }
}

const TAG: &str = "body";

fn user_name(name: u64) -> String {
    format!("unique-{name}")
}

fn conflict(refusal: &Refusal) -> Answer {
    // Both are conflicts by their code; only the text tells them apart.
    if refusal.message.contains("client token") {
        Answer::TokenUsed
    } else {
        Answer::Taken
    }
}

fn user(found: &v1::Resource) -> Answer {
    let body = match &found.spec {
        Some(Spec::User(user)) => api::number(&user.tags, TAG),
        _ => None,
    };
    Answer::User {
        id: api::id_of(found).to_owned(),
        body: body.unwrap_or(u64::MAX),
    }
}
