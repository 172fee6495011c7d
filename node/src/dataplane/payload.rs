//! The body of a request as it is decided upon: passed on as it arrives, or read whole where the
//! signature covers it.

use std::rc::Rc;

use aws_lc_rs::digest;
use bytes::BytesMut;
use http::Response;
use http_body::Body;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use trellis_core::decide::{Denial, Plan};

use super::body::{RequestBody, ResponseBody, Whole};
use super::entry::Entry;
use super::exchange::Exchange;
use super::failure::Failure;
use super::headers;

/// A request's body before it is forwarded.
pub(crate) enum Payload {
    /// As it arrives.
    Arriving(Incoming),
    /// Read whole, with its SHA-256.
    Whole(Whole, [u8; 32]),
}

/// Why a body cannot be forwarded.
pub(crate) enum Unfit {
    /// The request is refused.
    Denied(Denial),
    /// The body could not be read.
    Failed(Failure),
}

impl From<Denial> for Unfit {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<Failure> for Unfit {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Unfit {
    /// The answer to the request.
    pub(crate) fn answer(self, entry: Entry) -> Response<ResponseBody> {
        match self {
            Self::Denied(denial) => entry.refuse(&denial),
            Self::Failed(failure) => entry.fail(failure),
        }
    }
}

impl Payload {
    /// The SHA-256 of a body that has been read.
    pub(crate) fn sha256(&self) -> Option<[u8; 32]> {
        match self {
            Self::Arriving(_) => None,
            Self::Whole(_, sha256) => Some(*sha256),
        }
    }

    /// Reads the whole body, within the idle timeout of the service.
    ///
    /// # Errors
    /// [`Denial::BodyTooLarge`]; [`Failure::ClientGone`] where the client broke off,
    /// [`Failure::ClientTimeout`] where it took too long, [`Failure::Overloaded`] where the worker
    /// holds too many bodies.
    pub(crate) async fn read(self, exchange: &Exchange) -> Result<Self, Unfit> {
        let Self::Arriving(incoming) = self else {
            return Ok(self);
        };
        let whole = exchange.wait.within(collect(incoming, exchange)).await;
        let whole = whole.ok_or(Failure::ClientTimeout)??;
        exchange.note_request_end();
        let data = whole.data.as_deref().unwrap_or_default();
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest::digest(&digest::SHA256, data).as_ref());
        Ok(Self::Whole(whole, sha256))
    }

    /// Checks what the plan demands of the body, reading it where that is needed.
    ///
    /// # Errors
    /// [`Denial::BodyMismatch`], and those of [`Payload::read`].
    pub(crate) async fn verified(self, plan: &Plan, exchange: &Exchange) -> Result<Self, Unfit> {
        let Some(signed) = plan.body_sha256 else {
            return Ok(self);
        };
        let payload = self.read(exchange).await?;
        if payload.sha256() == Some(signed) {
            Ok(payload)
        } else {
            Err(Denial::BodyMismatch.into())
        }
    }

    /// The body of the request to the target.
    pub(crate) fn into_body(self, exchange: &Rc<Exchange>) -> RequestBody {
        match self {
            Self::Arriving(incoming) if incoming.is_end_stream() => {
                exchange.note_request_end();
                RequestBody::Empty
            }
            Self::Arriving(incoming) => RequestBody::Streamed {
                incoming,
                exchange: exchange.clone(),
            },
            Self::Whole(whole, _) if whole.data.is_none() && whole.trailers.is_none() => {
                RequestBody::Empty
            }
            Self::Whole(whole, _) => RequestBody::Whole(whole),
        }
    }
}

async fn collect(mut incoming: Incoming, exchange: &Exchange) -> Result<Whole, Unfit> {
    let worker = &exchange.worker;
    let limit = worker.config.body_hash_bytes_max;
    if incoming.size_hint().lower() > limit as u64 {
        return Err(Denial::BodyTooLarge.into());
    }
    let mut share = worker.bodies.share();
    let mut data = BytesMut::new();
    let mut trailers = None;
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(|_| Failure::ClientGone)?;
        match frame.into_data() {
            Ok(piece) => {
                if piece.len() > limit - data.len() {
                    return Err(Denial::BodyTooLarge.into());
                }
                share.take(piece.len()).ok_or(Failure::Overloaded)?;
                let received = &exchange.facts.received;
                received.set(received.get().saturating_add(piece.len() as u64));
                data.extend_from_slice(&piece);
            }
            Err(frame) => trailers = frame.into_trailers().ok(),
        }
    }
    let held = trailers.as_ref().map_or(0, headers::bytes);
    share.take(held).ok_or(Failure::Overloaded)?;
    Ok(Whole::new(data.freeze(), trailers, share))
}
