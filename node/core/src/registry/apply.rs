//! Applies one committed command.

use super::command::{AnyRecord, Change, Command, Identifier, Operation, Stored, TargetList};
use super::outcome::{
    Applied, Judgement, OperationResult, Outcome, Refusal, RefusalKind, TargetFailure,
};
use super::state::{Remembered, State};
use crate::model::{Kind, Listener, Meta, Record, Rule, Service, TargetGroup, limits};

/// Most client tokens that are remembered.
const TOKENS_MAX: usize = 100_000;

/// Applies one committed command. Deterministic: no clock, no chance, no configuration.
///
/// A refused command changes nothing but the revision, so that all members agree on every revision.
pub fn apply(state: &mut State, revision: u64, command: &Command) -> Applied {
    state.revision = revision;
    let judgement = match judge(state, revision, command) {
        Ok(outcome) => Judgement::Done(outcome),
        Err(refusal) => Judgement::Refused(refusal),
    };
    Applied {
        revision,
        judgement: Some(judgement),
    }
}

fn judge(state: &mut State, revision: u64, command: &Command) -> Result<Outcome, Refusal> {
    if let Some(first) = repeated(state, command)? {
        return Ok(first);
    }
    let mut next = state.clone();
    let mut outcome = Outcome {
        revision,
        results: Vec::new(),
    };
    for (index, operation) in command.operations.iter().enumerate() {
        let result = operate(&mut next, revision, command, operation).map_err(|mut refusal| {
            refusal.operation = u32::try_from(index).unwrap_or(u32::MAX);
            refusal
        })?;
        outcome.results.push(result);
    }
    if !command.client_token.is_empty() {
        next.forget_before(command.at_ms.saturating_sub(limits::CLIENT_TOKEN_MS));
        if next.remembered_count() < TOKENS_MAX {
            next.remember(Remembered {
                account: command.account.clone(),
                token: command.client_token.clone(),
                fingerprint: command.fingerprint.clone(),
                outcome: Some(outcome.clone()),
                at_ms: command.at_ms,
            });
        }
    }
    *state = next;
    Ok(outcome)
}

fn repeated(state: &State, command: &Command) -> Result<Option<Outcome>, Refusal> {
    if command.client_token.is_empty() {
        return Ok(None);
    }
    match state.remembered(&command.account, &command.client_token) {
        Some(entry) if entry.at_ms + limits::CLIENT_TOKEN_MS < command.at_ms => Ok(None),
        Some(entry) if entry.fingerprint == command.fingerprint => Ok(entry.outcome.clone()),
        Some(_) => Err(refusal(
            RefusalKind::TokenMismatch,
            "the client token was used for another request; use a new one",
        )),
        None => Ok(None),
    }
}

fn refusal(kind: RefusalKind, message: impl Into<String>) -> Refusal {
    Refusal {
        kind: kind as i32,
        message: message.into(),
        ..Refusal::default()
    }
}

fn not_found(kind: Kind, id: &str) -> Refusal {
    Refusal {
        resource_id: id.to_owned(),
        resource_type: kind.resource_type().to_owned(),
        ..refusal(
            RefusalKind::NotFound,
            format!("{} {id} not found", kind.resource_type()),
        )
    }
}

fn operate(
    state: &mut State,
    revision: u64,
    command: &Command,
    operation: &Operation,
) -> Result<OperationResult, Refusal> {
    let record = |stored: &Stored| {
        stored
            .record
            .clone()
            .ok_or_else(|| refusal(RefusalKind::Validation, "an empty record"))
    };
    let done = |record: AnyRecord| OperationResult {
        record: Some(Stored {
            record: Some(record),
        }),
        ..OperationResult::default()
    };
    match operation.change.as_ref() {
        Some(Change::Create(stored)) => create(state, revision, command, record(stored)?).map(done),
        Some(Change::Update(stored)) => {
            update(state, revision, command, operation, record(stored)?).map(done)
        }
        Some(Change::Put(stored)) => {
            let record = record(stored)?;
            match state.get_any(record.kind(), &record.meta().id) {
                Some(_) => update(state, revision, command, operation, record).map(done),
                None => create(state, revision, command, record).map(done),
            }
        }
        Some(Change::Delete(identifier)) => delete(state, command, operation, identifier).map(done),
        Some(Change::RegisterTargets(list)) => targets(state, revision, command, list, register),
        Some(Change::DeregisterTargets(list)) => {
            targets(state, revision, command, list, deregister)
        }
        Some(Change::RemoveDrained(list)) => {
            targets(state, revision, command, list, remove_drained)
        }
        Some(Change::Tag(_) | Change::Untag(_)) | None => Err(refusal(
            RefusalKind::Validation,
            "an operation without a change",
        )),
        Some(Change::UseJoinToken(join)) => {
            super::node::join(state, revision, command, join).map(|node| done(node.into()))
        }
    }
}

fn owned(state: &State, command: &Command, kind: Kind, id: &str) -> Result<AnyRecord, Refusal> {
    let record = state.get_any(kind, id).ok_or_else(|| not_found(kind, id))?;
    if command.account.is_empty() || record.meta().account == command.account {
        Ok(record)
    } else {
        Err(not_found(kind, id))
    }
}

