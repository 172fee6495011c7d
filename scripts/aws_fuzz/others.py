"""EC2, RAM, ACM and the Resource Groups Tagging API, and what is plausible for them beyond their models."""

import base64
import pathlib

from . import errors, things
from .identities import TAG_KEYS
from .protocols import Ec2Query, Json, Rest

TAG_VALUES = ["", "x", "значение", "v" * 256, "a b"]
SHARED = ["sn", "svc", "rcfg"]
# Certificates and keys that were made for tests, valid until 2120.
MADE = pathlib.Path(__file__).resolve().parents[2] / "node/core/tests/certificates"


class Ec2(Ec2Query):
    """EC2: VPCs and security groups."""

    NAME, TURNS = "ec2", 3
    COMMON, SIGNATURE, WRONG_SIGNATURE = errors.EC2, errors.EC2_SIGNATURE, "AuthFailure"
    FORBIDDEN = """InvalidParameterValue MissingParameter InvalidAction MalformedQueryString UnknownParameter""".split()
    GONE, TOO_LARGE = ["InvalidVpcID.NotFound", "InvalidGroup.NotFound"], ["InvalidParameterValue"]
    KINDS = {"VpcId": ["vpc"], "VpcIds": ["vpc"], "GroupId": ["sg"], "GroupIds": ["sg"], "SecurityGroupRuleIds": ["sgr"]}
    RANGES = ["10.0.0.0/8", "10.1.2.3/16", "0.0.0.0/0", "192.168.0.0/16", "10.0.0.0/33", "10.0.0.0", "text"]
    WORDS = {
        "CidrBlock": ["10.0.0.0/16", "10.1.2.3/20", "192.168.0.0/28", "10.0.0.0/8", "fd00::/56", "text"], "CidrIp": RANGES,
        "CidrIpv6": ["fd00::/8", "::/0", "2001:db8::1/64", "10.0.0.0/8"], "IpProtocol": ["tcp"] * 7 + ["6", "-1", "udp", "icmp", "TCP"],
        "FromPort": [80, 443, 0, 1, -1, 65536], "ToPort": [80, 443, 443, 65535, 65536], "Description": ["", "for people", "é <&>", "d" * 256],
        "GroupName": [f"group-{number}" for number in range(200)] + ["sg-own", "", "g" * 256],
        "Name": "vpc-id owner-id tag-key tag:team group-name cidr state is-default ip-permission.cidr colour".split(),
        "Values": ["*", "true", "available", "group-1*", "a?c", r"\*", "tcp", ""], "Key": TAG_KEYS, "Value": TAG_VALUES,
        "ResourceType": ["vpc", "vpc", "security-group", "security-group", "instance"],
    }
    # What there is no place for.
    ABSENT = """Ipv6Pool Ipv6CidrBlock Ipv4IpamPoolId Ipv4NetmaskLength Ipv6IpamPoolId Ipv6NetmaskLength Ipv6CidrBlockNetworkBorderGroup
    VpcEncryptionControl AmazonProvidedIpv6CidrBlock SourceSecurityGroupName SourceSecurityGroupOwnerId UserIdGroupPairs PrefixListIds"""
    OFTEN = dict.fromkeys(ABSENT.split(), 0.02) | dict.fromkeys(["DryRun", "NextToken", "InstanceTenancy", "GroupNames"], 0.05)
    OFTEN |= dict.fromkeys(["VpcIds", "GroupIds", "TagSpecifications", "SecurityGroupRuleIds"], 0.3)
    OFTEN |= dict.fromkeys(["VpcId", "GroupId", "CidrBlock", "IpProtocol", "FromPort", "ToPort", "IpRanges"], 0.95)
    KEPT = {"vpc": 2, "sg": 2}
    WEIGHTS = {"Create": 4, "Authorize": 4, "Delete": 3, "Describe": 3}

    def plausible(self, draw, operation, given):
        match operation:
            case "CreateVpc":
                given["TagSpecifications"] = [{"ResourceType": "vpc", "Tags": [{"Key": draw.choice(TAG_KEYS), "Value": "x"}]}]
            case "DescribeVpcs" | "DescribeSecurityGroups" if draw.random() < 0.5:
                given = {"MaxResults": given.get("MaxResults", 5)} | ({"NextToken": given["NextToken"]} if "NextToken" in given else {})
            case "AuthorizeSecurityGroupIngress" | "RevokeSecurityGroupIngress":
                permission = {"IpProtocol": "tcp", "FromPort": draw.randint(1, 9), "ToPort": draw.randint(9, 12)}
                permission["IpRanges"] = [{"CidrIp": draw.choice(self.RANGES[:4])}]
                given = {"GroupId": draw.thing(["sg"]), "IpPermissions": [permission]}
            case "DeleteSecurityGroup":
                given.pop("GroupName", None)
        return given


