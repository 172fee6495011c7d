//! The body of a request as it is decided upon: passed on as it arrives, or read whole where the
//! signature covers it.

use std::rc::Rc;

use aws_lc_rs::digest;
use bytes::Bytes;
use http_body::Body;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use trellis_core::decide::{Denial, Plan};

use super::body::RequestBody;
use super::exchange::Exchange;

/// A request's body before it is forwarded.
pub(crate) enum Payload {
    /// As it arrives.
    Arriving(Incoming),
    /// Read whole, with its SHA-256.
    Whole(Bytes, [u8; 32]),
}

impl Payload {
    /// The SHA-256 of a body that has been read.
    pub(crate) fn sha256(&self) -> Option<[u8; 32]> {
        match self {
            Self::Arriving(_) => None,
            Self::Whole(_, sha256) => Some(*sha256),
        }
    }

    /// Reads the whole body.
    ///
    /// # Errors
    /// [`Denial::BodyTooLarge`], or [`Denial::BadRequest`] where the client broke off.
    pub(crate) async fn read(self, exchange: &Exchange) -> Result<Self, Denial> {
        let Self::Arriving(incoming) = self else {
            return Ok(self);
        };
        let limit = exchange.worker.config.body_hash_bytes_max;
        if incoming.size_hint().lower() > limit as u64 {
            return Err(Denial::BodyTooLarge);
        }
        let whole = Limited::new(incoming, limit).collect().await;
        let bytes = match whole {
            Ok(whole) => whole.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => return Err(Denial::BodyTooLarge),
            Err(_) => {
                exchange.note_client_gone();
                let text = "Bad Request: the request was not completed";
                return Err(Denial::BadRequest(text.into()));
            }
        };
        let received = &exchange.facts.received;
        received.set(received.get().saturating_add(bytes.len() as u64));
        exchange.note_request_end();
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest::digest(&digest::SHA256, &bytes).as_ref());
        Ok(Self::Whole(bytes, sha256))
    }

    /// Checks what the plan demands of the body, reading it where that is needed.
    ///
    /// # Errors
    /// [`Denial::BodyMismatch`], and those of [`Payload::read`].
    pub(crate) async fn verified(self, plan: &Plan, exchange: &Exchange) -> Result<Self, Denial> {
        let Some(signed) = plan.body_sha256 else {
            return Ok(self);
        };
        let payload = self.read(exchange).await?;
        if payload.sha256() == Some(signed) {
            Ok(payload)
        } else {
            Err(Denial::BodyMismatch)
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
            Self::Whole(bytes, _) if bytes.is_empty() => RequestBody::Empty,
            Self::Whole(bytes, _) => RequestBody::Whole(Some(bytes)),
        }
    }
}
