//! A registry for tests of fronts: a few records, and what was asked of it.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use trellis_core::registry::Refusal;
use trellis_core::registry::outcome::RefusalKind;

use trellis_core::model::Kind;
use trellis_proto::v1::resource::Spec;

use super::{Change, Failure, Future, Registry, Tagged, v1};

/// A registry that nobody else changes.
#[derive(Debug, Default)]
pub(crate) struct Fake {
    /// What has tags.
    pub(crate) tagged: BTreeMap<String, BTreeMap<String, String>>,
    /// Records, in the order of their making.
    pub(crate) records: Mutex<Vec<v1::Resource>>,
    /// Why the next changes are refused, the last first.
    pub(crate) refusals: Mutex<Vec<Refusal>>,
    /// Actions, and ARNs whose tags, the caller may not touch.
    pub(crate) denied: BTreeSet<String>,
    /// Keys of tags that were removed, in order.
    pub(crate) untagged: Mutex<Vec<String>>,
    /// What was asked for, in order.
    pub(crate) asked: Mutex<Vec<String>>,
}

/// The outcome of a call that waits for nothing.
pub(crate) fn now<T>(call: impl Future<Output = T>) -> T {
    match pin!(call).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("the fake waits for nothing"),
    }
}

impl Fake {
    fn note(&self, asked: String) {
        self.asked.lock().unwrap().push(asked);
    }

    fn allow(&self, what: &str) -> Result<(), Failure> {
        match self.denied.contains(what) {
            true => Err(Failure::Denied(format!("no allow of {what}"))),
            false => Ok(()),
        }
    }

    /// The refusal that is due, if any; otherwise the change is noted.
    fn judge(&self, change: String) -> Result<(), Failure> {
        self.allow("change")?;
        if let Some(refusal) = self.refusals.lock().unwrap().pop() {
            return Err(refusal.into());
        }
        self.note(change);
        Ok(())
    }

    fn change(&self, identifier: Option<v1::Identifier>) -> Result<v1::WriteResponse, Failure> {
        let arn = identifier.unwrap().identifier;
        self.allow(&arn)?;
        if !self.tagged.contains_key(&arn) {
            return Err(Refusal::new(RefusalKind::NotFound, "not found").into());
        }
        self.note(arn);
        Ok(v1::WriteResponse::default())
    }
}

impl Registry for Fake {
    type Caller = ();

    async fn create(
        &self,
        (): &(),
        request: v1::CreateRequest,
    ) -> Result<v1::WriteResponse, Failure> {
        self.judge("create".to_owned())?;
        let mut records = self.records.lock().unwrap();
        let mut made = request.resource.unwrap();
        let (prefix, service, word) = match made.spec {
            Some(Spec::Vpc(_)) => ("vpc", "ec2", "vpc"),
            Some(Spec::ResourceShare(_)) => ("rs", "ram", "resource-share"),
            Some(Spec::Certificate(_)) => ("id", "acm", "certificate"),
            _ => ("sg", "ec2", "security-group"),
        };
        let id = format!("{prefix}-{}", records.len());
        made.metadata = Some(v1::Metadata {
            arn: format!("arn:aws:{service}:eu-west-1:111111111111:{word}/{id}"),
            id,
            account: "111111111111".to_owned(),
            created_at: "2026-11-27T00:00:00.500Z".to_owned(),
            revision: 1,
            ..v1::Metadata::default()
        });
        records.push(made.clone());
        Ok(v1::WriteResponse {
            resource: Some(made),
            ..v1::WriteResponse::default()
        })
    }

