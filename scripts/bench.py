#!/usr/bin/env python3
"""Runs one pinned node beside other proxies: plain and signed requests, in one run.

Starts `trellis-node` on CPU 0 with one worker, an open service and a service with a network policy, a
service policy and identity policies, both forwarding `/orders/*` to 127.0.0.1:9001 and :9002, and hands
them to a side-by-side benchmark as `--extra` proxies.

usage: bench.py [--release-dir target/release] --bench BENCH.PY [arguments of BENCH.PY ...]
"""
import argparse, json, os, subprocess as sp, sys, tempfile, time

VPCS = ["vpc-0aaaaaaaaaaaaaaaa", "vpc-0bbbbbbbbbbbbbbbb"]
INGRESS = ["127.0.13.1", "127.0.14.1"]
OFFSET = 9100

ESTATE = """
kind: Vpc
id: {vpcs[0]}
name: open
---
kind: Vpc
id: {vpcs[1]}
name: closed
---
kind: ServiceNetwork
name: open
---
kind: ServiceNetwork
name: closed
authType: AWS_IAM
---
kind: AuthPolicy
resourceIdentifier: closed
policy: &policy
  Version: "2012-10-17"
  Statement:
    - {{Effect: Deny, Principal: "*", Action: "vpc-lattice-svcs:Invoke", Resource: "*/secret"}}
    - Effect: Allow
      Principal: {{AWS: "arn:aws:iam::111111111111:root"}}
      Action: vpc-lattice-svcs:Invoke
      Resource: "*/orders/*"
      Condition: {{StringEquals: {{"vpc-lattice-svcs:RequestMethod": [GET, POST]}}}}
---
{services}kind: VpcAssociation
serviceNetworkIdentifier: open
vpcIdentifier: open
---
kind: VpcAssociation
serviceNetworkIdentifier: closed
vpcIdentifier: closed
---
kind: User
userName: bench
policies:
  invoke:
    Version: "2012-10-17"
    Statement: [{{Effect: Allow, Action: "vpc-lattice-svcs:Invoke", Resource: "*"}}]
"""

SERVICE = """kind: TargetGroup
name: {name}-targets
type: IP
config: {{port: 9001, protocol: HTTP, vpcIdentifier: {vpc}, healthCheck: {{enabled: false}}}}
targets: [{{id: 127.0.0.1, port: 9001}}, {{id: 127.0.0.1, port: 9002}}]
---
kind: Service
name: {name}
authType: {auth}
---
kind: Listener
serviceIdentifier: {name}
name: http
protocol: HTTP
port: 80
defaultAction: {{fixedResponse: {{statusCode: 404}}}}
---
kind: Rule
serviceIdentifier: {name}
listenerIdentifier: http
name: orders
priority: 10
match: {{httpMatch: {{pathMatch: {{match: {{prefix: /orders/}}}}}}}}
action: {{forward: {{targetGroups: [{{targetGroupIdentifier: {name}-targets}}]}}}}
---
kind: ServiceAssociation
serviceNetworkIdentifier: {network}
serviceIdentifier: {name}
---
"""

POLICY = """kind: AuthPolicy
resourceIdentifier: signed
policy:
  Version: "2012-10-17"
  Statement:
    - {Effect: Allow, Principal: "*", Action: "vpc-lattice-svcs:Invoke", Resource: "*", Condition: {StringLike: {"aws:PrincipalArn": "arn:aws:iam::111111111111:user/*"}}}
---
"""


