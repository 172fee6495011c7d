//! Clients that write and read, and what they know: an oracle that never gives up.
//!
//! Every write creates a record of its own, so that what was written twice, lost, or written after
//! it was refused shows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use rand::RngExt;
use rand::rngs::SmallRng;
use tokio::task::JoinHandle;
use trellis_core::model::Account;
use trellis_core::registry::outcome::Judgement;
use trellis_core::registry::{Applied, Command, State};

use super::bug::Bug;
use super::chance::chance;
use super::host::Host;
use super::plan::Plan;
use super::trace::Trace;
use crate::raft::tests::cluster::{account, name};
use crate::raft::{Consensus, WriteError};

/// When the virtual clock began, milliseconds since the Unix epoch.
pub(super) const EPOCH_MS: u64 = 1_700_000_000_000;
/// How many of a hundred operations are reads.
const READS_PERCENT: u32 = 40;
/// How many of a hundred writes create what another client may create too.
const CONTESTED_PERCENT: u32 = 10;
/// First of the names that clients contend for.
const CONTESTED_FROM: u64 = 900_000_000_000;
/// Records that each read is searched for, beside the newest.
const SAMPLED: usize = 4;

enum Answer {
    Wrote(Result<Applied, WriteError>),
    Read(Box<Result<State, WriteError>>),
}

struct Write {
    name: String,
    command: Command,
    contested: bool,
    /// It was tried before, and nobody knows what became of it.
    uncertain: bool,
}

struct Operation {
    /// None for a read.
    write: Option<Write>,
    running: JoinHandle<Answer>,
    /// Highest revision that was acknowledged to anybody before this began.
    floor: u64,
    /// Names that were acknowledged before this began.
    known: usize,
}

#[derive(Default)]
struct Client {
    rests_until: u64,
    operation: Option<Operation>,
    /// A write to be repeated until its outcome is known.
    again: Option<Write>,
}

/// All clients and what they know.
pub(super) struct Clients {
    clients: Vec<Client>,
    chance: SmallRng,
    bug: Option<Bug>,
    next: u64,
    /// Names whose creation was acknowledged, in order.
    acknowledged: Vec<String>,
    revisions: BTreeMap<u64, String>,
    /// Names that were certainly not written.
    refused: BTreeSet<String>,
    floor: u64,
    /// Reads that were answered.
    pub(super) reads: u64,
    /// Writes whose outcome stayed unknown.
    pub(super) unknown: u64,
}

impl Clients {
    /// The clients of a run.
    pub(super) fn new(plan: &Plan) -> Self {
        Self {
            clients: (0..plan.clients).map(|_| Client::default()).collect(),
            chance: chance(plan.seed, "clients"),
            bug: plan.bug,
            next: 0,
            acknowledged: Vec::new(),
            revisions: BTreeMap::new(),
            refused: BTreeSet::new(),
            floor: 0,
            reads: 0,
            unknown: 0,
        }
    }

    /// Writes that were acknowledged.
    pub(super) fn acknowledged(&self) -> usize {
        self.acknowledged.len()
    }

    /// Whether no operation is under way.
    pub(super) fn rest(&self) -> bool {
        self.clients.iter().all(|client| client.operation.is_none())
    }

    /// Takes what was answered, and lets clients that are free begin something.
    ///
    /// # Errors
    /// An answer that cannot be right.
    pub(super) fn step(
        &mut self,
        hosts: &mut BTreeMap<u64, Host>,
        now_ms: u64,
        begin: bool,
        trace: &mut Trace,
    ) -> Result<(), String> {
        for id in 0..self.clients.len() {
            if let Some(answer) = self.answered(id) {
                self.judge(id, answer, now_ms, trace)
                    .map_err(|what| format!("client {id}: {what}"))?;
            }
            let client = &self.clients[id];
            if begin && client.operation.is_none() && client.rests_until <= now_ms {
                self.begin(id, hosts, now_ms);
            }
        }
        Ok(())
    }

    /// The answer to a client's operation; none where it is under way.
    fn answered(&mut self, id: usize) -> Option<(Operation, Option<Answer>)> {
        let operation = self.clients[id].operation.as_mut()?;
        // An error means that the process died.
        let answer = (&mut operation.running).now_or_never()?.ok();
        Some((self.clients[id].operation.take()?, answer))
    }

    fn begin(&mut self, id: usize, hosts: &mut BTreeMap<u64, Host>, now_ms: u64) {
        self.clients[id].rests_until = now_ms + self.chance.random_range(0..60);
        let up: Vec<u64> = hosts.keys().copied().collect();
        let host = hosts.get_mut(&up[id % up.len()]).unwrap();
        let deadline = Duration::from_millis(self.chance.random_range(500..4_000));
        if self.clients[id].again.is_none() && self.chance.random_ratio(READS_PERCENT, 100) {
            let stale = self.bug == Some(Bug::StaleReads);
            let running = host.spawn(async move |consensus: Arc<Consensus>| {
                let read = if stale {
                    Ok(consensus.state())
                } else {
                    consensus.linearizable(deadline).await
                };
                Answer::Read(Box::new(read))
            });
            self.enter(id, None, running);
            return;
        }
        let again = self.clients[id].again.take();
        let write = again.unwrap_or_else(|| self.next_write(now_ms));
        let command = write.command.clone();
        let running = host.spawn(async move |consensus: Arc<Consensus>| {
            Answer::Wrote(consensus.propose(command, deadline).await)
        });
        self.enter(id, Some(write), running);
    }

