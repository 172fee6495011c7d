//! The protocol restJson1: what a request says, and how an answer is told.
//!
//! Source: Smithy, "AWS restJson1 protocol"; what botocore 1.43 sends and reads.

#[cfg(test)]
mod tests;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::json;
use crate::route::Found;
use crate::shape::{self, Field, Place, Shape};

/// After how many seconds a cluster without a leader has probably chosen one.
const ELECTION_SECONDS: u32 = 1;

/// An authenticated request.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// Method.
    pub method: &'r str,
    /// Path, as received.
    pub path: &'r str,
    /// Query, as received.
    pub query: &'r str,
    /// Content type; empty for none.
    pub content_type: &'r str,
    /// The whole body.
    pub body: &'r [u8],
}

/// What is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Name of the error; empty where it succeeded.
    pub error: &'static str,
    /// After how many seconds to try again; 0 for no advice.
    pub retry_after: u32,
    /// The body; `None` for none.
    pub body: Option<Value>,
}

impl Answer {
    /// What is answered where a call has no result.
    #[must_use]
    pub fn of_failure(failure: &Failure) -> Self {
        let (status, error) = failure.code();
        Self {
            status,
            error,
            retry_after: match failure {
                Failure::Throttled(seconds) => *seconds,
                Failure::Unavailable(_) => ELECTION_SECONDS,
                _ => 0,
            },
            body: Some(failure.members()),
        }
    }
}

/// The fields of a request, from path, query and body, checked against the model.
///
/// # Errors
/// Where the body cannot be read, or fields are wrong: all of them.
pub(crate) fn input(found: &Found, request: &Request<'_>) -> Result<Map<String, Value>, Failure> {
    let shape = found.operation.input;
    let Shape::Structure(fields) = shape else {
        return Err(Failure::Internal(format!(
            "{} has no fields",
            found.operation.name
        )));
    };
    let is_in = |place: Place| fields.iter().filter(move |field| field.place == place);
    let mut input = Map::new();
    if is_in(Place::Body).next().is_some() {
        let mut body = body(request)?;
        let own = is_in(Place::Body).filter_map(|field| body.remove_entry(field.name));
        input.extend(own.filter(|(_, value)| !value.is_null()));
    }
    for field in is_in(Place::Query) {
        if let Some(value) = query(request.query, field)? {
            input.insert(field.name.to_owned(), value);
        }
    }
    let labels = found.labels.iter();
    input.extend(labels.map(|(name, value)| ((*name).to_owned(), value.as_str().into())));
    let input = Value::Object(input);
    let mistakes = shape::mistakes(shape, &input);
    match input {
        Value::Object(input) if mistakes.is_empty() => Ok(input),
        _ => Err(Failure::fields(mistakes)),
    }
}

/// The members of a body; none where it is empty.
fn body(request: &Request<'_>) -> Result<Map<String, Value>, Failure> {
    if request.body.is_empty() {
        return Ok(Map::new());
    }
    let media_type = request
        .content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    if !media_type.is_empty() && !media_type.eq_ignore_ascii_case("application/json") {
        let message = format!("the content type must be application/json, not {media_type}");
        return Err(Failure::Unparsed(message));
    }
    match json::read(request.body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Failure::Unparsed(
            "the body must be a JSON object".to_owned(),
        )),
        Err(error) => Err(Failure::Unparsed(format!(
            "the body cannot be read: {error}"
        ))),
    }
}

/// The value of a field in a query; `None` where it is not there.
fn query(query: &str, field: &Field) -> Result<Option<Value>, Failure> {
    let mut values = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if decoded(name)? == field.name {
            values.push(decoded(value)?);
        }
    }
    if let Shape::List { .. } = field.shape {
        return Ok((!values.is_empty()).then(|| values.into()));
    }
    let mut values = values.into_iter();
    let value = values.next();
    if values.next().is_some() {
        return Err(Failure::field(field.name, "must be given once"));
    }
    // What cannot be read stays a string, and is found to be none of its kind.
    Ok(value.map(|value| match field.shape {
        Shape::Number(..) => value.parse::<i64>().map_or(value.into(), Value::from),
        Shape::Flag => value.parse::<bool>().map_or(value.into(), Value::from),
        _ => value.into(),
    }))
}

fn decoded(text: &str) -> Result<String, Failure> {
    let text = text.replace('+', " ");
    let decoded = percent_decode_str(&text).decode_utf8();
    let decoded = decoded.map_err(|_| Failure::Unparsed("the query is not UTF-8".to_owned()))?;
    Ok(decoded.into_owned())
}
