//! EC2's dialect: lists without `member`, members by the names that go over the wire, errors and answers of its own.
//!
//! Source: Smithy, "AWS EC2 query protocol"; what botocore 1.43 sends and reads. Names over the wire begin with an
//! upper-case letter in requests, and are as the model writes them in answers.

use serde_json::{Map, Value};

use super::form::{Dialect, Fields};
use super::{Answer, Api, Operation, xml};
use crate::failure::{Failure, Fault};
use crate::shape::{self, Shape};

/// The operation that a body asks for, and its fields, checked against the model.
///
/// # Errors
/// Where the body cannot be read, there is no such operation, a field is missing, or fields are wrong: all of them.
pub(crate) fn input(
    api: &'static Api,
    body: &[u8],
) -> Result<(&'static Operation, Map<String, Value>), Fault> {
    let unread = |failure: Failure| Fault::of_sender("MalformedQueryString", failure.message());
    let mut fields = Fields::read(body, Dialect::Ec2).map_err(unread)?;
    let asked = fields.take("Action").unwrap_or_default();
    let version = fields.take("Version");
    let version = version.as_deref().unwrap_or(api.version);
    let mut operations = api.operations.iter();
    let found = operations.find(|it| it.name == asked && version == api.version);
    let unknown = || {
        let message = format!("there is no operation {asked:?} of version {version:?}");
        Fault::of_sender("InvalidAction", message)
    };
    let operation = found.ok_or_else(unknown)?;
    let input = fields.value(operation.input, "");
    let input = input.unwrap_or_else(|| Value::Object(Map::new()));
    if let Some(left) = fields.left(None) {
        let message = format!("The parameter {left} is not recognized");
        return Err(Fault::of_sender("UnknownParameter", message));
    }
    if let Shape::Structure(fields) = operation.input {
        let missing = |field: &&shape::Field| field.required && input.get(field.name).is_none();
        if let Some(field) = fields.iter().find(missing) {
            let message = format!("The request must contain the parameter {}", field.name);
            return Err(Fault::of_sender("MissingParameter", message));
        }
    }
    let mistakes = shape::mistakes(operation.input, &input);
    match input {
        Value::Object(input) if mistakes.is_empty() => Ok((operation, input)),
        _ => {
            let message = Failure::fields(mistakes).message();
            Err(Fault::of_sender("InvalidParameterValue", message))
        }
    }
}

/// The answer to an operation that was done; one that tells nothing tells that it was.
pub(crate) fn told(api: &Api, operation: &Operation, members: &Value, request_id: &str) -> Answer {
    Answer {
        status: 200,
        body: xml::ec2_success(api.namespace, operation, members, request_id),
    }
}

/// The answer where there is no result.
pub(crate) fn refused(fault: &Fault, request_id: &str) -> Answer {
    Answer {
        status: fault.status,
        body: xml::ec2_failure(fault.code, &fault.message, request_id),
    }
}
