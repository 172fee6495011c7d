//! Nodes join with a token that may be used once.

use std::sync::Arc;

use super::{attachments, node_shape};
use crate::model::{JoinToken, Node, Record};
use crate::registry::State;
use crate::registry::command::JoinTokenUse;
use crate::registry::mistakes::Mistakes;
use crate::registry::outcome::Refusal;
use crate::registry::rules::Case;
use crate::seeded_bugs::{self, Bug};

/// What a state gives a node that shows a join token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The token is unused: the node may join with it.
    Open(Arc<JoinToken>),
    /// This very node, known by its key, has joined with it: it asks again.
    Again(Arc<Node>),
}

fn refused(message: &str) -> Refusal {
    Refusal::access_denied(format!(
        "{message}; make a new one with `trellis cluster join-token`"
    ))
}

/// Judges whether a state admits a node with a join token at a time, in milliseconds since the
/// Unix epoch. The node itself is not looked at.
///
/// # Errors
/// Access denied where the token is unknown, used by another node or expired.
pub fn admission(state: &State, join: &JoinTokenUse, at_ms: u64) -> Result<Admission, Refusal> {
    let token = state
        .get::<JoinToken>(&join.token)
        .filter(|token| token.secret_sha256 == join.secret_sha256)
        .ok_or_else(|| refused("unknown join token"))?;
    let expired = token.expires_at_ms <= at_ms;
    if token.used_by.is_empty() {
        if expired {
            return Err(refused("the join token has expired"));
        }
        return Ok(Admission::Open(token.clone()));
    }
    let same = !join.key_sha256.is_empty() && token.key_sha256 == join.key_sha256;
    state
        .get::<Node>(&token.used_by)
        .filter(|_| same && !expired)
        .map(|node| Admission::Again(node.clone()))
        .ok_or_else(|| refused("the join token has been used"))
}

/// Why a node whose build understands commands up to a version cannot join: its members may write newer ones, and have
/// done so. `None` where it can.
///
/// This is judged before a command is proposed, never where one is applied: older builds would judge otherwise.
#[must_use]
pub fn too_old(state: &State, feature_level: u32) -> Option<Refusal> {
    let lowest = lowest_level(state).filter(|lowest| feature_level < *lowest)?;
    Some(Refusal::access_denied(format!(
        "this build understands changes up to version {feature_level}, and the cluster makes changes of version {lowest}; join with the build that its members run"
    )))
}

/// The version up to which every node understands commands; `None` before there are nodes.
#[must_use]
pub fn lowest_level(state: &State) -> Option<u32> {
    state.all::<Node>().map(|node| node.feature_level).min()
}

/// Judges the use of a join token. Gives the node, and the used token as it is to be stored with it;
/// no token where the node has joined already, so that nothing changes.
///
/// The node gets the revision as its member id, so that no id is ever reused.
///
/// # Errors
/// Access denied where the token is unknown, used by another node or expired.
pub(in crate::registry) fn join(
    case: &Case<'_>,
    revision: u64,
    join: &JoinTokenUse,
) -> Result<(Node, Option<JoinToken>), Refusal> {
    let mut token = match admission(case.state, join, case.command.at_ms)? {
        Admission::Open(token) => (*token).clone(),
        Admission::Again(node) => return Ok(((*node).clone(), None)),
    };
    let mut node = join.node.clone().unwrap_or_default();
    let mut mistakes = Mistakes::default();
    node_shape(&node, &mut mistakes);
    let fits = matches!(join.key_sha256.len(), 0 | 32);
    mistakes.check(fits, "keySha256", "is not 32 bytes");
    mistakes.refuse()?;
    attachments(case, &node)?;
    let member = member_id(case.state, revision, &node);
    let id = format!("node-{member}");
    if member == revision && case.state.get::<Node>(&id).is_some() {
        return Err(refused("one command admits one node"));
    }
    node.member = member;
    let meta = node.meta_mut();
    meta.id = id;
    meta.account.clone_from(&token.meta().account);
    meta.region.clone_from(&token.meta().region);
    meta.created_at_ms = case.command.at_ms;
    meta.updated_at_ms = case.command.at_ms;
    meta.revision = revision;
    token.used_by.clone_from(&node.meta().id);
    token.key_sha256.clone_from(&join.key_sha256);
    token.meta_mut().revision = revision;
    Ok((node, Some(token)))
}

/// The member id of a new node: the revision.
fn member_id(state: &State, revision: u64, node: &Node) -> u64 {
    if seeded_bugs::is(Bug::B16) {
        let mut known = state.all::<Node>();
        let here = known.find(|known| known.cluster_address == node.cluster_address);
        return here.map_or(revision, |here| here.member);
    }
    revision
}
