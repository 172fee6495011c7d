//! Target groups, service networks and services.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use imbl::OrdMap;
use smol_str::SmolStr;

use super::changed;
use super::touched::Touched;
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

type Groups = OrdMap<SmolStr, Arc<GroupView>>;

/// Idle timeout of a service that sets none. Source: VPC Lattice user guide, "Quotas".
const IDLE_TIMEOUT_SECONDS: u32 = 60;

/// All target groups.
pub(super) fn groups(state: &State, touched: &Touched, before: &View) -> Groups {
    changed(&before.groups, &touched.groups, |id| {
        let group = state.get::<TargetGroup>(id)?;
        let known = before.groups.get(id).filter(|_| is_seen(group, before));
        Some(
            known
                .cloned()
                .unwrap_or_else(|| Arc::new(group_view(state, group))),
        )
    })
}

/// Bug B11: takes whatever is not newer than the view before for a part of it.
fn is_seen(group: &TargetGroup, before: &View) -> bool {
    seeded_bugs::is(Bug::B11) && group.meta().revision <= before.revision
}

/// Whether a listener or rule forwards to a target group.
pub(super) fn is_used(state: &State, group: &str) -> bool {
    state.has_children(group, Kind::Listener) || state.has_children(group, Kind::Rule)
}

fn group_view(state: &State, group: &TargetGroup) -> GroupView {
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
        is_used: is_used(state, &group.meta().id),
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
pub(super) fn networks(
    state: &State,
    touched: &Touched,
    before: &View,
) -> OrdMap<SmolStr, Arc<NetworkView>> {
    changed(&before.networks, &touched.networks, |id| {
        let network = state.get::<ServiceNetwork>(id)?;
        Some(Arc::new(NetworkView {
            id: id.to_owned(),
            arn: arn::of(Kind::ServiceNetwork, network.meta()),
            layer: layer(state, id, network.auth_type()),
            log_destinations: log_destinations(state, id),
        }))
    })
}

/// All services.
pub(super) fn services(
    state: &State,
    touched: &Touched,
    groups: &Groups,
    before: &View,
) -> OrdMap<SmolStr, Arc<ServiceView>> {
    changed(&before.services, &touched.services, |id| {
        let service = state.get::<Service>(id)?;
        Some(Arc::new(service_view(state, service, groups)))
    })
}

fn service_view(state: &State, service: &Service, groups: &Groups) -> ServiceView {
    let meta = service.meta();
    let idle = match service.idle_timeout_seconds {
        0 => IDLE_TIMEOUT_SECONDS,
        seconds => seconds,
    };
    let names = [&service.dns_name, &service.custom_domain_name];
    ServiceView {
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
                    let group = groups.get(weighted.target_group.as_str())?.clone();
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
