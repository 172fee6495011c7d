//! Every quota: its name, value, code and source.
//!
//! Source of all values: VPC Lattice user guide, "Quotas for Amazon VPC Lattice" (read 2026-11),
//! unless a line says otherwise.

use super::ClusterSettings;

/// An adjustable quota. The cluster's settings may hold another value under [`Quota::name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Name in the settings, camelCase.
    pub name: &'static str,
    /// Default value.
    pub default: u64,
    /// AWS's quota code; empty where AWS publishes none.
    pub code: &'static str,
}

const fn quota(name: &'static str, default: u64, code: &'static str) -> Quota {
    Quota {
        name,
        default,
        code,
    }
}

/// Listeners of one service.
pub const LISTENERS_PER_SERVICE: Quota = quota("listenersPerService", 2, "L-D64E952E");
/// Rules of one listener, the default rule not counted.
pub const RULES_PER_LISTENER: Quota = quota("rulesPerListener", 10, "L-CF78395E");
/// Services in one service network.
pub const SERVICES_PER_NETWORK: Quota =
    quota("serviceAssociationsPerServiceNetwork", 500, "L-75D4A19E");
/// VPCs in one service network.
pub const VPCS_PER_NETWORK: Quota = quota("vpcAssociationsPerServiceNetwork", 500, "L-EF6E2D62");
/// Service networks of an account in a region.
pub const NETWORKS_PER_REGION: Quota = quota("serviceNetworksPerRegion", 50, "L-9CAD07FB");
/// Services of an account in a region.
pub const SERVICES_PER_REGION: Quota = quota("servicesPerRegion", 2_000, "L-620C821E");
/// Target groups of an account in a region.
pub const TARGET_GROUPS_PER_REGION: Quota = quota("targetGroupsPerRegion", 500, "L-BB11C6B9");
/// Target groups used by one service.
pub const TARGET_GROUPS_PER_SERVICE: Quota = quota("targetGroupsPerService", 10, "L-3DEC3B9F");
/// Targets in one target group.
pub const TARGETS_PER_GROUP: Quota = quota("targetsPerTargetGroup", 1_000, "L-D71303F3");
/// VPCs of an account in a region. Source: EC2 quotas (5), raised because VPCs cost nothing here.
pub const VPCS_PER_REGION: Quota = quota("vpcsPerRegion", 100, "L-F678F1CE");
/// Security groups of an account in a region. Source: EC2 quotas.
pub const SECURITY_GROUPS_PER_REGION: Quota = quota("securityGroupsPerRegion", 2_500, "L-E79EC296");
/// Rules of one security group. Source: EC2 quotas.
pub const RULES_PER_SECURITY_GROUP: Quota = quota("rulesPerSecurityGroup", 60, "L-0EA8095F");
/// Users of an account. Source: IAM quotas.
pub const USERS_PER_ACCOUNT: Quota = quota("usersPerAccount", 5_000, "L-F55AF5E4");
/// Roles of an account. Source: IAM quotas.
pub const ROLES_PER_ACCOUNT: Quota = quota("rolesPerAccount", 1_000, "L-FE177D64");
/// Access keys of a user or root. Source: IAM quotas.
pub const ACCESS_KEYS_PER_USER: Quota = quota("accessKeysPerUser", 2, "L-8758042E");
/// Managed policies of an account. Source: IAM quotas.
pub const POLICIES_PER_ACCOUNT: Quota = quota("policiesPerAccount", 1_500, "L-E95E4862");
/// Managed policies of a user. Source: IAM quotas.
pub const POLICIES_PER_USER: Quota = quota("policiesPerUser", 10, "L-4019AD8B");
/// Managed policies of a role. Source: IAM quotas.
pub const POLICIES_PER_ROLE: Quota = quota("policiesPerRole", 10, "L-0DA4ABF3");
/// Resource gateways of one VPC.
pub const GATEWAYS_PER_VPC: Quota = quota("resourceGatewaysPerVpc", 500, "L-0DCA4434");
/// Resource configurations of an account in a region.
pub const CONFIGURATIONS_PER_REGION: Quota =
    quota("resourceConfigurationsPerRegion", 2_000, "L-5FF8F9B9");
/// Resource configurations in one service network.
pub const CONFIGURATIONS_PER_NETWORK: Quota =
    quota("resourceConfigurationsPerServiceNetwork", 500, "L-6095700C");
/// Children of one group of resource configurations.
pub const CHILDREN_PER_CONFIGURATION: Quota =
    quota("childrenPerResourceConfiguration", 60, "L-9BC96FEF");
