//! The nouns of the estate: accounts, VPCs, nodes and settings.

use trellis_proto::v1::ResourceKind;

use super::{ALL, NAME, TAGS, flag};
use crate::cli::flag::{Form, Place};
use crate::cli::noun::{Noun, Verb};

/// In the order of the help.
pub(super) const NOUNS: &[Noun] = &[
    Noun {
        kind: ResourceKind::Account,
        about: "Accounts: who owns resources",
        verbs: ALL,
        flags: &[
            flag("id", "id", Form::Text, Place::Fixed, "12 digits"),
            flag("name", "name", Form::Text, Place::Property, "Name"),
            TAGS,
        ],
        columns: &["id", "name"],
    },
    Noun {
        kind: ResourceKind::Vpc,
        about: "VPCs: where callers and targets are",
        verbs: ALL,
        flags: &[
            NAME,
            flag(
                "cidr-blocks",
                "cidrBlocks",
                Form::List,
                Place::Property,
                "Address ranges",
            ),
            flag(
                "id",
                "id",
                Form::Text,
                Place::Fixed,
                "Id to create it under",
            ),
            TAGS,
        ],
        columns: &["name", "id", "cidrBlocks", "account"],
    },
    Noun {
        kind: ResourceKind::SecurityGroup,
        about: "Security groups: who in a VPC may use a service network",
        verbs: ALL,
        flags: &[
            flag(
                "vpc",
                "vpcIdentifier",
                Form::Text,
                Place::Parent,
                "VPC it belongs to",
            ),
            NAME,
            flag(
                "ingress",
                "ingress",
                Form::Yaml,
                Place::Property,
                "What is let in, e.g. [{cidr: 10.0.0.0/8, fromPort: 80, toPort: 80}]",
            ),
            TAGS,
        ],
        columns: &["name", "id", "vpcIdentifier"],
    },
    Noun {
        kind: ResourceKind::Node,
        about: "Nodes and their attachments to VPCs",
        verbs: &[Verb::Get, Verb::List, Verb::Update, Verb::Delete],
        flags: &[flag(
            "attachments",
            "attachments",
            Form::Yaml,
            Place::Property,
            "Its legs, e.g. [{vpcIdentifier: vpc-…, ingressAddress: 10.0.0.5}]",
        )],
        columns: &["id", "status", "clusterAddress", "apiAddress", "account"],
    },
    Noun {
        kind: ResourceKind::ClusterSettings,
        about: "Settings of the whole cluster",
        verbs: &[Verb::Get, Verb::Update],
        flags: &[
            flag("regions", "regions", Form::List, Place::Property, "Regions"),
            flag(
                "dns-suffix",
                "dnsSuffix",
                Form::Text,
                Place::Property,
                "Suffix of service names",
            ),
            flag(
                "quotas",
                "quotas",
                Form::Yaml,
                Place::Property,
                "Quotas by name, e.g. {listenersPerService: 5}",
            ),
        ],
        columns: &["id", "regions", "dnsSuffix"],
    },
];
