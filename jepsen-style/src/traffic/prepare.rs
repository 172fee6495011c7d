//! Creates the estate and the callers' keys, and waits until every node serves it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, bail};
use aws_credential_types::Credentials;
use tokio::time::Instant;
use trellis_client::signature::{SERVICES, Signer};
use trellis_client::{Client, Settings, manifest};
use trellis_proto::v1::{self, resource::Spec};

use super::history::Setting;
use super::plan;
use super::sender::Sender;
use super::world::World;
use super::{change, estate};
use crate::access::Access;
use crate::history::{Call, Outcome};

/// How long one node may take for a call. Source: our own; a node without a quorum says so sooner.
const CALL_DEADLINE: Duration = Duration::from_secs(3);
/// Longest wait until every node serves the estate.
const SERVING_DEADLINE: Duration = Duration::from_secs(30);
/// Pause between two looks.
const POLL: Duration = Duration::from_millis(50);

/// A client of the account for each node, which calls that node only.
///
/// # Errors
/// Where an address cannot be used.
pub(super) fn clients(access: &Access) -> anyhow::Result<Arc<[Client]>> {
    let account = access.accounts.first().context("there is no account")?;
    let client = |node: &crate::access::NodeAccess| {
        let settings = Settings {
            endpoints: vec![node.api.clone()],
            ca: None,
            credentials: credentials(&account.access_key_id, &account.secret_access_key),
            region: access.region.clone(),
            deadline: CALL_DEADLINE,
        };
        Ok(Client::connect(&settings)?)
    };
    access.nodes.iter().map(client).collect()
}

/// Creates everything.
///
/// # Errors
/// Where something cannot be created, or a node does not serve it in time.
pub(super) async fn prepare(
    access: &Access,
    clients: &[Client],
    targets: &[SocketAddr],
    began: Instant,
) -> anyhow::Result<(Arc<World>, Vec<Call<Setting, ()>>)> {
    let account = access.accounts.first().context("there is no account")?;
    let client = clients.first().context("there is no node")?;
    apply(client, &estate::users()).await?;
    let mut keys = Vec::new();
    for caller in 0..=estate::PROBE {
        keys.push(create_key(client, &estate::caller_name(caller)).await?);
    }
    apply(client, &estate::network(&account.id, &account.vpc, targets)).await?;
    let revision = apply(client, &estate::reborn(0)).await?;
    let mut guarded = Vec::new();
    for service in 0..estate::GUARDED {
        guarded.push(change::dns_name(client, &estate::service_name(service)).await?);
    }
    let signer = |(id, secret): &(String, String)| Signer {
        credentials: credentials(id, secret),
        region: access.region.clone(),
        service: SERVICES,
    };
    let forger =
        |(id, secret): &(String, String)| signer(&(id.clone(), secret.chars().rev().collect()));
    let world = Arc::new(World {
        access: access.clone(),
        account: account.clone(),
        began,
        targets: targets.to_vec(),
        guarded,
        open: change::dns_name(client, "traffic-open").await?,
        former: Mutex::new(vec![change::dns_name(client, estate::REBORN).await?]),
        signers: keys.iter().map(signer).collect(),
        forgers: keys.iter().map(forger).collect(),
        key_ids: keys.into_iter().map(|(id, _)| id).collect(),
        exchanges: Mutex::default(),
        sightings: Mutex::default(),
    });
    for node in 0..access.nodes.len() {
        wait(&world, node, revision).await?;
    }
    let ended_us = world.now_us();
    let set = |operation| Call {
        client: 0,
        node: 0,
        invoked_us: 0,
        ended_us,
        operation,
        outcome: Outcome::Done {
            answer: (),
            revision,
        },
    };
    Ok((world, estate::beginning().into_iter().map(set).collect()))
}

fn credentials(id: &str, secret: &str) -> Credentials {
    Credentials::new(id, secret, None, None, "jepsen-style")
}

async fn apply(client: &Client, manifests: &str) -> anyhow::Result<u64> {
    let request = v1::ApplyRequest {
        resources: manifest::parse(manifests, "estate")?,
        options: None,
    };
    Ok(client.apply(request).await?.revision)
}

/// Creates an access key; its id and secret.
async fn create_key(client: &Client, user: &str) -> anyhow::Result<(String, String)> {
    let key = v1::AccessKey {
        user_name: user.to_owned(),
        ..v1::AccessKey::default()
    };
    let resource = v1::Resource {
        metadata: None,
        spec: Some(Spec::AccessKey(key)),
    };
    let request = v1::CreateRequest {
        resource: Some(resource),
        ..v1::CreateRequest::default()
    };
    let created = client.create(request).await?.resource.unwrap_or_default();
    let Some(Spec::AccessKey(key)) = created.spec else {
        bail!("creating an access key answered with something else");
    };
    let id = created.metadata.unwrap_or_default().id;
    Ok((id, key.secret_access_key))
}

/// Waits until a node serves a revision to requests.
async fn wait(world: &Arc<World>, node: usize, revision: u64) -> anyhow::Result<()> {
    let start = Instant::now();
    let mut sender = Sender::new(world.clone(), node);
    loop {
        let last = sender.send(&plan::probe(node)).await;
        if let Ok(reply) = &last.reply
            && reply.status == 200
            && reply.revision >= Some(revision)
        {
            return Ok(());
        }
        if start.elapsed() > SERVING_DEADLINE {
            bail!(
                "node {node} does not serve revision {revision}: {:?}",
                last.reply
            );
        }
        tokio::time::sleep(POLL).await;
    }
}
