//! A network in memory: calls take time, overtake each other, and are lost where a link is cut.
//!
//! Each call is the one that would travel over TLS, encoded, so that everything but the connection is
//! the product's. Chance is drawn for each call by what it says and when, not in the order of sending: which
//! of two tasks of a host goes first at one instant must not matter.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use rand::RngExt;
use tokio::sync::oneshot;
use tonic::body::Body;
use tonic::{Code, ConnectError, Status};
use tower::Service;

use super::bug::Bug;
use super::chance::{chance, digest};
use super::trace::Trace;
use crate::raft::network::channels::{Dial, Link, LinkError};

/// After this long a connection that carries nothing is given up, milliseconds: the keep-alive's
/// interval and patience.
const DEAD_AFTER_MS: u64 = 8_000;

type Answer = Result<http::Response<Body>, LinkError>;

/// From, to, and a number that follows from what is sent and when.
pub(super) type Call = (u64, u64, u64);

/// How long messages take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weather {
    /// The least, milliseconds.
    pub(super) base_ms: u64,
    /// How much more at most, milliseconds.
    pub(super) jitter_ms: u64,
    /// How many of a thousand are lost once and sent again.
    pub(super) loss_permille: u32,
}

/// What arrives.
pub(super) enum Arrival {
    /// A call for a member.
    Call(Call, http::Request<Body>),
    /// The end of a call, for who made it.
    Answer(Call, Answer),
}

/// The network.
pub(super) struct Net(Mutex<State>);

/// What the network carries.
pub(super) struct State {
    seed: u64,
    /// Virtual time, milliseconds.
    pub(super) now_ms: u64,
    /// Links that carry nothing, each in one direction.
    pub(super) cut: BTreeSet<(u64, u64)>,
    /// How long messages take.
    pub(super) weather: Weather,
    /// What the network does wrong.
    pub(super) bug: Option<Bug>,
    /// What has happened.
    pub(super) trace: Trace,
    flying: BTreeMap<(u64, Call, bool), Arrival>,
    waiting: BTreeMap<Call, oneshot::Sender<Answer>>,
}

impl Net {
    pub(super) fn new(seed: u64) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            seed,
            now_ms: 0,
            cut: BTreeSet::new(),
            weather: Weather {
                base_ms: 0,
                jitter_ms: 2,
                loss_permille: 0,
            },
            bug: None,
            trace: Trace::default(),
            flying: BTreeMap::new(),
            waiting: BTreeMap::new(),
        })))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The network as a member sees it.
    pub(super) fn dialer(self: &Arc<Self>, from: u64) -> Arc<dyn Dial> {
        Arc::new(Dialer {
            net: self.clone(),
            from,
        })
    }
}

impl State {
    /// Takes what arrives now, in an order that does not depend on who sent first. What meets a cut
    /// link is held back, or its connection breaks.
    pub(super) fn arrivals(&mut self) -> Vec<Arrival> {
        let later = self.flying.split_off(&(self.now_ms + 1, (0, 0, 0), false));
        let due = std::mem::replace(&mut self.flying, later);
        let mut arrivals = Vec::new();
        for ((_, call, answers), arrival) in due {
            let (from, to, _) = call;
            let way = if answers { (to, from) } else { (from, to) };
            if !self.cut.contains(&way) {
                self.trace.event((self.now_ms, call, answers));
                arrivals.push(arrival);
            } else if !answers && self.bug == Some(Bug::CommitWithoutQuorum) && appends(&arrival) {
                self.answer(call, Ok(accepted()));
            } else {
                self.hold(call, answers, arrival);
            }
        }
        arrivals
    }

    /// What a cut link does to a message: it is sent again until the link is whole, or until the
    /// connection is given up.
    fn hold(&mut self, call: Call, answers: bool, arrival: Arrival) {
        let mut chance = chance(self.seed, ("hold", call, answers, self.now_ms));
        if chance.random_ratio(1, 16) {
            let broken = Arrival::Answer(call, Err(error("connection lost")));
            let due = self.now_ms + chance.random_range(0..DEAD_AFTER_MS);
            self.flying.insert((due, call, true), broken);
        } else {
            let due = self.now_ms + chance.random_range(100..400);
            self.flying.insert((due, call, answers), arrival);
        }
    }

    fn delay(&self, call: Call, answers: bool) -> u64 {
        let mut chance = chance(self.seed, ("delay", call, answers));
        let Weather {
            base_ms,
            jitter_ms,
            loss_permille,
        } = self.weather;
        let lost = chance.random_ratio(loss_permille, 1_000);
        let again = if lost {
            chance.random_range(200..600)
        } else {
            0
        };
        base_ms + chance.random_range(0..=jitter_ms) + again
    }

