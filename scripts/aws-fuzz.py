#!/usr/bin/env python3
"""Sends a running cluster calls that are made up from botocore's model of a service, and judges every answer by it.

    scripts/aws-fuzz.py READY_FILE [--seed N] [--calls 20000]

READY_FILE is that of `trellis-node dev --no-sample --ready-file READY_FILE`. Some calls are damaged. A seed sends the same
calls again, apart from the ids that the cluster gives. Ends with 1 where an answer is not what the model allows.
"""

import argparse
import contextlib
import functools
import http.client
import json
import random
import re
import threading
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from urllib.parse import quote, unquote, urlsplit

from botocore import auth, awsrequest, credentials, loaders, model, parsers

# Errors of any call, with their statuses where the service has no shape for them; those of 5xx are never right here.
# Source: VPC Lattice API reference, "Common Errors", with the names that AWS's endpoints send for signatures.
SIGNATURE = ["ExpiredTokenException", "IncompleteSignatureException", "InvalidSignatureException"]
SIGNATURE += ["MissingAuthenticationTokenException", "UnrecognizedClientException"]
COMMON = dict.fromkeys([*SIGNATURE, "AccessDeniedException"], 403)
COMMON |= {"ThrottlingException": 429, "UnknownOperationException": 404, "ValidationException": 400}
COMMON |= {"MalformedHttpRequestException": 400, "RequestEntityTooLargeException": 413, "RequestTimeoutException": 408}
# What a call that the model forbids is refused with; the path of one without a label is that of no operation.
FORBIDDEN = ["ValidationException", "UnknownOperationException"]
WORKERS, DAMAGED, FINDINGS_MAX = 4, 0.4, 50
BODY_BYTES_MAX = 4 * 1024 * 1024  # default of the node's `control.body_bytes_max`
ARN = re.compile(r'"(arn:aws:vpc-lattice:[a-z0-9-]+:(\d{12}):[a-z]+/(?:[0-9a-z-]+/)*([a-z]+)-[0-9a-z]{17})"')
TIMESTAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"
LOOSE = ["ResourceId"]  # its pattern leaves out resource configurations, which its operations take
TYPES = {"boolean": bool, "integer": int, "list": list, "long": int, "map": dict, "structure": dict}


def mistakes(shape, value, told=False, path=""):
    """What the model forbids in a value. What is told has no unknown members and no nulls."""
    kind, limits = shape.type_name, shape.metadata
    if not isinstance(value, TYPES.get(kind, str)) or isinstance(value, bool) != (kind == "boolean"):
        yield f"{path} is not of type {kind}"
        return
    size = value if isinstance(value, int) else len(value)
    if kind != "structure" and not limits.get("min", size) <= size <= limits.get("max", size):
        yield f"{path} is out of range"
    if limits.get("enum") and value not in limits["enum"]:
        yield f"{path} is none of the known words: {value}"
    # Patterns mean ASCII digits.
    pattern = "" if shape.name in LOOSE else limits.get("pattern", TIMESTAMP if kind == "timestamp" else "")
    if pattern and not re.fullmatch(pattern.replace(r"\d", "[0-9]"), value, re.DOTALL):
        yield f"{path} breaks the pattern: {value}"
    inner = [(shape.member, item, "[]") for item in value] if kind == "list" else []
    for key, item in value.items() if kind == "map" else ():
        inner += [(shape.key, key, ".key"), (shape.value, item, ".value")]
    if kind == "structure":
        # Headers of answers are not among the members of their bodies.
        known = [name for name, member in shape.members.items() if not told or "location" not in member.serialization]
        given = {name: item for name, item in value.items() if told or item is not None}
        yield from (f"{path}.{name} is not in the model" for name in given if told and name not in known)
        yield from (f"{path}.{name} is missing" for name in shape.required_members if name in known and name not in given)
        yield from [f"{path} has not one of the union's members"] if limits.get("union") and len(given) != 1 else []
        inner = [(shape.members[name], item, f".{name}") for name, item in given.items() if name in known]
    for of, item, step in inner:
        yield from mistakes(of, item, told, path + step)


