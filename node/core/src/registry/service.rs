//! Rules of services, listeners and rules.
//!
//! Source: VPC Lattice API model 2022-11-30; user guide, "Services", "Listeners", "Listener rules".
//! Listeners and target groups of any HTTP version may be combined: what a listener cannot carry is
//! decided per request.

pub(super) mod action;
pub(super) mod pattern;

use super::mistakes::Mistakes;
use super::outcome::Refusal;
use super::rules::{Case, Rules};
use super::state::owner;
use crate::model::{
    AuthType, Kind, Listener, ListenerProtocol, Record, Rule, Service, Status, arn::Arn, limits,
};

impl Rules for Service {
    fn complete(&mut self) {
        self.custom_domain_name.make_ascii_lowercase();
    }

    fn shape(&self, mistakes: &mut Mistakes) {
        mistakes.known::<AuthType>("authType", self.auth_type);
        if self.idle_timeout_seconds != 0 {
            mistakes.range("idleTimeoutSeconds", self.idle_timeout_seconds, 60, 600);
        }
        let domain = &self.custom_domain_name;
        if !domain.is_empty() && !pattern::is_domain(domain) {
            let message =
                "is not a domain name of 3–255 lower-case letters, digits, dashes and dots";
            mistakes.add("customDomainName", message);
        }
        let certificate = &self.certificate_arn;
        mistakes.length("certificateArn", certificate.len(), 0, 2_048);
        let is_arn =
            Arn::parse(certificate).is_some_and(|a| a.resource.starts_with("certificate/"));
        let message = "is not the ARN of a certificate";
        mistakes.check(certificate.is_empty() || is_arn, "certificateArn", message);
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        let (old, new) = (&before.custom_domain_name, &self.custom_domain_name);
        mistakes.same("customDomainName", old, new);
        self.status = before.status;
        self.dns_name.clone_from(&before.dns_name);
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        if before.is_some() {
            return Ok(());
        }
        let settings = case.state.settings().cloned().unwrap_or_default();
        // A custom name of this cluster's generated form would answer for another service.
        let generated = format!(".{}.vpc-lattice-svcs.", settings.partition_id);
        if self.custom_domain_name.contains(&generated) {
            let mut mistakes = Mistakes::default();
            mistakes.add(
                "customDomainName",
                "has the form of a generated name; choose another",
            );
            mistakes.refuse()?;
        }
        let meta = self.meta();
        let owner = owner(&meta.account, &meta.region);
        case.fits(&limits::SERVICES_PER_REGION, &owner, Self::KIND)?;
        let id = meta.id.strip_prefix("svc-").unwrap_or(&meta.id);
        self.dns_name = format!(
            "{}-{id}.{}.vpc-lattice-svcs.{}.{}",
            meta.name, settings.partition_id, meta.region, settings.dns_suffix
        );
        self.status = Status::Active as i32;
        Ok(())
    }

    fn release(&self, case: &Case<'_>) -> Result<(), Refusal> {
        let id = &self.meta().id;
        if case
            .state
            .has_children(id, Kind::ServiceNetworkServiceAssociation)
        {
            let message = format!("Service {id} has one or more associated service networks.");
            return Err(Refusal::conflict(Self::KIND, id, message));
        }
        Ok(())
    }
}

/// Port of a listener that names none. Source: API model, `CreateListener`; for TLS passthrough
/// none is documented, and clients expect that of TLS.
fn default_port(protocol: ListenerProtocol) -> u32 {
    match protocol {
        ListenerProtocol::Http => 80,
        ListenerProtocol::Https | ListenerProtocol::TlsPassthrough => 443,
    }
}

impl Rules for Listener {
    fn complete(&mut self) {
        if self.port == 0 {
            self.port = default_port(self.protocol());
        }
    }

