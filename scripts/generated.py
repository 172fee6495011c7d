"""Files that scripts write, and checks that they are what would be written."""

import argparse
import subprocess
import sys


def formatted(lines):
    """The lines as rustfmt would have them."""
    command = ["rustfmt", "--edition", "2024", "--emit", "stdout"]
    text = "\n".join(lines) + "\n"
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def settle(description, files):
    """Writes the files, texts by path; with `--check` fails where one differs instead."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file differs")
    check, stale = parser.parse_args().check, []
    for path, text in files:
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            stale.append(str(path))
    if stale:
        sys.exit(f"not what it would write: {', '.join(stale)}; run {sys.argv[0]}")
