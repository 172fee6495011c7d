//! W4, bank: weights move between two rules in one bundle; what all rules have together never changes.
//!
//! Each seat owns two rules of one listener and moves weight between these, so that no two clients
//! overwrite each other; everybody reads all rules at one revision, also from nodes' own states. A
//! move of unknown outcome is repeated with its client token until it is known. Invariant: the sum
//! of all weights is the same in every read.
//!
//! Source: Jepsen's `bank`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::RngExt;
use rand::rngs::SmallRng;
use serde::{Deserialize, Serialize};
use trellis_client::{Class, Client, Refusal};
use trellis_proto::v1::{self, ResourceKind, resource::Spec};

use super::drive::Setting;
use super::{Answered, Next, Who, Workload, api};
use crate::history::Outcome;

/// Weight of each rule at the beginning.
const BALANCE: u32 = 100;
/// Most that is moved at once.
const MOVED_MAX: u32 = 50;
/// Names of the resources.
const SERVICE: &str = "bank";
const LISTENER: &str = "ledger";
const GROUP: &str = "bank-vault";
/// Takes what the rules do not give to the vault, so that a rule always forwards.
const OTHER: &str = "bank-street";

/// What is asked of the bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "call")]
pub enum Operation {
    /// Write the weights of two rules.
    Move {
        /// Rules and their new weights.
        to: [(usize, u32); 2],
        /// Client token.
        token: String,
    },
    /// Read the weights of all rules.
    Read {
        /// From the node's own state, which may be behind.
        local: bool,
    },
}

/// What the bank answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum Answer {
    /// It was moved.
    Moved,
    /// These are the weights.
    Weights {
        /// By rule; rules that are missing are missing here too.
        weights: Vec<(usize, u32)>,
    },
}

/// The bank.
pub struct Bank {
    seats: Mutex<Vec<Seat>>,
}

#[derive(Clone, Debug)]
struct Seat {
    /// Rules and their weights.
    rules: [(usize, u32); 2],
    /// A move whose outcome is not known.
    pending: Option<([(usize, u32); 2], String)>,
}

impl Bank {
    /// Makes the rules of all seats.
    ///
    /// # Errors
    /// Where the cluster refuses.
    pub async fn prepare(setting: &Setting) -> anyhow::Result<Self> {
        let client = api::client(&setting.access, None, setting.pace.deadline)?;
        let seats: Vec<_> = (0..setting.pace.clients)
            .map(|seat| Seat {
                rules: [(2 * seat, BALANCE), (2 * seat + 1, BALANCE)],
                pending: None,
            })
            .collect();
        let mut specs = base();
        specs.extend(seats.iter().flat_map(|seat| seat.rules).map(rule));
        api::apply(&client, specs, String::new()).await?;
        Ok(Self {
            seats: Mutex::new(seats),
        })
    }

    fn seats(&self) -> MutexGuard<'_, Vec<Seat>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What all weights come to, always.
    pub fn total(&self) -> u64 {
        2 * u64::from(BALANCE) * self.seats().len() as u64
    }
}

impl Workload for Bank {
    const NAME: &'static str = "bank";
    type Operation = Operation;
    type Answer = Answer;
    type Memory = ();

    fn next(&self, who: &Who, (): &mut (), chance: &mut SmallRng) -> Next<Operation> {
        let draw = chance.random_range(0..100);
        let mut seats = self.seats();
        let seat = &mut seats[who.seat];
        if draw >= 40 {
            return Next::here(Operation::Read { local: draw >= 75 });
        }
        if let Some((to, token)) = seat.pending.clone() {
            // Its own node may be the reason why nobody knows.
            let node = chance.random_range(0..who.nodes);
            return Next::at(node, Operation::Move { to, token });
        }
        let [mut from, mut to] = seat.rules;
        if from.1 < to.1 {
            std::mem::swap(&mut from, &mut to);
        }
        let moved = chance.random_range(1..=MOVED_MAX);
        let to = [(from.0, from.1 - moved), (to.0, to.1 + moved)];
        let token = trellis_client::client::client_token();
        seat.pending = Some((to, token.clone()));
        Next::here(Operation::Move { to, token })
    }

