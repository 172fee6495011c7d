//! W14, quotas: many clients create listeners of one service at once, at the edge of the quota, and
//! delete them again.
//!
//! Invariant: at no revision has a service more listeners than the quota allows.
//!
//! Source: VPC Lattice user guide, "Quotas for Amazon VPC Lattice".

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::RngExt;
use rand::rngs::SmallRng;
use serde::{Deserialize, Serialize};
use trellis_client::{Class, Client, Refusal};
use trellis_proto::v1::{self, ResourceKind, resource::Spec};

use super::drive::Setting;
use super::rotation::Rotation;
use super::{Answered, Next, Who, Workload, api};
use crate::history::Outcome;

/// Services in use at once.
const SERVICES: usize = 1;
/// Calls for one service.
const CALLS_PER_SERVICE: u32 = 100;
/// Listeners of one service where the settings do not say. Source: the product's quota table.
const LIMIT_DEFAULT: u64 = 2;
/// Name of the quota in the settings.
const QUOTA: &str = "listenersPerService";

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "call")]
pub enum Operation {
    /// Make the service.
    Open {
        /// Which.
        service: u64,
    },
    /// Create a listener.
    Create {
        /// Of which service.
        service: u64,
        /// Its port; unique in the run.
        port: u32,
    },
    /// Delete a listener; only by the client that created it.
    Delete {
        /// Of which service.
        service: u64,
        /// Its port.
        port: u32,
    },
    /// Read the listeners.
    Read {
        /// Of which service.
        service: u64,
    },
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum Answer {
    /// It was done.
    Done,
    /// The quota is used up.
    Full,
    /// These are there.
    Listeners {
        /// Their ports.
        ports: Vec<u32>,
    },
}

/// The services.
pub struct Quotas {
    services: Rotation,
    /// Services that are there.
    opened: Mutex<BTreeSet<u64>>,
    ports: AtomicU32,
    limit: u64,
}

/// Own listeners that are there, with their services.
pub type Memory = Vec<(u64, u32)>;

impl Quotas {
    /// Learns the quota.
    ///
    /// # Errors
    /// Where the cluster refuses.
    pub async fn prepare(setting: &Setting) -> anyhow::Result<Self> {
        let client = api::client(&setting.access, None, setting.pace.deadline)?;
        let settings = api::identifier(ResourceKind::ClusterSettings, "cluster");
        let (settings, _) = api::get(&client, settings, false).await?;
        let limit = match &settings.spec {
            Some(Spec::ClusterSettings(settings)) => settings.quotas.get(QUOTA).copied(),
            _ => None,
        };
        Ok(Self {
            services: Rotation::new(SERVICES, CALLS_PER_SERVICE),
            opened: Mutex::default(),
            ports: AtomicU32::new(0),
            limit: limit.unwrap_or(LIMIT_DEFAULT),
        })
    }

    /// Listeners that a service may have.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.limit
    }

    fn opened(&self) -> MutexGuard<'_, BTreeSet<u64>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn port(&self) -> u32 {
        1 + self.ports.fetch_add(1, Ordering::Relaxed) % 65_535
    }
}

impl Workload for Quotas {
    const NAME: &'static str = "quotas";
    type Operation = Operation;
    type Answer = Answer;
    type Memory = Memory;

    fn next(&self, _: &Who, memory: &mut Memory, chance: &mut SmallRng) -> Next<Operation> {
        let service = self.services.draw(chance);
        if !self.opened().contains(&service) {
            return Next::here(Operation::Open { service });
        }
        memory.retain(|(known, _)| *known == service);
        Next::here(match chance.random_range(0..100) {
            0..40 => match memory.pop() {
                Some((service, port)) => Operation::Delete { service, port },
                None => Operation::Create {
                    service,
                    port: self.port(),
                },
            },
            40..65 => Operation::Create {
                service,
                port: self.port(),
            },
            _ => Operation::Read { service },
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
            Operation::Open { service } => {
                let spec = Spec::Service(v1::Service {
                    name: name(*service),
                    ..v1::Service::default()
                });
                match api::create(client, spec).await {
                    // Another client was faster.
                    Err(refusal) if refusal.class == Class::Conflict => Ok(done(0)),
                    made => made.map(|(_, revision)| done(revision)),
                }
            }
            Operation::Create { service, port } => {
                let made = api::create(client, listener(*service, *port)).await;
                match made {
                    Err(refusal) if refusal.code == "ServiceQuotaExceededException" => {
                        Ok(Answered {
                            answer: Answer::Full,
                            revision: 0,
                        })
                    }
                    made => made.map(|(_, revision)| done(revision)),
                }
            }
            Operation::Delete { service, port } => {
                let listener = v1::Identifier {
                    kind: ResourceKind::Listener as i32,
                    identifier: listener_name(*port),
                    parent: name(*service),
                    ..v1::Identifier::default()
                };
                api::delete(client, listener).await.map(done)
            }
            Operation::Read { service } => read(client, *service).await,
        }
    }

    fn learn(&self, memory: &mut Memory, operation: &Operation, outcome: &Outcome<Answer>) {
        let Outcome::Done {
            answer: Answer::Done,
            ..
        } = outcome
        else {
            return;
        };
        match operation {
            Operation::Open { service } => {
                self.opened().insert(*service);
            }
            Operation::Create { service, port } => memory.push((*service, *port)),
            Operation::Delete { .. } | Operation::Read { .. } => {}
        }
    }

    fn last(&self) -> Vec<Operation> {
        let services = self.opened().clone().into_iter();
        services
            .map(|service| Operation::Read { service })
            .collect()
    }
}

fn name(service: u64) -> String {
    format!("quota-{service}")
}

fn listener_name(port: u32) -> String {
    format!("port-{port}")
}

fn listener(service: u64, port: u32) -> Spec {
    let not_found = v1::FixedResponseAction { status_code: 404 };
    Spec::Listener(v1::Listener {
        name: listener_name(port),
        service_identifier: name(service),
        protocol: "HTTP".to_owned(),
        port: Some(port),
        default_action: Some(v1::RuleAction {
            forward: None,
            fixed_response: Some(not_found),
        }),
        ..v1::Listener::default()
    })
}

async fn read(client: &Client, service: u64) -> Result<Answered<Answer>, Refusal> {
    let request = v1::ListRequest {
        kind: ResourceKind::Listener as i32,
        parent: name(service),
        ..v1::ListRequest::default()
    };
    let (found, revision) = api::list(client, request).await?;
    let ports = found.iter().filter_map(|found| match &found.spec {
        Some(Spec::Listener(listener)) => listener.port,
        _ => None,
    });
    let answer = Answer::Listeners {
        ports: ports.collect(),
    };
    Ok(Answered { answer, revision })
}
