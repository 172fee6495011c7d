//! Rules of resource gateways, resource configurations, their associations with service networks, and
//! domain verifications.
//!
//! Source: VPC Lattice API model 2022-11-30; user guide, "Resource gateways", "Resource configurations",
//! "Custom domain names". What blocks the deletion of a gateway and of a configuration is not documented;
//! here it is whatever names them.

mod configuration;

use super::mistakes::Mistakes;
use super::network::reachable;
use super::outcome::Refusal;
use super::rules::{Case, Rules};
use super::service::pattern;
use super::state::owner;
use crate::model::{
    DnsResolution, DomainVerification, IpAddressType, Kind, Record, ResourceAssociation,
    ResourceConfiguration, ResourceConfigurationType, ResourceGateway, SecurityGroup,
    ServiceNetwork, Status, VerificationStatus, Vpc, limits,
};

impl Rules for ResourceGateway {
    fn complete(&mut self) {
        if self.ipv4_addresses_per_eni == 0 {
            self.ipv4_addresses_per_eni = limits::IPV4_ADDRESSES_PER_ENI;
        }
    }

    fn shape(&self, mistakes: &mut Mistakes) {
        mistakes.check(!self.vpc.is_empty(), "vpcIdentifier", "is required");
        let most = limits::SUBNETS_PER_GATEWAY;
        mistakes.length("subnetIds", self.subnets.len(), 0, most);
        for (index, subnet) in self.subnets.iter().enumerate() {
            mistakes.length(format!("subnetIds[{index}]"), subnet.len(), 5, 200);
        }
        let groups = &self.security_groups;
        let most = limits::SECURITY_GROUPS_PER_GATEWAY;
        mistakes.length("securityGroupIds", groups.len(), 0, most);
        let twice = (1..groups.len()).any(|index| groups[..index].contains(&groups[index]));
        mistakes.check(!twice, "securityGroupIds", "names a security group twice");
        mistakes.known::<IpAddressType>("ipAddressType", self.ip_address_type);
        let most = limits::IPV4_ADDRESSES_PER_ENI_MAX;
        mistakes.range("ipv4AddressesPerEni", self.ipv4_addresses_per_eni, 1, most);
        mistakes.known::<DnsResolution>("resourceConfigDnsResolution", self.dns_resolution);
        let resolves = self.dns_resolution() == DnsResolution::Public
            || self.ip_address_type() != IpAddressType::Ipv6;
        let message = "IN_VPC is not for gateways of IPv6 addresses only";
        mistakes.check(resolves, "resourceConfigDnsResolution", message);
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        mistakes.same("vpcIdentifier", &before.vpc, &self.vpc);
        mistakes.same("subnetIds", &before.subnets, &self.subnets);
        let (old, new) = (before.ip_address_type, self.ip_address_type);
        mistakes.same("ipAddressType", &old, &new);
        let (old, new) = (before.ipv4_addresses_per_eni, self.ipv4_addresses_per_eni);
        mistakes.same("ipv4AddressesPerEni", &old, &new);
        let (old, new) = (before.dns_resolution, self.dns_resolution);
        mistakes.same("resourceConfigDnsResolution", &old, &new);
        self.status = before.status;
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        let vpc = case.owned::<Vpc>(&self.vpc)?;
        for id in &self.security_groups {
            if case.owned::<SecurityGroup>(id)?.vpc != self.vpc {
                let mut mistakes = Mistakes::default();
                let message = format!("{id} is not a group of {}", self.vpc);
                mistakes.add("securityGroupIds", message);
                mistakes.refuse()?;
            }
        }
        if before.is_some() {
            return Ok(());
        }
        let account = vpc.meta().account.clone();
        self.meta_mut().account = account;
        self.status = Status::Active as i32;
        case.fits(&limits::GATEWAYS_PER_VPC, &self.vpc, Self::KIND)
    }

