//! The node is built before it is tested, where cargo runs this program: what is tested is what is there.

use std::process::Command;

use anyhow::{Context, bail};

/// Builds `trellis-node` as this program was built; nothing where cargo does not run it, or where
/// `TRELLIS_NODE` names another build.
///
/// # Errors
/// Where it cannot be built.
pub(super) fn with_cargo() -> anyhow::Result<()> {
    // Source: the Cargo book, "Environment variables": set for what `cargo run` runs.
    let Some(cargo) = std::env::var_os("CARGO") else {
        return Ok(());
    };
    if std::env::var_os("TRELLIS_NODE").is_some() {
        return Ok(());
    }
    let mut command = Command::new(cargo);
    command.args(["build", "--locked", "-p", "trellis-node"]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    command.args(["--manifest-path", manifest]);
    let status = command.status().context("cargo cannot be run")?;
    if !status.success() {
        bail!("trellis-node was not built ({status}): mend that, or name a build with --node");
    }
    Ok(())
}
