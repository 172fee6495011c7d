//! Shares are made, changed and deleted.

use serde_json::{Map, Value};
use trellis_core::model::arn::Arn;
use trellis_core::model::id;
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;
use trellis_proto::v1::resource::Spec;

use super::{Call, check_arn, fault, invalid, told};
use crate::failure::Fault;
use crate::registry::Registry;

/// Resources and accounts that a request names.
struct Entries {
    resources: Vec<String>,
    accounts: Vec<String>,
}

impl<R: Registry> Call<'_, R> {
    /// Creates a share.
    pub(super) async fn create(&self) -> Result<Value, Fault> {
        self.refuse(&["sources", "resourceShareConfiguration"])?;
        self.check_permissions()?;
        let Entries {
            resources,
            accounts,
        } = self.entries()?;
        let external = self.input.get("allowExternalPrincipals");
        let share = v1::ResourceShare {
            name: self.text("name").to_owned(),
            resource_identifiers: resources,
            accounts,
            tags: self.tags()?,
            allow_external_principals: Some(external != Some(&Value::Bool(false))),
            ..v1::ResourceShare::default()
        };
        let request = v1::CreateRequest {
            resource: Some(resource(share)),
            options: Some(self.options()),
            owner_account: String::new(),
        };
        let written = self.registry.create(self.caller, request).await;
        let written = written.map_err(|failure| fault(&failure))?;
        let made = told::share(&written.resource.unwrap_or_default(), true);
        Ok(self.answered("resourceShare", made))
    }

    /// Changes whether a share would let accounts of other organisations in; its name is fixed.
    pub(super) async fn update(&self) -> Result<Value, Fault> {
        if self.input.get("name").is_some_and(|name| name == "") {
            return Err(invalid("name is empty; leave it out to keep the name"));
        }
        let change = v1::ResourceShare {
            name: self.text("name").to_owned(),
            allow_external_principals: self
                .input
                .get("allowExternalPrincipals")
                .and_then(Value::as_bool),
            ..v1::ResourceShare::default()
        };
        let changed = self.change(change).await?;
        Ok(self.answered("resourceShare", told::share(&changed, true)))
    }

    /// Sets tags of a share.
    pub(super) async fn tag(&self) -> Result<Value, Fault> {
        let request = v1::TagRequest {
            identifier: Some(self.tagged("ram:TagResource")?),
            tags: self.tags()?,
            options: Some(self.options()),
        };
        let written = self.registry.tag(self.caller, request).await;
        written.map_err(|failure| fault(&failure))?;
        Ok(Map::new().into())
    }

    /// Removes tags of a share.
    pub(super) async fn untag(&self) -> Result<Value, Fault> {
        let request = v1::UntagRequest {
            identifier: Some(self.tagged("ram:UntagResource")?),
            tag_keys: self.texts("tagKeys"),
            options: Some(self.options()),
        };
        let written = self.registry.untag(self.caller, request).await;
        written.map_err(|failure| fault(&failure))?;
        Ok(Map::new().into())
    }

    /// The share whose tags a request changes. It could name a managed permission, of which a cluster has none.
    fn tagged(&self, action: &str) -> Result<v1::Identifier, Fault> {
        if self.input.contains_key("resourceArn") {
            let arn = self.text("resourceArn");
            check_arn(arn)?;
            let allowed = self.registry.authorise(self.caller, action, arn);
            allowed.map_err(|failure| fault(&failure))?;
            let message = format!("there is no permission {arn}; name a resourceShareArn");
            return Err(Fault::of_sender("UnknownResourceException", message));
        }
        if self.input.contains_key("resourceShareArn") {
            return self.share();
        }
        Err(invalid("resourceShareArn is required"))
    }

    /// Deletes a share; what was joined by it stays.
    pub(super) async fn delete(&self) -> Result<Value, Fault> {
        let request = v1::DeleteRequest {
            identifier: Some(self.share()?),
            options: Some(self.options()),
        };
        let deleted = self.registry.delete(self.caller, request).await;
        deleted.map_err(|failure| fault(&failure))?;
        Ok(self.answered("returnValue", true.into()))
    }

    /// Puts resources and accounts into a share.
    pub(super) async fn associate(&self) -> Result<Value, Fault> {
        let entries = self.some_entries()?;
        let change = v1::ResourceShare {
            added_resources: entries.resources.clone(),
            added_accounts: entries.accounts.clone(),
            ..v1::ResourceShare::default()
        };
        let changed = self.change(change).await?;
        Ok(self.associated(&changed, &entries, "ASSOCIATED"))
    }

    /// Takes resources and accounts out of a share.
    pub(super) async fn disassociate(&self) -> Result<Value, Fault> {
        let entries = self.some_entries()?;
        self.check_members(&entries).await?;
        let change = v1::ResourceShare {
            removed_resources: entries.resources.clone(),
            removed_accounts: entries.accounts.clone(),
            ..v1::ResourceShare::default()
        };
        let changed = self.change(change).await?;
        Ok(self.associated(&changed, &entries, "DISASSOCIATED"))
    }

    /// Refuses what is not in the share, which is told only to whoever may take something out of it.
    async fn check_members(&self, entries: &Entries) -> Result<(), Fault> {
        let arn = self.text("resourceShareArn");
        let id = Arn::parse(arn).map_or("", |arn| arn.id());
        let found = self.registry.own(self.caller, Kind::ResourceShare, id);
        let found = found.await.map_err(|failure| fault(&failure))?;
        let Some(Spec::ResourceShare(share)) = found.spec else {
            return Ok(());
        };
        let is_in = |resource: &&String| {
            let id = Arn::parse(resource).map_or("", |arn| arn.id());
            share.resource_identifiers.iter().any(|known| known == id)
        };
        let resources = entries.resources.iter().filter(|it| !is_in(it));
        let accounts = entries.accounts.iter();
        let accounts = accounts.filter(|it| !share.accounts.contains(it));
        let Some(gone) = resources.chain(accounts).next() else {
            return Ok(());
        };
        let action = "ram:DisassociateResourceShare";
        let allowed = self.registry.authorise(self.caller, action, arn);
        allowed.map_err(|failure| fault(&failure))?;
        let message = format!("{gone} is not in the share {arn}");
        Err(Fault::of_sender("UnknownResourceException", message))
    }

    async fn change(&self, change: v1::ResourceShare) -> Result<v1::Resource, Fault> {
        let request = v1::UpdateRequest {
            identifier: Some(self.share()?),
            resource: Some(resource(change)),
            options: Some(self.options()),
        };
        let written = self.registry.update(self.caller, request).await;
        let written = written.map_err(|failure| fault(&failure))?;
        Ok(written.resource.unwrap_or_default())
    }

    fn associated(&self, share: &v1::Resource, entries: &Entries, status: &str) -> Value {
        let resources = entries.resources.iter().map(|it| (it, "RESOURCE"));
        let accounts = entries.accounts.iter().map(|it| (it, "PRINCIPAL"));
        let told = resources.chain(accounts);
        let told: Vec<_> = told
            .map(|(entity, kind)| told::association(share, entity, kind, status))
            .collect();
        self.answered("resourceShareAssociations", told.into())
    }

    /// An answer, with the token that the request has.
    fn answered(&self, member: &str, told: Value) -> Value {
        let mut answer = Map::from_iter([(member.to_owned(), told)]);
        if let Some(token) = self.input.get("clientToken") {
            answer.insert("clientToken".to_owned(), token.clone());
        }
        answer.into()
    }

    fn some_entries(&self) -> Result<Entries, Fault> {
        self.refuse(&["sources"])?;
        let entries = self.entries()?;
        if entries.resources.is_empty() && entries.accounts.is_empty() {
            return Err(invalid("name a resource or a principal"));
        }
        Ok(entries)
    }

    fn entries(&self) -> Result<Entries, Fault> {
        let accounts = self.texts("principals");
        if let Some(other) = accounts.iter().find(|it| !id::is_account(it)) {
            let message = format!(
                "{other} is not supported: principals are accounts, 12 digits; a share is with all that is in them"
            );
            return Err(invalid(message));
        }
        Ok(Entries {
            resources: self.arns("resourceArns")?,
            accounts,
        })
    }

    fn tags(&self) -> Result<std::collections::HashMap<String, String>, Fault> {
        let mut tags = std::collections::HashMap::new();
        let given = self.input.get("tags").and_then(Value::as_array);
        for tag in given.into_iter().flatten() {
            let text = |field: &str| tag[field].as_str().unwrap_or_default().to_owned();
            let key = text("key");
            if tags.insert(key.clone(), text("value")).is_some() {
                return Err(invalid(format!("tags: the key {key} is there twice")));
            }
        }
        Ok(tags)
    }

    /// The share that a request names.
    fn share(&self) -> Result<v1::Identifier, Fault> {
        let arn = self.text("resourceShareArn");
        check_arn(arn)?;
        Ok(v1::Identifier {
            kind: Kind::ResourceShare.into(),
            identifier: arn.to_owned(),
            ..v1::Identifier::default()
        })
    }

    fn options(&self) -> v1::WriteOptions {
        v1::WriteOptions {
            client_token: self.text("clientToken").to_owned(),
            ..self.patience.options()
        }
    }
}

fn resource(share: v1::ResourceShare) -> v1::Resource {
    v1::Resource {
        metadata: None,
        spec: Some(Spec::ResourceShare(share)),
    }
}
