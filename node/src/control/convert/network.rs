//! VPCs, security groups, service networks and associations.

use trellis_core::model::{
    IngressRule, Kind, Record, SecurityGroup, ServiceAssociation, ServiceNetwork, Vpc,
    VpcAssociation,
};
use trellis_proto::v1;

use super::reader::{put, put_map, put_text, tags};
use super::words::{self, print};
use super::{Convert, Reader};

impl Convert for Vpc {
    type Message = v1::Vpc;

    fn read(mut self, given: &v1::Vpc, reader: &mut Reader<'_>) -> Self {
        reader.naming(self.meta_mut(), &given.name, &given.tags);
        if reader.creating {
            put_text(&mut self.meta_mut().id, &given.id);
        }
        if !given.cidr_blocks.is_empty() {
            self.cidr_blocks.clone_from(&given.cidr_blocks);
        }
        self
    }

    fn write(&self) -> v1::Vpc {
        let meta = self.meta();
        v1::Vpc {
            name: meta.name.clone(),
            cidr_blocks: self.cidr_blocks.clone(),
            tags: tags(meta),
            id: meta.id.clone(),
        }
    }
}

impl Convert for SecurityGroup {
    type Message = v1::SecurityGroup;

    fn read(mut self, given: &v1::SecurityGroup, reader: &mut Reader<'_>) -> Self {
        reader.naming(self.meta_mut(), &given.name, &given.tags);
        let vpc = reader.required_id("vpcIdentifier", Kind::Vpc, "", &given.vpc_identifier);
        if let Some(vpc) = vpc {
            self.vpc = vpc;
        }
        if !given.ingress.is_empty() {
            self.ingress = given.ingress.iter().map(rule).collect();
        }
        let removed: Vec<_> = given.removed_ingress.iter().map(rule).collect();
        self.ingress
            .retain(|rule| !removed.iter().any(|it| is_same(it, rule)));
        for added in given.added_ingress.iter().map(rule) {
            if !self.ingress.iter().any(|known| is_same(known, &added)) {
                self.ingress.push(added);
            }
        }
        put_text(&mut self.description, &given.description);
        self
    }

    fn write(&self) -> v1::SecurityGroup {
        let rule = |rule: &IngressRule| v1::IngressRule {
            cidr: rule.cidr.clone(),
            from_port: rule.from_port,
            to_port: rule.to_port,
            description: rule.description.clone(),
        };
        v1::SecurityGroup {
            name: self.meta().name.clone(),
            vpc_identifier: self.vpc.clone(),
            ingress: self.ingress.iter().map(rule).collect(),
            tags: tags(self.meta()),
            description: self.description.clone(),
            removed_ingress: Vec::new(),
            added_ingress: Vec::new(),
        }
    }
}

/// Whether two rules let the same in.
fn is_same(one: &IngressRule, other: &IngressRule) -> bool {
    (&one.cidr, one.from_port, one.to_port) == (&other.cidr, other.from_port, other.to_port)
}

fn rule(given: &v1::IngressRule) -> IngressRule {
    IngressRule {
        cidr: given.cidr.clone(),
        from_port: given.from_port,
        to_port: given.to_port,
        description: given.description.clone(),
    }
}

impl Convert for ServiceNetwork {
    type Message = v1::ServiceNetwork;

    fn read(mut self, given: &v1::ServiceNetwork, reader: &mut Reader<'_>) -> Self {
        reader.naming(self.meta_mut(), &given.name, &given.tags);
        let auth_type = given.auth_type.as_deref().unwrap_or_default();
        if let Some(auth_type) = reader.word("authType", auth_type, words::AUTH_TYPES) {
            self.set_auth_type(auth_type);
        }
        if let Some(sharing) = &given.sharing_config {
            self.sharing_enabled = sharing.enabled;
            self.sharing_unsaid = false;
        } else if reader.creating {
            self.sharing_unsaid = true;
        }
        self
    }

    fn write(&self) -> v1::ServiceNetwork {
        v1::ServiceNetwork {
            name: self.meta().name.clone(),
            auth_type: Some(print(words::AUTH_TYPES, self.auth_type())),
            tags: tags(self.meta()),
            sharing_config: (!self.sharing_unsaid).then_some(v1::SharingConfig {
                enabled: self.sharing_enabled,
            }),
        }
    }
}

impl Convert for ServiceAssociation {
    type Message = v1::ServiceAssociation;

    fn read(mut self, given: &v1::ServiceAssociation, reader: &mut Reader<'_>) -> Self {
        put_map(&mut self.meta_mut().tags, &given.tags);
        let network = &given.service_network_identifier;
        let network = reader.required_id(
            "serviceNetworkIdentifier",
            Kind::ServiceNetwork,
            "",
            network,
        );
        if let Some(network) = network {
            self.service_network = network;
        }
        let service = &given.service_identifier;
        let service = reader.required_id("serviceIdentifier", Kind::Service, "", service);
        if let Some(service) = service {
            self.service = service;
        }
        self
    }

    fn write(&self) -> v1::ServiceAssociation {
        v1::ServiceAssociation {
            service_network_identifier: self.service_network.clone(),
            service_identifier: self.service.clone(),
            tags: tags(self.meta()),
        }
    }
}

impl Convert for VpcAssociation {
    type Message = v1::VpcAssociation;

    fn read(mut self, given: &v1::VpcAssociation, reader: &mut Reader<'_>) -> Self {
        put_map(&mut self.meta_mut().tags, &given.tags);
        let network = &given.service_network_identifier;
        let network = reader.required_id(
            "serviceNetworkIdentifier",
            Kind::ServiceNetwork,
            "",
            network,
        );
        if let Some(network) = network {
            self.service_network = network;
        }
        let vpc = reader.required_id("vpcIdentifier", Kind::Vpc, "", &given.vpc_identifier);
        if let Some(vpc) = vpc {
            self.vpc = vpc;
        }
        if !given.security_group_ids.is_empty() {
            self.security_groups = reader.security_groups(&self.vpc, &given.security_group_ids);
        }
        put(
            &mut self.private_dns_enabled,
            given.private_dns_enabled.as_ref(),
        );
        if let Some(options) = &given.dns_options {
            let path = "dnsOptions.privateDnsPreference";
            let preference = &options.private_dns_preference;
            let preference = reader.word(path, preference, words::DNS_PREFERENCES);
            if let Some(preference) = preference {
                self.set_private_dns_preference(preference);
            }
            let domains = &options.private_dns_specified_domains;
            self.private_dns_domains.clone_from(domains);
        }
        self
    }

    fn write(&self) -> v1::VpcAssociation {
        let has_options = self.private_dns_enabled
            || self.private_dns_preference != 0
            || !self.private_dns_domains.is_empty();
        v1::VpcAssociation {
            service_network_identifier: self.service_network.clone(),
            vpc_identifier: self.vpc.clone(),
            security_group_ids: self.security_groups.clone(),
            tags: tags(self.meta()),
            private_dns_enabled: Some(self.private_dns_enabled),
            dns_options: has_options.then(|| v1::DnsOptions {
                private_dns_preference: print(
                    words::DNS_PREFERENCES,
                    self.private_dns_preference(),
                ),
                private_dns_specified_domains: self.private_dns_domains.clone(),
            }),
        }
    }
}
