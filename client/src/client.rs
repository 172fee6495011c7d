//! The typed client: one method for each call of the admin API.
//!
//! Every write gets a client token where it has none, so that asking the next node after a broken
//! connection never does it twice.

use std::time::Duration;

use aws_credential_types::Credentials;
use tonic::{Response, Status};
use trellis_proto::v1;
use trellis_proto::v1::cluster_client::ClusterClient;
use trellis_proto::v1::identity_client::IdentityClient;
use trellis_proto::v1::registry_client::RegistryClient;

use crate::channel::SigningChannel;
use crate::endpoint::{Endpoint, EndpointError};
use crate::refusal::Refusal;
use crate::signature::{ADMIN, Signer};

/// Largest answer that is read, bytes. Source: our own; a page of 100 resources with a policy each
/// stays below 2 MiB.
const ANSWER_BYTES_MAX: usize = 16 << 20;
/// How long one node may take to answer where [`Settings::deadline`] is not given. Source: our own.
pub const DEADLINE_DEFAULT: Duration = Duration::from_secs(10);

/// Where a cluster is and who calls it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// URLs of api listeners, tried in their order.
    pub endpoints: Vec<String>,
    /// PEM certificates that vouch for `https` endpoints.
    pub ca: Option<Vec<u8>>,
    /// The caller's credentials.
    pub credentials: Credentials,
    /// Region that is worked in.
    pub region: String,
    /// How long one node may take to answer; a write that waits gets its wait on top.
    pub deadline: Duration,
}

/// A client of one cluster. Clones share their connection.
#[derive(Clone)]
pub struct Client {
    channel: SigningChannel,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

/// A request that changes something.
trait Write {
    fn options(&mut self) -> &mut Option<v1::WriteOptions>;
}

macro_rules! writes {
    ($($request:ident),+) => {
        $(impl Write for v1::$request {
            fn options(&mut self) -> &mut Option<v1::WriteOptions> {
                &mut self.options
            }
        })+
    };
}
writes!(
    CreateRequest,
    UpdateRequest,
    DeleteRequest,
    ApplyRequest,
    TargetsRequest,
    TagRequest,
    UntagRequest
);

/// A fresh client token.
#[must_use]
pub fn client_token() -> String {
    uuid::Uuid::new_v4().to_string()
}

macro_rules! calls {
    ($service:ident: $($(#[$doc:meta])* $name:ident($request:ident) -> $response:ident;)+) => {
        $(
            $(#[$doc])*
            ///
            /// # Errors
            /// [`Refusal`] with its class.
            pub async fn $name(&self, request: v1::$request) -> Result<v1::$response, Refusal> {
                answer($service(&self.channel).$name(request).await)
            }
        )+
    };
}

macro_rules! write_calls {
    ($($(#[$doc:meta])* $name:ident($request:ident) -> $response:ident;)+) => {
        $(
            $(#[$doc])*
            ///
            /// # Errors
            /// [`Refusal`] with its class; [`crate::Class::Unknown`] if nobody knows whether it was
            /// done: repeat it with the same client token.
            pub async fn $name(&self, mut request: v1::$request) -> Result<v1::$response, Refusal> {
                let channel = self.prepare(&mut request);
                answer(registry(&channel).$name(request).await)
            }
        )+
    };
}

impl Client {
    /// A client; connects at its first call.
    ///
    /// # Errors
    /// [`EndpointError`] if an endpoint cannot be used.
    pub fn connect(settings: &Settings) -> Result<Self, EndpointError> {
        let signer = Signer {
            credentials: settings.credentials.clone(),
            region: settings.region.clone(),
            service: ADMIN,
        };
        let Settings { endpoints, ca, .. } = settings;
        Self::open(endpoints, ca.as_deref(), Some(signer), settings.deadline)
    }

    /// A client without credentials of the cluster: it can ask for a session with an identity of AWS, and nothing else.
    ///
    /// # Errors
    /// [`EndpointError`] if an endpoint cannot be used.
    pub fn stranger(
        endpoints: &[String],
        ca: Option<&[u8]>,
        deadline: Duration,
    ) -> Result<Self, EndpointError> {
        Self::open(endpoints, ca, None, deadline)
    }

    fn open(
        endpoints: &[String],
        ca: Option<&[u8]>,
        signer: Option<Signer>,
        deadline: Duration,
    ) -> Result<Self, EndpointError> {
        if endpoints.is_empty() {
            return Err(EndpointError::Malformed(String::new()));
        }
        let endpoints = endpoints.iter().map(|text| Endpoint::parse(text, ca));
        Ok(Self {
            channel: SigningChannel::new(endpoints.collect::<Result<_, _>>()?, signer, deadline),
        })
    }

    write_calls! {
        /// Creates a resource; creates or replaces policies.
        create(CreateRequest) -> WriteResponse;
        /// Changes the fields of a resource that are given.
        update(UpdateRequest) -> WriteResponse;
        /// Deletes a resource.
        delete(DeleteRequest) -> WriteResponse;
        /// Creates or changes many resources, all or none.
        apply(ApplyRequest) -> ApplyResponse;
        /// Registers targets.
        register_targets(TargetsRequest) -> TargetsResponse;
        /// Deregisters targets.
        deregister_targets(TargetsRequest) -> TargetsResponse;
        /// Sets tags.
        tag(TagRequest) -> WriteResponse;
        /// Removes tags.
        untag(UntagRequest) -> WriteResponse;
    }

    calls! { registry:
        /// Reads one resource.
        get(GetRequest) -> GetResponse;
        /// Reads one page of the resources of a kind.
        list(ListRequest) -> ListResponse;
        /// Reads the targets of a target group.
        list_targets(ListTargetsRequest) -> ListTargetsResponse;
    }

    calls! { cluster:
        /// How the node that answers and the cluster are; needs no quorum.
        status(StatusRequest) -> StatusResponse;
        /// Makes a single-use token with which a node joins; sent once, as it has no client token.
        create_join_token(CreateJoinTokenRequest) -> CreateJoinTokenResponse;
    }

    calls! { identity:
        /// Who the credentials belong to.
        get_caller_identity(GetCallerIdentityRequest) -> GetCallerIdentityResponse;
        /// Temporary credentials of a role.
        assume_role(AssumeRoleRequest) -> AssumeRoleResponse;
        /// Temporary credentials of a role, with an identity of AWS; not signed.
        assume_role_with_aws_identity(AssumeRoleWithAwsIdentityRequest) -> AssumeRoleResponse;
        /// Temporary credentials of the user itself.
        get_session_token(GetSessionTokenRequest) -> GetSessionTokenResponse;
    }

    fn prepare(&self, request: &mut impl Write) -> SigningChannel {
        let options = request.options().get_or_insert_default();
        if options.client_token.is_empty() {
            options.client_token = client_token();
        }
        let wait_ms = if options.wait {
            options.wait_deadline_ms
        } else {
            0
        };
        self.channel
            .with_more_time(Duration::from_millis(u64::from(wait_ms)))
    }
}

fn registry(channel: &SigningChannel) -> RegistryClient<SigningChannel> {
    RegistryClient::new(channel.clone()).max_decoding_message_size(ANSWER_BYTES_MAX)
}

fn cluster(channel: &SigningChannel) -> ClusterClient<SigningChannel> {
    ClusterClient::new(channel.clone())
}

fn identity(channel: &SigningChannel) -> IdentityClient<SigningChannel> {
    IdentityClient::new(channel.clone())
}

fn answer<T>(answer: Result<Response<T>, Status>) -> Result<T, Refusal> {
    answer.map(Response::into_inner).map_err(Refusal::from)
}
