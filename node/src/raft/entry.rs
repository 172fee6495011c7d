//! How Raft's own values are written, on disk and on the wire: protobuf with stable field numbers.
//!
//! A value that is not there is an error, never a default: a peer or a disk may hand us anything.

use std::collections::BTreeMap;

use openraft::type_config::alias::{EntryOf, LogIdOf, SnapshotMetaOf, StoredMembershipOf, VoteOf};
use openraft::{BasicNode, EntryPayload, impls::leader_id_adv::LeaderId as Leader};
use prost::Message;
use trellis_core::seeded_bugs::{self, Bug};

use super::types::{Proposal, TypeConfig};

#[cfg(test)]
mod tests;

/// A position in the log: the leader that proposed the entry, and its index.
pub type LogId = LogIdOf<TypeConfig>;
/// A log entry.
pub type Entry = EntryOf<TypeConfig>;
/// A vote: term, candidate, and whether a majority granted it.
pub type Vote = VoteOf<TypeConfig>;
/// The members: voters, or two sets of voters while they change, and learners.
pub type Membership = openraft::Membership<u64, BasicNode>;
/// The members, and where in the log they were written.
pub type StoredMembership = StoredMembershipOf<TypeConfig>;
/// What a snapshot covers.
pub type SnapshotMeta = SnapshotMetaOf<TypeConfig>;

/// Why bytes are not the value they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not protobuf.
    #[error("not readable: {0}")]
    Protobuf(#[from] prost::DecodeError),
    /// A part that must be there is not.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The members are not ones that a cluster can have.
    #[error("members that cannot be: {0}")]
    Members(String),
}

/// [`LogId`] in protobuf.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct LogIdMessage {
    /// Term of the leader.
    #[prost(uint64, tag = "1")]
    pub term: u64,
    /// Member id of the leader.
    #[prost(uint64, tag = "2")]
    pub node: u64,
    /// Index of the entry.
    #[prost(uint64, tag = "3")]
    pub index: u64,
}

/// [`Vote`] in protobuf.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct VoteMessage {
    /// Term voted in.
    #[prost(uint64, tag = "1")]
    pub term: u64,
    /// Member id voted for.
    #[prost(uint64, tag = "2")]
    pub node: u64,
    /// Whether a majority granted it.
    #[prost(bool, tag = "3")]
    pub committed: bool,
}

/// One set of voters.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct VotersMessage {
    /// Their member ids.
    #[prost(uint64, repeated, tag = "1")]
    pub ids: Vec<u64>,
}

/// [`Membership`] in protobuf.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct MembershipMessage {
    /// The sets of voters: one, or two while they change.
    #[prost(message, repeated, tag = "1")]
    pub voters: Vec<VotersMessage>,
    /// Address of each member, learners included.
    #[prost(btree_map = "uint64, string", tag = "2")]
    pub addresses: BTreeMap<u64, String>,
}

/// [`StoredMembership`] in protobuf.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct StoredMembershipMessage {
    /// Where it was written; none before the first.
    #[prost(message, optional, tag = "1")]
    pub log_id: Option<LogIdMessage>,
    /// The members.
    #[prost(message, optional, tag = "2")]
    pub membership: Option<MembershipMessage>,
}

/// [`SnapshotMeta`] in protobuf.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct SnapshotMetaMessage {
    /// The last entry it covers; none for an empty one.
    #[prost(message, optional, tag = "1")]
    pub last_log_id: Option<LogIdMessage>,
    /// The members as of that entry.
    #[prost(message, optional, tag = "2")]
    pub last_membership: Option<StoredMembershipMessage>,
}

/// [`Entry`] in protobuf.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct EntryMessage {
    /// Its position.
    #[prost(message, optional, tag = "1")]
    pub log_id: Option<LogIdMessage>,
    /// What it carries.
    #[prost(oneof = "PayloadMessage", tags = "2, 3, 4")]
    pub payload: Option<PayloadMessage>,
}

/// What an entry carries.
#[derive(Clone, PartialEq, Eq, prost::Oneof)]
pub enum PayloadMessage {
    /// Nothing: the first entry of a leader.
    #[prost(message, tag = "2")]
    Blank(BlankMessage),
    /// An encoded command.
    #[prost(bytes, tag = "3")]
    Command(Vec<u8>),
    /// New members.
    #[prost(message, tag = "4")]
    Membership(MembershipMessage),
}

/// Nothing.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct BlankMessage {}

impl From<&LogId> for LogIdMessage {
    fn from(id: &LogId) -> Self {
        Self {
            term: id.leader_id.term,
            node: id.leader_id.node_id,
            index: id.index,
        }
    }
}

impl From<LogIdMessage> for LogId {
    fn from(message: LogIdMessage) -> Self {
        let leader = Leader {
            term: message.term,
            node_id: message.node,
        };
        LogId::new(leader, message.index)
    }
}

impl From<&Vote> for VoteMessage {
    fn from(vote: &Vote) -> Self {
        Self {
            term: vote.leader_id.term,
            node: vote.leader_id.node_id,
            committed: vote.committed,
        }
    }
}

impl From<VoteMessage> for Vote {
    fn from(message: VoteMessage) -> Self {
        Vote {
            leader_id: Leader {
                term: message.term,
                node_id: message.node,
            },
            committed: message.committed,
        }
    }
}

