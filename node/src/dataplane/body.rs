//! Bodies on their way: counted, watched, and closing the record of their request when they end.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::budget::Share;
use super::entry::Entry;
use super::exchange::Exchange;
use super::headers;
use super::upstream::Lease;

/// The body of a request to a target.
pub(crate) enum RequestBody {
    /// Nothing.
    Empty,
    /// A body that has been read to check its hash.
    Whole(Whole),
    /// A body as it arrives.
    Streamed {
        /// The client's body.
        incoming: Incoming,
        /// The request it belongs to.
        exchange: Rc<Exchange>,
    },
}

/// A body that has been read, as far as it has not been passed on.
#[derive(Clone)]
pub(crate) struct Whole {
    /// The data; `None` once it has been passed on, or where there is none.
    pub(crate) data: Option<Bytes>,
    /// The trailers.
    pub(crate) trailers: Option<HeaderMap>,
    /// What is held of the worker's budget, until the last copy is gone.
    _share: Rc<Share>,
}

impl Whole {
    /// A body with its trailers, and the share of the worker's budget that it holds.
    pub(crate) fn new(data: Bytes, trailers: Option<HeaderMap>, share: Share) -> Self {
        Self {
            data: Some(data).filter(|data| !data.is_empty()),
            trailers,
            _share: Rc::new(share),
        }
    }

    fn next(&mut self) -> Option<Frame<Bytes>> {
        let data = self.data.take().map(Frame::data);
        data.or_else(|| self.trailers.take().map(Frame::trailers))
    }

    fn is_end(&self) -> bool {
        self.data.is_none() && self.trailers.is_none()
    }

    /// Exact only without trailers: HTTP/1.1 has them after chunks, not after a known length.
    fn size_hint(&self) -> SizeHint {
        let length = self.data.as_ref().map_or(0, |data| data.len() as u64);
        if self.trailers.is_none() {
            return SizeHint::with_exact(length);
        }
        let mut hint = SizeHint::new();
        hint.set_lower(length);
        hint
    }
}

impl RequestBody {
    /// The same body once more, where it is still at hand.
    pub(crate) fn again(&self) -> Option<Self> {
        match self {
            Self::Empty => Some(Self::Empty),
            Self::Whole(whole) => Some(Self::Whole(whole.clone())),
            Self::Streamed { .. } => None,
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Self::Empty => Poll::Ready(None),
            Self::Whole(whole) => Poll::Ready(whole.next().map(|frame| Ok(clean(frame)))),
            Self::Streamed { incoming, exchange } => {
                let frame = Pin::new(&mut *incoming).poll_frame(cx);
                exchange.facts.client_owes.set(frame.is_pending());
                let frame = ready!(frame);
                Poll::Ready(match frame {
                    Some(Ok(frame)) => {
                        exchange.note_request_frame(&frame, incoming.is_end_stream());
                        Some(Ok(clean(frame)))
                    }
                    Some(Err(error)) => {
                        exchange.note_client_gone();
                        Some(Err(error))
                    }
                    None => {
                        exchange.note_request_end();
                        None
                    }
                })
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Whole(whole) => whole.is_end(),
            Self::Streamed { incoming, .. } => incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Whole(whole) => whole.size_hint(),
            Self::Streamed { incoming, .. } => incoming.size_hint(),
        }
    }
}

/// Takes out of trailers what does not belong there.
fn clean(frame: Frame<Bytes>) -> Frame<Bytes> {
    match frame.into_trailers() {
        Ok(mut trailers) => {
            headers::clean_trailers(&mut trailers);
            Frame::trailers(trailers)
        }
        Err(frame) => frame,
    }
}

/// Why a response could not be completed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    /// The target ended it.
    #[error("the target ended the response: {0}")]
    Target(hyper::Error),
    /// The target said nothing for too long.
    #[error("the target said nothing for too long")]
    Stalled,
}

/// The body of a response to a client. When it ends, or is dropped before, its entry closes.
pub(crate) struct ResponseBody {
    source: Source,
    entry: Entry,
}

enum Source {
    Whole(Option<Bytes>),
    Streamed {
        incoming: Incoming,
        lease: Option<Lease>,
    },
}

impl ResponseBody {
    /// A body at hand.
    pub(crate) fn whole(bytes: Bytes, entry: Entry) -> Self {
        entry.exchange().note_sent(bytes.len());
        entry.complete();
        let bytes = Some(bytes).filter(|bytes| !bytes.is_empty());
        Self {
            source: Source::Whole(bytes),
            entry,
        }
    }

    /// A body as it arrives from the target over `lease`.
    pub(crate) fn streamed(incoming: Incoming, lease: Lease, entry: Entry) -> Self {
        let mut body = Self {
            source: Source::Streamed {
                incoming,
                lease: Some(lease),
            },
            entry,
        };
        body.finish_if_ended();
        body
    }

    fn finish_if_ended(&mut self) {
        if matches!(&self.source, Source::Streamed { incoming, .. } if incoming.is_end_stream()) {
            self.finish();
        }
    }

    /// Gives the target's connection back: the last byte of the response is here.
    fn finish(&mut self) {
        self.entry.complete();
        if let Source::Streamed { lease, .. } = &mut self.source
            && let Some(lease) = lease.take()
        {
            lease.release(self.entry.exchange().request_is_done());
        }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let body = self.get_mut();
        let incoming = match &mut body.source {
            Source::Whole(bytes) => {
                return Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes))));
            }
            Source::Streamed { incoming, .. } => incoming,
        };
        let exchange = body.entry.exchange();
        let Poll::Ready(frame) = Pin::new(incoming).poll_frame(cx) else {
            if exchange.wait.poll_expired(cx).is_ready() {
                exchange.note_stalled();
                return Poll::Ready(Some(Err(BodyError::Stalled)));
            }
            return Poll::Pending;
        };
        exchange.wait.end();
        let frame = match frame {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => {
                exchange.note_target_error(&error);
                return Poll::Ready(Some(Err(BodyError::Target(error))));
            }
            None => {
                body.finish();
                return Poll::Ready(None);
            }
        };
        exchange.note_response_frame(&frame);
        if frame.is_trailers() {
            body.finish();
        } else {
            body.finish_if_ended();
        }
        Poll::Ready(Some(Ok(clean(frame))))
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Whole(bytes) => bytes.is_none(),
            Source::Streamed { incoming, .. } => incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Source::Streamed { incoming, .. } => incoming.size_hint(),
        }
    }
}
