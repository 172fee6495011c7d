//! Resource gateways, resource configurations, their associations, domain verifications.

use trellis_core::model::{IngressRule, Kind, ResourceGateway, SecurityGroup, VpcAssociation};
use trellis_core::registry::command::{Identifier, version_of};
use trellis_core::registry::{Change, Operation};

use super::check;

const GATEWAY: &str = "
    create vpc vpc1 cidr=10.0.0.0/16,2001:db8::/64
    create gateway door vpc=vpc1
";

#[test]
fn a_gateway_leads_into_a_vpc_of_its_account() {
    check("
        as other create vpc vpc2
        create gateway door vpc=vpc2
        => refused NotFound: VPC vpc2 not found
        create gateway door
        => refused Validation: vpcIdentifier: is required
        create vpc vpc1
        create vpc vpc3
        create security-group ga vpc=vpc3
        create gateway door vpc=vpc1 groups=ga
        => refused Validation: securityGroupIds: ga is not a group of vpc1
        create gateway door vpc=vpc1
        => ok door
        show gateway door addresses
        => ok 16
        create gateway second vpc=vpc1 addresses=63 ip=1 dns=1
        => refused Validation: ipv4AddressesPerEni: 63 is not within 1–62; resourceConfigDnsResolution: IN_VPC is not for gateways of IPv6 addresses only
    ");
}

#[test]
fn only_the_security_groups_and_tags_of_a_gateway_change() {
    check(GATEWAY).run("
        create vpc vpc2
        create security-group ga vpc=vpc1
        update gateway door groups=ga tag=a:b
        => ok door
        update gateway door vpc=vpc2 subnets=subnet-1 ip=2 addresses=3 dns=1
        => refused Validation: vpcIdentifier: cannot be changed; delete the resource and create it again; subnetIds: cannot be changed; delete the resource and create it again; ipAddressType: cannot be changed; delete the resource and create it again; ipv4AddressesPerEni: cannot be changed; delete the resource and create it again; resourceConfigDnsResolution: cannot be changed; delete the resource and create it again
        delete security-group ga
        => refused Conflict: security group ga is used by the gateway door
        delete vpc vpc1
        => refused Conflict: VPC vpc1 is used by SECURITY_GROUP ga; delete that first
        delete gateway door
        delete security-group ga
        => ok ga
    ");
}

#[test]
fn what_is_in_use_is_not_deleted() {
    check(GATEWAY).run(
        "
        create configuration base gateway=door ip=10.0.0.9
        delete gateway door
        => refused Conflict: resource gateway door is used by base; delete that first
        create network net sharing=unsaid
        create resource-association member network=net resource=base
        delete configuration base
        => refused Conflict: resource configuration base is used by member; delete that first
        delete network net
        => refused Conflict: ServiceNetwork net has resource configuration(s) associated
        delete resource-association member
        delete configuration base
        delete gateway door
        delete network net
        => ok net
    ",
    );
}

#[test]
fn each_type_of_configuration_has_its_parts() {
    check(GATEWAY).run("
        create configuration one
        => refused Validation: resourceGatewayIdentifier: is required; only children have their group's; resourceConfigurationDefinition: needs dnsResource or ipResource
        create configuration one gateway=door ip=x ports=0,90-80,a group-domain=example.com verified-by=dv-01
        => refused Validation: groupDomain: is for groups only; portRanges[0]: is not a port or a range within 1-65535, e.g. 80-90; portRanges[1]: is not a port or a range within 1-65535, e.g. 80-90; portRanges[2]: is not a port or a range within 1-65535, e.g. 80-90; resourceConfigurationDefinition.ipResource.ipAddress: is not an IP address
        create configuration one gateway=door host=db.example.com#2
        => refused Validation: resourceConfigurationDefinition.dnsResource.ipAddressType: is neither IPV4 nor IPV6
        create configuration one gateway=door host=DB.example.com ports=5432
        show configuration one ports
        => ok 5432
        create configuration all type=group gateway=door ip=10.0.0.9
        => refused Validation: resourceConfigurationDefinition: is not for groups: their children have it
        create configuration all type=group gateway=door domain=db.example.com
        => refused Validation: customDomainName: is not for groups: set groupDomain
        create configuration rds type=arn gateway=door ports=1 aws=arn:aws:rds:eu-west-1:222222222222:db:main
        => refused Validation: portRanges: are not for resources of AWS's
        create configuration rds type=arn gateway=door aws=arn:aws:rds:eu-west-1:222222222222:db:main
        => ok rds
        create gateway inside vpc=vpc1 dns=1
        create configuration rds2 type=arn gateway=inside aws=arn:aws:rds:eu-west-1:222222222222:db:main
        => refused Validation: resourceGatewayIdentifier: resolves names in its VPC, and resources of AWS's need public DNS
    ");
}

#[test]
fn a_child_has_the_gateway_of_its_group() {
    check(GATEWAY).run(
        "
        create configuration one type=child ip=10.0.0.9
        => refused Validation: resourceConfigurationGroupIdentifier: is required for a child
        create configuration lone gateway=door ip=10.0.0.8
        create configuration one type=child group=lone ip=10.0.0.9
        => refused Validation: resourceConfigurationGroupIdentifier: is not of type GROUP
        create configuration all type=group gateway=door group-domain=example.com
        create configuration one type=child group=all ip=10.0.0.9 domain=db.other.com
        => refused Validation: customDomainName: is not under the domain of its group
        create configuration one type=child group=all ip=10.0.0.9 domain=db.example.com
        show configuration one gateway
        => ok door
        show configuration one ports
        => ok 1-65535
        delete configuration all
        => refused Conflict: resource configuration all is used by one; delete that first
        create network net sharing=off
        create resource-association member network=net resource=one
        => refused Validation: resourceConfigurationIdentifier: is a child; associate its group
        create resource-association member network=net resource=all
        => ok member
    ",
    );
}

#[test]
fn the_address_of_a_resource_is_private_or_of_its_vpc() {
    check(GATEWAY).run("
        create configuration one gateway=door ip=9.9.9.9
        => refused Validation: resourceConfigurationDefinition.ipResource.ipAddress: is neither a private address nor one of the gateway's VPC
        create configuration one gateway=door ip=172.32.0.1
        => refused Validation: resourceConfigurationDefinition.ipResource.ipAddress: is neither a private address nor one of the gateway's VPC
        create configuration one gateway=door ip=100.127.255.255
        => ok one
        create configuration two gateway=door ip=2001:db8::1
        => ok two
        create configuration three gateway=door ip=2001:db9::1
        => refused Validation: resourceConfigurationDefinition.ipResource.ipAddress: is neither a private address nor one of the gateway's VPC
        update configuration two ip=10.0.0.1 ports=80,443 sharing=on
        => ok two
        update configuration two type=group domain=x.example.com
        => refused Validation: type: cannot be changed; delete the resource and create it again; customDomainName: cannot be changed; delete the resource and create it again; resourceConfigurationDefinition: is not for groups: their children have it; customDomainName: is not for groups: set groupDomain
    ");
}

#[test]
fn an_association_needs_a_side_and_the_leave_to_be_shared() {
    check(GATEWAY).run("
        create configuration base gateway=door ip=10.0.0.9
        create network net
        create resource-association member network=net resource=base
        => refused Conflict: base may not join service networks that can be shared; set allowAssociationToShareableServiceNetwork
        update configuration base sharing=on
        create resource-association member network=net resource=base
        create resource-association again network=net resource=base
        => refused Conflict: Association already exists.
        as other create network theirs
        as other create resource-association member2 network=theirs resource=base
        => refused NotFound: RESOURCE_CONFIGURATION base not found
        as other create vpc vpc2
        as other create gateway gate vpc=vpc2
        as other create configuration cache gateway=gate ip=10.0.0.7 sharing=on
        as other put resource-policy cache policy=share-all
        as other put resource-policy theirs policy=share-all
        create resource-association member3 network=theirs resource=cache
        => refused AccessDenied: an association needs the caller's account to own the service network or the resource configuration
        create resource-association member3 network=net resource=cache
        => ok member3
        list configuration
        => ok base cache
        as other delete configuration cache
        => refused Conflict: resource configuration cache is used by member3; delete that first
        as other delete resource-association member3   # either side may
        => ok member3
    ");
}

#[test]
fn what_is_of_a_configuration_goes_with_it() {
    check(GATEWAY).run(
        "
        create configuration base gateway=door ip=10.0.0.9
        put auth-policy base policy=anyone
        put resource-policy base policy=share-all
        create log-subscription log resource=base to=stdout
        delete configuration base
        delete auth-policy base
        => refused NotFound: AUTH_POLICY base not found
        delete resource-policy base
        => refused NotFound: RESOURCE_POLICY base not found
        delete log-subscription log
        => refused NotFound: ACCESS_LOG_SUBSCRIPTION log not found
    ",
    );
}

#[test]
fn a_domain_is_verified_once_in_an_account() {
    check(GATEWAY).run("
        create verification proof domain=Example.com
        show verification proof domain
        => ok example.com
        show verification proof status
        => ok Pending
        create verification proof2 domain=example.com
        => refused Conflict: proof verifies example.com already
        as other create verification proof3 domain=example.com
        => ok proof3
        create verification proof4 domain=example
        => refused Validation: domainName: is not a domain name of 3–255 letters, digits, dashes and dots
        create configuration base gateway=door ip=10.0.0.9 domain=db.example.org verified-by=proof
        => refused Validation: domainVerificationIdentifier: verifies another domain
        create configuration base gateway=door ip=10.0.0.9 domain=notexample.com verified-by=proof
        => refused Validation: domainVerificationIdentifier: verifies another domain
        create configuration base gateway=door ip=10.0.0.9 verified-by=proof
        => refused Validation: domainVerificationIdentifier: is for a custom domain name or the domain of a group
        create configuration base gateway=door ip=10.0.0.9 domain=db.example.com verified-by=proof
        delete verification proof   # what uses it goes on
        update configuration base ports=80
        => ok base
    ");
}

#[test]
fn resources_have_quotas() {
    check(GATEWAY).run("
        as cluster update settings cluster resourceGatewaysPerVpc=1 resourceConfigurationsPerRegion=3 resourceConfigurationsPerServiceNetwork=1 childrenPerResourceConfiguration=1 domainVerificationsPerRegion=1
        create gateway second vpc=vpc1
        => refused QuotaExceeded(L-0DCA4434): the quota resourceGatewaysPerVpc of 1 is reached; delete one or raise the quota
        create configuration all type=group gateway=door
        create configuration one type=child group=all ip=10.0.0.9
        create configuration two type=child group=all ip=10.0.0.9
        => refused QuotaExceeded(L-9BC96FEF): the quota childrenPerResourceConfiguration of 1 is reached; delete one or raise the quota
        create configuration three gateway=door ip=10.0.0.9
        create configuration four gateway=door ip=10.0.0.9
        => refused QuotaExceeded(L-5FF8F9B9): the quota resourceConfigurationsPerRegion of 3 is reached; delete one or raise the quota
        create network net sharing=off
        create resource-association a1 network=net resource=all
        create resource-association a2 network=net resource=three
        => refused QuotaExceeded(L-6095700C): the quota resourceConfigurationsPerServiceNetwork of 1 is reached; delete one or raise the quota
        create verification p1 domain=a.example.com
        create verification p2 domain=b.example.com
        => refused QuotaExceeded(L-73D0F278): the quota domainVerificationsPerRegion of 1 is reached; delete one or raise the quota
    ");
}

#[test]
fn the_private_domains_of_a_vpc_are_fixed() {
    check("
        create network net
        create vpc vpc1
        create vpc-association join network=net vpc=vpc1 preference=3
        => refused Validation: dnsOptions.privateDnsSpecifiedDomains: has length 0; 1–10 is allowed
        create vpc-association join network=net vpc=vpc1 preference=1 domains=example.com
        => refused Validation: dnsOptions.privateDnsSpecifiedDomains: are for a preference that names them
        create vpc-association join network=net vpc=vpc1 private-dns=on preference=2 domains=*.example.com,*
        => refused Validation: dnsOptions.privateDnsSpecifiedDomains[1]: is not a domain name, with or without *. before it
        create vpc-association join network=net vpc=vpc1 private-dns=on preference=2 domains=*.example.com
        update vpc-association join private-dns=off
        => refused Validation: privateDnsEnabled: cannot be changed; delete the resource and create it again
    ");
}

#[test]
fn commands_need_the_version_that_brought_what_they_hold() {
    let version = |change: Change| {
        version_of(&[Operation {
            change: Some(change),
            ..Operation::default()
        }])
    };
    let delete = |kind: Kind| {
        Change::Delete(Identifier {
            kind: kind as i32,
            id: "x".into(),
        })
    };
    assert_eq!(version_of(&[]), 1);
    assert_eq!(version(delete(Kind::Service)), 1);
    assert_eq!(version(delete(Kind::DomainVerification)), 2);
    assert_eq!(
        version(Change::Create(ResourceGateway::default().into())),
        2
    );
    assert_eq!(version(Change::Create(VpcAssociation::default().into())), 1);
    let private = VpcAssociation {
        private_dns_enabled: true,
        ..VpcAssociation::default()
    };
    assert_eq!(version(Change::Update(private.into())), 2);

    assert_eq!(version(delete(Kind::ResourceShare)), 3);
    let mut group = SecurityGroup {
        ingress: vec![IngressRule::default()],
        ..SecurityGroup::default()
    };
    assert_eq!(version(Change::Create(group.clone().into())), 1);
    group.ingress[0].description = "web".into();
    assert_eq!(version(Change::Create(group.into())), 3);
    let described = SecurityGroup {
        description: "web".into(),
        ..SecurityGroup::default()
    };
    assert_eq!(version(Change::Update(described.into())), 3);
}
