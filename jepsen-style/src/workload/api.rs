//! Calls on the cluster, in the words that workloads use.

use std::collections::HashMap;
use std::time::Duration;

use trellis_client::{Class, Client, Refusal, Settings};
use trellis_proto::v1::{self, ResourceKind, resource::Spec};

use crate::access::Access;

/// Quotas that the workloads need more of than the defaults, and how much.
const QUOTAS: &[(&str, u64)] = &[
    ("rulesPerListener", 200),
    ("servicesPerRegion", 20_000),
    ("targetGroupsPerRegion", 20_000),
    ("usersPerAccount", 200_000),
];
/// Attempts to raise the quotas while others change the settings.
const ATTEMPTS: usize = 10;

/// A client of one node, or of any; as the root of the first account.
///
/// # Errors
/// Where an address cannot be used.
pub fn client(access: &Access, node: Option<usize>, deadline: Duration) -> anyhow::Result<Client> {
    let account = access.accounts.first();
    let account = account.ok_or_else(|| anyhow::anyhow!("the cluster has no account"))?;
    let nodes = access.nodes.iter().enumerate();
    let endpoints = nodes
        .filter(|(at, _)| node.is_none_or(|node| node == *at))
        .map(|(_, node)| node.api.clone())
        .collect();
    let credentials = aws_credential_types::Credentials::new(
        &account.access_key_id,
        &account.secret_access_key,
        None,
        None,
        "jepsen-style",
    );
    Ok(Client::connect(&Settings {
        endpoints,
        ca: None,
        credentials,
        region: access.region.clone(),
        deadline,
    })?)
}

/// Raises the quotas that the workloads need raised; the others stay.
///
/// # Errors
/// Where the cluster refuses.
pub async fn raise_quotas(client: &Client) -> anyhow::Result<()> {
    let settings = identifier(ResourceKind::ClusterSettings, "cluster");
    for _ in 0..ATTEMPTS {
        let (found, _) = get(client, settings.clone(), false).await?;
        let revision = revision_of(&found);
        let Some(Spec::ClusterSettings(mut known)) = found.spec else {
            anyhow::bail!("the cluster has no settings");
        };
        for (name, least) in QUOTAS {
            let quota = known.quotas.entry((*name).to_owned()).or_default();
            *quota = (*quota).max(*least);
        }
        let change = update(
            client,
            settings.clone(),
            Spec::ClusterSettings(known),
            revision,
        );
        match change.await {
            Err(refusal) if refusal.class == Class::Conflict => {}
            done => return done.map(drop).map_err(Into::into),
        }
    }
    anyhow::bail!("the settings of the cluster change all the time")
}

/// Names a resource that has no parent.
#[must_use]
pub fn identifier(kind: ResourceKind, name: &str) -> v1::Identifier {
    v1::Identifier {
        kind: kind as i32,
        identifier: name.to_owned(),
        ..v1::Identifier::default()
    }
}

/// A resource as it is asked for.
#[must_use]
pub fn resource(spec: Spec) -> v1::Resource {
    v1::Resource {
        metadata: None,
        spec: Some(spec),
    }
}

/// Revision of a resource's last change; 0 where it does not say.
#[must_use]
pub fn revision_of(resource: &v1::Resource) -> u64 {
    resource.metadata.as_ref().map_or(0, |meta| meta.revision)
}

/// Id of a resource; empty where it does not say.
#[must_use]
pub fn id_of(resource: &v1::Resource) -> &str {
    let metadata = resource.metadata.as_ref();
    metadata.map_or("", |meta| meta.id.as_str())
}

/// Creates a resource; answers with it and the revision.
///
/// # Errors
/// [`Refusal`].
pub async fn create(client: &Client, spec: Spec) -> Result<(v1::Resource, u64), Refusal> {
    create_by(client, spec, String::new()).await
}