    fn release(&self, case: &Case<'_>) -> Result<(), Refusal> {
        let id = &self.meta().id;
        let mut users = case.state.child_ids(id, Kind::ResourceConfiguration);
        match users.next() {
            Some(user) => {
                let message = format!("resource gateway {id} is used by {user}; delete that first");
                Err(Refusal::conflict(Self::KIND, id, message))
            }
            None => Ok(()),
        }
    }
}

impl Rules for ResourceAssociation {
    fn shape(&self, mistakes: &mut Mistakes) {
        let path = "serviceNetworkIdentifier";
        mistakes.check(!self.service_network.is_empty(), path, "is required");
        let path = "resourceConfigurationIdentifier";
        mistakes.check(!self.resource_configuration.is_empty(), path, "is required");
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        let (old, new) = (&before.service_network, &self.service_network);
        mistakes.same("serviceNetworkIdentifier", old, new);
        let (old, new) = (&before.resource_configuration, &self.resource_configuration);
        mistakes.same("resourceConfigurationIdentifier", old, new);
        let (old, new) = (before.private_dns_enabled, self.private_dns_enabled);
        mistakes.same("privateDnsEnabled", &old, &new);
        self.status = before.status;
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        if before.is_some() {
            return Ok(());
        }
        self.status = Status::Active as i32;
        let action = "vpc-lattice:CreateServiceNetworkResourceAssociation";
        let (network_id, id) = (&self.service_network, &self.resource_configuration);
        let network = reachable::<ServiceNetwork>(case, network_id, action)?;
        let configuration = reachable::<ResourceConfiguration>(case, id, action)?;
        if !case.owns(network.meta()) && !case.owns(configuration.meta()) {
            return Err(Refusal::access_denied(
                "an association needs the caller's account to own the service network or the resource configuration",
            ));
        }
        let mut mistakes = Mistakes::default();
        let is_child = configuration.configuration_type() == ResourceConfigurationType::Child;
        let message = "is a child; associate its group";
        mistakes.check(!is_child, "resourceConfigurationIdentifier", message);
        mistakes.refuse()?;
        if network.sharing_enabled && !configuration.sharing_allowed {
            let message = format!(
                "{id} may not join service networks that can be shared; set allowAssociationToShareableServiceNetwork"
            );
            return Err(Refusal::conflict(Kind::ResourceConfiguration, id, message));
        }
        let mut others = case.state.children::<Self>(network_id);
        if let Some(other) = others.find(|other| other.resource_configuration == *id) {
            let message = "Association already exists.";
            return Err(Refusal::conflict(Self::KIND, &other.meta().id, message));
        }
        case.fits(&limits::CONFIGURATIONS_PER_NETWORK, network_id, Self::KIND)
    }

    fn release(&self, _case: &Case<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}

impl Rules for DomainVerification {
    fn complete(&mut self) {
        self.domain_name.make_ascii_lowercase();
    }

    fn shape(&self, mistakes: &mut Mistakes) {
        let message = "is not a domain name of 3–255 letters, digits, dashes and dots";
        mistakes.check(pattern::is_domain(&self.domain_name), "domainName", message);
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        mistakes.same("domainName", &before.domain_name, &self.domain_name);
        self.status = before.status;
        self.last_verified_ms = before.last_verified_ms;
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        if before.is_some() {
            return Ok(());
        }
        self.status = VerificationStatus::Pending as i32;
        self.last_verified_ms = 0;
        let owner = owner(&self.meta().account, &self.meta().region);
        let mut others = case.state.children::<Self>(&owner);
        if let Some(other) = others.find(|other| other.domain_name == self.domain_name) {
            let id = &other.meta().id;
            let message = format!("{id} verifies {} already", self.domain_name);
            return Err(Refusal::conflict(Self::KIND, id, message));
        }
        case.fits(&limits::VERIFICATIONS_PER_REGION, &owner, Self::KIND)
    }

    /// What used it goes on: its domains were verified when they were taken.
    fn release(&self, _case: &Case<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}
