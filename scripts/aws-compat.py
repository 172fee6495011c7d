#!/usr/bin/env python3
"""Drives a running cluster with boto3, as users of VPC Lattice do, and checks what it answers.

    scripts/aws-compat.py READY_FILE [TRANSCRIPT]   # the file of `trellis-node dev --no-sample --ready-file READY_FILE`

The cluster must be new; what IAM's API cannot say is said with the command line beside its node. Tokens are signed with
the module `rsa`, which the AWS CLI brings. Every operation that there is succeeds once, and is refused in the ways that the model knows.
What was asked of VPC Lattice and answered goes to TRANSCRIPT, for other clients to do the same (`aws-replay.mjs`, `aws-replay.py`).
"""

import base64
import json
import os
import pathlib
import re
import sys
import tempfile
import time
from unittest import mock

import boto3
import rsa
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from command_line import trellis

NOTHING = "0123456789abcdef0"
# Certificates and keys that were made for tests, valid until 2120.
MADE = pathlib.Path(__file__).resolve().parent.parent / "node/core/tests/certificates"


class Suite:
    """Calls, and which operations they were of."""

    def __init__(self, ready, account=0, node=0):
        root = ready["accounts"][account]
        self.client = boto3.client(
            "vpc-lattice",
            endpoint_url=ready["nodes"][node]["api"],
            region_name=ready["region"],
            aws_access_key_id=root["access_key_id"],
            aws_secret_access_key=root["secret_access_key"],
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
        )
        self.vpc = ready["vpcs"][account]["id"]
        self.group = None
        self.done, self.failed, self.transcript = set(), {}, []

    def ok(self, operation, **fields):
        """A call that must succeed; its answer without what botocore adds."""
        answer = getattr(self.client, operation)(**fields)
        meta = answer.pop("ResponseMetadata")
        assert meta["RequestId"], f"{operation}: no request id"
        self.done.add(operation)
        self.transcript.append({"operation": self.name(operation), "input": fields, "answer": answer})
        return answer

    def name(self, operation):
        """The operation as the model calls it."""
        return self.client.meta.method_to_api_mapping[operation]

    def refused(self, code, operation, **fields):
        """A call that must fail with this error; the error's members."""
        try:
            answer = getattr(self.client, operation)(**fields)
        except ClientError as error:
            got = error.response["Error"]["Code"]
            assert got == code, f"{operation}: {got}, not {code}: {error}"
            assert error.response["Error"]["Message"], f"{operation}: no message"
            self.failed.setdefault(operation, set()).add(code)
            self.transcript.append({"operation": self.name(operation), "input": fields, "error": code})
            return error.response
        raise AssertionError(f"{operation} {fields}: {code} expected, got {answer}")


class Calls:
    """Calls of a client that is not VPC Lattice's."""

    def __init__(self, ready, service, secret=None, account=0):
        root = ready["accounts"][account]
        self.client = boto3.client(
            service,
            endpoint_url=ready["nodes"][1]["api"],
            region_name=ready["region"],
            aws_access_key_id=root["access_key_id"],
            aws_secret_access_key=secret or root["secret_access_key"],
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
        )

    def ok(self, operation, **fields):
        """A call that must succeed; its answer without what botocore adds."""
        answer = getattr(self.client, operation)(**fields)
        assert answer.pop("ResponseMetadata")["RequestId"], f"{operation}: no request id"
        return answer

    def refused(self, code, operation, **fields):
        """A call that must fail with this error."""
        try:
            answer = getattr(self.client, operation)(**fields)
        except ClientError as error:
            assert error.response["Error"]["Code"] == code, f"{operation}: not {code}: {error}"
            assert error.response["Error"]["Message"], f"{operation}: no message"
            return error.response
        raise AssertionError(f"{operation} {fields}: {code} expected, got {answer}")


def strangers(ready):
    """Calls that are signed with a key that there is not, and with a wrong secret."""
    root = ready["accounts"][0]
    for key, code in [("AKIA0000000000000000", "UnrecognizedClientException"), (root["access_key_id"], "InvalidSignatureException")]:
        other = {**root, "access_key_id": key, "secret_access_key": "wrong"}
        suite = Suite({**ready, "accounts": [other]})
        suite.refused(code, "list_services")
        suite.refused(code, "create_service", name="stolen")


def sessions(ready):
    """Who calls, and what STS tells whoever may not assume a role."""
    root = ready["accounts"][0]
    config = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
    of = {"region_name": ready["region"], "config": config}
    keys = {"aws_access_key_id": root["access_key_id"], "aws_secret_access_key": root["secret_access_key"]}
    sts = boto3.client("sts", endpoint_url=ready["nodes"][0]["api"], **of, **keys)
    who = sts.get_caller_identity()
    assert (who["Account"], who["Arn"]) == (root["id"], f"arn:aws:iam::{root['id']}:root"), who
    asked = {"RoleArn": f"arn:aws:iam::{root['id']}:role/none", "RoleSessionName": "test"}
    for code, call, fields in [
        ("AccessDenied", sts.assume_role, asked),
        ("ValidationError", sts.assume_role, {**asked, "DurationSeconds": 899}),
        ("AccessDenied", sts.get_session_token, {}),
        ("InvalidAction", sts.get_federation_token, {"Name": "x"}),
    ]:
        try:
            call(**fields)
        except ClientError as error:
            assert error.response["Error"]["Code"] == code, error
        else:
            raise AssertionError(f"{fields} was not refused")
    keys["aws_secret_access_key"] = "wrong"
    try:
        boto3.client("sts", endpoint_url=ready["nodes"][1]["api"], **of, **keys).get_caller_identity()
    except ClientError as error:
        assert error.response["Error"]["Code"] == "SignatureDoesNotMatch", error
    else:
        raise AssertionError("a wrong secret was not refused")


def refused(code, call, **fields):
    """A call of STS or IAM that must fail with this error."""
    try:
        call(**fields)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
    else:
        raise AssertionError(f"{fields} was not refused")


def clients(ready, service, node=0):
    """What makes clients of a service, from an access key, a session's credentials, or nothing for the root."""
    root, config = ready["accounts"][0], Config(retries={"total_max_attempts": 1}, parameter_validation=False)

    def client(credentials=None):
        own = credentials or {"AccessKeyId": root["access_key_id"], "SecretAccessKey": root["secret_access_key"]}
        keys = {"aws_access_key_id": own["AccessKeyId"], "aws_secret_access_key": own["SecretAccessKey"]}
        keys["aws_session_token"] = own.get("SessionToken")
        return boto3.client(service, endpoint_url=ready["nodes"][node]["api"], region_name=ready["region"], config=config, **keys)

    return client


