//! Signs requests with AWS Signature Version 4, by AWS's own signer.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use http::{HeaderName, HeaderValue};

/// The service name of the admin API in signatures.
pub const ADMIN: &str = "trellis";
/// The service name of a service network's services in signatures.
pub const SERVICES: &str = "vpc-lattice-svcs";

/// Who signs, and for which service in which region.
#[derive(Clone, Debug)]
pub struct Signer {
    /// The caller's credentials.
    pub credentials: Credentials,
    /// Region of the credential scope.
    pub region: String,
    /// Service name of the credential scope: [`ADMIN`] or [`SERVICES`].
    pub service: &'static str,
}

/// What a signature is made over.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'r> {
    /// HTTP method.
    pub method: &'r str,
    /// Absolute URL, percent-encoded as it is sent.
    pub url: &'r str,
    /// The host, with the port where the URL has one.
    pub host: &'r str,
    /// The body; `None` leaves it out of the signature (`UNSIGNED-PAYLOAD`).
    pub body: Option<&'r [u8]>,
}

/// The request cannot be signed.
#[derive(Debug, thiserror::Error)]
#[error("the request cannot be signed: {0}")]
pub struct SignError(pub(crate) String);

/// The time to sign at.
#[must_use]
pub fn now() -> SystemTime {
    crate::clock::now()
}

impl Signer {
    /// The headers that sign a request at a time: `authorization`, `x-amz-date`,
    /// `x-amz-content-sha256` and, for temporary credentials, `x-amz-security-token`.
    ///
    /// # Errors
    /// [`SignError`] if the URL or a credential cannot be a part of a request.
    pub fn headers(
        &self,
        request: Signed<'_>,
        at: SystemTime,
    ) -> Result<Vec<(HeaderName, HeaderValue)>, SignError> {
        let refuse = |error: &dyn std::fmt::Display| SignError(error.to_string());
        let mut settings = SigningSettings::default();
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        let identity = self.credentials.clone().into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(self.service)
            .time(at)
            .settings(settings)
            .build()
            .map_err(|error| refuse(&error))?
            .into();
        let body = request
            .body
            .map_or(SignableBody::UnsignedPayload, SignableBody::Bytes);
        let host = [("host", request.host)].into_iter();
        let signable = SignableRequest::new(request.method, request.url, host, body)
            .map_err(|error| refuse(&error))?;
        let (instructions, _) = sign(signable, &params)
            .map_err(|error| refuse(&error))?
            .into_parts();
        instructions
            .headers()
            .map(|(name, value)| {
                let name = HeaderName::from_bytes(name.as_bytes());
                let mut value = HeaderValue::from_str(value).map_err(|error| refuse(&error))?;
                value.set_sensitive(true);
                Ok((name.map_err(|error| refuse(&error))?, value))
            })
            .collect()
    }
}
