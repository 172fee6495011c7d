//! W2, set: targets of target groups, each registered once and perhaps deregistered once.
//!
//! A deregistered target drains for a minute before it is gone; draining counts as removed.
//! Invariant: a target whose registration was acknowledged is there until its removal is asked for,
//! is not there after its removal was acknowledged, and was never there if its registration was
//! refused; after an unknown outcome either may be, but not by turns.
//!
//! Source: Jepsen's `set-full`.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use rand::RngExt;
use rand::rngs::SmallRng;
use serde::{Deserialize, Serialize};
use trellis_client::{Class, Client, Refusal};
use trellis_proto::v1::{self, resource::Spec};

use super::drive::Setting;
use super::rotation::Rotation;
use super::{Answered, Next, Who, Workload, api};
use crate::history::Outcome;

/// Target groups in use at once.
const GROUPS: usize = 2;
/// Calls for one target group: it stays below the quota of targets and its lists stay short.
const CALLS_PER_GROUP: u32 = 200;
/// VPC of the targets: 10.0.0.0/8 holds an address for each of 16 million elements.
const VPC: &str = "jepsen-set";

/// What is asked of a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "call")]
pub enum Operation {
    /// Make the group.
    Open {
        /// Which.
        group: u64,
    },
    /// Register a target.
    Add {
        /// In which group.
        group: u64,
        /// The target; unique in the run.
        element: u32,
    },
    /// Deregister a target; only by the client that registered it.
    Remove {
        /// From which group.
        group: u64,
        /// The target.
        element: u32,
    },
    /// Read all targets.
    Read {
        /// Of which group.
        group: u64,
        /// From the node's own state, which may be behind.
        local: bool,
    },
}

/// What a set answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum Answer {
    /// It was done.
    Done,
    /// The target to remove is not there.
    NotThere,
    /// These are there.
    Elements {
        /// Targets that take requests.
        present: Vec<u32>,
        /// Targets that drain.
        draining: Vec<u32>,
    },
}

/// The sets.
pub struct Set {
    groups: Rotation,
    /// Groups that are there.
    opened: Mutex<BTreeSet<u64>>,
    /// The next element.
    elements: AtomicU32,
}

/// Own elements that are there, with their groups.
pub type Memory = Vec<(u64, u32)>;

impl Set {
    /// Makes the VPC of the targets.
    ///
    /// # Errors
    /// Where the cluster refuses.
    pub async fn prepare(setting: &Setting) -> anyhow::Result<Self> {
        let client = api::client(&setting.access, None, setting.pace.deadline)?;
        let vpc = v1::Vpc {
            name: VPC.to_owned(),
            cidr_blocks: vec!["10.0.0.0/8".to_owned()],
            ..v1::Vpc::default()
        };
        api::create(&client, Spec::Vpc(vpc)).await?;
        Ok(Self {
            groups: Rotation::new(GROUPS, CALLS_PER_GROUP),
            opened: Mutex::default(),
            elements: AtomicU32::new(1),
        })
    }

    fn opened(&self) -> std::sync::MutexGuard<'_, BTreeSet<u64>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Workload for Set {
    const NAME: &'static str = "set";
    type Operation = Operation;
    type Answer = Answer;
    type Memory = Memory;

    fn next(&self, _: &Who, memory: &mut Memory, chance: &mut SmallRng) -> Next<Operation> {
        let group = self.groups.draw(chance);
        if !self.opened().contains(&group) {
            return Next::here(Operation::Open { group });
        }
        Next::here(match chance.random_range(0..100) {
            0..50 => Operation::Add {
                group,
                element: self.elements.fetch_add(1, Ordering::Relaxed),
            },
            50..65 if !memory.is_empty() => {
                let at = chance.random_range(0..memory.len());
                let (group, element) = memory.swap_remove(at);
                Operation::Remove { group, element }
            }
            draw => Operation::Read {
                group,
                local: draw >= 90,
            },
        })
    }

