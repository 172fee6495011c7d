//! Shares, and what is in them.

use serde_json::{Value, json};
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;
use trellis_proto::v1::resource::Spec;

use super::{Call, check_arn, fault, invalid, told};
use crate::failure::Fault;
use crate::registry::Registry;

/// Items of a page where the caller names no number. Source: API model, `MaxResults`.
const PAGE: usize = 500;

/// An item, and the text that it is in order by.
pub(super) type Item = (String, Value);

impl<R: Registry> Call<'_, R> {
    /// Reads a page of shares.
    pub(super) async fn shares(&self) -> Result<Value, Fault> {
        self.refuse(&["permissionArn", "permissionVersion"])?;
        let is_own = self.text("resourceOwner") == "SELF";
        let shares = self.chosen("ram:GetResourceShares", is_own).await?;
        let name = self.text("name");
        let is_active = matches!(self.text("resourceShareStatus"), "" | "ACTIVE");
        let told = shares.iter().map(|share| told::share(share, is_own));
        let fits = |told: &Value| {
            is_active && (name.is_empty() || told["name"] == name) && self.has_tags(told)
        };
        let items = told
            .filter(fits)
            .map(|told| (key(&told["resourceShareArn"]), told));
        self.page("resourceShares", items.collect())
    }

    /// Reads a page of what is in the caller's shares.
    pub(super) async fn associations(&self) -> Result<Value, Fault> {
        let shares = self
            .chosen("ram:GetResourceShareAssociations", true)
            .await?;
        let kind = self.text("associationType");
        let (resource, principal) = (self.text("resourceArn"), self.text("principal"));
        for (given, other) in [(resource, "PRINCIPAL"), (principal, "RESOURCE")] {
            if !given.is_empty() && kind == other {
                return Err(invalid(format!("{given} is for no associationType {kind}")));
            }
        }
        let wanted = if resource.is_empty() {
            principal
        } else {
            resource
        };
        let is_associated = matches!(self.text("associationStatus"), "" | "ASSOCIATED");
        let mut items = Vec::new();
        for share in &shares {
            let entities = match kind {
                "PRINCIPAL" => accounts(share).to_vec(),
                "RESOURCE" => self
                    .members(share)
                    .into_iter()
                    .map(|(arn, _)| arn)
                    .collect(),
                // There are no sources.
                _ => Vec::new(),
            };
            for entity in entities {
                if is_associated && (wanted.is_empty() || entity == wanted) {
                    let told = told::association(share, &entity, kind, "ASSOCIATED");
                    items.push((format!("{} {entity}", arn_of(share)), told));
                }
            }
        }
        self.page("resourceShareAssociations", items)
    }

    /// Reads a page of the resources that are in shares.
    pub(super) async fn resources(&self) -> Result<Value, Fault> {
        let is_own = self.text("resourceOwner") == "SELF";
        let shares = self.chosen("ram:ListResources", is_own).await?;
        let (principal, wanted) = (self.text("principal"), self.text("resourceType"));
        let arns = self.arns("resourceArns")?;
        let is_regional = self.text("resourceRegionScope") != "GLOBAL";
        let is_with = |share: &&v1::Resource| match (principal, is_own) {
            ("", _) => true,
            (account, true) => accounts(share).iter().any(|it| it == account),
            (account, false) => share
                .metadata
                .as_ref()
                .is_some_and(|it| it.account == account),
        };
        let mut items = Vec::new();
        for share in shares.iter().filter(is_with) {
            let metadata = share.metadata.clone().unwrap_or_default();
            for (arn, word) in self.members(share) {
                let is_type = wanted.is_empty() || wanted.eq_ignore_ascii_case(word);
                let is_named = arns.is_empty() || arns.contains(&arn);
                if is_type && is_named && is_regional {
                    let told = json!({
                        "arn": arn,
                        "type": word,
                        "resourceShareArn": metadata.arn,
                        "status": "AVAILABLE",
                        "creationTime": told::seconds(&metadata.created_at),
                        "lastUpdatedTime": told::seconds(&metadata.last_updated_at),
                        "resourceRegionScope": "REGIONAL",
                    });
                    items.push((format!("{} {arn}", metadata.arn), told));
                }
            }
        }
        self.page("resources", items)
    }

    /// Nobody is invited: all accounts are in one organisation.
    pub(super) fn invitations(&self) -> Result<Value, Fault> {
        self.authorise("ram:GetResourceShareInvitations")?;
        match self.arns("resourceShareInvitationArns")?.first() {
            Some(arn) => Err(no_invitation(arn)),
            None => Ok(json!({ "resourceShareInvitations": [] })),
        }
    }

    /// There is nothing to accept.
    pub(super) fn accept(&self) -> Result<Value, Fault> {
        self.authorise("ram:AcceptResourceShareInvitation")?;
        let arn = self.text("resourceShareInvitationArn");
        check_arn(arn)?;
        Err(no_invitation(arn))
    }

    fn authorise(&self, action: &str) -> Result<(), Fault> {
        let allowed = self.registry.authorise(self.caller, action, "*");
        allowed.map_err(|failure| fault(&failure))
    }

    /// The shares that the request is about: those that it names, or all.
    async fn chosen(&self, action: &str, is_own: bool) -> Result<Vec<v1::Resource>, Fault> {
        let shares = self.registry.shares(self.caller, action, is_own).await;
        let mut shares = shares.map_err(|failure| fault(&failure))?;
        let named = self.arns("resourceShareArns")?;
        let gone = |arn: &&String| !shares.iter().any(|share| arn_of(share) == **arn);
        if let Some(arn) = named.iter().find(gone) {
            let message = format!("there is no resource share {arn}");
            return Err(Fault::of_sender("UnknownResourceException", message));
        }
        shares.retain(|share| named.is_empty() || named.contains(&arn_of(share)));
        Ok(shares)
    }

    /// ARN and type of each resource in a share.
    pub(super) fn members(&self, share: &v1::Resource) -> Vec<(String, &'static str)> {
        let Some(Spec::ResourceShare(share)) = &share.spec else {
            return Vec::new();
        };
        let ids = share.resource_identifiers.iter();
        let members = ids.filter_map(|id| {
            let (kind, word) = match id.split_once('-')?.0 {
                "sn" => (Kind::ServiceNetwork, "vpc-lattice:ServiceNetwork"),
                "svc" => (Kind::Service, "vpc-lattice:Service"),
                _ => (
                    Kind::ResourceConfiguration,
                    "vpc-lattice:ResourceConfiguration",
                ),
            };
            let found = self.registry.related(kind, id)?;
            Some((found.metadata?.arn, word))
        });
        members.collect()
    }

    /// Whether what is told of a share has every tag that is asked for.
    fn has_tags(&self, told: &Value) -> bool {
        let filters = self.input.get("tagFilters").and_then(Value::as_array);
        filters.into_iter().flatten().all(|filter| {
            let values = filter["tagValues"].as_array();
            let mut tags = told["tags"].as_array().into_iter().flatten();
            tags.any(|tag| {
                let is_value =
                    values.is_none_or(|values| values.is_empty() || values.contains(&tag["value"]));
                tag["key"] == filter["tagKey"] && is_value
            })
        })
    }

    /// The page of the request's token, of items in order.
    pub(super) fn page(&self, name: &str, mut items: Vec<Item>) -> Result<Value, Fault> {
        // A token is good for what it was given for.
        let mut asked = self.input.clone();
        asked.remove("nextToken");
        asked.remove("maxResults");
        let list = json!([name, asked]).to_string();
        let token = self.text("nextToken");
        let after = self.registry.page_start(self.caller, &list, token);
        let after = after.map_err(|_| {
            let message = "nextToken is none of this list; ask for the first page again";
            Fault::of_sender("InvalidNextTokenException", message)
        })?;
        let most = self.input.get("maxResults").and_then(Value::as_u64);
        let most = most.and_then(|most| usize::try_from(most).ok());
        let most = most.unwrap_or(PAGE);
        items.sort_by(|(one, _), (other, _)| one.cmp(other));
        items.retain(|(key, _)| *key > after);
        let has_more = items.len() > most;
        items.truncate(most);
        let mut answer = json!({});
        if let Some((last, _)) = items.last().filter(|_| has_more) {
            let token = self.registry.page_token(self.caller, &list, last);
            answer["nextToken"] = token.map_err(|failure| fault(&failure))?.into();
        }
        answer[name] = items.into_iter().map(|(_, told)| told).collect();
        Ok(answer)
    }
}

fn no_invitation(arn: &str) -> Fault {
    let message = format!("there is no invitation {arn}: a share holds at once");
    Fault::of_sender("ResourceShareInvitationArnNotFoundException", message)
}

pub(super) fn arn_of(share: &v1::Resource) -> String {
    let metadata = share.metadata.as_ref();
    metadata.map_or_else(String::new, |it| it.arn.clone())
}

fn accounts(share: &v1::Resource) -> &[String] {
    match &share.spec {
        Some(Spec::ResourceShare(share)) => &share.accounts,
        _ => &[],
    }
}

fn key(text: &Value) -> String {
    text.as_str().unwrap_or_default().to_owned()
}
