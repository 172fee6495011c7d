//! What workers count of requests and connections.
//!
//! Each worker counts for itself under a lock that only a scrape ever contends for; a scrape adds
//! the workers up. Labels are bounded: services and target groups are those of the registry, and
//! what belongs to services that are gone is dropped at the next scrape.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use trellis_core::decide::{AuthDenied, FailureReason};
use trellis_core::view::Map;

/// Upper bounds of the buckets of durations, seconds.
///
/// Source: OpenTelemetry's advice for HTTP durations, with three finer ones for a data centre.
pub(super) const BUCKETS: [f64; 17] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0,
    7.5, 10.0,
];

/// The label of what is not known: no such service, no target group.
pub(super) const NONE: &str = "-";

/// Most combinations of labels counted for one service; further ones are counted as the last one's
/// without target group. Source: our own.
const SERIES_PER_SERVICE_MAX: usize = 512;

/// What authentication and authorisation said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// An anonymous caller passed.
    Anonymous,
    /// An authenticated caller passed.
    Signed,
    /// A layer denied.
    Denied(AuthDenied),
    /// The signature was refused; its kind, from [`signature_failure`].
    BadSignature(&'static str),
}

/// The kind of a refused signature, from the text of the refusal: the name before its colon.
#[must_use]
pub fn signature_failure(text: &str) -> &'static str {
    let name = text.split(':').next().unwrap_or_default();
    match name {
        "IncompleteSignatureException" => "incomplete",
        "InvalidSignatureException" => "invalid",
        "UnrecognizedClientException" => "unrecognized_client",
        "ExpiredTokenException" => "expired_token",
        _ => "other",
    }
}

/// A request that is over.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Id of the service; `None` where there was none.
    pub service: Option<&'a str>,
    /// Protocol of the listener.
    pub listener_protocol: &'static str,
    /// Id of the target group; `None` where none was chosen.
    pub target_group: Option<&'a str>,
    /// Status of the response; `None` where none was sent.
    pub status: Option<u16>,
    /// Why it failed.
    pub reason: Option<FailureReason>,
    /// What authentication and authorisation said; `None` where it did not come to that.
    pub auth: Option<Auth>,
    /// From its head to the last byte of its response.
    pub duration: Duration,
    /// From its being with the target to the head of the target's response.
    pub target_duration: Option<Duration>,
    /// Bytes from the client, headers and body.
    pub bytes_received: u64,
    /// Bytes to the client, headers and body.
    pub bytes_sent: u64,
}

/// The counters of one worker.
#[derive(Debug, Default)]
pub struct WorkerMetrics {
    services: Mutex<Map<Box<str>, Counts>>,
    active_connections: AtomicI64,
    /// Connections so far: HTTP/1.1, HTTP/2, other.
    connections: [AtomicU64; Protocol::ALL.len()],
}

/// What a client connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2.
    Http2,
    /// A stream that is not looked into.
    Stream,
}

impl Protocol {
    /// Every protocol.
    pub(super) const ALL: [Self; 3] = [Self::Http1, Self::Http2, Self::Stream];

    /// The label.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Http1 => "http1",
            Self::Http2 => "http2",
            Self::Stream => "stream",
        }
    }
}

/// Everything that is counted for one service.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pub(super) requests: Vec<(Series, u64)>,
    pub(super) duration: Durations,
    pub(super) target_duration: Durations,
    pub(super) bytes_received: u64,
    pub(super) bytes_sent: u64,
    pub(super) auth: BTreeMap<(&'static str, &'static str), u64>,
    pub(super) signature_failures: BTreeMap<&'static str, u64>,
}

/// Labels of a count of requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Series {
    pub(super) listener_protocol: &'static str,
    pub(super) target_group: Box<str>,
    pub(super) code_class: &'static str,
    pub(super) reason: &'static str,
}

/// A histogram over [`BUCKETS`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Durations {
    /// Observations by bucket, not cumulated; the last is beyond all bounds.
    pub(super) counts: [u64; BUCKETS.len() + 1],
    pub(super) seconds: f64,
}

impl Durations {
    fn observe(&mut self, duration: Duration) {
        let seconds = duration.as_secs_f64();
        let bucket = BUCKETS.partition_point(|bound| *bound < seconds);
        self.counts[bucket] += 1;
        self.seconds += seconds;
    }

    fn add(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
        self.seconds += other.seconds;
    }
}