/// Domain verifications of an account in a region.
pub const VERIFICATIONS_PER_REGION: Quota = quota("domainVerificationsPerRegion", 5, "L-73D0F278");
/// Resource shares of an account in a region. Source: RAM quotas, "Resource shares per account" (5,000).
pub const SHARES_PER_REGION: Quota = quota("resourceSharesPerRegion", 5_000, "");
/// OIDC providers of an account. Source: IAM quotas.
pub const OIDC_PROVIDERS_PER_ACCOUNT: Quota = quota("oidcProvidersPerAccount", 100, "L-858F3967");
/// Certificates that an account has imported in a region. Source: ACM quotas, "Imported certificates".
pub const CERTIFICATES_PER_REGION: Quota = quota("certificatesPerRegion", 2_500, "L-D2CB7DE9");
/// Accounts of a cluster. Source: our own.
pub const ACCOUNTS: Quota = quota("accounts", 1_000, "");

/// Every adjustable quota.
pub const QUOTAS: &[Quota] = &[
    LISTENERS_PER_SERVICE,
    RULES_PER_LISTENER,
    SERVICES_PER_NETWORK,
    VPCS_PER_NETWORK,
    NETWORKS_PER_REGION,
    SERVICES_PER_REGION,
    TARGET_GROUPS_PER_REGION,
    TARGET_GROUPS_PER_SERVICE,
    TARGETS_PER_GROUP,
    VPCS_PER_REGION,
    SECURITY_GROUPS_PER_REGION,
    RULES_PER_SECURITY_GROUP,
    USERS_PER_ACCOUNT,
    ROLES_PER_ACCOUNT,
    ACCESS_KEYS_PER_USER,
    ACCOUNTS,
    GATEWAYS_PER_VPC,
    CONFIGURATIONS_PER_REGION,
    CONFIGURATIONS_PER_NETWORK,
    CHILDREN_PER_CONFIGURATION,
    VERIFICATIONS_PER_REGION,
    POLICIES_PER_ACCOUNT,
    POLICIES_PER_USER,
    POLICIES_PER_ROLE,
    SHARES_PER_REGION,
    OIDC_PROVIDERS_PER_ACCOUNT,
    CERTIFICATES_PER_REGION,
];

/// The quotas that came with managed policies.
pub const QUOTAS_OF_POLICIES: &[Quota] =
    &[POLICIES_PER_ACCOUNT, POLICIES_PER_USER, POLICIES_PER_ROLE];

/// The quotas that came with resource gateways and resource configurations.
pub const QUOTAS_OF_RESOURCES: &[Quota] = &[
    GATEWAYS_PER_VPC,
    CONFIGURATIONS_PER_REGION,
    CONFIGURATIONS_PER_NETWORK,
    CHILDREN_PER_CONFIGURATION,
    VERIFICATIONS_PER_REGION,
];

impl Quota {
    /// The value in force.
    #[must_use]
    pub fn value(&self, settings: Option<&ClusterSettings>) -> u64 {
        settings
            .and_then(|settings| settings.quotas.get(self.name).copied())
            .unwrap_or(self.default)
    }
}

