//! Certificates that were imported.

use super::meta::record;

/// A certificate that was imported, with its private key.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Certificate {
    /// Identity; the id is a UUID.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// The certificate, PEM.
    #[prost(string, tag = "2")]
    pub certificate: String,
    /// Certificates of its issuers, PEM, each of the issuer of the one before; empty for none.
    #[prost(string, tag = "3")]
    pub chain: String,
    /// Its private key, PEM, sealed under the cluster's sealing key with the record's id as associated data.
    #[prost(bytes = "vec", tag = "4")]
    pub sealed_key: Vec<u8>,
    /// When it was last imported, milliseconds since the Unix epoch.
    #[prost(uint64, tag = "5")]
    pub imported_at_ms: u64,
}
record!(Certificate, Certificate);
