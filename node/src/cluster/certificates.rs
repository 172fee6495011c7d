//! The cluster's certificate authority, node certificates, and TLS between nodes.
//!
//! A node certificate names the cluster, the account and the node in one URI subject alternative
//! name, `trellis://CLUSTER/account/ACCOUNT/node/MEMBER`, and the node as a DNS name. Both ends of
//! every connection on the cluster listener check it against the cluster's own CA and nothing else;
//! Raft further turns away nodes that have left the registry.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use aws_lc_rs::digest;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PublicKeyData, SanType,
};
use rustls::pki_types::{CertificateDer, CertificateSigningRequestDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use zeroize::Zeroizing;

/// How long a node certificate is valid; it is replaced after half of it.
pub const NODE_CERTIFICATE_LIFETIME: Duration = Duration::from_hours(30 * 24);
/// How long the CA certificate is valid.
const CA_LIFETIME: Duration = Duration::from_hours(10 * 365 * 24);
/// Certificates are valid from a little before they are made, for clocks that are behind.
const BACKDATE: Duration = Duration::from_hours(1);

/// Why a certificate could not be made or used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The certificate library refused.
    #[error("certificate: {0}")]
    Generate(#[from] rcgen::Error),
    /// The TLS library refused.
    #[error("tls: {0}")]
    Tls(#[from] rustls::Error),
    /// A verifier could not be built.
    #[error("tls verifier: {0}")]
    Verifier(#[from] rustls::server::VerifierBuilderError),
    /// The certificate does not name a node of a cluster.
    #[error("the certificate does not name a node of a cluster")]
    NoIdentity,
}

/// A certificate authority: certificate (DER) and private key (PKCS#8 DER).
#[derive(Clone)]
pub struct Authority {
    /// Certificate, DER.
    pub certificate: CertificateDer<'static>,
    /// Private key, PKCS#8 DER.
    pub key: Zeroizing<Vec<u8>>,
}

/// Whom a node certificate names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeIdentity {
    /// Id of the cluster.
    pub cluster_id: String,
    /// Account the node works for.
    pub account: String,
    /// Raft member id.
    pub member: u64,
}

/// A node's certificate, its key and the CA certificate.
pub struct NodeCertificate {
    /// The node's certificate, DER.
    pub certificate: CertificateDer<'static>,
    /// The CA certificate, DER.
    pub authority: CertificateDer<'static>,
    /// Private key, PKCS#8 DER.
    pub key: Zeroizing<Vec<u8>>,
}

impl NodeIdentity {
    /// The DNS name that connections to this node verify.
    #[must_use]
    pub fn server_name(&self) -> String {
        server_name(&self.cluster_id, self.member)
    }

    fn uri(&self) -> String {
        format!(
            "trellis://{}/account/{}/node/{}",
            self.cluster_id, self.account, self.member
        )
    }

    /// Reads whom a certificate names.
    ///
    /// # Errors
    /// [`CertificateError::NoIdentity`] where it has no name of the form above.
    pub fn of(certificate: &CertificateDer<'_>) -> Result<Self, CertificateError> {
        let (_, parsed) = x509_parser::parse_x509_certificate(certificate)
            .map_err(|_| CertificateError::NoIdentity)?;
        let names = parsed.subject_alternative_name().ok().flatten();
        names
            .iter()
            .flat_map(|names| &names.value.general_names)
            .find_map(|name| match name {
                x509_parser::extensions::GeneralName::URI(uri) => Self::parse(uri),
                _ => None,
            })
            .ok_or(CertificateError::NoIdentity)
    }

    fn parse(uri: &str) -> Option<Self> {
        let mut parts = uri.strip_prefix("trellis://")?.split('/');
        let cluster_id = parts.next()?.to_owned();
        let account = (parts.next()? == "account")
            .then(|| parts.next())??
            .to_owned();
        let member = (parts.next()? == "node")
            .then(|| parts.next())??
            .parse()
            .ok()?;
        parts.next().is_none().then_some(Self {
            cluster_id,
            account,
            member,
        })
    }
}

/// The DNS name in the certificate of a member.
#[must_use]
pub fn server_name(cluster_id: &str, member: u64) -> String {
    format!("node-{member}.{cluster_id}.trellis.internal")
}

impl Authority {
    /// Makes the certificate authority of a new cluster.
    ///
    /// # Errors
    /// [`CertificateError::Generate`] where the library fails.
    pub fn generate(cluster_id: &str, now: SystemTime) -> Result<Self, CertificateError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, format!("Trellis cluster {cluster_id}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.not_before = (now - BACKDATE).into();
        params.not_after = (now + CA_LIFETIME).into();
        let certificate = params.self_signed(&key)?;
        Ok(Self {
            certificate: certificate.der().clone(),
            key: Zeroizing::new(key.serialize_der()),
        })
    }

    /// Signs the certificate of a node for the public key of a signing request. Everything else in
    /// the request is ignored.
    ///
    /// # Errors
    /// [`CertificateError::Generate`] for a malformed request.
    pub fn sign(
        &self,
        request: &[u8],
        identity: &NodeIdentity,
        hosts: &[String],
        now: SystemTime,
    ) -> Result<CertificateDer<'static>, CertificateError> {
        let request = CertificateSigningRequestDer::from(request.to_vec());
        let mut request = CertificateSigningRequestParams::from_der(&request)?;
        request.params = node_params(identity, hosts, now)?;
        let key = KeyPair::try_from(self.key.as_slice())?;
        let issuer = Issuer::from_ca_cert_der(&self.certificate, key)?;
        Ok(request.signed_by(&issuer)?.der().clone())
    }

    /// Makes a key and a certificate for a node.
    ///
    /// # Errors
    /// [`CertificateError::Generate`] where the library fails.
    pub fn issue(
        &self,
        identity: &NodeIdentity,
        hosts: &[String],
        now: SystemTime,
    ) -> Result<NodeCertificate, CertificateError> {
        let key = new_key()?;
        let request = signing_request(&key)?;
        let certificate = self.sign(&request, identity, hosts, now)?;
        Ok(NodeCertificate {
            certificate,
            authority: self.certificate.clone(),
            key,
        })
    }
}

/// Makes a private key, PKCS#8 DER.
///
/// # Errors
/// [`CertificateError::Generate`] where the library fails.
pub fn new_key() -> Result<Zeroizing<Vec<u8>>, CertificateError> {
    Ok(Zeroizing::new(KeyPair::generate()?.serialize_der()))
}

/// Makes a signing request (DER) for a private key (PKCS#8 DER).
///
/// # Errors
/// [`CertificateError::Generate`] for a malformed key.
pub fn signing_request(key: &[u8]) -> Result<Vec<u8>, CertificateError> {
    let key = KeyPair::try_from(key)?;
    let request = CertificateParams::default().serialize_request(&key)?;
    Ok(request.der().to_vec())
}

/// SHA-256 of the public key in a signing request.
///
/// # Errors
/// [`CertificateError::Generate`] for a malformed request, or one that its key has not signed.
pub fn public_key_sha256(request: &[u8]) -> Result<Vec<u8>, CertificateError> {
    let request = CertificateSigningRequestDer::from(request.to_vec());
    let request = CertificateSigningRequestParams::from_der(&request)?;
    let key = request.public_key.subject_public_key_info();
    Ok(digest::digest(&digest::SHA256, &key).as_ref().to_vec())
}

fn node_params(
    identity: &NodeIdentity,
    hosts: &[String],
    now: SystemTime,
) -> Result<CertificateParams, CertificateError> {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, format!("node-{}", identity.member));
    params.subject_alt_names = vec![
        SanType::URI(identity.uri().try_into()?),
        SanType::DnsName(identity.server_name().try_into()?),
    ];
    for host in hosts {
        params.subject_alt_names.push(match host.parse::<IpAddr>() {
            Ok(address) => SanType::IpAddress(address),
            Err(_) => SanType::DnsName(host.clone().try_into()?),
        });
    }
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
    ];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.not_before = (now - BACKDATE).into();
    params.not_after = (now + NODE_CERTIFICATE_LIFETIME).into();
    Ok(params)
}

