//! Who may change managed policies, and attach them.

use serde_json::json;
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use crate::control::authn::Admin;
use crate::control::error::Failure;
use crate::control::tests::estate::resource;
use crate::control::tests::{Estate, FIRST, admin};

const READ: &str = "arn:aws:iam::111111111111:policy/read";

fn document(action: &str) -> String {
    let statement = json!({ "Effect": "Allow", "Action": action, "Resource": "*" });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

/// An estate with the policies `read` and `all`, the user `anna`, and a user who may only this.
fn estate(statement: &serde_json::Value) -> (Estate, Admin) {
    let mut estate = Estate::new();
    for (name, action) in [("read", "vpc-lattice:Get*"), ("all", "*")] {
        estate.create(Spec::ManagedPolicy(v1::ManagedPolicy {
            policy_name: name.into(),
            policy_document: document(action),
            ..v1::ManagedPolicy::default()
        }));
    }
    estate.create(Spec::User(v1::User {
        user_name: "anna".into(),
        ..v1::User::default()
    }));
    let policy = json!({ "Version": "2012-10-17", "Statement": statement });
    let caller = estate.user("caller", &policy.to_string());
    (estate, caller)
}

fn update(kind: v1::ResourceKind, name: &str, spec: Spec) -> v1::UpdateRequest {
    v1::UpdateRequest {
        identifier: Some(v1::Identifier {
            kind: kind as i32,
            identifier: name.into(),
            ..v1::Identifier::default()
        }),
        resource: Some(resource(spec)),
        options: None,
    }
}

fn attach(policy: &str) -> v1::UpdateRequest {
    let user = v1::User {
        attach_policies: vec![policy.into()],
        ..v1::User::default()
    };
    update(v1::ResourceKind::User, "anna", Spec::User(user))
}

fn detach(policy: &str) -> v1::UpdateRequest {
    let user = v1::User {
        detach_policies: vec![policy.into()],
        ..v1::User::default()
    };
    update(v1::ResourceKind::User, "anna", Spec::User(user))
}

/// `done`, the action that is denied, or the refusal.
fn outcome(estate: &mut Estate, caller: &Admin, request: &v1::UpdateRequest) -> String {
    match estate.write(caller, |planner| planner.update(request)) {
        Ok(_) => "done".into(),
        Err(Failure::Denied { action, .. }) => action,
        Err(failure) => failure.to_string(),
    }
}

#[test]
fn attaching_is_an_action_of_its_own_on_certain_policies() {
    let may = json!([{
        "Effect": "Allow",
        "Action": ["iam:AttachUserPolicy", "iam:DetachUserPolicy"],
        "Resource": "arn:aws:iam::111111111111:user/*",
        "Condition": { "ArnEquals": { "iam:PolicyARN": READ } },
    }]);
    let (mut estate, caller) = estate(&may);
    for (request, expected) in [
        (attach("all"), "iam:AttachUserPolicy"),
        (attach(READ), "done"),
        // Nothing changes, so nothing but the right to update tells that it may be asked for.
        (attach(READ), "iam:UpdateUser"),
        (detach("read"), "done"),
        (detach("read"), "policy read is not attached"),
        (attach("none"), "attachPolicies[0]: POLICY none not found"),
    ] {
        assert_eq!(outcome(&mut estate, &caller, &request), expected);
    }
    let root = admin(FIRST);
    assert_eq!(outcome(&mut estate, &root, &attach("all")), "done");
    let denied = outcome(&mut estate, &caller, &detach("all"));
    assert_eq!(denied, "iam:DetachUserPolicy");
}

#[test]
fn what_is_attached_is_told_only_to_whoever_may_detach_it() {
    let may = json!([{ "Effect": "Allow", "Action": "iam:UpdateUser", "Resource": "*" }]);
    let (mut estate, caller) = estate(&may);
    let root = admin(FIRST);
    let put_in_force = |version: &str| {
        let policy = v1::ManagedPolicy {
            default_version_id: version.into(),
            ..v1::ManagedPolicy::default()
        };
        update(
            v1::ResourceKind::ManagedPolicy,
            "read",
            Spec::ManagedPolicy(policy),
        )
    };
    let take_away = |version: &str| {
        let policy = v1::ManagedPolicy {
            removed_versions: vec![version.into()],
            ..v1::ManagedPolicy::default()
        };
        update(
            v1::ResourceKind::ManagedPolicy,
            "read",
            Spec::ManagedPolicy(policy),
        )
    };
    assert_eq!(outcome(&mut estate, &root, &attach("all")), "done");
    for (request, expected) in [
        (detach("all"), "iam:DetachUserPolicy"),
        (detach("read"), "iam:DetachUserPolicy"),
        (put_in_force("v1"), "iam:SetDefaultPolicyVersion"),
        (put_in_force("v9"), "iam:SetDefaultPolicyVersion"),
        (take_away("v1"), "iam:DeletePolicyVersion"),
        (take_away("v9"), "iam:DeletePolicyVersion"),
    ] {
        assert_eq!(outcome(&mut estate, &caller, &request), expected);
    }
}

#[test]
fn a_deny_of_a_policy_holds_for_one_that_the_same_bundle_makes() {
    let may = json!([
        { "Effect": "Allow", "Action": "iam:*", "Resource": "*" },
        {
            "Effect": "Deny",
            "Action": "iam:AttachUserPolicy",
            "Resource": "*",
            "Condition": { "ArnLike": { "iam:PolicyARN": "arn:aws:iam::*:policy/new*" } },
        },
    ]);
    let (mut estate, caller) = estate(&may);
    let bundle = |name: &str| {
        let policy = v1::ManagedPolicy {
            policy_name: name.into(),
            policy_document: document("*"),
            ..v1::ManagedPolicy::default()
        };
        let user = v1::User {
            user_name: "anna".into(),
            attached_policies: vec![name.into()],
            ..v1::User::default()
        };
        let specs = [Spec::User(user), Spec::ManagedPolicy(policy)];
        v1::ApplyRequest {
            resources: specs.map(resource).into(),
            options: None,
        }
    };
    let denied = estate.write(&caller, |planner| planner.apply(&bundle("new-one")));
    let Err(Failure::Denied { action, .. }) = denied else {
        panic!("{denied:?}");
    };
    assert_eq!(action, "iam:AttachUserPolicy");
    estate
        .write(&caller, |planner| planner.apply(&bundle("other")))
        .unwrap();
}

fn added(is_default: bool) -> v1::ManagedPolicy {
    let version = v1::PolicyVersion {
        document: document("iam:Get*"),
        is_default,
        ..v1::PolicyVersion::default()
    };
    v1::ManagedPolicy {
        versions: vec![version],
        ..v1::ManagedPolicy::default()
    }
}

fn in_force(id: &str) -> v1::ManagedPolicy {
    v1::ManagedPolicy {
        default_version_id: id.into(),
        ..v1::ManagedPolicy::default()
    }
}

fn removed(id: &str) -> v1::ManagedPolicy {
    v1::ManagedPolicy {
        removed_versions: vec![id.into()],
        ..v1::ManagedPolicy::default()
    }
}

#[test]
fn each_change_of_a_policy_is_an_action_of_its_own() {
    let nothing = v1::ManagedPolicy::default;
    let (create, put) = ("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion");
    let delete = "iam:DeletePolicyVersion";
    let default = "Cannot delete the default version of a policy.";
    for (may, policy, expected) in [
        (create, added(false), "done"),
        (create, added(true), "done"),
        (create, in_force("v2"), put),
        (put, in_force("v2"), "done"),
        (put, added(false), create),
        (put, removed("v2"), delete),
        (delete, removed("v2"), "done"),
        (delete, removed("v9"), "the policy has no version v9"),
        (delete, removed("v1"), default),
        ("iam:GetPolicy", nothing(), create),
    ] {
        let statement = json!([{ "Effect": "Allow", "Action": may, "Resource": READ }]);
        let (mut estate, caller) = estate(&statement);
        let ask = |policy| {
            let kind = v1::ResourceKind::ManagedPolicy;
            update(kind, READ, Spec::ManagedPolicy(policy))
        };
        let second = ask(added(false));
        assert_eq!(outcome(&mut estate, &admin(FIRST), &second), "done");
        let told = outcome(&mut estate, &caller, &ask(policy));
        assert_eq!(told, expected, "{may}");
    }
}

#[test]
fn a_key_is_found_only_with_the_user_that_it_is_of() {
    let (mut estate, _) = estate(&json!([{ "Effect": "Allow", "Action": "*", "Resource": "*" }]));
    let made = estate.create(Spec::AccessKey(v1::AccessKey {
        user_name: "anna".into(),
        ..v1::AccessKey::default()
    }));
    let record = made.results[0].record.clone().unwrap().record.unwrap();
    let key = record.meta().id.clone();
    for (user, expected) in [
        ("caller", format!("ACCESS_KEY {key} not found")),
        ("nobody", "USER nobody not found".to_owned()),
        ("anna", "done".to_owned()),
        ("", "done".to_owned()),
    ] {
        let request = v1::UpdateRequest {
            identifier: Some(v1::Identifier {
                kind: v1::ResourceKind::AccessKey.into(),
                identifier: key.clone(),
                parent: user.into(),
                ..v1::Identifier::default()
            }),
            resource: Some(resource(Spec::AccessKey(v1::AccessKey {
                status: Some("Inactive".into()),
                ..v1::AccessKey::default()
            }))),
            options: None,
        };
        let root = admin(FIRST);
        assert_eq!(outcome(&mut estate, &root, &request), expected, "{user}");
    }
}
