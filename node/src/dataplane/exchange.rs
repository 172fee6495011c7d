//! One request and its response: what is learnt on the way, shared by the bodies of both.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Version, header};
use http_body::Frame;
use trellis_core::decide::{AuthDenied, FailureReason, Trace};
use trellis_core::view::{GroupView, ListenerView, Reach, VpcView};

use super::connection::Connection;
use super::debug::Explained;
use super::headers;
use super::stall::Wait;
use super::worker::{Adopted, Worker};
use crate::clock;

/// A request under way.
pub(crate) struct Exchange {
    pub(crate) worker: Rc<Worker>,
    pub(crate) connection: Rc<Connection>,
    /// The one view of this request.
    pub(crate) adopted: Rc<Adopted>,
    pub(crate) request_id: HeaderValue,
    pub(crate) method: Method,
    pub(crate) target: Option<PathAndQuery>,
    pub(crate) host: Option<HeaderValue>,
    pub(crate) user_agent: Option<HeaderValue>,
    pub(crate) http2: bool,
    pub(crate) start_time_ms: u64,
    pub(crate) opened: Instant,
    pub(crate) trace: RefCell<Trace>,
    pub(crate) wait: Wait,
    pub(crate) facts: Facts,
    /// Position in the worker's list of requests under way.
    pub(crate) seat: Cell<Option<usize>>,
}

/// What happened, as far as it has.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Status sent; 0 while none was.
    pub(crate) status: Cell<u16>,
    pub(crate) failure: Cell<Option<FailureReason>>,
    pub(crate) auth_denied: Cell<Option<AuthDenied>>,
    /// The kind of a signature that was refused.
    pub(crate) bad_signature: Cell<Option<&'static str>>,
    pub(crate) target: Cell<Option<SocketAddr>>,
    /// From the start until the request was with the target.
    pub(crate) to_target: Cell<Option<Duration>>,
    /// From the start until the target's response was with us.
    pub(crate) from_target: Cell<Option<Duration>>,
    pub(crate) received: Cell<u64>,
    pub(crate) sent: Cell<u64>,
    pub(crate) grpc_status: Cell<Option<u32>>,
    pub(crate) request_done: Cell<bool>,
    /// Whether the target waits for more of the client's body.
    pub(crate) client_owes: Cell<bool>,
    pub(crate) complete: Cell<bool>,
    /// What the response tells a caller that may know.
    pub(crate) explained: Cell<Explained>,
}

/// Where a request goes, in the view that decided it.
pub(crate) struct Route<'v> {
    pub(crate) vpc: &'v VpcView,
    pub(crate) reach: Option<&'v Reach>,
    pub(crate) listener: Option<&'v ListenerView>,
    pub(crate) rule_id: Option<&'v str>,
    pub(crate) group: Option<&'v GroupView>,
    pub(crate) target: Option<usize>,
}

impl Exchange {
    pub(crate) fn new(worker: &Rc<Worker>, connection: &Rc<Connection>, parts: &Parts) -> Self {
        let host = parts.headers.get(header::HOST).cloned();
        let authority = || HeaderValue::try_from(parts.uri.authority()?.as_str()).ok();
        Self {
            worker: worker.clone(),
            connection: connection.clone(),
            adopted: worker.adopted(),
            request_id: headers::request_id(&parts.headers, || worker.draw_id()),
            method: parts.method.clone(),
            target: parts.uri.path_and_query().cloned(),
            host: host.or_else(authority),
            user_agent: parts.headers.get(header::USER_AGENT).cloned(),
            http2: parts.version == Version::HTTP_2,
            start_time_ms: clock::now_ms(),
            opened: clock::instant(),
            trace: RefCell::new(Trace::default()),
            wait: Wait::new(connection.idle.get()),
            facts: Facts {
                received: Cell::new(headers::head_bytes(parts) as u64),
                ..Facts::default()
            },
            seat: Cell::new(None),
        }
    }

    /// What the decision found. `None` where the VPC is gone.
    pub(crate) fn route(&self) -> Option<Route<'_>> {
        let trace = self.trace.borrow();
        let vpc = trace.vpc(&self.adopted.view, &self.connection.peer())?;
        let reach = trace.reach(vpc);
        let listener = reach.and_then(|reach| trace.listener(reach));
        let action = listener.and_then(|listener| trace.action(listener));
        let rule =
            |listener: &'_ ListenerView| Some(trace.rule?).filter(|r| *r < listener.rules.len());
        Some(Route {
            vpc,
            reach,
            listener,
            rule_id: listener.and_then(|l| rule(l).map(|at| l.rules[at].id.as_str())),
            group: action
                .and_then(|action| trace.group(action))
                .map(|group| &**group),
            target: trace.target,
        })
    }

    /// The idle timeout of the service holds from here on.
    pub(crate) fn learn_timeout(&self) {
        if let Some(reach) = self.route().and_then(|route| route.reach) {
            let idle = reach.service.idle_timeout;
            self.wait.set_limit(idle);
            self.connection.idle.set(idle);
        }
    }

    /// Time since the request's head was complete.
    pub(crate) fn elapsed(&self) -> Duration {
        clock::instant().duration_since(self.opened)
    }

    /// Bytes were sent to the client.
    pub(crate) fn note_sent(&self, bytes: usize) {
        let sent = &self.facts.sent;
        sent.set(sent.get().saturating_add(bytes as u64));
    }

    /// A part of the request's body passed on to the target.
    pub(crate) fn note_request_frame(&self, frame: &Frame<Bytes>, last: bool) {
        if let Some(data) = frame.data_ref() {
            let received = &self.facts.received;
            received.set(received.get().saturating_add(data.len() as u64));
        }
        self.wait.renew();
        if last || frame.is_trailers() {
            self.note_request_end();
        }
    }

    /// The request's body has ended.
    pub(crate) fn note_request_end(&self) {
        self.facts.request_done.set(true);
    }

    /// Whether the whole request has been read.
    pub(crate) fn request_is_done(&self) -> bool {
        self.facts.request_done.get()
    }

    /// The client broke off its request.
    pub(crate) fn note_client_gone(&self) {
        self.fail(FailureReason::ClientConnectionClosed);
    }

    /// The target said nothing for too long in the middle of its response.
    pub(crate) fn note_stalled(&self) {
        self.fail(FailureReason::TargetDataTimeout);
    }

    /// The target broke its response off.
    pub(crate) fn note_target_error(&self, error: &hyper::Error) {
        self.fail(super::failure::blame(error));
    }

    /// A part of the response passed on to the client.
    pub(crate) fn note_response_frame(&self, frame: &Frame<Bytes>) {
        if let Some(data) = frame.data_ref() {
            self.note_sent(data.len());
        }
        if let Some(trailers) = frame.trailers_ref() {
            self.note_grpc_status(trailers);
        }
    }

    /// Takes the status of a gRPC call from a response's headers or trailers.
    pub(crate) fn note_grpc_status(&self, headers: &HeaderMap) {
        let status = headers.get(&headers::GRPC_STATUS);
        let status = status.and_then(|status| status.to_str().ok()?.parse().ok());
        if status.is_some() {
            self.facts.grpc_status.set(status);
        }
    }

    /// The first reason of a failure stands.
    pub(crate) fn fail(&self, reason: FailureReason) {
        if self.facts.failure.get().is_none() {
            self.facts.failure.set(Some(reason));
        }
    }
}
