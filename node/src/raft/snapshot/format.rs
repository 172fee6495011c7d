//! The bytes of a snapshot file.
//!
//! | part | bytes |
//! |---|---|
//! | magic | 8 |
//! | length of the header, big endian | 4 |
//! | header, protobuf | as said |
//! | CRC-32 of the header | 4 |
//! | chunks: CRC-32 of the chunk's number and content, then its content | 4 + up to 256 KiB, each |
//! | SHA-256 of all before | 32 |

use std::io::{self, Write};

use aws_lc_rs::digest::{Context, SHA256, SHA256_OUTPUT_LEN};
use prost::Message;

use super::Damage;
use crate::raft::entry::{DecodeError, SnapshotMeta, SnapshotMetaMessage};

/// How every file begins.
const MAGIC: &[u8; 8] = b"TRLSSNAP";
/// Version of the format.
const VERSION: u32 = 1;
/// Longest chunk, bytes.
const CHUNK_BYTES_MAX: usize = 256 * 1024;

#[derive(Clone, PartialEq, Eq, Message)]
struct Header {
    #[prost(uint32, tag = "1")]
    version: u32,
    #[prost(message, optional, tag = "2")]
    meta: Option<SnapshotMetaMessage>,
    #[prost(string, tag = "3")]
    cluster_id: String,
    /// Bytes of the state.
    #[prost(uint64, tag = "4")]
    length: u64,
}

/// What a file holds.
pub(super) struct Content {
    pub(super) meta: SnapshotMeta,
    pub(super) cluster_id: String,
    pub(super) state: Vec<u8>,
}

/// Why a file has no content for us.
pub(super) enum Unreadable {
    Damaged(Damage),
    /// A newer build wrote it.
    Version(u32),
}

impl From<Damage> for Unreadable {
    fn from(damage: Damage) -> Self {
        Unreadable::Damaged(damage)
    }
}

/// Writes a file.
pub(super) fn write(
    file: &mut impl Write,
    meta: &SnapshotMeta,
    cluster_id: &str,
    state: &[u8],
) -> io::Result<()> {
    let header = Header {
        version: VERSION,
        meta: Some(meta.into()),
        cluster_id: cluster_id.to_owned(),
        length: state.len() as u64,
    };
    let header = header.encode_to_vec();
    let header_length = u32::try_from(header.len()).map_err(io::Error::other)?;
    let mut digest = Context::new(&SHA256);
    let mut put = |bytes: &[u8]| {
        digest.update(bytes);
        file.write_all(bytes)
    };
    put(MAGIC)?;
    put(&header_length.to_be_bytes())?;
    put(&header)?;
    put(&crc32fast::hash(&header).to_be_bytes())?;
    for (number, chunk) in (0_u64..).zip(state.chunks(CHUNK_BYTES_MAX)) {
        put(&sum(number, chunk).to_be_bytes())?;
        put(chunk)?;
    }
    file.write_all(digest.finish().as_ref())
}

/// Reads a file and checks every part of it.
pub(super) fn parse(bytes: &[u8]) -> Result<Content, Unreadable> {
    let mut rest = Rest { bytes, at: 0 };
    if rest.take(MAGIC.len())? != MAGIC {
        return Err(Damage::NoSnapshot.into());
    }
    let header_length = rest.number()? as usize;
    let header = rest.take(header_length)?;
    if rest.number()? != crc32fast::hash(header) {
        return Err(Damage::Checksum("header").into());
    }
    let header = Header::decode(header).map_err(DecodeError::from);
    let header = header.map_err(Damage::from)?;
    if header.version != VERSION {
        return Err(Unreadable::Version(header.version));
    }
    let length = usize::try_from(header.length).unwrap_or(usize::MAX);
    // Not reserved in advance: the length is only a claim until the chunks are there.
    let mut state = Vec::new();
    for number in 0_u64.. {
        let chunk_length = (length - state.len()).min(CHUNK_BYTES_MAX);
        if chunk_length == 0 {
            break;
        }
        let stored = rest.number()?;
        let chunk = rest.take(chunk_length)?;
        if stored != sum(number, chunk) {
            return Err(Damage::Checksum("content").into());
        }
        state.extend_from_slice(chunk);
    }
    let covered = rest.at;
    let stored = rest.take(SHA256_OUTPUT_LEN)?;
    if rest.at != bytes.len() {
        return Err(Damage::Trailing.into());
    }
    let mut digest = Context::new(&SHA256);
    digest.update(&bytes[..covered]);
    if digest.finish().as_ref() != stored {
        return Err(Damage::Checksum("whole").into());
    }
    let meta = header.meta.ok_or(DecodeError::Missing("meta"));
    let meta = meta
        .and_then(SnapshotMeta::try_from)
        .map_err(Damage::from)?;
    Ok(Content {
        meta,
        cluster_id: header.cluster_id,
        state,
    })
}

/// What is not read yet.
struct Rest<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Rest<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Damage> {
        let end = self.at.saturating_add(length);
        let part = self.bytes.get(self.at..end);
        let part = part.ok_or(Damage::Truncated(self.bytes.len() as u64))?;
        self.at = end;
        Ok(part)
    }

    fn number(&mut self) -> Result<u32, Damage> {
        let bytes = self.take(4)?;
        Ok(bytes.iter().fold(0, |n, b| n << 8 | u32::from(*b)))
    }
}

fn sum(number: u64, chunk: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&number.to_be_bytes());
    hasher.update(chunk);
    hasher.finalize()
}
