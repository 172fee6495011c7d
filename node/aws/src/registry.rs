//! What a front asks of the node, in the name of an authenticated caller.

#[cfg(test)]
pub(crate) mod fake;

use std::collections::BTreeMap;
use std::future::Future;

use trellis_proto::v1;

use crate::failure::Failure;

/// How long an answer to a write is held until every live node serves the change, milliseconds; 0 for not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience(pub u32);

impl Patience {
    /// What holds for a write, then.
    pub(crate) fn options(self) -> v1::WriteOptions {
        v1::WriteOptions {
            wait: self.0 > 0,
            wait_deadline_ms: self.0,
            ..v1::WriteOptions::default()
        }
    }
}

/// A resource that has tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// Its ARN.
    pub arn: String,
    /// Its tags; there is at least one.
    pub tags: BTreeMap<String, String>,
}

/// A change of one resource.
#[derive(Clone, Debug)]
pub enum Change {
    /// See [`Registry::create`].
    Create(v1::CreateRequest),
    /// See [`Registry::update`].
    Update(v1::UpdateRequest),
    /// See [`Registry::delete`].
    Delete(v1::DeleteRequest),
}

/// The registry, as a caller sees it: everything is authorised by the caller's policies, except [`Registry::own`],
/// [`Registry::related`] and [`Registry::dependants`], which tell what belongs to the answer of an authorised call.
pub trait Registry: Send + Sync {
    /// Who calls.
    type Caller: Send + Sync;

    /// Creates a resource; policies are put.
    fn create(
        &self,
        caller: &Self::Caller,
        request: v1::CreateRequest,
    ) -> impl Future<Output = Result<v1::WriteResponse, Failure>> + Send;

    /// Changes the fields that are given.
    fn update(
        &self,
        caller: &Self::Caller,
        request: v1::UpdateRequest,
    ) -> impl Future<Output = Result<v1::WriteResponse, Failure>> + Send;

    /// Changes the fields that are given of several resources, all or none; the answers are in their order. The
    /// options of the first hold for all.
    fn update_all(
        &self,
        caller: &Self::Caller,
        requests: Vec<v1::UpdateRequest>,
    ) -> impl Future<Output = Result<Vec<v1::Resource>, Failure>> + Send;

    /// Deletes a resource.
    fn delete(
        &self,
        caller: &Self::Caller,
        request: v1::DeleteRequest,
    ) -> impl Future<Output = Result<v1::WriteResponse, Failure>> + Send;

    /// Reads a resource.
    fn get(
        &self,
        caller: &Self::Caller,
        request: v1::GetRequest,
    ) -> impl Future<Output = Result<v1::GetResponse, Failure>> + Send;

    /// Reads a resource, where the caller may do an action on it that is not the one that reads its kind.
    fn get_as(
        &self,
        caller: &Self::Caller,
        action: &str,
        request: v1::GetRequest,
    ) -> impl Future<Output = Result<v1::GetResponse, Failure>> + Send;

    /// Reads a page of resources.
    fn list(
        &self,
        caller: &Self::Caller,
        request: v1::ListRequest,
    ) -> impl Future<Output = Result<v1::ListResponse, Failure>> + Send;

    /// Registers targets.
    fn register_targets(
        &self,
        caller: &Self::Caller,
        request: v1::TargetsRequest,
    ) -> impl Future<Output = Result<v1::TargetsResponse, Failure>> + Send;

    /// Deregisters targets.
    fn deregister_targets(
        &self,
        caller: &Self::Caller,
        request: v1::TargetsRequest,
    ) -> impl Future<Output = Result<v1::TargetsResponse, Failure>> + Send;

    /// Reads the targets of a group, with their health.
    fn list_targets(
        &self,
        caller: &Self::Caller,
        request: v1::ListTargetsRequest,
    ) -> impl Future<Output = Result<v1::ListTargetsResponse, Failure>> + Send;

    /// Sets tags.
    fn tag(
        &self,
        caller: &Self::Caller,
        request: v1::TagRequest,
    ) -> impl Future<Output = Result<v1::WriteResponse, Failure>> + Send;

    /// Removes tags.
    fn untag(
        &self,
        caller: &Self::Caller,
        request: v1::UntagRequest,
    ) -> impl Future<Output = Result<v1::WriteResponse, Failure>> + Send;

    /// Reads every resource of the caller's account and region that has tags, by ARN, where the caller may do an
    /// action that names no resource.
    fn tagged(
        &self,
        caller: &Self::Caller,
        action: &str,
    ) -> impl Future<Output = Result<Vec<Tagged>, Failure>> + Send;

    /// Reads the resource shares of the caller's account in its region, or those of other accounts that it is in,
    /// where the caller may do an action that names no resource.
    fn shares(
        &self,
        caller: &Self::Caller,
        action: &str,
        own: bool,
    ) -> impl Future<Output = Result<Vec<v1::Resource>, Failure>> + Send;

    /// Reads a resource that the caller's account owns. What is told of it must be authorised.
    fn own(
        &self,
        caller: &Self::Caller,
        kind: v1::ResourceKind,
        id: &str,
    ) -> impl Future<Output = Result<v1::Resource, Failure>> + Send;

    /// Whether a change would be authorised and planned, as far as that can be told without making it.
    fn rehearse(
        &self,
        caller: &Self::Caller,
        change: Change,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Whether the caller may do an action on what an ARN names, or `*`.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    fn authorise(&self, caller: &Self::Caller, action: &str, resource: &str)
    -> Result<(), Failure>;

    /// The token of the page of a list that begins after an item: opaque, and good for this caller and list only.
    ///
    /// # Errors
    /// A fault of the node.
    fn page_token(&self, caller: &Self::Caller, list: &str, after: &str)
    -> Result<String, Failure>;

    /// The item that the page of a token begins after; empty for an empty token.
    ///
    /// # Errors
    /// Validation where the token is not one of this list.
    fn page_start(&self, caller: &Self::Caller, list: &str, token: &str)
    -> Result<String, Failure>;

    /// What another resource names, by kind and id; `None` where it is gone.
    fn related(&self, kind: v1::ResourceKind, id: &str) -> Option<v1::Resource>;

    /// Ids of the resources of a kind that hang on another, by its id.
    fn dependants(&self, kind: v1::ResourceKind, parent: &str) -> Vec<String>;
}
