//! All machines, the network between them, and time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use rand::RngExt;
use rand::rngs::SmallRng;
use tempfile::TempDir;
use trellis_core::registry::codec;

use super::chance::chance;
use super::clients::{Clients, EPOCH_MS};
use super::faults;
use super::host::Host;
use super::invariants::Invariants;
use super::net::{Arrival, Net};
use super::plan::Plan;
use super::upheaval::Upheaval;
use crate::raft::Consensus;
use crate::raft::tests::cluster::{account, first_command};

/// Longest time until a cluster is complete, milliseconds.
const FOUNDING_MS: u64 = 20_000;
/// Longest time from the end of all faults until everybody agrees, milliseconds.
pub(super) const HEALING_MS: u64 = 20_000;
/// Longest time for a write afterwards.
const WRITE_DEADLINE: Duration = Duration::from_secs(5);
/// Members that vote at most.
const VOTERS_MAX: usize = 5;
/// Between two looks at what is slow to look at, milliseconds.
const LOOK_MS: u64 = 20;
/// The world of one run.
pub(super) struct World {
    pub(super) plan: Plan,
    pub(super) net: Arc<Net>,
    pub(super) hosts: BTreeMap<u64, Host>,
    pub(super) clients: Clients,
    pub(super) invariants: Invariants,
    /// Faults by class.
    pub(super) faults: BTreeMap<&'static str, u64>,
    /// What was begun and is not over.
    pub(super) upheaval: Upheaval,
    pub(super) chance: SmallRng,
    directory: TempDir,
    clients_begin: bool,
}

impl World {
    /// A world with one machine.
    pub(super) fn new(plan: Plan) -> Self {
        let net = Net::new(plan.seed);
        net.state().bug = plan.bug;
        let mut world = Self {
            clients: Clients::new(&plan),
            chance: chance(plan.seed, "world"),
            directory: tempfile::tempdir().unwrap(),
            net,
            hosts: BTreeMap::new(),
            invariants: Invariants::default(),
            faults: BTreeMap::new(),
            upheaval: Upheaval::default(),
            clients_begin: false,
            plan,
        };
        world.install(1);
        world
    }

    pub(super) fn now_ms(&self) -> u64 {
        self.net.state().now_ms
    }

    pub(super) fn say(&self, what: &str) {
        let mut net = self.net.state();
        let now_ms = net.now_ms;
        net.trace.say(now_ms, what);
    }

    /// A new machine for a member, started.
    pub(super) fn install(&mut self, member: u64) {
        let directory = self.directory.path().join(member.to_string());
        let host = Host::new(self.plan.seed, member, directory);
        host.disk.drive().bug = self.plan.bug;
        self.hosts.insert(member, host);
        self.start(member);
    }

    pub(super) fn start(&mut self, member: u64) {
        if let Some(host) = self.hosts.get_mut(&member)
            && !host.is_up()
            && !self.upheaval.gone.contains(&member)
        {
            host.start(&self.plan.config, &self.net);
            self.say(&format!("member {member} starts"));
        }
    }

    /// A millisecond passes.
    ///
    /// # Errors
    /// What does not hold.
    pub(super) fn tick(&mut self) -> Result<(), String> {
        let (now_ms, arrivals) = {
            let mut net = self.net.state();
            net.now_ms += 1;
            (net.now_ms, net.arrivals())
        };
        for arrival in arrivals {
            match arrival {
                Arrival::Call(call, request) => match self.hosts.get_mut(&call.1) {
                    Some(host) => host.serve(call, request, &self.net),
                    None => self.net.state().refuse(call),
                },
                Arrival::Answer(call, answer) => {
                    self.net.state().conclude(call, answer);
                    if let Some(host) = self.hosts.get_mut(&call.0) {
                        host.wake();
                    }
                }
            }
        }
        let mut ran = Vec::new();
        for host in self.hosts.values_mut() {
            let member = host.member;
            let passed = host.pass(now_ms);
            if passed.map_err(|what| format!("member {member}: {what}"))? {
                ran.push(member);
            }
        }
        self.invariants.check(&self.hosts, &ran)?;
        {
            let mut net = self.net.state();
            let begin = self.clients_begin;
            self.clients
                .step(&mut self.hosts, now_ms, begin, &mut net.trace)?;
            net.trace.end_tick();
        }
        self.end_faults();
        if now_ms.is_multiple_of(LOOK_MS) {
            self.look();
        }
        Ok(())
    }

    /// Lets time pass until something holds.
    fn until(
        &mut self,
        what: &str,
        limit_ms: u64,
        mut holds: impl FnMut(&mut Self) -> bool,
    ) -> Result<(), String> {
        let end = self.now_ms() + limit_ms;
        while !holds(self) {
            if self.now_ms() > end {
                return Err(format!("not within {limit_ms} ms: {what}{}", self.report()));
            }
            for _ in 0..LOOK_MS {
                self.tick()?;
            }
        }
        Ok(())
    }

    /// What every member says of itself.
    fn report(&self) -> String {
        let lines = self.hosts.values().map(|host| {
            let status = host.consensus().map(|consensus| consensus.status());
            format!("\n  member {}: {status:?}", host.member)
        });
        lines.collect()
    }

