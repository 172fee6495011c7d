//! Writes settings, and records how each write ended.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt as _;
use rand::rngs::SmallRng;
use tokio::time::Instant;
use trellis_client::client::client_token;
use trellis_client::{Class, Client, Refusal};
use trellis_proto::v1;

use super::history::{ChangeCall, Setting};
use super::world::World;
use crate::history::{Call, Outcome};

/// How long a write is repeated until its outcome is known. Source: our own; longer than an
/// election, and than most faults.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pause before a write is repeated.
const PAUSE: Duration = Duration::from_millis(200);

/// A write of the admin API.
pub(super) enum Write {
    Create(v1::CreateRequest),
    Update(v1::UpdateRequest),
    Delete(v1::DeleteRequest),
    Apply(v1::ApplyRequest),
    Register(v1::TargetsRequest),
    Deregister(v1::TargetsRequest),
}

impl Write {
    /// Asks for it once; the revision that it led to.
    async fn send(&self, client: &Client, options: &v1::WriteOptions) -> Result<u64, Refusal> {
        let options = Some(options.clone());
        macro_rules! send {
            ($call:ident, $request:expr) => {{
                let mut request = $request.clone();
                request.options = options;
                client.$call(request).await?.revision
            }};
        }
        Ok(match self {
            Self::Create(request) => send!(create, request),
            Self::Update(request) => send!(update, request),
            Self::Delete(request) => send!(delete, request),
            Self::Apply(request) => send!(apply, request),
            Self::Register(request) => send!(register_targets, request),
            Self::Deregister(request) => send!(deregister_targets, request),
        })
    }
}

/// A client that writes one setting after the other.
pub(super) struct Writer {
    pub(super) world: Arc<World>,
    /// One for each node.
    pub(super) clients: Arc<[Client]>,
    pub(super) random: SmallRng,
    /// Number among clients; another one after an unknown outcome.
    pub(super) number: u32,
    pub(super) changes: Vec<ChangeCall>,
}

impl Writer {
    /// Writes a setting and records it; whether it is done.
    ///
    /// The same write is repeated at other nodes until its outcome is known: its client token makes
    /// that one write.
    pub(super) async fn set(&mut self, setting: Setting, write: Write) -> bool {
        let invoked_us = self.world.now_us();
        let (node, outcome) = self.repeat(&write).await;
        let done = matches!(outcome, Outcome::Done { .. });
        if let Outcome::Refused { reason } | Outcome::Unknown { reason } = &outcome {
            tracing::info!(?setting, reason, "not written");
        }
        let client = self.number;
        if matches!(outcome, Outcome::Unknown { .. }) {
            self.number += 1;
        }
        self.changes.push(Call {
            client,
            node,
            invoked_us,
            ended_us: self.world.now_us(),
            operation: setting,
            outcome,
        });
        done
    }

    /// Makes a write that no setting depends on; whether it is done.
    pub(super) async fn also(&mut self, write: Write) -> bool {
        let (_, outcome) = self.repeat(&write).await;
        matches!(outcome, Outcome::Done { .. })
    }

    /// Clients of all nodes, beginning with any.
    pub(super) fn all(&mut self) -> Vec<Client> {
        let mut clients = self.clients.to_vec();
        let first = self.random.random_range(0..clients.len());
        clients.rotate_left(first);
        clients
    }

    /// Repeats a write until its outcome is known; the node that was asked first.
    async fn repeat(&mut self, write: &Write) -> (usize, Outcome<()>) {
        let options = v1::WriteOptions {
            client_token: client_token(),
            ..v1::WriteOptions::default()
        };
        let first = self.random.random_range(0..self.clients.len());
        let start = Instant::now();
        let mut in_doubt = false;
        for node in (0..self.clients.len()).cycle().skip(first) {
            let refusal = match write.send(&self.clients[node], &options).await {
                Ok(revision) => {
                    let answer = ();
                    return (first, Outcome::Done { answer, revision });
                }
                Err(refusal) => refusal,
            };
            let again = match refusal.class {
                // Another node may have the right time, and so take the signature for a good one.
                Class::Unavailable | Class::Denied => true,
                Class::Unknown | Class::Failed => {
                    in_doubt = true;
                    true
                }
                Class::Invalid | Class::NotFound | Class::Conflict => false,
            };
            if !again || start.elapsed() > PATIENCE {
                let reason = format!("{}: {}", refusal.code, refusal.message);
                return if in_doubt {
                    (first, Outcome::Unknown { reason })
                } else {
                    (first, Outcome::Refused { reason })
                };
            }
            tokio::time::sleep(PAUSE).await;
        }
        let reason = "there is no node".to_owned();
        (first, Outcome::Refused { reason })
    }
}
