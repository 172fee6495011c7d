//! Operations and shapes of the API, written by `scripts/generate-aws-model.py`.

mod operations;
mod shapes;

pub use operations::OPERATIONS;
