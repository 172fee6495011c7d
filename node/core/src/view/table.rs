//! The tables of a view.

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use imbl::OrdMap;
use ipnet::IpNet;
use smol_str::SmolStr;

use super::{ActionView, Credentials, RuleView};
use crate::model::{Attachment, ListenerProtocol, ProtocolVersion, TargetProtocol};
use crate::policy::Compiled;
use crate::registry::State;

/// A table that requests look things up in. Its hash is fast and only lightly keyed: for keys that
/// administrators or this program make, never for those that clients add.
pub type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Everything the data plane needs, as of one revision.
#[derive(Debug, Default)]
pub struct View {
    /// Revision of the registry state this was compiled from.
    pub revision: u64,
    /// Id of the cluster.
    pub cluster_id: String,
    /// VPCs by id.
    pub vpcs: Arc<Map<String, Arc<VpcView>>>,
    /// Service networks by id.
    pub networks: OrdMap<SmolStr, Arc<NetworkView>>,
    /// Services by id.
    pub services: OrdMap<SmolStr, Arc<ServiceView>>,
    /// Target groups by id.
    pub groups: OrdMap<SmolStr, Arc<GroupView>>,
    /// Who may sign, and what their own policies say.
    pub credentials: Arc<Credentials>,
    /// Attachments by node id.
    pub attachments: OrdMap<SmolStr, Vec<Attachment>>,
    /// The state that this was compiled from.
    pub state: State,
}

/// One VPC: what its clients can reach.
#[derive(Debug, Default)]
pub struct VpcView {
    /// Id, `vpc-…`.
    pub id: String,
    /// ARN.
    pub arn: String,
    /// Owning account.
    pub owner: String,
    /// Reachable services; [`VpcView::names`] holds indices into it.
    pub reaches: Vec<Reach>,
    /// Index into [`VpcView::reaches`] by DNS name, lower case, without port and final dot.
    pub names: Map<Box<str>, usize>,
    /// Listener ports of the reachable services.
    pub ports: BTreeSet<u16>,
}

/// A service as reached from a VPC through a service network.
#[derive(Debug)]
pub struct Reach {
    /// The service network.
    pub network: Arc<NetworkView>,
    /// The service.
    pub service: Arc<ServiceView>,
    /// Which clients of the VPC may enter; `None` for all.
    pub ingress: Option<Arc<[Ingress]>>,
}

/// Client addresses that may enter on a range of listener ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ingress {
    /// Client addresses.
    pub from: IpNet,
    /// First port.
    pub first_port: u16,
    /// Last port.
    pub last_port: u16,
}

impl Ingress {
    /// Whether a client at `address` may enter on `port`.
    #[must_use]
    pub fn admits(&self, address: IpAddr, port: u16) -> bool {
        (self.first_port..=self.last_port).contains(&port)
            && self.from.contains(&address.to_canonical())
    }
}

/// One authorisation layer: a service network's or a service's.
#[derive(Clone, Debug)]
pub enum Layer {
    /// Auth type NONE: everyone passes.
    Open,
    /// Auth type AWS_IAM: the policy decides; without one (or with one that cannot be read)
    /// everything is denied.
    Policy(Option<Arc<Compiled>>),
}

/// A service network.
#[derive(Debug)]
pub struct NetworkView {
    /// Id, `sn-…`.
    pub id: String,
    /// ARN.
    pub arn: String,
    /// Its authorisation layer.
    pub layer: Layer,
    /// Destinations of access-log subscriptions on the network.
    pub log_destinations: Vec<String>,
}

/// A service.
#[derive(Debug)]
pub struct ServiceView {
    /// Id, `svc-…`.
    pub id: String,
    /// Name.
    pub name: String,
    /// ARN.
    pub arn: String,
    /// Region: requests must be signed for it.
    pub region: String,
    /// Owning account.
    pub account: String,
    /// Tags, by key.
    pub tags: Vec<(String, String)>,
    /// Its authorisation layer.
    pub layer: Layer,
    /// Listeners, by port.
    pub listeners: Vec<ListenerView>,
    /// How long a connection may be idle.
    pub idle_timeout: Duration,
    /// DNS names, lower case.
    pub names: Vec<String>,
    /// Destinations of access-log subscriptions on the service.
    pub log_destinations: Vec<String>,
}

impl ServiceView {
    /// The listener on a port.
    #[must_use]
    pub fn listener(&self, port: u16) -> Option<&ListenerView> {
        self.listeners.iter().find(|listener| listener.port == port)
    }
}

/// A listener.
#[derive(Debug)]
pub struct ListenerView {
    /// Id, `listener-…`.
    pub id: String,
    /// Port, without any attachment's offset.
    pub port: u16,
    /// What it speaks.
    pub protocol: ListenerProtocol,
    /// Rules, by priority.
    pub rules: Vec<RuleView>,
    /// What happens where none matches.
    pub default: ActionView,
}

/// A target group.
#[derive(Debug)]
pub struct GroupView {
    /// Revision of the record this was compiled from.
    pub revision: u64,
    /// Id, `tg-…`.
    pub id: String,
    /// ARN.
    pub arn: String,
    /// VPC of the targets.
    pub vpc: String,
    /// How targets are reached.
    pub protocol: TargetProtocol,
    /// What they speak.
    pub version: ProtocolVersion,
    /// Targets that may get new requests, by address.
    pub targets: Vec<TargetView>,
    /// Whether a listener or rule forwards to it.
    pub is_used: bool,
    /// How they are probed; `None` where they are not.
    pub health_check: Option<HealthCheckView>,
}

/// A target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetView {
    /// Where to connect.
    pub address: SocketAddr,
    /// Zone; empty for none.
    pub zone: String,
}

/// How the targets of a group are probed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthCheckView {
    /// Whether over TLS.
    pub tls: bool,
    /// Whether over HTTP/2.
    pub http2: bool,
    /// Port; `None` for each target's own.
    pub port: Option<u16>,
    /// Path with query.
    pub path: String,
    /// Time between probes.
    pub interval: Duration,
    /// Time until a probe has failed.
    pub timeout: Duration,
    /// Successes until healthy again.
    pub healthy_threshold: u32,
    /// Failures until unhealthy.
    pub unhealthy_threshold: u32,
    /// Status codes that count as success.
    pub statuses: Vec<StatusRange>,
}

/// A range of status codes, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusRange {
    /// First.
    pub first: u16,
    /// Last.
    pub last: u16,
}
