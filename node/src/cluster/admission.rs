//! The answer to a node that wants to join.
//!
//! Anyone who reaches the cluster listener may ask. So nothing is written to the replicated log
//! before this node's own registry knows the token, its secret fits, and the certificate that the
//! node will get can be made.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_lc_rs::digest;
use tokio::sync::{Mutex, Semaphore};
use tonic::{Request, Response, Status};
use trellis_core::model::{JoinToken, Node, Record};
use trellis_core::registry::command::{AnyRecord, JoinTokenUse};
use trellis_core::registry::outcome::{Judgement, RefusalKind};
use trellis_core::registry::{
    ADDRESS_CHARS_MAX, Admission, Change, Refusal, State, admission, too_old,
};
use trellis_core::seal::Keyring;
use trellis_proto::cluster_v1::{JoinRequest, JoinResponse, join_server};

use super::certificates::{NodeIdentity, public_key_sha256};
use super::join::{authority, cluster_command, hosts, operation};
use crate::clock;
use crate::raft::Consensus;

/// Longest wait for the cluster to accept a node.
pub const JOIN_DEADLINE: Duration = Duration::from_secs(10);
/// Largest join request, bytes. Source: our own; the fields below fit in it several times.
pub const REQUEST_BYTES_MAX: usize = 16 << 10;
/// Bytes of a token's secret.
const SECRET_BYTES: usize = 32;
/// Characters of a token's id. Source: our own.
const TOKEN_ID_CHARS_MAX: usize = 64;
/// Bytes of a signing request. Source: our own; one for a P-256 key has about 300.
const SIGNING_REQUEST_BYTES_MAX: usize = 4096;
/// Time between two linearizable reads for the sake of unknown tokens. Source: our own.
const READ_INTERVAL: Duration = Duration::from_millis(100);
/// Requests with unknown tokens that wait for such a read. Source: our own.
const READ_WAITERS_MAX: usize = 64;

/// Answers join requests on the cluster listener.
pub struct JoinServer {
    consensus: Arc<Consensus>,
    keyring: Arc<Keyring>,
    /// When the last read for the sake of unknown tokens began.
    last_read: Mutex<Option<Instant>>,
    waiters: Semaphore,
}

#[tonic::async_trait]
impl join_server::Join for JoinServer {
    async fn join(&self, request: Request<JoinRequest>) -> Result<Response<JoinResponse>, Status> {
        let request = request.into_inner();
        check_sizes(&request)?;
        let join = token_use(&request)?;
        let state = self.state_for(&join.token).await?;
        let node = match admission(&state, &join, clock::now_ms()).map_err(status)? {
            Admission::Again(node) => (*node).clone(),
            Admission::Open(token) => {
                if let Some(refusal) = too_old(&state, request.feature_level) {
                    return Err(status(refusal));
                }
                // A failure after the token is used would leave a node that nobody runs.
                self.answer(&request, identity(&state, token.meta().account.clone(), 0))?;
                self.register(join).await?
            }
        };
        let identity = identity(&state, node.meta().account.clone(), node.member);
        let mut response = self.answer(&request, identity)?;
        response.region.clone_from(&node.meta().region);
        Ok(Response::new(response))
    }
}

impl JoinServer {
    /// Admits nodes to the cluster of a registry, and gives them its sealing keys.
    #[must_use]
    pub fn new(consensus: Arc<Consensus>, keyring: Arc<Keyring>) -> Self {
        Self {
            consensus,
            keyring,
            last_read: Mutex::new(None),
            waiters: Semaphore::new(READ_WAITERS_MAX),
        }
    }

    /// A state to judge a token by: this node's own where it knows the token.
    async fn state_for(&self, token: &str) -> Result<State, Status> {
        let state = self.consensus.state();
        if state.get::<JoinToken>(token).is_some() {
            return Ok(state);
        }
        let Ok(_permit) = self.waiters.try_acquire() else {
            let message = "too many nodes ask to join; try again, or another node";
            return Err(Status::resource_exhausted(message));
        };
        tokio::time::timeout(JOIN_DEADLINE, self.caught_up())
            .await
            .map_err(|_| Status::unavailable("no answer from the leader; try again"))?
    }

