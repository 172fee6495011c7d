//! The admin API.

use serde::Deserialize;

/// Settings of the admin API.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {}
