//! Headers that explain a response to a caller that may know: its own policies must allow
//! `trellis:Explain`, and it must ask with `x-trellis-debug: 1`.

use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};
use trellis_core::decide::facts::{Facts, Message};
use trellis_core::decide::target::RequestTarget;
use trellis_core::decide::{Denial, Head, Peer, Surroundings, Trace, Verdict, authorise};

use super::exchange::Exchange;

/// The action that a caller must be allowed.
const EXPLAIN: &str = "trellis:Explain";
const DEBUG: HeaderName = HeaderName::from_static("x-trellis-debug");
const REVISION: HeaderName = HeaderName::from_static("x-trellis-revision");
const NODE: HeaderName = HeaderName::from_static("x-trellis-node");
const RULE: HeaderName = HeaderName::from_static("x-trellis-rule");
const TARGET: HeaderName = HeaderName::from_static("x-trellis-target");

/// How much of a request its response explains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Explained {
    /// Nothing.
    #[default]
    Nothing,
    /// Who decided: the request got no rule.
    Decision,
    /// Also the rule, and the target where there is one.
    Route,
}

/// How much the response to a request explains, once it is decided.
pub(crate) fn explained(
    around: &Surroundings<'_>,
    peer: &Peer<'_>,
    head: &Head<'_>,
    trace: &Trace,
    verdict: &Verdict,
) -> Explained {
    let asked = head.headers.get(&DEBUG).is_some_and(|value| value == "1");
    if !asked || !may_know(around, peer, head, trace).unwrap_or(false) {
        return Explained::Nothing;
    }
    match verdict {
        Verdict::NeedBody | Verdict::Refuse(Denial::Access { .. }) => Explained::Decision,
        Verdict::Forward(_) | Verdict::Respond(_) | Verdict::Refuse(_) => Explained::Route,
    }
}

/// `None` where no caller was authenticated.
fn may_know(
    around: &Surroundings<'_>,
    peer: &Peer<'_>,
    head: &Head<'_>,
    trace: &Trace,
) -> Option<bool> {
    let vpc = trace.vpc(around.view, peer)?;
    let target = RequestTarget::parse(head.target).ok()?;
    let facts = Facts {
        peer,
        vpc,
        reach: trace.reach(vpc)?,
        caller: trace.caller.as_ref()?,
        message: Some(Message { head, target }),
        now: around.now,
    };
    let credentials = &around.view.credentials;
    Some(authorise::holds(credentials, &facts, EXPLAIN))
}

/// Adds to a response's headers what its caller may know.
pub(crate) fn explain(headers: &mut HeaderMap, exchange: &Exchange) {
    let explained = exchange.facts.explained.get();
    if explained == Explained::Nothing {
        return;
    }
    headers.insert(REVISION, exchange.adopted.view.revision.into());
    headers.insert(NODE, exchange.worker.node.clone());
    if explained == Explained::Decision {
        return;
    }
    let rule = exchange.route().and_then(|route| route.rule_id);
    if let Ok(rule) = HeaderValue::from_str(rule.unwrap_or("default")) {
        headers.insert(RULE, rule);
    }
    let target = exchange.facts.target.get();
    if let Some(target) = target.and_then(|target| HeaderValue::try_from(target.to_string()).ok()) {
        headers.insert(TARGET, target);
    }
}
