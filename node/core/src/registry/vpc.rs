//! Rules of VPCs and security groups.
//!
//! Source: EC2 API reference, `CreateVpc` and `CreateSecurityGroup`; EC2 quotas. A VPC whose
//! address blocks are not given admits targets of any address.

use std::net::IpAddr;

use ipnet::IpNet;

use super::meta;
use super::mistakes::Mistakes;
use super::outcome::Refusal;
use super::rules::{Case, Rules};
use super::state::owner;
use crate::model::{Kind, Record, SecurityGroup, TargetGroup, Vpc, limits};

impl Vpc {
    /// Whether an address lies in the VPC: in one of its address blocks, if it has any.
    pub(super) fn holds(&self, address: IpAddr) -> bool {
        let mut blocks = self.cidr_blocks.iter();
        self.cidr_blocks.is_empty()
            || blocks.any(|block| block.parse::<IpNet>().is_ok_and(|b| b.contains(&address)))
    }
}

impl Rules for Vpc {
    fn shape(&self, mistakes: &mut Mistakes) {
        let most = limits::CIDR_BLOCKS_PER_VPC;
        mistakes.length("cidrBlocks", self.cidr_blocks.len(), 0, most);
        let mut known: Vec<IpNet> = Vec::new();
        for (index, text) in self.cidr_blocks.iter().enumerate() {
            let path = format!("cidrBlocks[{index}]");
            let Some(block) = block(text, &path, mistakes) else {
                continue;
            };
            if let Some(other) = known
                .iter()
                .find(|other| other.contains(&block) || block.contains(*other))
            {
                mistakes.add(path, format!("{text} overlaps {other}"));
            }
            known.push(block);
        }
    }

    fn succeed(&mut self, _before: &Self, _mistakes: &mut Mistakes) {}

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        let meta = self.meta();
        if before.is_none() {
            let owner = owner(&meta.account, &meta.region);
            return case.fits(&limits::VPCS_PER_REGION, &owner, Self::KIND);
        }
        for group in case.state.children::<TargetGroup>(&meta.id) {
            let addresses = group.targets.iter().filter_map(|t| t.id.parse().ok());
            if let Some(outside) = addresses.into_iter().find(|address| !self.holds(*address)) {
                let message = format!("target {outside} is outside the new address blocks");
                return Err(Refusal::conflict(
                    Kind::TargetGroup,
                    &group.meta().id,
                    message,
                ));
            }
        }
        Ok(())
    }

    fn release(&self, case: &Case<'_>) -> Result<(), Refusal> {
        let id = &self.meta().id;
        match case.state.dependants(id).next() {
            Some((kind, user)) => {
                let message = format!(
                    "VPC {id} is used by {} {user}; delete that first",
                    kind.resource_type()
                );
                Err(Refusal::conflict(Self::KIND, id, message))
            }
            None => Ok(()),
        }
    }
}

/// An address block in its shortest form; anything else is a mistake.
fn block(text: &str, path: &str, mistakes: &mut Mistakes) -> Option<IpNet> {
    let Ok(block) = text.parse::<IpNet>() else {
        mistakes.add(
            path,
            format!("{text} is not an address block, e.g. 10.0.0.0/16"),
        );
        return None;
    };
    if block.trunc() != block {
        let message = format!("{text} has host bits; write {}", block.trunc());
        mistakes.add(path, message);
        return None;
    }
    Some(block)
}

/// Judges what a group or a rule is said to be for. Source: EC2 API reference, `CreateSecurityGroup`, `IpRange`.
fn description(text: &str, path: &str, mistakes: &mut Mistakes) {
    mistakes.length(
        path,
        text.chars().count(),
        0,
        limits::GROUP_DESCRIPTION_CHARS_MAX,
    );
    let message = "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* are allowed";
    mistakes.check(meta::is_plain(text), path, message);
}

impl Rules for SecurityGroup {
    fn shape(&self, mistakes: &mut Mistakes) {
        mistakes.check(!self.vpc.is_empty(), "vpcIdentifier", "is required");
        description(&self.description, "description", mistakes);
        for (index, rule) in self.ingress.iter().enumerate() {
            let path = format!("ingress[{index}]");
            block(&rule.cidr, &format!("{path}.cidr"), mistakes);
            description(&rule.description, &format!("{path}.description"), mistakes);
            mistakes.range(format!("{path}.fromPort"), rule.from_port, 0, 65_535);
            mistakes.range(
                format!("{path}.toPort"),
                rule.to_port,
                rule.from_port,
                65_535,
            );
        }
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        mistakes.same("vpcIdentifier", &before.vpc, &self.vpc);
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        let vpc = case.owned::<Vpc>(&self.vpc)?.meta().clone();
        let quota = &limits::RULES_PER_SECURITY_GROUP;
        let limit = case.quota(quota);
        if self.ingress.len() as u64 > limit {
            return Err(Refusal::quota(quota, limit, Self::KIND));
        }
        if before.is_some() {
            return Ok(());
        }
        let meta = self.meta_mut();
        meta.account = vpc.account;
        meta.region = vpc.region;
        let owner = owner(&self.meta().account, &self.meta().region);
        case.fits(&limits::SECURITY_GROUPS_PER_REGION, &owner, Self::KIND)
    }

    fn release(&self, case: &Case<'_>) -> Result<(), Refusal> {
        let id = &self.meta().id;
        let user = case.state.child_ids(id, Kind::ServiceNetworkVpcAssociation);
        if let Some(user) = user.into_iter().next() {
            let message = format!("security group {id} is used by the association {user}");
            return Err(Refusal::conflict(Self::KIND, id, message));
        }
        let mut gateways = case.state.child_ids(id, Kind::ResourceGateway);
        match gateways.next() {
            Some(user) => {
                let message = format!("security group {id} is used by the gateway {user}");
                Err(Refusal::conflict(Self::KIND, id, message))
            }
            None => Ok(()),
        }
    }
}
