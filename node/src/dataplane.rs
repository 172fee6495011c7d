//! The data plane: serves requests from the current view.

pub mod access_log;
pub mod health;

use serde::Deserialize;

/// Settings of the data plane.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The access log.
    pub access_log: access_log::Config,
}
