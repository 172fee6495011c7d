//! AWS's own APIs on the api listener: signed requests that are not gRPC.

mod denials;
mod registry;
mod strangers;
mod throttle;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{self, HeaderName};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderValue, Method};
use trellis_aws::registry::Patience;
use trellis_aws::rest_json::{self, Answer};
use trellis_aws::{acm, ec2, iam, json_rpc, query, ram, sts, tagging, vpc_lattice};

use super::Api;
use super::authn::{Admitted, Gate, Peer};
use super::error::Failure;
use crate::clock;
use registry::Records;

pub(super) use strangers::Strangers;
pub(super) use throttle::Throttle;

/// Services that requests may be signed for.
pub(super) const SERVICES: &[&str] = &["vpc-lattice", "sts", "iam", "tagging", "ec2", "ram", "acm"];
/// Services whose calls are all `POST /`, with everything that they say in the body.
const ONE_PLACE: [&str; 5] = ["sts", "iam", "ec2", "tagging", "acm"];
/// Errors of signatures. Source: API reference, "Common errors".
const CODES: [&str; 4] = [
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "UnrecognizedClientException",
];
/// Name of the error. Source: Smithy, "AWS restJson1 protocol".
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
/// Operation of a request. Source: Smithy, "AWS JSON 1.1 protocol".
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
/// Id of the request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// Answers requests of AWS's clients.
pub(super) struct Front {
    pub(super) api: Arc<Api>,
    pub(super) gate: Arc<Gate>,
    pub(super) throttle: Throttle,
    pub(super) strangers: Strangers,
}

impl Front {
    async fn answer(&self, request: Request) -> Response {
        let request_id = uuid::Uuid::new_v4().to_string();
        let presumed = presumed(&request);
        let mut response = if strangers::is_unsigned(&request) {
            self.exchange(request, &request_id).await
        } else {
            match self.gate.admit_aws(request, SERVICES).await {
                Ok(admitted) => self.call(&admitted, &request_id).await,
                Err(failure) => refusal(presumed, &failure.into(), &request_id),
            }
        };
        if let Ok(id) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }

    /// Answers a call that nobody has signed.
    async fn exchange(&self, request: Request, request_id: &str) -> Response {
        let peer: Option<Peer> = request.extensions().get().copied();
        let answer = async {
            let _permit = self.strangers.admit(peer)?;
            let body = strangers::read(request).await?;
            let records = Records(&self.api);
            let answer = sts::answer_unsigned(&records, &peer, &body, request_id).await;
            Ok::<_, trellis_aws::Failure>(answer)
        };
        match answer.await {
            Ok(answer) => xml(answer),
            Err(failure) => refusal("sts", &failure, request_id),
        }
    }

    async fn call(&self, admitted: &Admitted, request_id: &str) -> Response {
        let Admitted {
            admin,
            service,
            body,
            ..
        } = admitted;
        if let Err(seconds) = self.throttle.admit(&admin.principal.account) {
            return refusal(
                service,
                &trellis_aws::Failure::Throttled(seconds),
                request_id,
            );
        }
        if ONE_PLACE.contains(&service.as_str()) && !is_to_one_place(&admitted.parts) {
            let asked = format!("{} {}", admitted.parts.method, admitted.parts.uri);
            let failure = trellis_aws::Failure::UnknownOperation(asked);
            return refusal(service, &failure, request_id);
        }
        let records = Records(&self.api);
        let patience = Patience(self.api.config.aws_wait_ms);
        match service.as_str() {
            "sts" => xml(sts::answer(&records, admin, body, request_id)),
            "iam" => {
                let caller = (admin, admin.principal.arn.as_str());
                xml(iam::answer(&records, caller, patience, body, request_id).await)
            }
            "ram" => json(ram::answer(&records, admin, patience, rest(admitted)).await),
            "ec2" => xml(ec2::answer(&records, admin, patience, body, request_id).await),
            "acm" => {
                let (now_ms, request) = (clock::now_ms(), rpc(admitted));
                json_rpc(&acm::answer(&records, admin, now_ms, patience, request).await)
            }
            "tagging" => {
                let place = tagging::Place {
                    region: &admin.region,
                    now_ms: clock::now_ms(),
                };
                let request = rpc(admitted);
                json_rpc(&tagging::answer(&records, admin, place, patience, request).await)
            }
            _ => json(vpc_lattice::answer(&records, admin, patience, rest(admitted)).await),
        }
    }
}

