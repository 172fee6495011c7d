//! Runs test data that nobody here wrote the answers to.
//!
//! `TRELLIS_ORACLES` names the folder, default `oracles` beside `Cargo.toml`. Every `*.jsonl` file
//! of a family is run, and a line `family/file: N passed, M failed` is printed for each.

#[path = "oracles/files.rs"]
mod files;
#[path = "oracles/policy.rs"]
mod policy;
#[path = "oracles/sigv4.rs"]
mod sigv4;
