//! Named cluster keys, and what is sealed under them.
//!
//! A sealed value is self-describing: version byte 1, length of the key id, key id, nonce (12
//! bytes), ciphertext with tag (16 bytes). Version and key id are authenticated together with the
//! caller's associated data, which says what the value is, e.g. the access key id of a secret: a
//! value cannot be moved to another place.
//!
//! Rotation: add a key (it seals from now on), distribute the file, seal everything again, remove
//! the old key.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hkdf;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// Length of a nonce, bytes.
pub const NONCE_BYTES: usize = 12;

/// Longest key id, bytes.
const KEY_ID_BYTES_MAX: usize = 32;

const KEY_BYTES: usize = 32;
const TAG_BYTES: usize = 16;
const VERSION: u8 = 1;

/// Cluster keys: the newest seals, all open.
#[derive(Clone)]
pub struct Keyring {
    /// Oldest first; never empty; ids are unique.
    keys: Vec<NamedKey>,
}

#[derive(Clone)]
struct NamedKey {
    id: String,
    secret: Zeroizing<[u8; KEY_BYTES]>,
    /// Expanded once: the data plane opens a session token for many a request.
    cipher: Arc<LessSafeKey>,
}

/// Why a key file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// The file has no key.
    #[error("no key: a key file has one `id:base64` line for each key, newest last")]
    Empty,
    /// Line, from 1, that is not `id:base64 of 32 bytes`. The content is not repeated.
    #[error("line {0} is not `id:base64 of 32 bytes`")]
    Line(usize),
    /// A key id is empty, too long or has other characters than letters, digits, `.`, `_`, `-`.
    #[error("key id {0:?} is not 1 to 32 letters, digits, '.', '_' or '-'")]
    Id(String),
    /// Two keys have the same id.
    #[error("key id {0:?} is used twice")]
    Duplicate(String),
    /// The library failed, which nothing is known to cause.
    #[error(transparent)]
    Library(#[from] SealError),
}

/// Why a value cannot be opened or sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Not something that [`Keyring::seal`] made.
    #[error("not a sealed value")]
    Malformed,
    /// Sealed under a key that this keyring does not have.
    #[error("sealed under unknown key {0:?}")]
    UnknownKey(String),
    /// Changed, or sealed for another purpose.
    #[error("the seal is broken")]
    Broken,
    /// The library failed.
    #[error("the cryptographic library failed")]
    Library,
}

impl Keyring {
    /// A keyring of one key.
    ///
    /// # Errors
    /// [`KeyringError::Id`].
    pub fn new(id: &str, secret: [u8; KEY_BYTES]) -> Result<Keyring, KeyringError> {
        let mut ring = Keyring { keys: Vec::new() };
        ring.add(id, secret)?;
        Ok(ring)
    }

    /// Adds a key, which seals from now on.
    ///
    /// # Errors
    /// [`KeyringError::Id`], [`KeyringError::Duplicate`].
    pub fn add(&mut self, id: &str, secret: [u8; KEY_BYTES]) -> Result<(), KeyringError> {
        let secret = Zeroizing::new(secret);
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if id.is_empty() || id.len() > KEY_ID_BYTES_MAX || !id.bytes().all(letters) {
            return Err(KeyringError::Id(id.to_owned()));
        }
        if self.find(id).is_some() {
            return Err(KeyringError::Duplicate(id.to_owned()));
        }
        self.keys.push(NamedKey::new(id, secret)?);
        Ok(())
    }

