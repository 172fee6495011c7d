//! Reads: who sees what, by which identifier, in which order.

use super::check;

#[test]
fn an_identifier_is_an_id_an_arn_or_a_name() {
    check("
        create service shop
        create listener http service=shop fixed=404
        create rule r10 listener=http priority=10 path=/ fixed=404
        resolve service - @shop
        => ok shop
        resolve service - shop
        => ok shop
        resolve service - arn:aws:vpc-lattice:eu-west-1:222222222222:service/@shop
        => ok shop
        resolve service - arn:aws:vpc-lattice:us-east-1:222222222222:service/@shop
        => refused NotFound: SERVICE arn:aws:vpc-lattice:us-east-1:222222222222:service/shop not found
        resolve service - arn:aws:vpc-lattice:eu-west-1:333333333333:service/@shop
        => refused NotFound: SERVICE arn:aws:vpc-lattice:eu-west-1:333333333333:service/shop not found
        resolve listener shop http
        => ok http
        resolve listener shop arn:aws:vpc-lattice:eu-west-1:222222222222:service/@shop/listener/@http
        => ok http
        resolve rule http r10
        => ok r10
        resolve rule http @r10
        => ok r10
        as other resolve service - @shop
        => refused NotFound: SERVICE shop not found
        as other resolve service - shop
        => refused NotFound: SERVICE shop not found
        in us-east-1 resolve service - shop
        => refused NotFound: SERVICE shop not found
        in us-east-1 resolve service - @shop   # an id is found from any region
        => ok shop
    ");
}

#[test]
fn a_listener_of_another_service_does_not_exist_here() {
    check(
        "
        create service shop
        create service bank
        create listener http service=shop fixed=404
        resolve listener bank http
        => refused NotFound: LISTENER http not found
        resolve listener bank @http
        => refused NotFound: LISTENER http not found
    ",
    );
}

#[test]
fn users_and_roles_are_found_by_arn() {
    check(
        "
        create role Reader path=/x/
        resolve role - arn:aws:iam::222222222222:role/x/Reader
        => ok Reader
        resolve role - arn:aws:iam::222222222222:role/Reader
        => refused NotFound: ROLE arn:aws:iam::222222222222:role/Reader not found
        resolve account - arn:aws:iam::222222222222:root
        => ok 222222222222
    ",
    );
}

#[test]
fn lists_hold_what_is_owned_and_what_is_shared_in_one_region() {
    check(
        "
        create network aaa
        as other create network bbb
        create network ccc
        as other create network ddd
        in us-east-1 create network eee
        as other create network fff
        list network
        => ok aaa ccc
        as other put resource-policy bbb policy=share-view
        as other put resource-policy fff policy=share-services   # allows no reading
        list network
        => ok aaa bbb ccc
        as other list network
        => ok bbb ddd fff
        as cluster list network
        => ok aaa bbb ccc ddd eee fff
        show network bbb name
        => ok bbb
        show network ddd name
        => refused NotFound: SERVICE_NETWORK ddd not found
    ",
    );
}

#[test]
fn lists_are_limited_to_parents() {
    check(
        "
        create network net
        create network net2
        create service shop
        create service bank
        create vpc vpc1
        create service-association a network=net service=shop
        create service-association b network=net service=bank
        create service-association c network=net2 service=shop
        create vpc-association d network=net vpc=vpc1
        list service-association net
        => ok a b
        list service-association shop
        => ok a c
        list service-association net shop
        => ok a
        list vpc-association vpc1
        => ok d
        as other list service-association net
        => ok
        create listener http service=shop fixed=404
        create listener two service=shop port=81 fixed=404
        list listener shop
        => ok http two
        create target-group web vpc=vpc1
        list target-group vpc1
        => ok web
    ",
    );
}

#[test]
fn both_sides_see_an_association() {
    check("
        as other create network net
        as other put resource-policy net policy=share-all
        create service shop
        create service-association a network=net service=shop
        list service-association net
        => ok a
        as other list service-association net
        => ok a
        as ops list service-association net
        => ok
        as other resolve service-association - arn:aws:vpc-lattice:eu-west-1:333333333333:servicenetworkserviceassociation/@a
        => ok a
    ");
}

#[test]
fn the_operator_sees_accounts_and_everyone_sees_the_settings() {
    check(
        "
        as ops list account
        => ok 111111111111 222222222222 333333333333
        list account
        => ok 222222222222
        show settings cluster name
        => ok
    ",
    );
}

#[test]
fn what_has_tags_is_told_by_arn_to_its_owner_in_its_region() {
    check(
        "
        create service shop
        create service bank
        create listener http service=shop fixed=404
        create vpc vpc1
        create user anna
        in us-east-1 create service far
        tag service shop a=1 b=2
        tag listener http a=3
        tag vpc vpc1 c=4
        tag user anna d=5
        in us-east-1 tag service far a=6
        tagged
        => ok arn:aws:ec2:eu-west-1:222222222222:vpc/vpc1 c=4 arn:aws:vpc-lattice:eu-west-1:222222222222:service/shop a=1 b=2 arn:aws:vpc-lattice:eu-west-1:222222222222:service/shop/listener/http a=3
        in us-east-1 tagged
        => ok arn:aws:vpc-lattice:us-east-1:222222222222:service/far a=6
        as other tagged
        => ok
        untag service shop a b
        untag listener http a
        tagged
        => ok arn:aws:ec2:eu-west-1:222222222222:vpc/vpc1 c=4
    ",
    );
}
