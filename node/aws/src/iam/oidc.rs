//! OIDC providers.

use serde_json::{Value, json};
use trellis_core::model::arn::{Arn, OIDC_PROVIDER};
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;
use trellis_proto::v1::resource::Spec;

use super::call::{Call, PAGE};
use super::told;
use crate::failure::Failure;
use crate::query;
use crate::registry::Registry;

/// The field that names a provider.
const ARN: &str = "OpenIDConnectProviderArn";

impl<R: Registry> Call<'_, R> {
    /// Creates a provider, whose keys are fetched from its URL.
    pub(super) async fn create_provider(&mut self) -> Result<Value, Failure> {
        let provider = v1::OidcProvider {
            url: self.text("Url"),
            client_ids: self.texts("ClientIDList"),
            thumbprints: self.texts("ThumbprintList"),
            tags: query::tags(&self.input)?,
            ..v1::OidcProvider::default()
        };
        let created = self.made(Spec::OidcProvider(provider)).await?;
        let told = told::tell(&created);
        let arn = created.metadata.unwrap_or_default().arn;
        Ok(json!({ ARN: arn, "Tags": told["Tags"] }))
    }

    /// Reads a provider.
    pub(super) async fn get_provider(&mut self) -> Result<Value, Failure> {
        let found = self.find(Kind::OidcProvider).await?;
        Ok(told::tell(&found))
    }

    /// Names every provider of the account: the API has no pages for them.
    pub(super) async fn list_providers(&mut self) -> Result<Value, Failure> {
        let (mut items, mut next_token) = (Vec::new(), String::new());
        loop {
            let request = v1::ListRequest {
                kind: Kind::OidcProvider.into(),
                max_results: PAGE,
                next_token,
                ..v1::ListRequest::default()
            };
            let page = self.registry.list(self.caller, request).await?;
            for provider in page.resources {
                items.push(json!({ "Arn": provider.metadata.unwrap_or_default().arn }));
            }
            next_token = page.next_token;
            if next_token.is_empty() {
                return Ok(json!({ "OpenIDConnectProviderList": items }));
            }
        }
    }

    /// Adds a client id; one that is there already is no mistake.
    pub(super) async fn add_client_id(&mut self) -> Result<Value, Failure> {
        let change = v1::OidcProvider {
            added_client_ids: vec![self.text("ClientID")],
            ..v1::OidcProvider::default()
        };
        self.change_provider(change).await
    }

    /// Removes a client id; one that is not there is no mistake.
    pub(super) async fn remove_client_id(&mut self) -> Result<Value, Failure> {
        let change = v1::OidcProvider {
            removed_client_ids: vec![self.text("ClientID")],
            ..v1::OidcProvider::default()
        };
        self.change_provider(change).await
    }

    /// Replaces the thumbprints.
    pub(super) async fn update_thumbprints(&mut self) -> Result<Value, Failure> {
        let change = v1::OidcProvider {
            thumbprints: self.texts("ThumbprintList"),
            ..v1::OidcProvider::default()
        };
        self.change_provider(change).await
    }

    async fn change_provider(&mut self, change: v1::OidcProvider) -> Result<Value, Failure> {
        let named = self.provider()?;
        self.changed(named, Spec::OidcProvider(change)).await?;
        Ok(json!({}))
    }

    /// The provider that the request names.
    pub(super) fn provider(&mut self) -> Result<v1::Identifier, Failure> {
        let arn = self.text(ARN);
        let is_provider = Arn::parse(&arn)
            .is_some_and(|arn| arn.service == "iam" && arn.resource.starts_with(OIDC_PROVIDER));
        if !is_provider {
            let message = format!("{arn} is no ARN of an OpenID Connect provider");
            return Err(Failure::field(ARN, message));
        }
        Ok(v1::Identifier {
            kind: Kind::OidcProvider.into(),
            identifier: arn,
            ..v1::Identifier::default()
        })
    }
}