/// Half of a certificate's life is over: time for a new one.
///
/// # Errors
/// [`CertificateError::NoIdentity`] where it cannot be read.
pub fn is_due(certificate: &CertificateDer<'_>, now: SystemTime) -> Result<bool, CertificateError> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate)
        .map_err(|_| CertificateError::NoIdentity)?;
    let end = u64::try_from(parsed.validity().not_after.timestamp()).unwrap_or(0);
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(end);
    Ok(end.duration_since(now).unwrap_or_default() < NODE_CERTIFICATE_LIFETIME / 2)
}

/// The certificate in use, replaced without a pause when it is renewed.
pub struct CertificateCell {
    current: ArcSwap<CertifiedKey>,
    authority: CertificateDer<'static>,
}

impl std::fmt::Debug for CertificateCell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CertificateCell").finish_non_exhaustive()
    }
}

impl CertificateCell {
    /// Holds a certificate.
    ///
    /// # Errors
    /// [`CertificateError::Tls`] where key and certificate do not fit.
    pub fn new(certificate: NodeCertificate) -> Result<Arc<Self>, CertificateError> {
        let authority = certificate.authority.clone();
        let current = ArcSwap::from_pointee(certified(certificate)?);
        Ok(Arc::new(Self { current, authority }))
    }

