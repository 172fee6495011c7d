//! Applies one committed command: the frame in which the rules of each kind are asked.
//!
//! Order of judgement: the shape of the command; for each operation whose record it is, the
//! expected revision, the shape of its fields, what the state says, the name; at the end what only
//! the whole bundle can say.

mod remove;

use super::command::{AnyRecord, Change, Command, Operation, Stored, TagChange, TargetList};
use super::outcome::{Applied, Judgement, OperationResult, Outcome, Refusal, RefusalKind};
use super::rules::Case;
use super::state::{Remembered, State};
use super::target::registration;
use super::{meta, mistakes::Mistakes, node, rules, service, validate};
use crate::model::{Account, Kind, Meta, Record, TargetGroup, limits};
use crate::seeded_bugs::{self, Bug};

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
    validate::frame(command)?;
    if let Some(first) = first_outcome(state, command)? {
        return Ok(first);
    }
    // While there is a copy, a change copies the nodes of the trees above it: only where there may be a way back.
    let before = is_refused_late(command).then(|| state.clone());
    let bundle = Bundle {
        state,
        revision,
        command,
    };
    let judged = bundle.carry_out();
    if let (Err(_), Some(before)) = (&judged, before) {
        *state = before;
    }
    judged
}

/// Whether a command may be refused after something of it was carried out: one of several operations is, and a rule, which
/// is settled at the end. All else of a kind judges first.
fn is_refused_late(command: &Command) -> bool {
    let [operation] = command.operations.as_slice() else {
        return true;
    };
    match operation.change.as_ref() {
        Some(Change::Create(stored) | Change::Update(stored) | Change::Put(stored)) => {
            matches!(stored.record, Some(AnyRecord::Rule(_)))
        }
        Some(Change::RegisterTargets(_) | Change::DeregisterTargets(_)) => false,
        _ => true,
    }
}

/// The outcome of the first command of the account with this client token, if there was one; the
/// operations of the command are not looked at.
///
/// # Errors
/// [`RefusalKind::TokenMismatch`] where it was for a request with another fingerprint.
pub fn first_outcome(state: &State, command: &Command) -> Result<Option<Outcome>, Refusal> {
    if command.client_token.is_empty() {
        return Ok(None);
    }
    let Some(entry) = state.remembered(&command.account, &command.client_token) else {
        return Ok(None);
    };
    if entry.at_ms.saturating_add(limits::CLIENT_TOKEN_MS) < command.at_ms {
        return Ok(None);
    }
    if entry.fingerprint == command.fingerprint {
        return Ok(entry.outcome.clone());
    }
    Err(Refusal::new(
        RefusalKind::TokenMismatch,
        "the client token was used for another request; use a new one",
    ))
}

/// A command under judgement, and the state as its operations so far have made it.
struct Bundle<'c> {
    state: &'c mut State,
    revision: u64,
    command: &'c Command,
}