    async fn update(
        &self,
        (): &(),
        request: v1::UpdateRequest,
    ) -> Result<v1::WriteResponse, Failure> {
        self.judge("update".to_owned())?;
        let named = request.identifier.unwrap().identifier;
        let mut records = self.records.lock().unwrap();
        let mut records = records.iter_mut();
        let found = records.find(|it| is_named(it, &named)).unwrap();
        let spec = found.spec.as_mut().unwrap();
        match (spec, request.resource.unwrap().spec.unwrap()) {
            (Spec::SecurityGroup(group), Spec::SecurityGroup(changed)) => {
                group.ingress.extend(changed.added_ingress);
                let removed = changed.removed_ingress;
                group.ingress.retain(|rule| !removed.contains(rule));
            }
            (Spec::ResourceShare(share), Spec::ResourceShare(changed)) => {
                let id = |arn: String| arn.rsplit('/').next().unwrap().to_owned();
                let added = changed.added_resources.into_iter().map(id);
                share.resource_identifiers.extend(added);
                let removed: Vec<_> = changed.removed_resources.into_iter().map(id).collect();
                share
                    .resource_identifiers
                    .retain(|it| !removed.contains(it));
                share.accounts.extend(changed.added_accounts);
                share
                    .accounts
                    .retain(|it| !changed.removed_accounts.contains(it));
                let external = changed.allow_external_principals;
                share.allow_external_principals = external.or(share.allow_external_principals);
            }
            (Spec::Certificate(certificate), Spec::Certificate(changed)) => {
                let tags = std::mem::take(&mut certificate.tags);
                *certificate = v1::Certificate { tags, ..changed };
            }
            _ => unreachable!("not of this test"),
        }
        Ok(v1::WriteResponse {
            resource: Some(found.clone()),
            ..v1::WriteResponse::default()
        })
    }

    async fn update_all(
        &self,
        (): &(),
        _: Vec<v1::UpdateRequest>,
    ) -> Result<Vec<v1::Resource>, Failure> {
        unreachable!("not of this test")
    }

    async fn delete(
        &self,
        (): &(),
        request: v1::DeleteRequest,
    ) -> Result<v1::WriteResponse, Failure> {
        let id = request.identifier.unwrap().identifier;
        self.judge(format!("delete {id}"))?;
        let mut records = self.records.lock().unwrap();
        records.retain(|it| !is_named(it, &id));
        Ok(v1::WriteResponse::default())
    }

    /// Records of other accounts are shared. There are services, and no policies.
    async fn get(&self, (): &(), request: v1::GetRequest) -> Result<v1::GetResponse, Failure> {
        let named = request.identifier.unwrap();
        let records = self.records.lock().unwrap();
        let mut services = records
            .iter()
            .filter(|_| named.kind() == v1::ResourceKind::Service);
        let found = services.find(|it| is_named(it, &named.identifier));
        let missing = || Refusal::not_found(kind_of(named.kind()), &named.identifier);
        Ok(v1::GetResponse {
            resource: Some(found.cloned().ok_or_else(missing)?),
            ..v1::GetResponse::default()
        })
    }

    async fn get_as(
        &self,
        (): &(),
        action: &str,
        request: v1::GetRequest,
    ) -> Result<v1::GetResponse, Failure> {
        let named = request.identifier.unwrap();
        let records = self.records.lock().unwrap();
        let found = records.iter().find(|it| is_named(it, &named.identifier));
        let missing = || Refusal::not_found(kind_of(named.kind()), &named.identifier);
        let found = found.cloned().ok_or_else(missing)?;
        self.allow(action)?;
        Ok(v1::GetResponse {
            resource: Some(found),
            ..v1::GetResponse::default()
        })
    }

    async fn list(&self, (): &(), request: v1::ListRequest) -> Result<v1::ListResponse, Failure> {
        self.allow("list")?;
        let wanted = kind_of(request.kind());
        let records = self.records.lock().unwrap();
        let own = records.iter().filter(|it| match it.spec {
            Some(Spec::Vpc(_)) => wanted == Kind::Vpc,
            Some(Spec::Certificate(_)) => wanted == Kind::Certificate,
            _ => wanted == Kind::SecurityGroup,
        });
        // Pages of two.
        let start: usize = request.next_token.parse().unwrap_or_default();
        let resources: Vec<_> = own.clone().skip(start).take(2).cloned().collect();
        let next = start + 2;
        let has_more = own.count() > next;
        Ok(v1::ListResponse {
            resources,
            next_token: if has_more {
                next.to_string()
            } else {
                String::new()
            },
            ..v1::ListResponse::default()
        })
    }

