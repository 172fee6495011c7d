//! Versioned encoding of commands and states, in protobuf with stable field numbers.
//!
//! A state is a sequence of length-delimited frames: a header, then one frame for each record and
//! for each remembered client token, in the order of kinds and ids. Equal states have equal bytes.

use aws_lc_rs::digest;
use prost::{Message, encoding};

use super::command::{COMMAND_VERSION, Command, Stored};
use super::state::{Remembered, State};
use crate::model::{Kind, Record};
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

/// Fields of a frame.
const HEADER: u32 = 1;
const RECORD: u32 = 2;
const TOKEN: u32 = 3;

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
    let header = Header {
        version: STATE_VERSION,
        revision: state.revision,
        cluster_id: state.cluster_id.clone(),
    };
    push(&mut bytes, HEADER, &header);
    state.encode_records(left_out, &mut bytes);
    for token in state.tokens() {
        push(&mut bytes, TOKEN, &**token);
    }
    bytes
}

/// Appends a [`Frame`] of one field.
fn push(bytes: &mut Vec<u8>, field: u32, message: &impl Message) {
    let frame = encoding::message::encoded_len(field, message);
    encoding::encode_varint(frame as u64, bytes);
    encoding::message::encode(field, message, bytes);
}

/// Appends the [`Frame`] of a record: of one that is lent, so that a state is encoded without a copy of it.
pub(super) fn push_record<R: Record>(bytes: &mut Vec<u8>, record: &R) {
    let kind = R::KIND as u32;
    let stored = encoding::message::encoded_len(kind, record) as u64;
    let head = encoding::key_len(RECORD) + encoding::encoded_len_varint(stored);
    encoding::encode_varint(head as u64 + stored, bytes);
    encoding::encode_key(RECORD, encoding::WireType::LengthDelimited, bytes);
    encoding::encode_varint(stored, bytes);
    encoding::message::encode(kind, record, bytes);
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
