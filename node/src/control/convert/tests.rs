//! What is read is written again as it was; what is wrong is named, all of it, with its path.

use trellis_core::model::Kind;
use trellis_core::registry::State;
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::{Names, Reader, blank, kind, kind_of, read, resource};

/// Names that are ids already; `absent` means nothing, and `net` is a service network only.
struct Ids;

impl Names for Ids {
    fn id(&self, kind: Kind, _parent: &str, identifier: &str) -> Option<String> {
        let is_known = match identifier {
            "absent" => false,
            "net" => kind == Kind::ServiceNetwork,
            _ => true,
        };
        is_known.then(|| identifier.to_owned())
    }
}

/// The mistakes of creating a resource, as `path: message` lines, or what is missing.
fn mistakes(spec: &Spec) -> Vec<String> {
    let mut reader = Reader::new(&Ids);
    read(spec, blank(spec), &mut reader);
    let Err(refusal) = reader.finish() else {
        return Vec::new();
    };
    if refusal.fields.is_empty() {
        return vec![refusal.message];
    }
    let fields = refusal.fields.iter();
    fields
        .map(|it| format!("{}: {}", it.name, it.message))
        .collect()
}

/// Reads a resource as the CLI would write it, in JSON.
fn spec(json: &str) -> Spec {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

#[test]
fn what_is_read_is_written_as_it_was() {
    for json in [
        r#"{"account": {"id": "111111111111", "name": "a", "tags": {"k": "v"}}}"#,
        r#"{"vpc": {"name": "v", "cidrBlocks": ["10.0.0.0/16"], "tags": {"k": "v"}, "id": "vpc-00000000000000001"}}"#,
        r#"{"securityGroup": {"name": "s", "vpcIdentifier": "vpc-1", "ingress": [{"cidr": "10.0.0.0/8", "fromPort": 1, "toPort": 2, "description": "in"}], "description": "d"}}"#,
        r#"{"resourceShare": {"name": "s", "resourceIdentifiers": ["sn-1", "svc-1"], "accounts": ["222222222222"], "allowExternalPrincipals": true}}"#,
        r#"{"serviceNetwork": {"name": "n", "authType": "AWS_IAM", "sharingConfig": {"enabled": true}}}"#,
        r#"{"service": {"name": "s", "authType": "NONE", "customDomainName": "a.example", "certificateArn": "arn:x", "idleTimeoutSeconds": 90}}"#,
        r#"{"listener": {"name": "l", "serviceIdentifier": "svc-1", "protocol": "HTTPS", "port": 443, "defaultAction": {"fixedResponse": {"statusCode": 404}}}}"#,
        r#"{"rule": {"name": "r", "serviceIdentifier": "svc-1", "listenerIdentifier": "listener-1", "priority": 7,
            "match": {"httpMatch": {"method": "GET", "pathMatch": {"match": {"prefix": "/a"}, "caseSensitive": true},
                "headerMatches": [{"name": "x", "match": {"contains": "y"}, "caseSensitive": true}, {"name": "z", "match": {"exact": ""}}]}},
            "action": {"forward": {"targetGroups": [{"targetGroupIdentifier": "tg-1", "weight": 0}, {"targetGroupIdentifier": "tg-2", "weight": 999}]}}}}"#,
        r#"{"targetGroup": {"name": "t", "type": "IP", "config": {"port": 80, "protocol": "HTTPS", "protocolVersion": "HTTP2", "ipAddressType": "IPV6",
            "vpcIdentifier": "vpc-1", "healthCheck": {"enabled": false, "protocol": "HTTP", "protocolVersion": "HTTP2", "port": 81, "path": "/h",
            "healthCheckIntervalSeconds": 5, "healthCheckTimeoutSeconds": 1, "healthyThresholdCount": 2, "unhealthyThresholdCount": 3,
            "matcher": {"httpCode": "200"}}}, "targets": {"items": []}}}"#,
        r#"{"targetGroup": {"name": "f", "type": "LAMBDA", "config": {"lambdaEventStructureVersion": "V2"}, "targets": {"items": []}}}"#,
        r#"{"serviceAssociation": {"serviceNetworkIdentifier": "sn-1", "serviceIdentifier": "svc-1", "tags": {"k": "v"}}}"#,
        r#"{"vpcAssociation": {"serviceNetworkIdentifier": "sn-1", "vpcIdentifier": "vpc-1", "securityGroupIds": ["sg-1", "sg-2"], "privateDnsEnabled": false}}"#,
        r#"{"vpcAssociation": {"serviceNetworkIdentifier": "sn-1", "vpcIdentifier": "vpc-1", "privateDnsEnabled": false,
            "dnsOptions": {"privateDnsPreference": "SPECIFIED_DOMAINS_ONLY", "privateDnsSpecifiedDomains": ["*.a.example"]}}}"#,
        r#"{"resourceGateway": {"name": "g", "vpcIdentifier": "vpc-1", "subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"],
            "ipAddressType": "DUALSTACK", "ipv4AddressesPerEni": 3, "resourceConfigDnsResolution": "IN_VPC"}}"#,
        r#"{"resourceConfiguration": {"name": "c", "type": "SINGLE", "portRanges": ["80"], "protocol": "TCP", "resourceGatewayIdentifier": "rgw-1",
            "resourceConfigurationDefinition": {"dnsResource": {"domainName": "a.example", "ipAddressType": "IPV6"}},
            "allowAssociationToShareableServiceNetwork": true, "customDomainName": "b.example", "domainVerificationIdentifier": "dv-1"}}"#,
        r#"{"resourceAssociation": {"serviceNetworkIdentifier": "sn-1", "resourceConfigurationIdentifier": "rcfg-1", "privateDnsEnabled": true}}"#,
        r#"{"authPolicy": {"resourceIdentifier": "sn-1", "policy": "{\"a\":1}"}}"#,
        r#"{"accessLogSubscription": {"resourceIdentifier": "sn-1", "destinationArn": "stdout", "serviceNetworkLogType": "RESOURCE"}}"#,
        r#"{"user": {"userName": "u", "path": "/p/", "policies": {"p": "{\"a\":1}"}, "tags": {"k": "v"}}}"#,
        r#"{"role": {"roleName": "r", "path": "/", "assumeRolePolicyDocument": "{\"a\":1}", "policies": {"p": "{}"}, "description": "d",
            "attachedPolicies": ["p-1", "p-2"],
            "maxSessionDuration": 7200, "sessionsNotBefore": "2026-11-25T10:00:00.000Z"}}"#,
        r#"{"managedPolicy": {"policyName": "p", "path": "/a/", "description": "d", "policyDocument": "{\"a\":1}", "tags": {"k": "v"}}}"#,
        r#"{"oidcProvider": {"url": "https://id.example.com/a", "clientIds": ["a", "b"], "thumbprints": ["x"], "jwks": "{}", "tags": {"k": "v"}}}"#,
        r#"{"clusterSettings": {"regions": ["eu-west-1"], "dnsSuffix": "x.internal", "quotas": {"accounts": 5}}}"#,
    ] {
        let given = spec(json);
        let mut reader = Reader::new(&Ids);
        let record = read(&given, blank(&given), &mut reader);
        assert_eq!(reader.finish(), Ok(()), "{json}");
        assert_eq!(record.kind(), kind_of(&given));
        let again = resource(&State::default(), &record).spec;
        assert_eq!(again, Some(given), "{json}");
    }
}

