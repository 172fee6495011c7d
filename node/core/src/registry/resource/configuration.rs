//! Rules of resource configurations.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

use crate::model::{
    DnsResolution, DnsResource, DomainVerification, IpAddressType, Kind, Record,
    ResourceConfiguration, ResourceConfigurationType as Type, ResourceDefinition as Definition,
    ResourceGateway, Status, Vpc, arn::Arn, limits,
};
use crate::registry::mistakes::Mistakes;
use crate::registry::outcome::Refusal;
use crate::registry::rules::{Case, Rules};
use crate::registry::service::pattern;
use crate::registry::state::owner;

/// Ports where none are given. Source: AWS CLI, `create-resource-configuration`.
const ALL_PORTS: &str = "1-65535";
/// The IPv4 addresses that a resource may have. Source: user guide, "Resource configurations".
const IPV4_BLOCKS: [Ipv4Net; 4] = [
    Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(100, 64, 0, 0), 10),
    Ipv4Net::new_assert(Ipv4Addr::new(172, 16, 0, 0), 12),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 168, 0, 0), 16),
];
/// Unique local addresses. Source: RFC 4193.
const IPV6_BLOCK: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7);

impl Rules for ResourceConfiguration {
    fn complete(&mut self) {
        let is_reached = matches!(self.configuration_type(), Type::Single | Type::Child);
        if is_reached && self.port_ranges.is_empty() {
            self.port_ranges = vec![ALL_PORTS.to_owned()];
        }
        self.custom_domain_name.make_ascii_lowercase();
        self.group_domain.make_ascii_lowercase();
        if let Some(Definition::Dns(resource)) = &mut self.definition {
            resource.domain_name.make_ascii_lowercase();
        }
    }

    fn shape(&self, mistakes: &mut Mistakes) {
        mistakes.known::<Type>("type", self.configuration_type);
        parts(self, mistakes);
        ports(&self.port_ranges, mistakes);
        match &self.definition {
            Some(Definition::Dns(resource)) => dns(resource, mistakes),
            Some(Definition::Ip(address)) => ip(address, mistakes),
            Some(Definition::Arn(arn)) => {
                let path = "resourceConfigurationDefinition.arnResource.arn";
                mistakes.length(path, arn.len(), 20, 2_048);
                mistakes.check(Arn::parse(arn).is_some(), path, "is not an ARN");
            }
            None => {}
        }
        for (path, domain) in [
            ("customDomainName", &self.custom_domain_name),
            ("groupDomain", &self.group_domain),
        ] {
            let fits = domain.is_empty() || pattern::is_domain(domain);
            let message = "is not a domain name of 3–255 letters, digits, dashes and dots";
            mistakes.check(fits, path, message);
        }
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        let (old, new) = (before.configuration_type, self.configuration_type);
        mistakes.same("type", &old, &new);
        let path = "resourceGatewayIdentifier";
        mistakes.same(path, &before.gateway, &self.gateway);
        let path = "resourceConfigurationGroupIdentifier";
        mistakes.same(path, &before.group, &self.group);
        let (old, new) = (&before.custom_domain_name, &self.custom_domain_name);
        mistakes.same("customDomainName", old, new);
        mistakes.same("groupDomain", &before.group_domain, &self.group_domain);
        let (old, new) = (&before.domain_verification, &self.domain_verification);
        mistakes.same("domainVerificationIdentifier", old, new);
        self.status = before.status;
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        if before.is_none() {
            self.settle(case)?;
        }
        let Some(gateway) = case.state.get::<ResourceGateway>(&self.gateway) else {
            return Err(Refusal::not_found(Kind::ResourceGateway, &self.gateway));
        };
        let mut mistakes = Mistakes::default();
        if let Some(Definition::Ip(address)) = &self.definition {
            let path = "resourceConfigurationDefinition.ipResource.ipAddress";
            let vpc = case.state.get::<Vpc>(&gateway.vpc);
            let is_inside = address.parse::<IpAddr>().is_ok_and(|address| {
                vpc.is_some_and(|vpc| !vpc.cidr_blocks.is_empty() && vpc.holds(address))
                    || is_private(address)
            });
            let message = "is neither a private address nor one of the gateway's VPC";
            mistakes.check(is_inside, path, message);
        }
        if matches!(self.definition, Some(Definition::Arn(_))) {
            let is_public = gateway.dns_resolution() == DnsResolution::Public;
            let message = "resolves names in its VPC, and resources of AWS's need public DNS";
            mistakes.check(is_public, "resourceGatewayIdentifier", message);
        }
        mistakes.refuse()
    }

    fn release(&self, case: &Case<'_>) -> Result<(), Refusal> {
        let id = &self.meta().id;
        for kind in [
            Kind::ServiceNetworkResourceAssociation,
            Kind::ResourceConfiguration,
        ] {
            if let Some(user) = case.state.child_ids(id, kind).next() {
                let message =
                    format!("resource configuration {id} is used by {user}; delete that first");
                return Err(Refusal::conflict(Self::KIND, id, message));
            }
        }
        Ok(())
    }
}

