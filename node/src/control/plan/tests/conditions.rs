//! The condition keys of VPC Lattice's own API.

use trellis_core::model::Kind;
use trellis_proto::v1;

use super::{apply, create};
use crate::control::authorise::subject::Subject;
use crate::control::plan::Planner;
use crate::control::tests::Estate;
use crate::control::tests::estate::resource;

const WORLD: &[&str] = &[
    r#"{"vpc": {"name": "main", "cidrBlocks": ["10.0.0.0/16"]}}"#,
    r#"{"vpc": {"name": "other", "cidrBlocks": ["10.1.0.0/16"]}}"#,
    r#"{"securityGroup": {"name": "clients", "vpcIdentifier": "main"}}"#,
    r#"{"securityGroup": {"name": "guests", "vpcIdentifier": "main"}}"#,
    r#"{"serviceNetwork": {"name": "net"}}"#,
    r#"{"serviceNetwork": {"name": "far"}}"#,
    r#"{"service": {"name": "shop", "authType": "AWS_IAM"}}"#,
    r#"{"service": {"name": "till"}}"#,
    r#"{"targetGroup": {"name": "blue", "type": "IP", "config": {"port": 80, "protocol": "HTTP", "vpcIdentifier": "main"}}}"#,
    r#"{"targetGroup": {"name": "green", "type": "IP", "config": {"port": 80, "protocol": "HTTP", "vpcIdentifier": "main"}}}"#,
    r#"{"listener": {"name": "web", "serviceIdentifier": "shop", "protocol": "HTTP", "port": 80,
        "defaultAction": {"forward": {"targetGroups": [{"targetGroupIdentifier": "blue"}]}}}}"#,
    r#"{"serviceAssociation": {"serviceNetworkIdentifier": "net", "serviceIdentifier": "shop"}}"#,
    r#"{"vpcAssociation": {"serviceNetworkIdentifier": "net", "vpcIdentifier": "main", "securityGroupIds": ["clients"]}}"#,
    r#"{"resourceGateway": {"name": "gate", "vpcIdentifier": "main", "securityGroupIds": ["clients"]}}"#,
];

/// A registry with the world above, and what its things are called in conditions.
struct World {
    estate: Estate,
}

impl World {
    fn new() -> Self {
        let mut estate = Estate::new();
        apply(&mut estate, WORLD).unwrap();
        Self { estate }
    }

    /// The id of a thing of the world.
    fn id(&self, kind: Kind, name: &str) -> String {
        let scope = match kind {
            Kind::SecurityGroup => self.id(Kind::Vpc, "main"),
            Kind::Listener => self.id(Kind::Service, "shop"),
            _ => "111111111111/eu-west-1".to_owned(),
        };
        let id = self.estate.state.id_by_name(kind, &scope, name);
        id.unwrap_or_else(|| panic!("{name}")).to_owned()
    }

    /// A text with `KIND:NAME` in place of ids and ARNs made whole.
    fn text(&self, text: &str) -> String {
        let arn = |path: &str, kind, name| {
            let id = self.id(kind, name);
            format!("arn:aws:vpc-lattice:eu-west-1:111111111111:{path}/{id}")
        };
        text.replace("vpc:main", &self.id(Kind::Vpc, "main"))
            .replace("sg:clients", &self.id(Kind::SecurityGroup, "clients"))
            .replace(
                "sn:net",
                &arn("servicenetwork", Kind::ServiceNetwork, "net"),
            )
            .replace("svc:shop", &arn("service", Kind::Service, "shop"))
            .replace("tg:blue", &arn("targetgroup", Kind::TargetGroup, "blue"))
    }

