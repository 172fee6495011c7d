//! The pure part of Trellis: what things are, how they change, and what happens to a request.
//!
//! | module | holds | may use |
//! |---|---|---|
//! | [`model`] | the nouns: records as they are stored, ids, ARNs, limits | nothing |
//! | [`policy`] | IAM policy documents: parse, lint, compile, evaluate | nothing |
//! | [`certificate`] | X.509 certificates: what they say, their chains and keys | nothing |
//! | [`oidc`] | keys and tokens of OIDC providers | [`model`] |
//! | [`seal`] | sealing of secrets and of session tokens | [`model`] |
//! | [`registry`] | the replicated state machine: commands, rules, outcomes | [`model`], [`policy`], [`oidc`], [`certificate`] |
//! | [`view`] | the immutable, indexed value compiled from a registry state | [`model`], [`policy`], [`seal`], [`registry`] |
//! | [`decide`] | the decision about one request | [`model`], [`policy`], [`oidc`], [`seal`], [`view`] |
//! | [`aws_identity`] | identities of real AWS, and which roles trust them | [`model`], [`policy`], [`decide`] |
//! | [`seeded_bugs`] | what a build for testing the checkers does wrong; nothing in any other | nothing |
//!
//! Nothing here has a socket, a file, a clock, a task, a lock, a log or a source of randomness:
//! time and chance come in as arguments. `decide` never sees `registry`.

pub mod aws_identity;
pub mod certificate;
pub mod decide;
pub mod model;
pub mod oidc;
pub mod policy;
pub mod registry;
pub mod seal;
pub mod seeded_bugs;
pub mod view;
