//! Metrics of a node, in the OpenMetrics text format.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, NoLabelSet, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use trellis_core::view::View;

use super::requests::{BUCKETS, Counts, Durations, Protocol, WorkerMetrics};
use crate::dataplane::access_log::{AccessLog, Sink};
use crate::dataplane::health::{HealthCell, State};

/// First word of every name.
const PREFIX: &str = "trellis";

/// The metrics of a node: what its parts count, and what they are asked when a scrape comes.
#[derive(Debug)]
pub struct Metrics {
    registry: Mutex<Registry>,
    workers: Arc<Mutex<Vec<Arc<WorkerMetrics>>>>,
}

/// What this node's Raft role is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RaftStatus {
    /// Member id; 0 where this node has none yet.
    pub member: u64,
    /// Term.
    pub term: u64,
    /// Whether this node leads.
    pub is_leader: bool,
    /// Index of the last entry in the log here known here.
    pub last_log_index: u64,
    /// Highest index applied here.
    pub applied_index: u64,
}

/// What a scrape looks at beside the counters.
pub struct Sources {
    /// The view that is served.
    pub view: Box<dyn Fn() -> Arc<View> + Send + Sync>,
    /// The Raft role.
    pub raft: Box<dyn Fn() -> RaftStatus + Send + Sync>,
    /// The health of targets.
    pub health: Arc<HealthCell>,
    /// The access log.
    pub access_log: AccessLog,
}

impl Metrics {
    /// Metrics over these sources.
    #[must_use]
    pub fn new(sources: Sources) -> Self {
        let workers = Arc::<Mutex<Vec<Arc<WorkerMetrics>>>>::default();
        let mut registry = Registry::with_prefix(PREFIX);
        let labels = [("version", env!("CARGO_PKG_VERSION"))];
        registry.register("build", "Version of this node", Info::new(labels));
        registry.register_collector(Box::new(Scrape {
            sources,
            workers: workers.clone(),
        }));
        Self {
            registry: Mutex::new(registry),
            workers,
        }
    }

    /// Adds a worker.
    #[must_use]
    pub fn worker(&self) -> Arc<WorkerMetrics> {
        let worker = Arc::<WorkerMetrics>::default();
        lock(&self.workers).push(worker.clone());
        worker
    }

    /// Lets another part of the node register metrics of its own; their names get the prefix.
    pub fn register(&self, with: impl FnOnce(&mut Registry)) {
        with(&mut lock(&self.registry));
    }

    /// All metrics, as text.
    ///
    /// # Errors
    /// Where a metric cannot be written.
    pub fn encode(&self) -> Result<String, fmt::Error> {
        let mut encoded = String::new();
        text::encode(&mut encoded, &lock(&self.registry))?;
        Ok(encoded)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads the sources when a scrape comes.
struct Scrape {
    sources: Sources,
    workers: Arc<Mutex<Vec<Arc<WorkerMetrics>>>>,
}

impl fmt::Debug for Scrape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scrape").finish_non_exhaustive()
    }
}

impl Collector for Scrape {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let view = (self.sources.view)();
        let workers = lock(&self.workers).clone();
        let mut services = BTreeMap::new();
        for worker in &workers {
            worker.add_to(&mut services, |id| view.services.contains_key(id));
        }
        let out = &mut encoder;
        requests(out, &services)?;
        durations(out, &services)?;
        authentication(out, &services)?;
        connections(out, &workers)?;
        self.state(out, &view)?;
        self.targets(out, &view)?;
        self.access_log(out)
    }
}

impl Scrape {
    fn state(&self, out: &mut DescriptorEncoder<'_>, view: &View) -> fmt::Result {
        let raft = (self.sources.raft)();
        let gauges = [
            (
                "view_revision",
                "Revision of the view that is served",
                view.revision,
            ),
            ("raft_member", "Raft member id of this node", raft.member),
            ("raft_term", "Raft term", raft.term),
            (
                "raft_leader",
                "Whether this node leads",
                raft.is_leader.into(),
            ),
            (
                "raft_last_log_index",
                "Index of the last entry in the log here known here",
                raft.last_log_index,
            ),
            (
                "raft_applied_index",
                "Highest log index applied here",
                raft.applied_index,
            ),
        ];
        for (name, help, value) in gauges {
            let value = i64::try_from(value).unwrap_or(i64::MAX);
            gauge(out, name, help, value)?;
        }
        Ok(())
    }

