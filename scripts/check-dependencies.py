#!/usr/bin/env python3
"""Checks dependencies against the bans, licences and sources of deny.toml, offline.

Usage: cargo tree --workspace --prefix none --format '{p}|{l}' | check-dependencies.py deny.toml Cargo.lock

It answers the same three questions as `cargo deny check bans licenses sources`, without its
installation, for the dependencies that are built.
"""

import re
import sys
import tomllib


def is_allowed(expression: str, allowed: set[str]) -> bool:
    """Whether an SPDX expression can be met with allowed licences only."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))

    def any_of(position: int) -> tuple[bool, int]:
        value, position = all_of(position)
        while position < len(tokens) and tokens[position] == "OR":
            other, position = all_of(position + 1)
            value = value or other
        return value, position

    def all_of(position: int) -> tuple[bool, int]:
        value, position = one(position)
        while position < len(tokens) and tokens[position] == "AND":
            other, position = one(position + 1)
            value = value and other
        return value, position

    def one(position: int) -> tuple[bool, int]:
        if tokens[position] == "(":
            value, position = any_of(position + 1)
            return value, position + 1
        name = tokens[position].rstrip("+")
        position += 1
        if position < len(tokens) and tokens[position] == "WITH":
            name = f"{name} WITH {tokens[position + 1]}"
            position += 2
        return name in allowed, position

    return any_of(0)[0]


def main() -> int:
    with open(sys.argv[1], "rb") as file:
        rules = tomllib.load(file)
    banned = {ban["crate"]: ban["reason"] for ban in rules["bans"]["deny"]}
    allowed = set(rules["licenses"]["allow"])
    sources = {f"registry+{url}" for url in rules["sources"]["allow-registry"]}
    with open(sys.argv[2], "rb") as file:
        locked = {(p["name"], p["version"]): p.get("source") for p in tomllib.load(file)["package"]}
    used = {}
    for line in (line.strip() for line in sys.stdin if "|" in line):
        package, licence = line.split("|")
        name, version = package.split()[:2]
        used[name, version.lstrip("v")] = licence
    faults = []
    for (name, version), licence in sorted(used.items()):
        source = locked.get((name, version))
        if name in banned:
            faults.append(f"{name} {version}: banned: {banned[name]}")
        if source is None:
            continue
        if source not in sources:
            faults.append(f"{name} {version}: source {source} is not allowed")
        if not is_allowed(licence, allowed):
            faults.append(f"{name} {version}: licence {licence!r} is not allowed")
    print("\n".join(faults) or f"{len(used)} packages: bans, licences and sources are fine")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
