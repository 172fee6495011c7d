//! Brings a development cluster up: nodes, accounts, VPCs, attachments, sample estate.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use aws_credential_types::Credentials;
use tokio::task::JoinSet;
use trellis_client::{Client, Settings, manifest};
use trellis_proto::v1::{self, resource::Spec};

use super::nodes::{Node, Origin};
use super::ports::{PORT_OFFSET, Plan};
use super::ready::{self, Account, Ready, Sample};
use super::{echo, estate};
use crate::clock;
use crate::cluster::bootstrap::root_key_path;

/// Accounts of the cluster: VPC a and the service are the first's, VPC b and the caller the second's.
const ACCOUNTS: [&str; 2] = ["111111111111", "222222222222"];
const REGION: &str = "eu-west-1";
/// Longest wait for anything.
const DEADLINE: Duration = Duration::from_secs(60);
/// Time between two looks.
const POLL: Duration = Duration::from_millis(50);
/// Longest session of the sample's role, seconds.
const SESSION_SECONDS: u32 = 43_200;

/// A development cluster.
pub(super) struct Cluster {
    dir: PathBuf,
    plan: Plan,
    nodes: Vec<Node>,
    echoes: JoinSet<()>,
}

impl Cluster {
    /// A cluster that has not started.
    #[must_use]
    pub(super) fn new(dir: &Path, plan: Plan) -> Self {
        Self {
            dir: dir.to_owned(),
            plan,
            nodes: Vec::new(),
            echoes: JoinSet::new(),
        }
    }

    /// Starts everything; answers when every node serves it.
    ///
    /// # Errors
    /// Where a part does not come up in time.
    pub(super) async fn start(&mut self, with_sample: bool) -> anyhow::Result<Ready> {
        let bootstrap = Origin::Bootstrap {
            account: ACCOUNTS[0],
            region: REGION,
        };
        self.nodes
            .push(Node::start(&self.dir, 1, self.plan.nodes[0], &bootstrap)?);
        let first = self.first_root().await?;
        let root = self.client(&first)?;
        self.join_others(&root).await?;
        let second = second_account(&root).await?;
        let other = self.client(&second)?;
        let vpcs = [vpc(&root, "a").await?, vpc(&other, "b").await?];
        self.attach(&root, &vpcs).await?;
        let sample = if with_sample {
            Some(self.sample(&root, &other, &vpcs).await?)
        } else {
            None
        };
        self.ready(&root, vec![first, second], vpcs, sample).await
    }

    /// Stops every process, all at once.
    pub(super) async fn stop(self) {
        let mut stops = JoinSet::new();
        for node in self.nodes {
            stops.spawn(node.stop());
        }
        stops.join_all().await;
    }

    fn client(&self, account: &Account) -> anyhow::Result<Client> {
        let settings = Settings {
            endpoints: self.nodes.iter().map(Node::api).collect(),
            ca: None,
            credentials: Credentials::new(
                &account.access_key_id,
                &account.secret_access_key,
                None,
                None,
                "dev",
            ),
            region: REGION.into(),
            deadline: Duration::from_secs(10),
        };
        Ok(Client::connect(&settings)?)
    }

    /// The root key that the first node leaves, once the node answers to it.
    async fn first_root(&mut self) -> anyhow::Result<Account> {
        let path = root_key_path(&self.nodes[0].data_dir);
        let start = clock::instant();
        loop {
            self.nodes[0].check()?;
            if let Ok(bytes) = std::fs::read(&path) {
                let account: Account = serde_json::from_slice::<RootKey>(&bytes)?.into();
                let client = self.client(&account)?;
                if client
                    .get_caller_identity(v1::GetCallerIdentityRequest {})
                    .await
                    .is_ok()
                {
                    return Ok(account);
                }
            }
            wait_or_bail(start, "the first node does not answer").await?;
        }
    }

