//! Fields of records from the words of transcripts.

use trellis_core::model::*;
use trellis_core::registry::command::AnyRecord;

use super::{pem, policy, version};
use crate::script::{Script, target};

/// Fields of services, of networks and of what is between them.
pub(super) fn network_side(script: &Script, record: &mut AnyRecord, key: &str, value: &str) {
    let known = |name: &str| {
        script
            .names
            .get(name)
            .cloned()
            .unwrap_or_else(|| name.into())
    };
    let number = || {
        value
            .parse::<u32>()
            .unwrap_or_else(|_| panic!("{key}={value}"))
    };
    match (record, key) {
        (AnyRecord::ServiceNetwork(network), "auth") => network.auth_type = number() as i32,
        (AnyRecord::ServiceNetwork(network), "sharing") => sharing(network, value),
        (AnyRecord::Service(service), "auth") => service.auth_type = number() as i32,
        (AnyRecord::Service(service), "domain") => service.custom_domain_name = value.into(),
        (AnyRecord::Service(service), "certificate") => service.certificate_arn = value.into(),
        (AnyRecord::Service(service), "idle") => service.idle_timeout_seconds = number(),
        (AnyRecord::Listener(listener), "service") => listener.service = known(value),
        (AnyRecord::Listener(listener), "protocol") => {
            listener.protocol = match value {
                "http" => ListenerProtocol::Http,
                "https" => ListenerProtocol::Https,
                "tls" => ListenerProtocol::TlsPassthrough,
                other => panic!("{other}"),
            } as i32;
        }
        (AnyRecord::Listener(listener), "port") => listener.port = number(),
        (AnyRecord::Listener(listener), "forward" | "fixed") => {
            listener.default_action = Some(action(&known, key, value));
        }
        (AnyRecord::Rule(rule), "listener") => {
            rule.listener = known(value);
            let listener = script.state.get::<Listener>(&rule.listener);
            rule.service = listener.map_or_else(|| "svc".into(), |known| known.service.clone());
        }
        (AnyRecord::Rule(rule), "priority") => rule.priority = number(),
        (AnyRecord::Rule(rule), "forward" | "fixed") => {
            rule.action = Some(action(&known, key, value));
        }
        (AnyRecord::Rule(rule), _) => {
            criterion(rule.http_match.get_or_insert_default(), key, value)
        }
        (AnyRecord::TargetGroup(group), _) => group_field(group, &known, key, value),
        (AnyRecord::ServiceAssociation(association), "network") => {
            association.service_network = known(value);
        }
        (AnyRecord::ServiceAssociation(association), "service") => {
            association.service = known(value);
        }
        (AnyRecord::VpcAssociation(association), "network") => {
            association.service_network = known(value);
        }
        (AnyRecord::VpcAssociation(association), "vpc") => association.vpc = known(value),
        (AnyRecord::VpcAssociation(association), "groups") => {
            association.security_groups = words(value).iter().map(|name| known(name)).collect();
        }
        (AnyRecord::VpcAssociation(association), "private-dns") => {
            association.private_dns_enabled = value == "on";
        }
        (AnyRecord::VpcAssociation(association), "preference") => {
            association.private_dns_preference = number() as i32;
        }
        (AnyRecord::VpcAssociation(association), "domains") => {
            association.private_dns_domains = words(value);
        }
        (record, key) => panic!("{:?} has no field {key}", record.kind()),
    }
}