    /// Reads a key file: one `id:base64` line for each key, newest last; empty lines and lines
    /// that start with `#` are left out.
    ///
    /// # Errors
    /// [`KeyringError`]; none of them repeats a secret.
    pub fn parse(file: &str) -> Result<Keyring, KeyringError> {
        let mut ring = Keyring { keys: Vec::new() };
        for (index, line) in file.lines().map(str::trim).enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let malformed = KeyringError::Line(index + 1);
            let Some((id, encoded)) = line.split_once(':') else {
                return Err(malformed);
            };
            let Ok(bytes) = STANDARD.decode(encoded.trim()).map(Zeroizing::new) else {
                return Err(malformed);
            };
            let secret = <[u8; KEY_BYTES]>::try_from(bytes.as_slice()).map_err(|_| malformed)?;
            ring.add(id.trim(), secret)?;
        }
        if ring.keys.is_empty() {
            Err(KeyringError::Empty)
        } else {
            Ok(ring)
        }
    }

    /// The key file that [`Keyring::parse`] reads.
    pub fn print(&self) -> Zeroizing<String> {
        let mut file = Zeroizing::new(String::new());
        for key in &self.keys {
            let encoded = Zeroizing::new(STANDARD.encode(key.secret.as_slice()));
            // Writing to a string cannot fail.
            let _ = writeln!(file, "{}:{}", key.id, encoded.as_str());
        }
        file
    }

    /// Ids of the keys, oldest first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.id.as_str())
    }

    /// Seals `plaintext` for the purpose `aad` under the newest key.
    ///
    /// `nonce` must come from a cryptographic random generator.
    ///
    /// # Errors
    /// [`SealError::Library`], which only lack of memory is known to cause.
    pub fn seal(
        &self,
        aad: &[u8],
        plaintext: &[u8],
        nonce: [u8; NONCE_BYTES],
    ) -> Result<Vec<u8>, SealError> {
        let key = self.keys.last().ok_or(SealError::Library)?;
        let mut sealed = header(&key.id)?;
        let bound = [sealed.as_slice(), aad].concat();
        let mut text = Vec::with_capacity(plaintext.len() + TAG_BYTES);
        text.extend_from_slice(plaintext);
        key.cipher
            .seal_in_place_append_tag(Nonce::from(&nonce), Aad::from(bound), &mut text)
            .map_err(|_| SealError::Library)?;
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&text);
        Ok(sealed)
    }

    /// Opens what [`Keyring::seal`] sealed for the same purpose.
    ///
    /// # Errors
    /// [`SealError`]; none of them says anything about the plaintext.
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (id, rest) = split(sealed).ok_or(SealError::Malformed)?;
        let (nonce, ciphertext) = rest
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(SealError::Malformed)?;
        let key = self
            .find(id)
            .ok_or_else(|| SealError::UnknownKey(id.to_owned()))?;
        let bound = [header(id)?.as_slice(), aad].concat();
        let mut text = Zeroizing::new(ciphertext.to_vec());
        let opened = key
            .cipher
            .open_in_place(Nonce::from(nonce), Aad::from(bound), &mut text);
        let plaintext_bytes = opened.map_err(|_| SealError::Broken)?.len();
        text.truncate(plaintext_bytes);
        Ok(text)
    }

    /// Whether a value should be sealed again: it is not under the newest key.
    pub fn is_outdated(&self, sealed: &[u8]) -> bool {
        let newest = self.keys.last().map(|key| key.id.as_str());
        split(sealed).map(|(id, _)| id) != newest
    }

    /// The same ids with other keys, derived from these: for a purpose that must not be able to
    /// open or forge what is sealed for another.
    ///
    /// # Errors
    /// [`SealError::Library`], which nothing is known to cause.
    pub fn derive(&self, purpose: &str) -> Result<Keyring, SealError> {
        let derived = self.keys.iter().map(|key| {
            let mut secret = Zeroizing::new([0; KEY_BYTES]);
            hkdf::Salt::new(hkdf::HKDF_SHA256, b"trellis")
                .extract(key.secret.as_slice())
                .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
                .and_then(|okm| okm.fill(secret.as_mut_slice()))
                .map_err(|_| SealError::Library)?;
            NamedKey::new(&key.id, secret)
        });
        Ok(Keyring {
            keys: derived.collect::<Result<_, _>>()?,
        })
    }

    fn find(&self, id: &str) -> Option<&NamedKey> {
        self.keys.iter().find(|key| key.id == id)
    }
}

impl NamedKey {
    fn new(id: &str, secret: Zeroizing<[u8; KEY_BYTES]>) -> Result<NamedKey, SealError> {
        let key = UnboundKey::new(&AES_256_GCM_SIV, secret.as_slice());
        let key = key.map_err(|_| SealError::Library)?;
        Ok(NamedKey {
            id: id.to_owned(),
            secret,
            cipher: Arc::new(LessSafeKey::new(key)),
        })
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("ids", &self.ids().collect::<Vec<_>>())
            .finish()
    }
}

/// The start of a sealed value.
fn header(id: &str) -> Result<Vec<u8>, SealError> {
    let length = u8::try_from(id.len()).map_err(|_| SealError::Malformed)?;
    Ok([&[VERSION, length], id.as_bytes()].concat())
}

