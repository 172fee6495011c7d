//! Nodes come and go: join tokens, attachments, removal, replacement.

use std::time::Duration;

use anyhow::Context;
use tokio::time::Instant;
use trellis_proto::v1::{self, resource::Spec};

use super::address::PORT_OFFSET;
use super::estate::{self, STATUS};
use super::process::Origin;
use super::{Cluster, DEADLINE, NODES_MAX, wait_on};
use crate::access::Account;

impl Cluster {
    /// Lets a new node join at a free position; answers with it when the node is a member and has its
    /// attachments.
    ///
    /// # Errors
    /// Where all positions are taken, or the node does not come in within a minute.
    pub async fn join(&self) -> anyhow::Result<usize> {
        let position = self.admit().await?;
        self.attach(position).await?;
        Ok(position)
    }

    /// Removes the node at a position from the cluster and ends its process; its data stays for a look.
    ///
    /// # Errors
    /// Where the cluster does not remove it within a minute.
    pub async fn remove(&self, position: usize) -> anyhow::Result<()> {
        let start = Instant::now();
        while let Some(failure) = self.delete(position).await {
            let what = format!("node {position} was not removed ({failure:#})");
            wait_on(start, DEADLINE, &what).await?;
        }
        self.kill(position).await?;
        let mut slot = self.slot(position).await?;
        slot.generation += 1;
        slot.taken = false;
        Ok(())
    }

    /// Puts a new node with an empty disk in the place of the one at a position: that one is killed
    /// and removed, the new one joins with a token and gets an id of its own.
    ///
    /// # Errors
    /// Where either does not come about within a minute.
    pub async fn replace(&self, position: usize) -> anyhow::Result<()> {
        self.kill(position).await?;
        self.remove(position).await?;
        self.launch_joining(position).await?;
        self.wait_for_member(position, DEADLINE).await?;
        self.attach(position).await
    }

    /// Ends the node at a position and lets another with an empty disk join at its address, while the
    /// cluster still counts on the first. Answers when the other one is started.
    ///
    /// # Errors
    /// Where there is no token within a minute, or the process cannot be started.
    pub async fn wipe(&self, position: usize) -> anyhow::Result<()> {
        self.kill(position).await?;
        self.slot(position).await?.generation += 1;
        self.launch_joining(position).await
    }

    /// Lets a new node join at a free position; answers with it when the node is a member, still without
    /// attachments.
    ///
    /// # Errors
    /// Where all positions are taken, or the node does not come in within a minute.
    pub async fn admit(&self) -> anyhow::Result<usize> {
        let taken = self.positions().await;
        let free = (0..NODES_MAX).find(|position| !taken.contains(position));
        let position = free.context("all positions are taken")?;
        self.launch_joining(position).await?;
        self.wait_for_member(position, DEADLINE).await?;
        Ok(position)
    }

    /// Starts a node at a free position with a new token.
    pub(super) async fn launch_joining(&self, position: usize) -> anyhow::Result<()> {
        let start = Instant::now();
        let token = loop {
            match self.token().await {
                Ok(token) => break token,
                Err(failure) => {
                    let what = format!("there is no join token ({failure:#})");
                    wait_on(start, DEADLINE, &what).await?;
                }
            }
        };
        self.launch(position, &Origin::Join(&token)).await
    }

    /// The root key that the first node leaves, once the node answers to it.
    pub(super) async fn first_root(&self) -> anyhow::Result<Account> {
        let (start, data_dir) = (Instant::now(), self.data_dir_now(0).await?);
        loop {
            if let Some(account) = estate::first_root(&data_dir)? {
                let client = estate::client(&account, self.apis())?;
                if client.status(STATUS).await.is_ok() {
                    return Ok(account);
                }
            }
            wait_on(start, DEADLINE, "the first node does not answer").await?;
        }
    }

    /// Waits until there are this many members, all with their roles, all that should vote do, and the
    /// leader says that no change of them is under way.
    ///
    /// # Errors
    /// Where they are not in time, with those that are.
    pub async fn wait_for_members(&self, count: usize, deadline: Duration) -> anyhow::Result<()> {
        let voters = voters_of(count);
        let start = Instant::now();
        loop {
            let said = match self.status().await {
                Ok(status) if is_settled(&status, count, voters) => return Ok(()),
                Ok(status) => told(&status),
                Err(failure) => format!("{failure:#}"),
            };
            let what = format!("there are not {count} members, {voters} of them voters ({said})");
            wait_on(start, deadline, &what).await?;
        }
    }

    /// Gives the node at a position a leg in every VPC.
    pub(super) async fn attach(&self, position: usize) -> anyhow::Result<()> {
        let start = Instant::now();
        let revision = loop {
            match self.attached(position).await {
                Ok(revision) => break revision,
                Err(failure) => {
                    let what = format!("node {position} has no attachments ({failure:#})");
                    wait_on(start, DEADLINE, &what).await?;
                }
            }
        };
        loop {
            let sight = self.look().await.get(position).copied().flatten();
            let served = sight.map_or(0, |sight| sight.served);
            if served >= revision {
                return Ok(());
            }
            let what = format!("node {position} serves {served}, not yet its attachments");
            wait_on(start, DEADLINE, &what).await?;
        }
    }