    /// Whether a user may, to whom an action is allowed under a condition and nothing else.
    fn may(
        &mut self,
        (action, condition): (&str, &str),
        plan: impl Fn(&Planner<'_>) -> Result<super::super::Plan, super::Failure>,
    ) -> bool {
        let condition = self.text(condition);
        let policy = format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "vpc-lattice:{action}", "Resource": "*", "Condition": {{{condition}}}}}]}}"#
        );
        let name = format!("clerk-{}", self.estate.state.revision);
        let user = self.estate.user(&name, &policy);
        match self.estate.plan(&user, plan) {
            Ok(_) => true,
            Err(super::Failure::Denied { .. }) => false,
            Err(other) => panic!("{other}"),
        }
    }

    fn may_create(&mut self, action: &str, condition: &str, spec: &str) -> bool {
        let request = create(spec, "");
        self.may((action, condition), |planner| planner.create(&request))
    }

    fn may_update(&mut self, action: &str, condition: &str, id: &str, spec: &str) -> bool {
        let spec: v1::resource::Spec = serde_json::from_str(spec).unwrap();
        let request = v1::UpdateRequest {
            identifier: Some(self.identifier(id)),
            resource: Some(resource(spec)),
            options: None,
        };
        self.may((action, condition), |planner| planner.update(&request))
    }

    fn may_delete(&mut self, action: &str, condition: &str, id: &str) -> bool {
        let request = v1::DeleteRequest {
            identifier: Some(self.identifier(id)),
            options: None,
        };
        self.may((action, condition), |planner| planner.delete(&request))
    }

    /// What is called `service:shop`; of associations and the like the first there is.
    fn identifier(&self, named: &str) -> v1::Identifier {
        use trellis_core::model::{Record, ServiceAssociation, VpcAssociation};
        let state = &self.estate.state;
        let first = |id: Option<&String>| id.unwrap().clone();
        let (kind, identifier) = match named {
            "service" => (v1::ResourceKind::Service, self.id(Kind::Service, "shop")),
            "network" => (
                v1::ResourceKind::ServiceNetwork,
                self.id(Kind::ServiceNetwork, "net"),
            ),
            "gateway" => (
                v1::ResourceKind::ResourceGateway,
                self.id(Kind::ResourceGateway, "gate"),
            ),
            "listener" => (v1::ResourceKind::Listener, self.id(Kind::Listener, "web")),
            "service association" => (
                v1::ResourceKind::ServiceAssociation,
                first(
                    state
                        .all::<ServiceAssociation>()
                        .next()
                        .map(|it| &it.meta().id),
                ),
            ),
            _ => (
                v1::ResourceKind::VpcAssociation,
                first(state.all::<VpcAssociation>().next().map(|it| &it.meta().id)),
            ),
        };
        v1::Identifier {
            kind: kind.into(),
            identifier,
            parent: match named {
                "listener" => self.id(Kind::Service, "shop"),
                _ => String::new(),
            },
            ..v1::Identifier::default()
        }
    }
}

