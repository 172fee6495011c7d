//! Every operation, by name.
//!
//! Written by `scripts/generate-sdk-calls.py` from the API model 2022-11-30; change that, not this.

use aws_sdk_vpclattice::Client;
use aws_sdk_vpclattice::types as sdk;
use serde_json::Value;

use super::values;
use crate::input::{flag, list, member, number, text, texts, word};
use crate::outcome::{Call, Pending, told};

/// How each operation is called.
pub(crate) const CALLS: &[(&str, Call)] = &[
    ("BatchUpdateRule", batch_update_rule),
    (
        "CreateAccessLogSubscription",
        create_access_log_subscription,
    ),
    ("CreateListener", create_listener),
    ("CreateResourceConfiguration", create_resource_configuration),
    ("CreateResourceGateway", create_resource_gateway),
    ("CreateRule", create_rule),
    ("CreateService", create_service),
    ("CreateServiceNetwork", create_service_network),
    (
        "CreateServiceNetworkResourceAssociation",
        create_service_network_resource_association,
    ),
    (
        "CreateServiceNetworkServiceAssociation",
        create_service_network_service_association,
    ),
    (
        "CreateServiceNetworkVpcAssociation",
        create_service_network_vpc_association,
    ),
    ("CreateTargetGroup", create_target_group),
    (
        "DeleteAccessLogSubscription",
        delete_access_log_subscription,
    ),
    ("DeleteAuthPolicy", delete_auth_policy),
    ("DeleteDomainVerification", delete_domain_verification),
    ("DeleteListener", delete_listener),
    ("DeleteResourceConfiguration", delete_resource_configuration),
    (
        "DeleteResourceEndpointAssociation",
        delete_resource_endpoint_association,
    ),
    ("DeleteResourceGateway", delete_resource_gateway),
    ("DeleteResourcePolicy", delete_resource_policy),
    ("DeleteRule", delete_rule),
    ("DeleteService", delete_service),
    ("DeleteServiceNetwork", delete_service_network),
    (
        "DeleteServiceNetworkResourceAssociation",
        delete_service_network_resource_association,
    ),
    (
        "DeleteServiceNetworkServiceAssociation",
        delete_service_network_service_association,
    ),
    (
        "DeleteServiceNetworkVpcAssociation",
        delete_service_network_vpc_association,
    ),
    ("DeleteTargetGroup", delete_target_group),
    ("DeregisterTargets", deregister_targets),
    ("GetAccessLogSubscription", get_access_log_subscription),
    ("GetAuthPolicy", get_auth_policy),
    ("GetDomainVerification", get_domain_verification),
    ("GetListener", get_listener),
    ("GetResourceConfiguration", get_resource_configuration),
    ("GetResourceGateway", get_resource_gateway),
    ("GetResourcePolicy", get_resource_policy),
    ("GetRule", get_rule),
    ("GetService", get_service),
    ("GetServiceNetwork", get_service_network),
    (
        "GetServiceNetworkResourceAssociation",
        get_service_network_resource_association,
    ),
    (
        "GetServiceNetworkServiceAssociation",
        get_service_network_service_association,
    ),
    (
        "GetServiceNetworkVpcAssociation",
        get_service_network_vpc_association,
    ),
    ("GetTargetGroup", get_target_group),
    ("ListAccessLogSubscriptions", list_access_log_subscriptions),
    ("ListDomainVerifications", list_domain_verifications),
    ("ListListeners", list_listeners),
    ("ListResourceConfigurations", list_resource_configurations),
    (
        "ListResourceEndpointAssociations",
        list_resource_endpoint_associations,
    ),
    ("ListResourceGateways", list_resource_gateways),
    ("ListRules", list_rules),
    (
        "ListServiceNetworkResourceAssociations",
        list_service_network_resource_associations,
    ),
    (
        "ListServiceNetworkServiceAssociations",
        list_service_network_service_associations,
    ),
    (
        "ListServiceNetworkVpcAssociations",
        list_service_network_vpc_associations,
    ),
    (
        "ListServiceNetworkVpcEndpointAssociations",
        list_service_network_vpc_endpoint_associations,
    ),
    ("ListServiceNetworks", list_service_networks),
    ("ListServices", list_services),
    ("ListTagsForResource", list_tags_for_resource),
    ("ListTargetGroups", list_target_groups),
    ("ListTargets", list_targets),
    ("PutAuthPolicy", put_auth_policy),
    ("PutResourcePolicy", put_resource_policy),
    ("RegisterTargets", register_targets),
    ("StartDomainVerification", start_domain_verification),
    ("TagResource", tag_resource),
    ("UntagResource", untag_resource),
    (
        "UpdateAccessLogSubscription",
        update_access_log_subscription,
    ),
    ("UpdateListener", update_listener),
    ("UpdateResourceConfiguration", update_resource_configuration),
    ("UpdateResourceGateway", update_resource_gateway),
    ("UpdateRule", update_rule),
    ("UpdateService", update_service),
    ("UpdateServiceNetwork", update_service_network),
    (
        "UpdateServiceNetworkVpcAssociation",
        update_service_network_vpc_association,
    ),
    ("UpdateTargetGroup", update_target_group),
];