    async fn ask(
        &self,
        client: &Client,
        operation: &Operation,
    ) -> Result<Answered<Answer>, Refusal> {
        match operation {
            Operation::Move { to, token } => {
                let rules = to.iter().copied().map(rule).collect();
                let revision = api::apply(client, rules, token.clone()).await?;
                let answer = Answer::Moved;
                Ok(Answered { answer, revision })
            }
            Operation::Read { local } => read(client, *local).await,
        }
    }

    fn learn(&self, (): &mut (), operation: &Operation, outcome: &Outcome<Answer>) {
        // A refusal says nothing of an earlier attempt, so only a success ends a move.
        let (Operation::Move { to, .. }, Outcome::Done { .. }) = (operation, outcome) else {
            return;
        };
        let seat = to[0].0 / 2;
        if let Some(seat) = self.seats().get_mut(seat) {
            seat.rules = *to;
            seat.pending = None;
        }
    }

    fn last(&self) -> Vec<Operation> {
        vec![
            Operation::Read { local: false },
            Operation::Read { local: true },
        ]
    }
}

fn group(name: &str) -> Spec {
    Spec::TargetGroup(v1::TargetGroup {
        name: name.to_owned(),
        r#type: "LAMBDA".to_owned(),
        ..v1::TargetGroup::default()
    })
}

fn base() -> Vec<Spec> {
    let not_found = v1::FixedResponseAction { status_code: 404 };
    vec![
        Spec::Service(v1::Service {
            name: SERVICE.to_owned(),
            ..v1::Service::default()
        }),
        group(GROUP),
        group(OTHER),
        Spec::Listener(v1::Listener {
            name: LISTENER.to_owned(),
            service_identifier: SERVICE.to_owned(),
            protocol: "HTTP".to_owned(),
            port: Some(80),
            default_action: Some(v1::RuleAction {
                forward: None,
                fixed_response: Some(not_found),
            }),
            ..v1::Listener::default()
        }),
    ]
}

fn rule((rule, weight): (usize, u32)) -> Spec {
    let weighted = |name: &str, weight| v1::WeightedTargetGroup {
        target_group_identifier: name.to_owned(),
        weight: Some(weight),
    };
    let path = v1::PathMatchType {
        exact: Some(format!("/{rule}")),
        prefix: None,
    };
    let http_match = v1::HttpMatch {
        path_match: Some(v1::PathMatch {
            r#match: Some(path),
            case_sensitive: true,
        }),
        ..v1::HttpMatch::default()
    };
    Spec::Rule(v1::Rule {
        name: format!("account-{rule}"),
        service_identifier: SERVICE.to_owned(),
        listener_identifier: LISTENER.to_owned(),
        r#match: Some(v1::RuleMatch {
            http_match: Some(http_match),
        }),
        priority: u32::try_from(rule + 1).ok(),
        action: Some(v1::RuleAction {
            forward: Some(v1::ForwardAction {
                target_groups: vec![weighted(GROUP, weight), weighted(OTHER, 1)],
            }),
            fixed_response: None,
        }),
        ..v1::Rule::default()
    })
}

async fn read(client: &Client, local: bool) -> Result<Answered<Answer>, Refusal> {
    let request = v1::ListRequest {
        kind: ResourceKind::Rule as i32,
        parent: LISTENER.to_owned(),
        service: SERVICE.to_owned(),
        options: Some(v1::ReadOptions { local }),
        ..v1::ListRequest::default()
    };
    let (rules, revision) = match api::list(client, request).await {
        // The rules are gone with their listener; a node that is behind may not have it yet.
        Err(refusal) if refusal.class == Class::NotFound && !local => (Vec::new(), 0),
        listed => listed?,
    };
    let mut weights: Vec<_> = rules.iter().filter_map(weight).collect();
    weights.sort_unstable();
    let answer = Answer::Weights { weights };
    Ok(Answered { answer, revision })
}

/// A rule and what it gives to the vault. By place: the answer names groups by their ids.
fn weight(rule: &v1::Resource) -> Option<(usize, u32)> {
    let Some(Spec::Rule(rule)) = &rule.spec else {
        return None;
    };
    let number = rule.name.strip_prefix("account-")?.parse().ok()?;
    let forward = rule.action.as_ref()?.forward.as_ref()?;
    Some((number, forward.target_groups.first()?.weight?))
}
