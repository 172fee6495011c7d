//! What the registry asks of every kind of record, and what it knows while it judges.

use super::command::{AnyRecord, Command};
use super::mistakes::Mistakes;
use super::outcome::Refusal;
use super::state::{State, Tabled};
use crate::model::limits::Quota;
use crate::model::{Kind, Meta, Record};

/// The rules of one kind of record.
pub(super) trait Rules: Tabled {
    /// Completes what was left out with the documented defaults.
    fn complete(&mut self) {}

    /// Names every field that is wrong in itself.
    fn shape(&self, mistakes: &mut Mistakes);

    /// Takes over what no update changes (state, targets, generated names), and names every field
    /// that differs from the stored record and must not.
    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes);

    /// Judges the record against the state, and puts in what the state decides.
    ///
    /// `before` is the stored record, for an update.
    ///
    /// # Errors
    /// The refusal, where the state forbids the record.
    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal>;

    /// Judges the deletion of the record.
    ///
    /// # Errors
    /// The refusal, where something still needs the record.
    fn release(&self, case: &Case<'_>) -> Result<(), Refusal>;
}

/// One operation under judgement: the state before it, and the command it belongs to.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    /// The state, with the operations of the bundle that came before.
    pub(super) state: &'a State,
    /// The command.
    pub(super) command: &'a Command,
}

impl Case<'_> {
    /// Whether the command is the cluster's own, which owns everything.
    pub(super) fn is_cluster(&self) -> bool {
        self.command.account.is_empty()
    }

    /// Whether the command is of the cluster itself or of its operator: the account of the settings.
    pub(super) fn is_operator(&self) -> bool {
        self.is_cluster()
            || self
                .state
                .settings()
                .is_some_and(|settings| settings.meta().account == self.command.account)
    }

    /// Whether the caller owns a record.
    pub(super) fn owns(&self, meta: &Meta) -> bool {
        self.is_cluster() || meta.account == self.command.account
    }

    /// A record that the caller owns.
    ///
    /// # Errors
    /// Not found, for a foreign record and for one that does not exist.
    pub(super) fn owned<R: Tabled>(&self, id: &str) -> Result<&R, Refusal> {
        let record = self.state.get::<R>(id).map(|record| &**record);
        record
            .filter(|record| self.owns(record.meta()))
            .ok_or_else(|| Refusal::not_found(R::KIND, id))
    }

    /// The value of a quota.
    pub(super) fn quota(&self, quota: &Quota) -> u64 {
        quota.value(self.state.settings())
    }

    /// Whether one more record fits, where `parent` has those that count.
    ///
    /// Cost: O(quota).
    ///
    /// # Errors
    /// Quota exceeded, where none fits.
    pub(super) fn fits(&self, quota: &Quota, parent: &str, kind: Kind) -> Result<(), Refusal> {
        let limit = self.quota(quota);
        if self.state.child_count(parent, kind) < limit {
            return Ok(());
        }
        Err(Refusal::quota(quota, limit, kind))
    }
}

/// Does the same with a record of any kind: `each!(record, r => expression)`.
macro_rules! each {
    ($any:expr, $record:ident => $body:expr) => {
        match $any {
            AnyRecord::Account($record) => $body,
            AnyRecord::Vpc($record) => $body,
            AnyRecord::SecurityGroup($record) => $body,
            AnyRecord::Node($record) => $body,
            AnyRecord::ServiceNetwork($record) => $body,
            AnyRecord::Service($record) => $body,
            AnyRecord::Listener($record) => $body,
            AnyRecord::Rule($record) => $body,
            AnyRecord::TargetGroup($record) => $body,
            AnyRecord::ServiceAssociation($record) => $body,
            AnyRecord::VpcAssociation($record) => $body,
            AnyRecord::AuthPolicy($record) => $body,
            AnyRecord::ResourcePolicy($record) => $body,
            AnyRecord::AccessLogSubscription($record) => $body,
            AnyRecord::User($record) => $body,
            AnyRecord::AccessKey($record) => $body,
            AnyRecord::Role($record) => $body,
            AnyRecord::ClusterKey($record) => $body,
            AnyRecord::JoinToken($record) => $body,
            AnyRecord::ClusterSettings($record) => $body,
            AnyRecord::ResourceGateway($record) => $body,
            AnyRecord::ResourceConfiguration($record) => $body,
            AnyRecord::ResourceAssociation($record) => $body,
            AnyRecord::DomainVerification($record) => $body,
            AnyRecord::ManagedPolicy($record) => $body,
            AnyRecord::ResourceShare($record) => $body,
            AnyRecord::OidcProvider($record) => $body,
            AnyRecord::Certificate($record) => $body,
        }
    };
}

/// Completes a record of any kind with its defaults.
pub(super) fn complete(record: &mut AnyRecord) {
    each!(record, record => record.complete());
}

/// Names every wrong field of a record of any kind.
pub(super) fn shape(record: &AnyRecord, mistakes: &mut Mistakes) {
    each!(record, record => record.shape(mistakes));
}

/// Judges an update of a record of any kind, field by field.
pub(super) fn succeed(record: &mut AnyRecord, state: &State, mistakes: &mut Mistakes) {
    each!(record, record => if let Some(before) = before(state, record) {
        record.succeed(&before, mistakes);
    });
}

/// Judges a record of any kind against the state.
pub(super) fn admit(record: &mut AnyRecord, case: &Case<'_>) -> Result<(), Refusal> {
    each!(record, record => {
        let before = before(case.state, record);
        record.admit(case, before.as_deref())
    })
}

/// Judges the deletion of a record of any kind.
pub(super) fn release(record: &AnyRecord, case: &Case<'_>) -> Result<(), Refusal> {
    each!(record, record => record.release(case))
}

fn before<R: Tabled>(state: &State, record: &R) -> Option<std::sync::Arc<R>> {
    state.get::<R>(&record.meta().id).cloned()
}
