//! A worker: one thread that serves connections of its own, sharing nothing on the path of a
//! request.

mod adopted;
mod exchanges;
mod seats;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use http::HeaderValue;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep_until};
use tokio_rustls::TlsConnector;
use trellis_core::decide::{Memo, Rules};

use super::accept::Listeners;
use super::access_log::AccessLog;
use super::budget::Budget;
use super::config::Config;
use super::health::HealthCell;
use super::stall::SWEEP;
use super::upstream::Pool;
use super::view_cell::{Served, ViewCell};
use crate::clock;
use crate::telemetry::requests::WorkerMetrics;
pub(crate) use adopted::Adopted;
use exchanges::Exchanges;
pub(crate) use seats::Seats;

/// What a worker is made of, besides its own tables.
pub(crate) struct Seed {
    pub(crate) index: usize,
    pub(crate) node_id: String,
    pub(crate) config: Config,
    pub(crate) views: Arc<ViewCell>,
    pub(crate) health: Arc<HealthCell>,
    pub(crate) access_log: AccessLog,
    pub(crate) metrics: Arc<WorkerMetrics>,
    /// TLS to targets, for HTTP/1.1 and for HTTP/2.
    pub(crate) target_tls: [TlsConnector; 2],
    pub(crate) served: Arc<Served>,
    /// When a drain is asked for: the time at which it is over.
    pub(crate) drain: watch::Receiver<Option<Instant>>,
}

/// The state of a worker.
pub(crate) struct Worker {
    pub(crate) config: Config,
    /// Id of this node.
    pub(crate) node: HeaderValue,
    pub(crate) rules: Rules,
    pub(crate) health: Arc<HealthCell>,
    pub(crate) access_log: AccessLog,
    pub(crate) metrics: Arc<WorkerMetrics>,
    pub(crate) pool: Pool,
    pub(crate) memo: RefCell<Memo>,
    pub(crate) exchanges: Exchanges,
    pub(crate) seats: Seats,
    /// For bodies that are read to check their hashes.
    pub(crate) bodies: Rc<Budget>,
    adopted: RefCell<Rc<Adopted>>,
    chance: RefCell<SmallRng>,
    coarse: Cell<Instant>,
}

impl Worker {
    fn new(seed: &Seed) -> Self {
        Self {
            node: HeaderValue::from_str(&seed.node_id)
                .unwrap_or_else(|_| HeaderValue::from_static("-")),
            rules: seed.config.rules(),
            pool: Pool::new(&seed.config, seed.target_tls.clone()),
            health: seed.health.clone(),
            access_log: seed.access_log.clone(),
            metrics: seed.metrics.clone(),
            memo: RefCell::default(),
            exchanges: Exchanges::default(),
            seats: Seats::default(),
            bodies: Rc::new(Budget::new(seed.config.body_hash_total_bytes_max)),
            adopted: RefCell::new(Rc::new(Adopted::new(seed.views.load(), &seed.node_id))),
            chance: RefCell::new(SmallRng::from_rng(&mut rand::rng())),
            coarse: Cell::new(clock::instant()),
            config: seed.config.clone(),
        }
    }

    /// The view that is served now.
    pub(crate) fn adopted(&self) -> Rc<Adopted> {
        self.adopted.borrow().clone()
    }

    /// The time, late by up to [`SWEEP`].
    pub(crate) fn coarse_now(&self) -> Instant {
        self.coarse.get()
    }

    /// A number that is uniform over all `u64`.
    pub(crate) fn draw(&self) -> u64 {
        self.chance.borrow_mut().next_u64()
    }

    /// A request id: a random UUID.
    pub(crate) fn draw_id(&self) -> HeaderValue {
        let mut bytes = [0; 16];
        self.chance.borrow_mut().fill_bytes(&mut bytes);
        let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        let text = id.hyphenated().encode_lower(&mut text);
        HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("-"))
    }

    fn sweep(&self) {
        let now = clock::instant();
        let elapsed = now.duration_since(self.coarse.replace(now));
        self.exchanges.sweep(elapsed);
    }
}

/// Runs a worker until it is drained.
pub(crate) async fn run(mut seed: Seed) {
    let worker = Rc::new(Worker::new(&seed));
    let mut listeners = Listeners::new(worker.clone());
    let mut changed = seed.views.changed();
    let mut ticks = interval(SWEEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut count = 0u32;
    loop {
        changed.borrow_and_update();
        let adopted = Rc::new(Adopted::new(seed.views.load(), &seed.node_id));
        *worker.adopted.borrow_mut() = adopted.clone();
        listeners.reconcile(&adopted).await;
        seed.served.report(seed.index, adopted.view.revision);
        loop {
            tokio::select! {
                biased;
                asked = seed.drain.wait_for(Option::is_some) => {
                    let deadline = asked.ok().and_then(|deadline| *deadline);
                    return drain(&worker, listeners, deadline).await;
                }
                changed = changed.changed() => if changed.is_ok() { break },
                _ = ticks.tick() => {
                    worker.sweep();
                    count = count.wrapping_add(1);
                    if count.is_multiple_of(4) {
                        worker.pool.sweep();
                        listeners.retry();
                    }
                }
            }
        }
    }
}

/// Stops accepting, finishes what is under way, and ends at the deadline. Without a deadline, the
/// data plane was dropped: everything ends at once.
async fn drain(worker: &Rc<Worker>, listeners: Listeners, deadline: Option<Instant>) {
    listeners.close();
    let Some(deadline) = deadline else { return };
    worker.seats.drain();
    let mut ticks = interval(SWEEP);
    let emptied = worker.seats.emptied();
    tokio::pin!(emptied);
    let end = sleep_until(deadline.into());
    tokio::pin!(end);
    loop {
        tokio::select! {
            () = &mut emptied => return,
            () = &mut end => return,
            _ = ticks.tick() => worker.sweep(),
        }
    }
}
