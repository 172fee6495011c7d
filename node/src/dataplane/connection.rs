//! A client connection, from accept to close.
//!
//! One timer watches it all: the time a head may take, idleness, stalls and age. Nothing is armed
//! for each request.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use http::HeaderValue;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep, sleep_until, timeout};
use trellis_core::decide::Peer;

use super::framing::{Limits, Malformed};
use super::local::LocalExecutor;
use super::serve::serve;
use super::wire::Wire;
use super::worker::Worker;
use crate::clock;
use crate::telemetry::requests::{Protocol, WorkerMetrics};

/// What an HTTP/2 client with prior knowledge sends first. Source: RFC 9113, section 3.4.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Bytes of the first read.
const START_BYTES: usize = 4096;
/// How much longer than a request may wait for its target a connection may be silent.
const STALL_MARGIN: Duration = Duration::from_secs(5);
/// Idle time of a connection whose service is not known yet. Source: VPC Lattice's default.
const IDLE: Duration = Duration::from_secs(60);
/// Bytes read from a client after the last answer, so that it can read that answer.
const LINGER_BYTES: usize = 64 * 1024;
/// Longest time for that, and for the first bytes of a connection once a drain has begun.
const LINGER: Duration = Duration::from_secs(1);
/// Streams of a client that are reset for its faults until its connection ends.
const RESETS_MAX: usize = 100;

/// A port of an attachment that is listened on: the part of a peer that all its connections share.
#[derive(Debug)]
pub(crate) struct Port {
    /// Id of the VPC.
    pub(crate) vpc: String,
    /// Listener port, without the attachment's offset.
    pub(crate) port: u16,
    /// The port in decimal.
    pub(crate) port_value: HeaderValue,
}

/// What is known of a client connection.
pub(crate) struct Connection {
    /// Where it came in.
    pub(crate) port: Rc<Port>,
    /// The client.
    pub(crate) address: SocketAddr,
    /// The client's IP address as a header value.
    pub(crate) forwarded_for: HeaderValue,
    /// The refusal that the next stand-in request asks for.
    pub(crate) malformed: Cell<Option<Malformed>>,
    /// How long it may be idle: the setting of the last service it called.
    pub(crate) idle: Cell<Duration>,
    /// Requests under way.
    pub(crate) under_way: Cell<u32>,
    /// Whether it was ended because of its age.
    pub(crate) too_old: Cell<bool>,
    /// Whose it is.
    pub(crate) worker: Rc<Worker>,
    opened: Instant,
    activity: Cell<Instant>,
    head_since: Cell<Option<Instant>>,
    draining: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

/// What the watch asks for.
enum Due {
    /// Close when the requests under way are answered.
    Gracefully,
    /// Close at once.
    Now,
}

impl Connection {
    pub(crate) fn new(worker: Rc<Worker>, port: Rc<Port>, address: SocketAddr) -> Self {
        let now = clock::instant();
        let ip = address.ip().to_canonical().to_string();
        Self {
            port,
            address,
            forwarded_for: HeaderValue::try_from(ip)
                .unwrap_or_else(|_| HeaderValue::from_static("unknown")),
            malformed: Cell::new(None),
            idle: Cell::new(IDLE),
            under_way: Cell::new(0),
            too_old: Cell::new(false),
            worker,
            opened: now,
            activity: Cell::new(now),
            head_since: Cell::new(None),
            draining: Cell::new(false),
            waker: RefCell::new(None),
        }
    }

    /// Who connected, for the decision.
    pub(crate) fn peer(&self) -> Peer<'_> {
        Peer {
            vpc: &self.port.vpc,
            address: self.address,
            port: self.port.port,
            secure: false,
            server_name: None,
        }
    }

    /// Bytes went one way or the other.
    pub(crate) fn note_activity(&self) {
        self.activity.set(self.worker.coarse_now());
    }

    /// Whether a head has begun and is not complete.
    pub(crate) fn note_head(&self, within: bool) {
        let since = self.head_since.get();
        self.head_since
            .set(within.then(|| since.unwrap_or_else(|| self.worker.coarse_now())));
        if within && since.is_none() {
            self.wake();
        }
    }

