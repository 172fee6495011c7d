//! Callers: HTTP/1.1 over one kept connection, signed by AWS's own signer.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;

/// Signs requests to one service.
#[derive(Clone)]
pub struct Signer {
    pub credentials: Credentials,
    pub region: String,
    pub host: String,
}

impl Signer {
    /// A signed request; `at` is the signing time.
    pub fn request(
        &self,
        method: &str,
        path: &str,
        body: &[u8],
        at: SystemTime,
    ) -> http::Request<Full<Bytes>> {
        let mut settings = SigningSettings::default();
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        let identity = self.credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("vpc-lattice-svcs")
            .time(at)
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let url = format!("http://{}{path}", self.host);
        let headers = [("host", self.host.as_str())].into_iter();
        let body_hash = SignableBody::UnsignedPayload;
        let signable = SignableRequest::new(method, &url, headers, body_hash).unwrap();
        let (instructions, _) = sign(signable, &params).unwrap().into_parts();
        let mut request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("host", &self.host)
            .body(Full::from(Bytes::copy_from_slice(body)))
            .unwrap();
        for (name, value) in instructions.headers() {
            let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        request
    }
}

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: String,
}

/// A connection that is kept between requests.
pub struct Connection {
    address: SocketAddr,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Connection {
    pub fn to(address: SocketAddr) -> Self {
        Self {
            address,
            sender: None,
        }
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&mut self, request: http::Request<Full<Bytes>>) -> anyhow::Result<Answer> {
        let sender = match self.sender.take().filter(|sender| !sender.is_closed()) {
            Some(sender) => sender,
            None => {
                let stream = tokio::net::TcpStream::connect(self.address).await?;
                stream.set_nodelay(true)?;
                let (sender, connection) =
                    hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
                tokio::spawn(connection);
                sender
            }
        };
        let mut sender = sender;
        sender.ready().await?;
        let response =
            tokio::time::timeout(Duration::from_secs(20), sender.send_request(request)).await??;
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        self.sender = Some(sender);
        Ok(Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}
