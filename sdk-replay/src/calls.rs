//! Every operation through the SDK, written by `scripts/generate-sdk-calls.py`.

mod operations;
mod values;

pub(crate) use operations::CALLS;
