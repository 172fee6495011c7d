//! What happens to a request: one pure function, used by the data plane, the tests and the tools.
//!
//! [`request`] is the journey: find the service, authenticate, authorise, route, pick. It returns a
//! [`Verdict`]; what was learnt on the way, for the headers and the access log, is left in a
//! [`Trace`]. The same arguments give the same verdict.

pub mod authorise;
pub mod credentials;
pub mod denial;
pub mod facts;
pub mod head;
pub mod identify;
pub mod pick;
pub mod route;
pub mod sigv4;
pub mod stream;
pub mod target;
pub mod web_identity;

pub use authorise::{Finding, Findings, Grant};
pub use denial::{AuthDenied, Denial, FailureReason};
pub use head::{Head, Peer};
pub use pick::{Balance, Draws, Health};
pub use stream::stream;

use crate::model::ProtocolVersion;
use crate::view::{
    ActionView, GroupView, ListenerView, Principal, Reach, ServiceView, TargetView, View, VpcView,
};
use credentials::{Lookup, Sessions};
use facts::{Facts, Message};
use sigv4::{Payload, Refusal, SigningKeys};
use std::sync::Arc;
use target::RequestTarget;

/// Service name in the credential scope of requests to services. Source: VPC Lattice user guide,
/// "SIGv4 authenticated requests".
const SIGNING_NAME: &str = "vpc-lattice-svcs";

/// What happens to a request.
#[derive(Debug)]
pub enum Verdict {
    /// Send it to the target that [`Trace::target`] names.
    Forward(Plan),
    /// Answer with this status, its reason phrase as the body.
    Respond(u16),
    /// Refuse it.
    Refuse(Denial),
    /// Read the body (up to the limit), then decide again with [`Head::body_sha256`] set.
    NeedBody,
}

/// The right to forward a request, and what must hold for its body.
#[derive(Debug)]
pub struct Plan {
    /// Proof of authorisation.
    pub grant: Grant,
    /// SHA-256 that the whole body must have before any of it is forwarded; `None` where the
    /// signature does not cover the body.
    pub body_sha256: Option<[u8; 32]>,
}

/// Who calls.
#[derive(Clone, Debug)]
pub enum Caller {
    /// Nobody who could be authenticated: the request carries no signature.
    Anonymous,
    /// An authenticated principal.
    Signed(Arc<Principal>),
}

/// What was learnt about a request, as positions in the view that decided it.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// Position in [`VpcView::reaches`].
    pub reach: Option<usize>,
    /// Position in the service's listeners.
    pub listener: Option<usize>,
    /// Position in the listener's rules; `None` for the default action.
    pub rule: Option<usize>,
    /// Position in the action's groups.
    pub group: Option<usize>,
    /// Position in the group's targets.
    pub target: Option<usize>,
    /// Who calls; `None` until authentication has succeeded.
    pub caller: Option<Caller>,
    /// What the policies said.
    pub findings: Findings,
}

impl Trace {
    /// The VPC, looked up again in the view that decided.
    #[must_use]
    pub fn vpc<'v>(&self, view: &'v View, peer: &Peer<'_>) -> Option<&'v VpcView> {
        view.vpcs.get(peer.vpc).map(|vpc| &**vpc)
    }
    /// The service network and the service.
    #[must_use]
    pub fn reach<'v>(&self, vpc: &'v VpcView) -> Option<&'v Reach> {
        vpc.reaches.get(self.reach?)
    }
    /// The listener.
    #[must_use]
    pub fn listener<'v>(&self, reach: &'v Reach) -> Option<&'v ListenerView> {
        reach.service.listeners.get(self.listener?)
    }
    /// The action that was chosen.
    #[must_use]
    pub fn action<'v>(&self, listener: &'v ListenerView) -> Option<&'v ActionView> {
        match self.rule {
            Some(rule) => listener.rules.get(rule).map(|rule| &rule.action),
            None => Some(&listener.default),
        }
    }
    /// The target group that was chosen.
    #[must_use]
    pub fn group<'v>(&self, action: &'v ActionView) -> Option<&'v Arc<GroupView>> {
        match action {
            ActionView::Forward { groups, .. } => groups.get(self.group?).map(|g| &g.group),
            ActionView::Fixed(_) => None,
        }
    }
    /// The target that was picked.
    #[must_use]
    pub fn target<'v>(&self, group: &'v GroupView) -> Option<&'v TargetView> {
        group.targets.get(self.target?)
    }
}

/// Cluster-wide facts of the node that decides: settings, not state.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Clock skew accepted either way.
    pub max_skew: std::time::Duration,
    /// Whether a signed payload hash is refused, as AWS does.
    pub strict_unsigned_payload: bool,
}

/// Memory that a worker keeps between requests: it changes cost, never the verdict.
#[derive(Debug, Default)]
pub struct Memo {
    /// Derived signing keys.
    pub keys: SigningKeys,
    /// Opened sessions.
    pub sessions: Sessions,
    /// The resource that policies are asked about.
    resource: String,
}

