//! What the workload calls: its services, groups, targets and callers, by number.
//!
//! | services | groups of each | who may call |
//! |---|---|---|
//! | `traffic-guarded-0` to `-2` | 3, to which 3 rules forward | the callers in its auth policy, which changes |
//! | `traffic-open` | 1 | everyone whose signature is not wrong |
//! | `traffic-reborn`, again and again | 4, of which each new service takes the next | the same |
//!
//! All are in the service network `traffic`, which one VPC is associated with. Every group has two
//! targets.

use std::fmt::Write as _;
use std::net::SocketAddr;

use super::history::{Cell, Host, Setting};

/// Services with an auth policy.
pub const GUARDED: u8 = 3;
/// Rules of each of these, and groups.
pub const RULES: u8 = 3;
/// Stands for no rule: a path that only looks like that of a rule once it is decoded twice.
pub const NO_RULE: u8 = RULES;
/// Groups that the service that is deleted and created again takes in turn.
pub const SLOTS: u8 = 4;
/// The group of the service that everyone may call.
pub const OPEN_GROUP: u8 = GUARDED * RULES;
/// All groups.
pub const GROUPS: u8 = OPEN_GROUP + 1 + SLOTS;
/// Targets of each group.
pub const TARGETS_PER_GROUP: u8 = 2;
/// All targets.
pub const TARGETS: u8 = GROUPS * TARGETS_PER_GROUP;
/// Callers, users of the account.
pub const CALLERS: u8 = 4;
/// The user that asks for revisions; its key and what it may call never change.
pub const PROBE: u8 = CALLERS;

/// Name of the service network.
pub const NETWORK: &str = "traffic";
/// Name of the access logs.
pub const LOG: &str = "traffic";
/// Name that the reborn service is called by.
pub const REBORN_DOMAIN: &str = "reborn.traffic.test";
/// Name of the reborn service.
pub const REBORN: &str = "traffic-reborn";
/// Port of every listener.
pub const PORT: u16 = 80;

/// Groups that the rules of a guarded service forward to.
pub fn groups_of(service: u8) -> impl Iterator<Item = u8> {
    (0..RULES).map(move |number| service * RULES + number)
}

/// The targets of a group.
pub fn targets_of(group: u8) -> impl Iterator<Item = u8> {
    (0..TARGETS_PER_GROUP).map(move |number| group * TARGETS_PER_GROUP + number)
}

/// The group that a target is of.
#[must_use]
pub fn group_of(target: u8) -> u8 {
    target / TARGETS_PER_GROUP
}

/// The group of a generation of the reborn service.
#[must_use]
pub fn slot(generation: u32) -> u8 {
    let turn = generation % u32::from(SLOTS);
    OPEN_GROUP + 1 + u8::try_from(turn).unwrap_or_default()
}

/// Name of a guarded service.
#[must_use]
pub fn service_name(service: u8) -> String {
    format!("traffic-guarded-{service}")
}

/// Name of a group.
#[must_use]
pub fn group_name(group: u8) -> String {
    format!("traffic-group-{group}")
}

/// Name of a caller, or of the probe.
#[must_use]
pub fn caller_name(caller: u8) -> String {
    format!("traffic-caller-{caller}")
}

/// The caller of this name.
#[must_use]
pub fn caller_named(name: &str) -> Option<u8> {
    (0..=PROBE).find(|caller| caller_name(*caller) == name)
}

/// What is set once the estate is created.
#[must_use]
pub fn beginning() -> Vec<Setting> {
    let mut settings = Vec::new();
    for service in 0..GUARDED {
        for (rule, group) in (0..).zip(groups_of(service)) {
            let groups = vec![group];
            settings.push(Setting::Route {
                service,
                rule,
                groups,
            });
        }
        let callers = (0..CALLERS).collect();
        settings.push(Setting::Callers { service, callers });
        let joined = true;
        settings.push(Setting::Joined { service, joined });
    }
    for group in 0..GROUPS {
        let targets = targets_of(group).collect();
        settings.push(Setting::Members { group, targets });
    }
    let active = true;
    settings.extend((0..=PROBE).map(|caller| Setting::Key { caller, active }));
    settings.push(Setting::Generation(Some(0)));
    settings
}