#[test]
fn a_name_is_that_of_a_service_before_it_is_that_of_a_resource_configuration() {
    struct Both;
    impl Names for Both {
        fn id(&self, kind: Kind, _: &str, identifier: &str) -> Option<String> {
            match (kind, identifier) {
                (Kind::Service, "orders") => Some("svc-1".into()),
                (Kind::ResourceConfiguration, _) => Some("rcfg-1".into()),
                _ => None,
            }
        }
    }
    for (name, id) in [("orders", "svc-1"), ("database", "rcfg-1")] {
        let json =
            format!(r#"{{"resourcePolicy": {{"resourceArn": "{name}", "policy": "{{}}"}}}}"#);
        let given = spec(&json);
        let record = read(&given, blank(&given), &mut Reader::new(&Both));
        assert_eq!(record.meta().id, id);
    }
}

/// A file of certificates and keys made for tests.
macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("../../../core/tests/certificates/", $name))
    };
}

#[test]
fn a_certificate_is_told_without_its_key() {
    let (certificate, chain) = (file!("leaf.pem"), file!("issuing.pem"));
    let given = Spec::Certificate(v1::Certificate {
        certificate: certificate.replace('\n', "\r\n"),
        certificate_chain: chain.to_owned(),
        private_key: file!("leaf.key").to_owned(),
        tags: [("k".to_owned(), "v".to_owned())].into(),
        // What is read only says nothing.
        domain_name: "else".to_owned(),
        ..v1::Certificate::default()
    });
    assert!(!format!("{given:?}").contains("PRIVATE KEY"));
    let mut reader = Reader::new(&Ids);
    let record = read(&given, blank(&given), &mut reader);
    assert_eq!(reader.finish(), Ok(()));
    let Some(Spec::Certificate(told)) = resource(&State::default(), &record).spec else {
        panic!("no certificate");
    };
    let expected = v1::Certificate {
        certificate: certificate.to_owned(),
        certificate_chain: chain.to_owned(),
        tags: [("k".to_owned(), "v".to_owned())].into(),
        domain_name: "shop.example.com".to_owned(),
        not_after: "2120-01-01T00:00:00.000Z".to_owned(),
        ..v1::Certificate::default()
    };
    assert_eq!(told, expected);

    // Another takes its chain away, and comes with its key.
    let update = |change: v1::Certificate| {
        let mut reader = Reader::new(&Ids);
        reader.begin(String::new(), false);
        let record = read(&Spec::Certificate(change), record.clone(), &mut reader);
        let told = resource(&State::default(), &record).spec;
        (told, reader.finish().map_err(|refusal| refusal.message))
    };
    let renewed = v1::Certificate {
        certificate: file!("renewed.pem").to_owned(),
        private_key: file!("renewed.key").to_owned(),
        ..v1::Certificate::default()
    };
    let (told, judged) = update(renewed.clone());
    let Some(Spec::Certificate(told)) = told else {
        panic!("no certificate");
    };
    assert_eq!((told.certificate_chain.as_str(), judged), ("", Ok(())));
    let (_, judged) = update(v1::Certificate {
        private_key: String::new(),
        ..renewed
    });
    let message = "privateKey: required; a certificate is imported with its private key";
    assert_eq!(judged, Err(message.to_owned()));
    let (told, judged) = update(v1::Certificate::default());
    assert_eq!((told, judged), (Some(Spec::Certificate(expected)), Ok(())));
}

