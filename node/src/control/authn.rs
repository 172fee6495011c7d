//! Who calls: every call is signed with SigV4, its body included.
//!
//! The signature is verified before the body is read, so that nobody unknown makes this node hold
//! more than a request's head. The body's SHA-256 is part of the signature and is compared before
//! anything looks at the body. Clients of AWS's APIs may leave the hash out of the head; then the body, which
//! is bounded, is read for whoever names a key that there is, and the signature verified with its hash.
//!
//! One call is not signed: an exchange of an identity of AWS, whose small body is the proof ([`super::aws_identity`]).

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::sync::Semaphore;
use tonic::Status;
use trellis_core::decide::Head;
use trellis_core::decide::credentials::{Lookup, Sessions};
use trellis_core::decide::sigv4::{self, Caller, Payload, Refusal, Scope, SigningKeys};
use trellis_core::view::{Principal, View};

use super::error::Failure;
use super::plan::wrong;
use crate::clock;

/// Service name that calls are signed for.
pub const SERVICE: &str = "trellis";
/// Signing keys that are remembered, about 1 KiB each.
const SIGNING_KEYS: usize = 256;
/// Services that answer unsigned callers: they tell nothing but the protocol and whether we serve.
const OPEN: &[&str] = &["/grpc.reflection.", "/grpc.health.v1.Health/"];
/// The call that is not signed, because what is in it says who calls.
const EXCHANGE: &str = "/trellis.v1.Identity/AssumeRoleWithAwsIdentity";
/// Largest body of it, bytes: a URL, an ARN, a name. Source: our own.
const EXCHANGE_BYTES_MAX: usize = 16 * 1024;

/// Who makes a call.
#[derive(Clone, Debug)]
pub(super) struct Admin {
    /// The principal that signed.
    pub(super) principal: Arc<Principal>,
    /// Region of the credential scope.
    pub(super) region: String,
    /// Who connected; `None` where the listener does not say.
    pub(super) peer: Option<Peer>,
}

/// Who connected, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer {
    /// Its address.
    pub(super) address: SocketAddr,
    /// Whether over TLS.
    pub(super) secure: bool,
}

/// An authenticated request of one of AWS's APIs.
pub(super) struct Admitted {
    /// Who makes it.
    pub(super) admin: Admin,
    /// The service that it is signed for.
    pub(super) service: String,
    /// Its head.
    pub(super) parts: http::request::Parts,
    /// Its whole body.
    pub(super) body: Bytes,
}

/// Whether a connection has carried a call of someone known.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing(Arc<AtomicBool>);

impl Standing {
    pub(super) fn is_known(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What the gate asks the rest of the node for.
pub(super) struct Sources {
    /// The current view, for keys.
    pub(super) view: Arc<dyn Fn() -> Arc<View> + Send + Sync>,
    /// The cluster's regions; none where this node has no registry yet.
    pub(super) regions: Box<dyn Fn() -> Vec<String> + Send + Sync>,
}

/// Limits of the gate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Largest body, bytes.
    pub(super) body_bytes: usize,
    /// Bodies that are read at once; more wait.
    pub(super) bodies: usize,
    /// Longest time to read a body, waiting included.
    pub(super) body_deadline: Duration,
    /// How far a signing time may be off, either way.
    pub(super) max_skew: Duration,
}

/// What a signature says.
struct Signed {
    admin: Admin,
    /// The service that the request is for.
    service: String,
    /// The hash that the body must have.
    sha256: [u8; 32],
}

/// Lets signed calls in.
pub(super) struct Gate {
    sources: Sources,
    limits: Limits,
    memo: Mutex<(SigningKeys, Sessions)>,
    bodies: Semaphore,
}

impl Gate {
    pub(super) fn new(sources: Sources, limits: Limits) -> Self {
        Self {
            sources,
            limits,
            memo: Mutex::new((SigningKeys::new(SIGNING_KEYS), Sessions::default())),
            bodies: Semaphore::new(limits.bodies),
        }
    }

    /// Authenticates a call and reads its body.
    ///
    /// # Errors
    /// The refusal of the signature.
    pub(super) async fn admit(&self, request: Request) -> Result<Request, Failure> {
        if OPEN
            .iter()
            .any(|open| request.uri().path().starts_with(open))
        {
            return Ok(request);
        }
        let (mut parts, body) = request.into_parts();
        if parts.uri.path() == EXCHANGE {
            // It takes no turn from those who are known.
            let deadline = self.limits.body_deadline;
            let body = read(body, EXCHANGE_BYTES_MAX, deadline, async {}).await?;
            return Ok(Request::from_parts(parts, Body::from(body)));
        }
        let signed = self.authenticate(&parts, &[SERVICE], None)?;
        let Signed { admin, sha256, .. } =
            signed.ok_or_else(|| refused(&Refusal::NoContentSha256))?;
        let body = self.read(body).await?;
        if sha256_of(&body) != sha256 {
            return Err(refused(&Refusal::PayloadMismatch));
        }
        parts.extensions.insert(admin);
        Ok(Request::from_parts(parts, Body::from(body)))
    }

