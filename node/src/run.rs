//! The composition root: builds every part of a node once, in the order of its start, and ends them
//! in the order of its stop. Nobody imports this module.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;
use tracing::{error, info, warn};
use trellis_core::seal::Keyring;
use trellis_proto::cluster_v1::join_server::JoinServer as JoinService;
use trellis_proto::cluster_v1::peer_server::PeerServer as PeerService;

use crate::cluster::admission::{self, JoinServer};
use crate::cluster::bootstrap::{self, Bootstrap, Wishes, root_key_path};
use crate::cluster::certificates::{CertificateCell, NodeIdentity};
use crate::cluster::health_exchange::HealthExchange;
use crate::cluster::identity::{Identity, create_private_dir, load_certificate};
use crate::cluster::join::{self, hosts};
use crate::cluster::links::{self, Links, from_node};
use crate::cluster::registration::Registration;
use crate::cluster::renewal::Renewal;
use crate::cluster::served::{Observer, PeerServer, Peers};
use crate::config::Config;
use crate::control;
use crate::publish::Publisher;
use crate::raft::{self, Consensus, StartError};
use crate::telemetry::digest::Digests;
use crate::telemetry::readiness::Readiness;
use crate::telemetry::server;

mod forwarding;

use forwarding::Forwarding;

/// Longest wait for the first write of a new cluster.
const CREATE_DEADLINE: Duration = Duration::from_secs(20);

/// How a node comes to its cluster. A node that has joined one ignores the rest.
#[derive(Clone, Debug)]
pub enum Start {
    /// It has joined before.
    Again,
    /// It creates a cluster.
    Bootstrap(Wishes),
    /// It joins with a token.
    Join(String),
}

/// Sockets that are bound before anything is done.
struct Sockets {
    api: TcpListener,
    cluster: TcpListener,
    telemetry: TcpListener,
}

impl Sockets {
    async fn bind(config: &Config) -> anyhow::Result<Self> {
        let bind = async |name: &str, address| {
            TcpListener::bind(address)
                .await
                .with_context(|| format!("{name} listener {address}"))
        };
        Ok(Self {
            api: bind("api", config.api.address).await?,
            cluster: bind("cluster", config.cluster.address).await?,
            telemetry: bind("telemetry", config.telemetry.address).await?,
        })
    }
}

/// What a node knows of itself once it is in a cluster.
struct Member {
    identity: Identity,
    keyring: Arc<Keyring>,
    certificates: Arc<CertificateCell>,
    links: Links,
    /// The first write of a cluster that this node creates.
    first: Option<Bootstrap>,
}

impl Member {
    fn node_id(&self) -> String {
        self.identity.node_id()
    }
}

/// A node that forwards, with the tasks of everything else.
struct Node {
    config: Config,
    member: Member,
    forwarding: Forwarding,
    /// Ends the admin API, before consensus.
    closing: CancellationToken,
    /// Task of the admin API.
    admins: JoinSet<()>,
    /// Ends everything else, after consensus.
    ending: CancellationToken,
    tasks: JoinSet<()>,
}

/// Runs a node until `stop` ends.
///
/// # Errors
/// Where the node cannot start: a socket is taken, a file cannot be read, the cluster refuses it. A
/// damaged Raft store is no error: the node goes on forwarding its last good view and says what to do.
pub async fn run(
    config: Config,
    start: Start,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    create_private_dir(&config.data_dir)
        .with_context(|| format!("data_dir {}", config.data_dir.display()))?;
    let sockets = Sockets::bind(&config).await?;
    let mut member = enter(&config, start).await?;
    let first = member.first.take();
    info!(
        node = member.node_id(),
        cluster = member.identity.cluster_id,
        "starting"
    );
    let consensus = match Consensus::start(&config.raft, raft_parts(&config, &member)).await {
        Ok(consensus) => Some(consensus),
        Err(mistake @ StartError::Config(_)) => return Err(mistake.into()),
        Err(reason) => {
            error!(%reason, "raft does not run; forwarding the last good view");
            None
        }
    };
    let forwarding = Forwarding::start(&config, &member, consensus.clone())?;
    let mut node = Node {
        config,
        member,
        forwarding,
        closing: CancellationToken::new(),
        admins: JoinSet::new(),
        ending: CancellationToken::new(),
        tasks: JoinSet::new(),
    };
    node.tell(sockets.telemetry, consensus.clone());
    if let Some(consensus) = &consensus {
        node.replicate(consensus);
        node.serve_members(sockets.cluster, consensus)?;
        if let Some(first) = first {
            create(&node.config, consensus, first).await?;
        }
        node.serve_admins(sockets.api, consensus).await?;
    } else {
        // Nobody answers there: calls are refused instead of left waiting.
        drop((sockets.api, sockets.cluster));
    }
    stop.await;
    node.end(consensus.as_deref()).await;
    Ok(())
}

