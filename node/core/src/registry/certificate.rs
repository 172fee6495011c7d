//! Rules of certificates.
//!
//! Whose a private key is only whoever proposes can say: here it is sealed. A certificate that is imported again keeps
//! what services rely on. One that services name cannot be deleted; services may name any, also one that is not there.
//!
//! Source: ACM user guide, "Prerequisites for importing certificates", "Reimport a certificate", "Quotas"; ACM API
//! model 2015-12-08 (read 2026-11).

use super::mistakes::Mistakes;
use super::outcome::Refusal;
use super::rules::{Case, Rules};
use super::state::{State, owner};
use crate::certificate::{self, Facts};
use crate::model::{Certificate, Record, Service, arn, limits};

/// Services that name a certificate, of the account that owns it: what others name is not theirs.
pub fn used_by<'s>(
    state: &'s State,
    certificate: &Certificate,
) -> impl Iterator<Item = &'s Service> + use<'s> {
    let meta = certificate.meta();
    let account = meta.account.clone();
    let named = state.children::<Service>(&arn::of(Certificate::KIND, meta));
    named
        .map(|service| &**service)
        .filter(move |service| service.meta().account == account)
}

/// Names what services may rely on of a certificate, and what another in its place lacks.
fn keeps(before: &Facts, after: &Facts, mistakes: &mut Mistakes) {
    if before.key != after.key {
        let message = format!(
            "has a key of another kind or size; what is imported again must have {}, as before",
            before.key.name()
        );
        mistakes.add("certificate", message);
    }
    // Source: RFC 5480, section 3, for what elliptic keys need not have.
    let is_dispensable = |usage: &str| usage == "KEY_ENCIPHERMENT" && before.key.is_elliptic();
    let mut usages = before.usages.iter();
    if let Some(usage) =
        usages.find(|usage| !after.usages.contains(usage) && !is_dispensable(usage))
    {
        let message = format!("lacks the key usage {usage}, which it had before");
        mistakes.add("certificate", message);
    }
    let mut purposes = before.purposes.iter();
    if let Some(purpose) = purposes.find(|purpose| {
        !after.purposes.contains(purpose) && purpose.name != "TLS_WEB_CLIENT_AUTHENTICATION"
    }) {
        let message = format!(
            "lacks the extended key usage {} ({}), which it had before",
            purpose.name, purpose.oid
        );
        mistakes.add("certificate", message);
    }
}

/// Whether a certificate is valid at a time; milliseconds since the Unix epoch.
fn valid_at(facts: &Facts, at_ms: u64) -> Result<(), Refusal> {
    let at_seconds = i64::try_from(at_ms / 1_000).unwrap_or(i64::MAX);
    let mut mistakes = Mistakes::default();
    let message = "is not valid yet; import it when it is";
    mistakes.check(
        facts.not_before_seconds <= at_seconds,
        "certificate",
        message,
    );
    let message = "has expired; import the one that it was renewed by";
    mistakes.check(
        at_seconds <= facts.not_after_seconds,
        "certificate",
        message,
    );
    mistakes.refuse()
}

impl Rules for Certificate {
    fn shape(&self, mistakes: &mut Mistakes) {
        let most = limits::CERTIFICATE_BYTES_MAX;
        mistakes.length("certificate", self.certificate.len(), 1, most);
        let most = limits::CERTIFICATE_CHAIN_BYTES_MAX;
        mistakes.length("certificateChain", self.chain.len(), 0, most);
        let length = self.sealed_key.len();
        mistakes.length("sealedKey", length, 1, limits::KEY_BYTES_MAX);
        if let Err(mistake) = certificate::read(&self.certificate) {
            mistakes.add("certificate", mistake.to_string());
        } else if !self.chain.is_empty()
            && let Err(mistake) = certificate::check_chain(&self.certificate, &self.chain)
        {
            mistakes.add("certificateChain", mistake.to_string());
        }
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        self.imported_at_ms = before.imported_at_ms;
        if let (Ok(had), Ok(has)) = (
            certificate::read(&before.certificate),
            certificate::read(&self.certificate),
        ) {
            keeps(&had, &has, mistakes);
        }
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        let is_known = before.is_some_and(|it| {
            let same = (&it.certificate, &it.chain) == (&self.certificate, &self.chain);
            // A change of the sealing keys seals a key anew, and imports nothing.
            same && (it.sealed_key == self.sealed_key || case.is_cluster())
        });
        if is_known {
            return Ok(());
        }
        if let Ok(facts) = certificate::read(&self.certificate) {
            valid_at(&facts, case.command.at_ms)?;
        }
        self.imported_at_ms = case.command.at_ms;
        if before.is_some() {
            return Ok(());
        }
        let meta = self.meta();
        let owner = owner(&meta.account, &meta.region);
        case.fits(&limits::CERTIFICATES_PER_REGION, &owner, Self::KIND)
    }

    fn release(&self, case: &Case<'_>) -> Result<(), Refusal> {
        let Some(service) = used_by(case.state, self).next() else {
            return Ok(());
        };
        let (id, service) = (&self.meta().id, &service.meta().id);
        let message = format!(
            "certificate {id} is in use by service {service}; give that another certificate or none first"
        );
        Err(Refusal::conflict(Self::KIND, id, message))
    }
}
