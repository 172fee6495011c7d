//! One node with consensus, its admin API on a loopback socket, and clients of it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use trellis_client::{Client, Settings};
use trellis_core::registry::{Change, Command};
use trellis_core::seal::Keyring;
use trellis_core::view;
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::estate::{ROOT_KEY, first_records, resource};
use crate::clock;
use crate::cluster::certificates::{Authority, CertificateCell, NodeIdentity};
use crate::cluster::identity::save_certificate;
use crate::cluster::join::{cluster_command, operation};
use crate::cluster::links::Links;
use crate::cluster::served::{Observer, Peers};
use crate::control::{Api, Config, Exchange, Front, ProviderKeys, front, serve};
use crate::raft::{self, Consensus, Parts};

pub(in crate::control) const CLUSTER: &str = "0123456789abcdef";
const DEADLINE: Duration = Duration::from_secs(10);

/// A node that serves the admin API.
pub(in crate::control) struct Node {
    api: Arc<Api>,
    pub(in crate::control) address: String,
    pub(in crate::control) consensus: Arc<Consensus>,
    /// What the data plane serves.
    pub(in crate::control) served: tokio::sync::watch::Sender<u64>,
    pub(in crate::control) stop: CancellationToken,
    certificates: Arc<CertificateCell>,
    directory: TempDir,
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Node {
    /// A cluster of one node whose data plane serves everything at once.
    pub(in crate::control) async fn start() -> Self {
        Self::with(None).await
    }

    /// The same, which takes identities of AWS, too.
    pub(in crate::control) async fn with(exchange: Option<Exchange>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let certificates = certificates(directory.path());
        let tls = Arc::new(certificates.client_config().unwrap());
        let links = Links::new(CLUSTER.into(), tls);
        let parts = Parts {
            data_dir: directory.path().to_owned(),
            cluster_id: CLUSTER.into(),
            member: 1,
            links: links.clone(),
        };
        let consensus = Consensus::start(&raft::Config::default(), parts)
            .await
            .unwrap();
        let keyring = Arc::new(Keyring::new("k1", [7; 32]).unwrap());
        let created = consensus
            .create("127.0.0.1:1".into(), first(&keyring), DEADLINE)
            .await;
        created.unwrap();
        let (served, serving) = tokio::sync::watch::channel(u64::MAX);
        let observer = Observer {
            node_id: "node-1".into(),
            consensus: consensus.clone(),
            peers: Peers::new(links),
            served: serving,
        };
        let (states, keys) = (consensus.clone(), keyring.clone());
        let api = Api {
            consensus: consensus.clone(),
            keyring,
            observer,
            view: Arc::new(move || Arc::new(view::compile(&states.state(), &keys, None))),
            targets: Box::new(|_| {
                vec![v1::TargetStatus {
                    id: "10.0.0.1".into(),
                    port: 80,
                    status: "HEALTHY".into(),
                    reason_code: String::new(),
                }]
            }),
            provider_keys: ProviderKeys::default(),
            exchange,
            node_id: "node-1".into(),
            config: Config::default(),
        };
        let api = Arc::new(api);
        let doors = front(api.clone()).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        tokio::spawn(async move {
            serve(listener, doors, None, &Config::default(), stopped)
                .await
                .unwrap();
        });
        Self {
            api,
            address,
            consensus,
            served,
            stop,
            certificates,
            directory,
        }
    }

    /// The services once more, for another listener.
    pub(in crate::control) async fn front(&self) -> Front {
        front(self.api.clone()).await.unwrap()
    }

    /// Serves with TLS, too; answers with the address and the CA certificate, PEM.
    pub(in crate::control) async fn serve_tls(&self) -> (String, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let tls = Arc::new(self.certificates.api_config().unwrap());
        let (front, stop) = (self.front().await, self.stop.clone());
        tokio::spawn(async move {
            let config = Config::default();
            let served = serve(listener, front, Some(tls), &config, stop);
            served.await.unwrap();
        });
        let ca = std::fs::read_to_string(self.directory.path().join("ca.pem"));
        (address, ca.unwrap())
    }

    /// A new access key of a user of the first account.
    pub(in crate::control) async fn access_key(&self, root: &Client, user: &str) -> Credentials {
        let key = v1::AccessKey {
            user_name: user.into(),
            ..v1::AccessKey::default()
        };
        let request = v1::CreateRequest {
            resource: Some(resource(Spec::AccessKey(key))),
            ..v1::CreateRequest::default()
        };
        let made = root.create(request).await.unwrap().resource.unwrap();
        let Some(Spec::AccessKey(key)) = made.spec else {
            panic!("an access key")
        };
        let id = made.metadata.unwrap().id;
        Credentials::new(id, key.secret_access_key, None, None, "test")
    }

    /// A client with the root key of the first account.
    pub(in crate::control) fn root(&self) -> Client {
        self.client(Credentials::new(ROOT_KEY.0, ROOT_KEY.1, None, None, "test"))
    }

    /// A client with the root key of the first account, at another listener.
    pub(in crate::control) fn client_at(&self, address: &str) -> Client {
        connect(
            address,
            Credentials::new(ROOT_KEY.0, ROOT_KEY.1, None, None, "test"),
        )
    }

    /// A client with these credentials.
    pub(in crate::control) fn client(&self, credentials: Credentials) -> Client {
        connect(&self.address, credentials)
    }
}

/// A certificate, kept in a directory as a node keeps it.
pub(in crate::control) fn certificates(directory: &Path) -> Arc<CertificateCell> {
    let authority = Authority::generate(CLUSTER, clock::now()).unwrap();
    let identity = NodeIdentity {
        cluster_id: CLUSTER.into(),
        account: super::FIRST.into(),
        member: 1,
    };
    let certificate = authority.issue(&identity, &["127.0.0.1".to_owned()], clock::now());
    save_certificate(directory, certificate.as_ref().unwrap()).unwrap();
    CertificateCell::new(certificate.unwrap()).unwrap()
}

fn first(keyring: &Keyring) -> Command {
    let records = first_records(keyring).into_iter();
    cluster_command(
        records
            .map(|record| operation(Change::Create(record)))
            .collect(),
    )
}

fn connect(address: &str, credentials: Credentials) -> Client {
    let settings = Settings {
        endpoints: vec![format!("http://{}", address)],
        ca: None,
        credentials,
        region: "eu-west-1".into(),
        deadline: DEADLINE,
    };
    Client::connect(&settings).unwrap()
}