/// Fields of VPCs, nodes and the cluster.
pub(super) fn cluster_side(script: &Script, record: &mut AnyRecord, key: &str, value: &str) {
    let known = |name: &str| {
        script
            .names
            .get(name)
            .cloned()
            .unwrap_or_else(|| name.into())
    };
    let number = || {
        value
            .parse::<u32>()
            .unwrap_or_else(|_| panic!("{key}={value}"))
    };
    match (record, key) {
        (AnyRecord::Vpc(vpc), "cidr") => vpc.cidr_blocks = words(value),
        (AnyRecord::SecurityGroup(group), "vpc") => group.vpc = known(value),
        (AnyRecord::SecurityGroup(group), "ingress") => {
            let mut parts = value.split('#');
            group.ingress.push(IngressRule {
                cidr: parts.next().unwrap().into(),
                from_port: parts.next().unwrap().parse().unwrap(),
                to_port: parts.next().unwrap().parse().unwrap(),
                description: parts.next().unwrap_or_default().into(),
            });
        }
        (AnyRecord::SecurityGroup(group), "description") => group.description = value.into(),
        (AnyRecord::Node(node), "member") => node.member = value.parse().unwrap(),
        (AnyRecord::Node(node), "api") => node.api_address = value.into(),
        (AnyRecord::Node(node), "leg") => {
            let mut parts = value.split('#');
            node.attachments.push(Attachment {
                vpc: known(parts.next().unwrap()),
                ingress_address: parts.next().unwrap().into(),
                port_offset: parts.next().map_or(0, |offset| offset.parse().unwrap()),
                ..Attachment::default()
            });
        }
        (AnyRecord::ClusterKey(key), "use") => key.key_use = number() as i32,
        (AnyRecord::JoinToken(token), "secret") => {
            token.secret_sha256 = vec![value.as_bytes()[0]; 32]
        }
        (AnyRecord::JoinToken(token), "expires") => {
            token.expires_at_ms = 1_700_000_000_000 + u64::from(number()) * 1_000;
        }
        (AnyRecord::ClusterSettings(settings), "regions") => settings.regions = words(value),
        (AnyRecord::ClusterSettings(settings), "suffix") => settings.dns_suffix = value.into(),
        (AnyRecord::ClusterSettings(settings), "partition") => settings.partition_id = value.into(),
        (AnyRecord::ClusterSettings(settings), quota) => {
            settings.quotas.insert(quota.into(), u64::from(number()));
        }
        (record, key) => panic!("{:?} has no field {key}", record.kind()),
    }
}

/// Fields of resource gateways, resource configurations and what belongs to them.
pub(super) fn resource_side(script: &Script, record: &mut AnyRecord, key: &str, value: &str) {
    let known = |name: &str| {
        script
            .names
            .get(name)
            .cloned()
            .unwrap_or_else(|| name.into())
    };
    let number = || value.parse::<u32>().unwrap();
    match (record, key) {
        (AnyRecord::ResourceShare(share), "resources") => {
            share.resources = words(value).iter().map(|name| known(name)).collect();
        }
        (AnyRecord::ResourceShare(share), "accounts") => share.accounts = words(value),
        (AnyRecord::ResourceGateway(gateway), "vpc") => gateway.vpc = known(value),
        (AnyRecord::ResourceGateway(gateway), "groups") => {
            gateway.security_groups = words(value).iter().map(|name| known(name)).collect();
        }
        (AnyRecord::ResourceGateway(gateway), "subnets") => gateway.subnets = words(value),
        (AnyRecord::ResourceGateway(gateway), "addresses") => {
            gateway.ipv4_addresses_per_eni = number();
        }
        (AnyRecord::ResourceGateway(gateway), "ip") => gateway.ip_address_type = number() as i32,
        (AnyRecord::ResourceGateway(gateway), "dns") => gateway.dns_resolution = number() as i32,
        (AnyRecord::ResourceConfiguration(configuration), _) => {
            configuration_field(configuration, &known, key, value);
        }
        (AnyRecord::ResourceAssociation(association), "network") => {
            association.service_network = known(value);
        }
        (AnyRecord::ResourceAssociation(association), "resource") => {
            association.resource_configuration = known(value);
        }
        (AnyRecord::ResourceAssociation(association), "private-dns") => {
            association.private_dns_enabled = value == "on";
        }
        (AnyRecord::DomainVerification(verification), "domain") => {
            verification.domain_name = value.into();
        }
        (record, key) => panic!("{:?} has no field {key}", record.kind()),
    }
}

