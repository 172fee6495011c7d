//! AWS's own APIs in front of a Trellis registry: what boto3, the AWS CLI and the AWS SDKs speak.
//!
//! A front reads a request, checks it against the API's model, does what it asks for through
//! [`Registry`] in the name of its caller, and tells the outcome in the API's words. It knows neither
//! sockets nor signatures nor Raft: the node does.
//!
//! | file | holds |
//! |---|---|
//! | `registry` | what a front asks of the node |
//! | `failure` | why a call has no result, in AWS's words |
//! | `shape` | what a value may be; every wrong field by name; answers without unknown members |
//! | `route`, `rest_json`, `json` | the protocol of REST APIs: routes, requests, answers |
//! | `query` | the query protocol and EC2's dialect of it: forms in, XML out |
//! | `json_rpc` | the protocol of APIs whose requests name their operation in a header |
//! | `named` | what kind of resource an ARN names |
//! | `acm` | ACM: certificates that were imported |
//! | `ec2` | EC2: VPCs and security groups |
//! | `iam` | IAM: users, access keys and roles, their inline policies and tags |
//! | `ram` | RAM: resource shares |
//! | `sts` | STS: who calls, and temporary credentials |
//! | `tagging` | the Resource Groups Tagging API: tags of whatever has an ARN |
//! | `vpc_lattice` | VPC Lattice: its operations, written from its model, and what each of them does |

pub mod acm;
pub mod ec2;
pub mod failure;
pub mod iam;
pub mod json_rpc;
pub mod query;
pub mod ram;
pub mod registry;
pub mod rest_json;
pub mod sts;
pub mod tagging;
pub mod vpc_lattice;

mod json;
mod named;
mod route;
mod shape;

pub use failure::Failure;
pub use registry::Registry;
pub use route::Operation;