def document(*statements):
    """A policy of allows and denies: `("Allow", action)`."""
    said = [{"Effect": effect, "Action": action, "Resource": "*"} for effect, action in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": said})


def trust(principal, *actions):
    """Who may assume a role."""
    said = [{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": ["sts:AssumeRole", *actions]}]
    return json.dumps({"Version": "2012-10-17", "Statement": said})


def session_policies(ready):
    """Sessions that policies limit, and what they pass on to the next role of a chain."""
    account, lattice = ready["accounts"][0]["id"], clients(ready, "vpc-lattice", node=1)
    iam, sts = clients(ready, "iam")(), clients(ready, "sts", node=2)()
    all_of_sts = ["sts:TagSession", "sts:SetSourceIdentity"]
    role = {}
    for name in ["first", "second"]:
        role[name] = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(account, *all_of_sts))["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(("Allow", ["vpc-lattice:*", "sts:*"])))
    first = {"RoleArn": role["first"], "RoleSessionName": "s1"}

    limited = sts.assume_role(**first, Policy=document(("Allow", "vpc-lattice:ListServices")))
    assert 0 < limited["PackedPolicySize"] <= 100, limited
    reader = lattice(limited["Credentials"])
    reader.list_services()
    refused("AccessDeniedException", reader.list_target_groups)
    denying = sts.assume_role(**first, Policy=document(("Allow", "*"), ("Deny", "vpc-lattice:ListServices")))
    refused("AccessDeniedException", lattice(denying["Credentials"]).list_services)
    refused("MalformedPolicyDocument", sts.assume_role, **first, Policy="{}")
    refused("PackedPolicyTooLarge", sts.assume_role, **first, Policy=document(("Allow", "vpc-lattice:*")) + " " * 2048)
    many = [{"Key": f"key-{n}", "Value": "x" * 256} for n in range(40)]
    refused("PackedPolicyTooLarge", sts.assume_role, **first, Tags=many)
    refused("ValidationError", sts.assume_role, **first, PolicyArns=[{"arn": f"arn:aws:iam::{account}:policy/none"}])
    refused("ValidationError", sts.assume_role, **first, SerialNumber="arn:aws:iam::1:mfa/x", TokenCode="123456")

    tags = [{"Key": "team", "Value": "blue"}, {"Key": "shift", "Value": "night"}]
    refused("InvalidParameterValue", sts.assume_role, **first, Tags=tags, TransitiveTagKeys=["floor"])
    refused("ValidationError", sts.assume_role, **first, SourceIdentity="a b")
    begun = sts.assume_role(**first, Tags=tags, TransitiveTagKeys=["team"], SourceIdentity="anna")
    assert begun["SourceIdentity"] == "anna" and begun["PackedPolicySize"] > 0, begun
    sts = clients(ready, "sts")(begun["Credentials"])
    second = {"RoleArn": role["second"], "RoleSessionName": "s2"}
    refused("InvalidParameterValue", sts.assume_role, **second, SourceIdentity="bert")
    refused("InvalidParameterValue", sts.assume_role, **second, Tags=[{"Key": "TEAM", "Value": "red"}])
    refused("ValidationError", sts.assume_role, **second, DurationSeconds=3601)
    behind = {"StringEquals": {"aws:SourceIdentity": "anna", "aws:PrincipalTag/team": "blue"}, "Null": {"aws:PrincipalTag/shift": "true"}}
    said = json.loads(document(("Allow", "vpc-lattice:*")))
    said["Statement"][0]["Condition"] = behind
    iam.put_role_policy(RoleName="second", PolicyName="own", PolicyDocument=json.dumps(said))
    chained = sts.assume_role(**second)
    assert chained["SourceIdentity"] == "anna", chained
    lattice(chained["Credentials"]).list_services()
    iam.update_assume_role_policy(RoleName="second", PolicyDocument=trust(account))
    refused("AccessDenied", sts.assume_role, **second)
    for name in role:
        iam.delete_role_policy(RoleName=name, PolicyName="own")
        iam.delete_role(RoleName=name)


def conditions(ready):
    """The condition keys of VPC Lattice."""
    iam = clients(ready, "iam")()
    iam.create_user(UserName="judged")
    secure, here = {"StringEquals": {"vpc-lattice:AuthType": "AWS_IAM"}}, {"StringEquals": {"vpc-lattice:VpcId": ready["vpcs"][0]["id"]}}
    allowed = lambda action, condition: {"Effect": "Allow", "Action": f"vpc-lattice:{action}", "Resource": "*", "Condition": condition}
    statements = [allowed("*Service", secure), allowed("ListServiceNetworkVpcAssociations", here)]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_user_policy(UserName="judged", PolicyName="own", PolicyDocument=policy)
    judged = clients(ready, "vpc-lattice", node=2)(iam.create_access_key(UserName="judged")["AccessKey"])
    refused("AccessDeniedException", judged.create_service, name="judged")
    made = judged.create_service(name="judged", authType="AWS_IAM")
    refused("AccessDeniedException", judged.update_service, serviceIdentifier=made["id"], authType="NONE")
    judged.update_service(serviceIdentifier=made["arn"], authType="AWS_IAM")
    # What is read says nothing of an auth type.
    refused("AccessDeniedException", judged.get_service, serviceIdentifier=made["id"])
    judged.list_service_network_vpc_associations(vpcIdentifier=ready["vpcs"][0]["id"])
    refused("AccessDeniedException", judged.list_service_network_vpc_associations)
    clients(ready, "vpc-lattice")().delete_service(serviceIdentifier=made["id"])


def managed_policies(ready):
    """Managed policies: their versions, who has them, what they allow at once, and what they limit."""
    account, lattice = ready["accounts"][0]["id"], clients(ready, "vpc-lattice", node=1)
    iam, sts = clients(ready, "iam")(), clients(ready, "sts", node=2)()
    read, none = document(("Allow", "vpc-lattice:ListServices")), document(("Allow", "vpc-lattice:GetRule"))
    made = iam.create_policy(PolicyName="Read", Path="/team/", PolicyDocument=read, Description="reads", Tags=[{"Key": "a", "Value": "b"}])
    policy, by = made["Policy"], {"PolicyArn": f"arn:aws:iam::{account}:policy/team/Read"}
    assert (policy["Arn"], policy["DefaultVersionId"], policy["AttachmentCount"]) == (by["PolicyArn"], "v1", 0), policy
    nothing, wrong = {"PolicyArn": f"arn:aws:iam::{account}:policy/none"}, {"PolicyArn": f"arn:aws:iam::{account}:role/none"}
    refused("EntityAlreadyExists", iam.create_policy, PolicyName="READ", PolicyDocument=read)
    refused("MalformedPolicyDocument", iam.create_policy, PolicyName="bad", PolicyDocument="{}")
    refused("LimitExceeded", iam.create_policy, PolicyName="large", PolicyDocument=document(("Allow", [f"a:{n:06}" for n in range(700)])))
    refused("ValidationError", iam.create_policy, PolicyName="a b", PolicyDocument=read)
    found = iam.get_policy(**by)["Policy"]
    assert found["Description"] == "reads" and found["PolicyId"] == policy["PolicyId"], found
    refused("NoSuchEntity", iam.get_policy, **nothing)
    refused("InvalidInput", iam.get_policy, **wrong)
    iam.tag_policy(**by, Tags=[{"Key": "c", "Value": "d"}])
    iam.untag_policy(**by, TagKeys=["a"])
    assert iam.list_policy_tags(**by)["Tags"] == [{"Key": "c", "Value": "d"}]
    refused("NoSuchEntity", iam.tag_policy, **nothing, Tags=[{"Key": "a", "Value": "b"}])
    refused("NoSuchEntity", iam.untag_policy, **nothing, TagKeys=["a"])
    refused("NoSuchEntity", iam.list_policy_tags, **nothing)
    listed = iam.list_policies(Scope="Local", PathPrefix="/team/")["Policies"]
    assert [each["PolicyName"] for each in listed] == ["Read"] and "Description" not in listed[0], listed
    assert iam.list_policies(Scope="AWS")["Policies"] == iam.list_policies(OnlyAttached=True)["Policies"] == []
    refused("ValidationError", iam.list_policies, Scope="Some")

    user = iam.create_user(UserName="carl")["User"]
    key = iam.create_access_key(UserName="carl")["AccessKey"]
    carl = lattice(key)
    refused("AccessDeniedException", carl.list_services)
    carls = {"UserName": "carl"}
    iam.attach_user_policy(**carls, **by)
    iam.attach_user_policy(**carls, **by)
    carl.list_services()
    assert iam.list_attached_user_policies(**carls)["AttachedPolicies"] == [{"PolicyName": "Read", **by}]
    assert iam.list_attached_user_policies(**carls, PathPrefix="/other/")["AttachedPolicies"] == []
    refused("NoSuchEntity", iam.list_attached_user_policies, UserName="nobody")
    refused("NoSuchEntity", iam.list_attached_role_policies, RoleName="nobody")
    refused("NoSuchEntity", iam.attach_user_policy, **carls, **nothing)
    refused("NoSuchEntity", iam.attach_user_policy, UserName="nobody", **by)
    refused("InvalidInput", iam.attach_user_policy, **carls, **wrong)
    role = iam.create_role(RoleName="writer", AssumeRolePolicyDocument=trust(account), Description="writes")["Role"]
    writers = {"RoleName": "writer"}
    assert role["Description"] == "writes" and iam.update_role_description(**writers, Description="w")["Role"]["Description"] == "w"
    iam.update_role(**writers, Description="")
    assert "Description" not in iam.get_role(**writers)["Role"]
    refused("NoSuchEntity", iam.update_role_description, RoleName="nobody", Description="")
    iam.attach_role_policy(**writers, **by)
    refused("NoSuchEntity", iam.attach_role_policy, **writers, **nothing)
    assert iam.list_attached_role_policies(**writers)["AttachedPolicies"] == [{"PolicyName": "Read", **by}]
    entities = iam.list_entities_for_policy(**by)
    assert entities["PolicyUsers"] == [{"UserName": "carl", "UserId": user["UserId"]}], entities
    assert entities["PolicyRoles"] == [{"RoleName": "writer", "RoleId": role["RoleId"]}] and entities["PolicyGroups"] == [], entities
    pages = list(iam.get_paginator("list_entities_for_policy").paginate(**by, PaginationConfig={"PageSize": 1}))
    assert [len(page["PolicyUsers"]) + len(page["PolicyRoles"]) for page in pages] == [1, 1], pages
    assert iam.list_entities_for_policy(**by, EntityFilter="Role")["PolicyUsers"] == []
    refused("NoSuchEntity", iam.list_entities_for_policy, **nothing)
    assert iam.get_policy(**by)["Policy"]["AttachmentCount"] == 2
    assert [each["AttachmentCount"] for each in iam.list_policies(OnlyAttached=True)["Policies"]] == [2]
    refused("DeleteConflict", iam.delete_policy, **by)
    refused("DeleteConflict", iam.delete_role, **writers)

    second = iam.create_policy_version(**by, PolicyDocument=none)["PolicyVersion"]
    assert (second["VersionId"], second["IsDefaultVersion"]) == ("v2", False) and "Document" not in second, second
    carl.list_services()
    iam.set_default_policy_version(**by, VersionId="v2")
    refused("AccessDeniedException", carl.list_services)
    third = iam.create_policy_version(**by, PolicyDocument=read, SetAsDefault=True)["PolicyVersion"]
    assert (third["VersionId"], third["IsDefaultVersion"]) == ("v3", True), third
    carl.list_services()
    assert iam.get_policy_version(**by, VersionId="v2")["PolicyVersion"]["Document"] == json.loads(none)
    versions = iam.list_policy_versions(**by)["Versions"]
    assert [(each["VersionId"], each["IsDefaultVersion"]) for each in versions] == [("v3", True), ("v2", False), ("v1", False)], versions
    refused("NoSuchEntity", iam.get_policy_version, **by, VersionId="v9")
    refused("NoSuchEntity", iam.set_default_policy_version, **by, VersionId="v9")
    refused("NoSuchEntity", iam.delete_policy_version, **by, VersionId="v9")
    refused("NoSuchEntity", iam.list_policy_versions, **nothing)
    refused("NoSuchEntity", iam.create_policy_version, **nothing, PolicyDocument=read)
    refused("MalformedPolicyDocument", iam.create_policy_version, **by, PolicyDocument="{}")
    refused("DeleteConflict", iam.delete_policy_version, **by, VersionId="v3")
    for _ in range(2):
        iam.create_policy_version(**by, PolicyDocument=none)
    refused("LimitExceeded", iam.create_policy_version, **by, PolicyDocument=none)

    iam.put_role_policy(**writers, PolicyName="own", PolicyDocument=document(("Allow", "vpc-lattice:*")))
    session = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="s1", PolicyArns=[{"arn": by["PolicyArn"]}])["Credentials"]
    lattice(session).list_services()
    refused("AccessDeniedException", lattice(session).list_target_groups)
    iam.delete_role_policy(**writers, PolicyName="own")
    iam.detach_user_policy(**carls, **by)
    refused("AccessDeniedException", carl.list_services)
    refused("NoSuchEntity", iam.detach_user_policy, **carls, **by)
    iam.detach_role_policy(**writers, **by)
    refused("NoSuchEntity", iam.detach_role_policy, **writers, **by)
    refused("DeleteConflict", iam.delete_policy, **by)
    for version in ["v1", "v2", "v4", "v5"]:
        iam.delete_policy_version(**by, VersionId=version)
    iam.delete_policy(**by)
    refused("NoSuchEntity", iam.delete_policy, **by)
    iam.delete_role(**writers)
    iam.delete_access_key(UserName="carl", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(**carls)


def user_sessions(ready):
    """Sessions of a user, and what a denial says to whoever may know why."""
    lattice = clients(ready, "vpc-lattice", node=1)
    iam, sts = clients(ready, "iam")(), clients(ready, "sts")()
    user = iam.create_user(UserName="dora")["User"]
    iam.put_user_policy(UserName="dora", PolicyName="own", PolicyDocument=document(("Allow", ["vpc-lattice:List*", "iam:*", "sts:Get*"])))
    key = iam.create_access_key(UserName="dora")["AccessKey"]
    own = clients(ready, "sts", node=2)(key)
    refused("ValidationError", own.get_session_token, DurationSeconds=899)
    refused("ValidationError", own.get_session_token, SerialNumber="arn:aws:iam::1:mfa/x", TokenCode="123456")
    refused("AccessDenied", sts.get_session_token)
    session = own.get_session_token(DurationSeconds=900)["Credentials"]
    mine = clients(ready, "sts")(session)
    assert mine.get_caller_identity()["Arn"] == user["Arn"]
    lattice(session).list_services()
    refused("AccessDenied", mine.get_session_token)
    refused("AccessDenied", clients(ready, "iam")(session).get_user)
    clients(ready, "iam")(key).get_user()

    try:
        lattice(session).create_service(name="mine")
    except ClientError as error:
        _, message = error.response["Error"]["Message"].split("Encoded authorization failure message: ")
    else:
        raise AssertionError("a call that no policy allows was not refused")
    told = json.loads(sts.decode_authorization_message(EncodedMessage=message)["DecodedMessage"])
    assert told["allowed"] is False and told["context"]["action"] == "vpc-lattice:CreateService", told
    refused("AccessDenied", own.decode_authorization_message, EncodedMessage=message)
    refused("AccessDenied", mine.decode_authorization_message, EncodedMessage=message)
    refused("InvalidAuthorizationMessageException", sts.decode_authorization_message, EncodedMessage=message[1:])

    iam.update_access_key(UserName="dora", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    refused("UnrecognizedClientException", lattice(session).list_services)
    iam.delete_access_key(UserName="dora", AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName="dora", PolicyName="own")
    iam.delete_user(UserName="dora")


def identities(ready):
    """Users, keys and roles through IAM; a key that was just made calls, and assumes a role that trusts it."""
    root = ready["accounts"][0]
    iam = clients(ready, "iam")()
    user = iam.create_user(UserName="anna", Path="/team/", Tags=[{"Key": "team", "Value": "a"}])["User"]
    assert user["Arn"] == f"arn:aws:iam::{root['id']}:user/team/anna" and user["Tags"] == [{"Key": "team", "Value": "a"}], user
    refused("EntityAlreadyExists", iam.create_user, UserName="Anna")
    refused("NoSuchEntity", iam.get_user, UserName="nobody")
    refused("ValidationError", iam.create_user, UserName="x", PermissionsBoundary=f"arn:aws:iam::{root['id']}:policy/p")
    assert iam.get_user(UserName="anna")["User"]["UserId"] == user["UserId"]
    assert [each["UserName"] for each in iam.list_users(PathPrefix="/team/")["Users"]] == ["anna"]
    iam.tag_user(UserName="anna", Tags=[{"Key": "b", "Value": "c"}])
    iam.untag_user(UserName="anna", TagKeys=["team"])
    assert iam.list_user_tags(UserName="anna")["Tags"] == [{"Key": "b", "Value": "c"}]

    key = iam.create_access_key(UserName="anna")["AccessKey"]
    assert iam.list_access_keys(UserName="anna")["AccessKeyMetadata"][0]["AccessKeyId"] == key["AccessKeyId"]
    anna = [clients(ready, name, node=1)(key) for name in ("vpc-lattice", "sts", "iam")]
    assert anna[1].get_caller_identity()["Arn"] == user["Arn"]
    refused("AccessDeniedException", anna[0].list_services)
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["vpc-lattice:*", "iam:GetUser"], "Resource": "*"}]}
    iam.put_user_policy(UserName="anna", PolicyName="lattice", PolicyDocument=json.dumps(allow))
    assert anna[0].list_services()["items"] == [] and anna[2].get_user()["User"]["UserName"] == "anna"
    assert iam.get_user_policy(UserName="anna", PolicyName="lattice")["PolicyDocument"] == allow
    refused("MalformedPolicyDocument", iam.put_user_policy, UserName="anna", PolicyName="bad", PolicyDocument="{}")
    assert iam.list_user_policies(UserName="anna")["PolicyNames"] == ["lattice"]
    assert iam.list_attached_user_policies(UserName="anna")["AttachedPolicies"] == []
    assert iam.list_groups_for_user(UserName="anna")["Groups"] == []
    assert iam.list_ssh_public_keys(UserName="anna")["SSHPublicKeys"] == iam.list_mfa_devices(UserName="anna")["MFADevices"] == []
    assert iam.list_signing_certificates(UserName="anna")["Certificates"] == iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []
    assert iam.list_service_specific_credentials(UserName="anna")["ServiceSpecificCredentials"] == []
    refused("NoSuchEntity", iam.delete_login_profile, UserName="anna")
    iam.delete_user_policy(UserName="anna", PolicyName="lattice")
    refused("NoSuchEntity", iam.delete_user_policy, UserName="anna", PolicyName="lattice")
    refused("AccessDeniedException", anna[0].list_services)

    trusts = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": user["Arn"]}, "Action": "sts:AssumeRole"}]}
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(trusts), MaxSessionDuration=7200)["Role"]
    assert role["AssumeRolePolicyDocument"] == trusts and role["MaxSessionDuration"] == 7200, role
    iam.put_role_policy(RoleName="reader", PolicyName="lattice", PolicyDocument=json.dumps(allow))
    assert iam.get_role_policy(RoleName="reader", PolicyName="lattice")["PolicyDocument"] == allow
    assert iam.list_role_policies(RoleName="reader")["PolicyNames"] == ["lattice"]
    session = anna[1].assume_role(RoleArn=role["Arn"], RoleSessionName="s1", DurationSeconds=900)
    assert session["AssumedRoleUser"]["AssumedRoleId"] == f"{role['RoleId']}:s1", session
    reader = clients(ready, "vpc-lattice", node=2)(session["Credentials"])
    assert reader.list_services()["items"] == []
    iam.update_role(RoleName="reader", MaxSessionDuration=3600)
    nobody = {"Version": "2012-10-17", "Statement": [{**trusts["Statement"][0], "Effect": "Deny"}]}
    iam.update_assume_role_policy(RoleName="reader", PolicyDocument=json.dumps(nobody))
    refused("AccessDenied", anna[1].assume_role, RoleArn=role["Arn"], RoleSessionName="s2")
    assert iam.get_role(RoleName="reader")["Role"]["MaxSessionDuration"] == 3600
    iam.tag_role(RoleName="reader", Tags=[{"Key": "a", "Value": "b"}])
    iam.untag_role(RoleName="reader", TagKeys=["a"])
    assert iam.list_role_tags(RoleName="reader")["Tags"] == []
    assert [each["RoleName"] for each in iam.list_roles()["Roles"]] == ["reader"]
    assert iam.list_attached_role_policies(RoleName="reader")["AttachedPolicies"] == []
    assert iam.list_instance_profiles_for_role(RoleName="reader")["InstanceProfiles"] == []

    nobody, absent = {"UserName": "nobody"}, {"RoleName": "nobody"}
    policy, tags = {"PolicyName": "own"}, {"Tags": [{"Key": "a", "Value": "b"}]}
    refused("NoSuchEntity", iam.create_access_key, **nobody)
    refused("NoSuchEntity", iam.list_access_keys, **nobody)
    refused("NoSuchEntity", iam.update_access_key, UserName="anna", AccessKeyId="AKIA0000000000000000", Status="Active")
    refused("NoSuchEntity", iam.delete_access_key, UserName="anna", AccessKeyId="AKIA0000000000000000")
    refused("ValidationError", iam.update_access_key, UserName="anna", AccessKeyId=key["AccessKeyId"], Status="On")
    refused("NoSuchEntity", iam.get_user_policy, UserName="anna", PolicyName="none")
    refused("NoSuchEntity", iam.put_user_policy, **nobody, **policy, PolicyDocument=json.dumps(allow))
    refused("NoSuchEntity", iam.list_user_policies, **nobody)
    refused("NoSuchEntity", iam.tag_user, **nobody, **tags)
    refused("NoSuchEntity", iam.untag_user, **nobody, TagKeys=["a"])
    refused("NoSuchEntity", iam.list_user_tags, **nobody)
    refused("NoSuchEntity", iam.list_groups_for_user, **nobody)
    refused("NoSuchEntity", iam.list_ssh_public_keys, **nobody)
    refused("NoSuchEntity", iam.list_mfa_devices, **nobody)
    refused("NoSuchEntity", iam.list_signing_certificates, **nobody)
    refused("NoSuchEntity", iam.list_service_specific_credentials, **nobody)
    refused("DeleteConflict", iam.delete_user, UserName="anna")
    refused("EntityAlreadyExists", iam.create_role, RoleName="READER", AssumeRolePolicyDocument=json.dumps(trusts))
    refused("MalformedPolicyDocument", iam.create_role, RoleName="x", AssumeRolePolicyDocument="{}")
    refused("ValidationError", iam.create_role, RoleName="x", AssumeRolePolicyDocument=json.dumps(trusts), MaxSessionDuration=3599)
    refused("NoSuchEntity", iam.get_role, **absent)
    refused("NoSuchEntity", iam.update_role, **absent)
    refused("NoSuchEntity", iam.update_assume_role_policy, **absent, PolicyDocument=json.dumps(trusts))
    refused("MalformedPolicyDocument", iam.update_assume_role_policy, RoleName="reader", PolicyDocument="{}")
    refused("NoSuchEntity", iam.put_role_policy, **absent, **policy, PolicyDocument=json.dumps(allow))
    refused("MalformedPolicyDocument", iam.put_role_policy, RoleName="reader", **policy, PolicyDocument="{}")
    refused("NoSuchEntity", iam.get_role_policy, RoleName="reader", PolicyName="none")
    refused("NoSuchEntity", iam.delete_role_policy, RoleName="reader", PolicyName="none")
    refused("NoSuchEntity", iam.list_role_policies, **absent)
    refused("NoSuchEntity", iam.tag_role, **absent, **tags)
    refused("NoSuchEntity", iam.untag_role, **absent, TagKeys=["a"])
    refused("NoSuchEntity", iam.list_role_tags, **absent)
    refused("NoSuchEntity", iam.list_instance_profiles_for_role, **absent)
    refused("NoSuchEntity", iam.delete_role, **absent)
    refused("ValidationError", iam.list_users, MaxItems=0)
    refused("ValidationError", iam.list_roles, Marker="forged")

    iam.update_access_key(UserName="anna", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    refused("InvalidClientTokenId", anna[1].get_caller_identity)
    iam.delete_access_key(UserName="anna", AccessKeyId=key["AccessKeyId"])
    iam.delete_role_policy(RoleName="reader", PolicyName="lattice")
    iam.delete_role(RoleName="reader")
    iam.delete_user(UserName="anna")
    refused("NoSuchEntity", iam.delete_user, UserName="anna")


class Issuer:
    """An identity provider: its key, and the tokens that it gives."""

    def __init__(self, name):
        self.name, (_, self.key) = name, rsa.newkeys(2048)

    def jwks(self):
        numbers = {name: encoded(value.to_bytes((value.bit_length() + 7) // 8, "big")) for name, value in [("n", self.key.n), ("e", self.key.e)]}
        return json.dumps({"keys": [{"kty": "RSA", "kid": "one", "use": "sig", **numbers}]})

    def token(self, head=(), **changes):
        now = int(time.time())
        claims = {"iss": f"https://{self.name}", "sub": "system:serviceaccount:shop:orders", "aud": ["sts.amazonaws.com"]}
        claims |= {"iat": now, "exp": now + 600, **changes}
        parts = [{"alg": "RS256", "kid": "one", **dict(head)}, {name: value for name, value in claims.items() if value is not None}]
        signed = ".".join(encoded(json.dumps(part).encode()) for part in parts)
        return f"{signed}.{encoded(rsa.sign(signed.encode(), self.key, 'SHA-256'))}"


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def providers(ready):
    """OIDC providers through IAM."""
    account, iam = ready["accounts"][0]["id"], clients(ready, "iam")()
    thumbprint, tags = "0123456789abcdef0123456789ABCDEF01234567", [{"Key": "a", "Value": "b"}]
    url = "https://oidc.example.com/id/AB12"
    made = iam.create_open_id_connect_provider(Url=url, ClientIDList=["two", "one"], ThumbprintList=[thumbprint], Tags=tags)
    by = {"OpenIDConnectProviderArn": f"arn:aws:iam::{account}:oidc-provider/oidc.example.com/id/AB12"}
    assert made["OpenIDConnectProviderArn"] == by["OpenIDConnectProviderArn"] and made["Tags"] == tags, made
    nothing = {"OpenIDConnectProviderArn": f"arn:aws:iam::{account}:oidc-provider/none.example.com"}
    wrong = {"OpenIDConnectProviderArn": f"arn:aws:iam::{account}:role/none"}
    refused("EntityAlreadyExists", iam.create_open_id_connect_provider, Url=url)
    for bad in ["http://a.example.com", "https://a.example.com?x", "https://*.example.com", "a.example.com"]:
        refused("InvalidInput", iam.create_open_id_connect_provider, Url=bad)
    refused("InvalidInput", iam.create_open_id_connect_provider, Url="https://a.example.com", ThumbprintList=[thumbprint] * 6)
    refused("ValidationError", iam.create_open_id_connect_provider, Url="https://a.example.com", ThumbprintList=["x"])
    refused("ValidationError", iam.create_open_id_connect_provider, Url="https://" + "a" * 256)
    many = [f"client-{n}" for n in range(101)]
    refused("LimitExceeded", iam.create_open_id_connect_provider, Url="https://a.example.com", ClientIDList=many)
    told = iam.get_open_id_connect_provider(**by)
    assert (told["Url"], told["ClientIDList"], told["ThumbprintList"]) == (url[8:], ["one", "two"], [thumbprint]), told
    assert told["CreateDate"] and told["Tags"] == tags, told
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == [{"Arn": by["OpenIDConnectProviderArn"]}]
    for _ in range(2):
        iam.add_client_id_to_open_id_connect_provider(**by, ClientID="three")
        iam.remove_client_id_from_open_id_connect_provider(**by, ClientID="one")
    iam.update_open_id_connect_provider_thumbprint(**by, ThumbprintList=[thumbprint.lower()])
    iam.tag_open_id_connect_provider(**by, Tags=[{"Key": "c", "Value": "d"}])
    iam.untag_open_id_connect_provider(**by, TagKeys=["a"])
    assert iam.list_open_id_connect_provider_tags(**by)["Tags"] == [{"Key": "c", "Value": "d"}]
    told = iam.get_open_id_connect_provider(**by)
    assert (told["ClientIDList"], told["ThumbprintList"]) == (["three", "two"], [thumbprint.lower()]), told
    refused("InvalidInput", iam.get_open_id_connect_provider, **wrong)
    refused("NoSuchEntity", iam.get_open_id_connect_provider, **nothing)
    refused("NoSuchEntity", iam.add_client_id_to_open_id_connect_provider, **nothing, ClientID="one")
    refused("ValidationError", iam.add_client_id_to_open_id_connect_provider, **by, ClientID="x" * 256)
    refused("NoSuchEntity", iam.remove_client_id_from_open_id_connect_provider, **nothing, ClientID="one")
    refused("NoSuchEntity", iam.update_open_id_connect_provider_thumbprint, **nothing, ThumbprintList=[thumbprint])
    refused("InvalidInput", iam.update_open_id_connect_provider_thumbprint, **by, ThumbprintList=[thumbprint] * 6)
    refused("NoSuchEntity", iam.tag_open_id_connect_provider, **nothing, Tags=tags)
    refused("NoSuchEntity", iam.untag_open_id_connect_provider, **nothing, TagKeys=["a"])
    refused("NoSuchEntity", iam.list_open_id_connect_provider_tags, **nothing)

    iam.create_user(UserName="otto")
    key = iam.create_access_key(UserName="otto")["AccessKey"]
    other = clients(ready, "iam", node=1)(key)
    calls = {"list_open_id_connect_providers": {}, "add_client_id_to_open_id_connect_provider": {**by, "ClientID": "four"}}
    for call, fields in calls.items():
        refused("AccessDenied", getattr(other, call), **fields)
    may = document(("Allow", ["iam:ListOpenIDConnectProviders", "iam:AddClientIDToOpenIDConnectProvider"]))
    iam.put_user_policy(UserName="otto", PolicyName="own", PolicyDocument=may)
    for call, fields in calls.items():
        getattr(other, call)(**fields)
    refused("AccessDenied", other.remove_client_id_from_open_id_connect_provider, **by, ClientID="four")
    refused("AccessDenied", other.delete_open_id_connect_provider, **by)
    iam.delete_user_policy(UserName="otto", PolicyName="own")
    iam.delete_access_key(UserName="otto", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="otto")
    iam.delete_open_id_connect_provider(**by)
    refused("NoSuchEntity", iam.delete_open_id_connect_provider, **by)


def web_identities(ready):
    """Tokens of an identity provider, exchanged for sessions of roles that trust it; by the environment, too."""
    account, lattice = ready["accounts"][0]["id"], clients(ready, "vpc-lattice", node=1)
    iam, sts = clients(ready, "iam")(), clients(ready, "sts", node=2)()
    issuer = Issuer("kube.example.internal")
    by = iam.create_open_id_connect_provider(Url=f"https://{issuer.name}", ClientIDList=["sts.amazonaws.com"])["OpenIDConnectProviderArn"]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(issuer.jwks())
        file.flush()
        trellis(ready, "oidc-provider", "update", issuer.name, "--jwks", f"@{file.name}", "--wait")
    trusted = {"Effect": "Allow", "Principal": {"Federated": by}, "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]}
    trusted["Condition"] = {
        "StringLike": {f"{issuer.name}:sub": "system:serviceaccount:shop:*"},
        "StringEquals": {f"{issuer.name}:aud": "sts.amazonaws.com"},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trusted]})
    role = iam.create_role(RoleName="orders", AssumeRolePolicyDocument=policy)["Role"]
    said = json.loads(document(("Allow", ["vpc-lattice:ListServices", "vpc-lattice:GetService"])))
    said["Statement"][0]["Condition"] = {"StringEquals": {"aws:FederatedProvider": by}}
    iam.put_role_policy(RoleName="orders", PolicyName="own", PolicyDocument=json.dumps(said))

    asked = {"RoleArn": role["Arn"], "RoleSessionName": "pod-7"}
    told = sts.assume_role_with_web_identity(**asked, WebIdentityToken=issuer.token(), DurationSeconds=900)
    assert told["SubjectFromWebIdentityToken"] == "system:serviceaccount:shop:orders", told
    assert (told["Provider"], told["Audience"]) == (by, "sts.amazonaws.com"), told
    assert told["AssumedRoleUser"]["AssumedRoleId"] == f"{role['RoleId']}:pod-7", told
    session = lattice(told["Credentials"])
    session.list_services()
    refused("AccessDeniedException", session.list_target_groups)
    who = clients(ready, "sts")(told["Credentials"]).get_caller_identity()
    assert who["Arn"] == f"arn:aws:sts::{account}:assumed-role/orders/pod-7", who
    limited = document(("Allow", "vpc-lattice:GetService"))
    told = sts.assume_role_with_web_identity(**asked, WebIdentityToken=issuer.token(), Policy=limited)
    assert told["PackedPolicySize"] > 0, told
    refused("AccessDeniedException", lattice(told["Credentials"]).list_services)
    tags = {"https://aws.amazon.com/tags": {"principal_tags": {"team": ["orders"]}, "transitive_tag_keys": ["team"]}}
    sts.assume_role_with_web_identity(**asked, WebIdentityToken=issuer.token(**tags))

    stranger, now = Issuer(issuer.name), int(time.time())
    behind = {"https://aws.amazon.com/source_identity": "anna"}
    several = {"https://aws.amazon.com/tags": {"principal_tags": {"team": ["orders", "shop"]}}}
    for code, token in [
        ("InvalidIdentityToken", stranger.token()),
        ("InvalidIdentityToken", issuer.token({"alg": "none"})),
        ("InvalidIdentityToken", issuer.token({"alg": "HS256"})),
        ("InvalidIdentityToken", issuer.token({"kid": "two"})),
        ("InvalidIdentityToken", issuer.token(iss="https://other.example.internal")),
        ("InvalidIdentityToken", issuer.token(aud="kube")),
        ("InvalidIdentityToken", issuer.token(sub=None)),
        ("InvalidIdentityToken", issuer.token(exp=None)),
        ("InvalidIdentityToken", issuer.token(nbf=now + 600)),
        ("InvalidIdentityToken", issuer.token()[:-4]),
        ("InvalidIdentityToken", "no token"),
        ("AccessDenied", issuer.token(sub="system:serviceaccount:bank:orders")),
        ("AccessDenied", issuer.token(**behind)),
    ]:
        refused(code, sts.assume_role_with_web_identity, **asked, WebIdentityToken=token)
    refused("ExpiredTokenException", sts.assume_role_with_web_identity, **asked, WebIdentityToken=issuer.token(exp=now - 1))
    refused("IDPRejectedClaim", sts.assume_role_with_web_identity, **asked, WebIdentityToken=issuer.token(**several))
    good = {"WebIdentityToken": issuer.token()}
    nobody = {**asked, "RoleArn": f"arn:aws:iam::{account}:role/none"}
    refused("AccessDenied", sts.assume_role_with_web_identity, **nobody, **good)
    refused("ValidationError", sts.assume_role_with_web_identity, **asked, **good, DurationSeconds=3601)
    refused("ValidationError", sts.assume_role_with_web_identity, **asked, **good, ProviderId="www.amazon.com")
    refused("ValidationError", sts.assume_role_with_web_identity, **asked, WebIdentityToken="x" * 20001)
    refused("MalformedPolicyDocument", sts.assume_role_with_web_identity, **asked, **good, Policy="{}")
    many = {"https://aws.amazon.com/tags": {"principal_tags": {f"key-{n}": ["x" * 256] for n in range(40)}}}
    refused("PackedPolicyTooLarge", sts.assume_role_with_web_identity, **asked, WebIdentityToken=issuer.token(**many))

    # As the SDKs of a pod do it: nothing but the environment.
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(issuer.token())
        file.flush()
        environment = {
            "AWS_WEB_IDENTITY_TOKEN_FILE": file.name,
            "AWS_ROLE_ARN": role["Arn"],
            "AWS_ENDPOINT_URL_STS": ready["nodes"][1]["api"],
            "AWS_ENDPOINT_URL_VPC_LATTICE": ready["nodes"][0]["api"],
            "AWS_REGION": ready["region"],
            "AWS_DEFAULT_REGION": ready["region"],
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        with mock.patch.dict(os.environ, environment, clear=True):
            pod = boto3.Session()
            assert pod.get_credentials().method == "assume-role-with-web-identity"
            pod.client("vpc-lattice").list_services()

    # A provider that nobody reaches; and one that is gone while its sessions go on.
    lost = Issuer("lost.example.invalid")
    gone = iam.create_open_id_connect_provider(Url=f"https://{lost.name}", ClientIDList=["sts.amazonaws.com"])["OpenIDConnectProviderArn"]
    refused("IDPCommunicationError", sts.assume_role_with_web_identity, **asked, WebIdentityToken=lost.token())
    for provider in [gone, by]:
        iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=provider)
    refused("InvalidIdentityToken", sts.assume_role_with_web_identity, **asked, **good)
    session.list_services()
    iam.delete_role_policy(RoleName="orders", PolicyName="own")
    iam.delete_role(RoleName="orders")


# Ids of nothing, for whatever identifier fits; and values that no pattern tells.
UNKNOWN = [f"{prefix}-{NOTHING}" for prefix in "sn svc tg als rcfg rgw rea dv listener rule snsa snva snra".split()]
UNKNOWN += [f"arn:aws:vpc-lattice:eu-west-1:111111111111:service/svc-{NOTHING}"]
EXAMPLES = {
    "AccessLogDestinationArn": "arn:aws:s3:::trellis-logs",
    "AuthPolicyString": '{"Version": "2012-10-17", "Statement": []}',
    "PolicyString": '{"Version": "2012-10-17", "Statement": []}',
    "DomainName": "unknown.example.com",
    "SecurityGroupId": f"sg-{NOTHING}",
    "TagKey": "key",
    "VpcId": f"vpc-{NOTHING}",
}


def example(shape):
    """A value that the model allows, with no more members than it must have; identifiers name nothing."""
    if shape.name in EXAMPLES:
        return EXAMPLES[shape.name]
    limits = shape.metadata
    if shape.type_name == "structure":
        names = list(shape.members)[:1] if limits.get("union") else shape.required_members
        return {name: example(shape.members[name]) for name in names}
    if shape.type_name == "list":
        return [example(shape.member)]
    if shape.type_name == "map":
        return {example(shape.key): "value"}
    if shape.type_name in ("integer", "long"):
        return limits.get("min", 1)
    fitting = [text for text in UNKNOWN if re.fullmatch(limits.get("pattern", "-"), text)]
    return (limits.get("enum") or fitting or ["unknown"])[0]


def modelled(suite):
    """Every operation is refused for a wrong field, and where its model says so for what is not there."""
    model = suite.client.meta.service_model
    for name in model.operation_names:
        operation = model.operation_model(name)
        call, members = xform_name(name), operation.input_shape.members
        given = example(operation.input_shape)
        names = [field for field in given if not isinstance(given[field], dict)] or ["maxResults", "securityGroupIds", "tags"]
        wrong = next(field for field in names if field in members)
        refused = suite.refused("ValidationException", call, **{**given, wrong: "!"})
        assert wrong in [field["name"] for field in refused["fieldList"]], (name, refused)
        errors = [shape.name for shape in operation.error_shapes]
        named = [field for field in given if members[field].name.endswith(("Identifier", "Arn", "WithoutRegex"))]
        if "ResourceNotFoundException" in errors and named:
            suite.refused("ResourceNotFoundException", call, **given)


def networks(suite):
    made = suite.ok("create_service_network", name="net", authType="AWS_IAM", tags={"team": "a"}, clientToken="t1")
    again = suite.ok("create_service_network", name="net", authType="AWS_IAM", tags={"team": "a"}, clientToken="t1")
    assert made == again and made["authType"] == "AWS_IAM", made
    suite.refused("ConflictException", "create_service_network", name="other", clientToken="t1")
    clash = suite.refused("ConflictException", "create_service_network", name="net")
    assert clash["resourceType"] == "SERVICE_NETWORK", clash
    wrong = suite.refused("ValidationException", "create_service_network", name="-", authType="SOME")
    assert {field["name"] for field in wrong["fieldList"]} == {"name", "authType"}, wrong
    assert wrong["reason"] == "fieldValidationFailed", wrong
    found = suite.ok("get_service_network", serviceNetworkIdentifier=made["arn"])
    assert found["id"] == made["id"] and found["numberOfAssociatedVPCs"] == 0, found
    changed = suite.ok("update_service_network", serviceNetworkIdentifier=made["id"], authType="NONE")
    assert changed["authType"] == "NONE", changed
    missing = suite.refused("ResourceNotFoundException", "get_service_network", serviceNetworkIdentifier=f"sn-{NOTHING}")
    assert missing["resourceId"] == f"sn-{NOTHING}" and missing["resourceType"] == "SERVICE_NETWORK", missing
    suite.refused("ValidationException", "get_service_network", serviceNetworkIdentifier="net-with-a-name-only")
    assert [item["id"] for item in suite.ok("list_service_networks")["items"]] == [made["id"]]
    return made


def services(suite):
    made = suite.ok("create_service", name="shop", authType="NONE")
    assert made["dnsEntry"]["domainName"].startswith("shop-"), made
    for name in ["cart", "pay"]:
        suite.ok("create_service", name=name)
    pages = list(suite.client.get_paginator("list_services").paginate(PaginationConfig={"PageSize": 1}))
    assert len(pages) == 3 and sum(len(page["items"]) for page in pages) == 3, pages
    suite.ok("list_services")
    suite.refused("ValidationException", "list_services", nextToken="forged")
    suite.refused("ValidationException", "list_services", maxResults=101)
    changed = suite.ok("update_service", serviceIdentifier=made["id"], authType="AWS_IAM")
    assert changed["authType"] == "AWS_IAM", changed
    found = suite.ok("get_service", serviceIdentifier=made["arn"])
    assert found["status"] == "ACTIVE" and found["authType"] == "AWS_IAM", found
    return made


def target_groups(suite):
    config = {"port": 80, "protocol": "HTTP", "vpcIdentifier": suite.vpc}
    made = suite.ok("create_target_group", name="group", type="IP", config=config)
    assert made["config"]["healthCheck"]["healthCheckIntervalSeconds"] == 30, made
    suite.refused("ValidationException", "create_target_group", name="bad", type="IP", config={"port": 0})
    group = made["id"]
    targets = [{"id": "127.0.0.1", "port": 8001}, {"id": "127.0.0.1", "port": 8002}]
    done = suite.ok("register_targets", targetGroupIdentifier=group, targets=targets)
    assert done["successful"] == targets and done["unsuccessful"] == [], done
    listed = suite.ok("list_targets", targetGroupIdentifier=group, targets=targets[:1])
    assert [item["port"] for item in listed["items"]] == [8001], listed
    page = suite.ok("list_targets", targetGroupIdentifier=group, maxResults=1)
    rest = suite.ok("list_targets", targetGroupIdentifier=group, maxResults=1, nextToken=page["nextToken"])
    assert [item["port"] for item in page["items"] + rest["items"]] == [8001, 8002], (page, rest)
    suite.refused("ValidationException", "list_targets", targetGroupIdentifier=group, nextToken="127.0.0.1 08001")
    suite.refused("ValidationException", "register_targets", targetGroupIdentifier=group, targets=[])
    suite.ok("deregister_targets", targetGroupIdentifier=group, targets=targets[1:])
    check = {"healthCheckIntervalSeconds": 10}
    changed = suite.ok("update_target_group", targetGroupIdentifier=group, healthCheck=check)
    assert changed["config"]["healthCheck"]["healthCheckIntervalSeconds"] == 10, changed
    found = suite.ok("get_target_group", targetGroupIdentifier=group)
    assert found["config"]["port"] == 80 and found["serviceArns"] == [], found
    listed = suite.ok("list_target_groups", targetGroupType="IP")["items"]
    assert listed[0]["port"] == 80 and "config" not in listed[0], listed
    assert suite.ok("list_target_groups", targetGroupType="LAMBDA")["items"] == []
    return made


def listeners(suite, service, group):
    forward = {"forward": {"targetGroups": [{"targetGroupIdentifier": group["id"]}]}}
    made = suite.ok(
        "create_listener", serviceIdentifier=service["id"], name="http", protocol="HTTP", defaultAction=forward
    )
    assert made["port"] == 80 and made["serviceArn"] == service["arn"], made
    assert made["defaultAction"]["forward"]["targetGroups"][0]["weight"] == 100, made
    both = {**forward, "fixedResponse": {"statusCode": 404}}
    at = {"serviceIdentifier": service["id"]}
    suite.refused("ValidationException", "create_listener", **at, name="two", protocol="HTTP", defaultAction=both)
    fixed = {"fixedResponse": {"statusCode": 404}}
    at["listenerIdentifier"] = made["id"]
    changed = suite.ok("update_listener", **at, defaultAction=fixed)
    assert changed["defaultAction"] == fixed, changed
    suite.ok("update_listener", **at, defaultAction=forward)
    assert suite.ok("get_listener", **at)["createdAt"]
    assert len(suite.ok("list_listeners", serviceIdentifier=service["arn"])["items"]) == 1
    match = {"httpMatch": {"pathMatch": {"match": {"prefix": "/a"}, "caseSensitive": True}}}
    rule = suite.ok("create_rule", **at, name="rule", priority=10, match=match, action=fixed)
    assert rule["match"]["httpMatch"]["pathMatch"] == match["httpMatch"]["pathMatch"], rule
    suite.refused("ConflictException", "create_rule", **at, name="clash", priority=10, match=match, action=fixed)
    suite.refused("ValidationException", "create_rule", **at, name="rule-x", priority=0, match=match, action=fixed)
    changed = suite.ok("update_rule", **at, ruleIdentifier=rule["id"], priority=20)
    assert changed["priority"] == 20 and changed["isDefault"] is False, changed
    second = suite.ok("create_rule", **at, name="second", priority=30, match=match, action=fixed)
    swapped = [{"ruleIdentifier": rule["id"], "priority": 30}, {"ruleIdentifier": second["id"], "priority": 20}]
    updated = suite.ok("batch_update_rule", **at, rules=swapped)
    assert [item["priority"] for item in updated["successful"]] == [30, 20], updated
    clash = suite.ok("batch_update_rule", **at, rules=[swapped[1], {"ruleIdentifier": rule["id"], "priority": 20}])
    assert (len(clash["successful"]), clash["unsuccessful"][0]["failureCode"]) == (1, "ConflictException"), clash
    elsewhere = {**at, "listenerIdentifier": f"listener-{NOTHING}"}
    suite.refused("ResourceNotFoundException", "batch_update_rule", **elsewhere, rules=swapped)
    suite.ok("delete_rule", **at, ruleIdentifier=second["id"])
    listed = suite.ok("list_rules", **at)["items"]
    assert [item["isDefault"] for item in listed] == [False, True], listed
    pages = list(suite.client.get_paginator("list_rules").paginate(**at, PaginationConfig={"PageSize": 1}))
    assert [[item["isDefault"] for item in page["items"]] for page in pages] == [[False], [True]], pages
    suite.refused("ValidationException", "delete_rule", **at, ruleIdentifier=listed[1]["id"])
    suite.refused("ValidationException", "update_rule", **at, ruleIdentifier=listed[1]["id"], priority=5)
    default = suite.ok("get_rule", **at, ruleIdentifier=listed[1]["id"])
    assert default["isDefault"] is True and default["action"] == made["defaultAction"], default
    found = suite.ok("get_target_group", targetGroupIdentifier=group["id"])
    assert found["serviceArns"] == [service["arn"]], found
    suite.refused("ConflictException", "delete_target_group", targetGroupIdentifier=group["id"])
    return made, rule


def associations(suite, network, service):
    both = {"serviceNetworkIdentifier": network["id"], "serviceIdentifier": service["id"]}
    made = suite.ok("create_service_network_service_association", **both)
    assert made["dnsEntry"] == service["dnsEntry"], made
    suite.refused("ConflictException", "create_service_network_service_association", **both)
    named = {"serviceNetworkServiceAssociationIdentifier": made["id"]}
    found = suite.ok("get_service_network_service_association", **named)
    assert found["serviceName"] == "shop" and found["serviceNetworkName"] == "net", found
    assert len(suite.ok("list_service_network_service_associations", serviceIdentifier=service["id"])["items"]) == 1
    suite.refused("ConflictException", "delete_service", serviceIdentifier=service["id"])
    suite.refused("ConflictException", "delete_service_network", serviceNetworkIdentifier=network["id"])
    options = {"privateDnsPreference": "SPECIFIED_DOMAINS_ONLY", "privateDnsSpecifiedDomains": ["*.example.com"]}
    vpc = suite.ok(
        "create_service_network_vpc_association",
        serviceNetworkIdentifier=network["id"],
        vpcIdentifier=suite.vpc,
        privateDnsEnabled=True,
        dnsOptions=options,
    )
    assert vpc["dnsOptions"] == options, vpc
    at = {"serviceNetworkVpcAssociationIdentifier": vpc["id"]}
    assert suite.ok("get_service_network_vpc_association", **at)["vpcId"] == suite.vpc
    assert len(suite.ok("list_service_network_vpc_associations", vpcIdentifier=suite.vpc)["items"]) == 1
    suite.refused("ValidationException", "update_service_network_vpc_association", **at, securityGroupIds=["x"])
    changed = suite.ok("update_service_network_vpc_association", **at, securityGroupIds=[suite.group])
    assert changed["securityGroupIds"] == [suite.group], changed
    assert suite.ok("delete_service_network_vpc_association", **at)["status"] == "DELETE_IN_PROGRESS"
    assert suite.ok("delete_service_network_service_association", **named)["status"] == "DELETE_IN_PROGRESS"


def policies(suite, service):
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "vpc-lattice-svcs:Invoke", "Resource": "*"}],
    }
    at = {"resourceIdentifier": service["id"]}
    assert "policy" not in suite.ok("get_auth_policy", **at)
    put = suite.ok("put_auth_policy", **at, policy=json.dumps(policy))
    assert put["state"] == "Active" and json.loads(put["policy"]) == policy, put
    suite.refused("ValidationException", "put_auth_policy", **at, policy="{}")
    long = {**policy, "Id": "x" * 10_240}
    suite.refused("ValidationException", "put_auth_policy", **at, policy=json.dumps(long))
    assert json.loads(suite.ok("get_auth_policy", **at)["policy"]) == policy
    suite.refused("ResourceNotFoundException", "get_auth_policy", resourceIdentifier=f"svc-{NOTHING}")
    suite.ok("delete_auth_policy", **at)
    suite.refused("ResourceNotFoundException", "delete_auth_policy", **at)


