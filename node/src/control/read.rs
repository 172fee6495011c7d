//! Reads: linearizable by default, or local with their age.

mod pages;

use std::collections::BTreeMap;

use trellis_core::model::{Kind, Record, ResourceShare, Target, TargetGroup, arn};
use trellis_core::registry::query::{self, Filter};
use trellis_core::registry::state::owner;
use trellis_core::registry::{Refusal, State};
use trellis_proto::v1;

use super::Api;
use super::authn::Admin;
use super::authorise::Authority;
use super::authorise::actions::{Verb, action};
use super::authorise::context::AdminContext;
use super::authorise::subject::Subject;
use super::convert::{self, Names};
use super::error::Failure;
use super::names::Scope;
use super::page;
use super::plan::{self, wrong};

/// Most resources of one page. Source: API model, `MaxResults`.
const PAGE_MAX: u32 = 100;

/// A registry state, and how old it may be.
struct Basis {
    state: State,
    age_ms: u64,
}

impl Api {
    /// The state that a read is answered from.
    async fn read_basis(&self, options: Option<v1::ReadOptions>) -> Result<Basis, Failure> {
        if options.unwrap_or_default().local {
            let age = self.consensus.status().quorum_age;
            // A node that has heard from no majority yet cannot say how old its state is.
            let age_ms = age.map_or(u64::MAX, |age| {
                u64::try_from(age.as_millis()).unwrap_or(u64::MAX)
            });
            let state = self.consensus.state();
            return Ok(Basis { state, age_ms });
        }
        let state = self.consensus.linearizable(self.config.deadline()).await?;
        Ok(Basis { state, age_ms: 0 })
    }

    /// Reads one resource.
    ///
    /// # Errors
    /// Not found, also for what is not the caller's to see; [`Failure::Denied`].
    pub(super) async fn get(
        &self,
        admin: &Admin,
        request: v1::GetRequest,
    ) -> Result<v1::GetResponse, Failure> {
        let kind = convert::kind(request.identifier.as_ref().map_or(0, |named| named.kind));
        let kind = kind.ok_or_else(|| wrong("identifier.kind", "required"))?;
        self.get_as(admin, &action(Verb::Get, kind), request).await
    }