class Service:
    """A service's model, and what of it the calls need."""

    def __init__(self):
        self.model = model.ServiceModel(loaders.Loader().load_service_model(self.NAME, "service-2"), self.NAME)
        self.parser = parsers.create_parser(self.model.metadata["protocol"])
        self.operations = [self.model.operation_model(name) for name in self.model.operation_names]
        weights = {"Create": 4, "Start": 4, "Delete": 5, "Get": 1.5, "List": 1.5}
        self.weights = [weights.get(re.match("[A-Z][a-z]+", each.name)[0], 2) for each in self.operations]

    @functools.cache
    def kinds(self, shape):
        """The kinds that a value of this shape identifies; values with words of their own identify none."""
        if shape.name in self.WORDS or not shape.name.endswith(("Identifier", "WithoutRegex", "Arn")):
            return []
        return [kind for kind in self.KINDS if not [*mistakes(shape, self.arn(kind))]] if "pattern" in shape.metadata else ["sn"]

    def arn(self, kind, region="eu-west-1", account="000000000000", number=0):
        return f"arn:aws:{self.NAME}:{region}:{account}:{self.KINDS[kind]}/{kind}-0{number:016x}"


class RestJson(Service):
    """A service of the protocol restJson1. Calls are not written by botocore, which would not write the wrong ones."""

    def write(self, call):
        call.method, call.path, query, body = call.operation.http["method"], call.operation.http["requestUri"], [], {}
        for name, value in call.given.items():
            member = call.operation.input_shape.members.get(name)
            place = member.serialization.get("location") if member else None
            if place == "uri":
                call.path = call.path.replace(f"{{{name}}}", quote(value, safe="-._~"))
            elif place == "querystring":
                values = value if isinstance(value, list) else [value]
                query += [f"{name}={quote(each if isinstance(each, str) else json.dumps(each), safe='-._~')}" for each in values]
            else:
                body[name] = value
        call.query = "&".join(query)
        # What has members for a body has one.
        if any("location" not in member.serialization for member in call.operation.input_shape.members.values()):
            call.headers, call.body = {"Content-Type": "application/json"}, json.dumps(body).encode()

    def find(self, method, path):
        """The operation that method and path ask for."""
        fitting = (each for each in self.operations if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each.http["requestUri"]), path))
        return next((each for each in fitting if each.http["method"] == method), None)


class Lattice(RestJson):
    """VPC Lattice, and what is plausible for it beyond its model."""

    NAME = "vpc-lattice"
    # By prefix of the id: what stands before it in an ARN.
    KINDS = {"sn": "servicenetwork", "svc": "service", "tg": "targetgroup", "als": "accesslogsubscription"}
    KINDS |= {"rcfg": "resourceconfiguration", "rgw": "resourcegateway", "rea": "resourceendpointassociation"}
    KINDS |= {"dv": "domainverification", "listener": "service/svc-00000000000000000/listener"}
    KINDS |= {"snsa": "servicenetworkserviceassociation", "rule": f"{KINDS['listener']}/listener-00000000000000000/rule"}
    KINDS |= {"snva": "servicenetworkvpcassociation", "snra": "servicenetworkresourceassociation"}
    # Deletions leave so many of a kind to an account, so that there is something to call for.
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


class Call(SimpleNamespace):
    """A call, and how it is sent; `only` has the errors that it may be refused with, where it must not succeed."""

    number, damage, query, headers, body, only = -1, "none", "", {}, None, []

    def faults(self, answer):
        """What in an answer is not as the model has it."""
        operation, status, headers, body = self.operation, answer["status_code"], answer["headers"], answer["body"]
        error = headers.get("x-amzn-errortype", "").split(":")[0]
        shape = self.service.model.shape_for_error_code(error)
        own, due = ([each.name for each in operation.error_shapes], operation.http["responseCode"]) if operation else ([], 0)
        is_good, told, codes, unread = status < 300, {}, [], ""
        try:
            told = json.loads(body or b"{}")
            parsed = self.service.parser.parse(answer, shape) if shape else {}
            parsed |= self.service.parser.parse(answer, operation and operation.output_shape)
            codes = [] if is_good else [parsed["Error"]["Code"], *(told.pop(key, error) for key in ("__type", "code"))]
        except Exception as fault:  # whatever the parsers throw
            unread = repr(fault)
        modelled = shape.metadata["error"]["httpStatusCode"] if shape else COMMON.get(error)
        # What answers HEAD has no body.
        told_of = None if self.method == "HEAD" else operation and operation.output_shape if is_good else shape
        checks = [(True, f"status {status} of {error}")] if status >= 500 else [
            (not headers.get("x-amzn-requestid"), "no x-amzn-RequestId"),
            (unread, f"cannot be parsed: {unread}"),
            (is_good and self.only, f"succeeds, though damaged: {self.damage}"),
            (is_good and status != due, f"status {status}, not {due}"),
            (is_good and status == 204 and body, "a body with 204"),
            (not is_good and error not in [*COMMON, *own], f"the operation has no error {error}"),
            (error in SIGNATURE and self.damage != "signature", f"{error}, though signed right: {self.damage}"),
            (not is_good and self.only and error not in self.only, f"{error}, though damaged: {self.damage}"),
            (not is_good and status != modelled, f"status {status} of {error}"),
            (not is_good and codes != [error] * 3, "header, body and botocore tell different errors"),
        ]
        yield from (text for is_wrong, text in checks if is_wrong)
        yield from mistakes(told_of, told, told=True) if told_of else ()


