//! What holds for all commands: bundles, tokens, revisions, ownership, determinism.

use super::check;
use super::script::begin;
use trellis_core::registry::codec;

#[test]
fn a_cluster_begins_with_one_bundle_of_its_own() {
    let script = begin("
        as cluster create settings cluster name=c0ffee account=111111111111 regions=eu-west-1 suffix=trellis.internal partition=7d67968 ; create account 111111111111 name=root ; create access-key AKIAROOT account=111111111111 ; create cluster-key ca use=0 account=111111111111 ; create node node-1 member=1 account=111111111111 region=eu-west-1
        => ok cluster 111111111111 AKIAROOT ca node-1
    ");
    assert_eq!(script.state.cluster_id, "c0ffee");
    check("").run("
        as cluster create settings cluster account=222222222222 regions=eu-west-1 suffix=trellis.internal partition=7d67968
        => refused Conflict: CLUSTER_SETTINGS cluster exists already
    ");
}

#[test]
fn a_bundle_is_done_whole_or_refused_whole() {
    check("
        create service shop ; create network net ; create service shop2 name=shop
        => refused Conflict: SERVICE shop has the name shop; choose another
        show service shop name
        => refused NotFound: SERVICE shop not found
        create service shop ; create listener http service=shop fixed=404 ; update listener http service=shop fixed=500
        => ok shop http http
    ");
}

#[test]
fn a_repeated_client_token_answers_with_the_first_outcome() {
    check(
        "
        token t1 create network net
        => ok net
        delete network net
        token t1 create network net
        => ok net
        show network net name
        => refused NotFound: SERVICE_NETWORK net not found
        token t1 create network other
        => refused TokenMismatch: the client token was used for another request; use a new one
        as other token t1 create network other
        => ok other
        wait 86401s
        token t1 create network net2
        => ok net2
    ",
    );
}

#[test]
fn a_refused_command_does_not_use_its_token() {
    check(
        "
        token t1 delete network net
        => refused NotFound: SERVICE_NETWORK net not found
        token t1 create network net
        => ok net
    ",
    );
}

#[test]
fn an_update_can_expect_a_revision() {
    check(
        "
        create network net
        show network net revision
        => ok 3
        update network net at=2 auth=1
        => refused RevisionMismatch: net is at revision 3, not 2; read it again
        update network net at=3 auth=1
        => ok net
        show network net revision
        => ok 5
    ",
    );
}

#[test]
fn a_foreign_record_answers_like_one_that_does_not_exist() {
    check(
        "
        create network net
        as other update network net auth=1
        => refused NotFound: SERVICE_NETWORK net not found
        as other delete network net
        => refused NotFound: SERVICE_NETWORK net not found
        as other delete network nil
        => refused NotFound: SERVICE_NETWORK nil not found
        as ops delete network net   # the operator owns no resources of others
        => refused NotFound: SERVICE_NETWORK net not found
        as other create network net2 account=222222222222   # an owner cannot be chosen
        as cluster show network net2 account
        => ok 333333333333
    ",
    );
}

#[test]
fn the_cluster_itself_owns_everything_and_may_give_an_owner() {
    check(
        "
        as cluster create network net account=333333333333
        => ok net
        as cluster show network net region
        => ok eu-west-1
        as other delete network net
        => ok net
        as cluster create network net2 account=444444444444
        => refused NotFound: ACCOUNT 444444444444 not found
        as cluster create network net2
        => refused Validation: account: is required
    ",
    );
}

#[test]
fn only_regions_of_the_cluster_hold_resources() {
    check(
        "
        in ap-south-1 create network net
        => refused Validation: region: is not one of eu-west-1, us-east-1
    ",
    );
}

#[test]
fn tokens_are_visible_text_of_at_most_64_characters() {
    let long = "x".repeat(65);
    check("").run(&format!(
        "
        token {long} create network net
        => refused Validation: clientToken: has length 65; 1–64 is allowed
    "
    ));
}

#[test]
fn the_state_survives_its_encoding_and_equal_states_have_equal_bytes() {
    let text = "
        create vpc vpc1
        token t1 create network net ; create service shop ; create target-group web vpc=vpc1
        create listener http service=shop forward=web
        create rule r10 listener=http priority=10 path=/ forward=web
        register web 10.0.0.1
        create service-association member1 network=net service=shop
        create vpc-association join1 network=net vpc=vpc1
        put auth-policy shop policy=anyone
        create user ann
        create access-key AKIAKEY1 user=ann
        delete rule r10
    ";
    let (first, second) = (check(text).state, check(text).state);
    let bytes = codec::encode_state(&first);
    assert_eq!(bytes, codec::encode_state(&second));
    assert_eq!(codec::decode_state(&bytes).unwrap(), first);
}
