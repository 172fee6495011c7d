//! The nouns of access: policies, logs and identities.

use trellis_proto::v1::ResourceKind;

use super::{ALL, TAGS, flag};
use crate::cli::flag::{Flag, Form, Place};
use crate::cli::noun::{Noun, Verb};

const POLICIES: Flag = flag(
    "policy",
    "policies",
    Form::Documents,
    Place::Property,
    "Inline identity policy",
);
const PATH: Flag = flag("path", "path", Form::Text, Place::Fixed, "Path, / or /…/");
const ATTACHED: Flag = flag(
    "attached-policies",
    "attachedPolicies",
    Form::List,
    Place::Property,
    "Managed policies",
);
const DETACH: Flag = flag(
    "detach-policies",
    "detachPolicies",
    Form::List,
    Place::Property,
    "Managed policies to take away",
);
const POLICY: &[Verb] = &[Verb::Put, Verb::Get, Verb::Delete];

/// In the order of the help.
pub(super) const NOUNS: &[Noun] = &[
    Noun {
        kind: ResourceKind::AuthPolicy,
        about: "Auth policies of service networks and services",
        verbs: POLICY,
        flags: &[
            flag(
                "resource",
                "resourceIdentifier",
                Form::Text,
                Place::Property,
                "Service network or service",
            ),
            flag(
                "policy",
                "policy",
                Form::Document,
                Place::Property,
                "The policy",
            ),
        ],
        columns: &["resourceIdentifier", "policy"],
    },
    Noun {
        kind: ResourceKind::ResourcePolicy,
        about: "Resource policies: shares with other accounts",
        verbs: POLICY,
        flags: &[
            flag(
                "resource-arn",
                "resourceArn",
                Form::Text,
                Place::Property,
                "ARN of a service network or service",
            ),
            flag(
                "policy",
                "policy",
                Form::Document,
                Place::Property,
                "The policy",
            ),
        ],
        columns: &["resourceArn", "policy"],
    },
    Noun {
        kind: ResourceKind::AccessLogSubscription,
        about: "Where access logs go",
        verbs: ALL,
        flags: &[
            flag(
                "resource",
                "resourceIdentifier",
                Form::Text,
                Place::Fixed,
                "Service network or service",
            ),
            flag(
                "destination",
                "destinationArn",
                Form::Text,
                Place::Property,
                "stdout, file:NAME or an ARN",
            ),
            flag(
                "service-network-log-type",
                "serviceNetworkLogType",
                Form::Text,
                Place::Fixed,
                "SERVICE or RESOURCE",
            ),
            TAGS,
        ],
        columns: &["id", "resourceIdentifier", "destinationArn"],
    },
    Noun {
        kind: ResourceKind::User,
        about: "Users, who sign with access keys",
        verbs: ALL,
        flags: &[
            flag("name", "userName", Form::Text, Place::Fixed, "Name"),
            PATH,
            POLICIES,
            ATTACHED,
            DETACH,
            TAGS,
        ],
        columns: &["userName", "id", "path", "arn"],
    },
    Noun {
        kind: ResourceKind::AccessKey,
        about: "Access keys of users and of account roots",
        verbs: &[
            Verb::Create,
            Verb::Get,
            Verb::List,
            Verb::Update,
            Verb::Delete,
        ],
        flags: &[
            flag(
                "user",
                "userName",
                Form::Text,
                Place::Parent,
                "Whose key it is; the root's if left out",
            ),
            flag(
                "status",
                "status",
                Form::Text,
                Place::Property,
                "Active or Inactive",
            ),
        ],
        columns: &["id", "userName", "status", "createdAt"],
    },
    Noun {
        kind: ResourceKind::Role,
        about: "Roles, and their temporary credentials",
        verbs: ALL,
        flags: &[
            flag("name", "roleName", Form::Text, Place::Fixed, "Name"),
            PATH,
            flag(
                "trust-policy",
                "assumeRolePolicyDocument",
                Form::Document,
                Place::Property,
                "Who may assume it",
            ),
            POLICIES,
            ATTACHED,
            DETACH,
            flag(
                "description",
                "description",
                Form::Text,
                Place::Property,
                "For people",
            ),
            flag(
                "max-session-duration",
                "maxSessionDuration",
                Form::Yaml,
                Place::Property,
                "Seconds, 3600 to 43200",
            ),
            flag(
                "sessions-not-before",
                "sessionsNotBefore",
                Form::Text,
                Place::Property,
                "Refuse sessions issued before this time (RFC 3339)",
            ),
            TAGS,
        ],
        columns: &["roleName", "id", "path", "arn"],
    },
    Noun {
        kind: ResourceKind::ManagedPolicy,
        about: "Managed policies, which users and roles share",
        verbs: ALL,
        flags: &[
            flag("name", "policyName", Form::Text, Place::Fixed, "Name"),
            PATH,
            flag(
                "description",
                "description",
                Form::Text,
                Place::Fixed,
                "For people",
            ),
            flag(
                "policy",
                "policyDocument",
                Form::Document,
                Place::Property,
                "The policy; another one is a new version, which is in force",
            ),
            flag(
                "default-version-id",
                "defaultVersionId",
                Form::Text,
                Place::Property,
                "The version to put in force",
            ),
            flag(
                "removed-versions",
                "removedVersions",
                Form::List,
                Place::Property,
                "Versions to remove",
            ),
            TAGS,
        ],
        columns: &["policyName", "id", "defaultVersionId", "arn"],
    },
    Noun {
        kind: ResourceKind::OidcProvider,
        about: "OIDC providers, whose tokens are exchanged for sessions of roles",
        verbs: ALL,
        flags: &[
            flag("url", "url", Form::Text, Place::Fixed, "https://HOST/PATH"),
            flag(
                "client-ids",
                "clientIds",
                Form::List,
                Place::Property,
                "Whom its tokens must be for",
            ),
            flag(
                "jwks",
                "jwks",
                Form::Document,
                Place::Property,
                "Its public keys; without them nodes fetch them from the URL",
            ),
            flag(
                "ca-certificates",
                "caCertificates",
                Form::File,
                Place::Property,
                "Certificate authorities of its server beside the system's, PEM",
            ),
            flag(
                "thumbprints",
                "thumbprints",
                Form::List,
                Place::Property,
                "SHA-1 of certificates, kept and told only",
            ),
            TAGS,
        ],
        columns: &["url", "id", "clientIds", "arn"],
    },
    Noun {
        kind: ResourceKind::Certificate,
        about: "Certificates that services name; their private keys go in and never come out",
        verbs: ALL,
        flags: &[
            flag(
                "certificate",
                "certificate",
                Form::File,
                Place::Property,
                "The certificate, PEM; another takes its place together with its private key",
            ),
            flag(
                "private-key",
                "privateKey",
                Form::File,
                Place::Property,
                "Its private key, PEM, unencrypted",
            ),
            flag(
                "chain",
                "certificateChain",
                Form::File,
                Place::Property,
                "Certificates of its issuers, PEM, the nearest first",
            ),
            TAGS,
        ],
        columns: &["domainName", "id", "notAfter", "arn"],
    },
];
