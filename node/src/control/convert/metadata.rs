//! What the registry says of a record: ids, ARNs, times, state.

use jiff::Timestamp;
use trellis_core::model::{
    AuthType, Kind, Meta, Record, ResourceConfiguration, Service, ServiceNetwork, Status, arn, id,
};
use trellis_core::registry::State;
use trellis_core::registry::command::AnyRecord;
use trellis_proto::v1;

use super::words;

/// A time as RFC 3339, UTC, with milliseconds; empty for none.
pub(in crate::control) fn timestamp(ms: u64) -> String {
    if ms == 0 {
        return String::new();
    }
    let ms = i64::try_from(ms).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(ms).map_or_else(|_| String::new(), |time| format!("{time:.3}"))
}

/// The ARN of the resource that a policy is of, from the policy's own identity:
/// the id is the same, and the owner is where the resource is not there yet.
pub(in crate::control) fn resource_arn(state: &State, policy: &Meta) -> String {
    if id::is_valid(Kind::ServiceNetwork, &policy.id) {
        let network = state.get::<ServiceNetwork>(&policy.id);
        return arn::of(Kind::ServiceNetwork, network.map_or(policy, |it| it.meta()));
    }
    if id::is_valid(Kind::ResourceConfiguration, &policy.id) {
        let configuration = state.get::<ResourceConfiguration>(&policy.id);
        let meta = configuration.map_or(policy, |it| it.meta());
        return arn::of(Kind::ResourceConfiguration, meta);
    }
    let service = state.get::<Service>(&policy.id);
    arn::of(Kind::Service, service.map_or(policy, |it| it.meta()))
}

/// What the registry says of a record.
pub(super) fn metadata(state: &State, record: &AnyRecord) -> v1::Metadata {
    let meta = record.meta();
    v1::Metadata {
        id: meta.id.clone(),
        arn: record.arn(),
        account: meta.account.clone(),
        region: meta.region.clone(),
        created_at: timestamp(meta.created_at_ms),
        last_updated_at: timestamp(meta.updated_at_ms),
        revision: meta.revision,
        created_by: meta.created_by.clone(),
        status: status(state, record),
        dns_name: match record {
            AnyRecord::Service(service) => service.dns_name.clone(),
            _ => String::new(),
        },
    }
}

fn status(state: &State, record: &AnyRecord) -> String {
    let word = |status: Status| words::print(words::STATUSES, status);
    match record {
        AnyRecord::Service(service) => word(service.status()),
        AnyRecord::TargetGroup(group) => word(group.status()),
        AnyRecord::ServiceAssociation(association) => word(association.status()),
        AnyRecord::VpcAssociation(association) => word(association.status()),
        AnyRecord::ResourceGateway(gateway) => word(gateway.status()),
        AnyRecord::ResourceConfiguration(configuration) => word(configuration.status()),
        AnyRecord::ResourceAssociation(association) => word(association.status()),
        AnyRecord::DomainVerification(verification) => {
            words::print(words::VERIFICATIONS, verification.status())
        }
        // A policy decides only where its layer asks for it. Source: API model, `AuthPolicyState`.
        AnyRecord::AuthPolicy(policy) => {
            let id = &policy.meta().id;
            let network = state.get::<ServiceNetwork>(id).map(|it| it.auth_type());
            let service = || state.get::<Service>(id).map(|it| it.auth_type());
            let enforced = network.or_else(service) == Some(AuthType::AwsIam);
            if enforced { "Active" } else { "Inactive" }.to_owned()
        }
        _ => String::new(),
    }
}
