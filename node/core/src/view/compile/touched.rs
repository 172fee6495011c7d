//! Which parts of a view are made of records that two states have otherwise.

use std::collections::BTreeSet;

use super::services::is_used;
use crate::model::{
    AccessKey, AccessLogSubscription, Account, AuthPolicy, Listener, ManagedPolicy, Node, Role,
    Rule, SecurityGroup, Service, ServiceAssociation, ServiceNetwork, TargetGroup, User, Vpc,
    VpcAssociation,
};
use crate::registry::State;
use crate::registry::state::{Tabled, forwarded};

/// Ids of the parts to compile, those that are gone too. More than necessary does no harm.
pub(super) struct Touched {
    pub(super) groups: BTreeSet<String>,
    pub(super) networks: BTreeSet<String>,
    pub(super) services: BTreeSet<String>,
    pub(super) vpcs: BTreeSet<String>,
    pub(super) nodes: BTreeSet<String>,
    /// Whether anyone who may sign is.
    pub(super) credentials: bool,
}

impl Touched {
    /// What a change from one state to another touches.
    pub(super) fn between(before: &State, after: &State) -> Self {
        let states = States { before, after };
        let groups = groups(&states);
        let layers = layers(&states);
        let mut networks = states.ids::<ServiceNetwork>();
        networks.extend(layers.iter().cloned());
        let mut services = services(&states, &groups);
        services.extend(layers);
        Self {
            vpcs: vpcs(&states, &networks, &services),
            groups,
            networks,
            services,
            nodes: states.ids::<Node>(),
            credentials: states.differ_in::<Account>()
                || states.differ_in::<ManagedPolicy>()
                || states.differ_in::<User>()
                || states.differ_in::<Role>()
                || states.differ_in::<AccessKey>(),
        }
    }
}

/// Service networks and services whose auth policy or access logs change.
fn layers(states: &States<'_>) -> BTreeSet<String> {
    let mut touched = states.ids::<AuthPolicy>();
    let subscriptions = states.changed::<AccessLogSubscription>();
    touched.extend(subscriptions.map(|subscription| subscription.resource.clone()));
    touched
}

/// Target groups that change, or that a listener or rule begins or ceases to forward to.
fn groups(states: &States<'_>) -> BTreeSet<String> {
    let listeners = states.changed::<Listener>();
    let actions = listeners.map(|listener| listener.default_action.as_ref());
    let rules = states.changed::<Rule>();
    let actions = actions.chain(rules.map(|rule| rule.action.as_ref()));
    let mut touched: BTreeSet<_> = actions.flat_map(forwarded).collect();
    touched.retain(|group| is_used(states.before, group) != is_used(states.after, group));
    touched.extend(states.ids::<TargetGroup>());
    touched
}

/// Services of which a record, or a target group that they forward to, changes.
fn services(states: &States<'_>, groups: &BTreeSet<String>) -> BTreeSet<String> {
    let mut touched = states.ids::<Service>();
    let mut add = |listener: &Listener| touched.insert(listener.service.clone());
    let mut rules: Vec<&Rule> = states.changed::<Rule>().collect();
    for listener in states.changed::<Listener>() {
        add(listener);
    }
    for group in groups {
        rules.extend(states.children::<Rule>(group));
        for listener in states.children::<Listener>(group) {
            add(listener);
        }
    }
    for rule in rules {
        for listener in states.either::<Listener>(&rule.listener) {
            add(listener);
        }
    }
    touched
}

/// VPCs of which a record, or what they reach, changes.
fn vpcs(
    states: &States<'_>,
    networks: &BTreeSet<String>,
    services: &BTreeSet<String>,
) -> BTreeSet<String> {
    let mut touched = states.ids::<Vpc>();
    let mut networks = networks.clone();
    let mut memberships: Vec<_> = states.changed::<ServiceAssociation>().collect();
    for service in services {
        memberships.extend(states.children::<ServiceAssociation>(service));
    }
    networks.extend(
        memberships
            .into_iter()
            .map(|membership| membership.service_network.clone()),
    );
    let mut associations: Vec<_> = states.changed::<VpcAssociation>().collect();
    for parent in states.ids::<SecurityGroup>().iter().chain(&networks) {
        associations.extend(states.children::<VpcAssociation>(parent));
    }
    touched.extend(
        associations
            .into_iter()
            .map(|association| association.vpc.clone()),
    );
    touched
}

/// Two states, of which one may be older, newer or of other origin.
struct States<'s> {
    before: &'s State,
    after: &'s State,
}

impl<'s> States<'s> {
    /// Records of a kind that the states have otherwise, as each has them.
    fn changed<R: Tabled>(&self) -> impl Iterator<Item = &'s R> + use<'s, R> {
        let changes = self.after.changes_since::<R>(self.before);
        changes.flat_map(|(before, after)| before.into_iter().chain(after))
    }

    /// Ids of the records of a kind that the states have otherwise.
    fn ids<R: Tabled>(&self) -> BTreeSet<String> {
        let changed = self.changed::<R>();
        changed.map(|record| record.meta().id.clone()).collect()
    }

    fn differ_in<R: Tabled>(&self) -> bool {
        self.changed::<R>().next().is_some()
    }

    /// A record as each state has it.
    fn either<R: Tabled>(&self, id: &str) -> impl Iterator<Item = &'s R> + use<'s, R> {
        let records = [self.before.get::<R>(id), self.after.get::<R>(id)];
        records.into_iter().flatten().map(|record| &**record)
    }

    /// What hangs on a record in either state.
    fn children<R: Tabled>(&self, parent: &str) -> impl Iterator<Item = &'s R> + use<'s, R> {
        let (before, after) = (self.before.children(parent), self.after.children(parent));
        before.chain(after).map(|record| &**record)
    }
}
