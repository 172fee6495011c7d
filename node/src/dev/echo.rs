//! Echo targets: they answer every request with the request they saw, as JSON.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;

use base64::Engine;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use serde::Serialize;
use tokio::net::TcpListener;

/// Longest body that is echoed, bytes.
const BODY_BYTES_MAX: usize = 16 << 20;

/// A request as a target saw it.
#[derive(Serialize)]
struct Seen {
    /// Name of the target that answers.
    target: String,
    method: String,
    /// Path and query, as received.
    path: String,
    version: String,
    /// Values by header name, lower case.
    headers: BTreeMap<String, Vec<String>>,
    /// Body, where it is text.
    body: Option<String>,
    /// Body, base64, where it is not.
    body_base64: Option<String>,
}

/// Serves echoes on a socket until the task is dropped.
pub async fn serve(listener: TcpListener, name: String) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let name = name.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| echo(request, name.clone()));
            let connection = Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
            if let Err(error) = connection {
                tracing::debug!(error, "echo connection ended");
            }
        });
    }
}

/// Binds an echo target.
///
/// # Errors
/// Where the address is taken.
pub async fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    TcpListener::bind(address).await
}

async fn echo(
    request: Request<Incoming>,
    name: String,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, BODY_BYTES_MAX).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => {
            let mut response = Response::new(Full::from(format!("body: {error}")));
            *response.status_mut() = http::StatusCode::BAD_REQUEST;
            return Ok(response);
        }
    };
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in &head.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        headers
            .entry(name.as_str().to_owned())
            .or_default()
            .push(value);
    }
    let text = std::str::from_utf8(&body).ok().map(str::to_owned);
    let seen = Seen {
        target: name,
        method: head.method.to_string(),
        path: head
            .uri
            .path_and_query()
            .map_or_else(String::new, ToString::to_string),
        version: format!("{:?}", head.version),
        headers,
        body_base64: text
            .is_none()
            .then(|| base64::engine::general_purpose::STANDARD.encode(&body)),
        body: text,
    };
    let mut json = serde_json::to_vec_pretty(&seen).unwrap_or_default();
    json.push(b'\n');
    let mut response = Response::new(Full::from(json));
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static("application/json"),
    );
    Ok(response)
}
