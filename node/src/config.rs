//! What the operator may set: one TOML file, parsed once into typed fields.
//!
//! Unknown fields are refused. [`Config::check`] reports every mistake that spans fields, not only
//! the first. Each part of the node declares its own section in its own file.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

/// The whole configuration of a node.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Directory of everything the node keeps. Created with mode 0700 where it does not exist.
    pub data_dir: PathBuf,
    /// File of the cluster's sealing keys. Default: `cluster.key` in `data_dir`.
    #[serde(default)]
    pub cluster_key_file: Option<PathBuf>,
    /// The api listener.
    #[serde(default = "api")]
    pub api: Listener,
    /// The cluster listener.
    #[serde(default = "cluster")]
    pub cluster: Listener,
    /// The telemetry listener: `/livez`, `/readyz`, `/metrics`; loopback by default.
    #[serde(default = "telemetry")]
    pub telemetry: Listener,
    /// Legs in VPCs. Where given, they replace those in the registry when the node starts; where
    /// absent, those in the registry hold.
    #[serde(default)]
    pub attachments: Option<Vec<Attachment>>,
    /// Data plane.
    #[serde(default)]
    pub dataplane: crate::dataplane::Config,
    /// Consensus and its store.
    #[serde(default)]
    pub raft: crate::raft::Config,
    /// Admin API.
    #[serde(default)]
    pub control: crate::control::Config,
    /// Longest wait for requests under way once a stop is asked for, seconds. Default 30.
    #[serde(default = "drain_seconds")]
    pub drain_seconds: u64,
    /// Log filter, e.g. `info` or `trellis_node=debug`; `RUST_LOG` overrides it. Default `info`, and
    /// of the Raft library errors only.
    #[serde(default = "log_filter")]
    pub log: String,
}

/// An address to listen on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    /// `address:port` to bind.
    pub address: SocketAddr,
    /// `host:port` that others use; by default the bound address.
    #[serde(default)]
    pub advertise: Option<String>,
}

impl Listener {
    fn on_loopback(port: u16) -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            advertise: None,
        }
    }

    /// `host:port` that others use.
    #[must_use]
    pub fn advertised(&self) -> String {
        self.advertise
            .clone()
            .unwrap_or_else(|| self.address.to_string())
    }
}

/// A leg in a VPC.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// Id of the VPC, `vpc-…`.
    pub vpc: String,
    /// IP address that the listeners of services bind.
    pub ingress_address: std::net::IpAddr,
    /// `address:port` of the DNS server; none by default.
    #[serde(default)]
    pub dns_address: Option<SocketAddr>,
    /// Added to each listener port to get the port that is bound. Default 0.
    #[serde(default)]
    pub port_offset: u16,
    /// Whether the node may reach targets through this leg. Default true.
    #[serde(default = "yes")]
    pub reaches_targets: bool,
    /// Zone, for locality; none by default.
    #[serde(default)]
    pub zone: String,
}

fn yes() -> bool {
    true
}
fn api() -> Listener {
    Listener::on_loopback(7600)
}
fn cluster() -> Listener {
    Listener::on_loopback(7601)
}
fn telemetry() -> Listener {
    Listener::on_loopback(7602)
}
fn drain_seconds() -> u64 {
    30
}
fn log_filter() -> String {
    "info,openraft=error".into()
}

/// Everything that is wrong with a configuration, a line each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct Mistakes(pub Vec<String>);

impl Config {
    /// Reads the file and checks it.
    ///
    /// # Errors
    /// [`Mistakes`], with every mistake found; a syntax error names file, line and column.
    pub fn load(path: &Path) -> Result<Self, Mistakes> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Mistakes(vec![format!("{}: {error}", path.display())]))?;
        let config: Self = toml::from_str(&text)
            .map_err(|error| Mistakes(vec![format!("{}: {error}", path.display())]))?;
        config.check()?;
        Ok(config)
    }

    /// Checks what spans fields.
    ///
    /// # Errors
    /// [`Mistakes`], every one found.
    pub fn check(&self) -> Result<(), Mistakes> {
        let mut mistakes = Vec::new();
        let listeners = [
            ("api", &self.api),
            ("cluster", &self.cluster),
            ("telemetry", &self.telemetry),
        ];
        for (index, (name, listener)) in listeners.iter().enumerate() {
            if listener.address.ip().is_unspecified()
                && listener.advertise.is_none()
                && *name != "telemetry"
            {
                mistakes.push(format!(
                    "{name}: address {} is bound on every interface; set {name}.advertise to the host:port that others use",
                    listener.address
                ));
            }
            for (other, with) in &listeners[index + 1..] {
                if listener.address.port() != 0 && listener.address == with.address {
                    mistakes.push(format!(
                        "{name} and {other} both listen on {}",
                        with.address
                    ));
                }
            }
        }
        if self.control.plain_http && !self.api.address.ip().is_loopback() {
            mistakes.push(format!(
                "control: plain_http is refused on {}: it is not a loopback address",
                self.api.address
            ));
        }
        for attachment in self.attachments.iter().flatten() {
            if !trellis_core::model::id::is_valid(trellis_core::model::Kind::Vpc, &attachment.vpc) {
                mistakes.push(format!(
                    "attachments: {:?} is not a VPC id (vpc-…)",
                    attachment.vpc
                ));
            }
        }
        mistakes.extend(self.dataplane.mistakes());
        if mistakes.is_empty() {
            Ok(())
        } else {
            Err(Mistakes(mistakes))
        }
    }

    /// The file of the cluster's sealing keys.
    #[must_use]
    pub fn cluster_key_path(&self) -> PathBuf {
        self.cluster_key_file
            .clone()
            .unwrap_or_else(|| self.data_dir.join("cluster.key"))
    }

    /// Longest wait for requests under way once a stop is asked for.
    #[must_use]
    pub fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds)
    }
}