/// What a user may who has an action under a condition: the action, the condition, what is asked for, and the answer.
const CREATIONS: &str = r#"
CreateService        | iam      | {"service": {"name": "new", "authType": "AWS_IAM"}}        | yes
CreateService        | iam      | {"service": {"name": "new", "authType": "NONE"}}           | no
CreateService        | iam      | {"service": {"name": "new"}}                               | no
CreateServiceNetwork | iam      | {"serviceNetwork": {"name": "new", "authType": "AWS_IAM"}} | yes
CreateServiceNetwork | iam      | {"serviceNetwork": {"name": "new"}}                        | no
CreateListener       | http     | {"listener": {"name": "new", "serviceIdentifier": "till", "protocol": "HTTP", "defaultAction": BLUE}}  | yes
CreateListener       | http     | {"listener": {"name": "new", "serviceIdentifier": "till", "protocol": "HTTPS", "defaultAction": BLUE}} | no
CreateListener       | all blue | {"listener": {"name": "new", "serviceIdentifier": "till", "protocol": "HTTP", "defaultAction": BLUE}}  | yes
CreateListener       | all blue | {"listener": {"name": "new", "serviceIdentifier": "till", "protocol": "HTTP", "defaultAction": BOTH}}  | no
CreateRule           | all blue | {"rule": {"name": "new", "serviceIdentifier": "shop", "listenerIdentifier": "web", "priority": 1, MATCH, "action": BLUE}} | yes
CreateRule           | all blue | {"rule": {"name": "new", "serviceIdentifier": "shop", "listenerIdentifier": "web", "priority": 1, MATCH, "action": BOTH}} | no
CreateTargetGroup    | main     | {"targetGroup": {"name": "new", "type": "IP", "config": {"port": 80, "protocol": "HTTP", "vpcIdentifier": "main"}}}  | yes
CreateTargetGroup    | main     | {"targetGroup": {"name": "new", "type": "IP", "config": {"port": 80, "protocol": "HTTP", "vpcIdentifier": "other"}}} | no
CreateServiceNetworkServiceAssociation | net  | {"serviceAssociation": {"serviceNetworkIdentifier": "net", "serviceIdentifier": "till"}} | yes
CreateServiceNetworkServiceAssociation | net  | {"serviceAssociation": {"serviceNetworkIdentifier": "far", "serviceIdentifier": "till"}} | no
CreateServiceNetworkServiceAssociation | shop | {"serviceAssociation": {"serviceNetworkIdentifier": "far", "serviceIdentifier": "shop"}} | yes
CreateServiceNetworkServiceAssociation | shop | {"serviceAssociation": {"serviceNetworkIdentifier": "far", "serviceIdentifier": "till"}} | no
CreateServiceNetworkVpcAssociation | net     | {"vpcAssociation": {"serviceNetworkIdentifier": "net", "vpcIdentifier": "main"}} | yes
CreateServiceNetworkVpcAssociation | net     | {"vpcAssociation": {"serviceNetworkIdentifier": "far", "vpcIdentifier": "main"}} | no
CreateServiceNetworkVpcAssociation | main    | {"vpcAssociation": {"serviceNetworkIdentifier": "far", "vpcIdentifier": "main"}} | yes
CreateServiceNetworkVpcAssociation | clients | {"vpcAssociation": {"serviceNetworkIdentifier": "far", "vpcIdentifier": "main", "securityGroupIds": ["guests", "clients"]}} | yes
CreateServiceNetworkVpcAssociation | clients | {"vpcAssociation": {"serviceNetworkIdentifier": "far", "vpcIdentifier": "main"}} | no
CreateServiceNetworkVpcAssociation | domains | {"vpcAssociation": {"serviceNetworkIdentifier": "far", "vpcIdentifier": "main", "privateDnsEnabled": true, "dnsOptions": {"privateDnsPreference": "ALL_DOMAINS"}}} | yes
CreateServiceNetworkVpcAssociation | domains | {"vpcAssociation": {"serviceNetworkIdentifier": "far", "vpcIdentifier": "main"}} | no
CreateResourceGateway   | main     | {"resourceGateway": {"name": "new", "vpcIdentifier": "main"}}  | yes
CreateResourceGateway   | main     | {"resourceGateway": {"name": "new", "vpcIdentifier": "other"}} | no
StartDomainVerification | verified | {"domainVerification": {"domainName": "a.example.com"}} | yes
StartDomainVerification | verified | {"domainVerification": {"domainName": "example.org"}}   | no
"#;

/// As above, of things that are there. What is not said is no value: a condition for it fails, and so does the denial of another;
/// nor has an action a key that the reference does not name for it.
const CHANGES: &str = r#"
UpdateService         | iam     | service  | {"service": {"authType": "AWS_IAM"}}        | yes
UpdateService         | iam     | service  | {"service": {"authType": "NONE"}}           | no
UpdateService         | iam     | service  | {"service": {"idleTimeoutSeconds": 90}}     | no
UpdateService         | open    | service  | {"service": {"idleTimeoutSeconds": 90}}     | yes
UpdateService         | open    | service  | {"service": {"authType": "NONE"}}           | no
UpdateServiceNetwork  | iam     | network  | {"serviceNetwork": {"authType": "AWS_IAM"}} | yes
UpdateServiceNetwork  | iam     | network  | {"serviceNetwork": {"authType": "NONE"}}    | no
UpdateListener        | blue    | listener | {"listener": {"defaultAction": BLUE}}       | yes
UpdateListener        | blue    | listener | {"listener": {"defaultAction": GREEN}}      | no
UpdateResourceGateway | clients | gateway  | {"resourceGateway": {"securityGroupIds": ["clients"]}} | yes
UpdateResourceGateway | clients | gateway  | {"resourceGateway": {"securityGroupIds": ["guests"]}}  | no
UpdateResourceGateway | main    | gateway  | {"resourceGateway": {"securityGroupIds": ["guests"]}}  | no
UpdateServiceNetworkVpcAssociation | clients | VPC association | {"vpcAssociation": {"securityGroupIds": ["clients"]}} | yes
UpdateServiceNetworkVpcAssociation | clients | VPC association | {"vpcAssociation": {"securityGroupIds": ["guests"]}}  | no
UpdateServiceNetworkVpcAssociation | net     | VPC association | {"vpcAssociation": {"securityGroupIds": ["guests"]}}  | yes
UpdateServiceNetworkVpcAssociation | main    | VPC association | {"vpcAssociation": {"securityGroupIds": ["guests"]}}  | yes
"#;

