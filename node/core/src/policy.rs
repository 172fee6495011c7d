//! The policy language of IAM: parse, check, compile, evaluate, explain.
//!
//! A policy document is read with [`parse`], which names all its mistakes at once, and made into a
//! [`Compiled`] form with [`compile`], whose [`Compiled::evaluate`] allocates nothing for ordinary
//! requests. What a condition key is worth is asked of a [`Context`].
//!
//! One document says *allow*, *deny* or nothing about a request. What several documents mean
//! together is the caller's rule.
//!
//! Choices where AWS documents nothing or several things:
//!
//! | case | here |
//! |---|---|
//! | plain operator, key with several values | true if any value matches; negated: if none does |
//! | negated operator, variable without value | true, as for a missing key |
//! | `ForAnyValue:…IfExists`, key missing or without values | false: no value matches |
//! | `NotResource`, variable without value | the statement applies if it denies, else not |
//! | `NotPrincipal` that names a part of the caller's chain (session, role, account) | exempt |
//! | `NotPrincipal` with `Allow` | refused |
//! | two statements with one `Sid` | refused in IAM's own kinds, accepted in `Auth` and `Resource` |
//! | wildcard in the service part of a resource ARN | refused |
//! | wildcards in the value of a variable | ordinary characters |
//!
//! Source: IAM user guide, "IAM JSON policy element reference", "Grammar of the IAM JSON policy
//! language", "Policy variables", "Condition operators", "Multivalued context keys" (read 2026-11).

mod compile;
mod condition;
mod document;
mod evaluate;
mod explain;
mod json;
mod key;
mod lint;
mod pattern;
mod principal;
mod value;

pub use compile::Compiled;
pub use document::{
    Condition, Document, Effect, Operand, Operator, Quantifier, Selection, Statement, Test,
};
pub use evaluate::{Caller, Context, Decision, Request};
pub use explain::{Applies, Explanation};
pub use json::{Malformed, minified};
pub use key::Key;
pub use lint::Mistake;
pub use pattern::{Piece, Template};
pub use principal::Principal;

/// Bytes of a document of any kind, white space included. Source: API model 2022-11-30,
/// `AuthPolicyString`. The quotas of each kind are lower and judged on [`minified`] text.
pub const DOCUMENT_BYTES_MAX: usize = 36_864;

/// What a document is for: decides which elements it must and must not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The auth policy of a service network or a service.
    Auth,
    /// The resource policy of a resource: a share with other accounts.
    Resource,
    /// A policy of a user or a role: no principal.
    Identity,
    /// Who may assume a role: no resource, `sts` actions only.
    Trust,
    /// What a session is limited to: no principal.
    Session,
}

impl Kind {
    /// Whether statements name principals.
    #[must_use]
    pub fn has_principal(self) -> bool {
        match self {
            Self::Auth | Self::Resource | Self::Trust => true,
            Self::Identity | Self::Session => false,
        }
    }

    /// Whether no two statements may have the same `Sid`, as IAM demands.
    #[must_use]
    pub fn has_unique_sids(self) -> bool {
        match self {
            Self::Auth | Self::Resource => false,
            Self::Identity | Self::Trust | Self::Session => true,
        }
    }

    /// Whether statements name resources.
    #[must_use]
    pub fn has_resource(self) -> bool {
        self != Self::Trust
    }
}

/// Reads and checks a document.
///
/// # Errors
/// Every mistake of the document; the caller refuses it with all of them.
pub fn parse(text: &str, kind: Kind) -> Result<Document, Vec<Mistake>> {
    lint::document(text, kind)
}

/// Compiles a document once, for many evaluations.
#[must_use]
pub fn compile(document: &Document) -> Compiled {
    Compiled::new(document)
}
