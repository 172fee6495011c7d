//! The view: the immutable, indexed value that the data plane serves from.
//!
//! A view is compiled from one registry state ([`compile`]) and answers by table look-up what a
//! request asks: which service a name means in a VPC, whose key signed, which policies apply, where
//! requests go. A request loads one view and uses it to the end. Parts that did not change are
//! shared with the view before.

mod compile;
mod credentials;
mod rules;
mod table;

pub use compile::compile;
pub use credentials::{
    AccessKeyView, Credentials, IdentityView, PolicyView, Principal, PrincipalKind, SessionPolicies,
};
pub use rules::{ActionView, HeaderTest, PathTest, RuleView, TextTest, WeightedGroup};
pub use table::{
    GroupView, HealthCheckView, Ingress, Layer, ListenerView, Map, NetworkView, Reach, ServiceView,
    StatusRange, TargetView, View, VpcView,
};
