#!/usr/bin/env python3
"""Writes, as Rust, how each operation of VPC Lattice is called through `aws-sdk-vpclattice` with an input that is JSON.

    scripts/generate-sdk-calls.py            # writes sdk-replay/src/calls/*.rs
    scripts/generate-sdk-calls.py --check    # fails where the files are not what it would write

From the model of an installed botocore. Needs rustfmt.
"""

import pathlib
import re

from botocore.loaders import Loader
from generated import formatted, settle

TARGET = pathlib.Path(__file__).resolve().parent.parent / "sdk-replay/src/calls"
HEADER = """//! {what}
//!
//! Written by `scripts/generate-sdk-calls.py` from the API model {version}; change that, not this.
"""


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


class Model:
    """The model, and the shapes that inputs are made of."""

    def __init__(self):
        model = Loader().load_service_model("vpc-lattice", "service-2")
        self.version = model["metadata"]["apiVersion"]
        self.shapes = model["shapes"]
        self.operations = sorted(model["operations"].items())
        self.used = set()
        for _, operation in self.operations:
            for member in self.shapes[operation["input"]["shape"]].get("members", {}).values():
                self.use(member["shape"])

    def use(self, name):
        """Notes a shape and everything that it is made of."""
        if name in self.used:
            return
        self.used.add(name)
        shape = self.shapes[name]
        parts = [*shape.get("members", {}).values(), shape.get("member"), shape.get("value")]
        for part in filter(None, parts):
            self.use(part["shape"])

    def reader(self, name):
        """What reads a value of a shape."""
        shape = self.shapes[name]
        match shape["type"]:
            case "string" if "enum" in shape:
                return f"word::<sdk::{name}>"
            case "string":
                return "text"
            case "integer" | "long":
                return "number"
            case "boolean":
                return "flag"
            case "list":
                return f"|value| list(value, {self.reader(shape['member']['shape'])})"
            case "map":
                return "texts"
            case "structure":
                return f"values::{snake(name)}"
        raise ValueError(shape)

    def setters(self, shape):
        for name, member in shape.get("members", {}).items():
            yield f'.set_{snake(name)}(member(input, "{name}", {self.reader(member["shape"])})?)'

    def calls(self):
        yield HEADER.format(what="Every operation, by name.", version=self.version)
        yield "use aws_sdk_vpclattice::Client;"
        yield "use aws_sdk_vpclattice::types as sdk;"
        yield "use serde_json::Value;\n"
        yield "use super::values;"
        yield "use crate::input::{flag, list, member, number, text, texts, word};"
        yield "use crate::outcome::{Call, Pending, told};\n"
        yield "/// How each operation is called."
        yield "pub(crate) const CALLS: &[(&str, Call)] = &["
        for name, _ in self.operations:
            yield f'("{name}", {snake(name)}),'
        yield "];"
        for name, operation in self.operations:
            shape = self.shapes[operation["input"]["shape"]]
            given = "input" if shape.get("members") else "_"
            yield f"\nfn {snake(name)}<'a>(client: &'a Client, {given}: &'a Value) -> Pending<'a> {{"
            yield "Box::pin(async move {"
            yield f"let call = client.{snake(name)}(){''.join(self.setters(shape))};"
            yield "told(call.send().await)"
            yield "})"
            yield "}"

    def values(self):
        yield HEADER.format(what="The structures of inputs.", version=self.version)
        yield "use aws_sdk_vpclattice::types as sdk;"
        yield "use serde_json::Value;\n"
        yield "use super::values;"
        yield "use crate::input::{Unfit, flag, list, member, number, text, variant, word};"
        for name in sorted(self.used):
            shape = self.shapes[name]
            if shape["type"] != "structure":
                continue
            yield f"\npub(super) fn {snake(name)}(input: &Value) -> Result<sdk::{name}, Unfit> {{"
            if shape.get("union"):
                yield "match variant(input)? {"
                for member, of in shape["members"].items():
                    variant = member[0].upper() + member[1:]
                    yield f'("{member}", value) => ({self.reader(of["shape"])})(value).map(sdk::{name}::{variant}),'
                yield "_ => Err(Unfit),"
                yield "}"
            else:
                built = f"sdk::{name}::builder(){''.join(self.setters(shape))}.build()"
                # The SDK's builders do without a structure, though the model requires it.
                required = [shape["members"][member]["shape"] for member in shape.get("required", [])]
                is_strict = any(self.shapes[name]["type"] != "structure" for name in required)
                yield f"{built}.map_err(|_| Unfit)" if is_strict else f"Ok({built})"
            yield "}"

    def files(self):
        return {"operations.rs": self.calls(), "values.rs": self.values()}


def main():
    files = Model().files().items()
    settle(__doc__.splitlines()[0], ((TARGET / name, formatted(lines)) for name, lines in files))


if __name__ == "__main__":
    main()
