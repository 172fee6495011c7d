//! W5, referential integrity: services, listeners, rules, target groups and associations are created
//! and deleted by many clients at once, in any order.
//!
//! A deletion takes along what cannot be without it, or is refused while something else uses it.
//! Ids are never used twice. Invariant: at no revision is there a resource that names one that is
//! not there.
//!
//! Source: VPC Lattice API model, the `Delete…` operations.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::RngExt;
use rand::rngs::SmallRng;
use serde::{Deserialize, Serialize};
use trellis_client::{Client, Refusal};
use trellis_proto::v1::{self, ResourceKind, resource::Spec};

use super::drive::Setting;
use super::{Answered, Next, Who, Workload, api};
use crate::history::Outcome;

/// Resources of one kind beyond which some are deleted before more are created.
const KIND_MAX: usize = 6;
/// The service network that services are associated with.
const NETWORK: &str = "referential";

/// A kind of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A service.
    Service,
    /// A listener; names its service.
    Listener,
    /// A rule; names its listener and a target group.
    Rule,
    /// A target group.
    TargetGroup,
    /// An association; names a service.
    Association,
}

const KINDS: [Kind; 5] = [
    Kind::Service,
    Kind::Listener,
    Kind::Rule,
    Kind::TargetGroup,
    Kind::Association,
];

/// A resource and what it names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: String,
    /// Ids of what it names; for a rule its service too.
    pub names: Vec<String>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "call")]
pub enum Operation {
    /// Create a resource.
    Create {
        /// Of which kind.
        kind: Kind,
        /// Makes its name, port or priority its own.
        number: u64,
        /// Ids of what it is to name.
        names: Vec<String>,
    },
    /// Delete a resource.
    Delete {
        /// Which.
        item: Item,
    },
    /// Read the resources of a kind under a parent.
    List {
        /// Which kind: listeners, rules or associations.
        kind: Kind,
        /// Ids of their service and, for rules, their listener; none for associations.
        under: Vec<String>,
    },
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum Answer {
    /// It was created.
    Created {
        /// Its id.
        id: String,
    },
    /// It was deleted.
    Deleted,
    /// These are there.
    Items {
        /// All of them.
        items: Vec<Item>,
    },
}

/// The resources that clients know of.
pub struct Referential {
    known: Mutex<BTreeMap<Kind, Vec<Item>>>,
    numbers: AtomicU64,
}

impl Referential {
    /// Makes the service network.
    ///
    /// # Errors
    /// Where the cluster refuses.
    pub async fn prepare(setting: &Setting) -> anyhow::Result<Self> {
        let client = api::client(&setting.access, None, setting.pace.deadline)?;
        let network = v1::ServiceNetwork {
            name: NETWORK.to_owned(),
            ..v1::ServiceNetwork::default()
        };
        api::create(&client, Spec::ServiceNetwork(network)).await?;
        Ok(Self {
            known: Mutex::default(),
            numbers: AtomicU64::new(1),
        })
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<Kind, Vec<Item>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Some resource of a kind.
    fn some(&self, kind: Kind, chance: &mut SmallRng) -> Option<Item> {
        let known = self.known();
        let items = known.get(&kind).filter(|items| !items.is_empty())?;
        Some(items[chance.random_range(0..items.len())].clone())
    }

    /// What a new resource of a kind is to name; `None` where there is nothing.
    fn to_name(&self, kind: Kind, chance: &mut SmallRng) -> Option<Vec<String>> {
        Some(match kind {
            Kind::Service | Kind::TargetGroup => Vec::new(),
            Kind::Listener | Kind::Association => vec![self.some(Kind::Service, chance)?.id],
            Kind::Rule => {
                let listener = self.some(Kind::Listener, chance)?;
                let group = self.some(Kind::TargetGroup, chance)?.id;
                let service = listener.names.first()?.clone();
                vec![service, listener.id, group]
            }
        })
    }

    fn list(&self, chance: &mut SmallRng) -> Option<Operation> {
        let kind = [Kind::Listener, Kind::Rule, Kind::Association][chance.random_range(0..3)];
        let under = match kind {
            Kind::Listener => vec![self.some(Kind::Service, chance)?.id],
            Kind::Rule => {
                let listener = self.some(Kind::Listener, chance)?;
                vec![listener.names.first()?.clone(), listener.id]
            }
            Kind::Service | Kind::TargetGroup | Kind::Association => Vec::new(),
        };
        Some(Operation::List { kind, under })
    }

    fn change(&self, chance: &mut SmallRng) -> Option<Operation> {
        let kind = KINDS[chance.random_range(0..KINDS.len())];
        let count = self.known().get(&kind).map_or(0, Vec::len);
        if count >= KIND_MAX || (count > 2 && chance.random_range(0..100) < 40) {
            let item = self.some(kind, chance)?;
            return Some(Operation::Delete { item });
        }
        Some(Operation::Create {
            kind,
            number: self.numbers.fetch_add(1, Ordering::Relaxed),
            names: self.to_name(kind, chance)?,
        })
    }
}

impl Workload for Referential {
    const NAME: &'static str = "referential";
    type Operation = Operation;
    type Answer = Answer;
    type Memory = ();

