//! The admin API: reads, writes, who may.
//!
//! | file | holds |
//! |---|---|
//! | `authn` | who calls: SigV4 over head and body |
//! | `authorise` | whether the caller's policies allow an action |
//! | `write`, `plan` | the journey of a write; what a request comes to, as operations |
//! | `read`, `page` | linearizable and local reads; page tokens |
//! | `sessions`, `tokens` | temporary credentials; join tokens |
//! | `aws_identity` | sessions for whoever AWS's STS vouches for |
//! | `convert` | protocol ⇄ model |
//! | `grpc`, `error`, `server` | the services, their errors, their listener |
//! | `aws` | AWS's own APIs, for boto3, the AWS CLI and the AWS SDKs |
//! | `sweeper` | removes targets that have drained |
//!
//! Cluster-wide things (accounts, nodes, join tokens, settings) belong to the *first account*, the
//! one that owns the cluster's settings; its policies decide who may see or change them.

mod authn;
mod authorise;
mod aws;
mod aws_identity;
mod convert;
mod error;
mod grpc;
mod https;
mod names;
mod page;
mod plan;
mod read;
mod server;
mod sessions;
mod sweeper;
mod tokens;
mod write;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use trellis_core::seal::Keyring;
use trellis_core::view::View;
use trellis_proto::v1::TargetStatus;

use crate::cluster::served::Observer;
use crate::raft::Consensus;

pub use authn::SERVICE;
pub use aws_identity::Exchange;
pub use grpc::{Front, front};
pub use server::{ServeError, serve};
pub use sessions::ProviderKeys;
pub use sweeper::sweep;

/// Settings of the admin API.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Whether the api listener speaks plain HTTP; refused on addresses that are not loopback.
    /// Default false.
    pub plain_http: bool,
    /// Largest request, bytes. Default 4 MiB.
    pub body_bytes_max: usize,
    /// Requests that are read at once; more wait. Default 64.
    pub bodies_max: usize,
    /// Longest time for a request to arrive, milliseconds. Default 10,000.
    pub body_deadline_ms: u64,
    /// Connections at once; more wait to be accepted. Default 1,024.
    pub connections_max: usize,
    /// How long a connection stays open that has carried no signed call, milliseconds; as long
    /// again for calls under way. Default 10,000.
    pub probation_ms: u64,
    /// Longest wait for consensus, milliseconds. Default 5,000.
    pub deadline_ms: u64,
    /// How far the signing time of a call may be off, either way, seconds. Default 300.
    pub max_skew_seconds: u64,
    /// How long an answer of AWS's APIs to a change is held until every live node serves it, at most, milliseconds;
    /// 0 for not at all. Default 2,000.
    pub aws_wait_ms: u32,
    /// Calls of AWS's APIs that an account may make on this node in a second; 0 for no limit. Source: our own, AWS
    /// publishes none. Default 2,000.
    pub aws_calls_per_second: u32,
    /// Tokens of identity providers that an address may exchange for sessions on this node in a second; 0 for no
    /// limit. Source: our own. Default 100.
    pub web_identities_per_second: u32,
    /// Whether identities of real AWS are exchanged for sessions, and how; where it is absent, they are refused.
    pub aws_identity: Option<aws_identity::Config>,
    /// Longest wait for calls under way once a stop is asked for, seconds. Default 10.
    pub drain_seconds: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            plain_http: false,
            body_bytes_max: 4 * 1024 * 1024,
            bodies_max: 64,
            body_deadline_ms: 10_000,
            connections_max: 1_024,
            probation_ms: 10_000,
            deadline_ms: 5_000,
            max_skew_seconds: 300,
            aws_wait_ms: 2_000,
            aws_calls_per_second: 2_000,
            web_identities_per_second: 100,
            aws_identity: None,
            drain_seconds: 10,
        }
    }
}

impl Config {
    fn gate_limits(&self) -> authn::Limits {
        authn::Limits {
            body_bytes: self.body_bytes_max,
            bodies: self.bodies_max,
            body_deadline: Duration::from_millis(self.body_deadline_ms),
            max_skew: Duration::from_secs(self.max_skew_seconds),
        }
    }

    fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }
}

/// Tells the health of the targets of a group, by its id.
pub type Targets = Box<dyn Fn(&str) -> Vec<TargetStatus> + Send + Sync>;

/// What the services of the admin API share.
pub struct Api {
    /// The registry.
    pub consensus: Arc<Consensus>,
    /// The cluster's sealing keys.
    pub keyring: Arc<Keyring>,
    /// Asks all nodes which revision they serve.
    pub observer: Observer,
    /// The view that this node serves.
    pub view: Arc<dyn Fn() -> Arc<View> + Send + Sync>,
    /// Health of the targets of a group, by its id, as this node sees it. Targets that it does not
    /// name are told as `INITIAL`.
    pub targets: Targets,
    /// Keys of identity providers.
    pub provider_keys: ProviderKeys,
    /// Exchanges identities of real AWS, where that is set.
    pub exchange: Option<Exchange>,
    /// This node's id.
    pub node_id: String,
    /// Settings.
    pub config: Config,
}
