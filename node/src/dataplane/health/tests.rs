//! Health as targets, workers and the API see it.

mod estate;
mod target;

use std::convert::Infallible;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpListener;
use tokio::sync::watch;
use trellis_core::view::HealthCheckView;

use self::estate::{INTERVAL, NODE, check, group, view};
use self::target::{SLOW, Target};
use super::*;
use crate::clock;

/// A running prober and the view it follows.
struct Probing {
    cell: Arc<HealthCell>,
    view: Arc<ArcSwap<View>>,
    changed: watch::Sender<u64>,
}

impl Probing {
    fn start(view: View) -> Self {
        Self::start_with(&Config::default(), view)
    }

    fn start_with(config: &Config, view: View) -> Self {
        let cell = Arc::new(HealthCell::default());
        let view = Arc::new(ArcSwap::from_pointee(view));
        let (changed, follows) = watch::channel(0);
        let load = {
            let view = view.clone();
            move || view.load_full()
        };
        start(config, NODE.into(), load, follows, cell.clone()).unwrap();
        Self {
            cell,
            view,
            changed,
        }
    }

    fn publish(&self, view: View) {
        self.view.store(Arc::new(view));
        self.changed.send_modify(|revision| *revision += 1);
    }

    fn status(&self, group: &str, address: SocketAddr) -> Status {
        status(&self.view.load(), &self.cell, &key(group, address), false)
    }

    async fn reaches(&self, group: &str, address: SocketAddr, expected: Status) {
        eventually(|| self.status(group, address) == expected).await;
    }
}

fn key(group: &str, address: SocketAddr) -> TargetKey {
    TargetKey {
        group: group.into(),
        address,
    }
}

async fn eventually(holds: impl Fn() -> bool) {
    let begun = clock::instant();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(10), "not in time");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn a_target_falls_ill_and_recovers() {
    let target = Target::start().await;
    let at = target.address;
    let probing = Probing::start(view(
        vec![group("tg-1", "vpc-near", &[at], Some(check()))],
        vec![],
    ));
    assert!(
        probing.cell.load().is_healthy("tg-1", at),
        "a new target gets requests"
    );
    probing.reaches("tg-1", at, Status::Healthy).await;

    target.answers(500);
    probing.reaches("tg-1", at, Status::Unhealthy).await;
    assert!(!probing.cell.load().is_healthy("tg-1", at));
    assert!(
        probing.cell.load().is_healthy("tg-other", at),
        "health is kept per group"
    );

    target.answers(301);
    probing.reaches("tg-1", at, Status::Healthy).await;
    assert!(probing.cell.load().is_healthy("tg-1", at));
}

#[tokio::test]
async fn each_probe_says_who_it_is_on_a_connection_of_its_own() {
    for http2 in [false, true] {
        let target = Target::start().await;
        let check = HealthCheckView { http2, ..check() };
        let group = group("tg-1", "vpc-near", &[target.address], Some(check));
        let probing = Probing::start(view(vec![group], vec![]));
        eventually(|| target.requests() >= 5).await;
        eventually(|| target.open.load(Ordering::SeqCst) == 0).await;
        probing
            .reaches("tg-1", target.address, Status::Healthy)
            .await;
        drop(probing);
        eventually(|| target.requests() == target.connections.load(Ordering::SeqCst)).await;
        let requests = target.requests.lock().unwrap();
        for request in &*requests {
            assert_eq!(request.method(), "GET");
            assert_eq!(request.uri().path_and_query().unwrap(), "/health?deep=1");
            assert_eq!(request.headers()["user-agent"], USER_AGENT);
            let version = if http2 {
                http::Version::HTTP_2
            } else {
                http::Version::HTTP_11
            };
            assert_eq!(request.version(), version);
            let host = request
                .uri()
                .authority()
                .map(ToString::to_string)
                .or_else(|| {
                    let host = request.headers().get("host")?;
                    host.to_str().ok().map(str::to_owned)
                });
            assert_eq!(host, Some(target.address.to_string()));
        }
    }
}

