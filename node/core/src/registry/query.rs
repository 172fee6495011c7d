//! Reads: by identifier, by id, by page. What a caller may not see answers as what does not exist.
//!
//! An account sees what it owns, service networks and services that are shared with it, and
//! associations of which it owns a side; the operator (the account that owns the settings) sees
//! nodes and VPCs too. The cluster itself (an empty account) sees everything, and
//! everyone sees the cluster's settings.
//!
//! Source: VPC Lattice API model 2022-11-30, the `Get…` and `List…` operations; user guide, "Share
//! your VPC Lattice entities".

mod drained;
mod list;
mod resolve;
mod tagged;

pub use drained::drained;
pub use list::{Filter, Page, list};
pub use resolve::resolve;
pub use tagged::tagged;

use std::sync::Arc;

use super::command::AnyRecord;
use super::outcome::Refusal;
use super::state::{State, Tabled};
use super::{meta, share};
use crate::model::{Kind, Meta, Record, ResourceConfiguration, Service, ServiceNetwork, Vpc};

/// A record that an account may see; an empty account is the cluster itself.
///
/// # Errors
/// Not found, for what does not exist and for what the account may not see.
pub fn get<'s, R: Tabled>(state: &'s State, account: &str, id: &str) -> Result<&'s Arc<R>, Refusal>
where
    AnyRecord: From<R>,
{
    state
        .get::<R>(id)
        .filter(|record| {
            sees(state, account, R::KIND, record.meta(), || {
                (***record).clone().into()
            })
        })
        .ok_or_else(|| Refusal::not_found(R::KIND, id))
}

/// As [`get`], where the kind is known at run time only.
///
/// # Errors
/// As [`get`].
pub fn get_any(state: &State, account: &str, kind: Kind, id: &str) -> Result<AnyRecord, Refusal> {
    state
        .get_any(kind, id)
        .filter(|record| sees(state, account, kind, record.meta(), || record.clone()))
        .ok_or_else(|| Refusal::not_found(kind, id))
}

/// Whether an account may see a record.
fn sees(
    state: &State,
    account: &str,
    kind: Kind,
    meta: &Meta,
    record: impl Fn() -> AnyRecord,
) -> bool {
    if account.is_empty() || meta.account == account || kind == Kind::ClusterSettings {
        return true;
    }
    let operator = state.settings().map(|settings| &settings.meta().account);
    // The operator attaches nodes to every account's VPCs.
    if meta::is_of_cluster(kind) || kind == Kind::Vpc {
        return operator.is_some_and(|operator| operator == account);
    }
    match kind {
        Kind::ServiceNetwork | Kind::Service | Kind::ResourceConfiguration => {
            share::read_action(kind)
                .is_some_and(|action| share::allows(state, kind, meta, account, action))
        }
        Kind::ResourceShare => state.hangs(account, kind, &meta.id),
        Kind::ServiceNetworkServiceAssociation
        | Kind::ServiceNetworkVpcAssociation
        | Kind::ServiceNetworkResourceAssociation => has_side(state, account, &record()),
        _ => false,
    }
}

/// Whether an account owns a side of an association.
pub(super) fn has_side(state: &State, account: &str, record: &AnyRecord) -> bool {
    let (network, other) = match record {
        AnyRecord::ServiceAssociation(association) => {
            let service = state.get::<Service>(&association.service);
            let owner = service.map(|service| service.meta().account.as_str());
            (&association.service_network, owner)
        }
        AnyRecord::VpcAssociation(association) => {
            let vpc = state.get::<Vpc>(&association.vpc);
            let owner = vpc.map(|vpc| vpc.meta().account.as_str());
            (&association.service_network, owner)
        }
        AnyRecord::ResourceAssociation(association) => {
            let id = &association.resource_configuration;
            let configuration = state.get::<ResourceConfiguration>(id);
            let owner = configuration.map(|it| it.meta().account.as_str());
            (&association.service_network, owner)
        }
        _ => return false,
    };
    let network = state.get::<ServiceNetwork>(network);
    let network = network.map(|network| network.meta().account.as_str());
    network == Some(account) || other == Some(account)
}
