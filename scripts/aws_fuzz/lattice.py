"""VPC Lattice, and what is plausible for it beyond its model."""

import functools

from . import errors, judge, things
from .protocols import Rest


class Lattice(Rest):
    """VPC Lattice."""

    NAME, TURNS = "vpc-lattice", 6
    COMMON, SIGNATURE, WRONG_SIGNATURE = errors.REST, errors.REST_SIGNATURE, "InvalidSignatureException"
    # The path of a call without a label is that of no operation.
    FORBIDDEN, GONE = ["ValidationException", "UnknownOperationException"], ["ResourceNotFoundException"]
    TOO_LARGE = ["RequestEntityTooLargeException", "ValidationException"]
    KEPT = {"snva": 0, "dv": 1}
    DOMAINS = [f"d{number}.example.com" for number in range(300)]
    POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "%s", "Principal": "*", "Action": [%s], "Resource": "*"}]}'
    INVOKE, SHARE = '"vpc-lattice-svcs:Invoke"', '"vpc-lattice:GetService", "vpc-lattice:GetServiceNetwork"'
    WORDS = {
        "AccessLogDestinationArn": ["arn:aws:s3:::trellis", "arn:aws:logs:eu-west-1:111111111111:log-group:a:*"],
        "AuthPolicyString": [POLICY % ("Allow", INVOKE), POLICY % ("Deny", ", ".join([INVOKE] * 450)), "{}", "no JSON"],
        "CertificateArn": ["", "arn:aws:acm:eu-west-1:111111111111:certificate/0-a"], "VpcEndpointOwner": ["111111111111"],
        "DomainName": DOMAINS, "ServiceCustomDomainName": DOMAINS, "PrivateDnsSpecifiedDomain": ["*.example.org", "-"],
        "HealthCheckPath": ["", "/", "/health?a=b"], "HttpCodeMatcher": ["", "200", "200-299,404", "999", "-"],
        "HttpMethod": ["GET", "POST", "", "purge", "é"], "HttpStatusCode": [404, 500, 404, 500, 200, 599],
        "PathMatchExact": ["/", "/a", "/a/b?c=d"], "PathMatchPrefix": ["/", "/a"], "HeaderMatchName": ["x-a", "no name"],
        "PolicyString": [POLICY % ("Allow", SHARE), POLICY % ("Allow", '"vpc-lattice:*"'), "no JSON"],
        "IpAddress": ["10.0.0.7", "fd00::7", "8.8.8.8", "text"], "PortRange": ["80", "1-65535", "0", "9-1", "99999"],
        "SecurityGroupId": ["sg-00000000", "sg-00000000000000000"], "SubnetId": ["subnet-00000000000000000", "subnet-1"],
        "TagKey": ["team", "a b", "ключ", "cost:center", "a/b+c=d@e", "k" * 128, "aws:own"],
        "TagValue": ["", "x", "значение", "v" * 256, "a\tb"],
        # Nothing listens there: targets are probed.
        "TargetIdString": [f"127.99.0.{number}" for number in range(1, 9)]
        + ["i-00000000", "fd00::7", "0.0.0.0", "text", "arn:aws:lambda:eu-west-1:111111111111:function:f"],
        "WildcardArn": ["arn:aws:rds:eu-west-1:111111111111:cluster:db"], "VpcEndpointId": ["vpce-00000000000000000"],
    }
    # How often members are there that need not be, where it is not every second time.
    OFTEN = {"vpcIdentifier": 0.95, "securityGroupIds": 0.04, "nextToken": 0.05, "dnsOptions": 0.2, "tags": 0.3}
    OFTEN |= dict.fromkeys(["sharingConfig", "domainVerificationIdentifier", "healthCheck", "clientToken"], 0.2)

    @functools.cache
    def kinds(self, name, shape):
        """The kinds that a value of this shape identifies; values with words of their own identify none."""
        if shape.name in self.WORDS or not shape.name.endswith(("Identifier", "WithoutRegex", "Arn")):
            return []
        fitting = [kind for kind in things.LATTICE if not [*judge.mistakes(shape, things.identifier(kind))]]
        return fitting if "pattern" in shape.metadata else ["sn"]

    def plausible(self, draw, operation, given):
        """An input whose members agree with each other, as the service demands beyond its model."""
        match operation, given.get("type"):
            case "CreateTargetGroup", kind:
                config = {"protocol": draw.choice(["HTTP", "HTTP", "HTTPS", "TCP"]), "vpcIdentifier": draw.vpc}
                given |= {"config": None if kind == "LAMBDA" else config | {"port": draw.randint(1, 65535)}}
            case "CreateResourceConfiguration", kind:
                parent = ("resourceConfigurationGroup", "rcfg") if kind == "CHILD" else ("resourceGateway", "rgw")
                given = {"name": given["name"], "type": kind, f"{parent[0]}Identifier": draw.thing([parent[1]])}
                dns = {"dnsResource": {"domainName": draw.choice(self.DOMAINS), "ipAddressType": "IPV4"}}
                definitions = {"ARN": {"arnResource": {"arn": self.WORDS["WildcardArn"][0]}}, "GROUP": None}
                given["resourceConfigurationDefinition"] = definitions.get(kind, dns)
        return given
