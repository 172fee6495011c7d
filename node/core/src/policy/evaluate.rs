//! Evaluates a compiled policy against one request.

use super::Effect;
use super::compile::{Compiled, CompiledStatement};
use super::key::Key;

/// Who calls, as policies see it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Caller<'a> {
    /// ARN that signed: the session's for a role; empty for a web identity.
    pub arn: &'a str,
    /// Account, 12 digits; empty for a web identity.
    pub account: &'a str,
    /// ARN of the identity: the role's for a session, else the same as `arn`.
    pub principal_arn: &'a str,
    /// Unique id: `AIDA…`, `AROA…:session`, or the account of a root.
    pub user_id: &'a str,
    /// Identity provider that vouches for a web identity which is about to assume a role: its ARN,
    /// or host name; `None` for everyone else.
    pub provider: Option<&'a str>,
}

/// A request, as policies see it.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// Who calls; `None` for an anonymous caller.
    pub caller: Option<Caller<'a>>,
    /// Action, `vpc-lattice-svcs:Invoke`.
    pub action: &'a str,
    /// ARN of the resource; for `Invoke` the service's ARN with the path behind it.
    pub resource: &'a str,
    /// Values of condition keys.
    pub context: &'a dyn Context,
}

/// The values of condition keys.
///
/// A key without values is missing. Numbers, booleans, dates and addresses are their text.
pub trait Context {
    /// Gives `test` the values of a key, in order, until it answers true; answers whether it did.
    fn any(&self, key: &Key, test: &mut dyn FnMut(&str) -> bool) -> bool;

    /// Whether a key is by its nature a list, also with one value: such keys cannot be variables.
    fn is_multivalued(&self, key: &Key) -> bool {
        let _ = key;
        false
    }
}

/// No values.
impl Context for () {
    fn any(&self, _key: &Key, _test: &mut dyn FnMut(&str) -> bool) -> bool {
        false
    }
}

/// Keys and values, in any order; a key may occur several times.
impl Context for &[(&str, &str)] {
    fn any(&self, key: &Key, test: &mut dyn FnMut(&str) -> bool) -> bool {
        self.iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(key.as_str()))
            .any(|(_, value)| test(value))
    }
}

/// What one policy says about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it and none denies it.
    Allow {
        /// Position of the first statement that allows it.
        statement: usize,
    },
    /// A statement denies it.
    Deny {
        /// Position of the first statement that denies it.
        statement: usize,
    },
    /// No statement applies: denied, unless another policy allows it where one is enough.
    Silent,
}

impl Compiled {
    /// Decides about a request. A statement that denies wins over all that allow.
    ///
    /// Cost: O(statements); no allocation but for patterns whose variables have very long values.
    #[must_use]
    pub fn evaluate(&self, request: &Request<'_>) -> Decision {
        let mut decision = Decision::Silent;
        for (statement, rule) in self.statements.iter().enumerate() {
            match (rule.effect, decision) {
                (Effect::Allow, Decision::Allow { .. }) => {}
                (Effect::Allow, _) if rule.applies(request) => {
                    decision = Decision::Allow { statement };
                }
                (Effect::Deny, _) if rule.applies(request) => return Decision::Deny { statement },
                _ => {}
            }
        }
        decision
    }
}

impl CompiledStatement {
    fn applies(&self, request: &Request<'_>) -> bool {
        self.names_principal(request)
            && self.names_action(request)
            && self.names_resource(request)
            && self
                .conditions
                .iter()
                .all(|condition| condition.holds(request.context))
    }

    pub(super) fn names_principal(&self, request: &Request<'_>) -> bool {
        self.principals.as_ref().is_none_or(|principals| {
            let caller = request.caller.as_ref();
            let named = principals.items.iter().any(|item| item.covers(caller));
            named != principals.negated
        })
    }

    pub(super) fn names_action(&self, request: &Request<'_>) -> bool {
        let items = &self.actions.items;
        let named = items.iter().any(|item| item.matches(request.action));
        named != self.actions.negated
    }

    /// A `NotResource` whose variables have no value excludes nothing; so that nothing is allowed
    /// by that, a statement that allows does not apply then.
    pub(super) fn names_resource(&self, request: &Request<'_>) -> bool {
        self.resources.as_ref().is_none_or(|resources| {
            let items = &resources.items;
            let named = items
                .iter()
                .any(|item| item.matches(request.resource, request.context));
            let unknown = || {
                resources.negated
                    && self.effect == Effect::Allow
                    && !items.iter().all(|item| item.is_resolvable(request.context))
            };
            named != resources.negated && !unknown()
        })
    }
}
