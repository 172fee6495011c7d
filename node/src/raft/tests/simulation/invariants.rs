//! What must hold at every instant, whatever happens: Raft's own promises, and that all members
//! make the same of the same log.
//!
//! Source: Ongaro, "Consensus: Bridging Theory and Practice", figure 3.2.

use std::collections::{BTreeMap, BTreeSet};

use openraft::{RaftMetrics, ServerState};
use trellis_core::registry::codec;

use super::chance::digest;
use super::disk::Drive;
use super::host::Host;
use crate::raft::entry::{Entry, LogId, Vote, encode_entry};
use crate::raft::types::TypeConfig;

/// Every how manieth revision the whole registry is compared.
const COMPARED: u64 = 8;

/// What was seen of a host.
#[derive(Clone)]
struct Seen {
    starts: u64,
    vote: Vote,
    committed: Option<LogId>,
    applied: Option<LogId>,
    revision: u64,
    leads: bool,
}

/// Everything that was seen, for comparison.
#[derive(Default)]
pub(super) struct Invariants {
    /// Each entry's content and the position before it.
    entries: BTreeMap<LogId, (u64, Option<LogId>)>,
    committed: BTreeMap<u64, LogId>,
    digests: BTreeMap<u64, [u8; 32]>,
    promised: BTreeMap<u64, Vote>,
    seen: BTreeMap<u64, Seen>,
    /// Leaders so far: term and member id.
    pub(super) leaders: BTreeSet<(u64, u64)>,
}

impl Invariants {
    /// The last entry that is known to be committed.
    pub(super) fn committed(&self) -> Option<LogId> {
        self.committed.last_key_value().map(|(_, id)| *id)
    }

    /// Looks at the hosts that ran.
    ///
    /// # Errors
    /// What does not hold.
    pub(super) fn check(&mut self, hosts: &BTreeMap<u64, Host>, ran: &[u64]) -> Result<(), String> {
        for host in ran.iter().filter_map(|member| hosts.get(member)) {
            let of = |what: String| format!("member {}: {what}", host.member);
            self.check_disk(host).map_err(of)?;
            self.check_node(host, hosts).map_err(of)?;
        }
        Ok(())
    }

    /// Log matching, and that no promised vote is taken back.
    fn check_disk(&mut self, host: &Host) -> Result<(), String> {
        let mut drive = host.disk.drive();
        for (entry, before) in std::mem::take(&mut drive.news) {
            self.match_log(&entry, before)?;
        }
        let vote = drive.seen.vote;
        if let Some(promised) = self.promised.get(&host.member)
            && vote.is_none_or(|vote| vote < *promised)
        {
            return Err(format!("its vote went back from {promised} to {vote:?}"));
        }
        if let Some(promised) = drive.promised {
            self.promised.insert(host.member, promised);
        }
        Ok(())
    }

    fn match_log(&mut self, entry: &Entry, before: Option<LogId>) -> Result<(), String> {
        let content = digest(encode_entry(entry));
        let (known, known_before) = self
            .entries
            .entry(entry.log_id)
            .or_insert((content, before));
        if known_before.is_none() {
            *known_before = before;
        }
        if *known != content {
            return Err(format!("another entry at {}", entry.log_id));
        }
        if before.is_some() && *known_before != before {
            return Err(format!(
                "{before:?} before {} instead of {known_before:?}",
                entry.log_id
            ));
        }
        Ok(())
    }

    fn check_node(&mut self, host: &Host, hosts: &BTreeMap<u64, Host>) -> Result<(), String> {
        let Some(consensus) = host.consensus() else {
            return Ok(());
        };
        if let Some(why) = consensus.stopped().filter(|_| !host.stops) {
            return Err(format!("its raft role stopped: {why}"));
        }
        let revision = consensus.states.borrow().revision;
        let now = consensus.look(|metrics| Seen {
            starts: host.starts,
            vote: metrics.vote,
            committed: metrics.local_committed,
            applied: metrics.last_applied,
            revision,
            leads: metrics.state == ServerState::Leader,
        });
        let seen = self.seen.insert(host.member, now.clone());
        let seen = seen.filter(|seen| seen.starts == now.starts);
        check_forward(seen.as_ref(), &now)?;
        let from = seen.as_ref().and_then(|seen| seen.committed);
        if from != now.committed {
            self.commit(host, hosts, from, now.committed)?;
        }
        let led = seen
            .as_ref()
            .filter(|seen| seen.leads)
            .map(|seen| seen.vote);
        if now.leads && led != Some(now.vote) {
            let leader = (now.vote.leader_id.term, now.vote.leader_id.node_id);
            self.leaders.insert(leader);
            self.check_complete(&host.disk.drive(), now.vote)?;
        }
        if seen.is_none_or(|seen| seen.revision != revision) && revision % COMPARED == 0 {
            let digest = codec::digest(&consensus.states.borrow());
            if *self.digests.entry(revision).or_insert(digest) != digest {
                return Err(format!("another registry at revision {revision}"));
            }
        }
        Ok(())
    }

