//! Connections to targets: a bounded pool of each worker's own.
//!
//! A connection is never shared between VPCs, whose addresses may overlap, nor between protocols.

mod connect;
mod lease;

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use hyper::client::conn::{http1, http2};
use tokio_rustls::TlsConnector;
use trellis_core::decide::Balance;
use trellis_core::model::{ProtocolVersion, TargetProtocol};
use trellis_core::seeded_bugs::{self, Bug};
use trellis_core::view::{GroupView, Map};

use super::body::RequestBody;
use super::config::{Balancing, Config};
use super::failure::Failure;
use crate::clock;
pub(crate) use lease::{Lease, SendError};

/// Sweeps of the pool, a second each, for which a target that could not be connected to is picked
/// only where the other choice is no better. Source: our own; the health checks take over then.
const AVOID_SWEEPS: u32 = 3;

/// What is spoken with a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Speaks {
    /// HTTP/2, with prior knowledge on plain TCP; else HTTP/1.1.
    http2: bool,
    /// TLS below it.
    tls: bool,
}

impl Speaks {
    fn of(group: &GroupView) -> Self {
        let http2 = match group.version {
            ProtocolVersion::Http2 | ProtocolVersion::Grpc => true,
            ProtocolVersion::Http1 | ProtocolVersion::None => false,
        };
        let tls = group.protocol == TargetProtocol::Https;
        Self { http2, tls }
    }
}

/// The connections of a worker.
pub(crate) struct Pool {
    slots: RefCell<Map<SocketAddr, Vec<Rc<Slot>>>>,
    turns: RefCell<Map<String, u64>>,
    balancing: Balancing,
    limits: Rc<Limits>,
    /// TLS for HTTP/1.1 and for HTTP/2.
    tls: [TlsConnector; 2],
}

#[derive(Debug)]
struct Limits {
    connect_timeout: Duration,
    connections: u32,
    idle: usize,
    idle_for: Duration,
    http2_connections: usize,
}

/// The connections to one target.
struct Slot {
    vpc: String,
    address: SocketAddr,
    speaks: Speaks,
    /// The TLS to use; `None` for plain TCP.
    tls: Option<TlsConnector>,
    limits: Rc<Limits>,
    /// Requests under way.
    in_flight: Cell<u32>,
    /// Open connections.
    open: Cell<u32>,
    /// Sweeps until the target is picked like others again, after it could not be connected to.
    avoid: Cell<u32>,
    idle: RefCell<Vec<Idle>>,
    http2: RefCell<Vec<Shared>>,
    /// Held while an HTTP/2 connection is made, so that others wait for it and share it.
    connecting: tokio::sync::Semaphore,
}

/// An idle HTTP/1 connection.
struct Idle {
    sender: http1::SendRequest<RequestBody>,
    since: Instant,
}

/// A shared HTTP/2 connection.
#[derive(Clone)]
struct Shared {
    sender: http2::SendRequest<RequestBody>,
    streams: Rc<Cell<usize>>,
    /// What the target allows, as it last said.
    streams_max: Rc<Cell<usize>>,
    used: Rc<Cell<Instant>>,
}

impl Pool {
    pub(crate) fn new(config: &Config, tls: [TlsConnector; 2]) -> Self {
        Self {
            tls,
            slots: RefCell::default(),
            turns: RefCell::default(),
            balancing: config.balance,
            limits: Rc::new(Limits {
                connect_timeout: config.connect_timeout(),
                connections: config.target_connections_max,
                idle: config.target_idle_max,
                idle_for: config.target_idle(),
                http2_connections: config.target_h2_connections_max.max(1),
            }),
        }
    }

    /// A connection to a target of a group: an idle or shared one, or, where there is none or a
    /// `fresh` one is asked for, a new one.
    ///
    /// # Errors
    /// [`Failure::Connect`], [`Failure::Busy`].
    pub(crate) async fn lease(
        &self,
        group: &GroupView,
        target: usize,
        fresh: bool,
    ) -> Result<Lease, Failure> {
        let address = group.targets.get(target).ok_or(Failure::Internal)?.address;
        let slot = self.slot(group, address);
        if slot.speaks.http2 {
            slot.http2(fresh).await
        } else {
            slot.http1(fresh).await
        }
    }

    fn slot(&self, group: &GroupView, address: SocketAddr) -> Rc<Slot> {
        let speaks = Speaks::of(group);
        let mut slots = self.slots.borrow_mut();
        let slots = slots.entry(place(address)).or_default();
        if let Some(slot) = slots.iter().find(|slot| slot.is(&group.vpc, speaks)) {
            return slot.clone();
        }
        let tls = speaks
            .tls
            .then(|| self.tls[usize::from(speaks.http2)].clone());
        let limits = self.limits.clone();
        let slot = Rc::new(Slot::new(group.vpc.clone(), address, speaks, tls, limits));
        slots.push(slot.clone());
        slot
    }

    /// Closes what has been idle for too long and forgets targets that are not used any more.
    pub(crate) fn sweep(&self) {
        let now = clock::instant();
        self.slots.borrow_mut().retain(|_, slots| {
            slots.retain(|slot| slot.sweep(now));
            !slots.is_empty()
        });
    }
}

impl Balance for Pool {
    fn in_flight(&self, group: &GroupView, target: usize) -> u32 {
        let speaks = Speaks::of(group);
        let slots = self.slots.borrow();
        let target = group.targets.get(target);
        let slots = target.and_then(|target| slots.get(&place(target.address)));
        let mut slots = slots.into_iter().flatten();
        slots
            .find(|slot| slot.is(&group.vpc, speaks))
            .map_or(0, |slot| slot.load())
    }

