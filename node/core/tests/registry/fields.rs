//! The fields of records, as transcripts write and show them.

mod set;

use trellis_core::model::*;
use trellis_core::registry::State;
use trellis_core::registry::command::AnyRecord;
use trellis_core::registry::query::{self, Filter};

use crate::script::{Script, pair};

/// Policies by the names that transcripts use.
pub(crate) fn policy(name: &str) -> String {
    let resource = |principal: &str, action: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"{action}","Resource":"*"}}]}}"#
        )
    };
    let team = r#"{"AWS":"222222222222"}"#;
    match name {
        "anyone" => resource(r#""*""#, "vpc-lattice-svcs:Invoke"),
        "spaced" => resource(r#""*""#, "vpc-lattice-svcs:Invoke").replace(',', " ,\n "),
        "huge" => {
            let wide = "x".repeat(10_240);
            resource(r#""*""#, "vpc-lattice-svcs:Invoke").replace("\"Effect\"", &format!("\"Sid\":\"{wide}\",\"Effect\""))
        }
        "share-all" => resource(team, "vpc-lattice:*"),
        "share-view" => resource(team, "vpc-lattice:Get*"),
        "share-services" => {
            resource(team, "vpc-lattice:CreateServiceNetworkServiceAssociation")
        }
        "share-other" => resource(r#"{"AWS":"333333333333"}"#, "vpc-lattice:*"),
        "deny-other" => {
            let allow = resource(r#"{"AWS":"333333333333"}"#, "vpc-lattice:*");
            allow.replace("Allow", "Deny")
        }
        "share-role" => resource(r#"{"AWS":"arn:aws:iam::222222222222:role/r"}"#, "vpc-lattice:*"),
        "invoke" => r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"vpc-lattice-svcs:Invoke","Resource":"*"}]}"#.into(),
        "trust" => r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"sts:AssumeRole"}]}"#.into(),
        other => other.into(),
    }
}

/// The certificates of these names, with commas between, that were made for tests; another name is the text itself.
pub(crate) fn pem(names: &str) -> String {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/certificates");
    let names = names.split(',');
    let texts = names.map(|name| {
        let text = std::fs::read_to_string(format!("{directory}/{name}.pem"));
        text.unwrap_or_else(|_| name.to_owned())
    });
    texts.collect()
}

/// A new version of a managed policy.
pub(crate) fn version(name: &str) -> PolicyVersion {
    PolicyVersion {
        document: policy(name),
        ..PolicyVersion::default()
    }
}

pub(crate) fn empty(kind: Kind) -> AnyRecord {
    match kind {
        Kind::Account => Account::default().into(),
        Kind::Vpc => Vpc::default().into(),
        Kind::SecurityGroup => SecurityGroup::default().into(),
        Kind::Node => Node {
            cluster_address: "n:7601".into(),
            api_address: "n:7600".into(),
            ..Node::default()
        }
        .into(),
        Kind::ServiceNetwork => ServiceNetwork {
            sharing_enabled: true,
            ..ServiceNetwork::default()
        }
        .into(),
        Kind::Service => Service::default().into(),
        Kind::Listener => Listener::default().into(),
        Kind::Rule => Rule::default().into(),
        Kind::TargetGroup => TargetGroup::default().into(),
        Kind::ServiceNetworkServiceAssociation => ServiceAssociation::default().into(),
        Kind::ServiceNetworkVpcAssociation => VpcAssociation::default().into(),
        Kind::AuthPolicy => AuthPolicy::default().into(),
        Kind::ResourcePolicy => ResourcePolicy::default().into(),
        Kind::AccessLogSubscription => AccessLogSubscription::default().into(),
        Kind::User => User::default().into(),
        Kind::AccessKey => AccessKey {
            sealed_secret: vec![1],
            ..AccessKey::default()
        }
        .into(),
        Kind::Role => Role {
            trust_policy: policy("trust"),
            ..Role::default()
        }
        .into(),
        Kind::ClusterKey => ClusterKey {
            sealed: vec![1],
            public: vec![1],
            ..ClusterKey::default()
        }
        .into(),
        Kind::JoinToken => JoinToken::default().into(),
        Kind::ClusterSettings => ClusterSettings::default().into(),
        Kind::ResourceGateway => ResourceGateway::default().into(),
        Kind::ResourceConfiguration => ResourceConfiguration::default().into(),
        Kind::ServiceNetworkResourceAssociation => ResourceAssociation::default().into(),
        Kind::DomainVerification => DomainVerification::default().into(),
        Kind::ManagedPolicy => ManagedPolicy {
            versions: vec![version("invoke")],
            ..ManagedPolicy::default()
        }
        .into(),
        Kind::ResourceShare => ResourceShare::default().into(),
        Kind::OidcProvider => OidcProvider::default().into(),
        Kind::Certificate => Certificate {
            certificate: pem("leaf"),
            sealed_key: vec![1],
            ..Certificate::default()
        }
        .into(),
    }
}

