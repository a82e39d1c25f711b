"""A daemon in a folder of its own, for the scripts that see what it stands."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONFIG = """
source: {{location: {drive}, pace: source, repeat: true}}
registry: {work}/models
model: {model}
size: {size}
{rate}
threads: {threads}
probation: 1h
gate: {{every: {every}, threshold: 0.5, selected: 5%, difference: {difference}, cpu: {cpu}}}
spool: {{folder: {spool}, size: 200MB, items: 100000, keep_free: 1MB}}
{rest}
status: {{socket: {work}/status.sock}}
"""


class Bench:
    def __init__(self, options):
        self.options = options
        self.camber = str(pathlib.Path(options.camber).resolve())
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="camber-bench-"))
        self.spool = self.work / "spool"
        self.failures = []

    def check(self, good, text):
        print(("ok    " if good else "WRONG ") + text, flush=True)
        if not good:
            self.failures.append(text)

    def run(self, *arguments, check=True):
        return subprocess.run([self.camber, *map(str, arguments)], check=check, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def drive(self, size, fps, seconds=30):
        shutil.rmtree(self.work / "drive", ignore_errors=True)
        self.run("synthesize", "--out", self.work / "drive", "--size", size, "--fps", fps, "--frames", int(fps * seconds), "--seed", 7,
                 "--format", "video")
        return self.work / "drive/drive.mp4"

    def configure(self, drive, size, model, fps=None, threads=1, every="200ms", cpu="50%", difference="0.1%", rest=""):
        path = self.work / "camber.yaml"
        path.write_text(CONFIG.format(drive=drive, work=self.work, spool=self.spool, model=pathlib.Path(model).resolve(), size=size,
                                      rate=f"fps: {fps}" if fps else "", threads=threads, every=every, cpu=cpu, difference=difference,
                                      rest=rest))
        return path

    def start(self, config, *arguments, **environment):
        log = (self.work / "daemon.log").open("a")
        # By way of `env`: faketime changes the environment of the process it starts in, and Swift finds the arguments beside that.
        daemon = subprocess.Popen(["env", self.camber, "run", "--config", str(config), "--json", *map(str, arguments)], text=True,
                                  stdout=subprocess.PIPE, stderr=log, env={**os.environ, **environment})
        self.wait(lambda: self.status().get("frames", 0) > 0, "the first frame")
        return daemon

    def pictures(self, size):
        self.run("synthesize", "--out", self.work / "labeled", "--size", size, "--drives", 8, "--frames", 2, "--fps", 0.25, "--format",
                 "frames")

    def train(self, stage, model, out):
        start = ["--model", model] if model else ["--validation", "none"]
        self.run("train", stage, "--dataset", f"folder:{self.work}/labeled", "--recipe", ROOT / "configs/recipes/synthetic.yaml",
                 "--epochs", 1, "--learning-rate", 1e-6, *start, "--out", out)

    def stop(self, daemon):
        daemon.send_signal(signal.SIGTERM)
        return json.loads(daemon.communicate(timeout=20)[0])

    def status(self):
        """What `camber status --json` prints, without starting a program for it."""
        with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError, ValueError):
            client.settimeout(10)
            client.connect(str(self.work / "status.sock"))
            return json.loads(b"".join(iter(lambda: client.recv(65536), b"")))
        return {}

    def make_current(self, name):
        link = self.work / "models/next"
        link.symlink_to(name)
        link.rename(self.work / "models/current")

    def wait(self, condition, what, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return True
            time.sleep(0.1)
        self.check(False, f"waited {seconds} s for {what}")
        return False

    def log(self):
        return (self.work / "daemon.log").read_text()


def clock(stamp):
    """What makes a program read the wall clock of the file `stamp`, such as "-365d"; empty where faketime is not installed."""
    library = next(iter(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)
    if not library:
        return {}
    return {"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(stamp), "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_FORCE_MONOTONIC_FIX": "0"}


def memory(process):
    """Resident, in MB."""
    return int((pathlib.Path("/proc") / str(process.pid) / "statm").read_text().split()[1]) * 4096 / 1e6
