"""IAM and STS, and what is plausible for them beyond their models."""

from . import errors
from .protocols import Query

NAMES = [f"name-{number}" for number in range(200)]
POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "%s", "Action": "%s", "Resource": "*"}]}'
TRUST = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}'
POLICIES = [POLICY % ("Allow", "vpc-lattice:*"), POLICY % ("Deny", "ec2:CreateVpc"), POLICY % ("Allow", "iam:Get*"), "{}", "no JSON", TRUST]
# The head of a token that nobody signed, of {"alg": "RS256"}.
TOKEN = "eyJhbGciOiJSUzI1NiJ9"
TAG_KEYS = ["team", "a b", "ключ", "cost:center", "a/b+c=d@e", "k" * 128, "aws:own", "Team"]


class Identities(Query):
    """A service of identities."""

    COMMON, SIGNATURE, WRONG_SIGNATURE = errors.QUERY, errors.QUERY_SIGNATURE, "SignatureDoesNotMatch"
    FORBIDDEN, GONE = ["ValidationError", "InvalidAction", "MalformedQueryString"], ["NoSuchEntity"]
    TOO_LARGE = ["ValidationError"]


class Iam(Identities):
    """IAM."""

    NAME, TURNS = "iam", 5
    KINDS = {"UserName": ["user"], "RoleName": ["role"], "PolicyArn": ["policy"], "AccessKeyId": ["key"]}
    KINDS |= {"OpenIDConnectProviderArn": ["oidc"]}
    WORDS = {
        "VersionId": ["v1", "v2", "v3", "v4", "v5", "v9"], "PolicyName": ["own", "other", "a.b", "p" * 128],
        "PolicyDocument": POLICIES, "AssumeRolePolicyDocument": [TRUST, TRUST, TRUST, *POLICIES], "Path": ["/", "/team/", "/a/b/"],
        "PathPrefix": ["/", "/team", "/team/", "/none/"], "tagKeyType": TAG_KEYS, "MaxSessionDuration": [3600, 43200, 3599],
        "tagValueType": ["", "x", "значение", "v" * 256, "a b"], "Description": ["", "for people", "one\ttwo\r\nthree", "é <&> ÿ"],
        "PermissionsBoundary": ["arn:aws:iam::111111111111:policy/boundary"],
        "Url": [f"https://id{number}.example.com" for number in range(40)] + ["http://id.example.com", "https://id.example.com/a?b"],
        "clientIDType": ["sts.amazonaws.com", "web", "c" * 255], "thumbprintType": ["0123456789" * 4, "z" * 40],
    }
    OFTEN = {"Marker": 0.05, "PermissionsBoundary": 0.02, "Tags": 0.3, "UserName": 0.97, "Scope": 0.2, "PolicyUsageFilter": 0.2}
    KEPT = {"user": 5, "role": 5, "policy": 5, "key": 2, "oidc": 5}
    WEIGHTS = {"Create": 5, "Delete": 3, "Put": 3, "Attach": 3, "List": 1.5, "Get": 2}

    def plausible(self, draw, operation, given):
        match operation:
            case "CreateUser":
                given["UserName"] = draw.choice(NAMES)
            case "CreateRole":
                given["RoleName"] = draw.choice(NAMES)
            case "CreatePolicy":
                given["PolicyName"] = draw.choice(NAMES)
        return given


class Sts(Identities):
    """STS, asked by a user: the root may have no session."""

    NAME, TURNS, CALLER = "sts", 2, "user"
    COMMON, FORBIDDEN = errors.STS, [*Identities.FORBIDDEN, "InvalidParameterValue"]
    KINDS = {"RoleArn": ["role-arn"], "arn": ["policy"], "EncodedMessage": ["message"]}
    WORDS = {
        "Policy": POLICIES, "RoleSessionName": ["s1", "a,b@c=d", "r" * 64], "tagKeyType": TAG_KEYS, "SourceIdentity": ["anna", "s" * 64],
        "clientTokenType": ["no token", TOKEN + ".e30.", TOKEN + ".eyJpc3MiOiJodHRwczovL2lkMS5leGFtcGxlLmNvbSJ9.AAAA", "t" * 20_000],
        "ProviderId": ["www.amazon.com", "graph.facebook.com"],
        "tagValueType": ["", "x", "значение", "v" * 256], "DurationSeconds": [900, 3600, 3600, 43200, 899, 129600],
    }
    OFTEN = {"SerialNumber": 0.05, "TokenCode": 0.05, "ProvidedContexts": 0.02, "ProviderId": 0.05, "PolicyArns": 0.2, "Policy": 0.3, "Tags": 0.2}
    OFTEN |= {"TransitiveTagKeys": 0.1}
    WEIGHTS = {"Assume": 5}