fn batch_update_rule<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .batch_update_rule()
            .set_service_identifier(member(input, "serviceIdentifier", text)?)
            .set_listener_identifier(member(input, "listenerIdentifier", text)?)
            .set_rules(member(input, "rules", |value| {
                list(value, values::rule_update)
            })?);
        told(call.send().await)
    })
}

fn create_access_log_subscription<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .create_access_log_subscription()
            .set_client_token(member(input, "clientToken", text)?)
            .set_resource_identifier(member(input, "resourceIdentifier", text)?)
            .set_destination_arn(member(input, "destinationArn", text)?)
            .set_service_network_log_type(member(
                input,
                "serviceNetworkLogType",
                word::<sdk::ServiceNetworkLogType>,
            )?)
            .set_tags(member(input, "tags", texts)?);
        told(call.send().await)
    })
}

fn create_listener<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .create_listener()
            .set_service_identifier(member(input, "serviceIdentifier", text)?)
            .set_name(member(input, "name", text)?)
            .set_protocol(member(input, "protocol", word::<sdk::ListenerProtocol>)?)
            .set_port(member(input, "port", number)?)
            .set_default_action(member(input, "defaultAction", values::rule_action)?)
            .set_client_token(member(input, "clientToken", text)?)
            .set_tags(member(input, "tags", texts)?);
        told(call.send().await)
    })
}

fn create_resource_configuration<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .create_resource_configuration()
            .set_name(member(input, "name", text)?)
            .set_type(member(
                input,
                "type",
                word::<sdk::ResourceConfigurationType>,
            )?)
            .set_port_ranges(member(input, "portRanges", |value| list(value, text))?)
            .set_protocol(member(input, "protocol", word::<sdk::ProtocolType>)?)
            .set_resource_gateway_identifier(member(input, "resourceGatewayIdentifier", text)?)
            .set_resource_configuration_group_identifier(member(
                input,
                "resourceConfigurationGroupIdentifier",
                text,
            )?)
            .set_resource_configuration_definition(member(
                input,
                "resourceConfigurationDefinition",
                values::resource_configuration_definition,
            )?)
            .set_allow_association_to_shareable_service_network(member(
                input,
                "allowAssociationToShareableServiceNetwork",
                flag,
            )?)
            .set_custom_domain_name(member(input, "customDomainName", text)?)
            .set_group_domain(member(input, "groupDomain", text)?)
            .set_domain_verification_identifier(member(
                input,
                "domainVerificationIdentifier",
                text,
            )?)
            .set_client_token(member(input, "clientToken", text)?)
            .set_tags(member(input, "tags", texts)?);
        told(call.send().await)
    })
}

fn create_resource_gateway<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .create_resource_gateway()
            .set_client_token(member(input, "clientToken", text)?)
            .set_name(member(input, "name", text)?)
            .set_vpc_identifier(member(input, "vpcIdentifier", text)?)
            .set_subnet_ids(member(input, "subnetIds", |value| list(value, text))?)
            .set_security_group_ids(member(input, "securityGroupIds", |value| {
                list(value, text)
            })?)
            .set_ip_address_type(member(
                input,
                "ipAddressType",
                word::<sdk::ResourceGatewayIpAddressType>,
            )?)
            .set_ipv4_addresses_per_eni(member(input, "ipv4AddressesPerEni", number)?)
            .set_resource_config_dns_resolution(member(
                input,
                "resourceConfigDnsResolution",
                word::<sdk::ResourceConfigDnsResolution>,
            )?)
            .set_tags(member(input, "tags", texts)?);
        told(call.send().await)
    })
}