class Ram(Rest):
    """RAM."""

    NAME, TURNS, TIMES = "ram", 3, "unixTimestamp"
    COMMON, SIGNATURE, WRONG_SIGNATURE = errors.REST, errors.REST_SIGNATURE, "InvalidSignatureException"
    FORBIDDEN, GONE = ["InvalidParameterException", "ValidationException", "UnknownOperationException"], ["UnknownResourceException"]
    TOO_LARGE = ["ValidationException"]
    KINDS = {"resourceShareArn": ["share"], "resourceShareArns": ["share"], "resourceArns": SHARED, "resourceArn": SHARED}
    WORDS = {
        "resourceType": ["vpc-lattice:Service", "vpc-lattice:ServiceNetwork", "ec2:Subnet"], "key": TAG_KEYS, "value": TAG_VALUES,
        "tagKey": TAG_KEYS, "tagValues": TAG_VALUES, "permissionArns": ["arn:aws:ram::aws:permission/x"], "permissionVersion": [1],
        "sources": ["111111111111"], "resourceShareInvitationArn": ["arn:aws:ram:eu-west-1:111111111111:resource-share-invitation/x"],
        "resourceShareInvitationArns": ["arn:aws:ram:eu-west-1:111111111111:resource-share-invitation/x", "text"],
        "name": ["one", "two", "é", "n" * 256],
    }
    OFTEN = {"sources": 0.02, "permissionArns": 0.02, "resourceShareConfiguration": 0.02, "permissionArn": 0.02, "permissionVersion": 0.02}
    OFTEN |= {"nextToken": 0.05, "resourceShareArns": 0.2, "resourceArn": 0.2, "principal": 0.2, "clientToken": 0.2}
    KEPT = {"share": 4}

    def plausible(self, draw, operation, given):
        strangers = ["999999999999", draw.own, "arn:aws:iam::111111111111:role/x", "o-text"]
        if "principals" in given:
            given["principals"] = [draw.other if draw.random() < 0.9 else draw.choice(strangers)]
        if "principal" in given:
            given["principal"] = draw.choice([draw.other, draw.own, *strangers])
        return given


class Tagging(Json):
    """The Resource Groups Tagging API."""

    NAME, TURNS = "resourcegroupstaggingapi", 2
    COMMON, SIGNATURE, WRONG_SIGNATURE = errors.TAGGING, errors.REST_SIGNATURE, "InvalidSignatureException"
    FORBIDDEN = ["InvalidParameterException", "SerializationException", "UnknownOperationException"]
    TOO_LARGE = ["InvalidParameterException"]
    KINDS = {"ResourceARN": [*things.LATTICE, "share", "cert"]}
    WORDS = {
        "TagKey": TAG_KEYS, "TagValue": TAG_VALUES, "ResourceTypeFilters": ["vpc-lattice", "vpc-lattice:service", "ec2:vpc", "ram", "s3", "a:b:c"],
        "ResourcesPerPage": [1, 7, 100, 0, 101, -1], "TagsPerPage": [100, 500, 99, 501],
    }
    OFTEN = {"IncludeComplianceDetails": 0.05, "ExcludeCompliantResources": 0.05, "PaginationToken": 0.05, "ResourceARNList": 0.2}
    WEIGHTS = {"Tag": 4, "Untag": 2}


def made(*names):
    """The text of files of certificates and keys, as JSON has it."""
    return base64.b64encode(b"".join((MADE / name).read_bytes() for name in names)).decode()


class Acm(Json):
    """ACM: certificates that were imported."""

    NAME, TURNS = "acm", 2
    COMMON, SIGNATURE, WRONG_SIGNATURE = errors.ACM, errors.REST_SIGNATURE, "InvalidSignatureException"
    FORBIDDEN = ["ValidationException", "SerializationException", "UnknownOperationException", "InvalidArnException", "InvalidTagException"]
    GONE, TOO_LARGE = ["ResourceNotFoundException"], ["ValidationException"]
    KINDS = {"CertificateArn": ["cert"]}
    # Certificates whose keys are called as they are.
    PAIRS = ["leaf", "renewed", "p256", "p256-renewed", "p384", "p521", "rsa1024"]
    OTHERS = [made("expired.pem"), made("nameless.pem"), made("leaf.pem", "issuing.pem"), base64.b64encode(b"text").decode()]
    WORDS = {
        "Certificate": [*(made(f"{name}.pem") for name in PAIRS), *OTHERS], "CertificateChain": [made("issuing.pem"), made("issuing.pem", "root.pem")],
        "PrivateKey": [*(made(f"{name}.key") for name in PAIRS), made("leaf-encrypted.key"), made("ed25519.key")],
        "Key": TAG_KEYS, "Value": TAG_VALUES, "MaxItems": [1, 2, 1000, 0, 1001, -1],
    }
    OFTEN = {"NextToken": 0.1, "CertificateStatuses": 0.2, "CertificateChain": 0.2, "SortBy": 0.3, "SortOrder": 0.3, "managedBy": 0.05, "exportOption": 0.1}
    KEPT = {"cert": 3}
    WEIGHTS = {"Import": 6, "Delete": 3}

    def plausible(self, draw, operation, given):
        if operation == "ImportCertificate":
            pair = draw.choice(self.PAIRS)
            given |= {"Certificate": made(f"{pair}.pem"), "PrivateKey": made(f"{pair}.key")}
            given.pop("CertificateChain", None)
            # One that is imported again keeps its tags.
            given.pop(draw.choice(["Tags", "CertificateArn"]), None)
        if ("SortBy" in given) != ("SortOrder" in given):
            given = {name: value for name, value in given.items() if name not in ("SortBy", "SortOrder")}
        return given
