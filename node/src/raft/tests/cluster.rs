//! Nodes that tests start, kill and start again.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;
use trellis_core::model::{
    Account, ClusterSettings, JoinToken, Kind, Meta, Node, Record, id, limits,
};
use trellis_core::registry::command::{AnyRecord, COMMAND_VERSION, JoinTokenUse};
use trellis_core::registry::outcome::Judgement;
use trellis_core::registry::{Applied, Change, Command};
use trellis_proto::raft_v1::raft_client::RaftClient;

use super::proxy::Proxy;
use crate::clock;
use crate::cluster::certificates::{Authority, CertificateCell, NodeIdentity};
use crate::cluster::join::{cluster_command, operation};
use crate::cluster::links::{self, Links};
use crate::raft::store::StoreError;
use crate::raft::{Config, Consensus, Parts, StartError, Status, WriteError};

pub(super) const DEADLINE: Duration = Duration::from_secs(10);
pub(super) const CLUSTER: &str = "c0ffee";
/// The account that operates the cluster.
pub(super) const OPERATOR: &str = "111111111111";

/// One node of a test.
pub(super) struct Member {
    runtime: Option<Runtime>,
    pub(super) consensus: Arc<Consensus>,
    stop: CancellationToken,
}

impl Member {
    /// Runs something where the node runs.
    pub(super) async fn run<T, F>(&self, work: impl FnOnce(Arc<Consensus>) -> F) -> T
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        self.spawn(work(self.consensus.clone())).await.unwrap()
    }

    /// Starts something where the node runs.
    pub(super) fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        let runtime = self.runtime.as_ref().expect("a node that runs");
        runtime.spawn(work)
    }

    pub(super) async fn write(&self, name: &str) -> Result<Applied, WriteError> {
        self.write_within(name, DEADLINE).await
    }

    pub(super) async fn write_within(
        &self,
        name: &str,
        deadline: Duration,
    ) -> Result<Applied, WriteError> {
        let command = account(name);
        self.run(|consensus| async move { consensus.propose(command, deadline).await })
            .await
    }

    pub(super) fn holds(&self, name: &str) -> bool {
        self.consensus.state().get::<Account>(name).is_some()
    }

    pub(super) fn status(&self) -> Status {
        self.consensus.status()
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A cluster of a test.
pub(super) struct Cluster {
    authority: Authority,
    directory: TempDir,
    addresses: BTreeMap<u64, SocketAddr>,
    proxies: BTreeMap<u64, Proxy>,
    pub(super) config: Config,
    pub(super) members: BTreeMap<u64, Member>,
}

impl Cluster {
    /// One node that has created a cluster.
    pub(super) async fn of_one(config: Config) -> Self {
        // RUST_LOG=openraft=info shows what a failing test did; another test may have begun it.
        let filter = tracing_subscriber::EnvFilter::from_default_env();
        let log = tracing_subscriber::fmt().with_env_filter(filter);
        drop(log.with_test_writer().try_init());
        let mut cluster = Self {
            authority: Authority::generate(CLUSTER, clock::now()).unwrap(),
            directory: tempfile::tempdir().unwrap(),
            addresses: BTreeMap::new(),
            proxies: BTreeMap::new(),
            config,
            members: BTreeMap::new(),
        };
        cluster.start(1).await;
        let proxy = Proxy::to(cluster.addresses[&1]).await;
        let address = proxy.address.to_string();
        cluster.proxies.insert(1, proxy);
        let first = first_command(&address);
        let created = cluster.members[&1]
            .run(|consensus| async move { consensus.create(address, first, DEADLINE).await });
        let judgement = created.await.unwrap().judgement;
        assert!(
            matches!(judgement, Some(Judgement::Done(_))),
            "{judgement:?}"
        );
        cluster
    }

    /// That many nodes, all of them voters.
    pub(super) async fn of(count: usize) -> Self {
        Self::with(count, Config::default()).await
    }

    pub(super) async fn with(count: usize, config: Config) -> Self {
        let mut cluster = Self::of_one(config).await;
        for _ in 1..count {
            cluster.join().await;
        }
        cluster.until("all vote", |cluster| {
            let status = cluster.leader().status();
            status.voters.len() == count && !status.changing
        });
        cluster
    }

    /// Starts a node, or starts it again, with its data and at its address.
    pub(super) async fn start(&mut self, member: u64) {
        let since = clock::instant();
        // A node that was killed lets go of its files a little later.
        while let Err(error) = self.try_start(member).await {
            let in_use = matches!(&error, StartError::Store(StoreError::InUse(_)));
            assert!(in_use && since.elapsed() < DEADLINE, "{error}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(super) async fn try_start(&mut self, member: u64) -> Result<(), StartError> {
        let identity = NodeIdentity {
            cluster_id: CLUSTER.into(),
            account: OPERATOR.into(),
            member,
        };
        let certificate = self
            .authority
            .issue(&identity, &["127.0.0.1".to_owned()], clock::now());
        let cell = CertificateCell::new(certificate.unwrap()).unwrap();
        let parts = Parts {
            data_dir: self.data_dir(member),
            cluster_id: CLUSTER.into(),
            member,
            links: Links::new(CLUSTER.into(), Arc::new(cell.client_config().unwrap())),
        };
        let known = self.addresses.get(&member).copied();
        let address = known.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        let listener = bind(address).await;
        self.addresses
            .insert(member, listener.local_addr().unwrap());
        let listener = listener.into_std().unwrap();
        let tls = Arc::new(cell.server_config().unwrap());
        let config = self.config.clone();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let started = runtime.spawn(async move {
            let consensus = Consensus::start(&config, parts).await?;
            let listener = TcpListener::from_std(listener).unwrap();
            let incoming = links::accept(listener, tls, stopped.clone());
            let server = tonic::transport::Server::builder().add_service(consensus.service());
            tokio::spawn(server.serve_with_incoming(incoming));
            tokio::spawn(consensus.clone().run_membership(stopped));
            Ok(consensus)
        });
        match started.await.unwrap() {
            Ok(consensus) => {
                let runtime = Some(runtime);
                let started = Member {
                    runtime,
                    consensus,
                    stop,
                };
                self.members.insert(member, started);
                Ok(())
            }
            Err(error) => {
                runtime.shutdown_background();
                Err(error)
            }
        }
    }

    /// The certificate authority of the cluster.
    pub(super) fn authority(&self) -> &Authority {
        &self.authority
    }

    fn certificate(&self, cluster_id: &str, member: u64) -> Arc<CertificateCell> {
        let identity = NodeIdentity {
            cluster_id: cluster_id.into(),
            account: OPERATOR.into(),
            member,
        };
        let hosts = ["127.0.0.1".to_owned()];
        let certificate = self.authority.issue(&identity, &hosts, clock::now());
        CertificateCell::new(certificate.unwrap()).unwrap()
    }

    /// A client of a node, with the certificate of a member of a cluster.
    pub(super) fn caller(&self, cluster_id: &str, member: u64, target: u64) -> RaftClient<Channel> {
        let cell = self.certificate(cluster_id, member);
        self.client(cell.client_config().unwrap(), target)
    }

    /// A client of a node, without a certificate.
    pub(super) fn stranger(&self, target: u64) -> RaftClient<Channel> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(self.authority.certificate.clone()).unwrap();
        let tls = rustls::ClientConfig::builder().with_root_certificates(roots);
        let mut tls = tls.with_no_client_auth();
        tls.alpn_protocols = vec![b"h2".to_vec()];
        self.client(tls, target)
    }

    fn client(&self, tls: rustls::ClientConfig, target: u64) -> RaftClient<Channel> {
        let links = Links::new(CLUSTER.into(), Arc::new(tls));
        let address = self.addresses[&target].to_string();
        RaftClient::new(links.channel(target, &address).unwrap())
    }

    /// Lets a new node join and starts it.
    pub(super) async fn join(&mut self) -> u64 {
        let member = self.register().await;
        self.start(member).await;
        member
    }

    /// Lets a new node join that is not started yet.
    pub(super) async fn register(&mut self) -> u64 {
        let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).await;
        let address = listener.local_addr().unwrap();
        drop(listener);
        let proxy = Proxy::to(address).await;
        let id = id::generate(Kind::JoinToken, rand::random());
        let command = admission(&id, &proxy.address.to_string(), clock::now_ms());
        let leader = self.leader();
        let applied = leader
            .run(|consensus| async move { consensus.propose(command, DEADLINE).await })
            .await
            .unwrap();
        let member = admitted(&applied).unwrap_or_else(|| panic!("{applied:?}"));
        self.addresses.insert(member, address);
        self.proxies.insert(member, proxy);
        member
    }

    /// The way to a node.
    pub(super) fn way(&self, member: u64) -> &Proxy {
        &self.proxies[&member]
    }

    /// Ends a node as a power cut would: nothing is said, nothing is flushed.
    pub(super) fn kill(&mut self, member: u64) {
        drop(self.members.remove(&member).unwrap());
    }

    /// Stops a node as SIGTERM would.
    pub(super) async fn stop(&mut self, member: u64) {
        let stopping = self.members.remove(&member).unwrap();
        stopping.stop.cancel();
        stopping
            .run(|consensus| async move { consensus.shutdown(Duration::from_secs(4)).await })
            .await;
    }

    /// The node that leads and that a majority follows.
    pub(super) fn leader(&self) -> &Member {
        let since = clock::instant();
        loop {
            let leader = self.members.values().find(|member| {
                let status = member.status();
                status.leader == Some(status.member) && status.stopped.is_none()
            });
            if let Some(leader) = leader {
                return leader;
            }
            assert!(since.elapsed() < DEADLINE, "no leader");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// A node that does not lead.
    pub(super) fn follower(&self) -> &Member {
        let leader = self.leader().status().member;
        let mut others = self.members.iter().filter(|(id, _)| **id != leader);
        others.next().unwrap().1
    }

    /// Waits until something holds.
    pub(super) fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let since = clock::instant();
        while !holds(self) {
            let states: Vec<_> = self.members.values().map(Member::status).collect();
            assert!(
                since.elapsed() < DEADLINE,
                "not in time: {what}: {states:#?}"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until every node that runs holds an account.
    pub(super) fn everywhere(&self, name: &str) {
        self.until(name, |cluster| {
            cluster.members.values().all(|member| member.holds(name))
        });
    }

    pub(super) fn data_dir(&self, member: u64) -> PathBuf {
        self.directory.path().join(format!("node-{member}"))
    }
}

async fn bind(address: SocketAddr) -> TcpListener {
    let since = clock::instant();
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(error) => assert!(since.elapsed() < DEADLINE, "{address}: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(super) fn meta(id: &str) -> Option<Meta> {
    Some(Meta {
        id: id.into(),
        account: OPERATOR.into(),
        ..Meta::default()
    })
}

/// A command that lets a node join, with a token of its own.
pub(super) fn admission(token: &str, address: &str, now_ms: u64) -> Command {
    let secret = digest::digest(&digest::SHA256, b"secret").as_ref().to_vec();
    let used = JoinTokenUse {
        token: token.into(),
        secret_sha256: secret.clone(),
        key_sha256: Vec::new(),
        node: Some(Node {
            cluster_address: address.into(),
            api_address: address.into(),
            feature_level: COMMAND_VERSION,
            ..Node::default()
        }),
    };
    let token = JoinToken {
        meta: meta(token),
        secret_sha256: secret,
        expires_at_ms: now_ms + 60_000,
        ..JoinToken::default()
    };
    cluster_command(vec![
        operation(Change::Create(token.into())),
        operation(Change::UseJoinToken(used)),
    ])
}

/// The member id that a node was given; `None` where it was refused.
pub(super) fn admitted(applied: &Applied) -> Option<u64> {
    let Some(Judgement::Done(outcome)) = &applied.judgement else {
        return None;
    };
    match outcome.results.get(1)?.record.as_ref()?.record.as_ref()? {
        AnyRecord::Node(node) => Some(node.member),
        _ => None,
    }
}

/// The command that creates the cluster, with a first node at an address.
pub(super) fn first_command(address: &str) -> Command {
    let settings = ClusterSettings {
        meta: meta("cluster").map(|meta| Meta {
            name: CLUSTER.into(),
            ..meta
        }),
        regions: vec!["eu-west-1".into()],
        dns_suffix: "trellis.internal".into(),
        partition_id: "0123456".into(),
        quotas: [(limits::ACCOUNTS.name.to_owned(), 100_000)].into(),
    };
    let node = Node {
        meta: meta("node-1"),
        member: 1,
        cluster_address: address.into(),
        api_address: address.into(),
        feature_level: COMMAND_VERSION,
        ..Node::default()
    };
    let operator = Account {
        meta: meta(OPERATOR),
    };
    cluster_command(vec![
        operation(Change::Create(settings.into())),
        operation(Change::Create(operator.into())),
        operation(Change::Create(node.into())),
    ])
}

/// A command that creates an account.
pub(super) fn account(id: &str) -> Command {
    let account = Account { meta: meta(id) };
    cluster_command(vec![operation(Change::Create(account.into()))])
}

/// A name that differs from the others of a test.
pub(super) fn name(number: u64) -> String {
    format!("{number:012}")
}

/// Ids of the nodes in a node's registry.
pub(super) fn registered(member: &Member) -> Vec<u64> {
    let state = member.consensus.state();
    let nodes = state.all::<Node>();
    let mut ids: Vec<u64> = nodes.map(|node| node.member).collect();
    ids.sort_unstable();
    assert!(ids.iter().all(|id| *id > 0 && state.revision >= *id));
    ids
}

/// A command that removes a node.
pub(super) fn removal(member: u64) -> Command {
    cluster_command(vec![operation(Change::Delete(
        trellis_core::registry::command::Identifier {
            kind: Node::KIND as i32,
            id: format!("node-{member}"),
        },
    ))])
}
