//! Authorises a request against the policies of its service network, its service and its caller.
//!
//! A layer (network, service) of auth type NONE is skipped; one of AWS_IAM must allow, and denies
//! where it has no policy. Where either is AWS_IAM, a signed caller needs an allow of its own
//! policies too, also within one account; an account's root needs none. Where policies limit its
//! session, these must allow it, too: as no other policy stands in for the caller's own here, none
//! widens what they leave, not even one that names the session. An explicit deny anywhere wins.
//! With both layers open everyone passes.
//!
//! Pure: facts in, [`Grant`] or [`Denial`] out.
//! Specification: `tests/spec/authorise.rs`.
//!
//! Source: VPC Lattice user guide, "Auth policies"; texts of refusals as seen from VPC Lattice.

use super::facts::Facts;
use super::{AuthDenied, Caller, Denial};
use crate::policy::{self, Compiled, Decision};
use crate::view::{Credentials, IdentityView, Layer, Principal};

/// The action of a request on an HTTP listener.
pub const INVOKE: &str = "vpc-lattice-svcs:Invoke";
/// The action of a stream on a listener that passes TLS through.
pub const CONNECT: &str = "vpc-lattice-svcs:Connect";

/// Proof that a request was authorised; only this module can make one.
#[derive(Debug)]
pub struct Grant(());

/// What one layer says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Finding {
    /// It was not asked: an open layer, or a caller that needs no policies of its own.
    #[default]
    Skipped,
    /// None of its policies applies, or there is none.
    Silent,
    /// It allows.
    Allowed(Place),
    /// It denies.
    Denied(Place),
}

/// Which statement decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Position of the policy in the layer: 0 but for identities with several.
    pub policy: usize,
    /// Position of the statement in the policy.
    pub statement: usize,
}

/// What all layers say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The service network's auth policy.
    pub network: Finding,
    /// The service's auth policy.
    pub service: Finding,
    /// The caller's own policies.
    pub identity: Finding,
    /// The policies that limit the caller's session.
    pub session: Finding,
}

impl Findings {
    /// The statements that decided, by layer: the one that denies, where one does, else those that
    /// allow. Where a silent layer refuses, none of these decided.
    pub fn deciding(&self) -> impl Iterator<Item = (AuthDenied, Place)> {
        let refusal = self.refusal();
        self.layers()
            .into_iter()
            .filter_map(move |(layer, finding)| match finding {
                Finding::Denied(place) => {
                    (refusal == Some((layer, true))).then_some((layer, place))
                }
                Finding::Allowed(place) => refusal.is_none().then_some((layer, place)),
                Finding::Skipped | Finding::Silent => None,
            })
    }

    fn layers(&self) -> [(AuthDenied, Finding); 4] {
        [
            (AuthDenied::Network, self.network),
            (AuthDenied::Service, self.service),
            (AuthDenied::Identity, self.identity),
            (AuthDenied::Session, self.session),
        ]
    }

    /// The layer that refuses and whether it does so explicitly; explicit ones first, then in the
    /// order network, service, identity, session. `None` where all agree.
    #[must_use]
    pub fn refusal(&self) -> Option<(AuthDenied, bool)> {
        let layers = self.layers();
        let denied = layers
            .iter()
            .find(|(_, finding)| matches!(finding, Finding::Denied(_)));
        let silent = layers
            .iter()
            .find(|(_, finding)| *finding == Finding::Silent);
        match (denied, silent) {
            (Some((layer, _)), _) => Some((*layer, true)),
            (None, Some((layer, _))) => Some((*layer, false)),
            (None, None) => None,
        }
    }
}

/// Authorises a request, or a stream where `facts` has no message.
///
/// What each layer says is left in `findings`, also where the request is refused. `resource` is
/// memory that is used again. Cost: O(statements), no allocation where the request is granted.
///
/// # Errors
/// [`Denial::Access`] names the layer that refused.
pub fn request(
    credentials: &Credentials,
    facts: &Facts<'_>,
    resource: &mut String,
    findings: &mut Findings,
) -> Result<Grant, Denial> {
    let reach = facts.reach;
    if let (Layer::Open, Layer::Open) = (&reach.network.layer, &reach.service.layer) {
        return Ok(Grant(()));
    }
    resource.clear();
    resource.push_str(&reach.service.arn);
    if let Some(message) = &facts.message {
        resource.push_str(message.target.path());
    }
    let asked = question(facts, resource);
    findings.network = layer(&reach.network.layer, &asked);
    findings.service = layer(&reach.service.layer, &asked);
    (findings.identity, findings.session) = own(credentials, facts.caller, &asked);
    match findings.refusal() {
        None => Ok(Grant(())),
        Some((layer, explicit)) => Err(Denial::Access {
            layer,
            text: text(facts.caller, &asked, layer, explicit),
        }),
    }
}

/// Whether the caller's own policies allow an action on the service, `trellis:Explain` for one.
///
/// Anonymous callers hold nothing; an account's root everything in its own account.
#[must_use]
pub fn holds(credentials: &Credentials, facts: &Facts<'_>, action: &str) -> bool {
    let service = &facts.reach.service;
    let asked = policy::Request {
        action,
        ..question(facts, &service.arn)
    };
    let Caller::Signed(principal) = facts.caller else {
        return false;
    };
    match held(credentials, principal, &asked) {
        (Finding::Allowed(_), Finding::Allowed(_) | Finding::Skipped) => true,
        (Finding::Skipped, Finding::Skipped) => principal.account == service.account,
        _ => false,
    }
}

