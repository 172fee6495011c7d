//! Target groups, service networks and services.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use super::Fingerprint;
use crate::model::{
    self, AccessLogSubscription, Action, ActionKind, AuthPolicy, AuthType, Destination,
    HeaderPattern, Kind, Listener, ListenerProtocol, PathPattern, ProtocolVersion, Record, Rule,
    Service, ServiceNetwork, TargetGroup, TargetGroupType, TargetProtocol, arn,
};
use crate::policy;
use crate::registry::State;
use crate::seeded_bugs::{self, Bug};
use crate::view::{
    ActionView, GroupView, HeaderTest, HealthCheckView, Layer, ListenerView, NetworkView, PathTest,
    RuleView, ServiceView, StatusRange, TargetView, TextTest, View, WeightedGroup,
};

type Groups = BTreeMap<String, Arc<GroupView>>;

/// Idle timeout of a service that sets none. Source: VPC Lattice user guide, "Quotas".
const IDLE_TIMEOUT_SECONDS: u32 = 60;

/// All target groups.
pub(super) fn groups(state: &State, before: &View) -> Groups {
    let compiled = state.all::<TargetGroup>().map(|group| {
        let id = group.meta().id.clone();
        let known = before
            .groups
            .get(&id)
            .filter(|view| view.revision == group.meta().revision || is_seen(group, before));
        (
            id,
            known
                .cloned()
                .unwrap_or_else(|| Arc::new(group_view(group))),
        )
    });
    compiled.collect()
}

/// Bug B11: takes whatever is not newer than the view before for a part of it.
fn is_seen(group: &TargetGroup, before: &View) -> bool {
    seeded_bugs::is(Bug::B11) && group.meta().revision <= before.revision
}

fn group_view(group: &TargetGroup) -> GroupView {
    let registered = group
        .targets
        .iter()
        .filter(|target| target.draining_since_ms == 0);
    let targets = registered.filter_map(|target| {
        let port = u16::try_from(target.port).ok()?;
        let address = target.id.parse::<IpAddr>().ok()?;
        Some(TargetView {
            address: SocketAddr::new(address, port),
            zone: target.zone.clone(),
        })
    });
    let is_addressed = group.group_type() == TargetGroupType::Ip;
    GroupView {
        revision: group.meta().revision,
        id: group.meta().id.clone(),
        arn: arn::of(Kind::TargetGroup, group.meta()),
        vpc: group.vpc.clone(),
        protocol: group.protocol(),
        version: group.protocol_version(),
        targets: if is_addressed {
            targets.collect()
        } else {
            Vec::new()
        },
        health_check: group
            .health_check
            .as_ref()
            .filter(|check| check.enabled)
            .map(health_check),
    }
}

fn health_check(check: &model::HealthCheck) -> HealthCheckView {
    HealthCheckView {
        tls: check.protocol() == TargetProtocol::Https,
        http2: check.protocol_version() == ProtocolVersion::Http2,
        port: u16::try_from(check.port).ok().filter(|port| *port != 0),
        path: if check.path.is_empty() {
            "/".to_owned()
        } else {
            check.path.clone()
        },
        interval: Duration::from_secs(check.interval_seconds.into()),
        timeout: Duration::from_secs(check.timeout_seconds.into()),
        healthy_threshold: check.healthy_threshold,
        unhealthy_threshold: check.unhealthy_threshold,
        statuses: statuses(&check.matcher),
    }
}

/// Ranges of a matcher such as `200,202` or `200-299`; parts that are neither are left out.
fn statuses(matcher: &str) -> Vec<StatusRange> {
    let part = |text: &str| {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        Some(StatusRange {
            first: first.parse().ok()?,
            last: last.parse().ok()?,
        })
    };
    matcher.split(',').filter_map(part).collect()
}

