//! Calls that nobody has signed: how many at once, how large, how often from one address.
//!
//! Only the exchange of a token for a session is one; its token stands for the signature.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use axum::extract::Request;
use bytes::Bytes;
use http::Method;
use http::header;
use tokio::sync::{Semaphore, SemaphorePermit};
use trellis_aws::Failure;

use super::Throttle;
use crate::control::authn::{self, Peer};

/// Calls under way at once; more are refused. Source: our own.
const CALLS_MAX: usize = 256;
/// Bytes of a body: a token of 20,000 and policies of some 6,000 characters, as forms write them. Source: our own.
const BODY_BYTES_MAX: usize = 65_536;
/// Longest time for a body to arrive. Source: our own.
const BODY_DEADLINE: Duration = Duration::from_secs(5);
/// How forms are sent.
const FORM: &[u8] = b"application/x-www-form-urlencoded";

/// Lets unsigned calls in.
pub(in crate::control) struct Strangers {
    throttle: Throttle,
    calls: Semaphore,
}

impl Strangers {
    /// So many calls in a second from one address; 0 for no limit.
    pub(in crate::control) fn new(calls_per_second: u32) -> Self {
        Self {
            throttle: Throttle::new(calls_per_second),
            calls: Semaphore::new(CALLS_MAX),
        }
    }

    /// Counts a call.
    ///
    /// # Errors
    /// [`Failure::Throttled`].
    pub(super) fn admit(&self, peer: Option<Peer>) -> Result<SemaphorePermit<'_>, Failure> {
        let source = peer.map_or_else(String::new, |peer| network(peer.address.ip()).to_string());
        self.throttle.admit(&source).map_err(Failure::Throttled)?;
        self.calls.try_acquire().map_err(|_| Failure::Throttled(1))
    }
}

/// Whether a request is a form of a query API that carries no signature.
pub(super) fn is_unsigned(request: &Request) -> bool {
    let headers = request.headers();
    let content_type = headers.get(header::CONTENT_TYPE);
    request.method() == Method::POST
        && request.uri().path() == "/"
        && request.uri().query().is_none()
        && !headers.contains_key(header::AUTHORIZATION)
        && content_type.is_some_and(|value| value.as_bytes().starts_with(FORM))
}

/// Reads the body of a call.
///
/// # Errors
/// Where it is too large, or does not arrive in time.
pub(super) async fn read(request: Request) -> Result<Bytes, Failure> {
    let body = authn::read(request.into_body(), BODY_BYTES_MAX, BODY_DEADLINE, async {});
    Ok(body.await?)
}

/// The addresses that are counted as one: whoever has one of IPv6 has a /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn peer(address: &str) -> Option<Peer> {
        Some(Peer {
            address: format!("{address}:1").parse().unwrap(),
            secure: true,
        })
    }

    #[test]
    fn a_network_has_its_own_calls_and_all_have_only_so_many_at_once() {
        let strangers = Strangers::new(1);
        for source in ["10.0.0.1", "10.0.0.2", "[fd00::1]", "[fd00:0:0:1::1]"] {
            assert!(strangers.admit(peer(source)).is_ok(), "{source}");
            assert!(strangers.admit(peer(source)).is_err(), "{source}");
        }
        assert!(strangers.admit(peer("[fd00::2]")).is_err());
        assert!(strangers.admit(peer("[::ffff:10.0.0.1]")).is_err());
        let open = Strangers::new(0);
        let held: Vec<_> = (0..CALLS_MAX).map(|_| open.admit(None).unwrap()).collect();
        assert!(matches!(open.admit(None), Err(Failure::Throttled(1))));
        drop(held);
        assert!(open.admit(None).is_ok());
    }

    #[tokio::test]
    async fn only_small_forms_without_a_signature_are_read() {
        let form = || {
            http::Request::post("http://node:7600/").header(
                "content-type",
                "application/x-www-form-urlencoded; charset=utf-8",
            )
        };
        let request = |builder: http::request::Builder| builder.body(Body::empty()).unwrap();
        assert!(is_unsigned(&request(form())));
        for other in [
            form().header("authorization", "AWS4-HMAC-SHA256 x"),
            form().uri("http://node:7600/?X-Amz-Signature=x"),
            form().uri("http://node:7600/services"),
            form().method("GET"),
            http::Request::post("http://node:7600/"),
        ] {
            let other = request(other);
            assert!(!is_unsigned(&other), "{other:?}");
        }
        let large = form()
            .body(Body::from(vec![0; BODY_BYTES_MAX + 1]))
            .unwrap();
        let failure = read(large).await.unwrap_err();
        assert!(
            failure.to_string().contains("larger than 65536"),
            "{failure}"
        );
    }
}
