//! What holds in every state that can be reached.

use std::collections::{BTreeMap, BTreeSet};

use trellis_core::model::*;
use trellis_core::registry::State;

/// Every invariant that a state breaks, as text.
pub(super) fn broken(state: &State) -> Vec<String> {
    let mut broken = Vec::new();
    references(state, &mut broken);
    attached(state, &mut broken);
    resource_references(state, &mut broken);
    policies(state, &mut broken);
    uniqueness(state, &mut broken);
    groups(state, &mut broken);
    broken
}

fn exists<R: trellis_core::registry::state::Tabled>(
    state: &State,
    from: &str,
    id: &str,
    broken: &mut Vec<String>,
) {
    if state.get::<R>(id).is_none() {
        broken.push(format!("{from} refers to {:?} {id}", R::KIND));
    }
}

/// Nothing refers to what does not exist, and everything has an owner.
fn references(state: &State, broken: &mut Vec<String>) {
    for listener in state.all::<Listener>() {
        exists::<Service>(state, &listener.meta().id, &listener.service, broken);
        forwards(
            state,
            &listener.meta().id,
            listener.default_action.as_ref(),
            broken,
        );
    }
    for rule in state.all::<Rule>() {
        exists::<Service>(state, &rule.meta().id, &rule.service, broken);
        exists::<Listener>(state, &rule.meta().id, &rule.listener, broken);
        forwards(state, &rule.meta().id, rule.action.as_ref(), broken);
    }
    for association in state.all::<ServiceAssociation>() {
        let id = &association.meta().id;
        exists::<ServiceNetwork>(state, id, &association.service_network, broken);
        exists::<Service>(state, id, &association.service, broken);
    }
    for association in state.all::<VpcAssociation>() {
        let id = &association.meta().id;
        exists::<ServiceNetwork>(state, id, &association.service_network, broken);
        exists::<Vpc>(state, id, &association.vpc, broken);
        for group in &association.security_groups {
            exists::<SecurityGroup>(state, id, group, broken);
        }
    }
    for group in state
        .all::<TargetGroup>()
        .filter(|group| !group.vpc.is_empty())
    {
        exists::<Vpc>(state, &group.meta().id, &group.vpc, broken);
    }
    for group in state.all::<SecurityGroup>() {
        exists::<Vpc>(state, &group.meta().id, &group.vpc, broken);
    }
    for leg in state.all::<Node>().flat_map(|node| &node.attachments) {
        exists::<Vpc>(state, "an attachment", &leg.vpc, broken);
    }
    for key in state.all::<AccessKey>() {
        let id = &key.meta().id;
        exists::<Account>(state, id, &key.meta().account, broken);
        if !key.user.is_empty() {
            exists::<User>(state, id, &key.user, broken);
        }
    }
    for service in state.all::<Service>() {
        exists::<Account>(state, &service.meta().id, &service.meta().account, broken);
    }
}

/// The same for what is of a resource by its id.
fn attached(state: &State, broken: &mut Vec<String>) {
    for share in state.all::<ResourceShare>() {
        for account in &share.accounts {
            exists::<Account>(state, &share.meta().id, account, broken);
        }
    }
    let resources = state.all::<AuthPolicy>().map(|record| &record.meta().id);
    let resources = resources.chain(
        state
            .all::<ResourcePolicy>()
            .map(|record| &record.meta().id),
    );
    let shares = state.all::<ResourceShare>();
    let resources = resources.chain(shares.flat_map(|share| &share.resources));
    let resources = resources.chain(
        state
            .all::<AccessLogSubscription>()
            .map(|log| &log.resource),
    );
    for resource in resources {
        let from = "a policy, share or log";
        match resource.split_once('-') {
            Some(("sn", _)) => exists::<ServiceNetwork>(state, from, resource, broken),
            Some(("rcfg", _)) => exists::<ResourceConfiguration>(state, from, resource, broken),
            _ => exists::<Service>(state, from, resource, broken),
        }
    }
}

/// The same for what belongs to resource gateways.
fn resource_references(state: &State, broken: &mut Vec<String>) {
    for gateway in state.all::<ResourceGateway>() {
        let id = &gateway.meta().id;
        exists::<Vpc>(state, id, &gateway.vpc, broken);
        for group in &gateway.security_groups {
            exists::<SecurityGroup>(state, id, group, broken);
        }
    }
    for configuration in state.all::<ResourceConfiguration>() {
        let id = &configuration.meta().id;
        exists::<ResourceGateway>(state, id, &configuration.gateway, broken);
        if !configuration.group.is_empty() {
            exists::<ResourceConfiguration>(state, id, &configuration.group, broken);
        }
    }
    for association in state.all::<ResourceAssociation>() {
        let id = &association.meta().id;
        exists::<ServiceNetwork>(state, id, &association.service_network, broken);
        let configuration = &association.resource_configuration;
        exists::<ResourceConfiguration>(state, id, configuration, broken);
    }
}

