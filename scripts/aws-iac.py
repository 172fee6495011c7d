#!/usr/bin/env python3
"""Does to a running cluster what Terraform's AWS provider and AWS's Gateway API controller do to AWS, call by call.

    scripts/aws-iac.py READY_FILE   # the file of `trellis-node dev --no-sample --ready-file READY_FILE`

The calls, what is sent with each, what is read of the answers and what is waited for were read from the tools' sources:
terraform-provider-aws 6.36.0 (commit 00a35305dc1b) and aws-application-networking-k8s of the AWS SDK for Go v2 (commits
091cc82df37a and 2c3e130355a8). The tools themselves do not run here. Each call goes to another node than the one before.
The cluster must be new.
"""

import http.server
import itertools
import json
import pathlib
import sys
import threading
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# Certificates and keys that were made for tests, valid until 2120.
MADE = pathlib.Path(__file__).resolve().parent.parent / "node/core/tests/certificates"
# How long a status may take; the health checks of this script need two rounds of 5 s.
PATIENCE = 30
# How long a target that is in use drains, and a node may take to see it, seconds. Source: docs/manifests.md.
DRAINED = 60 + 30
NOT_FOUND = "ResourceNotFoundException"


class Service:
    """One service of AWS, for one account: each call goes to the next node."""

    calls, changes = 0, []

    def __init__(self, ready, name, account):
        common = {"region_name": ready["region"], "config": Config(retries={"total_max_attempts": 1})}
        keys = {"aws_access_key_id": account["access_key_id"], "aws_secret_access_key": account["secret_access_key"]}
        self.clients = [boto3.client(name, endpoint_url=node["api"], **common, **keys) for node in ready["nodes"]]
        self.turn = itertools.cycle(self.clients)
        for client in self.clients:
            client.meta.events.register("before-call", self.count)

    def __getattr__(self, operation):
        return getattr(next(self.turn), operation)

    @staticmethod
    def count(model, **_):
        Service.calls += 1
        if not model.name.startswith(("Get", "List", "Describe")):
            Service.changes.append(model.name)

    def all(self, operation, items, **fields):
        """All items of a list, page by page."""
        pages = self.get_paginator(operation).paginate(**fields)
        return [item for page in pages for item in page[items]]


class Account:
    """The services of one account."""

    def __init__(self, ready, index):
        self.root = ready["accounts"][index]
        self.id, self.vpc, self.region = self.root["id"], ready["vpcs"][index]["id"], ready["region"]
        names = ["vpc-lattice", "sts", "iam", "ec2", "ram", "acm", "resourcegroupstaggingapi"]
        self.lattice, self.sts, self.iam, self.ec2, self.ram, self.acm, self.tagging = (Service(ready, name, self.root) for name in names)


def absent(code, call, **fields):
    """A call that must fail with this error; the error."""
    try:
        answer = call(**fields)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, f"{fields}: not {code}: {error}"
        return error.response
    raise AssertionError(f"{fields}: {code} expected, got {answer}")


def same(told, given, at=""):
    """What was given must be told again, letter by letter; an empty text may be left out."""
    for name, value in given.items():
        here, there = f"{at}.{name}", told.get(name)
        if isinstance(value, dict) and isinstance(there, dict):
            same(there, value, here)
        else:
            assert there == value or (value == "" and there is None), f"{here}: {there!r} is told, {value!r} was given"


def settled(read, pending, target, status=lambda answer: answer["status"]):
    """Reads until a status is the wanted one twice in a row; only some may come before it. As `StateChangeConf` does."""
    end, times = time.monotonic() + PATIENCE, 0
    while times < 2:
        answer = read()
        now = status(answer)
        assert now in pending or now in target, f"the status {now} is neither waited out of ({pending}) nor wanted ({target})"
        times = times + 1 if now in target else 0
        assert time.monotonic() < end, f"still {now}"
        time.sleep(0 if now in target else 0.5)
    return answer


def gone(code, read, pending, **fields):
    """Reads until there is nothing left."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            answer = read(**fields)
        except ClientError as error:
            assert error.response["Error"]["Code"] == code, f"{fields}: not {code}: {error}"
            return
        assert answer.get("status") in pending, f"{fields}: deleted, and {answer}"
        assert time.monotonic() < end, f"{fields}: still there"
        time.sleep(0.5)


def one(items):
    """The only item, as `AssertSingleValueResult` asks for."""
    assert len(items) == 1, f"one expected: {items}"
    return items[0]


def text(document):
    """JSON as `NormalizeJsonString` writes it."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def policy(action, resource="*", **more):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource, **more}]}


def trust(principal, action="sts:AssumeRole", **more):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Principal": principal, **more}]}


def listen():
    """Starts a target that is well; its port."""

    class Target(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Target)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


# Terraform.

TAGS = {"Name": "shop", "team": "orders"}
# Statuses that a deletion is waited out of; kinds that are not here are not waited for.
DELETING = dict.fromkeys(
    """service service_network_service_association service_network_vpc_association target_group resource_configuration
    service_network_resource_association""".split(),
    ["ACTIVE", "DELETE_IN_PROGRESS"],
) | {"resource_gateway": ["DELETE_IN_PROGRESS"]}
tokens = itertools.count(1)