/// Bytes of an auth policy after removing insignificant white space; not adjustable.
pub const AUTH_POLICY_BYTES_MAX: usize = 10_240;
/// Characters of a resource policy. Source: API model.
pub const RESOURCE_POLICY_CHARS_MAX: usize = 10_000;
/// Security groups of one VPC association; not adjustable.
pub const SECURITY_GROUPS_PER_ASSOCIATION: usize = 5;
/// Security groups of one resource gateway. Source: API model.
pub const SECURITY_GROUPS_PER_GATEWAY: usize = 5;
/// Subnets of one resource gateway. Source: our own, AWS publishes none.
pub const SUBNETS_PER_GATEWAY: usize = 100;
/// IPv4 addresses of an interface of a gateway. Source: API model, `Ipv4AddressesPerEni`.
pub const IPV4_ADDRESSES_PER_ENI_MAX: u32 = 62;
/// The same where none is given. Source: user guide, "Resource gateways".
pub const IPV4_ADDRESSES_PER_ENI: u32 = 16;
/// Port ranges of one resource configuration. Source: our own, AWS publishes none.
pub const PORT_RANGES_MAX: usize = 50;
/// Private domains that a VPC association names. Source: API model, `PrivateDnsSpecifiedDomainsList`.
pub const PRIVATE_DOMAINS_MAX: usize = 10;
/// Service networks that a VPC may be associated with; not adjustable.
pub const NETWORKS_PER_VPC: usize = 1;
/// Targets of one call to register or deregister. Source: API model.
pub const TARGETS_PER_CALL: usize = 100;
/// Target groups of one forward action. Source: API model.
pub const TARGET_GROUPS_PER_ACTION: usize = 10;
/// Header matches of one rule. Source: API model.
pub const HEADER_MATCHES_PER_RULE: usize = 5;
/// Highest rule priority. Source: API model, `RulePriority`.
pub const RULE_PRIORITY_MAX: u32 = 2_000;
/// Highest weight of a target group. Source: API model, `TargetGroupWeight`.
pub const WEIGHT_MAX: u32 = 999;
/// Weight where none is given. Source: what CreateListener echoes.
pub const WEIGHT_DEFAULT: u32 = 100;
/// Tags of one record. Source: CloudFormation reference and the general AWS limit.
pub const TAGS_MAX: usize = 50;
/// Operations of one bundle. Source: our own; keeps one log entry small.
pub const OPERATIONS_PER_COMMAND: usize = 1_000;
/// How long a client token answers with its first outcome, milliseconds. Source: our own (AWS
/// publishes none).
pub const CLIENT_TOKEN_MS: u64 = 24 * 3_600 * 1_000;
/// How long a deregistered target drains, milliseconds. Source: API model, `TargetSummary`.
pub const DRAIN_MS: u64 = 60_000;
/// Client tokens that are remembered at once; beyond it the oldest are forgotten. Source: our own.
pub const CLIENT_TOKENS_MAX: usize = 20_000;
/// Characters of a client token. Source: API model, `ClientToken`.
pub const CLIENT_TOKEN_CHARS_MAX: usize = 64;
/// Address blocks of one VPC. Source: EC2 quotas (5, adjustable to 50).
pub const CIDR_BLOCKS_PER_VPC: usize = 50;
/// Characters of the description of a security group or of one of its rules. Source: EC2 API reference.
pub const GROUP_DESCRIPTION_CHARS_MAX: usize = 255;
/// Resources of one share, and accounts of one. Source: our own; AWS counts 5,000 over all shares.
pub const ENTRIES_PER_SHARE: usize = 500;
/// Characters of the name of a share. Source: our own, AWS publishes none.
pub const SHARE_NAME_CHARS_MAX: usize = 255;
/// Attachments of one node. Source: our own.
pub const ATTACHMENTS_PER_NODE: usize = 64;
/// Longest life of a join token, milliseconds. Source: our own.
pub const JOIN_TOKEN_MS_MAX: u64 = 7 * 24 * 3_600 * 1_000;
/// Bytes of a public or sealed key. Source: our own; above any key or certificate we make.
pub const KEY_BYTES_MAX: usize = 16_384;
/// Regions of a cluster. Source: our own.
pub const REGIONS_MAX: usize = 64;
/// Highest value of an adjustable quota. Source: our own.
pub const QUOTA_VALUE_MAX: u64 = 1_000_000;
/// Characters of all inline policies of a user, white space not counted. Source: IAM quotas.
pub const USER_POLICY_CHARS_MAX: usize = 2_048;
/// Characters of all inline policies of a role, white space not counted. Source: IAM quotas.
pub const ROLE_POLICY_CHARS_MAX: usize = 10_240;
/// Characters of a role's trust policy. Source: IAM quotas (2,048, adjustable to 4,096).
pub const TRUST_POLICY_CHARS_MAX: usize = 4_096;
/// Characters of a version of a managed policy, white space not counted. Source: IAM quotas.
pub const MANAGED_POLICY_CHARS_MAX: usize = 6_144;
/// Versions of a managed policy; not adjustable. Source: IAM quotas.
pub const VERSIONS_PER_POLICY: usize = 5;
/// Characters of the description of a role or a managed policy. Source: IAM API reference, `CreateRole`.
pub const DESCRIPTION_CHARS_MAX: usize = 1_000;
/// Bytes of the URL of an OIDC provider, with `https://`. Source: IAM API model, `OpenIDConnectProviderUrlType`.
pub const OIDC_URL_BYTES_MAX: usize = 255;
/// Client ids of an OIDC provider; not adjustable. Source: IAM quotas.
pub const CLIENT_IDS_PER_PROVIDER: usize = 100;
/// Characters of a client id. Source: IAM API model, `clientIDType`.
pub const CLIENT_ID_CHARS_MAX: usize = 255;
/// Thumbprints of an OIDC provider. Source: IAM API reference, `CreateOpenIDConnectProvider`.
pub const THUMBPRINTS_PER_PROVIDER: usize = 5;
/// Bytes of the keys that are given for an OIDC provider, JSON, and of its certificate authorities, PEM. Source: our own.
pub const OIDC_KEYS_BYTES_MAX: usize = 16_384;
/// Bytes of a certificate that is imported, PEM. Source: ACM API model, `CertificateBodyBlob`.
pub const CERTIFICATE_BYTES_MAX: usize = 32_768;
/// Bytes of the chain of one, PEM. Source: our own; ACM's 2,097,152 are more than the mebibyte of a command, and a page of
/// a hundred certificates goes in one answer.
pub const CERTIFICATE_CHAIN_BYTES_MAX: usize = 32_768;
/// Bytes of the private key of one, PEM, before it is sealed. Source: ACM API model, `PrivateKeyBlob`.
pub const PRIVATE_KEY_BYTES_MAX: usize = 5_120;
