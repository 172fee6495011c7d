//! Accounts, users, roles, access keys, keys of the cluster and its settings.

use super::check;

#[test]
fn only_the_operator_makes_accounts_and_an_account_owns_itself() {
    check(
        "
        create account 444444444444
        => refused AccessDenied: only the account that operates the cluster creates records of kind ACCOUNT
        as ops create account 444444444444 name=four
        => ok 444444444444
        as cluster show account 444444444444 account
        => ok 444444444444
        as ops create account 444444444444
        => refused Conflict: ACCOUNT 444444444444 exists already
        as ops create account 44
        => refused Validation: id: has not the shape of an id; account: is not 12 digits
        as ops update settings cluster accounts=4
        as ops create account 555555555555
        => refused QuotaExceeded: the quota accounts of 4 is reached; delete one or raise the quota
    ",
    );
}

#[test]
fn an_account_that_owns_something_cannot_be_deleted() {
    check(
        "
        create vpc vpc1
        as ops delete account 222222222222
        => refused Conflict: account 222222222222 owns VPC vpc1; delete that first
        delete vpc vpc1
        create access-key AKIAROOT
        as ops delete account 222222222222
        => ok 222222222222
        as cluster show access-key AKIAROOT account
        => refused NotFound: ACCESS_KEY AKIAROOT not found
        as ops delete account 111111111111
        => refused Conflict: account 111111111111 operates the cluster and cannot be deleted
        create vpc vpc2
        => refused NotFound: ACCOUNT 222222222222 not found
    ",
    );
}

#[test]
fn names_of_users_and_roles_are_unique_without_regard_to_case() {
    check("
        create user Ann
        create user two name=ANN
        => refused Conflict: USER Ann has the name ANN; choose another
        as other create user three name=ann
        => ok three
        resolve user - aNN
        => ok Ann
        create role Ann2
        => ok Ann2
        create role a/b path=x
        => refused Validation: name: 1–64 letters, digits and _+=,.@- are allowed; path: is not / or /…/ of at most 512 characters
    ");
}

#[test]
fn roles_have_a_trust_policy_and_a_session_length() {
    check("
        create role reader
        show role reader session
        => ok 3600
        show role reader path
        => ok /
        create role writer session=43201 trust=anyone policy=trust
        => refused Validation: maxSessionDuration: 43201 is not within 3600–43200; assumeRolePolicyDocument…
        update role reader path=/x/
        => refused Validation: path: cannot be changed…
        update role reader session=7200 policy=invoke
        => ok reader
    ");
}

#[test]
fn revoked_sessions_stay_revoked() {
    check(
        "
        create role reader not-before=1000
        update role reader not-before=2000
        update role reader not-before=500
        show role reader not-before
        => ok 2000
    ",
    );
}

#[test]
fn users_and_roles_are_emptied_before_they_are_deleted() {
    check(
        "
        create user ann policy=invoke
        create access-key AKIAKEY1 user=ann
        delete user ann
        => refused Conflict: Cannot delete entity, must delete access keys first.
        delete access-key AKIAKEY1
        delete user ann
        => refused Conflict: Cannot delete entity, must delete policies first.
        update user ann policies=none
        delete user ann
        => ok ann
        create role reader policy=invoke
        delete role reader
        => refused Conflict: Cannot delete entity, must delete policies first.
    ",
    );
}

#[test]
fn a_user_or_root_has_two_access_keys() {
    check("
        create user ann
        create access-key AKIAKEY1 user=ann
        create access-key AKIAKEY2 user=ann inactive=yes
        create access-key AKIAKEY3 user=ann
        => refused QuotaExceeded(L-8758042E): the quota accessKeysPerUser of 2 is reached; delete one or raise the quota
        create access-key AKIAROOT1
        create access-key AKIAROOT2
        create access-key AKIAROOT3
        => refused QuotaExceeded(L-8758042E): the quota accessKeysPerUser of 2 is reached; delete one or raise the quota
        as other create access-key AKIAKEY4 user=ann
        => refused NotFound: USER ann not found
        update access-key AKIAKEY1 user=
        => refused Validation: userName: cannot be changed…
        update access-key AKIAKEY1 inactive=yes
        => ok AKIAKEY1
        update access-key AKIAKEY1 sealed=2   # sealing anew is the cluster's
        => refused Validation: sealedSecret: cannot be changed…
        as cluster update access-key AKIAKEY1 sealed=2
        => ok AKIAKEY1
    ");
}

#[test]
fn users_and_roles_have_quotas() {
    check("
        as ops update settings cluster usersPerAccount=1 rolesPerAccount=1
        create user ann
        create user ben
        => refused QuotaExceeded(L-F55AF5E4): the quota usersPerAccount of 1 is reached; delete one or raise the quota
        create role reader
        create role writer
        => refused QuotaExceeded(L-FE177D64): the quota rolesPerAccount of 1 is reached; delete one or raise the quota
    ");
}

#[test]
fn the_last_key_of_its_use_stays() {
    check(
        "
        create cluster-key k1 use=1
        => refused AccessDenied: only the account that operates the cluster creates records of kind CLUSTER_KEY
        as ops create cluster-key k1 use=1
        as ops delete cluster-key k1
        => refused Conflict: the last key of its use cannot be deleted; create another first
        as ops create cluster-key k2 use=1
        as ops delete cluster-key k1
        => ok k1
    ",
    );
}

#[test]
fn settings_are_the_operators_and_cannot_be_deleted() {
    check("
        update settings cluster regions=eu-west-1
        => refused NotFound: CLUSTER_SETTINGS cluster not found
        as ops delete settings cluster
        => refused Conflict: the settings of the cluster cannot be deleted
        as ops update settings cluster partition=0000000
        => refused Validation: partitionId: cannot be changed…
        as ops update settings cluster regions= nonsense=0 suffix=Internal
        => refused Validation: regions: has length 0; 1–64 is allowed; dnsSuffix: is not a domain name in lower case; quotas.nonsense: is not a quota; see the list of quotas; quotas.nonsense: 0 is not within 1–1000000
    ");
}

#[test]
fn a_region_in_use_stays() {
    check(
        "
        in us-east-1 create network net
        as ops update settings cluster regions=eu-west-1
        => refused Conflict: region us-east-1 holds SERVICE_NETWORK net
        delete network net
        as ops update settings cluster regions=eu-west-1
        in us-east-1 create network net2
        => refused Validation: region: is not one of eu-west-1
    ",
    );
}
