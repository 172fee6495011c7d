//! Fetches the keys of an identity provider, as its `.well-known/openid-configuration` says.
//!
//! The URL is an account's, so little is done for it: HTTPS only, to the provider's own host and port only, no
//! redirects, few bytes, little time, and never to link-local addresses, where clouds keep secrets. What went wrong is
//! for the log, not for whoever sent a token.
//!
//! Source: OpenID Connect Discovery 1.0, section 4.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::Empty;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use trellis_core::model::{HTTPS, OidcProvider, Record};
use trellis_core::oidc::Keys;

use crate::control::https;

/// Longest time for both documents. Source: our own.
const DEADLINE: Duration = Duration::from_secs(5);
/// Bytes of each document. Source: our own; ten times what large providers have.
const DOCUMENT_BYTES_MAX: usize = 65_536;
/// What nodes send as `User-Agent`.
const USER_AGENT: &str = concat!("Trellis/", env!("CARGO_PKG_VERSION"));

/// What is used of a provider's configuration.
#[derive(Deserialize)]
struct Configuration {
    issuer: String,
    jwks_uri: String,
}

/// The certificate authorities that the system trusts; those that cannot be read are left out.
pub(super) fn system_roots() -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    tracing::info!(
        certificates = added,
        errors = found.errors.len(),
        "certificate authorities of the system read"
    );
    Arc::new(roots)
}

/// Fetches the keys of a provider.
///
/// # Errors
/// What is wrong, for the log.
pub(super) async fn keys(provider: &OidcProvider, roots: &RootCertStore) -> anyhow::Result<Keys> {
    let fetched = tokio::time::timeout(DEADLINE, discovered(provider, roots)).await;
    fetched.with_context(|| format!("no answer within {DEADLINE:?}"))?
}

async fn discovered(provider: &OidcProvider, roots: &RootCertStore) -> anyhow::Result<Keys> {
    let name = &provider.meta().name;
    let (authority, path) = match name.split_once('/') {
        Some((authority, path)) => (authority, format!("/{}", path.trim_end_matches('/'))),
        None => (name.as_str(), String::new()),
    };
    let host = Host {
        authority,
        tls: TlsConnector::from(Arc::new(tls(provider, roots.clone())?)),
    };
    let path = path.trim_end_matches('/');
    let well_known = format!("{path}/.well-known/openid-configuration");
    let configuration: Configuration = serde_json::from_slice(&host.get(&well_known).await?)?;
    ensure!(
        configuration.issuer == provider.url(),
        "the configuration is of {:?}",
        configuration.issuer
    );
    let uri = configuration.jwks_uri;
    let path = uri.strip_prefix(HTTPS);
    let path = path.and_then(|rest| rest.strip_prefix(authority));
    let path = path.filter(|path| path.starts_with('/'));
    let path = path.with_context(|| format!("jwks_uri {uri:?} is not on {authority}"))?;
    let keys = host.get(path).await?;
    Keys::parse(std::str::from_utf8(&keys)?).map_err(anyhow::Error::msg)
}

/// TLS that trusts the system's authorities and the provider's own.
fn tls(provider: &OidcProvider, mut roots: RootCertStore) -> anyhow::Result<ClientConfig> {
    let own = provider.ca_certificates.as_bytes();
    for certificate in CertificateDer::pem_slice_iter(own) {
        roots.add(certificate?)?;
    }
    ensure!(
        !roots.is_empty(),
        "the system has no certificate authorities; install them, or give the provider's caCertificates"
    );
    let mut config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

struct Host<'a> {
    /// Host, and port where it is not 443.
    authority: &'a str,
    tls: TlsConnector,
}

impl Host<'_> {
    /// The document at a path, over a connection of its own.
    async fn get(&self, path: &str) -> anyhow::Result<Bytes> {
        let (host, port) = match self.authority.split_once(':') {
            Some((host, port)) => (host, port.parse()?),
            None => (self.authority, 443),
        };
        let stream = TcpStream::connect((host, port)).await.context("connect")?;
        let address = stream.peer_addr()?.ip().to_canonical();
        ensure!(!is_link_local(address), "{address} is link-local");
        let request = Request::builder()
            .method(Method::GET)
            .uri(path)
            .header(header::HOST, self.authority)
            .header(header::ACCEPT, "application/json")
            .header(header::USER_AGENT, USER_AGENT)
            .body(Empty::new())?;
        let answer = https::exchange(&self.tls, host, stream, request, DOCUMENT_BYTES_MAX);
        let (status, body) = answer.await?;
        ensure!(status == StatusCode::OK, "{path} answers {status}");
        Ok(body)
    }
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}
