//! The IAM action of each thing that can be done to each kind of resource.
//!
//! Source: Service Authorization Reference of VPC Lattice, EC2, IAM and ACM; `trellis:*` is our own.

use trellis_core::model::Kind;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::control) enum Verb {
    /// Create, or put.
    Create,
    /// Read one.
    Get,
    /// Read many.
    List,
    /// Change.
    Update,
    /// Delete.
    Delete,
    /// Set tags.
    Tag,
    /// Remove tags.
    Untag,
}

/// The action, with its namespace.
pub(in crate::control) fn action(verb: Verb, kind: Kind) -> String {
    match kind {
        Kind::Vpc => vpc(verb),
        Kind::SecurityGroup => security_group(verb),
        Kind::User | Kind::Role => identity(verb, noun(kind)),
        Kind::AccessKey => access_key(verb),
        Kind::ManagedPolicy => managed_policy(verb).to_owned(),
        Kind::ResourceShare => share(verb),
        Kind::OidcProvider => oidc_provider(verb),
        Kind::Certificate => certificate(verb).to_owned(),
        Kind::AuthPolicy | Kind::ResourcePolicy => policy(verb, noun(kind)),
        Kind::DomainVerification if verb == Verb::Create => {
            "vpc-lattice:StartDomainVerification".to_owned()
        }
        Kind::DomainVerification => format!("vpc-lattice:{}", plain(verb, noun(kind))),
        Kind::Account | Kind::Node | Kind::JoinToken | Kind::ClusterKey | Kind::ClusterSettings => {
            format!("trellis:{}", plain(verb, noun(kind)))
        }
        Kind::ServiceNetwork
        | Kind::Service
        | Kind::Listener
        | Kind::Rule
        | Kind::TargetGroup
        | Kind::ServiceNetworkServiceAssociation
        | Kind::ServiceNetworkVpcAssociation
        | Kind::ServiceNetworkResourceAssociation
        | Kind::ResourceGateway
        | Kind::ResourceConfiguration
        | Kind::AccessLogSubscription => format!("vpc-lattice:{}", plain(verb, noun(kind))),
    }
}

fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Account => "Account",
        Kind::Vpc => "Vpc",
        Kind::SecurityGroup => "SecurityGroup",
        Kind::Node => "Node",
        Kind::ServiceNetwork => "ServiceNetwork",
        Kind::Service => "Service",
        Kind::Listener => "Listener",
        Kind::Rule => "Rule",
        Kind::TargetGroup => "TargetGroup",
        Kind::ServiceNetworkServiceAssociation => "ServiceNetworkServiceAssociation",
        Kind::ServiceNetworkVpcAssociation => "ServiceNetworkVpcAssociation",
        Kind::AuthPolicy => "AuthPolicy",
        Kind::ResourcePolicy => "ResourcePolicy",
        Kind::AccessLogSubscription => "AccessLogSubscription",
        Kind::User => "User",
        Kind::AccessKey => "AccessKey",
        Kind::Role => "Role",
        Kind::ClusterKey => "ClusterKey",
        Kind::JoinToken => "JoinToken",
        Kind::ClusterSettings => "ClusterSettings",
        Kind::ResourceGateway => "ResourceGateway",
        Kind::ResourceConfiguration => "ResourceConfiguration",
        Kind::ServiceNetworkResourceAssociation => "ServiceNetworkResourceAssociation",
        Kind::DomainVerification => "DomainVerification",
        Kind::ManagedPolicy => "Policy",
        Kind::ResourceShare => "ResourceShare",
        Kind::OidcProvider => "OpenIDConnectProvider",
        Kind::Certificate => "Certificate",
    }
}

fn plain(verb: Verb, noun: &str) -> String {
    match verb {
        Verb::Create => format!("Create{noun}"),
        Verb::Get => format!("Get{noun}"),
        Verb::List => format!("List{noun}s"),
        Verb::Update => format!("Update{noun}"),
        Verb::Delete => format!("Delete{noun}"),
        Verb::Tag => "TagResource".to_owned(),
        Verb::Untag => "UntagResource".to_owned(),
    }
}

fn vpc(verb: Verb) -> String {
    let word = match verb {
        Verb::Create => "CreateVpc",
        Verb::Get | Verb::List => "DescribeVpcs",
        Verb::Update => "ModifyVpcAttribute",
        Verb::Delete => "DeleteVpc",
        Verb::Tag => "CreateTags",
        Verb::Untag => "DeleteTags",
    };
    format!("ec2:{word}")
}

fn security_group(verb: Verb) -> String {
    let word = match verb {
        Verb::Create => "CreateSecurityGroup",
        Verb::Get | Verb::List => "DescribeSecurityGroups",
        Verb::Update => "ModifySecurityGroupRules",
        Verb::Delete => "DeleteSecurityGroup",
        Verb::Tag => "CreateTags",
        Verb::Untag => "DeleteTags",
    };
    format!("ec2:{word}")
}

