//! VPCs: the services that each can reach.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Fingerprint;
use crate::model::{
    Kind, ListenerProtocol, Record, SecurityGroup, ServiceAssociation, Vpc, VpcAssociation, arn,
};
use crate::registry::State;
use crate::view::{Ingress, Map, NetworkView, Reach, ServiceView, View, VpcView};

type Networks = BTreeMap<String, Arc<NetworkView>>;
type Services = BTreeMap<String, Arc<ServiceView>>;

/// All VPCs.
pub(super) fn vpcs(
    state: &State,
    networks: &Networks,
    services: &Services,
    before: &View,
) -> Map<String, Arc<VpcView>> {
    let compiled = state.all::<Vpc>().map(|vpc| {
        let id = vpc.meta().id.clone();
        let fingerprint = fingerprint(state, vpc, networks, services);
        let known = before
            .vpcs
            .get(&id)
            .filter(|view| view.fingerprint == fingerprint);
        let view = known
            .cloned()
            .unwrap_or_else(|| Arc::new(vpc_view(state, vpc, networks, services, fingerprint)));
        (id, view)
    });
    compiled.collect()
}

fn fingerprint(state: &State, vpc: &Vpc, networks: &Networks, services: &Services) -> u64 {
    let mut fingerprint = Fingerprint::default();
    fingerprint.add(vpc.meta());
    for association in state.children::<VpcAssociation>(&vpc.meta().id) {
        fingerprint.add(association.meta());
        for group in &association.security_groups {
            if let Some(group) = state.get::<SecurityGroup>(group) {
                fingerprint.add(group.meta());
            }
        }
        if let Some(network) = networks.get(&association.service_network) {
            fingerprint.add_part(&network.id, network.fingerprint);
        }
        for membership in state.children::<ServiceAssociation>(&association.service_network) {
            fingerprint.add(membership.meta());
            if let Some(service) = services.get(&membership.service) {
                fingerprint.add_part(&service.id, service.fingerprint);
            }
        }
    }
    fingerprint.finish()
}

fn vpc_view(
    state: &State,
    vpc: &Vpc,
    networks: &Networks,
    services: &Services,
    fingerprint: u64,
) -> VpcView {
    let mut view = VpcView {
        fingerprint,
        id: vpc.meta().id.clone(),
        arn: arn::of(Kind::Vpc, vpc.meta()),
        owner: vpc.meta().account.clone(),
        ..VpcView::default()
    };
    for association in state.children::<VpcAssociation>(&vpc.meta().id) {
        let Some(network) = networks.get(&association.service_network) else {
            continue;
        };
        let ingress = ingress(state, association);
        for membership in state.children::<ServiceAssociation>(&association.service_network) {
            let Some(service) = services.get(&membership.service) else {
                continue;
            };
            let position = view.reaches.len();
            for name in &service.names {
                view.names
                    .entry(name.to_ascii_lowercase().into())
                    .or_insert(position);
            }
            let listeners = service.listeners.iter();
            let served = listeners.filter(|listener| is_served(listener.protocol));
            view.ports.extend(served.map(|listener| listener.port));
            view.reaches.push(Reach {
                network: network.clone(),
                service: service.clone(),
                ingress: ingress.clone(),
            });
        }
    }
    view
}

/// Whether nodes serve a protocol. Listeners of the others keep their place in the registry; their
/// ports are not bound, so that a client is refused at once instead of misunderstood.
fn is_served(protocol: ListenerProtocol) -> bool {
    match protocol {
        ListenerProtocol::Http => true,
        ListenerProtocol::Https | ListenerProtocol::TlsPassthrough => false,
    }
}

/// The inbound rules of an association's security groups; a group that is gone admits nobody.
fn ingress(state: &State, association: &VpcAssociation) -> Option<Arc<[Ingress]>> {
    if association.security_groups.is_empty() {
        return None;
    }
    let groups = association.security_groups.iter();
    let rules = groups
        .filter_map(|id| state.get::<SecurityGroup>(id))
        .flat_map(|g| &g.ingress);
    let ranges = rules.filter_map(|rule| {
        Some(Ingress {
            from: rule.cidr.parse().ok()?,
            first_port: u16::try_from(rule.from_port).ok()?,
            last_port: u16::try_from(rule.to_port).ok()?,
        })
    });
    Some(ranges.collect())
}
