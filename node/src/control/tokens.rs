//! Join tokens: the right of one node to join, told once.

use aws_lc_rs::digest::{SHA256, digest};
use trellis_core::model::{
    ClusterKey, ClusterKeyUse, JoinToken, Kind, Meta, Node, Record, arn, id,
};
use trellis_core::registry::command::version_of;
use trellis_core::registry::outcome::Judgement;
use trellis_core::registry::{Change, Command, Operation, State};
use trellis_proto::v1;

use super::Api;
use super::authn::Admin;
use super::authorise::Authority;
use super::authorise::actions::{Verb, action};
use super::authorise::context::AdminContext;
use super::convert::timestamp;
use super::error::Failure;
use super::plan::wrong;
use crate::clock;
use crate::cluster::bootstrap::random;
use crate::cluster::token::Token;

/// Life of a token, seconds: least, most, and where none is asked for. Source: our own.
const SECONDS_MIN: u32 = 60;
const SECONDS_MAX: u32 = 86_400;
const SECONDS_DEFAULT: u32 = 3_600;
/// Addresses in a token; a node needs one that answers.
const ADDRESSES_MAX: usize = 5;

impl Api {
    /// Makes a join token. Only the SHA-256 of its secret is kept.
    ///
    /// # Errors
    /// Validation; [`Failure::Denied`]; [`Failure::Write`].
    pub(super) async fn create_join_token(
        &self,
        admin: &Admin,
        request: &v1::CreateJoinTokenRequest,
    ) -> Result<v1::CreateJoinTokenResponse, Failure> {
        let state = self.consensus.state();
        let view = (self.view)();
        let authority = Authority { admin, view: &view };
        let secret = zeroize::Zeroizing::new(random::<32>()?);
        let record = record(admin, request, &*secret)?;
        let resource = arn::of(Kind::JoinToken, record.meta());
        let place = (&state, Kind::JoinToken);
        let action = action(Verb::Create, Kind::JoinToken);
        let context = AdminContext::new(admin);
        authority.permit(place, &action, &resource, &context)?;
        let token = Token {
            addresses: addresses(&state),
            ca_sha256: fingerprint(&state)?,
            id: record.meta().id.clone(),
            secret: hex::encode(*secret),
        };
        let expires_at = timestamp(record.expires_at_ms);
        self.keep(admin, record).await?;
        Ok(v1::CreateJoinTokenResponse {
            token: token.print().map_err(anyhow::Error::from)?,
            expires_at,
            id: token.id,
        })
    }

    async fn keep(&self, admin: &Admin, record: JoinToken) -> Result<(), Failure> {
        let operations = vec![Operation {
            expected_revision: 0,
            change: Some(Change::Create(record.into())),
        }];
        let command = Command {
            version: version_of(&operations),
            at_ms: clock::now_ms(),
            account: admin.principal.account.clone(),
            region: admin.region.clone(),
            principal: admin.principal.arn.clone(),
            operations,
            ..Command::default()
        };
        let applied = self
            .consensus
            .propose(command, self.config.deadline())
            .await?;
        match applied.judgement {
            Some(Judgement::Done(_)) => Ok(()),
            Some(Judgement::Refused(refusal)) => Err(refusal.into()),
            None => Err(anyhow::anyhow!("the registry gave no judgement").into()),
        }
    }
}

fn record(
    admin: &Admin,
    request: &v1::CreateJoinTokenRequest,
    secret: &[u8],
) -> Result<JoinToken, Failure> {
    let seconds = match request.lifetime_seconds {
        0 => SECONDS_DEFAULT,
        seconds => seconds,
    };
    if !(SECONDS_MIN..=SECONDS_MAX).contains(&seconds) {
        let message = format!("must be {SECONDS_MIN} to {SECONDS_MAX}");
        return Err(wrong("lifetimeSeconds", &message).into());
    }
    let or = |given: &str, default: &str| {
        if given.is_empty() {
            default.to_owned()
        } else {
            given.to_owned()
        }
    };
    Ok(JoinToken {
        meta: Some(Meta {
            id: id::generate(Kind::JoinToken, random()?),
            account: or(&request.account, &admin.principal.account),
            region: or(&request.region, &admin.region),
            ..Meta::default()
        }),
        secret_sha256: digest(&SHA256, secret).as_ref().to_vec(),
        expires_at_ms: clock::now_ms() + u64::from(seconds) * 1_000,
        ..JoinToken::default()
    })
}

/// Cluster listeners that a joining node may ask.
fn addresses(state: &State) -> Vec<String> {
    let nodes = state.all::<Node>().take(ADDRESSES_MAX);
    nodes.map(|node| node.cluster_address.clone()).collect()
}

/// SHA-256 of the cluster's CA certificate, hex.
fn fingerprint(state: &State) -> Result<String, Failure> {
    let authority = state
        .all::<ClusterKey>()
        .find(|key| key.key_use() == ClusterKeyUse::CertificateAuthority);
    let authority =
        authority.ok_or_else(|| anyhow::anyhow!("the registry holds no certificate authority"))?;
    Ok(hex::encode(digest(&SHA256, &authority.public)))
}