fn share(verb: Verb) -> String {
    match verb {
        Verb::Get | Verb::List => "ram:GetResourceShares".to_owned(),
        _ => format!("ram:{}", plain(verb, "ResourceShare")),
    }
}

/// Reading one in the admin API tells the certificate itself.
fn certificate(verb: Verb) -> &'static str {
    match verb {
        Verb::Create | Verb::Update => "acm:ImportCertificate",
        Verb::Get => "acm:GetCertificate",
        Verb::List => "acm:ListCertificates",
        Verb::Delete => "acm:DeleteCertificate",
        Verb::Tag => "acm:AddTagsToCertificate",
        Verb::Untag => "acm:RemoveTagsFromCertificate",
    }
}

/// Whoever may say which certificates a provider is trusted by may give its keys.
fn oidc_provider(verb: Verb) -> String {
    match verb {
        Verb::Update => "iam:UpdateOpenIDConnectProviderThumbprint".to_owned(),
        _ => identity(verb, "OpenIDConnectProvider"),
    }
}

fn identity(verb: Verb, noun: &str) -> String {
    match verb {
        Verb::Tag => format!("iam:Tag{noun}"),
        Verb::Untag => format!("iam:Untag{noun}"),
        _ => format!("iam:{}", plain(verb, noun)),
    }
}

/// What a change of a managed policy needs depends on it: see [`super::super::plan`].
fn managed_policy(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "iam:CreatePolicy",
        Verb::Get => "iam:GetPolicy",
        Verb::List => "iam:ListPolicies",
        Verb::Update => "iam:CreatePolicyVersion",
        Verb::Delete => "iam:DeletePolicy",
        Verb::Tag => "iam:TagPolicy",
        Verb::Untag => "iam:UntagPolicy",
    }
}

fn access_key(verb: Verb) -> String {
    match verb {
        Verb::Get | Verb::List => "iam:ListAccessKeys".to_owned(),
        _ => format!("iam:{}", plain(verb, "AccessKey")),
    }
}

fn policy(verb: Verb, noun: &str) -> String {
    let word = match verb {
        Verb::Create | Verb::Update => "Put",
        Verb::Get | Verb::List => "Get",
        Verb::Delete => "Delete",
        Verb::Tag => return "vpc-lattice:TagResource".to_owned(),
        Verb::Untag => return "vpc-lattice:UntagResource".to_owned(),
    };
    format!("vpc-lattice:{word}{noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_have_the_names_of_aws() {
        for (verb, kind, expected) in [
            (Verb::Create, Kind::Service, "vpc-lattice:CreateService"),
            (
                Verb::List,
                Kind::TargetGroup,
                "vpc-lattice:ListTargetGroups",
            ),
            (Verb::Create, Kind::AuthPolicy, "vpc-lattice:PutAuthPolicy"),
            (Verb::Update, Kind::AuthPolicy, "vpc-lattice:PutAuthPolicy"),
            (
                Verb::Delete,
                Kind::ResourcePolicy,
                "vpc-lattice:DeleteResourcePolicy",
            ),
            (
                Verb::Create,
                Kind::ServiceNetworkVpcAssociation,
                "vpc-lattice:CreateServiceNetworkVpcAssociation",
            ),
            (
                Verb::Create,
                Kind::DomainVerification,
                "vpc-lattice:StartDomainVerification",
            ),
            (Verb::Create, Kind::Vpc, "ec2:CreateVpc"),
            (
                Verb::List,
                Kind::SecurityGroup,
                "ec2:DescribeSecurityGroups",
            ),
            (Verb::List, Kind::ResourceShare, "ram:GetResourceShares"),
            (Verb::Tag, Kind::ResourceShare, "ram:TagResource"),
            (Verb::Update, Kind::Role, "iam:UpdateRole"),
            (Verb::Tag, Kind::User, "iam:TagUser"),
            (Verb::List, Kind::ManagedPolicy, "iam:ListPolicies"),
            (
                Verb::List,
                Kind::OidcProvider,
                "iam:ListOpenIDConnectProviders",
            ),
            (
                Verb::Update,
                Kind::OidcProvider,
                "iam:UpdateOpenIDConnectProviderThumbprint",
            ),
            (
                Verb::Untag,
                Kind::OidcProvider,
                "iam:UntagOpenIDConnectProvider",
            ),
            (Verb::Get, Kind::AccessKey, "iam:ListAccessKeys"),
            (Verb::Update, Kind::Certificate, "acm:ImportCertificate"),
            (Verb::Tag, Kind::Certificate, "acm:AddTagsToCertificate"),
            (Verb::Delete, Kind::Node, "trellis:DeleteNode"),
        ] {
            assert_eq!(action(verb, kind), expected);
        }
    }
}
