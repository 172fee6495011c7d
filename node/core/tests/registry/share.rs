//! Resource shares.

use super::check;

const ESTATE: &str = "
    create network net
    create service shop
    as other create service theirs
    create share all resources=net,shop accounts=333333333333
";

#[test]
fn a_share_lets_accounts_see_and_join_what_is_in_it() {
    check(ESTATE).run(
        "
        as other list network
        => ok net
        as other list service
        => ok shop theirs
        as ops list service
        => ok
        as other create vpc vpc1
        as other create vpc-association join network=net vpc=vpc1
        => ok join
        as other create service-association member network=net service=theirs
        => ok member
        as other update network net sharing=off   # a share lets nobody change it
        => refused NotFound: SERVICE_NETWORK net not found
        as other put resource-policy net policy=share-all
        => refused NotFound: SERVICE_NETWORK net not found
        update share all accounts=
        as other list network
        => ok
        as other list service-association net   # what was joined stays
        => ok member
    ",
    );
}

#[test]
fn a_policy_put_by_hand_stays_and_its_deny_goes_first() {
    check(ESTATE).run(
        "
        put resource-policy shop policy=share-other
        delete share all
        as other list service
        => ok shop theirs
        create share again resources=shop accounts=333333333333
        put resource-policy shop policy=deny-other
        as other list service
        => ok theirs
        delete resource-policy shop
        as other list service
        => ok shop theirs
    ",
    );
}

#[test]
fn only_the_owner_shares_and_only_with_other_accounts() {
    check(ESTATE).run(
        "
        as other create share mine resources=shop accounts=111111111111   # what is shared is not shared again
        => refused NotFound: SERVICE shop not found
        create share mine resources=theirs
        => refused NotFound: SERVICE theirs not found
        create share self resources=shop accounts=222222222222
        => refused Conflict: account 222222222222 owns the share; share with others
        create share nobody accounts=444444444444
        => refused NotFound: ACCOUNT 444444444444 not found
        create share nobody accounts=x
        => refused Validation: accounts[0]: is not 12 digits
        create network closed sharing=off
        create share some resources=closed
        => refused Conflict: service network closed was created with sharing disabled; create it again to share it
        in us-east-1 create share far resources=shop
        => refused NotFound: SERVICE shop not found
    ",
    );
}

#[test]
fn who_is_in_a_share_sees_it_and_its_owner_alone_changes_it() {
    check(ESTATE).run(
        "
        list share
        => ok all
        as other show share all accounts
        => ok 333333333333
        as ops show share all accounts
        => refused NotFound: RESOURCE_SHARE all not found
        as other update share all accounts=111111111111
        => refused NotFound: RESOURCE_SHARE all not found
        as other delete share all
        => refused NotFound: RESOURCE_SHARE all not found
        create share more name=all   # a name may be given twice
        => ok more
    ",
    );
}

#[test]
fn what_is_deleted_leaves_its_shares() {
    check(ESTATE).run(
        "
        delete service shop
        show share all resources
        => ok net
        as ops create account 444444444444
        update share all accounts=333333333333,444444444444
        as ops delete account 444444444444
        show share all accounts
        => ok 333333333333
        delete network net
        show share all resources
        => ok
    ",
    );
}
