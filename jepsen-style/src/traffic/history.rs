//! What the traffic workload leaves behind: settings that were written, requests that were sent,
//! what targets received, and which revision each data plane was seen at.
//!
//! Numbers name things: a service, rule, group, target or caller is its position in the
//! [estate](super::estate).

use serde::{Deserialize, Serialize};

use crate::history::Call;

/// Everything that a run leaves.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct History {
    /// Settings, in the order of their ends. The writes of one [`Cell`] do not overlap.
    pub changes: Vec<ChangeCall>,
    /// Requests, in the order of their ends.
    pub exchanges: Vec<Exchange>,
    /// What targets received, in their order.
    pub receipts: Vec<Receipt>,
    /// Revisions that data planes were seen at, in the order of their ends.
    pub sightings: Vec<Sighting>,
}

/// A write of a setting.
pub type ChangeCall = Call<Setting, ()>;

/// A thing that is written as a whole, and its value from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// A rule forwards to these groups.
    Route {
        /// The service.
        service: u8,
        /// The rule of the service.
        rule: u8,
        /// Groups; not empty.
        groups: Vec<u8>,
    },
    /// The auth policy of a service allows these callers.
    Callers {
        /// The service.
        service: u8,
        /// Callers; empty for none.
        callers: Vec<u8>,
    },
    /// The access key of a caller is active.
    Key {
        /// The caller.
        caller: u8,
        /// Whether it is.
        active: bool,
    },
    /// A service is in the service network.
    Joined {
        /// The service.
        service: u8,
        /// Whether it is.
        joined: bool,
    },
    /// These targets are registered in a group.
    Members {
        /// The group.
        group: u8,
        /// Targets; not empty.
        targets: Vec<u8>,
    },
    /// The service that is deleted and created again under one name: which one it is.
    Generation(Option<u32>),
}

/// What a [`Setting`] is a value of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    /// Where a rule of a service forwards to.
    Route(u8, u8),
    /// Who may call a service.
    Callers(u8),
    /// Whether a caller's key is active.
    Key(u8),
    /// Whether a service is in the network.
    Joined(u8),
    /// Who is registered in a group.
    Members(u8),
    /// Which service has the name.
    Generation,
}

impl Setting {
    /// What it is a value of.
    #[must_use]
    pub fn cell(&self) -> Cell {
        match *self {
            Self::Route { service, rule, .. } => Cell::Route(service, rule),
            Self::Callers { service, .. } => Cell::Callers(service),
            Self::Key { caller, .. } => Cell::Key(caller),
            Self::Joined { service, .. } => Cell::Joined(service),
            Self::Members { group, .. } => Cell::Members(group),
            Self::Generation(_) => Cell::Generation,
        }
    }
}

/// The name that a request is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Host {
    /// A service with an auth policy.
    Guarded(u8),
    /// The service that everyone may call.
    Open,
    /// The name of the service that is deleted and created again.
    Reborn,
    /// The generated name that this service had.
    Former(u32),
}

/// Who a request says it is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// It is not signed.
    Anonymous,
    /// Signed with the caller's key.
    Caller(u8),
    /// Signed with the caller's key id, but wrongly: with another secret, with another end, or long ago.
    Forged(u8),
}

/// A request as it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// Marks the request: in its id, its path, a header and its body. Unique.
    pub marker: u64,
    /// Position of the node that was asked.
    pub node: usize,
    /// The name it was sent to.
    pub host: Host,
    /// Rule of the service that its path matches, or [`NO_RULE`](super::estate::NO_RULE).
    pub rule: u8,
    /// Who it says it is from.
    pub claim: Claim,
    /// Whether it is a POST; else a GET.
    pub post: bool,
    /// [Digest](super::digest) of its body.
    pub body: u64,
    /// Whether it asked to be told the revision.
    pub explain: bool,
    /// Whether it asked its target to end the connection instead of answering.
    pub hang_up: bool,
}

/// A request and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// What was sent.
    pub ask: Ask,
    /// When it was sent, microseconds since the run began.
    pub invoked_us: u64,
    /// When it was answered or given up, microseconds since the run began.
    pub ended_us: u64,
    /// The answer, or why there is none.
    pub reply: Result<Reply, String>,
}

/// A complete response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Revision of the view that decided, where the node told it.
    pub revision: Option<u64>,
    /// What the target said; `None` where the node answered itself.
    pub echo: Option<Echo>,
}

/// What a target said of the request that it answered, as the client read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Echo {
    /// The target.
    pub target: u8,
    /// The marker that it saw.
    pub marker: u64,
    /// Digest of the body that it saw.
    pub body: u64,
    /// In what else the request arrived otherwise than it was sent, or the response otherwise than
    /// the target says, ready to read.
    pub differs: Vec<String>,
}

/// A request that a target received, complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// When, microseconds since the run began.
    pub at_us: u64,
    /// The target.
    pub target: u8,
    /// Its marker; 0 where it had none.
    pub marker: u64,
    /// Digest of its body.
    pub body: u64,
    /// Whether the node said that it is from a caller, and from which; [`UNKNOWN_CALLER`] where that
    /// is none of the estate's.
    pub caller: Option<u8>,
}

/// A caller that is none of the estate's.
pub const UNKNOWN_CALLER: u8 = u8::MAX;

/// A data plane was seen at a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// Position of the node.
    pub node: usize,
    /// When the request was sent, microseconds since the run began.
    pub invoked_us: u64,
    /// When it was answered, microseconds since the run began.
    pub ended_us: u64,
    /// The revision.
    pub revision: u64,
}
