#!/usr/bin/env python3
"""Asks a running cluster for every refusal that the model of VPC Lattice has an error for, and tells which nobody saw.

    scripts/aws-refusals.py READY_FILE TRANSCRIPT   # as `aws-compat.py`; the transcript is what that one wrote

The cluster must be new, and is used up: quotas are set to little, one node is started again with a low rate of calls, two
are killed. Wrong fields, what is not there and conflicts are in the transcript; here are permissions, quotas, rates, and
calls without a quorum.
"""

import contextlib
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

import command_line

compat = importlib.import_module("aws-compat")

INVOKE = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}'
NONE = "there is nothing that it could be of"
# Errors that the model has and this implementation never has a reason for, with why.
NEVER = {
    "AccessDeniedException": {"DeleteResourceEndpointAssociation": NONE},
    "InternalServerException": {"DeleteResourceEndpointAssociation": NONE},
    "ResourceNotFoundException": {
        "CreateService": "it names nothing",
        "CreateServiceNetwork": "it names nothing",
        "ListDomainVerifications": "it names nothing",
    },
    "ConflictException": {
        "BatchUpdateRule": "it is told of each rule",
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
        # Ids by their prefixes, and members that an input needs beyond what the model requires.
        self.things = {"vpc": self.suite.vpc}
        self.more = {
            "create_resource_gateway": {"vpcIdentifier": self.suite.vpc},
            "create_rule": {"match": {"httpMatch": {"method": "GET"}}},
            "create_target_group": {"config": {"port": 80, "protocol": "HTTP", "vpcIdentifier": self.suite.vpc}},
            "put_auth_policy": {"policy": INVOKE},
        }
        self.model = self.suite.client.meta.service_model

    def operations(self, error):
        """Names of the operations that have an error in their models, with inputs about what there is."""
        for name in self.model.operation_names:
            operation, call = self.model.operation_model(name), xform_name(name)
            if any(shape.name == error for shape in operation.error_shapes) and name not in NEVER.get(error, {}):
                fields = json.dumps(compat.example(operation.input_shape) | self.more.get(call, {}))
                for prefix, own in self.things.items():
                    fields = fields.replace(f'"{prefix}-{compat.NOTHING}"', f'"{own}"')
                yield call, json.loads(fields)

    def client(self, service):
        """A client of the first account's root for another service."""
        root = self.ready["accounts"][0]
        return boto3.client(
            service,
            endpoint_url=self.ready["nodes"][0]["api"],
            region_name=self.ready["region"],
            aws_access_key_id=root["access_key_id"],
            aws_secret_access_key=root["secret_access_key"],
            config=Config(retries={"total_max_attempts": 1}),
        )

    def permissions(self):
        """Whoever has no policies may do nothing."""
        iam = self.client("iam")
        iam.create_user(UserName="nobody")
        key = iam.create_access_key(UserName="nobody")["AccessKey"]
        nobody = {"access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"]}
        other = compat.Suite({**self.ready, "accounts": [nobody]})
        for call, fields in self.operations("AccessDeniedException"):
            other.refused("AccessDeniedException", call, **fields)
        self.note(other)

    def make(self):
        """One of each, for the other calls to be about."""
        suite, vpc = self.suite, self.suite.vpc
        group = suite.ok("create_target_group", name="one", **self.more["create_target_group"], type="IP")["id"]
        service = suite.ok("create_service", name="one")
        forward = {"forward": {"targetGroups": [{"targetGroupIdentifier": group}]}}
        at = {"serviceIdentifier": service["id"]}
        listener = {**at, "name": "one", "protocol": "HTTP", "port": 80, "defaultAction": forward}
        at["listenerIdentifier"] = suite.ok("create_listener", **listener)["id"]
        rule = {**at, "name": "one", "priority": 1, **self.more["create_rule"], "action": forward}
        at["ruleIdentifier"] = suite.ok("create_rule", **rule)["id"]
        network = suite.ok("create_service_network", name="one", sharingConfig={"enabled": True})
        pair = {"serviceNetworkIdentifier": network["id"]}
        suite.ok("create_service_network_service_association", **pair, serviceIdentifier=service["id"])
        suite.ok("create_service_network_vpc_association", **pair, vpcIdentifier=vpc)
        gateway = suite.ok("create_resource_gateway", name="one", vpcIdentifier=vpc)["id"]
        configuration = {
            "type": "SINGLE",
            "portRanges": ["5432"],
            "allowAssociationToShareableServiceNetwork": True,
            "resourceGatewayIdentifier": gateway,
            "resourceConfigurationDefinition": {"ipResource": {"ipAddress": "10.0.0.9"}},
        }
        suite.ok("create_resource_configuration", name="one", **configuration)
        other = suite.ok("create_resource_configuration", name="two", **configuration)["id"]
        joined = {**pair, "resourceConfigurationIdentifier": other}
        suite.ok("create_service_network_resource_association", **joined)
        suite.ok("start_domain_verification", domainName="one.example.com")
        log = {"resourceIdentifier": network["id"], "destinationArn": "arn:aws:s3:::trellis-logs"}
        suite.ok("create_access_log_subscription", **log)
        invoke = self.more["put_auth_policy"]
        suite.ok("put_auth_policy", resourceIdentifier=network["id"], **invoke)
        share = {"Effect": "Allow", "Principal": "*", "Action": "vpc-lattice:GetServiceNetwork", "Resource": network["arn"]}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [share]})
        suite.ok("put_resource_policy", resourceArn=network["arn"], policy=policy)
        for step in suite.transcript:
            own = step.get("answer", {}).get("id")
            if own:
                self.things.setdefault(own.split("-")[0], own)
        firewall = self.client("ec2").create_security_group(VpcId=vpc, GroupName="one", Description="one")
        self.things["sg"] = firewall["GroupId"]
        of_network = {"resourceArn": network["arn"]}
        self.more |= dict.fromkeys(["tag_resource", "untag_resource", "list_tags_for_resource"], of_network)
        self.more |= dict.fromkeys(["get_resource_policy", "delete_resource_policy"], of_network)
        self.more |= {"put_resource_policy": {**of_network, "policy": policy}, "delete_auth_policy": {"resourceIdentifier": network["id"]}}
        self.more |= {"create_resource_configuration": configuration, "create_service_network_resource_association": joined}
        return listener, rule, configuration, log

    def conflicts(self, listener, rule, configuration, log):
        """What is there already, or cannot be as something else is."""
        suite, clash, vpc = self.suite, "ConflictException", self.suite.vpc
        suite.refused(clash, "create_listener", **{**listener, "name": "two"})
        suite.refused(clash, "create_target_group", name="one", type="IP", **self.more["create_target_group"])
        suite.refused(clash, "create_service", name="one")
        suite.refused(clash, "create_resource_configuration", name="one", **configuration)
        suite.refused(clash, "create_access_log_subscription", **log)
        pair = {"serviceNetworkIdentifier": self.things["sn"], "vpcIdentifier": vpc}
        suite.refused(clash, "create_service_network_vpc_association", **pair)
        second = suite.ok("create_rule", **{**rule, "name": "two", "priority": 2})["id"]
        at = {name: rule[name] for name in ("serviceIdentifier", "listenerIdentifier")}
        suite.refused(clash, "update_rule", **at, ruleIdentifier=second, priority=1)
        nowhere, lost = f"vpc-{compat.NOTHING}", "ResourceNotFoundException"
        suite.refused(lost, "create_resource_gateway", name="two", vpcIdentifier=nowhere)
        config = {**self.more["create_target_group"]["config"], "vpcIdentifier": nowhere}
        suite.refused(lost, "create_target_group", name="two", type="IP", config=config)

    def quotas(self, listener, rule, configuration):
        """More than there may be."""
        suite, over = self.suite, "ServiceQuotaExceededException"
        group = {"type": "IP", **self.more["create_target_group"]}
        service = suite.ok("create_service", name="two")["id"]
        second = suite.ok("create_target_group", name="two", **group)["id"]
        vpc = self.client("ec2").create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        names = """listenersPerService rulesPerListener serviceAssociationsPerServiceNetwork targetGroupsPerService targetsPerTargetGroup
        vpcAssociationsPerServiceNetwork resourceConfigurationsPerServiceNetwork domainVerificationsPerRegion serviceNetworksPerRegion
        servicesPerRegion targetGroupsPerRegion resourceGatewaysPerVpc resourceConfigurationsPerRegion"""
        self.limit({name: 1 for name in names.split()})
        targets = [{"id": "127.0.0.1", "port": port} for port in [1, 2]]
        suite.refused(over, "register_targets", targetGroupIdentifier=second, targets=targets)
        forward = {"forward": {"targetGroups": [{"targetGroupIdentifier": second}]}}
        at = {name: rule[name] for name in ("serviceIdentifier", "listenerIdentifier")}
        suite.refused(over, "create_listener", **{**listener, "name": "two", "port": 81})
        suite.refused(over, "update_listener", **at, defaultAction=forward)
        suite.refused(over, "create_rule", **{**rule, "name": "three", "priority": 3})
        suite.refused(over, "update_rule", **at, ruleIdentifier=self.things["rule"], action=forward)
        pair = {"serviceNetworkIdentifier": self.things["sn"]}
        suite.refused(over, "create_service_network_service_association", **pair, serviceIdentifier=service)
        suite.refused(over, "create_service_network_vpc_association", **pair, vpcIdentifier=vpc)
        joined = {**pair, "resourceConfigurationIdentifier": self.things["rcfg"]}
        suite.refused(over, "create_service_network_resource_association", **joined)
        suite.refused(over, "start_domain_verification", domainName="two.example.com")
        suite.refused(over, "create_service", name="three")
        suite.refused(over, "create_service_network", name="three")
        suite.refused(over, "create_target_group", name="three", **group)
        suite.refused(over, "create_resource_gateway", name="two", vpcIdentifier=suite.vpc)
        suite.refused(over, "create_resource_configuration", name="three", **configuration)

    def limit(self, quotas):
        """Sets quotas."""
        path = pathlib.Path(self.file).with_suffix(".settings.json")
        path.write_text(json.dumps({"kind": "ClusterSettings", "quotas": quotas}), encoding="utf-8")
        command_line.trellis(self.ready, "apply", "-f", str(path), "--wait")
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
        command = [command_line.binaries(self.ready) / "trellis-node", "run", "--config", config]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            self.wait(lambda: self.is_ready(node))
            hurried = compat.Suite(self.ready, node=2)
            for call, fields in self.operations("ThrottlingException"):
                refused = None
                for _ in range(3):
                    # The first call of a second is answered.
                    with contextlib.suppress(AssertionError):
                        refused = hurried.refused("ThrottlingException", call, **fields)
                        break
                assert refused and refused["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1", (call, refused)
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
    listener, rule, configuration, log = refusals.make()
    refusals.conflicts(listener, rule, configuration, log)
    refusals.quotas(listener, rule, configuration)
    refusals.permissions()
    refusals.rates()
    refusals.quorum()
    unseen = list(refusals.unseen(transcript))
    if unseen:
        sys.exit("not seen: " + "; ".join(unseen))
    count = sum(len(codes) for codes in refusals.suite.failed.values())
    print(f"{count} refusals: each error of each operation's model that there is a reason for")


if __name__ == "__main__":
    main()
