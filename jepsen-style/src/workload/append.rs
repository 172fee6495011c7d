//! W3, append: transactions that append to one to four lists at once, and reads of all lists.
//!
//! A generation is a listener, its lists are kinds of rules by their names, and an element of a list
//! is a rule: one bundle creates the rules of a transaction, all or none, and one list call reads
//! all lists of the generation at one revision. The order of a list is that of its rules' revisions.
//! Invariant: transactions are strictly serializable.
//!
//! Source: Elle's `list-append`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::RngExt;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};
use trellis_client::{Class, Client, Refusal};
use trellis_proto::v1::{self, ResourceKind, resource::Spec};

use super::{Answered, Next, Who, Workload, api};
use crate::check::transactions::{End, Step, Transaction};
use crate::history::{Call, Outcome};

/// Lists of a generation.
pub const LISTS: usize = 4;
/// Elements of a generation: all fit in one page of a list call, which has at most 100.
const ELEMENTS_MAX: u32 = 96;
/// Calls of a generation.
const CALLS_MAX: u32 = 200;
/// Generations that are kept beside the present one, for calls still under way.
const KEPT: u64 = 3;

/// A transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "call")]
pub enum Operation {
    /// Make the lists of a generation, empty.
    Open {
        /// Which.
        generation: u64,
    },
    /// Remove an old generation.
    Close {
        /// Which.
        generation: u64,
    },
    /// Append to some lists.
    Append {
        /// Whose lists.
        generation: u64,
        /// The list, from 0, and the element; each list once, each element once in a generation.
        appends: Vec<(usize, u32)>,
    },
    /// Read all lists.
    Read {
        /// Whose lists.
        generation: u64,
    },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum Answer {
    /// It was done.
    Done,
    /// What was in each list, in order.
    Lists {
        /// By list.
        lists: [Vec<u32>; LISTS],
    },
}

/// The lists.
pub struct Append {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    generation: u64,
    is_open: bool,
    calls: u32,
    elements: u32,
    /// The oldest generation that may still be there.
    oldest: u64,
}

impl Default for Append {
    fn default() -> Self {
        Self {
            state: Mutex::new(State::default()),
        }
    }
}

impl Append {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Workload for Append {
    const NAME: &'static str = "append";
    type Operation = Operation;
    type Answer = Answer;
    type Memory = ();

    fn next(&self, _: &Who, (): &mut (), chance: &mut SmallRng) -> Next<Operation> {
        let mut state = self.state();
        let is_full = state.elements + LISTS as u32 > ELEMENTS_MAX || state.calls >= CALLS_MAX;
        if is_full {
            *state = State {
                generation: state.generation + 1,
                oldest: state.oldest,
                ..State::default()
            };
        }
        let generation = state.generation;
        if !state.is_open {
            return Next::here(Operation::Open { generation });
        }
        if state.oldest + KEPT < generation {
            state.oldest += 1;
            return Next::here(Operation::Close {
                generation: state.oldest - 1,
            });
        }
        state.calls += 1;
        if chance.random_range(0..100) < 50 {
            return Next::here(Operation::Read { generation });
        }
        let mut lists: Vec<_> = (0..LISTS).collect();
        lists.shuffle(chance);
        lists.truncate(chance.random_range(1..=LISTS));
        let first = state.elements + 1;
        state.elements += lists.len() as u32;
        Next::here(Operation::Append {
            generation,
            appends: lists.into_iter().zip(first..).collect(),
        })
    }

    async fn ask(
        &self,
        client: &Client,
        operation: &Operation,
    ) -> Result<Answered<Answer>, Refusal> {
        let done = |revision| Answered {
            answer: Answer::Done,
            revision,
        };
        match operation {
            Operation::Open { generation } => {
                let opened = api::apply(client, open(*generation), String::new()).await;
                match opened {
                    // Another client was faster.
                    Err(refusal) if refusal.class == Class::Conflict => Ok(done(0)),
                    opened => opened.map(done),
                }
            }
            Operation::Close { generation } => {
                let service = api::identifier(ResourceKind::Service, &service(*generation));
                api::delete(client, service).await.map(done)
            }
            Operation::Append {
                generation,
                appends,
            } => {
                let rules = appends.iter().map(|append| rule(*generation, *append));
                let applied = api::apply(client, rules.collect(), String::new()).await;
                applied.map(done)
            }
            Operation::Read { generation } => match read(client, *generation).await {
                // Nobody has removed the lists: they are lost. The refusal tells no revision.
                Err(refusal)
                    if refusal.class == Class::NotFound && self.state().oldest <= *generation =>
                {
                    Ok(Answered {
                        answer: Answer::Lists {
                            lists: Default::default(),
                        },
                        revision: 0,
                    })
                }
                read => read,
            },
        }
    }

