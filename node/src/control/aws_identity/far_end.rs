//! AWS's STS as the far end of a connection: one request on one connection, over TLS, with a deadline, and an answer
//! that is read to a limit. Redirects are not followed.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header};
use http_body_util::Empty;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio_rustls::TlsConnector;
use trellis_aws::sts::answered::{Named, error_code};
use trellis_core::aws_identity::{AwsIdentity, CLUSTER_HEADER, Presigned};

use crate::control::error::Failure;
use crate::control::https;

/// Longest exchange, from the name's look-up to the last byte. Source: our own.
const DEADLINE: Duration = Duration::from_secs(5);
/// Largest answer, bytes; an identity is below 1 KiB, the error of a wrong signature tells the URL again. Source: our own.
const ANSWER_BYTES_MAX: usize = 16 * 1024;
/// Port of STS.
const PORT: u16 = 443;

/// Where STS is asked: `https://host` or `https://host:port`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Origin {
    host: String,
    port: u16,
}

impl TryFrom<String> for Origin {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let refused = || format!("{text:?} is no origin; write it like https://sts.example:8443");
        let uri: Uri = text.parse().map_err(|_| refused())?;
        let authority = uri.authority().ok_or_else(refused)?;
        let is_origin = uri.scheme_str() == Some("https")
            && matches!(uri.path(), "" | "/")
            && uri.query().is_none()
            && !text.contains(['#', '@']);
        if !is_origin {
            return Err(refused());
        }
        Ok(Self {
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority.port_u16().unwrap_or(PORT),
        })
    }
}

/// Why STS has named nobody.
#[derive(Debug, thiserror::Error)]
pub(super) enum Reason {
    /// It does not accept the URL.
    #[error("AWS STS refuses the presigned URL: {0}")]
    Refused(String),
    /// It was not reached, or its answer is none that STS gives.
    #[error("{0}")]
    Failed(String),
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Refused(_) => Self::Unauthenticated(format!(
                "{reason}; check the credentials of AWS, and that the URL was signed with this cluster's id in {CLUSTER_HEADER}"
            )),
            // What went wrong inside is for operators, and in the log.
            Reason::Failed(_) => Self::FarEnd("AWS STS".to_owned()),
        }
    }
}

fn failed(error: impl std::fmt::Display) -> Reason {
    Reason::Failed(format!("{error:#}"))
}

/// Asks STS.
pub(super) struct FarEnd {
    tls: TlsConnector,
    origin: Option<Origin>,
}

impl FarEnd {
    /// A far end that these certificates vouch for.
    ///
    /// # Errors
    /// Where they cannot be read, or there is none.
    pub(super) fn new(ca_file: &Path, origin: Option<Origin>) -> anyhow::Result<Self> {
        let mut roots = RootCertStore::empty();
        let certificates = CertificateDer::pem_file_iter(ca_file)?;
        let (added, _) =
            roots.add_parsable_certificates(certificates.collect::<Result<Vec<_>, _>>()?);
        anyhow::ensure!(added > 0, "it holds no certificate that can be used");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            tls: TlsConnector::from(Arc::new(config)),
            origin,
        })
    }

    /// Whom STS names for a URL. The slot is free again when nothing of the exchange is left.
    ///
    /// # Errors
    /// [`Reason`].
    pub(super) async fn ask(
        &self,
        presigned: Presigned<'_>,
        cluster_id: &str,
        slot: OwnedSemaphorePermit,
    ) -> Result<AwsIdentity, Reason> {
        let exchange = self.exchange(presigned, cluster_id, slot);
        let answered = tokio::time::timeout(DEADLINE, exchange).await;
        let (status, body) = answered.map_err(|_| failed("no answer in time"))??;
        let body = std::str::from_utf8(&body).map_err(failed)?;
        match status {
            StatusCode::OK => {
                let named = Named::read(body);
                let identity = named.and_then(
                    |Named {
                         account,
                         arn,
                         user_id,
                     }| {
                        AwsIdentity::read(presigned.partition, &account, &arn, &user_id)
                    },
                );
                identity.ok_or_else(|| failed("the answer names no identity of the partition"))
            }
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(
                Reason::Refused(error_code(body).unwrap_or_else(|| status.to_string())),
            ),
            _ => Err(failed(format_args!("the answer is {status}"))),
        }
    }

    async fn exchange(
        &self,
        presigned: Presigned<'_>,
        cluster_id: &str,
        slot: OwnedSemaphorePermit,
    ) -> Result<(StatusCode, Bytes), Reason> {
        let (host, port) = match &self.origin {
            Some(Origin { host, port }) => (host.as_str(), *port),
            None => (presigned.host, PORT),
        };
        let (addresses, _slot) = addresses(host.to_owned(), port, slot).await?;
        let stream = TcpStream::connect(&*addresses).await.map_err(failed)?;
        let request = Request::get(format!("/?{}", presigned.query))
            .header(header::HOST, presigned.host)
            .header(CLUSTER_HEADER, cluster_id)
            .body(Empty::new())
            .map_err(failed)?;
        let answer = https::exchange(&self.tls, host, stream, request, ANSWER_BYTES_MAX);
        answer.await.map_err(failed)
    }
}

/// Looks a name up. That cannot be cut off, so it has the slot until it ends.
async fn addresses(
    host: String,
    port: u16,
    slot: OwnedSemaphorePermit,
) -> Result<(Vec<SocketAddr>, OwnedSemaphorePermit), Reason> {
    let look_up = move || {
        let addresses = (host, port).to_socket_addrs();
        (addresses.map(Iterator::collect::<Vec<SocketAddr>>), slot)
    };
    let looked_up = tokio::task::spawn_blocking(look_up).await;
    let (addresses, slot) = looked_up.map_err(failed)?;
    Ok((addresses.map_err(failed)?, slot))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_a_port() {
        for (text, expected) in [
            ("https://sts.example", Some(("sts.example", 443))),
            ("https://127.0.0.1:8443/", Some(("127.0.0.1", 8443))),
            ("https://[::1]:8443", Some(("::1", 8443))),
            ("http://sts.example", None),
            ("https://me@sts.example", None),
            ("https://sts.example/x", None),
            ("https://sts.example?x", None),
            ("https://sts.example#x", None),
            ("sts.example", None),
            ("", None),
        ] {
            let origin = Origin::try_from(text.to_owned()).ok();
            let origin = origin.map(|Origin { host, port }| (host, port));
            let expected = expected.map(|(host, port)| (host.to_owned(), port));
            assert_eq!(origin, expected, "{text}");
        }
    }
}