    /// The registry with all that was answered before this call. Requests that wait at the same
    /// time share a read, so that strangers cannot make the leader work.
    async fn caught_up(&self) -> Result<State, Status> {
        let asked = clock::instant();
        let mut last = self.last_read.lock().await;
        match *last {
            Some(began) if began >= asked => return Ok(self.consensus.state()),
            Some(began) => tokio::time::sleep(READ_INTERVAL.saturating_sub(began.elapsed())).await,
            None => {}
        }
        let began = clock::instant();
        let state = self.consensus.linearizable(JOIN_DEADLINE).await;
        let state = state.map_err(|error| Status::unavailable(error.to_string()))?;
        *last = Some(began);
        Ok(state)
    }

    async fn register(&self, join: JoinTokenUse) -> Result<Node, Status> {
        let command = cluster_command(vec![operation(Change::UseJoinToken(join))]);
        let applied = self
            .consensus
            .propose(command, JOIN_DEADLINE)
            .await
            .map_err(|error| Status::unavailable(error.to_string()))?;
        let outcome = match applied.judgement {
            Some(Judgement::Done(outcome)) => outcome,
            Some(Judgement::Refused(refusal)) => return Err(status(refusal)),
            None => return Err(Status::internal("the registry gave no judgement")),
        };
        let result = outcome.results.into_iter().next();
        match result.and_then(|result| result.record?.record) {
            Some(AnyRecord::Node(node)) => Ok(node),
            _ => Err(Status::internal("the registry gave no node")),
        }
    }

    /// What a node of that identity gets.
    fn answer(
        &self,
        request: &JoinRequest,
        identity: NodeIdentity,
    ) -> Result<JoinResponse, Status> {
        let authority = authority(&self.consensus.state(), &self.keyring)
            .map_err(|error| Status::internal(format!("{error:#}")))?;
        let hosts = hosts(&[&request.cluster_address, &request.api_address]);
        let certificate = authority
            .sign(&request.signing_request, &identity, &hosts, clock::now())
            .map_err(|error| {
                let message = "check the addresses that the node advertises";
                Status::invalid_argument(format!("no certificate can be made: {error}; {message}"))
            })?;
        Ok(JoinResponse {
            cluster_id: identity.cluster_id,
            member: identity.member,
            account: identity.account,
            region: String::new(),
            certificate: certificate.to_vec(),
            ca_certificate: authority.certificate.to_vec(),
            cluster_keys: self.keyring.print().to_string(),
        })
    }
}

fn check_sizes(request: &JoinRequest) -> Result<(), Status> {
    let lengths = [
        ("token id", request.token_id.len(), TOKEN_ID_CHARS_MAX),
        (
            "cluster address",
            request.cluster_address.len(),
            ADDRESS_CHARS_MAX,
        ),
        ("api address", request.api_address.len(), ADDRESS_CHARS_MAX),
        (
            "signing request",
            request.signing_request.len(),
            SIGNING_REQUEST_BYTES_MAX,
        ),
        ("secret", request.secret.len(), SECRET_BYTES),
    ];
    for (name, length, most) in lengths {
        if length > most {
            let message = format!("the {name} has {length} bytes; give at most {most}");
            return Err(Status::invalid_argument(message));
        }
    }
    Ok(())
}

fn token_use(request: &JoinRequest) -> Result<JoinTokenUse, Status> {
    let key_sha256 = public_key_sha256(&request.signing_request).map_err(|error| {
        Status::invalid_argument(format!("signing request: {error}; make a PKCS#10 request"))
    })?;
    let secret = digest::digest(&digest::SHA256, &request.secret);
    Ok(JoinTokenUse {
        token: request.token_id.clone(),
        secret_sha256: secret.as_ref().to_vec(),
        node: Some(Node {
            cluster_address: request.cluster_address.clone(),
            api_address: request.api_address.clone(),
            feature_level: request.feature_level,
            ..Node::default()
        }),
        key_sha256,
    })
}

fn identity(state: &State, account: String, member: u64) -> NodeIdentity {
    NodeIdentity {
        cluster_id: state.cluster_id.clone(),
        account,
        member,
    }
}

fn status(refusal: Refusal) -> Status {
    match refusal.kind() {
        RefusalKind::Validation => Status::invalid_argument(refusal.message),
        _ => Status::permission_denied(refusal.message),
    }
}
