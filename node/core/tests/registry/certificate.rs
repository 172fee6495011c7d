//! Certificates: what is imported, what is imported again, and what uses one.

use trellis_core::model::{Certificate, ClusterSettings, Kind, Record, arn, limits};
use trellis_core::registry::command::{Identifier, Stored, version_of};
use trellis_core::registry::{Change, Operation};

use super::check;

#[test]
fn a_certificate_is_called_by_a_uuid() {
    let script = check(
        "
        create certificate shop pem=leaf chain=issuing,root tag=team:a
        show certificate shop arn
        => ok arn:aws:acm:eu-west-1:222222222222:certificate/shop
        show certificate shop imported
        => ok 1700000000002
        resolve certificate - arn:aws:acm:eu-west-1:222222222222:certificate/@shop
        => ok shop
        resolve certificate - arn:aws:acm:us-east-1:222222222222:certificate/@shop
        => refused NotFound: CERTIFICATE arn:aws:acm:us-east-1:222222222222:certificate/shop not found
        tag certificate shop cost=7
        show certificate shop imported
        => ok 1700000000002
        tagged
        => ok arn:aws:acm:eu-west-1:222222222222:certificate/shop cost=7 team=a
        create certificate again pem=leaf      # the same once more is another
        delete certificate shop
        => ok shop
        create certificate bad id=svc-00000000000000001
        => refused Validation: id: has not the shape of an id
        create certificate bad id=0123456789ab-cdef-0123-456789abcdef0
        => refused Validation: id: has not the shape of an id
    ",
    );
    let id = &script.names["shop"];
    let lengths: Vec<usize> = id.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
    assert_eq!((&id[14..15], &id[19..20]), ("4", "8"), "{id}");
}

#[test]
fn what_acm_does_not_import_is_refused() {
    let long = "x".repeat(32_769);
    check(&format!(
        "
        create certificate one pem=
        => refused Validation: certificate: has length 0; 1–32768 is allowed; certificate: is not PEM; give the text…
        create certificate one pem={long}
        => refused Validation: certificate: has length 32769; 1–32768 is allowed; certificate: is not PEM…
        create certificate one pem=leaf chain={long}
        => refused Validation: certificateChain: has length 32769; 0–32768 is allowed; certificateChain: is not PEM…
        create certificate one pem=leaf,issuing
        => refused Validation: certificate: holds 2 certificates; give its own alone…
        create certificate one pem=nameless
        => refused Validation: certificate: names no domain and no address; have it issued…
        create certificate one pem=ed25519
        => refused Validation: certificate: has a public key that is none of RSA of 1024, 2048…
        create certificate one pem=mixed
        => refused Validation: certificate: has a key of another kind than its issuer signs with…
        create certificate one pem=leaf chain=root
        => refused Validation: certificateChain: does not lead from the certificate: number 1 has not issued the one before it…
        create certificate one pem=leaf sealed=
        => refused Validation: sealedKey: has length 0; 1–16384 is allowed
        create certificate one pem=expired
        => refused Validation: certificate: has expired; import the one that it was renewed by
        create certificate one pem=early
        => refused Validation: certificate: is not valid yet; import it when it is
        create certificate one pem=p521
        => ok one
    "
    ));
}

#[test]
fn what_is_imported_again_keeps_what_services_rely_on() {
    check(
        "
        create certificate shop pem=leaf chain=issuing sealed=1 tag=team:a
        update certificate shop pem=renewed sealed=2
        => ok shop
        show certificate shop imported
        => ok 1700000000003
        show certificate shop tags
        => ok {\"team\": \"a\"}
        update certificate shop sealed=3        # the same with its key is imported anew, too
        show certificate shop imported
        => ok 1700000000004
        update certificate shop
        show certificate shop imported
        => ok 1700000000004
        as cluster update certificate shop sealed=4
        show certificate shop imported
        => ok 1700000000004
        update certificate shop pem=narrowed chain=
        => refused Validation: certificate: lacks the key usage KEY_ENCIPHERMENT, which it had before
        update certificate shop pem=unserved chain=
        => refused Validation: certificate: lacks the extended key usage TLS_WEB_SERVER_AUTHENTICATION (1.3.6.1.5.5.7.3.1), which it had before
        update certificate shop pem=rsa1024 chain=
        => refused Validation: certificate: has a key of another kind or size; what is imported again must have RSA_2048, as before…
        update certificate shop pem=expired chain=
        => refused Validation: certificate: lacks the key usage…
        create certificate curve pem=p256
        update certificate curve pem=p256-renewed    # elliptic keys encipher none
        => ok curve
        create certificate old pem=rsa1024
        update certificate old pem=leaf
        => refused Validation: certificate: has a key of another kind or size; what is imported again must have RSA_1024, as before
    ",
    );
}

#[test]
fn a_certificate_that_services_name_is_not_deleted() {
    let mut script = check(
        "
        create certificate shop
        create service orders
        create service other
    ",
    );
    let id = script.names["shop"].clone();
    let shop = script.state.get::<Certificate>(&id).unwrap().clone();
    let own = arn::of(Kind::Certificate, shop.meta());
    script.run(&format!(
        "
        update service orders certificate={own}
        as other create service theirs certificate={own}    # what others name is not in the way
        delete certificate shop
        => refused Conflict: certificate shop is in use by service orders; give that another certificate or none first
        delete service orders ; delete certificate shop
        => ok orders shop
        update service other certificate={own}              # it may be gone
        => ok other
    "
    ));
    script.run(
        "
        create certificate shop
        delete certificate shop
        => refused Conflict: certificate shop is in use by service other; give that another certificate or none first
        update service other certificate=arn:aws:acm:::certificate/us-east-1
        as ops update settings cluster regions=eu-west-1    # what is named so is in no region
        delete certificate shop
        => ok shop
    ",
    );
}

#[test]
fn an_account_has_so_many_certificates_in_a_region_and_only_it_sees_them() {
    check("
        as ops update settings cluster certificatesPerRegion=1
        create certificate one
        create certificate two
        => refused QuotaExceeded(L-D2CB7DE9): the quota certificatesPerRegion of 1 is reached; delete one or raise the quota
        in us-east-1 create certificate two
        => ok two
        as other create certificate theirs
        => ok theirs
        list certificate
        => ok one
        as other delete certificate one
        => refused NotFound: CERTIFICATE one not found
        as other update certificate one pem=renewed
        => refused NotFound: CERTIFICATE one not found
        as other tag certificate one a=b
        => refused NotFound: CERTIFICATE one not found
        as ops delete account 222222222222
        => refused Conflict: account 222222222222 owns CERTIFICATE…
    ");
}

#[test]
fn members_that_do_not_know_certificates_are_not_asked_about_them() {
    let version = |change| {
        version_of(&[Operation {
            change: Some(change),
            ..Operation::default()
        }])
    };
    let create = |record: Stored| version(Change::Create(record));
    assert_eq!(create(Certificate::default().into()), 5);
    let mut settings = ClusterSettings::default();
    let quota = limits::CERTIFICATES_PER_REGION.name.to_owned();
    settings.quotas.insert(quota, 1);
    assert_eq!(create(settings.into()), 5);
    let named = Identifier {
        kind: Kind::Certificate as i32,
        id: String::new(),
    };
    assert_eq!(version(Change::Delete(named)), 5);
}
