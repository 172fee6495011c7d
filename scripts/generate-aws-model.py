#!/usr/bin/env python3
"""Writes the shapes and operations of AWS's APIs, as Rust, from the models of an installed botocore.

    scripts/generate-aws-model.py            # writes node/aws/src/*/model/*.rs
    scripts/generate-aws-model.py --check    # fails where the files are not what it would write

Two files: `shapes.rs` says what each value may be, for checks that name every wrong field, and for answers that have
no member that clients do not know; `operations.rs` has the operations, with routes and IAM actions where the protocol
has routes. Needs rustfmt.
"""

import pathlib
import re

from botocore.loaders import Loader
from generated import formatted, settle

# Services, and which of their operations; None for all.
IDENTITIES = """CreateUser GetUser ListUsers DeleteUser TagUser UntagUser ListUserTags CreateAccessKey ListAccessKeys UpdateAccessKey
DeleteAccessKey PutUserPolicy GetUserPolicy ListUserPolicies DeleteUserPolicy CreateRole GetRole ListRoles UpdateRole UpdateAssumeRolePolicy
DeleteRole PutRolePolicy GetRolePolicy ListRolePolicies DeleteRolePolicy TagRole UntagRole ListRoleTags ListAttachedUserPolicies
ListAttachedRolePolicies ListGroupsForUser ListInstanceProfilesForRole CreatePolicy GetPolicy ListPolicies DeletePolicy CreatePolicyVersion
GetPolicyVersion ListPolicyVersions SetDefaultPolicyVersion DeletePolicyVersion AttachUserPolicy DetachUserPolicy AttachRolePolicy
DetachRolePolicy ListEntitiesForPolicy TagPolicy UntagPolicy ListPolicyTags UpdateRoleDescription CreateOpenIDConnectProvider
GetOpenIDConnectProvider ListOpenIDConnectProviders DeleteOpenIDConnectProvider AddClientIDToOpenIDConnectProvider
RemoveClientIDFromOpenIDConnectProvider UpdateOpenIDConnectProviderThumbprint TagOpenIDConnectProvider UntagOpenIDConnectProvider
ListOpenIDConnectProviderTags ListSSHPublicKeys ListMFADevices ListVirtualMFADevices ListSigningCertificates ListServiceSpecificCredentials
DeleteLoginProfile"""
TAGGING = ["GetResources", "GetTagKeys", "GetTagValues", "TagResources", "UntagResources"]
VPCS = """DescribeVpcs CreateVpc DeleteVpc DescribeSecurityGroups CreateSecurityGroup DeleteSecurityGroup
AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress"""
SHARES = """CreateResourceShare AssociateResourceShare DisassociateResourceShare DeleteResourceShare GetResourceShares ListResources
GetResourceShareAssociations GetResourceShareInvitations AcceptResourceShareInvitation UpdateResourceShare TagResource UntagResource
ListResourceSharePermissions"""
CERTIFICATES = """ImportCertificate DescribeCertificate ListCertificates GetCertificate DeleteCertificate AddTagsToCertificate
RemoveTagsFromCertificate ListTagsForCertificate"""
SERVICES = {
    "vpc-lattice": None,
    "sts": ["AssumeRole", "AssumeRoleWithWebIdentity", "DecodeAuthorizationMessage", "GetCallerIdentity", "GetSessionToken"],
    "iam": IDENTITIES.split(),
    "resourcegroupstaggingapi": TAGGING,
    "ec2": VPCS.split(),
    "ram": SHARES.split(),
    "acm": CERTIFICATES.split(),
}
# Modules that are not called as their service is.
MODULES = {"resourcegroupstaggingapi": "tagging"}
SOURCES = pathlib.Path(__file__).resolve().parent.parent / "node/aws/src"
# Operations that are authorised as another action. Source: service authorisation reference.
ACTIONS = {"BatchUpdateRule": "UpdateRule"}
# A name: no reserved prefix, no hyphen at either end, no two in a row.
NAME = re.compile(r"(?:\(\?!([a-z]+-)\))?\(\?!\[-\]\)\(\?!\.\*\[-\]\$\)\(\?!\.\*\[-\]\{2\}\)\[a-z0-9-\]\+")
HEADER = """//! {what}
//!
//! Written by `scripts/generate-aws-model.py` from the API model {version}; change that, not this.
"""


