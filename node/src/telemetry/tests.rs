//! Telemetry as an operator sees it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use trellis_core::decide::{AuthDenied, FailureReason};
use trellis_core::registry::State;
use trellis_core::view::{Layer, ServiceView, View};

use super::digest::Digests;
use super::metrics::{Metrics, RaftStatus, Sources};
use super::readiness::Readiness;
use super::requests::{Auth, Protocol, Request, signature_failure};
use super::server;
use crate::dataplane::access_log::{self, AccessLog, Record};
use crate::dataplane::health::HealthCell;

fn view(revision: u64, services: &[&str]) -> View {
    let mut view = View {
        revision,
        ..View::default()
    };
    for id in services {
        let service = ServiceView {
            id: (*id).to_owned(),
            name: String::new(),
            arn: String::new(),
            region: String::new(),
            account: String::new(),
            layer: Layer::Open,
            listeners: Vec::new(),
            idle_timeout: Duration::from_secs(60),
            names: Vec::new(),
            tags: Vec::new(),
            log_destinations: Vec::new(),
        };
        view.services.insert((*id).into(), Arc::new(service));
    }
    view
}

/// A node's metrics with the parts that they are read from.
struct Node {
    metrics: Arc<Metrics>,
    view: Arc<ArcSwap<View>>,
    access_log: AccessLog,
    _dir: tempfile::TempDir,
}

impl Node {
    fn new(services: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = access_log::Config::default();
        let access_log = AccessLog::start(&config, dir.path().into()).unwrap();
        let view = Arc::new(ArcSwap::from_pointee(view(812, services)));
        let served = view.clone();
        let metrics = Metrics::new(Sources {
            view: Box::new(move || served.load_full()),
            raft: Box::new(|| RaftStatus {
                member: 5,
                term: 7,
                is_leader: true,
                last_log_index: 40,
                applied_index: 39,
            }),
            health: Arc::new(HealthCell::default()),
            access_log: access_log.clone(),
        });
        Self {
            metrics: Arc::new(metrics),
            view,
            access_log,
            _dir: dir,
        }
    }

    fn scrape(&self) -> String {
        self.metrics.encode().unwrap()
    }
}

fn request(service: Option<&str>) -> Request<'_> {
    Request {
        service,
        listener_protocol: "HTTP",
        target_group: Some("tg-1"),
        status: Some(200),
        reason: None,
        auth: Some(Auth::Signed),
        // Exactly the bound of a bucket: it belongs to that bucket.
        duration: Duration::from_millis(5),
        target_duration: Some(Duration::from_millis(3)),
        bytes_received: 100,
        bytes_sent: 1_000,
    }
}

fn has(text: &str, line: &str) {
    assert!(text.lines().any(|l| l == line), "{line}\nis not in\n{text}");
}

#[test]
fn a_scrape_adds_up_what_the_workers_counted() {
    let node = Node::new(&["svc-1"]);
    let workers = [node.metrics.worker(), node.metrics.worker()];
    for worker in &workers {
        worker.connected(Protocol::Http2);
        worker.request(&request(Some("svc-1")));
        worker.request(&Request {
            status: Some(403),
            reason: Some(FailureReason::ClientAccessDenied),
            auth: Some(Auth::Denied(AuthDenied::Network)),
            target_group: None,
            target_duration: None,
            ..request(Some("svc-1"))
        });
    }
    workers[0].request(&Request {
        duration: Duration::from_secs(11),
        auth: Some(Auth::BadSignature(signature_failure(
            "ExpiredTokenException: The security token included in the request is expired",
        ))),
        ..request(Some("svc-1"))
    });
    workers[0].request(&Request {
        status: None,
        ..request(None)
    });
    workers[0].disconnected();
    let text = node.scrape();
    for line in [
        r#"trellis_requests_total{service="svc-1",listener_protocol="HTTP",target_group="tg-1",code_class="2xx",reason="-"} 3"#,
        r#"trellis_requests_total{service="svc-1",listener_protocol="HTTP",target_group="-",code_class="4xx",reason="ClientAccessDenied"} 2"#,
        r#"trellis_requests_total{service="-",listener_protocol="HTTP",target_group="tg-1",code_class="-",reason="-"} 1"#,
        r#"trellis_received_bytes_total{service="svc-1"} 500"#,
        r#"trellis_sent_bytes_total{service="svc-1"} 5000"#,
        r#"trellis_request_duration_seconds_bucket{le="0.0025",service="svc-1"} 0"#,
        r#"trellis_request_duration_seconds_bucket{le="0.005",service="svc-1"} 4"#,
        r#"trellis_request_duration_seconds_bucket{le="10.0",service="svc-1"} 4"#,
        r#"trellis_request_duration_seconds_bucket{le="+Inf",service="svc-1"} 5"#,
        r#"trellis_request_duration_seconds_count{service="svc-1"} 5"#,
        r#"trellis_target_request_duration_seconds_count{service="svc-1"} 3"#,
        r#"trellis_auth_decisions_total{decision="allow",reason="signed"} 3"#,
        r#"trellis_auth_decisions_total{decision="deny",reason="network"} 2"#,
        r#"trellis_auth_decisions_total{decision="deny",reason="signature"} 1"#,
        r#"trellis_sigv4_failures_total{reason="expired_token"} 1"#,
        r#"trellis_connections_total{protocol="http2"} 2"#,
        "trellis_active_connections 1",
        "trellis_view_revision 812",
        "trellis_raft_member 5",
        "trellis_raft_term 7",
        "trellis_raft_leader 1",
        "trellis_raft_last_log_index 40",
        "trellis_raft_applied_index 39",
        concat!(
            r#"trellis_build_info{version=""#,
            env!("CARGO_PKG_VERSION"),
            r#""} 1"#
        ),
        "# EOF",
    ] {
        has(&text, line);
    }
}

