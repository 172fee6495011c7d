//! Why a call has no result, as the APIs tell it.

use serde_json::{Map, Value, json};
use trellis_core::oidc::Denial;
use trellis_core::registry::outcome::{FieldMistake, Refusal, RefusalKind};

/// Code of the service in answers about quotas. Source: VPC Lattice's service quotas.
const SERVICE_CODE: &str = "vpc-lattice";

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The registry's rules forbid it, or a field is wrong.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The request is none.
    #[error("{0}")]
    Unparsed(String),
    /// There is no such operation.
    #[error("there is no operation {0}")]
    UnknownOperation(String),
    /// The caller is not known, or its signature is wrong.
    #[error("{message}")]
    Unauthenticated {
        /// Name of the error, such as `InvalidSignatureException`.
        code: &'static str,
        /// For people.
        message: String,
    },
    /// The caller's policies do not allow it.
    #[error("{0}")]
    Denied(String),
    /// The token of a web identity is not accepted; STS alone asks for one.
    #[error("{0}")]
    Token(#[from] Denial),
    /// Too many calls of this account; good again after so many seconds.
    #[error("rate exceeded; try again in {0} s")]
    Throttled(u32),
    /// The request did not arrive, or not in time.
    #[error("{0}")]
    Unread(String),
    /// Consensus gave no outcome: whether the change was made is not known, or it was certainly not.
    #[error("{0}")]
    Unavailable(String),
    /// A fault of this node; the text is for its log alone.
    #[error("{0}")]
    Internal(String),
}

/// Why a call has no result, in the words of one API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// HTTP status.
    pub(crate) status: u16,
    /// Name of the error.
    pub(crate) code: &'static str,
    /// For people.
    pub(crate) message: String,
}

impl Fault {
    /// A request that is at fault itself.
    pub(crate) fn of_sender(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            code,
            message: message.into(),
        }
    }
}

impl Failure {
    /// A wrong field.
    #[must_use]
    pub fn field(name: &str, message: impl Into<String>) -> Self {
        Self::fields(vec![FieldMistake {
            name: name.to_owned(),
            message: message.into(),
        }])
    }

    /// Wrong fields; there is at least one.
    #[must_use]
    pub fn fields(fields: Vec<FieldMistake>) -> Self {
        let told: Vec<_> = fields
            .iter()
            .map(|field| format!("{} {}", field.name, field.message))
            .collect();
        let message = format!("Validation failed: {}", told.join("; "));
        Self::Refused(Refusal {
            fields,
            ..Refusal::new(RefusalKind::Validation, message)
        })
    }

    /// HTTP status and name of the error.
    #[must_use]
    pub fn code(&self) -> (u16, &'static str) {
        match self {
            Self::Refused(refusal) => match refusal.kind() {
                RefusalKind::Validation => (400, "ValidationException"),
                RefusalKind::NotFound => (404, "ResourceNotFoundException"),
                RefusalKind::Conflict
                | RefusalKind::RevisionMismatch
                | RefusalKind::TokenMismatch => (409, "ConflictException"),
                RefusalKind::QuotaExceeded => (402, "ServiceQuotaExceededException"),
                RefusalKind::AccessDenied => (403, "AccessDeniedException"),
            },
            Self::Unparsed(_) => (400, "ValidationException"),
            Self::UnknownOperation(_) => (404, "UnknownOperationException"),
            Self::Unauthenticated { code, .. } => (403, code),
            Self::Denied(_) | Self::Token(_) => (403, "AccessDeniedException"),
            Self::Throttled(_) => (429, "ThrottlingException"),
            Self::Unread(_) => (408, "RequestTimeoutException"),
            Self::Unavailable(_) | Self::Internal(_) => (500, "InternalServerException"),
        }
    }

    /// What is said of it to whoever called.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Internal(_) => "an internal fault of this node; its log says more".to_owned(),
            told => told.to_string(),
        }
    }

    /// The members of the answer.
    #[must_use]
    pub fn members(&self) -> Value {
        let mut members = Map::new();
        members.insert("message".to_owned(), self.message().into());
        match self {
            Self::Refused(refusal) => members.extend(of_refusal(refusal)),
            Self::Unparsed(_) => {
                members.insert("reason".to_owned(), "cannotParse".into());
            }
            _ => {}
        }
        Value::Object(members)
    }
}

fn of_refusal(refusal: &Refusal) -> Map<String, Value> {
    let about = || {
        let mut about = Map::new();
        about.insert("resourceId".to_owned(), refusal.resource_id.as_str().into());
        about.insert(
            "resourceType".to_owned(),
            refusal.resource_type.as_str().into(),
        );
        about
    };
    match refusal.kind() {
        RefusalKind::Validation => {
            let field =
                |field: &FieldMistake| json!({"name": field.name, "message": field.message});
            let fields: Vec<_> = refusal.fields.iter().map(field).collect();
            let reason = if fields.is_empty() {
                "other"
            } else {
                "fieldValidationFailed"
            };
            let mut members = Map::new();
            members.insert("reason".to_owned(), reason.into());
            members.insert("fieldList".to_owned(), fields.into());
            members
        }
        RefusalKind::QuotaExceeded => {
            let mut members = about();
            members.insert("serviceCode".to_owned(), SERVICE_CODE.into());
            members.insert("quotaCode".to_owned(), refusal.quota_code.as_str().into());
            members
        }
        RefusalKind::NotFound
        | RefusalKind::Conflict
        | RefusalKind::RevisionMismatch
        | RefusalKind::TokenMismatch => about(),
        RefusalKind::AccessDenied => Map::new(),
    }
}