/// All service networks.
pub(super) fn networks(state: &State, before: &View) -> BTreeMap<String, Arc<NetworkView>> {
    let compiled = state.all::<ServiceNetwork>().map(|network| {
        let meta = network.meta();
        let mut fingerprint = Fingerprint::default();
        fingerprint.add(meta);
        layer_inputs(state, &meta.id, &mut fingerprint);
        let fingerprint = fingerprint.finish();
        let known = before
            .networks
            .get(&meta.id)
            .filter(|view| view.fingerprint == fingerprint);
        let view = known.cloned().unwrap_or_else(|| {
            Arc::new(NetworkView {
                fingerprint,
                id: meta.id.clone(),
                arn: arn::of(Kind::ServiceNetwork, meta),
                layer: layer(state, &meta.id, network.auth_type()),
                log_destinations: log_destinations(state, &meta.id),
            })
        });
        (meta.id.clone(), view)
    });
    compiled.collect()
}

/// All services.
pub(super) fn services(
    state: &State,
    groups: &Groups,
    before: &View,
) -> BTreeMap<String, Arc<ServiceView>> {
    let compiled = state.all::<Service>().map(|service| {
        let id = service.meta().id.clone();
        let fingerprint = service_fingerprint(state, service, groups);
        let known = before
            .services
            .get(&id)
            .filter(|view| view.fingerprint == fingerprint);
        let view = known
            .cloned()
            .unwrap_or_else(|| Arc::new(service_view(state, service, groups, fingerprint)));
        (id, view)
    });
    compiled.collect()
}

fn service_fingerprint(state: &State, service: &Service, groups: &Groups) -> u64 {
    let mut fingerprint = Fingerprint::default();
    fingerprint.add(service.meta());
    layer_inputs(state, &service.meta().id, &mut fingerprint);
    let add_groups = |action: Option<&Action>, fingerprint: &mut Fingerprint| {
        for weighted in forwarded(action) {
            if let Some(group) = groups.get(&weighted.target_group) {
                fingerprint.add_part(&group.id, group.revision);
            }
        }
    };
    for listener in state.children::<Listener>(&service.meta().id) {
        fingerprint.add(listener.meta());
        add_groups(listener.default_action.as_ref(), &mut fingerprint);
        for rule in state.children::<Rule>(&listener.meta().id) {
            fingerprint.add(rule.meta());
            add_groups(rule.action.as_ref(), &mut fingerprint);
        }
    }
    fingerprint.finish()
}

fn forwarded(action: Option<&Action>) -> &[model::WeightedTargetGroup] {
    match action.and_then(|action| action.kind.as_ref()) {
        Some(ActionKind::Forward(forward)) => &forward.target_groups,
        Some(ActionKind::FixedResponse(_)) | None => &[],
    }
}

fn service_view(
    state: &State,
    service: &Service,
    groups: &Groups,
    fingerprint: u64,
) -> ServiceView {
    let meta = service.meta();
    let idle = match service.idle_timeout_seconds {
        0 => IDLE_TIMEOUT_SECONDS,
        seconds => seconds,
    };
    let names = [&service.dns_name, &service.custom_domain_name];
    ServiceView {
        fingerprint,
        id: meta.id.clone(),
        name: meta.name.clone(),
        arn: arn::of(Kind::Service, meta),
        region: meta.region.clone(),
        account: meta.account.clone(),
        tags: meta
            .tags
            .iter()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
        layer: layer(state, &meta.id, service.auth_type()),
        listeners: state
            .children::<Listener>(&meta.id)
            .filter_map(|listener| listener_view(state, listener, groups))
            .collect(),
        idle_timeout: Duration::from_secs(idle.into()),
        names: names
            .into_iter()
            .filter(|name| !name.is_empty())
            .cloned()
            .collect(),
        log_destinations: log_destinations(state, &meta.id),
    }
}

fn listener_view(state: &State, listener: &Listener, groups: &Groups) -> Option<ListenerView> {
    let rules = state.children::<Rule>(&listener.meta().id);
    let mut rules: Vec<RuleView> = rules.filter_map(|rule| rule_view(rule, groups)).collect();
    rules.sort_by_key(|rule| rule.priority);
    Some(ListenerView {
        id: listener.meta().id.clone(),
        port: u16::try_from(listener.port).ok()?,
        protocol: ListenerProtocol::try_from(listener.protocol).ok()?,
        rules,
        default: action_view(listener.default_action.as_ref(), groups),
    })
}

