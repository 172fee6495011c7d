//! `trellis call`: a signed request to a service, like curl.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use clap::Args;
use http::header::{HOST, HeaderName, HeaderValue};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use trellis_client::signature::{SERVICES, Signed, Signer};

use super::connection::{Connection, credentials};
use super::failure::Failure;
use super::file::read_bytes;
use super::output;

/// Largest body that is sent or read, bytes. Source: our own; this is a tool for looking, not for copying.
const BODY_BYTES_MAX: usize = 64 << 20;

/// Options of `call`.
#[derive(Debug, Args)]
pub(crate) struct Call {
    /// URL of the service.
    url: http::Uri,
    /// Method; GET, or POST where there is a body.
    #[arg(short = 'X', long, value_name = "METHOD")]
    method: Option<http::Method>,
    /// Body; @FILE reads a file, @- reads stdin.
    #[arg(short, long, value_name = "BODY")]
    data: Option<String>,
    /// Header `name: value`.
    #[arg(short = 'H', long = "header", value_name = "HEADER")]
    headers: Vec<String>,
    /// Connect there instead of where the URL's host resolves to.
    #[arg(long, value_name = "IP:PORT")]
    connect: Option<std::net::SocketAddr>,
    /// Show the status and headers of the answer before its body.
    #[arg(short, long)]
    include: bool,
    /// Do not sign.
    #[arg(long)]
    unsigned: bool,
}

impl Call {
    /// Sends the request and prints the answer.
    pub(crate) async fn run(self, connection: &Connection) -> Result<(), Failure> {
        let call = self.send(connection);
        let deadline = connection.timeout();
        let answered = tokio::time::timeout(deadline, call).await;
        let (head, body) = answered.map_err(|_| too_late(deadline))??;
        if self.include {
            output::line(&shown_head(&head))?;
        }
        output::bytes(&body)?;
        if head.status.as_u16() >= 400 {
            return Err(Failure::Answered(head.status.as_u16()));
        }
        Ok(())
    }

    async fn send(
        &self,
        connection: &Connection,
    ) -> Result<(http::response::Parts, Bytes), Failure> {
        let request = self.request(connection)?;
        let host = self.url.host().unwrap_or_default();
        let is_tls = self.url.scheme_str() == Some("https");
        let port = self.url.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let unreachable = |error: std::io::Error| Failure::Unreachable {
            message: format!("{} cannot be reached: {error}", self.url),
            hint: "give the address of a node's ingress with --connect IP:PORT".to_owned(),
        };
        let stream = match self.connect {
            Some(address) => TcpStream::connect(address).await,
            None => TcpStream::connect((host.trim_matches(['[', ']']), port)).await,
        };
        let stream = stream.map_err(unreachable)?;
        if !is_tls {
            return exchange(stream, request).await;
        }
        let name = ServerName::try_from(host.to_owned())
            .map_err(|error| Failure::Other(error.to_string()))?;
        let stream = tls(connection)?.connect(name, stream).await;
        exchange(stream.map_err(unreachable)?, request).await
    }

    fn request(&self, connection: &Connection) -> Result<http::Request<Full<Bytes>>, Failure> {
        let malformed = |text: &str| {
            Failure::usage(
                format!("`{text}` is not the URL of a service"),
                "write it like http://orders-0123.example/v1/orders",
            )
        };
        let url = self.url.to_string();
        let authority = self.url.authority().ok_or_else(|| malformed(&url))?;
        if !matches!(self.url.scheme_str(), Some("http" | "https")) {
            return Err(malformed(&url));
        }
        let body = match &self.data {
            None => Bytes::new(),
            Some(data) => match data.strip_prefix('@') {
                Some(path) => read_bytes(path, BODY_BYTES_MAX)?.into(),
                None => data.clone().into(),
            },
        };
        let method = match (&self.method, &self.data) {
            (Some(method), _) => method.clone(),
            (None, Some(_)) => http::Method::POST,
            (None, None) => http::Method::GET,
        };
        let path = self.url.path_and_query().map_or("/", |path| path.as_str());
        let mut request = http::Request::new(Full::from(body));
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().map_err(|_| malformed(&url))?;
        let headers = request.headers_mut();
        let host = HeaderValue::from_str(authority.as_str()).map_err(|_| malformed(&url))?;
        headers.insert(HOST, host);
        for header in &self.headers {
            let (name, value) = parse_header(header)?;
            headers.append(name, value);
        }
        if !self.unsigned {
            let signer = Signer {
                credentials: credentials()?,
                region: connection.region()?,
                service: SERVICES,
            };
            let signed = Signed {
                method: request.method().as_str(),
                url: &url,
                host: authority.as_str(),
                body: None,
            };
            let signature = signer.headers(signed, trellis_client::signature::now());
            let signature = signature.map_err(|error| Failure::Other(error.to_string()))?;
            request.headers_mut().extend(signature);
        }
        Ok(request)
    }
}

fn too_late(deadline: Duration) -> Failure {
    Failure::Unreachable {
        message: format!("no answer within {deadline:?}"),
        hint: "give it longer with --timeout".to_owned(),
    }
}

fn parse_header(text: &str) -> Result<(HeaderName, HeaderValue), Failure> {
    let parsed = text.split_once(':').and_then(|(name, value)| {
        let name = HeaderName::from_bytes(name.trim().as_bytes()).ok()?;
        Some((name, HeaderValue::from_str(value.trim()).ok()?))
    });
    parsed.ok_or_else(|| {
        Failure::usage(
            format!("`{text}` is no header"),
            "write it like 'x-team: blue'",
        )
    })
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: http::Request<Full<Bytes>>,
) -> Result<(http::response::Parts, Bytes), Failure> {
    let failed = |error: hyper::Error| Failure::Other(format!("the connection broke: {error}"));
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(failed)?;
    let carrying = tokio::spawn(connection);
    let (head, body) = sender
        .send_request(request)
        .await
        .map_err(failed)?
        .into_parts();
    let body = Limited::new(body, BODY_BYTES_MAX).collect().await;
    let body = body.map_err(|error| Failure::Other(format!("the body broke off: {error}")))?;
    carrying.abort();
    Ok((head, body.to_bytes()))
}

fn tls(connection: &Connection) -> Result<TlsConnector, Failure> {
    let Some(ca) = connection.ca()? else {
        return Err(Failure::usage(
            "https needs a CA certificate",
            "give --cacert FILE, or set TRELLIS_CACERT or AWS_CA_BUNDLE",
        ));
    };
    let broken = |error: &dyn std::fmt::Display| {
        Failure::usage(
            format!("the CA file cannot be used: {error}"),
            "it must be PEM",
        )
    };
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&ca) {
        let certificate = certificate.map_err(|error| broken(&error))?;
        roots.add(certificate).map_err(|error| broken(&error))?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| broken(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn shown_head(head: &http::response::Parts) -> String {
    let mut shown = format!("{:?} {}\n", head.version, head.status);
    for (name, value) in &head.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        shown.push_str(&format!("{name}: {value}\n"));
    }
    shown
}
