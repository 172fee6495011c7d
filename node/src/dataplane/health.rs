//! Which targets are healthy: what this node's probes say.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use trellis_core::decide::Health;

/// The latest health of targets, for workers to load.
#[derive(Debug, Default)]
pub struct HealthCell {
    current: ArcSwap<Health>,
}

impl HealthCell {
    /// The current health. Never waits.
    #[must_use]
    pub fn load(&self) -> Guard<Arc<Health>> {
        self.current.load()
    }
}
