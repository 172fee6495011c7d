//! OIDC providers.

use super::meta::record;

/// What a URL of a provider begins with.
pub const HTTPS: &str = "https://";

/// An OIDC identity provider: whoever it vouches for may ask for sessions of roles that trust it.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct OidcProvider {
    /// Identity; id `oidc-…`. The name is the URL without `https://`, unique in the account.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Whom its tokens must be for, sorted.
    #[prost(string, repeated, tag = "2")]
    pub client_ids: Vec<String>,
    /// SHA-1 of certificates, 40 hex digits; kept and told, and nothing else.
    #[prost(string, repeated, tag = "3")]
    pub thumbprints: Vec<String>,
    /// Its public keys, a JSON Web Key Set; empty where nodes fetch them from the URL.
    #[prost(string, tag = "4")]
    pub jwks: String,
    /// Certificate authorities that its server is trusted by beside the system's, PEM; empty for none.
    #[prost(string, tag = "5")]
    pub ca_certificates: String,
}
record!(OidcProvider, OidcProvider);

impl OidcProvider {
    /// What tokens must name as their issuer.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{HTTPS}{}", super::Record::meta(self).name)
    }
}
