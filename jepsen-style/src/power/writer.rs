//! The process on the disk: opens a node's stores, tells what it found, and uses them until it is killed.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use openraft::impls::leader_id_adv::LeaderId;
use openraft::storage::{IOFlushed, RaftLogReader, RaftLogStorage};
use openraft::type_config::TypeConfigExt;
use openraft::type_config::alias::OneshotReceiverOf;
use openraft::{EntryPayload, LogId};
use rand::rngs::SmallRng;
use trellis_node::clock;
use trellis_node::raft::entry::{self, Entry, SnapshotMeta, StoredMembership, Vote};
use trellis_node::raft::log_store::LogStore;
use trellis_node::raft::snapshot::SnapshotFile;
use trellis_node::raft::store::StoreKind;
use trellis_node::raft::{Proposal, TypeConfig};

use super::plan::Plan;
use super::steps::{Found, FoundSnapshot, Item, Place, Step, Told, command};

/// Member id of the writer.
const MEMBER: u64 = 1;
/// Cluster of the snapshots.
const CLUSTER: &str = "power-cut";
/// Appends in flight at most.
const IN_FLIGHT_MAX: usize = 8;
/// Longer than the committed position may wait for its barrier, milliseconds.
const PAUSE_MS: u64 = 60;

/// An append that was not acknowledged yet, and its number among the steps.
type Waiting = (usize, OneshotReceiverOf<TypeConfig, Result<(), io::Error>>);

struct Writer<'a> {
    log: LogStore,
    dir: &'a Path,
    steps: usize,
    waiting: VecDeque<Waiting>,
}

/// Opens the stores in a directory, and tells what is there; then, where there is chance to draw from,
/// takes steps until the process is killed.
///
/// # Errors
/// Where nobody listens any more, or the runtime cannot be built.
pub fn run(kind: StoreKind, dir: &Path, chance: Option<SmallRng>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let started = clock::instant();
        let mut log = match LogStore::open(kind, dir) {
            Ok(log) => log,
            Err(error) => return tell(&Told::Refused(error.to_string())),
        };
        let open_us = u64::try_from(started.elapsed().as_micros())?;
        let found = match look(&mut log, dir, open_us).await {
            Ok(found) => found,
            Err(error) => return tell(&Told::Refused(error.to_string())),
        };
        tell(&Told::Found(Box::new(found.clone())))?;
        let Some(rng) = chance else {
            log.close().await;
            return Ok(());
        };
        let mut writer = Writer {
            log,
            dir,
            steps: 0,
            waiting: VecDeque::new(),
        };
        match writer.go(Plan::new(&found, rng)).await {
            Ok(()) => Ok(()),
            Err(error) => tell(&Told::Failed(format!("{error:#}"))),
        }
    })
}

fn tell(told: &Told) -> anyhow::Result<()> {
    let mut line = serde_json::to_vec(told)?;
    line.push(b'\n');
    // One write, straight to the pipe: what was told is out when this returns.
    let mut out = io::stdout().lock();
    out.write_all(&line)?;
    out.flush().context("nobody listens")
}

async fn look(log: &mut LogStore, dir: &Path, open_us: u64) -> anyhow::Result<Found> {
    let state = log.get_log_state().await?;
    let vote = log.read_vote().await?;
    let committed = log.read_committed().await?;
    let entries = log.try_get_log_entries(..).await?;
    let purged = state.last_purged_log_id.map(place);
    let snapshot = SnapshotFile::latest(&SnapshotFile::dir(dir), purged.map(|p| p.index))?;
    let snapshot = snapshot.map(|file| {
        let covered = file.meta.last_log_id.context("a snapshot of nothing")?;
        anyhow::Ok(FoundSnapshot {
            place: place(covered),
            bytes: file.state.len(),
            sum: crc32fast::hash(&file.state),
        })
    });
    Ok(Found {
        vote: vote.map(|vote| vote.leader_id.term),
        purged,
        committed: committed.map(place),
        entries: entries.iter().map(item).collect::<Result<_, _>>()?,
        snapshot: snapshot.transpose()?,
        open_us,
    })
}

fn item(entry: &Entry) -> anyhow::Result<Item> {
    match &entry.payload {
        EntryPayload::Normal(Proposal(bytes)) => Ok(Item {
            place: place(entry.log_id),
            sum: crc32fast::hash(bytes),
        }),
        other => bail!("an entry that nobody wrote: {other}"),
    }
}

fn place(id: entry::LogId) -> Place {
    Place {
        term: id.leader_id.term,
        index: id.index,
    }
}

fn log_id(place: Place) -> entry::LogId {
    let leader = LeaderId {
        term: place.term,
        node_id: MEMBER,
    };
    LogId::new(leader, place.index)
}

impl Writer<'_> {
    async fn go(&mut self, mut plan: Plan) -> anyhow::Result<()> {
        loop {
            for step in plan.steps() {
                tell(&Told::Begin(step.clone()))?;
                let number = self.steps;
                self.steps += 1;
                self.take(step, number).await?;
            }
            match plan.pause() {
                super::plan::Pause::None => self.acknowledge(IN_FLIGHT_MAX).await?,
                super::plan::Pause::Drain => self.acknowledge(0).await?,
                super::plan::Pause::Long => {
                    self.acknowledge(0).await?;
                    tokio::time::sleep(Duration::from_millis(PAUSE_MS)).await;
                }
            }
        }
    }

    /// Waits until no more than so many appends are in flight.
    async fn acknowledge(&mut self, in_flight_max: usize) -> anyhow::Result<()> {
        while self.waiting.len() > in_flight_max
            && let Some((number, acknowledged)) = self.waiting.pop_front()
        {
            acknowledged
                .await
                .context("an append without an answer")??;
            tell(&Told::Done(number))?;
        }
        Ok(())
    }

    async fn take(&mut self, step: Step, number: usize) -> anyhow::Result<()> {
        match step {
            Step::Append(first, sizes) => {
                let entries = (first.index..).zip(sizes).map(|(index, bytes)| {
                    let place = Place { index, ..first };
                    Entry {
                        log_id: log_id(place),
                        payload: EntryPayload::Normal(Proposal(command(place, bytes))),
                    }
                });
                let (done, acknowledged) = TypeConfig::oneshot();
                let entries: Vec<_> = entries.collect();
                self.log.append(entries, IOFlushed::signal(done)).await?;
                self.waiting.push_back((number, acknowledged));
                return Ok(());
            }
            Step::Truncate(last) => return Ok(self.log.truncate_after(last.map(log_id)).await?),
            Step::Purge(upto) => return Ok(self.log.purge(log_id(upto)).await?),
            Step::Vote(term) => self.log.save_vote(&Vote::new(term, MEMBER)).await?,
            Step::Commit(upto) => self.log.save_committed(Some(log_id(upto))).await?,
            Step::Snapshot(covered, bytes) => {
                let meta = SnapshotMeta {
                    last_log_id: Some(log_id(covered)),
                    last_membership: StoredMembership::default(),
                };
                let dir = SnapshotFile::dir(self.dir);
                SnapshotFile::write(&dir, &meta, CLUSTER, &command(covered, bytes))?;
            }
        }
        tell(&Told::Done(number))
    }
}