def subscriptions(suite, service):
    made = suite.ok(
        "create_access_log_subscription",
        resourceIdentifier=service["id"],
        destinationArn="arn:aws:s3:::trellis-logs",
    )
    assert made["resourceArn"] == service["arn"], made
    at = {"accessLogSubscriptionIdentifier": made["id"]}
    suite.ok("get_access_log_subscription", **at)
    suite.ok("update_access_log_subscription", **at, destinationArn="arn:aws:s3:::trellis-more-logs")
    assert len(suite.ok("list_access_log_subscriptions", resourceIdentifier=service["arn"])["items"]) == 1
    suite.ok("delete_access_log_subscription", **at)


def shares(suite, network):
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "222222222222"},
                "Action": ["vpc-lattice:GetServiceNetwork", "vpc-lattice:CreateServiceNetworkServiceAssociation"],
                "Resource": network["arn"],
            }
        ],
    }
    at = {"resourceArn": network["arn"]}
    suite.refused("ValidationException", "put_resource_policy", **at, policy="{}")
    other = suite.ok("create_service_network", name="shared", sharingConfig={"enabled": True})
    at = {"resourceArn": other["arn"]}
    suite.ok("put_resource_policy", **at, policy=json.dumps(policy))
    assert json.loads(suite.ok("get_resource_policy", **at)["policy"]) == policy
    suite.ok("delete_resource_policy", **at)
    suite.refused("ResourceNotFoundException", "delete_resource_policy", **at)
    suite.ok("delete_service_network", serviceNetworkIdentifier=other["id"])