fn create(
    state: &mut State,
    revision: u64,
    command: &Command,
    mut record: AnyRecord,
) -> Result<AnyRecord, Refusal> {
    let meta = record.meta_mut();
    if !command.account.is_empty() {
        meta.account = command.account.clone();
        meta.region = command.region.clone();
    }
    meta.created_at_ms = command.at_ms;
    meta.updated_at_ms = command.at_ms;
    meta.revision = revision;
    meta.created_by = command.principal.clone();
    if let AnyRecord::Service(service) = &mut record {
        service.dns_name = dns_name(state, service);
    }
    if let AnyRecord::ClusterSettings(settings) = &record {
        state.cluster_id = settings.meta().name.clone();
    }
    state.insert(record.clone());
    Ok(record)
}

fn dns_name(state: &State, service: &Service) -> String {
    let Meta {
        id, name, region, ..
    } = service.meta();
    let settings = state.settings().cloned().unwrap_or_default();
    let id = id.strip_prefix("svc-").unwrap_or(id);
    let (partition, suffix) = (settings.partition_id, settings.dns_suffix);
    format!("{name}-{id}.{partition}.vpc-lattice-svcs.{region}.{suffix}")
}

fn update(
    state: &mut State,
    revision: u64,
    command: &Command,
    operation: &Operation,
    mut record: AnyRecord,
) -> Result<AnyRecord, Refusal> {
    let before = owned(state, command, record.kind(), &record.meta().id)?;
    expect(operation, before.meta())?;
    let tags = record.meta().tags.clone();
    *record.meta_mut() = before.meta().clone();
    let meta = record.meta_mut();
    meta.tags = tags;
    meta.updated_at_ms = command.at_ms;
    meta.revision = revision;
    state.insert(record.clone());
    Ok(record)
}

fn expect(operation: &Operation, meta: &Meta) -> Result<(), Refusal> {
    if operation.expected_revision == 0 || operation.expected_revision == meta.revision {
        return Ok(());
    }
    Err(refusal(
        RefusalKind::RevisionMismatch,
        format!(
            "{} is at revision {}, not {}; read it again",
            meta.id, meta.revision, operation.expected_revision
        ),
    ))
}

fn delete(
    state: &mut State,
    command: &Command,
    operation: &Operation,
    identifier: &Identifier,
) -> Result<AnyRecord, Refusal> {
    let kind = identifier.kind();
    let record = owned(state, command, kind, &identifier.id)?;
    expect(operation, record.meta())?;
    cascade(state, kind, &identifier.id);
    state.remove(kind, &identifier.id);
    Ok(record)
}

fn cascade(state: &mut State, kind: Kind, id: &str) {
    let child_kind = match kind {
        Kind::Service => Kind::Listener,
        Kind::Listener => Kind::Rule,
        _ => return,
    };
    let children: Vec<String> = match child_kind {
        Kind::Listener => state
            .children::<Listener>(id)
            .map(|c| c.meta().id.clone())
            .collect(),
        _ => state
            .children::<Rule>(id)
            .map(|c| c.meta().id.clone())
            .collect(),
    };
    for child in children {
        cascade(state, child_kind, &child);
        state.remove(child_kind, &child);
    }
}

type TargetChange = fn(&mut TargetGroup, &TargetList, u64, &mut OperationResult);

fn targets(
    state: &mut State,
    revision: u64,
    command: &Command,
    list: &TargetList,
    change: TargetChange,
) -> Result<OperationResult, Refusal> {
    owned(state, command, Kind::TargetGroup, &list.target_group)?;
    let Some(group) = state.get::<TargetGroup>(&list.target_group) else {
        return Err(not_found(Kind::TargetGroup, &list.target_group));
    };
    let mut group = (**group).clone();
    let mut result = OperationResult::default();
    change(&mut group, list, command.at_ms, &mut result);
    group.meta_mut().revision = revision;
    result.record = Some(group.clone().into());
    state.insert(group);
    Ok(result)
}

fn register(group: &mut TargetGroup, list: &TargetList, _at_ms: u64, result: &mut OperationResult) {
    for target in &list.targets {
        let mut target = target.clone();
        if target.port == 0 {
            target.port = group.port;
        }
        target.draining_since_ms = 0;
        group
            .targets
            .retain(|known| (&known.id, known.port) != (&target.id, target.port));
        group.targets.push(target.clone());
        result.successful.push(target);
    }
    group
        .targets
        .sort_by(|a, b| (&a.id, a.port).cmp(&(&b.id, b.port)));
}

fn deregister(
    group: &mut TargetGroup,
    list: &TargetList,
    at_ms: u64,
    result: &mut OperationResult,
) {
    for target in &list.targets {
        let port = if target.port == 0 {
            group.port
        } else {
            target.port
        };
        let known = group
            .targets
            .iter_mut()
            .find(|t| t.id == target.id && t.port == port);
        match known {
            Some(known) => {
                known.draining_since_ms = at_ms.max(1);
                result.successful.push(known.clone());
            }
            None => result.unsuccessful.push(TargetFailure {
                target: Some(target.clone()),
                code: "TargetNotFound".into(),
                message: "the target is not registered".into(),
            }),
        }
    }
}

fn remove_drained(
    group: &mut TargetGroup,
    list: &TargetList,
    at_ms: u64,
    result: &mut OperationResult,
) {
    group.targets.retain(|target| {
        let asked = list
            .targets
            .iter()
            .any(|t| t.id == target.id && t.port == target.port);
        let drained =
            target.draining_since_ms != 0 && target.draining_since_ms + limits::DRAIN_MS <= at_ms;
        if asked && drained {
            result.successful.push(target.clone());
        }
        !(asked && drained)
    });
}
