//! Joining: the request of a node that wants to be in, and what the answer needs too.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use rustls::pki_types::{CertificateDer, ServerName};
use trellis_core::model::{ClusterKey, ClusterKeyUse, Record};
use trellis_core::registry::command::{COMMAND_VERSION, version_of};
use trellis_core::registry::{Change, Command, Operation, State};
use trellis_core::seal::Keyring;
use trellis_proto::cluster_v1::{JoinRequest, JoinResponse, join_client};
use zeroize::Zeroizing;

use super::admission::JOIN_DEADLINE;
use super::certificates::{Authority, NodeCertificate, new_key, signing_request};
use super::identity::{Identity, JoinKey, save_certificate, write_private};
use super::links;
use super::pinned;
use super::token::Token;
use crate::clock;
use crate::config::Config;

/// How long the addresses of a token are asked again, while none of them answers: longer than an
/// election, and than a bad network as a rule. Source: our own.
const PATIENCE: Duration = Duration::from_secs(60);
/// Pause before they are asked again.
const PAUSE: Duration = Duration::from_secs(1);

/// A command of the cluster itself.
#[must_use]
pub fn cluster_command(operations: Vec<Operation>) -> Command {
    Command {
        version: version_of(&operations),
        at_ms: clock::now_ms(),
        operations,
        ..Command::default()
    }
}

/// An operation without an expected revision.
#[must_use]
pub fn operation(change: Change) -> Operation {
    Operation {
        expected_revision: 0,
        change: Some(change),
    }
}

/// The cluster's certificate authority, opened with the cluster's sealing keys.
///
/// # Errors
/// Where the registry holds none or the keys do not open it.
pub fn authority(state: &State, keyring: &Keyring) -> anyhow::Result<Authority> {
    let key = state
        .all::<ClusterKey>()
        .find(|key| key.key_use() == ClusterKeyUse::CertificateAuthority)
        .context("the registry holds no certificate authority")?;
    let secret = keyring.open(key.meta().id.as_bytes(), &key.sealed)?;
    Ok(Authority {
        certificate: CertificateDer::from(key.public.clone()),
        key: secret,
    })
}

/// The hosts of `host:port` addresses, for certificates.
#[must_use]
pub fn hosts(addresses: &[&str]) -> Vec<String> {
    let mut hosts: Vec<String> = addresses
        .iter()
        .filter_map(|address| address.rsplit_once(':'))
        .map(|(host, _)| {
            host.trim_start_matches('[')
                .trim_end_matches(']')
                .to_owned()
        })
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// Joins the cluster that a token is for, and keeps what it gave in the data directory. Run again
/// after its answer was lost, it asks with the same key and so gets the same place.
///
/// # Errors
/// Where the token is refused, no address of it answers within a minute, or the files cannot be
/// written.
pub async fn join(config: &Config, token: &str) -> anyhow::Result<Identity> {
    let token = Token::parse(token)?;
    let mut pin = [0; 32];
    hex::decode_to_slice(&token.ca_sha256, &mut pin).context("join token: CA fingerprint")?;
    let secret = hex::decode(&token.secret).context("join token: secret")?;
    let kept = JoinKey::new(&config.data_dir);
    let key = kept.load_or_make(new_key)?;
    let request = JoinRequest {
        token_id: token.id.clone(),
        secret,
        signing_request: signing_request(&key)?,
        cluster_address: config.cluster.advertised(),
        api_address: config.api.advertised(),
        feature_level: COMMAND_VERSION,
    };
    let response = insist(&token.addresses, pin, &request).await?;
    let identity = keep(config, &response, key)?;
    kept.remove()?;
    Ok(identity)
}

/// Asks the addresses until one answers, or time is up.
async fn insist(
    addresses: &[String],
    pin: [u8; 32],
    request: &JoinRequest,
) -> anyhow::Result<JoinResponse> {
    let start = clock::moment();
    loop {
        let failure = match ask(addresses, pin, request).await {
            Ok(Asked::Admitted(response)) => return Ok(*response),
            Ok(Asked::Refused(refusal)) => bail!(refusal),
            Err(failure) => failure,
        };
        if start.elapsed() > PATIENCE {
            return Err(
                failure.context("the cluster did not answer; try again with the same token")
            );
        }
        tracing::warn!(error = format!("{failure:#}"), "not joined yet");
        tokio::time::sleep(PAUSE).await;
    }
}

/// What an address of a token answers.
enum Asked {
    Admitted(Box<JoinResponse>),
    Refused(String),
}

/// Asks the addresses in turn. A refusal ends the search; a silent address does not: a node that
/// was admitted without hearing so is known by its key, and gets the same place from the next.
async fn ask(addresses: &[String], pin: [u8; 32], request: &JoinRequest) -> anyhow::Result<Asked> {
    let tls = Arc::new(pinned::client_config(pin));
    let mut last = anyhow::anyhow!("the join token names no address");
    for address in addresses {
        let name = ServerName::try_from("join.trellis.internal")?;
        let channel = links::channel(address, name, tls.clone())?;
        let mut client = join_client::JoinClient::new(channel);
        match tokio::time::timeout(JOIN_DEADLINE, client.join(request.clone())).await {
            Ok(Ok(response)) => return Ok(Asked::Admitted(Box::new(response.into_inner()))),
            Ok(Err(status)) if is_refusal(status.code()) => {
                let refusal = format!("{address} refused: {}", status.message());
                return Ok(Asked::Refused(refusal));
            }
            Ok(Err(status)) => last = anyhow::anyhow!("{address}: {}", status.message()),
            Err(_) => last = anyhow::anyhow!("{address}: no answer within {JOIN_DEADLINE:?}"),
        }
    }
    Err(last)
}

fn is_refusal(code: tonic::Code) -> bool {
    use tonic::Code::{InvalidArgument, PermissionDenied};
    matches!(code, InvalidArgument | PermissionDenied)
}

fn keep(
    config: &Config,
    response: &JoinResponse,
    key: Zeroizing<Vec<u8>>,
) -> anyhow::Result<Identity> {
    write_private(&config.cluster_key_path(), response.cluster_keys.as_bytes())?;
    let certificate = NodeCertificate {
        certificate: CertificateDer::from(response.certificate.clone()),
        authority: CertificateDer::from(response.ca_certificate.clone()),
        key,
    };
    save_certificate(&config.data_dir, &certificate)?;
    let identity = Identity {
        cluster_id: response.cluster_id.clone(),
        member: response.member,
        account: response.account.clone(),
        region: response.region.clone(),
    };
    identity.save(&config.data_dir)?;
    Ok(identity)
}

/// The address of a data directory that has joined nothing must be empty of a store.
///
/// # Errors
/// Where it holds a store without an identity.
pub fn check_fresh(data_dir: &Path) -> anyhow::Result<()> {
    if data_dir.join("raft").exists() {
        bail!(
            "{} holds a Raft store but no identity; a member is never wiped in place: give a new data_dir",
            data_dir.display()
        );
    }
    Ok(())
}
