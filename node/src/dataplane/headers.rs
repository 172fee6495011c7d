//! Headers on their way to the target and back.
//!
//! Source: VPC Lattice user guide, "HTTP listeners and targets" and "Access logs"; RFC 9110,
//! section 7.6.1.

use std::fmt::Write;

use http::header::{self, HeaderName};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use trellis_core::view::Principal;

use super::config::ForwardedFor;

/// The id of a request: in the request to the target, the response and the log.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
/// Status of a gRPC call.
pub(crate) const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const IDENTITY: HeaderName = HeaderName::from_static("x-amzn-lattice-identity");
const IDENTITY_TAGS: HeaderName = HeaderName::from_static("x-amzn-lattice-identity-tags");
/// The client's VPC.
pub(crate) const NETWORK: HeaderName = HeaderName::from_static("x-amzn-lattice-network");
/// Service, service network and target group.
pub(crate) const TARGET: HeaderName = HeaderName::from_static("x-amzn-lattice-target");
const SOURCE_VPC: HeaderName = HeaderName::from_static("x-amzn-source-vpc");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");
const HTTP2_SETTINGS: HeaderName = HeaderName::from_static("http2-settings");

/// Longest request id taken from a client, bytes; the rest is cut. Source: VPC Lattice user guide.
const REQUEST_ID_BYTES_MAX: usize = 512;
/// Most tags in `x-amzn-lattice-identity-tags`. Source: VPC Lattice user guide.
const TAGS_MAX: usize = 99;

/// Headers that a request gets on its way.
const ADDED_MAX: usize = 9;

/// Headers of one connection, not of the message.
const HOP_BY_HOP: [HeaderName; 8] = [
    header::CONNECTION,
    KEEP_ALIVE,
    PROXY_CONNECTION,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HTTP2_SETTINGS,
    header::PROXY_AUTHORIZATION,
    header::PROXY_AUTHENTICATE,
];

/// What a request brings along from its decision.
pub(crate) struct Context<'a> {
    /// The client's address.
    pub(crate) forwarded_for: &'a HeaderValue,
    /// The listener's port.
    pub(crate) port: &'a HeaderValue,
    /// Id of the client's VPC.
    pub(crate) vpc: &'a HeaderValue,
    /// Value of `x-amzn-lattice-network`.
    pub(crate) network: &'a HeaderValue,
    /// Value of `x-amzn-lattice-target`.
    pub(crate) target: &'a HeaderValue,
    /// The request's id.
    pub(crate) request_id: &'a HeaderValue,
    /// The authenticated caller.
    pub(crate) principal: Option<&'a Principal>,
    /// The setting.
    pub(crate) policy: ForwardedFor,
}

/// The client's own id, cut, or a new one where it has none that a log can show as it is.
pub(crate) fn request_id(headers: &HeaderMap, draw: impl FnOnce() -> HeaderValue) -> HeaderValue {
    let is_plain = |own: &&HeaderValue| {
        !own.is_empty() && own.as_bytes().iter().all(|b| matches!(b, b' '..=b'~'))
    };
    let Some(own) = headers.get(&REQUEST_ID).filter(is_plain) else {
        return draw();
    };
    if own.len() <= REQUEST_ID_BYTES_MAX {
        return own.clone();
    }
    HeaderValue::from_bytes(&own.as_bytes()[..REQUEST_ID_BYTES_MAX]).unwrap_or_else(|_| draw())
}

/// Whether a name is one that only this node may set: in any case, and with underscores for
/// hyphens, which some targets take for the same name.
fn is_reserved(name: &str) -> bool {
    const PREFIXES: [&[u8]; 2] = [b"x-amzn-lattice-", b"x-amzn-source-vpc"];
    let same = |(a, b): (&u8, &u8)| a == b || (*a == b'_' && *b == b'-');
    name.len() > 14
        && PREFIXES.iter().any(|prefix| {
            name.len() >= prefix.len() && name.as_bytes().iter().zip(*prefix).all(same)
        })
}

/// Removes what only this node may say, before anything looks at the headers.
pub(crate) fn remove_reserved(headers: &mut HeaderMap) {
    if headers.keys().any(|name| is_reserved(name.as_str())) {
        let reserved = headers.keys().filter(|name| is_reserved(name.as_str()));
        for name in reserved.cloned().collect::<Vec<_>>() {
            headers.remove(name);
        }
    }
}

/// Whether `Connection` names a header of the request that belongs to the message: its signature
/// may cover it and policies may ask for it, so it must not be taken away.
pub(crate) fn names_protected(headers: &HeaderMap) -> bool {
    connection_options(headers).any(|name| !is_of_connection(&name) && headers.contains_key(name))
}

/// The field names that `Connection` lists.
fn connection_options(headers: &HeaderMap) -> impl Iterator<Item = HeaderName> {
    let values = headers.get_all(header::CONNECTION).iter();
    let names = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    names.filter_map(|name| HeaderName::from_bytes(name.trim_ascii()).ok())
}

