//! Carries each applied registry state to the data plane: compile, publish, keep.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::warn;
use trellis_core::registry::State;
use trellis_core::seal::Keyring;
use trellis_core::view;

use crate::clock;
use crate::dataplane::ViewCell;
use crate::last_good::LastGood;

/// Shortest time between two writes of the last good state.
const KEEP_INTERVAL: Duration = Duration::from_millis(500);

/// Compiles and publishes a view for each state, and keeps the states on disk.
pub struct Publisher {
    /// The registry as applied here.
    pub states: watch::Receiver<State>,
    /// Opens access keys.
    pub keyring: Arc<Keyring>,
    /// Where the data plane reads.
    pub views: Arc<ViewCell>,
    /// What a restart serves where the store is damaged.
    pub last_good: LastGood,
}

impl Publisher {
    /// Publishes until stopped; keeps the last state before it ends.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut kept_revision = self.views.load().revision;
        let mut kept_at = clock::instant();
        loop {
            let due = (kept_revision < self.views.load().revision)
                .then(|| KEEP_INTERVAL.saturating_sub(kept_at.elapsed()));
            tokio::select! {
                changed = self.states.changed() => {
                    if changed.is_err() {
                        break;
                    }
                    self.publish();
                }
                () = tokio::time::sleep(due.unwrap_or(KEEP_INTERVAL)), if due.is_some() => {
                    kept_revision = self.keep().await;
                    kept_at = clock::instant();
                }
                () = stop.cancelled() => break,
            }
        }
        if kept_revision < self.views.load().revision {
            self.keep().await;
        }
    }

    fn publish(&mut self) {
        let state = self.states.borrow_and_update().clone();
        let before = self.views.load();
        if state.revision <= before.revision {
            return;
        }
        let view = view::compile(&state, &self.keyring, Some(&before));
        self.views.publish(Arc::new(view));
    }

    /// Keeps the state that is published; answers with its revision.
    async fn keep(&self) -> u64 {
        let (state, last_good) = (self.states.borrow().clone(), self.last_good.clone());
        let revision = state.revision;
        let kept = tokio::task::spawn_blocking(move || last_good.save(&state)).await;
        match kept {
            Ok(Ok(())) => {}
            Ok(Err(error)) => warn!(%error, revision, "the last good state cannot be kept"),
            Err(error) => warn!(%error, revision, "the last good state cannot be kept"),
        }
        revision
    }
}
