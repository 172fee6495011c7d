//! Carries each applied registry state to the data plane: compile, publish, keep.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::warn;
use trellis_core::registry::State;
use trellis_core::seal::Keyring;
use trellis_core::seeded_bugs::{self, Bug};
use trellis_core::view::{self, View};

use crate::clock;
use crate::dataplane::ViewCell;
use crate::last_good::KeepError;

/// Shortest and longest time between two writes of the last good state, while there are changes.
const KEEP_INTERVAL: RangeInclusive<Duration> = Duration::from_millis(500)..=Duration::from_secs(2);
/// How many times as long as the last write took the time between two is, within these bounds.
const KEEP_PAUSE: u32 = 20;

/// How late bug B10 publishes a view again.
const LATE: Duration = Duration::from_millis(50);

/// Keeps a state on disk, as long as that takes.
pub type Keep = Arc<dyn Fn(&State) -> Result<(), KeepError> + Send + Sync>;

/// Compiles and publishes a view for each state, and keeps the states on disk.
pub struct Publisher {
    /// The registry as applied here.
    pub states: watch::Receiver<State>,
    /// Opens access keys.
    pub keyring: Arc<Keyring>,
    /// Where the data plane reads.
    pub views: Arc<ViewCell>,
    /// Keeps what a restart serves where the store is damaged.
    pub keep: Keep,
}

impl Publisher {
    /// Publishes until stopped; keeps the last state before it ends. A disk that is slow to keep a state holds
    /// up no view.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut kept_revision = self.views.load().revision;
        let (mut kept_at, mut pause) = (clock::instant(), *KEEP_INTERVAL.start());
        let mut keeping: Option<JoinHandle<u64>> = None;
        let mut begun = seeded_bugs::is(Bug::B11).then(|| self.states.borrow_and_update().clone());
        loop {
            let due = (keeping.is_none() && kept_revision < self.views.load().revision)
                .then(|| pause.saturating_sub(kept_at.elapsed()));
            tokio::select! {
                changed = self.states.changed() => {
                    if changed.is_err() {
                        break;
                    }
                    if let Some(begun) = begun.take() {
                        self.announce(begun);
                    }
                    self.publish();
                }
                () = tokio::time::sleep(due.unwrap_or(pause)), if due.is_some() => {
                    kept_at = clock::instant();
                    keeping = Some(self.start_keeping());
                }
                revision = kept(&mut keeping) => {
                    kept_revision = revision;
                    pause = pause_after(kept_at.elapsed());
                    kept_at = clock::instant();
                }
                () = stop.cancelled() => break,
            }
        }
        if keeping.is_some() {
            kept_revision = kept(&mut keeping).await;
        }
        if kept_revision < self.views.load().revision {
            keeping = Some(self.start_keeping());
            kept(&mut keeping).await;
        }
    }

    fn publish(&mut self) {
        let state = self.states.borrow_and_update().clone();
        let before = self.views.load();
        if state.revision <= before.revision {
            return;
        }
        let view = Arc::new(view::compile(&state, &self.keyring, Some(&before)));
        if seeded_bugs::is(Bug::B10) {
            self.publish_late(view.clone());
        }
        self.views.publish(view);
    }

    /// Bug B10: publishes a view a second time, whatever has been published since.
    fn publish_late(&self, view: Arc<View>) {
        let views = self.views.clone();
        tokio::spawn(async move {
            tokio::time::sleep(LATE).await;
            views.publish(view);
        });
    }

    /// Bug B11: publishes an earlier state under the revision of the present one.
    fn announce(&mut self, mut earlier: State) {
        earlier.revision = self.states.borrow_and_update().revision;
        let before = self.views.load();
        let view = view::compile(&earlier, &self.keyring, Some(&before));
        self.views.publish(Arc::new(view));
    }

    /// Starts to keep the state that is published; answers with its revision when that is done, or failed.
    fn start_keeping(&self) -> JoinHandle<u64> {
        let (state, keep) = (self.states.borrow().clone(), self.keep.clone());
        tokio::task::spawn_blocking(move || {
            let revision = state.revision;
            if let Err(error) = keep(&state) {
                warn!(%error, revision, "the last good state cannot be kept");
            }
            revision
        })
    }
}

/// How long the next state is not kept, where the last took so long: what is large is kept less often.
fn pause_after(took: Duration) -> Duration {
    let (shortest, longest) = KEEP_INTERVAL.into_inner();
    took.saturating_mul(KEEP_PAUSE).clamp(shortest, longest)
}

/// Waits until a state is kept, and answers with its revision; for ever where none is being kept.
async fn kept(keeping: &mut Option<JoinHandle<u64>>) -> u64 {
    let Some(task) = keeping else {
        return std::future::pending().await;
    };
    let ended = task.await;
    *keeping = None;
    match ended {
        Ok(revision) => revision,
        Err(error) => {
            warn!(%error, "the last good state cannot be kept");
            0
        }
    }
}

#[cfg(test)]
mod bench;
#[cfg(all(test, feature = "seeded-bugs"))]
mod seeded_bugs_tests;
#[cfg(test)]
mod tests;
