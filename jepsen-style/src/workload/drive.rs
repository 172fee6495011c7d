//! Drives a workload: its clients, their pace, and the record of every call.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rand::RngExt;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::system::System;
use super::{Who, Workload};
use crate::access::Access;
use crate::history::{Call, Outcome, Recorder};
use crate::seed::Seed;

/// How long final reads are repeated on a node that does not answer.
const LAST_READ_PATIENCE: Duration = Duration::from_secs(30);
/// Pause before a final read is repeated.
const LAST_READ_PAUSE: Duration = Duration::from_millis(200);

/// What a run is made with.
#[derive(Clone, Debug)]
pub struct Setting<S = Access> {
    /// How the cluster is reached.
    pub access: S,
    /// Where chance comes from.
    pub seed: Seed,
    /// When the run began: times in histories count from it.
    pub start: Instant,
    /// How much is asked.
    pub pace: Pace,
}

/// How much is asked of a workload.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Clients that call at once; at least one for each node. Checking is sure up to 10.
    pub clients: usize,
    /// Calls per second of all clients together.
    pub per_second: f64,
    /// How long an answer is waited for.
    pub deadline: Duration,
}

impl Pace {
    /// A pace whose outcomes are rarely unknown: nodes answer within 5 s, also that they cannot.
    #[must_use]
    pub fn new(clients: usize, per_second: f64) -> Self {
        Self {
            clients,
            per_second,
            deadline: Duration::from_secs(6),
        }
    }

    /// Time between two calls of one client.
    fn pause(&self) -> Duration {
        Duration::from_secs_f64(self.clients.max(1) as f64 / self.per_second.max(0.001))
    }
}

/// A workload, its clients and its history.
pub struct Driver<W: Workload<S>, S: System = Access> {
    setting: Setting<S>,
    workload: W,
    recorder: Recorder<W::Operation, W::Answer>,
    /// The next client's number.
    numbers: AtomicU32,
}

/// The history of a workload.
pub type History<W, S = Access> =
    Vec<Call<<W as Workload<S>>::Operation, <W as Workload<S>>::Answer>>;

impl<W: Workload<S>, S: System> Driver<W, S> {
    /// A workload whose history is kept in `dir` too, as `NAME.jsonl`.
    ///
    /// # Errors
    /// Where the file cannot be created.
    pub fn new(setting: Setting<S>, workload: W, dir: &Path) -> std::io::Result<Self> {
        let recorder = Recorder::create(&dir.join(format!("{}.jsonl", W::NAME)))?;
        Ok(Self {
            setting,
            workload,
            recorder,
            numbers: AtomicU32::new(0),
        })
    }

    /// Calls until stopped.
    ///
    /// # Errors
    /// Where the history cannot be written, or an address cannot be used.
    pub async fn run(self: &Arc<Self>, stop: &CancellationToken) -> anyhow::Result<()> {
        let mut seats = JoinSet::new();
        for seat in 0..self.setting.pace.clients {
            let (driver, stop) = (self.clone(), stop.clone());
            seats.spawn(async move { driver.sit(seat, &stop).await });
        }
        while let Some(ended) = seats.join_next().await {
            ended??;
        }
        Ok(())
    }

    /// The clients of one seat, one after the other.
    async fn sit(&self, seat: usize, stop: &CancellationToken) -> anyhow::Result<()> {
        let mut chance = self.chance(&format!("seat {seat}"));
        let clients = self.clients()?;
        let nodes = clients.len();
        let pause = self.setting.pace.pause();
        let mut who = self.somebody(seat);
        let mut memory = W::Memory::default();
        let mut due = Instant::now() + pause.mul_f64(chance.random());
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep_until(due) => {}
            }
            let next = self.workload.next(&who, &mut memory, &mut chance);
            let node = next.node.unwrap_or(seat) % nodes;
            let call = self.call(who, node, &clients[node], next.operation).await;
            self.workload
                .learn(&mut memory, &call.operation, &call.outcome);
            if matches!(call.outcome, Outcome::Unknown { .. }) {
                who = self.somebody(seat);
                memory = W::Memory::default();
            }
            self.recorder.record(call)?;
            due = (due + pause.mul_f64(0.5 + chance.random::<f64>())).max(Instant::now());
        }
    }

    fn somebody(&self, seat: usize) -> Who {
        Who {
            client: self.numbers.fetch_add(1, Ordering::Relaxed),
            seat,
            nodes: self.setting.access.nodes(),
        }
    }

    fn chance(&self, purpose: &str) -> rand::rngs::SmallRng {
        let purpose = format!("{} {purpose}", W::NAME);
        self.setting.seed.stream(&purpose)
    }

    /// A client for each node.
    fn clients(&self) -> anyhow::Result<Vec<S::Client>> {
        let (access, deadline) = (&self.setting.access, self.setting.pace.deadline);
        let nodes = 0..access.nodes();
        nodes.map(|node| access.client(node, deadline)).collect()
    }

    async fn call(
        &self,
        who: Who,
        node: usize,
        client: &S::Client,
        operation: W::Operation,
    ) -> Call<W::Operation, W::Answer> {
        let invoked_us = self.now_us();
        let outcome = match self.workload.ask(client, &operation).await {
            Ok(answered) => Outcome::Done {
                answer: answered.answer,
                revision: answered.revision,
            },
            Err(refusal) => S::outcome(&refusal),
        };
        Call {
            client: who.client,
            node,
            invoked_us,
            ended_us: self.now_us(),
            operation,
            outcome,
        }
    }

    fn now_us(&self) -> u64 {
        let passed = self.setting.start.elapsed().as_micros();
        u64::try_from(passed).unwrap_or(u64::MAX)
    }

    /// Reads the final state on every node, once all faults are healed and [`Driver::run`] ended.
    ///
    /// # Errors
    /// Where the history cannot be written, or an address cannot be used.
    pub async fn finish(self: &Arc<Self>) -> anyhow::Result<()> {
        let mut readers = JoinSet::new();
        for (node, client) in self.clients()?.into_iter().enumerate() {
            let driver = self.clone();
            readers.spawn(async move { driver.read_last(node, &client).await });
        }
        while let Some(ended) = readers.join_next().await {
            ended??;
        }
        Ok(self.recorder.flush()?)
    }

    /// Reads the final state on a node; patient once only, as a node that is gone stays so.
    async fn read_last(&self, node: usize, client: &S::Client) -> anyhow::Result<()> {
        let who = self.somebody(node);
        let start = Instant::now();
        for operation in self.workload.last() {
            loop {
                let call = self.call(who, node, client, operation.clone()).await;
                if is_final(&call.outcome) || start.elapsed() > LAST_READ_PATIENCE {
                    self.recorder.record(call)?;
                    break;
                }
                tokio::time::sleep(LAST_READ_PAUSE).await;
            }
        }
        Ok(())
    }

    /// What happened so far.
    pub fn history(&self) -> History<W, S> {
        self.recorder.calls()
    }

    /// The workload.
    pub fn workload(&self) -> &W {
        &self.workload
    }
}

/// Whether a final read need not be repeated: it is answered, or what it reads is not there.
fn is_final<A>(outcome: &Outcome<A>) -> bool {
    match outcome {
        Outcome::Done { .. } => true,
        Outcome::Refused { reason } => reason.starts_with("ResourceNotFoundException"),
        Outcome::Unknown { .. } => false,
    }
}