/// Key id, and what follows it.
fn split(sealed: &[u8]) -> Option<(&str, &[u8])> {
    match sealed {
        [VERSION, length, rest @ ..] => {
            let (id, rest) = rest.split_at_checked(usize::from(*length))?;
            Some((std::str::from_utf8(id).ok()?, rest))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: [u8; NONCE_BYTES] = [7; NONCE_BYTES];

    fn ring() -> Keyring {
        Keyring::new("2026-11", [1; 32]).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_for_the_same_purpose_only() {
        let sealed = ring().seal(b"AKIA1", b"secret", NONCE).unwrap();
        assert_eq!(
            ring().open(b"AKIA1", &sealed).unwrap().as_slice(),
            b"secret"
        );
        assert_eq!(ring().open(b"AKIA2", &sealed), Err(SealError::Broken));
        let stranger = Keyring::new("2026-11", [2; 32]).unwrap();
        assert_eq!(stranger.open(b"AKIA1", &sealed), Err(SealError::Broken));
    }

    #[test]
    fn every_changed_bit_and_every_missing_byte_is_noticed() {
        let sealed = ring().seal(b"aad", b"secret", NONCE).unwrap();
        for at in 0..sealed.len() * 8 {
            let mut damaged = sealed.clone();
            damaged[at / 8] ^= 1 << (at % 8);
            assert!(ring().open(b"aad", &damaged).is_err(), "bit {at}");
        }
        for length in 0..sealed.len() {
            assert!(
                ring().open(b"aad", &sealed[..length]).is_err(),
                "{length} bytes"
            );
        }
    }

    #[test]
    fn the_newest_key_seals_and_all_open() {
        let mut ring = ring();
        let old = ring.seal(b"", b"x", NONCE).unwrap();
        assert!(!ring.is_outdated(&old));
        ring.add("2026-12", [3; 32]).unwrap();
        let new = ring.seal(b"", b"x", NONCE).unwrap();
        assert!(ring.is_outdated(&old) && !ring.is_outdated(&new));
        assert_eq!(ring.open(b"", &old).unwrap().as_slice(), b"x");
        let only_new = Keyring::new("2026-12", [3; 32]).unwrap();
        assert_eq!(only_new.open(b"", &new).unwrap().as_slice(), b"x");
        assert_eq!(
            only_new.open(b"", &old),
            Err(SealError::UnknownKey("2026-11".into()))
        );
    }

    #[test]
    fn the_key_file_is_read_back_as_it_was_printed() {
        let mut ring = ring();
        ring.add("b.2_c-d", [9; 32]).unwrap();
        let file = ring.print();
        assert_eq!(file.lines().count(), 2);
        let again = Keyring::parse(&format!("# comment\n\n{}", file.as_str())).unwrap();
        assert_eq!(*again.print(), *file);
    }

    #[test]
    fn a_bad_key_file_is_refused_without_repeating_it() {
        let key = STANDARD.encode([1; 32]);
        let table = [
            ("# nothing", KeyringError::Empty),
            (&format!("a:{key}\nb"), KeyringError::Line(2)),
            ("a:c2hvcnQ=", KeyringError::Line(1)),
            ("a:not base64!", KeyringError::Line(1)),
            (&format!("a b:{key}"), KeyringError::Id("a b".into())),
            (&format!(":{key}"), KeyringError::Id(String::new())),
            (
                &format!("a:{key}\na:{key}"),
                KeyringError::Duplicate("a".into()),
            ),
        ];
        for (file, expected) in table {
            assert_eq!(Keyring::parse(file).unwrap_err(), expected, "{file}");
        }
    }

    #[test]
    fn derived_keys_do_not_open_what_others_sealed() {
        let sealed = ring().seal(b"", b"x", NONCE).unwrap();
        let derived = ring().derive("sessions").unwrap();
        assert_eq!(derived.open(b"", &sealed), Err(SealError::Broken));
        assert_eq!(
            *derived.print(),
            *ring().derive("sessions").unwrap().print()
        );
        assert_ne!(*derived.print(), *ring().derive("other").unwrap().print());
    }

    #[test]
    fn debug_output_has_no_secret() {
        assert_eq!(format!("{:?}", ring()), r#"Keyring { ids: ["2026-11"] }"#);
    }
}
