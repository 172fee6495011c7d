//! Signs requests with the signer of the Rust SDK.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use http::HeaderMap;
use http::header::HeaderName;

use crate::estate::{HOST, SECRET, noon};

/// A request and what will be done to it.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
}

/// How a request is signed.
pub(crate) struct Signature<'a> {
    pub(crate) access_key_id: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) token: Option<&'a str>,
    pub(crate) region: &'a str,
    pub(crate) seconds_ago: u64,
    /// Signed together with the head; `None` for `UNSIGNED-PAYLOAD`.
    pub(crate) body: Option<&'a [u8]>,
    pub(crate) presigned: bool,
}

impl Default for Signature<'_> {
    fn default() -> Self {
        Self {
            access_key_id: "AKIAreader",
            secret: SECRET,
            token: None,
            region: "eu-west-1",
            seconds_ago: 0,
            body: None,
            presigned: false,
        }
    }
}

impl Sent {
    /// A request without signature.
    pub(crate) fn plain(method: &'static str, target: &str) -> Self {
        Self {
            method,
            target: target.to_owned(),
            headers: HeaderMap::from_iter([(http::header::HOST, HOST.parse().unwrap())]),
        }
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.append(name, value.parse().unwrap());
        self
    }

    /// Signs the request.
    pub(crate) fn signed(mut self, signature: &Signature<'_>) -> Self {
        let token = signature.token.map(str::to_owned);
        let credentials = Credentials::new(
            signature.access_key_id,
            signature.secret,
            token,
            None,
            "test",
        );
        let identity = credentials.into();
        let mut settings = SigningSettings::default();
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        if signature.presigned {
            settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
            settings.signature_location = SignatureLocation::QueryParams;
            settings.expires_in = Some(Duration::from_secs(900));
        }
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(signature.region)
            .name("vpc-lattice-svcs")
            .time(noon() - Duration::from_secs(signature.seconds_ago))
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let headers = self.headers.clone();
        let headers = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
        let body = signature
            .body
            .map_or(SignableBody::UnsignedPayload, SignableBody::Bytes);
        let url = format!("http://{HOST}{}", self.target);
        let signable = SignableRequest::new(self.method, url, headers, body).unwrap();
        let (instructions, _) = sign(signable, &params).unwrap().into_parts();
        for (name, value) in instructions.headers() {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            self.headers.insert(name, value.parse().unwrap());
        }
        for (name, value) in instructions.params() {
            let separator = if self.target.contains('?') { '&' } else { '?' };
            let value = value
                .replace('/', "%2F")
                .replace('+', "%2B")
                .replace('=', "%3D");
            self.target.push_str(&format!("{separator}{name}={value}"));
        }
        self
    }
}