fn create_rule<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .create_rule()
            .set_service_identifier(member(input, "serviceIdentifier", text)?)
            .set_listener_identifier(member(input, "listenerIdentifier", text)?)
            .set_name(member(input, "name", text)?)
            .set_match(member(input, "match", values::rule_match)?)
            .set_priority(member(input, "priority", number)?)
            .set_action(member(input, "action", values::rule_action)?)
            .set_client_token(member(input, "clientToken", text)?)
            .set_tags(member(input, "tags", texts)?);
        told(call.send().await)
    })
}

fn create_service<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .create_service()
            .set_client_token(member(input, "clientToken", text)?)
            .set_name(member(input, "name", text)?)
            .set_tags(member(input, "tags", texts)?)
            .set_custom_domain_name(member(input, "customDomainName", text)?)
            .set_certificate_arn(member(input, "certificateArn", text)?)
            .set_auth_type(member(input, "authType", word::<sdk::AuthType>)?);
        told(call.send().await)
    })
}

fn create_service_network<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .create_service_network()
            .set_client_token(member(input, "clientToken", text)?)
            .set_name(member(input, "name", text)?)
            .set_auth_type(member(input, "authType", word::<sdk::AuthType>)?)
            .set_tags(member(input, "tags", texts)?)
            .set_sharing_config(member(input, "sharingConfig", values::sharing_config)?);
        told(call.send().await)
    })
}

fn create_service_network_resource_association<'a>(
    client: &'a Client,
    input: &'a Value,
) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .create_service_network_resource_association()
            .set_client_token(member(input, "clientToken", text)?)
            .set_resource_configuration_identifier(member(
                input,
                "resourceConfigurationIdentifier",
                text,
            )?)
            .set_service_network_identifier(member(input, "serviceNetworkIdentifier", text)?)
            .set_private_dns_enabled(member(input, "privateDnsEnabled", flag)?)
            .set_tags(member(input, "tags", texts)?);
        told(call.send().await)
    })
}

fn create_service_network_service_association<'a>(
    client: &'a Client,
    input: &'a Value,
) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .create_service_network_service_association()
            .set_client_token(member(input, "clientToken", text)?)
            .set_service_identifier(member(input, "serviceIdentifier", text)?)
            .set_service_network_identifier(member(input, "serviceNetworkIdentifier", text)?)
            .set_tags(member(input, "tags", texts)?);
        told(call.send().await)
    })
}

fn create_service_network_vpc_association<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .create_service_network_vpc_association()
            .set_client_token(member(input, "clientToken", text)?)
            .set_service_network_identifier(member(input, "serviceNetworkIdentifier", text)?)
            .set_vpc_identifier(member(input, "vpcIdentifier", text)?)
            .set_private_dns_enabled(member(input, "privateDnsEnabled", flag)?)
            .set_security_group_ids(member(input, "securityGroupIds", |value| {
                list(value, text)
            })?)
            .set_tags(member(input, "tags", texts)?)
            .set_dns_options(member(input, "dnsOptions", values::dns_options)?);
        told(call.send().await)
    })
}

fn create_target_group<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .create_target_group()
            .set_name(member(input, "name", text)?)
            .set_type(member(input, "type", word::<sdk::TargetGroupType>)?)
            .set_config(member(input, "config", values::target_group_config)?)
            .set_client_token(member(input, "clientToken", text)?)
            .set_tags(member(input, "tags", texts)?);
        told(call.send().await)
    })
}

fn delete_access_log_subscription<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .delete_access_log_subscription()
            .set_access_log_subscription_identifier(member(
                input,
                "accessLogSubscriptionIdentifier",
                text,
            )?);
        told(call.send().await)
    })
}

