//! The protocol awsJson1_1: the operation in a header, JSON in and out, the name of an error in its body.
//!
//! Source: Smithy, "AWS JSON 1.1 protocol"; what botocore 1.43 sends and reads.

use serde_json::{Map, Value, json};

use crate::failure::{Failure, Fault};
use crate::json;
use crate::query::Operation;
use crate::shape;

/// An API of this protocol.
#[derive(Debug)]
pub(crate) struct Api {
    /// What goes before the name of an operation in the header.
    pub(crate) target: &'static str,
    /// Errors whose text is in `Message`, by the model; that of all others is in `message`.
    pub(crate) with_capital: &'static [&'static str],
    /// What it can do.
    pub(crate) operations: &'static [Operation],
}

/// An authenticated request.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// The header `X-Amz-Target`; empty for none.
    pub target: &'r str,
    /// The whole body.
    pub body: &'r [u8],
}

/// What is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

impl Answer {
    /// What is answered where a call has a result.
    pub(crate) fn of_members(members: Value) -> Self {
        Self {
            status: 200,
            body: members,
        }
    }

    /// What is answered where it has none.
    pub(crate) fn of_fault(api: &Api, fault: &Fault) -> Self {
        let has_capital = api.with_capital.contains(&fault.code);
        let member = if has_capital { "Message" } else { "message" };
        Self {
            status: fault.status,
            body: json!({ "__type": fault.code, member: fault.message }),
        }
    }
}

/// The operation that a request asks for, and its fields, checked against the model.
///
/// # Errors
/// Where there is no such operation, the body cannot be read, or fields are wrong: all of them.
pub(crate) fn input(
    api: &'static Api,
    request: &Request<'_>,
) -> Result<(&'static Operation, Map<String, Value>), Failure> {
    let asked = request.target.split_once('.');
    let asked = asked.filter(|(api_name, _)| *api_name == api.target);
    let found = asked.and_then(|(_, name)| api.operations.iter().find(|it| it.name == name));
    let unknown = || Failure::UnknownOperation(format!("{:?}", request.target));
    let operation = found.ok_or_else(unknown)?;
    let members = match request.body {
        b"" => Map::new(),
        body => members(body)?,
    };
    let given = members.into_iter().filter(|(_, value)| !value.is_null());
    let input = Value::Object(given.collect());
    let mistakes = shape::mistakes(operation.input, &input);
    match input {
        Value::Object(input) if mistakes.is_empty() => Ok((operation, input)),
        _ => Err(Failure::fields(mistakes)),
    }
}

fn members(body: &[u8]) -> Result<Map<String, Value>, Failure> {
    match json::read(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Failure::Unparsed(
            "the body must be a JSON object".to_owned(),
        )),
        Err(error) => Err(Failure::Unparsed(format!(
            "the body cannot be read: {error}"
        ))),
    }
}
