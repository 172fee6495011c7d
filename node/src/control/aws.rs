//! AWS's own APIs on the api listener: signed requests that are not gRPC.

mod registry;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use http::header::{self, HeaderName};
use trellis_aws::rest_json::{self, Answer};
use trellis_aws::vpc_lattice;

use super::Api;
use super::authn::{Admitted, Gate};
use super::error::Failure;
use registry::Records;

/// Services that requests may be signed for.
pub(super) const SERVICES: &[&str] = &["vpc-lattice"];
/// Errors of signatures. Source: API reference, "Common errors".
const CODES: [&str; 4] = [
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "UnrecognizedClientException",
];
/// Name of the error. Source: Smithy, "AWS restJson1 protocol".
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
/// Id of the request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// Answers requests of AWS's clients.
pub(super) struct Front {
    pub(super) api: Arc<Api>,
    pub(super) gate: Arc<Gate>,
}

impl Front {
    async fn answer(&self, request: Request) -> Response {
        let answer = match self.gate.admit_aws(request, SERVICES).await {
            Ok(admitted) => self.call(&admitted).await,
            Err(failure) => Answer::of_failure(&failure.into()),
        };
        response(answer)
    }

    async fn call(&self, admitted: &Admitted) -> Answer {
        let Admitted { admin, parts, body } = admitted;
        let content_type = parts.headers.get(header::CONTENT_TYPE);
        let request = rest_json::Request {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default(),
            content_type: content_type
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default(),
            body,
        };
        let patience = vpc_lattice::Patience(self.api.config.aws_wait_ms);
        vpc_lattice::answer(&Records(&self.api), admin, patience, request).await
    }
}

/// The layer that takes what is not gRPC.
pub(super) async fn fork(
    State(front): State<Arc<Front>>,
    request: Request,
    next: Next,
) -> Response {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let is_grpc =
        content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"));
    if is_grpc {
        return next.run(request).await;
    }
    front.answer(request).await
}

fn response(answer: Answer) -> Response {
    let body = answer.body.map(|body| body.to_string());
    let mut response = Response::new(body.map_or_else(Body::empty, Body::from));
    *response.status_mut() = http::StatusCode::from_u16(answer.status)
        .unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    if let Ok(id) = HeaderValue::from_str(&uuid::Uuid::new_v4().to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    if !answer.error.is_empty() {
        headers.insert(ERROR_TYPE, HeaderValue::from_static(answer.error));
    }
    if answer.retry_after > 0 {
        headers.insert(header::RETRY_AFTER, answer.retry_after.into());
    }
    response
}

impl From<Failure> for trellis_aws::Failure {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Unauthenticated(text) => {
                let (code, message) = text.split_once(": ").unwrap_or(("", &text));
                let known = CODES.iter().find(|known| **known == code);
                Self::Unauthenticated {
                    code: known
                        .copied()
                        .unwrap_or("MissingAuthenticationTokenException"),
                    message: message.to_owned(),
                }
            }
            Failure::Unread(message) => Self::Unread {
                too_large: false,
                message,
            },
            Failure::Denied { .. } => Self::Denied(failure.to_string()),
            Failure::NotReady | Failure::Write(_) => Self::Unavailable(failure.to_string()),
            Failure::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "call failed");
                Self::Internal(format!("{error:#}"))
            }
        }
    }
}
