//! A cluster that grows, loses a voter and gets a new one keeps every acknowledged write.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::cluster::{Cluster, wait};
