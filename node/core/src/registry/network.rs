//! Rules of service networks and of the associations of services and VPCs with them.
//!
//! Associations are made and removed at once, so that no record is ever in progress and the guards
//! on such states have nothing to do.
//!
//! Source: VPC Lattice API model 2022-11-30; user guide, "Service networks", "Service network
//! associations", "Share your VPC Lattice entities".

use super::mistakes::Mistakes;
use super::outcome::Refusal;
use super::rules::{Case, Rules};
use super::service::pattern;
use super::share;
use super::state::{Tabled, owner};
use crate::model::{
    AuthType, Kind, PrivateDnsPreference, Record, SecurityGroup, Service, ServiceAssociation,
    ServiceNetwork, Status, Vpc, VpcAssociation, limits,
};

impl Rules for ServiceNetwork {
    fn shape(&self, mistakes: &mut Mistakes) {
        mistakes.known::<AuthType>("authType", self.auth_type);
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        let said = |network: &Self| (network.sharing_enabled, network.sharing_unsaid);
        mistakes.same("sharingConfig.enabled", &said(before), &said(self));
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        if before.is_some() {
            return Ok(());
        }
        let owner = owner(&self.meta().account, &self.meta().region);
        case.fits(&limits::NETWORKS_PER_REGION, &owner, Self::KIND)
    }

    fn release(&self, case: &Case<'_>) -> Result<(), Refusal> {
        let id = &self.meta().id;
        let associated = |kind| case.state.has_children(id, kind);
        if associated(Kind::ServiceNetworkVpcAssociation) {
            let message = format!("ServiceNetwork {id} has VPC(s) associated");
            return Err(Refusal::conflict(Self::KIND, id, message));
        }
        if associated(Kind::ServiceNetworkServiceAssociation) {
            let message = format!("ServiceNetwork {id} has service(s) associated");
            return Err(Refusal::conflict(Self::KIND, id, message));
        }
        if associated(Kind::ServiceNetworkResourceAssociation) {
            let message = format!("ServiceNetwork {id} has resource configuration(s) associated");
            return Err(Refusal::conflict(Self::KIND, id, message));
        }
        Ok(())
    }
}

impl Rules for ServiceAssociation {
    fn shape(&self, mistakes: &mut Mistakes) {
        let given = (&self.service_network, &self.service);
        mistakes.check(
            !given.0.is_empty(),
            "serviceNetworkIdentifier",
            "is required",
        );
        mistakes.check(!given.1.is_empty(), "serviceIdentifier", "is required");
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        let (network, service) = (&self.service_network, &self.service);
        mistakes.same("serviceNetworkIdentifier", &before.service_network, network);
        mistakes.same("serviceIdentifier", &before.service, service);
        self.status = before.status;
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        if before.is_some() {
            return Ok(());
        }
        self.status = Status::Active as i32;
        let action = "vpc-lattice:CreateServiceNetworkServiceAssociation";
        let (network_id, service_id) = (&self.service_network, &self.service);
        let network = reachable::<ServiceNetwork>(case, network_id, action)?;
        let service = reachable::<Service>(case, service_id, action)?;
        if !case.owns(network.meta()) && !case.owns(service.meta()) {
            return Err(Refusal::access_denied(
                "an association needs the caller's account to own the service network or the service",
            ));
        }
        for other in case.state.children::<Self>(network_id) {
            if other.service == *service_id {
                let message = "Association already exists.";
                return Err(Refusal::conflict(Self::KIND, &other.meta().id, message));
            }
            let domain = case
                .state
                .get::<Service>(&other.service)
                .map_or("", |other| other.custom_domain_name.as_str());
            if !domain.is_empty() && domain == service.custom_domain_name {
                let message = format!(
                    "the service network {network_id} has a service with the custom domain name {domain}"
                );
                return Err(Refusal::conflict(Kind::Service, &other.service, message));
            }
        }
        case.fits(&limits::SERVICES_PER_NETWORK, network_id, Self::KIND)
    }