    /// Asks the connection to close when the requests under way are answered.
    pub(crate) fn drain(&self) {
        self.draining.set(true);
        self.wake();
    }

    /// Waits for the first bytes, but not longer than for a head, or than [`LINGER`] once a drain
    /// has begun: a request that was on its way by then is still served.
    async fn within_start<T>(&self, first: impl Future<Output = T>) -> Option<T> {
        let mut first = pin!(first);
        let mut end = pin!(sleep(self.worker.config.head_timeout()));
        let mut shortened = false;
        poll_fn(|cx| {
            if let Poll::Ready(first) = first.as_mut().poll(cx) {
                return Poll::Ready(Some(first));
            }
            self.wake_with(cx);
            if self.draining.get() && !shortened {
                shortened = true;
                end.as_mut().reset((clock::instant() + LINGER).into());
            }
            end.as_mut().poll(cx).map(|()| None)
        })
        .await
    }

    /// The connection's task is to be woken from now on.
    fn wake_with(&self, cx: &Context<'_>) {
        if self.waker.borrow().is_none() {
            *self.waker.borrow_mut() = Some(cx.waker().clone());
        }
    }

    fn wake(&self) {
        if let Some(waker) = &*self.waker.borrow() {
            waker.wake_by_ref();
        }
    }

    /// When something is next due, and what. `drained` says that a graceful end was asked for.
    fn next(&self, drained: bool) -> (Instant, Due) {
        let config = &self.worker.config;
        let age = self.opened + config.connection_lifetime();
        let idle = self.idle.get();
        let end = match (drained, self.head_since.get(), self.under_way.get()) {
            (_, Some(since), _) => (since + config.head_timeout(), Due::Now),
            (false, None, 0) => (self.activity.get() + idle, Due::Gracefully),
            _ => (self.activity.get() + idle + STALL_MARGIN, Due::Now),
        };
        let age = if drained {
            (age + idle, Due::Now)
        } else {
            (age, Due::Gracefully)
        };
        if age.0 < end.0 { age } else { end }
    }
}

/// Watches a connection: when it has to end, and how.
struct Watch<'a> {
    connection: &'a Connection,
    sleep: Pin<Box<Sleep>>,
    /// A graceful end was asked for.
    drained: bool,
}

