//! The registry as the fronts of AWS's APIs ask for it: the admin API itself.

use trellis_aws::registry::{Change, Tagged};
use trellis_aws::sts::{Identities, WebSession};
use trellis_aws::{Failure, Registry};
use trellis_core::model::Kind;
use trellis_core::registry::command::AnyRecord;
use trellis_proto::v1;

use super::denials;
use crate::control::authn::{Admin, Peer};
use crate::control::authorise::Authority;
use crate::control::convert;
use crate::control::page;
use crate::control::write::{Deregister, Register, Updates};
use crate::control::{self, Api};

/// The registry behind the admin API.
pub(super) struct Records<'a>(pub(super) &'a Api);

impl Identities for Records<'_> {
    type Caller = Admin;
    type Stranger = Option<Peer>;

    fn who(&self, caller: &Admin) -> v1::GetCallerIdentityResponse {
        caller.identity()
    }

    fn assume_role(
        &self,
        caller: &Admin,
        request: v1::AssumeRoleRequest,
    ) -> Result<v1::AssumeRoleResponse, Failure> {
        let session = self.0.assume_role(caller, &request);
        session.map_err(|failure| self.told(caller, failure))
    }

    fn get_session_token(
        &self,
        caller: &Admin,
        request: v1::GetSessionTokenRequest,
    ) -> Result<v1::GetSessionTokenResponse, Failure> {
        let session = self.0.get_session_token(caller, &request);
        session.map_err(|failure| self.told(caller, failure))
    }

    async fn assume_role_with_web_identity(
        &self,
        stranger: &Option<Peer>,
        token: &str,
        request: v1::AssumeRoleRequest,
    ) -> Result<WebSession, Failure> {
        let exchanged = self
            .0
            .assume_role_with_web_identity(*stranger, token, request);
        Ok(exchanged.await?)
    }

    fn decode_message(&self, caller: &Admin, message: &str) -> Result<Option<String>, Failure> {
        let view = (self.0.view)();
        let authority = Authority {
            admin: caller,
            view: &view,
        };
        let allowed = authority.allow("sts:DecodeAuthorizationMessage", "*");
        allowed.map_err(|failure| self.told(caller, failure))?;
        Ok(denials::open(&self.0.keyring, caller, message))
    }
}

impl Records<'_> {
    /// A failure as the APIs tell it; a denial with what explains it to whoever may know.
    fn told(&self, caller: &Admin, failure: control::error::Failure) -> Failure {
        let message = denials::message(&self.0.keyring, caller, &failure);
        match (failure.into(), message) {
            (Failure::Denied(text), Some(message)) => Failure::Denied(format!(
                "{text}. Encoded authorization failure message: {message}"
            )),
            (failure, _) => failure,
        }
    }
}