/// Creates or joins a cluster where the node is in none, and reads what it keeps of itself.
async fn enter(config: &Config, start: Start) -> anyhow::Result<Member> {
    let mut first = None;
    let identity = match (Identity::load(&config.data_dir)?, start) {
        (Some(identity), _) => identity,
        (None, Start::Again) => anyhow::bail!(
            "{} belongs to no cluster; start with --bootstrap to create one or --join TOKEN to join one",
            config.data_dir.display()
        ),
        (None, Start::Bootstrap(wishes)) => {
            join::check_fresh(&config.data_dir)?;
            let created = bootstrap::prepare(config, &wishes)?;
            let identity = created.identity.clone();
            first = Some(created);
            identity
        }
        (None, Start::Join(token)) => {
            join::check_fresh(&config.data_dir)?;
            join::join(config, &token).await?
        }
    };
    let path = config.cluster_key_path();
    let keys = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let certificates = CertificateCell::new(load_certificate(&config.data_dir)?)?;
    let links = Links::new(
        identity.cluster_id.clone(),
        Arc::new(certificates.client_config()?),
    );
    let keyring = Keyring::parse(&keys).with_context(|| path.display().to_string())?;
    Ok(Member {
        identity,
        keyring: Arc::new(keyring),
        certificates,
        links,
        first,
    })
}

fn raft_parts(config: &Config, member: &Member) -> raft::Parts {
    raft::Parts {
        data_dir: config.data_dir.clone(),
        cluster_id: member.identity.cluster_id.clone(),
        member: member.identity.member,
        links: member.links.clone(),
    }
}

impl Node {
    /// Serves the telemetry listener.
    fn tell(&mut self, listener: TcpListener, consensus: Option<Arc<Consensus>>) {
        let served = self.forwarding.plane.served();
        let draining = self.forwarding.draining.clone();
        let readiness = Readiness::default()
            .check("view", move || match *served.borrow() {
                0 => Err("no view is served yet".into()),
                _ => Ok(()),
            })
            .check("draining", move || match draining.load(Ordering::Relaxed) {
                true => Err("the node is stopping".into()),
                false => Ok(()),
            });
        let state = move || consensus.as_ref().map(|consensus| consensus.state());
        let told = server::Told {
            metrics: self.forwarding.metrics.clone(),
            readiness: Arc::new(readiness),
            digests: Arc::new(Digests::new(state)),
        };
        let stop = self.ending.clone().cancelled_owned();
        info!(address = %self.config.telemetry.address, "telemetry listener");
        self.tasks.spawn(async move {
            if let Err(error) = server::serve(listener, told, stop).await {
                error!(%error, "the telemetry listener ended");
            }
        });
    }

    /// Starts what follows and feeds the registry.
    fn replicate(&mut self, consensus: &Arc<Consensus>) {
        let (config, member) = (&self.config, &self.member);
        let last_good = self.forwarding.last_good.clone();
        let publisher = Publisher {
            states: consensus.states(),
            keyring: member.keyring.clone(),
            views: self.forwarding.views.clone(),
            keep: Arc::new(move |state| last_good.save(state)),
        };
        let registration = Registration {
            consensus: consensus.clone(),
            node_id: member.node_id(),
            config: config.clone(),
        };
        let renewal = Renewal {
            consensus: consensus.clone(),
            keyring: member.keyring.clone(),
            certificates: member.certificates.clone(),
            identity: NodeIdentity {
                cluster_id: member.identity.cluster_id.clone(),
                account: member.identity.account.clone(),
                member: member.identity.member,
            },
            hosts: hosts(&[&config.cluster.advertised(), &config.api.advertised()]),
            data_dir: config.data_dir.clone(),
        };
        let learned = self.forwarding.health.clone();
        let exchange = HealthExchange {
            consensus: consensus.clone(),
            node_id: member.node_id(),
            links: member.links.clone(),
            learn: Box::new(move |node, said| learned.learn(node, said)),
        };
        self.tasks.spawn(exchange.run(self.ending.clone()));
        self.tasks.spawn(publisher.run(self.ending.clone()));
        self.tasks.spawn(registration.run(self.ending.clone()));
        self.tasks.spawn(renewal.run(self.ending.clone()));
        self.tasks
            .spawn(consensus.clone().run_membership(self.ending.clone()));
        self.tasks
            .spawn(control::sweep(consensus.clone(), self.ending.clone()));
    }

