//! What a request comes to, as operations on the registry: parsed, resolved, authorised.
//!
//! Planning looks at a state that may be behind the cluster's: it finds what names mean and what an
//! update changes. The registry judges the operations again, in order; an update says at which
//! revision it was planned, so that nothing written in between is lost.

mod bundle;
mod managed;
mod single;
mod targets;

#[cfg(test)]
mod tests;

use trellis_core::model::{Kind, Meta, Record, User, arn as arns};
use trellis_core::registry::command::{AnyRecord, Stored};
use trellis_core::registry::{Change, Operation, Refusal, State};
use trellis_core::seal::Keyring;
use trellis_proto::v1::resource::Spec;

use super::authn::Admin;
use super::authorise::actions::{Verb, action};
use super::authorise::context::AdminContext;
use super::authorise::subject::Subject;
use super::authorise::{Authority, is_of_cluster};
use super::convert::{self, Names, invalid};
use super::error::Failure;
use super::names::Scope;
use crate::cluster::bootstrap::{random, secret_access_key};

pub(super) use targets::targets;

/// Where the ids of new records come from.
pub(super) type Ids<'a> = &'a dyn Fn(Kind) -> Result<String, Failure>;

/// What a plan is made from.
#[derive(Clone, Copy)]
pub(super) struct Planner<'a> {
    /// The registry, as it is known here.
    pub(super) state: &'a State,
    /// Who asks, and what its policies say.
    pub(super) authority: &'a Authority<'a>,
    /// The cluster's sealing keys, for the secrets of new access keys and the keys of certificates.
    pub(super) keyring: &'a Keyring,
    /// Ids of new records.
    pub(super) ids: Ids<'a>,
    /// Revision that the caller expects; 0 for any.
    pub(super) expected_revision: u64,
}

/// What a request comes to.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Account that the operations are judged for.
    pub(super) account: String,
    /// The operations, in order.
    pub(super) operations: Vec<Operation>,
    /// In a bundle: what happens to each resource, in the order of the request.
    pub(super) steps: Vec<Step>,
}

/// What happens to one resource of a bundle.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Nothing: it is already as asked for.
    Unchanged(Box<AnyRecord>),
    /// It is written by the operations at these positions.
    Written {
        /// `created` or `updated`.
        action: &'static str,
        /// Positions of its operations; never empty.
        operations: Vec<usize>,
    },
}

impl<'a> Planner<'a> {
    fn admin(&self) -> &'a Admin {
        self.authority.admin
    }

    /// The names that mean something to an account in the caller's region.
    fn scope(&self, account: &'a str) -> Scope<'a> {
        Scope::new(self.state, account, &self.admin().region)
    }

    fn account(&self) -> &'a str {
        &self.admin().principal.account
    }

    /// The record that an identifier of a request names, and its id.
    fn find(&self, named: Option<&trellis_proto::v1::Identifier>) -> Result<AnyRecord, Failure> {
        let named = named.cloned().unwrap_or_default();
        let kind = convert::kind(named.kind).ok_or_else(|| wrong("identifier.kind", "required"))?;
        if named.identifier.is_empty() {
            return Err(wrong("identifier.identifier", "required").into());
        }
        let scope = self.scope(self.account());
        let parent = parent(&scope, kind, &named)?;
        let record = scope
            .id(kind, &parent, &named.identifier)
            .and_then(|id| self.state.get_any(kind, &id));
        record.ok_or_else(|| Refusal::not_found(kind, &named.identifier).into())
    }

    /// Whether the caller may do something to a record.
    fn allow(&self, verb: Verb, record: &AnyRecord) -> Result<(), Failure> {
        let context = AdminContext::on(self.admin(), record);
        let context = context.about(self.state, Subject::Found(record));
        self.allow_in(verb, record, &context)
    }

    /// As [`Planner::allow`], with what the request itself adds to the context.
    fn allow_in(
        &self,
        verb: Verb,
        record: &AnyRecord,
        context: &AdminContext<'_>,
    ) -> Result<(), Failure> {
        let kind = record.kind();
        let (action, resource) = (action(verb, kind), self.arn(record));
        let place = (self.state, kind);
        self.authority.permit(place, &action, &resource, context)
    }

    /// A call that changes no single known resource cannot expect a revision of it.
    fn expects_nothing(&self, why: &str) -> Result<(), Refusal> {
        match self.expected_revision {
            0 => Ok(()),
            _ => Err(wrong("options.expectedRevision", why)),
        }
    }

    /// The ARN that policies name a record by.
    fn arn(&self, record: &AnyRecord) -> String {
        arn(self.state, record)
    }

    /// A new record of nothing yet but its id and owner.
    fn draft(&self, mut record: AnyRecord, owner: &str) -> Result<AnyRecord, Failure> {
        let kind = record.kind();
        let id = (self.ids)(kind)?;
        let meta = record.meta_mut();
        meta.id = id;
        own(meta, kind, owner, &self.admin().region);
        Ok(record)
    }

    /// A new record of nothing yet but the id and owner of another.
    fn identified(mut record: AnyRecord, draft: &AnyRecord) -> AnyRecord {
        let (from, meta) = (draft.meta(), record.meta_mut());
        meta.id.clone_from(&from.id);
        meta.account.clone_from(&from.account);
        meta.region.clone_from(&from.region);
        record
    }

    /// Makes and seals the secret of a new access key.
    fn seal_secret(&self, record: &mut AnyRecord) -> Result<(), Failure> {
        if let AnyRecord::AccessKey(key) = record {
            let secret = zeroize::Zeroizing::new(secret_access_key()?);
            key.sealed_secret = self.sealed(&key.meta().id, &secret)?;
        }
        Ok(())
    }

    /// Seals the private key that is given with a certificate, if any.
    fn seal_key(&self, spec: &Spec, record: &mut AnyRecord) -> Result<(), Failure> {
        if let (Spec::Certificate(given), AnyRecord::Certificate(certificate)) = (spec, record)
            && !given.private_key.is_empty()
        {
            certificate.sealed_key = self.sealed(&certificate.meta().id, &given.private_key)?;
        }
        Ok(())
    }

    /// A secret, sealed for the record of this id.
    fn sealed(&self, id: &str, secret: &str) -> Result<Vec<u8>, Failure> {
        let sealed = self
            .keyring
            .seal(id.as_bytes(), secret.as_bytes(), random()?);
        Ok(sealed.map_err(anyhow::Error::from)?)
    }
}

