//! The data plane: serves requests from the current view.
//!
//! Each worker is a thread with a runtime of its own; workers share the view, what is known of
//! targets' health, and nothing else. [`serve`] is the journey of a request: read it first.

mod serve;

mod accept;
pub mod access_log;
mod body;
mod budget;
mod config;
mod connection;
mod debug;
mod entry;
mod exchange;
mod failure;
mod fatal;
mod forward;
mod framing;
mod headers;
pub mod health;
mod local;
mod payload;
mod stall;
pub mod target_tls;
mod upstream;
mod view_cell;
mod wire;
mod worker;

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};
use tokio::task::LocalSet;
use tokio_rustls::TlsConnector;

pub use config::{Balancing, Config, ForwardedFor};
pub use view_cell::ViewCell;

use access_log::AccessLog;
use health::HealthCell;
use view_cell::Served;
use worker::Seed;

use crate::telemetry::metrics::Metrics;

/// What the data plane is given.
pub struct Parts {
    /// Id of this node: its attachments say where it listens.
    pub node_id: String,
    /// The view to serve.
    pub views: Arc<ViewCell>,
    /// What is known of targets' health.
    pub health: Arc<HealthCell>,
    /// Where requests are recorded; each worker takes a clone.
    pub access_log: AccessLog,
    /// Where requests are counted.
    pub metrics: Arc<Metrics>,
}

/// The running data plane. Dropped without [`DataPlane::drain`], it ends at once.
#[derive(Debug)]
pub struct DataPlane {
    drain: watch::Sender<Option<Instant>>,
    served: Arc<Served>,
    workers: Vec<Running>,
}

#[derive(Debug)]
struct Running {
    thread: JoinHandle<()>,
    ended: oneshot::Receiver<()>,
}

impl DataPlane {
    /// Starts the workers. They listen and serve as the view says, once [`DataPlane::served`] has
    /// reached its revision.
    ///
    /// # Errors
    /// Where a thread, its runtime or TLS cannot be made.
    pub fn start(config: &Config, parts: &Parts) -> io::Result<Self> {
        let cores = core_affinity::get_core_ids().unwrap_or_default();
        let count = match config.workers {
            0 => cores.len().max(1),
            count => count,
        };
        let served = Arc::new(Served::new(count));
        let drain = watch::Sender::new(None);
        let target_tls = [tls_for(b"http/1.1")?, tls_for(b"h2")?];
        let mut workers = Vec::with_capacity(count);
        for index in 0..count {
            let seed = Seed {
                index,
                node_id: parts.node_id.clone(),
                config: config.clone(),
                views: parts.views.clone(),
                health: parts.health.clone(),
                access_log: parts.access_log.clone(),
                metrics: parts.metrics.worker(),
                target_tls: target_tls.clone(),
                served: served.clone(),
                drain: drain.subscribe(),
            };
            let core = cores.get(index % cores.len().max(1)).copied();
            workers.push(start_worker(seed, core.filter(|_| config.pin_workers))?);
        }
        Ok(Self {
            drain,
            served,
            workers,
        })
    }

    /// The revision that every worker serves: no request that is decided from now on uses an older
    /// view, and the view's ports have been bound, or tried.
    #[must_use]
    pub fn served(&self) -> watch::Receiver<u64> {
        self.served.subscribe()
    }

    /// Stops accepting, finishes the requests under way, and ends what is left after `limit`.
    pub async fn drain(self, limit: Duration) {
        let deadline = crate::clock::instant() + limit;
        self.drain.send_replace(Some(deadline));
        for worker in self.workers {
            // An error says that the worker has ended already.
            let _ended = worker.ended.await;
            // One that panicked has ended the process.
            let _joined = worker.thread.join();
        }
    }
}

fn tls_for(alpn: &[u8]) -> io::Result<TlsConnector> {
    let config = target_tls::client_config(alpn).map_err(io::Error::other)?;
    Ok(Arc::new(config).into())
}

fn start_worker(seed: Seed, core: Option<core_affinity::CoreId>) -> io::Result<Running> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()?;
    let (ending, ended) = oneshot::channel();
    let thread = thread::Builder::new()
        .name(format!("worker-{}", seed.index))
        .spawn(move || {
            if let Some(core) = core {
                core_affinity::set_for_current(core);
            }
            let run = || LocalSet::new().block_on(&runtime, worker::run(seed));
            fatal::or_end(run, fatal::end_process);
            // Nobody waits where the data plane was dropped.
            let _sent = ending.send(());
        })?;
    Ok(Running { thread, ended })
}

#[cfg(test)]
mod tests;