impl<'a> Watch<'a> {
    fn new(connection: &'a Connection) -> Self {
        let (at, _) = connection.next(false);
        Self {
            connection,
            sleep: Box::pin(sleep_until(at.into())),
            drained: false,
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Due> {
        self.connection.wake_with(cx);
        if self.connection.draining.get() && !self.drained {
            self.drained = true;
            return Poll::Ready(Due::Gracefully);
        }
        if let Some(since) = self.connection.head_since.get() {
            let due = (since + self.connection.worker.config.head_timeout()).into();
            if due < self.sleep.deadline() {
                self.sleep.as_mut().reset(due);
            }
        }
        while self.sleep.as_mut().poll(cx).is_ready() {
            let (at, due) = self.connection.next(self.drained);
            let now = clock::instant();
            if at <= now {
                let age = now.duration_since(self.connection.opened);
                if age >= self.connection.worker.config.connection_lifetime() {
                    self.connection.too_old.set(true);
                }
                self.drained = true;
                return Poll::Ready(due);
            }
            self.sleep.as_mut().reset(at.into());
        }
        Poll::Pending
    }
}

/// Serves a connection until it closes.
pub(crate) async fn run(connection: Rc<Connection>, mut stream: TcpStream) {
    let mut start = Vec::with_capacity(START_BYTES);
    let first = read_start(&mut stream, &mut start);
    let Some(Ok(http2)) = connection.within_start(first).await else {
        return;
    };
    connection.note_activity();
    let _counted = Counted::new(&connection.worker.metrics, http2);
    if http2 {
        run_http2(connection, stream, &start).await;
    } else {
        run_http1(connection, stream, &start).await;
    }
}

/// Counts a connection for as long as it is open.
struct Counted(Arc<WorkerMetrics>);

impl Counted {
    fn new(metrics: &Arc<WorkerMetrics>, http2: bool) -> Self {
        metrics.connected(if http2 {
            Protocol::Http2
        } else {
            Protocol::Http1
        });
        Self(metrics.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.disconnected();
    }
}

/// Reads until it is clear which protocol the client speaks; answers whether it is HTTP/2.
async fn read_start(stream: &mut TcpStream, start: &mut Vec<u8>) -> std::io::Result<bool> {
    loop {
        if stream.read_buf(start).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let common = start.len().min(PREFACE.len());
        if start[..common] != PREFACE[..common] {
            return Ok(false);
        }
        if common == PREFACE.len() {
            return Ok(true);
        }
    }
}

async fn run_http1(connection: Rc<Connection>, stream: TcpStream, start: &[u8]) {
    let config = &connection.worker.config;
    let limits = Limits {
        head_bytes: config.head_bytes_max,
        headers: config.headers_max,
        target_bytes: config.target_bytes_max,
    };
    let wire = Wire::http1(stream, connection.clone(), limits, start);
    let service = service_fn(|request| {
        let connection = connection.clone();
        async move {
            let worker = connection.worker.clone();
            Ok::<_, Infallible>(serve(&worker, &connection, request).await)
        }
    });
    let mut http = http1::Builder::new()
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(wire), service);
    let orderly = drive(&connection, Pin::new(&mut http)).await;
    if orderly {
        linger(http.into_parts().io.into_inner().into_stream()).await;
    }
}

async fn run_http2(connection: Rc<Connection>, stream: TcpStream, start: &[u8]) {
    let config = &connection.worker.config;
    let wire = Wire::http2(stream, connection.clone(), start);
    let service = service_fn(|request| {
        let connection = connection.clone();
        async move {
            let worker = connection.worker.clone();
            Ok::<_, Infallible>(serve(&worker, &connection, request).await)
        }
    });
    let head_bytes = u32::try_from(config.head_bytes_max).unwrap_or(u32::MAX);
    let http = http2::Builder::new(LocalExecutor)
        .max_concurrent_streams(config.streams_max)
        .max_header_list_size(head_bytes)
        .max_local_error_reset_streams(RESETS_MAX)
        .serve_connection(TokioIo::new(wire), service);
    drive(&connection, pin!(http)).await;
}

/// Runs a connection and its watch; answers whether the connection ended in order.
async fn drive<C: Graceful>(connection: &Connection, mut http: Pin<&mut C>) -> bool {
    let mut watch = Watch::new(connection);
    poll_fn(|cx| {
        loop {
            if let Poll::Ready(result) = http.as_mut().poll(cx) {
                return Poll::Ready(result.is_ok());
            }
            match watch.poll(cx) {
                Poll::Ready(Due::Gracefully) => http.as_mut().end(),
                Poll::Ready(Due::Now) => return Poll::Ready(false),
                Poll::Pending => return Poll::Pending,
            }
        }
    })
    .await
}

/// Reads what the client is still sending, within limits: closing with unread bytes would make the
/// kernel take back the last answer.
async fn linger(mut stream: TcpStream) {
    let rest = async {
        let mut piece = [0; START_BYTES];
        let mut left = LINGER_BYTES;
        stream.shutdown().await?;
        while left > 0 {
            match stream.read(&mut piece).await? {
                0 => break,
                count => left = left.saturating_sub(count),
            }
        }
        std::io::Result::Ok(())
    };
    // Whichever way this ends, the connection is over.
    let _ended = timeout(LINGER, rest).await;
}

/// A connection that can be asked to end.
trait Graceful: Future<Output = hyper::Result<()>> {
    fn end(self: Pin<&mut Self>);
}

impl<S> Graceful for http1::Connection<TokioIo<Wire>, S>
where
    S: hyper::service::HttpService<
            hyper::body::Incoming,
            ResBody = super::body::ResponseBody,
            Error = Infallible,
        >,
{
    fn end(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

impl<S> Graceful for http2::Connection<TokioIo<Wire>, S, LocalExecutor>
where
    S: hyper::service::HttpService<
            hyper::body::Incoming,
            ResBody = super::body::ResponseBody,
            Error = Infallible,
        >,
    S::Future: 'static,
{
    fn end(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}
