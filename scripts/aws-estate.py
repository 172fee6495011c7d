#!/usr/bin/env python3
"""Makes a whole estate of two accounts through boto3 alone, sends signed requests through it, and changes it under them.

    scripts/aws-estate.py READY_FILE   # the file of `trellis-node dev --no-sample --ready-file READY_FILE`

Each change is obeyed by the next request to every node. Then fifty clients create one name, and the leader is killed
while client tokens are under way: the cluster is used up afterwards.
"""

import collections
import concurrent.futures
import http.client
import http.server
import json
import os
import signal
import sys
import threading
import time
import urllib.request

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError

CLIENTS, TOKENS = 50, 200
# What a share of a service network is for.
JOIN = ["vpc-lattice:GetServiceNetwork", "vpc-lattice:CreateServiceNetworkServiceAssociation"]
# How long a call may be repeated while there is no leader, seconds.
FAILOVER = 20


class Target(http.server.BaseHTTPRequestHandler):
    """Answers with its server's name and who it was told that calls."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        caller = self.headers.get("x-amzn-lattice-identity", "nobody")
        body = f"{self.server.name} {caller}".encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def target(name):
    """Starts a target; its port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Target)
    server.name = name
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


class Estate:
    """A cluster, and what was made in it."""

    def __init__(self, ready):
        self.ready, self.config = ready, Config(retries={"total_max_attempts": 1}, max_pool_connections=CLIENTS)
        self.network_owner, self.owner = ready["accounts"][:2]
        self.host = self.service = self.credentials = None
        self.requests = 0

    def client(self, service, account, node=0, token=None):
        """A client of an account, for one node."""
        return boto3.client(
            service,
            endpoint_url=self.ready["nodes"][node]["api"],
            region_name=self.ready["region"],
            aws_access_key_id=account["access_key_id"],
            aws_secret_access_key=account["secret_access_key"],
            aws_session_token=token,
            config=self.config,
        )

    def answer(self, node, path, credentials):
        """Status and body of a signed request through a node's leg in the first account's VPC; 0 where nobody listens."""
        vpc = self.ready["vpcs"][0]
        port = 80 + vpc["port_offset"]
        headers = {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
        request = AWSRequest("GET", f"http://{self.host}:{port}{path}", headers=headers)
        SigV4Auth(credentials, "vpc-lattice-svcs", self.ready["region"]).add_auth(request)
        connection = http.client.HTTPConnection(vpc["ingress"][node], port, timeout=10)
        self.requests += 1
        try:
            connection.request("GET", path, headers={**dict(request.headers), "host": f"{self.host}:{port}"})
        except ConnectionRefusedError:
            return 0, ""
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body

    def expect(self, status, text="", path="/", credentials=None):
        """What every node must answer now."""
        for node in range(len(self.ready["nodes"])):
            got = self.answer(node, path, credentials or self.credentials)
            assert got[0] == status and text in got[1], f"node {node}, {path}: {got}, not {status} {text}"


def policy(effect, action, principal=None, resource="*"):
    statement = {"Effect": effect, "Action": action, "Resource": resource}
    if principal:
        statement["Principal"] = principal
    return {"Version": "2012-10-17", "Statement": [statement]}


def create(estate):
    """The service in one account, the network and the callers in the other; answers with what is changed later."""
    network_owner, owner = estate.network_owner, estate.owner
    mine, theirs = estate.client("vpc-lattice", network_owner), estate.client("vpc-lattice", owner, node=1)
    vpc = estate.ready["vpcs"][1]["id"]
    groups = []
    for name in ["green", "blue"]:
        config = {"port": 80, "protocol": "HTTP", "vpcIdentifier": vpc, "healthCheck": {"enabled": False}}
        group = theirs.create_target_group(name=name, type="IP", config=config)["id"]
        targets = [{"id": "127.0.0.1", "port": target(name)}]
        assert not theirs.register_targets(targetGroupIdentifier=group, targets=targets)["unsuccessful"]
        groups.append((group, targets))
    service = theirs.create_service(name="orders", authType="AWS_IAM")
    at = {"serviceIdentifier": service["id"]}
    forward = {"forward": {"targetGroups": [{"targetGroupIdentifier": groups[0][0]}]}}
    at["listenerIdentifier"] = theirs.create_listener(**at, name="http", protocol="HTTP", port=80, defaultAction=forward)["id"]

    network = mine.create_service_network(name="shop", authType="AWS_IAM", sharingConfig={"enabled": True})
    pair = {"serviceNetworkIdentifier": network["arn"], "serviceIdentifier": service["id"]}
    refused("ResourceNotFoundException", theirs.create_service_network_service_association, **pair)
    share = policy("Allow", JOIN, {"AWS": owner["id"]}, network["arn"])
    mine.put_resource_policy(resourceArn=network["arn"], policy=json.dumps(share))
    association = theirs.create_service_network_service_association(**pair)["id"]
    mine.create_service_network_vpc_association(
        serviceNetworkIdentifier=network["id"], vpcIdentifier=estate.ready["vpcs"][0]["id"]
    )

    iam = estate.client("iam", network_owner)
    user = iam.create_user(UserName="deployer")["User"]
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    trust = policy("Allow", "sts:AssumeRole", {"AWS": user["Arn"]})
    del trust["Statement"][0]["Resource"]
    role = iam.create_role(RoleName="frontend", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    invoke = policy("Allow", "vpc-lattice-svcs:Invoke")
    iam.put_role_policy(RoleName="frontend", PolicyName="invoke", PolicyDocument=json.dumps(invoke))
    deployer = {"access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"]}
    session = estate.client("sts", deployer, node=2).assume_role(RoleArn=role["Arn"], RoleSessionName="web")["Credentials"]

    policies = {
        network["id"]: policy("Allow", "vpc-lattice-svcs:Invoke", "*"),
        service["id"]: policy("Allow", "vpc-lattice-svcs:Invoke", {"AWS": role["Arn"]}),
    }
    for client, (resource, document) in zip([mine, theirs], policies.items()):
        client.put_auth_policy(resourceIdentifier=resource, policy=json.dumps(document))
    estate.host, estate.service = service["dnsEntry"]["domainName"], service
    estate.credentials = Credentials(session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
    estate.expect(200, f"green Principal=arn:aws:sts::{network_owner['id']}:assumed-role/frontend/web")
    return at, groups, network, association, policies, deployer


def routes(estate, at, groups):
    """Rules, weights and targets that change."""
    theirs = estate.client("vpc-lattice", estate.owner, node=2)
    (green, _), (blue, blue_targets) = groups
    forward = {name: {"forward": {"targetGroups": [{"targetGroupIdentifier": group}]}} for name, group in [("green", green), ("blue", blue)]}
    match = {"httpMatch": {"pathMatch": {"match": {"prefix": "/cart"}}}}
    rule = theirs.create_rule(**at, name="cart", priority=10, match=match, action=forward["blue"])["id"]
    estate.expect(200, "blue", "/cart/1")
    estate.expect(200, "green", "/other")
    for turn in range(20):
        name = ["green", "blue"][turn % 2]
        theirs.update_rule(**at, ruleIdentifier=rule, action=forward[name])
        estate.expect(200, name, "/cart/1")
        status = [404, 500][turn % 2]
        theirs.update_listener(**at, defaultAction={"fixedResponse": {"statusCode": status}})
        estate.expect(status, path="/other")
    theirs.update_listener(**at, defaultAction=forward["green"])
    exact = {"httpMatch": {"pathMatch": {"match": {"exact": "/basket"}}}}
    theirs.update_rule(**at, ruleIdentifier=rule, match=exact)
    estate.expect(200, "green", "/cart/1")
    estate.expect(200, "blue", "/basket")
    theirs.deregister_targets(targetGroupIdentifier=blue, targets=blue_targets)
    estate.expect(503, path="/basket")
    theirs.register_targets(targetGroupIdentifier=blue, targets=[{"id": "127.0.0.1", "port": target("cyan")}])
    estate.expect(200, "cyan", "/basket")
    theirs.delete_rule(**at, ruleIdentifier=rule)
    estate.expect(200, "green", "/basket")


def permissions(estate, network, policies, deployer):
    """Policies of the network, the service and the role that change; a key that is switched off."""
    theirs, mine = estate.client("vpc-lattice", estate.owner), estate.client("vpc-lattice", estate.network_owner, node=1)
    iam = estate.client("iam", estate.network_owner, node=2)
    service = estate.service["id"]
    secret = policy("Deny", "vpc-lattice-svcs:Invoke", "*", f"{estate.service['arn']}/secret/*")
    both = {**policies[service], "Statement": policies[service]["Statement"] + secret["Statement"]}
    theirs.put_auth_policy(resourceIdentifier=service, policy=json.dumps(both))
    estate.expect(403, path="/secret/1")
    estate.expect(200, "green", "/open")
    theirs.delete_auth_policy(resourceIdentifier=service)
    estate.expect(403)
    theirs.put_auth_policy(resourceIdentifier=service, policy=json.dumps(policies[service]))
    estate.expect(200, "green")
    mine.put_auth_policy(resourceIdentifier=network["id"], policy=json.dumps(policy("Deny", "*", "*")))
    estate.expect(403)
    mine.update_service_network(serviceNetworkIdentifier=network["id"], authType="NONE")
    estate.expect(200, "green")
    mine.update_service_network(serviceNetworkIdentifier=network["id"], authType="AWS_IAM")
    mine.put_auth_policy(resourceIdentifier=network["id"], policy=json.dumps(policies[network["id"]]))
    estate.expect(200, "green")

    deny = json.dumps(policy("Deny", "vpc-lattice-svcs:*"))
    iam.put_role_policy(RoleName="frontend", PolicyName="stop", PolicyDocument=deny)
    estate.expect(403)
    iam.delete_role_policy(RoleName="frontend", PolicyName="stop")
    estate.expect(200, "green")

    own = Credentials(deployer["access_key_id"], deployer["secret_access_key"])
    estate.expect(403, credentials=own)
    everyone = policy("Allow", "vpc-lattice-svcs:Invoke", {"AWS": estate.network_owner["id"]})
    theirs.put_auth_policy(resourceIdentifier=service, policy=json.dumps(everyone))
    estate.expect(403, credentials=own)
    invoke = json.dumps(policy("Allow", "vpc-lattice-svcs:Invoke"))
    iam.put_user_policy(UserName="deployer", PolicyName="invoke", PolicyDocument=invoke)
    estate.expect(200, "user/deployer", credentials=own)
    key = {"UserName": "deployer", "AccessKeyId": deployer["access_key_id"]}
    iam.update_access_key(**key, Status="Inactive")
    estate.expect(403, credentials=own)
    iam.update_access_key(**key, Status="Active")
    estate.expect(200, "user/deployer", credentials=own)
    iam.delete_access_key(**key)
    estate.expect(403, credentials=own)


def memberships(estate, network, association):
    """The service leaves its network, and comes back; at last its callers' role is deleted."""
    theirs, mine = estate.client("vpc-lattice", estate.owner), estate.client("vpc-lattice", estate.network_owner)
    theirs.delete_service_network_service_association(serviceNetworkServiceAssociationIdentifier=association)
    # It was the only one on its port.
    estate.expect(0)
    mine.delete_resource_policy(resourceArn=network["arn"])
    pair = {"serviceNetworkIdentifier": network["arn"], "serviceIdentifier": estate.service["id"]}
    refused("ResourceNotFoundException", theirs.create_service_network_service_association, **pair)
    share = policy("Allow", JOIN, {"AWS": estate.owner["id"]}, network["arn"])
    mine.put_resource_policy(resourceArn=network["arn"], policy=json.dumps(share))
    theirs.create_service_network_service_association(**pair)
    estate.expect(200, "green")
    iam = estate.client("iam", estate.network_owner, node=1)
    iam.delete_role_policy(RoleName="frontend", PolicyName="invoke")
    estate.expect(403)
    iam.delete_role(RoleName="frontend")
    estate.expect(403)


def refused(code, call, **fields):
    """A call that must fail with this error."""
    try:
        call(**fields)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
    else:
        raise AssertionError(f"{fields} was not refused")


def one_name(estate):
    """Many clients create one name at once: one of them does."""
    nodes = len(estate.ready["nodes"])
    clients = [estate.client("vpc-lattice", estate.owner, node=number % nodes) for number in range(CLIENTS)]
    start = threading.Barrier(CLIENTS)

    def attempt(client):
        start.wait()
        try:
            client.create_service(name="wanted")
        except ClientError as error:
            return error.response["Error"]["Code"]
        return "created"

    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        counts = collections.Counter(pool.map(attempt, clients))
    assert counts == {"created": 1, "ConflictException": CLIENTS - 1}, counts


def leader(estate):
    """The node that leads, by its metrics."""
    while True:
        for number, node in enumerate(estate.ready["nodes"]):
            with urllib.request.urlopen(f"{node['telemetry']}/metrics", timeout=5) as metrics:
                if 'trellis_raft_leader 1' in metrics.read().decode():
                    return number
        time.sleep(0.1)


def tokens(estate):
    """The leader is killed under calls with client tokens; each token has made one thing, whoever is asked."""
    clients = [estate.client("vpc-lattice", estate.owner, node=number) for number in range(len(estate.ready["nodes"]))]
    repeated = collections.Counter()

    def create(number):
        fields = {"name": f"token-{number}", "clientToken": f"token-{number}"}
        end = time.monotonic() + FAILOVER
        for turn in range(number, sys.maxsize):
            try:
                return clients[turn % len(clients)].create_service(**fields)["id"]
            except (BotoCoreError, ClientError) as error:
                status = error.response["ResponseMetadata"]["HTTPStatusCode"] if isinstance(error, ClientError) else 503
                assert status >= 500 and time.monotonic() < end, error
                repeated[number] += 1
                time.sleep(0.1)

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        made = [pool.submit(create, number) for number in range(TOKENS)]
        while sum(each.done() for each in made) < TOKENS // 4:
            time.sleep(0.01)
        killed = leader(estate)
        os.kill(estate.ready["nodes"][killed]["pid"], signal.SIGKILL)
        made = [each.result() for each in made]
        again = list(pool.map(create, range(TOKENS)))
    assert made == again and len(set(made)) == TOKENS, "a token made two things"
    alive = clients[(killed + 1) % len(clients)]
    pages = alive.get_paginator("list_services").paginate()
    names = collections.Counter(item["name"] for page in pages for item in page["items"])
    wanted = [f"token-{number}" for number in range(TOKENS)]
    assert all(names[name] == 1 for name in wanted), names
    return len(repeated)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        estate = Estate(json.load(file))
    at, groups, network, association, policies, deployer = create(estate)
    routes(estate, at, groups)
    permissions(estate, network, policies, deployer)
    memberships(estate, network, association)
    print(f"an estate of two accounts: {estate.requests} signed requests obeyed each change")
    one_name(estate)
    print(f"{CLIENTS} clients and one name: one success, {CLIENTS - 1} conflicts")
    repeated = tokens(estate)
    print(f"{TOKENS} client tokens, {repeated} of them repeated across the leader's end: one service each")


if __name__ == "__main__":
    main()
