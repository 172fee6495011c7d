//! Proves an identity of AWS to a cluster: a presigned `GetCallerIdentity`, which the cluster replays to AWS's STS.
//!
//! What is signed is bound to one cluster by its id: it must come from the user, never from who is asked, or a false
//! cluster could have a URL signed for another.
//!
//! Source: STS API, `GetCallerIdentity`; IAM user guide, "Authenticating requests: using query parameters" (read 2026-11).

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4::SigningParams;

use crate::signature::SignError;

/// The header that names the cluster.
const CLUSTER_HEADER: &str = "x-trellis-cluster-id";
/// What the URL says of its life; STS takes no notice, and takes it for 15 minutes.
const EXPIRES_IN: Duration = Duration::from_secs(60);

/// A `GetCallerIdentity` at STS in a region of AWS, signed for a cluster.
///
/// # Errors
/// [`SignError`] if the region or a credential cannot be a part of a request.
pub fn identity(
    credentials: &Credentials,
    region: &str,
    cluster_id: &str,
    at: SystemTime,
) -> Result<String, SignError> {
    let refuse = |error: &dyn std::fmt::Display| SignError(error.to_string());
    let host = host(region);
    let url = format!("https://{host}/?Action=GetCallerIdentity&Version=2011-06-15");
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(EXPIRES_IN);
    let identity = credentials.clone().into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("sts")
        .time(at)
        .settings(settings)
        .build()
        .map_err(|error| refuse(&error))?
        .into();
    let headers = [("host", host.as_str()), (CLUSTER_HEADER, cluster_id)];
    let body = SignableBody::Bytes(b"");
    let signable = SignableRequest::new("GET", &url, headers.into_iter(), body)
        .map_err(|error| refuse(&error))?;
    let request = http::Request::get(&url).body(());
    let mut request = request.map_err(|error| refuse(&error))?;
    let signed = sign(signable, &params).map_err(|error| refuse(&error))?;
    let (instructions, _) = signed.into_parts();
    instructions.apply_to_request_http1x(&mut request);
    Ok(request.uri().to_string())
}

/// The host of STS in a region.
fn host(region: &str) -> String {
    let suffix = match region.split('-').next() {
        Some("cn") => "amazonaws.com.cn",
        Some("eusc") => "amazonaws.eu",
        _ => "amazonaws.com",
    };
    format!("sts.{region}.{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use trellis_core::aws_identity::Presigned;

    #[test]
    fn what_is_signed_is_what_a_node_takes() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_773_576_000);
        for (region, token) in [
            ("us-east-1", None),
            ("cn-north-1", Some("IQoJ+/=&?")),
            ("eusc-de-east-1", None),
        ] {
            let token = token.map(str::to_owned);
            let credentials = Credentials::new("AKIAEXAMPLE", "secret", token, None, "test");
            let url = identity(&credentials, region, "0123456789abcdef", at).unwrap();
            let checked = Presigned::check(&url, at, Duration::ZERO);
            let host = checked.map(|presigned| presigned.host.to_owned());
            assert_eq!(host, Ok(super::host(region)), "{url}");
            assert!(!url.contains("secret"), "{url}");
        }
    }
}