def resources(suite, network):
    gateway = suite.ok("create_resource_gateway", name="door", vpcIdentifier=suite.vpc, subnetIds=["subnet-1234"])
    assert (gateway["status"], gateway["vpcIdentifier"], gateway["ipv4AddressesPerEni"]) == ("ACTIVE", suite.vpc, 16), gateway
    at = {"resourceGatewayIdentifier": gateway["arn"]}
    assert suite.ok("get_resource_gateway", **at)["vpcId"] == suite.vpc
    assert suite.ok("update_resource_gateway", **at)["status"] == "ACTIVE"
    suite.refused("ConflictException", "create_resource_gateway", name="door", vpcIdentifier=suite.vpc)
    wrong = suite.refused("ValidationException", "create_resource_gateway", name="rgw-x", vpcIdentifier=suite.vpc, ipv4AddressesPerEni=63)
    assert {field["name"] for field in wrong["fieldList"]} == {"name", "ipv4AddressesPerEni"}, wrong
    assert [item["id"] for item in suite.ok("list_resource_gateways")["items"]] == [gateway["id"]]

    proof = suite.ok("start_domain_verification", domainName="example.com", tags={"a": "b"})
    assert proof["status"] == "PENDING" and proof["txtMethodConfig"]["value"].startswith("vpc-lattice:"), proof
    by = {"domainVerificationIdentifier": proof["id"]}
    assert suite.ok("get_domain_verification", **by)["txtMethodConfig"] == proof["txtMethodConfig"]
    suite.refused("ConflictException", "start_domain_verification", domainName="example.com")
    assert suite.ok("list_domain_verifications")["items"][0]["tags"] == {"a": "b"}

    database = {
        "name": "orders-db",
        "type": "SINGLE",
        "resourceGatewayIdentifier": gateway["id"],
        "resourceConfigurationDefinition": {"dnsResource": {"domainName": "db.example.com", "ipAddressType": "IPV4"}},
    }
    made = suite.ok(
        "create_resource_configuration", **database, **by, customDomainName="orders.example.com", portRanges=["5432"]
    )
    assert made["resourceGatewayId"] == gateway["id"] and made["domainVerificationArn"] == proof["arn"], made
    both = {**database["resourceConfigurationDefinition"], "ipResource": {"ipAddress": "10.0.0.9"}}
    refused = {**database, "name": "both", "resourceConfigurationDefinition": both}
    suite.refused("ValidationException", "create_resource_configuration", **refused)
    suite.refused("ResourceNotFoundException", "create_resource_configuration", **{**database, "resourceGatewayIdentifier": f"rgw-{NOTHING}"})
    suite.refused("ConflictException", "delete_resource_gateway", **at)
    configuration = {"resourceConfigurationIdentifier": made["id"]}
    assert suite.ok("get_resource_configuration", **configuration)["domainVerificationStatus"] == "PENDING"
    changed = suite.ok("update_resource_configuration", **configuration, portRanges=["5432-5433"])
    assert changed["portRanges"] == ["5432-5433"] and changed["protocol"] == "TCP", changed
    listed = suite.ok("list_resource_configurations", resourceGatewayIdentifier=gateway["id"])["items"]
    assert [(item["name"], item["type"]) for item in listed] == [("orders-db", "SINGLE")], listed

    pair = {**configuration, "serviceNetworkIdentifier": network["id"]}
    member = suite.ok("create_service_network_resource_association", **pair, privateDnsEnabled=True)
    assert member["privateDnsEnabled"] is True and member["status"] == "ACTIVE", member
    suite.refused("ConflictException", "create_service_network_resource_association", **pair)
    suite.refused("ConflictException", "delete_resource_configuration", **configuration)
    suite.refused("ConflictException", "delete_service_network", serviceNetworkIdentifier=network["id"])
    this = {"serviceNetworkResourceAssociationIdentifier": member["arn"]}
    found = suite.ok("get_service_network_resource_association", **this)
    assert found["resourceConfigurationName"] == "orders-db" and found["serviceNetworkName"] == "net", found
    assert len(suite.ok("list_service_network_resource_associations", **configuration)["items"]) == 1
    assert suite.ok("get_service_network", serviceNetworkIdentifier=network["id"])["id"] == network["id"]
    assert suite.ok("list_service_networks")["items"][0]["numberOfAssociatedResourceConfigurations"] == 1

    assert suite.ok("list_resource_endpoint_associations", **configuration)["items"] == []
    assert suite.ok("list_service_network_vpc_endpoint_associations", serviceNetworkIdentifier=network["id"])["items"] == []
    endpoint = {"resourceEndpointAssociationIdentifier": f"rea-{NOTHING}"}
    suite.refused("ResourceNotFoundException", "delete_resource_endpoint_association", **endpoint)

    assert suite.ok("delete_service_network_resource_association", **this)["status"] == "DELETE_IN_PROGRESS"
    suite.ok("delete_resource_configuration", **configuration)
    suite.ok("delete_resource_gateway", **at)
    suite.ok("delete_domain_verification", **by)
    suite.refused("ResourceNotFoundException", "get_domain_verification", **by)