class Things:
    """What answers told of: ARNs by kind and account, and page tokens. What is gone stays until a call does not find it."""

    def __init__(self):
        self.lock, self.known, self.live, self.tokens = threading.Lock(), set(), defaultdict(list), [None] * 5

    def learn(self, told):
        """Notes everything that an answer names."""
        self.tokens.append(told.get("nextToken"))
        for arn, account, kind in ARN.findall(json.dumps(told)):
            if arn not in self.known:
                self.known.add(arn)
                self.live[kind, account].append(arn)

    def forget(self, identifier, account):
        """Notes that something of an account is gone, and what was part of it."""
        tail = identifier.rsplit("/", 1)[-1]
        for key in [key for key in self.live if key[1] == account]:
            self.live[key] = [arn for arn in self.live[key] if tail not in arn.split("/")]


class Draw(random.Random):
    """What chance gives for one call. How often it is asked does not depend on what there is in the cluster."""

    def __init__(self, run, service, seed, account):
        super().__init__(seed)
        self.region, self.service, self.things, self.is_deletion = run.ready["region"], service, run.things, False
        self.own, self.other = (run.ready["accounts"][index]["id"] for index in (account, account - 1))
        self.vpc = next(vpc["id"] for vpc in run.ready["vpcs"] if vpc["account"] == self.own)

    def unknown(self, kinds):
        return kinds and self.service.arn(self.choice(kinds), self.region, self.own, self.getrandbits(64))

    def thing(self, kinds):
        """An ARN, mostly of what is there and the caller's."""
        kind, place, at = self.choice(kinds), self.random(), self.random()
        unknown = self.unknown([kind])
        with self.things.lock:
            own, other = self.things.live[kind, self.own], self.things.live[kind, self.other]
            kept = self.service.KEPT.get(kind, 4) if self.is_deletion else 0
            found = other if place > 0.95 else own if place < 0.88 and len(own) > kept else []
        return found[int(at * len(found))] if found else unknown

    def identifier(self, shape, arn):
        """The ARN or the id, where the shape is of both."""
        tail = arn.rsplit("/", 1)[-1]
        return arn if self.random() < 0.4 or list(mistakes(shape, tail)) else tail

    def given(self, operation):
        """The input of a call."""
        self.is_deletion = operation.name.startswith("Delete")
        members, arns = operation.input_shape.members, {}
        for name in reversed(re.findall(r"\{(\w+)\}", operation.http["requestUri"])):
            # Labels before the last are mostly what that belongs to.
            kinds, chance, last = self.service.kinds(members[name]), self.random(), next(iter(arns.values()), "")
            parent, thing = re.match(rf".*/{kinds[0]}-[0-9a-z]{{17}}", last), self.thing(kinds)
            arns[name] = parent[0] if parent and chance < 0.95 else thing
        labels = {name: self.identifier(members[name], arn) for name, arn in arns.items()}
        given = self.members(operation.input_shape, labels)
        return self.service.plausible(self, operation.name, given) if self.random() < 0.8 else given

    def members(self, shape, given):
        if shape.metadata.get("union"):
            # The first less often: a target group is of one service, not every action can forward.
            name = self.choice([*shape.members, *list(shape.members)[1:]])
            return {name: self.value(shape.members[name])}
        for name, member in shape.members.items():
            usual = self.service.OFTEN.get(name, 0.3 if "location" in member.serialization else 0.5)
            if name not in given and (name in shape.required_members or self.random() < usual):
                given[name] = self.value(member)
        return given

    def value(self, shape):
        limits, flags = shape.metadata, [True, False] * (shape.type_name == "boolean")
        words = self.service.WORDS.get(shape.name) or limits.get("enum") or flags
        least, most, chance = limits.get("min", 0), limits.get("max", 100), self.random()
        few = most if chance < 0.01 else self.randint(least, min(most, least + 2))
        match shape.name, shape.type_name:
            case "VpcId", _:
                return self.vpc if self.random() < 0.9 else "vpc-00000000"
            case "NextToken", _:
                return self.choice(self.things.tokens[-5:]) or "forged"
            case _ if words:
                return self.choice(words)
            case _ if kinds := self.service.kinds(shape):
                return self.identifier(shape, self.thing(kinds))
            case _, "integer" | "long":
                return self.choice([least, most, *(self.randint(least, most) for _ in range(4))])
            case _, "list":
                return [self.value(shape.member) for _ in range(few)]
            case _, "map":
                return {self.value(shape.key): self.value(shape.value) for _ in range(few)}
            case _, "structure":
                return self.members(shape, {})
        letters = "abcdefghijklmnopqrstuvwxyz0123456789" + ("" if "pattern" in limits else "-_ .\"äΩ😀")
        few = most if chance < 0.02 else self.randint(max(least, min(most, 8)), max(least, min(most, 12)))
        return "".join(self.choices(letters, k=few))

    def damage_value(self, call):
        """Damages a value of the input; whether there is one of which it becomes what the model forbids or nobody knows."""
        whole, (types, change) = {"": call.given}, VALUES[call.damage]
        found = list(parts(whole, "", call.operation.input_shape))
        for holder, key, shape, place in self.sample(found, len(found)):
            value = holder[key]
            changed = change(self, value, shape, shape.metadata.get("max", 5_000)) if isinstance(value, types) else value
            # Path and query carry texts alone, and a whole input has a path at least.
            fits = not place or isinstance(changed, str) or (shape.type_name, type(changed)) == ("integer", int)
            if changed == value or not fits or key == "" and call.damage not in ("missing", "unknown member"):
                continue
            holder[key] = changed
            is_wrong = bool(list(mistakes(call.operation.input_shape, whole[""])))
            if is_wrong or "unknown" in call.damage:
                is_named = call.damage == "unknown thing" and place == "uri"
                call.given, call.only = whole[""], FORBIDDEN if is_wrong else ["ResourceNotFoundException"] * is_named
                return True
            holder[key] = value
        return False

    def damage_call(self, call):
        """Damages a call as it is sent."""
        only = dict.fromkeys(["bad JSON", "key twice"], FORBIDDEN if call.body is not None else [])
        only |= {"signature": ["InvalidSignatureException"], "size": ["RequestEntityTooLargeException", "ValidationException"]}
        vars(call).update(CALLS[call.damage](self, call, call.body or b"{}"))
        call.operation = call.service.find(call.method, call.path)
        call.only = only.get(call.damage, []) if call.operation else FORBIDDEN


