//! Creates a cluster: ids, keys, the first account and its root access key.

use std::path::Path;

use anyhow::Context;
use rand::TryRng;
use serde::Serialize;
use trellis_core::model::{
    AccessKey, Account, ClusterKey, ClusterKeyUse, ClusterSettings, Kind, Meta, Node, id,
};
use trellis_core::registry::command::{COMMAND_VERSION, Stored};
use trellis_core::registry::{Change, Command};
use trellis_core::seal::Keyring;

use super::certificates::{Authority, NodeIdentity};
use super::identity::{Identity, save_certificate, write_private};
use super::join::{cluster_command, hosts, operation};
use crate::clock;
use crate::config::Config;

/// The Raft member id of the node that creates a cluster.
pub const FIRST_MEMBER: u64 = 1;
/// Suffix of generated DNS names.
const DNS_SUFFIX: &str = "trellis.internal";

/// What the operator chooses about a new cluster.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// The first account, 12 digits.
    pub account: String,
    /// Regions; the first is the node's own.
    pub regions: Vec<String>,
}

/// A new cluster, before its first write.
pub struct Bootstrap {
    /// Who this node is.
    pub identity: Identity,
    /// The cluster's sealing keys.
    pub keyring: Keyring,
    /// The first write: settings, account, root key, authority, node.
    pub command: Command,
    /// The root access key of the first account, told once.
    pub root: RootKey,
}

/// A root access key as it is told to the operator.
#[derive(Clone, Serialize)]
pub struct RootKey {
    /// Account.
    pub account: String,
    /// Access key id.
    pub access_key_id: String,
    /// Secret access key.
    pub secret_access_key: String,
}

/// Random bytes from the operating system.
///
/// # Errors
/// Where it has none.
pub fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    rand::rngs::SysRng
        .try_fill_bytes(&mut bytes)
        .context("the system has no random bytes")?;
    Ok(bytes)
}

/// A new secret access key: 40 characters.
///
/// # Errors
/// Where the system has no random bytes.
pub fn secret_access_key() -> anyhow::Result<String> {
    use base64::Engine;
    Ok(base64::engine::general_purpose::STANDARD.encode(random::<30>()?))
}

/// Makes a new cluster, and keeps its keys and this node's identity in the data directory.
///
/// # Errors
/// Where the files cannot be written.
pub fn prepare(config: &Config, wishes: &Wishes) -> anyhow::Result<Bootstrap> {
    let cluster_id = hex::encode(random::<8>()?);
    let region = wishes
        .regions
        .first()
        .cloned()
        .context("a cluster needs a region")?;
    let identity = Identity {
        cluster_id: cluster_id.clone(),
        member: FIRST_MEMBER,
        account: wishes.account.clone(),
        region,
    };
    let keyring = Keyring::new("k1", random()?)?;
    let authority = Authority::generate(&cluster_id, clock::now())?;
    let root = RootKey {
        account: wishes.account.clone(),
        access_key_id: id::generate(Kind::AccessKey, random()?),
        secret_access_key: secret_access_key()?,
    };
    let records = records(config, wishes, &identity, &keyring, &authority, &root)?;
    let operations = records
        .into_iter()
        .map(|record| operation(Change::Create(record)));
    let bootstrap = Bootstrap {
        command: cluster_command(operations.collect()),
        identity,
        keyring,
        root,
    };
    keep(config, &bootstrap, &authority)?;
    Ok(bootstrap)
}

fn meta(id: &str, account: &str, name: &str) -> Option<Meta> {
    Some(Meta {
        id: id.into(),
        account: account.into(),
        name: name.into(),
        ..Meta::default()
    })
}

fn records(
    config: &Config,
    wishes: &Wishes,
    identity: &Identity,
    keyring: &Keyring,
    authority: &Authority,
    root: &RootKey,
) -> anyhow::Result<Vec<Stored>> {
    let account = &wishes.account;
    let settings = ClusterSettings {
        meta: meta("cluster", account, &identity.cluster_id),
        regions: wishes.regions.clone(),
        dns_suffix: DNS_SUFFIX.into(),
        partition_id: hex::encode(random::<4>()?)[..7].to_owned(),
        ..ClusterSettings::default()
    };
    let key_id = id::generate(Kind::ClusterKey, random()?);
    let ca = ClusterKey {
        meta: meta(&key_id, account, ""),
        key_use: ClusterKeyUse::CertificateAuthority as i32,
        public: authority.certificate.to_vec(),
        sealed: keyring.seal(key_id.as_bytes(), &authority.key, random()?)?,
    };
    let aad = root.access_key_id.as_bytes();
    let access_key = AccessKey {
        meta: meta(&root.access_key_id, account, ""),
        sealed_secret: keyring.seal(aad, root.secret_access_key.as_bytes(), random()?)?,
        ..AccessKey::default()
    };
    let mut node_meta = meta(&identity.node_id(), account, "");
    if let Some(meta) = &mut node_meta {
        meta.region.clone_from(&identity.region);
    }
    let node = Node {
        meta: node_meta,
        member: FIRST_MEMBER,
        cluster_address: config.cluster.advertised(),
        api_address: config.api.advertised(),
        feature_level: COMMAND_VERSION,
        attachments: Vec::new(),
    };
    let account = Account {
        meta: meta(account, account, "root"),
    };
    Ok(vec![
        settings.into(),
        account.into(),
        access_key.into(),
        ca.into(),
        node.into(),
    ])
}

fn keep(config: &Config, bootstrap: &Bootstrap, authority: &Authority) -> anyhow::Result<()> {
    let keys = bootstrap.keyring.print();
    write_private(&config.cluster_key_path(), keys.as_bytes())?;
    let named = NodeIdentity {
        cluster_id: bootstrap.identity.cluster_id.clone(),
        account: bootstrap.identity.account.clone(),
        member: FIRST_MEMBER,
    };
    let hosts = hosts(&[&config.cluster.advertised(), &config.api.advertised()]);
    let certificate = authority.issue(&named, &hosts, clock::now())?;
    save_certificate(&config.data_dir, &certificate)?;
    let root = serde_json::to_vec_pretty(&bootstrap.root)?;
    write_private(&root_key_path(&config.data_dir), &root)?;
    bootstrap.identity.save(&config.data_dir)?;
    Ok(())
}

/// Where the root access key is kept, mode 0600.
#[must_use]
pub fn root_key_path(data_dir: &Path) -> std::path::PathBuf {
    data_dir.join("root-access-key.json")
}
