//! Rules of auth policies, resource policies and access log subscriptions.
//!
//! An auth policy may be deleted while the auth type is AWS_IAM; everything is denied then. The user
//! guide says that this fails and the API model that it succeeds; succeeding fails closed.
//!
//! Source: VPC Lattice API model 2022-11-30; user guide, "Auth policies", "Access logs", "Quotas".

mod destination;
mod document;

pub(super) use document::{Document, minify};

use super::mistakes::Mistakes;
use super::outcome::Refusal;
use super::rules::{Case, Rules};
use crate::model::{
    AccessLogSubscription, AuthPolicy, Kind, Meta, Record, ResourceConfiguration, ResourcePolicy,
    Service, ServiceNetwork, limits,
};
use crate::policy;

/// The network, resource configuration or service of that id, if the caller owns it.
pub(super) fn resource(case: &Case<'_>, id: &str) -> Result<(Kind, Meta), Refusal> {
    if id.starts_with("sn-") {
        let network = case.owned::<ServiceNetwork>(id)?;
        return Ok((Kind::ServiceNetwork, network.meta().clone()));
    }
    if id.starts_with("rcfg-") {
        let configuration = case.owned::<ResourceConfiguration>(id)?;
        return Ok((Kind::ResourceConfiguration, configuration.meta().clone()));
    }
    let service = case.owned::<Service>(id)?;
    Ok((Kind::Service, service.meta().clone()))
}

/// Whether a resource may be shared.
///
/// # Errors
/// Conflict, for service networks that were created so that they cannot be.
pub(super) fn shareable(case: &Case<'_>, kind: Kind, id: &str) -> Result<(), Refusal> {
    let network = case.state.get::<ServiceNetwork>(id);
    if network.is_some_and(|network| !network.sharing_enabled && !network.sharing_unsaid) {
        let message = format!(
            "service network {id} was created with sharing disabled; create it again to share it"
        );
        return Err(Refusal::conflict(kind, id, message));
    }
    Ok(())
}

/// Owner, region and name are those of the resource.
fn adopt(meta: &mut Meta, resource: Meta) {
    meta.account = resource.account;
    meta.region = resource.region;
    meta.name = resource.name;
}

impl Rules for AuthPolicy {
    fn complete(&mut self) {
        minify(&mut self.policy);
    }

    fn shape(&self, mistakes: &mut Mistakes) {
        Document::new("policy", &self.policy, policy::Kind::Auth).shape(mistakes);
    }

    fn succeed(&mut self, _before: &Self, _mistakes: &mut Mistakes) {}

    fn admit(&mut self, case: &Case<'_>, _before: Option<&Self>) -> Result<(), Refusal> {
        let (size, limit) = (self.policy.len(), limits::AUTH_POLICY_BYTES_MAX);
        if size > limit {
            let what = "the auth policy, in bytes without white space,";
            return Err(Refusal::limit(Self::KIND, what, size, limit));
        }
        let (_, resource) = resource(case, &self.meta().id)?;
        adopt(self.meta_mut(), resource);
        Ok(())
    }

    fn release(&self, _case: &Case<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}

impl Rules for ResourcePolicy {
    fn complete(&mut self) {
        minify(&mut self.policy);
    }

    fn shape(&self, mistakes: &mut Mistakes) {
        let length = self.policy.chars().count();
        mistakes.length("policy", length, 1, limits::RESOURCE_POLICY_CHARS_MAX);
        Document::new("policy", &self.policy, policy::Kind::Resource).shape(mistakes);
    }

    fn succeed(&mut self, _before: &Self, _mistakes: &mut Mistakes) {}

    fn admit(&mut self, case: &Case<'_>, _before: Option<&Self>) -> Result<(), Refusal> {
        let id = self.meta().id.clone();
        let (kind, resource) = resource(case, &id)?;
        shareable(case, kind, &id)?;
        adopt(self.meta_mut(), resource);
        Ok(())
    }

    fn release(&self, _case: &Case<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}

impl Rules for AccessLogSubscription {
    fn shape(&self, mistakes: &mut Mistakes) {
        mistakes.check(
            !self.resource.is_empty(),
            "resourceIdentifier",
            "is required",
        );
        if destination::kind(&self.destination).is_none() {
            let message = "is not stdout, file:NAME, or the ARN of a bucket, a log group or a delivery stream";
            mistakes.add("destinationArn", message);
        }
        if self.resource_logs && !self.resource.starts_with("sn-") {
            let message = "only service networks have RESOURCE logs";
            mistakes.add("serviceNetworkLogType", message);
        }
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        mistakes.same("resourceIdentifier", &before.resource, &self.resource);
        let (old, new) = (&before.resource_logs, &self.resource_logs);
        mistakes.same("serviceNetworkLogType", old, new);
        let kinds = (
            destination::kind(&before.destination),
            destination::kind(&self.destination),
        );
        let message =
            "cannot become another type of destination; delete the subscription and create another";
        mistakes.check(kinds.0 == kinds.1, "destinationArn", message);
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        let (_, resource) = resource(case, &self.resource)?;
        if before.is_none() {
            self.meta_mut().account = resource.account;
            self.meta_mut().region = resource.region;
        }
        let kind = destination::kind(&self.destination);
        let mut others = case.state.children::<Self>(&self.resource);
        let other = others.find(|other| {
            other.meta().id != self.meta().id
                && other.resource_logs == self.resource_logs
                && destination::kind(&other.destination) == kind
        });
        match other {
            Some(other) => {
                let id = &other.meta().id;
                let message = format!(
                    "{} has the access log subscription {id} for this type of destination",
                    self.resource
                );
                Err(Refusal::conflict(Self::KIND, id, message))
            }
            None => Ok(()),
        }
    }

    fn release(&self, _case: &Case<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}
