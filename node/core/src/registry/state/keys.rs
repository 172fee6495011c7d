//! What records are found by: names in their scopes, and what they hang on.

use smol_str::SmolStr;

use crate::model::arn::Arn;
use crate::model::{Action, ActionKind, Kind, Meta, Record, ResourceConfiguration, id};
use crate::registry::command::AnyRecord;

/// Kind, scope and name.
pub(super) type Name = (i32, SmolStr, SmolStr);

/// The scope in which names of a kind are unique, for a record of an account, a region and a parent.
#[must_use]
pub fn scope(kind: Kind, meta: &Meta, parent: &str) -> Option<String> {
    match kind {
        Kind::ServiceNetwork
        | Kind::Service
        | Kind::TargetGroup
        | Kind::Vpc
        | Kind::ResourceGateway
        | Kind::ResourceConfiguration => Some(format!("{}/{}", meta.account, meta.region)),
        Kind::Listener | Kind::Rule | Kind::SecurityGroup => Some(parent.to_owned()),
        Kind::User | Kind::Role | Kind::ManagedPolicy | Kind::OidcProvider => {
            Some(meta.account.clone())
        }
        Kind::Account => Some(String::new()),
        Kind::Node
        | Kind::ServiceNetworkServiceAssociation
        | Kind::ServiceNetworkVpcAssociation
        | Kind::ServiceNetworkResourceAssociation
        | Kind::DomainVerification
        | Kind::ResourceShare
        | Kind::Certificate
        | Kind::AuthPolicy
        | Kind::ResourcePolicy
        | Kind::AccessLogSubscription
        | Kind::AccessKey
        | Kind::ClusterKey
        | Kind::JoinToken
        | Kind::ClusterSettings => None,
    }
}

/// A name as it is told from others: those of users, roles and managed policies without regard to case.
///
/// Source: IAM user guide, "IAM and AWS STS quotas".
#[must_use]
pub fn folded(kind: Kind, name: &str) -> String {
    match kind {
        Kind::User | Kind::Role | Kind::ManagedPolicy => name.to_lowercase(),
        _ => name.to_owned(),
    }
}

/// The name of a record, if it has one.
pub(super) fn name_key(record: &AnyRecord) -> Option<Name> {
    let meta = record.meta();
    let parent = match record {
        AnyRecord::Listener(listener) => listener.service.as_str(),
        AnyRecord::Rule(rule) => rule.listener.as_str(),
        AnyRecord::SecurityGroup(group) => group.vpc.as_str(),
        _ => "",
    };
    let name = folded(record.kind(), &meta.name);
    let scope = scope(record.kind(), meta, parent)?;
    (!name.is_empty()).then(|| (record.kind() as i32, scope.into(), name.into()))
}

/// What a record of an account and a region hangs on; global records have an empty region.
#[must_use]
pub fn owner(account: &str, region: &str) -> String {
    format!("{account}/{region}")
}

/// Ids of what a record hangs on: its owner, too.
pub(super) fn parents(record: &AnyRecord) -> Vec<SmolStr> {
    let mut parents: Vec<_> = references(record).into_iter().map(SmolStr::from).collect();
    parents.push(owner(&record.meta().account, &record.meta().region).into());
    parents
}

/// Ids of the records that a record cannot be without, of those that a share names, and the ARN of the certificate that
/// a service names, which need not be there.
fn references(record: &AnyRecord) -> Vec<String> {
    match record {
        AnyRecord::Listener(listener) => {
            let mut parents = vec![listener.service.clone()];
            parents.extend(forwarded(listener.default_action.as_ref()));
            parents
        }
        AnyRecord::Rule(rule) => {
            let mut parents = vec![rule.listener.clone()];
            parents.extend(forwarded(rule.action.as_ref()));
            parents
        }
        AnyRecord::Service(service) => certificate(&service.certificate_arn).into_iter().collect(),
        AnyRecord::SecurityGroup(group) => vec![group.vpc.clone()],
        AnyRecord::TargetGroup(group) if !group.vpc.is_empty() => vec![group.vpc.clone()],
        AnyRecord::ServiceAssociation(association) => {
            vec![
                association.service_network.clone(),
                association.service.clone(),
            ]
        }
        AnyRecord::VpcAssociation(association) => {
            let mut parents = vec![association.service_network.clone(), association.vpc.clone()];
            parents.extend(association.security_groups.iter().cloned());
            parents
        }
        AnyRecord::ResourceGateway(gateway) => {
            let mut parents = vec![gateway.vpc.clone()];
            parents.extend(gateway.security_groups.iter().cloned());
            parents
        }
        AnyRecord::ResourceConfiguration(configuration) => {
            let ResourceConfiguration {
                gateway,
                group,
                domain_verification,
                ..
            } = configuration;
            let parents = [gateway, group, domain_verification].into_iter();
            parents.filter(|id| !id.is_empty()).cloned().collect()
        }
        AnyRecord::ResourceAssociation(association) => vec![
            association.service_network.clone(),
            association.resource_configuration.clone(),
        ],
        AnyRecord::AccessLogSubscription(subscription) => vec![subscription.resource.clone()],
        AnyRecord::ResourceShare(share) => {
            let entries = share.resources.iter().chain(&share.accounts);
            entries.cloned().collect()
        }
        AnyRecord::AccessKey(key) if key.user.is_empty() => vec![key.meta().account.clone()],
        AnyRecord::AccessKey(key) => vec![key.user.clone()],
        AnyRecord::User(user) => user.attached_policies.clone(),
        AnyRecord::Role(role) => role.attached_policies.clone(),
        AnyRecord::Node(node) => node.attachments.iter().map(|leg| leg.vpc.clone()).collect(),
        _ => Vec::new(),
    }
}

/// The ARN itself, where a certificate of the cluster may have it.
fn certificate(text: &str) -> Option<String> {
    let arn = Arn::parse(text).filter(|arn| arn.service == "acm")?;
    let id = arn.resource.strip_prefix("certificate/")?;
    id::is_uuid(id).then(|| text.to_owned())
}

/// Ids of the target groups that an action forwards to.
#[must_use]
pub fn forwarded(action: Option<&Action>) -> Vec<String> {
    match action.and_then(|action| action.kind.as_ref()) {
        Some(ActionKind::Forward(forward)) => forward
            .target_groups
            .iter()
            .map(|group| group.target_group.clone())
            .collect(),
        Some(ActionKind::FixedResponse(_)) | None => Vec::new(),
    }
}