#[test]
fn services_that_are_gone_leave_the_metrics() {
    let node = Node::new(&["svc-1", "svc-2"]);
    let worker = node.metrics.worker();
    worker.request(&request(Some("svc-1")));
    worker.request(&request(Some("svc-2")));
    assert!(node.scrape().contains("svc-1"));
    node.view.store(Arc::new(view(813, &["svc-2"])));
    let text = node.scrape();
    assert!(!text.contains("svc-1"), "{text}");
    assert!(text.contains("svc-2"), "{text}");
}

#[test]
fn the_labels_of_a_service_are_bounded() {
    let node = Node::new(&["svc-1"]);
    let worker = node.metrics.worker();
    for number in 0..2_000 {
        let group = format!("tg-{number}");
        worker.request(&Request {
            target_group: Some(&group),
            ..request(Some("svc-1"))
        });
    }
    let text = node.scrape();
    let series = text
        .lines()
        .filter(|line| line.starts_with("trellis_requests_total"));
    let counts: Vec<u64> = series
        .map(|line| line.rsplit(' ').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(
        counts.iter().sum::<u64>(),
        2_000,
        "every request is counted"
    );
    assert_eq!(counts.len(), 513);
}

#[test]
fn lost_access_log_records_are_counted_by_kind_of_destination() {
    let node = Node::new(&[]);
    let to = ["file:a".to_owned(), "arn:aws:s3:::bucket".to_owned()];
    node.access_log.record(&[&to], &Record::default());
    assert!(node.access_log.flush(Duration::from_secs(10)));
    let text = node.scrape();
    has(
        &text,
        r#"trellis_access_log_delivered_total{sink="file"} 1"#,
    );
    has(&text, r#"trellis_access_log_dropped_total{sink="file"} 0"#);
    has(&text, r#"trellis_access_log_dropped_total{sink="other"} 1"#);
}

#[test]
fn other_parts_register_their_own_metrics() {
    let node = Node::new(&[]);
    let queries = prometheus_client::metrics::counter::Counter::<u64>::default();
    node.metrics
        .register(|registry| registry.register("dns_queries", "Queries", queries.clone()));
    queries.inc();
    has(&node.scrape(), "trellis_dns_queries_total 1");
}

async fn get(address: std::net::SocketAddr, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let body = answer.split_once("\r\n\r\n").unwrap().1.to_owned();
    (status, body)
}

#[tokio::test]
async fn the_listener_says_whether_the_node_lives_is_ready_and_what_it_counts() {
    let node = Node::new(&[]);
    let draining = Arc::new(AtomicBool::new(false));
    let asked = draining.clone();
    let readiness = Readiness::default()
        .check("view", || Ok(()))
        .check("drain", move || {
            if asked.load(Ordering::SeqCst) {
                Err("draining".to_owned())
            } else {
                Ok(())
            }
        });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stopped = async move { drop(stopped.await) };
    let registry = Arc::new(Mutex::new(None));
    let held = registry.clone();
    let told = server::Told {
        metrics: node.metrics.clone(),
        readiness: Arc::new(readiness),
        digests: Arc::new(Digests::new(move || held.lock().unwrap().clone())),
    };
    let server = tokio::spawn(server::serve(listener, told, stopped));

    assert_eq!(get(address, "/livez").await, (200, "ok\n".to_owned()));
    assert_eq!(get(address, "/readyz").await, (200, "ok\n".to_owned()));
    let verbose = "[+]view ok\n[+]drain ok\nreadyz check passed\n".to_owned();
    assert_eq!(get(address, "/readyz?verbose").await, (200, verbose));
    let (status, metrics) = get(address, "/metrics").await;
    assert_eq!(status, 200);
    assert!(metrics.contains("trellis_view_revision 812"), "{metrics}");
    assert_eq!(get(address, "/other").await.0, 404);

    assert_eq!(get(address, "/digest").await.0, 503, "no registry yet");
    let mut state = State::default();
    state.revision = 7;
    *registry.lock().unwrap() = Some(state.clone());
    let (status, first) = get(address, "/digest").await;
    assert_eq!(status, 200);
    assert!(first.starts_with(r#"{"revision":7,"sha256":""#), "{first}");
    assert_eq!(get(address, "/digest").await.1, first);
    state.revision = 8;
    state.cluster_id = "other".to_owned();
    *registry.lock().unwrap() = Some(state);
    let (_, second) = get(address, "/digest").await;
    assert_ne!(
        second["{\"revision\":8".len()..],
        first["{\"revision\":7".len()..]
    );

    draining.store(true, Ordering::SeqCst);
    let failed = "[+]view ok\n[-]drain failed: draining\nreadyz check failed\n".to_owned();
    assert_eq!(get(address, "/readyz").await, (503, failed));
    assert_eq!(get(address, "/livez").await.0, 200, "a draining node lives");

    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}
