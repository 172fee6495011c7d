//! A node of a made-up cluster: real HTTP/2, real verification of signatures, scripted answers.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_lc_rs::digest::{SHA256, digest};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tonic::body::Body;
use tonic::service::Routes;
use tonic::{Code, Request, Response, Status};
use tower::Service as _;
use trellis_core::decide::sigv4::{
    Caller, Found, Head, KeyError, Keys, Scope, Secret, SigningKeys, authenticate,
};
use trellis_proto::v1;
use trellis_proto::v1::cluster_server::{Cluster, ClusterServer};
use trellis_proto::v1::identity_server::{Identity, IdentityServer};
use trellis_proto::v1::registry_server::{Registry, RegistryServer};

pub const ACCESS_KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
pub const REGION: &str = "eu-west-1";

/// What a node answers to writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Well,
    /// Another node does not serve the revision in time.
    Late,
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
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let node = Self {
            address: listener.local_addr().unwrap(),
            calls: Arc::default(),
        };
        let calls = node.calls.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(serve(listener, mood, calls));
        });
        node
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }
}

async fn serve(listener: std::net::TcpListener, mood: Mood, calls: Arc<Mutex<Vec<Call>>>) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let script = Script { mood, calls };
    let routes = Routes::new(RegistryServer::new(script.clone()))
        .add_service(ClusterServer::new(script.clone()))
        .add_service(IdentityServer::new(script));
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        if mood == Mood::Breaks {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        }
        let routes = routes.clone();
        let service = hyper::service::service_fn(move |request| admit(routes.clone(), request));
        tokio::spawn(async move {
            hyper_util::server::conn::auto::Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), service)
                .await
        });
    }
}

/// Lets in what is signed for this body, by the verifier that nodes use.
async fn admit(
    mut routes: Routes,
    request: http::Request<hyper::body::Incoming>,
) -> Result<http::Response<Body>, std::convert::Infallible> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let sha256 = digest(&SHA256, &body);
    let head = Head {
        method: parts.method.as_str(),
        target: parts.uri.path(),
        authority: parts.uri.authority().unwrap().as_str(),
        headers: &parts.headers,
        http2: true,
        body_sha256: Some(sha256.as_ref().try_into().unwrap()),
    };
    let scope = Scope {
        regions: &[REGION],
        services: &["trellis"],
        now: now(),
        max_skew: Duration::from_secs(300),
        strict_unsigned_payload: false,
        verbatim_path: false,
    };
    match authenticate(&head, &OneKey, &scope, &mut SigningKeys::new(1)) {
        Ok(Caller::Signed(signed)) => {
            assert!(
                matches!(
                    signed.payload,
                    trellis_core::decide::sigv4::Payload::Sha256(_)
                ),
                "the body must be signed"
            );
            let request = http::Request::from_parts(parts, Body::new(Full::new(body)));
            Ok(routes.call(request).await.unwrap())
        }
        Ok(Caller::Anonymous) => Ok(Status::unauthenticated("not signed").into_http()),
        Err(refusal) => Ok(Status::unauthenticated(refusal.public_text()).into_http()),
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
            unsuccessful: Vec::new(),
            late: self.late(),
        }))
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
            age_ms: 0,
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
            ..v1::Applied::default()
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
            access_key_id: "ASIA1".into(),
            secret_access_key: "s3cret".into(),
            session_token: "t0ken".into(),
            expiration: "2026-11-25T12:00:00.000Z".into(),
            assumed_role_arn: format!("{}/{}", request.role_arn, request.role_session_name),
        }))
    }
}
