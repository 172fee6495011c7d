//! Certificates are imported, once and again, tagged and deleted.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use trellis_core::certificate::Mistake;
use trellis_core::model::arn::Arn;
use trellis_core::model::limits;
use trellis_core::registry::outcome::RefusalKind;
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::{Call, fault, told};
use crate::failure::{Failure, Fault};
use crate::registry::Registry;

impl<R: Registry> Call<'_, R> {
    /// Imports a certificate, or another in the place of one, which keeps its ARN and its tags.
    pub(super) async fn import(&self) -> Result<Value, Fault> {
        let certificate = v1::Certificate {
            certificate: self.pem(
                "Certificate",
                limits::CERTIFICATE_BYTES_MAX,
                &Mistake::NotPem,
            )?,
            certificate_chain: self.pem(
                "CertificateChain",
                limits::CERTIFICATE_CHAIN_BYTES_MAX,
                &Mistake::NotPem,
            )?,
            private_key: self.pem(
                "PrivateKey",
                limits::PRIVATE_KEY_BYTES_MAX,
                &Mistake::KeyNotPem,
            )?,
            tags: self.given_tags()?,
            ..v1::Certificate::default()
        };
        let options = Some(self.patience.options());
        let has_tags = !certificate.tags.is_empty();
        let resource = Some(v1::Resource {
            metadata: None,
            spec: Some(Spec::Certificate(certificate)),
        });
        let written = if self.input.contains_key("CertificateArn") {
            if has_tags {
                let message = "Tags cannot be given with CertificateArn: the certificate keeps those that it has; use AddTagsToCertificate";
                return Err(Fault::of_sender("InvalidParameterException", message));
            }
            let request = v1::UpdateRequest {
                identifier: Some(self.identifier()?),
                resource,
                options,
            };
            self.registry.update(self.caller, request).await
        } else {
            let request = v1::CreateRequest {
                resource,
                options,
                owner_account: String::new(),
            };
            self.registry.create(self.caller, request).await
        };
        let written = written.map_err(|failure| fault(&failure))?;
        let metadata = written.resource.unwrap_or_default().metadata;
        Ok(json!({ "CertificateArn": metadata.unwrap_or_default().arn }))
    }

    /// Deletes a certificate that no service names.
    pub(super) async fn delete(&self) -> Result<Value, Fault> {
        let request = v1::DeleteRequest {
            identifier: Some(self.identifier()?),
            options: Some(self.patience.options()),
        };
        let deleted = self.registry.delete(self.caller, request).await;
        deleted.map_err(|failure| {
            let mut told = fault(&failure);
            if let Failure::Refused(refusal) = &failure
                && refusal.kind() == RefusalKind::Conflict
            {
                told.code = "ResourceInUseException";
            }
            told
        })?;
        Ok(json!({}))
    }

    /// Sets tags.
    pub(super) async fn tag(&self) -> Result<Value, Fault> {
        let request = v1::TagRequest {
            identifier: Some(self.identifier()?),
            tags: self.given_tags()?,
            options: Some(self.patience.options()),
        };
        let tagged = self.registry.tag(self.caller, request).await;
        tagged.map_err(|failure| fault(&failure))?;
        Ok(json!({}))
    }

    /// Removes tags; one that is given with a value goes only where it has that value.
    pub(super) async fn untag(&self) -> Result<Value, Fault> {
        let identifier = self.identifier()?;
        let had = self.own_tags(&identifier.identifier).await?;
        let given = self.tag_list().filter(|(key, value)| {
            value.is_none_or(|value| had.get(*key).is_none_or(|had| had == value))
        });
        let request = v1::UntagRequest {
            identifier: Some(identifier.clone()),
            tag_keys: given.map(|(key, _)| key.to_owned()).collect(),
            options: Some(self.patience.options()),
        };
        let untagged = self.registry.untag(self.caller, request).await;
        untagged.map_err(|failure| fault(&failure))?;
        Ok(json!({}))
    }

    /// The tags of a certificate of the caller's account. What they are is not told.
    async fn own_tags(&self, text: &str) -> Result<HashMap<String, String>, Fault> {
        let id = Arn::parse(text).map_or("", |arn| arn.id());
        let kind = v1::ResourceKind::Certificate;
        let found = self.registry.own(self.caller, kind, id).await;
        match found {
            Ok(found) => Ok(told::certificate(&found).tags),
            // What is not there is refused by what comes next, in the same words as everywhere.
            Err(Failure::Refused(_)) => Ok(HashMap::new()),
            Err(failure) => Err(fault(&failure)),
        }
    }

    /// The text that a field holds in Base64; empty where it is not there.
    fn pem(&self, field: &str, most: usize, mistake: &Mistake) -> Result<String, Fault> {
        let wrong = |message: String| fault(&Failure::field(field, message));
        let bytes = STANDARD
            .decode(self.text(field))
            .map_err(|_| fault(&Failure::Unparsed(format!("{field} must be Base64"))))?;
        if bytes.len() > most {
            return Err(wrong(format!(
                "must have at most {most} bytes, not {}",
                bytes.len()
            )));
        }
        String::from_utf8(bytes).map_err(|_| wrong(mistake.to_string()))
    }

    /// Keys of the tags that the request gives, each with its value where it has one.
    fn tag_list(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let tags = self.input.get("Tags").and_then(Value::as_array);
        tags.into_iter().flatten().filter_map(|tag| {
            let value = tag.get("Value").and_then(Value::as_str);
            Some((tag.get("Key")?.as_str()?, value))
        })
    }

    fn given_tags(&self) -> Result<HashMap<String, String>, Fault> {
        let mut tags = HashMap::new();
        for (key, value) in self.tag_list() {
            let value = value.unwrap_or_default().to_owned();
            if tags.insert(key.to_owned(), value).is_some() {
                let message = format!("the tag {key:?} is given twice; give it once");
                return Err(Fault::of_sender("InvalidTagException", message));
            }
        }
        Ok(tags)
    }
}
