//! Messages say what they were made from; what makes no sense is an error, never a panic.

use openraft::EntryPayload;

use super::*;
use crate::raft::entry::Entry;
use crate::raft::types::Proposal;

fn log_id(index: u64) -> LogId {
    let vote = Vote::new_committed(3, 7);
    LogId::new(vote.leader_id, index)
}

fn entry(index: u64, bytes: usize) -> Entry {
    Entry {
        log_id: log_id(index),
        payload: EntryPayload::Normal(Proposal(vec![5; bytes])),
    }
}

fn append(entries: Vec<Entry>) -> AppendEntriesRequest<TypeConfig> {
    AppendEntriesRequest {
        vote: Vote::new_committed(3, 7),
        prev_log_id: Some(log_id(9)),
        entries,
        leader_commit: Some(log_id(8)),
    }
}

#[test]
fn entries_arrive_as_they_were_sent() {
    let request = append(vec![entry(10, 3), entry(11, 0)]);
    let (message, rest) = append_to(&request);
    assert_eq!(rest, None);
    let received = append_from(message).unwrap();
    assert_eq!(format!("{received:?}"), format!("{request:?}"));
    assert_eq!(received.entries, request.entries);
}

#[test]
fn a_message_holds_what_fits_and_says_where_it_ends() {
    let half = APPEND_BYTES_MAX / 2 - 100;
    let (message, last) = append_to(&append(vec![
        entry(10, half),
        entry(11, half),
        entry(12, half),
    ]));
    assert_eq!((message.entries.len(), last), (2, Some(log_id(11))));
    let (message, last) = append_to(&append(vec![entry(10, 3 * half), entry(11, 1)]));
    assert_eq!((message.entries.len(), last), (1, Some(log_id(10))));
}

#[test]
fn answers_arrive_as_they_were_sent() {
    let answers = [
        AppendEntriesResponse::Success,
        AppendEntriesResponse::PartialSuccess(Some(log_id(4))),
        AppendEntriesResponse::PartialSuccess(None),
        AppendEntriesResponse::Conflict,
        AppendEntriesResponse::HigherVote(Vote::new(8, 2)),
    ];
    for answer in answers {
        assert_eq!(appended_from(appended_to(&answer)).unwrap(), answer);
    }
    let transferred: [TransferLeaderResponse<TypeConfig>; 3] = [
        Ok(()),
        Err(TransferLeaderError::VoteChanged {
            expected: Vote::new(8, 2),
            actual: Vote::new_committed(9, 1),
        }),
        Err(TransferLeaderError::LogNotFlushed {
            expected: Some(log_id(4)),
            actual: None,
        }),
    ];
    for answer in transferred {
        assert_eq!(transferred_from(transferred_to(&answer)).unwrap(), answer);
    }
}

#[test]
fn votes_and_hand_overs_arrive_as_they_were_sent() {
    let mut ballot = VoteRequest::new(Vote::new(8, 2), Some(log_id(4)));
    ballot.leadership_transfer = true;
    assert_eq!(ballot_from(ballot_to(&ballot)).unwrap(), ballot);
    let voted = VoteResponse::new(Vote::new(8, 2), None, true);
    assert_eq!(voted_from(voted_to(&voted)).unwrap(), voted);
    let transfer = TransferLeaderRequest::new(Vote::new_committed(8, 2), 5, Some(log_id(4)));
    assert_eq!(transfer_from(transfer_to(&transfer)).unwrap(), transfer);
}

#[test]
fn a_missing_field_is_an_error() {
    assert!(append_from(pb::AppendRequest::default()).is_err());
    assert!(appended_from(pb::AppendResponse::default()).is_err());
    assert!(ballot_from(pb::VoteRequest::default()).is_err());
    assert!(voted_from(pb::VoteResponse::default()).is_err());
    assert!(transfer_from(pb::TransferLeaderRequest::default()).is_err());
    assert!(transferred_from(pb::TransferLeaderResponse::default()).is_err());
    let (mut message, _) = append_to(&append(vec![entry(10, 3)]));
    message.entries[0].truncate(4);
    assert!(append_from(message).is_err());
}