#[tokio::test]
async fn each_target_is_probed_at_its_own_interval() {
    let (often, seldom) = (Target::start().await, Target::start().await);
    let slow = HealthCheckView {
        interval: Duration::from_secs(3_600),
        ..check()
    };
    let probing = Probing::start(view(
        vec![
            group("tg-often", "vpc-near", &[often.address], Some(check())),
            group("tg-seldom", "vpc-near", &[seldom.address], Some(slow)),
        ],
        vec![],
    ));
    probing
        .reaches("tg-seldom", seldom.address, Status::Healthy)
        .await;
    let begun = clock::instant();
    let before = often.requests();
    eventually(|| often.requests() >= before + 10).await;
    let shortest = INTERVAL.mul_f64(0.8) * 9;
    assert!(begun.elapsed() >= shortest, "{:?}", begun.elapsed());
    assert_eq!(seldom.requests(), 1);
}

#[tokio::test]
async fn only_so_many_probes_are_under_way() {
    let target = Target::start().await;
    target.answers(SLOW);
    let check = HealthCheckView {
        timeout: Duration::from_millis(50),
        ..check()
    };
    let group = |number: u8| {
        let id = format!("tg-{number}");
        group(&id, "vpc-near", &[target.address], Some(check.clone()))
    };
    let config = Config { probes_max: 2 };
    let probing = Probing::start_with(&config, view((0..6).map(group).collect(), vec![]));
    for number in 0..6 {
        probing
            .reaches(&format!("tg-{number}"), target.address, Status::Unhealthy)
            .await;
    }
    // A connection that was given up may end a little after the next one has begun.
    let most = target.most.load(Ordering::SeqCst);
    assert!((2..=4).contains(&most), "{most}");
}

#[tokio::test]
async fn silence_and_closed_ports_are_failures() {
    let slow = Target::start().await;
    slow.answers(SLOW);
    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let check = HealthCheckView {
        timeout: Duration::from_millis(20),
        ..check()
    };
    let group = group("tg-1", "vpc-near", &[slow.address, closed], Some(check));
    let probing = Probing::start(view(vec![group], vec![]));
    probing
        .reaches("tg-1", slow.address, Status::Unhealthy)
        .await;
    probing.reaches("tg-1", closed, Status::Unhealthy).await;
    assert_eq!(Status::Unhealthy.reason_code(), Some("HealthCheckFailed"));
}

#[tokio::test]
async fn a_check_may_use_a_port_of_its_own() {
    let (target, checked) = (Target::start().await, Target::start().await);
    checked.answers(404);
    let check = HealthCheckView {
        port: Some(checked.address.port()),
        ..check()
    };
    let group = group("tg-1", "vpc-near", &[target.address], Some(check));
    let probing = Probing::start(view(vec![group], vec![]));
    probing
        .reaches("tg-1", target.address, Status::Unhealthy)
        .await;
    assert_eq!(target.requests(), 0);
}

#[tokio::test]
async fn only_groups_in_use_that_this_node_reaches_are_probed() {
    let probed = Target::start().await;
    let others = [
        Target::start().await,
        Target::start().await,
        Target::start().await,
        Target::start().await,
    ];
    let [far, ingress, unchecked, unused] = others.each_ref().map(|target| target.address);
    let probing = Probing::start(view(
        vec![
            group("tg-near", "vpc-near", &[probed.address], Some(check())),
            group("tg-far", "vpc-far", &[far], Some(check())),
            group("tg-ingress", "vpc-ingress-only", &[ingress], Some(check())),
            group("tg-unchecked", "vpc-near", &[unchecked], None),
        ],
        vec![group("tg-unused", "vpc-near", &[unused], Some(check()))],
    ));
    eventually(|| probed.requests() >= 10).await;
    for other in &others {
        assert_eq!(other.connections.load(Ordering::SeqCst), 0);
    }
    assert_eq!(probing.status("tg-far", far), Status::Initial);
    assert_eq!(
        probing.status("tg-unchecked", unchecked),
        Status::Unavailable
    );
    assert_eq!(probing.status("tg-unused", unused), Status::Unused);
    for (group, address, status) in [
        ("tg-near", probed.address, Status::Healthy),
        ("tg-far", far, Status::Initial),
        ("tg-unchecked", unchecked, Status::Unavailable),
        ("tg-unused", unused, Status::Unused),
    ] {
        let listed = statuses(&probing.view.load(), &probing.cell, group);
        assert_eq!(listed, [(address, status)], "{group}");
    }
    assert!(statuses(&probing.view.load(), &probing.cell, "tg-absent").is_empty());
    let near = key("tg-near", probed.address);
    let draining = status(&probing.view.load(), &probing.cell, &near, true);
    assert_eq!(draining, Status::Draining);
}

