//! What the tests of the admin API share: a registry without consensus, and callers.

mod doors;
pub(super) mod estate;
mod journey;
mod node;

use std::sync::Arc;

use trellis_core::model::arn;
use trellis_core::view::{Principal, PrincipalKind};

use super::authn::Admin;

pub(super) use estate::{Estate, FIRST, SECOND};

/// The root of an account, in `eu-west-1`.
pub(super) fn admin(account: &str) -> Admin {
    Admin {
        principal: Arc::new(Principal {
            kind: PrincipalKind::Root,
            account: account.into(),
            arn: arn::root(account),
            principal_arn: arn::root(account),
            identity: account.into(),
            user_id: account.into(),
            session_name: None,
            tags: Vec::new(),
            issued_at_ms: None,
        }),
        region: "eu-west-1".into(),
        peer: None,
    }
}