    /// Serves the other nodes, and those that want to join.
    fn serve_members(
        &mut self,
        listener: TcpListener,
        consensus: &Arc<Consensus>,
    ) -> anyhow::Result<()> {
        let tls = Arc::new(self.member.certificates.server_config()?);
        let joins = JoinServer::new(consensus.clone(), self.member.keyring.clone());
        let joins = JoinService::new(joins).max_decoding_message_size(admission::REQUEST_BYTES_MAX);
        let told = self.forwarding.health.clone();
        let peers = PeerServer {
            served: self.forwarding.plane.served(),
            told: Arc::new(move || told.told()),
        };
        let server = Server::builder()
            .http2_keepalive_interval(Some(links::PING_INTERVAL))
            .http2_keepalive_timeout(Some(links::PING_DEADLINE))
            .add_service(consensus.service())
            .add_service(joins)
            .add_service(PeerService::with_interceptor(peers, from_node));
        let incoming = links::accept(listener, tls, self.ending.clone());
        let stop = self.ending.clone().cancelled_owned();
        self.tasks.spawn(async move {
            if let Err(error) = server.serve_with_incoming_shutdown(incoming, stop).await {
                error!(%error, "the cluster listener ended");
            }
        });
        Ok(())
    }

    /// Serves the admin API.
    async fn serve_admins(
        &mut self,
        listener: TcpListener,
        consensus: &Arc<Consensus>,
    ) -> anyhow::Result<()> {
        let (member, forwarding) = (&self.member, &self.forwarding);
        let observer = Observer {
            node_id: member.node_id(),
            consensus: consensus.clone(),
            peers: Peers::new(member.links.clone()),
            served: forwarding.plane.served(),
        };
        let views = forwarding.views.clone();
        let exchange = self.config.control.aws_identity.as_ref();
        let api = control::Api {
            consensus: consensus.clone(),
            keyring: member.keyring.clone(),
            observer,
            view: Arc::new(move || views.load()),
            targets: forwarding.targets(),
            provider_keys: control::ProviderKeys::default(),
            exchange: exchange.map(control::Exchange::new).transpose()?,
            node_id: member.node_id(),
            config: self.config.control.clone(),
        };
        let tls = match self.config.control.plain_http {
            true => None,
            false => Some(Arc::new(member.certificates.api_config()?)),
        };
        info!(address = %self.config.api.address, tls = tls.is_some(), "api listener");
        let front = control::front(Arc::new(api)).await?;
        let (config, stop) = (self.config.control.clone(), self.closing.clone());
        self.admins.spawn(async move {
            if let Err(error) = control::serve(listener, front, tls, &config, stop).await {
                error!(%error, "the api listener ended");
            }
        });
        Ok(())
    }

    /// Ends the parts in order: not ready, requests and calls under way, leadership, everything else;
    /// last the access log is on disk.
    async fn end(self, consensus: Option<&Consensus>) {
        info!("stopping");
        let drain = self.config.drain();
        self.forwarding.draining.store(true, Ordering::Relaxed);
        self.closing.cancel();
        let ((), ()) = tokio::join!(
            self.forwarding.plane.drain(drain),
            all(self.admins, "calls of the admin API", drain),
        );
        if let Some(consensus) = consensus {
            consensus.shutdown(drain).await;
        }
        self.ending.cancel();
        all(self.tasks, "some parts", drain).await;
        let access_log = self.forwarding.access_log;
        let flushed = tokio::task::spawn_blocking(move || access_log.flush(drain)).await;
        if !matches!(flushed, Ok(true)) {
            warn!("the access log was not written to its end");
        }
        info!("stopped");
    }
}

/// Waits for tasks to end.
async fn all(mut tasks: JoinSet<()>, what: &str, limit: Duration) {
    let ended = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(limit, ended).await.is_err() {
        warn!(what, "did not end in time");
    }
}

/// Writes the first command of a new cluster, and tells the root access key once.
#[expect(
    clippy::print_stdout,
    reason = "the key is told on the terminal, never in the log"
)]
async fn create(config: &Config, consensus: &Consensus, first: Bootstrap) -> anyhow::Result<()> {
    consensus
        .create(config.cluster.advertised(), first.command, CREATE_DEADLINE)
        .await
        .context("the cluster cannot be created; remove data_dir and try again")?;
    println!(
        "root access key of account {} (told once; kept in {}):\n  AWS_ACCESS_KEY_ID={}\n  AWS_SECRET_ACCESS_KEY={}",
        first.root.account,
        root_key_path(&config.data_dir).display(),
        first.root.access_key_id,
        first.root.secret_access_key,
    );
    Ok(())
}
