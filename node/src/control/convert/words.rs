//! The enumerations of the API, in VPC Lattice's words: one table each, read and printed from.

use trellis_core::model::{
    AuthType, DnsResolution, IpAddressType, ListenerProtocol, PrivateDnsPreference,
    ProtocolVersion, ResourceConfigurationType, Status, TargetGroupType, TargetProtocol,
    VerificationStatus,
};

/// A word of the API for each value.
pub(in crate::control) type Words<T> = &'static [(&'static str, T)];

pub(in crate::control) const AUTH_TYPES: Words<AuthType> =
    &[("NONE", AuthType::None), ("AWS_IAM", AuthType::AwsIam)];

pub(in crate::control) const LISTENER_PROTOCOLS: Words<ListenerProtocol> = &[
    ("HTTP", ListenerProtocol::Http),
    ("HTTPS", ListenerProtocol::Https),
    ("TLS_PASSTHROUGH", ListenerProtocol::TlsPassthrough),
];

pub(super) const TARGET_GROUP_TYPES: Words<TargetGroupType> = &[
    ("IP", TargetGroupType::Ip),
    ("INSTANCE", TargetGroupType::Instance),
    ("ALB", TargetGroupType::Alb),
    ("LAMBDA", TargetGroupType::Lambda),
];

pub(super) const TARGET_PROTOCOLS: Words<TargetProtocol> = &[
    ("HTTP", TargetProtocol::Http),
    ("HTTPS", TargetProtocol::Https),
    ("TCP", TargetProtocol::Tcp),
];

pub(super) const PROTOCOL_VERSIONS: Words<ProtocolVersion> = &[
    ("HTTP1", ProtocolVersion::Http1),
    ("HTTP2", ProtocolVersion::Http2),
    ("GRPC", ProtocolVersion::Grpc),
];

pub(super) const PROBE_PROTOCOLS: Words<TargetProtocol> = &[
    ("HTTP", TargetProtocol::Http),
    ("HTTPS", TargetProtocol::Https),
];

pub(super) const PROBE_VERSIONS: Words<ProtocolVersion> = &[
    ("HTTP1", ProtocolVersion::Http1),
    ("HTTP2", ProtocolVersion::Http2),
];

/// Whether targets are IPv6 addresses.
pub(super) const ADDRESS_TYPES: Words<bool> = &[("IPV4", false), ("IPV6", true)];

pub(super) const IP_ADDRESS_TYPES: Words<IpAddressType> = &[
    ("IPV4", IpAddressType::Ipv4),
    ("IPV6", IpAddressType::Ipv6),
    ("DUALSTACK", IpAddressType::Dualstack),
];

pub(super) const DNS_RESOLUTIONS: Words<DnsResolution> = &[
    ("PUBLIC", DnsResolution::Public),
    ("IN_VPC", DnsResolution::InVpc),
];

pub(super) const CONFIGURATION_TYPES: Words<ResourceConfigurationType> = &[
    ("SINGLE", ResourceConfigurationType::Single),
    ("GROUP", ResourceConfigurationType::Group),
    ("CHILD", ResourceConfigurationType::Child),
    ("ARN", ResourceConfigurationType::Arn),
];

pub(in crate::control) const DNS_PREFERENCES: Words<PrivateDnsPreference> = &[
    (
        "VERIFIED_DOMAINS_ONLY",
        PrivateDnsPreference::VerifiedDomainsOnly,
    ),
    ("ALL_DOMAINS", PrivateDnsPreference::AllDomains),
    (
        "VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS",
        PrivateDnsPreference::VerifiedDomainsAndSpecifiedDomains,
    ),
    (
        "SPECIFIED_DOMAINS_ONLY",
        PrivateDnsPreference::SpecifiedDomainsOnly,
    ),
];

pub(super) const VERIFICATIONS: Words<VerificationStatus> = &[
    ("PENDING", VerificationStatus::Pending),
    ("VERIFIED", VerificationStatus::Verified),
    (
        "VERIFICATION_TIMED_OUT",
        VerificationStatus::VerificationTimedOut,
    ),
];

/// The only protocol of resources.
pub(super) const RESOURCE_PROTOCOLS: Words<()> = &[("TCP", ())];

/// Whether a subscription is for resource logs.
pub(super) const LOG_TYPES: Words<bool> = &[("SERVICE", false), ("RESOURCE", true)];

/// Whether an access key is inactive.
pub(super) const KEY_STATUSES: Words<bool> = &[("Active", false), ("Inactive", true)];

pub(super) const STATUSES: Words<Status> = &[
    ("ACTIVE", Status::Active),
    ("CREATE_IN_PROGRESS", Status::CreateInProgress),
    ("CREATE_FAILED", Status::CreateFailed),
    ("DELETE_IN_PROGRESS", Status::DeleteInProgress),
    ("DELETE_FAILED", Status::DeleteFailed),
    ("UPDATE_IN_PROGRESS", Status::UpdateInProgress),
    ("UPDATE_FAILED", Status::UpdateFailed),
];

/// The word of a value; empty where it has none.
pub(in crate::control) fn print<T: PartialEq + Copy>(words: Words<T>, value: T) -> String {
    let found = words.iter().find(|(_, known)| *known == value);
    found.map_or_else(String::new, |(word, _)| (*word).to_owned())
}

/// All words, for refusals.
pub(super) fn list<T>(words: Words<T>) -> String {
    let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    words.join(", ")
}
