//! The record of a request: opened once, closed once. Dropped before its response is complete, it
//! says that the request was aborted.

use std::rc::Rc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode, header};
use trellis_core::decide::{Caller, Denial, FailureReason};

use super::access_log::Record;
use super::body::ResponseBody;
use super::connection::Connection;
use super::exchange::{Exchange, Route};
use super::failure::Failure;
use super::headers;
use super::upstream::Lease;
use super::worker::Worker;

/// The open record of a request.
pub(crate) struct Entry(Rc<Exchange>);

impl Entry {
    /// Opens the record of a request; takes the view that serves it to the end.
    pub(crate) fn open(worker: &Rc<Worker>, connection: &Rc<Connection>, parts: &Parts) -> Self {
        let exchange = Rc::new(Exchange::new(worker, connection, parts));
        worker.exchanges.enter(&exchange);
        connection.under_way.set(connection.under_way.get() + 1);
        Self(exchange)
    }

    /// The request.
    pub(crate) fn exchange(&self) -> &Rc<Exchange> {
        &self.0
    }

    /// The response has been passed on to its end.
    pub(crate) fn complete(&self) {
        self.0.facts.complete.set(true);
    }

    /// Refuses the request.
    pub(crate) fn refuse(self, denial: &Denial) -> Response<ResponseBody> {
        if let Some(reason) = denial.failure_reason() {
            self.0.fail(reason);
        }
        self.0.facts.auth_denied.set(denial.auth_denied());
        let unknown = matches!(denial, Denial::Signature(_));
        self.0.facts.unknown_caller.set(unknown);
        let text = Bytes::copy_from_slice(denial.text().as_bytes());
        self.answer(denial.status(), text)
    }

    /// Answers that the request could not be served.
    pub(crate) fn fail(self, failure: Failure) -> Response<ResponseBody> {
        self.0.fail(failure.reason());
        let text = Bytes::from_static(failure.text().as_bytes());
        self.answer(failure.status(), text)
    }

    /// Answers a request whose head is refused.
    pub(crate) fn reject(self, status: u16, text: &'static str) -> Response<ResponseBody> {
        self.0.fail(FailureReason::ClientProtocolError);
        self.answer(status, Bytes::from_static(text.as_bytes()))
    }

    /// Answers with a fixed status, its reason phrase as the body.
    pub(crate) fn respond(self, status: u16) -> Response<ResponseBody> {
        let reason = StatusCode::from_u16(status)
            .ok()
            .and_then(|s| s.canonical_reason());
        self.answer(
            status,
            Bytes::from_static(reason.unwrap_or_default().as_bytes()),
        )
    }

    fn answer(self, status: u16, text: Bytes) -> Response<ResponseBody> {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let id = self.0.request_id.clone();
        let mut response = Response::new(ResponseBody::whole(text, self.sent_head(status)));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(headers::REQUEST_ID, id);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        response
    }

    /// Passes a target's response on.
    pub(crate) fn pass_on(
        self,
        response: Response<hyper::body::Incoming>,
        lease: Lease,
    ) -> Response<ResponseBody> {
        let (mut parts, incoming) = response.into_parts();
        let exchange = self.exchange();
        exchange
            .facts
            .from_target_ms
            .set(Some(exchange.elapsed_ms()));
        headers::prepare_response(&mut parts.headers);
        exchange.note_grpc_status(&parts.headers);
        exchange.note_sent(headers::bytes(&parts.headers));
        parts
            .headers
            .insert(headers::REQUEST_ID, exchange.request_id.clone());
        parts.version = http::Version::HTTP_11;
        parts.extensions.clear();
        let entry = self.sent_head(parts.status);
        Response::from_parts(parts, ResponseBody::streamed(incoming, lease, entry))
    }

    fn sent_head(self, status: StatusCode) -> Self {
        self.0.facts.status.set(status.as_u16());
        self
    }

    fn record(&self) {
        let exchange = &*self.0;
        let Some(route) = exchange.route() else {
            return;
        };
        let Some(reach) = route.reach else { return };
        let lists: [&[String]; 2] = [
            &reach.network.log_destinations,
            &reach.service.log_destinations,
        ];
        if lists.iter().all(|list| list.is_empty()) {
            return;
        }
        let trace = exchange.trace.borrow();
        let record = record(exchange, &route, trace.caller.as_ref());
        exchange.worker.access_log.record(&lists, &record);
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let exchange = &*self.0;
        if !exchange.facts.complete.get() {
            exchange.fail(if exchange.connection.too_old.get() {
                FailureReason::ConnectionDurationExceeded
            } else {
                FailureReason::ClientConnectionClosed
            });
        }
        exchange.worker.exchanges.leave(exchange);
        let under_way = &exchange.connection.under_way;
        under_way.set(under_way.get().saturating_sub(1));
        self.record();
    }
}

fn record<'a>(exchange: &'a Exchange, route: &Route<'a>, caller: Option<&'a Caller>) -> Record<'a> {
    let facts = &exchange.facts;
    let principal = match caller {
        Some(Caller::Signed(principal)) => Some(&**principal),
        Some(Caller::Anonymous) | None => None,
    };
    let resolved = match (principal, caller) {
        (Some(principal), _) => Some(principal.arn.as_str()),
        (None, Some(_)) => Some("Anonymous"),
        (None, None) => Some("Unknown").filter(|_| facts.unknown_caller.get()),
    };
    let status = facts.status.get();
    let group = route.group;
    Record {
        service_network_arn: route.reach.map(|reach| reach.network.arn.as_str()),
        resolved_user: resolved,
        listener_type: route.listener.map(|_| "HTTP"),
        auth_denied_reason: facts.auth_denied.get(),
        target_group_arn: group.map(|group| group.arn.as_str()),
        source_vpc_arn: Some(&route.vpc.arn),
        destination_vpc_id: group.map(|group| group.vpc.as_str()),
        source: Some(exchange.connection.address),
        listener_id: route.listener.map(|listener| listener.id.as_str()),
        target: facts.target.get(),
        failure_reason: facts.failure.get(),
        service_arn: route.reach.map(|reach| reach.service.arn.as_str()),
        source_vpc_id: Some(&route.vpc.id),
        start_time_ms: exchange.start_time_ms,
        request_method: Some(exchange.method.as_str()),
        request_path: exchange.target.as_ref().map(|target| target.as_str()),
        protocol: Some(if exchange.http2 { "HTTP/2" } else { "HTTP/1.1" }),
        response_code: Some(status).filter(|status| *status != 0),
        bytes_received: facts.received.get(),
        bytes_sent: facts.sent.get(),
        duration_ms: exchange.elapsed_ms(),
        user_agent: exchange.user_agent.as_ref().map(HeaderValue::as_bytes),
        host_header: exchange.host.as_ref().map(HeaderValue::as_bytes),
        request_to_target_ms: facts.to_target_ms.get(),
        response_from_target_ms: facts.from_target_ms.get(),
        caller_principal: principal.map(|principal| principal.arn.as_str()),
        grpc_response_code: facts.grpc_status.get(),
        request_id: exchange.request_id.to_str().ok(),
        caller_principal_tags: principal.map(|principal| principal.tags.as_slice()),
        revision: exchange.adopted.view.revision,
        rule_id: route.rule_id,
        ..Record::default()
    }
}
