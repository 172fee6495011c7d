//! A node with a view made by hand, and clients for it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use trellis_core::model::{Attachment, ListenerProtocol, ProtocolVersion, TargetProtocol};
use trellis_core::view::{
    ActionView, GroupView, Layer, ListenerView, NetworkView, Reach, ServiceView, TargetView, View,
    VpcView, WeightedGroup,
};

use crate::dataplane::access_log::{self, AccessLog};
use crate::dataplane::health::HealthCell;
use crate::dataplane::{Config, DataPlane, Parts, ViewCell};
use crate::telemetry::metrics::{Metrics, RaftStatus, Sources};

/// Longest time that anything in a test may take.
pub(super) const SOON: Duration = Duration::from_secs(10);

/// A service of the test: its name and what its listener does.
pub(super) struct Service {
    pub(super) name: &'static str,
    pub(super) action: ActionView,
    pub(super) idle: Duration,
}

/// A service that forwards to targets.
pub(super) fn forwards(
    name: &'static str,
    version: ProtocolVersion,
    targets: &[SocketAddr],
) -> Service {
    let target = |address: &SocketAddr| TargetView {
        address: *address,
        zone: String::new(),
    };
    let group = GroupView {
        revision: 1,
        id: format!("tg-{name}"),
        arn: format!("arn:tg-{name}"),
        vpc: "vpc-targets".into(),
        protocol: TargetProtocol::Http,
        version,
        targets: targets.iter().map(target).collect(),
        is_used: true,
        health_check: None,
    };
    let groups = vec![WeightedGroup {
        group: Arc::new(group),
        weight: 1,
    }];
    Service {
        name,
        action: ActionView::Forward { groups, total: 1 },
        idle: Duration::from_secs(60),
    }
}

/// A view with these services on one port, at `revision`.
pub(super) fn view(revision: u64, port: u16, services: Vec<Service>) -> View {
    let network = Arc::new(NetworkView {
        id: "sn-1".into(),
        arn: "arn:sn-1".into(),
        layer: Layer::Open,
        log_destinations: vec!["file:requests".into()],
    });
    let reaches: Vec<Reach> = services
        .into_iter()
        .map(|own| reach(&network, port, own))
        .collect();
    let services = reaches.iter().map(|reach| reach.service.clone());
    let services = services
        .map(|service| (service.id.clone(), service))
        .collect();
    let names = reaches.iter().enumerate();
    let names = names
        .map(|(at, reach)| (reach.service.names[0].as_str().into(), at))
        .collect();
    let vpc = VpcView {
        id: "vpc-clients".into(),
        arn: "arn:vpc-clients".into(),
        owner: "111111111111".into(),
        ports: reaches.iter().map(|_| port).collect(),
        reaches,
        names,
    };
    let leg = |vpc: &str| Attachment {
        vpc: vpc.into(),
        ingress_address: "127.0.0.1".into(),
        reaches_targets: true,
        ..Attachment::default()
    };
    let legs = vec![leg("vpc-clients"), leg("vpc-targets")];
    View {
        revision,
        services,
        vpcs: Arc::new([(vpc.id.clone(), Arc::new(vpc))].into_iter().collect()),
        attachments: [("node-1".to_owned(), legs)].into_iter().collect(),
        ..View::default()
    }
}

fn reach(network: &Arc<NetworkView>, port: u16, service: Service) -> Reach {
    let listener = ListenerView {
        id: "listener-1".into(),
        port,
        protocol: ListenerProtocol::Http,
        rules: Vec::new(),
        default: service.action,
    };
    let service = ServiceView {
        id: format!("svc-{}", service.name),
        name: service.name.into(),
        arn: format!("arn:svc-{}", service.name),
        region: "eu-west-1".into(),
        account: "111111111111".into(),
        layer: Layer::Open,
        listeners: vec![listener],
        idle_timeout: service.idle,
        names: vec![service.name.into()],
        log_destinations: Vec::new(),
        tags: Vec::new(),
    };
    Reach {
        network: network.clone(),
        service: Arc::new(service),
        ingress: None,
    }
}

/// A running node.
pub(super) struct Node {
    pub(super) address: SocketAddr,
    pub(super) views: Arc<ViewCell>,
    pub(super) plane: DataPlane,
    pub(super) metrics: Arc<Metrics>,
    log: AccessLog,
    dir: TempDir,
}

/// A port that was free a moment ago.
pub(super) fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("bind");
    socket.local_addr().expect("address").port()
}

impl Node {
    pub(super) async fn start(services: Vec<Service>) -> Self {
        Self::with(Config::default(), services).await
    }

    pub(super) async fn with(config: Config, services: Vec<Service>) -> Self {
        let port = free_port();
        Self::of(config, port, view(1, port, services)).await
    }

    pub(super) async fn of(config: Config, port: u16, view: View) -> Self {
        let dir = tempfile::tempdir().expect("directory");
        let settings = access_log::Config::default();
        let log = AccessLog::start(&settings, dir.path().to_owned()).expect("log");
        let views = Arc::new(ViewCell::new(view));
        let health = Arc::new(HealthCell::default());
        let sources = Sources {
            view: Box::new({
                let views = views.clone();
                move || views.load()
            }),
            raft: Box::new(RaftStatus::default),
            health: health.clone(),
            access_log: log.clone(),
        };
        let metrics = Arc::new(Metrics::new(sources));
        let config = Config {
            workers: config.workers.max(1),
            pin_workers: false,
            ..config
        };
        let parts = Parts {
            node_id: "node-1".into(),
            views: views.clone(),
            health,
            access_log: log.clone(),
            metrics: metrics.clone(),
        };
        let plane = DataPlane::start(&config, &parts).expect("data plane");
        let node = Self {
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            views,
            plane,
            metrics,
            log,
            dir,
        };
        node.serves(1).await;
        node
    }

    /// Waits until every worker serves a revision.
    pub(super) async fn serves(&self, revision: u64) {
        let mut served = self.plane.served();
        let wait = served.wait_for(|served| *served >= revision);
        tokio::time::timeout(SOON, wait)
            .await
            .expect("in time")
            .expect("workers run");
    }

    /// Sends bytes and reads until the node closes.
    pub(super) async fn raw(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("connect");
        // The node may refuse before it has read everything.
        let _written = stream.write_all(bytes.as_ref()).await;
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer);
        let _read = tokio::time::timeout(SOON, read)
            .await
            .expect("the node closes");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A GET over a connection of its own.
    pub(super) async fn get(&self, host: &str, path: &str) -> String {
        let close = "Connection: close";
        self.raw(format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\n{close}\r\n\r\n"
        ))
        .await
    }

    /// The access-log records, once there are `count`.
    pub(super) async fn records(&self, count: usize) -> Vec<serde_json::Value> {
        let mut records = Vec::new();
        for _ in 0..200 {
            let log = self.log.clone();
            let flush = tokio::task::spawn_blocking(move || log.flush(Duration::from_secs(1)));
            assert!(flush.await.expect("flush"), "the log is written");
            let text = std::fs::read_to_string(self.dir.path().join("requests.log"))
                .or_else(|_| std::fs::read_to_string(self.dir.path().join("requests")))
                .unwrap_or_default();
            records = text
                .lines()
                .map(|line| serde_json::from_str(line).expect("JSON"))
                .collect();
            if records.len() >= count {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(records.len(), count, "{records:#?}");
        records
    }
}

/// Status of an answer.
pub(super) fn status(answer: &str) -> u16 {
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("no status in {answer:?}"))
}

/// What an echo target saw.
pub(super) fn seen(answer: &str) -> serde_json::Value {
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error} in {answer}"))
}
