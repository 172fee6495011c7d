//! A node of a made-up cluster: real HTTP/2, real verification of signatures, scripted answers.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_lc_rs::digest::{SHA256, digest};
use http_body_util::{BodyExt as _, Full};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tonic::body::Body;
use tonic::service::Routes;
use tonic::{Code, Request, Response, Status};
use tower::Service as _;
use trellis_core::decide::sigv4::{
    Caller, Found, Head, KeyError, Keys, Payload, Scope, Secret, SigningKeys, authenticate,
};
use trellis_proto::v1;
use trellis_proto::v1::cluster_server::{Cluster, ClusterServer};
use trellis_proto::v1::identity_server::{Identity, IdentityServer};
use trellis_proto::v1::registry_server::{Registry, RegistryServer};

pub const ACCESS_KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
pub const REGION: &str = "eu-west-1";

/// When a node that breaks connections does so.
const BREAK_AFTER: Duration = Duration::from_millis(100);

/// What a node answers to writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Well,
    /// Another node does not serve the revision in time.
    Late,
    /// Does not take one target.
    Partial,
    /// Refuses with a word and a code.
    Refuses(&'static str, Code),
    /// Takes the call and drops the connection.
    Breaks,
}

/// A running node.
#[derive(Clone)]
pub struct Node {
    pub address: SocketAddr,
    pub calls: Arc<Mutex<Vec<Call>>>,
}

/// A call that arrived, in the words of Debug.
#[derive(Clone, Debug)]
pub struct Call {
    pub name: &'static str,
    pub token: String,
    pub request: String,
}

impl Node {
    pub fn start(mood: Mood) -> Self {
        Self::start_with(mood, None)
    }

    /// A node with a certificate for `localhost`, and the certificate as PEM.
    pub fn start_tls() -> (Self, String) {
        let (acceptor, pem) = tls(b"h2");
        (Self::start_with(Mood::Well, Some(acceptor)), pem)
    }

    fn start_with(mood: Mood, tls: Option<TlsAcceptor>) -> Self {
        let calls: Arc<Mutex<Vec<Call>>> = Arc::default();
        let script = Script {
            mood,
            calls: calls.clone(),
        };
        let routes = Routes::new(RegistryServer::new(script.clone()))
            .add_service(ClusterServer::new(script.clone()))
            .add_service(IdentityServer::new(script));
        let address = listen(move |stream| {
            let (routes, tls) = (routes.clone(), tls.clone());
            async move {
                let service = service_fn(move |request| admit(routes.clone(), request));
                match tls {
                    // Time for the call to arrive; then the connection is dropped.
                    _ if mood == Mood::Breaks => tokio::time::sleep(BREAK_AFTER).await,
                    None => serve(stream, service).await,
                    Some(tls) => serve(tls.accept(stream).await.unwrap(), service).await,
                }
            }
        });
        Self { address, calls }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }
}

/// Accepts connections on a thread of its own.
pub fn listen<F: Future<Output = ()> + Send + 'static>(
    connection: impl Fn(TcpStream) -> F + Send + 'static,
) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(connection(stream));
            }
        });
    });
    address
}

/// Serves one connection, HTTP/1.1 or HTTP/2.
pub async fn serve<S, B>(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, service: S)
where
    S: hyper::service::Service<
            http::Request<hyper::body::Incoming>,
            Response = http::Response<B>,
            Error = std::convert::Infallible,
        > + Send
        + 'static,
    S::Future: Send,
    B: hyper::body::Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
    // A client that hangs up is no matter of the test.
    drop(
        builder
            .serve_connection(TokioIo::new(stream), service)
            .await,
    );
}

/// A certificate for `localhost`: what serves it, and its PEM.
pub fn tls(protocol: &[u8]) -> (TlsAcceptor, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![protocol.to_vec()];
    (TlsAcceptor::from(Arc::new(config)), made.cert.pem())
}

