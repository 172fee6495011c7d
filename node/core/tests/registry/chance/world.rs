//! A small world for drawn commands: three ids of each kind, three accounts.

use proptest::prelude::*;
use trellis_core::model::*;
use trellis_core::registry::command::{
    AnyRecord, COMMAND_VERSION, Identifier, JoinTokenUse, Stored, TagChange, TargetList,
};
use trellis_core::registry::{Change, Command, Operation};

use crate::fields::{empty, pem, policy, version};
use crate::script::{OPS, OTHER, TEAM};

/// The kinds that commands change.
pub(super) const KINDS: &[Kind] = &[
    Kind::Account,
    Kind::Vpc,
    Kind::SecurityGroup,
    Kind::Node,
    Kind::ServiceNetwork,
    Kind::Service,
    Kind::Listener,
    Kind::Rule,
    Kind::TargetGroup,
    Kind::ServiceNetworkServiceAssociation,
    Kind::ServiceNetworkVpcAssociation,
    Kind::AuthPolicy,
    Kind::ResourcePolicy,
    Kind::AccessLogSubscription,
    Kind::User,
    Kind::AccessKey,
    Kind::Role,
    Kind::ClusterKey,
    Kind::JoinToken,
    Kind::ClusterSettings,
    Kind::ResourceGateway,
    Kind::ResourceConfiguration,
    Kind::ServiceNetworkResourceAssociation,
    Kind::DomainVerification,
    Kind::ManagedPolicy,
    Kind::ResourceShare,
    Kind::OidcProvider,
    Kind::Certificate,
];

/// The kinds with most rules between them; these are drawn more often.
const BUSY: &[Kind] = &[
    Kind::Listener,
    Kind::Rule,
    Kind::Rule,
    Kind::TargetGroup,
    Kind::ServiceNetworkServiceAssociation,
    Kind::ServiceNetworkVpcAssociation,
    Kind::ResourceConfiguration,
    Kind::ServiceNetworkResourceAssociation,
    Kind::JoinToken,
    Kind::JoinToken,
    Kind::ClusterSettings,
];

/// Up to `most` commands.
pub(super) fn commands(most: usize) -> impl Strategy<Value = Vec<Command>> {
    proptest::collection::vec(proptest::collection::vec(any::<u8>(), 32..160), 1..most).prop_map(
        |drawn| {
            drawn
                .iter()
                .map(|bytes| command(&mut Dice(bytes.iter())))
                .collect()
        },
    )
}

/// Drawn bytes, used up one by one; then zeros.
struct Dice<'a>(std::slice::Iter<'a, u8>);

impl Dice<'_> {
    fn below(&mut self, end: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or_default()) % end
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// A number that is mostly in range and sometimes anything.
    fn number(&mut self, choices: &[u32]) -> u32 {
        match self.one_in(96) {
            true => u32::MAX - self.below(3) as u32,
            false => self.of(choices),
        }
    }

    fn id(&mut self, kind: Kind) -> String {
        let resource = self.of(&[
            Kind::ServiceNetwork,
            Kind::Service,
            Kind::ServiceNetwork,
            Kind::ResourceConfiguration,
        ]);
        match kind {
            Kind::AuthPolicy | Kind::ResourcePolicy => id(resource, self.slot()),
            _ => id(kind, self.slot()),
        }
    }

    /// The lower, the more likely.
    fn slot(&mut self) -> usize {
        self.of(&[0, 0, 0, 1, 1, 2])
    }
}

fn id(kind: Kind, slot: usize) -> String {
    match kind {
        Kind::Account => [OTHER, "444444444444", TEAM][slot].into(),
        Kind::ClusterSettings => "cluster".into(),
        Kind::Node => format!("node-{}", 1_000 + slot),
        _ => id::generate(kind, [slot as u8; 16]),
    }
}