    /// The first member creates the cluster, the others join.
    pub(super) fn found(&mut self) -> Result<(), String> {
        let limit = FOUNDING_MS;
        self.until("a node", limit, |world| world.node(1).is_some())?;
        let mut first = first_command(&address(1));
        first.at_ms = EPOCH_MS;
        let creation = self.hosts.get_mut(&1).and_then(|host| {
            host.spawn(async move |consensus: Arc<Consensus>| {
                consensus.create(address(1), first, WRITE_DEADLINE).await
            })
        });
        let mut creation = creation.ok_or("the first node is gone")?;
        self.until("a cluster", limit, |_| creation.is_finished())?;
        let created = (&mut creation).now_or_never();
        if !matches!(created, Some(Ok(Ok(_)))) {
            return Err(format!("the cluster was not created: {created:?}"));
        }
        while self.hosts.len() < self.plan.members {
            let count = self.hosts.len();
            self.until("a new member", limit, |world| {
                let is_there = world.hosts.len() > count;
                if !is_there && world.upheaval.errands.is_empty() {
                    world.join();
                }
                is_there
            })?;
        }
        self.until("all vote", limit, Self::complete)
    }

    /// Things go wrong while clients write and read.
    pub(super) fn suffer(&mut self) -> Result<(), String> {
        self.clients_begin = true;
        let end = self.now_ms() + self.plan.chaos_ms;
        while self.now_ms() < end {
            let calm = self.chance.random_range(50..self.plan.calm_ms);
            for _ in 0..calm {
                self.tick()?;
            }
            let members: Vec<u64> = self.living().collect();
            let leader = self.leader();
            let fault = faults::draw(&mut self.chance, &members, leader);
            self.begin(&fault);
        }
        Ok(())
    }

    /// All faults end. Soon everybody agrees and writes again, and nothing was lost.
    pub(super) fn heal(&mut self) -> Result<(), String> {
        self.say("everything heals");
        self.end_all_faults();
        let half = HEALING_MS / 2;
        self.until("a leader", half, |world| world.leader().is_some())?;
        self.clients_begin = false;
        self.until("all agree", HEALING_MS, |world| {
            world.house_orphans();
            world.clients.rest()
                && world.upheaval.errands.is_empty()
                && world.complete()
                && world.agreed()
        })?;
        self.write_everywhere()?;
        self.until("all agree", HEALING_MS, |world| world.agreed())?;
        for member in self.living().collect::<Vec<_>>() {
            let state = self.node(member).map(|node| node.state());
            let state = state.ok_or("a node is gone")?;
            let checked = self.clients.check_end(&state);
            checked.map_err(|what| format!("member {member}: {what}"))?;
            self.say(&format!(
                "member {member}: {:x?}",
                &codec::digest(&state)[..8]
            ));
        }
        self.net.state().trace.end_tick();
        Ok(())
    }

    fn write_everywhere(&mut self) -> Result<(), String> {
        for member in self.living().collect::<Vec<_>>() {
            let number = 990_000_000_000 + member;
            let mut command = account(&number.to_string());
            command.at_ms = EPOCH_MS + self.now_ms();
            let host = self.hosts.get_mut(&member).unwrap();
            let writing = host.spawn(async move |consensus: Arc<Consensus>| {
                consensus.propose(command, WRITE_DEADLINE).await
            });
            let mut writing = writing.ok_or("a node is gone")?;
            self.until("a write", HEALING_MS, |_| writing.is_finished())?;
            match (&mut writing).now_or_never() {
                Some(Ok(Ok(_))) => {}
                other => return Err(format!("member {member} does not write: {other:?}")),
            }
        }
        Ok(())
    }

    /// Members that take part.
    pub(super) fn living(&self) -> impl Iterator<Item = u64> + '_ {
        let members = self.hosts.keys().copied();
        members.filter(|member| !self.upheaval.gone.contains(member))
    }

    pub(super) fn node(&self, member: u64) -> Option<&Arc<Consensus>> {
        self.hosts.get(&member)?.consensus()
    }

    /// The member that leads in the highest term.
    pub(super) fn leader(&self) -> Option<u64> {
        let nodes = self.hosts.values().filter_map(Host::consensus);
        let leaders = nodes.filter(|node| node.look(|m| m.current_leader == Some(m.id)));
        let highest = leaders.max_by_key(|node| node.look(|metrics| metrics.current_term));
        highest.map(|node| node.member)
    }

    /// Whether the living are the members and nobody else, and as many of them vote as should.
    pub(super) fn complete(&mut self) -> bool {
        let Some(leader) = self.leader().and_then(|leader| self.node(leader)) else {
            return false;
        };
        let status = leader.status();
        let voters = status.voters.len();
        let members: BTreeSet<u64> = status.voters.into_iter().chain(status.learners).collect();
        let living: BTreeSet<u64> = self.living().collect();
        let least = (living.len().min(VOTERS_MAX) - 1) / 2 * 2 + 1;
        members == living && !status.changing && voters >= least
    }

    /// Whether all living members hold the same registry.
    fn agreed(&self) -> bool {
        let state = |member| self.node(member).map(|node| node.state());
        let states: Option<Vec<_>> = self.living().map(state).collect();
        let Some(states) = states else {
            return false;
        };
        let first = &states[0];
        let last = self.invariants.committed().map_or(0, |id| id.index);
        states.iter().all(|state| state.revision == last)
            && states
                .iter()
                .all(|s| codec::digest(s) == codec::digest(first))
    }
}

/// Where a member would be.
pub(super) fn address(member: u64) -> String {
    format!("member-{member}:7601")
}
