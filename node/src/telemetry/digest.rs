//! The digest of the registry, by which nodes of one revision are compared.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use trellis_core::registry::{State, codec};

/// What a node's registry comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Digest {
    /// Revision of the registry.
    pub revision: u64,
    /// SHA-256 of all that it holds, in hexadecimal digits; equal on all nodes at one revision.
    pub sha256: String,
}

/// Digests of the registry as this node has applied it, made when they are asked for.
pub struct Digests {
    state: Box<dyn Fn() -> Option<State> + Send + Sync>,
    last: Mutex<Option<Digest>>,
}

impl Digests {
    /// Digests of what `state` returns: `None` where the node has no registry.
    pub fn new(state: impl Fn() -> Option<State> + Send + Sync + 'static) -> Self {
        Self {
            state: Box::new(state),
            last: Mutex::default(),
        }
    }

    /// The digest of the registry as it is now; `None` where the node has none, or the runtime stops.
    ///
    /// Encodes the whole registry, away from the runtime's workers, once for a revision: whoever
    /// asks meanwhile waits for the same.
    pub async fn now(self: Arc<Self>) -> Option<Digest> {
        let digest = tokio::task::spawn_blocking(move || {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            let state = (self.state)()?;
            if let Some(digest) = last.as_ref().filter(|last| last.revision == state.revision) {
                return Some(digest.clone());
            }
            let mut sha256 = String::with_capacity(64);
            for byte in codec::digest(&state) {
                let _ = write!(sha256, "{byte:02x}");
            }
            let revision = state.revision;
            Some(last.insert(Digest { revision, sha256 }).clone())
        });
        digest.await.ok().flatten()
    }
}
