//! The rules of a decision, as tables of data.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its data is not as it says"
)]

#[path = "spec/authorise.rs"]
mod authorise;
#[path = "spec/aws_identity.rs"]
mod aws_identity;
#[path = "spec/conditions.rs"]
mod conditions;
#[path = "spec/estate.rs"]
mod estate;
#[path = "spec/journey.rs"]
mod journey;
#[path = "spec/policy.rs"]
mod policy;
#[cfg(feature = "seeded-bugs")]
#[path = "spec/seeded_bugs.rs"]
mod seeded_bugs;
#[path = "spec/session.rs"]
mod session;
#[path = "spec/signer.rs"]
mod signer;
#[path = "spec/stream.rs"]
mod stream;
#[path = "spec/target.rs"]
mod target;
#[path = "spec/web_identity.rs"]
mod web_identity;
