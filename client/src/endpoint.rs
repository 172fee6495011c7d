//! Where a node's api listener is reached.

use std::time::Duration;

use http::Uri;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint as Transport};

/// How long a TCP and TLS handshake may take. Source: our own; two retransmissions of a SYN on a
/// local network would take longer than asking the next node.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// How often a connection with an open call is probed. Source: our own.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(2);
/// How long a probe may stay unanswered. Source: our own.
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(3);

/// The address of one node's api listener.
#[derive(Clone, Debug)]
pub struct Endpoint {
    transport: Transport,
    authority: String,
}

/// An address that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// It is not a URL of a scheme, a host and a port.
    #[error("`{0}` is not an endpoint; write it like https://node-1.example:7600")]
    Malformed(String),
    /// It would send signed requests in the clear over a network.
    #[error("`{0}` is plain HTTP, which is for loopback addresses only; use https://")]
    Insecure(String),
    /// No certificate authority is known that could vouch for it.
    #[error(
        "`{0}` needs the cluster's CA certificate: set TRELLIS_CACERT or AWS_CA_BUNDLE to the path of ca.pem"
    )]
    NoAuthority(String),
    /// The CA file holds no certificate that can be used.
    #[error("the CA file cannot be used for `{endpoint}`: {reason}")]
    BadAuthority {
        /// The endpoint.
        endpoint: String,
        /// What is wrong, from the TLS library.
        reason: String,
    },
}

impl Endpoint {
    /// Reads an address; `ca` holds PEM certificates and is needed for `https`.
    ///
    /// # Errors
    /// [`EndpointError`] says what to write instead.
    pub fn parse(text: &str, ca: Option<&[u8]>) -> Result<Self, EndpointError> {
        let malformed = || EndpointError::Malformed(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| malformed())?;
        let authority = uri.authority().ok_or_else(malformed)?;
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(malformed());
        }
        let transport = Transport::from_shared(text.trim_end_matches('/').to_owned())
            .map_err(|_| malformed())?
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
            .keep_alive_timeout(KEEP_ALIVE_TIMEOUT);
        let transport = match uri.scheme_str() {
            Some("https") => {
                let ca = ca.ok_or_else(|| EndpointError::NoAuthority(text.to_owned()))?;
                let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(ca));
                transport
                    .tls_config(tls)
                    .map_err(|error| EndpointError::BadAuthority {
                        endpoint: text.to_owned(),
                        reason: error.to_string(),
                    })?
            }
            Some("http") if is_loopback(authority.host()) => transport,
            Some("http") => return Err(EndpointError::Insecure(text.to_owned())),
            _ => return Err(malformed()),
        };
        Ok(Self {
            transport,
            authority: authority.to_string(),
        })
    }

    /// The `host:port` that requests are signed for.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The scheme and authority, without a path.
    pub(crate) fn origin(&self) -> String {
        let scheme = self.transport.uri().scheme_str().unwrap_or("https");
        format!("{scheme}://{}", self.authority)
    }

    /// What connects.
    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::Endpoint;

    #[test]
    fn plain_http_is_for_loopback_only() {
        for (text, refused) in [
            ("http://127.0.0.1:7600", None),
            ("http://127.0.11.1:7600/", None),
            ("http://[::1]:7600", None),
            ("http://localhost:7600", None),
            ("http://10.0.0.1:7600", Some("use https://")),
            ("http://node-1.example:7600", Some("use https://")),
            ("https://node-1.example:7600", Some("TRELLIS_CACERT")),
            ("node-1.example:7600", Some("write it like")),
            ("ftp://127.0.0.1", Some("write it like")),
            ("http://127.0.0.1:7600/api", Some("write it like")),
            ("", Some("write it like")),
        ] {
            let parsed = Endpoint::parse(text, None);
            match refused {
                None => assert!(parsed.is_ok(), "{text}: {parsed:?}"),
                Some(words) => {
                    let error = parsed.unwrap_err().to_string();
                    assert!(error.contains(words), "{text}: {error}");
                }
            }
        }
    }
}
