//! The structures of inputs.
//!
//! Written by `scripts/generate-sdk-calls.py` from the API model 2022-11-30; change that, not this.

use aws_sdk_vpclattice::types as sdk;
use serde_json::Value;

use super::values;
use crate::input::{Unfit, flag, list, member, number, text, variant, word};

pub(super) fn arn_resource(input: &Value) -> Result<sdk::ArnResource, Unfit> {
    Ok(sdk::ArnResource::builder()
        .set_arn(member(input, "arn", text)?)
        .build())
}

pub(super) fn dns_options(input: &Value) -> Result<sdk::DnsOptions, Unfit> {
    Ok(sdk::DnsOptions::builder()
        .set_private_dns_preference(member(
            input,
            "privateDnsPreference",
            word::<sdk::PrivateDnsPreference>,
        )?)
        .set_private_dns_specified_domains(member(input, "privateDnsSpecifiedDomains", |value| {
            list(value, text)
        })?)
        .build())
}

pub(super) fn dns_resource(input: &Value) -> Result<sdk::DnsResource, Unfit> {
    Ok(sdk::DnsResource::builder()
        .set_domain_name(member(input, "domainName", text)?)
        .set_ip_address_type(member(
            input,
            "ipAddressType",
            word::<sdk::ResourceConfigurationIpAddressType>,
        )?)
        .build())
}

pub(super) fn fixed_response_action(input: &Value) -> Result<sdk::FixedResponseAction, Unfit> {
    sdk::FixedResponseAction::builder()
        .set_status_code(member(input, "statusCode", number)?)
        .build()
        .map_err(|_| Unfit)
}

pub(super) fn forward_action(input: &Value) -> Result<sdk::ForwardAction, Unfit> {
    sdk::ForwardAction::builder()
        .set_target_groups(member(input, "targetGroups", |value| {
            list(value, values::weighted_target_group)
        })?)
        .build()
        .map_err(|_| Unfit)
}

pub(super) fn header_match(input: &Value) -> Result<sdk::HeaderMatch, Unfit> {
    sdk::HeaderMatch::builder()
        .set_name(member(input, "name", text)?)
        .set_match(member(input, "match", values::header_match_type)?)
        .set_case_sensitive(member(input, "caseSensitive", flag)?)
        .build()
        .map_err(|_| Unfit)
}

pub(super) fn header_match_type(input: &Value) -> Result<sdk::HeaderMatchType, Unfit> {
    match variant(input)? {
        ("exact", value) => (text)(value).map(sdk::HeaderMatchType::Exact),
        ("prefix", value) => (text)(value).map(sdk::HeaderMatchType::Prefix),
        ("contains", value) => (text)(value).map(sdk::HeaderMatchType::Contains),
        _ => Err(Unfit),
    }
}

pub(super) fn health_check_config(input: &Value) -> Result<sdk::HealthCheckConfig, Unfit> {
    Ok(sdk::HealthCheckConfig::builder()
        .set_enabled(member(input, "enabled", flag)?)
        .set_protocol(member(input, "protocol", word::<sdk::TargetGroupProtocol>)?)
        .set_protocol_version(member(
            input,
            "protocolVersion",
            word::<sdk::HealthCheckProtocolVersion>,
        )?)
        .set_port(member(input, "port", number)?)
        .set_path(member(input, "path", text)?)
        .set_health_check_interval_seconds(member(input, "healthCheckIntervalSeconds", number)?)
        .set_health_check_timeout_seconds(member(input, "healthCheckTimeoutSeconds", number)?)
        .set_healthy_threshold_count(member(input, "healthyThresholdCount", number)?)
        .set_unhealthy_threshold_count(member(input, "unhealthyThresholdCount", number)?)
        .set_matcher(member(input, "matcher", values::matcher)?)
        .build())
}

pub(super) fn http_match(input: &Value) -> Result<sdk::HttpMatch, Unfit> {
    Ok(sdk::HttpMatch::builder()
        .set_method(member(input, "method", text)?)
        .set_path_match(member(input, "pathMatch", values::path_match)?)
        .set_header_matches(member(input, "headerMatches", |value| {
            list(value, values::header_match)
        })?)
        .build())
}

pub(super) fn ip_resource(input: &Value) -> Result<sdk::IpResource, Unfit> {
    Ok(sdk::IpResource::builder()
        .set_ip_address(member(input, "ipAddress", text)?)
        .build())
}