impl Counts {
    fn count(&mut self, request: &Request<'_>) {
        let reason = request.reason.map_or(NONE, FailureReason::label);
        let code_class = code_class(request.status);
        let target_group = request.target_group.unwrap_or(NONE);
        let known = self.requests.iter_mut().find(|(series, _)| {
            series.code_class == code_class
                && series.reason == reason
                && series.listener_protocol == request.listener_protocol
                && *series.target_group == *target_group
        });
        if let Some((_, count)) = known {
            *count += 1;
        } else {
            let series = Series {
                listener_protocol: request.listener_protocol,
                target_group: target_group.into(),
                code_class,
                reason,
            };
            self.add_requests(series, 1);
        }
        self.duration.observe(request.duration);
        if let Some(duration) = request.target_duration {
            self.target_duration.observe(duration);
        }
        self.bytes_received += request.bytes_received;
        self.bytes_sent += request.bytes_sent;
        if let Some(auth) = request.auth {
            self.count_auth(auth);
        }
    }

    fn add_requests(&mut self, mut series: Series, count: u64) {
        if self.requests.len() >= SERIES_PER_SERVICE_MAX {
            series.target_group = NONE.into();
        }
        match self.requests.iter_mut().find(|(known, _)| *known == series) {
            Some((_, sum)) => *sum += count,
            None => self.requests.push((series, count)),
        }
    }

    fn count_auth(&mut self, auth: Auth) {
        let decision = match auth {
            Auth::Anonymous => ("allow", "anonymous"),
            Auth::Signed => ("allow", "signed"),
            Auth::Denied(AuthDenied::Network) => ("deny", "network"),
            Auth::Denied(AuthDenied::Service) => ("deny", "service"),
            Auth::Denied(AuthDenied::Identity) => ("deny", "identity"),
            Auth::Denied(AuthDenied::Session) => ("deny", "session"),
            Auth::BadSignature(kind) => {
                *self.signature_failures.entry(kind).or_default() += 1;
                ("deny", "signature")
            }
        };
        *self.auth.entry(decision).or_default() += 1;
    }

    fn add(&mut self, other: &Self) {
        for (series, count) in &other.requests {
            self.add_requests(series.clone(), *count);
        }
        self.duration.add(&other.duration);
        self.target_duration.add(&other.target_duration);
        self.bytes_received += other.bytes_received;
        self.bytes_sent += other.bytes_sent;
        for (decision, count) in &other.auth {
            *self.auth.entry(*decision).or_default() += count;
        }
        for (kind, count) in &other.signature_failures {
            *self.signature_failures.entry(kind).or_default() += count;
        }
    }
}

impl WorkerMetrics {
    /// Counts a request.
    ///
    /// Cost: an uncontended lock and two look-ups; no allocation once its labels are known.
    pub fn request(&self, request: &Request<'_>) {
        let service = request.service.unwrap_or(NONE);
        let mut services = self.lock();
        if let Some(counts) = services.get_mut(service) {
            counts.count(request);
        } else {
            services.entry(service.into()).or_default().count(request);
        }
    }

    /// A client has connected.
    pub fn connected(&self, protocol: Protocol) {
        self.connections[protocol as usize].fetch_add(1, Ordering::Relaxed);
        self.active_connections.fetch_add(1, Ordering::Relaxed);
    }

    /// A client's connection is over.
    pub fn disconnected(&self) {
        self.active_connections.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn active_connections(&self) -> i64 {
        self.active_connections.load(Ordering::Relaxed)
    }

    pub(super) fn connections(&self, protocol: Protocol) -> u64 {
        self.connections[protocol as usize].load(Ordering::Relaxed)
    }

    /// Adds everything to `sums`; services that `is_known` denies are forgotten.
    pub(super) fn add_to(
        &self,
        sums: &mut BTreeMap<Box<str>, Counts>,
        is_known: impl Fn(&str) -> bool,
    ) {
        let mut services = self.lock();
        services.retain(|service, _| **service == *NONE || is_known(service));
        for (service, counts) in &*services {
            sums.entry(service.clone()).or_default().add(counts);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Map<Box<str>, Counts>> {
        self.services.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn code_class(status: Option<u16>) -> &'static str {
    match status.map(|status| status / 100) {
        Some(1) => "1xx",
        Some(2) => "2xx",
        Some(3) => "3xx",
        Some(4) => "4xx",
        Some(5) => "5xx",
        Some(_) | None => NONE,
    }
}
