//! What happens in each scene: a short run with the load and the faults that bring a bug to light.
//!
//! | file | scenes |
//! |---|---|
//! | [`registry`] | calls on the registry, with partitions, lost leaders and restarts |
//! | [`members`] | voters that come, go and are wiped |
//! | [`forwarding`] | requests through the data plane |
//! | [`power`] | power cuts under a node's stores |

mod forwarding;
mod members;
mod power;
mod registry;

use std::path::PathBuf;

use crate::check::Verdict;

/// What the checkers of a scene say, each with its name.
pub(super) type Verdicts = Vec<(&'static str, Verdict)>;

/// How a scene is played.
#[derive(Clone, Debug)]
pub(super) struct Play {
    /// The bug that nodes have.
    pub(super) bug: Option<&'static str>,
    /// Decides who is struck.
    pub(super) seed: u64,
    /// The build of `trellis-node`.
    pub(super) node: PathBuf,
    /// Directory of histories, logs and data.
    pub(super) dir: PathBuf,
}

/// The scenes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scene {
    /// Registers and a bank, while a follower is cut off.
    Reads,
    /// A set, while leaders are cut off and killed.
    Leaders,
    /// Names and client tokens, while leaders are killed.
    Tokens,
    /// Writes in quick succession, and what nodes say that they serve.
    Revisions,
    /// Nodes are killed and start again from a snapshot.
    Restarts,
    /// The leader grows to five voters while the other two cannot hear of it.
    TwoMajorities,
    /// A voter's disk is replaced by an empty one while the cluster counts on it.
    Wipe,
    /// Requests, while what decides over them is changed.
    Forwarding,
    /// The same, while nodes are killed and started again.
    RestartedForwarding,
    /// The power goes under a node's stores.
    PowerCuts,
}

impl Scene {
    /// Plays the scene and asks its checkers.
    ///
    /// # Errors
    /// Where the cluster does not come up, or does not come back from what was done to it.
    pub(super) async fn play(self, play: &Play) -> anyhow::Result<Verdicts> {
        match self {
            Self::Reads => registry::reads(play).await,
            Self::Leaders => registry::leaders(play).await,
            Self::Tokens => registry::tokens(play).await,
            Self::Revisions => registry::revisions(play).await,
            Self::Restarts => registry::restarts(play).await,
            Self::TwoMajorities => members::two_majorities(play).await,
            Self::Wipe => members::wipe(play).await,
            Self::Forwarding => forwarding::forwarding(play).await,
            Self::RestartedForwarding => forwarding::restarted(play).await,
            Self::PowerCuts => power::cuts(play).await,
        }
    }
}