/// What most commands need: one record of each kind that others hang on, owned by the team.
pub(super) fn founding() -> Vec<Command> {
    let kinds = [
        Kind::Vpc,
        Kind::ServiceNetwork,
        Kind::Service,
        Kind::TargetGroup,
        Kind::Listener,
        Kind::User,
        Kind::SecurityGroup,
        Kind::ResourceGateway,
        Kind::ResourceConfiguration,
        Kind::ManagedPolicy,
    ];
    let create = kinds.map(|kind| Operation {
        change: Some(Change::Create(record(&mut Dice([].iter()), kind))),
        ..Operation::default()
    });
    let tokens = (0..2).map(|slot| {
        let mut stored = record(&mut Dice([].iter()), Kind::JoinToken);
        if let Some(AnyRecord::JoinToken(token)) = &mut stored.record {
            token.meta_mut().id = id(Kind::JoinToken, slot);
            token.expires_at_ms = 1_700_000_500_000;
        }
        Operation {
            change: Some(Change::Create(stored)),
            ..Operation::default()
        }
    });
    let command = |account: &str, operations| Command {
        version: COMMAND_VERSION,
        at_ms: 1_700_000_000_000,
        account: account.into(),
        region: "eu-west-1".into(),
        operations,
        ..Command::default()
    };
    vec![command(TEAM, create.into()), command("", tokens.collect())]
}

fn command(dice: &mut Dice<'_>) -> Command {
    let account = dice.of(&["", "", "", "", "", "", TEAM, TEAM, TEAM, TEAM, OTHER, OPS]);
    let operations = (0..dice.of(&[1, 1, 1, 1, 2, 3])).map(|_| Operation {
        expected_revision: if dice.one_in(16) { 5 } else { 0 },
        change: (!dice.one_in(200)).then(|| change(dice)),
    });
    let operations = operations.collect();
    Command {
        version: COMMAND_VERSION,
        at_ms: match dice.one_in(200) {
            true => u64::MAX,
            false => 1_700_000_000_000 + 10_000 * dice.below(256) as u64,
        },
        account: account.into(),
        region: dice
            .of(&["eu-west-1", "eu-west-1", "eu-west-1", "us-east-1"])
            .into(),
        client_token: dice.of(&["", "", "", "", "", "", "t1", "t2"]).into(),
        fingerprint: vec![dice.below(3) as u8],
        operations,
        ..Command::default()
    }
}

fn change(dice: &mut Dice<'_>) -> Change {
    let kind = match dice.one_in(3) {
        true => dice.of(BUSY),
        false => dice.of(KINDS),
    };
    match dice.below(32) {
        0..=6 => Change::Create(record(dice, kind)),
        7..=14 => Change::Put(record(dice, kind)),
        15..=20 => Change::Update(record(dice, kind)),
        21..=22 => Change::Put(record(dice, dice_policy(kind))),
        23 => Change::Delete(identifier(dice, kind)),
        24..=25 => Change::RegisterTargets(targets(dice)),
        26 => Change::DeregisterTargets(targets(dice)),
        27 => Change::RemoveDrained(targets(dice)),
        28 => Change::Tag(tags(dice, kind)),
        29 => Change::Untag(tags(dice, kind)),
        _ => Change::UseJoinToken(JoinTokenUse {
            token: dice.id(Kind::JoinToken),
            secret_sha256: vec![1; 32],
            key_sha256: Vec::new(),
            node: Some(Node {
                cluster_address: "n:1".into(),
                api_address: "n:2".into(),
                ..Node::default()
            }),
        }),
    }
}

/// Half of the kinds stand for policies, which are what is put.
fn dice_policy(kind: Kind) -> Kind {
    match kind as i32 % 4 {
        0 => Kind::AuthPolicy,
        1 => Kind::ResourcePolicy,
        _ => kind,
    }
}

fn identifier(dice: &mut Dice<'_>, kind: Kind) -> Identifier {
    Identifier {
        kind: if dice.one_in(32) { 99 } else { kind as i32 },
        id: dice.id(kind),
    }
}

