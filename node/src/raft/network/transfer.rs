//! A snapshot on its way: cut into checksummed chunks, and put together again.

use aws_lc_rs::digest;
use bytes::{Bytes, BytesMut};
use prost::Message;
use trellis_proto::raft_v1::snapshot_part::Part;
use trellis_proto::raft_v1::{SnapshotChunk, SnapshotHeader, SnapshotPart};

use crate::raft::config::SNAPSHOT_BYTES_MAX;
use crate::raft::entry::{DecodeError, SnapshotMeta, SnapshotMetaMessage, Vote};
use crate::raft::wire::{self, WireError};

#[cfg(test)]
mod tests;

/// Largest chunk, bytes.
const CHUNK_BYTES_MAX: usize = 256 << 10;

/// Why a snapshot was not taken in.
#[derive(Debug, thiserror::Error)]
pub(in crate::raft) enum TransferError {
    /// The first message is no header, or a later one no chunk.
    #[error("a snapshot is a header and then chunks")]
    Order,
    /// Longer than a snapshot may be.
    #[error("a snapshot of {0} bytes; {SNAPSHOT_BYTES_MAX} are allowed")]
    TooLong(u64),
    /// A chunk was damaged, lost or repeated on the way.
    #[error("the chunk at byte {0} is not what was sent")]
    Chunk(u64),
    /// The whole is not what was sent.
    #[error("the snapshot is not what was sent")]
    Whole,
    /// A field is missing.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// What it covers cannot be decoded.
    #[error(transparent)]
    Meta(#[from] DecodeError),
}

impl From<TransferError> for tonic::Status {
    fn from(error: TransferError) -> Self {
        Self::invalid_argument(error.to_string())
    }
}

/// The messages of a snapshot, made as they are asked for.
pub(in crate::raft) fn parts(
    vote: &Vote,
    meta: &SnapshotMeta,
    snapshot: Bytes,
) -> impl Iterator<Item = SnapshotPart> + Send + 'static {
    let header = SnapshotHeader {
        vote: Some(wire::vote_to(vote)),
        meta: SnapshotMetaMessage::from(meta).encode_to_vec(),
        length: snapshot.len() as u64,
        sha256: sha256(&snapshot),
    };
    let chunks = (0..snapshot.len())
        .step_by(CHUNK_BYTES_MAX)
        .map(move |offset| {
            let end = snapshot.len().min(offset + CHUNK_BYTES_MAX);
            let data = snapshot.slice(offset..end);
            Part::Chunk(SnapshotChunk {
                offset: offset as u64,
                crc32: crc32fast::hash(&data),
                data: data.into(),
            })
        });
    std::iter::once(Part::Header(header))
        .chain(chunks)
        .map(|part| SnapshotPart { part: Some(part) })
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

/// A snapshot that is being received.
pub(in crate::raft) struct Assembly {
    /// The vote of the leader that sends it.
    pub(in crate::raft) vote: Vote,
    meta: SnapshotMeta,
    length: u64,
    sha256: Vec<u8>,
    bytes: BytesMut,
}

impl Assembly {
    /// Begins with the header.
    ///
    /// # Errors
    /// [`TransferError`] where it is none, or the snapshot is too long.
    pub(in crate::raft) fn begin(part: SnapshotPart) -> Result<Self, TransferError> {
        let Some(Part::Header(header)) = part.part else {
            return Err(TransferError::Order);
        };
        if header.length > SNAPSHOT_BYTES_MAX {
            return Err(TransferError::TooLong(header.length));
        }
        Ok(Self {
            vote: wire::vote_from(header.vote)?,
            meta: SnapshotMetaMessage::decode(header.meta.as_slice())
                .map_err(DecodeError::from)?
                .try_into()?,
            length: header.length,
            sha256: header.sha256,
            bytes: BytesMut::new(),
        })
    }

    /// Adds the next chunk.
    ///
    /// # Errors
    /// [`TransferError`] where it is not the one that comes next, whole.
    pub(in crate::raft) fn add(&mut self, part: SnapshotPart) -> Result<(), TransferError> {
        let Some(Part::Chunk(chunk)) = part.part else {
            return Err(TransferError::Order);
        };
        let next = self.bytes.len() as u64;
        let fits = next + chunk.data.len() as u64 <= self.length;
        if chunk.offset != next || !fits || crc32fast::hash(&chunk.data) != chunk.crc32 {
            return Err(TransferError::Chunk(next));
        }
        self.bytes.extend_from_slice(&chunk.data);
        Ok(())
    }

    /// Ends after the last chunk.
    ///
    /// # Errors
    /// [`TransferError::Whole`] where chunks are missing or the digest differs.
    pub(in crate::raft) fn finish(self) -> Result<(SnapshotMeta, Bytes), TransferError> {
        let bytes = self.bytes.freeze();
        if bytes.len() as u64 != self.length || sha256(&bytes) != self.sha256 {
            return Err(TransferError::Whole);
        }
        Ok((self.meta, bytes))
    }
}
