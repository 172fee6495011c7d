//! Certificates. Their private keys are read once, beside the certificate that they must belong to, and never written.

use trellis_core::certificate;
use trellis_core::model::limits::PRIVATE_KEY_BYTES_MAX;
use trellis_core::model::{Certificate, Record};
use trellis_proto::v1;

use super::reader::{put_map, tags};
use super::{Convert, Reader, timestamp};

impl Convert for Certificate {
    type Message = v1::Certificate;

    /// The key itself is sealed by whoever plans the write.
    fn read(mut self, given: &v1::Certificate, reader: &mut Reader<'_>) -> Self {
        put_map(&mut self.meta_mut().tags, &given.tags);
        if !given.certificate.is_empty() {
            self.certificate = pem(&given.certificate);
            self.chain.clear();
        } else if reader.creating {
            reader.mistake("certificate", "required");
        }
        if !given.certificate_chain.is_empty() {
            self.chain = pem(&given.certificate_chain);
        }
        let is_imported = reader.creating || !given.certificate.is_empty();
        if given.private_key.is_empty() && is_imported {
            let message = "required; a certificate is imported with its private key";
            reader.mistake("privateKey", message);
        } else if !given.private_key.is_empty() {
            key(&self.certificate, &given.private_key, reader);
        }
        self
    }

    fn write(&self) -> v1::Certificate {
        let facts = certificate::read(&self.certificate).ok();
        let not_after = facts.as_ref().map_or(0, |facts| facts.not_after_seconds);
        let not_after_ms = u64::try_from(not_after).unwrap_or_default() * 1_000;
        v1::Certificate {
            certificate: self.certificate.clone(),
            certificate_chain: self.chain.clone(),
            private_key: String::new(),
            tags: tags(self.meta()),
            domain_name: facts.map_or_else(String::new, |facts| facts.names[0].clone()),
            imported_at: timestamp(self.imported_at_ms),
            not_after: timestamp(not_after_ms),
            in_use_by: Vec::new(),
        }
    }
}

/// Certificates as they are stored; what is none is left to the registry to refuse.
fn pem(given: &str) -> String {
    certificate::normal(given).unwrap_or_else(|| given.to_owned())
}

/// Judges the private key of a certificate; the certificate itself is left to the registry to refuse.
fn key(certificate: &str, key: &str, reader: &mut Reader<'_>) {
    let length = key.len();
    if length > PRIVATE_KEY_BYTES_MAX {
        let message = format!("has length {length}; 1–{PRIVATE_KEY_BYTES_MAX} is allowed");
        reader.mistake("privateKey", message);
    } else if let Err(mistake) = certificate::check_key(certificate, key)
        && mistake.is_of_key()
    {
        reader.mistake("privateKey", mistake.to_string());
    }
}
