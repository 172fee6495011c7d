//! Service networks and associations.

use trellis_core::model::ServiceNetwork;
use trellis_core::registry::command::{lower, version_of};
use trellis_core::registry::{Change, Operation};

use super::check;

/// A network, a service and two VPCs of the team.
const ESTATE: &str = "
    create network net
    create service shop
    create vpc vpc1
    create vpc vpc2
";

#[test]
fn a_network_with_associations_cannot_be_deleted() {
    check(ESTATE).run(
        "
        create vpc-association join1 network=net vpc=vpc1
        create service-association member1 network=net service=shop
        delete network net
        => refused Conflict: ServiceNetwork net has VPC(s) associated
        delete vpc-association join1
        delete network net
        => refused Conflict: ServiceNetwork net has service(s) associated
        delete service-association member1
        delete network net
        => ok net
    ",
    );
}

#[test]
fn a_network_takes_its_policies_and_log_subscriptions_along() {
    let script = check(
        "
        create network net
        put auth-policy net policy=anyone
        put resource-policy net policy=share-all
        create log-subscription log1 resource=net to=stdout
        delete network net
        => ok net
        show log-subscription log1 name
        => refused NotFound: ACCESS_LOG_SUBSCRIPTION log1 not found
        show auth-policy net name
        => refused NotFound: AUTH_POLICY net not found
        show resource-policy net name
        => refused NotFound: RESOURCE_POLICY net not found
    ",
    );
    let left = script.state.dependants(&script.names["net"]).count();
    assert_eq!(left, 0, "no index remembers the network");
}

#[test]
fn a_vpc_is_in_one_network_only() {
    check(ESTATE).run(
        "
        create network net2
        create vpc-association join1 network=net vpc=vpc1
        create vpc-association join2 network=net vpc=vpc1
        => refused Conflict: VPC has already been associated to a service network.
        create vpc-association join2 network=net2 vpc=vpc1
        => refused Conflict: VPC has already been associated to a service network.
        delete vpc-association join1
        create vpc-association join2 network=net2 vpc=vpc1
        => ok join2
    ",
    );
}

#[test]
fn a_service_is_in_a_network_once() {
    check(ESTATE).run(
        "
        create network net2
        create service-association member1 network=net service=shop
        create service-association member2 network=net service=shop
        => refused Conflict: Association already exists.
        create service-association member2 network=net2 service=shop
        => ok member2
    ",
    );
}

