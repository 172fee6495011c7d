//! Runs test data that nobody here wrote the answers to.
//!
//! `TRELLIS_ORACLES` names the folder, default `oracles` beside `Cargo.toml`. Every `*.jsonl` file
//! of a family is run, and a line `family/file: N passed, M failed` is printed for each.

#[path = "oracles/sigv4.rs"]
mod sigv4;

/// The folder of one family.
fn folder(family: &str) -> std::path::PathBuf {
    let root = std::env::var_os("TRELLIS_ORACLES").map_or_else(
        || concat!(env!("CARGO_MANIFEST_DIR"), "/oracles").into(),
        std::path::PathBuf::from,
    );
    root.join(family)
}