impl From<&Membership> for MembershipMessage {
    fn from(membership: &Membership) -> Self {
        let voters = membership.get_joint_config().iter();
        Self {
            voters: voters
                .map(|ids| VotersMessage {
                    ids: ids.iter().copied().collect(),
                })
                .collect(),
            addresses: membership
                .nodes()
                .map(|(id, node)| (*id, node.addr.clone()))
                .collect(),
        }
    }
}

impl TryFrom<MembershipMessage> for Membership {
    type Error = DecodeError;

    fn try_from(message: MembershipMessage) -> Result<Self, DecodeError> {
        let mut voters: Vec<_> = message
            .voters
            .into_iter()
            .map(|set| set.ids.into_iter().collect())
            .collect();
        if seeded_bugs::is(Bug::B7) && voters.len() > 1 {
            voters.drain(..voters.len() - 1);
        }
        let nodes: BTreeMap<_, _> = message
            .addresses
            .into_iter()
            .map(|(id, addr)| (id, BasicNode { addr }))
            .collect();
        // Before a cluster is formed there are no members, which `new` would refuse.
        if voters.is_empty() && nodes.is_empty() {
            return Ok(Membership::default());
        }
        Membership::new(voters, nodes).map_err(|error| DecodeError::Members(error.to_string()))
    }
}

impl From<&StoredMembership> for StoredMembershipMessage {
    fn from(stored: &StoredMembership) -> Self {
        Self {
            log_id: stored.log_id().as_ref().map(LogIdMessage::from),
            membership: Some(stored.membership().into()),
        }
    }
}

impl TryFrom<StoredMembershipMessage> for StoredMembership {
    type Error = DecodeError;

    fn try_from(message: StoredMembershipMessage) -> Result<Self, DecodeError> {
        let membership = message
            .membership
            .ok_or(DecodeError::Missing("membership"))?;
        Ok(StoredMembership::new(
            message.log_id.map(LogId::from),
            membership.try_into()?,
        ))
    }
}

impl From<&SnapshotMeta> for SnapshotMetaMessage {
    fn from(meta: &SnapshotMeta) -> Self {
        Self {
            last_log_id: meta.last_log_id.as_ref().map(LogIdMessage::from),
            last_membership: Some((&meta.last_membership).into()),
        }
    }
}

impl TryFrom<SnapshotMetaMessage> for SnapshotMeta {
    type Error = DecodeError;

    fn try_from(message: SnapshotMetaMessage) -> Result<Self, DecodeError> {
        let membership = message
            .last_membership
            .ok_or(DecodeError::Missing("membership of the snapshot"))?;
        Ok(SnapshotMeta {
            last_log_id: message.last_log_id.map(LogId::from),
            last_membership: membership.try_into()?,
        })
    }
}

impl From<&Entry> for EntryMessage {
    fn from(entry: &Entry) -> Self {
        let payload = match &entry.payload {
            EntryPayload::Blank => PayloadMessage::Blank(BlankMessage {}),
            EntryPayload::Normal(proposal) => PayloadMessage::Command(proposal.0.clone()),
            EntryPayload::Membership(membership) => PayloadMessage::Membership(membership.into()),
        };
        Self {
            log_id: Some((&entry.log_id).into()),
            payload: Some(payload),
        }
    }
}

impl EntryMessage {
    /// The entry.
    ///
    /// # Errors
    /// [`DecodeError`], also where a part is missing.
    pub fn into_entry(self) -> Result<Entry, DecodeError> {
        let log_id = self.log_id.ok_or(DecodeError::Missing("log id"))?.into();
        let payload = match self.payload.ok_or(DecodeError::Missing("payload"))? {
            PayloadMessage::Blank(_) => EntryPayload::Blank,
            PayloadMessage::Command(bytes) => EntryPayload::Normal(Proposal(bytes)),
            PayloadMessage::Membership(message) => EntryPayload::Membership(message.try_into()?),
        };
        Ok(Entry { log_id, payload })
    }
}

/// Encodes an entry.
#[must_use]
pub fn encode_entry(entry: &Entry) -> Vec<u8> {
    EntryMessage::from(entry).encode_to_vec()
}

/// Decodes an entry.
///
/// # Errors
/// [`DecodeError`], also where a part is missing.
pub fn decode_entry(bytes: &[u8]) -> Result<Entry, DecodeError> {
    EntryMessage::decode(bytes)?.into_entry()
}

/// Encodes a log id.
#[must_use]
pub fn encode_log_id(id: &LogId) -> Vec<u8> {
    LogIdMessage::from(id).encode_to_vec()
}

/// Decodes a log id.
///
/// # Errors
/// [`DecodeError`].
pub fn decode_log_id(bytes: &[u8]) -> Result<LogId, DecodeError> {
    Ok(LogIdMessage::decode(bytes)?.into())
}

/// Encodes a vote.
#[must_use]
pub fn encode_vote(vote: &Vote) -> Vec<u8> {
    VoteMessage::from(vote).encode_to_vec()
}

/// Decodes a vote.
///
/// # Errors
/// [`DecodeError`].
pub fn decode_vote(bytes: &[u8]) -> Result<Vote, DecodeError> {
    Ok(VoteMessage::decode(bytes)?.into())
}
