//! The checksum that every record carries: neither engine is trusted to notice a flipped bit.
//!
//! CRC-32 (IEEE) over key and content, 4 bytes big endian, then the content. The key is part of it so
//! that a record cannot stand in for another.

/// Length of the checksum, bytes.
const SUM_BYTES: usize = 4;

/// Seals content under a key.
pub(crate) fn seal(key: &[u8], content: &[u8]) -> Vec<u8> {
    let mut record = Vec::with_capacity(SUM_BYTES + content.len());
    record.extend(sum(key, content).to_be_bytes());
    record.extend(content);
    record
}

/// The content of a record; none if it is not what was sealed under this key.
pub(crate) fn unseal<'a>(key: &[u8], record: &'a [u8]) -> Option<&'a [u8]> {
    let (stored, content) = record.split_first_chunk::<SUM_BYTES>()?;
    (u32::from_be_bytes(*stored) == sum(key, content)).then_some(content)
}

fn sum(key: &[u8], content: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(content);
    hasher.finalize()
}
