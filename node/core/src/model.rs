//! The nouns of the product, as the registry stores them.
//!
//! Every record is a protobuf message with stable field numbers: the Raft log, the snapshots and
//! the last good view hold exactly these bytes. A field number is never reused. Records carry plain
//! text; what they may hold is established by the registry before they are written
//! ([`crate::registry`]) and parsed into stronger types when a view is compiled ([`crate::view`]).

pub mod arn;
pub mod id;
pub mod limits;

mod certificate;
mod destination;
mod identity;
mod meta;
mod network;
mod node;
mod oidc;
mod policy;
mod resource;
mod service;
mod settings;
mod share;
mod target;
mod vpc;

pub use certificate::*;
pub use destination::*;
pub use identity::*;
pub use meta::*;
pub use network::*;
pub use node::*;
pub use oidc::*;
pub use policy::*;
pub use resource::*;
pub use service::*;
pub use settings::*;
pub use share::*;
pub use target::*;
pub use vpc::*;
