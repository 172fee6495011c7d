//! The record of a request: opened once, closed once. Dropped before its response is complete, it
//! says that the request was aborted.

mod record;

use std::rc::Rc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode, header};
use trellis_core::decide::{Denial, FailureReason};

use super::body::ResponseBody;
use super::connection::Connection;
use super::exchange::Exchange;
use super::failure::Failure;
use super::upstream::Lease;
use super::worker::Worker;
use super::{debug, headers};
use crate::telemetry::requests::signature_failure;

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
        if let Denial::Signature(text) = denial {
            let kind = signature_failure(text);
            self.0.facts.bad_signature.set(Some(kind));
        }
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
        let exchange = self.0.clone();
        let mut response = Response::new(ResponseBody::whole(text, self.sent_head(status)));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(headers::REQUEST_ID, exchange.request_id.clone());
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        if !exchange.http2 && !exchange.request_is_done() {
            // What is left of the body is not read, so the connection ends: a client that is not
            // told would send its next request into the end.
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        debug::explain(headers, &exchange);
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
        exchange.facts.from_target.set(Some(exchange.elapsed()));
        headers::prepare_response(&mut parts.headers);
        exchange.note_grpc_status(&parts.headers);
        exchange.note_sent(headers::bytes(&parts.headers));
        parts
            .headers
            .insert(headers::REQUEST_ID, exchange.request_id.clone());
        debug::explain(&mut parts.headers, exchange);
        parts.version = http::Version::HTTP_11;
        parts.extensions.clear();
        let entry = self.sent_head(parts.status);
        Response::from_parts(parts, ResponseBody::streamed(incoming, lease, entry))
    }

    fn sent_head(self, status: StatusCode) -> Self {
        self.0.facts.status.set(status.as_u16());
        self
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
        record::close(exchange);
    }
}
