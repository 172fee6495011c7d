//! Failures in EC2's words.
//!
//! Source: EC2 API reference, "Error codes".

use trellis_core::model::{Kind, limits};
use trellis_core::registry::Refusal;
use trellis_core::registry::outcome::RefusalKind;

use crate::failure::{Failure, Fault};

/// A failure of an operation.
pub(super) fn of(operation: &str, failure: &Failure) -> Fault {
    let (status, code) = match failure {
        Failure::Refused(refusal) => of_refusal(operation, refusal),
        Failure::Unparsed(_) => (400, "MalformedQueryString"),
        Failure::UnknownOperation(_) => (400, "InvalidAction"),
        Failure::Unauthenticated { code, .. } if *code == "ExpiredTokenException" => {
            (400, "RequestExpired")
        }
        Failure::Unauthenticated { .. } => (401, "AuthFailure"),
        Failure::Denied(_) | Failure::Token(_) => (403, "UnauthorizedOperation"),
        Failure::Throttled(_) => (503, "RequestLimitExceeded"),
        Failure::Unread(_) => (408, "RequestTimeout"),
        Failure::Unavailable(_) => (503, "Unavailable"),
        Failure::Internal(_) => (500, "InternalError"),
    };
    Fault {
        status,
        code,
        message: failure.message(),
    }
}

fn of_refusal(operation: &str, refusal: &Refusal) -> (u16, &'static str) {
    let is_vpc = refusal.resource_type == Kind::Vpc.resource_type();
    match refusal.kind() {
        RefusalKind::Validation | RefusalKind::TokenMismatch => (400, "InvalidParameterValue"),
        RefusalKind::NotFound if is_vpc => (400, "InvalidVpcID.NotFound"),
        RefusalKind::NotFound => (400, "InvalidGroup.NotFound"),
        RefusalKind::Conflict if operation.starts_with("Delete") => (400, "DependencyViolation"),
        RefusalKind::Conflict => (400, "InvalidGroup.Duplicate"),
        RefusalKind::QuotaExceeded if is_vpc => (400, "VpcLimitExceeded"),
        RefusalKind::QuotaExceeded
            if refusal.quota_code == limits::RULES_PER_SECURITY_GROUP.code =>
        {
            (400, "RulesPerSecurityGroupLimitExceeded")
        }
        RefusalKind::QuotaExceeded => (400, "SecurityGroupLimitExceeded"),
        RefusalKind::AccessDenied => (403, "UnauthorizedOperation"),
        // Somebody else changed it again and again meanwhile.
        RefusalKind::RevisionMismatch => (503, "Unavailable"),
    }
}

/// A parameter whose value is none.
pub(super) fn invalid(message: impl Into<String>) -> Fault {
    Fault::of_sender("InvalidParameterValue", message)
}

/// A parameter that is not there.
pub(super) fn missing(parameter: &str) -> Fault {
    let message = format!("The request must contain the parameter {parameter}");
    Fault::of_sender("MissingParameter", message)
}

/// A parameter that the registry has no place for.
pub(super) fn unsupported(parameter: &str) -> Fault {
    let message = format!("{parameter} is not supported; leave it out");
    Fault::of_sender("UnsupportedOperation", message)
}
