#!/usr/bin/env python3
"""Measures writes per second of three Trellis nodes through AWS's API, and of three nodes of etcd beside them, in turns.

    cargo build --release -p trellis-node -p trellis-client -p trellis-write-bench
    scripts/write-bench.py [BIN] [-- ARGUMENTS OF trellis-write-bench]    # BIN: default target/release

Both keep their data below one directory of the same disk (TMPDIR). Needs etcd (apt-get install etcd-server).
"""

import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Services of an account, by default: the bench makes more.
QUOTAS = {"kind": "ClusterSettings", "quotas": {"servicesPerRegion": 1_000_000}}


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait(what, condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, f"{what}: waited for a minute"
        time.sleep(0.1)


def start_etcd(dir):
    """Three processes and their client addresses."""
    ports = free_ports(6)
    clients, peers = ports[:3], ports[3:]
    cluster = ",".join(f"n{number}=http://127.0.0.1:{port}" for number, port in enumerate(peers))
    processes = []
    for number, (client, peer) in enumerate(zip(clients, peers)):
        command = ["etcd", "--name", f"n{number}", "--data-dir", dir / f"n{number}", "--log-level", "error"]
        command += ["--listen-client-urls", f"http://127.0.0.1:{client}", "--advertise-client-urls", f"http://127.0.0.1:{client}"]
        command += ["--listen-peer-urls", f"http://127.0.0.1:{peer}", "--initial-advertise-peer-urls", f"http://127.0.0.1:{peer}"]
        command += ["--initial-cluster", cluster]
        processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    wait("etcd", lambda: all(is_healthy(port) for port in clients))
    return processes, [f"127.0.0.1:{port}" for port in clients]


def is_healthy(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1) as answer:
            return json.load(answer)["health"] == "true"
    except OSError:
        return False


def start_trellis(binaries, dir):
    """The development cluster's process and ready file; the quota raised."""
    ready = dir / "ready.json"
    command = [binaries / "trellis-node", "dev", "--no-sample", "--ports", "auto"]
    process = subprocess.Popen([*command, "--dir", dir / "trellis", "--ready-file", ready], stdout=subprocess.DEVNULL)
    wait("trellis", ready.exists)
    told = json.loads(ready.read_text(encoding="utf-8"))
    root, manifest = told["accounts"][0], dir / "settings.json"
    manifest.write_text(json.dumps(QUOTAS), encoding="utf-8")
    environment = {
        "TRELLIS_ENDPOINT": told["nodes"][0]["api"],
        "AWS_ACCESS_KEY_ID": root["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": root["secret_access_key"],
        "AWS_REGION": told["region"],
    }
    subprocess.run([binaries / "trellis", "apply", "-f", manifest], env=environment, check=True, stdout=subprocess.DEVNULL)
    return process, ready


def main():
    arguments = sys.argv[1:]
    own = arguments[arguments.index("--") + 1 :] if "--" in arguments else []
    binaries = pathlib.Path(arguments[0] if arguments and arguments[0] != "--" else ROOT / "target/release").resolve()
    with tempfile.TemporaryDirectory() as dir:
        dir = pathlib.Path(dir)
        processes, etcd = start_etcd(dir)
        try:
            trellis, ready = start_trellis(binaries, dir)
            processes.append(trellis)
            command = [binaries / "trellis-write-bench", "--ready", ready, "--etcd", ",".join(etcd), *own]
            sys.exit(subprocess.run(command, check=False).returncode)
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait()


if __name__ == "__main__":
    main()
