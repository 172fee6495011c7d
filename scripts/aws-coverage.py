#!/usr/bin/env python3
"""Writes docs/aws-coverage.md: which operations of AWS's APIs there are, and what the gate sees of them.

    scripts/aws-coverage.py            # writes docs/aws-coverage.md
    scripts/aws-coverage.py --check    # fails where it is not what it would write

Operations come from the models of an installed botocore; those that there are from the tables that
`scripts/generate-aws-model.py` writes; what is seen from the calls in `scripts/aws-compat.py`.
"""

import importlib
import pathlib
import re
from collections import defaultdict

from botocore import xform_name
from botocore.loaders import Loader
from generated import settle

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/aws-coverage.md"
SERVICES = ["vpc-lattice", "sts", "iam", "resourcegroupstaggingapi", "ec2", "ram", "acm"]
# Modules that are not called as their service is.
MODULES = {"resourcegroupstaggingapi": "tagging"}
# What differs from AWS, by operation; `*` for a whole service.
DEVIATIONS = {
    ("vpc-lattice", "*"): "Every change is done when it is answered: what AWS reports as in progress is ACTIVE at once, and a deletion that "
    "was answered is done. Lists whose filter names nothing are empty.",
    ("vpc-lattice", "StartDomainVerification"): "stays `PENDING`: nobody looks the TXT record up yet",
    ("vpc-lattice", "ListTagsForResource"): "needs the action that reads the resource, such as `vpc-lattice:GetService`, beside its own",
    ("vpc-lattice", "GetAuthPolicy"): "where there is none, needs the action that reads the resource beside its own",
    ("vpc-lattice", "GetResourcePolicy"): "where there is none, needs the action that reads the resource beside its own",
    ("vpc-lattice", "CreateResourceConfiguration"): "no traffic is forwarded to it yet",
    ("vpc-lattice", "ListServiceNetworkVpcEndpointAssociations"): "always empty: a cluster has no VPC endpoints",
    ("vpc-lattice", "ListResourceEndpointAssociations"): "always empty: a cluster has no VPC endpoints",
    ("vpc-lattice", "DeleteResourceEndpointAssociation"): "finds nothing: a cluster has no VPC endpoints",
    ("vpc-lattice", "BatchUpdateRule"): "the rules are changed at once where all can be, so that two can exchange their priorities",
    ("vpc-lattice", "UpdateResourceGateway"): "does not tell `ipAddressType` of a DUALSTACK gateway, as its model lacks the word",
    ("iam", "*"): "The subset of identities: users, access keys, roles, inline and managed policies, OIDC providers, tags. To put or delete an inline policy needs "
    "`iam:UpdateUser` or `iam:UpdateRole` and `iam:GetUser` or `iam:GetRole` beside AWS's own action; lists of what a user, role or policy has need "
    "`iam:GetUser`, `iam:GetRole` or `iam:GetPolicy` in its place.",
    ("iam", "ListPolicies"): "a cluster has no policies of AWS's own",
    ("iam", "AttachUserPolicy"): "to attach what is attached already needs `iam:UpdateUser`",
    ("iam", "AttachRolePolicy"): "to attach what is attached already needs `iam:UpdateRole`",
    ("iam", "CreateAccessKey"): "not for the root, whose keys are the admin API's; the same holds of the other operations of keys",
    ("iam", "CreateRole"): "permissions boundaries are refused",
    ("iam", "CreateUser"): "permissions boundaries are refused",
    ("iam", "ListGroupsForUser"): "always empty: there are no groups",
    ("iam", "ListInstanceProfilesForRole"): "always empty: there are no instance profiles",
    ("iam", "ListMFADevices"): "always empty: there are no MFA devices",
    ("iam", "ListServiceSpecificCredentials"): "always empty: there are no such credentials",
    ("iam", "ListSigningCertificates"): "always empty: there are no such certificates",
    ("iam", "ListSSHPublicKeys"): "always empty: there are no such keys",
    ("iam", "ListVirtualMFADevices"): "always empty: there are no MFA devices",
    ("iam", "DeleteLoginProfile"): "finds nothing: a cluster has no passwords",
    ("sts", "AssumeRole"): "MFA and provided contexts are refused; a policy that names the session gives it no more than its session policy",
    ("iam", "CreateOpenIDConnectProvider"): "a port is allowed; nobody fetches thumbprints, and none is compared: TLS of the system's authorities is what counts, "
    "and those that the admin API gives for a provider",
    ("sts", "AssumeRoleWithWebIdentity"): "access tokens of OAuth 2.0 (`ProviderId`) are refused; keys are fetched from the provider's own host, or given",
    ("sts", "GetSessionToken"): "MFA is refused; not for the root; the session ends with the access key",
    ("sts", "DecodeAuthorizationMessage"): "messages name no statements and conditions, but say in `reason` what decided",
    ("resourcegroupstaggingapi", "*"): "Tags of resources of VPC Lattice, VPCs, security groups, resource shares and certificates of the caller's account and region. A listener or a "
    "rule is of its own type, such as `vpc-lattice:rule`. To tag needs the action of the resource's service beside `tag:TagResources`.",
    ("resourcegroupstaggingapi", "GetResources"): "does not remember what had tags once; compliance with tag policies is refused, as there are none",
    ("ec2", "*"): "The subset of VPCs and security groups. `DryRun` is honoured. There are no default VPCs or groups, so groups are named by their ids. "
    "A VPC without address blocks is told with `0.0.0.0/0`: it holds every address. What the registry has no place for is `UnsupportedOperation`.",
    ("ec2", "AuthorizeSecurityGroupIngress"): "sources are ranges of addresses and the protocol is TCP; other groups, prefix lists, tags of rules and other protocols are refused",
    ("ec2", "CreateVpc"): "with one IPv4 block; IPv6 blocks, IPAM and tenancies are refused. In the admin API the VPC is called `ec2-` and the id of the request",
    ("ec2", "DescribeSecurityGroups"): "tells that everything may go out: nothing limits that",
    ("ec2", "DescribeVpcs"): "filters that look at ids of associations are refused",
    ("ec2", "RevokeSecurityGroupIngress"): "ids of rules are made of what they let in; one that is made again has its old id",
    ("ram", "*"): "The subset of shares with accounts. A share grants the default managed permission of each kind of resource, beside resource policies, which it never "
    "changes; a deny of such a policy goes first. All accounts of a cluster are in one organisation: nobody is invited, a share holds at once.",
    ("acm", "*"): "The subset of imported certificates. Nothing is requested, validated, renewed or exported. A service may name any certificate, and none is "
    "served, as there are no TLS listeners yet; one that services of the account name cannot be deleted.",
    ("acm", "ImportCertificate"): "up to 32,768 bytes of chain, which must begin with the issuer's certificate; of an RSA key of 1024 bits modulus and exponent alone are compared; "
    "tags need `acm:AddTagsToCertificate`, too",
    ("acm", "DescribeCertificate"): "key usages are empty where the certificate names none; addresses are not among its alternative names",
    ("acm", "ListCertificates"): "without `keyTypes` RSA_1024 and RSA_2048 alone, as AWS documents; of several values of one filter any will do",
    ("ram", "AcceptResourceShareInvitation"): "finds nothing: nobody is invited",
    ("ram", "UpdateResourceShare"): "a share keeps its name",
    ("ram", "TagResource"): "of shares alone, not of permissions; the same holds of `UntagResource`",
    ("ram", "ListResourceSharePermissions"): "those of the types of what is in the share; for its owner alone",
    ("ram", "CreateResourceShare"): "permissions other than the default ones, sources, organisations, users and roles are refused; so are accounts that the cluster has not",
    ("ram", "GetResourceShareInvitations"): "always empty: nobody is invited",
}