fn delete_auth_policy<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client.delete_auth_policy().set_resource_identifier(member(
            input,
            "resourceIdentifier",
            text,
        )?);
        told(call.send().await)
    })
}

fn delete_domain_verification<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .delete_domain_verification()
            .set_domain_verification_identifier(member(
                input,
                "domainVerificationIdentifier",
                text,
            )?);
        told(call.send().await)
    })
}

fn delete_listener<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .delete_listener()
            .set_service_identifier(member(input, "serviceIdentifier", text)?)
            .set_listener_identifier(member(input, "listenerIdentifier", text)?);
        told(call.send().await)
    })
}

fn delete_resource_configuration<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .delete_resource_configuration()
            .set_resource_configuration_identifier(member(
                input,
                "resourceConfigurationIdentifier",
                text,
            )?);
        told(call.send().await)
    })
}

fn delete_resource_endpoint_association<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .delete_resource_endpoint_association()
            .set_resource_endpoint_association_identifier(member(
                input,
                "resourceEndpointAssociationIdentifier",
                text,
            )?);
        told(call.send().await)
    })
}

fn delete_resource_gateway<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .delete_resource_gateway()
            .set_resource_gateway_identifier(member(input, "resourceGatewayIdentifier", text)?);
        told(call.send().await)
    })
}

fn delete_resource_policy<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call =
            client
                .delete_resource_policy()
                .set_resource_arn(member(input, "resourceArn", text)?);
        told(call.send().await)
    })
}

fn delete_rule<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .delete_rule()
            .set_service_identifier(member(input, "serviceIdentifier", text)?)
            .set_listener_identifier(member(input, "listenerIdentifier", text)?)
            .set_rule_identifier(member(input, "ruleIdentifier", text)?);
        told(call.send().await)
    })
}

fn delete_service<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client.delete_service().set_service_identifier(member(
            input,
            "serviceIdentifier",
            text,
        )?);
        told(call.send().await)
    })
}

fn delete_service_network<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .delete_service_network()
            .set_service_network_identifier(member(input, "serviceNetworkIdentifier", text)?);
        told(call.send().await)
    })
}

fn delete_service_network_resource_association<'a>(
    client: &'a Client,
    input: &'a Value,
) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .delete_service_network_resource_association()
            .set_service_network_resource_association_identifier(member(
                input,
                "serviceNetworkResourceAssociationIdentifier",
                text,
            )?);
        told(call.send().await)
    })
}

fn delete_service_network_service_association<'a>(
    client: &'a Client,
    input: &'a Value,
) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .delete_service_network_service_association()
            .set_service_network_service_association_identifier(member(
                input,
                "serviceNetworkServiceAssociationIdentifier",
                text,
            )?);
        told(call.send().await)
    })
}

fn delete_service_network_vpc_association<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .delete_service_network_vpc_association()
            .set_service_network_vpc_association_identifier(member(
                input,
                "serviceNetworkVpcAssociationIdentifier",
                text,
            )?);
        told(call.send().await)
    })
}

fn delete_target_group<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .delete_target_group()
            .set_target_group_identifier(member(input, "targetGroupIdentifier", text)?);
        told(call.send().await)
    })
}

fn deregister_targets<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .deregister_targets()
            .set_target_group_identifier(member(input, "targetGroupIdentifier", text)?)
            .set_targets(member(input, "targets", |value| {
                list(value, values::target)
            })?);
        told(call.send().await)
    })
}

fn get_access_log_subscription<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .get_access_log_subscription()
            .set_access_log_subscription_identifier(member(
                input,
                "accessLogSubscriptionIdentifier",
                text,
            )?);
        told(call.send().await)
    })
}

fn get_auth_policy<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client.get_auth_policy().set_resource_identifier(member(
            input,
            "resourceIdentifier",
            text,
        )?);
        told(call.send().await)
    })
}

fn get_domain_verification<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .get_domain_verification()
            .set_domain_verification_identifier(member(
                input,
                "domainVerificationIdentifier",
                text,
            )?);
        told(call.send().await)
    })
}

fn get_listener<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .get_listener()
            .set_service_identifier(member(input, "serviceIdentifier", text)?)
            .set_listener_identifier(member(input, "listenerIdentifier", text)?);
        told(call.send().await)
    })
}

