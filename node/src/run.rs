//! The composition root: builds every part of a node once, in the order of its start, and ends them
//! in the order of its stop. Nobody imports this module.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;
use tracing::{error, info, warn};
use trellis_core::registry::State;
use trellis_core::seal::Keyring;
use trellis_core::view::{self, TargetView};
use trellis_proto::cluster_v1::join_server::JoinServer as JoinService;
use trellis_proto::cluster_v1::peer_server::PeerServer as PeerService;
use trellis_proto::v1::TargetStatus;

use crate::cluster::bootstrap::{self, Bootstrap, Wishes, root_key_path};
use crate::cluster::certificates::{CertificateCell, NodeIdentity};
use crate::cluster::identity::{Identity, create_private_dir, load_certificate};
use crate::cluster::join::{self, JoinServer, hosts};
use crate::cluster::links::{self, Links, from_node};
use crate::cluster::registration::Registration;
use crate::cluster::renewal::Renewal;
use crate::cluster::served::{Observer, PeerServer};
use crate::config::Config;
use crate::control;
use crate::dataplane::access_log::AccessLog;
use crate::dataplane::health::{self, HealthCell, TargetKey};
use crate::dataplane::{self, DataPlane, ViewCell};
use crate::last_good::LastGood;
use crate::publish::Publisher;
use crate::raft::{self, Consensus};
use crate::telemetry::metrics::{Metrics, RaftStatus, Sources};
use crate::telemetry::readiness::Readiness;
use crate::telemetry::server;

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

