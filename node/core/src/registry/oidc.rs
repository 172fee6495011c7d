//! Rules of OIDC providers.
//!
//! The URL is fixed, as the ARN is made of it. A port in it is an extension: IAM's cannot have one.
//!
//! Source: IAM API reference, `CreateOpenIDConnectProvider`; IAM user guide, "IAM and AWS STS quotas".

use super::mistakes::Mistakes;
use super::outcome::Refusal;
use super::rules::{Case, Rules};
use super::state::owner;
use crate::model::{HTTPS, OidcProvider, Record, limits};
use crate::oidc::{Keys, is_host_and_path};

/// Judges the URL of a provider, without `https://`, under the path that the API calls it by.
pub(super) fn name(name: &str, mistakes: &mut Mistakes) {
    let most = limits::OIDC_URL_BYTES_MAX;
    mistakes.length("url", HTTPS.len() + name.len(), HTTPS.len() + 1, most);
    let message = "has a host, which a port and a path may follow, and no query";
    mistakes.check(is_host_and_path(name), "url", message);
}

impl Rules for OidcProvider {
    fn complete(&mut self) {
        self.client_ids.sort_unstable();
        self.client_ids.dedup();
    }

    fn shape(&self, mistakes: &mut Mistakes) {
        for (index, id) in self.client_ids.iter().enumerate() {
            let path = format!("clientIds[{index}]");
            mistakes.length(path, id.chars().count(), 1, limits::CLIENT_ID_CHARS_MAX);
        }
        let most = limits::THUMBPRINTS_PER_PROVIDER;
        mistakes.length("thumbprints", self.thumbprints.len(), 0, most);
        for (index, thumbprint) in self.thumbprints.iter().enumerate() {
            let is_fit =
                thumbprint.len() == 40 && thumbprint.bytes().all(|b| b.is_ascii_hexdigit());
            mistakes.check(
                is_fit,
                &format!("thumbprints[{index}]"),
                "is not 40 hex digits",
            );
        }
        let most = limits::OIDC_KEYS_BYTES_MAX;
        mistakes.length("jwks", self.jwks.len(), 0, most);
        mistakes.length("caCertificates", self.ca_certificates.len(), 0, most);
        if !self.jwks.is_empty()
            && let Err(message) = Keys::parse(&self.jwks)
        {
            mistakes.add("jwks", message);
        }
    }

    fn succeed(&mut self, _before: &Self, _mistakes: &mut Mistakes) {}

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        let (count, limit) = (self.client_ids.len(), limits::CLIENT_IDS_PER_PROVIDER);
        if count > limit {
            let what = "the number of client ids of the provider";
            return Err(Refusal::limit(Self::KIND, what, count, limit));
        }
        if before.is_some() {
            return Ok(());
        }
        let owner = owner(&self.meta().account, "");
        case.fits(&limits::OIDC_PROVIDERS_PER_ACCOUNT, &owner, Self::KIND)
    }

    /// As IAM: roles may go on trusting a provider that is gone, and nobody assumes them.
    fn release(&self, _case: &Case<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}
