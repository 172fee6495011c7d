//! Resource gateways, resource configurations, their associations, domain verifications.

use trellis_core::model::{
    DnsResource, DomainVerification, Kind, Record, ResourceAssociation, ResourceConfiguration,
    ResourceConfigurationType, ResourceDefinition, ResourceGateway,
};
use trellis_proto::v1;

use super::metadata::timestamp;
use super::reader::{put, put_map, put_text, tags};
use super::words::{self, print};
use super::{Convert, Reader};

impl Convert for ResourceGateway {
    type Message = v1::ResourceGateway;

    fn read(mut self, given: &v1::ResourceGateway, reader: &mut Reader<'_>) -> Self {
        reader.naming(self.meta_mut(), &given.name, &given.tags);
        let vpc = reader.required_id("vpcIdentifier", Kind::Vpc, "", &given.vpc_identifier);
        if let Some(vpc) = vpc {
            self.vpc = vpc;
        }
        if !given.subnet_ids.is_empty() {
            self.subnets.clone_from(&given.subnet_ids);
        }
        if !given.security_group_ids.is_empty() {
            self.security_groups = reader.security_groups(&self.vpc, &given.security_group_ids);
        }
        let given_type = &given.ip_address_type;
        let ip_address_type = reader.word("ipAddressType", given_type, words::IP_ADDRESS_TYPES);
        if let Some(ip_address_type) = ip_address_type {
            self.set_ip_address_type(ip_address_type);
        }
        let addresses = given.ipv4_addresses_per_eni.as_ref();
        put(&mut self.ipv4_addresses_per_eni, addresses);
        let path = "resourceConfigDnsResolution";
        let resolution = &given.resource_config_dns_resolution;
        if let Some(resolution) = reader.word(path, resolution, words::DNS_RESOLUTIONS) {
            self.set_dns_resolution(resolution);
        }
        self
    }

    fn write(&self) -> v1::ResourceGateway {
        v1::ResourceGateway {
            name: self.meta().name.clone(),
            vpc_identifier: self.vpc.clone(),
            subnet_ids: self.subnets.clone(),
            security_group_ids: self.security_groups.clone(),
            ip_address_type: print(words::IP_ADDRESS_TYPES, self.ip_address_type()),
            ipv4_addresses_per_eni: Some(self.ipv4_addresses_per_eni),
            resource_config_dns_resolution: print(words::DNS_RESOLUTIONS, self.dns_resolution()),
            tags: tags(self.meta()),
        }
    }
}

impl Convert for ResourceConfiguration {
    type Message = v1::ResourceConfiguration;

    fn read(mut self, given: &v1::ResourceConfiguration, reader: &mut Reader<'_>) -> Self {
        reader.naming(self.meta_mut(), &given.name, &given.tags);
        let given_type = &given.r#type;
        let kind = reader.required_word("type", given_type, words::CONFIGURATION_TYPES);
        if let Some(kind) = kind {
            self.set_configuration_type(kind);
        }
        if !given.port_ranges.is_empty() {
            self.port_ranges.clone_from(&given.port_ranges);
        }
        // There is one only: nothing is stored.
        reader.word("protocol", &given.protocol, words::RESOURCE_PROTOCOLS);
        let path = "resourceGatewayIdentifier";
        let gateway = &given.resource_gateway_identifier;
        if let Some(gateway) = reader.id(path, Kind::ResourceGateway, "", gateway) {
            self.gateway = gateway;
        }
        let path = "resourceConfigurationGroupIdentifier";
        let group = &given.resource_configuration_group_identifier;
        if let Some(group) = reader.id(path, Kind::ResourceConfiguration, "", group) {
            self.group = group;
        }
        if let Some(definition) = &given.resource_configuration_definition {
            self.definition = definition_of(definition, reader);
        }
        let allowed = given
            .allow_association_to_shareable_service_network
            .as_ref();
        put(&mut self.sharing_allowed, allowed);
        put_text(&mut self.custom_domain_name, &given.custom_domain_name);
        put_text(&mut self.group_domain, &given.group_domain);
        let path = "domainVerificationIdentifier";
        let verification = &given.domain_verification_identifier;
        let verification = reader.id(path, Kind::DomainVerification, "", verification);
        if let Some(verification) = verification {
            self.domain_verification = verification;
        }
        self
    }