    /// Starts the other nodes and waits until all members have their roles.
    async fn join_others(&mut self, root: &Client) -> anyhow::Result<()> {
        for number in 2..=self.plan.nodes.len() {
            let token = root
                .create_join_token(v1::CreateJoinTokenRequest::default())
                .await?
                .token;
            let addresses = self.plan.nodes[number - 1];
            self.nodes.push(Node::start(
                &self.dir,
                number,
                addresses,
                &Origin::Join(&token),
            )?);
        }
        let (count, start) = (self.nodes.len(), clock::instant());
        let voters = if count.is_multiple_of(2) {
            count - 1
        } else {
            count
        }
        .min(5);
        loop {
            for node in &mut self.nodes {
                node.check()?;
            }
            let status = root.status(v1::StatusRequest {}).await?;
            let votes = |member: &&v1::MemberStatus| matches!(&*member.role, "leader" | "voter");
            if status.members.len() == count
                && status.members.iter().filter(votes).count() == voters
                && status.members.iter().all(|member| member.role != "joining")
            {
                return Ok(());
            }
            wait_or_bail(start, "the other nodes have not joined").await?;
        }
    }

    /// Gives every node a leg in every VPC.
    async fn attach(&self, root: &Client, vpcs: &[String; 2]) -> anyhow::Result<()> {
        let status = root.status(v1::StatusRequest {}).await?;
        for member in status.members {
            let position = self.position(&member.cluster_address)?;
            let leg = |vpc: usize| v1::Attachment {
                vpc_identifier: vpcs[vpc].clone(),
                ingress_address: self.plan.ingress[vpc][position].to_string(),
                port_offset: PORT_OFFSET.into(),
                reaches_targets: true,
                ..v1::Attachment::default()
            };
            let node = v1::Node {
                attachments: vec![leg(0), leg(1)],
                ..v1::Node::default()
            };
            let update = v1::UpdateRequest {
                identifier: Some(v1::Identifier {
                    kind: v1::ResourceKind::Node as i32,
                    identifier: member.node,
                    ..v1::Identifier::default()
                }),
                resource: Some(resource(Spec::Node(node))),
                options: None,
            };
            root.update(update).await?;
        }
        Ok(())
    }

    fn position(&self, cluster_address: &str) -> anyhow::Result<usize> {
        self.plan
            .nodes
            .iter()
            .position(|addresses| addresses[1].to_string() == cluster_address)
            .with_context(|| format!("a member has the unknown address {cluster_address}"))
    }

    /// Starts the echo targets and applies the sample estate.
    async fn sample(
        &mut self,
        root: &Client,
        other: &Client,
        vpcs: &[String; 2],
    ) -> anyhow::Result<Sample> {
        let names = ["orders", "reports-v1", "reports-v2"];
        for (name, address) in names.into_iter().zip(self.plan.echoes) {
            let listener = echo::bind(address)
                .await
                .with_context(|| format!("echo {address}"))?;
            self.echoes.spawn(echo::serve(listener, name.to_owned()));
        }
        let provider = estate::provider(ACCOUNTS, REGION, &vpcs[0], self.plan.echoes);
        apply(root, &provider).await?;
        let network = read(root, v1::ResourceKind::ServiceNetwork, "shop").await?;
        apply(
            other,
            &estate::consumer(ACCOUNTS[1], &network.arn, &vpcs[1]),
        )
        .await?;
        let role_arn = format!("arn:aws:iam::{}:role/{}", ACCOUNTS[1], estate::ROLE);
        let session = other
            .assume_role(v1::AssumeRoleRequest {
                role_arn: role_arn.clone(),
                role_session_name: "dev".into(),
                duration_seconds: SESSION_SECONDS,
                ..v1::AssumeRoleRequest::default()
            })
            .await?;
        Ok(Sample {
            service_dns: read(root, v1::ResourceKind::Service, "orders-api")
                .await?
                .dns_name,
            role_arn,
            access_key_id: session.access_key_id,
            secret_access_key: session.secret_access_key,
            session_token: session.session_token,
        })
    }

    /// Gathers what the cluster is, once every node has its sockets and serves everything.
    async fn ready(
        &mut self,
        root: &Client,
        accounts: Vec<Account>,
        vpcs: [String; 2],
        sample: Option<Sample>,
    ) -> anyhow::Result<Ready> {
        let status = root.status(v1::StatusRequest {}).await?;
        let mut nodes = Vec::new();
        for (position, node) in self.nodes.iter().enumerate() {
            let at = node.addresses[1].to_string();
            let member = status
                .members
                .iter()
                .find(|member| member.cluster_address == at);
            nodes.push(ready::Node {
                id: member
                    .with_context(|| format!("no member at {at}"))?
                    .node
                    .clone(),
                pid: node
                    .pid()
                    .with_context(|| format!("node {} has ended", position + 1))?,
                config: node.config.display().to_string(),
                data_dir: node.data_dir.display().to_string(),
                api: node.api(),
                cluster: at,
                telemetry: format!("http://{}", node.addresses[2]),
            });
        }
        let vpcs = vpcs.into_iter().zip(ACCOUNTS).zip(&self.plan.ingress);
        Ok(Ready {
            cluster_id: status.cluster_id,
            region: REGION.into(),
            ca: self.nodes[0].data_dir.join("ca.pem").display().to_string(),
            accounts,
            vpcs: vpcs
                .map(|((id, account), ingress)| ready::Vpc {
                    id,
                    account: account.into(),
                    port_offset: PORT_OFFSET,
                    ingress: ingress.iter().map(ToString::to_string).collect(),
                    dns: Vec::new(),
                })
                .collect(),
            nodes,
            sample,
        })
    }
}

