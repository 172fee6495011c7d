#!/usr/bin/env python3
"""Sends a running cluster calls that are made up from botocore's models, and judges every answer by them.

    scripts/aws-fuzz.py READY_FILE [--seed N] [--calls 20000] [--seconds N] [--service NAME] [--brief]

READY_FILE is that of `trellis-node dev --no-sample --ready-file READY_FILE`. The calls are of every service that there is,
or of those that are named; some are damaged. A seed sends the same calls again, apart from the ids that the cluster gives.
Ends with 1 where an answer is not what the model allows.
"""

import argparse
import json
import os
import random
import re
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import boto3
from aws_fuzz.call import Call, send
from aws_fuzz.damage import CALLS, COMMON, VALUES, damage_call, damage_value
from aws_fuzz.draw import Draw
from aws_fuzz.identities import Iam, Sts
from aws_fuzz.lattice import Lattice
from aws_fuzz.others import Acm, Ec2, Ram, Tagging
from aws_fuzz.things import Things, texts

SERVICES = [Lattice, Iam, Sts, Ec2, Ram, Tagging, Acm]
WORKERS, DAMAGED, FINDINGS_MAX = 4, 0.4, 50
LISTING_SECONDS = 30  # after the last call, where there is an end
ALL = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
TRUST = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "%s"}, "Action": ["sts:*"]}]}'
MESSAGE = re.compile(rb"Encoded authorization failure message: ([\w+/=.-]+)")


def callers(ready, index):
    """The keys of an account's root and of a user who may everything; a role of the account that trusts the user."""
    root = ready["accounts"][index]
    keys = root["access_key_id"], root["secret_access_key"]
    named = dict(zip(["aws_access_key_id", "aws_secret_access_key"], keys))
    iam = boto3.client("iam", endpoint_url=ready["nodes"][0]["api"], region_name=ready["region"], **named)
    name = f"fuzzer-{os.getpid()}"
    user = iam.create_user(UserName=name)["User"]["Arn"]
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=ALL)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST % user)["Role"]["Arn"]
    return {"root": keys, "user": (key["AccessKeyId"], key["SecretAccessKey"])}, role, [name, key["AccessKeyId"]]


