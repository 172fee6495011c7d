//! The form of a policy that is evaluated: everything parsed, nothing left to allocate.

use super::condition::CompiledCondition;
use super::pattern::{ArnPattern, Pattern, Wildcards};
use super::{Document, Effect, Piece, Principal, Selection, Statement, Template};

/// A compiled policy.
#[derive(Clone, Debug)]
pub struct Compiled {
    pub(super) statements: Box<[CompiledStatement]>,
}

#[derive(Clone, Debug)]
pub(super) struct CompiledStatement {
    pub(super) sid: Option<Box<str>>,
    pub(super) effect: Effect,
    pub(super) principals: Option<Selection<Principal>>,
    pub(super) actions: Selection<ActionPattern>,
    pub(super) resources: Option<Selection<ArnPattern>>,
    pub(super) conditions: Box<[CompiledCondition]>,
}

impl Compiled {
    pub(super) fn new(document: &Document) -> Self {
        Self {
            statements: document.statements.iter().map(statement).collect(),
        }
    }

    /// The `Sid` of a statement.
    #[must_use]
    pub fn sid(&self, statement: usize) -> Option<&str> {
        self.statements.get(statement)?.sid.as_deref()
    }
}

fn statement(statement: &Statement) -> CompiledStatement {
    CompiledStatement {
        sid: statement.sid.as_deref().map(Into::into),
        effect: statement.effect,
        principals: statement.principals.clone(),
        actions: statement.actions.map(ActionPattern::new),
        resources: statement
            .resources
            .as_ref()
            .map(|resources| resources.map(ArnPattern::new)),
        conditions: statement
            .conditions
            .iter()
            .map(CompiledCondition::new)
            .collect(),
    }
}

impl<T> Selection<T> {
    fn map<U>(&self, compile: impl Fn(&T) -> U) -> Selection<U> {
        Selection {
            negated: self.negated,
            items: self.items.iter().map(compile).collect(),
        }
    }
}

/// A pattern for actions, which are compared without case.
#[derive(Clone, Debug)]
pub(super) struct ActionPattern(Pattern);

impl ActionPattern {
    fn new(template: &Template) -> Self {
        let mut lower = template.clone();
        for piece in &mut lower.0 {
            if let Piece::Text(text) = piece {
                text.make_ascii_lowercase();
            }
        }
        Self(Pattern::new(&lower, Wildcards::Yes))
    }

    pub(super) fn matches(&self, action: &str) -> bool {
        self.0.matches_ignoring_case(action)
    }
}