impl Bundle<'_> {
    fn carry_out(mut self) -> Result<Outcome, Refusal> {
        let mut results: Vec<OperationResult> = Vec::new();
        for (index, operation) in self.command.operations.iter().enumerate() {
            let result = self.operate(operation);
            results.push(result.map_err(|refusal| refusal.of_operation(index))?);
        }
        for (index, result) in results.iter().enumerate() {
            let settled = self.settle(result);
            settled.map_err(|refusal| refusal.of_operation(index))?;
        }
        let revision = self.revision;
        let outcome = Outcome { revision, results };
        self.remember(&outcome);
        Ok(outcome)
    }

    fn case(&self) -> Case<'_> {
        Case {
            state: self.state,
            command: self.command,
        }
    }

    fn operate(&mut self, operation: &Operation) -> Result<OperationResult, Refusal> {
        match operation.change.as_ref() {
            Some(Change::Create(stored)) => self.create(given(stored)?).map(changed),
            Some(Change::Update(stored)) => self.update(operation, given(stored)?).map(changed),
            Some(Change::Put(stored)) => {
                let record = given(stored)?;
                match self.state.get_any(record.kind(), &record.meta().id) {
                    Some(_) => self.update(operation, record).map(changed),
                    None => self.create(record).map(changed),
                }
            }
            Some(Change::Delete(identifier)) => self.delete(operation, identifier).map(changed),
            Some(Change::RegisterTargets(list)) => self.targets(list, registration::register),
            Some(Change::DeregisterTargets(list)) => self.targets(list, |case, group, list| {
                Ok(registration::deregister(case, group, list))
            }),
            Some(Change::RemoveDrained(list)) => self.remove_drained(list),
            Some(Change::Tag(change)) => self.tag(operation, change, |tags, change| {
                tags.extend(change.tags.clone());
            }),
            Some(Change::Untag(change)) => self.tag(operation, change, |tags, change| {
                tags.retain(|key, _| !change.tags.contains_key(key));
            }),
            Some(Change::UseJoinToken(join)) => {
                let (node, token) = node::join(&self.case(), self.revision, join)?;
                if let Some(token) = token {
                    self.state.insert(token);
                    self.state.insert(node.clone());
                }
                Ok(changed(node.into()))
            }
            None => Err(validate::nothing("change")),
        }
    }

    fn create(&mut self, mut record: AnyRecord) -> Result<AnyRecord, Refusal> {
        let kind = record.kind();
        if meta::is_of_cluster(kind) && !self.case().is_operator() {
            return Err(Refusal::access_denied(format!(
                "only the account that operates the cluster creates records of kind {}",
                kind.resource_type()
            )));
        }
        self.claim(&mut record);
        rules::complete(&mut record);
        let mut mistakes = Mistakes::default();
        meta::check(kind, record.meta(), &mut mistakes);
        rules::shape(&record, &mut mistakes);
        mistakes.refuse()?;
        let id = &record.meta().id;
        if self.state.get_any(kind, id).is_some() {
            let message = format!("{} {id} exists already", kind.resource_type());
            return Err(Refusal::conflict(kind, id, message));
        }
        rules::admit(&mut record, &self.case())?;
        self.placed(&record)?;
        self.named(&record)?;
        self.state.insert(record.clone());
        if let AnyRecord::ClusterSettings(settings) = &record {
            self.state.cluster_id.clone_from(&settings.meta().name);
        }
        Ok(record)
    }

    /// Puts in owner, region and history. The cluster itself and, for records of the cluster, its
    /// operator may create for another owner.
    fn claim(&self, record: &mut AnyRecord) {
        let Command {
            at_ms,
            account,
            region,
            principal,
            ..
        } = self.command;
        let kind = record.kind();
        let first_region = self.state.settings().and_then(|s| s.regions.first());
        let meta = record.meta_mut();
        if kind == Kind::Account {
            meta.account.clone_from(&meta.id);
        } else if !account.is_empty() && (meta.account.is_empty() || !meta::is_of_cluster(kind)) {
            meta.account.clone_from(account);
        }
        if meta::is_regional(kind) {
            if !account.is_empty() {
                meta.region.clone_from(region);
            } else if meta.region.is_empty() {
                meta.region = first_region.cloned().unwrap_or_default();
            }
        } else if !matches!(kind, Kind::Node | Kind::JoinToken) {
            meta.region.clear();
        }
        meta.created_at_ms = *at_ms;
        meta.updated_at_ms = *at_ms;
        meta.revision = self.revision;
        meta.created_by.clone_from(principal);
    }

    /// The owner must be an account of the cluster, and the region one of its regions.
    fn placed(&self, record: &AnyRecord) -> Result<(), Refusal> {
        let (kind, meta) = (record.kind(), record.meta());
        let is_first = matches!(kind, Kind::Account | Kind::ClusterSettings);
        if meta.account.is_empty() {
            return Err(validate::nothing("account"));
        }
        if !is_first && self.state.get::<Account>(&meta.account).is_none() {
            return Err(Refusal::not_found(Kind::Account, &meta.account));
        }
        let regions = self.state.settings().map(|settings| &settings.regions);
        let mut mistakes = Mistakes::default();
        if let Some(regions) =
            regions.filter(|_| !meta.region.is_empty() || meta::is_regional(kind))
            && !regions.contains(&meta.region)
        {
            let message = format!("is not one of {}", regions.join(", "));
            mistakes.add("region", message);
        }
        mistakes.refuse()
    }

    /// The name must not be another's in its scope.
    fn named(&self, record: &AnyRecord) -> Result<(), Refusal> {
        let kind = record.kind();
        match self.state.namesake(record) {
            Some(other) => {
                let (what, name) = (kind.resource_type(), &record.meta().name);
                let message = format!("{what} {other} has the name {name}; choose another");
                Err(Refusal::conflict(kind, other, message))
            }
            None => Ok(()),
        }
    }

    /// The stored record that a caller may change.
    fn mine(&self, kind: Kind, id: &str) -> Result<AnyRecord, Refusal> {
        let case = self.case();
        let is_mine =
            |meta: &Meta| case.owns(meta) || (meta::is_of_cluster(kind) && case.is_operator());
        self.state
            .get_any(kind, id)
            .filter(|record| is_mine(record.meta()))
            .ok_or_else(|| Refusal::not_found(kind, id))
    }

    fn update(
        &mut self,
        operation: &Operation,
        mut record: AnyRecord,
    ) -> Result<AnyRecord, Refusal> {
        let kind = record.kind();
        let before = self.mine(kind, &record.meta().id)?;
        expect(operation, before.meta())?;
        let mut mistakes = Mistakes::default();
        let given = std::mem::replace(record.meta_mut(), before.meta().clone());
        if !given.name.is_empty() && given.name != before.meta().name {
            let renamed = matches!(kind, Kind::Account | Kind::Vpc);
            mistakes.check(renamed, "name", "cannot be changed");
            meta::name(kind, &given.name, &mut mistakes);
            record.meta_mut().name = given.name;
        }
        meta::tags(&given.tags, &mut mistakes);
        record.meta_mut().tags = given.tags;
        rules::complete(&mut record);
        rules::succeed(&mut record, self.state, &mut mistakes);
        rules::shape(&record, &mut mistakes);
        mistakes.refuse()?;
        rules::admit(&mut record, &self.case())?;
        self.named(&record)?;
        self.stamp(&mut record);
        self.state.insert(record.clone());
        Ok(record)
    }

    fn stamp(&self, record: &mut AnyRecord) {
        let meta = record.meta_mut();
        meta.updated_at_ms = self.command.at_ms;
        meta.revision = self.revision;
    }

    fn targets(
        &mut self,
        list: &TargetList,
        change: impl Fn(&Case<'_>, &mut TargetGroup, &TargetList) -> Result<OperationResult, Refusal>,
    ) -> Result<OperationResult, Refusal> {
        let most = match self.case().is_cluster() {
            true => usize::try_from(limits::QUOTA_VALUE_MAX).unwrap_or(usize::MAX),
            false => limits::TARGETS_PER_CALL,
        };
        let mut mistakes = Mistakes::default();
        registration::shape(list, most, &mut mistakes);
        mistakes.refuse()?;
        let case = self.case();
        let mut group = case.owned::<TargetGroup>(&list.target_group)?.clone();
        let mut result = change(&case, &mut group, list)?;
        let mut record = group.into();
        self.stamp(&mut record);
        self.state.insert(record.clone());
        result.record = changed(record).record;
        Ok(result)
    }

    fn remove_drained(&mut self, list: &TargetList) -> Result<OperationResult, Refusal> {
        if !self.case().is_cluster() {
            let message = "only the cluster itself removes drained targets";
            return Err(Refusal::access_denied(message));
        }
        self.targets(list, |case, group, list| {
            Ok(registration::remove_drained(case, group, list))
        })
    }

    fn tag(
        &mut self,
        operation: &Operation,
        change: &TagChange,
        edit: impl Fn(&mut std::collections::BTreeMap<String, String>, &TagChange),
    ) -> Result<OperationResult, Refusal> {
        let resource = change
            .resource
            .as_ref()
            .ok_or_else(|| validate::nothing("resource"))?;
        let kind = validate::kind(resource)?;
        let mut record = self.mine(kind, &resource.id)?;
        expect(operation, record.meta())?;
        let mut mistakes = Mistakes::default();
        let message = "this kind of resource has no tags";
        mistakes.check(meta::is_taggable(kind), "resource", message);
        edit(&mut record.meta_mut().tags, change);
        meta::tags(&record.meta().tags, &mut mistakes);
        mistakes.refuse()?;
        self.stamp(&mut record);
        self.state.insert(record.clone());
        Ok(changed(record))
    }

    /// Judges what only the state after the whole bundle can say.
    fn settle(&self, result: &OperationResult) -> Result<(), Refusal> {
        let record = result.record.as_ref().and_then(|r| r.record.as_ref());
        match record {
            Some(AnyRecord::Rule(rule))
                if self.state.get_any(Kind::Rule, &rule.meta().id).is_some() =>
            {
                service::priority(&self.case(), rule)
            }
            _ => Ok(()),
        }
    }

    fn remember(&mut self, outcome: &Outcome) {
        let command = self.command;
        if command.client_token.is_empty() {
            return;
        }
        self.state.remember(Remembered {
            account: command.account.clone(),
            token: command.client_token.clone(),
            fingerprint: command.fingerprint.clone(),
            outcome: Some(outcome.clone()),
            at_ms: command.at_ms,
        });
        let oldest_ms = command.at_ms.saturating_sub(limits::CLIENT_TOKEN_MS);
        self.state.forget(oldest_ms, limits::CLIENT_TOKENS_MAX);
    }
}

fn given(stored: &Stored) -> Result<AnyRecord, Refusal> {
    let record = stored.record.clone();
    record.ok_or_else(|| validate::nothing("record"))
}

fn changed(record: AnyRecord) -> OperationResult {
    OperationResult {
        record: Some(Stored {
            record: Some(record),
        }),
        ..OperationResult::default()
    }
}

fn expect(operation: &Operation, meta: &Meta) -> Result<(), Refusal> {
    let expected = operation.expected_revision;
    if expected == 0 || expected == meta.revision || seeded_bugs::is(Bug::B8) {
        return Ok(());
    }
    Err(Refusal::new(
        RefusalKind::RevisionMismatch,
        format!(
            "{} is at revision {}, not {}; read it again",
            meta.id, meta.revision, operation.expected_revision
        ),
    ))
}
