//! The query protocol: form fields in, XML out.
//!
//! Source: Smithy, "AWS query protocol"; what botocore 1.43 sends and reads.

pub(crate) mod ec2;

mod form;
mod xml;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde_json::{Map, Value};
use trellis_core::oidc::Denial;
use trellis_core::registry::outcome::RefusalKind;

use crate::failure::Failure;
use crate::shape::{self, Shape};

/// An API of this protocol.
#[derive(Debug)]
pub(crate) struct Api {
    /// Its version, which requests name.
    pub(crate) version: &'static str,
    /// XML namespace of its answers.
    pub(crate) namespace: &'static str,
    /// What it can do.
    pub(crate) operations: &'static [Operation],
}

/// An operation.
#[derive(Debug)]
pub(crate) struct Operation {
    /// Its name, such as `AssumeRole`.
    pub(crate) name: &'static str,
    /// What is asked.
    pub(crate) input: &'static Shape,
    /// What is answered; `None` for nothing but that it was done.
    pub(crate) output: Option<&'static Shape>,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// XML.
    pub body: String,
}

impl Answer {
    /// What is answered where a call has no result; the namespace is that of the API.
    #[must_use]
    pub fn of_failure(failure: &Failure, namespace: &str, request_id: &str) -> Self {
        Self::of_code(code(failure), failure, namespace, request_id)
    }

    /// The same, with status and code told.
    pub(crate) fn of_code(
        (status, code): (u16, &str),
        failure: &Failure,
        namespace: &str,
        request_id: &str,
    ) -> Self {
        let message = failure.message();
        Self {
            status,
            body: xml::failure(namespace, code, &message, status < 500, request_id),
        }
    }
}

/// The operation that a body asks for, and its fields, checked against the model.
///
/// # Errors
/// Where the body cannot be read, there is no such operation, or fields are wrong: all of them.
pub(crate) fn input(
    api: &'static Api,
    body: &[u8],
) -> Result<(&'static Operation, Map<String, Value>), Failure> {
    let mut fields = form::Fields::read(body, form::Dialect::Query)?;
    let asked = fields.take("Action").unwrap_or_default();
    let version = fields.take("Version");
    let version = version.as_deref().unwrap_or(api.version);
    let mut operations = api.operations.iter();
    let found = operations.find(|it| it.name == asked && version == api.version);
    let unknown = || Failure::UnknownOperation(format!("{asked:?} of version {version:?}"));
    let operation = found.ok_or_else(unknown)?;
    let input = fields.value(operation.input, "");
    let input = input.unwrap_or_else(|| Value::Object(Map::new()));
    // What is said of a member that there is, and cannot be read, could have limited what is asked for.
    if let Some(left) = fields.left(Some(operation.input)) {
        return Err(Failure::field(left, "is no field of this operation"));
    }
    let mistakes = shape::mistakes(operation.input, &input);
    match input {
        Value::Object(input) if mistakes.is_empty() => Ok((operation, input)),
        _ => Err(Failure::fields(mistakes)),
    }
}

/// The operation that a body asks for, before anything else of it is looked at; `None` where it asks for none.
pub(crate) fn action(body: &[u8]) -> Option<String> {
    let mut fields = form::Fields::read(body, form::Dialect::Query).ok()?;
    fields.take("Action")
}

/// The tags that a request gives, as a map.
///
/// # Errors
/// Where it names a key twice.
pub(crate) fn tags(input: &Map<String, Value>) -> Result<HashMap<String, String>, Failure> {
    let mut tags = HashMap::new();
    let given = input.get("Tags").and_then(Value::as_array);
    for tag in given.into_iter().flatten() {
        let text = |field: &str| tag[field].as_str().unwrap_or_default().to_owned();
        let key = text("Key");
        if tags.insert(key.clone(), text("Value")).is_some() {
            return Err(Failure::field("Tags", format!("names the key {key} twice")));
        }
    }
    Ok(tags)
}

/// The answer to an operation that was done.
pub(crate) fn told(api: &Api, operation: &Operation, members: Value, request_id: &str) -> Answer {
    let members = operation.output.map(|shape| shape.trim(members));
    Answer {
        status: 200,
        body: xml::success(api.namespace, operation, members.as_ref(), request_id),
    }
}

/// HTTP status and code of a failure. Source: STS and IAM API references, "Common errors".
pub(crate) fn code(failure: &Failure) -> (u16, &'static str) {
    match failure {
        Failure::Refused(refusal) => match refusal.kind() {
            RefusalKind::Validation => (400, "ValidationError"),
            RefusalKind::NotFound => (404, "NoSuchEntity"),
            RefusalKind::Conflict | RefusalKind::RevisionMismatch | RefusalKind::TokenMismatch => {
                (409, "EntityAlreadyExists")
            }
            RefusalKind::QuotaExceeded => (409, "LimitExceeded"),
            RefusalKind::AccessDenied => (403, "AccessDenied"),
        },
        Failure::Unparsed(_) => (400, "MalformedQueryString"),
        Failure::UnknownOperation(_) => (400, "InvalidAction"),
        Failure::Unauthenticated { code, .. } => match *code {
            "ExpiredTokenException" => (403, "ExpiredToken"),
            "IncompleteSignatureException" => (400, "IncompleteSignature"),
            "InvalidSignatureException" => (403, "SignatureDoesNotMatch"),
            "UnrecognizedClientException" => (403, "InvalidClientTokenId"),
            _ => (403, "MissingAuthenticationToken"),
        },
        Failure::Denied(_) => (403, "AccessDenied"),
        Failure::Token(denial) => match denial {
            Denial::Invalid(_) => (400, "InvalidIdentityToken"),
            Denial::Expired => (400, "ExpiredTokenException"),
            Denial::Rejected(_) => (403, "IDPRejectedClaim"),
            Denial::Unreachable(_) => (400, "IDPCommunicationError"),
        },
        Failure::Throttled(_) => (400, "Throttling"),
        Failure::Unread(_) => (408, "RequestTimeout"),
        Failure::Unavailable(_) => (503, "ServiceUnavailable"),
        Failure::Internal(_) => (500, "InternalFailure"),
    }
}