/// What decides over requests to a name.
#[must_use]
pub fn presence_of(host: Host) -> Option<Cell> {
    match host {
        Host::Guarded(service) => Some(Cell::Joined(service)),
        Host::Open => None,
        Host::Reborn | Host::Former(_) => Some(Cell::Generation),
    }
}

/// Users that call, as manifests; they may ask for the revision.
#[must_use]
pub fn users() -> String {
    let mut text = String::new();
    for caller in 0..=PROBE {
        let name = caller_name(caller);
        push(
            &mut text,
            format_args!(
                "kind: User
userName: {name}
policies:
  call:
    Version: '2012-10-17'
    Statement:
      - {{Effect: Allow, Action: ['vpc-lattice-svcs:Invoke', 'trellis:Explain'], Resource: '*'}}"
            ),
        );
    }
    text
}

/// The network and every service but the reborn one, as manifests.
#[must_use]
pub fn network(account: &str, vpc: &str, targets: &[SocketAddr]) -> String {
    let mut text = String::new();
    push(
        &mut text,
        format_args!(
            "kind: ServiceNetwork
name: {NETWORK}
authType: AWS_IAM
---
kind: AuthPolicy
resourceIdentifier: {NETWORK}
policy:
  Version: '2012-10-17'
  Statement:
    - {{Effect: Allow, Principal: '*', Action: 'vpc-lattice-svcs:Invoke', Resource: '*'}}
---
kind: VpcAssociation
serviceNetworkIdentifier: {NETWORK}
vpcIdentifier: {vpc}
---
kind: AccessLogSubscription
resourceIdentifier: {NETWORK}
destinationArn: file:{LOG}"
        ),
    );
    for group in 0..GROUPS {
        text.push_str(&group_manifest(group, vpc, targets));
    }
    for service in 0..GUARDED {
        text.push_str(&guarded(account, service));
    }
    text.push_str(&open());
    text
}

/// A new reborn service, as manifests.
#[must_use]
pub fn reborn(generation: u32) -> String {
    let mut text = String::new();
    let group = group_name(slot(generation));
    push(
        &mut text,
        format_args!("kind: Service\nname: {REBORN}\ncustomDomainName: {REBORN_DOMAIN}"),
    );
    text.push_str(&everything_to(REBORN, &group));
    text
}

/// The auth policy of a guarded service that allows some callers.
#[must_use]
pub fn policy(account: &str, callers: &[u8]) -> String {
    let effect = if callers.is_empty() { "Deny" } else { "Allow" };
    let arns = callers
        .iter()
        .map(|caller| format!("arn:aws:iam::{account}:user/{}", caller_name(*caller)));
    let principal = if callers.is_empty() {
        serde_json::json!("*")
    } else {
        serde_json::json!({"AWS": arns.collect::<Vec<_>>()})
    };
    serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": effect,
            "Principal": principal,
            "Action": "vpc-lattice-svcs:Invoke",
            "Resource": "*",
        }],
    })
    .to_string()
}

fn group_manifest(group: u8, vpc: &str, targets: &[SocketAddr]) -> String {
    let name = group_name(group);
    let mut text = String::new();
    push(
        &mut text,
        format_args!(
            "kind: TargetGroup
name: {name}
type: IP
config:
  port: 80
  protocol: HTTP
  vpcIdentifier: {vpc}
  healthCheck: {{healthCheckIntervalSeconds: 5, healthyThresholdCount: 2, path: /health}}
targets:"
        ),
    );
    text.truncate(text.len() - DOCUMENT_END.len());
    for target in targets_of(group) {
        if let Some(address) = targets.get(usize::from(target)) {
            let (id, port) = (address.ip(), address.port());
            // Writing to a string cannot fail.
            let _written = write!(text, "\n  - {{id: {id}, port: {port}}}");
        }
    }
    text.push_str(DOCUMENT_END);
    text
}