/// The service whose words a refusal is told in: the one that a request says it is signed for, before anybody
/// believes it, or the one that its path belongs to.
fn presumed(request: &Request) -> &'static str {
    let header = request.headers().get(header::AUTHORIZATION);
    let header = header.and_then(|value| value.to_str().ok());
    let scope = header.and_then(|text| text.split_once("Credential="));
    let named = scope.and_then(|(_, scope)| scope.split([',', ' ']).next()?.split('/').nth(3));
    let known = SERVICES.iter().find(|known| named == Some(**known));
    let target = request.headers().get(TARGET);
    let is_of_acm = |target: &HeaderValue| target.as_bytes().starts_with(acm::TARGET.as_bytes());
    match (known, request.uri().path()) {
        (Some(known), _) => known,
        (None, "/") if target.is_some_and(is_of_acm) => "acm",
        (None, "/") if target.is_some() => "tagging",
        (None, "/") => "sts",
        (None, _) => "vpc-lattice",
    }
}

/// Whether a request says nothing but in its body: what method, path and query say beside it has no meaning, and so a
/// request that says anything there has more than one.
fn is_to_one_place(parts: &Parts) -> bool {
    let target = parts.uri.path_and_query().map(PathAndQuery::as_str);
    parts.method == Method::POST && matches!(target, None | Some("/"))
}

/// A request that names its operation in a header.
fn rpc(admitted: &Admitted) -> json_rpc::Request<'_> {
    let target = admitted.parts.headers.get(TARGET);
    json_rpc::Request {
        target: target
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default(),
        body: &admitted.body,
    }
}

/// A request of a REST API.
fn rest(admitted: &Admitted) -> rest_json::Request<'_> {
    let Admitted { parts, body, .. } = admitted;
    let content_type = parts.headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    rest_json::Request {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        content_type: content_type.unwrap_or_default(),
        body,
    }
}

/// The answer of a service where there is no result, in the words of its protocol.
fn refusal(service: &str, failure: &trellis_aws::Failure, request_id: &str) -> Response {
    let namespace = match service {
        "sts" => sts::NAMESPACE,
        "iam" => iam::NAMESPACE,
        "ram" => return json(ram::refusal(failure)),
        "ec2" => return xml(ec2::refusal(failure, request_id)),
        "tagging" => return json_rpc(&tagging::refusal(failure)),
        "acm" => return json_rpc(&acm::refusal(failure)),
        _ => return json(Answer::of_failure(failure)),
    };
    xml(query::Answer::of_failure(failure, namespace, request_id))
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

fn json(answer: Answer) -> Response {
    let body = answer.body.map(|body| body.to_string());
    let mut response = response(answer.status, "application/json", body.unwrap_or_default());
    let headers = response.headers_mut();
    if !answer.error.is_empty() {
        headers.insert(ERROR_TYPE, HeaderValue::from_static(answer.error));
    }
    if answer.retry_after > 0 {
        headers.insert(header::RETRY_AFTER, answer.retry_after.into());
    }
    response
}

fn json_rpc(answer: &json_rpc::Answer) -> Response {
    let body = answer.body.to_string();
    response(answer.status, "application/x-amz-json-1.1", body)
}

fn xml(answer: query::Answer) -> Response {
    response(answer.status, "text/xml", answer.body)
}

fn response(status: u16, content_type: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let content_type = HeaderValue::from_static(content_type);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
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
            Failure::Unread(message) => Self::Unread(message),
            Failure::Token(denial) => Self::Token(denial),
            Failure::Denied { .. } => Self::Denied(failure.to_string()),
            Failure::Throttled(seconds) => Self::Throttled(seconds),
            Failure::NotReady | Failure::FarEnd(_) | Failure::Write(_) => {
                Self::Unavailable(failure.to_string())
            }
            Failure::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "call failed");
                Self::Internal(format!("{error:#}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_in_a_body_is_asked_nowhere_else() {
        for (method, uri, expected) in [
            ("POST", "/", true),
            ("POST", "http://127.0.0.1:7600/", true),
            ("POST", "/?Action=DeleteUser", false),
            ("POST", "/?", false),
            ("POST", "//", false),
            ("POST", "/services", false),
            ("DELETE", "/", false),
            ("GET", "/", false),
        ] {
            let request = http::Request::builder().method(method).uri(uri);
            let (parts, ()) = request.body(()).unwrap().into_parts();
            assert_eq!(is_to_one_place(&parts), expected, "{method} {uri}");
        }
    }

    #[test]
    fn a_refusal_is_in_the_words_of_the_service_that_is_meant() {
        for (uri, headers, expected) in [
            ("/", &[][..], "sts"),
            ("/services", &[], "vpc-lattice"),
            ("/", &[("x-amz-target", "x")], "tagging"),
            (
                "/",
                &[("x-amz-target", "CertificateManager.ListCertificates")],
                "acm",
            ),
            (
                "/",
                &[(
                    "authorization",
                    "AWS4-HMAC-SHA256 Credential=A/20260101/eu-west-1/ec2/aws4_request, x=y",
                )],
                "ec2",
            ),
        ] {
            let mut request = http::Request::builder().uri(uri);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let request = request.body(Body::empty()).unwrap();
            assert_eq!(presumed(&request), expected, "{uri} {headers:?}");
        }
    }
}
