//! Managed policies, their versions, and who has them.

use std::sync::Arc;

use trellis_core::model::{Kind, ManagedPolicy, Role, User};
use trellis_core::registry::command::{Identifier, Stored, version_of};
use trellis_core::registry::{Change, Operation};
use trellis_core::seal::Keyring;
use trellis_core::view::{self, View};

use super::check;

#[test]
fn versions_are_numbered_once_and_one_is_in_force() {
    check(
        "
        create policy read
        show policy read versions
        => ok v1*
        show policy read arn
        => ok arn:aws:iam::222222222222:policy/read
        update policy read add=invoke
        show policy read versions
        => ok v1* v2
        update policy read add=invoke default=0
        show policy read versions
        => ok v1 v2 v3*
        update policy read remove=3
        => refused Conflict: Cannot delete the default version of a policy.
        update policy read default=1
        update policy read remove=3
        update policy read add=invoke
        show policy read versions
        => ok v1* v2 v4
        update policy read default=3
        => refused NotFound: the policy has no version v3
    ",
    );
}

#[test]
fn a_policy_has_five_versions_of_limited_size() {
    let large = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"*","Resource":"*{}"}}]}}"#,
        "x".repeat(6_100)
    );
    check(&format!(
        "
        create policy read
        update policy read add=invoke
        update policy read add=invoke
        update policy read add=invoke
        update policy read add=invoke
        update policy read add=invoke
        => refused QuotaExceeded: the number of versions of the policy is 6, above the limit of 5; make it smaller
        create policy large document={large}
        => refused QuotaExceeded: the size of the policy is 6185, above the limit of 6144; make it smaller
        create policy wrong document=anyone
        => refused Validation: policyDocument.Statement[0]…
    "
    ));
}

#[test]
fn what_a_policy_says_of_itself_never_changes() {
    check(
        "
        create policy read path=/team/ description=mine
        update policy read path=/other/ description=yours
        => refused Validation: path: cannot be changed; delete the resource and create it again; description: cannot be changed…
        update policy read rewrite=anyone
        => refused Validation: versions: cannot be changed; make another
        create policy second name=READ
        => refused Conflict: POLICY read has the name READ; choose another
    ",
    );
}

#[test]
fn a_policy_that_somebody_has_or_that_has_versions_stays() {
    check(
        "
        create policy read
        create user ann attached=read
        create role reader attached=read,read
        delete policy read
        => refused Conflict: Cannot delete a policy attached to entities.
        delete user ann
        => refused Conflict: Cannot delete entity, must detach all policies first.
        update user ann attached=
        delete role reader
        => refused Conflict: Cannot delete entity, must detach all policies first.
        update role reader attached=
        update policy read add=invoke
        delete policy read
        => refused Conflict: This policy has more than one version…
        update policy read remove=2
        update policy read remove=1
        => refused Conflict: Cannot delete the default version of a policy.
        delete policy read
        => ok read
        delete user ann
        => ok ann
    ",
    );
}

#[test]
fn users_and_roles_have_policies_of_their_account_and_not_too_many() {
    check("
        as ops update settings cluster policiesPerUser=1 policiesPerRole=1 policiesPerAccount=2
        create policy one
        create policy two
        create policy three
        => refused QuotaExceeded(L-E95E4862): the quota policiesPerAccount of 2 is reached; delete one or raise the quota
        create user ann attached=one,two
        => refused QuotaExceeded(L-4019AD8B): the quota policiesPerUser of 1 is reached; delete one or raise the quota
        create role reader attached=one,two
        => refused QuotaExceeded(L-0DA4ABF3): the quota policiesPerRole of 1 is reached; delete one or raise the quota
        create user ann attached=none
        => refused NotFound: POLICY none not found
        as other create user ben attached=one
        => refused NotFound: POLICY one not found
        as cluster create user carl account=333333333333 attached=one
        => refused NotFound: POLICY one not found
    ");
}

#[test]
fn a_view_has_the_version_in_force_in_whoever_has_the_policy() {
    let keyring = Keyring::new("k1", [1; 32]).unwrap();
    let mut script = check("create policy read\ncreate user ann attached=read");
    let first = view::compile(&script.state, &keyring, None);
    script.run("create vpc vpc1");
    let same = view::compile(&script.state, &keyring, Some(&first));
    script.run("update policy read add=invoke default=0");
    let changed = view::compile(&script.state, &keyring, Some(&same));
    script.run("update user ann attached=");
    let detached = view::compile(&script.state, &keyring, Some(&changed));
    let id = &script.names["ann"];
    let own = |view: &View| view.credentials.identities[id].clone();
    assert_eq!(own(&first).policies.len(), 1);
    assert!(Arc::ptr_eq(&own(&first), &own(&same)), "compiled again");
    let policies = &changed.credentials.policies;
    let policy = &policies[&script.names["read"]];
    let policy = policy.policy.as_ref().unwrap();
    assert!(Arc::ptr_eq(&own(&changed).policies[0], policy));
    assert!(!Arc::ptr_eq(&own(&first).policies[0], policy));
    assert!(own(&detached).policies.is_empty());
}

#[test]
fn members_that_do_not_know_managed_policies_are_not_asked_about_them() {
    let version = |change| {
        version_of(&[Operation {
            change: Some(change),
            ..Operation::default()
        }])
    };
    let create = |record: Stored| version(Change::Create(record));
    assert_eq!(create(ManagedPolicy::default().into()), 3);
    assert_eq!(create(User::default().into()), 1);
    let attached_policies = vec!["ANPA0000000000000000".to_owned()];
    let user = User {
        attached_policies: attached_policies.clone(),
        ..User::default()
    };
    assert_eq!(create(user.into()), 3);
    let role = Role {
        attached_policies,
        ..Role::default()
    };
    assert_eq!(create(role.into()), 3);
    let role = Role {
        description: "x".into(),
        ..Role::default()
    };
    assert_eq!(create(role.into()), 3);
    let named = Identifier {
        kind: Kind::ManagedPolicy as i32,
        id: String::new(),
    };
    assert_eq!(version(Change::Delete(named)), 3);
}
