//! Forwards a request to its target, and the response back.
//!
//! A request is sent again only where the target cannot have acted on it, or may act on it twice:
//! where nothing of it was sent, or where it is idempotent, its body is at hand and the connection,
//! used before, turned out closed before any byte of a response. Where a target cannot be connected
//! to, another one of the group is tried.
//!
//! Source: RFC 9110, section 9.2.2; RFC 9112, section 9.3.1.

use std::rc::Rc;

use http::request::Parts;
use http::uri::{PathAndQuery, Scheme};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, Version, header};
use hyper::body::Incoming;
use trellis_core::decide::{Caller, Plan};
use trellis_core::seeded_bugs::{self, Bug};
use trellis_core::view::GroupView;

use super::body::{RequestBody, ResponseBody};
use super::entry::Entry;
use super::exchange::Exchange;
use super::failure::Failure;
use super::headers;
use super::payload::Payload;
use super::upstream::{Lease, SendError};

/// Sends a request on its plan, the proof of its authorisation, and passes the response on.
pub(crate) async fn send(
    entry: Entry,
    _plan: Plan,
    parts: Parts,
    payload: Payload,
) -> Response<ResponseBody> {
    match round_trip(entry.exchange(), parts, payload).await {
        Ok((response, lease)) => entry.pass_on(response, lease),
        Err(failure) => entry.fail(failure),
    }
}

async fn round_trip(
    exchange: &Rc<Exchange>,
    mut parts: Parts,
    payload: Payload,
) -> Result<(Response<Incoming>, Lease), Failure> {
    prepare(exchange, &mut parts)?;
    let mut request = Request::from_parts(parts, payload.into_body(exchange));
    let mut fresh = false;
    loop {
        let mut lease = connect(exchange, fresh).await?;
        address(exchange, &mut request, lease.is_http2())?;
        let may_be_closed = lease.reused || seeded_bugs::is(Bug::B12);
        let copy = may_be_closed.then(|| copy(&request)).flatten();
        let (failure, again) = match attempt(exchange, &mut lease, request).await {
            Ok(response) => return Ok((response, lease)),
            Err(failed) => failed,
        };
        let again = again.or(copy.filter(|_| failure == Failure::Closed));
        request = again.filter(|_| !fresh).ok_or(failure)?;
        fresh = true;
    }
}

/// Connects to the target that was picked, or, where that fails, to others of its group.
async fn connect(exchange: &Exchange, fresh: bool) -> Result<Lease, Failure> {
    let route = exchange.route().ok_or(Failure::Internal)?;
    let (Some(group), Some(first)) = (route.group, route.target) else {
        return Err(Failure::Internal);
    };
    if !exchange.adopted.reaches(&group.vpc) {
        return Err(Failure::NoLeg);
    }
    let mut failure = match lease(exchange, group, first, fresh).await {
        Err(failure @ (Failure::Connect | Failure::Busy)) => failure,
        done => return done,
    };
    let health = exchange.worker.health.load();
    let others = (1..group.targets.len()).map(|step| (first + step) % group.targets.len());
    let healthy = others.filter(|at| health.is_healthy(&group.id, group.targets[*at].address));
    let attempts = exchange.worker.config.connect_attempts.saturating_sub(1);
    let others: Vec<usize> = healthy.take(attempts).collect();
    drop(health);
    for other in others {
        match lease(exchange, group, other, fresh).await {
            Err(other @ (Failure::Connect | Failure::Busy)) => failure = other,
            done => return done,
        }
    }
    Err(failure)
}

async fn lease(
    exchange: &Exchange,
    group: &GroupView,
    target: usize,
    fresh: bool,
) -> Result<Lease, Failure> {
    let address = group.targets.get(target).map(|target| target.address);
    exchange.facts.target.set(address);
    exchange.worker.pool.lease(group, target, fresh).await
}

/// Sends once. A failure comes with the request where nothing of it was sent.
async fn attempt(
    exchange: &Exchange,
    lease: &mut Lease,
    request: Request<RequestBody>,
) -> Result<Response<Incoming>, (Failure, Option<Request<RequestBody>>)> {
    exchange.facts.to_target.set(Some(exchange.elapsed()));
    let Some(sent) = exchange.wait.within(lease.send(request)).await else {
        let client_owes = exchange.facts.client_owes.get();
        let failure = if client_owes {
            Failure::ClientTimeout
        } else {
            Failure::Timeout
        };
        return Err((failure, None));
    };
    match sent {
        // A target that switches protocols unasked does not speak HTTP.
        Ok(response) if response.status() == StatusCode::SWITCHING_PROTOCOLS => {
            Err((Failure::Protocol, None))
        }
        Ok(response) => Ok(response),
        Err(failed) => {
            let SendError { error, unsent } = *failed;
            tracing::debug!(%error, target = ?exchange.facts.target.get(), "request failed");
            Err((Failure::of(&error), unsent))
        }
    }
}

/// A copy to send again, where that is safe.
fn copy(request: &Request<RequestBody>) -> Option<Request<RequestBody>> {
    let idempotent = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS | Method::PUT | Method::DELETE | Method::TRACE
    );
    if !idempotent && !seeded_bugs::is(Bug::B12) {
        return None;
    }
    let mut copy = Request::new(request.body().again()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.version_mut() = request.version();
    *copy.headers_mut() = request.headers().clone();
    Some(copy)
}

/// Makes the client's headers those of the request to the target.
fn prepare(exchange: &Exchange, parts: &mut Parts) -> Result<(), Failure> {
    let route = exchange.route().ok_or(Failure::Internal)?;
    let (Some(reach), Some(group)) = (route.reach, route.group) else {
        return Err(Failure::Internal);
    };
    let target = exchange.adopted.target_header(reach, group);
    let vpc = exchange.adopted.vpc_headers(route.vpc);
    let trace = exchange.trace.borrow();
    let principal = match &trace.caller {
        Some(Caller::Signed(principal)) => Some(&**principal),
        Some(Caller::Anonymous) | None => None,
    };
    let context = headers::Context {
        forwarded_for: &exchange.connection.forwarded_for,
        port: &exchange.connection.port.port_value,
        vpc: &vpc.id,
        network: &vpc.network,
        target: &target,
        request_id: &exchange.request_id,
        principal,
        policy: exchange.worker.config.forwarded_for,
    };
    headers::prepare_request(&mut parts.headers, &context);
    parts.extensions.clear();
    Ok(())
}

/// Writes the target and the authority where the target's protocol has them. The bytes of path and
/// query stay as they were received.
fn address(
    exchange: &Exchange,
    request: &mut Request<RequestBody>,
    http2: bool,
) -> Result<(), Failure> {
    let root = || PathAndQuery::from_static("/");
    let path = exchange.target.clone().unwrap_or_else(root);
    if http2 {
        *request.version_mut() = Version::HTTP_2;
        request.headers_mut().remove(header::HOST);
        let host = exchange
            .host
            .as_ref()
            .map_or(&b""[..], HeaderValue::as_bytes);
        let uri = Uri::builder().scheme(Scheme::HTTP).authority(host);
        let uri = uri.path_and_query(path).build();
        *request.uri_mut() = uri.map_err(|_| Failure::Internal)?;
    } else {
        *request.version_mut() = Version::HTTP_11;
        if request.uri().scheme().is_some() || request.uri().authority().is_some() {
            *request.uri_mut() = Uri::from(path);
        }
        if !request.headers().contains_key(header::HOST) {
            let host = exchange.host.clone().ok_or(Failure::Internal)?;
            request.headers_mut().insert(header::HOST, host);
        }
    }
    Ok(())
}