pub(crate) fn set_all(script: &Script, record: &mut AnyRecord, fields: &[&str]) {
    for field in fields {
        let (key, value) = pair(field);
        match key.as_str() {
            "name" => record.meta_mut().name = value,
            "id" => record.meta_mut().id = value,
            "account" => record.meta_mut().account = value,
            "region" => record.meta_mut().region = value,
            "tag" => {
                let (key, value) = value.split_once(':').unwrap();
                record.meta_mut().tags.insert(key.into(), value.into());
            }
            _ => set(script, record, &key, &value),
        }
    }
}

fn set(script: &Script, record: &mut AnyRecord, key: &str, value: &str) {
    match record {
        AnyRecord::Vpc(_)
        | AnyRecord::SecurityGroup(_)
        | AnyRecord::Node(_)
        | AnyRecord::ClusterKey(_)
        | AnyRecord::JoinToken(_)
        | AnyRecord::ClusterSettings(_) => set::cluster_side(script, record, key, value),
        AnyRecord::AuthPolicy(_)
        | AnyRecord::ResourcePolicy(_)
        | AnyRecord::AccessLogSubscription(_)
        | AnyRecord::User(_)
        | AnyRecord::Role(_)
        | AnyRecord::ManagedPolicy(_)
        | AnyRecord::OidcProvider(_)
        | AnyRecord::Certificate(_)
        | AnyRecord::AccessKey(_) => set::access_side(script, record, key, value),
        AnyRecord::ResourceGateway(_)
        | AnyRecord::ResourceConfiguration(_)
        | AnyRecord::ResourceAssociation(_)
        | AnyRecord::ResourceShare(_)
        | AnyRecord::DomainVerification(_) => set::resource_side(script, record, key, value),
        _ => set::network_side(script, record, key, value),
    }
}