/// Creates a resource under a client token; a fresh one where it is empty.
///
/// # Errors
/// [`Refusal`].
pub async fn create_by(
    client: &Client,
    spec: Spec,
    client_token: String,
) -> Result<(v1::Resource, u64), Refusal> {
    let options = v1::WriteOptions {
        client_token,
        ..v1::WriteOptions::default()
    };
    let request = v1::CreateRequest {
        resource: Some(resource(spec)),
        options: Some(options),
        ..v1::CreateRequest::default()
    };
    let answer = client.create(request).await?;
    Ok((answer.resource.unwrap_or_default(), answer.revision))
}

/// Changes a resource that stands at a revision, 0 for any.
///
/// # Errors
/// [`Refusal`].
pub async fn update(
    client: &Client,
    identifier: v1::Identifier,
    spec: Spec,
    expected_revision: u64,
) -> Result<u64, Refusal> {
    let options = v1::WriteOptions {
        expected_revision,
        ..v1::WriteOptions::default()
    };
    let request = v1::UpdateRequest {
        identifier: Some(identifier),
        resource: Some(resource(spec)),
        options: Some(options),
    };
    Ok(client.update(request).await?.revision)
}

/// Creates or changes resources, all or none, under a client token; a fresh one where it is empty.
///
/// # Errors
/// [`Refusal`].
pub async fn apply(
    client: &Client,
    specs: Vec<Spec>,
    client_token: String,
) -> Result<u64, Refusal> {
    let options = v1::WriteOptions {
        client_token,
        ..v1::WriteOptions::default()
    };
    let request = v1::ApplyRequest {
        resources: specs.into_iter().map(resource).collect(),
        options: Some(options),
    };
    Ok(client.apply(request).await?.revision)
}

/// Sets one tag of a resource.
///
/// # Errors
/// [`Refusal`].
pub async fn tag(
    client: &Client,
    identifier: v1::Identifier,
    key: &str,
    value: u64,
) -> Result<u64, Refusal> {
    let request = v1::TagRequest {
        identifier: Some(identifier),
        tags: HashMap::from([(key.to_owned(), value.to_string())]),
        ..v1::TagRequest::default()
    };
    Ok(client.tag(request).await?.revision)
}

/// Deletes a resource.
///
/// # Errors
/// [`Refusal`].
pub async fn delete(client: &Client, identifier: v1::Identifier) -> Result<u64, Refusal> {
    let request = v1::DeleteRequest {
        identifier: Some(identifier),
        ..v1::DeleteRequest::default()
    };
    Ok(client.delete(request).await?.revision)
}

/// Reads a resource, from the node's own state where `local`; answers with the registry's revision.
///
/// # Errors
/// [`Refusal`].
pub async fn get(
    client: &Client,
    identifier: v1::Identifier,
    local: bool,
) -> Result<(v1::Resource, u64), Refusal> {
    let request = v1::GetRequest {
        identifier: Some(identifier),
        options: Some(v1::ReadOptions { local }),
    };
    let answer = client.get(request).await?;
    Ok((answer.resource.unwrap_or_default(), answer.revision))
}

/// As [`get`], but `None` where there is no such resource; the refusal tells no revision, so 0.
///
/// # Errors
/// [`Refusal`].
pub async fn find(
    client: &Client,
    identifier: v1::Identifier,
    local: bool,
) -> Result<(Option<v1::Resource>, u64), Refusal> {
    match get(client, identifier, local).await {
        Ok((found, revision)) => Ok((Some(found), revision)),
        Err(refusal) if refusal.class == Class::NotFound => Ok((None, 0)),
        Err(refusal) => Err(refusal),
    }
}

/// Reads resources of one kind, one page: at most 100.
///
/// # Errors
/// [`Refusal`].
pub async fn list(
    client: &Client,
    request: v1::ListRequest,
) -> Result<(Vec<v1::Resource>, u64), Refusal> {
    let answer = client.list(request).await?;
    Ok((answer.resources, answer.revision))
}

/// A tag that holds a number.
#[must_use]
pub fn number(tags: &HashMap<String, String>, key: &str) -> Option<u64> {
    tags.get(key)?.parse().ok()
}

/// Tags that hold one number.
#[must_use]
pub fn numbered(key: &str, value: u64) -> HashMap<String, String> {
    HashMap::from([(key.to_owned(), value.to_string())])
}