const DELETIONS: &str = "
DeleteServiceNetworkServiceAssociation | net   | service association | yes
DeleteServiceNetworkServiceAssociation | shop  | service association | yes
DeleteServiceNetworkServiceAssociation | main  | service association | no
DeleteServiceNetworkVpcAssociation     | main  | VPC association     | yes
DeleteServiceNetworkVpcAssociation     | net   | VPC association     | yes
DeleteServiceNetworkVpcAssociation     | other | VPC association     | no
DeleteService                          | iam   | service             | no
";

/// A condition of the tables.
fn condition(name: &str) -> &'static str {
    match name {
        "iam" => r#""StringEquals": {"vpc-lattice:AuthType": "AWS_IAM"}"#,
        "open" => r#""StringNotEquals": {"vpc-lattice:AuthType": "NONE"}"#,
        "http" => r#""StringEquals": {"vpc-lattice:Protocol": "HTTP"}"#,
        "blue" => r#""ForAnyValue:ArnEquals": {"vpc-lattice:TargetGroupArns": "tg:blue"}"#,
        "all blue" => r#""ForAllValues:ArnEquals": {"vpc-lattice:TargetGroupArns": "tg:blue"}"#,
        "main" => r#""StringEquals": {"vpc-lattice:VpcId": "vpc:main"}"#,
        "other" => r#""StringNotEquals": {"vpc-lattice:VpcId": "vpc:main"}"#,
        "net" => r#""ArnEquals": {"vpc-lattice:ServiceNetworkArn": "sn:net"}"#,
        "shop" => r#""ArnLike": {"vpc-lattice:ServiceArn": "svc:shop"}"#,
        "clients" => {
            r#""ForAnyValue:StringEquals": {"vpc-lattice:SecurityGroupIds": "sg:clients"}"#
        }
        "domains" => r#""StringEquals": {"vpc-lattice:PrivateDnsPreference": "ALL_DOMAINS"}"#,
        "verified" => r#""StringLike": {"vpc-lattice:DomainName": "*.example.com"}"#,
        other => panic!("{other}"),
    }
}

