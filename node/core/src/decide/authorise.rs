//! Authorises a request against the policies of its service network and its service, and the
//! caller's own.
//!
//! Source: VPC Lattice user guide, "Auth policies".

use super::{Caller, Denial};
use crate::view::{Layer, Reach};

/// Proof that a request was authorised; only this module can make one.
#[derive(Debug)]
pub struct Grant(());

/// Grants where both layers are open.
///
/// # Errors
/// [`Denial::Access`] otherwise.
pub fn request(reach: &Reach, _caller: &Caller) -> Result<Grant, Denial> {
    match (&reach.network.layer, &reach.service.layer) {
        (Layer::Open, Layer::Open) => Ok(Grant(())),
        _ => Err(Denial::Access {
            layer: super::AuthDenied::Service,
            text: String::new(),
        }),
    }
}
