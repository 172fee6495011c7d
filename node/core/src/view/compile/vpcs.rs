//! VPCs: the services that each can reach.

use std::sync::Arc;

use imbl::OrdMap;
use smol_str::SmolStr;

use super::touched::Touched;
use crate::model::{
    Kind, ListenerProtocol, Record, SecurityGroup, ServiceAssociation, Vpc, VpcAssociation, arn,
};
use crate::registry::State;
use crate::view::{Ingress, Map, NetworkView, Reach, ServiceView, View, VpcView};

type Networks = OrdMap<SmolStr, Arc<NetworkView>>;
type Services = OrdMap<SmolStr, Arc<ServiceView>>;

/// All VPCs.
pub(super) fn vpcs(
    state: &State,
    touched: &Touched,
    networks: &Networks,
    services: &Services,
    before: &View,
) -> Arc<Map<String, Arc<VpcView>>> {
    let mut vpcs = before.vpcs.clone();
    for id in &touched.vpcs {
        let vpcs = Arc::make_mut(&mut vpcs);
        match state.get::<Vpc>(id) {
            Some(vpc) => {
                let view = vpc_view(state, vpc, networks, services);
                vpcs.insert(id.clone(), Arc::new(view));
            }
            None => {
                vpcs.remove(id);
            }
        }
    }
    vpcs
}

fn vpc_view(state: &State, vpc: &Vpc, networks: &Networks, services: &Services) -> VpcView {
    let mut view = VpcView {
        id: vpc.meta().id.clone(),
        arn: arn::of(Kind::Vpc, vpc.meta()),
        owner: vpc.meta().account.clone(),
        ..VpcView::default()
    };
    for association in state.children::<VpcAssociation>(&vpc.meta().id) {
        let Some(network) = networks.get(association.service_network.as_str()) else {
            continue;
        };
        let ingress = ingress(state, association);
        for membership in state.children::<ServiceAssociation>(&association.service_network) {
            let Some(service) = services.get(membership.service.as_str()) else {
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