    /// Authenticates a request that is signed for one of these services, and reads its body.
    ///
    /// # Errors
    /// The refusal of the signature.
    pub(super) async fn admit_aws(
        &self,
        request: Request,
        services: &[&str],
    ) -> Result<Admitted, Failure> {
        let (parts, body) = request.into_parts();
        // Whoever has no key of ours is refused here, before anything is read.
        let named = self.authenticate(&parts, services, None)?;
        let body = self.read(body).await?;
        let sha256 = sha256_of(&body);
        let signed = match named {
            Some(named) => Some(named).filter(|named| named.sha256 == sha256),
            None => self.authenticate(&parts, services, Some(sha256))?,
        };
        let signed = signed.ok_or_else(|| refused(&Refusal::PayloadMismatch))?;
        Ok(Admitted {
            admin: signed.admin,
            service: signed.service,
            parts,
            body,
        })
    }

    /// Who signed the head for one of these services; `None` where a known key signed a hash that only the body can
    /// tell.
    fn authenticate(
        &self,
        parts: &http::request::Parts,
        services: &[&str],
        body_sha256: Option<[u8; 32]>,
    ) -> Result<Option<Signed>, Failure> {
        let host = parts.headers.get(http::header::HOST);
        let host = host.and_then(|host| host.to_str().ok());
        let authority = parts.uri.authority().map(http::uri::Authority::as_str);
        let target = parts.uri.path_and_query();
        let head = Head {
            method: parts.method.as_str(),
            target: target.map_or("/", http::uri::PathAndQuery::as_str),
            authority: authority.or(host).unwrap_or_default(),
            headers: &parts.headers,
            http2: parts.version == http::Version::HTTP_2,
            body_sha256,
        };
        let regions = (self.sources.regions)();
        if regions.is_empty() {
            return Err(Failure::NotReady);
        }
        let regions: Vec<&str> = regions.iter().map(String::as_str).collect();
        let scope = Scope {
            regions: &regions,
            services,
            now: clock::now(),
            max_skew: self.limits.max_skew,
            strict_unsigned_payload: false,
            verbatim_path: false,
        };
        let view = (self.sources.view)();
        let mut memo = self.memo.lock().unwrap_or_else(PoisonError::into_inner);
        let (signing_keys, sessions) = &mut *memo;
        let keys = Lookup::new(&view.credentials, sessions);
        let caller = sigv4::authenticate(&head, &keys, &scope, signing_keys);
        match caller {
            Ok(Caller::Signed(signed)) => match signed.payload {
                Payload::Sha256(sha256) => {
                    if let Some(standing) = parts.extensions.get::<Standing>() {
                        standing.0.store(true, Ordering::Relaxed);
                    }
                    let admin = Admin {
                        principal: signed.principal,
                        region: signed.region.to_owned(),
                        peer: parts.extensions.get().copied(),
                    };
                    let service = signed.service.to_owned();
                    Ok(Some(Signed {
                        admin,
                        service,
                        sha256,
                    }))
                }
                Payload::Unsigned => Err(refused(&Refusal::BadContentSha256)),
            },
            Ok(Caller::Anonymous) => Err(Failure::Unauthenticated(format!(
                "the call is not signed; sign it with SigV4 for the service {}",
                services.join(" or ")
            ))),
            Err(Refusal::BodyHashNeeded) => Ok(None),
            Err(refusal) => Err(refused(&refusal)),
        }
    }

    async fn read(&self, body: Body) -> Result<Bytes, Failure> {
        let Limits {
            body_bytes,
            body_deadline,
            ..
        } = self.limits;
        // The semaphore is never closed.
        let permit = self.bodies.acquire();
        read(body, body_bytes, body_deadline, permit).await
    }
}

/// Reads a body of limited size once there is a permit; waiting for that is part of the time that it may take.
///
/// # Errors
/// Validation where it is too large; [`Failure::Unread`].
pub(super) async fn read<P>(
    body: Body,
    limit: usize,
    deadline: Duration,
    permit: impl Future<Output = P>,
) -> Result<Bytes, Failure> {
    let reading = async {
        let _permit = permit.await;
        Limited::new(body, limit).collect().await
    };
    match tokio::time::timeout(deadline, reading).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let message = format!("is larger than {limit} bytes; split it");
            Err(wrong("request", &message).into())
        }
        Ok(Err(error)) => Err(Failure::Unread(error.to_string())),
        Err(_) => Err(Failure::Unread(format!(
            "it did not arrive within {} ms",
            deadline.as_millis()
        ))),
    }
}

fn sha256_of(body: &Bytes) -> [u8; 32] {
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest(&SHA256, body).as_ref());
    sha256
}

fn refused(refusal: &Refusal) -> Failure {
    tracing::debug!(refusal = refusal.label(), "signature refused");
    Failure::Unauthenticated(refusal.public_text())
}

/// The gate as a layer of the routes.
pub(super) async fn gate(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    match gate.admit(request).await {
        Ok(request) => next.run(request).await,
        Err(failure) => Status::from(failure).into_http(),
    }
}

#[cfg(test)]
mod tests;