    fn turn(&self, group: &GroupView) -> Option<u64> {
        if self.balancing == Balancing::LeastOfTwo {
            return None;
        }
        let mut turns = self.turns.borrow_mut();
        if let Some(turn) = turns.get_mut(&group.id) {
            *turn += 1;
            return Some(*turn);
        }
        turns.insert(group.id.clone(), 0);
        Some(0)
    }
}

/// Where the connections to an address are kept.
fn place(address: SocketAddr) -> SocketAddr {
    if seeded_bugs::is(Bug::B13) {
        return SocketAddr::new(address.ip(), 0);
    }
    address
}

impl Slot {
    fn new(
        vpc: String,
        address: SocketAddr,
        speaks: Speaks,
        tls: Option<TlsConnector>,
        limits: Rc<Limits>,
    ) -> Self {
        Self {
            vpc,
            address,
            speaks,
            tls,
            limits,
            in_flight: Cell::new(0),
            open: Cell::new(0),
            avoid: Cell::new(0),
            idle: RefCell::default(),
            http2: RefCell::default(),
            connecting: tokio::sync::Semaphore::new(1),
        }
    }

    fn is(&self, vpc: &str, speaks: Speaks) -> bool {
        self.speaks == speaks && (self.vpc == vpc || seeded_bugs::is(Bug::B13))
    }

    async fn http1(self: Rc<Self>, fresh: bool) -> Result<Lease, Failure> {
        if !fresh && let Some(sender) = self.take_idle() {
            return Ok(Lease::http1(self, sender, true));
        }
        // Boxed, so that requests on connections that are there do not carry the room for this.
        let connecting = Box::pin(connect::within(&self, connect::http1(&self)));
        let sender = self.noting(connecting.await)?;
        Ok(Lease::http1(self, sender, false))
    }

    /// Requests under way; more than any where the target could not be connected to just now.
    fn load(&self) -> u32 {
        if self.avoid.get() > 0 {
            u32::MAX
        } else {
            self.in_flight.get()
        }
    }

    /// The connection that was used last and is ready. Those that have closed are not, and go with
    /// the next sweep.
    fn take_idle(&self) -> Option<http1::SendRequest<RequestBody>> {
        let mut idle = self.idle.borrow_mut();
        let ready = idle
            .iter()
            .rposition(|connection| connection.sender.is_ready())?;
        Some(idle.swap_remove(ready).sender)
    }

    /// Keeps a connection for the next request.
    fn put_idle(&self, sender: http1::SendRequest<RequestBody>) {
        let mut idle = self.idle.borrow_mut();
        if idle.len() < self.limits.idle && !sender.is_closed() {
            let since = clock::instant();
            idle.push(Idle { sender, since });
        }
    }

    async fn http2(self: Rc<Self>, fresh: bool) -> Result<Lease, Failure> {
        if !fresh && let Some(shared) = self.take_shared(false) {
            return Ok(Lease::http2(self, shared, true));
        }
        let connecting = Box::pin(connect::within(&self, self.share(fresh)));
        let (shared, reused) = self.noting(connecting.await)?;
        Ok(Lease::http2(self, shared, reused))
    }

    /// A connection to share, and whether it was there before. One at a time is made.
    async fn share(self: &Rc<Self>, fresh: bool) -> Result<(Shared, bool), Failure> {
        let turn = self.connecting.acquire().await;
        let _turn = turn.map_err(|_| Failure::Internal)?;
        let full = self.http2.borrow().len() >= self.limits.http2_connections;
        let roomy = self.take_shared(false).filter(|_| !fresh);
        let known = roomy.or_else(|| self.take_shared(true).filter(|_| full));
        if let Some(shared) = known {
            return Ok((shared, true));
        }
        let shared = connect::http2(self).await?;
        self.http2.borrow_mut().push(shared.clone());
        Ok((shared, false))
    }

    /// Remembers for a while that the target could not be connected to.
    fn noting<T>(&self, connected: Result<T, Failure>) -> Result<T, Failure> {
        match &connected {
            Ok(_) => self.avoid.set(0),
            Err(_) => self.avoid.set(AVOID_SWEEPS),
        }
        connected
    }

    /// The shared connection with the fewest streams; where `any` is false, only if it has room.
    fn take_shared(&self, any: bool) -> Option<Shared> {
        let mut shared = self.http2.borrow_mut();
        shared.retain(|connection| !connection.sender.is_closed());
        let least = shared
            .iter()
            .min_by_key(|connection| connection.streams.get())?;
        let room = least.streams.get() < least.streams_max.get();
        (any || room).then(|| least.clone())
    }

    /// Closes what has been idle for too long; answers whether the target is still in use.
    fn sweep(&self, now: Instant) -> bool {
        let old = |since: Instant| now.duration_since(since) > self.limits.idle_for;
        let mut idle = self.idle.borrow_mut();
        idle.retain(|connection| !connection.sender.is_closed() && !old(connection.since));
        self.http2.borrow_mut().retain(|connection| {
            let unused = connection.streams.get() == 0 && old(connection.used.get());
            !connection.sender.is_closed() && !unused
        });
        self.avoid.set(self.avoid.get().saturating_sub(1));
        self.in_flight.get() > 0 || self.open.get() > 0 || self.avoid.get() > 0
    }
}