fn configuration_field(
    configuration: &mut ResourceConfiguration,
    known: &dyn Fn(&str) -> String,
    key: &str,
    value: &str,
) {
    match key {
        "type" => {
            configuration.configuration_type = match value {
                "single" => ResourceConfigurationType::Single,
                "group" => ResourceConfigurationType::Group,
                "child" => ResourceConfigurationType::Child,
                "arn" => ResourceConfigurationType::Arn,
                other => panic!("{other}"),
            } as i32;
        }
        "gateway" => {
            configuration.gateway = known(value);
        }
        "group" => {
            configuration.group = known(value);
        }
        "ports" => {
            configuration.port_ranges = words(value);
        }
        "ip" => {
            configuration.definition = Some(ResourceDefinition::Ip(value.into()));
        }
        "aws" => {
            configuration.definition = Some(ResourceDefinition::Arn(value.into()));
        }
        "host" => {
            let (host, kind) = value.split_once('#').unwrap_or((value, "0"));
            configuration.definition = Some(ResourceDefinition::Dns(DnsResource {
                domain_name: host.into(),
                ip_address_type: kind.parse().unwrap(),
            }));
        }
        "domain" => {
            configuration.custom_domain_name = value.into();
        }
        "group-domain" => {
            configuration.group_domain = value.into();
        }
        "verified-by" => {
            configuration.domain_verification = known(value);
        }
        "sharing" => {
            configuration.sharing_allowed = value == "on";
        }
        other => panic!("no field {other}"),
    }
}

/// Fields of policies and identities.
pub(super) fn access_side(script: &Script, record: &mut AnyRecord, key: &str, value: &str) {
    let known = |name: &str| {
        script
            .names
            .get(name)
            .cloned()
            .unwrap_or_else(|| name.into())
    };
    let number = || {
        value
            .parse::<u32>()
            .unwrap_or_else(|_| panic!("{key}={value}"))
    };
    match (record, key) {
        (AnyRecord::AuthPolicy(record), "policy") => record.policy = policy(value),
        (AnyRecord::ResourcePolicy(record), "policy") => record.policy = policy(value),
        (AnyRecord::AccessLogSubscription(subscription), "resource") => {
            subscription.resource = known(value);
        }
        (AnyRecord::AccessLogSubscription(subscription), "to") => {
            subscription.destination = value.into();
        }
        (AnyRecord::AccessLogSubscription(subscription), "logs") => {
            subscription.resource_logs = value == "RESOURCE";
        }
        (AnyRecord::User(user), "path") => user.path = value.into(),
        (AnyRecord::User(user), "policy") => {
            user.policies.insert("inline".into(), policy(value));
        }
        (AnyRecord::User(user), "policies") => user.policies.clear(),
        (AnyRecord::Role(role), "path") => role.path = value.into(),
        (AnyRecord::Role(role), "session") => role.max_session_seconds = number(),
        (AnyRecord::Role(role), "trust") => role.trust_policy = policy(value),
        (AnyRecord::Role(role), "not-before") => {
            role.sessions_not_before_ms = u64::from(number());
        }
        (AnyRecord::Role(role), "policy") => {
            role.policies.insert("inline".into(), policy(value));
        }
        (AnyRecord::User(user), "attached") => {
            user.attached_policies = words(value).iter().map(|word| known(word)).collect();
        }
        (AnyRecord::Role(role), "attached") => {
            role.attached_policies = words(value).iter().map(|word| known(word)).collect();
        }
        (AnyRecord::Role(role), "description") => role.description = value.into(),
        (AnyRecord::ManagedPolicy(policy), key) => policy_field(policy, key, value),
        (AnyRecord::OidcProvider(provider), "clients") => provider.client_ids = words(value),
        (AnyRecord::OidcProvider(provider), "thumbprints") => provider.thumbprints = words(value),
        (AnyRecord::OidcProvider(provider), "jwks") => provider.jwks = value.into(),
        (AnyRecord::Certificate(it), "pem") => it.certificate = pem(value),
        (AnyRecord::Certificate(it), "chain") => it.chain = pem(value),
        (AnyRecord::Certificate(it), "sealed") => it.sealed_key = value.as_bytes().to_vec(),
        (AnyRecord::AccessKey(key), "user") => key.user = known(value),
        (AnyRecord::AccessKey(key), "inactive") => key.inactive = value == "yes",
        (AnyRecord::AccessKey(key), "sealed") => key.sealed_secret = vec![number() as u8],
        (record, key) => panic!("{:?} has no field {key}", record.kind()),
    }
}