    fn write(&self) -> v1::ResourceConfiguration {
        let is_reached = self.configuration_type() != ResourceConfigurationType::Arn;
        let protocol = is_reached.then(|| print(words::RESOURCE_PROTOCOLS, ()));
        v1::ResourceConfiguration {
            name: self.meta().name.clone(),
            r#type: print(words::CONFIGURATION_TYPES, self.configuration_type()),
            port_ranges: self.port_ranges.clone(),
            protocol: protocol.unwrap_or_default(),
            resource_gateway_identifier: self.gateway.clone(),
            resource_configuration_group_identifier: self.group.clone(),
            resource_configuration_definition: self.definition.as_ref().map(definition_message),
            allow_association_to_shareable_service_network: Some(self.sharing_allowed),
            custom_domain_name: self.custom_domain_name.clone(),
            group_domain: self.group_domain.clone(),
            domain_verification_identifier: self.domain_verification.clone(),
            tags: tags(self.meta()),
        }
    }
}

/// The resource that is described; exactly one of the three must be.
fn definition_of(
    given: &v1::ResourceConfigurationDefinition,
    reader: &mut Reader<'_>,
) -> Option<ResourceDefinition> {
    let v1::ResourceConfigurationDefinition {
        dns_resource,
        ip_resource,
        arn_resource,
    } = given;
    let path = "resourceConfigurationDefinition";
    match (dns_resource, ip_resource, arn_resource) {
        (Some(dns), None, None) => {
            let path = format!("{path}.dnsResource.ipAddressType");
            let kind = reader.word(&path, &dns.ip_address_type, words::IP_ADDRESS_TYPES);
            Some(ResourceDefinition::Dns(DnsResource {
                domain_name: dns.domain_name.clone(),
                ip_address_type: kind.map_or(0, |kind| kind as i32),
            }))
        }
        (None, Some(ip), None) => Some(ResourceDefinition::Ip(ip.ip_address.clone())),
        (None, None, Some(arn)) => Some(ResourceDefinition::Arn(arn.arn.clone())),
        _ => {
            reader.mistake(path, "needs one of dnsResource, ipResource and arnResource");
            None
        }
    }
}

fn definition_message(definition: &ResourceDefinition) -> v1::ResourceConfigurationDefinition {
    let mut message = v1::ResourceConfigurationDefinition::default();
    match definition {
        ResourceDefinition::Dns(dns) => {
            message.dns_resource = Some(v1::DnsResource {
                domain_name: dns.domain_name.clone(),
                ip_address_type: print(words::IP_ADDRESS_TYPES, dns.ip_address_type()),
            });
        }
        ResourceDefinition::Ip(address) => {
            let ip_address = address.clone();
            message.ip_resource = Some(v1::IpResource { ip_address });
        }
        ResourceDefinition::Arn(arn) => {
            message.arn_resource = Some(v1::ArnResource { arn: arn.clone() });
        }
    }
    message
}

impl Convert for ResourceAssociation {
    type Message = v1::ResourceAssociation;

    fn read(mut self, given: &v1::ResourceAssociation, reader: &mut Reader<'_>) -> Self {
        put_map(&mut self.meta_mut().tags, &given.tags);
        let path = "serviceNetworkIdentifier";
        let network = &given.service_network_identifier;
        if let Some(network) = reader.required_id(path, Kind::ServiceNetwork, "", network) {
            self.service_network = network;
        }
        let path = "resourceConfigurationIdentifier";
        let configuration = &given.resource_configuration_identifier;
        let kind = Kind::ResourceConfiguration;
        if let Some(configuration) = reader.required_id(path, kind, "", configuration) {
            self.resource_configuration = configuration;
        }
        put(
            &mut self.private_dns_enabled,
            given.private_dns_enabled.as_ref(),
        );
        self
    }

    fn write(&self) -> v1::ResourceAssociation {
        v1::ResourceAssociation {
            service_network_identifier: self.service_network.clone(),
            resource_configuration_identifier: self.resource_configuration.clone(),
            private_dns_enabled: Some(self.private_dns_enabled),
            tags: tags(self.meta()),
        }
    }
}

impl Convert for DomainVerification {
    type Message = v1::DomainVerification;

    fn read(mut self, given: &v1::DomainVerification, reader: &mut Reader<'_>) -> Self {
        put_map(&mut self.meta_mut().tags, &given.tags);
        if given.domain_name.is_empty() && reader.creating {
            reader.mistake("domainName", "required");
        }
        put_text(&mut self.domain_name, &given.domain_name);
        self
    }

    fn write(&self) -> v1::DomainVerification {
        let (name, value) = self.txt_record();
        v1::DomainVerification {
            domain_name: self.domain_name.clone(),
            tags: tags(self.meta()),
            txt_method_config: Some(v1::TxtMethodConfig { name, value }),
            last_verified_time: timestamp(self.last_verified_ms),
        }
    }
}
