//! Nodes join with a token that may be used once.

use super::command::{Command, JoinTokenUse};
use super::outcome::{Refusal, RefusalKind};
use super::state::State;
use crate::model::{JoinToken, Node, Record};

/// Uses a join token: the node gets the revision as its member id, so that no id is ever reused.
pub(super) fn join(
    state: &mut State,
    revision: u64,
    command: &Command,
    join: &JoinTokenUse,
) -> Result<Node, Refusal> {
    let refuse = |message: &str| Refusal {
        kind: RefusalKind::AccessDenied as i32,
        message: format!("{message}; make a new one with `trellis cluster join-token`"),
        ..Refusal::default()
    };
    let token = state
        .get::<JoinToken>(&join.token)
        .ok_or_else(|| refuse("unknown join token"))?;
    let mut token = (**token).clone();
    if token.secret_sha256 != join.secret_sha256 {
        return Err(refuse("unknown join token"));
    }
    if !token.used_by.is_empty() {
        return Err(refuse("the join token has been used"));
    }
    if token.expires_at_ms <= command.at_ms {
        return Err(refuse("the join token has expired"));
    }
    let mut node = join.node.clone().unwrap_or_default();
    node.member = revision;
    let meta = node.meta_mut();
    meta.id = format!("node-{revision}");
    meta.account = token.meta().account.clone();
    meta.region = token.meta().region.clone();
    meta.created_at_ms = command.at_ms;
    meta.updated_at_ms = command.at_ms;
    meta.revision = revision;
    token.used_by = node.meta().id.clone();
    token.meta_mut().revision = revision;
    state.insert(token);
    state.insert(node.clone());
    Ok(node)
}
