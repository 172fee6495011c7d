//! Rules of target groups.
//!
//! Source: VPC Lattice API model 2022-11-30, `TargetGroupConfig`; user guide, "Target groups",
//! "Create a target group".

mod health;
pub(super) mod registration;

use super::mistakes::Mistakes;
use super::outcome::Refusal;
use super::rules::{Case, Rules};
use super::service::action;
use super::state::owner;
use crate::model::{
    Kind, ProtocolVersion, Record, Status, TargetGroup, TargetGroupType, TargetProtocol, Vpc,
    limits,
};
use ipnet::IpNet;

impl Rules for TargetGroup {
    /// The encoding cannot tell "HTTP" and "HTTP1" from nothing, so for kinds of group that have
    /// neither, these count as nothing.
    fn complete(&mut self) {
        if self.group_type() == TargetGroupType::Lambda {
            if self.protocol() == TargetProtocol::Http {
                self.protocol = TargetProtocol::None as i32;
            }
            if self.lambda_event_structure_version.is_empty() {
                "V1".clone_into(&mut self.lambda_event_structure_version);
            }
        }
        let has_no_version = matches!(self.protocol(), TargetProtocol::Tcp | TargetProtocol::None);
        if has_no_version && self.protocol_version() == ProtocolVersion::Http1 {
            self.protocol_version = ProtocolVersion::None as i32;
        }
        if self.port == 0 {
            self.port = match self.protocol() {
                TargetProtocol::Http => 80,
                TargetProtocol::Https => 443,
                TargetProtocol::Tcp | TargetProtocol::None => 0,
            };
        }
        if matches!(
            self.group_type(),
            TargetGroupType::Ip | TargetGroupType::Instance
        ) {
            self.health_check = Some(health::completed(self));
        }
    }

    fn shape(&self, mistakes: &mut Mistakes) {
        mistakes.known::<TargetGroupType>("type", self.group_type);
        mistakes.known::<TargetProtocol>("config.protocol", self.protocol);
        mistakes.known::<ProtocolVersion>("config.protocolVersion", self.protocol_version);
        match self.group_type() {
            TargetGroupType::Lambda => self.function_shape(mistakes),
            TargetGroupType::Ip | TargetGroupType::Instance | TargetGroupType::Alb => {
                self.address_shape(mistakes);
            }
        }
        let has_check = matches!(
            self.group_type(),
            TargetGroupType::Ip | TargetGroupType::Instance
        );
        match &self.health_check {
            Some(check) if has_check => health::shape(check, mistakes),
            Some(_) => {
                let word = match self.group_type() {
                    TargetGroupType::Lambda => "LAMBDA",
                    _ => "ALB",
                };
                let message = format!("{word} Target Group does not support health check config");
                mistakes.add("config.healthCheck", message);
            }
            None => {}
        }
        if let Some(targets) = self.targets.get(limits::TARGETS_PER_CALL..) {
            let length = limits::TARGETS_PER_CALL + targets.len();
            mistakes.length("targets", length, 0, limits::TARGETS_PER_CALL);
        }
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        mistakes.same("type", &before.group_type, &self.group_type);
        mistakes.same("config.protocol", &before.protocol, &self.protocol);
        let (old, new) = (&before.protocol_version, &self.protocol_version);
        mistakes.same("config.protocolVersion", old, new);
        mistakes.same("config.port", &before.port, &self.port);
        mistakes.same("config.vpcIdentifier", &before.vpc, &self.vpc);
        mistakes.same("config.ipAddressType", &before.ipv6, &self.ipv6);
        let (old, new) = (
            &before.lambda_event_structure_version,
            &self.lambda_event_structure_version,
        );
        mistakes.same("config.lambdaEventStructureVersion", old, new);
        self.status = before.status;
        self.targets.clone_from(&before.targets);
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        if before.is_some() {
            return Ok(());
        }
        let meta = self.meta();
        if !self.vpc.is_empty() {
            let vpc = case.owned::<Vpc>(&self.vpc)?;
            let mut blocks = vpc.cidr_blocks.iter();
            let has_ipv6 = vpc.cidr_blocks.is_empty()
                || blocks.any(|b| matches!(b.parse::<IpNet>(), Ok(IpNet::V6(_))));
            if self.ipv6 && !has_ipv6 {
                let mut mistakes = Mistakes::default();
                let message = format!("{} has no IPv6 address block", self.vpc);
                mistakes.add("config.ipAddressType", message);
                mistakes.refuse()?;
            }
        }
        let owner = owner(&meta.account, &meta.region);
        case.fits(&limits::TARGET_GROUPS_PER_REGION, &owner, Self::KIND)?;
        self.status = Status::Active as i32;
        registration::admit_first(case, self)
    }

    fn release(&self, case: &Case<'_>) -> Result<(), Refusal> {
        let id = &self.meta().id;
        if let Some(service) = action::uses(case.state, id).next() {
            let message = format!("TargetGroup {id} is in use by the service {service}");
            return Err(Refusal::conflict(Self::KIND, id, message));
        }
        if self.targets.iter().any(|t| t.draining_since_ms != 0) {
            let message =
                format!("TargetGroup {id} has targets that are draining; try again later");
            return Err(Refusal::conflict(Kind::TargetGroup, id, message));
        }
        Ok(())
    }
}

impl TargetGroup {
    fn function_shape(&self, mistakes: &mut Mistakes) {
        let message = "a LAMBDA target group has none";
        let protocol = self.protocol() == TargetProtocol::None;
        mistakes.check(protocol, "config.protocol", message);
        let version = self.protocol_version() == ProtocolVersion::None;
        mistakes.check(version, "config.protocolVersion", message);
        mistakes.check(self.port == 0, "config.port", message);
        mistakes.check(self.vpc.is_empty(), "config.vpcIdentifier", message);
        mistakes.check(!self.ipv6, "config.ipAddressType", message);
        let known = matches!(self.lambda_event_structure_version.as_str(), "V1" | "V2");
        let name = "config.lambdaEventStructureVersion";
        mistakes.check(known, name, "is not V1 or V2");
    }

    fn address_shape(&self, mistakes: &mut Mistakes) {
        let kind = self.group_type();
        let protocol = self.protocol();
        let has_protocol = protocol != TargetProtocol::None;
        mistakes.check(has_protocol, "config.protocol", "is not HTTP, HTTPS or TCP");
        let version = self.protocol_version();
        let fits = match protocol {
            TargetProtocol::Tcp => version == ProtocolVersion::None,
            _ if kind == TargetGroupType::Alb => version == ProtocolVersion::Http1,
            _ => version != ProtocolVersion::None,
        };
        let message = "does not fit the type and the protocol: TCP has none, ALB has HTTP1 only";
        mistakes.check(fits, "config.protocolVersion", message);
        mistakes.range("config.port", self.port, 1, 65_535);
        mistakes.check(!self.vpc.is_empty(), "config.vpcIdentifier", "is required");
        let addressed = kind == TargetGroupType::Ip || !self.ipv6;
        let message = "only IP target groups have an address type";
        mistakes.check(addressed, "config.ipAddressType", message);
        let event = self.lambda_event_structure_version.is_empty();
        let message = "only LAMBDA target groups have one";
        mistakes.check(event, "config.lambdaEventStructureVersion", message);
    }
}
