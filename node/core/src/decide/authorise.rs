//! Authorises a request.

/// Proof that a request was authorised; only this module can make one.
#[derive(Debug)]
pub struct Grant(());