fn tags(dice: &mut Dice<'_>, kind: Kind) -> TagChange {
    let key = dice.of(&["a", "b", "aws:c"]);
    TagChange {
        resource: Some(identifier(dice, kind)),
        tags: [(key.into(), "v".into())].into(),
    }
}

fn targets(dice: &mut Dice<'_>) -> TargetList {
    TargetList {
        target_group: dice.id(Kind::TargetGroup),
        targets: (0..=dice.below(3))
            .map(|_| Target {
                id: dice
                    .of(&["10.0.0.1", "10.0.0.2", "10.9.0.1", "fd00::1", "x"])
                    .into(),
                port: dice.number(&[0, 80, 81]),
                draining_since_ms: dice.of(&[0, 1, u64::MAX]),
                zone: String::new(),
            })
            .collect(),
    }
}

fn record(dice: &mut Dice<'_>, kind: Kind) -> Stored {
    let mut record = empty(kind);
    fill(dice, &mut record);
    let id = dice.id(kind);
    let name = format!("name{}", &id[id.len() - 1..]).to_lowercase();
    let given = dice
        .of(&[&name, &name, &name, &name, "name0", "Wild"])
        .to_owned();
    let meta = record.meta_mut();
    meta.id = id;
    meta.account = dice.of(&[TEAM, TEAM, TEAM, OTHER, OPS, ""]).into();
    meta.region = dice.of(&["", "", "eu-west-1"]).into();
    let named = matches!(
        kind,
        Kind::ServiceNetwork
            | Kind::Service
            | Kind::Listener
            | Kind::Rule
            | Kind::TargetGroup
            | Kind::Vpc
            | Kind::SecurityGroup
            | Kind::User
            | Kind::Role
            | Kind::ManagedPolicy
            | Kind::ResourceGateway
            | Kind::ResourceConfiguration
            | Kind::ResourceShare
            | Kind::OidcProvider
    );
    if named {
        meta.name = given;
    }
    if let AnyRecord::Node(node) = &mut record {
        let member = node.meta().id.trim_start_matches("node-").parse();
        node.member = member.unwrap_or_default();
    }
    Stored {
        record: Some(record),
    }
}

fn fill(dice: &mut Dice<'_>, record: &mut AnyRecord) {
    match record {
        AnyRecord::Vpc(vpc) => {
            vpc.cidr_blocks = match dice.below(3) {
                1 => Vec::new(),
                0 => vec!["10.0.0.0/16".into(), "fd00::/64".into()],
                _ => vec!["10.0.0.0/24".into()],
            };
        }
        AnyRecord::SecurityGroup(group) => {
            group.vpc = dice.id(Kind::Vpc);
            group.ingress = vec![IngressRule {
                cidr: dice
                    .of(&["10.0.0.0/8", "0.0.0.0/0", "0.0.0.0/0", "::/0", "x"])
                    .into(),
                from_port: dice.number(&[0, 80]),
                to_port: 65_535,
                description: dice.of(&["", "", "web", "é"]).into(),
            }];
            group.description = dice.of(&["", "", "all", "a\nb"]).into();
        }
        AnyRecord::Node(node) => {
            if dice.one_in(2) {
                node.attachments = vec![Attachment {
                    vpc: dice.id(Kind::Vpc),
                    ingress_address: "127.0.0.1".into(),
                    ..Attachment::default()
                }];
            }
        }
        AnyRecord::ServiceNetwork(network) => network.auth_type = dice.number(&[0, 1]) as i32,
        AnyRecord::Service(service) => {
            service.auth_type = dice.number(&[0, 1]) as i32;
            service.custom_domain_name = dice.of(&["", "a.example.com", "b.example.com"]).into();
            if dice.one_in(3) {
                let certificate = id(Kind::Certificate, 0);
                service.certificate_arn =
                    format!("arn:aws:acm:eu-west-1:{TEAM}:certificate/{certificate}");
            }
        }
        AnyRecord::Listener(listener) => {
            listener.service = dice.id(Kind::Service);
            listener.protocol = dice.number(&[0, 0, 0, 1, 2]) as i32;
            listener.port = dice.number(&[80, 81, 82, 0]);
            listener.default_action = action(dice);
        }
        AnyRecord::Rule(rule) => {
            rule.listener = dice.id(Kind::Listener);
            rule.service = dice.id(Kind::Service);
            rule.priority = dice.number(&[1, 2, 3]);
            rule.http_match = Some(HttpMatch {
                method: dice.of(&["GET", "POST", ""]).into(),
                ..HttpMatch::default()
            });
            rule.action = action(dice);
        }
        AnyRecord::TargetGroup(group) => group_fields(dice, group),
        AnyRecord::ServiceAssociation(association) => {
            association.service_network = dice.id(Kind::ServiceNetwork);
            association.service = dice.id(Kind::Service);
        }
        AnyRecord::VpcAssociation(association) => {
            association.service_network = dice.id(Kind::ServiceNetwork);
            association.vpc = dice.id(Kind::Vpc);
            if dice.one_in(3) {
                association.security_groups = vec![dice.id(Kind::SecurityGroup)];
            }
        }
        _ => resource_fields(dice, record),
    }
}

