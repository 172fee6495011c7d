//! What was written is read, by this build and by those after it.

use openraft::impls::leader_id_adv::LeaderId as Leader;
use openraft::{BasicNode, EntryPayload};
use prost::Message;

use super::{
    DecodeError, Entry, EntryMessage, LogId, Membership, SnapshotMeta, SnapshotMetaMessage,
    StoredMembership, StoredMembershipMessage, Vote, decode_entry, decode_log_id, decode_vote,
    encode_entry, encode_log_id, encode_vote,
};
use crate::raft::types::Proposal;

fn log_id(term: u64, node_id: u64, index: u64) -> LogId {
    LogId::new(Leader { term, node_id }, index)
}

fn node(addr: &str) -> BasicNode {
    BasicNode::new(addr)
}

/// Two sets of voters, and a learner.
fn membership() -> Membership {
    let nodes = [(1, "a:1"), (2, "b:2"), (3, "c:3")].map(|(id, addr)| (id, node(addr)));
    let nodes: std::collections::BTreeMap<_, _> = nodes.into();
    Membership::new(vec![[1].into(), [1, 2].into()], nodes).unwrap()
}

/// Every form of an entry, and its bytes, which never change.
fn entries() -> Vec<(Entry, &'static str)> {
    let entry = |log_id, payload| Entry { log_id, payload };
    vec![
        (entry(log_id(0, 0, 0), EntryPayload::Blank), "0a001200"),
        (
            entry(log_id(2, 1, 300), EntryPayload::Blank),
            "0a0708021001 18ac02 1200",
        ),
        (
            entry(
                log_id(2, 1, 3),
                EntryPayload::Normal(Proposal(vec![0xff, 0])),
            ),
            "0a06080210011803 1a02ff00",
        ),
        (
            entry(log_id(2, 1, 3), EntryPayload::Normal(Proposal(Vec::new()))),
            "0a06080210011803 1a00",
        ),
        (
            entry(log_id(2, 1, 3), EntryPayload::Membership(membership())),
            "0a06080210011803 2226 0a030a0101 0a040a020102 \
             12070801 1203613a31 12070802 1203623a32 12070803 1203633a33",
        ),
    ]
}

#[test]
fn entries_are_written_as_they_always_were_and_read_back() {
    for (entry, bytes) in entries() {
        let bytes: String = bytes.split_whitespace().collect();
        assert_eq!(hex::encode(encode_entry(&entry)), bytes, "{entry:?}");
        assert_eq!(decode_entry(&hex::decode(bytes).unwrap()), Ok(entry));
    }
}

#[test]
fn votes_and_log_ids_are_read_back() {
    for vote in [Vote::new(0, 0), Vote::new(7, 3), Vote::new_committed(7, 3)] {
        assert_eq!(decode_vote(&encode_vote(&vote)), Ok(vote));
    }
    for id in [log_id(0, 0, 0), log_id(u64::MAX, 1, u64::MAX)] {
        assert_eq!(decode_log_id(&encode_log_id(&id)), Ok(id));
    }
}

#[test]
fn members_and_snapshot_metas_are_read_back() {
    let before_the_first = StoredMembership::default();
    let stored = StoredMembership::new(Some(log_id(1, 1, 0)), membership());
    for last_membership in [before_the_first, stored] {
        let message = StoredMembershipMessage::from(&last_membership);
        assert_eq!(message.try_into(), Ok(last_membership.clone()));
        for last_log_id in [None, Some(log_id(0, 0, 0)), Some(log_id(3, 2, 9))] {
            let meta = SnapshotMeta {
                last_log_id,
                last_membership: last_membership.clone(),
            };
            let bytes = SnapshotMetaMessage::from(&meta).encode_to_vec();
            let message = SnapshotMetaMessage::decode(bytes.as_slice()).unwrap();
            assert_eq!(message.try_into(), Ok(meta));
        }
    }
}

#[test]
fn what_is_missing_or_cannot_be_is_an_error() {
    let whole = EntryMessage::from(&entries()[0].0);
    let cases = [
        (
            EntryMessage {
                log_id: None,
                ..whole.clone()
            },
            "log id is missing",
        ),
        (
            EntryMessage {
                payload: None,
                ..whole
            },
            "payload is missing",
        ),
    ];
    for (message, expected) in cases {
        let error = message.into_entry().unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(decode_entry(&[]), Err(DecodeError::Missing("log id")));
    // A voter without an address.
    let strange = "0a06080210011803 2205 0a030a0101";
    let bytes = hex::decode(strange.split_whitespace().collect::<String>()).unwrap();
    let error = decode_entry(&bytes).unwrap_err();
    assert!(matches!(error, DecodeError::Members(_)), "{error}");
}

#[test]
fn an_entry_that_is_cut_short_is_never_read_as_another() {
    for (entry, _) in entries() {
        let bytes = encode_entry(&entry);
        for length in 0..bytes.len() {
            let read = decode_entry(&bytes[..length]);
            assert!(read.is_err(), "{length} bytes of {entry:?}: {read:?}");
        }
    }
}