    /// What a member takes for committed: the same entries as every other member, on a majority
    /// of disks, and in the logs of the leaders after them.
    fn commit(
        &mut self,
        host: &Host,
        hosts: &BTreeMap<u64, Host>,
        from: Option<LogId>,
        to: Option<LogId>,
    ) -> Result<(), String> {
        let Some(to) = to else {
            return Ok(());
        };
        let first = from.map_or(0, |from| from.index + 1);
        let mut ids: Vec<LogId> = {
            let drive = host.disk.drive();
            let entries = drive.seen.log.range(first..=to.index);
            entries.map(|(_, entry)| entry.log_id).collect()
        };
        ids.push(to);
        let is_new = self.committed().is_none_or(|last| last.index < to.index);
        for id in ids {
            let known = *self.committed.entry(id.index).or_insert(id);
            if known != id {
                return Err(format!("{id} is committed, and so was {known}"));
            }
        }
        if !is_new {
            return Ok(());
        }
        if let Some(consensus) = host.consensus() {
            consensus.look(|metrics| check_majority(metrics, hosts, to))?;
        }
        for leader in hosts.values() {
            let seen = self.seen.get(&leader.member);
            let later = seen.filter(|seen| seen.leads && seen.starts == leader.starts);
            if later.is_some_and(|seen| seen.vote.leader_id > to.leader_id)
                && leader.is_up()
                && !leader.disk.drive().seen.holds(to)
            {
                let leader = leader.member;
                return Err(format!(
                    "{to} is committed, but not in leader {leader}'s log"
                ));
            }
        }
        Ok(())
    }

    /// A leader holds everything that was committed before it.
    fn check_complete(&self, drive: &Drive, vote: Vote) -> Result<(), String> {
        let purged = drive.seen.purged.map_or(0, |id| id.index);
        for (_, id) in self.committed.range(purged..) {
            if id.leader_id < vote.leader_id && !drive.seen.holds(*id) {
                return Err(format!("it leads by {vote} without the committed {id}"));
            }
        }
        Ok(())
    }
}

/// Nothing goes back while a process lives.
fn check_forward(seen: Option<&Seen>, now: &Seen) -> Result<(), String> {
    let Some(seen) = seen else {
        return Ok(());
    };
    if now.vote < seen.vote {
        return Err(format!("its vote went from {} to {}", seen.vote, now.vote));
    }
    if now.committed < seen.committed {
        let (from, to) = (seen.committed, now.committed);
        return Err(format!("its commit went from {from:?} to {to:?}"));
    }
    if now.applied < seen.applied || now.revision < seen.revision {
        let (from, to) = (seen.revision, now.revision);
        return Err(format!("its registry went from {from} to {to}"));
    }
    Ok(())
}

/// An entry that is taken for committed is durable on a majority, of both sets where there are two.
fn check_majority(
    metrics: &RaftMetrics<TypeConfig>,
    hosts: &BTreeMap<u64, Host>,
    id: LogId,
) -> Result<(), String> {
    let durable = |member: &&u64| {
        let host = hosts.get(member);
        host.is_some_and(|host| host.disk.drive().durable.holds(id))
    };
    // The members may have changed in the instant after the commit.
    let held = [
        &metrics.membership_config,
        &metrics.committed_membership_config,
    ]
    .into_iter()
    .any(|members| {
        let sets = members.membership().get_joint_config();
        sets.iter()
            .all(|set| set.iter().filter(durable).count() > set.len() / 2)
    });
    if held {
        return Ok(());
    }
    let members = metrics.membership_config.membership().get_joint_config();
    Err(format!(
        "{id} is committed without a majority of {members:?}"
    ))
}