#[test]
fn a_private_key_must_be_that_of_the_certificate() {
    let long = "x".repeat(5_121);
    for (key, expected) in [
        (file!("leaf.key"), None),
        ("", Some("required; a certificate is imported")),
        (&long, Some("has length 5121; 1–5120 is allowed")),
        ("text", Some("is not PEM; give the text")),
        (
            file!("renewed.key"),
            Some("does not belong to the certificate"),
        ),
        (
            file!("leaf-encrypted.key"),
            Some("is encrypted; give it without"),
        ),
        (file!("ed25519.key"), Some("is neither an RSA key nor")),
    ] {
        let given = Spec::Certificate(v1::Certificate {
            certificate: file!("leaf.pem").to_owned(),
            private_key: key.to_owned(),
            ..v1::Certificate::default()
        });
        let found = mistakes(&given);
        let is_fit = match (&found[..], expected) {
            ([], None) => true,
            ([one], Some(expected)) => one.starts_with(&format!("privateKey: {expected}")),
            _ => false,
        };
        assert!(is_fit, "{found:?}, not {expected:?}");
        assert!(!found.concat().contains(&key[..key.len().min(40)]) || key.len() < 5);
    }
}

/// Resources, and what is wrong with them.
const MISTAKES: &[(&str, &[&str])] = &[
    (
        r#"{"service": {"name": "s", "authType": "IAM"}}"#,
        &["authType: \"IAM\" is none of NONE, AWS_IAM"],
    ),
    (
        r#"{"listener": {"protocol": "http", "defaultAction": {}}}"#,
        &[
            "name: required",
            "serviceIdentifier: required",
            "protocol: \"http\" is none of HTTP, HTTPS, TLS_PASSTHROUGH",
            "defaultAction: give exactly one of forward and fixedResponse",
        ],
    ),
    (
        r#"{"rule": {"name": "r", "serviceIdentifier": "s", "listenerIdentifier": "l", "match": {"httpMatch": {
                "pathMatch": {}, "headerMatches": [{"name": "a", "match": {"exact": "x", "prefix": "y"}}]}}}}"#,
        &[
            "match.httpMatch.pathMatch.match: give exactly one of exact and prefix",
            "match.httpMatch.headerMatches[0].match: give exactly one of exact, prefix and contains",
            "action: required; forward or fixedResponse",
        ],
    ),
    (
        r#"{"rule": {"name": "r", "serviceIdentifier": "s", "listenerIdentifier": "l",
                "action": {"forward": {"targetGroups": [{}]}}}}"#,
        &["action.forward.targetGroups[0].targetGroupIdentifier: required"],
    ),
    (
        r#"{"targetGroup": {"name": "t"}}"#,
        &[
            "type: required; one of IP, INSTANCE, ALB, LAMBDA",
            "config: required",
        ],
    ),
    (
        r#"{"targetGroup": {"name": "t", "type": "IP", "config": {"protocolVersion": "HTTP3", "ipAddressType": "IPV5",
                "healthCheck": {"protocol": "TCP", "protocolVersion": "GRPC"}}}}"#,
        &[
            "config.protocol: required; one of HTTP, HTTPS, TCP",
            "config.protocolVersion: \"HTTP3\" is none of HTTP1, HTTP2, GRPC",
            "config.ipAddressType: \"IPV5\" is none of IPV4, IPV6",
            "config.healthCheck.protocol: \"TCP\" is none of HTTP, HTTPS",
            "config.healthCheck.protocolVersion: \"GRPC\" is none of HTTP1, HTTP2",
        ],
    ),
    (
        r#"{"targetGroup": {"name": "t", "type": "LAMBDA", "config": {"protocol": "HTTP"}}}"#,
        &["config.protocol: not allowed in groups of type LAMBDA"],
    ),
    (
        r#"{"targetGroup": {"name": "t", "type": "IP", "config": {"protocol": "TCP", "protocolVersion": "HTTP1"}}}"#,
        &["config.protocolVersion: not allowed with protocol TCP"],
    ),
    (
        r#"{"role": {"roleName": "r", "sessionsNotBefore": "yesterday"}}"#,
        &[
            "assumeRolePolicyDocument: required",
            "sessionsNotBefore: is not a time as in RFC 3339",
        ],
    ),
    (
        r#"{"accessKey": {"status": "active", "secretAccessKey": "x"}}"#,
        &[
            "status: \"active\" is none of Active, Inactive",
            "secretAccessKey: is generated; leave it out",
        ],
    ),
    (
        r#"{"vpcAssociation": {"serviceNetworkIdentifier": "sn-1", "vpcIdentifier": "absent"}}"#,
        &["vpcIdentifier: VPC absent not found"],
    ),
    (
        r#"{"oidcProvider": {"url": "http://id.example.com", "caCertificates": "none"}}"#,
        &[
            "url: does not begin with https://",
            "caCertificates: is no certificate in PEM",
        ],
    ),
    (
        r#"{"certificate": {"tags": {"k": "v"}}}"#,
        &[
            "certificate: required",
            "privateKey: required; a certificate is imported with its private key",
        ],
    ),
    (
        r#"{"authPolicy": {"resourceIdentifier": "absent", "policy": "{}"}}"#,
        &["resourceIdentifier: SERVICE absent not found"],
    ),
    (
        r#"{"authPolicy": {"resourceIdentifier": "net", "policy": "{}"}}"#,
        &[],
    ),
];

