//! What every run needs in the registry: a second account, and a VPC in each.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use aws_credential_types::Credentials;
use trellis_client::{Client, Settings};
use trellis_proto::v1::{self, resource::Spec};

use super::REGION;
use crate::access::Account;

/// The accounts; the first operates the cluster.
pub(super) const ACCOUNTS: [&str; 2] = ["111111111111", "222222222222"];
/// Asks a node how it and the cluster are.
pub(super) const STATUS: v1::StatusRequest = v1::StatusRequest {};
/// How long one node may take to answer a call of the driver.
const CALL_DEADLINE: Duration = Duration::from_secs(5);

/// A client of an account's root.
///
/// # Errors
/// Where an endpoint cannot be used, or there is none.
pub(super) fn client(account: &Account, endpoints: Vec<String>) -> anyhow::Result<Client> {
    let credentials = Credentials::new(
        &account.access_key_id,
        &account.secret_access_key,
        None,
        None,
        "driver",
    );
    Ok(Client::connect(&Settings {
        endpoints,
        ca: None,
        credentials,
        region: REGION.to_owned(),
        deadline: CALL_DEADLINE,
    })?)
}

/// The root key that the first node leaves in its data directory; `None` while there is none.
///
/// # Errors
/// Where the file is not what it should be.
pub(super) fn first_root(data_dir: &Path) -> anyhow::Result<Option<Account>> {
    #[derive(serde::Deserialize)]
    struct RootKey {
        account: String,
        access_key_id: String,
        secret_access_key: String,
    }
    let Ok(bytes) = std::fs::read(data_dir.join("root-access-key.json")) else {
        return Ok(None);
    };
    let key: RootKey = serde_json::from_slice(&bytes)?;
    Ok(Some(Account {
        id: key.account,
        access_key_id: key.access_key_id,
        secret_access_key: key.secret_access_key,
        vpc: String::new(),
    }))
}

/// Creates the second account and the VPCs; answers with the accounts.
///
/// # Errors
/// Where the cluster refuses.
pub(super) async fn create(
    root: &Client,
    first: &Account,
    endpoints: Vec<String>,
) -> anyhow::Result<Vec<Account>> {
    let mut first = first.clone();
    let account = v1::Account {
        id: ACCOUNTS[1].to_owned(),
        name: "second".to_owned(),
        ..v1::Account::default()
    };
    created(root, Spec::Account(account), "").await?;
    let key = created(root, Spec::AccessKey(v1::AccessKey::default()), ACCOUNTS[1]).await?;
    let access_key_id = key.metadata.unwrap_or_default().id;
    let Some(Spec::AccessKey(key)) = key.spec else {
        anyhow::bail!("the cluster answered without the access key");
    };
    let mut second = Account {
        id: ACCOUNTS[1].to_owned(),
        access_key_id,
        secret_access_key: key.secret_access_key,
        vpc: String::new(),
    };
    first.vpc = vpc(root, "first").await?;
    second.vpc = vpc(&client(&second, endpoints)?, "second").await?;
    Ok(vec![first, second])
}

async fn vpc(client: &Client, name: &str) -> anyhow::Result<String> {
    let vpc = v1::Vpc {
        name: name.to_owned(),
        ..v1::Vpc::default()
    };
    let vpc = created(client, Spec::Vpc(vpc), "").await?;
    Ok(vpc.metadata.unwrap_or_default().id)
}

async fn created(client: &Client, spec: Spec, owner: &str) -> anyhow::Result<v1::Resource> {
    let request = v1::CreateRequest {
        resource: Some(v1::Resource {
            metadata: None,
            spec: Some(spec),
        }),
        options: None,
        owner_account: owner.to_owned(),
    };
    let answer = client.create(request).await?;
    answer
        .resource
        .context("the cluster answered without the resource")
}