/// Rows of a table; its capitals stand for actions that forward, and for a match.
fn rows<const N: usize>(table: &str) -> Vec<[String; N]> {
    let to = |groups: &[&str]| {
        let groups = groups.iter();
        let groups = groups.map(|name| format!(r#"{{"targetGroupIdentifier": "{name}"}}"#));
        let groups = groups.collect::<Vec<_>>().join(", ");
        format!(r#"{{"forward": {{"targetGroups": [{groups}]}}}}"#)
    };
    let row = |line: &str| {
        let cells = line.split('|').map(|cell| {
            cell.trim()
                .replace("BLUE", &to(&["blue"]))
                .replace("GREEN", &to(&["green"]))
                .replace("BOTH", &to(&["blue", "green"]))
                .replace("MATCH", r#""match": {"httpMatch": {"method": "GET"}}"#)
        });
        cells.collect::<Vec<_>>().try_into().unwrap()
    };
    table.trim().lines().map(row).collect()
}

#[test]
fn what_is_made_is_judged_by_what_it_says() {
    let mut world = World::new();
    for [action, named, spec, expected] in rows(CREATIONS) {
        let may = world.may_create(&action, condition(&named), &spec);
        assert_eq!(may, expected == "yes", "{action} {named} {spec}");
    }
}

#[test]
fn a_change_is_judged_by_what_it_asks_for() {
    let mut world = World::new();
    for [action, named, thing, spec, expected] in rows(CHANGES) {
        let may = world.may_update(&action, condition(&named), &thing, &spec);
        assert_eq!(may, expected == "yes", "{action} {named} {spec}");
    }
}

#[test]
fn what_is_deleted_is_judged_by_what_it_joins() {
    let mut world = World::new();
    for [action, named, thing, expected] in rows(DELETIONS) {
        let may = world.may_delete(&action, condition(&named), &thing);
        assert_eq!(may, expected == "yes", "{action} {named}");
    }
}

#[test]
fn tags_may_be_for_what_is_made_alone() {
    let mut world = World::new();
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "vpc-lattice:Create*", "Resource": "*"},
        {"Effect": "Allow", "Action": "vpc-lattice:TagResource", "Resource": "*",
         "Condition": {"StringEquals": {"vpc-lattice:CreateAction": "CreateService"}}}]}"#;
    let user = world.estate.user("tagger", policy);
    for (kind, expected) in [("service", true), ("serviceNetwork", false)] {
        let request = create(
            &format!(r#"{{"{kind}": {{"name": "new", "tags": {{"a": "b"}}}}}}"#),
            "",
        );
        let planned = world.estate.plan(&user, |planner| planner.create(&request));
        assert_eq!(planned.is_ok(), expected, "{kind}");
    }
    let request = v1::TagRequest {
        identifier: Some(world.identifier("service")),
        tags: [("a".to_owned(), "b".to_owned())].into(),
        options: None,
    };
    assert!(
        world
            .estate
            .plan(&user, |planner| planner.tag(&request))
            .is_err()
    );
}

#[test]
fn security_groups_are_judged_by_their_vpc_and_tags() {
    let mut world = World::new();
    let vpc = format!(
        "arn:aws:ec2:eu-west-1:111111111111:vpc/{}",
        world.text("vpc:main")
    );
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ec2:CreateSecurityGroup", "Resource": "*",
         "Condition": {"ArnEquals": {"ec2:Vpc": "VPC"}, "StringEquals": {"ec2:Region": "eu-west-1"}}},
        {"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*",
         "Condition": {"StringEquals": {"ec2:CreateAction": "CreateSecurityGroup"}}},
        {"Effect": "Allow", "Action": "ec2:DeleteSecurityGroup", "Resource": "*",
         "Condition": {"StringEquals": {"ec2:ResourceTag/team": "blue"}}}]}"#;
    let clerk = world.estate.user("clerk", &policy.replace("VPC", &vpc));
    for (name, vpc, expected) in [("own", "main", true), ("far", "other", false)] {
        let spec = format!(
            r#"{{"securityGroup": {{"name": "{name}", "vpcIdentifier": "{vpc}", "tags": {{"team": "blue"}}}}}}"#
        );
        let request = create(&spec, "");
        let made = world
            .estate
            .write(&clerk, |planner| planner.create(&request));
        assert_eq!(made.is_ok(), expected, "{vpc}");
    }
    for (name, expected) in [("own", true), ("clients", false)] {
        let request = v1::DeleteRequest {
            identifier: Some(v1::Identifier {
                kind: v1::ResourceKind::SecurityGroup.into(),
                identifier: world.id(Kind::SecurityGroup, name),
                ..v1::Identifier::default()
            }),
            options: None,
        };
        let deleted = world
            .estate
            .plan(&clerk, |planner| planner.delete(&request));
        assert_eq!(deleted.is_ok(), expected, "{name}");
    }
}

#[test]
fn a_list_is_judged_by_what_it_is_narrowed_to() {
    let world = World::new();
    let state = &world.estate.state;
    let ids = [
        world.id(Kind::ServiceNetwork, "net"),
        world.id(Kind::Vpc, "main"),
    ];
    let vpcs = Subject::Listed(Kind::ServiceNetworkVpcAssociation, &ids);
    assert_eq!(vpcs.values(state, "vpcid"), [world.text("vpc:main")]);
    assert_eq!(
        vpcs.values(state, "servicenetworkarn"),
        [world.text("sn:net")]
    );
    let services = Subject::Listed(Kind::ServiceNetworkServiceAssociation, &ids);
    assert!(services.values(state, "vpcid").is_empty());
    let groups = Subject::Listed(Kind::TargetGroup, &ids);
    assert!(groups.values(state, "vpcid").is_empty());
}