    /// Replaces the certificate; new connections use it.
    ///
    /// # Errors
    /// [`CertificateError::Tls`] where key and certificate do not fit.
    pub fn replace(&self, certificate: NodeCertificate) -> Result<(), CertificateError> {
        self.current.store(Arc::new(certified(certificate)?));
        Ok(())
    }

    /// The certificate in use.
    #[must_use]
    pub fn certificate(&self) -> Option<CertificateDer<'static>> {
        self.current.load().cert.first().cloned()
    }

    /// TLS of the cluster listener. A client without a certificate is let in: only the join
    /// service answers it. One with a certificate of another CA is not.
    ///
    /// # Errors
    /// Where the CA certificate cannot be used.
    pub fn server_config(self: &Arc<Self>) -> Result<ServerConfig, CertificateError> {
        let verifier = WebPkiClientVerifier::builder(Arc::new(self.roots()?))
            .allow_unauthenticated()
            .build()?;
        let resolver: Arc<dyn ResolvesServerCert> = Arc::new(Resolver(self.clone()));
        let mut config = ServerConfig::builder()
            .with_client_cert_verifier(verifier)
            .with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"h2".to_vec()];
        config.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
        Ok(config)
    }

    /// TLS of the api listener: no client certificates.
    ///
    /// # Errors
    /// Where the certificate cannot be used.
    pub fn api_config(self: &Arc<Self>) -> Result<ServerConfig, CertificateError> {
        let resolver: Arc<dyn ResolvesServerCert> = Arc::new(Resolver(self.clone()));
        let mut config = ServerConfig::builder()
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    /// TLS of connections to other nodes.
    ///
    /// # Errors
    /// Where the CA certificate cannot be used.
    pub fn client_config(self: &Arc<Self>) -> Result<ClientConfig, CertificateError> {
        let resolver = Arc::new(Resolver(self.clone()));
        let mut config = ClientConfig::builder()
            .with_root_certificates(self.roots()?)
            .with_client_cert_resolver(resolver);
        config.alpn_protocols = vec![b"h2".to_vec()];
        config.resumption = rustls::client::Resumption::disabled();
        Ok(config)
    }

    fn roots(&self) -> Result<RootCertStore, CertificateError> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.clone())?;
        Ok(roots)
    }
}

fn certified(certificate: NodeCertificate) -> Result<CertifiedKey, CertificateError> {
    let key = PrivateKeyDer::Pkcs8(certificate.key.to_vec().into());
    let key = rustls::crypto::aws_lc_rs::sign::any_supported_type(&key)?;
    Ok(CertifiedKey::new(
        vec![certificate.certificate, certificate.authority],
        key,
    ))
}

#[derive(Debug)]
struct Resolver(Arc<CertificateCell>);

impl ResolvesServerCert for Resolver {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.current.load_full())
    }
}

impl rustls::client::ResolvesClientCert for Resolver {
    fn resolve(
        &self,
        _hints: &[&[u8]],
        _schemes: &[rustls::SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        Some(self.0.current.load_full())
    }

    fn has_certs(&self) -> bool {
        true
    }
}