    async fn ask(
        &self,
        client: &Client,
        operation: &Operation,
    ) -> Result<Answered<Answer>, Refusal> {
        match operation {
            Operation::Open { group } => match api::create(client, target_group(*group)).await {
                // Another client was faster.
                Err(refusal) if refusal.class == Class::Conflict => Ok(Answered {
                    answer: Answer::Done,
                    revision: 0,
                }),
                made => made.map(|(_, revision)| Answered {
                    answer: Answer::Done,
                    revision,
                }),
            },
            Operation::Add { group, element } => {
                let answer = client.register_targets(targets(*group, *element)).await?;
                told(answer)
            }
            Operation::Remove { group, element } => {
                let answer = client.deregister_targets(targets(*group, *element)).await?;
                told(answer)
            }
            Operation::Read { group, local } => read(client, *group, *local).await,
        }
    }

    fn learn(&self, memory: &mut Memory, operation: &Operation, outcome: &Outcome<Answer>) {
        let Outcome::Done { .. } = outcome else {
            return;
        };
        match operation {
            Operation::Open { group } => {
                self.opened().insert(*group);
            }
            Operation::Add { group, element } => memory.push((*group, *element)),
            Operation::Remove { .. } | Operation::Read { .. } => {}
        }
    }

    fn last(&self) -> Vec<Operation> {
        let groups = self.opened().clone().into_iter();
        groups
            .map(|group| Operation::Read {
                group,
                local: false,
            })
            .collect()
    }
}

fn name(group: u64) -> String {
    format!("set-{group}")
}

fn target_group(group: u64) -> Spec {
    // Nobody listens at these addresses, so nobody asks after their health.
    let health_check = v1::HealthCheckConfig {
        enabled: Some(false),
        ..v1::HealthCheckConfig::default()
    };
    Spec::TargetGroup(v1::TargetGroup {
        name: name(group),
        r#type: "IP".to_owned(),
        config: Some(v1::TargetGroupConfig {
            port: Some(80),
            protocol: "HTTP".to_owned(),
            vpc_identifier: VPC.to_owned(),
            health_check: Some(health_check),
            ..v1::TargetGroupConfig::default()
        }),
        ..v1::TargetGroup::default()
    })
}

fn targets(group: u64, element: u32) -> v1::TargetsRequest {
    let [_, a, b, c] = element.to_be_bytes();
    let target = v1::Target {
        id: format!("10.{a}.{b}.{c}"),
        port: Some(80),
        ..v1::Target::default()
    };
    v1::TargetsRequest {
        target_group_identifier: name(group),
        targets: vec![target],
        ..v1::TargetsRequest::default()
    }
}

/// The element that a target stands for.
fn element(target: &v1::TargetStatus) -> Option<u32> {
    let address: std::net::Ipv4Addr = target.id.parse().ok()?;
    Some(u32::from(address) & 0x00ff_ffff)
}

fn told(answer: v1::TargetsResponse) -> Result<Answered<Answer>, Refusal> {
    let revision = answer.revision;
    match answer.unsuccessful.into_iter().next() {
        None => Ok(Answered {
            answer: Answer::Done,
            revision,
        }),
        Some(failure) if failure.failure_code == "TargetNotFound" => Ok(Answered {
            answer: Answer::NotThere,
            revision,
        }),
        Some(failure) => Err(Refusal {
            class: Class::Invalid,
            code: failure.failure_code,
            message: failure.failure_message,
        }),
    }
}

async fn read(client: &Client, group: u64, local: bool) -> Result<Answered<Answer>, Refusal> {
    let request = v1::ListTargetsRequest {
        target_group_identifier: name(group),
        options: Some(v1::ReadOptions { local }),
    };
    let answer = match client.list_targets(request).await {
        // The group was there once, so its targets are lost with it; the refusal tells no revision.
        Err(refusal) if refusal.class == Class::NotFound && !local => {
            v1::ListTargetsResponse::default()
        }
        answer => answer?,
    };
    let (mut present, mut draining) = (Vec::new(), Vec::new());
    for target in &answer.items {
        let side = match target.status.as_str() {
            "DRAINING" => &mut draining,
            _ => &mut present,
        };
        side.extend(element(target));
    }
    Ok(Answered {
        answer: Answer::Elements { present, draining },
        revision: answer.revision,
    })
}
