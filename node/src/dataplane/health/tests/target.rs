//! A real target on loopback.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpListener;

/// A target that answers with the status it is told to.
pub(super) struct Target {
    pub(super) address: SocketAddr,
    pub(super) status: Arc<AtomicU16>,
    pub(super) connections: Arc<AtomicUsize>,
    /// Connections that are open now.
    pub(super) open: Arc<AtomicUsize>,
    /// Most connections that were open at the same time.
    pub(super) most: Arc<AtomicUsize>,
    pub(super) requests: Arc<Mutex<Vec<Request<()>>>>,
}

/// A target that is told this status does not answer in time.
pub(super) const SLOW: u16 = 299;

impl Target {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = Self {
            address: listener.local_addr().unwrap(),
            status: Arc::new(AtomicU16::new(200)),
            connections: Arc::default(),
            open: Arc::default(),
            most: Arc::default(),
            requests: Arc::default(),
        };
        let (status, connections) = (target.status.clone(), target.connections.clone());
        let (requests, open) = (target.requests.clone(), target.open.clone());
        let most = target.most.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.fetch_add(1, Ordering::SeqCst);
                most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let (status, requests, open) = (status.clone(), requests.clone(), open.clone());
                let service = service_fn(move |request: Request<Incoming>| {
                    requests.lock().unwrap().push(request.map(drop));
                    let status = status.load(Ordering::SeqCst);
                    async move {
                        if status == SLOW {
                            tokio::time::sleep(Duration::from_secs(60)).await;
                        }
                        let response = Response::builder().status(status);
                        Ok::<_, Infallible>(response.body(Empty::<Bytes>::new()).unwrap())
                    }
                });
                tokio::spawn(async move {
                    let builder = Builder::new(TokioExecutor::new());
                    drop(
                        builder
                            .serve_connection(TokioIo::new(stream), service)
                            .await,
                    );
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        target
    }

    pub(super) fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    pub(super) fn requests(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}
