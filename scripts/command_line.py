"""The command line, `trellis`, as root of a cluster's first account."""

import os
import pathlib
import subprocess


def binaries(ready):
    """Where the programs of the cluster are."""
    return pathlib.Path(os.readlink(f"/proc/{ready['nodes'][0]['pid']}/exe")).parent


def environment(ready):
    """What it needs to know, and nothing else."""
    root = ready["accounts"][0]
    return {
        "PATH": os.environ["PATH"],
        "TRELLIS_ENDPOINT": ready["nodes"][0]["api"],
        "AWS_ACCESS_KEY_ID": root["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": root["secret_access_key"],
        "AWS_REGION": ready["region"],
    }


def trellis(ready, *arguments):
    """What it prints."""
    command = [binaries(ready) / "trellis", *arguments]
    return subprocess.run(command, env=environment(ready), check=True, stdout=subprocess.PIPE, text=True).stdout
