//! Certificates: their private keys are sealed before they are proposed, and who may import, change and delete them.

use trellis_core::model::{Certificate, Record};
use trellis_core::registry::outcome::RefusalKind;
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::{apply, refusal};
use crate::control::error::Failure;
use crate::control::tests::estate::resource;
use crate::control::tests::{Estate, FIRST, SECOND, admin};

/// A file of certificates and keys made for tests.
macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("../../../../core/tests/certificates/", $name))
    };
}

fn leaf() -> v1::Certificate {
    v1::Certificate {
        certificate: file!("leaf.pem").to_owned(),
        private_key: file!("leaf.key").to_owned(),
        ..v1::Certificate::default()
    }
}

fn renewed() -> v1::Certificate {
    v1::Certificate {
        certificate: file!("renewed.pem").to_owned(),
        private_key: file!("renewed.key").to_owned(),
        ..v1::Certificate::default()
    }
}

/// The only certificate there is.
fn only(estate: &Estate) -> Certificate {
    let mut all = estate.state.all::<Certificate>();
    let certificate = all.next().map(|it| (**it).clone());
    assert!(all.next().is_none());
    certificate.unwrap()
}

fn named(certificate: &Certificate) -> Option<v1::Identifier> {
    Some(v1::Identifier {
        kind: v1::ResourceKind::Certificate as i32,
        identifier: certificate.meta().id.clone(),
        ..v1::Identifier::default()
    })
}

fn import(certificate: v1::Certificate) -> v1::CreateRequest {
    v1::CreateRequest {
        resource: Some(resource(Spec::Certificate(certificate))),
        ..v1::CreateRequest::default()
    }
}

fn again(of: &Certificate, certificate: v1::Certificate) -> v1::UpdateRequest {
    v1::UpdateRequest {
        identifier: named(of),
        resource: Some(resource(Spec::Certificate(certificate))),
        options: None,
    }
}

#[test]
fn a_private_key_is_sealed_for_its_certificate_and_proposed_no_other_way() {
    let mut estate = Estate::new();
    let request = import(leaf());
    let (plan, _) = estate
        .write(&admin(FIRST), |planner| planner.create(&request))
        .unwrap();
    assert!(!format!("{plan:?}{request:?}").contains("PRIVATE KEY"));
    let first = only(&estate);
    let opened = |estate: &Estate, it: &Certificate| {
        let key = estate
            .keyring
            .open(it.meta().id.as_bytes(), &it.sealed_key)
            .unwrap();
        String::from_utf8(key.to_vec()).unwrap()
    };
    assert_eq!(opened(&estate, &first), file!("leaf.key"));

    let request = again(&first, renewed());
    estate
        .write(&admin(FIRST), |planner| planner.update(&request))
        .unwrap();
    let second = only(&estate);
    assert_eq!(second.meta().id, first.meta().id);
    assert_eq!(opened(&estate, &second), file!("renewed.key"));

    // Who gives no key changes none.
    let tags = v1::Certificate {
        tags: [("k".to_owned(), "v".to_owned())].into(),
        ..v1::Certificate::default()
    };
    let request = again(&second, tags);
    estate
        .write(&admin(FIRST), |planner| planner.update(&request))
        .unwrap();
    let third = only(&estate);
    assert_eq!(third.sealed_key, second.sealed_key);
    assert_eq!(third.imported_at_ms, second.imported_at_ms);
}

#[test]
fn a_certificate_is_not_part_of_a_bundle() {
    let mut estate = Estate::new();
    let refused = apply(&mut estate, &[r#"{"certificate": {"certificate": "x"}}"#]);
    let (kind, message) = refusal(refused.unwrap_err());
    assert_eq!(kind, RefusalKind::Validation);
    assert!(
        message.contains("certificates are imported by Create"),
        "{message}"
    );
}

#[test]
fn another_account_finds_no_certificate() {
    let mut estate = Estate::new();
    let request = import(leaf());
    estate
        .write(&admin(FIRST), |planner| planner.create(&request))
        .unwrap();
    let theirs = only(&estate);
    let stranger = admin(SECOND);
    let update = again(&theirs, renewed());
    let delete = v1::DeleteRequest {
        identifier: named(&theirs),
        options: None,
    };
    for failure in [
        estate.write(&stranger, |planner| planner.update(&update)),
        estate.write(&stranger, |planner| planner.delete(&delete)),
    ] {
        let (kind, _) = refusal(failure.unwrap_err());
        assert_eq!(kind, RefusalKind::NotFound);
    }
}

#[test]
fn each_change_of_a_certificate_needs_its_action() {
    let tagged = v1::Certificate {
        tags: [("k".to_owned(), "v".to_owned())].into(),
        ..leaf()
    };
    let create = |certificate: &v1::Certificate, actions: &str| {
        let mut estate = Estate::new();
        let user = estate.user("clerk", &allow(actions, "*"));
        let request = import(certificate.clone());
        denied(
            estate
                .write(&user, |planner| planner.create(&request))
                .map(drop),
        )
    };
    assert_eq!(create(&leaf(), r#""acm:ImportCertificate""#), "");
    assert_eq!(
        create(&leaf(), r#""acm:DescribeCertificate""#),
        "acm:ImportCertificate"
    );
    assert_eq!(
        create(&tagged, r#""acm:ImportCertificate""#),
        "acm:AddTagsToCertificate"
    );
    assert_eq!(create(&tagged, r#""acm:*""#), "");

    let change = |action: &str, resource: &str| {
        let mut estate = Estate::new();
        let request = import(leaf());
        estate
            .write(&admin(FIRST), |planner| planner.create(&request))
            .unwrap();
        let it = only(&estate);
        let resource = resource.replace("ID", &it.meta().id);
        let user = estate.user("clerk", &allow(&format!("\"acm:{action}\""), &resource));
        let delete = v1::DeleteRequest {
            identifier: named(&it),
            options: None,
        };
        let update = again(&it, renewed());
        [
            denied(
                estate
                    .write(&user, |planner| planner.update(&update))
                    .map(drop),
            ),
            denied(
                estate
                    .write(&user, |planner| planner.delete(&delete))
                    .map(drop),
            ),
        ]
    };
    let own = "arn:aws:acm:eu-west-1:111111111111:certificate/ID";
    let (import, delete) = ("acm:ImportCertificate", "acm:DeleteCertificate");
    assert_eq!(change("ImportCertificate", own), ["", delete]);
    assert_eq!(change("DeleteCertificate", own), [import, ""]);
    let other = "arn:aws:acm:eu-west-1:111111111111:certificate/0";
    assert_eq!(change("*", other), [import, delete]);
}

fn allow(actions: &str, resource: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": [{actions}], "Resource": "{resource}"}}]}}"#
    )
}

/// The action that is denied; empty where none is.
fn denied(written: Result<(), Failure>) -> String {
    match written {
        Ok(()) => String::new(),
        Err(Failure::Denied { action, .. }) => action,
        Err(other) => panic!("{other}"),
    }
}