fn guarded(account: &str, service: u8) -> String {
    let name = service_name(service);
    let policy = policy(account, &(0..CALLERS).collect::<Vec<_>>());
    let mut text = String::new();
    push(
        &mut text,
        format_args!(
            "kind: Service
name: {name}
authType: AWS_IAM
---
kind: AuthPolicy
resourceIdentifier: {name}
policy: {policy}
---
kind: Listener
serviceIdentifier: {name}
name: http
protocol: HTTP
port: {PORT}
defaultAction:
  fixedResponse: {{statusCode: 404}}"
        ),
    );
    text.push_str(&association(&name));
    for (rule, group) in (0..RULES).zip(groups_of(service)) {
        let (group, priority) = (group_name(group), (u32::from(rule) + 1) * 10);
        push(
            &mut text,
            format_args!(
                "kind: Rule
serviceIdentifier: {name}
listenerIdentifier: http
name: path-{rule}
priority: {priority}
match:
  httpMatch:
    pathMatch: {{match: {{prefix: /{rule}/}}, caseSensitive: true}}
action:
  forward:
    targetGroups:
      - {{targetGroupIdentifier: {group}}}"
            ),
        );
    }
    text
}

fn open() -> String {
    let mut text = String::from("kind: Service\nname: traffic-open");
    text.push_str(DOCUMENT_END);
    text.push_str(&everything_to("traffic-open", &group_name(OPEN_GROUP)));
    text
}

/// A listener that forwards everything to a group, and the association of its service.
fn everything_to(service: &str, group: &str) -> String {
    let mut text = String::new();
    push(
        &mut text,
        format_args!(
            "kind: Listener
serviceIdentifier: {service}
name: http
protocol: HTTP
port: {PORT}
defaultAction:
  forward:
    targetGroups:
      - {{targetGroupIdentifier: {group}}}"
        ),
    );
    text.push_str(&association(service));
    text
}

/// The association of a service with the network, as a manifest.
#[must_use]
pub fn association(service: &str) -> String {
    let mut text = String::new();
    push(
        &mut text,
        format_args!(
            "kind: ServiceAssociation
serviceNetworkIdentifier: {NETWORK}
serviceIdentifier: {service}"
        ),
    );
    text
}

const DOCUMENT_END: &str = "\n---\n";

fn push(text: &mut String, document: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _written = text.write_fmt(document);
    text.push_str(DOCUMENT_END);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifests_of_the_estate_can_be_read() {
        let targets: Vec<_> = (0..TARGETS)
            .map(|port| SocketAddr::from(([127, 0, 0, 1], 1_000 + u16::from(port))))
            .collect();
        for (name, text, resources) in [
            ("users", users(), 5),
            (
                "network",
                network("111111111111", "vpc-1", &targets),
                4 + 14 + 3 * 7 + 3,
            ),
            ("reborn", reborn(7), 3),
        ] {
            let parsed = trellis_client::manifest::parse(&text, name).unwrap();
            assert_eq!(parsed.len(), resources, "{name}");
        }
    }

    #[test]
    fn a_group_belongs_to_one_service() {
        let mut groups: Vec<_> = (0..GUARDED).flat_map(groups_of).collect();
        groups.push(OPEN_GROUP);
        groups.extend((0..u32::from(SLOTS)).map(slot));
        assert_eq!(groups, (0..GROUPS).collect::<Vec<_>>());
        assert_eq!(slot(0), slot(4));
        let targets: Vec<_> = groups.into_iter().flat_map(targets_of).collect();
        assert_eq!(targets, (0..TARGETS).collect::<Vec<_>>());
        assert!(
            targets
                .iter()
                .all(|t| targets_of(group_of(*t)).any(|o| o == *t))
        );
    }
}
