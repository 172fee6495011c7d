"""What there is in the cluster, as answers told of it."""

import re
import threading
from collections import defaultdict

# By kind of a resource of VPC Lattice, the prefix of its id: what stands before it in its ARN.
LATTICE = {"sn": "servicenetwork", "svc": "service", "tg": "targetgroup", "als": "accesslogsubscription"}
LATTICE |= {"rcfg": "resourceconfiguration", "rgw": "resourcegateway", "rea": "resourceendpointassociation"}
LATTICE |= {"dv": "domainverification", "listener": "service/svc-00000000000000000/listener"}
LATTICE |= {"snsa": "servicenetworkserviceassociation", "rule": f"{LATTICE['listener']}/listener-00000000000000000/rule"}
LATTICE |= {"snva": "servicenetworkvpcassociation", "snra": "servicenetworkresourceassociation"}
# By kind: an identifier.
FORMS = {kind: f"arn:aws:vpc-lattice:{{region}}:{{account}}:{place}/{kind}-0{{number:016x}}" for kind, place in LATTICE.items()}
FORMS |= {"vpc": "vpc-0{number:016x}", "sg": "sg-0{number:016x}", "sgr": "sgr-0{number:016x}", "key": "AKIA{number:016X}"}
FORMS |= {"user": "nobody-{number:x}", "role": "nobody-{number:x}", "role-arn": "arn:aws:iam::{account}:role/none-{number:x}"}
FORMS |= {"policy": "arn:aws:iam::{account}:policy/none-{number:x}", "message": "none{number:x}"}
FORMS |= {"oidc": "arn:aws:iam::{account}:oidc-provider/none-{number:x}.example.com"}
FORMS |= {"share": "arn:aws:ram:{region}:{account}:resource-share/0b0c0d0e-0000-4000-8000-{number:012x}"}
FORMS |= {"cert": "arn:aws:acm:{region}:{account}:certificate/0b0c0d0e-0000-4000-8000-{number:012x}"}
ARN = re.compile(r"arn:aws:vpc-lattice:[a-z0-9-]+:(\d{12}):[a-z]+/(?:[0-9a-z-]+/)*([a-z]+)-[0-9a-z]{17}")
OTHER_ARN = re.compile(r"arn:aws:(?:iam|ram|acm):[a-z0-9-]*:(\d{12}):(policy|role|oidc-provider|resource-share|certificate)/.+")
OTHER_KINDS = {"role": "role-arn", "oidc-provider": "oidc", "resource-share": "share", "certificate": "cert"}
# Members whose values are identifiers, of kinds that begin so.
MEMBERS = {"UserName": ("user", ""), "RoleName": ("role", ""), "AccessKeyId": ("key", "AKIA"), "VpcId": ("vpc", "vpc-")}
MEMBERS |= {"GroupId": ("sg", "sg-"), "SecurityGroupRuleId": ("sgr", "sgr-")}
TOKENS = ["nextToken", "NextToken", "Marker", "PaginationToken"]


def identifier(kind, region="eu-west-1", account="000000000000", number=0):
    """An identifier that is as those of a kind are."""
    return FORMS[kind].format(region=region, account=account, number=number % 2**48)


def texts(value, name=""):
    """Every text in a value, with the member that it is of."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else ((name, item) for item in value):
            yield from texts(item, key)


class Things:
    """Identifiers by kind and account, and page tokens by service. What is gone stays until a call does not find it."""

    def __init__(self, kept):
        self.lock, self.live, self.tokens = threading.Lock(), defaultdict(list), defaultdict(lambda: [None] * 5)
        self.known = set(kept)  # these are never to be used up

    def learn(self, service, told, account):
        """Notes everything that an answer to an account names."""
        for name, text in texts(told):
            if name in TOKENS:
                self.tokens[service].append(text)
            found, other = ARN.fullmatch(text), OTHER_ARN.fullmatch(text)
            kind, beginning = MEMBERS.get(name, ("", ""))
            if found:
                self.note(found[2], found[1], text)
            elif other:
                self.note(OTHER_KINDS.get(other[2], other[2]), other[1], text)
            elif kind and text.startswith(beginning):
                self.note(kind, account, text)

    def note(self, kind, account, identifier):
        if (kind, account, identifier) not in self.known and identifier not in self.known:
            self.known.add((kind, account, identifier))
            self.live[kind, account].append(identifier)

    def forget(self, identifier, account):
        """Notes that something of an account is gone, and what was part of it."""
        tail = identifier.rsplit("/", 1)[-1]
        for key in [key for key in self.live if key[1] == account]:
            gone = [each for each in self.live[key] if tail in each.split("/")]
            self.live[key] = [each for each in self.live[key] if each not in gone]
            self.known -= {(*key, each) for each in gone}
