//! End to end: real processes, real sockets, AWS's signer, curl and botocore.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read the clock, stop where something is not as it should be, and tell what they measured"
)]
#![expect(unreachable_pub, reason = "a test crate has no readers of its API")]

mod e2e {
    pub mod aws;
    pub mod caller;
    pub mod changes;
    pub mod cluster;
    pub mod failures;
    pub mod growth;
    pub mod journey;
}
