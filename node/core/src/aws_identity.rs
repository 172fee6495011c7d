//! Identities of real AWS: the presigned `GetCallerIdentity` that proves one, whom STS names for it, and which roles
//! trust them.
//!
//! Only AWS can verify a signature that was made with a secret of AWS. So a URL that its holder has signed is replayed to
//! AWS's STS, which says who signed. That proves an identity for a login, and nothing else: requests to services are
//! signed with what the login gave.
//!
//! | file | holds |
//! |---|---|
//! | `presigned` | what a URL must be like before anything is sent anywhere |
//! | `partition` | AWS's partitions, and the hosts of STS in them |
//! | `identity` | whom STS names |
//! | `trust` | whether a role's trust policy lets one in |
//!
//! Source: STS API, `GetCallerIdentity`; aws-iam-authenticator, `pkg/token/token.go`; Vault, "AWS auth method" (read
//! 2026-11).

mod identity;
mod partition;
mod presigned;
mod trust;

pub use identity::AwsIdentity;
pub use partition::Partition;
pub use presigned::{BadUrl, CLUSTER_HEADER, Presigned, URL_BYTES_MAX};
pub use trust::{ACTION, Occasion};
