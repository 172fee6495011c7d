//! Target groups, targets and health checks.

use trellis_core::model::{
    HealthCheck, Kind, ProtocolVersion, Record, Target, TargetGroup, TargetGroupType,
    TargetProtocol,
};
use trellis_core::registry::Refusal;
use trellis_core::registry::outcome::{FieldMistake, TargetFailure};
use trellis_proto::v1;

use super::reader::{invalid, put, put_text, tags};
use super::words::{self, print};
use super::{Convert, Reader};

impl Convert for TargetGroup {
    type Message = v1::TargetGroup;

    fn read(mut self, given: &v1::TargetGroup, reader: &mut Reader<'_>) -> Self {
        reader.naming(self.meta_mut(), &given.name, &given.tags);
        let group_type = reader.required_word("type", &given.r#type, words::TARGET_GROUP_TYPES);
        if let Some(group_type) = group_type {
            self.set_group_type(group_type);
        }
        match &given.config {
            Some(config) => read_config(&mut self, config, reader),
            None if reader.creating && self.group_type() != TargetGroupType::Lambda => {
                reader.mistake("config", "required");
            }
            None => read_config(&mut self, &v1::TargetGroupConfig::default(), reader),
        }
        self
    }

    fn write(&self) -> v1::TargetGroup {
        let version = &self.lambda_event_structure_version;
        let addresses = if self.group_type() == TargetGroupType::Ip {
            print(words::ADDRESS_TYPES, self.ipv6)
        } else {
            String::new()
        };
        v1::TargetGroup {
            name: self.meta().name.clone(),
            r#type: print(words::TARGET_GROUP_TYPES, self.group_type()),
            config: Some(v1::TargetGroupConfig {
                port: (self.port != 0).then_some(self.port),
                protocol: print(words::TARGET_PROTOCOLS, self.protocol()),
                protocol_version: print(words::PROTOCOL_VERSIONS, self.protocol_version()),
                ip_address_type: addresses,
                vpc_identifier: self.vpc.clone(),
                health_check: self.health_check.as_ref().map(write_health_check),
                lambda_event_structure_version: version.clone(),
            }),
            tags: tags(self.meta()),
            targets: Some(v1::TargetList {
                items: self.targets.iter().map(write_target).collect(),
            }),
        }
    }
}

fn read_config(group: &mut TargetGroup, given: &v1::TargetGroupConfig, reader: &mut Reader<'_>) {
    read_protocol(group, given, reader);
    put(&mut group.port, given.port.as_ref());
    let vpc = reader.id("config.vpcIdentifier", Kind::Vpc, "", &given.vpc_identifier);
    put(&mut group.vpc, vpc.as_ref());
    let path = "config.ipAddressType";
    let ipv6 = reader.word(path, &given.ip_address_type, words::ADDRESS_TYPES);
    put(&mut group.ipv6, ipv6.as_ref());
    put_text(
        &mut group.lambda_event_structure_version,
        &given.lambda_event_structure_version,
    );
    if let Some(given) = &given.health_check {
        let base = group.health_check.clone();
        let base = base.unwrap_or_else(|| unset_health_check(group));
        group.health_check = Some(read_health_check(base, given, reader));
    }
}

fn read_protocol(group: &mut TargetGroup, given: &v1::TargetGroupConfig, reader: &mut Reader<'_>) {
    let is_lambda = group.group_type() == TargetGroupType::Lambda;
    if is_lambda && !(given.protocol.is_empty() && given.protocol_version.is_empty()) {
        reader.mistake("config.protocol", "not allowed in groups of type LAMBDA");
    }
    if is_lambda {
        group.set_protocol(TargetProtocol::None);
        group.set_protocol_version(ProtocolVersion::None);
        return;
    }
    let path = "config.protocol";
    if let Some(protocol) = reader.required_word(path, &given.protocol, words::TARGET_PROTOCOLS) {
        group.set_protocol(protocol);
    }
    let path = "config.protocolVersion";
    let version = reader.word(path, &given.protocol_version, words::PROTOCOL_VERSIONS);
    match (group.protocol(), version) {
        (TargetProtocol::Tcp, Some(_)) => reader.mistake(path, "not allowed with protocol TCP"),
        (TargetProtocol::Tcp, None) => group.set_protocol_version(ProtocolVersion::None),
        (_, Some(version)) => group.set_protocol_version(version),
        (_, None) => {}
    }
}

/// A health check in which nothing is set: what cannot be told from an absent value has its
/// default, the rest is completed by the registry.
///
/// Source: API model, `HealthCheckConfig`; the protocol follows the group's, as seen from AWS.
fn unset_health_check(group: &TargetGroup) -> HealthCheck {
    let protocol = match group.protocol() {
        TargetProtocol::Https => TargetProtocol::Https,
        TargetProtocol::Http | TargetProtocol::Tcp | TargetProtocol::None => TargetProtocol::Http,
    };
    HealthCheck {
        enabled: group.protocol_version() == ProtocolVersion::Http1,
        protocol: protocol as i32,
        protocol_version: ProtocolVersion::Http1 as i32,
        ..HealthCheck::default()
    }
}

fn read_health_check(
    mut check: HealthCheck,
    given: &v1::HealthCheckConfig,
    reader: &mut Reader<'_>,
) -> HealthCheck {
    put(&mut check.enabled, given.enabled.as_ref());
    let protocol = given.protocol.as_deref().unwrap_or_default();
    let path = "config.healthCheck.protocol";
    if let Some(protocol) = reader.word(path, protocol, words::PROBE_PROTOCOLS) {
        check.set_protocol(protocol);
    }
    let version = given.protocol_version.as_deref().unwrap_or_default();
    let path = "config.healthCheck.protocolVersion";
    if let Some(version) = reader.word(path, version, words::PROBE_VERSIONS) {
        check.set_protocol_version(version);
    }
    put(&mut check.port, given.port.as_ref());
    put(&mut check.path, given.path.as_ref());
    let interval = given.health_check_interval_seconds.as_ref();
    put(&mut check.interval_seconds, interval);
    let timeout = given.health_check_timeout_seconds.as_ref();
    put(&mut check.timeout_seconds, timeout);
    let healthy = given.healthy_threshold_count.as_ref();
    put(&mut check.healthy_threshold, healthy);
    let unhealthy = given.unhealthy_threshold_count.as_ref();
    put(&mut check.unhealthy_threshold, unhealthy);
    if let Some(matcher) = &given.matcher {
        check.matcher.clone_from(&matcher.http_code);
    }
    check
}

fn write_health_check(check: &HealthCheck) -> v1::HealthCheckConfig {
    v1::HealthCheckConfig {
        enabled: Some(check.enabled),
        protocol: Some(print(words::PROBE_PROTOCOLS, check.protocol())),
        protocol_version: Some(print(words::PROBE_VERSIONS, check.protocol_version())),
        port: (check.port != 0).then_some(check.port),
        path: Some(check.path.clone()),
        health_check_interval_seconds: Some(check.interval_seconds),
        health_check_timeout_seconds: Some(check.timeout_seconds),
        healthy_threshold_count: Some(check.healthy_threshold),
        unhealthy_threshold_count: Some(check.unhealthy_threshold),
        matcher: Some(v1::Matcher {
            http_code: check.matcher.clone(),
        }),
    }
}

/// A target that is named in a call; port 0 stands for the group's.
pub(in crate::control) fn read_target(target: &v1::Target) -> Target {
    Target {
        id: target.id.clone(),
        port: target.port.unwrap_or_default(),
        draining_since_ms: 0,
        zone: target.zone.clone(),
    }
}

/// A target as callers see it.
pub(in crate::control) fn write_target(target: &Target) -> v1::Target {
    v1::Target {
        id: target.id.clone(),
        port: Some(target.port),
        zone: target.zone.clone(),
    }
}

/// A target that could not be registered or deregistered.
pub(in crate::control) fn write_failure(failure: &TargetFailure) -> v1::TargetFailure {
    let target = failure.target.clone().unwrap_or_default();
    v1::TargetFailure {
        id: target.id,
        port: target.port,
        failure_code: failure.code.clone(),
        failure_message: failure.message.clone(),
    }
}

/// The type of target groups that a filter names; `None` where it names none.
///
/// # Errors
/// Validation where there is no such type.
pub(in crate::control) fn group_type(
    path: &str,
    given: &str,
) -> Result<Option<TargetGroupType>, Refusal> {
    let words = words::TARGET_GROUP_TYPES;
    let found = words.iter().find(|(word, _)| *word == given);
    if found.is_none() && !given.is_empty() {
        let message = format!("{given:?} is none of {}", words::list(words));
        let name = path.to_owned();
        return Err(invalid(vec![FieldMistake { name, message }]));
    }
    Ok(found.map(|(_, group_type)| *group_type))
}