#[test]
fn every_mistake_is_named_with_its_path() {
    for (json, expected) in MISTAKES {
        assert_eq!(mistakes(&spec(json)), *expected, "{json}");
    }
}

#[test]
fn an_update_changes_what_is_given_and_nothing_else() {
    let before = spec(
        r#"{"service": {"name": "s", "authType": "AWS_IAM", "idleTimeoutSeconds": 90, "tags": {"k": "v"}}}"#,
    );
    let stored = read(&before, blank(&before), &mut Reader::new(&Ids));
    for (given, expected) in [
        (r#"{"service": {}}"#, before.clone()),
        (
            r#"{"service": {"authType": "NONE"}}"#,
            spec(
                r#"{"service": {"name": "s", "authType": "NONE", "idleTimeoutSeconds": 90, "tags": {"k": "v"}}}"#,
            ),
        ),
        (
            r#"{"service": {"tags": {"a": "b"}, "idleTimeoutSeconds": 60}}"#,
            spec(
                r#"{"service": {"name": "s", "authType": "AWS_IAM", "idleTimeoutSeconds": 60, "tags": {"a": "b"}}}"#,
            ),
        ),
    ] {
        let mut reader = Reader::new(&Ids);
        reader.begin(String::new(), false);
        let record = read(&spec(given), stored.clone(), &mut reader);
        assert_eq!(reader.finish(), Ok(()), "{given}");
        assert_eq!(
            resource(&State::default(), &record).spec,
            Some(expected),
            "{given}"
        );
    }
}

#[test]
fn a_resource_of_another_kind_does_not_update() {
    let service = spec(r#"{"service": {"name": "s"}}"#);
    let mut reader = Reader::new(&Ids);
    read(
        &spec(r#"{"vpc": {"name": "v"}}"#),
        blank(&service),
        &mut reader,
    );
    let refusal = reader.finish().unwrap_err();
    assert_eq!(refusal.message, "resource: is not of kind SERVICE");
}

#[test]
fn kinds_have_the_numbers_of_the_protocol() {
    for number in 1..=28 {
        let expected = (number != 18).then(|| Kind::try_from(number).unwrap());
        assert_eq!(kind(number), expected, "{number}");
    }
    assert_eq!(kind(0), None);
    assert_eq!(kind(29), None);
    assert_eq!(kind(v1::ResourceKind::Rule as i32), Some(Kind::Rule));
}
