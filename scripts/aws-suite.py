#!/usr/bin/env python3
"""Runs AWS's clients against development clusters: boto3, the AWS CLI, the SDKs for JavaScript and Rust, the CDK.

    scripts/aws-suite.py [BIN]    # the directory of trellis-node, trellis and trellis-sdk-replay; default: target/debug

Each step has a cluster of three nodes of its own. boto3 goes through everything, and what it was answered is the measure
for the other clients. Installs the AWS CLI and, beside BIN, the SDK for JavaScript and the CDK where they are not there.
"""

import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "scripts"
JAVASCRIPT = "@aws-sdk/client-vpc-lattice@3.1142.0"
CDK = ("aws-cdk-lib@2.276.0", "constructs@10.8.1")
CLI = "awscli==1.45.11"


class Cluster:
    """A development cluster, with its ready file."""

    def __init__(self, binaries, dir):
        self.ready = dir / "ready.json"
        command = [binaries / "trellis-node", "dev", "--no-sample", "--ports", "auto"]
        command += ["--dir", dir / "cluster", "--ready-file", self.ready]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def __enter__(self):
        end = time.monotonic() + 60
        while not self.ready.exists():
            assert self.process.poll() is None and time.monotonic() < end, "the cluster does not come up"
            time.sleep(0.1)
        return self.ready

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def clients(dir):
    """Installs what is not there; where the modules for JavaScript are."""
    modules = dir / "node_modules"
    if not all((modules / name).exists() for name in ("@aws-sdk/client-vpc-lattice", "aws-cdk-lib")):
        subprocess.run(["npm", "install", "--silent", "--prefix", dir, JAVASCRIPT, *CDK], check=True, stdout=subprocess.DEVNULL)
    if importlib.util.find_spec("awscli") is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", CLI], check=True)
    return modules


def main():
    binaries = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/debug").resolve()
    modules = clients(binaries.parent / "aws-clients")
    with tempfile.TemporaryDirectory() as dir:
        transcript = pathlib.Path(dir) / "transcript.json"
        steps = {
            "boto3": [sys.executable, SCRIPTS / "aws-compat.py", "READY", transcript],
            "every refusal": [sys.executable, SCRIPTS / "aws-refusals.py", "READY", transcript],
            "an estate": [sys.executable, SCRIPTS / "aws-estate.py", "READY"],
            "Terraform and Kubernetes": [sys.executable, SCRIPTS / "aws-iac.py", "READY"],
            "identities of AWS": [sys.executable, SCRIPTS / "aws-identity.py", "READY"],
            "tenancy": [sys.executable, SCRIPTS / "aws-tenancy.py", "READY"],
            "made-up calls": [sys.executable, SCRIPTS / "aws-fuzz.py", "READY", "--seconds", "60", "--brief"],
            "AWS CLI": [sys.executable, SCRIPTS / "aws-replay.py", "READY", transcript],
            "JavaScript": ["env", f"NODE_PATH={modules}", SCRIPTS / "aws-replay.mjs", "READY", transcript],
            "CDK": ["env", f"NODE_PATH={modules}", sys.executable, SCRIPTS / "aws-cdk.py", "READY"],
            "Rust": [binaries / "trellis-sdk-replay", "READY", transcript],
        }
        for number, (name, command) in enumerate(steps.items()):
            own = pathlib.Path(dir) / str(number)
            own.mkdir()
            start = time.monotonic()
            with Cluster(binaries, own) as ready:
                command = [ready if part == "READY" else part for part in command]
                done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
            print(f"{name} ({time.monotonic() - start:.0f} s): {done.stdout.strip()}", flush=True)
            if done.returncode:
                sys.exit(f"{name} failed")


if __name__ == "__main__":
    main()
