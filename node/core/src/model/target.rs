//! Target groups, targets and health checks.

use super::meta::record;

/// What a group's targets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub enum TargetGroupType {
    /// IP addresses.
    Ip = 0,
    /// Instances, by an id that a node resolves.
    Instance = 1,
    /// A load balancer.
    Alb = 2,
    /// A function.
    Lambda = 3,
}

/// How targets are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub enum TargetProtocol {
    /// Plain TCP carrying HTTP.
    Http = 0,
    /// TLS carrying HTTP.
    Https = 1,
    /// A TCP stream.
    Tcp = 2,
    /// Nothing: a function.
    None = 3,
}

/// What targets speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub enum ProtocolVersion {
    /// HTTP/1.1.
    Http1 = 0,
    /// HTTP/2, with prior knowledge over plain TCP.
    Http2 = 1,
    /// gRPC over HTTP/2.
    Grpc = 2,
    /// Nothing of HTTP (TCP and function groups).
    None = 3,
}

/// A target group with its targets.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TargetGroup {
    /// Identity; id `tg-…`, name unique in account and region.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// What the targets are.
    #[prost(enumeration = "TargetGroupType", tag = "2")]
    pub group_type: i32,
    /// How they are reached.
    #[prost(enumeration = "TargetProtocol", tag = "3")]
    pub protocol: i32,
    /// What they speak.
    #[prost(enumeration = "ProtocolVersion", tag = "4")]
    pub protocol_version: i32,
    /// Port of targets registered without one, 1–65535.
    #[prost(uint32, tag = "5")]
    pub port: u32,
    /// Id of the VPC the targets live in; empty for function groups.
    #[prost(string, tag = "6")]
    pub vpc: String,
    /// Whether targets are IPv6 addresses.
    #[prost(bool, tag = "7")]
    pub ipv6: bool,
    /// Health check, completed with the defaults; absent for groups that cannot have one.
    #[prost(message, optional, tag = "8")]
    pub health_check: Option<HealthCheck>,
    /// Event structure version of function groups: `V1` or `V2`; empty otherwise.
    #[prost(string, tag = "9")]
    pub lambda_event_structure_version: String,
    /// State.
    #[prost(enumeration = "super::Status", tag = "10")]
    pub status: i32,
    /// Targets, sorted by id and port.
    #[prost(message, repeated, tag = "11")]
    pub targets: Vec<Target>,
}
record!(TargetGroup, TargetGroup);

/// One target: where requests go.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Target {
    /// IP address, instance id or ARN.
    #[prost(string, tag = "1")]
    pub id: String,
    /// Port, 1–65535.
    #[prost(uint32, tag = "2")]
    pub port: u32,
    /// Time of deregistration, milliseconds since the Unix epoch; 0 while registered. A draining
    /// target gets no new request.
    #[prost(uint64, tag = "3")]
    pub draining_since_ms: u64,
    /// Zone, for locality; empty for none.
    #[prost(string, tag = "4")]
    pub zone: String,
}

/// How targets are probed.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct HealthCheck {
    /// Whether they are probed at all.
    #[prost(bool, tag = "1")]
    pub enabled: bool,
    /// HTTP or HTTPS.
    #[prost(enumeration = "TargetProtocol", tag = "2")]
    pub protocol: i32,
    /// HTTP1 or HTTP2.
    #[prost(enumeration = "ProtocolVersion", tag = "3")]
    pub protocol_version: i32,
    /// Port; 0 for each target's own.
    #[prost(uint32, tag = "4")]
    pub port: u32,
    /// Path with query.
    #[prost(string, tag = "5")]
    pub path: String,
    /// Seconds between probes, 5–300.
    #[prost(uint32, tag = "6")]
    pub interval_seconds: u32,
    /// Seconds until a probe has failed, 1–120.
    #[prost(uint32, tag = "7")]
    pub timeout_seconds: u32,
    /// Successes until an unhealthy target is healthy again, 2–10.
    #[prost(uint32, tag = "8")]
    pub healthy_threshold: u32,
    /// Failures until a healthy target is unhealthy, 2–10.
    #[prost(uint32, tag = "9")]
    pub unhealthy_threshold: u32,
    /// Status codes that count as success, e.g. `200,202` or `200-299`.
    #[prost(string, tag = "10")]
    pub matcher: String,
}
