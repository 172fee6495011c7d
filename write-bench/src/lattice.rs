//! `CreateService` of VPC Lattice, signed, over HTTP/1.1 as AWS's clients do.

use std::net::SocketAddr;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, bail};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpStream;

use crate::load::Write;

/// The ready file of `trellis-node dev`.
#[derive(Debug, Deserialize)]
pub(crate) struct Cluster {
    region: String,
    accounts: Vec<Account>,
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Account {
    access_key_id: String,
    secret_access_key: String,
}

#[derive(Debug, Deserialize)]
struct Node {
    api: String,
}

/// Creates a new service each time.
pub(crate) struct Writer {
    address: SocketAddr,
    region: String,
    credentials: Credentials,
    prefix: String,
    next: u64,
    connection: Option<SendRequest<Full<Bytes>>>,
}

impl Cluster {
    /// Reads the ready file.
    ///
    /// # Errors
    /// Where it is not there, or not what it should be.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read(path).with_context(|| path.display().to_string())?;
        Ok(serde_json::from_slice(&text)?)
    }

    /// A client of one of the nodes, as root of the first account.
    ///
    /// # Errors
    /// Where the ready file has no account, or an address is none.
    pub(crate) fn writer(&self, round: u16, client: u16) -> anyhow::Result<Writer> {
        let root = self.accounts.first().context("there is no account")?;
        let node = self
            .nodes
            .get(usize::from(client) % self.nodes.len().max(1));
        let node = node.context("there are no nodes")?;
        let address = node
            .api
            .strip_prefix("http://")
            .context("plain HTTP only")?;
        let (key, secret) = (&root.access_key_id, &root.secret_access_key);
        Ok(Writer {
            address: address.parse()?,
            region: self.region.clone(),
            credentials: Credentials::new(key, secret, None, None, "ready file"),
            prefix: format!("bench-{round}-{client}"),
            next: 0,
            connection: None,
        })
    }
}

impl Writer {
    #[expect(
        clippy::disallowed_methods,
        reason = "a signature is of the time at which it is sent"
    )]
    fn request(&self) -> anyhow::Result<Request<Full<Bytes>>> {
        let body = format!(r#"{{"name":"{}-{}"}}"#, self.prefix, self.next);
        let host = self.address.to_string();
        let identity = self.credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("vpc-lattice")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?;
        let url = format!("http://{host}/services");
        let headers = [("content-type", "application/json"), ("host", &*host)];
        let signable = SignableBody::Bytes(body.as_bytes());
        let signable = SignableRequest::new("POST", &url, headers.into_iter(), signable)?;
        let (instructions, _) = sign(signable, &params.into())?.into_parts();
        let mut request = Request::post("/services")
            .header(header::HOST, &host)
            .header(header::CONTENT_TYPE, "application/json");
        for (name, value) in instructions.headers() {
            request = request.header(name, value);
        }
        Ok(request.body(Full::from(body))?)
    }

    async fn connect(&self) -> anyhow::Result<SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (connection, driver) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(driver);
        Ok(connection)
    }
}

impl Write for Writer {
    async fn write(&mut self) -> anyhow::Result<()> {
        self.next += 1;
        let request = self.request()?;
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        connection.ready().await?;
        let answer = connection.send_request(request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            bail!("{status}: {}", String::from_utf8_lossy(&body));
        }
        self.connection = Some(connection);
        Ok(())
    }
}
