#!/usr/bin/env python3
"""Asks a running cluster for every refusal that the model of VPC Lattice has an error for, and tells which nobody saw.

    scripts/aws-refusals.py READY_FILE TRANSCRIPT   # as `aws-compat.py`; the transcript is what that one wrote

The cluster must be new, and is used up: quotas are set to little, one node is started again with a low rate of calls, two
are killed. Wrong fields, what is not there and conflicts are in the transcript; here are permissions, quotas, rates, and
calls without a quorum.
"""

import importlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.request

import boto3
from botocore import xform_name
from botocore.config import Config

compat = importlib.import_module("aws-compat")

# Errors that the model has and this implementation never has a reason for, with why.
NEVER = {
    "ConflictException": {
        "DeleteListener": "its rules go with it",
        "DeleteRule": "nothing depends on a rule",
        "DeleteServiceNetworkResourceAssociation": "nothing depends on it",
        "DeleteServiceNetworkServiceAssociation": "nothing depends on it",
        "DeleteServiceNetworkVpcAssociation": "nothing depends on it",
        "DeregisterTargets": "a target that is not there is told as unsuccessful",
        "RegisterTargets": "a target that is there already is told as successful",
        "UpdateAccessLogSubscription": "nothing else names its destination",
        "UpdateListener": "only its default action changes",
        "UpdateResourceGateway": "only its security groups change",
        "UpdateService": "its name does not change",
        "UpdateServiceNetwork": "its name does not change",
        "UpdateServiceNetworkVpcAssociation": "only its security groups change",
        "UpdateTargetGroup": "only its health check changes",
    },
    "ServiceQuotaExceededException": {
        "UpdateResourceConfiguration": "it has no quota for what changes",
        "UpdateService": "it has no quota for what changes",
        "UpdateTargetGroup": "it has no quota for what changes",
    },
}