fn get_resource_configuration<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .get_resource_configuration()
            .set_resource_configuration_identifier(member(
                input,
                "resourceConfigurationIdentifier",
                text,
            )?);
        told(call.send().await)
    })
}

fn get_resource_gateway<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .get_resource_gateway()
            .set_resource_gateway_identifier(member(input, "resourceGatewayIdentifier", text)?);
        told(call.send().await)
    })
}

fn get_resource_policy<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call =
            client
                .get_resource_policy()
                .set_resource_arn(member(input, "resourceArn", text)?);
        told(call.send().await)
    })
}

fn get_rule<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .get_rule()
            .set_service_identifier(member(input, "serviceIdentifier", text)?)
            .set_listener_identifier(member(input, "listenerIdentifier", text)?)
            .set_rule_identifier(member(input, "ruleIdentifier", text)?);
        told(call.send().await)
    })
}

fn get_service<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call =
            client
                .get_service()
                .set_service_identifier(member(input, "serviceIdentifier", text)?);
        told(call.send().await)
    })
}

fn get_service_network<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .get_service_network()
            .set_service_network_identifier(member(input, "serviceNetworkIdentifier", text)?);
        told(call.send().await)
    })
}

fn get_service_network_resource_association<'a>(
    client: &'a Client,
    input: &'a Value,
) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .get_service_network_resource_association()
            .set_service_network_resource_association_identifier(member(
                input,
                "serviceNetworkResourceAssociationIdentifier",
                text,
            )?);
        told(call.send().await)
    })
}

fn get_service_network_service_association<'a>(
    client: &'a Client,
    input: &'a Value,
) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .get_service_network_service_association()
            .set_service_network_service_association_identifier(member(
                input,
                "serviceNetworkServiceAssociationIdentifier",
                text,
            )?);
        told(call.send().await)
    })
}

fn get_service_network_vpc_association<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .get_service_network_vpc_association()
            .set_service_network_vpc_association_identifier(member(
                input,
                "serviceNetworkVpcAssociationIdentifier",
                text,
            )?);
        told(call.send().await)
    })
}

fn get_target_group<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .get_target_group()
            .set_target_group_identifier(member(input, "targetGroupIdentifier", text)?);
        told(call.send().await)
    })
}

fn list_access_log_subscriptions<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .list_access_log_subscriptions()
            .set_resource_identifier(member(input, "resourceIdentifier", text)?)
            .set_max_results(member(input, "maxResults", number)?)
            .set_next_token(member(input, "nextToken", text)?);
        told(call.send().await)
    })
}

fn list_domain_verifications<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .list_domain_verifications()
            .set_max_results(member(input, "maxResults", number)?)
            .set_next_token(member(input, "nextToken", text)?);
        told(call.send().await)
    })
}

fn list_listeners<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .list_listeners()
            .set_service_identifier(member(input, "serviceIdentifier", text)?)
            .set_max_results(member(input, "maxResults", number)?)
            .set_next_token(member(input, "nextToken", text)?);
        told(call.send().await)
    })
}

fn list_resource_configurations<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .list_resource_configurations()
            .set_resource_gateway_identifier(member(input, "resourceGatewayIdentifier", text)?)
            .set_resource_configuration_group_identifier(member(
                input,
                "resourceConfigurationGroupIdentifier",
                text,
            )?)
            .set_domain_verification_identifier(member(
                input,
                "domainVerificationIdentifier",
                text,
            )?)
            .set_max_results(member(input, "maxResults", number)?)
            .set_next_token(member(input, "nextToken", text)?);
        told(call.send().await)
    })
}

fn list_resource_endpoint_associations<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .list_resource_endpoint_associations()
            .set_resource_configuration_identifier(member(
                input,
                "resourceConfigurationIdentifier",
                text,
            )?)
            .set_resource_endpoint_association_identifier(member(
                input,
                "resourceEndpointAssociationIdentifier",
                text,
            )?)
            .set_vpc_endpoint_id(member(input, "vpcEndpointId", text)?)
            .set_vpc_endpoint_owner(member(input, "vpcEndpointOwner", text)?)
            .set_max_results(member(input, "maxResults", number)?)
            .set_next_token(member(input, "nextToken", text)?);
        told(call.send().await)
    })
}

