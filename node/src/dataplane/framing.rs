//! Where each HTTP/1 request of a connection begins and ends, by rules that leave no room for two
//! readings.
//!
//! The HTTP library parses; this looks at the same bytes first and refuses what another parser
//! could read differently: `Content-Length` beside `Transfer-Encoding`, repeated or odd values of
//! either, bare line feeds, folded lines, targets in odd forms, no or several `Host`. Limits of the
//! head are checked here too, so that every refusal gets an answer and a record.
//!
//! Source: RFC 9112 (read 2026-11), made stricter where it lets a server choose.

mod chunked;
mod head;

use chunked::Chunked;
use head::Head;

/// Limits of a head.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Bytes of the head, its end included.
    pub(crate) head_bytes: usize,
    /// Headers.
    pub(crate) headers: usize,
    /// Bytes of the target.
    pub(crate) target_bytes: usize,
}

/// Why a head is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// Status of the answer.
    pub(crate) status: u16,
    /// Body of the answer.
    pub(crate) text: &'static str,
}

/// What ends the reading of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The next head is refused; what was passed before it stands.
    Head(Malformed),
    /// The body under way is malformed: its request cannot be completed.
    Body,
}

/// The position in the stream of requests of a connection.
#[derive(Debug)]
pub(crate) struct Framing {
    limits: Limits,
    state: State,
}

#[derive(Debug)]
enum State {
    Head(Head),
    /// This many bytes of a body are left.
    Body(u64),
    Chunked(Chunked),
}

/// How a head says that its body is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BodyFraming {
    Length(u64),
    Chunked,
}

impl Framing {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            state: State::Head(Head::default()),
        }
    }

    /// Whether a head has begun and not ended.
    pub(crate) fn within_head(&self) -> bool {
        matches!(&self.state, State::Head(head) if head.has_begun())
    }

    /// Looks at bytes as they arrive. Answers how many of them may pass on; the rest is the
    /// beginning of a head, to be given again with what follows it.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> (usize, Option<Stop>) {
        let mut passed = 0;
        while passed < bytes.len() {
            let rest = &bytes[passed..];
            match &mut self.state {
                State::Head(head) => match head.feed(rest, &self.limits) {
                    Err(malformed) => return (passed, Some(Stop::Head(malformed))),
                    Ok(None) => return (passed, None),
                    Ok(Some((length, framing))) => {
                        passed += length;
                        self.state = match framing {
                            BodyFraming::Length(0) => State::Head(Head::default()),
                            BodyFraming::Length(length) => State::Body(length),
                            BodyFraming::Chunked => State::Chunked(Chunked::default()),
                        };
                    }
                },
                State::Body(left) => {
                    let here = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                    passed += here;
                    *left -= here as u64;
                    if *left == 0 {
                        self.state = State::Head(Head::default());
                    }
                }
                State::Chunked(chunked) => match chunked.feed(rest) {
                    Err(chunked::Broken) => return (passed, Some(Stop::Body)),
                    Ok((here, ended)) => {
                        passed += here;
                        if ended {
                            self.state = State::Head(Head::default());
                        }
                    }
                },
            }
        }
        (passed, None)
    }
}

#[cfg(test)]
mod tests;
