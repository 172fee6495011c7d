//! What RAM's API answers.

use serde_json::json;
use trellis_core::registry::Refusal;
use trellis_proto::v1::resource::Spec;

use super::*;
use crate::registry::fake::{Fake, now};
use crate::shape;

const NETWORK: &str = "arn:aws:vpc-lattice:eu-west-1:111111111111:servicenetwork/sn-1";
const SERVICE: &str = "arn:aws:vpc-lattice:eu-west-1:111111111111:service/svc-1";
const SHARE: &str = "arn:aws:ram:eu-west-1:111111111111:resource-share/rs-0";
const OTHER: &str = "222222222222";

fn ask(fake: &Fake, operation: &str, body: &Value) -> Answer {
    let path = format!("/{}", operation.to_lowercase());
    let is_delete = operation.starts_with("Delete");
    let query = if is_delete {
        format!(
            "resourceShareArn={}",
            body["resourceShareArn"].as_str().unwrap_or_default()
        )
    } else {
        String::new()
    };
    let body = body.to_string();
    let request = Request {
        method: if is_delete { "DELETE" } else { "POST" },
        path: &path,
        query: &query,
        content_type: "application/json",
        body: body.as_bytes(),
    };
    now(answer(fake, &(), Patience(0), request))
}

fn done(fake: &Fake, operation: &str, body: &Value) -> Value {
    let answer = ask(fake, operation, body);
    assert_eq!(answer.status, 200, "{operation} {body}: {answer:?}");
    let told = answer.body.unwrap();
    let known = OPERATIONS.iter().find(|it| it.name == operation).unwrap();
    let mistakes = shape::mistakes(known.output, &without_times(told.clone()));
    assert_eq!(mistakes, [], "{operation}");
    told
}

/// Times are numbers on the wire, which shapes do not know.
fn without_times(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let rest = members
                .into_iter()
                .filter(|(name, _)| !name.ends_with("Time"));
            rest.map(|(name, value)| (name, without_times(value)))
                .collect()
        }
        Value::Array(items) => items.into_iter().map(without_times).collect(),
        other => other,
    }
}

fn refused(fake: &Fake, operation: &str, body: &Value) -> (u16, &'static str) {
    let answer = ask(fake, operation, body);
    assert!(answer.body.unwrap()["message"].is_string());
    (answer.status, answer.error)
}

/// A share of a network with another account.
fn estate() -> Fake {
    let fake = Fake::default();
    let asked = json!({
        "name": "all", "resourceArns": [NETWORK], "principals": [OTHER], "tags": [{"key": "team", "value": ""}],
    });
    let made = done(&fake, "CreateResourceShare", &asked);
    let expected = json!({
        "resourceShareArn": SHARE, "name": "all", "owningAccountId": "111111111111", "allowExternalPrincipals": true,
        "status": "ACTIVE", "featureSet": "STANDARD", "tags": [{"key": "team", "value": ""}],
        "creationTime": 1_795_737_600, "lastUpdatedTime": null,
    });
    assert_eq!(made, json!({ "resourceShare": expected }));
    // The registry keeps ids.
    if let Some(Spec::ResourceShare(share)) = &mut fake.records.lock().unwrap()[0].spec {
        share.resource_identifiers = vec!["sn-1".to_owned()];
    }
    fake
}

