//! Many wait for what one node serves.

use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::join_all;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Endpoint, Server};

use super::*;

const LONG: Duration = Duration::from_secs(30);

/// A node that counts how often it is asked.
struct Counting {
    server: PeerServer,
    asked: Arc<AtomicU64>,
}

#[tonic::async_trait]
impl peer_server::Peer for Counting {
    async fn served(
        &self,
        request: Request<ServedRequest>,
    ) -> Result<Response<ServedResponse>, Status> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.server.served(request).await
    }

    async fn target_health(
        &self,
        request: Request<TargetHealthRequest>,
    ) -> Result<Response<TargetHealthResponse>, Status> {
        self.server.target_health(request).await
    }
}

/// A node, what it serves, and how often it was asked.
fn node() -> (Arc<Peer>, watch::Sender<u64>, Arc<AtomicU64>) {
    let (serves, served) = watch::channel(0);
    let asked = Arc::new(AtomicU64::new(0));
    let node = Counting {
        server: PeerServer {
            served,
            told: Arc::new(Vec::new),
        },
        asked: asked.clone(),
    };
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = incoming.local_addr().unwrap().to_string();
    let router = Server::builder().add_service(peer_server::PeerServer::new(node));
    tokio::spawn(router.serve_with_incoming(incoming));
    let peer = Peer {
        channel: Endpoint::from_shared(format!("http://{address}"))
            .unwrap()
            .connect_lazy(),
        address,
        told: watch::Sender::new(0),
        asking: tokio::sync::Mutex::default(),
    };
    (Arc::new(peer), serves, asked)
}

#[tokio::test]
async fn a_node_is_asked_once_for_each_step_however_many_wait() {
    const STEPS: u64 = 5;
    let (peer, serves, asked) = node();
    let waiting = (1..=100).map(|number| {
        let peer = peer.clone();
        tokio::spawn(async move { peer.reach(number % STEPS + 1, LONG).await })
    });
    let waiting: Vec<_> = waiting.collect();
    for step in 1..=STEPS {
        serves.send(step).unwrap();
        let mut told = peer.told.subscribe();
        told.wait_for(|at| *at == step).await.unwrap();
    }
    for (number, reached) in (1..).zip(join_all(waiting).await) {
        let reached = reached.unwrap().unwrap();
        assert!(reached > number % STEPS, "{number}: {reached}");
    }
    assert!(asked.load(Ordering::Relaxed) <= STEPS + 1);
    assert_eq!(peer.reach(STEPS, LONG).await.unwrap(), STEPS);
    assert!(asked.load(Ordering::Relaxed) <= STEPS + 1, "it is known");
}

#[tokio::test]
async fn whoever_waits_for_more_holds_up_nobody_who_waits_for_less() {
    let (peer, serves, _) = node();
    let much = tokio::spawn({
        let peer = peer.clone();
        async move { peer.reach(1_000, LONG).await }
    });
    while peer.asking.try_lock().is_ok() {
        tokio::task::yield_now().await;
    }
    let little = peer.reach(7, LONG);
    serves.send(7).unwrap();
    assert_eq!(little.await.unwrap(), 7);
    assert!(!much.is_finished());
    much.abort();
}

#[tokio::test]
async fn a_deadline_that_passes_is_answered_with_how_far_the_node_is() {
    let (peer, serves, _) = node();
    serves.send(3).unwrap();
    assert_eq!(peer.reach(9, Duration::from_millis(50)).await.unwrap(), 3);
    assert_eq!(peer.reach(2, Duration::ZERO).await.unwrap(), 3);
}