def signed_headers(key, host, path):
    """Headers of a GET that is signed by botocore."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    request = AWSRequest(method="GET", url=f"http://{host}{path}",
                         headers={"Host": host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD"})
    signer = SigV4Auth(Credentials(key["id"], key["secretAccessKey"]), "vpc-lattice-svcs", "eu-west-1")
    signer.payload = lambda request: "UNSIGNED-PAYLOAD"
    signer.add_auth(request)
    return [f"{name}: {value}" for name, value in request.headers.items()]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--release-dir", default="target/release")
    parser.add_argument("--bench", required=True)
    options, rest = parser.parse_known_args()
    node = os.path.join(options.release_dir, "trellis-node")
    cli = os.path.join(options.release_dir, "trellis")
    with tempfile.TemporaryDirectory(prefix="trellis-bench-") as scratch:
        config, data = f"{scratch}/node.toml", f"{scratch}/data"
        legs = "".join(
            f'[[attachments]]\nvpc = "{vpc}"\ningress_address = "{address}"\nport_offset = {OFFSET}\n'
            for vpc, address in zip(VPCS, INGRESS))
        with open(config, "w") as file:
            file.write(f'data_dir = "{data}"\n{legs}[dataplane]\nworkers = 1\n'
                       '[api]\naddress = "127.0.0.1:7690"\n[cluster]\naddress = "127.0.0.1:7691"\n'
                       '[telemetry]\naddress = "127.0.0.1:7692"\n[control]\nplain_http = true\n')
        log = open(f"{scratch}/node.log", "w")
        process = sp.Popen(["taskset", "-c", "0", node, "run", "--config", config, "--bootstrap"],
                           stdout=log, stderr=log)
        try:
            bench(process, cli, scratch, data, options.bench, rest)
        finally:
            process.terminate()
            process.wait()


def bench(process, cli, scratch, data, bench_script, rest):
    key_file = f"{data}/root-access-key.json"
    deadline = time.time() + 20
    env = dict(os.environ, TRELLIS_ENDPOINT="http://127.0.0.1:7690", AWS_REGION="eu-west-1")
    env.pop("AWS_SESSION_TOKEN", None)
    while True:
        if os.path.exists(key_file):
            root = json.load(open(key_file))
            env.update(AWS_ACCESS_KEY_ID=root["access_key_id"], AWS_SECRET_ACCESS_KEY=root["secret_access_key"])
            if sp.run([cli, "whoami"], env=env, capture_output=True).returncode == 0:
                break
        if time.time() > deadline or process.poll() is not None:
            sys.exit(f"the node does not serve:\n{open(f'{scratch}/node.log').read()}")
        time.sleep(0.1)

    def trellis(*arguments, text=None):
        ran = sp.run([cli, *arguments], env=env, input=text, capture_output=True, text=True)
        if ran.returncode:
            sys.exit(f"trellis {' '.join(arguments)}: {ran.stderr}")
        return ran.stdout

    services = SERVICE.format(name="plain", vpc="open", auth="NONE", network="open") \
        + SERVICE.format(name="signed", vpc="closed", auth="AWS_IAM", network="closed") + POLICY
    trellis("apply", "-f", "-", "--wait", text=ESTATE.format(vpcs=VPCS, services=services))
    key = json.loads(trellis("access-key", "create", "--user", "bench", "-o", "json"))
    names = {name: json.loads(trellis("service", "get", name, "-o", "json"))["dnsEntry"]["domainName"]
             for name in ("plain", "signed")}
    time.sleep(3)  # The attachments follow the VPCs.
    extras = []
    for name, address in zip(("plain", "signed"), INGRESS):
        path, host = "/orders/42", names[name]
        headers = [f"Host: {host}"] if name == "plain" else signed_headers(key, host, path)
        url = f"http://{address}:{OFFSET + 80}{path}"
        if problem := problem_with(url, headers):
            sys.exit(f"{problem}\n{open(f'{scratch}/node.log').read()[-4000:]}")
        extras += ["--extra", "|".join([f"trellis-{name}", url, str(process.pid), *headers])]
    sp.run([sys.executable, bench_script, *rest, *extras], check=False)


def problem_with(url, headers):
    """The first answer must come from a target (which may not run yet), or there is nothing to measure."""
    arguments = [argument for header in headers for argument in ("-H", header)]
    ran = sp.run(["curl", "-sS", "-w", "%{http_code}", *arguments, url], capture_output=True, text=True)
    reached = ran.stdout.endswith(("200", "500"))
    return None if reached else f"{url} answers {ran.stdout} {ran.stderr}"


if __name__ == "__main__":
    main()
