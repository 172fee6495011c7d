//! A snapshot arrives as it was sent, or not at all.

use super::*;
use crate::raft::entry::LogId;

fn sent(bytes: usize) -> (Vote, SnapshotMeta, Bytes, Vec<SnapshotPart>) {
    let vote = Vote::new_committed(3, 7);
    let meta = SnapshotMeta {
        last_log_id: Some(LogId::new(vote.leader_id, 41)),
        ..SnapshotMeta::default()
    };
    let snapshot: Bytes = (0..bytes).map(|byte| (byte % 251) as u8).collect();
    let parts = parts(&vote, &meta, snapshot.clone()).collect();
    (vote, meta, snapshot, parts)
}

fn receive(parts: Vec<SnapshotPart>) -> Result<(SnapshotMeta, Bytes), TransferError> {
    let mut parts = parts.into_iter();
    let mut assembly = Assembly::begin(parts.next().unwrap())?;
    for part in parts {
        assembly.add(part)?;
    }
    assembly.finish()
}

fn chunk(part: &mut SnapshotPart) -> &mut SnapshotChunk {
    match part.part.as_mut() {
        Some(Part::Chunk(chunk)) => chunk,
        _ => panic!("no chunk"),
    }
}

#[test]
fn a_snapshot_of_any_length_arrives_as_it_was_sent() {
    for bytes in [
        0,
        1,
        CHUNK_BYTES_MAX - 1,
        CHUNK_BYTES_MAX,
        CHUNK_BYTES_MAX + 1,
        700_000,
    ] {
        let (_, meta, snapshot, parts) = sent(bytes);
        assert_eq!(parts.len(), 1 + bytes.div_ceil(CHUNK_BYTES_MAX), "{bytes}");
        assert_eq!(receive(parts).unwrap(), (meta, snapshot), "{bytes}");
    }
}

#[test]
fn a_snapshot_that_was_damaged_on_the_way_is_refused() {
    type Harm = fn(&mut Vec<SnapshotPart>);
    let harms: [(&str, Harm); 9] = [
        ("a flipped bit", |parts| chunk(&mut parts[2]).data[9] ^= 4),
        ("a flipped bit, checksum too", |parts| {
            let chunk = chunk(&mut parts[2]);
            chunk.data[9] ^= 4;
            chunk.crc32 = crc32fast::hash(&chunk.data);
        }),
        ("a lost chunk", |parts| drop(parts.remove(2))),
        ("a lost end", |parts| drop(parts.pop())),
        ("a repeated chunk", |parts| {
            parts.insert(2, parts[1].clone())
        }),
        ("swapped chunks", |parts| parts.swap(1, 2)),
        ("one chunk too many", |parts| {
            let end = chunk(&mut parts[3]);
            let (offset, length) = (end.offset, end.data.len() as u64);
            let mut extra = parts[1].clone();
            chunk(&mut extra).offset = offset + length;
            parts.push(extra);
        }),
        ("no header", |parts| drop(parts.remove(0))),
        ("two headers", |parts| parts.insert(1, parts[0].clone())),
    ];
    for (what, harm) in harms {
        let (.., mut parts) = sent(700_000);
        harm(&mut parts);
        assert!(receive(parts).is_err(), "{what}");
    }
}

#[test]
fn a_header_without_a_vote_or_for_too_much_is_refused() {
    type Harm = fn(&mut SnapshotHeader);
    let harms: [Harm; 3] = [
        |header| header.vote = None,
        |header| header.length = SNAPSHOT_BYTES_MAX + 1,
        |header| header.meta = vec![0xff],
    ];
    for (number, harm) in harms.into_iter().enumerate() {
        let (.., mut parts) = sent(1);
        match parts[0].part.as_mut() {
            Some(Part::Header(header)) => harm(header),
            _ => panic!("no header"),
        }
        assert!(receive(parts).is_err(), "case {number}");
    }
}