fn resource_fields(dice: &mut Dice<'_>, record: &mut AnyRecord) {
    match record {
        AnyRecord::ResourceGateway(gateway) => {
            gateway.vpc = dice.id(Kind::Vpc);
            if dice.one_in(3) {
                gateway.security_groups = vec![dice.id(Kind::SecurityGroup)];
            }
        }
        AnyRecord::ResourceConfiguration(configuration) => {
            configuration.configuration_type = dice.number(&[0, 0, 1, 2]) as i32;
            if configuration.configuration_type() == ResourceConfigurationType::Child {
                configuration.group = dice.id(Kind::ResourceConfiguration);
            } else {
                configuration.gateway = dice.id(Kind::ResourceGateway);
            }
            if configuration.configuration_type() != ResourceConfigurationType::Group {
                let address = dice.of(&["10.0.0.9", "10.0.0.9", "fd00::9", "9.9.9.9"]);
                configuration.definition = Some(ResourceDefinition::Ip(address.into()));
            }
            configuration.sharing_allowed = !dice.one_in(8);
        }
        AnyRecord::ResourceAssociation(association) => {
            association.service_network = dice.id(Kind::ServiceNetwork);
            association.resource_configuration = dice.id(Kind::ResourceConfiguration);
        }
        AnyRecord::DomainVerification(verification) => {
            verification.domain_name = dice.of(&["a.example.com", "example.com", "x"]).into();
        }
        AnyRecord::Certificate(certificate) => {
            certificate.certificate =
                pem(dice.of(&["leaf", "leaf", "renewed", "rsa1024", "expired"]));
        }
        _ => access_fields(dice, record),
    }
}

