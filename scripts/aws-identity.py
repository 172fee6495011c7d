#!/usr/bin/env python3
"""Logs in to a running cluster with identities of AWS: STS is moto, behind TLS and a verifier of signatures.

    scripts/aws-identity.py READY_FILE    # as `trellis-node dev --ready-file` writes it

One node is started again with `[control.aws_identity]`; the cluster is used up. Installs moto where it is not there.
"""

import contextlib
import datetime
import hashlib
import hmac
import http.client
import http.server
import importlib.util
import ipaddress
import json
import logging
import os
import pathlib
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

import boto3

MOTO = "moto[server]==5.2.1"
HEADER = "x-trellis-cluster-id"
ACCOUNT = "123456789012"


def install():
    """Installs moto where it is not there; it brings `cryptography`."""
    if importlib.util.find_spec("moto") is None or importlib.util.find_spec("flask") is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", MOTO], check=True)


def certificate(dir):
    """A certificate of 127.0.0.1 that vouches for itself, in a file, and its key in another."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "far end")])
    now = datetime.datetime.now(datetime.timezone.utc)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).add_extension(address, critical=False)
    builder = builder.not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=1))
    files = dir / "far-end.pem", dir / "far-end.key"
    files[0].write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))
    return files


def is_signed(host, target, header, secrets):
    """Whether a presigned GET carries the right signature of one of these keys. Source: IAM user guide, "Create a signed request"."""
    pairs = [tuple(pair.split("=", 1)) for pair in urllib.parse.urlsplit(target).query.split("&")]
    value = {name: urllib.parse.unquote(text) for name, text in pairs}
    key_id, scope = value["X-Amz-Credential"].split("/", 1)
    if key_id not in secrets:
        return False
    query = "&".join(f"{name}={text}" for name, text in sorted(pairs) if name != "X-Amz-Signature")
    headers = f"host:{host}\n{HEADER}:{header}\n\n{value['X-Amz-SignedHeaders']}"
    canonical = f"GET\n/\n{query}\n{headers}\n{hashlib.sha256(b'').hexdigest()}"
    text = f"AWS4-HMAC-SHA256\n{value['X-Amz-Date']}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = f"AWS4{secrets[key_id]}".encode()
    for part in [*scope.split("/"), text]:
        signature = hmac.digest(signature, part.encode(), "sha256")
    return hmac.compare_digest(signature.hex(), value["X-Amz-Signature"])


class FarEnd(http.server.BaseHTTPRequestHandler):
    """STS as the node sees it: TLS, signatures, then moto; or another answer where a test wants one."""

    moto = None
    secrets = {}
    other = None

    def do_GET(self):
        if self.other:
            return self.tell(*self.other)
        host = self.headers["Host"]
        if not is_signed(host, self.path, self.headers[HEADER], self.secrets):
            code = "<ErrorResponse><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>"
            return self.tell(403, code.encode())
        connection = http.client.HTTPConnection(*self.moto)
        # moto finds the caller by the header only.
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        signed = f"AWS4-HMAC-SHA256 Credential={query['X-Amz-Credential'][0]}, SignedHeaders=host, Signature=x"
        headers = {"Host": host, "Authorization": signed, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/", "Action=GetCallerIdentity&Version=2011-06-15", headers)
        answer = connection.getresponse()
        return self.tell(answer.status, answer.read())

    def tell(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if 300 <= status < 400:
            self.send_header("Location", "https://127.0.0.1/")
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def far_end(dir):
    """STS; its URL, and a client of moto for each service."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    FarEnd.moto = server.get_host_and_port()
    own, key = certificate(dir)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own, key)
    front = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FarEnd)
    front.socket = context.wrap_socket(front.socket, server_side=True)
    threading.Thread(target=front.serve_forever, daemon=True).start()
    moto = "http://{}:{}".format(*FarEnd.moto)

    def client(service):
        secret = {"aws_access_key_id": "root", "aws_secret_access_key": "root"}
        return boto3.client(service, endpoint_url=moto, region_name="us-east-1", **secret)

    try:
        yield f"https://127.0.0.1:{front.server_port}", own, client
    finally:
        front.shutdown()
        server.stop()