impl ResourceConfiguration {
    /// Judges a new configuration against what it names, and puts in what follows from that.
    fn settle(&mut self, case: &Case<'_>) -> Result<(), Refusal> {
        self.status = Status::Active as i32;
        let mut domain = self.custom_domain_name.clone();
        if self.configuration_type() == Type::Child {
            let group = case.owned::<Self>(&self.group)?;
            let mut mistakes = Mistakes::default();
            let is_group = group.configuration_type() == Type::Group;
            let path = "resourceConfigurationGroupIdentifier";
            mistakes.check(is_group, path, "is not of type GROUP");
            let covers = domain.is_empty() || is_under(&domain, &group.group_domain);
            let message = "is not under the domain of its group";
            mistakes.check(covers, "customDomainName", message);
            mistakes.refuse()?;
            self.gateway.clone_from(&group.gateway);
            let quota = &limits::CHILDREN_PER_CONFIGURATION;
            case.fits(quota, &self.group, Self::KIND)?;
        }
        case.owned::<ResourceGateway>(&self.gateway)?;
        if !self.group_domain.is_empty() {
            domain.clone_from(&self.group_domain);
        }
        if !self.domain_verification.is_empty() {
            let verification = case.owned::<DomainVerification>(&self.domain_verification)?;
            let mut mistakes = Mistakes::default();
            let covers = is_under(&domain, &verification.domain_name);
            let message = "verifies another domain";
            mistakes.check(covers, "domainVerificationIdentifier", message);
            mistakes.refuse()?;
        }
        let owner = owner(&self.meta().account, &self.meta().region);
        case.fits(&limits::CONFIGURATIONS_PER_REGION, &owner, Self::KIND)
    }
}

/// Names what a configuration of its type lacks or has too much.
fn parts(configuration: &ResourceConfiguration, mistakes: &mut Mistakes) {
    let kind = configuration.configuration_type();
    let has_group = !configuration.group.is_empty();
    let path = "resourceConfigurationGroupIdentifier";
    if kind == Type::Child {
        mistakes.check(has_group, path, "is required for a child");
    } else {
        mistakes.check(!has_group, path, "is for children only");
        let has_gateway = !configuration.gateway.is_empty();
        let path = "resourceGatewayIdentifier";
        mistakes.check(
            has_gateway,
            path,
            "is required; only children have their group's",
        );
    }
    let fits = match (kind, &configuration.definition) {
        (Type::Single | Type::Child, Some(Definition::Dns(_) | Definition::Ip(_))) => true,
        (Type::Arn, Some(Definition::Arn(_))) => true,
        (Type::Group, None) => true,
        (Type::Single | Type::Child | Type::Arn | Type::Group, _) => false,
    };
    let message = match kind {
        Type::Single | Type::Child => "needs dnsResource or ipResource",
        Type::Arn => "needs arnResource",
        Type::Group => "is not for groups: their children have it",
    };
    mistakes.check(fits, "resourceConfigurationDefinition", message);
    let has_ports = !configuration.port_ranges.is_empty();
    let message = "are not for resources of AWS's";
    mistakes.check(kind != Type::Arn || !has_ports, "portRanges", message);
    let has_name = !configuration.custom_domain_name.is_empty();
    let message = "is not for groups: set groupDomain";
    mistakes.check(
        kind != Type::Group || !has_name,
        "customDomainName",
        message,
    );
    let has_domain = !configuration.group_domain.is_empty();
    let message = "is for groups only";
    mistakes.check(kind == Type::Group || !has_domain, "groupDomain", message);
    let is_verified = !configuration.domain_verification.is_empty();
    let message = "is for a custom domain name or the domain of a group";
    let path = "domainVerificationIdentifier";
    mistakes.check(!is_verified || has_name || has_domain, path, message);
}

fn ports(ranges: &[String], mistakes: &mut Mistakes) {
    mistakes.length("portRanges", ranges.len(), 0, limits::PORT_RANGES_MAX);
    for (index, range) in ranges.iter().enumerate() {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let ports = (first.parse::<u16>(), last.parse::<u16>());
        let fits = matches!(ports, (Ok(first), Ok(last)) if 1 <= first && first <= last);
        let path = format!("portRanges[{index}]");
        mistakes.check(
            fits,
            &path,
            "is not a port or a range within 1-65535, e.g. 80-90",
        );
    }
}

fn dns(resource: &DnsResource, mistakes: &mut Mistakes) {
    let path = "resourceConfigurationDefinition.dnsResource";
    let message = "is not a domain name of 3–255 letters, digits, dashes and dots";
    let fits = pattern::is_domain(&resource.domain_name);
    mistakes.check(fits, &format!("{path}.domainName"), message);
    let fits = matches!(
        IpAddressType::try_from(resource.ip_address_type),
        Ok(IpAddressType::Ipv4 | IpAddressType::Ipv6)
    );
    let message = "is neither IPV4 nor IPV6";
    mistakes.check(fits, &format!("{path}.ipAddressType"), message);
}

fn ip(address: &str, mistakes: &mut Mistakes) {
    let path = "resourceConfigurationDefinition.ipResource.ipAddress";
    let fits = address.parse::<IpAddr>().is_ok();
    mistakes.check(fits, path, "is not an IP address");
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => IPV4_BLOCKS.iter().any(|block| block.contains(&address)),
        IpAddr::V6(address) => IPV6_BLOCK.contains(&address),
    }
}

/// Whether a domain is another one or under it.
fn is_under(domain: &str, parent: &str) -> bool {
    let above = domain.strip_suffix(parent);
    !parent.is_empty() && above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}
