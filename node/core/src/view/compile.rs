//! Compiles a registry state into a view.

use super::View;
use crate::registry::State;

/// Compiles a state.
#[must_use]
pub fn compile(state: &State) -> View {
    View {
        revision: state.revision,
        ..View::default()
    }
}
