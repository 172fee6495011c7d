//! Rules of nodes, join tokens and keys of the cluster.
//!
//! Source: our own.

mod join;

pub(super) use join::join;
pub use join::{Admission, admission, lowest_level, too_old};

use std::net::{IpAddr, SocketAddr};

use super::mistakes::Mistakes;
use super::outcome::Refusal;
use super::rules::{Case, Rules};
use crate::model::{Attachment, ClusterKey, ClusterKeyUse, JoinToken, Node, Record, Vpc, limits};

/// Characters of an address `host:port`: those of a domain name and a port.
pub const ADDRESS_CHARS_MAX: usize = 262;

impl Rules for Node {
    fn shape(&self, mistakes: &mut Mistakes) {
        node_shape(self, mistakes);
        let id = format!("node-{}", self.member);
        let named = self.member != 0 && self.meta().id == id;
        mistakes.check(named, "member", "is not the number in the id");
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        mistakes.same("member", &before.member, &self.member);
    }

    /// The owner of a node says which of its VPCs the node has legs in; how the cluster reaches the
    /// node is for the node itself and the operator to say.
    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        let reached = |node: &Self| {
            let addresses = (node.cluster_address.clone(), node.api_address.clone());
            (addresses, node.feature_level)
        };
        if before.is_some_and(|before| reached(before) != reached(self)) && !case.is_operator() {
            return Err(Refusal::access_denied(
                "only the account that operates the cluster changes the addresses of nodes",
            ));
        }
        attachments(case, self)
    }

    fn release(&self, case: &Case<'_>) -> Result<(), Refusal> {
        if case.state.all::<Self>().nth(1).is_some() {
            return Ok(());
        }
        let message = "the last node of a cluster cannot be removed";
        Err(Refusal::conflict(Self::KIND, &self.meta().id, message))
    }
}

/// Names every wrong field of a node that needs not have its id yet.
pub(super) fn node_shape(node: &Node, mistakes: &mut Mistakes) {
    address_shape("clusterAddress", &node.cluster_address, mistakes);
    address_shape("apiAddress", &node.api_address, mistakes);
    let legs = &node.attachments;
    mistakes.length("attachments", legs.len(), 0, limits::ATTACHMENTS_PER_NODE);
    let mut known: Vec<&Attachment> = Vec::new();
    for (index, leg) in legs.iter().enumerate() {
        let path = format!("attachments[{index}]");
        attachment_shape(&path, leg, mistakes);
        for other in &known {
            if other.vpc == leg.vpc {
                mistakes.add(format!("{path}.vpc"), "has an attachment already");
            }
            if is_ambiguous(other, leg) {
                let message = "another attachment has this address and port offset; the VPC of a client could not be told";
                mistakes.add(format!("{path}.ingressAddress"), message);
            }
        }
        known.push(leg);
    }
}

/// Whether a socket could belong to both attachments.
fn is_ambiguous(a: &Attachment, b: &Attachment) -> bool {
    let addresses = (
        a.ingress_address.parse::<IpAddr>(),
        b.ingress_address.parse::<IpAddr>(),
    );
    let (Ok(first), Ok(second)) = addresses else {
        return false;
    };
    let shared = first == second || first.is_unspecified() || second.is_unspecified();
    shared && a.port_offset == b.port_offset
}

fn address_shape(name: &str, text: &str, mistakes: &mut Mistakes) {
    let port = text.rsplit_once(':').and_then(|(host, port)| {
        let port = port.parse::<u16>().ok()?;
        (!host.is_empty()).then_some(port)
    });
    let fits = port.is_some() && text.len() <= ADDRESS_CHARS_MAX;
    mistakes.check(fits, name, "is not host:port");
}

fn attachment_shape(path: &str, leg: &Attachment, mistakes: &mut Mistakes) {
    let name = format!("{path}.vpc");
    mistakes.check(!leg.vpc.is_empty(), &name, "is required");
    let is_address = leg.ingress_address.parse::<IpAddr>().is_ok();
    let name = format!("{path}.ingressAddress");
    mistakes.check(is_address, &name, "is not an IP address");
    let is_socket = leg.dns_address.is_empty() || leg.dns_address.parse::<SocketAddr>().is_ok();
    let name = format!("{path}.dnsAddress");
    mistakes.check(is_socket, &name, "is not address:port");
    mistakes.range(format!("{path}.portOffset"), leg.port_offset, 0, 65_535);
    mistakes.length(format!("{path}.zone"), leg.zone.len(), 0, 64);
}

/// Judges the VPCs of a node's attachments: the caller must own them, but for the operator.
pub(super) fn attachments(case: &Case<'_>, node: &Node) -> Result<(), Refusal> {
    for leg in &node.attachments {
        let vpc = case.state.get::<Vpc>(&leg.vpc);
        if !vpc.is_some_and(|vpc| case.is_operator() || case.owns(vpc.meta())) {
            return Err(Refusal::not_found(Vpc::KIND, &leg.vpc));
        }
    }
    Ok(())
}

impl Rules for JoinToken {
    fn shape(&self, mistakes: &mut Mistakes) {
        mistakes.length("secretSha256", self.secret_sha256.len(), 32, 32);
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        let (old, new) = (&before.secret_sha256, &self.secret_sha256);
        mistakes.same("secretSha256", old, new);
        mistakes.same("expiresAt", &before.expires_at_ms, &self.expires_at_ms);
        self.used_by.clone_from(&before.used_by);
        self.key_sha256.clone_from(&before.key_sha256);
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        if before.is_some() {
            return Ok(());
        }
        let now = case.command.at_ms;
        let last = now.saturating_add(limits::JOIN_TOKEN_MS_MAX);
        let mut mistakes = Mistakes::default();
        let fits = now < self.expires_at_ms && self.expires_at_ms <= last;
        mistakes.check(fits, "expiresAt", "is not within the next 7 days");
        let unused = self.used_by.is_empty() && self.key_sha256.is_empty();
        mistakes.check(unused, "usedBy", "is set by the registry");
        mistakes.refuse()
    }

    fn release(&self, _case: &Case<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}

impl Rules for ClusterKey {
    fn shape(&self, mistakes: &mut Mistakes) {
        mistakes.known::<ClusterKeyUse>("use", self.key_use);
        let least = usize::from(self.key_use() == ClusterKeyUse::CertificateAuthority);
        mistakes.length("public", self.public.len(), least, limits::KEY_BYTES_MAX);
        mistakes.length("sealed", self.sealed.len(), 1, limits::KEY_BYTES_MAX);
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        mistakes.same("use", &before.key_use, &self.key_use);
        mistakes.same("public", &before.public, &self.public);
    }

    fn admit(&mut self, _case: &Case<'_>, _before: Option<&Self>) -> Result<(), Refusal> {
        Ok(())
    }

    fn release(&self, case: &Case<'_>) -> Result<(), Refusal> {
        let mut others = case.state.all::<Self>();
        if others.any(|key| key.key_use == self.key_use && key.meta().id != self.meta().id) {
            return Ok(());
        }
        let message = "the last key of its use cannot be deleted; create another first";
        Err(Refusal::conflict(Self::KIND, &self.meta().id, message))
    }
}