    fn learn(&self, (): &mut (), operation: &Operation, outcome: &Outcome<Answer>) {
        if let (Operation::Open { generation }, Outcome::Done { .. }) = (operation, outcome) {
            let mut state = self.state();
            if state.generation == *generation {
                state.is_open = true;
            }
        }
    }

    fn last(&self) -> Vec<Operation> {
        let state = self.state();
        let generations = state.oldest..=state.generation;
        generations
            .filter(|generation| *generation < state.generation || state.is_open)
            .map(|generation| Operation::Read { generation })
            .collect()
    }
}

/// The history as transactions are judged by.
#[must_use]
pub fn transactions(history: &[Call<Operation, Answer>]) -> Vec<Transaction> {
    let done = history.iter().filter_map(|call| {
        let steps = steps(call)?;
        Some(Transaction {
            client: call.client,
            node: call.node,
            invoked_us: call.invoked_us,
            ended_us: call.ended_us,
            end: match call.outcome {
                Outcome::Done { .. } => End::Committed,
                Outcome::Refused { .. } => End::Aborted,
                Outcome::Unknown { .. } => End::Unknown,
            },
            steps,
        })
    });
    done.collect()
}

fn steps(call: &Call<Operation, Answer>) -> Option<Vec<Step>> {
    let name = |generation: u64, list: usize| format!("{generation}.{list}");
    match (&call.operation, &call.outcome) {
        (
            Operation::Append {
                generation,
                appends,
            },
            _,
        ) => {
            let steps = appends.iter().map(|(list, element)| Step::Append {
                list: name(*generation, *list),
                element: u64::from(*element),
            });
            Some(steps.collect())
        }
        (
            Operation::Read { generation },
            Outcome::Done {
                answer: Answer::Lists { lists },
                ..
            },
        ) => {
            let steps = lists.iter().enumerate().map(|(list, elements)| Step::Read {
                list: name(*generation, list),
                elements: elements.iter().copied().map(u64::from).collect(),
            });
            Some(steps.collect())
        }
        _ => None,
    }
}

fn service(generation: u64) -> String {
    format!("append-{generation}")
}

const LISTENER: &str = "lists";

fn not_found() -> v1::RuleAction {
    v1::RuleAction {
        forward: None,
        fixed_response: Some(v1::FixedResponseAction { status_code: 404 }),
    }
}

fn open(generation: u64) -> Vec<Spec> {
    let name = service(generation);
    vec![
        Spec::Service(v1::Service {
            name: name.clone(),
            ..v1::Service::default()
        }),
        Spec::Listener(v1::Listener {
            name: LISTENER.to_owned(),
            service_identifier: name,
            protocol: "HTTP".to_owned(),
            port: Some(80),
            default_action: Some(not_found()),
            ..v1::Listener::default()
        }),
    ]
}

fn rule(generation: u64, (list, element): (usize, u32)) -> Spec {
    let path = v1::PathMatchType {
        exact: Some(format!("/{element}")),
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
        name: format!("list{list}-{element}"),
        service_identifier: service(generation),
        listener_identifier: LISTENER.to_owned(),
        r#match: Some(v1::RuleMatch {
            http_match: Some(http_match),
        }),
        priority: Some(element),
        action: Some(not_found()),
        ..v1::Rule::default()
    })
}

async fn read(client: &Client, generation: u64) -> Result<Answered<Answer>, Refusal> {
    let request = v1::ListRequest {
        kind: ResourceKind::Rule as i32,
        parent: LISTENER.to_owned(),
        service: service(generation),
        ..v1::ListRequest::default()
    };
    let (mut rules, revision) = api::list(client, request).await?;
    rules.sort_by_key(api::revision_of);
    let mut lists: [Vec<u32>; LISTS] = Default::default();
    for rule in &rules {
        if let Some((list, element)) = placed(rule)
            && let Some(elements) = lists.get_mut(list)
        {
            elements.push(element);
        }
    }
    let answer = Answer::Lists { lists };
    Ok(Answered { answer, revision })
}

/// The list and the element that a rule stands for.
fn placed(rule: &v1::Resource) -> Option<(usize, u32)> {
    let Some(Spec::Rule(rule)) = &rule.spec else {
        return None;
    };
    let (list, element) = rule.name.strip_prefix("list")?.split_once('-')?;
    Some((list.parse().ok()?, element.parse().ok()?))
}