    /// As [`Api::get`], for an action that is not the one that reads resources of its kind.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub(super) async fn get_as(
        &self,
        admin: &Admin,
        action: &str,
        request: v1::GetRequest,
    ) -> Result<v1::GetResponse, Failure> {
        let Basis { state, age_ms } = self.read_basis(request.options).await?;
        let named = request.identifier.unwrap_or_default();
        let kind = convert::kind(named.kind).ok_or_else(|| wrong("identifier.kind", "required"))?;
        let scope = Scope::new(&state, &admin.principal.account, &admin.region);
        let parent = plan::parent(&scope, kind, &named)?;
        let id = scope.id(kind, &parent, &named.identifier);
        let id = id.ok_or_else(|| Refusal::not_found(kind, &named.identifier))?;
        let record = query::get_any(&state, &admin.principal.account, kind, &id)?;
        let resource = plan::arn(&state, &record);
        let context = AdminContext::on(admin, &record).about(&state, Subject::Found(&record));
        self.may_read((&state, kind), action, &resource, &context, admin)?;
        Ok(v1::GetResponse {
            resource: Some(convert::resource(&state, &record)),
            revision: state.revision,
            age_ms,
        })
    }

    /// Reads one page of the resources of a kind.
    ///
    /// # Errors
    /// Validation; not found where the filter names nothing; [`Failure::Denied`].
    pub(super) async fn list(
        &self,
        admin: &Admin,
        request: v1::ListRequest,
    ) -> Result<v1::ListResponse, Failure> {
        let binding = page::binding_of(admin, &request);
        let after = page::open(&self.keyring, &binding, &request.next_token)?;
        if request.max_results > PAGE_MAX {
            return Err(wrong("maxResults", &format!("at most {PAGE_MAX}")).into());
        }
        let Basis { state, age_ms } = self.read_basis(request.options).await?;
        let kind = convert::kind(request.kind).ok_or_else(|| wrong("kind", "required"))?;
        let scope = Scope::new(&state, &admin.principal.account, &admin.region);
        // Who may not list is not told what is there.
        let parents = parents(&scope, kind, &request);
        let known = parents.as_deref().unwrap_or_default();
        let context = AdminContext::new(admin).about(&state, Subject::Listed(kind, known));
        let list = action(Verb::List, kind);
        self.may_read((&state, kind), &list, "*", &context, admin)?;
        let parents = parents?;
        let parents: Vec<&str> = parents.iter().map(String::as_str).collect();
        let filter = Filter {
            account: &admin.principal.account,
            region: &admin.region,
            parents: &parents,
            group_type: convert::group_type("targetGroupType", &request.target_group_type)?,
        };
        let limit = match request.max_results {
            0 => PAGE_MAX,
            limit => limit,
        };
        let (records, next) = pages::list(&state, kind, &filter, &after, limit as usize);
        let next_token = match next {
            Some(last) => page::seal(&self.keyring, &binding, &last)?,
            None => String::new(),
        };
        Ok(v1::ListResponse {
            resources: records
                .iter()
                .map(|record| convert::resource(&state, record))
                .collect(),
            next_token,
            revision: state.revision,
            age_ms,
        })
    }

    /// Reads ARN and tags of what has tags in the caller's account and region, for an action that names no resource.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub(super) async fn tagged(
        &self,
        admin: &Admin,
        action: &str,
    ) -> Result<BTreeMap<String, BTreeMap<String, String>>, Failure> {
        self.authorise(admin, action, "*")?;
        let Basis { state, .. } = self.read_basis(None).await?;
        let account = &admin.principal.account;
        Ok(query::tagged(&state, account, &admin.region))
    }

    /// Reads the shares of the caller's account in its region, or those that other accounts let it into, for an
    /// action that names no resource.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub(super) async fn shares(
        &self,
        admin: &Admin,
        action: &str,
        own: bool,
    ) -> Result<Vec<v1::Resource>, Failure> {
        self.authorise(admin, action, "*")?;
        let Basis { state, .. } = self.read_basis(None).await?;
        let account = &admin.principal.account;
        let parent = match own {
            true => owner(account, &admin.region),
            false => account.clone(),
        };
        let shares = state.children::<ResourceShare>(&parent);
        let here = shares.filter(|share| share.meta().region == admin.region);
        Ok(here
            .map(|share| convert::resource(&state, &(**share).clone().into()))
            .collect())
    }

    /// Reads one resource that the caller's account owns, whatever its policies say.
    ///
    /// # Errors
    /// Not found, also for what is another account's.
    pub(super) async fn own(
        &self,
        admin: &Admin,
        kind: v1::ResourceKind,
        id: &str,
    ) -> Result<v1::Resource, Failure> {
        let Basis { state, .. } = self.read_basis(None).await?;
        let kind = convert::kind(kind.into()).ok_or_else(|| wrong("kind", "required"))?;
        let found = state.get_any(kind, id);
        let own = found.filter(|it| it.meta().account == admin.principal.account);
        let record = own.ok_or_else(|| Refusal::not_found(kind, id))?;
        Ok(convert::resource(&state, &record))
    }

    /// Whether the caller may do an action on what an ARN names, or `*`.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub(super) fn authorise(
        &self,
        admin: &Admin,
        action: &str,
        resource: &str,
    ) -> Result<(), Failure> {
        let view = (self.view)();
        let authority = Authority { admin, view: &view };
        authority.allow(action, resource)
    }

    /// Reads the targets of a group, with their health as this node sees it.
    ///
    /// # Errors
    /// Not found; [`Failure::Denied`].
    pub(super) async fn list_targets(
        &self,
        admin: &Admin,
        request: v1::ListTargetsRequest,
    ) -> Result<v1::ListTargetsResponse, Failure> {
        let Basis { state, .. } = self.read_basis(request.options).await?;
        let account = &admin.principal.account;
        let scope = Scope::new(&state, account, &admin.region);
        let identifier = &request.target_group_identifier;
        let id = scope.id(Kind::TargetGroup, "", identifier);
        let id = id.ok_or_else(|| Refusal::not_found(Kind::TargetGroup, identifier))?;
        let group = query::get::<TargetGroup>(&state, account, &id)?;
        let view = (self.view)();
        let authority = Authority { admin, view: &view };
        let resource = arn::of(Kind::TargetGroup, group.meta());
        authority.allow("vpc-lattice:ListTargets", &resource)?;
        let known = (self.targets)(&id);
        Ok(v1::ListTargetsResponse {
            items: group
                .targets
                .iter()
                .map(|target| status(target, &known))
                .collect(),
            revision: state.revision,
        })
    }

    /// Whether the caller may read resources of a kind.
    fn may_read(
        &self,
        (state, kind): (&State, Kind),
        action: &str,
        resource: &str,
        context: &AdminContext<'_>,
        admin: &Admin,
    ) -> Result<(), Failure> {
        let view = (self.view)();
        let authority = Authority { admin, view: &view };
        authority.permit((state, kind), action, resource, context)
    }
}

