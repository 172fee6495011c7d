#!/usr/bin/env python3
"""Does with the AWS CLI what `aws-compat.py` did with boto3, on another new cluster, and compares the answers.

    scripts/aws-replay.py READY_FILE TRANSCRIPT

As `aws-replay.mjs`: ids and page tokens differ from cluster to cluster, and are learnt from the answers; an answer must have the
members of the one in the transcript, an error its name. Needs the AWS CLI (pip install awscli), which runs in this process: it
takes longer to start than to do all of this.
"""

import contextlib
import io
import json
import os
import re
import sys
import tempfile

from awscli.clidriver import create_clidriver
from botocore import xform_name

from command_line import trellis

ID = re.compile(r"[a-z]+-[0-9a-z]{17}")
ERROR = re.compile(r"An error occurred \((\w+)\) when calling")


class Replay:
    """A cluster, and how things of the transcript are called there."""

    def __init__(self, ready, transcript, config):
        root, vpc = ready["accounts"][0], ready["vpcs"][0]["id"]
        group = trellis(ready, "security-group", "create", "--vpc", vpc, "--name", "members", "-o", "json")
        self.names = {transcript["vpc"]: vpc, transcript["securityGroup"]: json.loads(group)["id"]}
        environment = {
            "AWS_CONFIG_FILE": config,
            "AWS_ENDPOINT_URL_VPC_LATTICE": ready["nodes"][2]["api"],
            "AWS_DEFAULT_REGION": ready["region"],
            "AWS_ACCESS_KEY_ID": root["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": root["secret_access_key"],
            "AWS_MAX_ATTEMPTS": "1",
        }
        os.environ.update(environment)

    def here(self, value):
        """A value of the transcript as it is called here."""
        text = json.dumps(value)
        for there, own in self.names.items():
            text = text.replace(there, own)
        return text

    def perform(self, step):
        """What is answered, and the name of the error."""
        command = ["vpc-lattice", xform_name(step["operation"], "-"), "--output", "json", "--no-paginate"]
        command += ["--cli-input-json", self.here(step["input"])]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = create_clidriver().main(command)
        error = ERROR.search(err.getvalue())
        if code and not error:
            raise AssertionError(f"{command}: {err.getvalue()}")
        return json.loads(out.getvalue() or "{}"), error and error[1]

    def compare(self, there, own, path):
        """Learns how things are called here, and fails where an answer is made otherwise."""
        assert type(there) is type(own), f"{path} is {own!r}, not {there!r}"
        if isinstance(there, str) and (ID.fullmatch(there) and ID.fullmatch(own) or path.endswith(".nextToken")):
            self.names[there] = own
        if isinstance(there, dict):
            assert there.keys() == own.keys(), f"{path} has {list(own)}, not {list(there)}"
        if isinstance(there, list):
            assert len(there) == len(own), f"{path} has {len(own)} items, not {len(there)}"
        pairs = there.items() if isinstance(there, dict) else enumerate(there) if isinstance(there, list) else ()
        for key, item in pairs:
            self.compare(item, own[key], f"{path}.{key}")


def main():
    ready, transcript = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:3])
    with tempfile.NamedTemporaryFile("w", suffix=".ini") as config:
        # What is wrong is for the cluster to say.
        config.write("[default]\nparameter_validation = false\n")
        config.flush()
        replay = Replay(ready, transcript, config.name)
        for step in transcript["steps"]:
            told = f"{step['operation']} {step['input']}"
            answer, error = replay.perform(step)
            assert error == step.get("error"), f"{told}: {error}, not {step.get('error')}"
            if error is None:
                replay.compare(step["answer"], answer, told)
    print(f"{len(transcript['steps'])} calls answered as by boto3")


if __name__ == "__main__":
    main()
