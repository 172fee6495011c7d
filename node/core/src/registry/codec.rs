//! Versioned encoding of commands and states, in protobuf with stable field numbers.
//!
//! A state is a sequence of length-delimited frames: a header, then one frame for each record and
//! for each remembered client token, in the order of kinds and ids. Equal states have equal bytes.

use aws_lc_rs::digest;
use prost::Message;

use super::command::{AnyRecord, COMMAND_VERSION, Command, Stored};
use super::state::{Remembered, State};
use crate::model::Kind;
use crate::seeded_bugs::{self, Bug};

/// Version of the encoding of states.
const STATE_VERSION: u32 = 1;

/// Why bytes could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// Written by a newer version. The node must be upgraded; it must not go on.
    #[error("version {0} is newer than this build understands; upgrade this node")]
    UnknownVersion(u32),
    /// Not what was written.
    #[error("damaged: {0}")]
    Damaged(#[from] prost::DecodeError),
    /// A frame holds nothing.
    #[error("damaged: an empty frame")]
    Empty,
}

#[derive(Clone, PartialEq, Eq, Message)]
struct Header {
    #[prost(uint32, tag = "1")]
    version: u32,
    #[prost(uint64, tag = "2")]
    revision: u64,
    #[prost(string, tag = "3")]
    cluster_id: String,
}

#[derive(Clone, PartialEq, Eq, Message)]
struct Frame {
    #[prost(message, optional, tag = "1")]
    header: Option<Header>,
    #[prost(message, optional, tag = "2")]
    record: Option<Stored>,
    #[prost(message, optional, tag = "3")]
    token: Option<Remembered>,
}

/// Encodes a command.
#[must_use]
pub fn encode_command(command: &Command) -> Vec<u8> {
    command.encode_to_vec()
}

/// Decodes a command.
///
/// # Errors
/// [`CodecError::UnknownVersion`] where a newer node wrote it: this node must stop, because going
/// on would let its state diverge. [`CodecError::Damaged`] for anything else.
pub fn decode_command(bytes: &[u8]) -> Result<Command, CodecError> {
    let command = Command::decode(bytes)?;
    if command.version > COMMAND_VERSION {
        return Err(CodecError::UnknownVersion(command.version));
    }
    Ok(command)
}

/// Encodes a state.
#[must_use]
pub fn encode_state(state: &State) -> Vec<u8> {
    encode(state, seeded_bugs::is(Bug::B6).then_some(Kind::TargetGroup))
}

/// Encodes a state, but for the records of a kind that is left out.
fn encode(state: &State, left_out: Option<Kind>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut push = |frame: Frame| bytes.extend(frame.encode_length_delimited_to_vec());
    push(Frame {
        header: Some(Header {
            version: STATE_VERSION,
            revision: state.revision,
            cluster_id: state.cluster_id.clone(),
        }),
        ..Frame::default()
    });
    state.for_each(&mut |record| {
        let kind = record.record.as_ref().map(AnyRecord::kind);
        if left_out.is_none() || kind != left_out {
            push(Frame {
                record: Some(record),
                ..Frame::default()
            });
        }
    });
    for token in state.tokens() {
        push(Frame {
            token: Some((**token).clone()),
            ..Frame::default()
        });
    }
    bytes
}

/// Decodes a state.
///
/// # Errors
/// As [`decode_command`].
pub fn decode_state(mut bytes: &[u8]) -> Result<State, CodecError> {
    let mut state = State::default();
    while !bytes.is_empty() {
        let frame = Frame::decode_length_delimited(&mut bytes)?;
        match frame {
            Frame {
                header: Some(header),
                ..
            } => {
                if header.version > STATE_VERSION {
                    return Err(CodecError::UnknownVersion(header.version));
                }
                state.revision = header.revision;
                state.cluster_id = header.cluster_id;
            }
            Frame {
                record: Some(Stored {
                    record: Some(record),
                }),
                ..
            } => state.insert(record),
            Frame {
                token: Some(token), ..
            } => state.remember(token),
            _ => return Err(CodecError::Empty),
        }
    }
    Ok(state)
}

/// SHA-256 of the encoded state: equal on all nodes at the same revision.
#[must_use]
pub fn digest(state: &State) -> [u8; 32] {
    let mut sum = [0; 32];
    sum.copy_from_slice(digest::digest(&digest::SHA256, &encode(state, None)).as_ref());
    sum
}
