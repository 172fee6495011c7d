//! Raft's values as they travel between members.

use openraft::impls::leader_id_adv::LeaderId;
use openraft::raft::{
    AppendEntriesRequest, AppendEntriesResponse, TransferLeaderError, TransferLeaderRequest,
    TransferLeaderResponse, VoteRequest, VoteResponse,
};
use trellis_proto::raft_v1 as pb;

use super::config::APPEND_BYTES_MAX;
use super::entry::{self, LogId, Vote};
use super::types::TypeConfig;

#[cfg(test)]
mod tests;

/// A message that another member sent and that makes no sense.
#[derive(Debug, thiserror::Error)]
pub(super) enum WireError {
    /// A field is missing.
    #[error("malformed message: no {0}")]
    Missing(&'static str),
    /// An entry or a membership cannot be decoded.
    #[error("malformed message: {0}")]
    Entry(#[from] entry::DecodeError),
}

impl From<WireError> for tonic::Status {
    fn from(error: WireError) -> Self {
        Self::invalid_argument(error.to_string())
    }
}

/// Encodes the position of an entry.
pub(super) fn log_id_to(id: LogId) -> pb::LogId {
    pb::LogId {
        term: id.leader_id.term,
        member: id.leader_id.node_id,
        index: id.index,
    }
}

/// Decodes the position of an entry.
pub(super) fn log_id_from(id: pb::LogId) -> LogId {
    LogId::new(
        LeaderId {
            term: id.term,
            node_id: id.member,
        },
        id.index,
    )
}

/// Encodes a vote.
pub(super) fn vote_to(vote: &Vote) -> pb::Vote {
    pb::Vote {
        term: vote.leader_id.term,
        member: vote.leader_id.node_id,
        committed: vote.committed,
    }
}

/// Decodes a vote.
pub(super) fn vote_from(vote: Option<pb::Vote>) -> Result<Vote, WireError> {
    let vote = vote.ok_or(WireError::Missing("vote"))?;
    Ok(Vote {
        leader_id: LeaderId {
            term: vote.term,
            node_id: vote.member,
        },
        committed: vote.committed,
    })
}

/// Encodes as many entries as fit into a message. The second value is the last of them where not
/// all did.
pub(super) fn append_to(
    request: &AppendEntriesRequest<TypeConfig>,
) -> (pb::AppendRequest, Option<LogId>) {
    let mut message = pb::AppendRequest {
        vote: Some(vote_to(&request.vote)),
        previous: request.prev_log_id.map(log_id_to),
        entries: Vec::with_capacity(request.entries.len()),
        committed: request.leader_commit.map(log_id_to),
    };
    let mut bytes = 0;
    let mut last = None;
    for entry in &request.entries {
        let encoded = entry::encode_entry(entry);
        bytes += encoded.len();
        if bytes > APPEND_BYTES_MAX && last.is_some() {
            return (message, last);
        }
        message.entries.push(encoded);
        last = Some(entry.log_id);
    }
    (message, None)
}

/// Decodes entries to append.
pub(super) fn append_from(
    message: pb::AppendRequest,
) -> Result<AppendEntriesRequest<TypeConfig>, WireError> {
    let entries = message
        .entries
        .into_iter()
        .map(|bytes| entry::decode_entry(&bytes));
    Ok(AppendEntriesRequest {
        vote: vote_from(message.vote)?,
        prev_log_id: message.previous.map(log_id_from),
        entries: entries.collect::<Result<_, _>>()?,
        leader_commit: message.committed.map(log_id_from),
    })
}

/// Encodes the answer to entries.
pub(super) fn appended_to(response: &AppendEntriesResponse<TypeConfig>) -> pb::AppendResponse {
    use pb::append_response::Result;
    let result = match response {
        AppendEntriesResponse::Success => Result::Success(pb::Empty {}),
        AppendEntriesResponse::PartialSuccess(last) => Result::Partial(pb::PartialSuccess {
            last: last.map(log_id_to),
        }),
        AppendEntriesResponse::Conflict => Result::Conflict(pb::Empty {}),
        AppendEntriesResponse::HigherVote(vote) => Result::HigherVote(vote_to(vote)),
    };
    pb::AppendResponse {
        result: Some(result),
    }
}

/// Decodes the answer to entries.
pub(super) fn appended_from(
    message: pb::AppendResponse,
) -> Result<AppendEntriesResponse<TypeConfig>, WireError> {
    use pb::append_response::Result as Appended;
    match message.result.ok_or(WireError::Missing("result"))? {
        Appended::Success(_) => Ok(AppendEntriesResponse::Success),
        Appended::Partial(partial) => Ok(AppendEntriesResponse::PartialSuccess(
            partial.last.map(log_id_from),
        )),
        Appended::Conflict(_) => Ok(AppendEntriesResponse::Conflict),
        Appended::HigherVote(vote) => vote_from(Some(vote)).map(AppendEntriesResponse::HigherVote),
    }
}

/// Encodes a request for a vote.
pub(super) fn ballot_to(request: &VoteRequest<TypeConfig>) -> pb::VoteRequest {
    pb::VoteRequest {
        vote: Some(vote_to(&request.vote)),
        last_log: request.last_log_id.map(log_id_to),
        leadership_transfer: request.leadership_transfer,
    }
}

/// Decodes a request for a vote.
pub(super) fn ballot_from(message: pb::VoteRequest) -> Result<VoteRequest<TypeConfig>, WireError> {
    let vote = vote_from(message.vote)?;
    let mut request = VoteRequest::new(vote, message.last_log.map(log_id_from));
    request.leadership_transfer = message.leadership_transfer;
    Ok(request)
}

/// Encodes the answer to a request for a vote.
pub(super) fn voted_to(response: &VoteResponse<TypeConfig>) -> pb::VoteResponse {
    pb::VoteResponse {
        vote: Some(vote_to(&response.vote)),
        granted: response.vote_granted,
        last_log: response.last_log_id.map(log_id_to),
    }
}

/// Decodes the answer to a request for a vote.
pub(super) fn voted_from(message: pb::VoteResponse) -> Result<VoteResponse<TypeConfig>, WireError> {
    let vote = vote_from(message.vote)?;
    let last_log = message.last_log.map(log_id_from);
    Ok(VoteResponse::new(vote, last_log, message.granted))
}

/// Encodes a hand-over.
pub(super) fn transfer_to(
    request: &TransferLeaderRequest<TypeConfig>,
) -> pb::TransferLeaderRequest {
    pb::TransferLeaderRequest {
        from_leader: Some(vote_to(request.from_leader())),
        to: *request.to_node_id(),
        last_log: request.last_log_id().copied().map(log_id_to),
    }
}

/// Decodes a hand-over.
pub(super) fn transfer_from(
    message: pb::TransferLeaderRequest,
) -> Result<TransferLeaderRequest<TypeConfig>, WireError> {
    let from = vote_from(message.from_leader)?;
    let last_log = message.last_log.map(log_id_from);
    Ok(TransferLeaderRequest::new(from, message.to, last_log))
}

/// Encodes the answer to a hand-over.
pub(super) fn transferred_to(
    response: &TransferLeaderResponse<TypeConfig>,
) -> pb::TransferLeaderResponse {
    use pb::transfer_leader_response::Result;
    let result = match response {
        Ok(()) => Result::Accepted(pb::Empty {}),
        Err(TransferLeaderError::VoteChanged { expected, actual }) => {
            Result::VoteChanged(pb::VoteChanged {
                expected: Some(vote_to(expected)),
                actual: Some(vote_to(actual)),
            })
        }
        Err(TransferLeaderError::LogNotFlushed { expected, actual }) => {
            Result::LogNotFlushed(pb::LogNotFlushed {
                expected: expected.map(log_id_to),
                actual: actual.map(log_id_to),
            })
        }
    };
    pb::TransferLeaderResponse {
        result: Some(result),
    }
}

/// Decodes the answer to a hand-over.
pub(super) fn transferred_from(
    message: pb::TransferLeaderResponse,
) -> Result<TransferLeaderResponse<TypeConfig>, WireError> {
    use pb::transfer_leader_response::Result as Transferred;
    Ok(match message.result.ok_or(WireError::Missing("result"))? {
        Transferred::Accepted(_) => Ok(()),
        Transferred::VoteChanged(changed) => Err(TransferLeaderError::VoteChanged {
            expected: vote_from(changed.expected)?,
            actual: vote_from(changed.actual)?,
        }),
        Transferred::LogNotFlushed(behind) => Err(TransferLeaderError::LogNotFlushed {
            expected: behind.expected.map(log_id_from),
            actual: behind.actual.map(log_id_from),
        }),
    })
}