    fn next(&self, _: &Who, (): &mut (), chance: &mut SmallRng) -> Next<Operation> {
        let operation = match chance.random_range(0..100) {
            0..55 => self.change(chance),
            _ => self.list(chance),
        };
        // Where there is nothing to name yet.
        Next::here(operation.unwrap_or_else(|| Operation::List {
            kind: Kind::Association,
            under: Vec::new(),
        }))
    }

    async fn ask(
        &self,
        client: &Client,
        operation: &Operation,
    ) -> Result<Answered<Answer>, Refusal> {
        match operation {
            Operation::Create {
                kind,
                number,
                names,
            } => {
                let spec = spec(*kind, *number, names);
                let (made, revision) = api::create(client, spec).await?;
                let id = api::id_of(&made).to_owned();
                let answer = Answer::Created { id };
                Ok(Answered { answer, revision })
            }
            Operation::Delete { item } => {
                let revision = api::delete(client, identifier(item)).await?;
                let answer = Answer::Deleted;
                Ok(Answered { answer, revision })
            }
            Operation::List { kind, under } => {
                let (found, revision) = api::list(client, request(*kind, under)).await?;
                let items = found.iter().filter_map(item).collect();
                let answer = Answer::Items { items };
                Ok(Answered { answer, revision })
            }
        }
    }

    fn learn(&self, (): &mut (), operation: &Operation, outcome: &Outcome<Answer>) {
        match (operation, outcome) {
            (
                Operation::Create { kind, names, .. },
                Outcome::Done {
                    answer: Answer::Created { id },
                    ..
                },
            ) => {
                let item = Item {
                    kind: *kind,
                    id: id.clone(),
                    names: names.clone(),
                };
                self.known().entry(*kind).or_default().push(item);
            }
            // What was created by a call of unknown outcome is found in lists.
            (
                Operation::List { .. },
                Outcome::Done {
                    answer: Answer::Items { items },
                    ..
                },
            ) => self.meet(items),
            // What may be gone is not asked for again; refusals because of its users come back.
            (Operation::Delete { item }, Outcome::Done { .. } | Outcome::Unknown { .. }) => {
                self.forget(&item.id);
            }
            (Operation::Delete { item }, Outcome::Refused { reason })
                if reason.starts_with("ResourceNotFound") =>
            {
                self.forget(&item.id);
            }
            _ => {}
        }
    }

    fn last(&self) -> Vec<Operation> {
        let known = self.known();
        let all = |kind| known.get(&kind).into_iter().flatten();
        let mut reads = Vec::new();
        reads.extend(all(Kind::Service).map(|service| Operation::List {
            kind: Kind::Listener,
            under: vec![service.id.clone()],
        }));
        reads.extend(all(Kind::Listener).filter_map(|listener| {
            let service = listener.names.first()?.clone();
            Some(Operation::List {
                kind: Kind::Rule,
                under: vec![service, listener.id.clone()],
            })
        }));
        // Last, as it is always answered: what stands above may be gone.
        reads.push(Operation::List {
            kind: Kind::Association,
            under: Vec::new(),
        });
        reads
    }
}

impl Referential {
    /// Remembers resources that were read.
    fn meet(&self, items: &[Item]) {
        let mut known = self.known();
        for item in items {
            let others = known.entry(item.kind).or_default();
            if !others.iter().any(|other| other.id == item.id) {
                others.push(item.clone());
            }
        }
    }

