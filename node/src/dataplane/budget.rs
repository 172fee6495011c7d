//! Bytes of bodies that a worker holds to check their hashes: a limit for all of them together.

use std::cell::Cell;
use std::rc::Rc;

/// What is left to be held.
#[derive(Debug)]
pub(crate) struct Budget {
    left: Cell<usize>,
}

/// The part of a budget that one request has taken; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    budget: Rc<Budget>,
    taken: usize,
}

impl Budget {
    pub(crate) fn new(bytes: usize) -> Self {
        Self {
            left: Cell::new(bytes),
        }
    }

    /// A share that has taken nothing.
    pub(crate) fn share(self: &Rc<Self>) -> Share {
        Share {
            budget: self.clone(),
            taken: 0,
        }
    }
}

impl Share {
    /// Takes more; `None` where so much is not left.
    pub(crate) fn take(&mut self, bytes: usize) -> Option<()> {
        let left = self.budget.left.get().checked_sub(bytes)?;
        self.budget.left.set(left);
        self.taken += bytes;
        Some(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let left = &self.budget.left;
        left.set(left.get() + self.taken);
    }
}