class Refusals:
    """A cluster, and what it refused."""

    def __init__(self, ready, file):
        self.ready, self.file = ready, file
        self.suite = compat.Suite(ready)
        self.model = self.suite.client.meta.service_model
        self.binaries = pathlib.Path(os.readlink(f"/proc/{ready['nodes'][0]['pid']}/exe")).parent

    def operations(self, error):
        """Names of the operations that have an error in their models, with inputs."""
        for name in self.model.operation_names:
            operation = self.model.operation_model(name)
            if any(shape.name == error for shape in operation.error_shapes):
                yield xform_name(name), compat.example(operation.input_shape)

    def trellis(self, *arguments):
        """Runs the command line as root of the first account."""
        root = self.ready["accounts"][0]
        environment = {
            "TRELLIS_ENDPOINT": self.ready["nodes"][0]["api"],
            "AWS_ACCESS_KEY_ID": root["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": root["secret_access_key"],
            "AWS_REGION": self.ready["region"],
        }
        subprocess.run([self.binaries / "trellis", *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)

    def permissions(self):
        """Whoever has no policies may do nothing."""
        root = self.ready["accounts"][0]
        iam = boto3.client(
            "iam",
            endpoint_url=self.ready["nodes"][0]["api"],
            region_name=self.ready["region"],
            aws_access_key_id=root["access_key_id"],
            aws_secret_access_key=root["secret_access_key"],
        )
        iam.create_user(UserName="nobody")
        key = iam.create_access_key(UserName="nobody")["AccessKey"]
        nobody = {"access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"]}
        other = compat.Suite({**self.ready, "accounts": [nobody]})
        for call, fields in self.operations("AccessDeniedException"):
            other.refused("AccessDeniedException", call, **fields)
        self.note(other)

    def quotas(self):
        """More than there may be."""
        suite, vpc = self.suite, self.suite.vpc
        over = "ServiceQuotaExceededException"
        names = """listenersPerService rulesPerListener serviceAssociationsPerServiceNetwork targetGroupsPerService targetsPerTargetGroup
        resourceConfigurationsPerServiceNetwork domainVerificationsPerRegion"""
        self.limit({name: 1 for name in names.split()})
        group = {"type": "IP", "config": {"port": 80, "protocol": "HTTP", "vpcIdentifier": vpc}}
        first, second = (suite.ok("create_target_group", name=name, **group)["id"] for name in ["one", "two"])
        targets = [{"id": "127.0.0.1", "port": port} for port in [1, 2]]
        suite.refused(over, "register_targets", targetGroupIdentifier=first, targets=targets)
        service, other = (suite.ok("create_service", name=name)["id"] for name in ["one", "two"])
        forward = [{"forward": {"targetGroups": [{"targetGroupIdentifier": each}]}} for each in (first, second)]
        both = {"forward": {"targetGroups": [{"targetGroupIdentifier": each} for each in (first, second)]}}
        listener = {"serviceIdentifier": service, "protocol": "HTTP"}
        at = {"serviceIdentifier": service}
        at["listenerIdentifier"] = suite.ok("create_listener", **listener, name="one", defaultAction=forward[0])["id"]
        suite.refused(over, "create_listener", **listener, name="two", port=81, defaultAction=forward[0])
        suite.refused(over, "update_listener", **at, defaultAction=both)
        match = {"httpMatch": {"method": "GET"}}
        rule = suite.ok("create_rule", **at, name="one", priority=1, match=match, action=forward[0])["id"]
        suite.refused(over, "create_rule", **at, name="two", priority=2, match=match, action=forward[0])
        suite.refused(over, "update_rule", **at, ruleIdentifier=rule, action=forward[1])
        network = suite.ok("create_service_network", name="one")["id"]
        pair = {"serviceNetworkIdentifier": network}
        suite.ok("create_service_network_service_association", **pair, serviceIdentifier=service)
        suite.refused(over, "create_service_network_service_association", **pair, serviceIdentifier=other)
        suite.ok("create_service_network_vpc_association", **pair, vpcIdentifier=vpc)
        beside = suite.ok("create_service_network", name="two")["id"]
        suite.refused(over, "create_service_network_vpc_association", serviceNetworkIdentifier=beside, vpcIdentifier=vpc)
        gateway = suite.ok("create_resource_gateway", name="one", vpcIdentifier=vpc)["id"]
        configuration = {
            "type": "SINGLE",
            "portRanges": ["5432"],
            "resourceGatewayIdentifier": gateway,
            "resourceConfigurationDefinition": {"ipResource": {"ipAddress": "10.0.0.9"}},
        }
        made = [suite.ok("create_resource_configuration", name=name, **configuration)["id"] for name in ["one", "two"]]
        suite.ok("create_service_network_resource_association", **pair, resourceConfigurationIdentifier=made[0])
        suite.refused(over, "create_service_network_resource_association", **pair, resourceConfigurationIdentifier=made[1])
        suite.ok("start_domain_verification", domainName="one.example.com")
        suite.refused(over, "start_domain_verification", domainName="two.example.com")
        names = "serviceNetworksPerRegion servicesPerRegion targetGroupsPerRegion resourceGatewaysPerVpc resourceConfigurationsPerRegion"
        self.limit({name: 1 for name in names.split()})
        suite.refused(over, "create_service", name="three")
        suite.refused(over, "create_service_network", name="three")
        suite.refused(over, "create_target_group", name="three", **group)
        suite.refused(over, "create_resource_gateway", name="two", vpcIdentifier=vpc)
        suite.refused(over, "create_resource_configuration", name="three", **configuration)

    def limit(self, quotas):
        """Sets quotas."""
        path = pathlib.Path(self.file).with_suffix(".settings.json")
        path.write_text(json.dumps({"kind": "ClusterSettings", "quotas": quotas}), encoding="utf-8")
        self.trellis("apply", "-f", str(path), "--wait")
        path.unlink()

    def rates(self):
        """More calls a second than an account may make."""
        node = self.ready["nodes"][2]
        os.kill(node["pid"], signal.SIGTERM)
        self.wait(lambda: not pathlib.Path(f"/proc/{node['pid']}/exe").exists())
        config = pathlib.Path(node["config"])
        text = config.read_text(encoding="utf-8").replace("[control]\n", "[control]\naws_calls_per_second = 1\n")
        assert "aws_calls_per_second" in text, text
        config.write_text(text, encoding="utf-8")
        command = [self.binaries / "trellis-node", "run", "--config", config]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            self.wait(lambda: self.is_ready(node))
            hurried = compat.Suite(self.ready, node=2)
            for call, fields in self.operations("ThrottlingException"):
                for _ in range(3):
                    try:
                        refused = hurried.refused("ThrottlingException", call, **fields)
                        assert refused["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1", refused
                        break
                    except AssertionError:
                        continue
            self.note(hurried)
            process.terminate()

    def quorum(self):
        """No change without a majority: one node of three is left."""
        os.kill(self.ready["nodes"][1]["pid"], signal.SIGKILL)
        time.sleep(2)
        alone = compat.Suite(self.ready)
        for call, fields in self.operations("InternalServerException"):
            alone.refused("InternalServerException", call, **fields)
        self.note(alone)

    def is_ready(self, node):
        try:
            with urllib.request.urlopen(f"{node['telemetry']}/readyz", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    def wait(self, condition):
        end = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < end, "waited for 30 s"
            time.sleep(0.1)

    def note(self, suite):
        for call, codes in suite.failed.items():
            self.suite.failed.setdefault(call, set()).update(codes)

    def unseen(self, transcript):
        """Errors of the model that nobody saw and that are possible."""
        for step in transcript["steps"]:
            if "error" in step:
                self.suite.failed.setdefault(xform_name(step["operation"]), set()).add(step["error"])
        for name in self.model.operation_names:
            seen = self.suite.failed.get(xform_name(name), set())
            for shape in self.model.operation_model(name).error_shapes:
                never = name in NEVER.get(shape.name, {})
                if (shape.name in seen) == never:
                    yield f"{name}: {shape.name}" + (" was seen" if never else "")


def main():
    ready_file, transcript_file = sys.argv[1:3]
    with open(ready_file, encoding="utf-8") as ready, open(transcript_file, encoding="utf-8") as transcript:
        refusals, transcript = Refusals(json.load(ready), ready_file), json.load(transcript)
    refusals.permissions()
    refusals.quotas()
    refusals.rates()
    refusals.quorum()
    unseen = list(refusals.unseen(transcript))
    if unseen:
        sys.exit("not seen: " + "; ".join(unseen))
    count = sum(len(codes) for codes in refusals.suite.failed.values())
    print(f"{count} refusals: each error of each operation's model that there is a reason for")


if __name__ == "__main__":
    main()