    fn targets(&self, out: &mut DescriptorEncoder<'_>, view: &View) -> fmt::Result {
        let mut healthy: BTreeMap<String, i64> = BTreeMap::new();
        for (key, state) in self.sources.health.local() {
            if view.groups.contains_key(key.group.as_str()) {
                *healthy.entry(key.group).or_default() += i64::from(state == State::Healthy);
            }
        }
        let help = "Targets that this node's probes find healthy";
        let gauges = MetricType::Gauge;
        let mut family = out.encode_descriptor("target_healthy", help, None, gauges)?;
        for (group, count) in &healthy {
            let labels = [("target_group", group.as_str())];
            ConstGauge::new(*count).encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }

    fn access_log(&self, out: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let counts = Sink::ALL.map(|sink| (sink, self.sources.access_log.counts(sink)));
        let delivered = counts.map(|(sink, counts)| ([("sink", sink.label())], counts.delivered));
        let dropped = counts.map(|(sink, counts)| ([("sink", sink.label())], counts.dropped));
        let help = "Access-log records written";
        counters(out, "access_log_delivered", help, delivered)?;
        let help = "Access-log records lost";
        counters(out, "access_log_dropped", help, dropped)
    }
}

type Services = BTreeMap<Box<str>, Counts>;

fn requests(out: &mut DescriptorEncoder<'_>, services: &Services) -> fmt::Result {
    let all = services.iter().flat_map(|(service, counts)| {
        counts.requests.iter().map(move |(series, count)| {
            let labels = [
                ("service", &**service),
                ("listener_protocol", series.listener_protocol),
                ("target_group", &*series.target_group),
                ("code_class", series.code_class),
                ("reason", series.reason),
            ];
            (labels, *count)
        })
    });
    counters(out, "requests", "Requests", all)?;
    let bytes = |count: fn(&Counts) -> u64| {
        services
            .iter()
            .map(move |(service, counts)| ([("service", &**service)], count(counts)))
    };
    let help = "Bytes from clients, headers and bodies";
    counters(
        out,
        "received_bytes",
        help,
        bytes(|counts| counts.bytes_received),
    )?;
    let help = "Bytes to clients, headers and bodies";
    counters(out, "sent_bytes", help, bytes(|counts| counts.bytes_sent))
}

fn durations(out: &mut DescriptorEncoder<'_>, services: &Services) -> fmt::Result {
    let help = "From a request's head to the last byte of its response";
    histograms(out, "request_duration_seconds", help, services, |counts| {
        &counts.duration
    })?;
    let help = "From a request's being with the target to the head of the response";
    let name = "target_request_duration_seconds";
    histograms(out, name, help, services, |counts| &counts.target_duration)
}

fn authentication(out: &mut DescriptorEncoder<'_>, services: &Services) -> fmt::Result {
    let mut decisions: BTreeMap<_, u64> = BTreeMap::new();
    let mut failures: BTreeMap<_, u64> = BTreeMap::new();
    for counts in services.values() {
        for (labels, count) in &counts.auth {
            *decisions.entry(*labels).or_default() += count;
        }
        for (kind, count) in &counts.signature_failures {
            *failures.entry(*kind).or_default() += count;
        }
    }
    let decisions = decisions
        .into_iter()
        .map(|((decision, reason), count)| ([("decision", decision), ("reason", reason)], count));
    counters(out, "auth_decisions", "Decisions about callers", decisions)?;
    let failures = failures
        .into_iter()
        .map(|(reason, count)| ([("reason", reason)], count));
    counters(out, "sigv4_failures", "Signatures refused", failures)
}

fn connections(out: &mut DescriptorEncoder<'_>, workers: &[Arc<WorkerMetrics>]) -> fmt::Result {
    let active = workers.iter().map(|worker| worker.active_connections());
    gauge(
        out,
        "active_connections",
        "Client connections open",
        active.sum(),
    )?;
    let all = Protocol::ALL.map(|protocol| {
        let count = workers.iter().map(|worker| worker.connections(protocol));
        ([("protocol", protocol.label())], count.sum())
    });
    counters(out, "connections", "Client connections accepted", all)
}

fn gauge(out: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: i64) -> fmt::Result {
    let metric = out.encode_descriptor(name, help, None, MetricType::Gauge)?;
    ConstGauge::new(value).encode(metric)
}

fn counters<'l, const LABELS: usize>(
    out: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    counts: impl IntoIterator<Item = ([(&'static str, &'l str); LABELS], u64)>,
) -> fmt::Result {
    let mut family = out.encode_descriptor(name, help, None, MetricType::Counter)?;
    for (labels, count) in counts {
        ConstCounter::new(count).encode(family.encode_family(&labels)?)?;
    }
    Ok(())
}

fn histograms(
    out: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    services: &Services,
    durations: impl Fn(&Counts) -> &Durations,
) -> fmt::Result {
    let mut family = out.encode_descriptor(name, help, None, MetricType::Histogram)?;
    for (service, counts) in services {
        let durations = durations(counts);
        let bounds = BUCKETS.iter().copied().chain([f64::INFINITY]);
        let buckets: Vec<_> = bounds.zip(durations.counts).collect();
        let count = durations.counts.iter().sum();
        let labels = [("service", &**service)];
        let mut metric = family.encode_family(&labels)?;
        metric.encode_histogram::<NoLabelSet>(durations.seconds, count, &buckets, None)?;
    }
    Ok(())
}