fn policy_field(record: &mut ManagedPolicy, key: &str, value: &str) {
    let number = || value.trim_start_matches('v').parse::<u32>().unwrap();
    match key {
        "path" => record.path = value.into(),
        "description" => record.description = value.into(),
        "document" => record.versions = vec![version(value)],
        "add" => record.versions.push(version(value)),
        "remove" => record.versions.retain(|version| version.number != number()),
        "default" => record.default_version = number(),
        "rewrite" => record.versions[0].document = policy(value),
        other => panic!("no field {other}"),
    }
}

fn words(value: &str) -> Vec<String> {
    value
        .split(',')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn action(known: &dyn Fn(&str) -> String, key: &str, value: &str) -> Action {
    let kind = match key {
        "fixed" => ActionKind::FixedResponse(value.parse().unwrap()),
        _ => ActionKind::Forward(Forward {
            target_groups: words(value)
                .iter()
                .map(|word| {
                    let (name, weight) = word.split_once('*').unwrap_or((word, "100"));
                    WeightedTargetGroup {
                        target_group: known(name),
                        weight: weight.parse().unwrap(),
                    }
                })
                .collect(),
        }),
    };
    Action { kind: Some(kind) }
}

fn criterion(http_match: &mut HttpMatch, key: &str, value: &str) {
    let path = |pattern| {
        Some(PathMatch {
            pattern: Some(pattern),
            case_sensitive: false,
        })
    };
    match key {
        "method" => http_match.method = value.into(),
        "path" => http_match.path = path(PathPattern::Exact(value.into())),
        "prefix" => http_match.path = path(PathPattern::Prefix(value.into())),
        "header" => {
            let (name, text) = value.split_once(':').unwrap();
            http_match.headers.push(HeaderMatch {
                name: name.into(),
                pattern: Some(HeaderPattern::Contains(text.into())),
                case_sensitive: false,
            });
        }
        other => panic!("no criterion {other}"),
    }
}

fn group_field(group: &mut TargetGroup, known: &dyn Fn(&str) -> String, key: &str, value: &str) {
    let number = || value.parse::<u32>().unwrap();
    if let Some(field) = key.strip_prefix("check.") {
        let check = group.health_check.get_or_insert_default();
        match field {
            "enabled" => check.enabled = value == "yes",
            "path" => check.path = value.into(),
            "interval" => check.interval_seconds = number(),
            "timeout" => check.timeout_seconds = number(),
            "healthy" => check.healthy_threshold = number(),
            "matcher" => check.matcher = value.into(),
            other => panic!("no field {other}"),
        }
        return;
    }
    match key {
        "type" => {
            group.group_type = match value {
                "ip" => TargetGroupType::Ip,
                "instance" => TargetGroupType::Instance,
                "alb" => TargetGroupType::Alb,
                "lambda" => TargetGroupType::Lambda,
                other => panic!("{other}"),
            } as i32;
        }
        "protocol" => {
            group.protocol = match value {
                "http" => TargetProtocol::Http,
                "https" => TargetProtocol::Https,
                "tcp" => TargetProtocol::Tcp,
                other => panic!("{other}"),
            } as i32;
        }
        "version" => {
            group.protocol_version = match value {
                "http1" => ProtocolVersion::Http1,
                "http2" => ProtocolVersion::Http2,
                "grpc" => ProtocolVersion::Grpc,
                other => panic!("{other}"),
            } as i32;
        }
        "port" => group.port = number(),
        "vpc" => group.vpc = known(value),
        "ipv6" => group.ipv6 = value == "yes",
        "event" => group.lambda_event_structure_version = value.into(),
        "target" => group.targets.push(target(value)),
        other => panic!("no field {other}"),
    }
}

fn sharing(network: &mut ServiceNetwork, value: &str) {
    network.sharing_enabled = value == "on";
    network.sharing_unsaid = value == "unsaid";
}
