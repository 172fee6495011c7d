//! Nodes, join tokens and the settings that all nodes share.

use trellis_core::model::{Attachment, ClusterSettings, JoinToken, Kind, Node};
use trellis_proto::v1;

use super::metadata::timestamp;
use super::reader::{put_map, put_text};
use super::{Convert, Reader};

impl Convert for Node {
    type Message = v1::Node;

    /// Only the attachments are the caller's to say; where any is given, they replace all.
    fn read(mut self, given: &v1::Node, reader: &mut Reader<'_>) -> Self {
        if !given.attachments.is_empty() {
            let legs = given.attachments.iter().enumerate();
            self.attachments = legs
                .map(|(index, leg)| read_attachment(index, leg, reader))
                .collect();
        }
        self
    }

    fn write(&self) -> v1::Node {
        let attachment = |leg: &Attachment| v1::Attachment {
            vpc_identifier: leg.vpc.clone(),
            ingress_address: leg.ingress_address.clone(),
            dns_address: leg.dns_address.clone(),
            port_offset: leg.port_offset,
            reaches_targets: leg.reaches_targets,
            zone: leg.zone.clone(),
        };
        v1::Node {
            attachments: self.attachments.iter().map(attachment).collect(),
            member: self.member,
            cluster_address: self.cluster_address.clone(),
            api_address: self.api_address.clone(),
        }
    }
}

fn read_attachment(index: usize, leg: &v1::Attachment, reader: &mut Reader<'_>) -> Attachment {
    let path = format!("attachments[{index}].vpcIdentifier");
    if leg.vpc_identifier.is_empty() {
        reader.mistake(&path, "required");
    }
    let vpc = reader.id(&path, Kind::Vpc, "", &leg.vpc_identifier);
    Attachment {
        vpc: vpc.unwrap_or_default(),
        ingress_address: leg.ingress_address.clone(),
        dns_address: leg.dns_address.clone(),
        port_offset: leg.port_offset,
        reaches_targets: leg.reaches_targets,
        zone: leg.zone.clone(),
    }
}

impl Convert for JoinToken {
    type Message = v1::JoinToken;

    fn read(self, _given: &v1::JoinToken, reader: &mut Reader<'_>) -> Self {
        reader.mistake(
            "resource",
            "join tokens are made by Cluster.CreateJoinToken",
        );
        self
    }

    fn write(&self) -> v1::JoinToken {
        v1::JoinToken {
            expires_at: timestamp(self.expires_at_ms),
            used_by: self.used_by.clone(),
        }
    }
}

impl Convert for ClusterSettings {
    type Message = v1::ClusterSettings;

    fn read(mut self, given: &v1::ClusterSettings, _reader: &mut Reader<'_>) -> Self {
        if !given.regions.is_empty() {
            self.regions.clone_from(&given.regions);
        }
        put_text(&mut self.dns_suffix, &given.dns_suffix);
        put_map(&mut self.quotas, &given.quotas);
        self
    }

    fn write(&self) -> v1::ClusterSettings {
        v1::ClusterSettings {
            regions: self.regions.clone(),
            dns_suffix: self.dns_suffix.clone(),
            quotas: self.quotas.clone().into_iter().collect(),
        }
    }
}
