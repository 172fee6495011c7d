//! What a development cluster tells: the ready file for tools, and a text for people.

use std::path::Path;

use serde::Serialize;

use crate::cluster::identity::write_private;

/// The ready file, as JSON.
#[derive(Serialize)]
pub(super) struct Ready {
    /// Id of the cluster.
    pub cluster_id: String,
    /// Region of everything in it.
    pub region: String,
    /// Path of the CA certificate, PEM.
    pub ca: String,
    /// Accounts with their root access keys.
    pub accounts: Vec<Account>,
    /// VPCs; each node is attached to each.
    pub vpcs: Vec<Vpc>,
    /// Node processes.
    pub nodes: Vec<Node>,
    /// The sample estate, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<Sample>,
}

/// An account and its root access key.
#[derive(Clone, Serialize)]
pub(super) struct Account {
    /// 12 digits.
    pub id: String,
    /// Access key id.
    pub access_key_id: String,
    /// Secret access key.
    pub secret_access_key: String,
}

/// A VPC.
#[derive(Serialize)]
pub(super) struct Vpc {
    /// `vpc-…`.
    pub id: String,
    /// Owning account.
    pub account: String,
    /// Added to listener ports.
    pub port_offset: u16,
    /// Ingress addresses, by node.
    pub ingress: Vec<String>,
    /// DNS addresses, by node; none while nodes serve no DNS.
    pub dns: Vec<String>,
}

/// A node process.
#[derive(Serialize)]
pub(super) struct Node {
    /// `node-N`.
    pub id: String,
    /// Process id.
    pub pid: u32,
    /// Path of its configuration.
    pub config: String,
    /// Path of its data.
    pub data_dir: String,
    /// URL of the api listener.
    pub api: String,
    /// `host:port` of the cluster listener.
    pub cluster: String,
    /// URL of the telemetry listener.
    pub telemetry: String,
}

/// What a caller of the sample's service needs.
#[derive(Serialize)]
pub(super) struct Sample {
    /// Name of the service.
    pub service_dns: String,
    /// Role whose session the credentials are.
    pub role_arn: String,
    /// Access key id of the session.
    pub access_key_id: String,
    /// Secret access key of the session.
    pub secret_access_key: String,
    /// Session token.
    pub session_token: String,
}

impl Ready {
    /// Writes the ready file; it appears complete or not at all.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(super) fn write(&self, path: &Path) -> anyhow::Result<()> {
        write_private(path, &serde_json::to_vec_pretty(self)?)?;
        Ok(())
    }

    /// Writes `dev.env`: what a shell needs to call the cluster, for `source`.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(super) fn write_environment(&self, dir: &Path) -> anyhow::Result<()> {
        let mut lines = Vec::new();
        let endpoints: Vec<_> = self.nodes.iter().map(|node| node.api.as_str()).collect();
        lines.push(format!("export TRELLIS_ENDPOINT={}", endpoints.join(",")));
        lines.push(format!("export AWS_REGION={}", self.region));
        for (number, account) in (1..).zip(&self.accounts) {
            lines.push(format!(
                "export ROOT_{number}_ACCESS_KEY_ID={}",
                account.access_key_id
            ));
            let secret = &account.secret_access_key;
            lines.push(format!("export ROOT_{number}_SECRET_ACCESS_KEY={secret}"));
        }
        if let (Some(sample), Some(vpc)) = (&self.sample, self.vpcs.get(1)) {
            let ingress = vpc.ingress.first().map_or("", String::as_str);
            lines.push(format!("export AWS_ACCESS_KEY_ID={}", sample.access_key_id));
            lines.push(format!(
                "export AWS_SECRET_ACCESS_KEY={}",
                sample.secret_access_key
            ));
            lines.push(format!("export AWS_SESSION_TOKEN={}", sample.session_token));
            lines.push(format!(
                "export ORDERS={}:{}",
                sample.service_dns,
                80 + vpc.port_offset
            ));
            lines.push(format!("export INGRESS={ingress}"));
        }
        lines.push(String::new());
        write_private(&dir.join("dev.env"), lines.join("\n").as_bytes())?;
        Ok(())
    }

    /// The text for people, with a signed request to copy.
    #[must_use]
    pub(super) fn greeting(&self, dir: &Path) -> String {
        let mut text = format!(
            "Trellis {} is ready: {} nodes in {}\n",
            self.cluster_id,
            self.nodes.len(),
            dir.display()
        );
        for node in &self.nodes {
            text += &format!(
                "  {}  api {}  telemetry {}\n",
                node.id, node.api, node.telemetry
            );
        }
        let (Some(sample), Some(vpc)) = (&self.sample, self.vpcs.get(1)) else {
            return text + "\nCtrl-C stops it.\n\n";
        };
        let (name, port) = (&sample.service_dns, 80 + vpc.port_offset);
        let ingress = vpc.ingress.first().map_or("", String::as_str);
        text += &format!(
            "\nA signed request from VPC b, as a session of {role}:\n\n\
             curl --aws-sigv4 aws:amz:{region}:vpc-lattice-svcs --user '{key}:{secret}' \\\n  \
             -H 'x-amz-security-token: {token}' -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \\\n  \
             --connect-to ::{ingress}: http://{name}:{port}/v1/orders/42\n\n\
             The same credentials for your shell: source {dir}/dev.env\n\
             Ctrl-C stops the cluster and removes what it kept.\n\n",
            role = sample.role_arn,
            region = self.region,
            key = sample.access_key_id,
            secret = sample.secret_access_key,
            token = sample.session_token,
            dir = dir.display(),
        );
        text
    }
}
