//! The condition keys of VPC Lattice's own API: what a call says of the resources that it is about.
//!
//! Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon VPC Lattice" (read 2026-11).

use trellis_core::model::{Action, Kind, Meta, Record, arn};
use trellis_core::registry::State;
use trellis_core::registry::command::AnyRecord;
use trellis_core::registry::state::forwarded;

use crate::control::convert::words;

/// What a call is about.
#[derive(Clone, Copy)]
pub(in crate::control) enum Subject<'a> {
    /// A resource that it makes.
    Made(&'a AnyRecord),
    /// A resource as it is to become, and whether the call says what the keys of a change ask for.
    Changed(&'a AnyRecord, bool),
    /// A resource that it reads or deletes.
    Found(&'a AnyRecord),
    /// Resources of a kind that hang on all of these, by id.
    Listed(Kind, &'a [String]),
}

impl Subject<'_> {
    /// Values of a key, which is named in small letters; none where calls of this kind do not have it.
    pub(in crate::control) fn values(self, state: &State, key: &str) -> Vec<String> {
        let record = match self {
            Self::Listed(kind, ids) => return listed(state, kind, ids, key),
            Self::Made(record) | Self::Changed(record, _) | Self::Found(record) => record,
        };
        let kind = record.kind();
        let is_found = match kind {
            Kind::ServiceNetworkServiceAssociation => {
                matches!(key, "servicearn" | "servicenetworkarn")
            }
            Kind::ServiceNetworkVpcAssociation => matches!(key, "servicenetworkarn" | "vpcid"),
            _ => false,
        };
        let has_key = match self {
            Self::Made(_) => (kind, key) != (Kind::ResourceGateway, "securitygroupids"),
            Self::Changed(_, true) if is_of_change(key) => true,
            Self::Changed(..) => is_found && kind == Kind::ServiceNetworkVpcAssociation,
            _ => is_found,
        };
        match has_key {
            true => values(state, record, key),
            false => Vec::new(),
        }
    }

    /// `ec2:Vpc`: the ARN of the VPC of a security group.
    pub(super) fn vpc_arn(self, state: &State) -> Option<String> {
        match self {
            Self::Made(AnyRecord::SecurityGroup(group))
            | Self::Changed(AnyRecord::SecurityGroup(group), _)
            | Self::Found(AnyRecord::SecurityGroup(group)) => {
                Some(arn_of(state, Kind::Vpc, &group.vpc, group.meta()))
            }
            _ => None,
        }
    }
}

/// Whether a key is of what a change asks for.
fn is_of_change(key: &str) -> bool {
    matches!(key, "authtype" | "targetgrouparns" | "securitygroupids")
}

/// What a record says.
fn values(state: &State, record: &AnyRecord, key: &str) -> Vec<String> {
    let arn = |kind, id: &String| vec![arn_of(state, kind, id, record.meta())];
    let groups = |action: Option<&Action>| {
        let ids = forwarded(action).into_iter();
        ids.map(|id| arn_of(state, Kind::TargetGroup, &id, record.meta()))
            .collect()
    };
    match (key, record) {
        ("authtype", AnyRecord::Service(service)) => {
            vec![words::print(words::AUTH_TYPES, service.auth_type())]
        }
        ("authtype", AnyRecord::ServiceNetwork(network)) => {
            vec![words::print(words::AUTH_TYPES, network.auth_type())]
        }
        ("protocol", AnyRecord::Listener(listener)) => {
            vec![words::print(words::LISTENER_PROTOCOLS, listener.protocol())]
        }
        ("targetgrouparns", AnyRecord::Listener(listener)) => {
            groups(listener.default_action.as_ref())
        }
        ("targetgrouparns", AnyRecord::Rule(rule)) => groups(rule.action.as_ref()),
        ("vpcid", AnyRecord::TargetGroup(group)) if !group.vpc.is_empty() => {
            vec![group.vpc.clone()]
        }
        ("vpcid", AnyRecord::ResourceGateway(gateway)) => vec![gateway.vpc.clone()],
        ("vpcid", AnyRecord::VpcAssociation(association)) => vec![association.vpc.clone()],
        ("securitygroupids", AnyRecord::ResourceGateway(gateway)) => {
            gateway.security_groups.clone()
        }
        ("securitygroupids", AnyRecord::VpcAssociation(association)) => {
            association.security_groups.clone()
        }
        ("privatednspreference", AnyRecord::VpcAssociation(association))
            if association.private_dns_enabled =>
        {
            let preference = association.private_dns_preference();
            vec![words::print(words::DNS_PREFERENCES, preference)]
        }
        ("privatednsspecifieddomains", AnyRecord::VpcAssociation(association)) => {
            association.private_dns_domains.clone()
        }
        ("servicenetworkarn", AnyRecord::ServiceAssociation(association)) => {
            arn(Kind::ServiceNetwork, &association.service_network)
        }
        ("servicenetworkarn", AnyRecord::VpcAssociation(association)) => {
            arn(Kind::ServiceNetwork, &association.service_network)
        }
        ("servicenetworkarn", AnyRecord::ResourceAssociation(association)) => {
            arn(Kind::ServiceNetwork, &association.service_network)
        }
        ("servicearn", AnyRecord::ServiceAssociation(association)) => {
            arn(Kind::Service, &association.service)
        }
        ("resourceconfigurationarn", AnyRecord::ResourceAssociation(association)) => arn(
            Kind::ResourceConfiguration,
            &association.resource_configuration,
        ),
        ("domainname", AnyRecord::DomainVerification(verification)) => {
            vec![verification.domain_name.clone()]
        }
        _ => Vec::new(),
    }
}

/// What a list is narrowed to.
fn listed(state: &State, kind: Kind, ids: &[String], key: &str) -> Vec<String> {
    let of = match (kind, key) {
        (
            Kind::ServiceNetworkServiceAssociation | Kind::ServiceNetworkVpcAssociation,
            "servicenetworkarn",
        ) => Kind::ServiceNetwork,
        (Kind::ServiceNetworkServiceAssociation, "servicearn") => Kind::Service,
        (Kind::ServiceNetworkVpcAssociation, "vpcid") => Kind::Vpc,
        _ => return Vec::new(),
    };
    let found = ids.iter().filter_map(|id| state.get_any(of, id));
    let value = |record: AnyRecord| match of {
        Kind::Vpc => record.meta().id.clone(),
        _ => record.arn(),
    };
    found.map(value).collect()
}

/// The ARN of a record that another names; what is not there yet comes with the one that names it, and has its owner.
fn arn_of(state: &State, kind: Kind, id: &str, beside: &Meta) -> String {
    let made = || {
        let id = id.to_owned();
        let meta = Meta {
            id,
            account: beside.account.clone(),
            region: beside.region.clone(),
            ..Meta::default()
        };
        arn::of(kind, &meta)
    };
    let found = state.get_any(kind, id);
    found.map_or_else(made, |record| record.arn())
}
