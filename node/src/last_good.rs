//! The last good registry state, kept beside the Raft store: what a node serves where its store is
//! damaged, or must be rejoined.
//!
//! Three generations, each a sealed file that is replaced atomically. The seal (AES-256-GCM-SIV
//! under the cluster key, bound to the cluster id) is the checksum too: a changed byte does not open.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use tracing::warn;
use trellis_core::registry::{State, codec};
use trellis_core::seal::Keyring;

use crate::cluster::bootstrap::random;
use crate::cluster::identity::{create_private_dir, write_private};

/// Generations that are kept.
const GENERATIONS: u8 = 3;

/// Keeps and finds states.
#[derive(Clone)]
pub struct LastGood {
    directory: PathBuf,
    cluster_id: String,
    keyring: Arc<Keyring>,
}

/// Why a state cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The file system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The state could not be sealed.
    #[error("sealing: {0}")]
    Seal(String),
}

impl LastGood {
    /// The states of a cluster in a data directory.
    #[must_use]
    pub fn new(data_dir: &Path, cluster_id: String, keyring: Arc<Keyring>) -> Self {
        Self {
            directory: data_dir.join("last-good"),
            cluster_id,
            keyring,
        }
    }

    /// Keeps a state as the newest generation.
    ///
    /// # Errors
    /// [`KeepError`]; the older generations are then still there.
    pub fn save(&self, state: &State) -> Result<(), KeepError> {
        if !self.directory.exists() {
            create_private_dir(&self.directory)?;
        }
        let nonce = random().map_err(|error| KeepError::Seal(error.to_string()))?;
        let sealed = self
            .keyring
            .seal(
                self.purpose().as_bytes(),
                &codec::encode_state(state),
                nonce,
            )
            .map_err(|error| KeepError::Seal(error.to_string()))?;
        for generation in (1..GENERATIONS).rev() {
            match fs::rename(self.path(generation - 1), self.path(generation)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        write_private(&self.path(0), &sealed)?;
        Ok(())
    }

    /// The newest state that can be read; a generation that cannot is named in the log.
    #[must_use]
    pub fn load(&self) -> Option<State> {
        (0..GENERATIONS).find_map(|generation| {
            let path = self.path(generation);
            let sealed = fs::read(&path).ok()?;
            match self.open(&sealed) {
                Ok(state) => Some(state),
                Err(error) => {
                    warn!(file = %path.display(), error, "a kept state cannot be read");
                    None
                }
            }
        })
    }

    fn open(&self, sealed: &[u8]) -> Result<State, String> {
        let bytes = self
            .keyring
            .open(self.purpose().as_bytes(), sealed)
            .map_err(|error| error.to_string())?;
        codec::decode_state(&bytes).map_err(|error| error.to_string())
    }

    fn purpose(&self) -> String {
        format!("last good state of cluster {}", self.cluster_id)
    }

    fn path(&self, generation: u8) -> PathBuf {
        self.directory.join(format!("state-{generation}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(directory: &Path) -> LastGood {
        let keyring = Arc::new(Keyring::new("k1", [1; 32]).unwrap());
        LastGood::new(directory, "c1".into(), keyring)
    }

    fn state(revision: u64) -> State {
        let mut state = State::default();
        state.revision = revision;
        state.cluster_id = "c1".into();
        state
    }

    #[test]
    fn the_newest_generation_is_served() {
        let directory = tempfile::tempdir().unwrap();
        let states = states(directory.path());
        assert_eq!(states.load(), None);
        for revision in 1..=5 {
            states.save(&state(revision)).unwrap();
        }
        assert_eq!(states.load(), Some(state(5)));
        assert_eq!(
            fs::read_dir(directory.path().join("last-good"))
                .unwrap()
                .count(),
            3
        );
    }

    #[test]
    fn a_damaged_generation_is_passed_over() {
        let directory = tempfile::tempdir().unwrap();
        let states = states(directory.path());
        states.save(&state(1)).unwrap();
        states.save(&state(2)).unwrap();
        let newest = directory.path().join("last-good/state-0");
        let mut bytes = fs::read(&newest).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        fs::write(&newest, bytes).unwrap();
        assert_eq!(states.load(), Some(state(1)));
    }

    #[test]
    fn the_state_of_another_cluster_is_not_served() {
        let directory = tempfile::tempdir().unwrap();
        let states = states(directory.path());
        states.save(&state(1)).unwrap();
        let other = LastGood {
            cluster_id: "c2".into(),
            ..states
        };
        assert_eq!(other.load(), None);
    }
}