fn list_resource_gateways<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .list_resource_gateways()
            .set_max_results(member(input, "maxResults", number)?)
            .set_next_token(member(input, "nextToken", text)?);
        told(call.send().await)
    })
}

fn list_rules<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .list_rules()
            .set_service_identifier(member(input, "serviceIdentifier", text)?)
            .set_listener_identifier(member(input, "listenerIdentifier", text)?)
            .set_max_results(member(input, "maxResults", number)?)
            .set_next_token(member(input, "nextToken", text)?);
        told(call.send().await)
    })
}

fn list_service_network_resource_associations<'a>(
    client: &'a Client,
    input: &'a Value,
) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .list_service_network_resource_associations()
            .set_service_network_identifier(member(input, "serviceNetworkIdentifier", text)?)
            .set_resource_configuration_identifier(member(
                input,
                "resourceConfigurationIdentifier",
                text,
            )?)
            .set_max_results(member(input, "maxResults", number)?)
            .set_next_token(member(input, "nextToken", text)?)
            .set_include_children(member(input, "includeChildren", flag)?);
        told(call.send().await)
    })
}

fn list_service_network_service_associations<'a>(
    client: &'a Client,
    input: &'a Value,
) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .list_service_network_service_associations()
            .set_service_network_identifier(member(input, "serviceNetworkIdentifier", text)?)
            .set_service_identifier(member(input, "serviceIdentifier", text)?)
            .set_max_results(member(input, "maxResults", number)?)
            .set_next_token(member(input, "nextToken", text)?);
        told(call.send().await)
    })
}

fn list_service_network_vpc_associations<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .list_service_network_vpc_associations()
            .set_service_network_identifier(member(input, "serviceNetworkIdentifier", text)?)
            .set_vpc_identifier(member(input, "vpcIdentifier", text)?)
            .set_max_results(member(input, "maxResults", number)?)
            .set_next_token(member(input, "nextToken", text)?);
        told(call.send().await)
    })
}

fn list_service_network_vpc_endpoint_associations<'a>(
    client: &'a Client,
    input: &'a Value,
) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .list_service_network_vpc_endpoint_associations()
            .set_service_network_identifier(member(input, "serviceNetworkIdentifier", text)?)
            .set_max_results(member(input, "maxResults", number)?)
            .set_next_token(member(input, "nextToken", text)?);
        told(call.send().await)
    })
}

fn list_service_networks<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .list_service_networks()
            .set_max_results(member(input, "maxResults", number)?)
            .set_next_token(member(input, "nextToken", text)?);
        told(call.send().await)
    })
}

fn list_services<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .list_services()
            .set_max_results(member(input, "maxResults", number)?)
            .set_next_token(member(input, "nextToken", text)?);
        told(call.send().await)
    })
}

fn list_tags_for_resource<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call =
            client
                .list_tags_for_resource()
                .set_resource_arn(member(input, "resourceArn", text)?);
        told(call.send().await)
    })
}

fn list_target_groups<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .list_target_groups()
            .set_max_results(member(input, "maxResults", number)?)
            .set_next_token(member(input, "nextToken", text)?)
            .set_vpc_identifier(member(input, "vpcIdentifier", text)?)
            .set_target_group_type(member(
                input,
                "targetGroupType",
                word::<sdk::TargetGroupType>,
            )?);
        told(call.send().await)
    })
}

fn list_targets<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .list_targets()
            .set_target_group_identifier(member(input, "targetGroupIdentifier", text)?)
            .set_max_results(member(input, "maxResults", number)?)
            .set_next_token(member(input, "nextToken", text)?)
            .set_targets(member(input, "targets", |value| {
                list(value, values::target)
            })?);
        told(call.send().await)
    })
}

fn put_auth_policy<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .put_auth_policy()
            .set_resource_identifier(member(input, "resourceIdentifier", text)?)
            .set_policy(member(input, "policy", text)?);
        told(call.send().await)
    })
}

fn put_resource_policy<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .put_resource_policy()
            .set_resource_arn(member(input, "resourceArn", text)?)
            .set_policy(member(input, "policy", text)?);
        told(call.send().await)
    })
}

