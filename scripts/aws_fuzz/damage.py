"""What becomes of values and of calls, so that they are wrong."""

from urllib.parse import unquote

from .things import TOKENS

BODY_BYTES_MAX = 4 * 1024 * 1024  # default of the node's `control.body_bytes_max`
# What hardly fits any more: texts, paths, bodies, types of them (those of gRPC are for the node's own API), queries.
BROKEN = ["{}\n", "\n{}", " {}", "{}\0", "{}-", "٣{}", "{}é", "NOT_{}", "-", "{0}{0}"]
TAILS = ["%ff", "%zz", "%", "/", "%00", "%20", "+", "/..", "/."]
BAD_JSON = [b"[]", b"null", b'"x"', b"{'a': 1}", b'{"a": NaN}', b'{"a": "\xff"}', b'{"a": "\\ud800"}', b'{"a": 1,}', b"{", b" "]
CONTENT_TYPES = ["text/xml", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "", "/"]
QUERIES = ["a=b", "a", "a=b&a=b", "a=%2B", "a=%C3%28", "maxResults=1&maxResults=1", "Action=CreateUser", "Action=GetCallerIdentity&Version="]
FORMS = [b"=%zz", b"%", b"=%ff", b"=%00", b"&&&", b"&=x", b"&=", b"+", b";", b"&a=b", b"&A%63tion=ListUsers", b"\xff", b"%C3%28=1", b"\0", b"[]=1"]
INDICES = ["0", "x", "01", "-1", "1.1", "", "+1", "٣", "99999999999", "4294967296", "4294967295", "7"]
VERSIONS = ["2000-01-01", "", "2011-06-15 ", "2010-05-08", "2016-11-15"]
TARGETS = ["", ".", "{}x", "x{}", "Other_20170126.GetResources", "ResourceGroupsTaggingAPI_20170126.", "{}.{}", "getresources"]
SCOPES = ["s3", "", "execute-api", "vpc-lattice-svcs", "vpc-lattice", "sts", "iam", "ec2", "ram", "tagging", "acm", "VPC-LATTICE"]
# Damage of values: which it is for, and what becomes of one.
VALUES = {
    "wrong type": (object, lambda draw, value, shape, most: draw.choice(["", "junk", 0, -1, 1.5, True, None, [], {}, [None], {"a": "b"}])),
    "missing": (dict, lambda draw, value, shape, most: dict(draw.sample(list(value.items()), max(0, len(value) - 1)))),
    "empty": ((str, list, dict), lambda draw, value, shape, most: type(value)()),
    "too long": ((str, list), lambda draw, value, shape, most: (value * (most // (len(value) or 1) + 1))[:most] + value[:1]),
    "too many": (dict, lambda draw, value, shape, most: value | {f"key-{number}": "x" for number in range(most + 1)}),
    "pattern": (str, lambda draw, value, shape, most: draw.choice([*(form.format(value) for form in BROKEN), value.upper()])),
    "range": (int, lambda draw, value, shape, most: draw.choice([-1, 0, most + 1, 2**31, 2**32 + value, 2**63, 2**64, 10**40])),
    "unknown member": (dict, lambda draw, value, shape, most: value | {draw.choice(["unknown", "__type", ""]): [{}]}),
    "union": (dict, lambda draw, value, shape, most: {k: draw.value(v, k) for k, v in getattr(shape, "members", {}).items()}),
    "unknown thing": (str, lambda draw, value, shape, most: value),
}


def field_twice(draw, call, body):
    """A field of a form once more, with another value."""
    name, _ = draw.choice(call.form)
    return {"form": [*call.form, (name, "other")], "body": body + f"&{name}=other".encode()}


def other_index(draw, call, body):
    """Another number for an item of a list; where there is none, of a list that nobody knows."""
    number = draw.choice(INDICES)
    names = [name for name, _ in call.form if any(part.isdecimal() for part in name.split("."))]
    if not names:
        return {"body": body + f"&Nobody.{number}=x".encode(), "is_index_wrong": False}
    parts = draw.choice(names).split(".")
    start = ".".join(parts[: next(at for at, part in enumerate(parts) if part.isdecimal())])
    changed = body.replace(f"&{start}.".encode() + b"1", f"&{start}.{number}".encode())
    is_wrong = number not in ("7", "4294967295") and changed != body
    return {"body": changed, "is_index_wrong": is_wrong}


def form_with(name, texts):
    """Another value for a field that every form has."""

    def change(draw, call, body):
        text = draw.choice(texts).format(dict(call.form)[name])
        form = [(each, text if each == name else value) for each, value in call.form]
        old = f"{name}={dict(call.form)[name]}".encode()
        return {"form": form, "body": body.replace(old, f"{name}={text}".encode(), 1)}

    return change


def other_target(draw, call, body):
    target = call.headers["X-Amz-Target"]
    return {"headers": call.headers | {"X-Amz-Target": draw.choice(TARGETS).format(target, target)}}


# Damage of calls as they are sent: what changes.
CALLS = {
    "bad JSON": lambda draw, call, body: {"body": draw.choice([*BAD_JSON, body + b"}", body[:-1], b"\xef\xbb\xbf" + body])},
    "key twice": lambda draw, call, body: {"body": body[:-1] + b", " + body[1:] if len(body) > 2 else b'{"a": 1, "a": 1}'},
    "nesting": lambda draw, call, body: {"body": b'{"a": %s%s}' % (b"[" * (depth := draw.choice([99, 99_999])), b"]" * depth)},
    "path": lambda draw, call, body: {"path": draw.choice([unquote(call.path), f"/{call.path}", *map(call.path.__add__, TAILS)])},
    "query": lambda draw, call, body: {"query": "&".join(filter(None, [call.query, draw.choice(QUERIES)]))},
    "method": lambda draw, call, body: {"method": draw.choice("GET POST PUT PATCH DELETE HEAD OPTIONS TRACE UNKNOWN".split())},
    "content type": lambda draw, call, body: {"headers": call.headers | {"Content-Type": draw.choice(CONTENT_TYPES)}},
    "size": lambda draw, call, body: {"body": body + (b" " if body[:1] == b"{" else b"&") * BODY_BYTES_MAX},
    "signature": lambda draw, call, body: {},
    "scope": lambda draw, call, body: {"scope": draw.choice([each for each in SCOPES if each != call.scope])},
    "target": other_target,
    "form": lambda draw, call, body: {"body": body + draw.choice(FORMS)},
    "field twice": field_twice,
    "index": other_index,
    "version": form_with("Version", VERSIONS),
    "action": form_with("Action", ["", "{}x", "Describe{}", "CreateSubnet", "CreateGroup", "GetFederationToken", "{} "]),
}
# These are of every protocol.
COMMON = ["content type", "size", "signature", "scope"]


def parts(holder, key, shape, name="", place=""):
    """Every value of an input: what holds it, its key there, its shape, the member that it is of, and where a request carries it."""
    value = holder[key]
    yield holder, key, shape, name, place
    for inner in range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ():
        member = shape.members[inner] if shape.type_name == "structure" else getattr(shape, "member", None) or shape.value
        own = inner if shape.type_name == "structure" else name
        yield from parts(value, inner, member, own, place or member.serialization.get("location", ""))


def damage_value(draw, call):
    """Damages a value of the input; whether there is one of which it becomes what the model forbids or nobody knows."""
    whole, (types, change), service = {"": call.given}, VALUES[call.damage], call.service
    found = list(parts(whole, "", call.operation.input_shape))
    for holder, key, shape, name, place in draw.sample(found, len(found)):
        value = holder[key]
        most = shape.metadata.get("max", 200 if isinstance(value, list) else 5_000)
        changed = change(draw, value, shape, most) if isinstance(value, types) else value
        if call.damage == "unknown thing":
            kinds = service.kinds(name, shape)
            changed = draw.unknown(kinds) if kinds and isinstance(value, str) else value
        # Path and query carry texts alone, and a whole input has a path at least.
        fits = not place or isinstance(changed, str) or (shape.type_name, type(changed)) == ("integer", int)
        if changed == value or not fits or key == "" and call.damage not in ("missing", "unknown member"):
            continue
        holder[key] = changed
        call.given = whole[""]
        is_wrong = service.is_wrong(call)
        if is_wrong or "unknown" in call.damage:
            # A page token may be refused first: it is of another list.
            is_named = call.damage == "unknown thing" and place == "uri" and not call.given.keys() & set(TOKENS)
            call.only = service.FORBIDDEN if is_wrong else service.GONE * is_named
            return True
        holder[key] = value
        call.given = whole[""]
    return False


def damage_call(draw, call):
    """Damages a call as it is sent."""
    service = call.service
    broken = service.FORBIDDEN if call.body is not None else []
    only = {"bad JSON": broken, "key twice": broken, "field twice": broken, "size": service.TOO_LARGE}
    only["signature"] = [service.WRONG_SIGNATURE]
    vars(call).update(CALLS[call.damage](draw, call, call.body or b"{}"))
    call.operation = service.find(call)
    call.only = only.get(call.damage, []) if call.operation else service.FORBIDDEN
    if call.damage == "index" and call.is_index_wrong:
        call.only = service.FORBIDDEN
