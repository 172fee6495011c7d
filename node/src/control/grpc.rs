//! The services of the admin API: each call is decoded, carried out elsewhere, encoded.

mod status;

use std::sync::Arc;

use axum::Router;
use tonic::service::Routes;
use tonic::{Request, Response, Status};
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::server::HealthReporter;
use trellis_proto::v1::cluster_server::{Cluster, ClusterServer};
use trellis_proto::v1::identity_server::{Identity, IdentityServer};
use trellis_proto::v1::registry_server::{Registry, RegistryServer};
use trellis_proto::{FILE_DESCRIPTOR_SET, v1};

use super::Api;
use super::authn::{self, Admin, Gate, Peer, Sources};
use super::aws;
use super::error::Failure;
use super::write::{Deregister, Register};

type Answer<T> = Result<Response<T>, Status>;

/// The admin API, ready to be served.
pub struct Front {
    pub(super) router: Router,
    pub(super) health: HealthReporter,
}

/// Puts the services of the admin API behind the gate that authenticates their callers.
///
/// # Errors
/// Where the protocol's own description cannot be read, which nothing is known to cause.
pub async fn front(api: Arc<Api>) -> anyhow::Result<Front> {
    let (health, health_server) = tonic_health::server::health_reporter();
    let service = Services(api.clone());
    let size = api.config.body_bytes_max;
    let registry = RegistryServer::new(service.clone()).max_decoding_message_size(size);
    let cluster = ClusterServer::new(service.clone()).max_decoding_message_size(size);
    let identity = IdentityServer::new(service).max_decoding_message_size(size);
    health.set_serving::<RegistryServer<Services>>().await;
    health.set_serving::<ClusterServer<Services>>().await;
    health.set_serving::<IdentityServer<Services>>().await;
    let routes = Routes::new(registry)
        .add_service(cluster)
        .add_service(identity);
    let router = described(routes, health_server)?.into_axum_router();
    let consensus = api.consensus.clone();
    let regions = move || {
        let state = consensus.state();
        state
            .settings()
            .map(|settings| settings.regions.clone())
            .unwrap_or_default()
    };
    let sources = Sources {
        view: api.view.clone(),
        regions: Box::new(regions),
    };
    let gate = Arc::new(Gate::new(sources, api.config.gate_limits()));
    let aws = Arc::new(aws::Front {
        throttle: aws::Throttle::new(api.config.aws_calls_per_second),
        strangers: aws::Strangers::new(api.config.web_identities_per_second),
        api,
        gate: gate.clone(),
    });
    let router = router.layer(axum::middleware::from_fn_with_state(gate, authn::gate));
    let router = router.layer(axum::middleware::from_fn_with_state(aws, aws::fork));
    Ok(Front { router, health })
}

fn described(routes: Routes, health: HealthServer<impl Health>) -> anyhow::Result<Routes> {
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .with_service_name("trellis.v1.Registry")
            .with_service_name("trellis.v1.Cluster")
            .with_service_name("trellis.v1.Identity")
            .with_service_name("grpc.health.v1.Health")
    };
    let routes = routes
        .add_service(health)
        .add_service(reflection().build_v1()?);
    Ok(routes.add_service(reflection().build_v1alpha()?))
}

/// The three services.
#[derive(Clone)]
pub(super) struct Services(Arc<Api>);

/// The caller that the gate let in, and what it asks for.
fn signed<T>(request: Request<T>) -> Result<(Admin, T), Status> {
    let admin = request.extensions().get::<Admin>().cloned();
    let admin = admin.ok_or_else(|| Failure::Unauthenticated("the call is not signed".into()))?;
    Ok((admin, request.into_inner()))
}

#[tonic::async_trait]
impl Registry for Services {
    async fn create(&self, request: Request<v1::CreateRequest>) -> Answer<v1::WriteResponse> {
        let (admin, request) = signed(request)?;
        let written = self.0.write(&admin, &request).await?;
        let state = self.0.consensus.state();
        Ok(Response::new(written.one(&state, Some(&self.0.keyring))?))
    }

    async fn get(&self, request: Request<v1::GetRequest>) -> Answer<v1::GetResponse> {
        let (admin, request) = signed(request)?;
        Ok(Response::new(self.0.get(&admin, request).await?))
    }

