//! What is told of what another account shares, and to whoever may little; the words of operations.

use serde_json::{Value, json};
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::*;
use crate::registry::fake::{Fake, now};

/// A service of the caller's account, and one that another account shares with it.
fn services() -> Fake {
    let service = |id: &str, account: &str| v1::Resource {
        metadata: Some(v1::Metadata {
            id: id.to_owned(),
            arn: arn(id, account),
            account: account.to_owned(),
            ..v1::Metadata::default()
        }),
        spec: Some(Spec::Service(v1::Service {
            tags: [("team".to_owned(), "blue".to_owned())].into(),
            ..v1::Service::default()
        })),
    };
    let fake = Fake::default();
    let own = service("svc-0123456789abcdef0", "111111111111");
    let shared = service("svc-0123456789abcdef1", "222222222222");
    fake.records.lock().unwrap().extend([own, shared]);
    fake
}

fn arn(id: &str, account: &str) -> String {
    format!("arn:aws:vpc-lattice:eu-west-1:{account}:service/{id}")
}

fn ask(fake: &Fake, path: &str, identifier: &str) -> (u16, Value) {
    let identifier = identifier.replace(':', "%3A").replace('/', "%2F");
    let request = Request {
        method: "GET",
        path: &format!("/{path}/{identifier}"),
        query: "",
        content_type: "",
        body: b"",
    };
    let answer = now(answer(fake, &(), Patience(0), request));
    (answer.status, answer.body.unwrap_or_default())
}

#[test]
fn what_is_shared_tells_neither_its_tags_nor_its_policies() {
    let fake = services();
    let own = arn("svc-0123456789abcdef0", "111111111111");
    let shared = arn("svc-0123456789abcdef1", "222222222222");
    let tags = json!({"tags": {"team": "blue"}});
    assert_eq!(ask(&fake, "tags", &own), (200, tags));
    assert_eq!(ask(&fake, "authpolicy", &own), (200, json!({})));
    assert_eq!(ask(&fake, "resourcepolicy", &own), (200, json!({})));
    for path in ["tags", "authpolicy", "resourcepolicy"] {
        assert_eq!(ask(&fake, path, &shared).0, 404, "{path}");
    }
}

#[test]
fn whoever_may_see_a_resource_need_not_see_its_tags_and_policies() {
    let mut fake = services();
    let own = arn("svc-0123456789abcdef0", "111111111111");
    for (path, operation) in [
        ("tags", "ListTagsForResource"),
        ("authpolicy", "GetAuthPolicy"),
        ("resourcepolicy", "GetResourcePolicy"),
    ] {
        fake.denied = [format!("vpc-lattice:{operation}")].into();
        assert_eq!(ask(&fake, path, &own).0, 403, "{operation}");
    }
}

#[test]
fn operations_are_a_verb_and_a_noun() {
    for (operation, verb, noun) in [
        ("CreateService", "Create", "Service"),
        ("ListServices", "List", "Service"),
        ("PutAuthPolicy", "Put", "AuthPolicy"),
        ("Get", "Get", ""),
    ] {
        assert_eq!(words(operation), (verb, noun), "{operation}");
    }
}