/// Ids of what each listed record must hang on.
fn parents(
    scope: &Scope<'_>,
    kind: Kind,
    request: &v1::ListRequest,
) -> Result<Vec<String>, Failure> {
    let find = |kind: Kind, parent: &str, identifier: &str| {
        let id = scope.id(kind, parent, identifier);
        id.ok_or_else(|| Refusal::not_found(kind, identifier))
    };
    // Who may see a service of another account sees none of its listeners.
    let own_service = |identifier: &str| {
        let id = scope.own_id(Kind::Service, "", identifier);
        id.ok_or_else(|| Refusal::not_found(Kind::Service, identifier))
    };
    let mut parents = Vec::new();
    if !request.parent.is_empty() {
        parents.push(match kind {
            Kind::Listener => own_service(&request.parent)?,
            Kind::Rule => {
                let service = match request.service.as_str() {
                    "" => String::new(),
                    service => own_service(service)?,
                };
                find(Kind::Listener, &service, &request.parent)?
            }
            Kind::SecurityGroup | Kind::TargetGroup | Kind::ResourceGateway => {
                find(Kind::Vpc, "", &request.parent)?
            }
            Kind::ResourceConfiguration => {
                let gateway = find(Kind::ResourceGateway, "", &request.parent);
                let group = || find(Kind::ResourceConfiguration, "", &request.parent);
                gateway.or_else(|_| group())?
            }
            Kind::AccessKey => find(Kind::User, "", &request.parent)?,
            _ => return Err(wrong("parent", "is not for this kind").into()),
        });
    } else if matches!(kind, Kind::Listener | Kind::Rule) {
        return Err(wrong("parent", "required for listeners and rules").into());
    }
    if !request.service_network.is_empty() {
        parents.push(find(Kind::ServiceNetwork, "", &request.service_network)?);
    }
    if !request.member.is_empty() {
        parents.push(match kind {
            Kind::ServiceNetworkServiceAssociation => find(Kind::Service, "", &request.member)?,
            Kind::ServiceNetworkVpcAssociation => find(Kind::Vpc, "", &request.member)?,
            Kind::ServiceNetworkResourceAssociation => {
                find(Kind::ResourceConfiguration, "", &request.member)?
            }
            Kind::AccessLogSubscription => {
                let named = |kind| find(kind, "", &request.member);
                named(Kind::ServiceNetwork)
                    .or_else(|_| named(Kind::Service))
                    .or_else(|refusal| named(Kind::ResourceConfiguration).map_err(|_| refusal))?
            }
            Kind::ResourceConfiguration => find(Kind::DomainVerification, "", &request.member)?,
            _ => return Err(wrong("member", "is not for this kind").into()),
        });
    }
    Ok(parents)
}

/// The status of one target: what is known of its health, but draining goes first.
fn status(target: &Target, known: &[v1::TargetStatus]) -> v1::TargetStatus {
    let found = known
        .iter()
        .find(|it| (&it.id, it.port) == (&target.id, target.port));
    let (status, reason_code) = match found {
        _ if target.draining_since_ms != 0 => ("DRAINING", String::new()),
        Some(known) => (known.status.as_str(), known.reason_code.clone()),
        None => ("INITIAL", String::new()),
    };
    v1::TargetStatus {
        id: target.id.clone(),
        port: target.port,
        status: status.to_owned(),
        reason_code,
    }
}