/// Lets in what is signed for this body, by the verifier that nodes use, and a login, which is not signed.
async fn admit(
    mut routes: Routes,
    request: http::Request<hyper::body::Incoming>,
) -> Result<http::Response<Body>, std::convert::Infallible> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let is_login = parts.uri.path().ends_with("/AssumeRoleWithAwsIdentity");
    match verify(&parts, "trellis", Some(&body)) {
        Ok(payload) => assert!(matches!(payload, Payload::Sha256(_)), "the body is signed"),
        Err(refusal) if is_login => assert_eq!(refusal, "anonymous"),
        Err(refusal) => return Ok(Status::unauthenticated(refusal).into_http()),
    }
    let request = http::Request::from_parts(parts, Body::new(Full::new(body)));
    Ok(routes.call(request).await.unwrap())
}

/// What the signature says about the body, or why it is refused.
pub fn verify(
    parts: &http::request::Parts,
    service: &str,
    body: Option<&[u8]>,
) -> Result<Payload, String> {
    let authority = parts.uri.authority().map(http::uri::Authority::as_str);
    let host = parts.headers.get("host").map(|host| host.to_str().unwrap());
    let head = Head {
        method: parts.method.as_str(),
        target: parts.uri.path_and_query().unwrap().as_str(),
        authority: authority.or(host).unwrap(),
        headers: &parts.headers,
        http2: parts.version == http::Version::HTTP_2,
        body_sha256: body.map(|body| digest(&SHA256, body).as_ref().try_into().unwrap()),
    };
    let scope = Scope {
        regions: &[REGION],
        services: &[service],
        now: now(),
        max_skew: Duration::from_secs(300),
        strict_unsigned_payload: false,
        verbatim_path: false,
    };
    match authenticate(&head, &OneKey, &scope, &mut SigningKeys::new(1)) {
        Ok(Caller::Signed(signed)) => Ok(signed.payload),
        Ok(Caller::Anonymous) => Err("anonymous".to_owned()),
        Err(refusal) => Err(refusal.public_text()),
    }
}

#[expect(clippy::disallowed_methods, reason = "tests read the clock")]
fn now() -> SystemTime {
    SystemTime::now()
}

struct OneKey;

impl Keys for OneKey {
    type Principal = ();

    fn find(
        &self,
        id: &str,
        token: Option<&str>,
        _: SystemTime,
    ) -> Result<Found<'_, ()>, KeyError> {
        match (id, token) {
            (ACCESS_KEY_ID, None) => Ok(Found {
                secret: Secret::Kept(SECRET),
                principal: (),
            }),
            (ACCESS_KEY_ID, Some(_)) => Err(KeyError::InvalidToken),
            _ => Err(KeyError::Unknown),
        }
    }
}

