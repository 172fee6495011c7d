//! Bodies that belong to one request only, and their digests.

/// The bytes of a length that belong to a marker: no two markers have a longer part in common.
#[must_use]
pub fn content(marker: u64, bytes: usize) -> Vec<u8> {
    let words = bytes.div_ceil(8);
    let mut content = Vec::with_capacity(words * 8);
    for word in 0..words as u64 {
        content.extend_from_slice(&mix(marker.wrapping_add(word << 32)).to_le_bytes());
    }
    content.truncate(bytes);
    content
}

/// A digest that tells bodies apart; not safe against forgery.
#[must_use]
pub fn digest(bytes: &[u8]) -> u64 {
    // FNV-1a over words, and over the rest.
    let mut words = bytes.chunks_exact(8);
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ bytes.len() as u64;
    let mut add = |word: u64| hash = (hash ^ word).wrapping_mul(0x0100_0000_01b3).rotate_left(29);
    for word in &mut words {
        add(word
            .iter()
            .fold(0, |word, byte| (word << 8) | u64::from(*byte)));
    }
    for byte in words.remainder() {
        add(u64::from(*byte));
    }
    mix(hash)
}

/// A bijection of words that looks random. Source: the finaliser of SplitMix64.
fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_or_its_place_changes_the_digest() {
        let whole = content(7, 1_000);
        assert_eq!(whole.len(), 1_000);
        assert_eq!(digest(&whole), digest(&content(7, 1_000)));
        for (name, changed) in [
            ("other marker", content(8, 1_000)),
            ("shorter", content(7, 999)),
            ("a byte", {
                let mut bytes = whole.clone();
                bytes[998] ^= 1;
                bytes
            }),
            ("two words swapped", {
                let mut bytes = whole.clone();
                bytes.copy_within(8..16, 0);
                bytes[8..16].copy_from_slice(&whole[..8]);
                bytes
            }),
        ] {
            assert_ne!(digest(&whole), digest(&changed), "{name}");
        }
        assert_ne!(digest(b""), digest(b"\0"));
    }
}