fn register_targets<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .register_targets()
            .set_target_group_identifier(member(input, "targetGroupIdentifier", text)?)
            .set_targets(member(input, "targets", |value| {
                list(value, values::target)
            })?);
        told(call.send().await)
    })
}

fn start_domain_verification<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .start_domain_verification()
            .set_client_token(member(input, "clientToken", text)?)
            .set_domain_name(member(input, "domainName", text)?)
            .set_tags(member(input, "tags", texts)?);
        told(call.send().await)
    })
}

fn tag_resource<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .tag_resource()
            .set_resource_arn(member(input, "resourceArn", text)?)
            .set_tags(member(input, "tags", texts)?);
        told(call.send().await)
    })
}

fn untag_resource<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .untag_resource()
            .set_resource_arn(member(input, "resourceArn", text)?)
            .set_tag_keys(member(input, "tagKeys", |value| list(value, text))?);
        told(call.send().await)
    })
}

fn update_access_log_subscription<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .update_access_log_subscription()
            .set_access_log_subscription_identifier(member(
                input,
                "accessLogSubscriptionIdentifier",
                text,
            )?)
            .set_destination_arn(member(input, "destinationArn", text)?);
        told(call.send().await)
    })
}

fn update_listener<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .update_listener()
            .set_service_identifier(member(input, "serviceIdentifier", text)?)
            .set_listener_identifier(member(input, "listenerIdentifier", text)?)
            .set_default_action(member(input, "defaultAction", values::rule_action)?);
        told(call.send().await)
    })
}

fn update_resource_configuration<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .update_resource_configuration()
            .set_resource_configuration_identifier(member(
                input,
                "resourceConfigurationIdentifier",
                text,
            )?)
            .set_resource_configuration_definition(member(
                input,
                "resourceConfigurationDefinition",
                values::resource_configuration_definition,
            )?)
            .set_allow_association_to_shareable_service_network(member(
                input,
                "allowAssociationToShareableServiceNetwork",
                flag,
            )?)
            .set_port_ranges(member(input, "portRanges", |value| list(value, text))?);
        told(call.send().await)
    })
}

fn update_resource_gateway<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .update_resource_gateway()
            .set_resource_gateway_identifier(member(input, "resourceGatewayIdentifier", text)?)
            .set_security_group_ids(member(input, "securityGroupIds", |value| {
                list(value, text)
            })?);
        told(call.send().await)
    })
}

fn update_rule<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .update_rule()
            .set_service_identifier(member(input, "serviceIdentifier", text)?)
            .set_listener_identifier(member(input, "listenerIdentifier", text)?)
            .set_rule_identifier(member(input, "ruleIdentifier", text)?)
            .set_match(member(input, "match", values::rule_match)?)
            .set_priority(member(input, "priority", number)?)
            .set_action(member(input, "action", values::rule_action)?);
        told(call.send().await)
    })
}

fn update_service<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .update_service()
            .set_service_identifier(member(input, "serviceIdentifier", text)?)
            .set_certificate_arn(member(input, "certificateArn", text)?)
            .set_auth_type(member(input, "authType", word::<sdk::AuthType>)?);
        told(call.send().await)
    })
}

fn update_service_network<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .update_service_network()
            .set_service_network_identifier(member(input, "serviceNetworkIdentifier", text)?)
            .set_auth_type(member(input, "authType", word::<sdk::AuthType>)?);
        told(call.send().await)
    })
}

fn update_service_network_vpc_association<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .update_service_network_vpc_association()
            .set_service_network_vpc_association_identifier(member(
                input,
                "serviceNetworkVpcAssociationIdentifier",
                text,
            )?)
            .set_security_group_ids(member(input, "securityGroupIds", |value| {
                list(value, text)
            })?);
        told(call.send().await)
    })
}

fn update_target_group<'a>(client: &'a Client, input: &'a Value) -> Pending<'a> {
    Box::pin(async move {
        let call = client
            .update_target_group()
            .set_target_group_identifier(member(input, "targetGroupIdentifier", text)?)
            .set_health_check(member(input, "healthCheck", values::health_check_config)?);
        told(call.send().await)
    })
}
