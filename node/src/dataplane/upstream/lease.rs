//! The use of a connection for one request.

use std::rc::Rc;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1;

use super::{Shared, Slot};
use crate::clock;
use crate::dataplane::body::RequestBody;

/// The right to send one request over a connection to a target. Dropped before the response has
/// ended, it closes an HTTP/1 connection or resets an HTTP/2 stream.
pub(crate) struct Lease {
    sender: Sender,
    flight: Flight,
    /// Whether the connection has served requests before.
    pub(crate) reused: bool,
}

enum Sender {
    Http1(http1::SendRequest<RequestBody>),
    Http2(Stream),
}

/// Counts a request to a target for as long as it is under way.
struct Flight(Rc<Slot>);

/// Counts a stream of a shared connection.
struct Stream(Shared);

/// Why a request was not answered.
pub(crate) struct SendError {
    pub(crate) error: hyper::Error,
    /// The request, where nothing of it was sent.
    pub(crate) unsent: Option<Request<RequestBody>>,
}

impl Lease {
    pub(super) fn http1(
        slot: Rc<Slot>,
        sender: http1::SendRequest<RequestBody>,
        reused: bool,
    ) -> Self {
        Self {
            sender: Sender::Http1(sender),
            flight: Flight::new(slot),
            reused,
        }
    }

    pub(super) fn http2(slot: Rc<Slot>, shared: Shared, reused: bool) -> Self {
        Self {
            sender: Sender::Http2(Stream::new(shared)),
            flight: Flight::new(slot),
            reused,
        }
    }

    /// Whether the target speaks HTTP/2.
    pub(crate) fn is_http2(&self) -> bool {
        matches!(self.sender, Sender::Http2(_))
    }

    /// Sends the request; answers the response's head, its body to come.
    ///
    /// # Errors
    /// [`SendError`], with the request where nothing of it was sent.
    pub(crate) async fn send(
        &mut self,
        request: Request<RequestBody>,
    ) -> Result<Response<Incoming>, Box<SendError>> {
        let sent = match &mut self.sender {
            Sender::Http1(sender) => sender.try_send_request(request).await,
            Sender::Http2(stream) => stream.0.sender.try_send_request(request).await,
        };
        sent.map_err(|mut failed| {
            Box::new(SendError {
                unsent: failed.take_message(),
                error: failed.into_error(),
            })
        })
    }

    /// Gives the connection back after the response's last byte. An HTTP/1 connection is kept only
    /// where the whole request was sent too.
    pub(crate) fn release(self, request_done: bool) {
        if let Sender::Http1(sender) = self.sender
            && request_done
        {
            self.flight.0.put_idle(sender);
        }
    }
}

impl Flight {
    fn new(slot: Rc<Slot>) -> Self {
        slot.in_flight.set(slot.in_flight.get() + 1);
        Self(slot)
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.in_flight.set(self.0.in_flight.get() - 1);
    }
}

impl Stream {
    fn new(shared: Shared) -> Self {
        shared.streams.set(shared.streams.get() + 1);
        Self(shared)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.0.streams.set(self.0.streams.get() - 1);
        self.0.used.set(clock::instant());
    }
}