/// Users and roles have policies of their own account, and a policy has the version that is in force.
fn policies(state: &State, broken: &mut Vec<String>) {
    let users = state
        .all::<User>()
        .map(|it| (it.meta(), &it.attached_policies));
    let roles = state
        .all::<Role>()
        .map(|it| (it.meta(), &it.attached_policies));
    for (holder, attached) in users.chain(roles) {
        for id in attached {
            exists::<ManagedPolicy>(state, &holder.id, id, broken);
            let policy = state.get::<ManagedPolicy>(id);
            if policy.is_some_and(|policy| policy.meta().account != holder.account) {
                broken.push(format!(
                    "{} has the policy {id} of another account",
                    holder.id
                ));
            }
        }
    }
    for policy in state.all::<ManagedPolicy>() {
        let id = &policy.meta().id;
        let numbers: BTreeSet<_> = policy.versions.iter().map(|it| it.number).collect();
        let is_whole = policy.document().is_some()
            && numbers.len() == policy.versions.len()
            && !numbers.contains(&0)
            && numbers
                .last()
                .is_some_and(|last| *last <= policy.last_version);
        if !is_whole {
            broken.push(format!("{id} has the versions {numbers:?}"));
        }
    }
}

fn forwards(state: &State, from: &str, action: Option<&Action>, broken: &mut Vec<String>) {
    for group in forwarded(action) {
        exists::<TargetGroup>(state, from, group, broken);
    }
}

fn forwarded(action: Option<&Action>) -> impl Iterator<Item = &String> {
    let forward = match action.and_then(|action| action.kind.as_ref()) {
        Some(ActionKind::Forward(forward)) => forward.target_groups.as_slice(),
        _ => &[],
    };
    forward.iter().map(|group| &group.target_group)
}

/// One of each: network of a VPC, listener of a port, rule of a priority, service in a network.
fn uniqueness(state: &State, broken: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    let mut once = |what: String| {
        if !seen.insert(what.clone()) {
            broken.push(format!("twice: {what}"));
        }
    };
    for association in state.all::<VpcAssociation>() {
        once(format!("association of {}", association.vpc));
    }
    for association in state.all::<ServiceAssociation>() {
        once(format!(
            "{} in {}",
            association.service, association.service_network
        ));
        let service = state.get::<Service>(&association.service).unwrap();
        if !service.custom_domain_name.is_empty() {
            let domain = &service.custom_domain_name;
            once(format!("{domain} in {}", association.service_network));
        }
    }
    for association in state.all::<ResourceAssociation>() {
        once(format!(
            "{} in {}",
            association.resource_configuration, association.service_network
        ));
    }
    for verification in state.all::<DomainVerification>() {
        let Meta {
            account, region, ..
        } = verification.meta();
        once(format!(
            "{} of {account} in {region}",
            verification.domain_name
        ));
    }
    for listener in state.all::<Listener>() {
        once(format!("port {} of {}", listener.port, listener.service));
    }
    for rule in state.all::<Rule>() {
        once(format!("priority {} of {}", rule.priority, rule.listener));
    }
    for service in state.all::<Service>() {
        let Meta {
            account,
            region,
            name,
            ..
        } = service.meta();
        once(format!("service {account}/{region}/{name}"));
        once(format!("DNS name {}", service.dns_name));
    }
}

/// A target group is used by one service of its own account, and its targets are in order.
fn groups(state: &State, broken: &mut Vec<String>) {
    let mut names = Vec::new();
    for listener in state.all::<Listener>() {
        let groups = forwarded(listener.default_action.as_ref());
        names.extend(groups.map(|group| (group, &listener.service)));
    }
    for rule in state.all::<Rule>() {
        let groups = forwarded(rule.action.as_ref());
        names.extend(groups.map(|group| (group, &rule.service)));
    }
    let mut services = BTreeMap::<&str, BTreeSet<&str>>::new();
    for (group, service) in names {
        services.entry(group).or_default().insert(service);
        let accounts = (
            &state.get::<TargetGroup>(group).unwrap().meta().account,
            &state.get::<Service>(service).unwrap().meta().account,
        );
        if accounts.0 != accounts.1 {
            broken.push(format!("{group} is not of the account of {service}"));
        }
    }
    for (group, users) in services.iter().filter(|(_, users)| users.len() > 1) {
        broken.push(format!("{group} is used by {users:?}"));
    }
    for group in state.all::<TargetGroup>() {
        let keys: Vec<_> = group.targets.iter().map(|t| (&t.id, t.port)).collect();
        if !keys.is_sorted() || keys.windows(2).any(|pair| pair[0] == pair[1]) {
            broken.push(format!("targets of {}: {keys:?}", group.meta().id));
        }
    }
}
