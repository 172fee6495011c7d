//! Who this node is, kept in its data directory: ids, certificate and key.
//!
//! `identity.json` and `certificate.json` have mode 0600. They are written once, when the node joins,
//! and the certificate again when it is renewed; each by a temporary file, fsync and rename.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use rustls::pki_types::CertificateDer;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::certificates::NodeCertificate;

/// Ids that a node got when it joined; they never change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Id of the cluster.
    pub cluster_id: String,
    /// Raft member id.
    pub member: u64,
    /// Account the node works for.
    pub account: String,
    /// Region of the node.
    pub region: String,
}

impl Identity {
    /// The node's id in the registry.
    #[must_use]
    pub fn node_id(&self) -> String {
        format!("node-{}", self.member)
    }

    /// Reads the identity; `None` where the node has not joined a cluster yet.
    ///
    /// # Errors
    /// Where the file exists and cannot be read.
    pub fn load(data_dir: &Path) -> io::Result<Option<Self>> {
        match fs::read(data_dir.join("identity.json")) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes the identity.
    ///
    /// # Errors
    /// Where it cannot be written durably.
    pub fn save(&self, data_dir: &Path) -> io::Result<()> {
        write_private(
            &data_dir.join("identity.json"),
            &serde_json::to_vec_pretty(self)?,
        )
    }
}

#[derive(Serialize, Deserialize)]
struct StoredCertificate {
    certificate: String,
    authority: String,
    key: String,
}

/// Reads the node's certificate.
///
/// # Errors
/// Where the file is missing or damaged.
pub fn load_certificate(data_dir: &Path) -> io::Result<NodeCertificate> {
    let bytes = fs::read(data_dir.join("certificate.json"))?;
    let stored: StoredCertificate = serde_json::from_slice(&bytes)?;
    let decode = |text: &str| {
        hex::decode(text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    };
    Ok(NodeCertificate {
        certificate: CertificateDer::from(decode(&stored.certificate)?),
        authority: CertificateDer::from(decode(&stored.authority)?),
        key: Zeroizing::new(decode(&stored.key)?),
    })
}

/// Writes the node's certificate, and the CA's beside it as `ca.pem` for people and tools.
///
/// # Errors
/// Where it cannot be written durably.
pub fn save_certificate(data_dir: &Path, certificate: &NodeCertificate) -> io::Result<()> {
    let stored = StoredCertificate {
        certificate: hex::encode(&certificate.certificate),
        authority: hex::encode(&certificate.authority),
        key: hex::encode(&*certificate.key),
    };
    write_private(
        &data_dir.join("certificate.json"),
        &serde_json::to_vec(&stored)?,
    )?;
    write_private(
        &data_dir.join("ca.pem"),
        pem(&certificate.authority).as_bytes(),
    )
}

/// The private key of a node that is joining, in `join.key` (hex of PKCS#8 DER, mode 0600) until it has.
///
/// A token that was used is good again only for the key that used it.
pub struct JoinKey {
    path: PathBuf,
}

impl JoinKey {
    /// The key of a data directory.
    #[must_use]
    pub fn new(data_dir: &Path) -> Self {
        Self {
            path: data_dir.join("join.key"),
        }
    }

    /// The key that is kept, or a new one that is kept from now on.
    ///
    /// # Errors
    /// Where the file cannot be read or written, or no key can be made.
    pub fn load_or_make<E>(
        &self,
        make: impl FnOnce() -> Result<Zeroizing<Vec<u8>>, E>,
    ) -> anyhow::Result<Zeroizing<Vec<u8>>>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let path = || self.path.display().to_string();
        match fs::read(&self.path) {
            Ok(text) => {
                let key = hex::decode(Zeroizing::new(text).trim_ascii());
                Ok(Zeroizing::new(key.with_context(path)?))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = make()?;
                let text = Zeroizing::new(hex::encode(&*key));
                write_private(&self.path, text.as_bytes()).with_context(path)?;
                Ok(key)
            }
            Err(error) => Err(error).with_context(path),
        }
    }

    /// Removes the key, once the node's certificate holds it.
    ///
    /// # Errors
    /// Where the file cannot be removed.
    pub fn remove(&self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}

fn pem(certificate: &CertificateDer<'_>) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(certificate);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}

/// Creates a directory that only its owner may enter, with its parents; their names are on the disk then.
///
/// # Errors
/// Where it cannot be created durably.
pub fn create_private_dir(path: &Path) -> io::Result<()> {
    let existed = path.exists();
    let missing = path
        .ancestors()
        .skip(1)
        .take_while(|parent| !parent.exists());
    // One that is there already may have been created just before its node was killed.
    let unsynced: Vec<_> = [path].into_iter().chain(missing).collect();
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)?;
    let mut parents = unsynced.into_iter().filter_map(Path::parent);
    match parents.try_for_each(sync_dir) {
        // Somebody else made it, in a directory that is not ours to open.
        Err(error) if existed && error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        synced => synced,
    }
}

/// Puts the names in a directory on the disk.
fn sync_dir(path: &Path) -> io::Result<()> {
    // The parent of a relative path of one part is the empty path.
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    fs::File::open(path)?.sync_all()
}

/// Writes a file with mode 0600: temporary name, fsync, rename, fsync of the directory.
///
/// # Errors
/// Where any of these steps fails; the old file is then still there.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("tmp");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    path.parent().map_or(Ok(()), sync_dir)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::certificates::{CertificateError, new_key};

    #[test]
    fn a_node_that_joins_again_asks_with_the_key_it_asked_with_before() {
        let dir = tempfile::tempdir().unwrap();
        let kept = JoinKey::new(dir.path());
        let key = kept.load_or_make(new_key).unwrap();
        let again = JoinKey::new(dir.path());
        let none = || -> Result<_, CertificateError> { panic!("a second key is made") };
        assert_eq!(again.load_or_make(none).unwrap(), key);
        again.remove().unwrap();
        assert_ne!(kept.load_or_make(new_key).unwrap(), key);
    }
}