/// `close` is no field: RFC 9110, section 18.4, reserves the name.
fn is_of_connection(name: &HeaderName) -> bool {
    HOP_BY_HOP.contains(name) || matches!(name.as_str(), "close" | "te" | "trailer")
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
    // Few messages have any: one pass over the names costs less than a look-up for each.
    if !headers.keys().any(|name| HOP_BY_HOP.contains(name)) {
        return;
    }
    if headers.contains_key(header::CONNECTION) {
        for name in connection_options(headers).collect::<Vec<_>>() {
            if name != header::TE {
                headers.remove(name);
            }
        }
    }
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
}

/// Makes the client's headers those of the request to the target. `Host` stays as it is.
pub(crate) fn prepare_request(headers: &mut HeaderMap, context: &Context<'_>) {
    remove_hop_by_hop(headers);
    join_cookies(headers);
    // The library has answered the client's 100-continue.
    headers.remove(header::EXPECT);
    headers.remove(header::FORWARDED);
    let trailers = headers.get(header::TE).is_some_and(|te| te == "trailers");
    if !trailers {
        headers.remove(header::TE);
    }
    headers.reserve(ADDED_MAX);
    let own = match context.policy {
        ForwardedFor::Replace => None,
        ForwardedFor::Append => appended(headers, context.forwarded_for),
    };
    let forwarded_for = own.unwrap_or_else(|| context.forwarded_for.clone());
    headers.insert(FORWARDED_FOR, forwarded_for);
    headers.insert(FORWARDED_PORT, context.port.clone());
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static("http"));
    headers.insert(SOURCE_VPC, context.vpc.clone());
    headers.insert(NETWORK, context.network.clone());
    headers.insert(TARGET, context.target.clone());
    headers.insert(REQUEST_ID, context.request_id.clone());
    if let Some(principal) = context.principal {
        headers.insert(IDENTITY, identity(principal));
        headers.insert(IDENTITY_TAGS, identity_tags(principal));
    }
}

/// HTTP/2 clients may send each cookie by itself; HTTP/1.1 has one line for all. Source: RFC 9113,
/// section 8.2.3.
fn join_cookies(headers: &mut HeaderMap) {
    let mut cookies = headers.get_all(header::COOKIE).iter();
    if cookies.next().is_none() || cookies.next().is_none() {
        return;
    }
    let cookies: Vec<&[u8]> = headers
        .get_all(header::COOKIE)
        .iter()
        .map(HeaderValue::as_bytes)
        .collect();
    if let Ok(joined) = HeaderValue::from_bytes(&cookies.join(&b"; "[..])) {
        headers.insert(header::COOKIE, joined);
    }
}

fn appended(headers: &HeaderMap, address: &HeaderValue) -> Option<HeaderValue> {
    let mut list = Vec::new();
    for value in headers.get_all(FORWARDED_FOR) {
        list.extend_from_slice(value.as_bytes());
        list.extend_from_slice(b", ");
    }
    list.extend_from_slice(address.as_bytes());
    HeaderValue::from_bytes(&list).ok()
}

/// Makes the target's headers those of the response to the client.
pub(crate) fn prepare_response(headers: &mut HeaderMap) {
    remove_hop_by_hop(headers);
}

/// Takes out of trailers what does not belong there. Source: RFC 9110, section 6.5.1.
pub(crate) fn clean_trailers(trailers: &mut HeaderMap) {
    remove_reserved(trailers);
    remove_hop_by_hop(trailers);
    for name in [
        header::HOST,
        header::CONTENT_LENGTH,
        header::AUTHORIZATION,
        REQUEST_ID,
        FORWARDED_FOR,
        FORWARDED_PORT,
        FORWARDED_PROTO,
    ] {
        trailers.remove(name);
    }
}

/// Bytes of headers as HTTP/1.1 writes them.
pub(crate) fn bytes(headers: &HeaderMap) -> usize {
    let lines = headers.iter();
    lines
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum()
}

/// Bytes of a request's head as HTTP/1.1 writes it.
pub(crate) fn head_bytes(parts: &Parts) -> usize {
    let target = parts
        .uri
        .path_and_query()
        .map_or(1, |target| target.as_str().len());
    let line = parts.method.as_str().len() + target + "  HTTP/1.1\r\n\r\n".len();
    line + bytes(&parts.headers)
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The value of `x-amzn-lattice-identity`, as targets of VPC Lattice see it.
fn identity(principal: &Principal) -> HeaderValue {
    let mut text = format!("Principal={}", principal.arn);
    if let Some(session) = &principal.session_name {
        // Writing to a string cannot fail.
        let _written = write!(text, "; SessionName={session}");
    }
    text.push_str("; Type=AWS_IAM");
    value(&text)
}

/// The value of `x-amzn-lattice-identity-tags`. Bytes that no header may carry are left out.
fn identity_tags(principal: &Principal) -> HeaderValue {
    let mut text = String::with_capacity(64);
    let own = std::iter::once(("principal", principal.arn.as_str()));
    let tags = principal
        .tags
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()));
    for (key, value) in own.chain(tags.take(TAGS_MAX)) {
        push_escaped(&mut text, key);
        text.push('=');
        push_escaped(&mut text, value);
        text.push(';');
    }
    HeaderValue::from_bytes(text.as_bytes()).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn push_escaped(text: &mut String, part: &str) {
    for char in part.chars().filter(|char| !char.is_control()) {
        if char == ';' {
            text.push('\\');
        }
        text.push(char);
    }
}
