//! The nouns of traffic: networks, services, rules and targets.

use trellis_proto::v1::ResourceKind;

use super::{ALL, FIXED, NAME, TAGS, flag};
use crate::cli::flag::{Flag, Form, Place};
use crate::cli::noun::Noun;

const AUTH_TYPE: Flag = flag(
    "auth-type",
    "authType",
    Form::Text,
    Place::Property,
    "NONE or AWS_IAM",
);
const FORWARD_HELP: &str = "Forward to these target groups";
const FIXED_RESPONSE_HELP: &str = "Answer with this status: 404 or 500";

/// In the order of the help.
pub(super) const NOUNS: &[Noun] = &[
    Noun {
        kind: ResourceKind::ServiceNetwork,
        about: "Service networks: what VPCs and services join",
        verbs: ALL,
        flags: &[
            NAME,
            AUTH_TYPE,
            flag(
                "sharing",
                "sharingConfig.enabled",
                Form::Yaml,
                Place::Fixed,
                "Whether it can be shared: true or false",
            ),
            TAGS,
        ],
        columns: &["name", "id", "authType", "account"],
    },
    Noun {
        kind: ResourceKind::Service,
        about: "Services: what callers name",
        verbs: ALL,
        flags: &[
            NAME,
            AUTH_TYPE,
            flag(
                "custom-domain-name",
                "customDomainName",
                Form::Text,
                Place::Fixed,
                "Another DNS name",
            ),
            flag(
                "certificate-arn",
                "certificateArn",
                Form::Text,
                Place::Property,
                "Certificate of the other name",
            ),
            flag(
                "idle-timeout-seconds",
                "idleTimeoutSeconds",
                Form::Yaml,
                Place::Property,
                "60 to 600",
            ),
            TAGS,
        ],
        columns: &["name", "id", "status", "authType", "dnsEntry.domainName"],
    },
    Noun {
        kind: ResourceKind::Listener,
        about: "Listeners: ports of a service",
        verbs: ALL,
        flags: &[
            flag(
                "service",
                "serviceIdentifier",
                Form::Text,
                Place::Parent,
                "Service it belongs to",
            ),
            NAME,
            flag(
                "protocol",
                "protocol",
                Form::Text,
                Place::Fixed,
                "HTTP, HTTPS or TLS_PASSTHROUGH",
            ),
            flag(
                "port",
                "port",
                Form::Yaml,
                Place::Fixed,
                "Port; 80 or 443 if left out",
            ),
            flag(
                "forward",
                "defaultAction.forward.targetGroups",
                Form::Forward,
                Place::Property,
                FORWARD_HELP,
            ),
            flag(
                "fixed-response",
                "defaultAction.fixedResponse.statusCode",
                Form::Yaml,
                Place::Property,
                FIXED_RESPONSE_HELP,
            ),
            TAGS,
        ],
        columns: &["name", "id", "protocol", "port"],
    },
    Noun {
        kind: ResourceKind::Rule,
        about: "Rules: which requests of a listener go where",
        verbs: ALL,
        flags: &[
            flag(
                "service",
                "serviceIdentifier",
                Form::Text,
                Place::Grandparent,
                "Service of the listener",
            ),
            flag(
                "listener",
                "listenerIdentifier",
                Form::Text,
                Place::Parent,
                "Listener it belongs to",
            ),
            NAME,
            flag(
                "priority",
                "priority",
                Form::Yaml,
                Place::Property,
                "1 to 2000, lowest first",
            ),
            flag(
                "method",
                "match.httpMatch.method",
                Form::Text,
                Place::Property,
                "HTTP method to match",
            ),
            flag(
                "path-prefix",
                "match.httpMatch.pathMatch.match.prefix",
                Form::Text,
                Place::Property,
                "Beginning of the path to match",
            ),
            flag(
                "path-exact",
                "match.httpMatch.pathMatch.match.exact",
                Form::Text,
                Place::Property,
                "Whole path to match",
            ),
            flag(
                "header-matches",
                "match.httpMatch.headerMatches",
                Form::Yaml,
                Place::Property,
                "Headers to match, e.g. [{name: x-team, match: {exact: blue}}]",
            ),
            flag(
                "forward",
                "action.forward.targetGroups",
                Form::Forward,
                Place::Property,
                FORWARD_HELP,
            ),
            flag(
                "fixed-response",
                "action.fixedResponse.statusCode",
                Form::Yaml,
                Place::Property,
                FIXED_RESPONSE_HELP,
            ),
            TAGS,
        ],
        columns: &[
            "priority",
            "name",
            "id",
            "match.httpMatch.pathMatch.match",
            "action",
        ],
    },
    Noun {
        kind: ResourceKind::TargetGroup,
        about: "Target groups, and the targets in them",
        verbs: ALL,
        flags: &[
            NAME,
            flag(
                "type",
                "type",
                Form::Text,
                Place::Fixed,
                "IP, INSTANCE, ALB or LAMBDA",
            ),
            flag(
                "port",
                "config.port",
                Form::Yaml,
                Place::Fixed,
                "Default port of targets",
            ),
            flag(
                "protocol",
                "config.protocol",
                Form::Text,
                Place::Fixed,
                "HTTP, HTTPS or TCP",
            ),
            flag(
                "protocol-version",
                "config.protocolVersion",
                Form::Text,
                Place::Fixed,
                "HTTP1, HTTP2 or GRPC",
            ),
            flag(
                "vpc",
                "config.vpcIdentifier",
                Form::Text,
                Place::Fixed,
                "VPC of the targets",
            ),
            flag(
                "health-check",
                "config.healthCheck",
                Form::Yaml,
                Place::Property,
                "Health check, e.g. {enabled: true, path: /health}",
            ),
            TAGS,
        ],
        columns: &[
            "name",
            "id",
            "status",
            "type",
            "config.protocol",
            "config.port",
        ],
    },
    Noun {
        kind: ResourceKind::ServiceAssociation,
        about: "Associations of services with service networks",
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
                "service",
                "serviceIdentifier",
                Form::Text,
                Place::Member,
                "Service",
            ),
            TAGS,
        ],
        columns: &[
            "id",
            "status",
            "serviceNetworkIdentifier",
            "serviceIdentifier",
        ],
    },
    Noun {
        kind: ResourceKind::VpcAssociation,
        about: "Associations of VPCs with service networks",
        verbs: ALL,
        flags: &[
            flag(
                "service-network",
                "serviceNetworkIdentifier",
                Form::Text,
                Place::Network,
                "Service network",
            ),
            flag("vpc", "vpcIdentifier", Form::Text, Place::Member, "VPC"),
            flag(
                "security-group-ids",
                "securityGroupIds",
                Form::List,
                Place::Property,
                "Security groups, at most five",
            ),
            TAGS,
        ],
        columns: &["id", "status", "serviceNetworkIdentifier", "vpcIdentifier"],
    },
];