impl Registry for Records<'_> {
    type Caller = Admin;

    async fn create(
        &self,
        caller: &Admin,
        request: v1::CreateRequest,
    ) -> Result<v1::WriteResponse, Failure> {
        let written = self.0.write(caller, &request).await;
        let written = written.map_err(|failure| self.told(caller, failure))?;
        Ok(written.one(&self.0.consensus.state(), Some(&self.0.keyring))?)
    }

    async fn update(
        &self,
        caller: &Admin,
        request: v1::UpdateRequest,
    ) -> Result<v1::WriteResponse, Failure> {
        let written = self.0.write(caller, &request).await;
        let written = written.map_err(|failure| self.told(caller, failure))?;
        Ok(written.one(&self.0.consensus.state(), None)?)
    }

    async fn update_all(
        &self,
        caller: &Admin,
        requests: Vec<v1::UpdateRequest>,
    ) -> Result<Vec<v1::Resource>, Failure> {
        let written = self.0.write(caller, &Updates(requests)).await;
        let written = written.map_err(|failure| self.told(caller, failure))?;
        Ok(written.all(&self.0.consensus.state()))
    }

    async fn delete(
        &self,
        caller: &Admin,
        request: v1::DeleteRequest,
    ) -> Result<v1::WriteResponse, Failure> {
        let written = self.0.write(caller, &request).await;
        let written = written.map_err(|failure| self.told(caller, failure))?;
        Ok(written.one(&self.0.consensus.state(), None)?)
    }

    async fn get(
        &self,
        caller: &Admin,
        request: v1::GetRequest,
    ) -> Result<v1::GetResponse, Failure> {
        let found = self.0.get(caller, request).await;
        found.map_err(|failure| self.told(caller, failure))
    }

    async fn get_as(
        &self,
        caller: &Admin,
        action: &str,
        request: v1::GetRequest,
    ) -> Result<v1::GetResponse, Failure> {
        let found = self.0.get_as(caller, action, request).await;
        found.map_err(|failure| self.told(caller, failure))
    }

    async fn list(
        &self,
        caller: &Admin,
        request: v1::ListRequest,
    ) -> Result<v1::ListResponse, Failure> {
        let found = self.0.list(caller, request).await;
        found.map_err(|failure| self.told(caller, failure))
    }

    async fn register_targets(
        &self,
        caller: &Admin,
        request: v1::TargetsRequest,
    ) -> Result<v1::TargetsResponse, Failure> {
        let written = self.0.write(caller, &Register(request)).await;
        let written = written.map_err(|failure| self.told(caller, failure))?;
        Ok(written.targets())
    }

    async fn deregister_targets(
        &self,
        caller: &Admin,
        request: v1::TargetsRequest,
    ) -> Result<v1::TargetsResponse, Failure> {
        let written = self.0.write(caller, &Deregister(request)).await;
        let written = written.map_err(|failure| self.told(caller, failure))?;
        Ok(written.targets())
    }

    async fn list_targets(
        &self,
        caller: &Admin,
        request: v1::ListTargetsRequest,
    ) -> Result<v1::ListTargetsResponse, Failure> {
        let found = self.0.list_targets(caller, request).await;
        found.map_err(|failure| self.told(caller, failure))
    }

    async fn tag(
        &self,
        caller: &Admin,
        request: v1::TagRequest,
    ) -> Result<v1::WriteResponse, Failure> {
        let written = self.0.write(caller, &request).await;
        let written = written.map_err(|failure| self.told(caller, failure))?;
        Ok(written.one(&self.0.consensus.state(), None)?)
    }

    async fn untag(
        &self,
        caller: &Admin,
        request: v1::UntagRequest,
    ) -> Result<v1::WriteResponse, Failure> {
        let written = self.0.write(caller, &request).await;
        let written = written.map_err(|failure| self.told(caller, failure))?;
        Ok(written.one(&self.0.consensus.state(), None)?)
    }

    async fn tagged(&self, caller: &Admin, action: &str) -> Result<Vec<Tagged>, Failure> {
        let tagged = self.0.tagged(caller, action).await?;
        let tagged = tagged.into_iter();
        Ok(tagged.map(|(arn, tags)| Tagged { arn, tags }).collect())
    }

    async fn shares(
        &self,
        caller: &Admin,
        action: &str,
        own: bool,
    ) -> Result<Vec<v1::Resource>, Failure> {
        Ok(self.0.shares(caller, action, own).await?)
    }

    async fn own(
        &self,
        caller: &Admin,
        kind: v1::ResourceKind,
        id: &str,
    ) -> Result<v1::Resource, Failure> {
        Ok(self.0.own(caller, kind, id).await?)
    }

    async fn rehearse(&self, caller: &Admin, change: Change) -> Result<(), Failure> {
        let rehearsed = match change {
            Change::Create(request) => self.0.rehearse(caller, &request).await,
            Change::Update(request) => self.0.rehearse(caller, &request).await,
            Change::Delete(request) => self.0.rehearse(caller, &request).await,
        };
        Ok(rehearsed?)
    }

    fn authorise(&self, caller: &Admin, action: &str, resource: &str) -> Result<(), Failure> {
        Ok(self.0.authorise(caller, action, resource)?)
    }

    fn page_token(&self, caller: &Admin, list: &str, after: &str) -> Result<String, Failure> {
        let binding = page::binding(caller, &[list]);
        Ok(page::seal(&self.0.keyring, &binding, after)?)
    }

    fn page_start(&self, caller: &Admin, list: &str, token: &str) -> Result<String, Failure> {
        let binding = page::binding(caller, &[list]);
        Ok(page::open(&self.0.keyring, &binding, token)?)
    }

    fn related(&self, kind: v1::ResourceKind, id: &str) -> Option<v1::Resource> {
        let state = self.0.consensus.state();
        let record: AnyRecord = state.get_any(convert::kind(kind.into())?, id)?;
        Some(convert::resource(&state, &record))
    }

    fn dependants(&self, kind: v1::ResourceKind, parent: &str) -> Vec<String> {
        let kind: Option<Kind> = convert::kind(kind.into());
        let state = self.0.consensus.state();
        kind.map_or_else(Vec::new, |kind| {
            state.child_ids(parent, kind).map(str::to_owned).collect()
        })
    }
}
