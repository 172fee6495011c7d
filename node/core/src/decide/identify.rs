//! Identifies the VPC, the service and the listener that a request is for.
//!
//! The VPC comes from the ingress attachment, never from addresses. Host (or `:authority`) names
//! the service; where there is a TLS server name it must be the same name.

use super::{Denial, Peer};
use crate::model::ListenerProtocol;
use crate::view::{Reach, ServiceView, View, VpcView};

/// Longest host name, bytes. Source: RFC 1035, section 2.3.4.
const HOST_BYTES_MAX: usize = 253;

/// The VPC of the attachment that the connection came in on.
///
/// # Errors
/// [`Denial::UnknownService`] where the VPC no longer exists.
pub fn vpc<'v>(view: &'v View, peer: &Peer<'_>) -> Result<&'v VpcView, Denial> {
    view.vpcs
        .get(peer.vpc)
        .map(|vpc| &**vpc)
        .ok_or(Denial::UnknownService)
}

/// Whether the security groups of any association of the VPC admit the client on the port it
/// connected to. Asked when a connection is accepted, before anything is read.
#[must_use]
pub fn admits(view: &View, peer: &Peer<'_>) -> bool {
    view.vpcs
        .get(peer.vpc)
        .is_some_and(|vpc| vpc.reaches.iter().any(|reach| enters(reach, peer)))
}

fn enters(reach: &Reach, peer: &Peer<'_>) -> bool {
    reach.ingress.as_ref().is_none_or(|ingress| {
        ingress
            .iter()
            .any(|range| range.admits(peer.address.ip(), peer.port))
    })
}

/// Finds the service that an authority names: its position in [`VpcView::reaches`].
///
/// Names are compared without case, port and final dot. Cost: one table look-up, no allocation.
///
/// # Errors
/// [`Denial::BadRequest`] for an authority that is no host name with an optional port,
/// [`Denial::Misdirected`] where it is not the TLS server name, [`Denial::UnknownService`] where
/// no such service is reachable from the VPC, [`Denial::NotAdmitted`] where the security groups
/// keep this client out.
pub fn service(vpc: &VpcView, peer: &Peer<'_>, authority: &str) -> Result<usize, Denial> {
    let host = host(authority)?;
    let mut lower = [0u8; HOST_BYTES_MAX];
    let lower = &mut lower[..host.len()];
    lower.copy_from_slice(host.as_bytes());
    lower.make_ascii_lowercase();
    let name = std::str::from_utf8(lower).map_err(|_| bad_host())?;
    if peer
        .server_name
        .is_some_and(|server| !server.eq_ignore_ascii_case(name))
    {
        return Err(Denial::Misdirected);
    }
    let position = *vpc.names.get(name).ok_or(Denial::UnknownService)?;
    let reach = vpc.reaches.get(position).ok_or(Denial::UnknownService)?;
    if enters(reach, peer) {
        Ok(position)
    } else {
        Err(Denial::NotAdmitted)
    }
}

/// Position of the listener that a connection came in on: the one of its port, if it speaks what
/// the connection does.
#[must_use]
pub fn listener(service: &ServiceView, peer: &Peer<'_>) -> Option<usize> {
    let speaks = |protocol| match protocol {
        ListenerProtocol::Http => !peer.secure,
        ListenerProtocol::Https => peer.secure,
        ListenerProtocol::TlsPassthrough => false,
    };
    position(service, peer, speaks)
}

/// Position of the listener that passes a TLS stream through.
#[must_use]
pub fn stream_listener(service: &ServiceView, peer: &Peer<'_>) -> Option<usize> {
    position(service, peer, |protocol| {
        protocol == ListenerProtocol::TlsPassthrough
    })
}

fn position(
    service: &ServiceView,
    peer: &Peer<'_>,
    speaks: impl Fn(ListenerProtocol) -> bool,
) -> Option<usize> {
    service
        .listeners
        .iter()
        .position(|listener| listener.port == peer.port && speaks(listener.protocol))
}

fn bad_host() -> Denial {
    Denial::BadRequest(
        "Bad Request: the Host header is not a host name with an optional port".into(),
    )
}

/// The host part of an authority, without port and final dot.
fn host(authority: &str) -> Result<&str, Denial> {
    let host = match memchr::memchr(b':', authority.as_bytes()) {
        Some(colon) if is_port(&authority[colon + 1..]) => &authority[..colon],
        Some(_) => return Err(bad_host()),
        None => authority,
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if host.is_empty() || host.len() > HOST_BYTES_MAX || !host.bytes().all(is_name) {
        return Err(bad_host());
    }
    Ok(host)
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}