#[test]
fn custom_domain_names_are_unique_in_a_network() {
    check(ESTATE).run("
        create service aaa domain=API.example.com
        create service bbb domain=api.example.com
        create network net2
        create service-association member1 network=net service=aaa
        create service-association member2 network=net service=bbb
        => refused Conflict: the service network net has a service with the custom domain name api.example.com
        create service-association member2 network=net2 service=bbb
        => ok member2
    ");
}

#[test]
fn what_does_not_exist_cannot_be_associated() {
    check(ESTATE).run(
        "
        create service-association member1 network=nil service=shop
        => refused NotFound: SERVICE_NETWORK nil not found
        create service-association member1 network=net service=nil
        => refused NotFound: SERVICE nil not found
        create vpc-association join1 network=net vpc=nil
        => refused NotFound: VPC nil not found
        create vpc-association join1
        => refused Validation: serviceNetworkIdentifier: is required; vpcIdentifier: is required
    ",
    );
}

#[test]
fn security_groups_belong_to_the_vpc_and_are_at_most_five() {
    check(ESTATE).run(
        "
        create security-group ga vpc=vpc1 ingress=10.0.0.0/8#0#65535
        create security-group gb vpc=vpc2
        create vpc-association join1 network=net vpc=vpc1 groups=gb
        => refused Validation: securityGroupIds: gb is not a group of vpc1
        create vpc-association join1 network=net vpc=vpc1 groups=nil
        => refused NotFound: SECURITY_GROUP nil not found
        create vpc-association join1 network=net vpc=vpc1 groups=ga,ga
        => refused Validation: securityGroupIds: names a security group twice
        create vpc-association join1 network=net vpc=vpc1 groups=a,b,c,d,e,f
        => refused Validation: securityGroupIds: has length 6; 0–5 is allowed
        create vpc-association join1 network=net vpc=vpc1 groups=ga
        delete security-group ga
        => refused Conflict: security group ga is used by the association join1
    ",
    );
}

#[test]
fn an_association_keeps_its_sides_and_never_loses_its_last_security_group() {
    check(ESTATE).run("
        create security-group ga vpc=vpc1
        create network net2
        create vpc-association join1 network=net vpc=vpc1
        update vpc-association join1 network=net2 vpc=vpc2
        => refused Validation: serviceNetworkIdentifier: cannot be changed; delete the resource and create it again; vpcIdentifier: cannot be changed; delete the resource and create it again
        update vpc-association join1 groups=ga
        => ok join1
        update vpc-association join1 groups=
        => refused Validation: securityGroupIds: cannot become empty; delete the association and create it again
        create service-association member1 network=net service=shop
        update service-association member1 network=net2
        => refused Validation: serviceNetworkIdentifier: cannot be changed; delete the resource and create it again
    ");
}

#[test]
fn a_network_of_whose_sharing_nothing_is_said_may_be_shared_and_joined_by_all() {
    check("
        create network net sharing=unsaid
        put resource-policy net policy=share-all
        => ok net
        update network net sharing=off
        => refused Validation: sharingConfig.enabled: cannot be changed; delete the resource and create it again
        update network net sharing=on
        => refused Validation: sharingConfig.enabled: cannot be changed; delete the resource and create it again
        update network net auth=1
        => ok net
    ");
}

#[test]
fn whether_a_network_may_be_shared_is_fixed() {
    check("
        create network net sharing=off
        update network net sharing=on
        => refused Validation: sharingConfig.enabled: cannot be changed; delete the resource and create it again
        put resource-policy net policy=share-all
        => refused Conflict: service network net was created with sharing disabled; create it again to share it
        update network net auth=1
        => ok net
        update network net auth=7
        => refused Validation: authType: 7 is not one of the known values
    ");
}

#[test]
fn a_foreign_network_or_service_needs_a_share() {
    check(
        "
        as other create network net
        create service shop
        create service-association member1 network=net service=shop
        => refused NotFound: SERVICE_NETWORK net not found
        as other put resource-policy net policy=share-view
        create service-association member1 network=net service=shop
        => refused NotFound: SERVICE_NETWORK net not found
        as other put resource-policy net policy=share-role   # shares are with whole accounts
        create service-association member1 network=net service=shop
        => refused NotFound: SERVICE_NETWORK net not found
        as other put resource-policy net policy=share-services
        create service-association member1 network=net service=shop
        => ok member1
        create vpc vpc1
        create vpc-association join1 network=net vpc=vpc1   # another action
        => refused NotFound: SERVICE_NETWORK net not found
        as other put resource-policy net policy=share-all
        create vpc-association join1 network=net vpc=vpc1
        => ok join1
    ",
    );
}

#[test]
fn a_foreign_vpc_cannot_be_associated() {
    check(
        "
        create network net
        as other create vpc vpc1
        create vpc-association join1 network=net vpc=vpc1
        => refused NotFound: VPC vpc1 not found
    ",
    );
}

#[test]
fn an_association_needs_the_caller_to_own_a_side() {
    check("
        as other create network net
        as other create service shop
        as other put resource-policy net policy=share-all
        as other put resource-policy shop policy=share-all
        create service-association member1 network=net service=shop
        => refused AccessDenied: an association needs the caller's account to own the service network or the service
        as cluster create service-association member1 network=net service=shop account=333333333333
        => ok member1
    ");
}

#[test]
fn either_side_may_delete_an_association_and_it_survives_the_end_of_the_share() {
    check(
        "
        as other create network net
        as other put resource-policy net policy=share-all
        create service shop
        create vpc vpc1
        create service-association member1 network=net service=shop
        create vpc-association join1 network=net vpc=vpc1
        as other delete resource-policy net
        show service-association member1 account
        => ok 222222222222
        as ops delete service-association member1
        => refused NotFound: SERVICE_NETWORK_SERVICE_ASSOCIATION member1 not found
        as other update vpc-association join1 tag=a:b   # only who created it updates it
        => refused NotFound: SERVICE_NETWORK_VPC_ASSOCIATION join1 not found
        as other delete service-association member1
        => ok member1
        as other delete vpc-association join1
        => ok join1
    ",
    );
}

#[test]
fn associations_across_regions_are_allowed() {
    check(
        "
        create network net
        in us-east-1 create service shop
        in us-east-1 create service-association member1 network=net service=shop
        => ok member1
    ",
    );
}

#[test]
fn networks_and_associations_have_quotas() {
    check(ESTATE).run("
        as ops update settings cluster serviceNetworksPerRegion=2 serviceAssociationsPerServiceNetwork=1 vpcAssociationsPerServiceNetwork=1
        create network net2
        create network net3
        => refused QuotaExceeded(L-9CAD07FB): the quota serviceNetworksPerRegion of 2 is reached; delete one or raise the quota
        in us-east-1 create network net3
        => ok net3
        as other create network net4
        => ok net4
        create service shop2
        create service-association member1 network=net service=shop
        create service-association member2 network=net service=shop2
        => refused QuotaExceeded(L-75D4A19E): the quota serviceAssociationsPerServiceNetwork of 1 is reached; delete one or raise the quota
        create vpc-association join1 network=net vpc=vpc1
        create vpc-association join2 network=net vpc=vpc2
        => refused QuotaExceeded(L-EF6E2D62): the quota vpcAssociationsPerServiceNetwork of 1 is reached; delete one or raise the quota
    ");
}

#[test]
fn nodes_that_do_not_know_that_sharing_can_be_left_unsaid_are_told_that_it_is_off() {
    for (is_unsaid, level, expected) in [(false, 6, 1), (true, 5, 1), (true, 6, 6)] {
        let network = ServiceNetwork {
            sharing_unsaid: is_unsaid,
            ..ServiceNetwork::default()
        };
        let mut operations = [Operation {
            change: Some(Change::Create(network.into())),
            ..Operation::default()
        }];
        lower(&mut operations, level);
        assert_eq!(version_of(&operations), expected);
    }
}
