//! What is told of a certificate. Its private key is no part of it.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::{Value, json};
use trellis_core::certificate::{self, Facts};
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::fault;
use crate::failure::{Failure, Fault};

/// Alternative names of a summary. Source: API reference, `CertificateSummary`.
const NAMES_IN_SUMMARY: usize = 100;

/// What the registry says of a certificate; nothing of what is none.
pub(super) fn certificate(resource: &v1::Resource) -> v1::Certificate {
    match &resource.spec {
        Some(Spec::Certificate(certificate)) => certificate.clone(),
        _ => v1::Certificate::default(),
    }
}

/// A certificate with all that it says. It was valid when it was imported: only its end can have passed.
pub(super) fn detail(resource: &v1::Resource, now_ms: u64) -> Result<Value, Fault> {
    let (certificate, facts) = (certificate(resource), facts(resource)?);
    let mut told = common(resource, &certificate, &facts, now_ms);
    let usages = facts.usages.iter().map(|name| json!({ "Name": name }));
    let purposes = facts.purposes.iter();
    let purposes = purposes.map(|it| json!({ "Name": it.name, "OID": it.oid }));
    put(&mut told, "SubjectAlternativeNames", &domains(&facts));
    told["Serial"] = json!(facts.serial);
    told["Subject"] = json!(facts.subject);
    told["Issuer"] = json!(facts.issuer);
    told["SignatureAlgorithm"] = json!(facts.signature);
    told["InUseBy"] = json!(certificate.in_use_by);
    told["KeyUsages"] = usages.collect();
    told["ExtendedKeyUsages"] = purposes.collect();
    told["Options"] = json!({
        "CertificateTransparencyLoggingPreference": "DISABLED",
        "Export": "DISABLED",
    });
    Ok(told)
}

/// A certificate in a list.
pub(super) fn summary(resource: &v1::Resource, now_ms: u64) -> Result<Value, Fault> {
    let (certificate, facts) = (certificate(resource), facts(resource)?);
    let mut told = common(resource, &certificate, &facts, now_ms);
    let domains = domains(&facts);
    let few = &domains[..domains.len().min(NAMES_IN_SUMMARY)];
    let purposes = facts.purposes.iter().map(|it| it.name);
    put(&mut told, "SubjectAlternativeNameSummaries", few);
    told["HasAdditionalSubjectAlternativeNames"] = json!(domains.len() > few.len());
    told["KeyUsages"] = json!(facts.usages);
    told["ExtendedKeyUsages"] = purposes.collect();
    told["ExportOption"] = json!("DISABLED");
    told["InUse"] = json!(!certificate.in_use_by.is_empty());
    told["Exported"] = json!(false);
    Ok(told)
}

/// The certificate and its chain, as they were imported.
pub(super) fn pem(resource: &v1::Resource) -> Value {
    let certificate = certificate(resource);
    let mut told = json!({ "Certificate": certificate.certificate });
    if !certificate.certificate_chain.is_empty() {
        told["CertificateChain"] = certificate.certificate_chain.into();
    }
    told
}

/// The tags, by key.
pub(super) fn tags(resource: &v1::Resource) -> Value {
    let tags: BTreeMap<_, _> = certificate(resource).tags.into_iter().collect();
    let tags = tags.into_iter();
    let told: Vec<_> = tags
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect();
    // The model knows no empty list of tags.
    if told.is_empty() {
        return json!({});
    }
    json!({ "Tags": told })
}

fn common(
    resource: &v1::Resource,
    certificate: &v1::Certificate,
    facts: &Facts,
    now_ms: u64,
) -> Value {
    let metadata = resource.metadata.clone().unwrap_or_default();
    let now_seconds = i64::try_from(now_ms / 1_000).unwrap_or(i64::MAX);
    let is_over = facts.not_after_seconds < now_seconds;
    json!({
        "CertificateArn": metadata.arn,
        "DomainName": domains(facts).first().copied().or(facts.names.first().map(String::as_str)),
        "Status": if is_over { "EXPIRED" } else { "ISSUED" },
        "Type": "IMPORTED",
        "KeyAlgorithm": facts.key.name(),
        "RenewalEligibility": "INELIGIBLE",
        "NotBefore": facts.not_before_seconds,
        "NotAfter": facts.not_after_seconds,
        "CreatedAt": seconds(&metadata.created_at),
        "ImportedAt": seconds(&certificate.imported_at),
    })
}

/// The domains that a certificate is for: the model has no place for addresses in its lists of names.
fn domains(facts: &Facts) -> Vec<&str> {
    let names = facts.names.iter().map(String::as_str);
    names
        .filter(|name| name.parse::<IpAddr>().is_err())
        .collect()
}

/// Tells a list of names, of which the model knows no empty one.
fn put(told: &mut Value, member: &str, names: &[&str]) {
    if !names.is_empty() {
        told[member] = json!(names);
    }
}

/// What the certificate of a resource says; the registry holds none that cannot be read.
fn facts(resource: &v1::Resource) -> Result<Facts, Fault> {
    let read = certificate::read(&certificate(resource).certificate);
    read.map_err(|mistake| fault(&Failure::Internal(format!("the certificate {mistake}"))))
}

/// Seconds since the Unix epoch, as this API tells times.
fn seconds(time: &str) -> Value {
    let time: Result<Timestamp, _> = time.parse();
    time.map_or(Value::Null, |time| time.as_second().into())
}
