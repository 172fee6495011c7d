//! One machine: its disk, its chance, and the process on it, a runtime of one thread whose clock only
//! moves when it is told to.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use rand::rngs::SmallRng;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tower::Service as _;
use trellis_proto::raft_v1::raft_server::RaftServer;

use super::chance::{self, chance};
use super::disk::Disk;
use super::net::{self, Call, Net};
use super::panics;
use crate::cluster::certificates::NodeIdentity;
use crate::cluster::links::Peer;
use crate::raft::start::Seat;
use crate::raft::tests::cluster::CLUSTER;
use crate::raft::{Config, Consensus, Service, StartError};

/// A process with nothing new to do runs this often, milliseconds.
const STRIDE_MS: u64 = 4;
/// Longest time for a process to stop.
const STOP_DEADLINE: Duration = Duration::from_secs(4);

type Starting = JoinHandle<Result<Arc<Consensus>, StartError>>;

/// A machine.
pub(super) struct Host {
    /// The member that lives on it.
    pub(super) member: u64,
    /// Its disk.
    pub(super) disk: Disk,
    /// It was asked to stop.
    pub(super) stops: bool,
    /// How often a process was started.
    pub(super) starts: u64,
    directory: PathBuf,
    chance: SmallRng,
    /// Its process does not run on, until then, milliseconds.
    paused_until: u64,
    /// Something waits for its process.
    woken: bool,
    /// How far its process has run, milliseconds.
    ran_until: u64,
    process: Option<Process>,
}

struct Process {
    /// Ended first: it holds what runs on the runtime.
    running: Option<Running>,
    starting: Option<Starting>,
    stop: CancellationToken,
    began: Instant,
    age_ms: u64,
    runtime: Runtime,
}

struct Running {
    consensus: Arc<Consensus>,
    service: RaftServer<Service>,
}

impl Host {
    /// A machine that is not started.
    pub(super) fn new(seed: u64, member: u64, directory: PathBuf) -> Self {
        Self {
            member,
            disk: Disk::default(),
            stops: false,
            starts: 0,
            paused_until: 0,
            woken: false,
            ran_until: 0,
            directory,
            chance: chance(seed, ("host", member)),
            process: None,
        }
    }

    /// Starts a process.
    pub(super) fn start(&mut self, config: &Config, net: &Arc<Net>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let seat = Seat {
            member: self.member,
            cluster_id: CLUSTER.into(),
            snapshots: self.directory.clone(),
            dial: net.dialer(self.member),
        };
        let (config, disk, stop) = (config.clone(), self.disk.clone(), CancellationToken::new());
        let stopped = stop.clone();
        let (starting, began) = chance::with(&mut self.chance, || {
            let _inside = runtime.enter();
            runtime.spawn(disk.clone().run());
            let starting = runtime.spawn(async move {
                let consensus = Consensus::start_over(&config, seat, disk).await?;
                tokio::spawn(consensus.clone().run_membership(stopped));
                Ok(consensus)
            });
            (starting, Instant::now())
        });
        self.starts += 1;
        self.stops = false;
        self.ran_until = net.state().now_ms;
        self.process = Some(Process {
            running: None,
            starting: Some(starting),
            stop,
            began,
            age_ms: 0,
            runtime,
        });
    }

    /// Whether there is a process.
    pub(super) fn is_up(&self) -> bool {
        self.process.is_some()
    }

    /// The node, where it has started.
    pub(super) fn consensus(&self) -> Option<&Arc<Consensus>> {
        let running = self.process.as_ref()?.running.as_ref()?;
        Some(&running.consensus)
    }

    /// Something waits for it.
    pub(super) fn wake(&mut self) {
        self.woken = true;
    }

    /// Lets the process run until now, in one leap where it was paused; false where it is not its
    /// turn. Without anything new it runs every few milliseconds only, which is cheaper.
    ///
    /// # Errors
    /// Where the node could not start, or something in it panicked.
    pub(super) fn pass(&mut self, now_ms: u64) -> Result<bool, String> {
        let Some(process) = &mut self.process else {
            return Ok(false);
        };
        let ms = now_ms - self.ran_until;
        if now_ms < self.paused_until || (!self.woken && ms < STRIDE_MS) {
            return Ok(false);
        }
        self.woken = false;
        self.ran_until = now_ms;
        process.age_ms += ms;
        let until = process.began + Duration::from_millis(process.age_ms);
        chance::with(&mut self.chance, || {
            process.runtime.block_on(async {
                if ms > STRIDE_MS {
                    tokio::time::advance(Duration::from_millis(ms - 1)).await;
                }
                tokio::time::sleep_until(until).await;
            });
        });
        if let Some(panic) = panics::take() {
            return Err(panic);
        }
        let Some(started) = process.starting.as_mut().and_then(FutureExt::now_or_never) else {
            return Ok(true);
        };
        process.starting = None;
        let started = started.map_err(|error| error.to_string())?;
        let consensus = started.map_err(|error| format!("it does not start: {error}"))?;
        let service = consensus.service();
        process.running = Some(Running { consensus, service });
        Ok(true)
    }

    /// Starts something in the process, where it has started.
    pub(super) fn spawn<T, F>(
        &mut self,
        work: impl FnOnce(Arc<Consensus>) -> F,
    ) -> Option<JoinHandle<T>>
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        self.woken = true;
        let process = self.process.as_ref()?;
        let consensus = process.running.as_ref()?.consensus.clone();
        Some(process.runtime.spawn(work(consensus)))
    }

    /// A call arrives. It is refused where nobody listens.
    pub(super) fn serve(&mut self, call: Call, mut request: http::Request<Body>, net: &Arc<Net>) {
        self.woken = true;
        let process = self.process.as_ref();
        let Some((process, running)) = process.and_then(|p| Some((p, p.running.as_ref()?))) else {
            net.state().refuse(call);
            return;
        };
        request.extensions_mut().insert(Peer {
            address: ([127, 0, 0, 1], 1).into(),
            identity: Some(NodeIdentity {
                cluster_id: CLUSTER.into(),
                account: String::new(),
                member: call.0,
            }),
        });
        let (mut service, net) = (running.service.clone(), net.clone());
        process.runtime.spawn(async move {
            let Ok(response) = service.call(request).await;
            let (parts, streamed) = response.into_parts();
            let Ok((whole, sum)) = net::whole(streamed).await else {
                return;
            };
            let mut net = net.state();
            let now_ms = net.now_ms;
            net.trace.event((now_ms, call, "answer", sum));
            net.answer(call, Ok(http::Response::from_parts(parts, whole)));
        });
    }

    /// Keeps the process from running until then.
    pub(super) fn pause(&mut self, until_ms: u64) {
        self.paused_until = self.paused_until.max(until_ms);
    }

    /// Lets a paused process run on.
    pub(super) fn resume(&mut self) {
        self.paused_until = 0;
    }

    /// Asks the process to stop, as SIGTERM would.
    pub(super) fn stop(&mut self) -> Option<JoinHandle<()>> {
        self.process.as_ref()?.stop.cancel();
        self.stops = true;
        self.spawn(async move |consensus: Arc<Consensus>| consensus.shutdown(STOP_DEADLINE).await)
    }

    /// The power is cut.
    pub(super) fn crash(&mut self) {
        self.process = None;
        self.stops = false;
        self.paused_until = 0;
        self.disk.drive().crash(&mut self.chance);
    }
}
