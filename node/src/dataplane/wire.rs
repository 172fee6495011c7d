//! The bytes of a client connection: what arrives is checked before the HTTP library sees it.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::connection::Connection;
use super::framing::{Framing, Limits, Stop};

/// The method of the request that stands in for a refused head; no client can send it.
pub(crate) const REFUSED_METHOD: &str = "-";

/// What the HTTP library reads in place of a refused head, so that the refusal is answered and
/// recorded like every other request, after those before it.
const STAND_IN: &[u8] = b"- / HTTP/1.1\r\nhost: -\r\nconnection: close\r\n\r\n";

/// Bytes read at once while a head is incomplete.
const PIECE_BYTES: usize = 4096;

/// A client's socket.
pub(crate) struct Wire {
    stream: TcpStream,
    connection: Rc<Connection>,
    /// `None` for HTTP/2, whose framing is the library's business.
    framing: Option<Framing>,
    /// Bytes that have been read and not passed on.
    held: Vec<u8>,
    /// How many of them may pass.
    ready: usize,
    /// A head was refused: nothing is read any more.
    ended: bool,
    /// The body under way is malformed: after what may pass comes an error.
    broken: bool,
}

impl Wire {
    /// Continues an HTTP/1 connection of which `start` has been read.
    pub(crate) fn http1(
        stream: TcpStream,
        connection: Rc<Connection>,
        limits: Limits,
        start: &[u8],
    ) -> Self {
        let mut wire = Self {
            framing: Some(Framing::new(limits)),
            ..Self::http2(stream, connection, start)
        };
        wire.look();
        wire
    }

    /// Continues an HTTP/2 connection of which `start` has been read.
    pub(crate) fn http2(stream: TcpStream, connection: Rc<Connection>, start: &[u8]) -> Self {
        Self {
            stream,
            connection,
            framing: None,
            held: start.to_vec(),
            ready: start.len(),
            ended: false,
            broken: false,
        }
    }

    /// The socket, for closing it.
    pub(crate) fn into_stream(self) -> TcpStream {
        self.stream
    }

    /// Looks at what is held; afterwards `ready` bytes of it may pass.
    fn look(&mut self) {
        let Some(framing) = &mut self.framing else {
            self.ready = self.held.len();
            return;
        };
        let (pass, stop) = framing.feed(&self.held);
        self.ready = pass;
        let within_head = framing.within_head();
        self.connection.note_head(within_head && stop.is_none());
        if let Some(stop) = stop {
            self.held.truncate(pass);
            self.stop(stop);
        }
    }

    /// Ends the reading; what is held may still pass.
    fn stop(&mut self, stop: Stop) {
        match stop {
            Stop::Head(malformed) => {
                self.connection.malformed.set(Some(malformed));
                self.held.extend_from_slice(STAND_IN);
                self.ended = true;
            }
            Stop::Body => self.broken = true,
        }
        self.ready = self.held.len();
    }

    /// Passes held bytes on; answers whether there were any.
    fn pass(&mut self, buf: &mut ReadBuf<'_>) -> bool {
        let count = self.ready.min(buf.remaining());
        if count == 0 {
            return false;
        }
        buf.put_slice(&self.held[..count]);
        self.held.drain(..count);
        self.ready -= count;
        true
    }

    /// Reads into `held`; answers whether the stream goes on.
    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let mut piece = [0; PIECE_BYTES];
        let mut piece = ReadBuf::new(&mut piece);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut piece))?;
        self.connection.note_activity();
        self.held.extend_from_slice(piece.filled());
        let goes_on = !piece.filled().is_empty();
        if goes_on {
            self.look();
        }
        Poll::Ready(Ok(goes_on))
    }

    /// Reads straight into the caller's buffer, and takes back what may not pass yet; answers
    /// whether the caller has something to look at.
    fn poll_straight(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<bool>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        self.connection.note_activity();
        let arrived = &buf.filled()[before..];
        let Some(framing) = &mut self.framing else {
            return Poll::Ready(Ok(true));
        };
        if arrived.is_empty() {
            return Poll::Ready(Ok(true));
        }
        let (pass, stop) = framing.feed(arrived);
        if pass == arrived.len() && stop.is_none() {
            return Poll::Ready(Ok(true));
        }
        match stop {
            None => {
                self.held.extend_from_slice(&arrived[pass..]);
                self.connection.note_head(true);
            }
            Some(stop) => self.stop(stop),
        }
        buf.set_filled(before + pass);
        Poll::Ready(Ok(pass > 0))
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        loop {
            if wire.pass(buf) {
                return Poll::Ready(Ok(()));
            }
            if wire.broken {
                let error = io::Error::new(io::ErrorKind::InvalidData, "malformed chunked body");
                return Poll::Ready(Err(error));
            }
            if wire.ended {
                // The answer to the refused head closes the connection; the end of the stream
                // would make the library give up before.
                return Poll::Pending;
            }
            if wire.held.is_empty() {
                if ready!(wire.poll_straight(cx, buf))? {
                    return Poll::Ready(Ok(()));
                }
            } else if !ready!(wire.poll_more(cx))? {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let written = ready!(Pin::new(&mut wire.stream).poll_write(cx, buf));
        wire.connection.note_activity();
        Poll::Ready(written)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let written = ready!(Pin::new(&mut wire.stream).poll_write_vectored(cx, bufs));
        wire.connection.note_activity();
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}
