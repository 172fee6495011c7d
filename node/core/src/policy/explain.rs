//! Explains a decision: what every statement of a policy says, and why.

use super::compile::Compiled;
use super::{Effect, Request};

/// Why a statement applies to a request, or does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applies {
    /// It applies.
    Yes,
    /// It is about other principals.
    OtherPrincipal,
    /// It is about other actions.
    OtherAction,
    /// It is about other resources.
    OtherResource,
    /// These of its condition keys are not as they should be.
    Conditions(Vec<String>),
}

/// What one statement says about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Position of the statement.
    pub statement: usize,
    /// Its `Sid`.
    pub sid: Option<String>,
    /// Its effect, where it applies.
    pub effect: Effect,
    /// Whether it applies.
    pub applies: Applies,
}

impl Compiled {
    /// Explains what each statement says about a request, in order.
    #[must_use]
    pub fn explain(&self, request: &Request<'_>) -> Vec<Explanation> {
        let statements = self.statements.iter().enumerate();
        let explanation = |(statement, rule): (usize, &super::compile::CompiledStatement)| {
            let failed: Vec<String> = rule
                .conditions
                .iter()
                .filter(|condition| !condition.holds(request.context))
                .map(|condition| condition.key.as_str().to_owned())
                .collect();
            let applies = if !rule.names_principal(request) {
                Applies::OtherPrincipal
            } else if !rule.names_action(request) {
                Applies::OtherAction
            } else if !rule.names_resource(request) {
                Applies::OtherResource
            } else if !failed.is_empty() {
                Applies::Conditions(failed)
            } else {
                Applies::Yes
            };
            Explanation {
                statement,
                sid: rule.sid.as_deref().map(str::to_owned),
                effect: rule.effect,
                applies,
            }
        };
        statements.map(explanation).collect()
    }
}
