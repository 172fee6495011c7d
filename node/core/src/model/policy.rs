//! Auth policies, resource policies and access log subscriptions.

use super::meta::record;

/// The auth policy of one service network or service.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct AuthPolicy {
    /// Identity; id and name are those of the resource.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Policy document, JSON with insignificant white space removed.
    #[prost(string, tag = "2")]
    pub policy: String,
}
record!(AuthPolicy, AuthPolicy);

/// The resource policy of one service network or service: a share with other accounts.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ResourcePolicy {
    /// Identity; id is that of the resource.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Policy document, JSON with insignificant white space removed.
    #[prost(string, tag = "2")]
    pub policy: String,
}
record!(ResourcePolicy, ResourcePolicy);

/// Where the access log of a service network or a service goes.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct AccessLogSubscription {
    /// Identity; id `als-…`.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Id of the service network or service.
    #[prost(string, tag = "2")]
    pub resource: String,
    /// Destination: `stdout`, `file:NAME` (a rotated file in the node's log directory), or an ARN.
    #[prost(string, tag = "3")]
    pub destination: String,
    /// Whether a service network's subscription is for `RESOURCE` logs instead of `SERVICE` logs.
    #[prost(bool, tag = "4")]
    pub resource_logs: bool,
}
record!(AccessLogSubscription, AccessLogSubscription);