/// Puts the owner of a new record in; IAM records have no region.
fn own(meta: &mut Meta, kind: Kind, owner: &str, region: &str) {
    owner.clone_into(&mut meta.account);
    let is_global = is_of_cluster(kind)
        || matches!(
            kind,
            Kind::User | Kind::Role | Kind::AccessKey | Kind::ManagedPolicy | Kind::OidcProvider
        );
    if !is_global {
        region.clone_into(&mut meta.region);
    }
}

/// The id of the parent in whose scope a name is looked up.
pub(super) fn parent(
    scope: &Scope<'_>,
    kind: Kind,
    named: &trellis_proto::v1::Identifier,
) -> Result<String, Refusal> {
    let find = |kind, parent: &str, identifier: &str| match identifier {
        "" => Ok(String::new()),
        _ => scope
            .id(kind, parent, identifier)
            .ok_or_else(|| Refusal::not_found(kind, identifier)),
    };
    match kind {
        Kind::Listener => find(Kind::Service, "", &named.parent),
        Kind::Rule => {
            let service = find(Kind::Service, "", &named.parent)?;
            find(Kind::Listener, &service, &named.listener)
        }
        Kind::SecurityGroup => find(Kind::Vpc, "", &named.parent),
        Kind::AccessKey => find(Kind::User, "", &named.parent),
        _ => Ok(String::new()),
    }
}

/// The ARN that policies name a record by: that of the user for an access key, that of the service
/// network or service for its policies.
pub(super) fn arn(state: &State, record: &AnyRecord) -> String {
    match record {
        AnyRecord::AccessKey(key) => match state.get::<User>(&key.user) {
            Some(user) => arns::user(&user.meta().account, &user.path, &user.meta().name),
            None => arns::root(&key.meta().account),
        },
        AnyRecord::AuthPolicy(policy) => convert::resource_arn(state, policy.meta()),
        AnyRecord::ResourcePolicy(policy) => convert::resource_arn(state, policy.meta()),
        _ => record.arn(),
    }
}

/// The ARN that policies name a record by that has no id yet: `*` in its place.
fn arn_of_new(state: &State, record: &AnyRecord) -> String {
    let mut record = record.clone();
    match record {
        AnyRecord::AuthPolicy(_) | AnyRecord::ResourcePolicy(_) => {}
        _ => "*".clone_into(&mut record.meta_mut().id),
    }
    arn(state, &record)
}

/// An operation on a record.
fn operation(change: Change, expected_revision: u64) -> Operation {
    Operation {
        expected_revision,
        change: Some(change),
    }
}

fn stored(record: AnyRecord) -> Stored {
    Stored {
        record: Some(record),
    }
}

/// The refusal of one field.
pub(super) fn wrong(path: &str, message: &str) -> Refusal {
    invalid(vec![trellis_core::registry::outcome::FieldMistake {
        name: path.to_owned(),
        message: message.to_owned(),
    }])
}