    fn enter(&mut self, id: usize, write: Option<Write>, running: Option<JoinHandle<Answer>>) {
        let Some(running) = running else {
            // The host is down: a write that was uncertain stays so.
            self.clients[id].again = write.filter(|write| write.uncertain);
            return;
        };
        self.clients[id].operation = Some(Operation {
            write,
            running,
            floor: self.floor,
            known: self.acknowledged.len(),
        });
    }

    fn next_write(&mut self, now_ms: u64) -> Write {
        self.next += 1;
        let contested = self.chance.random_ratio(CONTESTED_PERCENT, 100);
        let name = name(if contested {
            CONTESTED_FROM + self.next / 40
        } else {
            self.next
        });
        let mut command = account(&name);
        command.at_ms = EPOCH_MS + now_ms;
        if !contested {
            command.client_token.clone_from(&name);
            command.fingerprint = name.clone().into_bytes();
        }
        Write {
            name,
            command,
            contested,
            uncertain: false,
        }
    }

    fn judge(
        &mut self,
        id: usize,
        (operation, answer): (Operation, Option<Answer>),
        now_ms: u64,
        trace: &mut Trace,
    ) -> Result<(), String> {
        match (operation.write, answer) {
            (None, Some(Answer::Read(read))) => {
                let Ok(state) = *read else {
                    return Ok(());
                };
                trace.event((now_ms, id, "read", state.revision));
                self.reads += 1;
                self.check_read(&state, operation.floor, operation.known)
            }
            (Some(write), Some(Answer::Wrote(Ok(applied)))) => {
                trace.event((now_ms, id, &write.name, applied.revision));
                self.wrote(&write, applied, operation.floor)
            }
            (Some(write), Some(Answer::Wrote(Err(error)))) => {
                trace.event((now_ms, id, &write.name, error.to_string()));
                let certain = !matches!(error, WriteError::Unknown(_));
                if certain && !write.uncertain && !write.contested {
                    self.refused.insert(write.name);
                } else {
                    self.unclear(id, write);
                }
                Ok(())
            }
            (Some(write), _) => {
                self.unclear(id, write);
                Ok(())
            }
            (None, _) => Ok(()),
        }
    }

    /// Nobody knows what became of a write: some clients ask again, with the same token.
    fn unclear(&mut self, id: usize, write: Write) {
        self.unknown += 1;
        if !write.contested && self.chance.random_ratio(2, 3) {
            self.clients[id].again = Some(Write {
                uncertain: true,
                ..write
            });
        }
    }

    fn wrote(&mut self, write: &Write, applied: Applied, floor: u64) -> Result<(), String> {
        let (name, revision) = (&write.name, applied.revision);
        match applied.judgement {
            Some(Judgement::Done(_)) => {}
            // Somebody else was first.
            Some(Judgement::Refused(_)) if write.contested => return Ok(()),
            other => return Err(format!("{name} was judged {other:?}: written twice")),
        }
        // A write that is asked for again is answered with its first outcome.
        if revision <= floor && !write.uncertain {
            return Err(format!(
                "{name} has revision {revision}, but {floor} was acknowledged before it began"
            ));
        }
        if let Some(other) = self.revisions.insert(revision, name.clone()) {
            return Err(format!("{name} and {other} both have revision {revision}"));
        }
        if write.contested && self.acknowledged.contains(name) {
            return Err(format!("{name} was created twice"));
        }
        self.acknowledged.push(name.clone());
        self.floor = self.floor.max(revision);
        Ok(())
    }

    fn check_read(&mut self, state: &State, floor: u64, known: usize) -> Result<(), String> {
        if state.revision < floor {
            let revision = state.revision;
            return Err(format!(
                "a read of revision {revision} after {floor} was acknowledged"
            ));
        }
        let newest = known.saturating_sub(SAMPLED)..known;
        let sampled: Vec<usize> = (0..SAMPLED.min(known))
            .map(|_| self.chance.random_range(0..known))
            .collect();
        for index in newest.chain(sampled) {
            let name = &self.acknowledged[index];
            if state.get::<Account>(name).is_none() {
                return Err(format!("a read without {name}, which was acknowledged"));
            }
        }
        Ok(())
    }

    /// Compares what clients know with what a member holds in the end.
    ///
    /// # Errors
    /// What is lost, or there against what was said.
    pub(super) fn check_end(&self, state: &State) -> Result<(), String> {
        let holds = |name: &&String| state.get::<Account>(name).is_some();
        if let Some(lost) = self.acknowledged.iter().find(|name| !holds(name)) {
            return Err(format!("{lost} was acknowledged and is lost"));
        }
        if let Some(there) = self.refused.iter().find(holds) {
            return Err(format!("nothing was written, it was said, but {there} was"));
        }
        Ok(())
    }
}
