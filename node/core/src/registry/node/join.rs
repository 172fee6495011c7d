//! Nodes join with a token that may be used once.

use super::{attachments, node_shape};
use crate::model::{JoinToken, Node, Record};
use crate::registry::command::JoinTokenUse;
use crate::registry::mistakes::Mistakes;
use crate::registry::outcome::Refusal;
use crate::registry::rules::Case;

/// Judges the use of a join token. Gives the node and the used token as they are to be stored.
///
/// The node gets the revision as its member id, so that no id is ever reused.
///
/// # Errors
/// Access denied where the token is unknown, used or expired.
pub(in crate::registry) fn join(
    case: &Case<'_>,
    revision: u64,
    join: &JoinTokenUse,
) -> Result<(Node, JoinToken), Refusal> {
    let refuse = |message: &str| {
        Refusal::access_denied(format!(
            "{message}; make a new one with `trellis cluster join-token`"
        ))
    };
    let token = case
        .state
        .get::<JoinToken>(&join.token)
        .filter(|token| token.secret_sha256 == join.secret_sha256)
        .ok_or_else(|| refuse("unknown join token"))?;
    let mut token = (**token).clone();
    if !token.used_by.is_empty() {
        return Err(refuse("the join token has been used"));
    }
    if token.expires_at_ms <= case.command.at_ms {
        return Err(refuse("the join token has expired"));
    }
    let mut node = join.node.clone().unwrap_or_default();
    let mut mistakes = Mistakes::default();
    node_shape(&node, &mut mistakes);
    mistakes.refuse()?;
    attachments(case, &node)?;
    if case
        .state
        .get::<Node>(&format!("node-{revision}"))
        .is_some()
    {
        return Err(refuse("one command admits one node"));
    }
    node.member = revision;
    let meta = node.meta_mut();
    meta.id = format!("node-{revision}");
    meta.account.clone_from(&token.meta().account);
    meta.region.clone_from(&token.meta().region);
    meta.created_at_ms = case.command.at_ms;
    meta.updated_at_ms = case.command.at_ms;
    meta.revision = revision;
    token.used_by.clone_from(&node.meta().id);
    token.meta_mut().revision = revision;
    Ok((node, token))
}