/// A rule that cannot be read matches nothing.
fn rule_view(rule: &Rule, groups: &Groups) -> Option<RuleView> {
    let http_match = rule.http_match.as_ref()?;
    let path = match &http_match.path {
        Some(path) => Some(PathTest {
            test: match path.pattern.as_ref()? {
                PathPattern::Exact(text) => TextTest::Exact(text.clone()),
                PathPattern::Prefix(text) => TextTest::Prefix(text.clone()),
            },
            case_sensitive: path.case_sensitive,
        }),
        None => None,
    };
    let header = |header: &model::HeaderMatch| {
        Some(HeaderTest {
            name: http::HeaderName::from_bytes(header.name.as_bytes()).ok()?,
            test: match header.pattern.as_ref()? {
                HeaderPattern::Exact(text) => TextTest::Exact(text.clone()),
                HeaderPattern::Prefix(text) => TextTest::Prefix(text.clone()),
                HeaderPattern::Contains(text) => TextTest::Contains(text.clone()),
            },
            case_sensitive: header.case_sensitive,
        })
    };
    Some(RuleView {
        id: rule.meta().id.clone(),
        priority: rule.priority,
        method: Some(http_match.method.clone()).filter(|method| !method.is_empty()),
        path,
        headers: http_match
            .headers
            .iter()
            .map(header)
            .collect::<Option<Vec<_>>>()?,
        action: action_view(rule.action.as_ref(), groups),
    })
}

fn action_view(action: Option<&Action>, groups: &Groups) -> ActionView {
    match action.and_then(|action| action.kind.as_ref()) {
        Some(ActionKind::FixedResponse(status)) => {
            ActionView::Fixed(u16::try_from(*status).unwrap_or(500))
        }
        Some(ActionKind::Forward(forward)) => {
            let groups: Vec<_> = forward
                .target_groups
                .iter()
                .filter(|weighted| weighted.weight > 0)
                .filter_map(|weighted| {
                    let group = groups.get(&weighted.target_group)?.clone();
                    Some(WeightedGroup {
                        group,
                        weight: weighted.weight,
                    })
                })
                .collect();
            let total = groups
                .iter()
                .map(|weighted| u64::from(weighted.weight))
                .sum();
            ActionView::Forward { groups, total }
        }
        None => ActionView::Fixed(404),
    }
}

/// What a layer and a log are made of, beside the record that owns them.
fn layer_inputs(state: &State, resource: &str, fingerprint: &mut Fingerprint) {
    if let Some(policy) = state.get::<AuthPolicy>(resource) {
        fingerprint.add_part("auth", policy.meta().revision);
    }
    for subscription in state.children::<AccessLogSubscription>(resource) {
        fingerprint.add(subscription.meta());
    }
}

fn layer(state: &State, resource: &str, auth_type: AuthType) -> Layer {
    match auth_type {
        AuthType::None => Layer::Open,
        AuthType::AwsIam => {
            let record = state.get::<AuthPolicy>(resource);
            let document =
                record.and_then(|record| policy::parse(&record.policy, policy::Kind::Auth).ok());
            Layer::Policy(document.map(|document| Arc::new(policy::compile(&document))))
        }
    }
}

fn log_destinations(state: &State, resource: &str) -> Vec<String> {
    let subscriptions = state.children::<AccessLogSubscription>(resource);
    subscriptions
        .filter(|subscription| !subscription.resource_logs)
        .map(|subscription| destination(subscription))
        .collect()
}

/// The destination as nodes write to it: files carry the account, so that accounts cannot write to
/// each other's.
fn destination(subscription: &AccessLogSubscription) -> String {
    match Destination::parse(&subscription.destination) {
        Ok(Destination::File(name)) => format!("file:{}-{name}", subscription.meta().account),
        Ok(Destination::Stdout | Destination::Arn(_)) | Err(_) => subscription.destination.clone(),
    }
}
