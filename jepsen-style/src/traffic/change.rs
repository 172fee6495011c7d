//! What is written while requests flow: routes, policies, keys, associations, members, and a service
//! that is deleted and created again.

use std::time::Duration;

use rand::RngExt as _;
use rand::seq::IndexedRandom as _;
use tokio_util::sync::CancellationToken;
use trellis_client::{Class, Client, Refusal, manifest};
use trellis_proto::v1::{self, ResourceKind, resource::Spec};

use super::estate;
use super::history::{Cell, ChangeCall, Setting};
use super::writer::{Write, Writer};
use crate::history::Outcome;

/// The kinds of change. One writer makes all changes of a kind, so that those of one
/// [`Cell`](super::history::Cell) do not overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Routes,
    Policies,
    Keys,
    Associations,
    Members,
    Rebirths,
}

impl Kind {
    pub(super) const ALL: [Self; 6] = [
        Self::Routes,
        Self::Policies,
        Self::Keys,
        Self::Associations,
        Self::Members,
        Self::Rebirths,
    ];

    /// The mean pause between two changes: the things of a kind take turns, so that each change
    /// stands for seconds and requests after the bound are seen.
    fn pause(self) -> Duration {
        Duration::from_millis(match self {
            Self::Routes => 400,
            Self::Members => 600,
            Self::Policies => 900,
            Self::Keys => 1_500,
            Self::Rebirths => 2_500,
            Self::Associations => 4_000,
        })
    }
}

/// Makes the changes of a kind until stopped; answers with all of them.
pub(super) async fn run(
    kind: Kind,
    mut writer: Writer,
    stop: CancellationToken,
) -> Vec<ChangeCall> {
    for turn in 0.. {
        let pause = kind.pause().mul_f64(writer.random.random_range(0.5..1.5));
        let stopped = stop.run_until_cancelled(tokio::time::sleep(pause)).await;
        if stopped.is_none() {
            break;
        }
        match kind {
            Kind::Routes => route(&mut writer, turn).await,
            Kind::Policies => policy(&mut writer, turn).await,
            Kind::Keys => key(&mut writer, turn).await,
            Kind::Associations => association(&mut writer, turn).await,
            Kind::Members => members(&mut writer, turn).await,
            Kind::Rebirths => rebirth(&mut writer, turn).await,
        }
    }
    writer.changes
}

fn turn_of(turn: u32, count: u8) -> u8 {
    u8::try_from(turn % u32::from(count)).unwrap_or_default()
}

/// Some of some things, at least `min`.
fn some(writer: &mut Writer, of: impl Iterator<Item = u8>, min: usize) -> Vec<u8> {
    let all: Vec<_> = of.collect();
    let count = writer.random.random_range(min..=all.len());
    let mut some: Vec<_> = all.sample(&mut writer.random, count).copied().collect();
    some.sort_unstable();
    some
}

async fn route(writer: &mut Writer, turn: u32) {
    let service = turn_of(turn, estate::GUARDED);
    let rule = writer.random.random_range(0..estate::RULES);
    let groups = some(writer, estate::groups_of(service), 1);
    let target_groups = groups.iter().map(|group| v1::WeightedTargetGroup {
        target_group_identifier: estate::group_name(*group),
        weight: Some(100),
    });
    let forward = v1::ForwardAction {
        target_groups: target_groups.collect(),
    };
    let action = v1::RuleAction {
        forward: Some(forward),
        fixed_response: None,
    };
    let identifier = v1::Identifier {
        kind: ResourceKind::Rule as i32,
        identifier: format!("path-{rule}"),
        parent: estate::service_name(service),
        listener: "http".to_owned(),
    };
    let setting = Setting::Route {
        service,
        rule,
        groups,
    };
    let spec = v1::Rule {
        action: Some(action),
        ..v1::Rule::default()
    };
    update(writer, setting, identifier, Spec::Rule(spec)).await;
}

async fn policy(writer: &mut Writer, turn: u32) {
    let service = turn_of(turn, estate::GUARDED);
    let callers = some(writer, 0..estate::CALLERS, 0);
    let policy = v1::AuthPolicy {
        resource_identifier: estate::service_name(service),
        policy: estate::policy(&writer.world.account.id, &callers),
    };
    let resource = Some(resource(Spec::AuthPolicy(policy)));
    let create = v1::CreateRequest {
        resource,
        ..v1::CreateRequest::default()
    };
    let setting = Setting::Callers { service, callers };
    writer.set(setting, Write::Create(create)).await;
}

async fn key(writer: &mut Writer, turn: u32) {
    let caller = turn_of(turn / 2, estate::CALLERS);
    let active = !turn.is_multiple_of(2);
    let status = if active { "Active" } else { "Inactive" };
    let key = v1::AccessKey {
        status: Some(status.to_owned()),
        ..v1::AccessKey::default()
    };
    let identifier = v1::Identifier {
        kind: ResourceKind::AccessKey as i32,
        identifier: writer.world.key_ids[usize::from(caller)].clone(),
        ..v1::Identifier::default()
    };
    let setting = Setting::Key { caller, active };
    update(writer, setting, identifier, Spec::AccessKey(key)).await;
}

async fn association(writer: &mut Writer, turn: u32) {
    let service = turn_of(turn / 2, estate::GUARDED);
    let joined = !turn.is_multiple_of(2);
    let name = estate::service_name(service);
    let setting = Setting::Joined { service, joined };
    if joined {
        apply(writer, setting, &estate::association(&name)).await;
    } else if let Some(id) = association_id(writer, &name).await {
        let write = delete(ResourceKind::ServiceAssociation, &id);
        writer.set(setting, write).await;
    }
}