# What hardly fits any more: texts, paths, bodies, types of them (those of gRPC are for the node's own API), queries.
BROKEN = ["{}\n", "\n{}", " {}", "{}\0", "{}-", "٣{}", "{}é", "NOT_{}", "-", "{0}{0}"]
TAILS = ["%ff", "%zz", "%", "/", "%00", "%20", "+", "/..", "/."]
BAD_JSON = [b"[]", b"null", b'"x"', b"{'a': 1}", b'{"a": NaN}', b'{"a": "\xff"}', b'{"a": "\\ud800"}', b'{"a": 1,}', b"{", b" "]
CONTENT_TYPES = ["text/xml", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "", "/"]
QUERIES = ["a=b", "a", "a=b&a=b", "a=%2B", "a=%C3%28", "maxResults=1&maxResults=1"]
# Damage of values: which it is for, and what becomes of one.
VALUES = {
    "wrong type": (object, lambda draw, value, shape, most: draw.choice(["", "junk", 0, -1, 1.5, True, None, [], {}, [None]])),
    "missing": (dict, lambda draw, value, shape, most: dict(draw.sample(list(value.items()), max(0, len(value) - 1)))),
    "empty": ((str, list, dict), lambda draw, value, shape, most: type(value)()),
    "too long": ((str, list), lambda draw, value, shape, most: (value * (most // (len(value) or 1) + 1))[:most] + value[:1]),
    "too many": (dict, lambda draw, value, shape, most: value | {f"key-{number}": "x" for number in range(most + 1)}),
    "pattern": (str, lambda draw, value, shape, most: draw.choice([*(form.format(value) for form in BROKEN), value.upper()])),
    "range": (int, lambda draw, value, shape, most: draw.choice([-1, 0, most + 1, 2**31, 2**32 + value, 2**63, 2**64, 10**40])),
    "unknown member": (dict, lambda draw, value, shape, most: value | {draw.choice(["unknown", "__type", ""]): [{}]}),
    "union": (dict, lambda draw, value, shape, most: {k: draw.value(v) for k, v in getattr(shape, "members", {}).items()}),
    "unknown thing": (str, lambda draw, value, shape, most: draw.unknown(draw.service.kinds(shape)) or value),
}
# Damage of calls as they are sent: what changes.
CALLS = {
    "bad JSON": lambda draw, call, body: {"body": draw.choice([*BAD_JSON, body + b"}", body[:-1], b"\xef\xbb\xbf" + body])},
    "key twice": lambda draw, call, body: {"body": body[:-1] + b", " + body[1:] if len(body) > 2 else b'{"a": 1, "a": 1}'},
    "content type": lambda draw, call, body: {"headers": {"Content-Type": draw.choice(CONTENT_TYPES)}},
    "nesting": lambda draw, call, body: {"body": b'{"a": %s%s}' % (b"[" * (depth := draw.choice([99, 99_999])), b"]" * depth)},
    "path": lambda draw, call, body: {"path": draw.choice([unquote(call.path), f"/{call.path}", *map(call.path.__add__, TAILS)])},
    "query": lambda draw, call, body: {"query": "&".join(filter(None, [call.query, draw.choice(QUERIES)]))},
    "method": lambda draw, call, body: {"method": draw.choice("GET POST PUT PATCH DELETE HEAD OPTIONS TRACE UNKNOWN".split())},
    "size": lambda draw, call, body: {"body": body + b" " * BODY_BYTES_MAX},
    "signature": lambda draw, call, body: {},
}


def parts(holder, key, shape, place=""):
    """Every value of an input: what holds it, its key there, its shape, and where a request carries it."""
    value = holder[key]
    yield holder, key, shape, place
    for inner in range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ():
        member = shape.members[inner] if shape.type_name == "structure" else getattr(shape, "member", None) or shape.value
        yield from parts(value, inner, member, place or member.serialization.get("location", ""))


def send(ready, kept, call):
    """The answer, as botocore's parsers take it; `None` where the connection ends without one."""
    account = [ready["accounts"][call.account][name] for name in ("access_key_id", "secret_access_key")]
    node = urlsplit(ready["nodes"][call.node]["api"])
    # http.client sends path and query as they are.
    target = f"{call.path}?{call.query}" if call.query else call.path
    signed = awsrequest.AWSRequest(call.method, node.geturl() + target, call.headers, call.body)
    auth.SigV4Auth(credentials.Credentials(*account), call.service.model.signing_name, ready["region"]).add_auth(signed)
    if call.damage == "signature":
        signed.headers.replace_header("Authorization", signed.headers["Authorization"][:-8] + "0" * 8)
    # A kept connection may have been closed meanwhile.
    for connection in filter(None, [kept.pop(call.node, None), http.client.HTTPConnection(node.netloc, timeout=60)]):
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                # Where it is refused before it is read, the answer may be there.
                connection.request(call.method, target, call.body, dict(signed.headers.items()))
            response = connection.getresponse()
            answer = {"status_code": response.status, "body": response.read()}
            kept[call.node] = None if response.will_close else connection
            return answer | {"headers": awsrequest.HeadersDict(response.getheaders())}
        except (http.client.HTTPException, OSError):
            connection.close()
    return None


class Run:
    """A run under way, and what it found."""

    def __init__(self, ready_file, seed, calls):
        self.ready, self.seed, self.calls, self.things = json.load(ready_file), seed, calls, Things()
        self.services = [Lattice()]  # further ones take turns
        self.outcomes, self.findings = defaultdict(Counter), {}

    def work(self, worker):
        kept = {}
        for number in range(worker, self.calls, WORKERS):
            self.perform(kept, self.drawn(number))

    def drawn(self, number):
        """The call of a number."""
        turn, service = number // WORKERS, self.services[number % len(self.services)]
        draw = Draw(self, service, f"{self.seed}/{number}", turn % 2)
        operation = draw.choices(service.operations, service.weights)[0]
        call = Call(service=service, operation=operation, given=draw.given(operation), number=number, account=turn % 2)
        call.node = turn % len(self.ready["nodes"])
        # Few inputs have what these are for.
        kinds = [*VALUES, *CALLS, *["range", "union", "too many"] * 4] if draw.random() < DAMAGED else []
        for call.damage in draw.sample(kinds, len(kinds)):
            if call.damage in CALLS or draw.damage_value(call):
                break
        service.write(call)
        if call.damage in CALLS:
            draw.damage_call(call)
        return call

    def perform(self, kept, call):
        """Makes a call; what it is told."""
        answer, told, operation = send(self.ready, kept, call), {}, call.operation.name if call.operation else "(none)"
        # A large request may be cut off, and its refusal with it.
        outcome, found = "no answer", [] if call.damage == "size" else ["no answer"]
        with self.things.lock:
            if answer:
                outcome, found = answer["headers"].get("x-amzn-errortype", "succeeded"), call.faults(answer)
                told = json.loads(answer["body"]) if answer["body"][:1] == b"{" else {}
                self.things.learn(told if answer["status_code"] < 300 else {})
                if answer["status_code"] == 404:
                    self.things.forget(told.get("resourceId", "-"), self.ready["accounts"][call.account]["id"])
            self.outcomes[f"{operation}, {'whole' if call.damage == 'none' else 'damaged'}"][outcome] += 1
            self.outcomes[f"damage: {call.damage}"][outcome] += 1
            for fault in found:
                self.found(operation, fault, call, answer)
        return told

    def found(self, operation, fault, call, answer):
        self.findings.setdefault((re.sub("[0-9a-z]{17}", "…", fault), operation), [0, call, answer])[0] += 1

    def list_everything(self):
        """Lists what each account has, in small pages from all nodes in turn: nothing is told twice, and there is an end."""
        kept, nodes = {}, len(self.ready["nodes"])
        lists = [(service, each) for service in self.services for each in service.operations if each.name.startswith("List")]
        for account, (service, operation) in [(account, each) for account in range(2) for each in lists]:
            draw = Draw(self, service, f"{self.seed}/{operation.name}", account)
            for given in [{}, *(draw.given(operation) for _ in range(9))]:
                names, token = [], None
                while len(names) == len(set(names)):
                    page = given | {"maxResults": 7} | ({"nextToken": token} if token else {})
                    call = Call(service=service, operation=operation, given=page, account=account, node=draw.randrange(nodes))
                    service.write(call)
                    told = self.perform(kept, call)
                    names, token = [*names, *map(json.dumps, told.get("items", []))], told.get("nextToken")
                    if not token:
                        break
                else:
                    self.found(operation.name, "tells things twice in its pages", call, names)

    def report(self):
        """Prints what was called and what was found."""
        for title, counts in sorted(self.outcomes.items()):
            print(f"{title:55} {', '.join(f'{outcome} {count}' for outcome, count in counts.most_common())}")
        creations = [counts for title, counts in self.outcomes.items() if re.match("(Create|Start).*whole", title)]
        print(f"creations: {sum(each['succeeded'] for each in creations)} of {sum(map(Counter.total, creations))} succeeded")
        for (fault, operation), (count, call, answer) in sorted(self.findings.items())[:FINDINGS_MAX]:
            call.service = call.operation = None
            print(f"\nFINDING, {count} times: {operation}: {fault[:500]}\n  {str(call)[:3_000]}\n  {str(answer)[:2_000]}")
        print(f"\n{sum(map(Counter.total, self.outcomes.values())) // 2} calls, {len(self.findings)} findings")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ready_file", type=argparse.FileType())
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", type=int, default=20_000)
    run = Run(**vars(parser.parse_args()))
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(run.work, range(WORKERS)))
    run.list_everything()
    run.report()
    raise SystemExit(bool(run.findings))


if __name__ == "__main__":
    main()
