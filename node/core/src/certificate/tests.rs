//! What certificates say, which are refused, and whose keys and chains are theirs. Made with OpenSSL's library, valid
//! from 2020 to 2119, and read by OpenSSL as it is said here.

use super::*;

/// A file of certificates and keys made for tests.
macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("../../tests/certificates/", $name))
    };
}

const LEAF: &str = file!("leaf.pem");
const ISSUING: &str = file!("issuing.pem");
const ROOT: &str = file!("root.pem");

#[test]
fn a_certificate_says_whom_it_is_for_and_what_it_may() {
    let facts = read(LEAF).unwrap();
    assert_eq!(facts.names, ["shop.example.com", "www.shop.example.com"]);
    assert_eq!(facts.serial, "07:71:f4:6b:e0:9e:c9:a3");
    assert_eq!(facts.subject, "CN=shop.example.com");
    assert_eq!(facts.issuer, "Example Trust");
    assert_eq!(facts.not_before_seconds, 1_577_836_800);
    assert_eq!(facts.not_after_seconds, 4_733_510_400);
    assert_eq!(
        (facts.key.name(), facts.signature),
        ("RSA_2048", "SHA256WITHRSA")
    );
    assert_eq!(facts.usages, ["DIGITAL_SIGNATURE", "KEY_ENCIPHERMENT"]);
    let purposes: Vec<_> = facts
        .purposes
        .iter()
        .map(|it| (it.name, it.oid.as_str()))
        .collect();
    assert_eq!(
        purposes,
        [
            ("TLS_WEB_SERVER_AUTHENTICATION", "1.3.6.1.5.5.7.3.1"),
            ("TLS_WEB_CLIENT_AUTHENTICATION", "1.3.6.1.5.5.7.3.2"),
        ]
    );
    let facts = read(file!("ec-leaf.pem")).unwrap();
    assert_eq!(facts.names, ["ec.example.com", "192.0.2.7"]);
    assert_eq!(
        (facts.subject.as_str(), facts.issuer.as_str()),
        ("O=Example", "EC Root")
    );
    assert_eq!((facts.usages, facts.purposes), (Vec::new(), Vec::new()));
}

#[test]
fn every_kind_of_key_of_acm_is_known() {
    for (certificate, key, algorithm, signature) in [
        (
            file!("rsa1024.pem"),
            file!("rsa1024.key"),
            "RSA_1024",
            "SHA256WITHRSA",
        ),
        (LEAF, file!("leaf.key"), "RSA_2048", "SHA256WITHRSA"),
        (LEAF, file!("leaf-pkcs1.key"), "RSA_2048", "SHA256WITHRSA"),
        (
            file!("p256.pem"),
            file!("p256.key"),
            "EC_prime256v1",
            "SHA256WITHECDSA",
        ),
        (
            file!("p256.pem"),
            file!("p256-sec1.key"),
            "EC_prime256v1",
            "SHA256WITHECDSA",
        ),
        (
            file!("p384.pem"),
            file!("p384.key"),
            "EC_secp384r1",
            "SHA384WITHECDSA",
        ),
        (
            file!("p521.pem"),
            file!("p521.key"),
            "EC_secp521r1",
            "SHA512WITHECDSA",
        ),
    ] {
        let facts = read(certificate).unwrap();
        assert_eq!((facts.key.name(), facts.signature), (algorithm, signature));
        assert_eq!(check_key(certificate, key), Ok(()), "{algorithm}");
    }
    let with_curve = format!(
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{}",
        file!("p256-sec1.key")
    );
    assert_eq!(check_key(file!("p256.pem"), &with_curve), Ok(()));
}

#[test]
fn what_is_no_certificate_of_a_website_is_refused() {
    let lines: Vec<&str> = LEAF.lines().collect();
    let cut = [&lines[..4], &lines[lines.len() - 1..]].concat().join("\n");
    for (text, expected) in [
        ("", Mistake::NotPem),
        ("certificate", Mistake::NotPem),
        (&LEAF.replace("-----END", "----END"), Mistake::NotPem),
        (&LEAF.replace("MII", "M*I"), Mistake::NotPem),
        (&format!("subject=CN\n{LEAF}"), Mistake::NotPem),
        (&format!("{LEAF}end"), Mistake::NotPem),
        (file!("leaf.key"), Mistake::NotPem),
        (&format!("{LEAF}{}", file!("leaf.key")), Mistake::NotPem),
        (&format!("{LEAF}{ISSUING}{ROOT}"), Mistake::Several(3)),
        (&cut, Mistake::Unreadable),
        (
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
            Mistake::Unreadable,
        ),
        (file!("nameless.pem"), Mistake::Nameless),
        (file!("ed25519.pem"), Mistake::Algorithm),
        (file!("mixed.pem"), Mistake::Mixed),
        (file!("long-ocsp.pem"), Mistake::LongUrl),
    ] {
        assert_eq!(read(text), Err(expected), "{text}");
    }
    assert!(read(file!("ocsp.pem")).is_ok());
    for text in [format!("\n {LEAF}\r\n"), LEAF.replace('\n', "\r\n")] {
        assert!(read(&text).is_ok(), "{text}");
    }
}

