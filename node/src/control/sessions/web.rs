//! Web identities: whom the token of an identity provider is about.
//!
//! The provider is one of the role's account, and its keys are the node's only question to anybody else.

use trellis_aws::sts::WebSession;
use trellis_core::decide::web_identity::Asker;
use trellis_core::model::arn::Arn;
use trellis_core::model::{HTTPS, Kind, OidcProvider};
use trellis_core::oidc::{self, Denial, WebIdentity};
use trellis_core::registry::State;
use trellis_proto::v1;

use super::baggage::{Baggage, Inherited};
use super::{claims, trust};
use crate::clock;
use crate::control::Api;
use crate::control::authn::Peer;
use crate::control::error::Failure;

impl Api {
    /// Temporary credentials of a role that trusts whomever a token is about; nobody has signed.
    ///
    /// # Errors
    /// [`Failure::Token`]; validation; [`Failure::Denied`], also for a role that does not exist.
    pub(in crate::control) async fn assume_role_with_web_identity(
        &self,
        peer: Option<Peer>,
        token: &str,
        request: v1::AssumeRoleRequest,
    ) -> Result<WebSession, Failure> {
        let state = self.consensus.state();
        if state.settings().is_none() {
            return Err(Failure::NotReady);
        }
        let (issuer, key_id) = oidc::issuer_and_key(token)?;
        let provider = provider(&state, &request.role_arn, &issuer)?;
        let keys = self.provider_keys.of(&state, provider, key_id.as_deref());
        let keys = keys.await?;
        let now_ms = clock::now_ms();
        let identity = oidc::verify(token, provider, &keys, now_ms)?;
        let asker = Asker {
            provider,
            identity: &identity,
            session_name: &request.role_session_name,
            peer: peer.map(|peer| (peer.address.ip(), peer.secure)),
            now_ms,
        };
        let (request, nothing) = (carrying(&request, &identity), Inherited::default());
        let baggage = Baggage::of(&nothing, &request);
        let role = trust::trusting(&state, &asker, &request.role_arn, &baggage)?;
        let mut claims = claims(&state, role, &request, &nothing, baggage)?;
        claims.provider = asker.provider_arn();
        let session = self.assumed(&claims, &identity.subject)?;
        Ok(WebSession {
            session,
            provider: asker.provider_arn(),
            audience: identity.client_ids.into_iter().next().unwrap_or_default(),
            subject: identity.subject,
        })
    }
}

/// The provider of an issuer in the account of a role.
fn provider<'s>(
    state: &'s State,
    role_arn: &str,
    issuer: &str,
) -> Result<&'s OidcProvider, Denial> {
    let named = || {
        let account = Arn::parse(role_arn)?.account;
        let id = state.id_by_name(Kind::OidcProvider, account, issuer.strip_prefix(HTTPS)?)?;
        state.get::<OidcProvider>(id)
    };
    let provider = named().map(|provider| &**provider);
    provider.ok_or_else(|| {
        Denial::Invalid(format!(
            "No OpenIDConnect provider found in your account for {issuer}"
        ))
    })
}

/// A request for a session, with what the token says of it.
fn carrying(request: &v1::AssumeRoleRequest, identity: &WebIdentity) -> v1::AssumeRoleRequest {
    v1::AssumeRoleRequest {
        tags: identity.tags.clone().into_iter().collect(),
        transitive_tag_keys: identity.transitive_tag_keys.clone(),
        source_identity: identity.source_identity.clone(),
        ..request.clone()
    }
}
