//! Views with target groups, as the prober sees them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use trellis_core::model::{Attachment, ListenerProtocol, ProtocolVersion, TargetProtocol};
use trellis_core::view::{
    ActionView, GroupView, HealthCheckView, Layer, ListenerView, ServiceView, StatusRange,
    TargetView, View, WeightedGroup,
};

/// The node that probes.
pub(super) const NODE: &str = "node-1";
/// Time between probes.
pub(super) const INTERVAL: Duration = Duration::from_millis(20);

pub(super) fn check() -> HealthCheckView {
    HealthCheckView {
        tls: false,
        http2: false,
        port: None,
        path: "/health?deep=1".into(),
        interval: INTERVAL,
        timeout: Duration::from_millis(500),
        healthy_threshold: 2,
        unhealthy_threshold: 2,
        statuses: vec![
            StatusRange {
                first: 200,
                last: 204,
            },
            StatusRange {
                first: 301,
                last: 301,
            },
        ],
    }
}

pub(super) fn group(
    id: &str,
    vpc: &str,
    targets: &[SocketAddr],
    check: Option<HealthCheckView>,
) -> GroupView {
    let target = |address: &SocketAddr| TargetView {
        address: *address,
        zone: String::new(),
    };
    GroupView {
        revision: 1,
        id: id.into(),
        arn: String::new(),
        vpc: vpc.into(),
        protocol: TargetProtocol::Http,
        version: ProtocolVersion::Http1,
        targets: targets.iter().map(target).collect(),
        is_used: false,
        health_check: check,
    }
}

/// A view in which one listener forwards to the used groups, and [`NODE`] has a leg in `vpc-near`.
pub(super) fn view(used: Vec<GroupView>, unused: Vec<GroupView>) -> View {
    let mut view = View::default();
    let weighted = used.into_iter().map(|group| WeightedGroup {
        group: Arc::new(GroupView {
            is_used: true,
            ..group
        }),
        weight: 1,
    });
    let groups: Vec<_> = weighted.collect();
    for group in groups.iter().map(|weighted| weighted.group.clone()) {
        view.groups.insert(group.id.as_str().into(), group);
    }
    for group in unused {
        view.groups
            .insert(group.id.as_str().into(), Arc::new(group));
    }
    let listener = ListenerView {
        id: "listener-1".into(),
        port: 80,
        protocol: ListenerProtocol::Http,
        rules: Vec::new(),
        default: ActionView::Forward {
            total: groups.len() as u64,
            groups,
        },
    };
    let service = ServiceView {
        id: "svc-1".into(),
        name: String::new(),
        arn: String::new(),
        region: String::new(),
        account: String::new(),
        layer: Layer::Open,
        listeners: vec![listener],
        idle_timeout: Duration::from_secs(60),
        tags: Vec::new(),
        names: Vec::new(),
        log_destinations: Vec::new(),
    };
    view.services.insert("svc-1".into(), Arc::new(service));
    let leg = |vpc: &str, reaches_targets| Attachment {
        vpc: vpc.into(),
        reaches_targets,
        ..Attachment::default()
    };
    let legs = vec![leg("vpc-near", true), leg("vpc-ingress-only", false)];
    view.attachments.insert(NODE.into(), legs);
    view
}
