//! What a command led to.

use super::command::Stored;
use crate::model::limits::Quota;
use crate::model::{Kind, Target};

/// The answer to a command, as it is replicated.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Applied {
    /// Revision at which the command was judged.
    #[prost(uint64, tag = "1")]
    pub revision: u64,
    /// Done or refused.
    #[prost(oneof = "Judgement", tags = "2, 3")]
    pub judgement: Option<Judgement>,
}

/// Done or refused.
#[derive(Clone, PartialEq, Eq, prost::Oneof)]
pub enum Judgement {
    /// All operations were done.
    #[prost(message, tag = "2")]
    Done(Outcome),
    /// One was refused, so none was done.
    #[prost(message, tag = "3")]
    Refused(Refusal),
}

/// What was done.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Outcome {
    /// Revision of the state that holds the change. For a repeated client token, the first one's.
    #[prost(uint64, tag = "1")]
    pub revision: u64,
    /// One result for each operation, in order.
    #[prost(message, repeated, tag = "2")]
    pub results: Vec<OperationResult>,
}

/// The result of one operation.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct OperationResult {
    /// The record after the operation; before it, for a deletion.
    #[prost(message, optional, tag = "1")]
    pub record: Option<Stored>,
    /// Targets that were registered or deregistered.
    #[prost(message, repeated, tag = "2")]
    pub successful: Vec<Target>,
    /// Targets that were not, and why.
    #[prost(message, repeated, tag = "3")]
    pub unsuccessful: Vec<TargetFailure>,
}

/// A target that could not be registered or deregistered.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TargetFailure {
    /// The target.
    #[prost(message, optional, tag = "1")]
    pub target: Option<Target>,
    /// Code, e.g. `UnsupportedTarget`.
    #[prost(string, tag = "2")]
    pub code: String,
    /// Reason for people.
    #[prost(string, tag = "3")]
    pub message: String,
}

/// The kinds of refusal, after the exceptions of VPC Lattice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub enum RefusalKind {
    /// A field is wrong.
    Validation = 0,
    /// The record does not exist, or is not the caller's to see.
    NotFound = 1,
    /// The state forbids it.
    Conflict = 2,
    /// A quota is reached.
    QuotaExceeded = 3,
    /// The caller may not.
    AccessDenied = 4,
    /// The record is not at the revision that the caller expects.
    RevisionMismatch = 5,
    /// The client token was used for another request.
    TokenMismatch = 6,
}

/// Why a command was refused. Nothing of it was done.
#[derive(Clone, PartialEq, Eq, prost::Message, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The kind.
    #[prost(enumeration = "RefusalKind", tag = "1")]
    pub kind: i32,
    /// Text for people: what is wrong and what to do.
    #[prost(string, tag = "2")]
    pub message: String,
    /// Id of the record in the way; empty for none.
    #[prost(string, tag = "3")]
    pub resource_id: String,
    /// Its type, e.g. `SERVICE_NETWORK`.
    #[prost(string, tag = "4")]
    pub resource_type: String,
    /// Every wrong field, for [`RefusalKind::Validation`].
    #[prost(message, repeated, tag = "5")]
    pub fields: Vec<FieldMistake>,
    /// Code of the quota, for [`RefusalKind::QuotaExceeded`].
    #[prost(string, tag = "6")]
    pub quota_code: String,
    /// Index of the operation that was refused.
    #[prost(uint32, tag = "7")]
    pub operation: u32,
}

/// A wrong field.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct FieldMistake {
    /// Its path in the words of the API, e.g. `healthCheck.path`.
    #[prost(string, tag = "1")]
    pub name: String,
    /// What is wrong and what is allowed.
    #[prost(string, tag = "2")]
    pub message: String,
}

impl Refusal {
    /// A refusal of a kind with nothing but a text.
    #[must_use]
    pub fn new(kind: RefusalKind, message: impl Into<String>) -> Self {
        Self {
            kind: kind as i32,
            message: message.into(),
            ..Self::default()
        }
    }

    /// The record does not exist, or is not the caller's to see: both answer the same.
    #[must_use]
    pub fn not_found(kind: Kind, id: &str) -> Self {
        let message = format!("{} {id} not found", kind.resource_type());
        Self::new(RefusalKind::NotFound, message).about(kind, id)
    }

    /// The state forbids it; `kind` and `id` name the record in the way.
    #[must_use]
    pub fn conflict(kind: Kind, id: &str, message: impl Into<String>) -> Self {
        Self::new(RefusalKind::Conflict, message).about(kind, id)
    }

    /// The caller may not.
    #[must_use]
    pub fn access_denied(message: impl Into<String>) -> Self {
        Self::new(RefusalKind::AccessDenied, message)
    }

    /// An adjustable quota is reached.
    #[must_use]
    pub fn quota(quota: &Quota, limit: u64, kind: Kind) -> Self {
        let Quota { name, code, .. } = quota;
        let message =
            format!("the quota {name} of {limit} is reached; delete one or raise the quota");
        Self {
            resource_type: kind.resource_type().to_owned(),
            quota_code: (*code).to_owned(),
            ..Self::new(RefusalKind::QuotaExceeded, message)
        }
    }

    /// A fixed limit is passed.
    #[must_use]
    pub fn limit(kind: Kind, what: &str, size: usize, limit: usize) -> Self {
        let message = format!("{what} is {size}, above the limit of {limit}; make it smaller");
        Self {
            resource_type: kind.resource_type().to_owned(),
            ..Self::new(RefusalKind::QuotaExceeded, message)
        }
    }

    /// Says which operation of the command was refused.
    pub(super) fn of_operation(mut self, index: usize) -> Self {
        self.operation = u32::try_from(index).unwrap_or(u32::MAX);
        self
    }

    fn about(mut self, kind: Kind, id: &str) -> Self {
        id.clone_into(&mut self.resource_id);
        kind.resource_type().clone_into(&mut self.resource_type);
        self
    }
}