/// What every statement of every layer says about a request: layer, policies, statements.
#[must_use]
pub fn explain(
    credentials: &Credentials,
    facts: &Facts<'_>,
) -> Vec<(AuthDenied, Vec<policy::Explanation>)> {
    let path = facts.message.map_or("", |message| message.target.path());
    let resource = format!("{}{path}", facts.reach.service.arn);
    let asked = question(facts, &resource);
    let mut all = Vec::new();
    let layers = [
        (AuthDenied::Network, &facts.reach.network.layer),
        (AuthDenied::Service, &facts.reach.service.layer),
    ];
    for (name, layer) in layers {
        if let Layer::Policy(Some(policy)) = layer {
            all.push((name, policy.explain(&asked)));
        }
    }
    if let Caller::Signed(principal) = facts.caller {
        let own = owner(credentials, principal);
        for policy in own.iter().flat_map(|identity| &identity.policies) {
            all.push((AuthDenied::Identity, policy.explain(&asked)));
        }
        let limits = principal.limits.as_deref();
        let limits = limits.into_iter();
        for policy in limits.flat_map(|limits| limits.policies(credentials).flatten()) {
            all.push((AuthDenied::Session, policy.explain(&asked)));
        }
    }
    all
}

fn question<'a>(facts: &'a Facts<'_>, resource: &'a str) -> policy::Request<'a> {
    let caller = match facts.caller {
        Caller::Anonymous => None,
        Caller::Signed(principal) => Some(policy::Caller {
            arn: &principal.arn,
            account: &principal.account,
            principal_arn: &principal.principal_arn,
            user_id: &principal.user_id,
            provider: None,
        }),
    };
    policy::Request {
        caller,
        action: if facts.message.is_some() {
            INVOKE
        } else {
            CONNECT
        },
        resource,
        context: facts,
    }
}

fn layer(layer: &Layer, asked: &policy::Request<'_>) -> Finding {
    match layer {
        Layer::Open => Finding::Skipped,
        Layer::Policy(None) => Finding::Silent,
        Layer::Policy(Some(policy)) => together(std::iter::once(&**policy), asked),
    }
}

fn owner<'c>(credentials: &'c Credentials, principal: &Principal) -> Option<&'c IdentityView> {
    let identity = credentials.identities.get(&principal.identity);
    identity.map(|identity| &**identity)
}

fn own(
    credentials: &Credentials,
    caller: &Caller,
    asked: &policy::Request<'_>,
) -> (Finding, Finding) {
    match caller {
        Caller::Anonymous => (Finding::Skipped, Finding::Skipped),
        Caller::Signed(principal) => held(credentials, principal, asked),
    }
}

/// What a principal's own policies say, and those that limit its session: all that it holds is what
/// both allow. A principal whose identity is gone has no policies.
#[must_use]
pub fn held(
    credentials: &Credentials,
    principal: &Principal,
    asked: &policy::Request<'_>,
) -> (Finding, Finding) {
    let identity = match owner(credentials, principal) {
        None => Finding::Silent,
        Some(identity) if identity.root => Finding::Skipped,
        Some(identity) => together(identity.policies.iter().map(|policy| &**policy), asked),
    };
    let session = match &principal.limits {
        None => Finding::Skipped,
        // One that is gone might have denied.
        Some(limits) if limits.policies(credentials).any(|it| it.is_none()) => Finding::Silent,
        Some(limits) => together(limits.policies(credentials).flatten(), asked),
    };
    (identity, session)
}

/// Several policies of which one must allow and none deny.
fn together<'p>(
    policies: impl Iterator<Item = &'p Compiled>,
    asked: &policy::Request<'_>,
) -> Finding {
    let mut finding = Finding::Silent;
    for (policy, compiled) in policies.enumerate() {
        match compiled.evaluate(asked) {
            Decision::Deny { statement } => {
                return Finding::Denied(Place { policy, statement });
            }
            Decision::Allow { statement } if finding == Finding::Silent => {
                finding = Finding::Allowed(Place { policy, statement });
            }
            Decision::Allow { .. } | Decision::Silent => {}
        }
    }
    finding
}

/// The words of a refusal.
fn text(caller: &Caller, asked: &policy::Request<'_>, layer: AuthDenied, explicit: bool) -> String {
    let who = match caller {
        Caller::Anonymous => "anonymous",
        Caller::Signed(principal) => &principal.arn,
    };
    let kind = match layer {
        AuthDenied::Network => "network-based",
        AuthDenied::Service => "service-based",
        AuthDenied::Identity => "identity-based",
        AuthDenied::Session => "session",
    };
    let policy::Request {
        action, resource, ..
    } = asked;
    let why = if explicit {
        format!("with an explicit deny in a {kind} policy")
    } else {
        format!("because no {kind} policy allows the {action} action")
    };
    format!(
        "AccessDeniedException: User: {who} is not authorized to perform: {action} on resource: \
         {resource} {why}"
    )
}
