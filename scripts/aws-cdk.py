#!/usr/bin/env python3
"""Applies what the AWS CDK synthesizes to a running cluster, twice, and reads it with the AWS CLI as `trellis env` sets it up.

    NODE_PATH=DIR/node_modules scripts/aws-cdk.py READY_FILE    # as `trellis-node dev --ready-file` writes it

DIR: as `aws-cdk.mjs` says. Needs the AWS CLI (pip install awscli).
"""

import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

from command_line import trellis

SCRIPTS = pathlib.Path(__file__).resolve().parent


def synthesized(dir):
    """The template of the app, in a file."""
    subprocess.run(["node", SCRIPTS / "aws-cdk.mjs", dir], check=True, stdout=subprocess.DEVNULL)
    return dir / "Shop.template.json"


class Cluster:
    """A cluster as root of its first account."""

    def __init__(self, ready):
        self.ready = ready
        self.vpc = ready["vpcs"][0]["id"]

    def apply(self, template):
        """What became of each resource: kind to action."""
        command = ["apply", "--from-cloudformation", template, "--parameter", f"Vpc={self.vpc}", "--wait"]
        rows = [line.split() for line in trellis(self.ready, *command).splitlines()]
        return {row[1]: row[0] for row in rows if row[0] != "ACTION"}

    def aws(self, *command):
        """What the AWS CLI answers in a shell that has nothing but what `trellis env` prints."""
        shell = f"{trellis(self.ready, 'env')}\n{shlex.join([sys.executable, '-m', 'awscli', *command])} --output json"
        empty = {"PATH": os.environ["PATH"], "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
        done = subprocess.run(["sh", "-c", shell], env=empty, check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(done.stdout)


def main():
    cluster = Cluster(json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory() as dir:
        template = synthesized(pathlib.Path(dir))
        first, again = cluster.apply(template), cluster.apply(template)
    assert len(first) == 8 and set(first.values()) == {"created"}, first
    assert again == dict.fromkeys(first, "unchanged"), again

    lattice = lambda *command: cluster.aws("vpc-lattice", *command)
    service = next(it for it in lattice("list-services")["items"] if it["name"] == "orders")
    listener = lattice("list-listeners", "--service-identifier", service["id"])["items"][0]
    rules = lattice("list-rules", "--service-identifier", service["id"], "--listener-identifier", listener["arn"])["items"]
    assert [rule.get("priority") for rule in rules if not rule["isDefault"]] == [10], rules
    policy = json.loads(lattice("get-auth-policy", "--resource-identifier", service["arn"])["policy"])
    assert policy["Statement"][0]["Resource"] == f"{service['arn']}/*", policy
    joined = lattice("list-service-network-service-associations", "--service-identifier", service["id"])["items"]
    assert [it["serviceNetworkName"] for it in joined] == ["shop"], joined
    print(f"{len(first)} resources created, then unchanged; the AWS CLI reads them as `trellis env` sets it up")


if __name__ == "__main__":
    main()
