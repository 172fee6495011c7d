//! The signing channel: buffers a unary call, signs it, and asks the endpoints in turn.
//!
//! A call goes to the next endpoint when the connection fails, when the node says that it cannot
//! serve it (UNAVAILABLE: certainly not done), and when the connection breaks after the call was
//! sent. The last may repeat a write: calls that change the registry carry a client token, so that
//! the second time answers with the outcome of the first. The few calls that have no token are sent
//! once ([`SENT_ONCE`]).

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use tokio::sync::Mutex;
use tonic::body::Body;
use tonic::transport::Channel;
use tonic::{Code, Status};
use tower::{Service as _, ServiceExt as _};

use crate::clock;
use crate::endpoint::Endpoint;
use crate::refusal::{UNKNOWN, UNREACHABLE, status};
use crate::signature::{Signed, Signer};

/// Calls that change something and have no client token.
const SENT_ONCE: &[&str] = &["/trellis.v1.Cluster/CreateJoinToken"];

/// Carries calls to the first endpoint that serves them.
#[derive(Clone)]
pub(crate) struct SigningChannel {
    shared: Arc<Shared>,
    deadline: Duration,
}

struct Shared {
    endpoints: Vec<Endpoint>,
    /// None where calls are not signed.
    signer: Option<Signer>,
    /// The connection in use and the index of its endpoint.
    connected: Mutex<Option<(usize, Channel)>>,
}

/// One attempt that did not end in an answer.
enum Miss {
    /// Nothing was sent.
    Unsent(String),
    /// It was sent and the connection broke or the deadline passed.
    Sent(String),
    /// The node answered that it cannot serve it.
    Declined(Box<http::Response<Body>>),
}

impl SigningChannel {
    /// A channel that connects at its first call; `endpoints` are tried in their order.
    pub(crate) fn new(
        endpoints: Vec<Endpoint>,
        signer: Option<Signer>,
        deadline: Duration,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                endpoints,
                signer,
                connected: Mutex::new(None),
            }),
            deadline,
        }
    }

    /// The same channel with this much more time for each attempt.
    pub(crate) fn with_more_time(&self, more: Duration) -> Self {
        Self {
            shared: self.shared.clone(),
            deadline: self.deadline + more,
        }
    }
}

impl tower::Service<http::Request<Body>> for SigningChannel {
    type Response = http::Response<Body>;
    type Error = Status;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Status>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let (shared, deadline) = (self.shared.clone(), self.deadline);
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            shared.ask_in_turn(&head, &body, deadline).await
        })
    }
}

impl Shared {
    async fn ask_in_turn(
        &self,
        head: &http::request::Parts,
        body: &Bytes,
        deadline: Duration,
    ) -> Result<http::Response<Body>, Status> {
        let repeatable = !SENT_ONCE.contains(&head.uri.path());
        let first = self
            .connected
            .lock()
            .await
            .as_ref()
            .map_or(0, |(at, _)| *at);
        let mut misses = Vec::new();
        let mut declined = None;
        let mut sent = false;
        for turn in 0..self.endpoints.len() {
            let at = (first + turn) % self.endpoints.len();
            let authority = self.endpoints[at].authority();
            match self.ask(at, head, body, deadline).await? {
                Ok(answer) => return Ok(answer),
                Err(Miss::Unsent(reason)) => misses.push(format!("{authority}: {reason}")),
                Err(Miss::Declined(answer)) => declined = Some(answer),
                Err(Miss::Sent(reason)) => {
                    sent = true;
                    misses.push(format!("{authority}: {reason}"));
                }
            }
            if sent && !repeatable {
                break;
            }
            *self.connected.lock().await = None;
        }
        let misses = misses.join("; ");
        match declined {
            _ if sent => Err(status(
                Code::DeadlineExceeded,
                UNKNOWN,
                format!("no answer, so the outcome is unknown ({misses})"),
            )),
            Some(answer) => Ok(*answer),
            None => Err(status(
                Code::Unavailable,
                UNREACHABLE,
                format!("no endpoint can be reached ({misses})"),
            )),
        }
    }

    async fn ask(
        &self,
        at: usize,
        head: &http::request::Parts,
        body: &Bytes,
        deadline: Duration,
    ) -> Result<Result<http::Response<Body>, Miss>, Status> {
        let mut channel = match self.connection(at).await {
            Ok(channel) => channel,
            Err(error) => return Ok(Err(Miss::Unsent(innermost(&error)))),
        };
        let request = self.sign(&self.endpoints[at], head, body)?;
        let answer = async {
            let ready = channel.ready().await;
            let ready = ready.map_err(|error| Miss::Unsent(innermost(&error)))?;
            let answer = ready.call(request).await;
            let (head, body) = answer
                .map_err(|error| Miss::Sent(innermost(&error)))?
                .into_parts();
            // Read whole here, so that a break half-way counts as no answer.
            let body = body.collect().await;
            let body = body.map_err(|error| Miss::Sent(innermost(&error)))?;
            Ok(http::Response::from_parts(head, Body::new(body)))
        };
        Ok(match tokio::time::timeout(deadline, answer).await {
            Err(_) => Err(Miss::Sent(format!("no answer within {deadline:?}"))),
            Ok(Err(miss)) => Err(miss),
            Ok(Ok(answer)) if is_unavailable(&answer) => Err(Miss::Declined(Box::new(answer))),
            Ok(Ok(answer)) => Ok(answer),
        })
    }

    async fn connection(&self, at: usize) -> Result<Channel, tonic::transport::Error> {
        let mut connected = self.connected.lock().await;
        if let Some((index, channel)) = &*connected
            && *index == at
        {
            return Ok(channel.clone());
        }
        let channel = self.endpoints[at].transport().connect().await?;
        *connected = Some((at, channel.clone()));
        Ok(channel)
    }

    fn sign(
        &self,
        endpoint: &Endpoint,
        head: &http::request::Parts,
        body: &Bytes,
    ) -> Result<http::Request<Body>, Status> {
        let mut request = http::Request::new(Body::new(Full::new(body.clone())));
        *request.method_mut() = head.method.clone();
        *request.uri_mut() = head.uri.clone();
        *request.version_mut() = head.version;
        *request.headers_mut() = head.headers.clone();
        if let Some(signer) = &self.signer {
            let url = format!("{}{}", endpoint.origin(), head.uri.path());
            let signed = Signed {
                method: head.method.as_str(),
                url: &url,
                host: endpoint.authority(),
                body: Some(body),
            };
            let headers = signer.headers(signed, clock::now());
            let headers = headers.map_err(|error| Status::invalid_argument(error.to_string()))?;
            request.headers_mut().extend(headers);
        }
        Ok(request)
    }
}

fn is_unavailable(answer: &http::Response<Body>) -> bool {
    answer
        .headers()
        .get(Status::GRPC_STATUS)
        .is_some_and(|code| code.as_bytes() == b"14")
}

/// What the error is about: the last of its causes.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
