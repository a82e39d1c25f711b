"""The daemon whose page is used."""
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import time
import urllib.request

from chromium import wait_for

TOKEN = "page-script-token-0123456789"
ROOT = pathlib.Path(__file__).resolve().parent.parent

CONFIGURATION = """
source: {{location: {root}/samples/drive.mp4, pace: {pace}, repeat: true}}
registry: {model}
model: {root}/samples/models/{model}.safetensors
probation: 1m
size: {size}
{rate}
threads: 2
outputs: []
gate: {{every: 200ms, threshold: 0.5, selected: 10%, difference: 0.2%, cpu: {cpu}}}
spool: {{folder: spool, size: 200MB, items: 60, keep_free: 100MB}}
learn: {{labeled: "folder:labeled", held_out: "folder:held-out", human: "folder:human", recipe: recipe.yaml, threads: 2, memory: 1GB, least_items: 10,
  threshold: 0.5, work: learning}}
status: {{socket: status.sock}}
dashboard: {{address: "127.0.0.1:{port}", token_file: token}}
"""


class Daemon:
    """`camber run` in a folder of its own."""

    def __init__(self, camber, folder, pace="source", rate="fps: 10", size="240x176", model="synthetic-weak", cpu="50%"):
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (folder / "token").write_text(TOKEN + "\n")
        config = folder / "config.yaml"
        config.write_text(CONFIGURATION.format(
            root=ROOT, port=self.port, pace=pace, rate=rate, size=size, model=model, cpu=cpu))
        self.log = open(folder / "log", "a")
        self.process = subprocess.Popen([camber, "run", "--config", config], stdout=self.log, stderr=self.log)
        wait_for("the daemon labels frames", lambda: self.status()["frames"] > 20, 60)

    def get(self, path, method="GET", token=False, **headers):
        if token:
            headers["Authorization"] = f"Bearer {TOKEN}"
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def status(self):
        return json.loads(self.get("/api/status"))

    def memory(self):
        """Bytes of this process that are in memory."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("VmRSS"))

    def page_time(self):
        """Seconds that the processors spent on threads that are not the loop's."""
        loop = {"camber-worker", "inference", "reader", "gate", "models", "status"}
        ticks = 0
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            # A thread may end meanwhile.
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if (task / "comm").read_text().strip() not in loop and task.name != str(self.process.pid):
                    ticks += sum(int(value) for value in (task / "stat").read_text().rsplit(")", 1)[1].split()[11:13])
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.terminate()
        began = time.monotonic()
        code = self.process.wait(timeout=20)
        return code, time.monotonic() - began
