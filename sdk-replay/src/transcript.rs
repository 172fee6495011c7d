//! The files: a cluster, and what was asked of another.

use anyhow::Context;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The ready file of `trellis-node dev`.
#[derive(Debug, Deserialize)]
pub(crate) struct Ready {
    pub(crate) region: String,
    pub(crate) accounts: Vec<Account>,
    pub(crate) vpcs: Vec<Vpc>,
    pub(crate) nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Account {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Vpc {
    pub(crate) id: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Node {
    pub(crate) api: String,
    pub(crate) pid: u32,
}

/// What was asked, in this order.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Transcript {
    pub(crate) vpc: String,
    pub(crate) security_group: String,
    pub(crate) steps: Vec<Step>,
}

/// One call, with its answer or the name of its error.
#[derive(Debug, Deserialize)]
pub(crate) struct Step {
    pub(crate) operation: String,
    pub(crate) input: Value,
    #[serde(default)]
    pub(crate) answer: Value,
    pub(crate) error: Option<String>,
}

/// Reads a file.
///
/// # Errors
/// Where it is not there, or not what it should be.
pub(crate) fn read<T: DeserializeOwned>(path: &str) -> anyhow::Result<T> {
    let text = std::fs::read(path).with_context(|| path.to_owned())?;
    serde_json::from_slice(&text).with_context(|| path.to_owned())
}
