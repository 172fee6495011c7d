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
//! | `query` | the query protocol: forms in, XML out |
//! | `iam` | IAM: users, access keys and roles, their inline policies and tags |
//! | `sts` | STS: who calls, and temporary credentials |
//! | `vpc_lattice` | VPC Lattice: its operations, written from its model, and what each of them does |

pub mod failure;
pub mod iam;
pub mod query;
pub mod registry;
pub mod rest_json;
pub mod sts;
pub mod vpc_lattice;

mod json;
mod route;
mod shape;

pub use failure::Failure;
pub use registry::Registry;
pub use route::Operation;
