#!/usr/bin/env python3
"""Asks a running cluster, as one account, for everything that another has: it must be answered as for what there is not.

    scripts/aws-tenancy.py READY_FILE   # the file of `trellis-node dev --no-sample --ready-file READY_FILE`

Two accounts make the same estate. Every operation of every service is called by the second with each identifier that it can
take, once that of a thing of the first, once that of nothing: status, error, message and members must not differ, and no
answer names what the caller did not. Then the first shares something, and exactly what that is for differs. At last an
identity that may do one thing to one resource may do nothing else. The cluster must be new, and is used up.
"""

import copy
import functools
import importlib
import json
import re
import sys
from collections import defaultdict

import boto3
from aws_fuzz import judge, things
from aws_fuzz.call import Call, send
from aws_fuzz.identities import Iam, Sts
from aws_fuzz.lattice import Lattice
from aws_fuzz.others import Acm, Ec2, Ram, Tagging, made
from botocore import xform_name
from botocore.exceptions import ClientError

compat, refusals = importlib.import_module("aws-compat"), importlib.import_module("aws-refusals")

SECRET = "of-alpha-alone"  # the value of a tag: whoever else sees the resource does not see it
STRANGER = "999999999999"  # no account of the cluster
ALL = compat.document(("Allow", "*"))
# Values of members, where no identifier is one.
VALUES = {"PolicyDocument": ALL, "Policy": ALL, "PolicyName": "own", "VersionId": "v1", "Status": "Inactive", "TagKeys": ["key"]}
VALUES |= {"RoleSessionName": "session", "Description": "of all", "resourceOwner": "OTHER-ACCOUNTS", "CidrBlock": "10.9.0.0/16"}
VALUES |= {"IpPermissions": [{"IpProtocol": "tcp", "FromPort": 7, "ToPort": 7, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]}
# Members that inputs need beyond what the model requires.
MORE = {"AuthorizeSecurityGroupIngress": ["GroupId", "IpPermissions"], "RevokeSecurityGroupIngress": ["GroupId", "IpPermissions"]}
MORE |= {"CreateSecurityGroup": ["VpcId"], "DeleteSecurityGroup": ["GroupId"], "AssociateResourceShare": ["resourceArns"]}
MORE |= dict.fromkeys(["TagResource", "UntagResource"], ["resourceShareArn"])
MORE |= {"DisassociateResourceShare": ["resourceArns"], "CreateVpc": ["CidrBlock"], "CreateAccessKey": ["UserName"]}
MORE |= dict.fromkeys("ListSSHPublicKeys ListMFADevices ListSigningCertificates ListServiceSpecificCredentials DeleteLoginProfile".split(), ["UserName"])
MORE |= dict.fromkeys(["ListAccessKeys", "UpdateAccessKey", "DeleteAccessKey", "GetUser"], ["UserName"])
# Kinds that shapes identify, beside what the services say.
KINDS = {"VpcId": ["vpc"], "SecurityGroupId": ["sg"], "ResourceARN": [*things.LATTICE, "share", "cert"]}
VALUES |= {"Certificate": made("leaf.pem"), "PrivateKey": made("leaf.key")}
VALUES |= {"Url": "https://other-id.example.com", "ClientID": "web", "ThumbprintList": ["0" * 40]}
# Operations without a case, and why there is none.
NO_CASE = dict.fromkeys(
    """CreateService CreateServiceNetwork StartDomainVerification ListDomainVerifications ListResourceGateways ListServices ListServiceNetworks CreateUser
    CreateRole CreatePolicy CreateOpenIDConnectProvider ListOpenIDConnectProviders ListUsers ListRoles ListPolicies ListCertificates GetCallerIdentity GetSessionToken CreateVpc GetTagKeys GetTagValues ListVirtualMFADevices""".split(),
    "it names nothing",
)
NO_CASE |= dict.fromkeys(["DeleteResourceEndpointAssociation"], "a cluster has no VPC endpoints")
NO_CASE |= dict.fromkeys(["AcceptResourceShareInvitation", "GetResourceShareInvitations"], "nobody is invited")
# Answers that are good, and say for each thing that it is not there.
EACH = ["BatchUpdateRule", "TagResources", "UntagResources"]
READS = ("Get", "List", "Describe")
# What shares of these let the other account do. Source: RAM user guide, "Managed permissions"; docs/policies.md.
SHARED = {
    "sn": {
        "vpc-lattice GetServiceNetwork",
        "vpc-lattice CreateServiceNetworkServiceAssociation",
        "vpc-lattice CreateServiceNetworkVpcAssociation",
        "vpc-lattice CreateServiceNetworkResourceAssociation",
        "vpc-lattice ListServiceNetworkServiceAssociations",
        "vpc-lattice ListServiceNetworkResourceAssociations",
        "ram ListResources",
    },
}
# Of identities that may do one thing: the action, the kind of the only resource, and the call.
NARROW = [
    ("vpc-lattice:GetService", "svc", "vpc-lattice GetService"),
    ("iam:GetUser", "user-arn", "iam GetUser"),
    ("ec2:DescribeVpcs", "*", "ec2 DescribeVpcs"),
    ("ram:GetResourceShares", "*", "ram GetResourceShares"),
    ("acm:DescribeCertificate", "cert", "acm DescribeCertificate"),
    ("tag:GetResources", "*", "resourcegroupstaggingapi GetResources"),
    ("sts:AssumeRole", "role-arn", "sts AssumeRole"),
]
# Nobody signs these: what they carry says who calls.
UNSIGNED = ["sts AssumeRoleWithWebIdentity"]
# These everybody may. Source: STS API reference.
FREE = ["sts GetCallerIdentity", "sts GetSessionToken"]
# Reading a user tells what it has: docs/aws-tools.md.
OF_USER = "GetUserPolicy ListUserPolicies ListUserTags ListAttachedUserPolicies ListGroupsForUser ListAccessKeys"
OF_USER += " ListSSHPublicKeys ListMFADevices ListSigningCertificates ListServiceSpecificCredentials DeleteLoginProfile"
FREE_TOO = {"iam:GetUser": [f"iam {name}" for name in OF_USER.split()]}
DENIALS = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"]
MESSAGE = re.compile("Encoded authorization failure message: [^ <\"]+")


class Tenant:
    """An account, and what it has: an identifier, or the ARN, of each kind."""

    def __init__(self, ready, file, index, name):
        others = ready["accounts"][:index] + ready["accounts"][index + 1 :]
        own = [vpc for vpc in ready["vpcs"] if vpc["account"] == ready["accounts"][index]["id"]]
        self.ready = {**ready, "accounts": [ready["accounts"][index], *others], "vpcs": own}
        self.root, self.name = ready["accounts"][index], name
        self.keys = self.root["access_key_id"], self.root["secret_access_key"]
        self.lattice = refusals.Refusals(self.ready, file)
        self.lattice.make()
        # It is shared to be seen by all.
        self.lattice.suite.ok("delete_resource_policy", resourceArn=self.lattice.more["put_resource_policy"]["resourceArn"])
        answers = [step["answer"] for step in self.lattice.suite.transcript if "id" in step.get("answer", {})]
        self.ids = dict(self.lattice.things)
        arns = {answer["id"]: answer["arn"] for answer in answers}
        self.arns = {kind: arns[own] for kind, own in self.ids.items() if own in arns}
        self.make_others()

    def client(self, service):
        return self.lattice.client(service)

    def make_others(self):
        iam, ec2, ram, name = self.client("iam"), self.client("ec2"), self.client("ram"), self.name
        user = iam.create_user(UserName=f"{name}-user")["User"]["Arn"]
        role = iam.create_role(RoleName=f"{name}-role", AssumeRolePolicyDocument=compat.trust(user))["Role"]["Arn"]
        policy = iam.create_policy(PolicyName=f"{name}-policy", PolicyDocument=ALL)["Policy"]["Arn"]
        iam.put_user_policy(UserName=f"{name}-user", PolicyName="own", PolicyDocument=ALL)
        key = iam.create_access_key(UserName=f"{name}-user")["AccessKey"]
        self.user_keys = key["AccessKeyId"], key["SecretAccessKey"]
        rules = {"GroupId": self.ids["sg"], "IpPermissions": [{**VALUES["IpPermissions"][0], "FromPort": 5}]}
        rule = ec2.authorize_security_group_ingress(**rules)["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        share = ram.create_resource_share(name=f"{name}-share")["resourceShare"]["resourceShareArn"]
        self.ids |= {"user": f"{name}-user", "role": f"{name}-role", "role-arn": role, "user-arn": user, "policy": policy}
        oidc = iam.create_open_id_connect_provider(Url=f"https://{name}-id.example.com", ClientIDList=["web"])["OpenIDConnectProviderArn"]
        pair = {"Certificate": compat.made("leaf.pem"), "PrivateKey": compat.made("leaf.key")}
        self.ids["cert"] = self.client("acm").import_certificate(**pair)["CertificateArn"]
        self.ids |= {"oidc": oidc, "key": key["AccessKeyId"], "sgr": rule, "share": share, "message": self.denial()}

    def denial(self):
        """The message of a call that was denied."""
        iam = self.client("iam")
        iam.create_user(UserName=f"{self.name}-nobody")
        key = iam.create_access_key(UserName=f"{self.name}-nobody")["AccessKey"]
        nobody = compat.clients(self.ready, "vpc-lattice")(key)
        try:
            nobody.list_services()
        except ClientError as error:
            return error.response["Error"]["Message"].split("Encoded authorization failure message: ")[1].strip()
        raise AssertionError("whoever has no policies may list services")

    def tokens(self):
        """What tells one thing of the account from all others."""
        tails = [text.rsplit("/", 1)[-1] for kind, text in self.ids.items() if kind not in ("user", "role")]
        return [*tails, self.ids["user"], self.ids["role"], f"{self.name}-policy", f"{self.name}-share", self.root["id"]]

    def base(self, service, operation):
        """An input about what the account has."""
        if service.NAME != "vpc-lattice":
            needed = [*operation.input_shape.required_members, *MORE.get(operation.name, [])]
            members = operation.input_shape.members
            return {name: self.value(service, name, members[name]) for name in dict.fromkeys(needed)}
        given = compat.example(operation.input_shape) | self.lattice.more.get(xform_name(operation.name), {})
        text = json.dumps(given | ({"name": "other"} if "name" in given else {}))
        for kind, own in self.ids.items():
            text = text.replace(f'"{kind}-{compat.NOTHING}"', f'"{own}"')
        return json.loads(text)

    def value(self, service, name, shape):
        kinds = [kind for kind in kinds_of(service, name, shape) if kind in self.ids]
        if shape.type_name == "list":
            return VALUES.get(name) or [self.value(service, name, shape.member)]
        if shape.type_name == "map":
            return {"key": "value"}
        if shape.type_name == "structure":
            return {inner: self.value(service, inner, shape.members[inner]) for inner in shape.required_members}
        if kinds:
            return self.arns.get(kinds[0], self.ids[kinds[0]])
        if name in VALUES or shape.metadata.get("enum"):
            return VALUES.get(name) or shape.metadata["enum"][0]
        if name == "AssumeRolePolicyDocument":
            return compat.trust(self.ids["user-arn"])
        return shape.metadata.get("min", 1) if shape.type_name == "integer" else "text"


def kinds_of(service, name, shape):
    inner = shape.member if shape.type_name == "list" else shape
    return KINDS.get(inner.name) or service.kinds(name, inner)


def leaves(value, shape, path=()):
    """Every text of an input, with its way, the member that it is of, and its shape."""
    if isinstance(value, str):
        yield path, value, shape
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        inner = shape.members[key] if shape.type_name == "structure" else getattr(shape, "member", None) or shape.value
        yield from leaves(item, inner, (*path, key))


def changed(given, path, value):
    """An input with another value at the end of a way."""
    given = copy.deepcopy(given)
    *way, last = path
    holder = functools.reduce(lambda holder, key: holder[key], way, given)
    holder[last] = value
    return given


class Tenancy:
    """The two accounts, and what differed that must not."""

    def __init__(self, ready, file):
        self.ready = ready
        self.owner, self.other = Tenant(ready, file, 0, "alpha"), Tenant(ready, file, 1, "bravo")
        self.services = [each() for each in (Lattice, Iam, Sts, Ec2, Ram, Tagging, Acm)]
        self.kept, self.calls, self.cases, self.findings, self.lists = {}, 0, defaultdict(int), [], 0
        self.tokens = self.owner.tokens()
        for kind in ("sn", "svc"):
            self.owner.lattice.suite.client.tag_resource(resourceArn=self.owner.arns[kind], tags={"key": SECRET})
        # For what the owner has, what there is not.
        self.nothing = {"user": "nobody-user", "role": "nobody-role", "key": f"AKIA{'Q' * 16}", "message": "n" * 40}
        self.nothing |= {"sgr": f"sgr-{compat.NOTHING}", "vpc": f"vpc-{compat.NOTHING}", "sg": f"sg-{compat.NOTHING}"}
        for kind, own in self.owner.ids.items():
            form = own.replace("alpha-", "nobody-") if "alpha-" in own else own
            form = re.sub("(resource-share|certificate)/.*", r"\1/00000000-0000-4000-8000-000000000000", form)
            self.nothing.setdefault(kind, f"{kind}-{compat.NOTHING}" if kind in things.LATTICE else form)

    def operations(self):
        for service in self.services:
            for operation in service.operations:
                yield service, operation, f"{service.NAME} {operation.name}"

    def ask(self, service, operation, given, keys, node=0):
        """The answer to a call: status, and what is said, without what differs from call to call."""
        call = Call(service=service, operation=operation, given=given, node=node, keys=keys, scope=service.model.signing_name)
        service.write(call)
        answer = send(self.ready, self.kept, call)
        self.calls += 1
        body = MESSAGE.sub("", answer["body"].decode())
        said = service.read(answer, operation)
        asked = f"{call.path} {call.query} {json.dumps(given)}"
        if keys != self.owner.keys and keys == self.keys_of(service, self.other):
            hidden = [SECRET] if self.is_shared else [SECRET, *self.tokens]
            told = [token for token in hidden if token in body and token not in asked]
            if told:
                self.findings.append(f"{service.NAME} {operation.name} tells of {told}, asked for {given}")
        return answer["status_code"], said.error, body.replace(said.request_id, "")

    is_shared = False

    def keys_of(self, service, tenant):
        return tenant.user_keys if service.CALLER == "user" else tenant.keys

    def variants(self, kind, shape):
        """Identifiers of what the owner has of a kind, each with that of nothing."""
        mine, none = self.owner.ids[kind], self.nothing[kind]
        pairs = [(mine, none)]
        if kind in self.owner.arns:
            arn = self.owner.arns[kind]
            gone = arn[: -len(mine)] + none
            pairs += [(arn, gone), (arn, gone.replace(self.owner.root["id"], STRANGER))]
        elif mine.startswith("arn:"):
            pairs += [(mine, none.replace(self.owner.root["id"], STRANGER))]
        return [pair for pair in pairs if not list(judge.mistakes(shape, pair[0]))]

    def given(self, service, operation):
        """Inputs of the other account with one identifier that is to be the owner's: its way, kind and shape."""
        if operation.name in NO_CASE:
            return
        base, shape = self.other.base(service, operation), operation.input_shape
        owners = self.owner.base(service, operation)
        kind_of = {text: kind for tenant in (self.owner, self.other) for of in (tenant.ids, tenant.arns) for kind, text in of.items()}
        for path, text, of in leaves(owners, shape):
            if text in kind_of:
                yield base, path, kind_of[text], of
        for name, member in shape.members.items():
            inner = member.member if member.type_name == "list" else member
            for kind in kinds_of(service, name, member):
                if kind in self.owner.ids:
                    yield base | {name: [""] if inner is not member else ""}, (name, 0) if inner is not member else (name,), kind, inner

    def compare(self, only=None):
        """The operations whose answers tell what the owner has of a kind, or of any, from nothing."""
        telling = {}
        for service, operation, title in self.operations():
            seen = set()
            for base, path, kind, shape in self.given(service, operation):
                if (path, kind) in seen or only not in (None, kind):
                    continue
                seen.add((path, kind))
                self.cases[title] += only is None
                for mine, none in self.variants(kind, shape):
                    self.one(service, operation, (base, path, kind), (mine, none), telling)
        return telling

    def one(self, service, operation, case, pair, telling):
        """Both answers to one call."""
        (base, path, kind), keys, title = case, self.keys_of(service, self.other), f"{service.NAME} {operation.name}"
        answers = []
        for text in pair:
            status, error, body = self.ask(service, operation, changed(base, path, text), keys)
            for own, none in zip(pair, (pair[1], pair[1])):
                body = body.replace(own, none).replace(own.rsplit("/", 1)[-1], none.rsplit("/", 1)[-1])
            body = body.replace(STRANGER, self.owner.root["id"])
            answers.append((status, error, self.said(operation, status, body)))
            is_quiet = operation.name.startswith(READS) or operation.name in EACH
            if status < 300 and not is_quiet and not self.is_shared:
                self.findings.append(f"{title}: succeeds with {'.'.join(map(str, path))} {text}")
        if answers[0] != answers[1]:
            telling.setdefault(title, []).append((kind, path, pair, answers))

    def said(self, operation, status, body):
        """What of an answer must be the same. Of what the caller may see, errors may be told in other words."""
        if self.is_shared and operation.name in EACH:
            return re.findall('"(?:StatusCode|ErrorCode|failureCode)":[^,}]*', body)
        return body if status < 300 or not self.is_shared else ""

    def lists_of_own(self):
        """Lists of the other account tell of what is its own alone."""
        own = self.other.tokens()
        for service, operation, _ in self.operations():
            if not operation.name.startswith(READS):
                continue
            members, base = operation.input_shape.members, self.other.base(service, operation)
            words = next(([name, word] for name in base for word in members[name].metadata.get("enum", [])), None)
            inputs = [base | {words[0]: word} for word in members[words[0]].metadata["enum"]] if words else [base]
            for given in inputs:
                _, _, body = self.ask(service, operation, given, self.keys_of(service, self.other), node=1 % len(self.ready["nodes"]))
                self.lists += any(token in body for token in own)

    def narrow(self):
        """An identity that may do one thing may do nothing else."""
        iam, lattice = self.owner.client("iam"), self.owner.lattice
        lattice.suite.ok("put_resource_policy", **lattice.more["put_resource_policy"])
        lattice.suite.ok("put_auth_policy", resourceIdentifier=self.owner.ids["svc"], policy=refusals.INVOKE)
        self.share_service()
        iam.create_user(UserName="narrow")
        key = iam.create_access_key(UserName="narrow")["AccessKey"]
        keys, trusts = (key["AccessKeyId"], key["SecretAccessKey"]), compat.trust(self.owner.root["id"])
        iam.update_assume_role_policy(RoleName=self.owner.ids["role"], PolicyDocument=trusts)
        for action, kind, allowed in NARROW:
            resource = self.owner.arns.get(kind, self.owner.ids.get(kind, "*"))
            statement = {"Effect": "Allow", "Action": action, "Resource": resource}
            policy = {"Version": "2012-10-17", "Statement": [statement]}
            iam.put_user_policy(UserName="narrow", PolicyName="one", PolicyDocument=json.dumps(policy))
            for service, operation, title in self.operations():
                if operation.name == "DeleteResourceEndpointAssociation" or title in UNSIGNED:
                    continue
                for given in self.about(service, operation, kind):
                    status, error, body = self.ask(service, operation, given, keys)
                    if title == allowed or title in FREE + FREE_TOO.get(action, []):
                        if status >= 300 and title == allowed:
                            self.findings.append(f"{title} is refused, though {action} is allowed: {body[:500]}")
                    elif error not in DENIALS or status != service.status(error):
                        self.findings.append(f"{title}, where only {action} is allowed: {status} {body[:500]}, asked for {given}")

    def about(self, service, operation, kind):
        """Inputs about what the owner has, and those that name what it has of a kind in any place."""
        base = self.owner.base(service, operation)
        yield base
        for name, member in operation.input_shape.members.items():
            inner = member.member if member.type_name == "list" else member
            if kind in kinds_of(service, name, member):
                ids = [self.owner.ids[kind]] if service.NAME == "vpc-lattice" else []
                for text in [*ids, self.owner.arns.get(kind, self.owner.ids[kind])]:
                    if not list(judge.mistakes(inner, text)):
                        yield base | {name: [text] if inner is not member else text}

    def share_service(self):
        """Lets the other account see the owner's service."""
        receiver, arn = {"AWS": self.other.root["id"]}, self.owner.arns["svc"]
        policy = {"Effect": "Allow", "Principal": receiver, "Action": "vpc-lattice:GetService", "Resource": arn}
        document = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
        self.owner.lattice.suite.ok("put_resource_policy", resourceArn=arn, policy=document)

    def shares(self):
        """What is shared may be used as it says, and nothing else; afterwards it is as before."""
        owner, receiver = self.owner, self.other.root["id"]
        ram, lattice = owner.client("ram"), owner.lattice.suite.client
        for kind in ("sn", "svc"):
            lattice.delete_resource_policy(resourceArn=owner.arns[kind])
        self.is_shared = True
        share = {"resourceShareArn": owner.ids["share"]}
        entries = {"resourceArns": [owner.arns["sn"]], "principals": [receiver]}
        ram.associate_resource_share(**share, **entries)
        self.expect("a share of sn", "sn", SHARED["sn"])
        ram.disassociate_resource_share(**share, **entries)
        self.share_service()
        self.expect("a policy of svc", "svc", {"vpc-lattice GetService"})
        lattice.delete_resource_policy(resourceArn=owner.arns["svc"])
        self.expect("no policy of svc", "svc", set())

    def expect(self, what, kind, expected):
        telling = self.compare(kind)
        for title in sorted(telling.keys() ^ expected):
            case = telling.get(title, ["it should, but does not"])[0]
            self.findings.append(f"{what} changes what {title} answers: {str(case)[:1500]}")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        tenancy = Tenancy(json.load(file), sys.argv[1])
    for title, cases in tenancy.compare().items():
        for case in cases:
            tenancy.findings.append(f"{title} tells what there is from nothing: {str(case)[:1500]}")
    tenancy.lists_of_own()
    names = {title.split()[1] for _, _, title in tenancy.operations() if not tenancy.cases[title]}
    for name in sorted(names ^ NO_CASE.keys()):
        tenancy.findings.append(f"{name}: {'has no case' if name in names else 'has a case, though the table says that it has none'}")
    tenancy.narrow()
    tenancy.shares()
    covered = sum(count > 0 for count in tenancy.cases.values())
    told = f"{covered} operations with {sum(tenancy.cases.values())} identifiers of another account, {len(NO_CASE)} without one"
    print(f"{told}; {tenancy.lists} reads of what is one's own; {tenancy.calls} calls")
    if tenancy.findings:
        sys.exit("\n".join(["FINDINGS", *tenancy.findings]))


if __name__ == "__main__":
    main()