    async fn register_targets(
        &self,
        (): &(),
        _: v1::TargetsRequest,
    ) -> Result<v1::TargetsResponse, Failure> {
        unreachable!("not of this test")
    }

    async fn deregister_targets(
        &self,
        (): &(),
        _: v1::TargetsRequest,
    ) -> Result<v1::TargetsResponse, Failure> {
        unreachable!("not of this test")
    }

    async fn list_targets(
        &self,
        (): &(),
        _: v1::ListTargetsRequest,
    ) -> Result<v1::ListTargetsResponse, Failure> {
        unreachable!("not of this test")
    }

    async fn tag(&self, (): &(), request: v1::TagRequest) -> Result<v1::WriteResponse, Failure> {
        self.change(request.identifier)
    }

    async fn untag(
        &self,
        (): &(),
        request: v1::UntagRequest,
    ) -> Result<v1::WriteResponse, Failure> {
        let written = self.change(request.identifier)?;
        self.untagged.lock().unwrap().extend(request.tag_keys);
        Ok(written)
    }

    async fn tagged(&self, (): &(), action: &str) -> Result<Vec<Tagged>, Failure> {
        self.allow(action)?;
        let tagged = self.tagged.clone().into_iter();
        Ok(tagged.map(|(arn, tags)| Tagged { arn, tags }).collect())
    }

    async fn shares(&self, (): &(), action: &str, own: bool) -> Result<Vec<v1::Resource>, Failure> {
        self.allow(action)?;
        let records = self.records.lock().unwrap();
        let shares = records
            .iter()
            .filter(|it| matches!(it.spec, Some(Spec::ResourceShare(_))));
        let account = |it: &v1::Resource| it.metadata.clone().unwrap().account;
        Ok(shares
            .filter(|it| (account(it) == "111111111111") == own)
            .cloned()
            .collect())
    }

    async fn own(
        &self,
        (): &(),
        kind: v1::ResourceKind,
        id: &str,
    ) -> Result<v1::Resource, Failure> {
        let records = self.records.lock().unwrap();
        let mut own = records
            .iter()
            .filter(|it| it.metadata.as_ref().unwrap().account == "111111111111");
        let found = own.find(|it| is_named(it, id));
        found
            .cloned()
            .ok_or_else(|| Refusal::not_found(kind_of(kind), id).into())
    }

    async fn rehearse(&self, (): &(), _: Change) -> Result<(), Failure> {
        self.allow("change")
    }

    fn authorise(&self, (): &(), action: &str, _: &str) -> Result<(), Failure> {
        self.allow(action)
    }

    fn page_token(&self, (): &(), list: &str, after: &str) -> Result<String, Failure> {
        Ok(format!("{list}|{after}"))
    }

    fn page_start(&self, (): &(), list: &str, token: &str) -> Result<String, Failure> {
        let after = token.strip_prefix(list).and_then(|it| it.strip_prefix('|'));
        match (token, after) {
            ("", _) => Ok(String::new()),
            (_, Some(after)) => Ok(after.to_owned()),
            (_, None) => Err(Failure::field("nextToken", "is not of this list")),
        }
    }

    fn related(&self, kind: v1::ResourceKind, id: &str) -> Option<v1::Resource> {
        let word = kind.as_str_name().to_lowercase().replace('_', "");
        Some(v1::Resource {
            metadata: Some(v1::Metadata {
                arn: format!("arn:aws:vpc-lattice:eu-west-1:111111111111:{word}/{id}"),
                ..v1::Metadata::default()
            }),
            spec: None,
        })
    }

    fn dependants(&self, _: v1::ResourceKind, _: &str) -> Vec<String> {
        Vec::new()
    }
}

fn is_named(record: &v1::Resource, name: &str) -> bool {
    let metadata = record.metadata.as_ref().unwrap();
    metadata.id == name || metadata.arn == name
}

fn kind_of(kind: v1::ResourceKind) -> Kind {
    Kind::try_from(kind as i32).unwrap()
}