#[derive(Clone)]
struct Script {
    mood: Mood,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Script {
    fn note(&self, name: &'static str, options: Option<&v1::WriteOptions>, request: String) {
        let token = options.map(|options| options.client_token.clone());
        self.calls.lock().unwrap().push(Call {
            name,
            token: token.unwrap_or_default(),
            request,
        });
    }

    fn refuse(&self) -> Result<(), Status> {
        let Mood::Refuses(word, code) = self.mood else {
            return Ok(());
        };
        let mut status = Status::new(code, format!("refused: {word}"));
        let word = tonic::metadata::MetadataValue::from_static(word);
        status.metadata_mut().insert("x-trellis-error", word);
        Err(status)
    }

    fn late(&self) -> Vec<v1::NodeServing> {
        let late = v1::NodeServing {
            node: "node-3".into(),
            revision: 6,
            reason: String::new(),
        };
        Vec::from_iter((self.mood == Mood::Late).then_some(late))
    }

    fn write(
        &self,
        name: &'static str,
        request: &(impl std::fmt::Debug + Write),
    ) -> Result<Response<v1::WriteResponse>, Status> {
        self.note(name, request.options(), format!("{request:?}"));
        self.refuse()?;
        let mut resource = request.resource().unwrap_or_default();
        resource.metadata = Some(v1::Metadata {
            id: "sn-00123456789abcdef".into(),
            revision: 7,
            ..v1::Metadata::default()
        });
        Ok(Response::new(v1::WriteResponse {
            revision: 7,
            resource: Some(resource),
            late: self.late(),
        }))
    }

    fn targets(
        &self,
        name: &'static str,
        request: v1::TargetsRequest,
    ) -> Result<Response<v1::TargetsResponse>, Status> {
        self.note(name, request.options.as_ref(), format!("{request:?}"));
        self.refuse()?;
        Ok(Response::new(v1::TargetsResponse {
            revision: 7,
            successful: request.targets,
            unsuccessful: Vec::from_iter((self.mood == Mood::Partial).then(failed)),
            late: self.late(),
        }))
    }
}

/// A target that is not taken.
fn failed() -> v1::TargetFailure {
    v1::TargetFailure {
        id: "10.0.0.9".into(),
        port: 80,
        failure_code: "UnsupportedTarget".into(),
        failure_message: "not in the VPC".into(),
    }
}

/// What the scripted writes share.
trait Write {
    fn options(&self) -> Option<&v1::WriteOptions>;
    fn resource(&self) -> Option<v1::Resource> {
        None
    }
}

macro_rules! writes {
    ($($request:ident $(($resource:ident))?),+) => {
        $(impl Write for v1::$request {
            fn options(&self) -> Option<&v1::WriteOptions> {
                self.options.as_ref()
            }
            $(fn resource(&self) -> Option<v1::Resource> {
                self.$resource.clone()
            })?
        })+
    };
}
writes!(
    CreateRequest(resource),
    UpdateRequest(resource),
    DeleteRequest,
    TagRequest,
    UntagRequest
);

/// A service network of which there are as many as are asked for.
fn network(number: usize) -> v1::Resource {
    v1::Resource {
        metadata: Some(v1::Metadata {
            id: format!("sn-{number:017}"),
            revision: 3,
            ..v1::Metadata::default()
        }),
        spec: Some(v1::resource::Spec::ServiceNetwork(v1::ServiceNetwork {
            name: format!("net-{number}"),
            auth_type: Some("NONE".into()),
            ..v1::ServiceNetwork::default()
        })),
    }
}

#[tonic::async_trait]
impl Registry for Script {
    async fn create(
        &self,
        request: Request<v1::CreateRequest>,
    ) -> Result<Response<v1::WriteResponse>, Status> {
        self.write("create", request.get_ref())
    }

    async fn get(
        &self,
        request: Request<v1::GetRequest>,
    ) -> Result<Response<v1::GetResponse>, Status> {
        self.note("get", None, format!("{request:?}"));
        self.refuse()?;
        Ok(Response::new(v1::GetResponse {
            resource: Some(network(1)),
            revision: 7,
            age_ms: 12,
        }))
    }

    /// Two pages.
    async fn list(
        &self,
        request: Request<v1::ListRequest>,
    ) -> Result<Response<v1::ListResponse>, Status> {
        self.note("list", None, format!("{request:?}"));
        let is_first = request.get_ref().next_token.is_empty();
        Ok(Response::new(v1::ListResponse {
            resources: vec![network(if is_first { 1 } else { 2 })],
            next_token: if is_first {
                "second".into()
            } else {
                String::new()
            },
            revision: 7,
            age_ms: 0,
        }))
    }

    async fn update(
        &self,
        request: Request<v1::UpdateRequest>,
    ) -> Result<Response<v1::WriteResponse>, Status> {
        self.write("update", request.get_ref())
    }

    async fn delete(
        &self,
        request: Request<v1::DeleteRequest>,
    ) -> Result<Response<v1::WriteResponse>, Status> {
        self.write("delete", request.get_ref())
    }

    async fn apply(
        &self,
        request: Request<v1::ApplyRequest>,
    ) -> Result<Response<v1::ApplyResponse>, Status> {
        let request = request.into_inner();
        self.note("apply", request.options.as_ref(), format!("{request:?}"));
        self.refuse()?;
        let results = request.resources.into_iter().map(|resource| v1::Applied {
            resource: Some(resource),
            action: "created".into(),
            unsuccessful: Vec::from_iter((self.mood == Mood::Partial).then(failed)),
        });
        Ok(Response::new(v1::ApplyResponse {
            revision: 7,
            results: results.collect(),
            late: self.late(),
        }))
    }

    async fn register_targets(
        &self,
        request: Request<v1::TargetsRequest>,
    ) -> Result<Response<v1::TargetsResponse>, Status> {
        self.targets("register", request.into_inner())
    }

    async fn deregister_targets(
        &self,
        request: Request<v1::TargetsRequest>,
    ) -> Result<Response<v1::TargetsResponse>, Status> {
        self.targets("deregister", request.into_inner())
    }

