#!/usr/bin/env python3
"""The page's API and metrics, tried from outside on the synthetic drive in samples/.

    apt-get install prometheus
    python3 -m venv .venv && .venv/bin/pip install schemathesis websocket-client
    .venv/bin/python Benchmarks/api.py --camber .build/release/camber

schemathesis makes requests of docs/openapi.yaml, right and wrong ones, and compares the answers with it: first without the token,
after which nothing may have changed, then with it. Nothing may be answered with 500, and the daemon must label frames
throughout. promtool reads the metrics.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import page
from page import check, wait_for


def state(daemon):
    """What requests could have changed, of what was there when it was first asked for."""
    items = {item["id"]: item["pinned"] for item in json.loads(daemon.get("/api/spool?limit=200"))["items"]}
    return items, json.loads(daemon.get("/api/models")), daemon.status()["learner"]["started"]


def attack(daemon, examples, *options):
    """Whether schemathesis is content; its findings go to the terminal."""
    base = f"http://127.0.0.1:{daemon.port}"
    program = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    found = subprocess.run([program, "run", f"{base}/api/openapi.yaml", "--url", base, "--max-examples", str(examples),
                            "--checks", "all", "--no-color", "--suppress-health-check", "all", *options],
                           cwd=daemon.folder, capture_output=True, text=True)
    if found.returncode:
        print(found.stdout[-6000:], found.stderr[-2000:], sep="\n")
    print("       ", next((line.strip() for line in found.stdout.splitlines() if "generated" in line), ""))
    return found.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camber", default=".build/release/camber")
    parser.add_argument("--examples", type=int, default=40, help="requests of each kind and operation")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp())
    # A spool that evicts nothing: what is gone has been deleted.
    page.CONFIGURATION = page.CONFIGURATION.replace("items: 60", "items: 2000")
    daemon = page.Daemon(os.path.abspath(options.camber), folder)
    try:
        wait_for("frames in the spool", lambda: json.loads(daemon.get("/api/spool"))["summary"]["items"] >= 12, 120)
        before = state(daemon)
        # The token is asked for before the method is looked at.
        check("answers are as described, without the token",
              attack(daemon, options.examples, "--exclude-checks", "unsupported_method"))
        after = state(daemon)
        check("and nothing has changed", after[1:] == before[1:] and not any(after[0].values())
              and before[0].keys() <= after[0].keys())
        frames = daemon.status()["frames"]
        check("answers are as described, with the token",
              attack(daemon, options.examples, "--header", f"Authorization: Bearer {page.TOKEN}"))
        changed = state(daemon)
        check("and something has changed", changed[2] > 0)
        wait_for("frames are labeled", lambda: daemon.status()["frames"] > frames, 10)
        metrics = subprocess.run(["promtool", "check", "metrics"], input=daemon.get("/metrics"), capture_output=True)
        check("promtool is content with the metrics", metrics.returncode == 0, metrics.stderr.decode())
        code, seconds = daemon.stop()
        check("the daemon stops cleanly", code == 0, f"exit {code} after {seconds:.1f} s")
    finally:
        if daemon.process.poll() is None:
            daemon.process.kill()
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if check.failures else 0)


if __name__ == "__main__":
    main()