fn access_fields(dice: &mut Dice<'_>, record: &mut AnyRecord) {
    match record {
        AnyRecord::AuthPolicy(record) => {
            record.policy = policy(dice.of(&["anyone", "spaced", "anyone", "anyone", "{"]));
        }
        AnyRecord::ResourcePolicy(record) => {
            record.policy = policy(dice.of(&[
                "share-all",
                "share-all",
                "share-view",
                "share-services",
                "x",
            ]));
        }
        AnyRecord::AccessLogSubscription(subscription) => {
            let resource = dice.of(&[
                Kind::ServiceNetwork,
                Kind::Service,
                Kind::ServiceNetwork,
                Kind::ResourceConfiguration,
            ]);
            subscription.resource = dice.id(resource);
            subscription.destination = dice.of(&["stdout", "file:a.log", "file:/a"]).into();
        }
        AnyRecord::User(user) if dice.one_in(2) => {
            user.policies.insert("p".into(), policy("invoke"));
        }
        AnyRecord::User(user) => user.attached_policies = attached(dice),
        AnyRecord::Role(role) => {
            role.max_session_seconds = dice.number(&[0, 3_600, 43_200]);
            role.sessions_not_before_ms = dice.below(9) as u64;
            role.attached_policies = attached(dice);
        }
        AnyRecord::ManagedPolicy(policy) => {
            policy.versions = (0..dice.of(&[1, 1, 1, 2, 3, 6]))
                .map(|_| PolicyVersion {
                    number: dice.number(&[0, 0, 0, 0, 1, 2]),
                    ..version(dice.of(&["invoke", "invoke", "invoke", "anyone"]))
                })
                .collect();
            policy.default_version = dice.number(&[0, 0, 0, 1, 2]);
        }
        AnyRecord::AccessKey(key) if dice.one_in(2) => key.user = dice.id(Kind::User),
        AnyRecord::ClusterKey(key) => key.key_use = dice.number(&[0, 1]) as i32,
        AnyRecord::JoinToken(token) => {
            token.secret_sha256 = vec![1; 32];
            token.expires_at_ms = 1_700_000_000_000 + 10_000 * dice.below(300) as u64;
        }
        AnyRecord::OidcProvider(provider) => {
            provider.client_ids = vec!["b".into(), dice.of(&["a", "b", ""]).into()];
        }
        AnyRecord::ResourceShare(share) => {
            let resources = [dice.id(Kind::ResourcePolicy), dice.id(Kind::ResourcePolicy)];
            share.resources = resources[..dice.below(3)].to_vec();
            share.accounts = match dice.below(3) {
                0 => Vec::new(),
                1 => vec![OTHER.into()],
                _ => vec![dice.id(Kind::Account), OPS.into()],
            };
        }
        AnyRecord::ClusterSettings(settings) => {
            settings.regions = vec!["eu-west-1".into(), "us-east-1".into()];
            settings.regions.truncate(2 - usize::from(dice.one_in(6)));
            settings.dns_suffix = "trellis.internal".into();
            settings.partition_id = "7d67968".into();
            settings
                .quotas
                .insert("servicesPerRegion".into(), 2 + dice.below(3) as u64);
        }
        _ => {}
    }
}

fn attached(dice: &mut Dice<'_>) -> Vec<String> {
    let count = dice.below(3);
    (0..count).map(|_| dice.id(Kind::ManagedPolicy)).collect()
}

fn action(dice: &mut Dice<'_>) -> Option<Action> {
    let kind = match dice.below(3) {
        0 => ActionKind::FixedResponse(dice.number(&[404, 500])),
        _ => ActionKind::Forward(Forward {
            target_groups: vec![WeightedTargetGroup {
                target_group: dice.id(Kind::TargetGroup),
                weight: dice.number(&[0, 1, 100]),
            }],
        }),
    };
    Some(Action { kind: Some(kind) })
}

fn group_fields(dice: &mut Dice<'_>, group: &mut TargetGroup) {
    group.group_type = dice.number(&[0, 0, 0, 0, 0, 0, 1, 2, 3]) as i32;
    group.protocol = dice.number(&[0, 0, 0, 0, 1, 2]) as i32;
    group.protocol_version = dice.number(&[0, 0, 0, 0, 1, 3]) as i32;
    group.port = dice.number(&[80, 80, 80, 0]);
    group.vpc = dice.id(Kind::Vpc);
    group.ipv6 = dice.one_in(12);
    if dice.one_in(2) {
        group.health_check = Some(HealthCheck {
            enabled: true,
            interval_seconds: dice.number(&[0, 5, 300]),
            matcher: dice.of(&["", "", "", "200-299", "9"]).into(),
            ..HealthCheck::default()
        });
    }
}