    /// Writes the attachments of a node; the revision from which on they hold.
    async fn attached(&self, position: usize) -> anyhow::Result<u64> {
        let at = self.addresses.get(position).context("no such position")?;
        let legs = self.accounts.iter().zip(at.ingress);
        let legs = legs.map(|(account, ingress)| v1::Attachment {
            vpc_identifier: account.vpc.clone(),
            ingress_address: ingress.to_string(),
            port_offset: PORT_OFFSET.into(),
            reaches_targets: true,
            ..v1::Attachment::default()
        });
        let node = v1::Node {
            attachments: legs.collect(),
            ..v1::Node::default()
        };
        let request = v1::UpdateRequest {
            identifier: Some(self.identifier(position).await?),
            resource: Some(v1::Resource {
                metadata: None,
                spec: Some(Spec::Node(node)),
            }),
            options: None,
        };
        Ok(self.root().await?.update(request).await?.revision)
    }

    async fn wait_for_member(&self, position: usize, deadline: Duration) -> anyhow::Result<()> {
        let start = Instant::now();
        loop {
            let said = match self.member(position).await {
                Ok(member) if member.role != "joining" => return Ok(()),
                Ok(member) => member.role,
                Err(failure) => format!("{failure:#}"),
            };
            let what = format!("node {position} has not joined ({said})");
            wait_on(start, deadline, &what).await?;
        }
    }

    async fn token(&self) -> anyhow::Result<String> {
        let request = v1::CreateJoinTokenRequest::default();
        Ok(self.root().await?.create_join_token(request).await?.token)
    }

    async fn status(&self) -> anyhow::Result<v1::StatusResponse> {
        Ok(self.root().await?.status(STATUS).await?)
    }

    async fn members(&self) -> anyhow::Result<Vec<v1::MemberStatus>> {
        Ok(self.status().await?.members)
    }

    async fn member(&self, position: usize) -> anyhow::Result<v1::MemberStatus> {
        let at = self.addresses.get(position).context("no such position")?;
        let address = at.advertised.to_string();
        let members = self.members().await?;
        members
            .into_iter()
            .find(|member| member.cluster_address == address)
            .context("it is no member")
    }

    async fn identifier(&self, position: usize) -> anyhow::Result<v1::Identifier> {
        Ok(v1::Identifier {
            kind: v1::ResourceKind::Node as i32,
            identifier: self.member(position).await?.node,
            ..v1::Identifier::default()
        })
    }

    /// Tries to remove a node; answers why it has not come about.
    async fn delete(&self, position: usize) -> Option<anyhow::Error> {
        let members = match self.members().await {
            Ok(members) => members,
            Err(failure) => return Some(failure),
        };
        let address = self.addresses.get(position)?.advertised.to_string();
        let node = members
            .into_iter()
            .find(|member| member.cluster_address == address)?
            .node;
        let request = v1::DeleteRequest {
            identifier: Some(v1::Identifier {
                kind: v1::ResourceKind::Node as i32,
                identifier: node,
                ..v1::Identifier::default()
            }),
            ..v1::DeleteRequest::default()
        };
        let root = match self.root().await {
            Ok(root) => root,
            Err(failure) => return Some(failure),
        };
        // Gone from the members only when Raft has let it go.
        let refusal = root.delete(request).await.err();
        Some(refusal.map_or_else(|| anyhow::anyhow!("it leaves"), anyhow::Error::from))
    }
}

/// How many of so many nodes vote. Source: the manual, Operations, "Add a node".
fn voters_of(nodes: usize) -> usize {
    match nodes {
        0..=2 => nodes.min(1),
        3 | 4 => 3,
        _ => 5,
    }
}

/// Whether the leader itself tells of so many members and voters, none of them about to change.
///
/// Another node may not have heard yet that a change began, or that it is over.
fn is_settled(status: &v1::StatusResponse, count: usize, voters: usize) -> bool {
    let votes = |member: &&v1::MemberStatus| matches!(&*member.role, "leader" | "voter");
    status.node == status.leader
        && !status.members_changing
        && status.members.len() == count
        && status.members.iter().filter(votes).count() == voters
        && status.members.iter().all(|member| member.role != "joining")
}

/// What a node tells of the members.
fn told(status: &v1::StatusResponse) -> String {
    let roles = status.members.iter().map(|member| member.role.as_str());
    let roles = roles.collect::<Vec<_>>().join(", ");
    let changing = if status.members_changing {
        ", changing"
    } else {
        ""
    };
    format!(
        "{} of leader {}: {roles}{changing}",
        status.node, status.leader
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status() -> v1::StatusResponse {
        let member = |role: &str| v1::MemberStatus {
            role: role.into(),
            ..v1::MemberStatus::default()
        };
        v1::StatusResponse {
            node: "node-1".into(),
            leader: "node-1".into(),
            members: vec![member("leader"), member("voter"), member("voter")],
            ..v1::StatusResponse::default()
        }
    }

    #[test]
    fn members_are_settled_when_the_leader_says_so_and_none_changes() {
        assert!(is_settled(&status(), 3, 3));
        assert!(!is_settled(&status(), 4, 3));
        let mut follower = status();
        follower.node = "node-2".into();
        assert!(!is_settled(&follower, 3, 3));
        let mut changing = status();
        changing.members_changing = true;
        assert!(!is_settled(&changing, 3, 3));
        let mut joining = status();
        joining.members[2].role = "joining".into();
        assert!(!is_settled(&joining, 3, 3));
    }
}