    async fn list_targets(
        &self,
        _: Request<v1::ListTargetsRequest>,
    ) -> Result<Response<v1::ListTargetsResponse>, Status> {
        Ok(Response::new(v1::ListTargetsResponse {
            items: vec![v1::TargetStatus {
                id: "10.0.0.1".into(),
                port: 80,
                status: "HEALTHY".into(),
                reason_code: String::new(),
            }],
            revision: 7,
        }))
    }

    async fn tag(
        &self,
        request: Request<v1::TagRequest>,
    ) -> Result<Response<v1::WriteResponse>, Status> {
        self.write("tag", request.get_ref())
    }

    async fn untag(
        &self,
        request: Request<v1::UntagRequest>,
    ) -> Result<Response<v1::WriteResponse>, Status> {
        self.write("untag", request.get_ref())
    }
}

#[tonic::async_trait]
impl Cluster for Script {
    async fn status(
        &self,
        _: Request<v1::StatusRequest>,
    ) -> Result<Response<v1::StatusResponse>, Status> {
        Ok(Response::new(v1::StatusResponse {
            cluster_id: "c-1".into(),
            node: "node-1".into(),
            leader: "node-2".into(),
            revision_applied: 8,
            revision_served: 7,
            quorum: true,
            members_changing: true,
            members: vec![v1::MemberStatus {
                node: "node-1".into(),
                role: "voter".into(),
                ..v1::MemberStatus::default()
            }],
            ..v1::StatusResponse::default()
        }))
    }

    async fn create_join_token(
        &self,
        request: Request<v1::CreateJoinTokenRequest>,
    ) -> Result<Response<v1::CreateJoinTokenResponse>, Status> {
        self.note("join-token", None, format!("{request:?}"));
        Ok(Response::new(v1::CreateJoinTokenResponse {
            token: "trellis-join-x".into(),
            expires_at: "2026-11-25T12:00:00.000Z".into(),
            id: "join-1".into(),
        }))
    }
}

#[tonic::async_trait]
impl Identity for Script {
    async fn get_caller_identity(
        &self,
        _: Request<v1::GetCallerIdentityRequest>,
    ) -> Result<Response<v1::GetCallerIdentityResponse>, Status> {
        Ok(Response::new(v1::GetCallerIdentityResponse {
            account: "111111111111".into(),
            arn: "arn:aws:iam::111111111111:root".into(),
            user_id: "111111111111".into(),
        }))
    }

    async fn assume_role(
        &self,
        request: Request<v1::AssumeRoleRequest>,
    ) -> Result<Response<v1::AssumeRoleResponse>, Status> {
        let request = request.into_inner();
        self.note("assume-role", None, format!("{request:?}"));
        Ok(Response::new(v1::AssumeRoleResponse {
            assumed_role_id: "AROA:session".into(),
            access_key_id: "ASIA1".into(),
            secret_access_key: "s3cret".into(),
            session_token: "t0ken".into(),
            expiration: "2026-11-25T12:00:00.000Z".into(),
            assumed_role_arn: format!("{}/{}", request.role_arn, request.role_session_name),
            packed_policy_size: 0,
            source_identity: request.source_identity,
        }))
    }

    async fn assume_role_with_aws_identity(
        &self,
        request: Request<v1::AssumeRoleWithAwsIdentityRequest>,
    ) -> Result<Response<v1::AssumeRoleResponse>, Status> {
        let request = request.into_inner();
        self.note("login", None, format!("{request:?}"));
        Ok(Response::new(v1::AssumeRoleResponse {
            access_key_id: "ASIA2".into(),
            secret_access_key: "s3cret".into(),
            session_token: "t0ken".into(),
            expiration: "2026-11-25T12:00:00.000Z".into(),
            assumed_role_arn: format!("{}/{}", request.role_arn, request.role_session_name),
            ..v1::AssumeRoleResponse::default()
        }))
    }

    async fn get_session_token(
        &self,
        _request: Request<v1::GetSessionTokenRequest>,
    ) -> Result<Response<v1::GetSessionTokenResponse>, Status> {
        Err(Status::unimplemented("no command asks for it"))
    }
}
