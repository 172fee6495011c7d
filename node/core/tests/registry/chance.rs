//! Whatever is asked: apply never panics, is deterministic, and keeps its indices; views compiled
//! step by step equal views compiled at once.
//!
//! Commands are drawn from a small world of ids, so that they meet each other's records; fields are
//! mostly right and sometimes wild.

mod invariants;
mod world;

use std::collections::BTreeMap;

use proptest::prelude::*;
use trellis_core::model::Kind;
use trellis_core::registry::command::{COMMAND_VERSION, Stored};
use trellis_core::registry::outcome::Judgement;
use trellis_core::registry::{Applied, Command, State, apply, codec};
use trellis_core::seal::Keyring;
use trellis_core::view::{View, compile};

use crate::script::check;

/// A cluster with accounts and a few records of the team.
fn opened() -> State {
    let mut state = check("").state;
    for applied in play(&mut state, &world::founding()) {
        assert!(
            matches!(applied.judgement, Some(Judgement::Done(_))),
            "{applied:?}"
        );
    }
    state
}

fn play(state: &mut State, commands: &[Command]) -> Vec<Applied> {
    let first = state.revision + 1;
    let commands = commands.iter().zip(first..);
    commands
        .map(|(command, revision)| apply(state, revision, command))
        .collect()
}

fn keyring() -> Keyring {
    Keyring::new("k1", [7; 32]).unwrap()
}

/// What a view says, in an order that does not depend on hashing.
fn told(view: &View) -> String {
    let vpcs: BTreeMap<_, _> = view
        .vpcs
        .iter()
        .map(|(id, vpc)| {
            let names: BTreeMap<_, _> = vpc.names.iter().collect();
            let text = format!("{} {:?} {:?} {names:?}", vpc.owner, vpc.reaches, vpc.ports);
            (id, text)
        })
        .collect();
    let keys: BTreeMap<_, _> = view.credentials.access_keys.iter().collect();
    let identities: BTreeMap<_, _> = view.credentials.identities.iter().collect();
    format!(
        "{} {} {vpcs:#?} {:#?} {:#?} {:#?} {keys:#?} {identities:#?} {:#?}",
        view.revision, view.cluster_id, view.networks, view.services, view.groups, view.attachments
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn equal_commands_give_equal_states_answers_and_bytes(commands in world::commands(60)) {
        let (mut one, mut two) = (opened(), opened());
        prop_assert_eq!(play(&mut one, &commands), play(&mut two, &commands));
        prop_assert_eq!(codec::encode_state(&one), codec::encode_state(&two));
        prop_assert_eq!(one, two);
    }

    #[test]
    fn indices_equal_those_built_anew(commands in world::commands(60)) {
        let mut state = opened();
        play(&mut state, &commands);
        let bytes = codec::encode_state(&state);
        let again = codec::decode_state(&bytes).unwrap();
        prop_assert_eq!(&again, &state);
        prop_assert_eq!(codec::encode_state(&again), bytes);
    }

    #[test]
    fn a_refused_command_changes_nothing_but_the_revision(commands in world::commands(60)) {
        let mut state = opened();
        for command in &commands {
            let before = state.clone();
            let revision = state.revision + 1;
            if let Some(Judgement::Refused(_)) = apply(&mut state, revision, command).judgement {
                let mut before = before;
                before.revision = revision;
                prop_assert_eq!(&before, &state);
            }
        }
    }

    #[test]
    fn no_command_leads_to_a_state_that_contradicts_itself(commands in world::commands(60)) {
        let mut state = opened();
        for command in &commands {
            play(&mut state, std::slice::from_ref(command));
            prop_assert_eq!(invariants::broken(&state), Vec::<String>::new(), "after {:?}", command);
        }
    }

    #[test]
    fn what_fails_validation_is_refused(commands in world::commands(60)) {
        let mut state = opened();
        for mut command in commands {
            // A repeated token would answer with the first outcome instead.
            command.client_token.clear();
            let revision = state.revision + 1;
            let applied = apply(&mut state, revision, &command);
            if command.validate().is_err() {
                prop_assert!(matches!(applied.judgement, Some(Judgement::Refused(_))), "{:?}", command);
            }
        }
    }

    #[test]
    fn a_command_survives_its_encoding(commands in world::commands(10)) {
        for command in commands {
            let bytes = codec::encode_command(&command);
            prop_assert_eq!(codec::decode_command(&bytes).unwrap(), command);
        }
    }

    #[test]
    fn a_view_compiled_step_by_step_equals_one_compiled_at_once(commands in world::commands(40)) {
        let keyring = keyring();
        let mut state = opened();
        let mut view = compile(&state, &keyring, None);
        for command in &commands {
            play(&mut state, std::slice::from_ref(command));
            view = compile(&state, &keyring, Some(&view));
            let anew = compile(&state, &keyring, None);
            prop_assert!(told(&view) == told(&anew), "{}\n\n{}", told(&view), told(&anew));
        }
    }
}

#[test]
fn the_world_is_rich_enough_to_mean_something() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut done = BTreeMap::<Kind, u32>::new();
    for _ in 0..450 {
        let commands = world::commands(60).new_tree(&mut runner).unwrap().current();
        let mut state = opened();
        for applied in play(&mut state, &commands) {
            let Some(Judgement::Done(outcome)) = applied.judgement else {
                continue;
            };
            for result in outcome.results {
                if let Some(Stored {
                    record: Some(record),
                }) = result.record
                {
                    *done.entry(record.kind()).or_default() += 1;
                }
            }
        }
    }
    for kind in world::KINDS {
        let count = done.get(kind).copied().unwrap_or_default();
        assert!(
            count >= 25,
            "{kind:?} was changed {count} times only: {done:?}"
        );
    }
}

#[test]
fn a_change_compiles_the_services_it_touches_and_shares_the_others() {
    let mut script = check(
        "
        create vpc vpc1
        create network net
        create service shop
        create service bank
        create target-group web vpc=vpc1
        create target-group api vpc=vpc1
        create listener http service=shop forward=web
        create listener plain service=bank forward=api
        create service-association a network=net service=shop
        create service-association b network=net service=bank
        create vpc-association c network=net vpc=vpc1
    ",
    );
    let keyring = keyring();
    let before = compile(&script.state, &keyring, None);
    script.run("register web 10.0.0.1");
    let after = compile(&script.state, &keyring, Some(&before));
    let shared = |name: &str| {
        let id = &script.names[name];
        std::sync::Arc::ptr_eq(&before.services[id.as_str()], &after.services[id.as_str()])
    };
    assert!(!shared("shop"), "its target group has a new target");
    assert!(shared("bank"), "nothing of it has changed");
}

#[test]
fn damaged_bytes_and_newer_versions_are_told_apart() {
    for bytes in [&[0xff; 9][..], &[1], &[2, 0x0a]] {
        let damaged = codec::decode_state(bytes);
        assert!(
            matches!(damaged, Err(codec::CodecError::Damaged(_))),
            "{damaged:?}"
        );
    }
    let command = Command {
        version: COMMAND_VERSION + 1,
        ..Command::default()
    };
    let newer = codec::decode_command(&codec::encode_command(&command));
    assert!(
        matches!(newer, Err(codec::CodecError::UnknownVersion(_))),
        "{newer:?}"
    );
}
