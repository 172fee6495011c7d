//! What kind of resource an ARN names, and which.

use trellis_core::model::arn::Arn;
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;

/// The resource that an ARN names; `None` where it is none of those that have tags and an ARN of their service.
pub(crate) fn by_arn(text: &str) -> Option<v1::Identifier> {
    let arn = Arn::parse(text)?;
    let parts: Vec<&str> = arn.resource.split('/').collect();
    let (kind, parent, listener) = match (arn.service, &parts[..]) {
        ("vpc-lattice", parts) => of_lattice(parts)?,
        ("ec2", ["vpc", _]) => (Kind::Vpc, "", ""),
        ("ec2", ["security-group", _]) => (Kind::SecurityGroup, "", ""),
        ("acm", ["certificate", _]) => (Kind::Certificate, "", ""),
        ("ram", ["resource-share", _]) => (Kind::ResourceShare, "", ""),
        _ => return None,
    };
    Some(v1::Identifier {
        kind: kind.into(),
        identifier: text.to_owned(),
        parent: parent.to_owned(),
        listener: listener.to_owned(),
    })
}

fn of_lattice<'a>(parts: &[&'a str]) -> Option<(Kind, &'a str, &'a str)> {
    Some(match parts {
        ["servicenetwork", _] => (Kind::ServiceNetwork, "", ""),
        ["service", _] => (Kind::Service, "", ""),
        ["service", service, "listener", _] => (Kind::Listener, *service, ""),
        ["service", service, "listener", listener, "rule", _] => (Kind::Rule, *service, *listener),
        ["targetgroup", _] => (Kind::TargetGroup, "", ""),
        ["servicenetworkserviceassociation", _] => (Kind::ServiceAssociation, "", ""),
        ["servicenetworkvpcassociation", _] => (Kind::VpcAssociation, "", ""),
        ["servicenetworkresourceassociation", _] => (Kind::ResourceAssociation, "", ""),
        ["resourcegateway", _] => (Kind::ResourceGateway, "", ""),
        ["resourceconfiguration", _] => (Kind::ResourceConfiguration, "", ""),
        ["domainverification", _] => (Kind::DomainVerification, "", ""),
        ["accesslogsubscription", _] => (Kind::AccessLogSubscription, "", ""),
        _ => return None,
    })
}
