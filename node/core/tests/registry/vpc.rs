//! VPCs, security groups, nodes and join tokens.

use super::check;

#[test]
fn address_blocks_are_exact_and_disjoint() {
    check("
        create vpc vpc1 cidr=10.0.0.1/16,x,10.0.0.0/8,10.2.0.0/16
        => refused Validation: cidrBlocks[0]: 10.0.0.1/16 has host bits; write 10.0.0.0/16; cidrBlocks[1]: x is not an address block, e.g. 10.0.0.0/16; cidrBlocks[3]: 10.2.0.0/16 overlaps 10.0.0.0/8
        create vpc vpc1 cidr=10.0.0.0/8,fd00::/64
        create vpc vpc2 cidr=10.0.0.0/8   # VPCs may overlap each other
        => ok vpc2
    ");
}

#[test]
fn a_vpc_in_use_cannot_be_deleted() {
    check(
        "
        create vpc vpc1
        create security-group ga vpc=vpc1
        delete vpc vpc1
        => refused Conflict: VPC vpc1 is used by SECURITY_GROUP ga; delete that first
        delete security-group ga
        create target-group web vpc=vpc1
        delete vpc vpc1
        => refused Conflict: VPC vpc1 is used by TARGET_GROUP web; delete that first
        delete target-group web
        as cluster create node node-1 member=1 account=111111111111 leg=vpc1#127.0.0.1
        delete vpc vpc1
        => refused Conflict: VPC vpc1 is used by NODE node-1; delete that first
    ",
    );
}

#[test]
fn address_blocks_can_change_while_targets_stay_inside() {
    check(
        "
        create vpc vpc1 cidr=10.0.0.0/16
        create target-group web vpc=vpc1
        register web 10.0.1.1
        update vpc vpc1 cidr=10.0.0.0/24
        => refused Conflict: target 10.0.1.1 is outside the new address blocks
        update vpc vpc1 cidr=10.0.0.0/20 name=renamed
        => ok vpc1
        resolve vpc - renamed
        => ok vpc1
        resolve vpc - vpc1
        => refused NotFound: VPC vpc1 not found
    ",
    );
}

#[test]
fn security_groups_hold_ranges_of_addresses_and_ports() {
    check("
        create vpc vpc1
        create security-group ga vpc=vpc1 ingress=10.0.0.0/8#10#9 ingress=10.0.0.1/8#0#65536
        => refused Validation: ingress[0].toPort: 9 is not within 10–65535; ingress[1].cidr: 10.0.0.1/8 has host bits; write 10.0.0.0/8; ingress[1].toPort: 65536 is not within 0–65535
        create security-group sg-a vpc=vpc1
        => refused Validation: name: letters…
        create security-group ga vpc=vpc1 description=é ingress=10.0.0.0/8#1#2#a|b
        => refused Validation: description: letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* are allowed; ingress[0].description: letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* are allowed
        create security-group ga vpc=nil
        => refused NotFound: VPC nil not found
        create security-group ga vpc=vpc1 ingress=0.0.0.0/0#0#65535
        create security-group gb vpc=vpc1 name=ga
        => refused Conflict: SECURITY_GROUP ga has the name ga; choose another
        as ops update settings cluster rulesPerSecurityGroup=1 securityGroupsPerRegion=1 vpcsPerRegion=1
        update security-group ga ingress=10.0.0.0/8#80#80
        => refused QuotaExceeded(L-0EA8095F): the quota rulesPerSecurityGroup of 1 is reached; delete one or raise the quota
        create security-group gb vpc=vpc1
        => refused QuotaExceeded(L-E79EC296): the quota securityGroupsPerRegion of 1 is reached; delete one or raise the quota
        create vpc vpc2
        => refused QuotaExceeded(L-F678F1CE): the quota vpcsPerRegion of 1 is reached; delete one or raise the quota
    ");
}

#[test]
fn only_the_operator_adds_and_removes_nodes() {
    check(
        "
        create node node-5 member=5
        => refused AccessDenied: only the account that operates the cluster creates records of kind NODE
        as ops create node node-5 member=5
        => ok node-5
        as other delete node node-5
        => refused NotFound: NODE node-5 not found
        as ops delete node node-5
        => refused Conflict: the last node of a cluster cannot be removed
        as ops create node node-6 member=6 account=222222222222
        delete node node-6
        => refused AccessDenied: only the account that operates the cluster deletes records of kind NODE
        as ops delete node node-5
        => ok node-5
        as ops create node node-7 member=8 api=nowhere
        => refused Validation: apiAddress: is not host:port; member: is not the number in the id
    ",
    );
}

#[test]
fn a_node_is_attached_to_vpcs_of_its_owner_and_by_the_operator_to_any() {
    check(
        "
        create vpc vpc1
        as other create vpc vpc2
        as ops create node node-5 member=5 account=222222222222
        update node node-5 leg=vpc2#127.0.12.1
        => refused NotFound: VPC vpc2 not found
        update node node-5 api=elsewhere:7600
        => refused AccessDenied: only the account that operates the cluster changes the addresses of nodes
        update node node-5 leg=vpc1#127.0.11.1
        => ok node-5
        as ops update node node-5 leg=vpc2#127.0.12.1
        => ok node-5
        as ops update node node-5 leg=nil#127.0.13.1
        => refused NotFound: VPC nil not found
        as ops update node node-5 member=6
        => refused Validation: member: cannot be changed…
    ",
    );
}

#[test]
fn the_vpc_of_a_client_can_always_be_told() {
    check("
        create vpc vpc1
        create vpc vpc2
        as cluster create node node-5 member=5 account=222222222222 leg=vpc1#127.0.0.1 leg=vpc2#127.0.0.1
        => refused Validation: attachments[1].ingressAddress: another attachment has this address and port offset; the VPC of a client could not be told
        as cluster create node node-5 member=5 account=222222222222 leg=vpc1#127.0.0.1 leg=vpc2#0.0.0.0
        => refused Validation: attachments[1].ingressAddress: another…
        as cluster create node node-5 member=5 account=222222222222 leg=vpc1#here#65536 leg=vpc1#127.0.0.1
        => refused Validation: attachments[0].ingressAddress: is not an IP address; attachments[0].portOffset: 65536 is not within 0–65535; attachments[1].vpc: has an attachment already
        as cluster create node node-5 member=5 account=222222222222 leg=vpc1#127.0.0.1 leg=vpc2#127.0.0.1#1000
        => ok node-5
    ");
}

#[test]
fn a_join_token_admits_one_node_within_its_life() {
    check("
        create join-token j1 secret=a expires=60
        => refused AccessDenied: only the account that operates the cluster creates records of kind JOIN_TOKEN
        as ops create join-token j1 secret=a expires=0
        => refused Validation: expiresAt: is not within the next 7 days
        as ops create join-token j1 secret=a expires=604801
        => refused Validation: expiresAt: is not within the next 7 days
        as ops create join-token j1 secret=a expires=600 account=222222222222
        as ops create join-token j2 secret=a expires=600
        as cluster join j1 b
        => refused AccessDenied: unknown join token; make a new one with `trellis cluster join-token`
        as cluster join j1 a ; join j2 a
        => refused AccessDenied: one command admits one node; make a new one with `trellis cluster join-token`
        as cluster join j1 a
        => ok node-10
        show node node-10 account
        => ok 222222222222
        as ops show join-token j1 used-by
        => ok node-10
        as cluster join j1 a
        => refused AccessDenied: the join token has been used; make a new one with `trellis cluster join-token`
        wait 600s
        as cluster join j2 a
        => refused AccessDenied: the join token has expired; make a new one with `trellis cluster join-token`
    ");
}

#[test]
fn a_node_that_asks_again_with_its_key_gets_its_own_record_until_the_token_expires() {
    check("
        as ops create join-token j1 secret=a expires=600 account=222222222222
        as cluster join j1 a k
        => ok node-4
        as cluster join j1 a k
        => ok node-4
        as cluster join j1 b k
        => refused AccessDenied: unknown join token; make a new one with `trellis cluster join-token`
        as cluster join j1 a m
        => refused AccessDenied: the join token has been used; make a new one with `trellis cluster join-token`
        as cluster join j1 a
        => refused AccessDenied: the join token has been used; make a new one with `trellis cluster join-token`
        as ops show join-token j1 used-by
        => ok node-4
        wait 600s
        as cluster join j1 a k
        => refused AccessDenied: the join token has been used; make a new one with `trellis cluster join-token`
    ");
}