pub(super) fn matcher(input: &Value) -> Result<sdk::Matcher, Unfit> {
    match variant(input)? {
        ("httpCode", value) => (text)(value).map(sdk::Matcher::HttpCode),
        _ => Err(Unfit),
    }
}

pub(super) fn path_match(input: &Value) -> Result<sdk::PathMatch, Unfit> {
    Ok(sdk::PathMatch::builder()
        .set_match(member(input, "match", values::path_match_type)?)
        .set_case_sensitive(member(input, "caseSensitive", flag)?)
        .build())
}

pub(super) fn path_match_type(input: &Value) -> Result<sdk::PathMatchType, Unfit> {
    match variant(input)? {
        ("exact", value) => (text)(value).map(sdk::PathMatchType::Exact),
        ("prefix", value) => (text)(value).map(sdk::PathMatchType::Prefix),
        _ => Err(Unfit),
    }
}

pub(super) fn resource_configuration_definition(
    input: &Value,
) -> Result<sdk::ResourceConfigurationDefinition, Unfit> {
    match variant(input)? {
        ("dnsResource", value) => {
            (values::dns_resource)(value).map(sdk::ResourceConfigurationDefinition::DnsResource)
        }
        ("ipResource", value) => {
            (values::ip_resource)(value).map(sdk::ResourceConfigurationDefinition::IpResource)
        }
        ("arnResource", value) => {
            (values::arn_resource)(value).map(sdk::ResourceConfigurationDefinition::ArnResource)
        }
        _ => Err(Unfit),
    }
}

pub(super) fn rule_action(input: &Value) -> Result<sdk::RuleAction, Unfit> {
    match variant(input)? {
        ("forward", value) => (values::forward_action)(value).map(sdk::RuleAction::Forward),
        ("fixedResponse", value) => {
            (values::fixed_response_action)(value).map(sdk::RuleAction::FixedResponse)
        }
        _ => Err(Unfit),
    }
}

pub(super) fn rule_match(input: &Value) -> Result<sdk::RuleMatch, Unfit> {
    match variant(input)? {
        ("httpMatch", value) => (values::http_match)(value).map(sdk::RuleMatch::HttpMatch),
        _ => Err(Unfit),
    }
}

pub(super) fn rule_update(input: &Value) -> Result<sdk::RuleUpdate, Unfit> {
    sdk::RuleUpdate::builder()
        .set_rule_identifier(member(input, "ruleIdentifier", text)?)
        .set_match(member(input, "match", values::rule_match)?)
        .set_priority(member(input, "priority", number)?)
        .set_action(member(input, "action", values::rule_action)?)
        .build()
        .map_err(|_| Unfit)
}

pub(super) fn sharing_config(input: &Value) -> Result<sdk::SharingConfig, Unfit> {
    Ok(sdk::SharingConfig::builder()
        .set_enabled(member(input, "enabled", flag)?)
        .build())
}

pub(super) fn target(input: &Value) -> Result<sdk::Target, Unfit> {
    sdk::Target::builder()
        .set_id(member(input, "id", text)?)
        .set_port(member(input, "port", number)?)
        .build()
        .map_err(|_| Unfit)
}

pub(super) fn target_group_config(input: &Value) -> Result<sdk::TargetGroupConfig, Unfit> {
    Ok(sdk::TargetGroupConfig::builder()
        .set_port(member(input, "port", number)?)
        .set_protocol(member(input, "protocol", word::<sdk::TargetGroupProtocol>)?)
        .set_protocol_version(member(
            input,
            "protocolVersion",
            word::<sdk::TargetGroupProtocolVersion>,
        )?)
        .set_ip_address_type(member(input, "ipAddressType", word::<sdk::IpAddressType>)?)
        .set_vpc_identifier(member(input, "vpcIdentifier", text)?)
        .set_health_check(member(input, "healthCheck", values::health_check_config)?)
        .set_lambda_event_structure_version(member(
            input,
            "lambdaEventStructureVersion",
            word::<sdk::LambdaEventStructureVersion>,
        )?)
        .build())
}

pub(super) fn weighted_target_group(input: &Value) -> Result<sdk::WeightedTargetGroup, Unfit> {
    sdk::WeightedTargetGroup::builder()
        .set_target_group_identifier(member(input, "targetGroupIdentifier", text)?)
        .set_weight(member(input, "weight", number)?)
        .build()
        .map_err(|_| Unfit)
}
