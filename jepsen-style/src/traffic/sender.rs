//! Sends requests to one node's ingress and reads what comes back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use bytes::Bytes;
use http::header::{self, AUTHORIZATION, HeaderName};
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use trellis_client::signature::{Signed, now};

use super::content::{content, digest};
use super::estate;
use super::history::{Ask, Claim, Echo, Exchange, Reply};
use super::plan::{Forgery, Plan};
use super::target::Seen;
use super::world::World;

/// Header that carries the marker.
pub(super) const MARKER: &str = "x-traffic-marker";
/// Header that says how much content to answer with.
pub(super) const ANSWER_BYTES: &str = "x-traffic-answer-bytes";
/// Header that asks a target to end the connection once it has the request.
pub(super) const HANG_UP: &str = "x-traffic-hang-up";
/// Longest wait for a complete response. Source: our own.
const DEADLINE: Duration = Duration::from_secs(5);
/// How old a late signature is: more than a date window of minutes allows, on a node whose clock is an hour
/// late too. Source: our own.
const LATE: Duration = Duration::from_secs(2 * 3600);
/// Longest response, bytes. Source: our own; more than any target answers.
const RESPONSE_BYTES_MAX: usize = 8 << 20;

/// Sends one request after the other, on a connection that it keeps.
pub(super) struct Sender {
    world: Arc<World>,
    address: SocketAddr,
    kept: Option<SendRequest<Full<Bytes>>>,
}

impl Sender {
    /// A sender to a node.
    pub(super) fn new(world: Arc<World>, node: usize) -> Self {
        let node = &world.access.nodes[node];
        let address = SocketAddr::new(node.ingress, estate::PORT + node.port_offset);
        Self {
            world,
            address,
            kept: None,
        }
    }

    /// Sends a request and waits for the whole response.
    pub(super) async fn send(&mut self, plan: &Plan) -> Exchange {
        let invoked_us = self.world.now_us();
        let reply = match tokio::time::timeout(DEADLINE, self.exchange(plan)).await {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(error)) => Err(format!("{error:#}")),
            Err(_) => Err("no complete response in time".to_owned()),
        };
        if reply.is_err() {
            self.kept = None;
        }
        Exchange {
            ask: plan.ask,
            invoked_us,
            ended_us: self.world.now_us(),
            reply,
        }
    }

    async fn exchange(&mut self, plan: &Plan) -> anyhow::Result<Reply> {
        let request = self.world.request(plan)?;
        let (head, body) = self.respond(request, plan.fresh).await?.into_parts();
        let body = Limited::new(body, RESPONSE_BYTES_MAX).collect().await;
        let body = match body {
            Ok(body) => body.to_bytes(),
            Err(error) => bail!("status {}, then {error}", head.status),
        };
        let revision = head.headers.get("x-trellis-revision");
        let revision = revision.and_then(|value| value.to_str().ok()?.parse().ok());
        let of_target = head.headers.contains_key(MARKER);
        Ok(Reply {
            status: head.status.as_u16(),
            revision,
            echo: of_target
                .then(|| echo(&self.world, plan, &body))
                .transpose()?,
        })
    }

    /// Sends on the kept connection, or on a new one where there is none, where the kept one turns
    /// out closed before the request was sent, or where a new one is asked for.
    async fn respond(
        &mut self,
        request: Request<Full<Bytes>>,
        fresh: bool,
    ) -> anyhow::Result<Response<Incoming>> {
        let mut request = request;
        let kept = self.kept.take().filter(|kept| !fresh && !kept.is_closed());
        if let Some(mut kept) = kept
            && kept.ready().await.is_ok()
        {
            match kept.try_send_request(request).await {
                Ok(response) => {
                    self.kept = Some(kept);
                    return Ok(response);
                }
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(error.into_error()).context("kept connection"),
                },
            }
        }
        let stream = TcpStream::connect(self.address).await.context("connect")?;
        let _nodelay = stream.set_nodelay(true);
        let (mut send, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection to a node ended");
            }
        });
        let response = send.send_request(request).await.context("new connection")?;
        self.kept = Some(send);
        Ok(response)
    }
}

impl World {
    fn request(&self, plan: &Plan) -> anyhow::Result<Request<Full<Bytes>>> {
        let ask = &plan.ask;
        let host = self
            .host(ask.host)
            .context("this service has no name yet")?;
        let path = path(ask);
        let mut request = Request::builder()
            .method(method(ask))
            .uri(&path)
            .header(header::HOST, &host)
            .header(MARKER, format!("{:016x}", ask.marker))
            .header("x-amzn-requestid", request_id(ask.marker))
            .header(ANSWER_BYTES, plan.answer_bytes);
        if ask.explain {
            request = request.header("x-trellis-debug", "1");
        }
        if ask.hang_up {
            request = request.header(HANG_UP, "1");
        }
        if let Some(caller) = plan.spoofed {
            let arn = self.caller_arn(caller);
            request = request.header("x-amzn-lattice-identity", format!("Principal={arn}"));
        }
        for (name, value) in self.signature(plan, &host, &path)? {
            request = request.header(name, value);
        }
        Ok(request.body(Full::from(plan.body.clone()))?)
    }