    async fn list(&self, request: Request<v1::ListRequest>) -> Answer<v1::ListResponse> {
        let (admin, request) = signed(request)?;
        Ok(Response::new(self.0.list(&admin, request).await?))
    }

    async fn update(&self, request: Request<v1::UpdateRequest>) -> Answer<v1::WriteResponse> {
        let (admin, request) = signed(request)?;
        let written = self.0.write(&admin, &request).await?;
        Ok(Response::new(written.one(&self.0.consensus.state(), None)?))
    }

    async fn delete(&self, request: Request<v1::DeleteRequest>) -> Answer<v1::WriteResponse> {
        let (admin, request) = signed(request)?;
        let written = self.0.write(&admin, &request).await?;
        Ok(Response::new(written.one(&self.0.consensus.state(), None)?))
    }

    async fn apply(&self, request: Request<v1::ApplyRequest>) -> Answer<v1::ApplyResponse> {
        let (admin, request) = signed(request)?;
        let written = self.0.write(&admin, &request).await?;
        Ok(Response::new(written.bundle(&self.0.consensus.state())))
    }

    async fn register_targets(
        &self,
        request: Request<v1::TargetsRequest>,
    ) -> Answer<v1::TargetsResponse> {
        let (admin, request) = signed(request)?;
        let written = self.0.write(&admin, &Register(request)).await?;
        Ok(Response::new(written.targets()))
    }

    async fn deregister_targets(
        &self,
        request: Request<v1::TargetsRequest>,
    ) -> Answer<v1::TargetsResponse> {
        let (admin, request) = signed(request)?;
        let written = self.0.write(&admin, &Deregister(request)).await?;
        Ok(Response::new(written.targets()))
    }

    async fn list_targets(
        &self,
        request: Request<v1::ListTargetsRequest>,
    ) -> Answer<v1::ListTargetsResponse> {
        let (admin, request) = signed(request)?;
        Ok(Response::new(self.0.list_targets(&admin, request).await?))
    }

    async fn tag(&self, request: Request<v1::TagRequest>) -> Answer<v1::WriteResponse> {
        let (admin, request) = signed(request)?;
        let written = self.0.write(&admin, &request).await?;
        Ok(Response::new(written.one(&self.0.consensus.state(), None)?))
    }

    async fn untag(&self, request: Request<v1::UntagRequest>) -> Answer<v1::WriteResponse> {
        let (admin, request) = signed(request)?;
        let written = self.0.write(&admin, &request).await?;
        Ok(Response::new(written.one(&self.0.consensus.state(), None)?))
    }
}

#[tonic::async_trait]
impl Cluster for Services {
    async fn status(&self, request: Request<v1::StatusRequest>) -> Answer<v1::StatusResponse> {
        let (admin, _) = signed(request)?;
        Ok(Response::new(self.0.status(&admin)?))
    }

    async fn create_join_token(
        &self,
        request: Request<v1::CreateJoinTokenRequest>,
    ) -> Answer<v1::CreateJoinTokenResponse> {
        let (admin, request) = signed(request)?;
        Ok(Response::new(
            self.0.create_join_token(&admin, &request).await?,
        ))
    }
}

#[tonic::async_trait]
impl Identity for Services {
    async fn get_caller_identity(
        &self,
        request: Request<v1::GetCallerIdentityRequest>,
    ) -> Answer<v1::GetCallerIdentityResponse> {
        let (admin, _) = signed(request)?;
        Ok(Response::new(admin.identity()))
    }

    async fn assume_role(
        &self,
        request: Request<v1::AssumeRoleRequest>,
    ) -> Answer<v1::AssumeRoleResponse> {
        let (admin, request) = signed(request)?;
        Ok(Response::new(self.0.assume_role(&admin, &request)?))
    }

    async fn assume_role_with_aws_identity(
        &self,
        request: Request<v1::AssumeRoleWithAwsIdentityRequest>,
    ) -> Answer<v1::AssumeRoleResponse> {
        let peer = request.extensions().get::<Peer>().copied();
        let request = request.into_inner();
        let session = self.0.assume_role_with_aws_identity(peer, &request).await?;
        Ok(Response::new(session))
    }

    async fn get_session_token(
        &self,
        request: Request<v1::GetSessionTokenRequest>,
    ) -> Answer<v1::GetSessionTokenResponse> {
        let (admin, request) = signed(request)?;
        Ok(Response::new(self.0.get_session_token(&admin, &request)?))
    }
}