/// The file that a node leaves of its root key.
#[derive(serde::Deserialize)]
struct RootKey {
    account: String,
    access_key_id: String,
    secret_access_key: String,
}

impl From<RootKey> for Account {
    fn from(key: RootKey) -> Self {
        let RootKey {
            account: id,
            access_key_id,
            secret_access_key,
        } = key;
        Self {
            id,
            access_key_id,
            secret_access_key,
        }
    }
}

async fn wait_or_bail(start: std::time::Instant, what: &str) -> anyhow::Result<()> {
    if start.elapsed() > DEADLINE {
        bail!("{what} within {DEADLINE:?}");
    }
    tokio::time::sleep(POLL).await;
    Ok(())
}

fn resource(spec: Spec) -> v1::Resource {
    v1::Resource {
        metadata: None,
        spec: Some(spec),
    }
}

/// Creates the second account with a root access key.
async fn second_account(root: &Client) -> anyhow::Result<Account> {
    let id = ACCOUNTS[1];
    let account = v1::Account {
        id: id.into(),
        name: "consumer".into(),
        ..v1::Account::default()
    };
    create(root, Spec::Account(account), "").await?;
    let created = create(root, Spec::AccessKey(v1::AccessKey::default()), id).await?;
    let access_key_id = created.metadata.unwrap_or_default().id;
    match created.spec {
        Some(Spec::AccessKey(key)) => Ok(Account {
            id: id.into(),
            access_key_id,
            secret_access_key: key.secret_access_key,
        }),
        _ => bail!("the cluster answered without the access key"),
    }
}

/// Creates a VPC; answers with its id.
async fn vpc(client: &Client, name: &str) -> anyhow::Result<String> {
    let vpc = v1::Vpc {
        name: name.into(),
        ..v1::Vpc::default()
    };
    Ok(create(client, Spec::Vpc(vpc), "")
        .await?
        .metadata
        .unwrap_or_default()
        .id)
}

/// Creates a resource; answers when every node serves it: a key that was just made is good everywhere.
async fn create(client: &Client, spec: Spec, owner_account: &str) -> anyhow::Result<v1::Resource> {
    let request = v1::CreateRequest {
        resource: Some(resource(spec)),
        options: Some(when_served()),
        owner_account: owner_account.into(),
    };
    let answer = client.create(request).await?;
    check_served(&answer.late)?;
    answer
        .resource
        .context("the cluster answered without the resource")
}

/// Asks for the answer when every node serves the change.
fn when_served() -> v1::WriteOptions {
    v1::WriteOptions {
        wait: true,
        wait_deadline_ms: 30_000,
        ..v1::WriteOptions::default()
    }
}

fn check_served(late: &[v1::NodeServing]) -> anyhow::Result<()> {
    if !late.is_empty() {
        bail!("not every node serves the sample estate: {late:?}");
    }
    Ok(())
}

async fn read(client: &Client, kind: v1::ResourceKind, name: &str) -> anyhow::Result<v1::Metadata> {
    let identifier = v1::Identifier {
        kind: kind as i32,
        identifier: name.into(),
        ..v1::Identifier::default()
    };
    let request = v1::GetRequest {
        identifier: Some(identifier),
        options: None,
    };
    let answer = client.get(request).await?;
    Ok(answer
        .resource
        .and_then(|resource| resource.metadata)
        .unwrap_or_default())
}

/// Applies manifests; answers when every node serves them.
async fn apply(client: &Client, manifests: &str) -> anyhow::Result<()> {
    let request = v1::ApplyRequest {
        resources: manifest::parse(manifests, "sample estate")?,
        options: Some(when_served()),
    };
    check_served(&client.apply(request).await?.late)
}