#[test]
fn shares_are_changed_by_what_is_put_in_and_taken_out() {
    let fake = estate();
    let both = json!({
        "resourceShareArn": SHARE, "resourceArns": [SERVICE], "principals": ["333333333333"], "clientToken": "token",
    });
    let told = done(&fake, "AssociateResourceShare", &both);
    assert_eq!(told["clientToken"], "token");
    let told = told["resourceShareAssociations"]
        .as_array()
        .unwrap()
        .clone();
    let told: Vec<_> = told
        .iter()
        .map(|it| {
            (
                it["associatedEntity"].as_str().unwrap(),
                it["associationType"].as_str().unwrap(),
                it["status"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (SERVICE, "RESOURCE", "ASSOCIATED"),
            ("333333333333", "PRINCIPAL", "ASSOCIATED")
        ]
    );
    let listed = |kind: &str| {
        let asked = json!({"associationType": kind, "resourceShareArns": [SHARE]});
        let told = done(&fake, "GetResourceShareAssociations", &asked);
        let told = told["resourceShareAssociations"]
            .as_array()
            .unwrap()
            .clone();
        told.iter()
            .map(|it| it["associatedEntity"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(listed("RESOURCE"), [SERVICE, NETWORK]);
    assert_eq!(listed("PRINCIPAL"), [OTHER, "333333333333"]);
    assert_eq!(listed("SOURCE"), [""; 0]);
    let told = done(&fake, "DisassociateResourceShare", &both);
    assert_eq!(
        told["resourceShareAssociations"][0]["status"],
        "DISASSOCIATED"
    );
    assert_eq!(listed("RESOURCE"), [NETWORK]);
    assert_eq!(
        refused(&fake, "DisassociateResourceShare", &both),
        (400, "UnknownResourceException")
    );
    let gone = done(
        &fake,
        "DeleteResourceShare",
        &json!({"resourceShareArn": SHARE}),
    );
    assert_eq!(gone["returnValue"], true);
    assert_eq!(
        done(
            &fake,
            "GetResourceShares",
            &json!({"resourceOwner": "SELF"})
        )["resourceShares"],
        json!([])
    );
}

#[test]
fn whom_a_share_would_let_in_and_its_tags_are_changed() {
    let mut fake = estate();
    let closed = json!({
        "resourceShareArn": SHARE, "name": "all", "allowExternalPrincipals": false, "clientToken": "token",
    });
    let told = done(&fake, "UpdateResourceShare", &closed);
    assert_eq!(told["resourceShare"]["allowExternalPrincipals"], false);
    assert_eq!(told["clientToken"], "token");
    let nothing = json!({"resourceShareArn": SHARE, "name": "all"});
    let told = done(&fake, "UpdateResourceShare", &nothing);
    assert_eq!(told["resourceShare"]["allowExternalPrincipals"], false);
    fake.tagged.insert(SHARE.to_owned(), Default::default());
    let tags = json!({"resourceShareArn": SHARE, "tags": [{"key": "a", "value": "b"}]});
    assert_eq!(done(&fake, "TagResource", &tags), json!({}));
    let keys = json!({"resourceShareArn": SHARE, "tagKeys": ["a"]});
    assert_eq!(done(&fake, "UntagResource", &keys), json!({}));
    assert_eq!(*fake.untagged.lock().unwrap(), ["a"]);
}

#[test]
fn a_share_has_the_permission_of_each_type_of_resource() {
    let fake = estate();
    let names = |share: &str| {
        let asked = json!({"resourceShareArn": share});
        let told = done(&fake, "ListResourceSharePermissions", &asked);
        let told = told["permissions"].as_array().unwrap().clone();
        told.iter()
            .map(|it| it["arn"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let of_networks =
        "arn:aws:ram::aws:permission/AWSRAMPermissionVpcLatticeServiceNetworkReadWrite";
    let of_services = "arn:aws:ram::aws:permission/AWSRAMPermissionVpcLatticeServiceReadWrite";
    assert_eq!(names(SHARE), [of_networks]);
    let more = json!({"resourceShareArn": SHARE, "resourceArns": [SERVICE]});
    done(&fake, "AssociateResourceShare", &more);
    assert_eq!(names(SHARE), [of_services, of_networks]);
    let asked = json!({"name": "other", "permissionArns": [of_networks]});
    let other = done(&fake, "CreateResourceShare", &asked);
    let other = other["resourceShare"]["resourceShareArn"].as_str().unwrap();
    assert_eq!(names(other), [""; 0]);
}

#[test]
fn lists_are_filtered_and_paged() {
    let fake = estate();
    done(
        &fake,
        "CreateResourceShare",
        &json!({"name": "other", "allowExternalPrincipals": false}),
    );
    let names = |filter: Value| {
        let mut asked = filter;
        asked["resourceOwner"] = "SELF".into();
        let told = done(&fake, "GetResourceShares", &asked);
        let told = told["resourceShares"].as_array().unwrap().clone();
        told.iter()
            .map(|it| it["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(json!({})), ["all", "other"]);
    assert_eq!(names(json!({"name": "other"})), ["other"]);
    assert_eq!(names(json!({"resourceShareStatus": "PENDING"})), [""; 0]);
    assert_eq!(names(json!({"resourceShareArns": [SHARE]})), ["all"]);
    assert_eq!(
        names(json!({"tagFilters": [{"tagKey": "team", "tagValues": [""]}]})),
        ["all"]
    );
    assert_eq!(
        names(json!({"tagFilters": [{"tagKey": "team", "tagValues": ["x"]}]})),
        [""; 0]
    );
    assert_eq!(names(json!({"tagFilters": [{"tagKey": "team"}]})), ["all"]);

    let first = done(
        &fake,
        "GetResourceShares",
        &json!({"resourceOwner": "SELF", "maxResults": 1}),
    );
    assert_eq!(first["resourceShares"][0]["name"], "all");
    let next = json!({"resourceOwner": "SELF", "maxResults": 1, "nextToken": first["nextToken"]});
    let second = done(&fake, "GetResourceShares", &next);
    assert_eq!(
        (
            second["resourceShares"][0]["name"].as_str(),
            second.get("nextToken")
        ),
        (Some("other"), None)
    );
}

#[test]
fn resources_are_listed_by_what_they_are_and_whom_they_are_shared_with() {
    let fake = estate();
    for (filter, expected) in [
        (json!({}), 1),
        (json!({"principal": OTHER}), 1),
        (json!({"principal": "333333333333"}), 0),
        (json!({"resourceType": "vpc-lattice:ServiceNetwork"}), 1),
        (json!({"resourceType": "vpc-lattice:Service"}), 0),
        (json!({"resourceArns": [NETWORK]}), 1),
        (json!({"resourceArns": [SERVICE]}), 0),
        (json!({"resourceRegionScope": "GLOBAL"}), 0),
    ] {
        let mut asked = filter.clone();
        asked["resourceOwner"] = "SELF".into();
        let told = done(&fake, "ListResources", &asked);
        assert_eq!(
            told["resources"].as_array().unwrap().len(),
            expected,
            "{filter}"
        );
    }
    let foreign = json!({"resourceOwner": "OTHER-ACCOUNTS"});
    assert_eq!(
        done(&fake, "ListResources", &foreign)["resources"],
        json!([])
    );
    assert_eq!(
        done(&fake, "GetResourceShareInvitations", &json!({}))["resourceShareInvitations"],
        json!([])
    );
}

const INVALID: &str = "InvalidParameterException";
const MALFORMED: &str = "MalformedArnException";
const NO_INVITATION: &str = "ResourceShareInvitationArnNotFoundException";
/// Operation, body (`$SHARE` and `$NETWORK` stand for ARNs), and the error.
const REFUSED: &[(&str, &str, &str)] = &[
    ("CreateResourceShare", r#"{}"#, INVALID),
    (
        "CreateResourceShare",
        r#"{"name": "a", "permissionArns": ["arn:aws:ram::aws:permission/x"]}"#,
        INVALID,
    ),
    (
        "CreateResourceShare",
        r#"{"name": "a", "principals": ["arn:aws:iam::222222222222:role/r"]}"#,
        INVALID,
    ),
    (
        "CreateResourceShare",
        r#"{"name": "a", "resourceArns": ["shop"]}"#,
        MALFORMED,
    ),
    (
        "CreateResourceShare",
        r#"{"name": "a", "tags": [{"key": "k"}, {"key": "k"}]}"#,
        INVALID,
    ),
    (
        "AssociateResourceShare",
        r#"{"resourceShareArn": "$SHARE"}"#,
        INVALID,
    ),
    (
        "AssociateResourceShare",
        r#"{"resourceShareArn": "x", "principals": ["222222222222"]}"#,
        MALFORMED,
    ),
    (
        "UpdateResourceShare",
        r#"{"resourceShareArn": "$SHARE", "name": ""}"#,
        INVALID,
    ),
    (
        "TagResource",
        r#"{"tags": [{"key": "a", "value": "b"}]}"#,
        INVALID,
    ),
    (
        "UntagResource",
        r#"{"resourceArn": "$SHARE", "tagKeys": ["a"]}"#,
        "UnknownResourceException",
    ),
    (
        "ListResourceSharePermissions",
        r#"{"resourceShareArn": "$SHARE0"}"#,
        "UnknownResourceException",
    ),
    (
        "DeleteResourceShare",
        r#"{"resourceShareArn": "x"}"#,
        MALFORMED,
    ),
    ("GetResourceShares", r#"{"resourceOwner": "ME"}"#, INVALID),
    (
        "GetResourceShares",
        r#"{"resourceOwner": "SELF", "resourceShareArns": ["$NETWORK"]}"#,
        "UnknownResourceException",
    ),
    (
        "GetResourceShares",
        r#"{"resourceOwner": "SELF", "nextToken": "x"}"#,
        "InvalidNextTokenException",
    ),
    (
        "GetResourceShares",
        r#"{"resourceOwner": "SELF", "permissionArn": "x"}"#,
        INVALID,
    ),
    (
        "GetResourceShareAssociations",
        r#"{"associationType": "PRINCIPAL", "resourceArn": "$NETWORK"}"#,
        INVALID,
    ),
    (
        "ListResources",
        r#"{"resourceOwner": "SELF", "maxResults": 501}"#,
        INVALID,
    ),
    (
        "GetResourceShareInvitations",
        r#"{"resourceShareInvitationArns": ["$SHARE"]}"#,
        NO_INVITATION,
    ),
    (
        "AcceptResourceShareInvitation",
        r#"{"resourceShareInvitationArn": "$SHARE"}"#,
        NO_INVITATION,
    ),
];

#[test]
fn what_is_wrong_is_refused_in_the_words_of_the_model() {
    let fake = estate();
    for (operation, text, expected) in REFUSED {
        let text = text.replace("$SHARE", SHARE).replace("$NETWORK", NETWORK);
        let body = serde_json::from_str(&text).unwrap();
        let outcome = refused(&fake, operation, &body);
        assert_eq!(outcome, (400, *expected), "{operation} {text}");
    }
}

#[test]
fn refusals_of_the_registry_have_their_names() {
    let fake = estate();
    for (kind, expected) in [
        (RefusalKind::NotFound, "UnknownResourceException"),
        (RefusalKind::Conflict, "OperationNotPermittedException"),
        (
            RefusalKind::QuotaExceeded,
            "ResourceShareLimitExceededException",
        ),
        (
            RefusalKind::TokenMismatch,
            "IdempotentParameterMismatchException",
        ),
    ] {
        fake.refusals.lock().unwrap().push(Refusal::new(kind, "no"));
        let outcome = refused(&fake, "CreateResourceShare", &json!({"name": "a"}));
        assert_eq!(outcome, (400, expected));
    }
    assert_eq!(
        refused(&fake, "ListPermissions", &json!({})),
        (404, "UnknownOperationException")
    );
}

#[test]
fn every_operation_needs_its_action() {
    let mut fake = estate();
    fake.denied.extend(["change".to_owned(), SHARE.to_owned()]);
    for operation in OPERATIONS {
        fake.denied.insert(operation.action.to_owned());
        let body = json!({
            "name": "a", "resourceOwner": "SELF", "associationType": "RESOURCE", "resourceShareArn": SHARE,
            "resourceShareInvitationArn": SHARE, "principals": ["333333333333"], "tags": [], "tagKeys": [],
        });
        let outcome = refused(&fake, operation.name, &body);
        assert_eq!(
            outcome,
            (403, "AccessDeniedException"),
            "{}",
            operation.name
        );
    }
}

#[test]
fn what_cannot_be_read_has_an_error_of_its_operation_or_of_all() {
    let fake = Fake::default();
    for (operation, code) in [
        ("CreateResourceShare", "InvalidParameterException"),
        ("AcceptResourceShareInvitation", "ValidationException"),
    ] {
        assert_eq!(refused(&fake, operation, &json!({})), (400, code));
    }
    let too_large = Failure::field("request", "is larger than 4194304 bytes; split it");
    let answer = refusal(&too_large);
    assert_eq!((answer.status, answer.error), (400, "ValidationException"));
}