def snake(name):
    """`lastUpdatedAt` as `last_updated_at`, `numberOfAssociatedVPCs` as `number_of_associated_vpcs`."""
    name = re.sub(r"([A-Z]+)s$", lambda found: found[1].capitalize() + "s", name)
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    name = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return name.lower()


def static(name):
    return snake(name).upper()


def raw(text):
    """A Rust string literal."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return f'r"{text}"' if '"' not in text else f'r#"{text}"#'


class Model:
    """A service's model, and what of it is used."""

    def __init__(self, service, only):
        model = Loader().load_service_model(service, "service-2")
        self.service = service
        self.metadata = model["metadata"]
        self.version = self.metadata["apiVersion"]
        self.shapes = model["shapes"]
        operations = sorted(model["operations"].items())
        self.operations = {name: it for name, it in operations if only is None or name in only}
        self.used = set()
        for operation in self.operations.values():
            self.use(operation["input"])
            self.use(operation.get("output"))

    def use(self, reference):
        """Notes a shape and everything that it is made of."""
        if reference is None or reference["shape"] in self.used:
            return
        self.used.add(reference["shape"])
        shape = self.shapes[reference["shape"]]
        for member in shape.get("members", {}).values():
            self.use(member)
        for part in ("member", "key", "value"):
            self.use(shape.get(part))

    # What values may be.

    def bounds(self, shape, most="u64::MAX"):
        return f"{shape.get('min', 0)}, {shape.get('max', most)}"

    def shape(self, shape):
        match shape["type"]:
            case "string" if "enum" in shape:
                words = ", ".join(f'"{word}"' for word in shape["enum"])
                return f"Shape::Word(&[{words}])"
            case "string":
                return f"Shape::Text {{ chars: ({self.bounds(shape)}), pattern: {self.pattern(shape)} }}"
            case "integer" | "long":
                least = shape.get("min", "i64::MIN")
                return f"Shape::Number({least}, {shape.get('max', 'i64::MAX')})"
            case "boolean":
                return "Shape::Flag"
            case "timestamp" if self.metadata["protocol"] == "json":
                return "Shape::Number(0, i64::MAX)"
            case "timestamp":
                return "Shape::Text { chars: (0, 64), pattern: None }"
            case "blob" if "max" not in shape:
                return "Shape::Text { chars: (0, u64::MAX), pattern: None }"
            case "blob":
                # Base64: four characters for three bytes.
                least, most = (-(-shape[bound] // 3) * 4 for bound in ("min", "max"))
                return f"Shape::Text {{ chars: ({least}, {most}), pattern: None }}"
            case "list":
                return f"Shape::List {{ of: &{static(shape['member']['shape'])}, count: ({self.bounds(shape)}) }}"
            case "map":
                key, value = static(shape["key"]["shape"]), static(shape["value"]["shape"])
                return f"Shape::Map {{ key: &{key}, value: &{value}, count: ({self.bounds(shape)}) }}"
            case "structure":
                kind = "Union" if shape.get("union") else "Structure"
                return f"Shape::{kind}(&[{', '.join(self.fields(shape))}])"
        raise ValueError(shape)

    def pattern(self, shape):
        pattern = shape.get("pattern")
        if pattern is None:
            return "None"
        if name := NAME.fullmatch(pattern):
            return f'Some(Pattern::Name("{name[1] or ""}"))'
        # No word of a domain begins with a hyphen: what this says of answers alone, they need not be checked for.
        pattern = pattern.replace("(?!-)", "")
        assert "(?" not in pattern, pattern
        return f"Some(Pattern::Regex({raw(pattern)}))"

    def fields(self, shape):
        for name, member in shape["members"].items():
            how = "required" if name in shape.get("required", []) else "optional"
            place = {"uri": ".label()", "querystring": ".query()"}.get(member.get("location"), "")
            # Only EC2's members go over the wire by other names.
            wire = member.get("locationName", name)
            assert wire == name or self.metadata["protocol"] == "ec2", name
            yield f'Field::{how}("{wire}", &{static(member["shape"])}){place}'

    def all_shapes(self):
        yield HEADER.format(what="What the parts of requests and answers may be.", version=self.version)
        shapes = [f"pub(super) static {static(name)}: Shape = {self.shape(self.shapes[name])};" for name in sorted(self.used)]
        has_patterns = any("Pattern::" in shape for shape in shapes)
        yield f"use crate::shape::{{Field, {'Pattern, ' if has_patterns else ''}Shape}};\n"
        yield from shapes

    # Routes.

    def segments(self, uri):
        for part in uri.strip("/").split("/"):
            label = re.fullmatch(r"\{(\w+)\}", part)
            yield f'Segment::Label("{label[1]}")' if label else f'Segment::Literal("{part}")'

    def routes(self):
        yield HEADER.format(what="Every operation: its route, its status, its IAM action.", version=self.version)
        yield "use super::shapes;"
        yield "use crate::route::{Operation, Segment};\n"
        yield "/// The operations, by name."
        yield "pub static OPERATIONS: &[Operation] = &["
        for name, operation in self.operations.items():
            http = operation["http"]
            errors = ", ".join(f'"{error["shape"]}"' for error in operation["errors"])
            yield "Operation {"
            yield f'name: "{name}", method: "{http["method"]}",'
            yield f"path: &[{', '.join(self.segments(http['requestUri']))}],"
            yield f"status: {http.get('responseCode', 200)},"
            yield f"input: &shapes::{static(operation['input']['shape'])},"
            yield f"output: &shapes::{static(operation['output']['shape'])},"
            yield f'action: "{self.service}:{ACTIONS.get(name, name)}",'
            yield f"errors: &[{errors}],"
            yield "},"
        yield "];"

    # Operations of protocols without routes.

    def named(self):
        yield HEADER.format(what="Every operation that there is.", version=self.version)
        yield "use super::shapes;"
        if self.metadata["protocol"] == "json":
            yield "use crate::json_rpc::Api;\nuse crate::query::Operation;\n"
            capitals = ", ".join(f'"{name}"' for name in self.errors_with("Message"))
            head = f'target: "{self.metadata["targetPrefix"]}", with_capital: &[{capitals}]'
        else:
            yield "use crate::query::{Api, Operation};\n"
            head = f'version: "{self.version}", namespace: "{self.metadata["xmlNamespace"]}"'
        yield "/// The API."
        yield f"pub(crate) static API: Api = Api {{ {head}, operations: &["
        for name, operation in self.operations.items():
            yield f'Operation {{ name: "{name}", input: &shapes::{static(operation["input"]["shape"])},'
            output = operation.get("output")
            told = f"Some(&shapes::{static(output['shape'])})" if output else "None"
            yield f"output: {told} }},"
        yield "] };"

    def errors_with(self, member):
        """Names of errors that have such a member."""
        shapes = self.shapes.items()
        return sorted(name for name, shape in shapes if shape.get("exception") and member in shape["members"])

    def files(self):
        has_routes = self.metadata["protocol"] == "rest-json"
        return {"shapes.rs": self.all_shapes(), "operations.rs": self.routes() if has_routes else self.named()}


def files():
    for service, only in SERVICES.items():
        target = SOURCES / MODULES.get(service, service.replace("-", "_")) / "model"
        for name, lines in Model(service, only).files().items():
            yield target / name, formatted(lines)


def main():
    settle(__doc__.splitlines()[0], files())


if __name__ == "__main__":
    main()
