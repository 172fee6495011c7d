//! Lists, in the order of ids, page by page.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::sees;
use crate::model::{Record, ResourcePolicy, ResourceShare, TargetGroupType};
use crate::registry::command::AnyRecord;
use crate::registry::state::{State, Tabled, owner};
use crate::registry::{meta, share};

/// What a list is limited to; the default is everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// The account that asks; empty for the cluster itself, which sees everything.
    pub account: &'a str,
    /// Region; empty for all. Global records are in all regions.
    pub region: &'a str,
    /// Ids of records that each listed one must hang on: the service of listeners, the listener of
    /// rules, the service network, service or VPC of associations, the VPC of target groups and
    /// security groups and resource gateways, the gateway or group of resource configurations, the resource of access log subscriptions, the target group of listeners and
    /// rules, the user (or account, for root) of access keys.
    pub parents: &'a [&'a str],
    /// The type of target groups; `None` for all.
    pub group_type: Option<TargetGroupType>,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<R> {
    /// The records, by id.
    pub items: Vec<Arc<R>>,
    /// The id to go on after; `None` where this was the last page.
    pub next: Option<String>,
}

/// At most `limit` records of a kind that the asking account may see, whose id comes after `after`
/// (empty for the first page).
///
/// Cost: O(page) for lists by owner or parent; one evaluation for each resource policy and each resource shared with the account, for kinds
/// that can be shared.
#[must_use]
pub fn list<R: Tabled>(state: &State, filter: &Filter<'_>, after: &str, limit: usize) -> Page<R>
where
    AnyRecord: From<R>,
{
    let shared = shared::<R>(state, filter, after);
    let mut items: Vec<Arc<R>> = match (filter.parents, filter.account) {
        ([parent, rest @ ..], _) => {
            let ids = state.child_ids_after(parent, R::KIND, after);
            let ids = ids.filter(|id| rest.iter().all(|other| state.hangs(other, R::KIND, id)));
            page(state, filter, limit, ids)
        }
        ([], "") => page(
            state,
            filter,
            limit,
            state.after::<R>(after).map(|r| r.meta().id.as_str()),
        ),
        ([], _) if meta::is_of_cluster(R::KIND) || filter.region.is_empty() => page(
            state,
            filter,
            limit,
            state.after::<R>(after).map(|r| r.meta().id.as_str()),
        ),
        ([], account) => {
            let region = if meta::is_regional(R::KIND) {
                filter.region
            } else {
                ""
            };
            let owner = owner(account, region);
            let own = page(
                state,
                filter,
                limit,
                state.child_ids_after(&owner, R::KIND, after),
            );
            merged(
                own,
                page(state, filter, limit, shared.iter().map(String::as_str)),
            )
        }
    };
    let more = items.len() > limit;
    items.truncate(limit);
    let next = more.then(|| items.last().map(|last| last.meta().id.clone()));
    Page {
        items,
        next: next.flatten(),
    }
}

/// One record more than the page holds, to know whether there is another page.
fn page<'s, R: Tabled>(
    state: &'s State,
    filter: &Filter<'_>,
    limit: usize,
    ids: impl Iterator<Item = &'s str>,
) -> Vec<Arc<R>>
where
    AnyRecord: From<R>,
{
    let in_region = |record: &R| {
        filter.region.is_empty()
            || !meta::is_regional(R::KIND)
            || record.meta().region == filter.region
    };
    ids.filter_map(|id| state.get::<R>(id))
        .filter(|record| in_region(record))
        .filter(|record| {
            filter
                .group_type
                .is_none_or(|wanted| match (***record).clone().into() {
                    AnyRecord::TargetGroup(group) => group.group_type() == wanted,
                    _ => true,
                })
        })
        .filter(|record| {
            let whole = || (***record).clone().into();
            sees(state, filter.account, R::KIND, record.meta(), whole)
        })
        .take(limit.saturating_add(1))
        .cloned()
        .collect()
}

/// Ids of foreign records that a resource policy or a share lets the account see.
fn shared<R: Tabled>(state: &State, filter: &Filter<'_>, after: &str) -> BTreeSet<String> {
    let Some(action) = share::read_action(R::KIND) else {
        return BTreeSet::new();
    };
    let policies = state.after::<ResourcePolicy>(after);
    let shares = state.children::<ResourceShare>(filter.account);
    let shares = shares.flat_map(|share| share.resources.iter().filter(|id| id.as_str() > after));
    let ids = policies.map(|policy| &policy.meta().id).chain(shares);
    let resources = ids.filter_map(|id| state.get::<R>(id));
    let foreign = resources.filter(|record| record.meta().account != filter.account);
    foreign
        .filter(|record| share::allows(state, R::KIND, record.meta(), filter.account, action))
        .map(|record| record.meta().id.clone())
        .collect()
}

fn merged<R: Tabled>(mut own: Vec<Arc<R>>, shared: Vec<Arc<R>>) -> Vec<Arc<R>> {
    own.extend(shared);
    own.sort_by(|a, b| a.meta().id.cmp(&b.meta().id));
    own
}