#[tokio::test]
async fn the_prober_follows_the_view() {
    let (first, second) = (Target::start().await, Target::start().await);
    first.answers(500);
    let with = |targets: &[SocketAddr]| {
        view(
            vec![group("tg-1", "vpc-near", targets, Some(check()))],
            vec![],
        )
    };
    let probing = Probing::start(with(&[first.address]));
    probing
        .reaches("tg-1", first.address, Status::Unhealthy)
        .await;

    probing.publish(with(&[second.address]));
    probing
        .reaches("tg-1", second.address, Status::Healthy)
        .await;
    assert_eq!(probing.cell.state(&key("tg-1", first.address)), None);
    assert!(
        probing.cell.load().unhealthy.is_empty(),
        "a target that is gone is forgotten"
    );
    let seen = first.requests();
    eventually(|| second.requests() >= 10).await;
    assert!(
        first.requests() <= seen + 1,
        "a target that is gone is not probed"
    );

    probing.publish(with(&[first.address, second.address]));
    probing
        .reaches("tg-1", first.address, Status::Unhealthy)
        .await;
}

#[tokio::test]
async fn targets_over_tls_need_no_trusted_certificate() {
    let certified = rcgen::generate_simple_self_signed(["target".to_owned()]).unwrap();
    let key =
        rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let stream = acceptor.accept(stream).await.unwrap();
                let service = service_fn(async |_: Request<Incoming>| {
                    Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new()))
                });
                let builder = Builder::new(TokioExecutor::new());
                drop(
                    builder
                        .serve_connection(TokioIo::new(stream), service)
                        .await,
                );
            });
        }
    });
    for http2 in [false, true] {
        let check = HealthCheckView {
            tls: true,
            http2,
            ..check()
        };
        let group = group("tg-1", "vpc-near", &[address], Some(check));
        let probing = Probing::start(view(vec![group], vec![]));
        probing.reaches("tg-1", address, Status::Healthy).await;
    }
}

#[test]
fn another_nodes_word_counts_where_this_node_does_not_probe() {
    use State::{Healthy, Initial, Unhealthy};
    let at = SocketAddr::from(([10, 0, 0, 1], 80));
    for (name, local, remote, expected) in [
        ("nobody knows", None, &[][..], None),
        ("one node says so", None, &[Unhealthy], Some(Unhealthy)),
        (
            "all nodes say so",
            None,
            &[Unhealthy, Unhealthy],
            Some(Unhealthy),
        ),
        ("one reaches it", None, &[Unhealthy, Healthy], Some(Healthy)),
        (
            "one has just begun",
            None,
            &[Unhealthy, Initial],
            Some(Initial),
        ),
        (
            "its own word is first",
            Some(Healthy),
            &[Unhealthy],
            Some(Healthy),
        ),
        (
            "its own word is first, too",
            Some(Unhealthy),
            &[Healthy],
            Some(Unhealthy),
        ),
    ] {
        let cell = HealthCell::default();
        let key = key("tg-1", at);
        if let Some(state) = local {
            cell.observe(&key, state);
        }
        for (position, state) in remote.iter().enumerate() {
            cell.replace(
                &format!("node-{position}"),
                HashMap::from([(key.clone(), *state)]),
            );
        }
        cell.publish();
        assert_eq!(cell.state(&key), expected, "{name}");
        let is_healthy = cell.load().is_healthy("tg-1", at);
        assert_eq!(is_healthy, expected != Some(Unhealthy), "{name}");
        for position in 0..remote.len() {
            cell.replace(&format!("node-{position}"), HashMap::new());
        }
        assert_eq!(
            cell.state(&key),
            local,
            "{name}: silent nodes are forgotten"
        );
    }
}