class Run:
    """A run under way, and what it found."""

    def __init__(self, ready_file, seed, calls, seconds, service):
        self.ready, self.seed, self.calls, self.end = json.load(ready_file), seed, calls, time.monotonic() + seconds
        self.services = [each() for each in SERVICES if not service or each.NAME in service]
        made = [callers(self.ready, index) for index in range(2)]
        self.keys = [keys for keys, _, _ in made]
        self.things = Things([vpc["id"] for vpc in self.ready["vpcs"]] + [kept for _, _, names in made for kept in names])
        for account, (_, role, _) in zip(self.ready["accounts"], made):
            self.things.note("role-arn", account["id"], role)
        self.outcomes, self.findings = defaultdict(Counter), {}

    def work(self, worker):
        kept = {}
        for number in range(worker, self.calls, WORKERS):
            if time.monotonic() > self.end:
                return
            self.perform(kept, self.drawn(number))

    def call(self, service, operation, given, account, node, number=-1):
        keys, scope = self.keys[account][service.CALLER], service.model.signing_name
        call = Call(service=service, operation=operation, given=given, account=account, node=node, keys=keys, scope=scope)
        call.number = number
        return call

    def drawn(self, number):
        """The call of a number."""
        first, account = random.Random(f"{self.seed}/{number}/service"), number // WORKERS % 2
        service = first.choices(self.services, [each.TURNS for each in self.services])[0]
        draw = Draw(self, service, f"{self.seed}/{number}", account)
        operation = draw.choices(service.operations, service.weights)[0]
        call = self.call(service, operation, draw.given(operation), account, draw.randrange(len(self.ready["nodes"])), number)
        # Few inputs have what these are for.
        kinds = [*VALUES, *service.DAMAGE, *COMMON, *["range", "union", "too many"] * 4] if draw.random() < DAMAGED else []
        for call.damage in draw.sample(kinds, len(kinds)):
            if call.damage in CALLS or damage_value(draw, call):
                break
        service.write(call)
        if call.damage in CALLS:
            damage_call(draw, call)
        elif operation.auth_type == "none" and draw.random() < 0.9:
            call.keys = None
        return call

    def perform(self, kept, call):
        """Makes a call; what it is told."""
        answer, told, operation = send(self.ready, kept, call), {}, call.operation.name if call.operation else "(none)"
        # A large request may be cut off, and its refusal with it.
        outcome, found = "no answer", [] if call.damage == "size" else ["no answer"]
        if answer:
            outcome, found = "succeeded", list(call.faults(answer))
            try:
                said = call.service.read(answer, call.operation)
                outcome, told = said.error or outcome, said.told
            except Exception:  # whatever the parsers throw: it is among the faults
                outcome = f"status {answer['status_code']}"
        with self.things.lock:
            if answer:
                self.note(call, answer, told, outcome)
            title = f"{call.service.NAME} {operation}"
            self.outcomes[f"{title}, {'whole' if call.damage == 'none' else 'damaged'}"][outcome] += 1
            self.outcomes[f"damage: {call.damage}"][outcome] += 1
            for fault in found:
                self.found(title, fault, call, answer)
        return told

    def note(self, call, answer, told, outcome):
        """Notes what an answer says of what there is and what is gone."""
        account = self.ready["accounts"][call.account]["id"]
        if answer["status_code"] < 300:
            self.things.learn(call.service.NAME, told, account)
        for message in MESSAGE.findall(answer["body"]):
            self.things.note("message", account, message.decode())
        if call.operation and call.operation.name.startswith("Delete") and "Policy" not in call.operation.name:
            gone = [text for _, text in texts(call.given)] if outcome in ["succeeded", *call.service.GONE] else []
        else:
            gone = [told["resourceId"]] if answer["status_code"] == 404 and "resourceId" in told else []
        for identifier in gone:
            self.things.forget(identifier, account)

    def found(self, operation, fault, call, answer):
        fault = re.sub("[0-9a-z]{17}", "…", fault)
        self.findings.setdefault((fault, operation), [0, call, answer])[0] += 1

    def list_everything(self):
        """Lists what each account has, in small pages from all nodes in turn: nothing is told twice, and there is an end."""
        lists = [(service, operation) for service in self.services for operation in service.operations if operation.name in service.pages]
        for account, (service, operation) in [(account, each) for account in range(2) for each in lists]:
            if time.monotonic() > self.end + LISTING_SECONDS:
                return
            draw = Draw(self, service, f"{self.seed}/{operation.name}", account)
            for given in [{}, draw.given(operation), draw.given(operation)]:
                self.list_all(service, operation, given, account, draw)

    def list_all(self, service, operation, given, account, draw):
        kept, page, names, token = {}, service.pages[operation.name], [], None
        while len(names) == len(set(names)):
            asked = {name: value for name, value in given.items() if name != page["input_token"]}
            asked |= {page["limit_key"]: 7} if "limit_key" in page else {}
            asked |= {page["input_token"]: token} if token else {}
            call = self.call(service, operation, asked, account, draw.randrange(len(self.ready["nodes"])))
            service.write(call)
            told = self.perform(kept, call)
            names, token = [*names, *map(json.dumps, told.get(page["result_key"], []))], told.get(page["output_token"])
            if not token:
                return
        self.found(f"{service.NAME} {operation.name}", "tells things twice in its pages", call, names)

    def report(self, brief):
        """Prints what was called and what was found."""
        for title, counts in [] if brief else sorted(self.outcomes.items()):
            print(f"{title:55} {', '.join(f'{outcome} {count}' for outcome, count in counts.most_common())}")
        creations = [counts for title, counts in self.outcomes.items() if re.match(r"\S+ (Create|Start).*whole", title)]
        print(f"creations: {sum(each['succeeded'] for each in creations)} of {sum(map(Counter.total, creations))} succeeded")
        for (fault, operation), (count, call, answer) in sorted(self.findings.items())[:FINDINGS_MAX]:
            call.service = call.operation = call.keys = None
            print(f"\nFINDING, {count} times: {operation}: {fault[:500]}\n  {str(call)[:3_000]}\n  {str(answer)[:2_000]}")
        print(f"\n{sum(map(Counter.total, self.outcomes.values())) // 2} calls, {len(self.findings)} findings")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ready_file", type=argparse.FileType())
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no further call after so long")
    parser.add_argument("--service", action="append", choices=[each.NAME for each in SERVICES], default=[])
    parser.add_argument("--brief", action="store_true", help="print no table of what was called")
    given = vars(parser.parse_args())
    brief, run = given.pop("brief"), Run(**given)
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(run.work, range(WORKERS)))
    run.list_everything()
    run.report(brief)
    raise SystemExit(bool(run.findings))


if __name__ == "__main__":
    main()
