//! The data plane: serves requests from the current view.

use serde::Deserialize;

/// Settings of the data plane.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {}