def seen():
    """By operation in the words of boto3: whether it succeeds, and the errors that it is refused with."""
    text = (ROOT / "scripts/aws-compat.py").read_text()
    succeed = set(re.findall(r'\.ok\(\s*"(\w+)"', text)) | set(re.findall(r"\b(?:sts|iam|own|anna\[1\])\.(\w+)\(", text))
    refused = defaultdict(set)
    for code, operation in re.findall(r'\.refused\(\s*"([\w.]+)",\s*"(\w+)"', text):
        refused[operation].add(code)
    for code, operation in re.findall(r'\("(\w+)", (?:sts|iam|own|anna\[1\])\.(\w+),', text):
        refused[operation].add(code)
    return succeed, refused


def rows(service):
    """A row of the table for each operation of a service."""
    model = Loader().load_service_model(service, "service-2")
    table = (ROOT / "node/aws/src" / MODULES.get(service, service.replace("-", "_")) / "model/operations.rs").read_text()
    there = set(re.findall(r'name: "(\w+)"', table))
    succeed, refused = seen()
    # Of a subset only what there is.
    for name in sorted(there if (service, "*") in DEVIATIONS and len(there) < len(model["operations"]) else model["operations"]):
        word, deviation = xform_name(name), DEVIATIONS.get((service, name), "")
        succeeds = "yes" if word in succeed else "no"
        errors = ", ".join(sorted(refused[word])) or "–"
        yield f"| `{name}` | yes | {succeeds} | {errors} | {deviation} |" if name in there else f"| `{name}` | no | | | |"


def page():
    yield "# Coverage of AWS's APIs"
    yield ""
    yield "Written by `scripts/aws-coverage.py` from botocore's models; change that, not this. How to use the APIs: [aws-tools](aws-tools.md)."
    yield "*Succeeds* and *refused* are what `scripts/aws-compat.py` sees of an operation with boto3 in every run of the gate."
    yield "Beside what is told here, every operation of VPC Lattice is refused with every error of its model in `scripts/aws-refusals.py`, but for"
    yield "those of the last table, for which it has no reason."
    for service in SERVICES:
        yield f"\n## {service}\n"
        if (service, "*") in DEVIATIONS:
            yield DEVIATIONS[service, "*"] + "\n"
        yield "| operation | there | succeeds | refused | differs from AWS |"
        yield "|---|---|---|---|---|"
        yield from rows(service)
    yield "\n## Errors that never are\n"
    yield "| operation of VPC Lattice | error | why |"
    yield "|---|---|---|"
    for error, operations in sorted(importlib.import_module("aws-refusals").NEVER.items()):
        yield from (f"| `{operation}` | {error} | {why} |" for operation, why in operations.items())


def main():
    settle(__doc__.splitlines()[0], [(PAGE, "\n".join(page()) + "\n")])


if __name__ == "__main__":
    main()
