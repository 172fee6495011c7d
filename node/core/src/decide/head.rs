//! The request as it is decided upon: who sent it, and its head.

use std::net::SocketAddr;

/// Who connected, and where: facts of the socket, never of the request.
#[derive(Clone, Copy, Debug)]
pub struct Peer<'a> {
    /// Id of the VPC of the ingress attachment.
    pub vpc: &'a str,
    /// The client's address.
    pub address: SocketAddr,
    /// Listener port, without the attachment's offset.
    pub port: u16,
    /// Whether the connection is TLS.
    pub secure: bool,
    /// Server name of the TLS handshake.
    pub server_name: Option<&'a str>,
}

/// The head of a request, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// Method, as received.
    pub method: &'a str,
    /// Path and query, as received: these bytes are signed, judged, routed and forwarded.
    pub target: &'a str,
    /// Host header or `:authority`, as received.
    pub authority: &'a str,
    /// All headers, in order.
    pub headers: &'a http::HeaderMap,
    /// Whether HTTP/2.
    pub http2: bool,
    /// SHA-256 of the whole body, where it has been read.
    pub body_sha256: Option<[u8; 32]>,
}

impl Head<'_> {
    /// Whether this is a gRPC call: HTTP/2 with a content type of `application/grpc…`.
    #[must_use]
    pub fn is_grpc(&self) -> bool {
        self.http2
            && self
                .headers
                .get(http::header::CONTENT_TYPE)
                .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
    }
}