#[test]
fn a_text_of_certificates_has_one_normal_form() {
    let both = format!("{LEAF}{ISSUING}");
    let one_line = LEAF.replace('\n', "").replace("E-----M", "E-----\nM");
    let one_line = one_line.replace("-----END", "\n-----END");
    for (text, expected) in [
        (LEAF, LEAF),
        (&both, &both),
        (&format!(" \n{LEAF}\r\n\n{ISSUING}\n"), &both),
        (&LEAF.replace('\n', "\r\n"), LEAF),
        (&one_line, LEAF),
    ] {
        assert_eq!(normal(text).as_deref(), Some(expected), "{text}");
    }
    assert_eq!((normal("text"), normal(file!("leaf.key"))), (None, None));
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let p256 = file!("p256.pem");
    let pair = format!("{}{}", file!("leaf.key"), file!("leaf.key"));
    let damaged = file!("leaf-pkcs1.key").replace('b', "c");
    for (certificate, key, expected) in [
        (LEAF, "", Mistake::KeyNotPem),
        (LEAF, "key", Mistake::KeyNotPem),
        (LEAF, LEAF, Mistake::KeyNotPem),
        (LEAF, &pair, Mistake::KeyNotPem),
        (LEAF, file!("leaf-encrypted.key"), Mistake::KeyEncrypted),
        (LEAF, file!("leaf-legacy.key"), Mistake::KeyEncrypted),
        (LEAF, file!("ed25519.key"), Mistake::KeyAlgorithm),
        (LEAF, file!("renewed.key"), Mistake::NotItsKey),
        (LEAF, file!("p256.key"), Mistake::NotItsKey),
        (LEAF, file!("rsa1024.key"), Mistake::NotItsKey),
        (LEAF, &damaged, Mistake::NotItsKey),
        (file!("rsa1024.pem"), file!("leaf.key"), Mistake::NotItsKey),
        (p256, file!("leaf.key"), Mistake::NotItsKey),
        (p256, file!("p384.key"), Mistake::NotItsKey),
        (p256, file!("p256-renewed.key"), Mistake::NotItsKey),
        (
            p256,
            "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
            Mistake::NotItsKey,
        ),
    ] {
        assert_eq!(check_key(certificate, key), Err(expected));
    }
}

#[test]
fn a_chain_leads_from_the_certificate_to_its_authorities_in_order() {
    let join = |parts: &[&str]| parts.concat();
    for (certificate, chain, expected) in [
        (LEAF, join(&[ISSUING]), Ok(())),
        (LEAF, join(&[ISSUING, ROOT]), Ok(())),
        (LEAF, join(&[ISSUING, ROOT, ROOT]), Ok(())),
        (ROOT, join(&[ROOT]), Ok(())),
        (file!("ec-leaf.pem"), join(&[file!("ec-root.pem")]), Ok(())),
        (LEAF, join(&[]), Err(Mistake::NotPem)),
        (LEAF, join(&[file!("leaf.key")]), Err(Mistake::NotPem)),
        (LEAF, join(&[ROOT]), Err(Mistake::Broken(1))),
        (LEAF, join(&[LEAF, ISSUING]), Err(Mistake::Broken(1))),
        (LEAF, join(&[ISSUING, LEAF]), Err(Mistake::Broken(2))),
        (
            LEAF,
            join(&[ISSUING, ROOT, ISSUING]),
            Err(Mistake::Broken(3)),
        ),
        (
            file!("p256.pem"),
            join(&[file!("p384.pem")]),
            Err(Mistake::Broken(1)),
        ),
        // Of the same name, and of another key.
        (
            file!("p256.pem"),
            join(&[file!("p256-renewed.pem")]),
            Err(Mistake::Broken(1)),
        ),
    ] {
        assert_eq!(check_chain(certificate, &chain), expected, "{chain}");
    }
}