/// Deregisters one target of a group, and registers the one that was deregistered half a round ago.
async fn members(writer: &mut Writer, turn: u32) {
    let half = u32::from(estate::GROUPS / 2);
    for (turn, registers) in [(Some(turn), false), (turn.checked_sub(half), true)] {
        let Some(turn) = turn else { continue };
        let group = turn_of(turn, estate::GROUPS);
        let mut targets: Vec<_> = estate::targets_of(group).collect();
        // Another one in each round.
        let round = turn_of(turn / u32::from(estate::GROUPS), estate::TARGETS_PER_GROUP);
        let one = targets[usize::from(round)];
        if !registers {
            targets.retain(|target| *target != one);
        }
        // A group without a target answers 503, as it should: that would tell nothing.
        if !registers && !is_whole(writer, group) {
            continue;
        }
        let address = writer.world.targets[usize::from(one)];
        let request = v1::TargetsRequest {
            target_group_identifier: estate::group_name(group),
            targets: vec![v1::Target {
                id: address.ip().to_string(),
                port: Some(address.port().into()),
                zone: String::new(),
            }],
            options: None,
        };
        let write = if registers {
            Write::Register(request)
        } else {
            Write::Deregister(request)
        };
        writer.set(Setting::Members { group, targets }, write).await;
    }
}

/// Whether all targets of a group are known to be registered.
fn is_whole(writer: &Writer, group: u8) -> bool {
    let mut writes = writer.changes.iter().rev();
    let last = writes.find(|write| {
        let effective = !matches!(write.outcome, Outcome::Refused { .. });
        effective && write.operation.cell() == Cell::Members(group)
    });
    last.is_none_or(|write| {
        let done = matches!(write.outcome, Outcome::Done { .. });
        done && matches!(&write.operation, Setting::Members { targets, .. }
            if targets.len() == usize::from(estate::TARGETS_PER_GROUP))
    })
}

/// Deletes the reborn service and, a while later, creates the next.
async fn rebirth(writer: &mut Writer, turn: u32) {
    let next = turn / 2 + 1;
    if turn.is_multiple_of(2) {
        if let Some(id) = association_id(writer, estate::REBORN).await {
            let write = delete(ResourceKind::ServiceAssociation, &id);
            writer.set(Setting::Generation(None), write).await;
        }
        let write = delete(ResourceKind::Service, estate::REBORN);
        writer.also(write).await;
        return;
    }
    // A write of the turn before that nobody knows the end of may have left the service in place:
    // then this is refused, and the next turn deletes again.
    let mut free = false;
    for client in writer.all() {
        let found = client.get(service(estate::REBORN)).await;
        free |= matches!(found, Err(refusal) if refusal.class == Class::NotFound);
    }
    let setting = Setting::Generation(Some(next));
    if !free || !apply(writer, setting, &estate::reborn(next)).await {
        return;
    }
    for client in writer.all() {
        if let Ok(name) = dns_name(&client, estate::REBORN).await {
            writer.world.note_generation(next, name);
            break;
        }
    }
}

async fn update(writer: &mut Writer, setting: Setting, of: v1::Identifier, spec: Spec) -> bool {
    let update = v1::UpdateRequest {
        identifier: Some(of),
        resource: Some(resource(spec)),
        options: None,
    };
    writer.set(setting, Write::Update(update)).await
}

async fn apply(writer: &mut Writer, setting: Setting, manifests: &str) -> bool {
    let resources = match manifest::parse(manifests, "estate") {
        Ok(resources) => resources,
        Err(error) => {
            tracing::error!(%error, "a manifest of the estate is wrong");
            return false;
        }
    };
    let apply = v1::ApplyRequest {
        resources,
        options: None,
    };
    writer.set(setting, Write::Apply(apply)).await
}

fn delete(kind: ResourceKind, identifier: &str) -> Write {
    let identifier = v1::Identifier {
        kind: kind as i32,
        identifier: identifier.to_owned(),
        ..v1::Identifier::default()
    };
    Write::Delete(v1::DeleteRequest {
        identifier: Some(identifier),
        options: None,
    })
}

fn resource(spec: Spec) -> v1::Resource {
    v1::Resource {
        metadata: None,
        spec: Some(spec),
    }
}

fn service(name: &str) -> v1::GetRequest {
    let identifier = v1::Identifier {
        kind: ResourceKind::Service as i32,
        identifier: name.to_owned(),
        ..v1::Identifier::default()
    };
    v1::GetRequest {
        identifier: Some(identifier),
        options: None,
    }
}

/// The generated name of a service.
pub(super) async fn dns_name(client: &Client, name: &str) -> Result<String, Refusal> {
    let answer = client.get(service(name)).await?;
    let metadata = answer.resource.and_then(|resource| resource.metadata);
    Ok(metadata.unwrap_or_default().dns_name)
}

/// Id of the association of a service, from the first node that says; `None` where there is none, or
/// nobody says.
async fn association_id(writer: &mut Writer, service: &str) -> Option<String> {
    let request = v1::ListRequest {
        kind: ResourceKind::ServiceAssociation as i32,
        member: service.to_owned(),
        ..v1::ListRequest::default()
    };
    for client in writer.all() {
        if let Ok(page) = client.list(request.clone()).await {
            let association = page.resources.into_iter().next()?;
            return Some(association.metadata?.id);
        }
    }
    None
}
