//! Who is let in, and what everyone else is told. Calls are signed by AWS's own signer.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign,
};
use aws_sigv4::sign::v4;

use super::*;
use crate::control::tests::Estate;

const PATH: &str = "/trellis.v1.Registry/Get";
const BODY: &[u8] = b"\0\0\0\0\x02hi";

/// A call, and how it is signed.
struct Call {
    region: &'static str,
    service: &'static str,
    secret: &'static str,
    at: SystemTime,
    signed_body: Option<&'static [u8]>,
    sent_body: Vec<u8>,
}

/// What is not as it should be.
#[derive(Clone, Copy)]
enum Change {
    Region(&'static str),
    Service(&'static str),
    Secret(&'static str),
    At(SystemTime),
    Sent(&'static [u8]),
    Unsigned,
}

impl Call {
    fn with(mut self, change: Change) -> Self {
        match change {
            Change::Region(region) => self.region = region,
            Change::Service(service) => self.service = service,
            Change::Secret(secret) => self.secret = secret,
            Change::At(at) => self.at = at,
            Change::Sent(body) => self.sent_body = body.to_vec(),
            Change::Unsigned => self.signed_body = None,
        }
        self
    }

    fn new() -> Self {
        Self {
            region: "eu-west-1",
            service: SERVICE,
            secret: "root-secret",
            at: clock::now(),
            signed_body: Some(BODY),
            sent_body: BODY.to_vec(),
        }
    }

    fn request(&self) -> Request {
        let mut settings = SigningSettings::default();
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        let credentials = Credentials::new("AKIAROOTROOTROOTROOT", self.secret, None, None, "test");
        let identity = credentials.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(self.service)
            .time(self.at)
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let url = format!("http://node:7600{PATH}");
        let body = match self.signed_body {
            Some(body) => SignableBody::Bytes(body),
            None => SignableBody::UnsignedPayload,
        };
        let headers = [("host", "node:7600")].into_iter();
        let signable = SignableRequest::new("POST", &url, headers, body).unwrap();
        let (instructions, _) = sign(signable, &params).unwrap().into_parts();
        let mut request = unsigned(PATH, self.sent_body.clone());
        for (name, value) in instructions.headers() {
            let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        request
    }
}

fn unsigned(path: &str, body: Vec<u8>) -> Request {
    http::Request::builder()
        .method("POST")
        .uri(format!("http://node:7600{path}"))
        .version(http::Version::HTTP_2)
        .body(Body::from(body))
        .unwrap()
}

fn gate() -> Gate {
    gate_of(&["eu-west-1", "eu-north-1"])
}

/// The gate of a node whose registry names these regions.
fn gate_of(regions: &[&str]) -> Gate {
    let regions: Vec<String> = regions.iter().map(ToString::to_string).collect();
    let view = Arc::new(Estate::new().view());
    let sources = Sources {
        view: Arc::new(move || view.clone()),
        regions: Box::new(move || regions.clone()),
    };
    let limits = Limits {
        body_bytes: 64,
        bodies: 2,
        body_deadline: Duration::from_millis(100),
        max_skew: Duration::from_secs(300),
    };
    Gate::new(sources, limits)
}

async fn refusal(request: Request) -> String {
    let failure = gate().admit(request).await.unwrap_err();
    assert_eq!(failure.codes().1, tonic::Code::Unauthenticated);
    failure.to_string()
}

#[tokio::test]
async fn a_signed_call_is_let_in_with_its_principal_and_region() {
    for region in ["eu-west-1", "eu-north-1"] {
        let call = Call {
            region,
            ..Call::new()
        };
        let request = gate().admit(call.request()).await.unwrap();
        let admin = request.extensions().get::<Admin>().unwrap();
        assert_eq!(admin.principal.arn, "arn:aws:iam::111111111111:root");
        assert_eq!(admin.region, region);
        let body = request.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, BODY);
    }
}

#[tokio::test]
async fn every_other_call_is_refused_with_the_reason() {
    let seconds = Duration::from_secs;
    for (name, change, expected) in [
        (
            "tampered body",
            Change::Sent(b"\0\0\0\0\x02ho"),
            "InvalidSignature",
        ),
        ("truncated body", Change::Sent(b""), "InvalidSignature"),
        ("wrong secret", Change::Secret("guess"), "InvalidSignature"),
        ("wrong region", Change::Region("us-east-1"), "region"),
        (
            "wrong service",
            Change::Service("vpc-lattice-svcs"),
            "service",
        ),
        (
            "too old",
            Change::At(clock::now() - seconds(301)),
            "expired",
        ),
        (
            "early",
            Change::At(clock::now() + seconds(330)),
            "not yet current",
        ),
        ("unsigned body", Change::Unsigned, "x-amz-content-sha256"),
    ] {
        let text = refusal(Call::new().with(change).request()).await;
        assert!(text.contains(expected), "{name}: {text}");
    }
}

#[tokio::test]
async fn a_node_without_a_registry_sends_callers_elsewhere_and_calls_no_signature_wrong() {
    let failure = gate_of(&[]).admit(Call::new().request()).await;
    let failure = failure.unwrap_err();
    assert_eq!(failure.codes(), ("NotReady", tonic::Code::Unavailable));
    assert!(failure.to_string().contains("ask another"), "{failure}");
}

#[tokio::test]
async fn an_unsigned_call_is_refused_and_told_what_to_do() {
    let text = refusal(unsigned(PATH, BODY.to_vec())).await;
    assert_eq!(
        text,
        "the call is not signed; sign it with SigV4 for the service trellis"
    );
    for path in [
        "/trellis.v1.Cluster/Status",
        "/trellis.v1.Identity/AssumeRole",
        "/grpc.health.v1.HealthX/Check",
        "/",
    ] {
        assert!(
            gate().admit(unsigned(path, Vec::new())).await.is_err(),
            "{path}"
        );
    }
}

#[tokio::test]
async fn health_and_reflection_are_open() {
    for path in [
        "/grpc.health.v1.Health/Check",
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    ] {
        let request = gate().admit(unsigned(path, Vec::new())).await.unwrap();
        assert!(request.extensions().get::<Admin>().is_none(), "{path}");
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_or_the_deadline_is_refused() {
    let long = Call {
        sent_body: vec![0; 65],
        ..Call::new()
    };
    let failure = gate().admit(long.request()).await.unwrap_err();
    assert_eq!(failure.codes().0, "ValidationException");
    assert_eq!(
        failure.to_string(),
        "request: is larger than 64 bytes; split it"
    );
    let (parts, _) = Call::new().request().into_parts();
    let endless = futures_util::stream::pending::<Result<Bytes, std::io::Error>>();
    let endless = Request::from_parts(parts, Body::from_stream(endless));
    let failure = gate().admit(endless).await.unwrap_err();
    assert_eq!(failure.codes().1, tonic::Code::Unavailable);
    assert!(failure.to_string().contains("did not arrive within 100 ms"));
}