def tags(suite, network):
    arn = network["arn"]
    suite.ok("tag_resource", resourceArn=arn, tags={"a b": "c/d", "e": ""})
    assert suite.ok("list_tags_for_resource", resourceArn=arn)["tags"] == {"team": "a", "a b": "c/d", "e": ""}
    suite.ok("untag_resource", resourceArn=arn, tagKeys=["a b", "e"])
    assert suite.ok("list_tags_for_resource", resourceArn=arn)["tags"] == {"team": "a"}
    suite.refused("ValidationException", "tag_resource", resourceArn="no-arn", tags={"a": "b"})
    suite.refused("ResourceNotFoundException", "tag_resource", resourceArn=arn[:-1] + "z", tags={"a": "b"})


def firewalls(ready, suite, network):
    """VPCs and security groups through EC2; groups limit who may enter a service network."""
    ec2 = Calls(ready, "ec2")
    # Other clients cannot do the same again: their transcript knows no ids of EC2.
    lattice = Suite(ready)
    Calls(ready, "ec2", secret="wrong").refused("AuthFailure", "describe_vpcs")
    told = ec2.ok("describe_vpcs", VpcIds=[suite.vpc])["Vpcs"][0]
    assert (told["VpcId"], told["State"], told["IsDefault"]) == (suite.vpc, "available", False), told
    tagged = [{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "new"}, {"Key": "empty", "Value": ""}]}]
    made = ec2.ok("create_vpc", CidrBlock="10.77.1.1/16", TagSpecifications=tagged)["Vpc"]
    assert (made["CidrBlock"], made["OwnerId"], made["Tags"]) == ("10.77.0.0/16", ready["accounts"][0]["id"], tagged[0]["Tags"]), made
    at = {"VpcId": made["VpcId"]}
    ec2.refused("DryRunOperation", "create_vpc", CidrBlock="10.78.0.0/16", DryRun=True)
    ec2.refused("MissingParameter", "create_vpc")
    ec2.refused("InvalidParameterValue", "create_vpc", CidrBlock="10.78.0.0")
    ec2.refused("InvalidVpc.Range", "create_vpc", CidrBlock="10.0.0.0/8")
    ec2.refused("UnsupportedOperation", "create_vpc", CidrBlock="10.78.0.0/16", InstanceTenancy="dedicated")

    def vpcs(**filters):
        filters = [{"Name": name.replace("_", "-"), "Values": values} for name, values in filters.items()]
        return {each["VpcId"] for each in ec2.ok("describe_vpcs", Filters=filters)["Vpcs"]}

    assert vpcs(**{"tag:Name": ["n?w", "x"]}) == vpcs(tag_key=["empty"]) == vpcs(cidr=["10.77.*"]) == {made["VpcId"]}
    assert {made["VpcId"], suite.vpc} <= vpcs(is_default=["false"]) and vpcs(is_default=["true"]) == set()
    pages = list(ec2.client.get_paginator("describe_vpcs").paginate(PaginationConfig={"PageSize": 5}))
    assert {each["VpcId"] for page in pages for each in page["Vpcs"]} == vpcs(), pages
    ec2.refused("InvalidVpcID.NotFound", "describe_vpcs", VpcIds=[f"vpc-{NOTHING}"])
    ec2.refused("InvalidVpcID.Malformed", "describe_vpcs", VpcIds=["shop"])
    ec2.refused("InvalidParameterValue", "describe_vpcs", Filters=[{"Name": "colour", "Values": ["red"]}])
    ec2.refused("InvalidParameterCombination", "describe_vpcs", VpcIds=[suite.vpc], MaxResults=5)
    ec2.refused("InvalidAction", "describe_subnets")

    group = ec2.ok("create_security_group", GroupName="web", Description="for all", **at)["GroupId"]
    ec2.refused("InvalidGroup.Duplicate", "create_security_group", GroupName="web", Description="again", **at)
    ec2.refused("InvalidVpcID.NotFound", "create_security_group", GroupName="web", Description="x", VpcId=f"vpc-{NOTHING}")
    ec2.refused("VPCIdNotSpecified", "create_security_group", GroupName="web", Description="x")
    ec2.refused("MissingParameter", "create_security_group", GroupName="web", **at)
    ec2.refused("InvalidParameterValue", "create_security_group", GroupName="sg-web", Description="x", **at)
    ports = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 81}
    ranges = [{"CidrIp": "10.0.0.0/8", "Description": "inside"}, {"CidrIp": "192.168.0.0/16"}]
    rules = {"GroupId": group, "IpPermissions": [{**ports, "IpRanges": ranges, "Ipv6Ranges": [{"CidrIpv6": "fd00::/8"}]}]}
    ec2.refused("DryRunOperation", "authorize_security_group_ingress", **rules, DryRun=True)
    added = ec2.ok("authorize_security_group_ingress", **rules)
    assert added["Return"] is True and [each.get("CidrIpv4") for each in added["SecurityGroupRules"]] == ["10.0.0.0/8", "192.168.0.0/16", None], added
    ec2.refused("InvalidPermission.Duplicate", "authorize_security_group_ingress", **rules)
    ec2.refused("InvalidGroup.NotFound", "authorize_security_group_ingress", **{**rules, "GroupId": f"sg-{NOTHING}"})
    sources = [{**ports, "UserIdGroupPairs": [{"GroupId": group}]}]
    ec2.refused("UnsupportedOperation", "authorize_security_group_ingress", GroupId=group, IpPermissions=sources)
    ec2.refused("UnsupportedOperation", "authorize_security_group_ingress", GroupId=group, IpProtocol="-1", CidrIp="0.0.0.0/0")
    told = ec2.ok("describe_security_groups", Filters=[{"Name": "vpc-id", "Values": [made["VpcId"]]}])["SecurityGroups"][0]
    permission = {**rules["IpPermissions"][0], "UserIdGroupPairs": [], "PrefixListIds": []}
    assert (told["GroupName"], told["Description"], told["IpPermissions"]) == ("web", "for all", [permission]), told
    ec2.refused("InvalidGroup.NotFound", "describe_security_groups", GroupIds=[f"sg-{NOTHING}"])
    ec2.refused("InvalidGroupId.Malformed", "describe_security_groups", GroupIds=["web"])
    first = added["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    gone = ec2.ok("revoke_security_group_ingress", GroupId=group, SecurityGroupRuleIds=[first])
    assert gone["RevokedSecurityGroupRules"][0]["CidrIpv4"] == "10.0.0.0/8", gone
    rest = [{**ports, "IpRanges": ranges[1:], "Ipv6Ranges": [{"CidrIpv6": "fd00::/8"}]}]
    ec2.refused("InvalidPermission.NotFound", "revoke_security_group_ingress", **rules)
    ec2.ok("revoke_security_group_ingress", GroupId=group, IpPermissions=rest)
    assert ec2.ok("describe_security_groups", GroupIds=[group])["SecurityGroups"][0]["IpPermissions"] == []
    ec2.refused("InvalidPermission.NotFound", "revoke_security_group_ingress", GroupId=group, IpPermissions=rest)

    second = ec2.ok("create_security_group", GroupName="more", Description="more", **at)["GroupId"]
    joined = lattice.ok(
        "create_service_network_vpc_association",
        serviceNetworkIdentifier=network["id"],
        vpcIdentifier=made["VpcId"],
        securityGroupIds=[group],
    )
    assert joined["securityGroupIds"] == [group], joined
    association = {"serviceNetworkVpcAssociationIdentifier": joined["id"]}
    changed = lattice.ok("update_service_network_vpc_association", **association, securityGroupIds=[second, group])
    assert changed["securityGroupIds"] == [second, group] and changed["status"] == "ACTIVE", changed
    lattice.refused("ResourceNotFoundException", "update_service_network_vpc_association", **association, securityGroupIds=[f"sg-{NOTHING}"])
    ec2.refused("DependencyViolation", "delete_security_group", GroupId=group)
    ec2.refused("DependencyViolation", "delete_vpc", **at)
    lattice.ok("delete_service_network_vpc_association", **association)
    for each in (group, second):
        assert ec2.ok("delete_security_group", GroupId=each)["GroupId"] == each
    ec2.refused("InvalidGroup.NotFound", "delete_security_group", GroupId=group)
    ec2.ok("delete_vpc", **at)
    ec2.refused("InvalidVpcID.NotFound", "delete_vpc", **at)


def resource_shares(ready):
    """What one account puts into a share, another sees, joins and loses."""
    ram, theirs = Calls(ready, "ram"), Calls(ready, "ram", account=1)
    # Other clients cannot do the same again: their transcript knows no ids of RAM.
    mine, other = Suite(ready), Suite(ready, account=1)
    receiver = ready["accounts"][1]["id"]
    Calls(ready, "ram", secret="wrong").refused("InvalidSignatureException", "get_resource_shares", resourceOwner="SELF")
    shared = mine.ok("create_service_network", name="for-others", sharingConfig={"enabled": True})
    shop = mine.ok("create_service", name="for-others")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": receiver}, "Action": "vpc-lattice:GetService", "Resource": "*"}]}
    mine.ok("put_resource_policy", resourceArn=shop["arn"], policy=json.dumps(policy))
    asked = {"name": "all", "principals": [receiver], "tags": [{"key": "team", "value": ""}], "clientToken": "share-1"}
    made = ram.ok("create_resource_share", **asked)["resourceShare"]
    assert (made["status"], made["owningAccountId"], made["tags"]) == ("ACTIVE", ready["accounts"][0]["id"], asked["tags"]), made
    assert ram.ok("create_resource_share", **asked)["resourceShare"] == made
    ram.refused("IdempotentParameterMismatchException", "create_resource_share", **{**asked, "name": "other"})
    ram.refused("InvalidParameterException", "create_resource_share", name="x", principals=["arn:aws:iam::1:role/x"])
    ram.refused("UnknownResourceException", "create_resource_share", name="x", principals=["999999999999"])
    ram.refused("OperationNotPermittedException", "create_resource_share", name="x", principals=[ready["accounts"][0]["id"]])
    share = {"resourceShareArn": made["resourceShareArn"]}
    other.refused("ResourceNotFoundException", "get_service_network", serviceNetworkIdentifier=shared["id"])
    both = [shared["arn"], shop["arn"]]
    added = ram.ok("associate_resource_share", **share, resourceArns=both)["resourceShareAssociations"]
    assert [(each["associatedEntity"], each["status"]) for each in added] == [(arn, "ASSOCIATED") for arn in both], added
    ram.refused("MalformedArnException", "associate_resource_share", **share, resourceArns=["shop"])
    ram.refused("UnknownResourceException", "associate_resource_share", **share, resourceArns=[both[0][:-1] + "z"])
    theirs.refused("UnknownResourceException", "associate_resource_share", **share, principals=[receiver])

    assert ram.ok("get_resource_shares", resourceOwner="SELF", tagFilters=[{"tagKey": "team"}])["resourceShares"][0]["name"] == "all"
    seen = theirs.ok("get_resource_shares", resourceOwner="OTHER-ACCOUNTS")["resourceShares"]
    assert [each["resourceShareArn"] for each in seen] == [made["resourceShareArn"]] and "tags" not in seen[0], seen
    ram.refused("InvalidNextTokenException", "get_resource_shares", resourceOwner="SELF", nextToken="x")
    listed = theirs.ok("list_resources", resourceOwner="OTHER-ACCOUNTS", resourceType="vpc-lattice:Service")["resources"]
    assert [each["arn"] for each in listed] == [shop["arn"]], listed
    pages = list(theirs.client.get_paginator("list_resources").paginate(resourceOwner="OTHER-ACCOUNTS", PaginationConfig={"PageSize": 1}))
    assert [len(page["resources"]) for page in pages] == [1, 1], pages
    ram.refused("InvalidParameterException", "list_resources", resourceOwner="ME")
    entities = ram.ok("get_resource_share_associations", associationType="PRINCIPAL")["resourceShareAssociations"]
    assert [each["associatedEntity"] for each in entities] == [receiver], entities
    ram.refused("InvalidParameterException", "get_resource_share_associations", associationType="PRINCIPAL", resourceArn=both[0])
    assert theirs.ok("get_resource_share_invitations")["resourceShareInvitations"] == []
    none = f"arn:aws:ram:eu-west-1:{receiver}:resource-share-invitation/x"
    theirs.refused("ResourceShareInvitationArnNotFoundException", "get_resource_share_invitations", resourceShareInvitationArns=[none])
    theirs.refused("ResourceShareInvitationArnNotFoundException", "accept_resource_share_invitation", resourceShareInvitationArn=none)

    assert other.ok("get_service_network", serviceNetworkIdentifier=shared["arn"])["id"] == shared["id"]
    assert [each["id"] for each in other.ok("list_service_networks")["items"]] == [shared["id"]]
    joined = other.ok("create_service_network_vpc_association", serviceNetworkIdentifier=shared["arn"], vpcIdentifier=other.vpc)
    other.refused("ResourceNotFoundException", "update_service_network", serviceNetworkIdentifier=shared["arn"], authType="AWS_IAM")
    gone = ram.ok("disassociate_resource_share", **share, resourceArns=both)["resourceShareAssociations"]
    assert {each["status"] for each in gone} == {"DISASSOCIATED"}, gone
    ram.refused("UnknownResourceException", "disassociate_resource_share", **share, resourceArns=both)
    other.refused("ResourceNotFoundException", "get_service_network", serviceNetworkIdentifier=shared["arn"])
    # The policy that was put by hand has not changed, and still shares the service.
    assert json.loads(mine.ok("get_resource_policy", resourceArn=shop["arn"])["policy"]) == policy
    assert other.ok("get_service", serviceIdentifier=shop["arn"])["id"] == shop["id"]
    other.ok("delete_service_network_vpc_association", serviceNetworkVpcAssociationIdentifier=joined["id"])
    assert ram.ok("list_resource_share_permissions", **share)["permissions"] == []
    ram.ok("associate_resource_share", **share, resourceArns=both)
    told = ram.ok("list_resource_share_permissions", **share)["permissions"]
    assert [each["resourceType"] for each in told] == ["vpc-lattice:Service", "vpc-lattice:ServiceNetwork"], told
    theirs.refused("UnknownResourceException", "list_resource_share_permissions", **share)
    closed = ram.ok("update_resource_share", **share, allowExternalPrincipals=False)["resourceShare"]
    assert (closed["name"], closed["allowExternalPrincipals"]) == ("all", False), closed
    ram.refused("InvalidParameterException", "update_resource_share", **share, name="other")
    ram.ok("tag_resource", **share, tags=[{"key": "more", "value": "x"}])
    ram.ok("untag_resource", **share, tagKeys=["team"])
    theirs.refused("UnknownResourceException", "tag_resource", **share, tags=[{"key": "more", "value": "x"}])
    theirs.refused("UnknownResourceException", "untag_resource", **share, tagKeys=["more"])
    assert ram.ok("get_resource_shares", resourceOwner="SELF")["resourceShares"][0]["tags"] == [{"key": "more", "value": "x"}]
    assert ram.ok("delete_resource_share", **share)["returnValue"] is True
    ram.refused("UnknownResourceException", "delete_resource_share", **share)
    mine.ok("delete_service", serviceIdentifier=shop["id"])
    mine.ok("delete_service_network", serviceNetworkIdentifier=shared["id"])


def tagging(ready, suite, network):
    """Tags of several resources at once, found by tag and by type."""
    tags = Calls(ready, "resourcegroupstaggingapi")
    Calls(ready, "resourcegroupstaggingapi", secret="wrong").refused("InvalidSignatureException", "get_tag_keys")

    cart = suite.ok("create_service", name="tagged", tags={"team": "b"})
    nothing = network["arn"][:-1] + "z"
    failed = tags.ok("tag_resources", ResourceARNList=[network["arn"], cart["arn"], nothing, "arn:aws:s3:::b"], Tags={"cost": "7", "empty": ""})
    codes = {arn: (why["StatusCode"], why["ErrorCode"]) for arn, why in failed["FailedResourcesMap"].items()}
    assert codes == {nothing: (404, "ResourceNotFoundException"), "arn:aws:s3:::b": (400, "InvalidParameterException")}, codes
    tags.refused("InvalidParameterException", "tag_resources", ResourceARNList=[cart["arn"]])

    def found(**filters):
        listed = tags.ok("get_resources", **filters)["ResourceTagMappingList"]
        return {each["ResourceARN"]: {tag["Key"]: tag["Value"] for tag in each["Tags"]} for each in listed}

    assert found(ResourceTypeFilters=["vpc-lattice:service"]) == {cart["arn"]: {"team": "b", "cost": "7", "empty": ""}}
    assert set(found(TagFilters=[{"Key": "cost", "Values": ["7", "8"]}])) == {network["arn"], cart["arn"]}
    assert set(found(TagFilters=[{"Key": "team", "Values": ["a"]}])) == {network["arn"]}
    assert set(found(ResourceARNList=[cart["arn"], nothing])) == {cart["arn"]}
    pages = list(tags.client.get_paginator("get_resources").paginate(TagFilters=[{"Key": "cost"}], ResourcesPerPage=1))
    assert [len(page["ResourceTagMappingList"]) for page in pages] == [1, 1], pages
    tags.refused("InvalidParameterException", "get_resources", PaginationToken="forged")
    assert tags.ok("get_tag_keys")["TagKeys"] == ["cost", "empty", "team"]
    tags.refused("InvalidParameterException", "get_tag_keys", PaginationToken="forged")
    assert tags.ok("get_tag_values", Key="team")["TagValues"] == ["a", "b"]
    tags.refused("InvalidParameterException", "get_tag_values")
    untagged = tags.ok("untag_resources", ResourceARNList=[network["arn"], cart["arn"]], TagKeys=["cost", "empty"])
    assert untagged["FailedResourcesMap"] == {}, untagged
    tags.refused("InvalidParameterException", "untag_resources", ResourceARNList=[], TagKeys=["cost"])
    assert suite.ok("list_tags_for_resource", resourceArn=network["arn"])["tags"] == {"team": "a"}
    suite.ok("delete_service", serviceIdentifier=cart["id"])


def made(*names):
    """The text of files of certificates and keys."""
    return b"".join((MADE / name).read_bytes() for name in names)


def certificates(ready):
    """Certificates are imported, found, imported again, and go when no service names them."""
    acm, theirs = Calls(ready, "acm"), Calls(ready, "acm", account=1)
    # Other clients cannot do the same again: their transcript knows no ARNs of ACM.
    mine, other = Suite(ready), Suite(ready, account=1)
    Calls(ready, "acm", secret="wrong").refused("InvalidSignatureException", "list_certificates")
    leaf, key = made("leaf.pem"), made("leaf.key")
    asked = {"Certificate": leaf, "PrivateKey": key, "CertificateChain": made("issuing.pem", "root.pem")}
    tags = [{"Key": "team", "Value": "a"}, {"Key": "stage", "Value": ""}]
    arn = acm.ok("import_certificate", **asked, Tags=tags)["CertificateArn"]
    at, start = {"CertificateArn": arn}, f"arn:aws:acm:{ready['region']}:{ready['accounts'][0]['id']}:certificate/"
    assert arn.startswith(start) and re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", arn.removeprefix(start)), arn

    def wrong(code, words, **changes):
        told = acm.refused(code, "import_certificate", **{**asked, **changes})["Error"]["Message"]
        assert words in told, told

    bare = {**asked, "CertificateChain": made("root.pem")}
    wrong("ValidationException", "does not lead from the certificate", **bare)
    wrong("ValidationException", "holds 2 certificates", Certificate=made("leaf.pem", "issuing.pem"))
    wrong("ValidationException", "is not PEM", Certificate=b"text")
    wrong("ValidationException", "is not PEM", PrivateKey=leaf)
    wrong("ValidationException", "does not belong to the certificate", PrivateKey=made("renewed.key"))
    wrong("ValidationException", "is encrypted", PrivateKey=made("leaf-encrypted.key"))
    wrong("ValidationException", "is neither an RSA key nor", PrivateKey=made("ed25519.key"))
    wrong("ValidationException", "names no domain", Certificate=made("nameless.pem"))
    for name, words in [("expired.pem", "has expired"), ("early.pem", "is not valid yet")]:
        told = acm.refused("ValidationException", "import_certificate", Certificate=made(name), PrivateKey=key)
        assert words in told["Error"]["Message"], told
    wrong("InvalidTagException", "aws:", Tags=[{"Key": "aws:x", "Value": ""}])
    wrong("InvalidParameterException", "AddTagsToCertificate", Tags=tags, CertificateArn=arn)
    wrong("InvalidArnException", "is no ARN of a certificate", CertificateArn=arn.replace("certificate/", "other/"))

    found = acm.ok("describe_certificate", **at)["Certificate"]
    assert (found["DomainName"], found["Status"], found["Type"]) == ("shop.example.com", "ISSUED", "IMPORTED"), found
    assert (found["KeyAlgorithm"], found["RenewalEligibility"], found["InUseBy"]) == ("RSA_2048", "INELIGIBLE", []), found
    assert found["SubjectAlternativeNames"] == ["shop.example.com", "www.shop.example.com"], found
    assert (found["Serial"], found["Issuer"], found["NotAfter"].timestamp()) == ("07:71:f4:6b:e0:9e:c9:a3", "Example Trust", 4_733_510_400), found
    told = acm.ok("get_certificate", **at)
    assert told == {"Certificate": leaf.decode(), "CertificateChain": asked["CertificateChain"].decode()}, told
    assert sorted(acm.ok("list_tags_for_certificate", **at)["Tags"], key=lambda tag: tag["Key"]) == sorted(tags, key=lambda tag: tag["Key"])
    acm.ok("add_tags_to_certificate", **at, Tags=[{"Key": "cost", "Value": "7"}])
    acm.refused("InvalidTagException", "add_tags_to_certificate", **at, Tags=[{"Key": "a"}, {"Key": "a"}])
    acm.ok("remove_tags_from_certificate", **at, Tags=[{"Key": "stage"}, {"Key": "team", "Value": "b"}])
    assert acm.ok("list_tags_for_certificate", **at)["Tags"] == [{"Key": "cost", "Value": "7"}, {"Key": "team", "Value": "a"}]
    tagged = Calls(ready, "resourcegroupstaggingapi").ok("get_resources", ResourceTypeFilters=["acm:certificate"])
    assert [each["ResourceARN"] for each in tagged["ResourceTagMappingList"]] == [arn], tagged

    curve = acm.ok("import_certificate", Certificate=made("p256.pem"), PrivateKey=made("p256.key"))["CertificateArn"]
    listed = acm.ok("list_certificates")["CertificateSummaryList"]
    assert [(each["CertificateArn"], each["InUse"]) for each in listed] == [(arn, False)], listed
    both = {"Includes": {"keyTypes": ["RSA_2048", "EC_prime256v1"]}, "SortBy": "CREATED_AT", "SortOrder": "DESCENDING"}
    pages = list(acm.client.get_paginator("list_certificates").paginate(**both, PaginationConfig={"PageSize": 1}))
    assert [each["CertificateArn"] for page in pages for each in page["CertificateSummaryList"]] == [curve, arn], pages
    assert acm.ok("list_certificates", **both, CertificateStatuses=["EXPIRED"])["CertificateSummaryList"] == []
    acm.refused("InvalidArgsException", "list_certificates", SortBy="CREATED_AT")
    acm.refused("InvalidArgsException", "list_certificates", NextToken="forged")
    acm.refused("ValidationException", "list_certificates", MaxItems=0)

    renewed = {**at, "Certificate": made("renewed.pem"), "PrivateKey": made("renewed.key"), "CertificateChain": made("issuing.pem")}
    assert acm.ok("import_certificate", **renewed)["CertificateArn"] == arn
    again = acm.ok("describe_certificate", **at)["Certificate"]
    assert again["CreatedAt"] == found["CreatedAt"] and again["ImportedAt"] >= found["ImportedAt"] and again["Serial"] == "12:34", again
    assert len(acm.ok("list_tags_for_certificate", **at)["Tags"]) == 2
    wrong("ValidationException", "lacks the key usage", **{**renewed, "Certificate": made("narrowed.pem")})
    wrong("ValidationException", "key of another kind or size", **{**renewed, "Certificate": made("rsa1024.pem"), "PrivateKey": made("rsa1024.key"), "CertificateChain": made("rsa1024.pem")})

    gone = {"CertificateArn": f"{start}00000000-0000-4000-8000-000000000000"}
    for calls, which in [(theirs, at), (acm, gone)]:
        calls.refused("ResourceNotFoundException", "describe_certificate", **which)
        calls.refused("ResourceNotFoundException", "get_certificate", **which)
        calls.refused("ResourceNotFoundException", "list_tags_for_certificate", **which)
        calls.refused("ResourceNotFoundException", "delete_certificate", **which)
        calls.refused("ResourceNotFoundException", "add_tags_to_certificate", **which, Tags=[{"Key": "a"}])
        calls.refused("ResourceNotFoundException", "remove_tags_from_certificate", **which, Tags=[{"Key": "a"}])
        calls.refused("ResourceNotFoundException", "import_certificate", **which, **asked)
    assert theirs.ok("list_certificates")["CertificateSummaryList"] == []

    shop = mine.ok("create_service", name="certified", certificateArn=arn, customDomainName="shop.example.com")
    # Whatever another account names is not in the way, and is not told.
    foreign = other.ok("create_service", name="certified", certificateArn=curve)
    assert acm.ok("describe_certificate", **at)["Certificate"]["InUseBy"] == [shop["arn"]]
    assert acm.ok("list_certificates")["CertificateSummaryList"][0]["InUse"] is True
    acm.refused("ResourceInUseException", "delete_certificate", **at)
    mine.ok("delete_service", serviceIdentifier=shop["id"])
    acm.ok("delete_certificate", **at)
    acm.refused("ResourceNotFoundException", "describe_certificate", **at)
    acm.ok("delete_certificate", CertificateArn=curve)
    other.ok("delete_service", serviceIdentifier=foreign["id"])


def deletions(suite, network, service, group, listener, rule):
    at = {"serviceIdentifier": service["id"], "listenerIdentifier": listener["id"]}
    suite.ok("delete_rule", **at, ruleIdentifier=rule["id"])
    suite.ok("delete_listener", **at)
    assert suite.ok("delete_service", serviceIdentifier=service["id"])["status"] == "DELETE_IN_PROGRESS"
    suite.refused("ResourceNotFoundException", "get_service", serviceIdentifier=service["id"])
    suite.ok("delete_service_network", serviceNetworkIdentifier=network["id"])
    # Its target that was deregistered drains for a minute.
    suite.refused("ConflictException", "delete_target_group", targetGroupIdentifier=group["id"])
    other = suite.ok("create_target_group", name="other", type="IP", config={"protocol": "HTTP", "vpcIdentifier": suite.vpc})
    assert suite.ok("delete_target_group", targetGroupIdentifier=other["id"])["status"] == "DELETE_IN_PROGRESS"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        ready = json.load(file)
    strangers(ready)
    sessions(ready)
    identities(ready)
    session_policies(ready)
    managed_policies(ready)
    conditions(ready)
    user_sessions(ready)
    providers(ready)
    web_identities(ready)
    suite = Suite(ready)
    group = trellis(ready, "security-group", "create", "--vpc", suite.vpc, "--name", "members", "-o", "json")
    suite.group = json.loads(group)["id"]
    modelled(suite)
    network, service, group = networks(suite), services(suite), target_groups(suite)
    listener, rule = listeners(suite, service, group)
    associations(suite, network, service)
    policies(suite, service)
    subscriptions(suite, service)
    shares(suite, network)
    resources(suite, network)
    tags(suite, network)
    tagging(ready, suite, network)
    firewalls(ready, suite, network)
    resource_shares(ready)
    certificates(ready)
    deletions(suite, network, service, group, listener, rule)
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w", encoding="utf-8") as file:
            json.dump({"vpc": suite.vpc, "securityGroup": suite.group, "steps": suite.transcript}, file, default=str, indent=1)
    print(f"{len(suite.done)} operations succeeded; {sum(map(len, suite.failed.values()))} refusals as modelled")


if __name__ == "__main__":
    main()
