//! Sessions of roles for identities of real AWS: whoever can presign a `GetCallerIdentity` at AWS's STS may ask.
//!
//! Callers are not known until STS has answered. Until then a call costs this node a bounded body, and one request to
//! a host of AWS, of which there are few at once and few a second; where there are too many, they are refused at once.
//! One URL may be used as often as STS takes it, for a quarter of an hour: nodes share no memory but the registry, and
//! nobody unknown may write to that.
//!
//! What is decided is in [`trellis_core::aws_identity`].

mod far_end;

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use trellis_core::aws_identity::{ACTION, AwsIdentity, Occasion, Presigned};
use trellis_core::registry::Refusal;
use trellis_core::registry::outcome::RefusalKind;
use trellis_proto::v1;

use super::Api;
use super::authn::Peer;
use super::error::Failure;
use super::plan::wrong;
use super::sessions::{self, trust};
use crate::clock;
use far_end::{FarEnd, Origin};

/// Settings of the exchange.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// File of the certificates that vouch for AWS's STS, PEM: those of the system, such as
    /// `/etc/ssl/certs/ca-certificates.crt`.
    pub ca_file: PathBuf,
    /// Where STS is asked, `https://host` or `https://host:port`, such as a VPC endpoint; where it is absent, at the host
    /// that the caller signed for.
    #[serde(default)]
    pub sts_url: Option<Origin>,
    /// Exchanges under way at once; more are refused. Default 8.
    #[serde(default = "exchanges_max")]
    pub exchanges_max: usize,
    /// Exchanges that begin in a second; more are refused. Default 5.
    #[serde(default = "exchanges_per_second")]
    pub exchanges_per_second: NonZeroU32,
}

fn exchanges_max() -> usize {
    8
}

fn exchanges_per_second() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(4)
}

/// Exchanges presigned URLs for the identities that they prove.
pub struct Exchange {
    far_end: FarEnd,
    slots: Arc<Semaphore>,
    limiter: DefaultDirectRateLimiter,
    clock: DefaultClock,
}

impl Exchange {
    /// An exchange as it is set.
    ///
    /// # Errors
    /// Where the file of certificates cannot be used.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        let far_end = FarEnd::new(&config.ca_file, config.sts_url.clone());
        let far_end = far_end.with_context(|| {
            format!("control.aws_identity: ca_file {}", config.ca_file.display())
        })?;
        Ok(Self {
            far_end,
            slots: Arc::new(Semaphore::new(config.exchanges_max)),
            limiter: RateLimiter::direct(Quota::per_second(config.exchanges_per_second)),
            clock: DefaultClock::default(),
        })
    }

    /// Whom AWS's STS names for a URL.
    async fn identity(
        &self,
        presigned: Presigned<'_>,
        cluster_id: &str,
    ) -> Result<AwsIdentity, Failure> {
        let slot = self.slot()?;
        let answered = self.far_end.ask(presigned, cluster_id, slot).await;
        answered.map_err(|reason| {
            tracing::warn!(host = presigned.host, %reason, "no identity of AWS told");
            reason.into()
        })
    }

    fn slot(&self) -> Result<OwnedSemaphorePermit, Failure> {
        self.limiter.check().map_err(|busy| {
            let wait = busy.wait_time_from(self.clock.now());
            Failure::Throttled(
                u32::try_from(wait.as_secs())
                    .unwrap_or(u32::MAX)
                    .saturating_add(1),
            )
        })?;
        let slot = self.slots.clone().try_acquire_owned();
        slot.map_err(|_| Failure::Throttled(1))
    }
}

impl Api {
    /// Temporary credentials of a role whose trust policy allows the identity of AWS that a presigned URL proves.
    ///
    /// # Errors
    /// Validation; [`Failure::Unauthenticated`] where STS does not accept the URL; [`Failure::Denied`], also for a role
    /// that does not exist; [`Failure::Throttled`] and [`Failure::FarEnd`], which may be tried again.
    pub(super) async fn assume_role_with_aws_identity(
        &self,
        peer: Option<Peer>,
        request: &v1::AssumeRoleWithAwsIdentityRequest,
    ) -> Result<v1::AssumeRoleResponse, Failure> {
        let exchange = self.exchange.as_ref().ok_or_else(|| {
            let message = "this node takes no identities of AWS; its operator sets [control.aws_identity], or ask another node";
            Refusal::new(RefusalKind::AccessDenied, message)
        })?;
        let skew = self.config.gate_limits().max_skew;
        let presigned = Presigned::check(&request.presigned_url, clock::now(), skew);
        let presigned = presigned.map_err(|bad| wrong("presignedUrl", &bad.to_string()))?;
        let cluster_id = self.consensus.state().cluster_id.clone();
        if cluster_id.is_empty() {
            return Err(Failure::NotReady);
        }
        let identity = exchange.identity(presigned, &cluster_id).await?;
        let occasion = Occasion {
            identity: &identity,
            session_name: &request.role_session_name,
            source_ip: peer.map(|peer| peer.address.ip().to_canonical()),
            secure_transport: peer.map(|peer| peer.secure),
            now: clock::now(),
        };
        let state = self.consensus.state();
        let named = trust::named(&state, &request.role_arn).map(|(role, _)| role);
        let role = named.filter(|role| occasion.is_allowed_by(&role.trust_policy));
        let role = role.ok_or_else(|| Failure::Denied {
            who: identity.arn.clone(),
            action: ACTION.to_owned(),
            resource: request.role_arn.clone(),
            why: "",
        })?;
        let asked = v1::AssumeRoleRequest {
            role_arn: request.role_arn.clone(),
            role_session_name: request.role_session_name.clone(),
            duration_seconds: request.duration_seconds,
            ..v1::AssumeRoleRequest::default()
        };
        let claims = sessions::first(&state, role, &asked)?;
        let session = self.assumed(&claims, &identity.arn)?;
        tracing::info!(
            identity = identity.arn,
            user_id = identity.user_id,
            access_key_id = claims.access_key_id,
            "an identity of AWS has a session"
        );
        Ok(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::tests::node::certificates;

    fn exchange(settings: &str) -> Exchange {
        let directory = tempfile::tempdir().unwrap();
        drop(certificates(directory.path()));
        let ca_file = directory.path().join("ca.pem");
        let config: Config = toml::from_str(&format!("ca_file = {ca_file:?}\n{settings}")).unwrap();
        Exchange::new(&config).unwrap()
    }

    #[test]
    fn exchanges_are_few_at_once_and_few_a_second() {
        let one = exchange("exchanges_max = 1\nexchanges_per_second = 1000");
        let slot = one.slot().unwrap();
        assert!(matches!(one.slot(), Err(Failure::Throttled(1))));
        drop(slot);
        assert!(one.slot().is_ok());

        let slow = exchange("exchanges_per_second = 1");
        let refused = (0..100).filter(|_| slow.slot().is_err());
        assert!(refused.count() > 0);
    }

    #[test]
    fn settings_that_cannot_be_used_are_refused() {
        for text in [
            "",
            "ca_file = 'x'\nsts_url = 'http://127.0.0.1'",
            "ca_file = 'x'\nexchanges_per_second = 0",
            "ca_file = 'x'\nhosts = ['x']",
        ] {
            assert!(toml::from_str::<Config>(text).is_err(), "{text}");
        }
        let config: Config = toml::from_str("ca_file = '/nowhere/ca.pem'").unwrap();
        let error = Exchange::new(&config).err().unwrap();
        assert!(
            format!("{error:#}").contains("/nowhere/ca.pem"),
            "{error:#}"
        );
    }
}
