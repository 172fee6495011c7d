//! Faults as they begin and end in a world, and changes of members.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use rand::RngExt;
use rand::seq::IndexedRandom;
use tokio::task::JoinHandle;
use trellis_core::model::{Kind, Node, id};
use trellis_core::registry::{Applied, Command};

use super::clients::EPOCH_MS;
use super::faults::Fault;
use super::net::Weather;
use super::world::{World, address};
use crate::raft::tests::cluster::{admission, admitted, removal};
use crate::raft::{Consensus, WriteError};

/// Members that there may be.
const MEMBERS_MAX: usize = 6;
/// Members that there must be for one to be removed.
const REMOVABLE_MIN: usize = 4;
/// How long a member that was removed runs on at most, milliseconds.
const RUNS_ON_MS: u64 = 3_000;
/// Longest time for a change of the registry's nodes.
const CHANGE_DEADLINE: Duration = Duration::from_secs(3);
/// When nothing is wrong.
const CALM: Weather = Weather {
    base_ms: 0,
    jitter_ms: 2,
    loss_permille: 0,
};

/// Something that ends.
enum Due {
    Start(u64),
    Mend(BTreeSet<(u64, u64)>),
    Clear,
    Speed(u64),
    PowerOff(u64),
}

/// Something asked of a node.
pub(super) enum Errand {
    /// To let a node join.
    Join(JoinHandle<Result<Applied, WriteError>>),
    /// To remove a node.
    Remove(JoinHandle<Result<Applied, WriteError>>),
    /// To stop; it is started again after so long, milliseconds.
    Stop(u64, JoinHandle<()>, u64),
}

impl Errand {
    fn is_over(&self) -> bool {
        match self {
            Errand::Join(asked) | Errand::Remove(asked) => asked.is_finished(),
            Errand::Stop(_, asked, _) => asked.is_finished(),
        }
    }
}

/// What was begun and is not over.
#[derive(Default)]
pub(super) struct Upheaval {
    /// What was asked of nodes.
    pub(super) errands: Vec<Errand>,
    /// Members that were removed; some still run.
    pub(super) gone: BTreeSet<u64>,
    cuts: Vec<BTreeSet<(u64, u64)>>,
    due: Vec<(u64, Due)>,
}

impl World {
    /// Something goes wrong, unless it cannot now.
    pub(super) fn begin(&mut self, fault: &Fault) {
        let now_ms = self.now_ms();
        let changes = self.upheaval.errands.is_empty() && self.complete();
        let due = match fault {
            Fault::Crash(members, silently) => {
                for (member, back) in members {
                    self.crash(*member, *silently);
                    let due = (now_ms + back, Due::Start(*member));
                    self.upheaval.due.push(due);
                }
                None
            }
            Fault::Pause(member, time) => {
                if let Some(host) = self.hosts.get_mut(member) {
                    host.pause(now_ms + time);
                }
                None
            }
            Fault::Cut(links, time) => {
                self.upheaval.cuts.push(links.clone());
                self.apply_cuts();
                Some((now_ms + time, Due::Mend(links.clone())))
            }
            Fault::Storm(weather, time) => {
                self.net.state().weather = *weather;
                Some((now_ms + time, Due::Clear))
            }
            Fault::SlowDisk(member, slow, time) => {
                self.hosts[member].disk.drive().slow_ms = *slow;
                Some((now_ms + time, Due::Speed(*member)))
            }
            Fault::Stop(member, time) => {
                let host = self.hosts.get_mut(member);
                if let Some(stopping) = host.and_then(|host| host.stop()) {
                    let errand = Errand::Stop(*member, stopping, *time);
                    self.upheaval.errands.push(errand);
                }
                None
            }
            Fault::Join if changes && self.living().count() < MEMBERS_MAX => {
                self.join();
                None
            }
            Fault::Remove(member) if changes && self.living().count() >= REMOVABLE_MIN => {
                let asked = self.ask(removal(*member));
                self.upheaval.errands.extend(asked.map(Errand::Remove));
                None
            }
            Fault::Join | Fault::Remove(_) => return,
        };
        self.upheaval.due.extend(due);
        *self.faults.entry(fault.class()).or_default() += 1;
        self.say(&format!("{fault:?}"));
    }

    /// Ends the faults whose time is over.
    pub(super) fn end_faults(&mut self) {
        let now_ms = self.now_ms();
        let due = std::mem::take(&mut self.upheaval.due);
        let (over, left) = due.into_iter().partition(|(at, _)| *at <= now_ms);
        self.upheaval.due = left;
        let over: Vec<(u64, Due)> = over;
        for (_, due) in over {
            self.end(due);
        }
    }

