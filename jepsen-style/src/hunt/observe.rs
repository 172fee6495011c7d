//! What nodes say of their registries while a scene is played.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::stage::Stage;
use crate::access::Access;
use crate::check::state::{Sample, Told};
use crate::cluster::told;

/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// Samples of the registries' digests.
#[derive(Clone, Default)]
pub(super) struct Digests(Arc<Mutex<Vec<Sample>>>);

impl Digests {
    /// Looks at all nodes again and again until the scene's load ends.
    pub(super) fn watch(stage: &Stage) -> Self {
        let (digests, access, stop) = (Self::default(), stage.access().clone(), stage.stop());
        let (looking, start) = (digests.clone(), stage.setting.start);
        tokio::spawn(async move {
            let now_us = || u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
            while let Some(()) = pause(&stop).await {
                looking.look(&access, now_us).await;
            }
        });
        digests
    }

    /// Looks at all nodes once.
    pub(super) async fn look(&self, access: &Access, now_us: impl Fn() -> u64) {
        for (node, at) in access.nodes.iter().enumerate() {
            let at_us = now_us();
            let Some(answer) = told(at.telemetry, "/digest").await else {
                continue;
            };
            let Some((_, body)) = answer.split_once("\r\n\r\n") else {
                continue;
            };
            // A node without a registry says so in other words.
            if let Ok(told) = serde_json::from_str::<Told>(body) {
                let mut samples = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                samples.push(Sample { node, at_us, told });
            }
        }
    }

    /// All samples so far.
    pub(super) fn samples(&self) -> Vec<Sample> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

async fn pause(stop: &CancellationToken) -> Option<()> {
    stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await
}