    fn shape(&self, mistakes: &mut Mistakes) {
        mistakes.check(!self.service.is_empty(), "serviceIdentifier", "is required");
        mistakes.known::<ListenerProtocol>("protocol", self.protocol);
        mistakes.range("port", self.port, 1, 65_535);
        action::shape("defaultAction", self.default_action.as_ref(), mistakes);
        if self.protocol() == ListenerProtocol::TlsPassthrough {
            let forwards = action::is_forward(self.default_action.as_ref());
            let message = "a TLS_PASSTHROUGH listener can only forward";
            mistakes.check(forwards, "defaultAction", message);
        }
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        mistakes.same("serviceIdentifier", &before.service, &self.service);
        mistakes.same("protocol", &before.protocol, &self.protocol);
        mistakes.same("port", &before.port, &self.port);
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        let service = case.owned::<Service>(&self.service)?;
        let passthrough = self.protocol() == ListenerProtocol::TlsPassthrough;
        if before.is_none() {
            let meta = service.meta();
            if passthrough && service.custom_domain_name.is_empty() {
                let mut mistakes = Mistakes::default();
                let message = "TLS_PASSTHROUGH needs a service with a custom domain name";
                mistakes.add("protocol", message);
                mistakes.refuse()?;
            }
            let mut others = case.state.children::<Self>(&self.service);
            if let Some(other) = others.find(|other| other.port == self.port) {
                let id = &other.meta().id;
                let message = format!("port {} is taken by the listener {id}", self.port);
                return Err(Refusal::conflict(Self::KIND, id, message));
            }
            case.fits(&limits::LISTENERS_PER_SERVICE, &meta.id, Self::KIND)?;
            let (account, region) = (meta.account.clone(), meta.region.clone());
            self.meta_mut().account = account;
            self.meta_mut().region = region;
        }
        let user = action::User {
            service,
            id: &self.meta().id,
            passthrough,
        };
        action::admit(case, &user, self.default_action.as_ref())
    }

    fn release(&self, _case: &Case<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}

impl Rules for Rule {
    fn shape(&self, mistakes: &mut Mistakes) {
        mistakes.check(!self.service.is_empty(), "serviceIdentifier", "is required");
        mistakes.check(
            !self.listener.is_empty(),
            "listenerIdentifier",
            "is required",
        );
        mistakes.range("priority", self.priority, 1, limits::RULE_PRIORITY_MAX);
        match &self.http_match {
            Some(http_match) => pattern::shape(http_match, mistakes),
            None => mistakes.add("match", "is required"),
        }
        action::shape("action", self.action.as_ref(), mistakes);
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        mistakes.same("serviceIdentifier", &before.service, &self.service);
        mistakes.same("listenerIdentifier", &before.listener, &self.listener);
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        let service = case.owned::<Service>(&self.service)?;
        let listener = case
            .owned::<Listener>(&self.listener)
            .ok()
            .filter(|listener| listener.service == self.service)
            .ok_or_else(|| Refusal::not_found(Kind::Listener, &self.listener))?;
        if before.is_none() {
            if listener.protocol() == ListenerProtocol::TlsPassthrough {
                let mut mistakes = Mistakes::default();
                let message = "a TLS_PASSTHROUGH listener has no rules but its default action";
                mistakes.add("listenerIdentifier", message);
                mistakes.refuse()?;
            }
            case.fits(&limits::RULES_PER_LISTENER, &self.listener, Self::KIND)?;
            let owner = service.meta();
            let (account, region) = (owner.account.clone(), owner.region.clone());
            self.meta_mut().account = account;
            self.meta_mut().region = region;
        }
        let user = action::User {
            service,
            id: &self.meta().id,
            passthrough: false,
        };
        action::admit(case, &user, self.action.as_ref())
    }

    fn release(&self, _case: &Case<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}

/// Judges a rule's priority among the rules of its listener, at the end of a bundle, so that a
/// bundle can swap priorities.
pub(super) fn priority(case: &Case<'_>, rule: &Rule) -> Result<(), Refusal> {
    let mut others = case.state.children::<Rule>(&rule.listener);
    let taken =
        others.find(|other| other.priority == rule.priority && other.meta().id != rule.meta().id);
    match taken {
        Some(other) => {
            let id = &other.meta().id;
            let message = format!("priority {} is taken by the rule {id}", rule.priority);
            Err(Refusal::conflict(Kind::Rule, id, message))
        }
        None => Ok(()),
    }
}