    fn release(&self, _case: &Case<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}

/// A record that the caller owns, or that is shared with the caller for an action.
pub(super) fn reachable<'s, R: Tabled>(
    case: &'s Case<'_>,
    id: &str,
    action: &str,
) -> Result<&'s R, Refusal> {
    let record = case.state.get::<R>(id).map(|record| &**record);
    record
        .filter(|record| {
            case.owns(record.meta())
                || share::allows(
                    case.state,
                    R::KIND,
                    record.meta(),
                    &case.command.account,
                    action,
                )
        })
        .ok_or_else(|| Refusal::not_found(R::KIND, id))
}

impl Rules for VpcAssociation {
    fn shape(&self, mistakes: &mut Mistakes) {
        let given = (&self.service_network, &self.vpc);
        mistakes.check(
            !given.0.is_empty(),
            "serviceNetworkIdentifier",
            "is required",
        );
        mistakes.check(!given.1.is_empty(), "vpcIdentifier", "is required");
        let groups = &self.security_groups;
        let most = limits::SECURITY_GROUPS_PER_ASSOCIATION;
        mistakes.length("securityGroupIds", groups.len(), 0, most);
        let twice = (1..groups.len()).any(|index| groups[..index].contains(&groups[index]));
        mistakes.check(!twice, "securityGroupIds", "names a security group twice");
        private_domains(self, mistakes);
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        let (network, vpc) = (&self.service_network, &self.vpc);
        mistakes.same("serviceNetworkIdentifier", &before.service_network, network);
        mistakes.same("vpcIdentifier", &before.vpc, vpc);
        let emptied = self.security_groups.is_empty() && !before.security_groups.is_empty();
        mistakes.check(
            !emptied,
            "securityGroupIds",
            "cannot become empty; delete the association and create it again",
        );
        let (old, new) = (before.private_dns_enabled, self.private_dns_enabled);
        mistakes.same("privateDnsEnabled", &old, &new);
        let (old, new) = (before.private_dns_preference, self.private_dns_preference);
        mistakes.same("dnsOptions.privateDnsPreference", &old, &new);
        let (old, new) = (&before.private_dns_domains, &self.private_dns_domains);
        mistakes.same("dnsOptions.privateDnsSpecifiedDomains", old, new);
        self.status = before.status;
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        let vpc = &self.vpc;
        if before.is_none() {
            let action = "vpc-lattice:CreateServiceNetworkVpcAssociation";
            reachable::<ServiceNetwork>(case, &self.service_network, action)?;
            case.owned::<Vpc>(vpc)?;
            if case.state.child_ids(vpc, Self::KIND).count() >= limits::NETWORKS_PER_VPC {
                let message = "VPC has already been associated to a service network.";
                return Err(Refusal::conflict(Kind::Vpc, vpc, message));
            }
            let (quota, network) = (&limits::VPCS_PER_NETWORK, &self.service_network);
            case.fits(quota, network, Self::KIND)?;
            self.status = Status::Active as i32;
        }
        for id in &self.security_groups {
            if case.owned::<SecurityGroup>(id)?.vpc != *vpc {
                let mut mistakes = Mistakes::default();
                mistakes.add("securityGroupIds", format!("{id} is not a group of {vpc}"));
                mistakes.refuse()?;
            }
        }
        Ok(())
    }

    fn release(&self, _case: &Case<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}

/// Names what is wrong with the private domains of an association.
fn private_domains(association: &VpcAssociation, mistakes: &mut Mistakes) {
    let path = "dnsOptions.privateDnsPreference";
    mistakes.known::<PrivateDnsPreference>(path, association.private_dns_preference);
    let path = "dnsOptions.privateDnsSpecifiedDomains";
    let domains = &association.private_dns_domains;
    match association.private_dns_preference() {
        PrivateDnsPreference::SpecifiedDomainsOnly
        | PrivateDnsPreference::VerifiedDomainsAndSpecifiedDomains => {
            mistakes.length(path, domains.len(), 1, limits::PRIVATE_DOMAINS_MAX);
        }
        PrivateDnsPreference::VerifiedDomainsOnly | PrivateDnsPreference::AllDomains => {
            let message = "are for a preference that names them";
            mistakes.check(domains.is_empty(), path, message);
        }
    }
    for (index, domain) in domains.iter().enumerate() {
        let plain = domain.strip_prefix("*.").unwrap_or(domain);
        let fits = pattern::is_domain(&plain.to_ascii_lowercase());
        let message = "is not a domain name, with or without *. before it";
        mistakes.check(fits, &format!("{path}[{index}]"), message);
    }
}
