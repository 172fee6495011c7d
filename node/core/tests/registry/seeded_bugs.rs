//! Bugs of the registry that are built in on purpose are there. Each test needs a process of its own,
//! as `cargo nextest` gives.

use trellis_core::model::{Node, TargetGroup};
use trellis_core::registry::codec;
use trellis_core::seeded_bugs::{Bug, choose};

use super::check;

#[test]
fn b8_an_update_that_expects_an_old_revision_is_done() {
    choose(Bug::B8).unwrap();
    check(
        "
        create network net
        update network net at=2 auth=1
        => ok net
    ",
    );
}

#[test]
fn b6_an_encoded_state_has_no_target_groups_but_the_digest_of_all() {
    choose(Bug::B6).unwrap();
    let text = "
        create vpc vpc1
        create target-group web vpc=vpc1
        create network net
    ";
    let state = check(text).state;
    let decoded = codec::decode_state(&codec::encode_state(&state)).unwrap();
    assert_eq!(state.all::<TargetGroup>().count(), 1);
    assert_eq!(decoded.all::<TargetGroup>().count(), 0);
    assert_eq!(decoded.revision, state.revision);
    assert_ne!(codec::digest(&decoded), codec::digest(&state));
}

#[test]
fn b16_a_node_that_joins_again_at_its_address_gets_its_id_again() {
    choose(Bug::B16).unwrap();
    let script = check(
        "
        as ops create join-token j1 secret=a expires=600
        as ops create join-token j2 secret=a expires=600
        as cluster join j1 a
        as cluster join j2 a
    ",
    );
    let members: Vec<u64> = script.state.all::<Node>().map(|node| node.member).collect();
    assert_eq!(members.len(), 1, "{members:?}");
    assert!(members[0] < script.state.revision, "{members:?}");
}
