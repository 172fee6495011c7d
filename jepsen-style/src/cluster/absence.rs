//! When the nodes did not run: what nothing can be promised of.

use std::sync::PoisonError;

use tokio::time::Instant;

use super::Cluster;

/// A time in which the node at a position did not run, or did not run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absence {
    /// The position.
    pub position: usize,
    /// Counts the nodes that have been at the position, from 0.
    pub generation: u32,
    /// When it was told to end, or to pause.
    pub from: Instant,
    /// When it was started again, or let on; `None` where it was not.
    pub to: Option<Instant>,
}

/// Which of the processes at a position one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// Counts the nodes that have been at the position, from 0.
    pub generation: u32,
    /// Counts the processes that have run at the position.
    pub process: u32,
}

impl Cluster {
    /// All absences until now, by their beginning.
    #[must_use]
    pub fn absences(&self) -> Vec<Absence> {
        let absences = self.absences.lock();
        absences.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The process at a position; `None` where none runs, or where it is just being started or ended.
    #[must_use]
    pub fn life(&self, position: usize) -> Option<Life> {
        let slot = self.slots.get(position)?.try_lock().ok()?;
        let (generation, process) = (slot.generation, slot.processes);
        let running = slot.process.is_some() && !slot.paused;
        running.then_some(Life {
            generation,
            process,
        })
    }

    /// Notes that a node does not run from now on; nothing where it did not run before.
    pub(super) fn note_absent(&self, position: usize, generation: u32) {
        let mut absences = self.absences.lock().unwrap_or_else(PoisonError::into_inner);
        let mut open = absences.iter().filter(|absence| absence.to.is_none());
        if !open.any(|absence| absence.position == position) {
            absences.push(Absence {
                position,
                generation,
                from: Instant::now(),
                to: None,
            });
        }
    }

    /// Notes that a node runs from now on.
    pub(super) fn note_present(&self, position: usize) {
        let mut absences = self.absences.lock().unwrap_or_else(PoisonError::into_inner);
        let mut open = absences.iter_mut().filter(|absence| absence.to.is_none());
        if let Some(absence) = open.find(|absence| absence.position == position) {
            absence.to = Some(Instant::now());
        }
    }
}