    /// The headers that sign a request, right or wrong; none where it is from nobody.
    fn signature(
        &self,
        plan: &Plan,
        host: &str,
        path: &str,
    ) -> anyhow::Result<Vec<(HeaderName, HeaderValue)>> {
        let (signer, forgery) = match plan.ask.claim {
            Claim::Anonymous => (None, None),
            Claim::Caller(caller) => (self.signers.get(usize::from(caller)), None),
            Claim::Forged(caller) => {
                let signers = match plan.forgery {
                    Forgery::Secret => &self.forgers,
                    Forgery::Tail | Forgery::Late => &self.signers,
                };
                (signers.get(usize::from(caller)), Some(plan.forgery))
            }
        };
        let Some(signer) = signer else {
            return Ok(Vec::new());
        };
        let signed = Signed {
            method: method(&plan.ask),
            url: &format!("http://{host}{path}"),
            host,
            body: (!plan.unsigned_payload).then_some(&plan.body[..]),
        };
        let at = match forgery {
            Some(Forgery::Late) => now() - LATE,
            _ => now(),
        };
        let mut headers = signer.headers(signed, at)?;
        if forgery == Some(Forgery::Tail) {
            let authorization = headers.iter_mut().find(|(name, _)| name == AUTHORIZATION);
            let (_, value) = authorization.context("a signature without its header")?;
            *value = with_another_end(value)?;
        }
        Ok(headers)
    }
}

/// The authorization header, with another digit at its end: that of the signature.
fn with_another_end(authorization: &HeaderValue) -> anyhow::Result<HeaderValue> {
    let mut text = authorization.to_str()?.to_owned();
    let other = if text.pop() == Some('0') { '1' } else { '0' };
    text.push(other);
    Ok(HeaderValue::from_str(&text)?)
}

/// The id of a request, as access logs have it.
#[must_use]
pub fn request_id(marker: u64) -> String {
    format!("traffic-{marker:016x}")
}

fn method(ask: &Ask) -> &'static str {
    if ask.post { "POST" } else { "GET" }
}

/// Its beginning is the rule's prefix, or that of the first rule, encoded twice: nobody decodes it so far.
fn path(ask: &Ask) -> String {
    match ask.rule {
        estate::NO_RULE => format!("/%2530/{:016x}", ask.marker),
        rule => format!("/{rule}/{:016x}", ask.marker),
    }
}

/// Reads a target's response: one line of what it saw, then the content that belongs to the marker.
fn echo(world: &World, plan: &Plan, response: &[u8]) -> anyhow::Result<Echo> {
    let end = response.iter().position(|byte| *byte == b'\n');
    let (line, filling) = response.split_at(end.context("a target's answer is cut")?);
    let seen: Seen = serde_json::from_slice(line).context("a target's answer is garbled")?;
    let ask = &plan.ask;
    let host = world.host(ask.host).unwrap_or_default();
    let identity = match ask.claim {
        Claim::Anonymous => None,
        Claim::Caller(caller) | Claim::Forged(caller) => Some(format!(
            "Principal={}; Type=AWS_IAM",
            world.caller_arn(caller)
        )),
    };
    let mut differs = Vec::new();
    for (name, sent, arrived) in [
        ("host", Some(&*host), Some(&*seen.host)),
        ("method", Some(method(ask)), Some(&*seen.method)),
        ("path", Some(&*path(ask)), Some(&*seen.path)),
        ("identity", identity.as_deref(), seen.identity.as_deref()),
    ] {
        if sent != arrived {
            differs.push(format!("{name}: sent {sent:?}, arrived {arrived:?}"));
        }
    }
    let expected = content(!ask.marker, plan.answer_bytes);
    if digest(&expected) != digest(&filling[1..]) {
        let (want, got) = (expected.len(), filling.len() - 1);
        differs.push(format!("content of the response: {got} bytes, sent {want}"));
    }
    Ok(Echo {
        target: seen.target,
        marker: seen.marker,
        body: seen.body,
        differs,
    })
}

/// The marker as a header, for targets to answer with.
pub(super) fn marker_header(marker: u64) -> HeaderValue {
    HeaderValue::from_str(&format!("{marker:016x}"))
        .unwrap_or_else(|_| HeaderValue::from_static(""))
}
