//! Why a signature is refused: code, public text and log label, in one table.

use std::borrow::Cow;

use super::KeyError;
use super::time::Stamp;

/// Why a request that carries signature material is refused.
///
/// The public text never tells the canonical request or the right signature.
///
/// Source: texts seen from VPC Lattice for `IncompleteSignatureException`; for the others the IAM
/// User Guide, "Troubleshoot Signature Version 4 signing for AWS API requests" (read 2026-11-23).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not a verdict: the signature covers the body, whose hash was not given.
    BodyHashNeeded,
    /// Header and query signature, two `Authorization` headers, or a signed query with one.
    SeveralMechanisms,
    /// Another algorithm than HMAC-SHA256 or ECDSA-P256-SHA256.
    Algorithm,
    /// A part of the signature is missing; its name.
    Missing(&'static str),
    /// A part of the signature is not well-formed; its name.
    Malformed(&'static str),
    /// Neither `x-amz-date` nor `date`.
    NoDate,
    /// The date is not ISO 8601 basic format.
    BadDate,
    /// `x-amz-content-sha256` is missing where it must be sent.
    NoContentSha256,
    /// `x-amz-content-sha256` is neither `UNSIGNED-PAYLOAD` nor, where allowed, a hash.
    BadContentSha256,
    /// A header is named as signed but was not sent.
    AbsentSignedHeader(String),
    /// A header that must be signed is not.
    UnsignedHeader(String),
    /// `Host` and `:authority` differ, or there are several.
    SeveralHosts,
    /// The scope's date is not the day of the signing time.
    WrongDate,
    /// The scope names a region that is not answered for.
    WrongRegion,
    /// The scope names another service.
    WrongService,
    /// The scope does not end in `aws4_request`.
    WrongTerminator,
    /// Signed too long ago. Seconds since the Unix epoch; `skew` in seconds.
    Expired {
        /// Signing time.
        signed_at: i64,
        /// The verifier's clock.
        now: i64,
        /// Allowed difference.
        skew: i64,
    },
    /// Signed in the future. Seconds since the Unix epoch; `skew` in seconds.
    NotYetCurrent {
        /// Signing time.
        signed_at: i64,
        /// The verifier's clock.
        now: i64,
        /// Allowed difference.
        skew: i64,
    },
    /// A presigned URL outlived `X-Amz-Expires`. Seconds since the Unix epoch.
    PresignedExpired {
        /// Last second of its life.
        expired_at: i64,
        /// The verifier's clock.
        now: i64,
    },
    /// Nobody may sign with this key.
    Key(KeyError),
    /// The signature is not right for this request.
    Mismatch,
    /// The body is not the one that was signed.
    PayloadMismatch,
}

impl From<KeyError> for Refusal {
    fn from(error: KeyError) -> Refusal {
        Refusal::Key(error)
    }
}

const INCOMPLETE: &str = "IncompleteSignatureException";
const INVALID: &str = "InvalidSignatureException";

impl Refusal {
    /// HTTP status of the answer.
    pub fn status(&self) -> u16 {
        403
    }

    /// AWS error code.
    pub fn code(&self) -> &'static str {
        self.row().0
    }

    /// Stable label for logs and metrics.
    pub fn label(&self) -> &'static str {
        self.row().1
    }

    /// Body of the answer: `Code: sentence`, no line end.
    pub fn public_text(&self) -> String {
        format!("{}: {}", self.code(), self.sentence())
    }

    fn row(&self) -> (&'static str, &'static str) {
        match self {
            Refusal::BodyHashNeeded => (INCOMPLETE, "body-hash-needed"),
            Refusal::SeveralMechanisms => (INCOMPLETE, "several-mechanisms"),
            Refusal::Algorithm => (INCOMPLETE, "algorithm"),
            Refusal::Missing(_) => (INCOMPLETE, "missing-part"),
            Refusal::Malformed(_) => (INCOMPLETE, "malformed-part"),
            Refusal::NoDate => (INCOMPLETE, "no-date"),
            Refusal::BadDate => (INCOMPLETE, "bad-date"),
            Refusal::NoContentSha256 => (INCOMPLETE, "no-content-sha256"),
            Refusal::BadContentSha256 => (INCOMPLETE, "bad-content-sha256"),
            Refusal::AbsentSignedHeader(_) => (INCOMPLETE, "absent-signed-header"),
            Refusal::UnsignedHeader(_) => (INCOMPLETE, "unsigned-header"),
            Refusal::SeveralHosts => (INCOMPLETE, "several-hosts"),
            Refusal::WrongDate => (INVALID, "wrong-date"),
            Refusal::WrongRegion => (INVALID, "wrong-region"),
            Refusal::WrongService => (INVALID, "wrong-service"),
            Refusal::WrongTerminator => (INVALID, "wrong-terminator"),
            Refusal::Expired { .. } => (INVALID, "expired"),
            Refusal::NotYetCurrent { .. } => (INVALID, "not-yet-current"),
            Refusal::PresignedExpired { .. } => (INVALID, "presigned-expired"),
            Refusal::Key(KeyError::Unknown) => ("UnrecognizedClientException", "unknown-key"),
            Refusal::Key(KeyError::Inactive) => ("UnrecognizedClientException", "inactive-key"),
            Refusal::Key(KeyError::InvalidToken) => {
                ("UnrecognizedClientException", "invalid-token")
            }
            Refusal::Key(KeyError::ExpiredToken) => ("ExpiredTokenException", "expired-token"),
            Refusal::Mismatch => (INVALID, "signature-mismatch"),
            Refusal::PayloadMismatch => (INVALID, "payload-mismatch"),
        }
    }

    fn sentence(&self) -> Cow<'static, str> {
        match self {
            Refusal::Missing(part) => format!("The request signature requires '{part}'."),
            Refusal::Malformed(part) => format!("'{part}' is not well-formed."),
            Refusal::AbsentSignedHeader(name) => format!(
                "'{name}' is named as a SignedHeader, but it does not exist in the HTTP request."
            ),
            Refusal::UnsignedHeader(name) => {
                format!("'{name}' must be a 'SignedHeader' in the AWS Authorization.")
            }
            Refusal::Expired {
                signed_at,
                now,
                skew,
            } => format!(
                "Signature expired: {} is now earlier than {} ({} - {skew} s.)",
                Stamp(*signed_at),
                Stamp(now - skew),
                Stamp(*now)
            ),
            Refusal::NotYetCurrent {
                signed_at,
                now,
                skew,
            } => format!(
                "Signature not yet current: {} is still later than {} ({} + {skew} s.)",
                Stamp(*signed_at),
                Stamp(now + skew),
                Stamp(*now)
            ),
            Refusal::PresignedExpired { expired_at, now } => format!(
                "Signature expired: {} is now earlier than {}",
                Stamp(*expired_at),
                Stamp(*now)
            ),
            fixed => return Cow::Borrowed(fixed.fixed_sentence()),
        }
        .into()
    }

    /// The sentences without anything of the request in them.
    fn fixed_sentence(&self) -> &'static str {
        match self {
            Refusal::BodyHashNeeded | Refusal::NoContentSha256 => {
                "Missing the 'x-amz-content-sha256' in canonical headers."
            }
            Refusal::SeveralMechanisms => {
                "Only one authentication mechanism is allowed in a request."
            }
            Refusal::Algorithm => "Unsupported AWS 'algorithm'.",
            Refusal::NoDate => {
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' \
                 header."
            }
            Refusal::BadDate => "Date must be in ISO-8601 'basic format'.",
            Refusal::BadContentSha256 => {
                "The value of 'x-amz-content-sha256' is not supported; send UNSIGNED-PAYLOAD."
            }
            Refusal::SeveralHosts => "The request must name one host.",
            Refusal::WrongDate => {
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date \
                 from HTTP."
            }
            Refusal::WrongRegion => "Credential should be scoped to a valid region.",
            Refusal::WrongService => "Credential should be scoped to correct service.",
            Refusal::WrongTerminator => {
                "Credential should be scoped with a valid terminator: 'aws4_request'."
            }
            Refusal::Key(KeyError::ExpiredToken) => {
                "The security token included in the request is expired"
            }
            Refusal::Key(_) => "The security token included in the request is invalid.",
            Refusal::PayloadMismatch => {
                "The provided 'x-amz-content-sha256' header does not match what was computed."
            }
            _ => {
                "The request signature we calculated does not match the signature you provided. \
                 Check your AWS Secret Access Key and signing method. Consult the service \
                 documentation for details."
            }
        }
    }
}