/// The surroundings of a decision.
pub struct Surroundings<'a> {
    /// The view.
    pub view: &'a View,
    /// Which targets are unhealthy.
    pub health: &'a Health,
    /// How targets are chosen.
    pub balance: &'a dyn Balance,
    /// Settings.
    pub rules: &'a Rules,
    /// The time.
    pub now: std::time::SystemTime,
    /// Chance.
    pub draws: Draws,
}

/// Decides what happens to a request. Pure: the same arguments give the same verdict.
///
/// What is learnt on the way is left in `trace`, also where the request is refused.
pub fn request(
    around: &Surroundings<'_>,
    peer: &Peer<'_>,
    head: &Head<'_>,
    memo: &mut Memo,
    trace: &mut Trace,
) -> Verdict {
    steps(around, peer, head, memo, trace).unwrap_or_else(Verdict::Refuse)
}

fn steps(
    around: &Surroundings<'_>,
    peer: &Peer<'_>,
    head: &Head<'_>,
    memo: &mut Memo,
    trace: &mut Trace,
) -> Result<Verdict, Denial> {
    let view = around.view;
    let vpc = identify::vpc(view, peer)?;
    let position = identify::service(vpc, peer, head.authority)?;
    trace.reach = Some(position);
    let reach = &vpc.reaches[position];
    trace.listener = identify::listener(&reach.service, peer);
    let listener = trace.listener(reach).ok_or(Denial::UnknownService)?;
    let target = RequestTarget::parse(head.target).map_err(|bad| Denial::bad_target(&bad))?;

    let Some((caller, payload)) = authenticate(around, head, &reach.service, memo)? else {
        return Ok(Verdict::NeedBody);
    };
    let message = Message { head, target };
    let facts = Facts {
        peer,
        vpc,
        reach,
        caller: trace.caller.insert(caller),
        message: Some(message),
        now: around.now,
    };
    let grant = authorise::request(
        &view.credentials,
        &facts,
        &mut memo.resource,
        &mut trace.findings,
    )?;
    let body_sha256 = match payload {
        Payload::Sha256(_) if head.body_sha256.is_none() => return Ok(Verdict::NeedBody),
        Payload::Sha256(declared) => Some(declared),
        Payload::Unsigned => None,
    };

    trace.rule = route::rule(listener, &route::Subject::of(&message));
    let action = trace.action(listener).ok_or(Denial::UnknownService)?;
    match action {
        ActionView::Fixed(status) => Ok(Verdict::Respond(*status)),
        ActionView::Forward { groups, total } => {
            let chosen = pick::group(groups, *total, around.draws.group);
            trace.group = chosen;
            let group = &groups[chosen.ok_or(Denial::NoTarget)?].group;
            serves(group, head)?;
            let target = pick::target(group, around.health, around.balance, around.draws);
            trace.target = Some(target.ok_or(Denial::NoTarget)?);
            Ok(Verdict::Forward(Plan { grant, body_sha256 }))
        }
    }
}

/// Who calls, and what the signature says about the body; `None` where that cannot be told without
/// the body.
fn authenticate(
    around: &Surroundings<'_>,
    head: &Head<'_>,
    service: &ServiceView,
    memo: &mut Memo,
) -> Result<Option<(Caller, Payload)>, Denial> {
    let scope = sigv4::Scope {
        regions: &[&service.region],
        services: &[SIGNING_NAME],
        now: around.now,
        max_skew: around.rules.max_skew,
        strict_unsigned_payload: around.rules.strict_unsigned_payload,
        verbatim_path: false,
    };
    let lookup = Lookup::new(&around.view.credentials, &mut memo.sessions);
    match sigv4::authenticate(head, &lookup, &scope, &mut memo.keys) {
        Ok(sigv4::Caller::Anonymous) => Ok(Some((Caller::Anonymous, Payload::Unsigned))),
        Ok(sigv4::Caller::Signed(signed)) => {
            Ok(Some((Caller::Signed(signed.principal), signed.payload)))
        }
        Err(Refusal::BodyHashNeeded) if head.body_sha256.is_none() => Ok(None),
        Err(Refusal::PayloadMismatch) => Err(Denial::BodyMismatch),
        Err(refusal) => Err(Denial::Signature(refusal.public_text())),
    }
}

/// Whether a group's protocol version can serve the request's protocol.
///
/// Source: VPC Lattice user guide, "Target groups", protocol versions.
fn serves(group: &GroupView, head: &Head<'_>) -> Result<(), Denial> {
    let refuse = |text| Err(Denial::ProtocolMismatch(text));
    match group.version {
        ProtocolVersion::Http1 if head.is_grpc() => {
            refuse("Bad Request: gRPC cannot be sent to a target group with protocol version HTTP1")
        }
        ProtocolVersion::Http2 if !head.http2 => refuse(
            "Bad Request: HTTP/1.1 cannot be sent to a target group with protocol version HTTP2; use HTTP/2",
        ),
        ProtocolVersion::Grpc if !head.http2 || head.method != "POST" => refuse(
            "Bad Request: a target group with protocol version GRPC takes HTTP/2 POST requests only",
        ),
        ProtocolVersion::None => refuse("Bad Request: this target group does not speak HTTP"),
        ProtocolVersion::Http1 | ProtocolVersion::Http2 | ProtocolVersion::Grpc => Ok(()),
    }
}
