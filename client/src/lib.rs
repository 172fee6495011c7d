//! The typed client of a Trellis cluster, and the manifests that people write.
//!
//! Reading order: [`client`] is what programs call; [`endpoint`] and [`channel`] carry its calls,
//! signed by [`signature`], to the first node that answers; [`refusal`] says what came of a call.
//! [`manifest`] turns YAML into resources, [`cloudformation`] templates, and [`kind`] names their kinds;
//! all are free of I/O. [`presigned`] proves an identity of AWS to a cluster.

pub mod client;
pub mod cloudformation;
pub mod endpoint;
pub mod kind;
pub mod manifest;
pub mod presigned;
pub mod refusal;
pub mod signature;

mod channel;
mod clock;

pub use client::{Client, Settings};
pub use refusal::{Class, Refusal};