class Login:
    """A cluster whose third node takes identities of AWS."""

    def __init__(self, ready):
        self.ready = ready
        self.node = ready["nodes"][2]
        self.binaries = pathlib.Path(os.readlink(f"/proc/{ready['nodes'][0]['pid']}/exe")).parent

    def client(self, service, key=None, token=None):
        """A client of the cluster; of the first account's root where there is no key."""
        root = self.ready["accounts"][0]
        key = key or (root["access_key_id"], root["secret_access_key"])
        secret = {"aws_access_key_id": key[0], "aws_secret_access_key": key[1], "aws_session_token": token}
        return boto3.client(service, endpoint_url=self.node["api"], region_name=self.ready["region"], **secret)

    @contextlib.contextmanager
    def restarted(self, settings):
        """Starts the node again with more settings."""
        os.kill(self.node["pid"], signal.SIGTERM)
        self.wait(lambda: not pathlib.Path(f"/proc/{self.node['pid']}/exe").exists())
        with open(self.node["config"], "a", encoding="utf-8") as config:
            config.write(f"\n{settings}\n")
        command = [self.binaries / "trellis-node", "run", "--config", self.node["config"]]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                self.wait(self.is_ready)
                yield
            finally:
                process.terminate()

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"{self.node['telemetry']}/readyz", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    def wait(self, condition):
        end = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < end, "waited for 60 s"
            time.sleep(0.1)

    def run(self, key, role, *more, node=None):
        """`trellis login` with credentials of AWS, to `node` or the one that takes them."""
        environment = {
            "TRELLIS_ENDPOINT": (node or self.node)["api"],
            "TRELLIS_CLUSTER_ID": self.ready["cluster_id"],
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
            "AWS_SESSION_TOKEN": key.get("SessionToken", ""),
        }
        command = [self.binaries / "trellis", "login", "--role-arn", role, "--session-name", "night", "-o", "json", *more]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def refused(self, code, words, *arguments, **more):
        done = self.run(*arguments, **more)
        assert done.returncode == code and words in done.stderr and not done.stdout, (code, words, done)


def trust(account, principals):
    """Who may assume a role: these principals of an account at AWS."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": f"sts.amazonaws.com/{account}"},
        "Action": "sts:AssumeRoleWithAwsIdentity",
        "Condition": {"ArnLike": {"sts.amazonaws.com:Arn": principals}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def identities(client):
    """Keys of a user and of a session of a role at AWS."""
    iam, sts = client("iam"), client("sts")
    iam.create_user(UserName="anna")
    user = iam.create_access_key(UserName="anna")["AccessKey"]
    role = iam.create_role(RoleName="deploy-shop", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    session = sts.assume_role(RoleArn=role, RoleSessionName="ci-7")["Credentials"]
    for key in user, session:
        FarEnd.secrets[key["AccessKeyId"]] = key["SecretAccessKey"]
    return user, session


def check(login, user, session):
    """What goes in, and what does not."""
    iam = login.client("iam")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "vpc-lattice:List*", "Resource": "*"}]}
    document = trust(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:role/deploy-*")
    role = iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    iam.put_role_policy(RoleName="deployer", PolicyName="own", PolicyDocument=json.dumps(policy))
    # The same number is an account of AWS there, and would be one of the cluster here.
    local = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/deploy-shop"}, "Action": "sts:*"}
    local = json.dumps({"Version": "2012-10-17", "Statement": [local]})
    namesake = iam.create_role(RoleName="namesake", AssumeRolePolicyDocument=local)["Role"]["Arn"]

    done = login.run(session, role, "--duration-seconds", "900")
    assert done.returncode == 0, done
    given = json.loads(done.stdout)
    assert given["Version"] == 1 and given["AccessKeyId"].startswith("ASIA"), given
    key = given["AccessKeyId"], given["SecretAccessKey"]
    who = login.client("sts", key, given["SessionToken"]).get_caller_identity()
    assert who["Arn"] == role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/night", who
    login.client("vpc-lattice", key, given["SessionToken"]).list_services()

    denied = "is not authorized to perform: sts:AssumeRoleWithAwsIdentity"
    login.refused(5, f"arn:aws:iam::{ACCOUNT}:user/anna {denied}", user, role)
    login.refused(5, f"role/deploy-shop {denied}", session, namesake)
    login.refused(5, f"role/deploy-shop {denied}", session, role.replace("deployer", "nobody"))
    login.refused(5, "SignatureDoesNotMatch", session, role, "--cluster-id", "another")
    login.refused(5, "SignatureDoesNotMatch", session | {"SecretAccessKey": "wrong"}, role)
    login.refused(5, "[control.aws_identity]", session, role, node=login.ready["nodes"][0])
    for other in (302, b""), (200, b"x" * 20_000), (200, b"{}"), (500, b""):
        FarEnd.other = other
        login.refused(6, "AWS STS gave this node no answer", session, role)
    FarEnd.other = None
    assert login.run(session, role).returncode == 0


def main():
    install()
    with open(sys.argv[1], encoding="utf-8") as file:
        login = Login(json.load(file))
    with tempfile.TemporaryDirectory() as dir, far_end(pathlib.Path(dir)) as (url, own, client):
        user, session = identities(client)
        settings = f'[control.aws_identity]\nca_file = "{own}"\nsts_url = "{url}"\nexchanges_per_second = 100'
        with login.restarted(settings):
            check(login, user, session)
    print("logged in with an identity of AWS, and 10 others were refused")


if __name__ == "__main__":
    main()