/// The data plane with what feeds and watches it.
struct Forwarding {
    views: Arc<ViewCell>,
    health: Arc<HealthCell>,
    plane: DataPlane,
    last_good: LastGood,
    access_log: AccessLog,
    draining: Arc<AtomicBool>,
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
    info!(
        node = member.node_id(),
        cluster = member.identity.cluster_id,
        "starting"
    );
    let parts = raft::Parts {
        data_dir: config.data_dir.clone(),
        cluster_id: member.identity.cluster_id.clone(),
        member: member.identity.member,
        links: member.links.clone(),
    };
    let consensus = Consensus::start(&config.raft, parts).await;
    let state = consensus
        .as_ref()
        .map(|consensus| consensus.state())
        .unwrap_or_default();
    let forwarding = forward(&config, &member, state)?;
    let ending = CancellationToken::new();
    let mut tasks = JoinSet::new();
    tell(
        &config,
        sockets.telemetry,
        &forwarding,
        consensus.as_ref().ok().cloned(),
        &ending,
        &mut tasks,
    );
    match consensus {
        Ok(consensus) => {
            let first = member.first.take();
            replicate(
                &config,
                &member,
                &forwarding,
                &consensus,
                &ending,
                &mut tasks,
            );
            serve_members(
                sockets.cluster,
                &member,
                &forwarding,
                &consensus,
                &ending,
                &mut tasks,
            )?;
            if let Some(first) = first {
                create(&config, &consensus, first).await?;
            }
            serve_admins(
                &config,
                sockets.api,
                &member,
                &forwarding,
                &consensus,
                &ending,
                &mut tasks,
            )
            .await?;
            stop.await;
            end(&config, forwarding, Some(&consensus), &ending, tasks).await;
        }
        Err(reason) => {
            error!(%reason, "raft does not run; forwarding the last good view");
            stop.await;
            end(&config, forwarding, None, &ending, tasks).await;
        }
    }
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

/// Starts the data plane with the newest state that this node has.
fn forward(config: &Config, member: &Member, applied: State) -> anyhow::Result<Forwarding> {
    let keyring = member.keyring.clone();
    let cluster_id = member.identity.cluster_id.clone();
    let last_good = LastGood::new(&config.data_dir, cluster_id, keyring);
    let state = match last_good.load() {
        Some(kept) if kept.revision > applied.revision => {
            warn!(
                kept = kept.revision,
                applied = applied.revision,
                "serving a kept state until raft has caught up"
            );
            kept
        }
        _ => applied,
    };
    let views = Arc::new(ViewCell::new(view::compile(&state, &member.keyring, None)));
    let health = Arc::new(HealthCell::default());
    let log_dir = config.data_dir.join("access-logs");
    let access_log = AccessLog::start(&config.dataplane.access_log, log_dir)?;
    let parts = dataplane::Parts {
        node_id: member.node_id(),
        views: views.clone(),
        health: health.clone(),
        access_log: access_log.clone(),
    };
    let plane = DataPlane::start(&config.dataplane, &parts)?;
    let probed = views.clone();
    health::start(
        &config.dataplane.health,
        member.node_id(),
        move || probed.load(),
        views.changed(),
        health.clone(),
    )?;
    let draining = Arc::new(AtomicBool::new(false));
    Ok(Forwarding {
        views,
        health,
        plane,
        last_good,
        access_log,
        draining,
    })
}

/// Serves the telemetry listener.
fn tell(
    config: &Config,
    listener: TcpListener,
    forwarding: &Forwarding,
    consensus: Option<Arc<Consensus>>,
    ending: &CancellationToken,
    tasks: &mut JoinSet<()>,
) {
    let views = forwarding.views.clone();
    let metrics = Metrics::new(Sources {
        view: Box::new(move || views.load()),
        raft: Box::new(move || raft_status(consensus.as_deref())),
        health: forwarding.health.clone(),
        access_log: forwarding.access_log.clone(),
    });
    let (served, draining) = (forwarding.plane.served(), forwarding.draining.clone());
    let readiness = Readiness::default()
        .check("view", move || match *served.borrow() {
            0 => Err("no view is served yet".into()),
            _ => Ok(()),
        })
        .check("draining", move || {
            if draining.load(Ordering::Relaxed) {
                Err("the node is stopping".into())
            } else {
                Ok(())
            }
        });
    let stop = ending.clone().cancelled_owned();
    info!(address = %config.telemetry.address, "telemetry listener");
    tasks.spawn(async move {
        let served = server::serve(listener, Arc::new(metrics), Arc::new(readiness), stop).await;
        if let Err(error) = served {
            error!(%error, "the telemetry listener ended");
        }
    });
}

fn raft_status(consensus: Option<&Consensus>) -> RaftStatus {
    let Some(status) = consensus.map(Consensus::status) else {
        return RaftStatus::default();
    };
    RaftStatus {
        term: status.term,
        is_leader: status.leader == Some(status.member),
        commit_index: status.last_log,
        applied_index: status.last_applied,
    }
}

/// Starts what follows and feeds the registry.
fn replicate(
    config: &Config,
    member: &Member,
    forwarding: &Forwarding,
    consensus: &Arc<Consensus>,
    ending: &CancellationToken,
    tasks: &mut JoinSet<()>,
) {
    let publisher = Publisher {
        states: consensus.states(),
        keyring: member.keyring.clone(),
        views: forwarding.views.clone(),
        last_good: forwarding.last_good.clone(),
    };
    tasks.spawn(publisher.run(ending.clone()));
    tasks.spawn(consensus.clone().run_membership(ending.clone()));
    let registration = Registration {
        consensus: consensus.clone(),
        node_id: member.node_id(),
        config: config.clone(),
    };
    tasks.spawn(registration.run(ending.clone()));
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
    tasks.spawn(renewal.run(ending.clone()));
    tasks.spawn(control::sweep(consensus.clone(), ending.clone()));
}

/// Serves the other nodes, and those that want to join.
fn serve_members(
    listener: TcpListener,
    member: &Member,
    forwarding: &Forwarding,
    consensus: &Arc<Consensus>,
    ending: &CancellationToken,
    tasks: &mut JoinSet<()>,
) -> anyhow::Result<()> {
    let tls = Arc::new(member.certificates.server_config()?);
    let joins = JoinServer {
        consensus: consensus.clone(),
        keyring: member.keyring.clone(),
    };
    let peers = PeerServer {
        served: forwarding.plane.served(),
    };
    let server = Server::builder()
        .http2_keepalive_interval(Some(Duration::from_secs(10)))
        .add_service(consensus.service())
        .add_service(JoinService::new(joins))
        .add_service(PeerService::with_interceptor(peers, from_node));
    let incoming = links::accept(listener, tls, ending.clone());
    let stop = ending.clone();
    tasks.spawn(async move {
        let served = server
            .serve_with_incoming_shutdown(incoming, stop.cancelled_owned())
            .await;
        if let Err(error) = served {
            error!(%error, "the cluster listener ended");
        }
    });
    Ok(())
}

/// Serves the admin API.
async fn serve_admins(
    config: &Config,
    listener: TcpListener,
    member: &Member,
    forwarding: &Forwarding,
    consensus: &Arc<Consensus>,
    ending: &CancellationToken,
    tasks: &mut JoinSet<()>,
) -> anyhow::Result<()> {
    let observer = Observer {
        node_id: member.node_id(),
        consensus: consensus.clone(),
        links: member.links.clone(),
        served: forwarding.plane.served(),
    };
    let views = forwarding.views.clone();
    let api = control::Api {
        consensus: consensus.clone(),
        keyring: member.keyring.clone(),
        observer,
        view: Arc::new(move || views.load()),
        targets: targets(forwarding),
        node_id: member.node_id(),
        config: config.control.clone(),
    };
    let tls = match config.control.plain_http {
        true => None,
        false => Some(Arc::new(member.certificates.api_config()?)),
    };
    let front = control::front(Arc::new(api)).await?;
    let (control, stop) = (config.control.clone(), ending.clone());
    info!(address = %config.api.address, tls = tls.is_some(), "api listener");
    tasks.spawn(async move {
        if let Err(error) = control::serve(listener, front, tls, &control, stop).await {
            error!(%error, "the api listener ended");
        }
    });
    Ok(())
}

/// The health of a group's targets, as this node sees it.
fn targets(forwarding: &Forwarding) -> Box<dyn Fn(&str) -> Vec<TargetStatus> + Send + Sync> {
    let (views, cell) = (forwarding.views.clone(), forwarding.health.clone());
    Box::new(move |group| {
        let view = views.load();
        let targets = view
            .groups
            .get(group)
            .into_iter()
            .flat_map(|group| &group.targets);
        let status = |target: &TargetView| {
            let key = TargetKey {
                group: group.to_owned(),
                address: target.address,
            };
            let status = health::status(&view, &cell, &key, false);
            TargetStatus {
                id: target.address.ip().to_string(),
                port: target.address.port().into(),
                status: status.label().to_owned(),
                reason_code: status.reason_code().unwrap_or_default().to_owned(),
            }
        };
        targets.map(status).collect()
    })
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

/// Ends the parts in order: not ready, requests under way, leadership, everything else.
async fn end(
    config: &Config,
    forwarding: Forwarding,
    consensus: Option<&Arc<Consensus>>,
    ending: &CancellationToken,
    mut tasks: JoinSet<()>,
) {
    info!("stopping");
    forwarding.draining.store(true, Ordering::Relaxed);
    forwarding.plane.drain(config.drain()).await;
    if let Some(consensus) = consensus {
        consensus.shutdown(config.drain()).await;
    }
    ending.cancel();
    let all = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(config.drain(), all).await.is_err() {
        warn!("some parts did not end in time");
    }
    info!("stopped");
}
