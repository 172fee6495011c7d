//! OIDC providers.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use trellis_core::model::{HTTPS, OidcProvider, Record};
use trellis_proto::v1;

use super::reader::{put, tags};
use super::{Convert, Reader};

impl Convert for OidcProvider {
    type Message = v1::OidcProvider;

    fn read(mut self, given: &v1::OidcProvider, reader: &mut Reader<'_>) -> Self {
        let name = given.url.strip_prefix(HTTPS);
        if name.is_none() && !given.url.is_empty() {
            reader.mistake("url", "does not begin with https://");
        }
        reader.named(
            "url",
            self.meta_mut(),
            name.unwrap_or(&given.url),
            &given.tags,
        );
        if !given.client_ids.is_empty() {
            self.client_ids.clone_from(&given.client_ids);
        }
        let removed = &given.removed_client_ids;
        self.client_ids.retain(|id| !removed.contains(id));
        self.client_ids.extend_from_slice(&given.added_client_ids);
        // As they are stored, so that a bundle finds them unchanged.
        self.client_ids.sort_unstable();
        self.client_ids.dedup();
        if !given.thumbprints.is_empty() {
            self.thumbprints.clone_from(&given.thumbprints);
        }
        put(&mut self.jwks, given.jwks.as_ref());
        put(&mut self.ca_certificates, given.ca_certificates.as_ref());
        let pem = self.ca_certificates.as_bytes();
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let is_read = read.is_ok_and(|certificates| !certificates.is_empty());
        if !pem.is_empty() && !is_read {
            reader.mistake("caCertificates", "is no certificate in PEM");
        }
        self
    }

    fn write(&self) -> v1::OidcProvider {
        let given = |text: &String| (!text.is_empty()).then(|| text.clone());
        v1::OidcProvider {
            url: self.url(),
            client_ids: self.client_ids.clone(),
            thumbprints: self.thumbprints.clone(),
            tags: tags(self.meta()),
            jwks: given(&self.jwks),
            ca_certificates: given(&self.ca_certificates),
            ..v1::OidcProvider::default()
        }
    }
}
