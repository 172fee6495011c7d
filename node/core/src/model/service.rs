//! Services, listeners and rules.

use super::meta::record;

/// A service: a name that clients call, with listeners that say what happens.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Service {
    /// Identity; id `svc-…`, name unique in account and region.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Whether the service's auth policy decides.
    #[prost(enumeration = "super::AuthType", tag = "2")]
    pub auth_type: i32,
    /// Custom domain name, lower case; empty for none. Immutable.
    #[prost(string, tag = "3")]
    pub custom_domain_name: String,
    /// ARN of the certificate for the custom domain name; empty for none.
    #[prost(string, tag = "4")]
    pub certificate_arn: String,
    /// Idle timeout of client and target connections, seconds; 0 for the default of 60.
    #[prost(uint32, tag = "5")]
    pub idle_timeout_seconds: u32,
    /// State.
    #[prost(enumeration = "super::Status", tag = "6")]
    pub status: i32,
    /// Generated DNS name, lower case, fixed at creation.
    #[prost(string, tag = "7")]
    pub dns_name: String,
}
record!(Service, Service);

/// What a listener speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub enum ListenerProtocol {
    /// Plain HTTP/1.1 and HTTP/2 with prior knowledge.
    Http = 0,
    /// HTTP over TLS.
    Https = 1,
    /// TLS that is not opened.
    TlsPassthrough = 2,
}

/// A listener of a service.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Listener {
    /// Identity; id `listener-…`, name unique in the service, owner as the service.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Id of the service.
    #[prost(string, tag = "2")]
    pub service: String,
    /// What it speaks. Immutable.
    #[prost(enumeration = "ListenerProtocol", tag = "3")]
    pub protocol: i32,
    /// Port, 1–65535. Immutable, unique in the service.
    #[prost(uint32, tag = "4")]
    pub port: u32,
    /// What happens where no rule matches.
    #[prost(message, optional, tag = "5")]
    pub default_action: Option<Action>,
}
record!(Listener, Listener);

/// A rule of a listener: where it matches, its action is taken.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Rule {
    /// Identity; id `rule-…`, name unique in the listener, owner as the service.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Id of the service.
    #[prost(string, tag = "2")]
    pub service: String,
    /// Id of the listener.
    #[prost(string, tag = "3")]
    pub listener: String,
    /// 1–2000, unique in the listener; the lowest that matches wins.
    #[prost(uint32, tag = "4")]
    pub priority: u32,
    /// What must hold.
    #[prost(message, optional, tag = "5")]
    pub http_match: Option<HttpMatch>,
    /// What happens then.
    #[prost(message, optional, tag = "6")]
    pub action: Option<Action>,
}
record!(Rule, Rule);

/// Criteria of a rule; all that are given must hold.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct HttpMatch {
    /// Method, compared with case; empty for any.
    #[prost(string, tag = "1")]
    pub method: String,
    /// Path criterion.
    #[prost(message, optional, tag = "2")]
    pub path: Option<PathMatch>,
    /// Header criteria, at most five.
    #[prost(message, repeated, tag = "3")]
    pub headers: Vec<HeaderMatch>,
}

/// A criterion on the path, without the query.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct PathMatch {
    /// How the path is compared.
    #[prost(oneof = "PathPattern", tags = "1, 2")]
    pub pattern: Option<PathPattern>,
    /// Compare with case; the default is without.
    #[prost(bool, tag = "3")]
    pub case_sensitive: bool,
}

/// Exact path or path prefix.
#[derive(Clone, PartialEq, Eq, prost::Oneof)]
pub enum PathPattern {
    /// The whole path.
    #[prost(string, tag = "1")]
    Exact(String),
    /// Its beginning, byte by byte.
    #[prost(string, tag = "2")]
    Prefix(String),
}

/// A criterion on one header.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct HeaderMatch {
    /// Header name, compared without case.
    #[prost(string, tag = "1")]
    pub name: String,
    /// How the value is compared.
    #[prost(oneof = "HeaderPattern", tags = "2, 3, 4")]
    pub pattern: Option<HeaderPattern>,
    /// Compare values with case; the default is without.
    #[prost(bool, tag = "5")]
    pub case_sensitive: bool,
}

/// Exact value, prefix or part of a header value.
#[derive(Clone, PartialEq, Eq, prost::Oneof)]
pub enum HeaderPattern {
    /// The whole value.
    #[prost(string, tag = "2")]
    Exact(String),
    /// Its beginning.
    #[prost(string, tag = "3")]
    Prefix(String),
    /// Any part of it.
    #[prost(string, tag = "4")]
    Contains(String),
}

/// What a listener or rule does with a request.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Action {
    /// Forward or answer.
    #[prost(oneof = "ActionKind", tags = "1, 2")]
    pub kind: Option<ActionKind>,
}

/// The two actions.
#[derive(Clone, PartialEq, Eq, prost::Oneof)]
pub enum ActionKind {
    /// Forward to one of the target groups, chosen by weight.
    #[prost(message, tag = "1")]
    Forward(Forward),
    /// Answer with this status: 404 or 500.
    #[prost(uint32, tag = "2")]
    FixedResponse(u32),
}

/// Weighted target groups, 1–10.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Forward {
    /// The groups.
    #[prost(message, repeated, tag = "1")]
    pub target_groups: Vec<WeightedTargetGroup>,
}

/// A target group with its share.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct WeightedTargetGroup {
    /// Id of the target group.
    #[prost(string, tag = "1")]
    pub target_group: String,
    /// 0–999; share = weight / sum of weights.
    #[prost(uint32, tag = "2")]
    pub weight: u32,
}
