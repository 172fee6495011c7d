"""What a model forbids in a value."""

import re
import unicodedata

TIMESTAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"
LOOSE = ["ResourceId"]  # its pattern leaves out resource configurations, which its operations take
# Its words are not all: "any valid error code returned by the service that hosts the resource". Source: model, `FailureInfo`.
OPEN = ["ErrorCode"]
TYPES = {"boolean": bool, "integer": int, "list": list, "long": int, "map": dict, "structure": dict}

# Kinds of characters that Python's patterns have no words for: what stands for them, in patterns and in texts.
CATEGORIES = {"L": ("a-zA-Z", "a"), "Z": (" ", " "), "N": ("0-9", "0")}


def is_like(pattern, text):
    """Whether a text is as a pattern says. Words and digits of patterns are those of ASCII."""
    if r"\p{" in pattern:
        pattern = re.sub(r"\\p\{(\w)\}", lambda found: CATEGORIES[found[1]][0], pattern)
        kinds = [unicodedata.category(letter)[0] if letter > "\x7f" else "" for letter in text]
        text = "".join(CATEGORIES.get(kind, ("", letter))[1] for kind, letter in zip(kinds, text))
    return bool(re.fullmatch(pattern, text, re.DOTALL | re.ASCII))


def mistakes(shape, value, told="", path=""):
    """What the model forbids in a value. What is told has no unknown members and no nulls; `told` says how its times are
    written where their shapes do not: `iso8601` or `unixTimestamp`."""
    kind, limits = shape.type_name, shape.metadata
    if kind == "timestamp" and shape.serialization.get("timestampFormat", told) == "unixTimestamp":
        yield from [] if isinstance(value, (int, float)) else [f"{path} is no time"]
        return
    if not isinstance(value, TYPES.get(kind, str)) or isinstance(value, bool) != (kind == "boolean"):
        yield f"{path} is not of type {kind}"
        return
    size = value if isinstance(value, int) else len(value)
    if kind != "structure" and not limits.get("min", size) <= size <= limits.get("max", size):
        yield f"{path} is out of range"
    if limits.get("enum") and value not in limits["enum"] and shape.name not in OPEN:
        yield f"{path} is none of the known words: {value}"
    pattern = "" if shape.name in LOOSE else limits.get("pattern", TIMESTAMP if kind == "timestamp" else "")
    if pattern and not is_like(pattern, value):
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