/// A field as text.
pub(crate) fn get(record: &AnyRecord, field: &str) -> String {
    let meta = record.meta();
    match (record, field) {
        (_, "name") => meta.name.clone(),
        (_, "tags") => format!("{:?}", meta.tags),
        (_, "account") => meta.account.clone(),
        (_, "region") => meta.region.clone(),
        (_, "revision") => meta.revision.to_string(),
        (_, "arn") => record.arn(),
        (AnyRecord::Service(service), "dns") => service.dns_name.clone(),
        (AnyRecord::Service(service), "domain") => service.custom_domain_name.clone(),
        (AnyRecord::Listener(listener), "port") => listener.port.to_string(),
        (AnyRecord::TargetGroup(group), "port") => group.port.to_string(),
        (AnyRecord::TargetGroup(group), "version") => format!("{:?}", group.protocol_version()),
        (AnyRecord::TargetGroup(group), "event") => group.lambda_event_structure_version.clone(),
        (AnyRecord::TargetGroup(group), "check") => match &group.health_check {
            Some(check) => format!(
                "{} {:?} {:?} port={} {} every {}s within {}s {}/{} {}",
                if check.enabled { "on" } else { "off" },
                check.protocol(),
                check.protocol_version(),
                check.port,
                check.path,
                check.interval_seconds,
                check.timeout_seconds,
                check.healthy_threshold,
                check.unhealthy_threshold,
                check.matcher,
            ),
            None => "none".into(),
        },
        (AnyRecord::TargetGroup(group), "targets") => {
            let texts = group.targets.iter().map(|target| {
                let draining = if target.draining_since_ms == 0 {
                    ""
                } else {
                    "~"
                };
                format!("{}#{}{draining}", target.id, target.port)
            });
            texts.collect::<Vec<_>>().join(" ")
        }
        (AnyRecord::Role(role), "session") => role.max_session_seconds.to_string(),
        (AnyRecord::Role(role), "not-before") => role.sessions_not_before_ms.to_string(),
        (AnyRecord::Role(role), "path") => role.path.clone(),
        (AnyRecord::ManagedPolicy(policy), "versions") => versions(policy),
        (AnyRecord::ResourceGateway(gateway), "addresses") => {
            gateway.ipv4_addresses_per_eni.to_string()
        }
        (AnyRecord::ResourceConfiguration(configuration), "ports") => {
            configuration.port_ranges.join(" ")
        }
        (AnyRecord::ResourceConfiguration(configuration), "gateway") => {
            configuration.gateway.clone()
        }
        (AnyRecord::ResourceShare(share), "resources") => share.resources.join(" "),
        (AnyRecord::ResourceShare(share), "accounts") => share.accounts.join(" "),
        (AnyRecord::OidcProvider(provider), "clients") => provider.client_ids.join(" "),
        (AnyRecord::Certificate(certificate), "imported") => certificate.imported_at_ms.to_string(),
        (AnyRecord::DomainVerification(verification), "domain") => verification.domain_name.clone(),
        (AnyRecord::DomainVerification(verification), "status") => {
            format!("{:?}", verification.status())
        }
        (AnyRecord::AuthPolicy(policy), "policy") => policy.policy.clone(),
        (AnyRecord::JoinToken(token), "used-by") => token.used_by.clone(),
        (record, field) => panic!("{:?} has no field {field} to show", record.kind()),
    }
}

/// The versions of a managed policy, with a mark at the one in force.
fn versions(policy: &ManagedPolicy) -> String {
    let versions = policy.versions.iter().map(|version| {
        let is_default = version.number == policy.default_version;
        format!("v{}{}", version.number, if is_default { "*" } else { "" })
    });
    versions.collect::<Vec<_>>().join(" ")
}

/// Ids of one page of two.
pub(crate) fn list(
    state: &State,
    kind: Kind,
    filter: &Filter<'_>,
    after: &str,
) -> (Vec<String>, Option<String>) {
    macro_rules! page {
        ($type:ty) => {{
            let page = query::list::<$type>(state, filter, after, 2);
            let ids = page.items.iter().map(|record| record.meta().id.clone());
            (ids.collect(), page.next)
        }};
    }
    match kind {
        Kind::Account => page!(Account),
        Kind::Vpc => page!(Vpc),
        Kind::ServiceNetwork => page!(ServiceNetwork),
        Kind::Service => page!(Service),
        Kind::Listener => page!(Listener),
        Kind::Rule => page!(Rule),
        Kind::TargetGroup => page!(TargetGroup),
        Kind::ServiceNetworkServiceAssociation => page!(ServiceAssociation),
        Kind::ServiceNetworkVpcAssociation => page!(VpcAssociation),
        Kind::ResourceConfiguration => page!(ResourceConfiguration),
        Kind::AccessKey => page!(AccessKey),
        Kind::User => page!(User),
        Kind::ManagedPolicy => page!(ManagedPolicy),
        Kind::ResourceShare => page!(ResourceShare),
        Kind::OidcProvider => page!(OidcProvider),
        Kind::Certificate => page!(Certificate),
        other => panic!("no list of {other:?}"),
    }
}
