//! The nouns of resources that are no services: gateways, configurations, their associations, verified domains.

use trellis_proto::v1::ResourceKind;

use super::{ALL, FIXED, NAME, TAGS, flag};
use crate::cli::flag::{Form, Place};
use crate::cli::noun::Noun;

/// In the order of the help.
pub(super) const NOUNS: &[Noun] = &[
    Noun {
        kind: ResourceKind::ResourceGateway,
        about: "Resource gateways: ways into VPCs for resources that are no services",
        verbs: ALL,
        flags: &[
            NAME,
            flag("vpc", "vpcIdentifier", Form::Text, Place::Fixed, "VPC"),
            flag(
                "security-group-ids",
                "securityGroupIds",
                Form::List,
                Place::Property,
                "Security groups, at most five",
            ),
            flag(
                "subnet-ids",
                "subnetIds",
                Form::List,
                Place::Fixed,
                "Subnets; kept as they are given",
            ),
            flag(
                "ip-address-type",
                "ipAddressType",
                Form::Text,
                Place::Fixed,
                "IPV4, IPV6 or DUALSTACK",
            ),
            flag(
                "ipv4-addresses-per-eni",
                "ipv4AddressesPerEni",
                Form::Yaml,
                Place::Fixed,
                "1 to 62",
            ),
            flag(
                "dns-resolution",
                "resourceConfigDnsResolution",
                Form::Text,
                Place::Fixed,
                "PUBLIC or IN_VPC",
            ),
            TAGS,
        ],
        columns: &["name", "id", "status", "vpcIdentifier"],
    },
    Noun {
        kind: ResourceKind::ResourceConfiguration,
        about: "Resource configurations: what is behind a gateway",
        verbs: ALL,
        flags: &[
            NAME,
            flag(
                "type",
                "type",
                Form::Text,
                Place::Fixed,
                "SINGLE, GROUP, CHILD or ARN",
            ),
            flag(
                "resource-gateway",
                "resourceGatewayIdentifier",
                Form::Text,
                Place::Fixed,
                "Resource gateway; a child has that of its group",
            ),
            flag(
                "group",
                "resourceConfigurationGroupIdentifier",
                Form::Text,
                Place::Fixed,
                "Group of a child",
            ),
            flag(
                "definition",
                "resourceConfigurationDefinition",
                Form::Yaml,
                Place::Property,
                "dnsResource, ipResource or arnResource",
            ),
            flag(
                "port-ranges",
                "portRanges",
                Form::List,
                Place::Property,
                "Ports, 80 or 80-90 each",
            ),
            flag(
                "shareable",
                "allowAssociationToShareableServiceNetwork",
                Form::Yaml,
                Place::Property,
                "Whether it may join networks that can be shared: true or false",
            ),
            flag(
                "custom-domain-name",
                "customDomainName",
                Form::Text,
                Place::Fixed,
                "Another DNS name",
            ),
            flag(
                "group-domain",
                "groupDomain",
                Form::Text,
                Place::Fixed,
                "Domain of the names of a group",
            ),
            flag(
                "domain-verification",
                "domainVerificationIdentifier",
                Form::Text,
                Place::Fixed,
                "Proof of the domain",
            ),
            TAGS,
        ],
        columns: &["name", "id", "type", "status", "resourceGatewayIdentifier"],
    },
    Noun {
        kind: ResourceKind::ResourceAssociation,
        about: "Associations of resource configurations with service networks",
        verbs: FIXED,
        flags: &[
            flag(
                "service-network",
                "serviceNetworkIdentifier",
                Form::Text,
                Place::Network,
                "Service network",
            ),
            flag(
                "resource-configuration",
                "resourceConfigurationIdentifier",
                Form::Text,
                Place::Member,
                "Resource configuration",
            ),
            flag(
                "private-dns-enabled",
                "privateDnsEnabled",
                Form::Yaml,
                Place::Fixed,
                "Whether the custom domain name is for clients: true or false",
            ),
            TAGS,
        ],
        columns: &[
            "id",
            "status",
            "serviceNetworkIdentifier",
            "resourceConfigurationIdentifier",
        ],
    },
    Noun {
        kind: ResourceKind::DomainVerification,
        about: "Domain verifications: proofs that a domain is the account's",
        verbs: FIXED,
        flags: &[
            flag(
                "domain-name",
                "domainName",
                Form::Text,
                Place::Fixed,
                "Domain",
            ),
            TAGS,
        ],
        columns: &["id", "status", "domainName"],
    },
    Noun {
        kind: ResourceKind::ResourceShare,
        about: "Resource shares: what other accounts may use",
        verbs: ALL,
        flags: &[
            NAME,
            flag(
                "resources",
                "resourceIdentifiers",
                Form::List,
                Place::Property,
                "Service networks, services and resource configurations",
            ),
            flag(
                "accounts",
                "accounts",
                Form::List,
                Place::Property,
                "Accounts that may use them",
            ),
            TAGS,
        ],
        columns: &["name", "id", "resourceIdentifiers", "accounts"],
    },
];