    fn send(
        &mut self,
        from: u64,
        to: u64,
        request: http::Request<Body>,
        sum: u64,
    ) -> oneshot::Receiver<Answer> {
        let number = digest((self.now_ms, request.uri().path(), sum));
        self.trace.event((from, to, number));
        let numbers = (0..).map(|again| number.wrapping_add(again));
        let mut calls = numbers.map(|number| (from, to, number));
        let known = |call: &Call| self.waiting.contains_key(call);
        let call = calls.find(|call| !known(call)).unwrap();
        let (sender, receiver) = oneshot::channel();
        self.waiting.insert(call, sender);
        let due = self.now_ms + 1 + self.delay(call, false);
        self.flying
            .insert((due, call, false), Arrival::Call(call, request));
        receiver
    }

    /// Sends the answer to a call on its way.
    pub(super) fn answer(&mut self, call: Call, answer: Answer) {
        let due = self.now_ms + 1 + self.delay(call, true);
        self.flying
            .insert((due, call, true), Arrival::Answer(call, answer));
    }

    /// Hands an answer to who waits for it.
    pub(super) fn conclude(&mut self, call: Call, answer: Answer) {
        if let Some(waiting) = self.waiting.remove(&call) {
            // Who asked may have stopped waiting.
            let _ = waiting.send(answer);
        }
    }

    /// Nobody listens where the call arrived.
    pub(super) fn refuse(&mut self, call: Call) {
        let refused = ConnectError("connection refused".into());
        self.answer(call, Err(LinkError(Box::new(refused))));
    }

    /// A member died: its calls are forgotten, and calls to it break, at once or when they are
    /// given up.
    pub(super) fn died(&mut self, member: u64, silently: bool) {
        self.waiting.retain(|(from, _, _), _| *from != member);
        let broken: Vec<Call> = self.waiting.keys().copied().collect();
        for call in broken.into_iter().filter(|(_, to, _)| *to == member) {
            let answered = self.flying.keys().any(|(_, flying, _)| *flying == call);
            if !answered {
                let wait = if silently { DEAD_AFTER_MS } else { 0 };
                let lost = Arrival::Answer(call, Err(error("connection reset")));
                self.flying
                    .insert((self.now_ms + 1 + wait, call, true), lost);
            }
        }
    }
}

fn error(what: &str) -> LinkError {
    LinkError(Box::new(Status::new(Code::Unavailable, what)))
}

fn appends(arrival: &Arrival) -> bool {
    matches!(arrival, Arrival::Call(_, request) if request.uri().path().ends_with("/Append"))
}

/// What a member answers that took entries.
fn accepted() -> http::Response<Body> {
    use prost::Message;
    use trellis_proto::raft_v1::{AppendResponse, Empty, append_response::Result};
    let message = AppendResponse {
        result: Some(Result::Success(Empty {})),
    };
    let mut frame = vec![0];
    let length = u32::try_from(message.encoded_len()).unwrap();
    frame.extend(length.to_be_bytes());
    frame.extend(message.encode_to_vec());
    let mut trailers = http::HeaderMap::new();
    trailers.insert("grpc-status", http::HeaderValue::from_static("0"));
    let mut response = http::Response::new(body(frame.into(), Some(trailers)));
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static("application/grpc"),
    );
    response
}

fn body(bytes: Bytes, trailers: Option<http::HeaderMap>) -> Body {
    let full = Full::new(bytes);
    match trailers {
        Some(trailers) => {
            Body::new(full.with_trailers(async { Some(Ok::<_, Infallible>(trailers)) }))
        }
        None => Body::new(full),
    }
}

/// A body that has arrived whole, and a number that stands for it.
pub(super) async fn whole(streamed: Body) -> Result<(Body, u64), Status> {
    let collected = streamed.collect().await?;
    let trailers = collected.trailers().cloned();
    let bytes = collected.to_bytes();
    let sum = digest(&bytes);
    Ok((body(bytes, trailers), sum))
}

struct Dialer {
    net: Arc<Net>,
    from: u64,
}

impl Dial for Dialer {
    fn dial(&self, member: u64, _: &str) -> std::io::Result<Link> {
        Ok(Link::new(Way {
            net: self.net.clone(),
            from: self.from,
            to: member,
        }))
    }
}

#[derive(Clone)]
struct Way {
    net: Arc<Net>,
    from: u64,
    to: u64,
}

impl Service<http::Request<Body>> for Way {
    type Response = http::Response<Body>;
    type Error = LinkError;
    type Future = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), LinkError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let Self { net, from, to } = self.clone();
        Box::pin(async move {
            let (parts, streamed) = request.into_parts();
            let (whole, sum) = whole(streamed)
                .await
                .map_err(|status| LinkError(Box::new(status)))?;
            let receiver = {
                let request = http::Request::from_parts(parts, whole);
                net.state().send(from, to, request, sum)
            };
            receiver
                .await
                .unwrap_or_else(|_| Err(error("connection reset")))
        })
    }
}