    /// Forgets a resource and those that name it.
    fn forget(&self, id: &str) {
        for items in self.known().values_mut() {
            items.retain(|item| item.id != id && !item.names.iter().any(|name| name == id));
        }
    }
}

fn named(names: &[String], at: usize) -> String {
    names.get(at).cloned().unwrap_or_default()
}

fn spec(kind: Kind, number: u64, names: &[String]) -> Spec {
    let name = format!("referential-{number}");
    let not_found = v1::RuleAction {
        forward: None,
        fixed_response: Some(v1::FixedResponseAction { status_code: 404 }),
    };
    match kind {
        Kind::Service => Spec::Service(v1::Service {
            name,
            ..v1::Service::default()
        }),
        Kind::Listener => Spec::Listener(v1::Listener {
            name,
            service_identifier: named(names, 0),
            protocol: "HTTP".to_owned(),
            port: u32::try_from(1_000 + number % 60_000).ok(),
            default_action: Some(not_found),
            ..v1::Listener::default()
        }),
        Kind::TargetGroup => Spec::TargetGroup(v1::TargetGroup {
            name,
            r#type: "LAMBDA".to_owned(),
            ..v1::TargetGroup::default()
        }),
        Kind::Association => Spec::ServiceAssociation(v1::ServiceAssociation {
            service_network_identifier: NETWORK.to_owned(),
            service_identifier: named(names, 0),
            ..v1::ServiceAssociation::default()
        }),
        Kind::Rule => Spec::Rule(rule(name, number, names)),
    }
}

fn rule(name: String, number: u64, names: &[String]) -> v1::Rule {
    let path = v1::PathMatchType {
        exact: Some(format!("/{number}")),
        prefix: None,
    };
    let http_match = v1::HttpMatch {
        path_match: Some(v1::PathMatch {
            r#match: Some(path),
            case_sensitive: true,
        }),
        ..v1::HttpMatch::default()
    };
    let group = v1::WeightedTargetGroup {
        target_group_identifier: named(names, 2),
        weight: Some(100),
    };
    v1::Rule {
        name,
        service_identifier: named(names, 0),
        listener_identifier: named(names, 1),
        r#match: Some(v1::RuleMatch {
            http_match: Some(http_match),
        }),
        priority: u32::try_from(1 + number % 2_000).ok(),
        action: Some(v1::RuleAction {
            forward: Some(v1::ForwardAction {
                target_groups: vec![group],
            }),
            fixed_response: None,
        }),
        ..v1::Rule::default()
    }
}

fn resource_kind(kind: Kind) -> ResourceKind {
    match kind {
        Kind::Service => ResourceKind::Service,
        Kind::Listener => ResourceKind::Listener,
        Kind::Rule => ResourceKind::Rule,
        Kind::TargetGroup => ResourceKind::TargetGroup,
        Kind::Association => ResourceKind::ServiceAssociation,
    }
}

fn identifier(item: &Item) -> v1::Identifier {
    let (parent, listener) = match item.kind {
        Kind::Listener => (named(&item.names, 0), String::new()),
        Kind::Rule => (named(&item.names, 0), named(&item.names, 1)),
        Kind::Service | Kind::TargetGroup | Kind::Association => Default::default(),
    };
    v1::Identifier {
        kind: resource_kind(item.kind) as i32,
        identifier: item.id.clone(),
        parent,
        listener,
    }
}

fn request(kind: Kind, under: &[String]) -> v1::ListRequest {
    let mut request = v1::ListRequest {
        kind: resource_kind(kind) as i32,
        ..v1::ListRequest::default()
    };
    match kind {
        Kind::Rule => (request.service, request.parent) = (named(under, 0), named(under, 1)),
        Kind::Association => NETWORK.clone_into(&mut request.service_network),
        Kind::Service | Kind::Listener | Kind::TargetGroup => request.parent = named(under, 0),
    }
    request
}

/// A resource as it was read, with the ids that it names.
fn item(found: &v1::Resource) -> Option<Item> {
    let (kind, names) = match found.spec.as_ref()? {
        Spec::Listener(listener) => (Kind::Listener, vec![listener.service_identifier.clone()]),
        Spec::ServiceAssociation(association) => (
            Kind::Association,
            vec![association.service_identifier.clone()],
        ),
        Spec::Rule(rule) => {
            let mut names = vec![
                rule.service_identifier.clone(),
                rule.listener_identifier.clone(),
            ];
            let forward = rule.action.as_ref()?.forward.as_ref()?;
            let groups = forward.target_groups.iter();
            names.extend(groups.map(|group| group.target_group_identifier.clone()));
            (Kind::Rule, names)
        }
        _ => return None,
    };
    Some(Item {
        kind,
        id: api::id_of(found).to_owned(),
        names,
    })
}