class Resource:
    """A resource of VPC Lattice, as Terraform makes, reads, changes, imports and deletes it."""

    count = 0

    def __init__(self, lattice, kind, under=None, unset=(), make="create", **fields):
        Resource.count += 1
        self.lattice, self.kind, self.given, self.unset = lattice, kind, fields, unset
        head, *tail = kind.split("_")
        self.word = head + "".join(part.capitalize() for part in tail) + "Identifier"
        self.under = under or {}
        made = self.call(make)(clientToken=f"terraform-{next(tokens)}", tags=TAGS, **self.under, **fields)
        self.id, self.arn = made["id"], made["arn"]
        self.at = {**self.under, self.word: self.id}
        if kind in DELETING:
            settled(lambda: self.call("get")(**self.at), ["CREATE_IN_PROGRESS"], ["ACTIVE"])
        self.told = self.read()
        self.retag()

    def call(self, verb):
        return getattr(self.lattice, f"{verb}_{self.kind}")

    def read(self):
        """Reads it, as before each plan: what is configured is told, and what is not is not. By id and by ARN alike."""
        told, by_arn = self.call("get")(**self.at), self.call("get")(**{**self.at, self.word: self.arn})
        for answer in [told, by_arn]:
            answer.pop("ResponseMetadata")
        assert told == by_arn, f"{self.kind}: {told} by id, {by_arn} by ARN"
        assert (told["id"], told["arn"]) == (self.id, self.arn), told
        for name, value in self.given.items():
            # What names another resource is told as its id, whatever it was given as.
            renamed = name.replace("Identifier", "Id")
            value = value.rsplit("/", 1)[-1] if name.endswith("Identifier") else value
            same(told, {renamed if name.endswith("Identifier") else name: value}, self.kind)
        for name in self.unset:
            assert not told.get(name), f"{self.kind}: {name} is told and was not given: {told}"
        assert self.tags() == TAGS
        return told

    def tags(self):
        return self.lattice.list_tags_for_resource(resourceArn=self.arn)["tags"]

    def retag(self):
        self.lattice.untag_resource(resourceArn=self.arn, tagKeys=["team"])
        self.lattice.tag_resource(resourceArn=self.arn, tags={"Name": "again"})
        assert self.tags() == {"Name": "again"}
        self.lattice.tag_resource(resourceArn=self.arn, tags=TAGS)

    def change(self, **fields):
        """Changes it in place, and waits where the provider does."""
        self.call("update")(**self.at, **fields)
        self.given = {**self.given, **fields}
        if self.kind in DELETING:
            settled(lambda: self.call("get")(**self.at), ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"], ["ACTIVE"])
        self.told = self.read()

    def destroy(self):
        self.call("delete")(**self.at)
        gone(NOT_FOUND, self.call("get"), DELETING.get(self.kind, []), **self.at)
        absent(NOT_FOUND, self.call("delete"), **self.at)


def terraform_start(account):
    """The provider is configured: who calls, in which partition."""
    caller = account.sts.get_caller_identity()
    assert caller["Account"] == account.id and caller["Arn"].startswith("arn:aws:"), caller


def terraform_target_groups(account):
    """aws_vpclattice_target_group, _target_group_attachment."""
    check = {"enabled": True, "healthCheckIntervalSeconds": 5, "healthCheckTimeoutSeconds": 2, "healthyThresholdCount": 2}
    check |= {"matcher": {"httpCode": "200-299"}, "path": "/", "protocolVersion": "HTTP1", "unhealthyThresholdCount": 2}
    config = {"port": 80, "protocol": "HTTP", "vpcIdentifier": account.vpc, "protocolVersion": "HTTP1", "healthCheck": check}
    checked = Resource(account.lattice, "target_group", name="shop-green", type="IP", config=config)
    changed = {**check, "path": "/health", "port": 8080}
    checked.given["config"] = {**config, "healthCheck": changed}
    account.lattice.update_target_group(**checked.at, healthCheck=changed)
    checked.read()
    account.lattice.update_target_group(**checked.at, healthCheck=check)
    back = account.lattice.get_target_group(**checked.at)["config"]["healthCheck"]
    assert "port" in back, "what an update leaves out stays"
    account.lattice.delete_target_group(**checked.at)

    checked = Resource(account.lattice, "target_group", name="shop-green", type="IP", config=config)
    plain = {name: value for name, value in config.items() if name != "healthCheck"}
    other = Resource(account.lattice, "target_group", name="shop-blue", type="IP", config=plain)
    function = Resource(account.lattice, "target_group", name="shop-lambda", type="LAMBDA")
    function.destroy()
    groups = account.lattice.all("list_target_groups", "items")
    assert {group["id"] for group in groups if group["name"].startswith("shop-")} == {checked.id, other.id}
    return checked, other


def attach(account, group, port, wanted):
    """Attaches a target, waits until it is no longer new, reads it and takes it away; answers with what waits for that."""
    target = {"id": "127.0.0.1", "port": port} if port else {"id": "127.0.0.1"}
    at = {"targetGroupIdentifier": group.id}
    account.lattice.register_targets(**at, targets=[target])
    read = lambda: one(account.lattice.all("list_targets", "items", **at, targets=[target]))
    told = settled(read, ["INITIAL"], ["HEALTHY", "UNHEALTHY", "UNUSED", "UNAVAILABLE"])
    assert (told["id"], told["port"], told["status"]) == ("127.0.0.1", port or 80, wanted), told

    account.lattice.deregister_targets(**at, targets=[target])
    end = time.monotonic() + DRAINED

    def detached():
        while left := account.lattice.all("list_targets", "items", **at, targets=[target]):
            assert one(left)["status"] in ["DRAINING", "INITIAL"] and time.monotonic() < end, left
            time.sleep(0.5)

    return detached


def terraform_network(account, checked, other):
    """aws_vpclattice_service_network, _service, both associations, _listener, _listener_rule; the data sources."""
    lattice = account.lattice
    network = Resource(lattice, "service_network", name="shop-net", authType="NONE")
    assert network.told["authType"] == "NONE"
    network.change(authType="AWS_IAM")
    certificate = account.acm.import_certificate(**pair())["CertificateArn"]
    domain = {"customDomainName": "shop.example.com", "certificateArn": certificate}
    service = Resource(lattice, "service", name="shop-orders", authType="NONE", **domain)
    plain = Resource(lattice, "service", name="shop-plain", unset=["certificateArn", "customDomainName"])
    assert {"domainName", "hostedZoneId"} <= set(plain.told["dnsEntry"]), plain.told
    service.change(authType="AWS_IAM")

    forward = lambda *groups: {"forward": {"targetGroups": [{"targetGroupIdentifier": id, "weight": weight} for id, weight in groups]}}
    under = {"serviceIdentifier": service.id}
    listener = Resource(lattice, "listener", under, name="shop-http", protocol="HTTP", port=80, defaultAction=forward((other.id, 100)))
    assert (listener.told["serviceId"], listener.told["serviceArn"]) == (service.id, service.arn), listener.told
    assert listener.told["createdAt"] and listener.told["lastUpdatedAt"]
    # The order of lists is that of the configuration.
    listener.change(defaultAction=forward((other.id, 70), (checked.id, 30)))
    listener.change(defaultAction={"fixedResponse": {"statusCode": 404}})
    by_arn = {"serviceIdentifier": service.arn}
    secure = Resource(lattice, "listener", by_arn, name="shop-https", protocol="HTTPS", defaultAction={"fixedResponse": {"statusCode": 404}})
    assert secure.told["port"] == 443, secure.told

    under = {**under, "listenerIdentifier": listener.id}
    header = lambda name, **match: {"name": name, "caseSensitive": False, "match": match}
    # The provider sends an empty method where none is configured.
    match = {"method": "", "headerMatches": [header("x-b", exact="1"), header("x-a", prefix="2")]}
    match["pathMatch"] = {"caseSensitive": True, "match": {"prefix": "/cart"}}
    rule = Resource(lattice, "rule", under, name="shop-cart", priority=20, match={"httpMatch": match}, action=forward((other.id, 1), (checked.id, 2)))
    rule.change(match={"httpMatch": {"method": "POST", "pathMatch": {"caseSensitive": False, "match": {"exact": "/pay"}}}})
    rule.change(action={"fixedResponse": {"statusCode": 404}})
    lattice.update_rule(**rule.at, action=forward((checked.id, 100)))
    rule.given["action"] = forward((checked.id, 100))
    rule.read()

    joined = {"serviceIdentifier": service.id, "serviceNetworkIdentifier": network.arn}
    member = Resource(lattice, "service_network_service_association", **joined)
    assert (member.told["customDomainName"], member.told["createdBy"]) == ("shop.example.com", account.id), member.told
    assert member.told["dnsEntry"]["domainName"] == service.told["dnsEntry"]["domainName"], member.told
    groups = [account.ec2.create_security_group(GroupName=name, Description="for Terraform", VpcId=account.vpc)["GroupId"] for name in ["b", "a"]]
    vpc = {"vpcIdentifier": account.vpc, "serviceNetworkIdentifier": network.id}
    inside = Resource(lattice, "service_network_vpc_association", **vpc, unset=["securityGroupIds"])
    assert inside.told["createdBy"] == account.id, inside.told
    inside.destroy()
    inside = Resource(lattice, "service_network_vpc_association", **vpc, securityGroupIds=sorted(groups)[:1])
    inside.change(securityGroupIds=sorted(groups))
    inside.change(securityGroupIds=sorted(groups, reverse=True))

    # Data sources.
    found = one([item for item in lattice.all("list_services", "items", PaginationConfig={"PageSize": 100}) if item["name"] == "shop-orders"])
    assert lattice.get_service(serviceIdentifier=found["id"])["arn"] == service.arn
    told = lattice.get_service_network(serviceNetworkIdentifier=network.arn)
    assert (told["numberOfAssociatedServices"], told["numberOfAssociatedVPCs"]) == (1, 1) and told["createdAt"] and told["lastUpdatedAt"], told
    for field, resource in [("serviceIdentifier", service), ("serviceNetworkIdentifier", network)]:
        listed = one(lattice.all("list_service_network_service_associations", "items", **{field: resource.id}))
        assert (listed["serviceName"], listed["serviceNetworkName"], listed["status"]) == ("shop-orders", "shop-net", "ACTIVE"), listed
    assert account.vpc in [vpc["VpcId"] for vpc in account.ec2.all("describe_vpcs", "Vpcs")]
    assert {group["GroupId"] for group in account.ec2.all("describe_security_groups", "SecurityGroups", GroupIds=groups)} == set(groups)

    destroy = [rule, listener, secure, member, inside, plain, service]

    def end():
        for resource in destroy:
            resource.destroy()
        account.acm.delete_certificate(CertificateArn=certificate)
        for group in groups:
            account.ec2.delete_security_group(GroupId=group)

    return network, service, end


def terraform_policies(account, other, network, service):
    """aws_vpclattice_auth_policy, _resource_policy, _access_log_subscription."""
    lattice = account.lattice
    for resource in [network, service]:
        at = {"resourceIdentifier": resource.arn}
        for document in [policy("*", Principal="*"), policy("vpc-lattice-svcs:Invoke", Principal={"AWS": account.id})]:
            lattice.put_auth_policy(**at, policy=text(document))
            assert json.loads(lattice.get_auth_policy(**at)["policy"]) == document
        lattice.delete_auth_policy(**at)
        without(lattice.get_auth_policy, **at)
        absent(NOT_FOUND, lattice.delete_auth_policy, **at)

        at = {"resourceArn": resource.arn}
        actions = ["vpc-lattice:CreateServiceNetworkServiceAssociation", "vpc-lattice:GetServiceNetwork", "vpc-lattice:GetService"]
        shared = policy(actions, resource.arn, Principal={"AWS": other.id})
        lattice.put_resource_policy(**at, policy=text(shared))
        assert json.loads(lattice.get_resource_policy(**at)["policy"]) == shared
        lattice.delete_resource_policy(**at)
        without(lattice.get_resource_policy, **at)
        absent(NOT_FOUND, lattice.delete_resource_policy, **at)

        logs = Resource(lattice, "access_log_subscription", resourceIdentifier=resource.id, destinationArn="arn:aws:s3:::shop-logs")
        assert logs.told["resourceArn"] == resource.arn, logs.told
        logs.destroy()


def without(read, **fields):
    """A policy that there is not: no such thing, or an answer without it."""
    try:
        assert not read(**fields).get("policy"), fields
    except ClientError as error:
        assert error.response["Error"]["Code"] == NOT_FOUND, error


def terraform_resources(account, network):
    """aws_vpclattice_resource_gateway, _resource_configuration, _service_network_resource_association, _domain_verification."""
    lattice = account.lattice
    group = account.ec2.create_security_group(GroupName="door", Description="for Terraform", VpcId=account.vpc)["GroupId"]
    door = {"name": "shop-door", "vpcIdentifier": account.vpc, "subnetIds": ["subnet-1234"]}
    gateway = Resource(lattice, "resource_gateway", **door)
    assert (gateway.told["ipAddressType"], gateway.told["ipv4AddressesPerEni"]) == ("IPV4", 16), gateway.told
    gateway.change(securityGroupIds=[group])
    single = {"name": "shop-db", "type": "SINGLE", "resourceGatewayIdentifier": gateway.id, "portRanges": ["5432"]}
    single |= {"protocol": "TCP", "allowAssociationToShareableServiceNetwork": True}
    address = {"resourceConfigurationDefinition": {"ipResource": {"ipAddress": "10.0.0.9"}}}
    database = Resource(lattice, "resource_configuration", **single, **address, unset=["resourceConfigurationGroupId"])
    changed = {"resourceConfigurationDefinition": {"ipResource": {"ipAddress": "10.0.0.10"}}}
    database.change(portRanges=["5432-5433"], allowAssociationToShareableServiceNetwork=False, **changed)
    named = {"resourceConfigurationDefinition": {"dnsResource": {"domainName": "db.example.com", "ipAddressType": "IPV4"}}}
    other = Resource(lattice, "resource_configuration", **{**single, "name": "shop-dns"}, **named)
    other.change(portRanges=["5433"])
    pair = {"resourceConfigurationIdentifier": database.id, "serviceNetworkIdentifier": network.id}
    member = Resource(lattice, "service_network_resource_association", **pair)
    proof = Resource(lattice, "domain_verification", make="start", domainName="shop.example.com")
    assert proof.told["status"] and {"name", "value"} <= set(proof.told["txtMethodConfig"]), proof.told
    for resource in [proof, member, other, database, gateway]:
        resource.destroy()
    account.ec2.delete_security_group(GroupId=group)


def encoded(iam):
    """The answers of IAM from now on, as they come: the provider decodes policies as a query is, a plus being a blank."""
    answers = []
    for client in iam.clients:
        client.meta.events.register_first("after-call.iam", lambda parsed, **_: answers.append(str(parsed)))
    return answers


def listed(tags):
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def kept(tags):
    return {tag["Key"]: tag["Value"] for tag in tags}


def terraform_role(account):
    """aws_iam_role, _role_policy, _policy, _role_policy_attachment."""
    iam, name = account.iam, {"RoleName": "shop-deployer"}
    answers = encoded(iam)
    first = trust({"AWS": f"arn:aws:iam::{account.id}:root"}, Condition={"StringEquals": {"sts:ExternalId": "a+b c"}})
    made = iam.create_role(**name, Path="/", AssumeRolePolicyDocument=text(first), Description="to deploy", MaxSessionDuration=3600, Tags=listed(TAGS))
    arn = made["Role"]["Arn"]

    def read():
        role = iam.get_role(**name)["Role"]
        assert role["Arn"] == arn and arn.startswith("arn:") and role["CreateDate"] and role["RoleId"], role
        assert (role["RoleName"], role["Path"], kept(role["Tags"])) == ("shop-deployer", "/", TAGS), role
        inline = iam.all("list_role_policies", "PolicyNames", **name)
        return role, [iam.get_role_policy(**name, PolicyName=each)["PolicyDocument"] for each in inline]

    role, inline = read()
    assert (role["AssumeRolePolicyDocument"], role["Description"], role["MaxSessionDuration"], inline) == (first, "to deploy", 3600, []), role
    second = trust({"AWS": account.id}, ["sts:AssumeRole", "sts:TagSession"])
    iam.update_assume_role_policy(**name, PolicyDocument=text(second))
    iam.update_role_description(**name, Description="to deploy all")
    iam.update_role(**name, MaxSessionDuration=7200)
    role, _ = read()
    assert (role["AssumeRolePolicyDocument"], role["Description"], role["MaxSessionDuration"]) == (second, "to deploy all", 7200), role
    iam.untag_role(**name, TagKeys=["team"])
    iam.tag_role(**name, Tags=listed({"team": TAGS["team"]}))

    document = policy("vpc-lattice:*", Sid="Everything")
    iam.put_role_policy(**name, PolicyName="own", PolicyDocument=text(document))
    assert read()[1] == [document]
    iam.delete_role_policy(**name, PolicyName="own")
    for call in [iam.get_role_policy, iam.delete_role_policy]:
        absent("NoSuchEntity", call, **name, PolicyName="own")

    managed = terraform_policy(account)
    iam.attach_role_policy(**name, PolicyArn=managed)
    assert one(iam.all("list_attached_role_policies", "AttachedPolicies", **name))["PolicyArn"] == managed
    absent("DeleteConflict", iam.delete_policy, PolicyArn=managed)
    absent("DeleteConflict", iam.delete_role, **name)
    iam.detach_role_policy(**name, PolicyArn=managed)
    assert iam.all("list_attached_role_policies", "AttachedPolicies", **name) == []
    absent("NoSuchEntity", iam.detach_role_policy, **name, PolicyArn=managed)

    versions = iam.all("list_policy_versions", "Versions", PolicyArn=managed)
    for version in versions:
        if not version["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=managed, VersionId=version["VersionId"])
    iam.delete_policy(PolicyArn=managed)
    absent("NoSuchEntity", iam.get_policy, PolicyArn=managed)
    absent("NoSuchEntity", iam.list_policy_versions, PolicyArn=managed)
    assert iam.all("list_instance_profiles_for_role", "InstanceProfiles", **name) == []
    iam.delete_role(**name)
    for call in [iam.get_role, iam.delete_role, iam.list_attached_role_policies, iam.list_role_policies, iam.list_instance_profiles_for_role]:
        absent("NoSuchEntity", call, **name)
    assert any("a%2Bb%20c" in answer for answer in answers), "a policy is not encoded as a query is"


def terraform_policy(account):
    """aws_iam_policy: versions are pruned, made and put in force; its ARN."""
    iam = account.iam
    made = iam.create_policy(PolicyName="shop-deploy", Path="/", Description="", PolicyDocument=text(policy("iam:*")), Tags=listed(TAGS))
    at = {"PolicyArn": made["Policy"]["Arn"]}
    for number in range(6):
        versions = iam.all("list_policy_versions", "Versions", **at)
        old = [version for version in versions if not version["IsDefaultVersion"]]
        if len(versions) >= 5:
            iam.delete_policy_version(**at, VersionId=min(old, key=lambda version: version["CreateDate"])["VersionId"])
        document = policy("vpc-lattice:Get*", Sid=f"Version{number}")
        version = iam.create_policy_version(**at, PolicyDocument=text(document), SetAsDefault=False)["PolicyVersion"]["VersionId"]
        iam.set_default_policy_version(**at, VersionId=version)
        told = iam.get_policy(**at)["Policy"]
        assert (told["DefaultVersionId"], told["PolicyName"], told["Path"], kept(told["Tags"])) == (version, "shop-deploy", "/", TAGS), told
        assert told["AttachmentCount"] == 0 and told["PolicyId"] and not told.get("Description"), told
        assert iam.get_policy_version(**at, VersionId=version)["PolicyVersion"]["Document"] == document
    iam.untag_policy(**at, TagKeys=["team"])
    iam.tag_policy(**at, Tags=listed({"team": TAGS["team"]}))
    found = [each for each in iam.all("list_policies", "Policies") if each["PolicyName"] == "shop-deploy"]
    assert one(found)["Arn"] == at["PolicyArn"]
    return at["PolicyArn"]


def terraform_user(account):
    """aws_iam_user with `force_destroy`, _access_key, _user_policy, _openid_connect_provider."""
    iam, name = account.iam, {"UserName": "shop-clerk"}
    made = iam.create_user(**name, Path="/", Tags=listed(TAGS))["User"]
    told = iam.get_user(**name)["User"]
    assert (told["Arn"], told["Path"], told["UserId"], kept(told["Tags"])) == (made["Arn"], "/", made["UserId"], TAGS), told
    iam.untag_user(**name, TagKeys=["team"])
    iam.tag_user(**name, Tags=listed({"team": TAGS["team"]}))
    document = policy("vpc-lattice:List*")
    iam.put_user_policy(**name, PolicyName="own", PolicyDocument=text(document))
    assert iam.get_user_policy(**name, PolicyName="own")["PolicyDocument"] == document
    iam.delete_user_policy(**name, PolicyName="own")
    absent("NoSuchEntity", iam.get_user_policy, **name, PolicyName="own")

    for number in range(2):
        key = iam.create_access_key(**name)["AccessKey"]
        assert key["SecretAccessKey"] and key["Status"] == "Active" and key["CreateDate"], key
        if number:
            break
        iam.update_access_key(**name, AccessKeyId=key["AccessKeyId"], Status="Inactive")
        told = one(iam.all("list_access_keys", "AccessKeyMetadata", **name))
        assert (told["AccessKeyId"], told["Status"], told["UserName"]) == (key["AccessKeyId"], "Inactive", "shop-clerk"), told
        iam.delete_access_key(**name, AccessKeyId=key["AccessKeyId"])
        assert iam.all("list_access_keys", "AccessKeyMetadata", **name) == []

    assert iam.all("list_groups_for_user", "Groups", **name) == []
    for key in iam.all("list_access_keys", "AccessKeyMetadata", **name):
        iam.delete_access_key(**name, AccessKeyId=key["AccessKeyId"])
    assert iam.all("list_ssh_public_keys", "SSHPublicKeys", **name) == []
    assert iam.all("list_virtual_mfa_devices", "VirtualMFADevices", AssignmentStatus="Assigned") == []
    assert iam.all("list_mfa_devices", "MFADevices", **name) == []
    absent("NoSuchEntity", iam.delete_login_profile, **name)
    assert iam.all("list_signing_certificates", "Certificates", **name) == []
    assert iam.list_service_specific_credentials(**name)["ServiceSpecificCredentials"] == []
    iam.delete_user(**name)
    for call in [iam.get_user, iam.delete_user, iam.list_groups_for_user, iam.list_access_keys]:
        absent("NoSuchEntity", call, **name)

    url = "https://oidc.shop.example.com/id/1"
    arn = iam.create_open_id_connect_provider(Url=url, ClientIDList=["sts.amazonaws.com"], Tags=listed(TAGS))["OpenIDConnectProviderArn"]
    at = {"OpenIDConnectProviderArn": arn}
    told = iam.get_open_id_connect_provider(**at)
    assert (told["Url"], told["ClientIDList"], kept(told["Tags"])) == (url.removeprefix("https://"), ["sts.amazonaws.com"], TAGS), told
    iam.update_open_id_connect_provider_thumbprint(**at, ThumbprintList=["0" * 40])
    iam.add_client_id_to_open_id_connect_provider(**at, ClientID="shop")
    iam.remove_client_id_from_open_id_connect_provider(**at, ClientID="sts.amazonaws.com")
    told = iam.get_open_id_connect_provider(**at)
    assert (told["ClientIDList"], told["ThumbprintList"]) == (["shop"], ["0" * 40]), told
    iam.untag_open_id_connect_provider(**at, TagKeys=["team"])
    iam.tag_open_id_connect_provider(**at, Tags=listed({"team": TAGS["team"]}))
    assert arn in [each["Arn"] for each in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]]
    iam.delete_open_id_connect_provider(**at)
    absent("NoSuchEntity", iam.get_open_id_connect_provider, **at)


def terraform_share(account, other, network, service):
    """aws_ram_resource_share, _resource_association, _principal_association."""
    ram = account.ram
    permission = "arn:aws:ram::aws:permission/AWSRAMPermissionVpcLatticeServiceNetworkReadWrite"
    tags = [{"key": key, "value": value} for key, value in TAGS.items()]
    asked = {"name": "shop-share", "allowExternalPrincipals": False, "tags": tags, "permissionArns": [permission]}
    share = {"resourceShareArn": ram.create_resource_share(**asked)["resourceShare"]["resourceShareArn"]}

    def read():
        shares = ram.all("get_resource_shares", "resourceShares", resourceOwner="SELF", resourceShareArns=[share["resourceShareArn"]])
        told = settled(lambda: one(shares), ["PENDING"], ["ACTIVE"])
        permissions = ram.list_resource_share_permissions(**share)["permissions"]
        return told, {tag["key"]: tag["value"] for tag in told["tags"]}, [each["arn"] for each in permissions]

    told, kept_tags, permissions = read()
    assert (told["name"], told["allowExternalPrincipals"], kept_tags, permissions) == ("shop-share", False, TAGS, []), told
    entries = [("RESOURCE", "resourceArn", "resourceArns", network.arn), ("PRINCIPAL", "principal", "principals", other.id)]
    members = lambda kind, filter, entity: ram.all(
        "get_resource_share_associations", "resourceShareAssociations", associationType=kind, resourceShareArns=[share["resourceShareArn"]], **{filter: entity}
    )
    for kind, filter, field, entity in entries:
        assert members(kind, filter, entity) == [], "associated already"
        ram.associate_resource_share(**share, **{field: [entity]}, clientToken=f"terraform-{next(tokens)}")
        told = settled(lambda: one(members(kind, filter, entity)), ["ASSOCIATING"], ["ASSOCIATED"])
        assert (told["associatedEntity"], told["resourceShareArn"]) == (entity, share["resourceShareArn"]), told
    # What the configuration names is what the share has: nothing is replaced.
    assert read()[2] == [permission]
    assert other.lattice.get_service_network(serviceNetworkIdentifier=network.arn)["id"] == network.id
    ram.update_resource_share(**share, name="shop-share", allowExternalPrincipals=True)
    told, *_ = read()
    assert (told["name"], told["allowExternalPrincipals"]) == ("shop-share", True), told
    ram.untag_resource(**share, tagKeys=["team"])
    ram.tag_resource(**share, tags=[{"key": "Name", "value": "again"}])
    assert read()[1] == {"Name": "again"}
    for kind, filter, field, entity in entries:
        ram.disassociate_resource_share(**share, **{field: [entity]})
        assert members(kind, filter, entity) == []
        absent("UnknownResourceException", ram.disassociate_resource_share, **share, **{field: [entity]})
    ram.delete_resource_share(**share)
    gone_share = {"resourceOwner": "SELF", "resourceShareArns": [share["resourceShareArn"]]}
    absent("UnknownResourceException", ram.get_resource_shares, **gone_share)
    absent("UnknownResourceException", ram.delete_resource_share, **share)


def pair(name="leaf"):
    """A certificate and its key."""
    return {"Certificate": (MADE / f"{name}.pem").read_bytes(), "PrivateKey": (MADE / f"{name}.key").read_bytes()}


def terraform_certificate(account):
    """aws_acm_certificate that is imported."""
    acm = account.acm
    at = {"CertificateArn": acm.import_certificate(**pair(), Tags=listed(TAGS))["CertificateArn"]}

    def read():
        told = acm.describe_certificate(**at)["Certificate"]
        assert (told["CertificateArn"], told["Status"], told["Type"]) == (at["CertificateArn"], "ISSUED", "IMPORTED"), told
        assert told["NotAfter"] and told["NotBefore"] and told["KeyAlgorithm"] and told["RenewalEligibility"] == "INELIGIBLE", told
        assert told["DomainName"] in told["SubjectAlternativeNames"] and "RenewalSummary" not in told, told
        return told, kept(acm.list_tags_for_certificate(**at)["Tags"])

    first, tags = read()
    assert tags == TAGS
    acm.remove_tags_from_certificate(**at, Tags=[{"Key": "team", "Value": TAGS["team"]}])
    acm.add_tags_to_certificate(**at, Tags=[{"Key": "Name", "Value": "again"}])
    acm.import_certificate(**at, **pair("renewed"))
    second, tags = read()
    assert tags == {"Name": "again"} and first["Serial"] != second["Serial"], second
    acm.delete_certificate(**at)
    absent(NOT_FOUND, acm.describe_certificate, **at)
    absent(NOT_FOUND, acm.delete_certificate, **at)


def terraform(account, other):
    """All that Terraform does but what waits for targets to drain, which is answered with."""
    terraform_start(account)
    checked, plain = terraform_target_groups(account)
    network, service, end = terraform_network(account, checked, plain)
    # One is used by a rule, whose target is checked; nobody checks the other's.
    detached = [attach(account, checked, listen(), "HEALTHY"), attach(account, plain, None, "UNUSED")]
    terraform_policies(account, other, network, service)
    terraform_resources(account, network)
    terraform_role(account)
    terraform_user(account)
    terraform_share(account, other, network, service)
    terraform_certificate(account)
    end()
    network.destroy()
    calls = Service.calls

    def drained():
        before = Service.calls
        for each in detached:
            each()
        for group in [checked, plain]:
            group.destroy()
        made = f"Terraform: {Resource.count} resources of VPC Lattice, and those of IAM, RAM and ACM"
        print(f"{made}, made, read, changed, imported and destroyed in {calls + Service.calls - before} calls")

    return drained


# The controller.

BASE = "application-networking.k8s.aws/"
# What the controller takes for the default of a health check. Source: `getDefaultHealthCheckConfig`.
CHECK = {"healthCheckIntervalSeconds": 30, "healthCheckTimeoutSeconds": 5, "healthyThresholdCount": 5, "unhealthyThresholdCount": 2}
CHECK |= {"matcher": {"httpCode": "200"}, "path": "/", "protocol": "HTTP"}
NOT_CHECKED = {"enabled": False}
CHECKS = {"HTTP1": CHECK | {"enabled": True, "protocolVersion": "HTTP1"}, "HTTP2": CHECK | {"enabled": False, "protocolVersion": "HTTP2"}}
CHECKS |= {"GRPC": CHECK | {"enabled": False, "protocolVersion": "HTTP1"}, "": NOT_CHECKED}
PREFIX = lambda text: {"pathMatch": {"match": {"prefix": text}, "caseSensitive": True}}


class Controller:
    """The controller of a Kubernetes cluster that is in an account's VPC."""

    def __init__(self, account, cluster):
        self.account, self.lattice, self.cluster = account, account.lattice, cluster
        self.own = {f"{BASE}ManagedBy": f"{account.id}/{cluster}/{account.vpc}"}

    def network(self, name):
        """The service network of a name or id: the account's own, one that is shared with it, or one that the VPC has joined."""
        named = [each for each in self.lattice.all("list_service_networks", "items") if name in [each["name"], each["id"]]]
        if named:
            if one(named)["arn"].split(":")[4] == self.account.id:
                self.lattice.list_tags_for_resource(resourceArn=named[0]["arn"])
            return named[0]
        joined = self.lattice.all("list_service_network_vpc_associations", "items", vpcIdentifier=self.account.vpc)
        joined = [each for each in joined if each["status"] == "ACTIVE" and name in [each["serviceNetworkName"], each["serviceNetworkId"]]]
        return {"id": one(joined)["serviceNetworkId"], "arn": joined[0]["serviceNetworkArn"]} if joined else None

    def service(self, name):
        return next((each for each in self.lattice.all("list_services", "items") if each["name"] == name), None)

    def owns(self, arn):
        """Whether a resource is this controller's; it takes what is nobody's."""
        owner = self.lattice.list_tags_for_resource(resourceArn=arn)["tags"].get(f"{BASE}ManagedBy")
        if owner is None:
            self.lattice.tag_resource(resourceArn=arn, tags=self.own)
        return owner in [None, *self.own.values()]

    def retag(self, arn, more):
        """Sets the tags that a user gave, through the tagging API; the controller's own stay."""
        found = self.account.tagging.all("get_resources", "ResourceTagMappingList", ResourceARNList=[arn])
        tags = {key: value for each in found for key, value in kept(each["Tags"]).items() if not key.startswith(BASE)}
        if old := [key for key in tags if key not in more]:
            assert not self.account.tagging.untag_resources(ResourceARNList=[arn], TagKeys=old)["FailedResourcesMap"]
        if new := {key: value for key, value in more.items() if tags.get(key) != value}:
            assert not self.account.tagging.tag_resources(ResourceARNList=[arn], Tags=new)["FailedResourcesMap"]

    def default_network(self, name):
        """DEFAULT_SERVICE_NETWORK: made, and joined by the VPC."""
        found = self.network(name)
        network = found["id"] if found else self.lattice.create_service_network(name=name, tags=self.own)["id"]
        if not found or not self.joined(network):
            self.lattice.create_service_network_vpc_association(serviceNetworkIdentifier=network, vpcIdentifier=self.account.vpc, tags=self.own)

    def joined(self, network):
        """The association of the VPC with a network."""
        at = {"serviceNetworkIdentifier": network, "vpcIdentifier": self.account.vpc}
        found = self.lattice.all("list_service_network_vpc_associations", "items", **at)
        assert all(each["status"] == "ACTIVE" for each in found), found
        return found[0] if found else None

    def vpc_policy(self, name, groups, more):
        """A VpcAssociationPolicy."""
        network = self.network(name)["id"]
        found = self.joined(network)
        if not found:
            at = {"serviceNetworkIdentifier": network, "vpcIdentifier": self.account.vpc}
            made = self.lattice.create_service_network_vpc_association(**at, securityGroupIds=groups, tags=more | self.own)
            assert made["status"] == "ACTIVE" and made["arn"], made
            return
        assert self.owns(found["arn"])
        at = {"serviceNetworkVpcAssociationIdentifier": found["id"]}
        told = self.lattice.get_service_network_vpc_association(**at)
        self.retag(told["arn"], more)
        if sorted(told.get("securityGroupIds", [])) != sorted(groups):
            changed = self.lattice.update_service_network_vpc_association(**at, securityGroupIds=groups)
            assert changed["status"] == "ACTIVE" and sorted(changed["securityGroupIds"]) == sorted(groups), changed

    def target_group(self, source, backend, addresses, more=None, check=None):
        """A target group of a Kubernetes service, found by its tags, with its targets."""
        route, version = source.get("route"), source.get("version", "HTTP1")
        protocol = "HTTP" if version else "TCP"
        fields = {"K8SClusterName": self.cluster, "ServiceName": backend, "ServiceNamespace": "shop", "SourceTypeKey": source["type"]}
        fields |= {"ProtocolVersion": version} | ({"RouteName": route, "RouteNamespace": "shop"} if route else {})
        tags = {f"{BASE}{key}": value for key, value in fields.items()}
        filters = [{"Key": key, "Values": [value]} for key, value in tags.items()]
        found = self.account.tagging.all("get_resources", "ResourceTagMappingList", TagFilters=filters, ResourceTypeFilters=["vpc-lattice:targetgroup"])
        if found:
            group = self.lattice.get_target_group(targetGroupIdentifier=one(found)["ResourceARN"])
            same(group, {"type": "IP", "status": "ACTIVE"})
            same(group["config"], {"port": 80, "protocol": protocol, "ipAddressType": "IPV4", "vpcIdentifier": self.account.vpc})
            self.retag(group["arn"], more or {})
            wanted = CHECKS[version] | (check or {})
            if group["config"]["healthCheck"] != wanted:
                self.lattice.update_target_group(targetGroupIdentifier=group["id"], healthCheck=wanted)
        else:
            config = {"port": 80, "protocol": protocol, "vpcIdentifier": self.account.vpc, "ipAddressType": "IPV4"}
            config |= ({"protocolVersion": version} if version else {}) | ({"healthCheck": check} if check else {})
            name = f"k8s-shop-{backend}-{next(tokens):010}"
            group = self.lattice.create_target_group(name=name, type="IP", config=config, tags=(more or {}) | self.own | tags)
            assert group["status"] in ["ACTIVE", "CREATE_IN_PROGRESS"] and group["arn"], group
        self.targets(group["id"], addresses)
        return group["id"]

    def targets(self, group, addresses):
        """Takes stale targets away and puts new ones."""
        at = {"targetGroupIdentifier": group}
        there = {(each["id"], each["port"]): each["status"] for each in self.lattice.all("list_targets", "items", **at)}
        live = [target for target, status in there.items() if status != "DRAINING"]
        told = lambda targets: [{"id": address, "port": port} for address, port in targets]
        if stale := [target for target in live if target not in addresses]:
            assert not self.lattice.deregister_targets(**at, targets=told(stale))["unsuccessful"]
        if any(target not in live for target in addresses):
            answer = self.lattice.register_targets(**at, targets=told(addresses))
            assert len(answer["successful"]) == len(addresses) and not answer["unsuccessful"], answer

    def route(self, name, networks, rules, more=None, listener=("HTTP", 80), domain=None, default=None):
        """A route: its service, which joins networks, a listener, and rules in their order."""
        fields = {"RouteName": name, "RouteNamespace": "shop", "RouteType": "tls" if default else "http"}
        tags, more = {f"{BASE}{key}": value for key, value in fields.items()}, more or {}
        service = self.service(f"{name}-shop")
        if service:
            self.check(service, tags)
            self.retag(service["arn"], more)
        else:
            custom = {"customDomainName": domain} if domain else {}
            service = self.lattice.create_service(name=f"{name}-shop", **custom, tags=more | self.own | tags)
        assert service["dnsEntry"]["domainName"] and service["arn"], service
        self.members(service["id"], networks, more)
        at = {"serviceIdentifier": service["id"], "listenerIdentifier": self.listener(service["id"], name, listener, default, more)}
        self.rules(at, rules, more)
        return service

    def check(self, service, tags):
        assert self.owns(service["arn"])
        same(self.lattice.list_tags_for_resource(resourceArn=service["arn"])["tags"], tags)

    def members(self, service, networks, more):
        """The networks that a service is in: joined and left."""
        there = {each["serviceNetworkName"]: each for each in self.lattice.all("list_service_network_service_associations", "items", serviceIdentifier=service)}
        for name in networks:
            if name in there:
                self.retag(there[name]["arn"], more)
                continue
            pair = {"serviceIdentifier": service, "serviceNetworkIdentifier": self.network(name)["id"]}
            made = self.lattice.create_service_network_service_association(**pair, tags=more | self.own)
            assert made["status"] == "ACTIVE", made
        for name, member in there.items():
            if name not in networks and self.owns(member["arn"]):
                self.lattice.delete_service_network_service_association(serviceNetworkServiceAssociationIdentifier=member["arn"])

    def listener(self, service, name, listener, default, more):
        """The listener of a port."""
        protocol, port = listener
        action = default or {"fixedResponse": {"statusCode": 404}}
        found = [each for each in self.lattice.list_listeners(serviceIdentifier=service)["items"] if each["port"] == port]
        if not found:
            named = f"{name}-shop-{port}-{'tls' if default else protocol.lower()}"
            made = {"serviceIdentifier": service, "name": named, "protocol": protocol, "port": port, "defaultAction": action}
            return self.lattice.create_listener(**made, tags=more | self.own)["id"]
        self.retag(found[0]["arn"], more)
        at = {"serviceIdentifier": service, "listenerIdentifier": found[0]["id"]}
        if default and self.lattice.get_listener(**at)["defaultAction"] != default:
            self.lattice.update_listener(**at, defaultAction=default)
        return found[0]["id"]

    def rules(self, at, rules, more):
        """Rules are known by what they match; their priorities are put in order at the end."""
        wanted = {}
        for priority, (match, action) in enumerate(rules, 1):
            # What is told must be what was sent, member by member: else a rule would be made again and again.
            there = self.existing(at)
            found = [each for each in there if self.matched(each) == {"httpMatch": match}]
            if not found:
                free = next(number for number in range(1, 100) if number not in [each["priority"] for each in there])
                made = {"name": f"k8s-1795000000-rule-{next(tokens)}", "priority": free, "match": {"httpMatch": match}, "action": action}
                found = [self.lattice.create_rule(**at, **made, tags=more | self.own)]
            else:
                self.retag(found[0]["arn"], more)
                if found[0]["action"] != action:
                    changed = {"action": action, "match": {"httpMatch": match}, "priority": found[0]["priority"]}
                    self.lattice.update_rule(**at, ruleIdentifier=found[0]["id"], **changed)
            wanted[found[0]["id"]] = priority
        there = {each["id"]: each["priority"] for each in self.existing(at)}
        for id in there.keys() - wanted.keys():
            self.lattice.delete_rule(**at, ruleIdentifier=id)
        if any(there[id] != priority for id, priority in wanted.items()):
            updates = [{"ruleIdentifier": id, "priority": priority} for id, priority in wanted.items()]
            answer = self.lattice.batch_update_rule(**at, rules=updates)
            assert not answer["unsuccessful"] and len(answer["successful"]) == len(updates), answer
        assert {each["id"]: each["priority"] for each in self.existing(at)} == wanted

    def existing(self, at):
        rules = [each for each in self.lattice.all("list_rules", "items", **at) if not each["isDefault"]]
        return [self.lattice.get_rule(**at, ruleIdentifier=each["id"]) for each in rules]

    def matched(self, rule):
        match = dict(rule["match"]["httpMatch"])
        if not match.get("headerMatches"):
            match.pop("headerMatches", None)
        return {"httpMatch": match}

    def auth_policy(self, kind, id, document):
        """An IAMAuthPolicy, put or taken away."""
        word = {"service_network": "serviceNetworkIdentifier", "service": "serviceIdentifier"}[kind]
        getattr(self.lattice, f"update_{kind}")(**{word: id}, authType="AWS_IAM" if document else "NONE")
        if document:
            self.lattice.put_auth_policy(resourceIdentifier=id, policy=document)
        else:
            self.lattice.delete_auth_policy(resourceIdentifier=id)

    def access_logs(self, arn, destination, policy):
        """An AccessLogPolicy that is new: where there are such logs already they may be its own."""
        tags = {f"{BASE}AccessLogPolicy": policy}
        try:
            return self.lattice.create_access_log_subscription(resourceIdentifier=arn, destinationArn=destination, tags=self.own | tags)["arn"]
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ConflictException", error
        items = self.lattice.list_access_log_subscriptions(resourceIdentifier=arn)["items"]
        found = one([each for each in items if each["destinationArn"] == destination])
        same(self.lattice.list_tags_for_resource(resourceArn=found["arn"])["tags"], tags)
        return found["arn"]

    def remove_route(self, name):
        """A route is deleted: its service, and what the service has."""
        service = self.service(f"{name}-shop")
        assert self.owns(service["arn"])
        at = {"serviceIdentifier": service["id"]}
        for member in self.lattice.all("list_service_network_service_associations", "items", **at):
            self.lattice.delete_service_network_service_association(serviceNetworkServiceAssociationIdentifier=member["arn"])
        for listener in self.lattice.all("list_listeners", "items", **at):
            self.lattice.delete_listener(**at, listenerIdentifier=listener["id"])
        self.lattice.delete_service(**at)
        assert self.service(f"{name}-shop") is None

    def unused(self):
        """Target groups of this cluster that no service uses any more are deleted, or later, when their targets have drained; how many are left."""
        groups = self.lattice.all("list_target_groups", "items")
        arns = [group["arn"] for group in groups]
        found = self.account.tagging.all("get_resources", "ResourceTagMappingList", ResourceARNList=arns) if arns else []
        tags = {each["ResourceARN"]: kept(each["Tags"]) for each in found}
        own = [group for group in groups if tags.get(group["arn"], {}).get(f"{BASE}K8SClusterName") == self.cluster]
        left = len(own)
        for group in own:
            assert group["vpcIdentifier"] == self.account.vpc and group["ipAddressType"] == "IPV4" and group["port"] == 80, group
            if group.get("serviceArns"):
                continue
            at = {"targetGroupIdentifier": group["id"]}
            targets = self.lattice.all("list_targets", "items", **at)
            if any(target["status"] == "DRAINING" for target in targets):
                continue
            if targets:
                told = [{"id": target["id"], "port": target["port"]} for target in targets]
                assert not self.lattice.deregister_targets(**at, targets=told)["unsuccessful"]
            try:
                self.lattice.delete_target_group(**at)
            except ClientError as error:
                assert targets and error.response["Error"]["Code"] == "ConflictException", error
                continue
            absent(NOT_FOUND, self.lattice.list_targets, **at)
            left -= 1
        return left


def forward(*groups):
    return {"forward": {"targetGroups": [{"targetGroupIdentifier": id, "weight": weight} for id, weight in groups]}}


def unchanged(reconcile):
    """A reconciliation of what stands already: it reads, and changes nothing."""
    before = len(Service.changes)
    answer = reconcile()
    assert Service.changes[before:] == [], f"what stood was changed: {Service.changes[before:]}"
    return answer


def controller_route(controller):
    """A Gateway and an HTTPRoute with two services, which changes; a TargetGroupPolicy; a GRPCRoute's group."""
    source = {"type": "HTTPRoute", "route": "orders"}
    addresses = [("10.0.1.1", 8080), ("10.0.1.2", 8080)]
    groups = lambda **more: [controller.target_group(source, backend, addresses, **more) for backend in ["green", "blue"]]
    green, blue = groups()
    assert unchanged(groups) == [green, blue]
    groups(check={"path": "/health", "port": 8081})
    unchanged(lambda: groups(check={"path": "/health", "port": 8081}))

    header = {"name": "x-team", "match": {"exact": "orders"}, "caseSensitive": False}
    rules = [(PREFIX("/cart"), forward((green, 1))), (PREFIX("/pay") | {"method": "POST"}, forward((green, 90), (blue, 10)))]
    rules += [({"headerMatches": [header]}, {"fixedResponse": {"statusCode": 500}})]
    reconcile = lambda: controller.route("orders", ["mesh"], rules, {"team": "orders"})
    reconcile()
    service = unchanged(reconcile)
    rules[1] = (rules[1][0], forward((green, 10), (blue, 90)))
    reconcile()
    rules = [rules[2], (PREFIX("/"), forward((blue, 1))), rules[1]]
    reconcile = lambda: controller.route("orders", ["mesh"], rules, {"team": "all"})
    reconcile()
    unchanged(reconcile)
    grpc = lambda: controller.target_group({"type": "GRPCRoute", "route": "calls", "version": "GRPC"}, "calls", addresses)
    grpc()
    assert unchanged(grpc)
    return service


def controller_policies(controller, service):
    """IAMAuthPolicy and AccessLogPolicy, of a Gateway and of a route."""
    lattice, network = controller.lattice, controller.network("mesh")
    for kind, resource in [("service_network", network), ("service", service)]:
        document = json.dumps(policy("vpc-lattice-svcs:Invoke", Principal="*"))
        for each in [document, document, None]:
            controller.auth_policy(kind, resource["id"], each)
        logs = controller.access_logs(resource["arn"], "arn:aws:s3:::mesh-logs", "shop/logs")
        assert controller.access_logs(resource["arn"], "arn:aws:s3:::mesh-logs", "shop/logs") == logs
        at = {"accessLogSubscriptionIdentifier": logs}
        assert lattice.get_access_log_subscription(**at)["resourceArn"] == resource["arn"]
        changed = lattice.update_access_log_subscription(**at, destinationArn="arn:aws:s3:::mesh-more-logs")
        controller.retag(changed["arn"], {"team": "orders"})
        lattice.delete_access_log_subscription(**at)
        absent(NOT_FOUND, lattice.get_access_log_subscription, **at)
        absent(NOT_FOUND, lattice.delete_access_log_subscription, **at)
        # Which kind of resource is not there decides whether the controller tries again.
        nothing = resource["arn"][:-17] + "0123456789abcdef0"
        missing = absent(NOT_FOUND, lattice.create_access_log_subscription, resourceIdentifier=nothing, destinationArn="arn:aws:s3:::mesh-logs")
        assert missing["resourceType"] == kind.upper(), missing


def controller_tls(controller, certificate):
    """A TLSRoute, and the certificate that is found for a Gateway's host name."""
    source = {"type": "TLSRoute", "route": "ledger", "version": ""}
    groups = [controller.target_group(source, backend, [("10.0.1.9", 8443)]) for backend in ["ledger", "ledger-next"]]
    for weights in [(90, 10), (10, 90)]:
        default = forward(*zip(groups, weights))
        reconcile = lambda: controller.route("ledger", ["mesh"], [], listener=("TLS_PASSTHROUGH", 443), domain="ledger.shop.example.com", default=default)
        reconcile()
        unchanged(reconcile)
    # The controller sends its defaults again where others are told.
    assert [controller.target_group(source, backend, [("10.0.1.9", 8443)]) for backend in ["ledger", "ledger-next"]] == groups
    found = controller.account.acm.all("list_certificates", "CertificateSummaryList", CertificateStatuses=["ISSUED"])
    found = one([each for each in found if each["CertificateArn"] == certificate])
    assert found["SubjectAlternativeNameSummaries"] and found["ImportedAt"], found


def controller_shared(owner, other):
    """The network is shared: another account's controller finds it by its name, joins it and puts a route into it."""
    network = owner.network("mesh")
    asked = {"name": "mesh", "resourceArns": [network["arn"]], "principals": [other.account.id]}
    share = owner.account.ram.create_resource_share(**asked)["resourceShare"]["resourceShareArn"]
    assert other.network("mesh")["id"] == network["id"]
    other.vpc_policy("mesh", [], {})
    unchanged(lambda: other.vpc_policy("mesh", [], {}))
    reconcile = lambda: other.route("ship", ["mesh"], [(PREFIX("/"), {"fixedResponse": {"statusCode": 500}})])
    reconcile()
    unchanged(reconcile)
    other.remove_route("ship")
    member = other.joined(network["id"])
    other.lattice.delete_service_network_vpc_association(serviceNetworkVpcAssociationIdentifier=member["id"])
    owner.account.ram.delete_resource_share(resourceShareArn=share)


def gateway_controller(account, other):
    """All that the controller does."""
    before = Service.calls
    mine, theirs = Controller(account, "shop-eks"), Controller(other, "other-eks")
    certificate = account.acm.import_certificate(**pair())["CertificateArn"]
    group = account.ec2.create_security_group(GroupName="mesh", Description="of the cluster", VpcId=account.vpc)["GroupId"]
    assert mine.network("mesh") is None
    mine.default_network("mesh")
    unchanged(lambda: mine.default_network("mesh"))
    unchanged(lambda: mine.vpc_policy("mesh", [], {}))
    joined = mine.joined(mine.network("mesh")["id"])
    mine.lattice.delete_service_network_vpc_association(serviceNetworkVpcAssociationIdentifier=joined["id"])
    assert mine.joined(mine.network("mesh")["id"]) is None
    mine.vpc_policy("mesh", [group], {"team": "orders"})
    unchanged(lambda: mine.vpc_policy("mesh", [group], {"team": "orders"}))
    # Pods of an exported service come and go.
    for addresses in [[("10.0.1.1", 8080)], [("10.0.1.1", 8080), ("10.0.1.2", 8080)], [("10.0.1.2", 8080)], []]:
        reconcile = lambda: mine.target_group({"type": "ServiceExport"}, "exported", addresses)
        reconcile()
        unchanged(reconcile)
    service = controller_route(mine)
    controller_policies(mine, service)
    controller_tls(mine, certificate)
    controller_shared(mine, theirs)

    for route in ["orders", "ledger"]:
        mine.remove_route(route)
    end = time.monotonic() + DRAINED
    while mine.unused():
        assert time.monotonic() < end, "target groups that nobody uses are not deleted"
        time.sleep(2)
    joined = mine.joined(mine.network("mesh")["id"])
    assert mine.owns(joined["arn"])
    mine.lattice.delete_service_network_vpc_association(serviceNetworkVpcAssociationIdentifier=joined["id"])
    mine.lattice.delete_service_network(serviceNetworkIdentifier=mine.network("mesh")["id"])
    account.acm.delete_certificate(CertificateArn=certificate)
    account.ec2.delete_security_group(GroupId=group)
    for each in [mine, theirs]:
        filters = [{"Key": key, "Values": [value]} for key, value in each.own.items()]
        left = each.account.tagging.all("get_resources", "ResourceTagMappingList", TagFilters=filters)
        assert left == [], left
    print(f"the Gateway API controller: routes of three kinds, their policies and a shared network, each reconciled until nothing changes, in {Service.calls - before} calls")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        ready = json.load(file)
    accounts = [Account(ready, index) for index in range(2)]
    drained = terraform(*accounts)
    gateway_controller(*accounts)
    drained()


if __name__ == "__main__":
    main()
