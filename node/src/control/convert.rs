//! Protocol ⇄ model: with the files beside it, the only place that knows both.
//!
//! Reading a resource puts the fields that are given over a record: a blank one to create, the
//! stored one to update. All mistakes are found at once, under the API's paths. What needs the
//! registry's state, ranges and patterns included, is judged by the registry alone.

mod access;
mod certificate;
mod identity;
mod managed;
mod metadata;
mod network;
mod node;
mod oidc;
mod reader;
mod resource;
mod service;
mod share;
mod target;
pub(super) mod words;

#[cfg(test)]
mod tests;

use trellis_core::model::{self, Kind, Record};
use trellis_core::registry::command::AnyRecord;
use trellis_core::registry::{self, State};
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

pub(super) use metadata::{resource_arn, timestamp};
pub(super) use reader::{Names, Reader, invalid};
pub(super) use target::{group_type, read_target, write_failure, write_target};

/// A record that has a message of the protocol.
trait Convert: Sized {
    /// The message.
    type Message;
    /// Puts the fields that are given over this record.
    fn read(self, given: &Self::Message, reader: &mut Reader<'_>) -> Self;
    /// The message that says what the record holds; never a secret.
    fn write(&self) -> Self::Message;
}

macro_rules! kinds {
    ($($variant:ident),* $(,)?) => {
        /// The kind of a resource.
        pub(super) fn kind_of(spec: &Spec) -> Kind {
            match spec { $(Spec::$variant(_) => <model::$variant as Record>::KIND,)* }
        }

        /// A record of a resource's kind in which nothing is given yet.
        pub(super) fn blank(spec: &Spec) -> AnyRecord {
            match spec { $(Spec::$variant(_) => model::$variant::default().into(),)* }
        }

        /// Puts what is given over a record.
        pub(super) fn read(spec: &Spec, base: AnyRecord, reader: &mut Reader<'_>) -> AnyRecord {
            match (spec, base) {
                $((Spec::$variant(given), AnyRecord::$variant(base)) => {
                    base.read(given, reader).into()
                })*
                (_, base) => {
                    let kind = base.kind().resource_type();
                    reader.mistake("resource", format!("is not of kind {kind}"));
                    base
                }
            }
        }

        fn spec(record: &AnyRecord) -> Option<Spec> {
            match record {
                $(AnyRecord::$variant(record) => Some(Spec::$variant(record.write())),)*
                AnyRecord::ClusterKey(_) => None,
            }
        }
    };
}

kinds! {
    Account, Vpc, SecurityGroup, Node, ServiceNetwork, Service, Listener, Rule, TargetGroup,
    ServiceAssociation, VpcAssociation, AuthPolicy, ResourcePolicy, AccessLogSubscription, User,
    AccessKey, Role, JoinToken, ClusterSettings, ResourceGateway, ResourceConfiguration,
    ResourceAssociation, DomainVerification, ManagedPolicy, ResourceShare, OidcProvider,
    Certificate,
}

/// The kind that a number of the protocol means; `None` for kinds that the API does not show.
pub(super) fn kind(number: i32) -> Option<Kind> {
    match v1::ResourceKind::try_from(number).ok()? {
        v1::ResourceKind::Unspecified => None,
        kind => Kind::try_from(kind as i32).ok(),
    }
}

/// A record as callers see it. The state tells what the record itself does not: names of parents.
pub(super) fn resource(state: &State, record: &AnyRecord) -> v1::Resource {
    let mut spec = spec(record);
    if let (Some(Spec::AccessKey(message)), AnyRecord::AccessKey(key)) = (&mut spec, record) {
        let user = state.get::<model::User>(&key.user);
        message.user_name = user.map_or_else(String::new, |user| user.meta().name.clone());
    }
    if let (Some(Spec::Certificate(message)), AnyRecord::Certificate(certificate)) =
        (&mut spec, record)
    {
        let services = registry::used_by(state, certificate);
        message.in_use_by = services
            .map(|service| model::arn::of(Kind::Service, service.meta()))
            .collect();
    }
    if let Some(attached) = spec.as_mut().and_then(attached) {
        for policy in attached {
            if let Some(record) = state.get_any(Kind::ManagedPolicy, policy) {
                *policy = record.arn();
            }
        }
    }
    if let (Some(Spec::ResourcePolicy(message)), AnyRecord::ResourcePolicy(policy)) =
        (&mut spec, record)
    {
        message.resource_arn = metadata::resource_arn(state, policy.meta());
    }
    v1::Resource {
        metadata: Some(metadata::metadata(state, record)),
        spec,
    }
}

/// The managed policies of a user or role.
fn attached(spec: &mut Spec) -> Option<&mut Vec<String>> {
    match spec {
        Spec::User(user) => Some(&mut user.attached_policies),
        Spec::Role(role) => Some(&mut role.attached_policies),
        _ => None,
    }
}