    /// Ends all faults. Members that were removed run on until their time is over.
    pub(super) fn end_all_faults(&mut self) {
        let due = std::mem::take(&mut self.upheaval.due);
        for (at, due) in due {
            if matches!(due, Due::PowerOff(_)) {
                self.upheaval.due.push((at, due));
            } else {
                self.end(due);
            }
        }
        for host in self.hosts.values_mut() {
            host.resume();
        }
    }

    fn end(&mut self, due: Due) {
        match due {
            Due::Start(member) => self.start(member),
            Due::Mend(links) => {
                let cuts = &mut self.upheaval.cuts;
                if let Some(at) = cuts.iter().position(|cut| *cut == links) {
                    cuts.remove(at);
                }
                self.apply_cuts();
            }
            Due::Clear => self.net.state().weather = CALM,
            Due::Speed(member) => self.hosts[&member].disk.drive().slow_ms = 0,
            Due::PowerOff(member) => self.crash(member, true),
        }
    }

    fn apply_cuts(&self) {
        let cut = self.upheaval.cuts.iter().flatten().copied().collect();
        self.net.state().cut = cut;
    }

    fn crash(&mut self, member: u64, silently: bool) {
        if let Some(host) = self.hosts.get_mut(&member) {
            host.crash();
            self.net.state().died(member, silently);
        }
    }

    /// Asks some node for a change.
    fn ask(&mut self, mut command: Command) -> Option<JoinHandle<Result<Applied, WriteError>>> {
        command.at_ms = EPOCH_MS + self.now_ms();
        let members: Vec<u64> = self.living().collect();
        let asked = *members.choose(&mut self.chance)?;
        let host = self.hosts.get_mut(&asked)?;
        host.spawn(async move |consensus: Arc<Consensus>| {
            consensus.propose(command, CHANGE_DEADLINE).await
        })
    }

    /// Lets a node join.
    pub(super) fn join(&mut self) {
        let token = id::generate(Kind::JoinToken, self.chance.random());
        let at = address(self.chance.random_range(10..1_000_000));
        let asked = self.ask(admission(&token, &at, EPOCH_MS + self.now_ms()));
        self.upheaval.errands.extend(asked.map(Errand::Join));
    }

    /// Sees to errands that are over, and to members that were removed.
    pub(super) fn look(&mut self) {
        let errands = std::mem::take(&mut self.upheaval.errands);
        let (over, left): (Vec<_>, Vec<_>) = errands.into_iter().partition(Errand::is_over);
        self.upheaval.errands = left;
        for errand in over {
            match errand {
                Errand::Join(asked) => {
                    let answer = asked.now_or_never();
                    if let Some(Ok(Ok(applied))) = answer
                        && let Some(member) = admitted(&applied)
                        // It may have been found in the registry before.
                        && !self.hosts.contains_key(&member)
                    {
                        self.install(member);
                    }
                }
                Errand::Remove(_) => {}
                // It may have lost its power, or run again, meanwhile.
                Errand::Stop(member, _, back) if self.hosts[&member].stops => {
                    self.crash(member, false);
                    let due = (self.now_ms() + back, Due::Start(member));
                    self.upheaval.due.push(due);
                }
                Errand::Stop(..) => {}
            }
        }
        for member in self.removed() {
            let runs_on = self.chance.random_range(0..RUNS_ON_MS);
            self.say(&format!("member {member} is removed"));
            self.upheaval.gone.insert(member);
            let due = (self.now_ms() + runs_on, Due::PowerOff(member));
            self.upheaval.due.push(due);
        }
    }

    /// Members that are neither in the leader's registry nor in its membership any more.
    fn removed(&self) -> Vec<u64> {
        let Some(leader) = self.leader().and_then(|leader| self.node(leader)) else {
            return Vec::new();
        };
        let (state, status) = (leader.state(), leader.status());
        // A member id is the revision at which the node joined.
        let is_removed = |member: &u64| {
            state.revision >= *member
                && state.get::<Node>(&format!("node-{member}")).is_none()
                && !status.voters.contains(member)
                && !status.learners.contains(member)
                && !status.changing
        };
        self.living().filter(is_removed).collect()
    }

    /// Starts the nodes that joined without knowing it.
    pub(super) fn house_orphans(&mut self) {
        let leader = self.leader().and_then(|leader| self.node(leader));
        let Some(state) = leader.map(|leader| leader.state()) else {
            return;
        };
        let orphans: Vec<u64> = state
            .all::<Node>()
            .map(|node| node.member)
            .filter(|member| !self.hosts.contains_key(member))
            .collect();
        for member in orphans {
            self.install(member);
        }
    }
}
